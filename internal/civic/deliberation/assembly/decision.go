// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package assembly

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"slices"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/civic/deliberation/tally"
)

// Decision says which bodies decide a subject, from a day on.
type Decision struct {
	Subject   string   `json:"subject"`          // such as village_public
	From      string   `json:"from"`             // the day it takes effect, as 2026-01-01
	Kinds     []Kind   `json:"kinds"`            // any of them may decide it, the one that mostly does first
	Rule      string   `json:"rule,omitempty"`   // of votes, where it is not the one called after the kind
	Procedure string   `json:"procedure"`        // that the topic follows
	Basis     []string `json:"basis"`            // texts that cite the law, at least one
	Filing    string   `json:"filing,omitempty"` // text that says with whom it is filed, and by which law; empty where it need not be
}

// Table is who decides what: a row for each subject and day of effect.
type Table struct {
	Decisions []Decision `json:"decisions"`
}

// ParseTable reads a table. Lint says whether it will do.
func ParseTable(body []byte) (*Table, error) {
	var t Table
	in := json.NewDecoder(bytes.NewReader(body))
	in.DisallowUnknownFields()
	if err := in.Decode(&t); err != nil {
		return nil, fmt.Errorf("decisions: %w", err)
	}
	return &t, nil
}

// Lint lists what is wrong with a table, given the rules of votes there are.
func (t *Table) Lint(rules *tally.Book) []tally.Finding {
	var out []tally.Finding
	seen := map[string]bool{}
	for _, d := range t.Decisions {
		path := d.Subject + "@" + d.From
		bad := func(wrong bool, field, key string) {
			if wrong {
				out = append(out, tally.Finding{Path: path + "." + field, Key: "assembly.lint." + key})
			}
		}
		_, err := time.Parse(time.DateOnly, d.From)
		bad(d.Subject == "" || seen[path], "subject", "subject")
		bad(err != nil, "from", "from")
		bad(len(d.Kinds) == 0, "kinds", "empty")
		bad(len(d.Basis) == 0 || slices.Contains(d.Basis, ""), "basis", "basis")
		bad(d.Procedure == "", "procedure", "procedure")
		for _, k := range d.Kinds {
			bad(!k.Known(), "kinds", "kind")
			_, ruled := rules.At(d.Code(k), max(d.From, d.latest(rules, k)))
			bad(k.Known() && !ruled, "rule", "rule")
		}
		bad(d.Rule != "" && len(d.Kinds) > 1, "rule", "one_rule")
		seen[path] = true
	}
	return out
}

// latest is the first day on which a kind has a national rule.
func (d Decision) latest(rules *tally.Book, k Kind) string {
	first := ""
	for _, r := range rules.Rules {
		if r.Code == d.Code(k) && r.Level == tally.National && (first == "" || r.From < first) {
			first = r.From
		}
	}
	return first
}

// Code is the code of the rule by which a kind decides it.
func (d Decision) Code(k Kind) string {
	if d.Rule != "" {
		return d.Rule
	}
	return string(k)
}

// Subjects lists the subjects that somebody decides on a day, in the table's order.
func (t *Table) Subjects(day string) (out []string) {
	for _, d := range t.Decisions {
		if d.From <= day && !slices.Contains(out, d.Subject) {
			out = append(out, d.Subject)
		}
	}
	return out
}

// Of is the row of a subject that is in force on a day.
func (t *Table) Of(subject, day string) (found Decision, ok bool) {
	for _, d := range t.Decisions {
		if d.Subject == subject && d.From <= day && (!ok || d.From > found.From) {
			found, ok = d, true
		}
	}
	return found, ok
}

// Decides lists the kinds of bodies that may decide a subject on a day.
func (t *Table) Decides(subject, day string) []Kind {
	d, _ := t.Of(subject, day)
	return d.Kinds
}

// Refuse says that a kind of body may not decide a subject on a day, and which may, or
// is nil. Params "right" and "kind" are codes; edges say their names.
func (t *Table) Refuse(subject string, k Kind, day string) *fault.Error {
	d, ok := t.Of(subject, day)
	switch {
	case !ok:
		return fault.New(fault.Invalid, "assembly.subject_unknown").At("subject")
	case slices.Contains(d.Kinds, k):
		return nil
	}
	f := fault.New(fault.Conflict, "assembly.wrong_body."+string(d.Kinds[0])).At("subject").
		With("subject", d.Subject).With("kind", string(k)).With("right", string(d.Kinds[0]))
	f.Basis = d.Basis[0]
	return f
}

// Load reads the national rules of votes and the table of who decides what from a
// catalogue. It fails for rules that nobody could decide by.
func Load(fsys fs.FS) (*tally.Book, *Table, error) {
	law, err := fs.ReadFile(fsys, "deliberation/votes.json")
	if err != nil {
		return nil, nil, err
	}
	book, err := tally.Parse(law)
	if err != nil {
		return nil, nil, err
	}
	rows, err := fs.ReadFile(fsys, "deliberation/decisions.json")
	if err != nil {
		return nil, nil, err
	}
	table, err := ParseTable(rows)
	return book, table, err
}
