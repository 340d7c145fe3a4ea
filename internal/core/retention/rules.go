// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package retention

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"pavilion/internal/core/edition"
)

// Schedule says how long what is kept.
type Schedule struct {
	Rows []Row `json:"rows"`
}

// Row is one rule. An empty class or state stands for any; the row that names
// more counts.
type Row struct {
	Kind  string `json:"kind"`
	Class string `json:"class,omitempty"`
	State string `json:"state,omitempty"`
	Days  int    `json:"days"` // after the end
	Deed  Deed   `json:"deed"`
	Basis string `json:"basis"` // text key, or words
}

// Name is how tombstones name the row: it is the same as long as the row is about
// the same data.
func (r Row) Name() string { return r.Kind + "/" + wild(r.Class) + "/" + wild(r.State) }

func wild(part string) string {
	if part == "" {
		return "*"
	}
	return part
}

// Parse reads a schedule.
func Parse(body []byte) (Schedule, error) {
	var s Schedule
	err := json.Unmarshal(body, &s)
	return s, err
}

// For returns the row for something of a kind, class and state.
func (s Schedule) For(kind, class, state string) (Row, bool) {
	best, found := Row{}, false
	for _, r := range s.Rows {
		fits := r.Kind == kind && (r.Class == "" || r.Class == class) && (r.State == "" || r.State == state)
		if fits && (!found || weight(r) > weight(best)) {
			best, found = r, true
		}
	}
	return best, found
}

// weight orders rows by how much they name: a state weighs more than a class.
func weight(r Row) int {
	w := 0
	if r.Class != "" {
		w++
	}
	if r.State != "" {
		w += 2
	}
	return w
}

// Lint lists what is wrong with a schedule, row by row: what is kept too short or
// too long for the law, what cannot be done, what is said twice, what is missing.
func (s Schedule) Lint(kinds []Kind) []edition.Problem {
	var out []edition.Problem
	seen := map[string]bool{}
	for i, r := range s.Rows {
		bad := func(key string, params map[string]string) {
			if params == nil {
				params = map[string]string{}
			}
			params["row"] = r.Name()
			out = append(out, edition.Problem{Path: "rows." + strconv.Itoa(i+1), Key: key, Params: params})
		}
		if seen[r.Name()] {
			bad("retention.row_twice", nil)
		}
		seen[r.Name()] = true
		at := slices.IndexFunc(kinds, func(k Kind) bool { return k.Name == r.Kind })
		if at < 0 {
			bad("retention.kind_unknown", nil)
			continue
		}
		lintRow(r, kinds[at], bad)
	}
	for _, k := range kinds {
		if !seen[Row{Kind: k.Name}.Name()] {
			out = append(out, edition.Problem{Path: "rows", Key: "retention.row_missing", Params: map[string]string{"row": Row{Kind: k.Name}.Name()}})
		}
	}
	return out
}

// classes are the classes of privacy.
var classes = []string{"A", "B", "C", "D"}

func lintRow(r Row, k Kind, bad func(key string, params map[string]string)) {
	limit := func(key string, days int) { bad(key, map[string]string{"days": strconv.Itoa(days), "basis": k.Basis}) }
	switch {
	case strings.TrimSpace(r.Basis) == "":
		bad("retention.basis_missing", nil)
	case !slices.Contains(k.Deeds, r.Deed):
		bad("retention.deed_unknown", nil)
	case r.Class != "" && (!k.Classes || !slices.Contains(classes, r.Class)):
		bad("retention.class_unknown", nil)
	case r.State != "" && !slices.Contains(k.States, r.State):
		bad("retention.state_unknown", nil)
	case r.Days < 0 || r.Days > longest:
		limit("retention.days_range", longest)
	case r.Days < k.Min:
		limit("retention.too_short", k.Min)
	case k.Max > 0 && (r.Days > k.Max || r.Deed == Keep):
		limit("retention.too_long", k.Max)
	case r.State == Urgent && (r.Days > urgentMost || r.Deed == Keep):
		limit("retention.too_long", urgentMost)
	}
}

const (
	longest    = 36500 // days that a row may name
	urgentMost = 30    // days after the end of an emergency: handbook of guards, no. 6; PIPL arts. 19, 47
)

// Stone is a tombstone: what was destroyed, when, by which rule.
type Stone struct {
	Realm   string
	Batch   string
	Item    Item
	Deed    Deed
	Cause   string // "schedule", "emergency", "request" or "consent"
	Rule    string // name of the row, or of the ground
	Edition int    // of the schedule; 0 when it was not the schedule
	N       int    // records
	By      string // account; "system"
	At      time.Time
	Hash    string
}

// sum is the hash of a tombstone: over all it says.
func (s Stone) sum() string {
	parts := []string{
		"pavilion-stone-1", s.Realm, s.Batch, s.Item.Kind, s.Item.Subject, s.Item.Class, s.Item.State, string(s.Deed), s.Cause, s.Rule,
		strconv.Itoa(s.Edition), strconv.Itoa(s.N), s.By, strconv.FormatInt(s.At.UnixMicro(), 10),
	}
	h := sha256.New()
	for _, p := range parts {
		fmt.Fprintf(h, "%d:%s", len(p), p)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// sumOf is the hash over tombstones in the order of their hashes.
func sumOf(hashes []string) string {
	sorted := slices.Sorted(slices.Values(hashes))
	h := sha256.Sum256([]byte(strings.Join(sorted, "\n")))
	return hex.EncodeToString(h[:])
}

// Hold keeps something from being destroyed.
type Hold struct {
	Realm, ID string
	Subject   string // one subject; empty: all in an area
	Area      string
	Lo, Hi    int64
	Reason    string
	By        string
	At        time.Time
	Until     time.Time
	LiftBy    string // who asked to lift it
	LiftWhy   string
	LiftedBy  string
	LiftedAt  time.Time
	Revision  int
}

// Live reports whether the hold counts at an instant.
func (h Hold) Live(at time.Time) bool { return h.LiftedAt.IsZero() && at.Before(h.Until) }

// Covers reports whether the hold keeps an item.
func (h Hold) Covers(i Item) bool {
	if h.Subject != "" {
		return i.Subject == h.Subject
	}
	return h.Lo <= i.Place && i.Place < h.Hi
}

// held reports whether one of some holds keeps an item at an instant.
func held(holds []Hold, i Item, at time.Time) bool {
	return slices.ContainsFunc(holds, func(h Hold) bool { return h.Live(at) && h.Covers(i) })
}

// task is one question that a row of the schedule makes.
type task struct {
	row       Row
	emergency string
	ask       Question
}

// tasks lists what a schedule asks for at an instant. More precise rows come
// first; what they cover, the others leave alone: see Row.
func tasks(s Schedule, realm string, lifted []Emergency, now time.Time) []task {
	var out []task
	for _, r := range s.Rows {
		before := now.AddDate(0, 0, -r.Days)
		if r.Deed == Keep {
			continue
		}
		ask := Question{Realm: realm, Kind: r.Kind, Class: r.Class, State: r.State, Before: before}
		if r.State != Urgent {
			out = append(out, task{row: r, ask: ask})
			continue
		}
		for _, e := range lifted {
			if !e.LiftedAt.After(before) {
				ask.State = ""
				ask.During = &Span{Lo: e.Lo, Hi: e.Hi, Types: e.Types, From: e.From, To: e.LiftedAt}
				out = append(out, task{row: r, emergency: e.ID, ask: ask})
			}
		}
	}
	return out
}

// theirs reports whether an item falls under the task's own row and no other.
func (t task) theirs(s Schedule, i Item) bool {
	if t.row.State == Urgent {
		r, ok := s.For(i.Kind, i.Class, Urgent)
		return ok && r == t.row
	}
	r, ok := s.For(i.Kind, i.Class, i.State)
	return ok && r == t.row
}
