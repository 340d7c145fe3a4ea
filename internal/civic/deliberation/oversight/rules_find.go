// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package oversight

import (
	"slices"
	"strings"
	"time"

	"pavilion/internal/base/clock"
	"pavilion/internal/base/fault"
	"pavilion/internal/civic/deliberation/proceeding"
)

// Sort is what a finding is about.
type Sort string

// The sorts.
const (
	Missing Sort = "missing" // nothing proves the step
	Minutes Sort = "minutes" // the minutes lack a part
	Quorum  Sort = "quorum"  // too few came
	Called  Sort = "notice"  // the meeting's notice was too short
	Posted  Sort = "posting" // the public notice was too short, or taken down early
	Vote    Sort = "vote"    // wrong body, wrong roster, or no majority
	Late    Sort = "late"    // the term of the step has run out
	Order   Sort = "order"   // a step came before the one it rests on
	Other   Sort = "other"
)

// Sorts lists them.
func Sorts() []Sort {
	return []Sort{Missing, Minutes, Quorum, Called, Posted, Vote, Late, Order, Other}
}

// Finding is something that a record lacks. Key and Params are a text; an inspector's
// own has Words instead.
type Finding struct {
	Sort   Sort              `json:"sort"`
	Step   proceeding.Step   `json:"step,omitempty"`
	Key    string            `json:"key,omitempty"`
	Params map[string]string `json:"params,omitempty"`
	Words  string            `json:"words,omitempty"`
	Own    bool              `json:"own,omitempty"` // the inspector added it
}

// sorts says what the faults of guards are about, by the beginning of their key.
var sorts = []struct {
	prefix string
	sort   Sort
}{
	{"proceeding.lacks_vote", Vote}, {"proceeding.lacks", Missing}, {"proceeding.not_held", Missing}, {"proceeding.vacant", Missing},
	{"proceeding.survey_open", Missing}, {"proceeding.works_open", Missing},
	{"proceeding.minutes_missing", Minutes}, {"proceeding.no_quorum", Quorum},
	{"proceeding.no_notice", Called}, {"proceeding.late_notice", Called},
	{"proceeding.notice_", Posted}, {"proceeding.objections_open", Posted},
	{"proceeding.uncounted", Vote}, {"proceeding.not_passed", Vote}, {"proceeding.other_", Vote}, {"proceeding.elsewhere", Vote},
	{"proceeding.procedure_changed", Vote}, {"assembly.wrong_body", Vote},
}

func sortOf(key string) Sort {
	for _, k := range sorts {
		if strings.HasPrefix(key, k.prefix) {
			return k.sort
		}
	}
	return Other
}

// Findings lists what the record of a proceeding lacks now: what passed steps have to
// prove and do not, steps in the wrong order, and the term of the present step where it
// has run out. A step that was sent back is looked at even though it is no longer
// passed; empty for none. Days are those of now's zone.
func Findings(d proceeding.Detail, sentBack proceeding.Step, now time.Time) []Finding {
	var out []Finding
	for _, v := range d.Steps {
		if v.Status == proceeding.Failing || v.Step == sentBack && v.Status != proceeding.Done {
			for _, f := range v.Missing() {
				out = append(out, found(v.Step, f))
			}
		}
	}
	out = append(out, disordered(d.Steps)...)
	if !d.Ended && d.Light(now) == clock.Red {
		out = append(out, Finding{Sort: Late, Step: present(d.Steps), Key: "oversight.found.late", Params: map[string]string{"due": d.Due.In(now.Location()).Format(time.DateOnly)}})
	}
	return out
}

func found(s proceeding.Step, f *fault.Error) Finding {
	return Finding{Sort: sortOf(f.Key), Step: s, Key: f.Key, Params: f.Params}
}

// present is the step whose turn it is.
func present(all []proceeding.StepView) proceeding.Step {
	if i := slices.IndexFunc(all, func(v proceeding.StepView) bool { return v.Status == proceeding.Now }); i >= 0 {
		return all[i].Step
	}
	return ""
}

// disordered finds passed steps whose proof is of a day before that of a step they rest
// on: a vote that was not held again after what it rests on was.
func disordered(all []proceeding.StepView) (out []Finding) {
	last, of := "", proceeding.Step("")
	for _, v := range all {
		day := dayOf(v)
		switch {
		case day == "" || v.Status == proceeding.Ahead || v.Status == proceeding.Now:
			continue
		case day < last:
			out = append(out, Finding{Sort: Order, Step: v.Step, Key: "oversight.found.order", Params: map[string]string{"day": day, "before": last, "step": string(of)}})
		case v.Step != proceeding.Filing && v.Step != proceeding.Survey:
			last, of = day, v.Step
		}
	}
	return out
}

// dayOf is the day of a step's newest proof that counts; empty where it has none.
func dayOf(v proceeding.StepView) string {
	for _, f := range slices.Backward(v.Facts) {
		switch {
		case !f.Live() || f.Gone:
			continue
		case f.Kind == proceeding.Posting:
			return f.Stand.Posted
		case f.Kind == proceeding.Meeting || f.Kind == proceeding.Ballot:
			return f.Day
		}
	}
	return ""
}
