// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package oversight

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/civic/deliberation/proceeding"
)

func TestWhatARecordLacks(t *testing.T) {
	now := time.Date(2026, 5, 1, 9, 0, 0, 0, time.UTC)
	step := func(s proceeding.Step, status proceeding.Status, day string, lacks ...string) proceeding.StepView {
		v := proceeding.StepView{Step: s, Status: status, Facts: []proceeding.Fact{{Proof: proceeding.Proof{Kind: proceeding.Meeting}, Day: day}}}
		for _, key := range lacks {
			v.Checks = append(v.Checks, proceeding.Check{Guard: key, Why: fault.New(fault.Conflict, key)})
		}
		return v
	}
	cases := map[string]struct {
		steps []proceeding.StepView
		back  proceeding.Step
		due   time.Time
		want  string
	}{
		"a whole record lacks nothing":                   {steps: []proceeding.StepView{step(proceeding.Talk, proceeding.Done, "2026-03-01"), step(proceeding.Party, proceeding.Done, "2026-03-02")}},
		"a step ahead lacks nothing yet":                 {steps: []proceeding.StepView{step(proceeding.Party, proceeding.Ahead, "", "proceeding.lacks.party")}},
		"a step whose turn it is lacks nothing yet":      {steps: []proceeding.StepView{step(proceeding.Party, proceeding.Now, "", "proceeding.lacks.party")}},
		"a passed step whose meeting is gone":            {steps: []proceeding.StepView{step(proceeding.Party, proceeding.Failing, "", "proceeding.lacks.party")}, want: "missing party"},
		"the step that was sent back is looked at":       {steps: []proceeding.StepView{step(proceeding.Party, proceeding.Now, "", "proceeding.lacks.party")}, back: proceeding.Party, want: "missing party"},
		"minutes that lack a part":                       {steps: []proceeding.StepView{step(proceeding.Talk, proceeding.Failing, "", "proceeding.minutes_missing")}, want: "minutes talk"},
		"too few came, and the notice was late":          {steps: []proceeding.StepView{step(proceeding.Decision, proceeding.Failing, "", "proceeding.no_quorum", "proceeding.late_notice")}, want: "quorum decision, notice decision"},
		"a public notice that was taken down":            {steps: []proceeding.StepView{step(proceeding.Resolution, proceeding.Failing, "", "proceeding.notice_withdrawn")}, want: "posting resolution"},
		"the wrong body":                                 {steps: []proceeding.StepView{step(proceeding.Decision, proceeding.Failing, "", "assembly.wrong_body.party")}, want: "vote decision"},
		"the party's meeting after the decision":         {steps: []proceeding.StepView{step(proceeding.Party, proceeding.Done, "2026-03-09"), step(proceeding.Decision, proceeding.Done, "2026-03-08")}, want: "order decision"},
		"both on one day are in order":                   {steps: []proceeding.StepView{step(proceeding.Party, proceeding.Done, "2026-03-09"), step(proceeding.Decision, proceeding.Done, "2026-03-09")}},
		"a term that has run out, at the step it is for": {steps: []proceeding.StepView{step(proceeding.Talk, proceeding.Now, "")}, due: now.Add(-time.Hour), want: "late talk"},
		"a term that runs":                               {steps: []proceeding.StepView{step(proceeding.Talk, proceeding.Now, "")}, due: now.Add(time.Hour)},
	}
	for name, c := range cases {
		d := proceeding.Detail{Steps: c.steps}
		d.Due, d.Warn = c.due, c.due
		got := ""
		for i, f := range Findings(d, c.back, now) {
			if i > 0 {
				got += ", "
			}
			got += fmt.Sprintf("%s %s", f.Sort, f.Step)
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestLotsAreProvedByDrawingAgain(t *testing.T) {
	var all []slip
	for i := range 40 {
		all = append(all, slip{proceeding: fmt.Sprintf("p%02d", i), barred: i%7 == 0})
	}
	drawnBy := func(seed string, size int) (out []string) {
		for _, s := range pick(seed, all, size) {
			out = append(out, s.proceeding)
		}
		return out
	}
	c := Sample{Seed: "seed", Size: 10, Found: len(all), Barred: barred(all)}
	honest := drawnBy("seed", 10)
	swapped := slices.Clone(honest)
	swapped[3], swapped[4] = swapped[4], swapped[3]
	chosen := slices.Clone(honest)
	chosen[9] = drawnBy("seed", 34)[33]
	for name, try := range map[string]struct {
		drawn []string
		want  bool
	}{
		"what the seed draws":     {honest, true},
		"what another seed draws": {drawnBy("other", 10), false},
		"in another order":        {swapped, false},
		"one chosen from the end": {chosen, false},
		"fewer than there are":    {honest[:9], false},
		"nothing":                 {nil, false},
	} {
		if got := redrawn(c, all, try.drawn); got != try.want {
			t.Errorf("%s: %v", name, got)
		}
	}
	if slices.ContainsFunc(pick("seed", all, 40), func(s slip) bool { return s.barred }) || len(pick("seed", all, 40)) != 34 {
		t.Error("what the inspector is barred from is drawn")
	}
	if frameOf(all) == frameOf(all[1:]) {
		t.Error("a frame without one record is the same")
	}
}

func TestMedians(t *testing.T) {
	for name, c := range map[string]struct {
		days map[int]int64
		want string
	}{
		"of none":                     {nil, "—"},
		"of one":                      {map[int]int64{7: 1}, "7"},
		"of two":                      {map[int]int64{7: 1, 8: 1}, "7.5"},
		"of three":                    {map[int]int64{1: 1, 30: 1, 500: 1}, "30"},
		"of four that are mostly one": {map[int]int64{3: 3, 900: 1}, "3"},
		"of what was taken back":      {map[int]int64{3: 0, 9: 1}, "9"},
	} {
		if got := median(c.days).Text(); got != c.want {
			t.Errorf("the median %s is %s, want %s", name, got, c.want)
		}
	}
	before, after := []Cell{{Month: 1, Measure: Begun, N: 1}}, []Cell{{Month: 1, Body: "b", Measure: Begun, N: 1}}
	if got := change(before, after); len(got) != 2 || got[0].N != -1 || got[1].N != 1 || len(change(after, after)) != 0 {
		t.Errorf("a proceeding that came before a body changes %+v", got)
	}
}
