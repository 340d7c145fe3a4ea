// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package procedure

import (
	"context"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"pavilion/catalogue"
	"pavilion/internal/base/fault"
	"pavilion/internal/base/text"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/db/dbtest"
)

// second is the next version of the sample: an accepted case may be handed on.
func second() *Definition {
	d := sample()
	d.Version = 2
	d.Moves = append(d.Moves, Move{Action: "hand_on", From: []State{"accepted"}, To: "reported", By: []Role{"handler"}})
	return d
}

func publish(t *testing.T, l *Library, realm string, d *Definition) error {
	t.Helper()
	return l.Publish(t.Context(), realm, d, "test", monday(t))
}

func TestACaseKeepsTheVersionItBeganWith(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := NewLibrary(d, calendar(t))
		find := func(l *Library, realm string, version int) (*Machine[subject], error) {
			return Machines(t.Context(), l, realm, "sample.small", version, guards, limits)
		}
		for _, v := range []*Definition{sample(), second()} {
			if err := publish(t, l, "r", v); err != nil {
				t.Fatal(err)
			}
		}
		again := NewLibrary(d, calendar(t)) // as after a start
		for _, l := range []*Library{l, again} {
			old, err := find(l, "r", 1)
			if err != nil {
				t.Fatal(err)
			}
			latest, err := find(l, "r", 0)
			if err != nil {
				t.Fatal(err)
			}
			handOn := Attempt{Action: "hand_on", Roles: []Role{"handler"}, At: monday(t)}
			if _, err := old.Decide(subject{}, "accepted", handOn); fault.KindOf(err) != fault.Conflict {
				t.Errorf("a case of version 1 follows version 2: %v", err)
			}
			if _, err := latest.Decide(subject{}, "accepted", handOn); err != nil || latest.Version() != 2 {
				t.Errorf("a new case follows version %d: %v", latest.Version(), err)
			}
			if same, _ := find(l, "r", 2); same != latest {
				t.Error("a machine was made twice")
			}
			for what, version := range map[string]int{"r": 3, "another": 0} {
				if _, err := find(l, what, version); fault.KindOf(err) != fault.Missing {
					t.Errorf("version %d of realm %s: %v, want that it is missing", version, what, err)
				}
			}
		}
	})
}

func TestPublish(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := NewLibrary(d, calendar(t))
		changed, faulty, third := sample(), sample(), second()
		changed.Basis, faulty.Start, third.Version = "another", "nowhere", 3
		for _, tt := range []struct {
			name string
			d    *Definition
			want fault.Kind
		}{
			{"a definition with a fault is not published", faulty, fault.Invalid},
			{"a first version is published", sample(), ""},
			{"the same once more changes nothing", sample(), ""},
			{"another text under the same version is refused", changed, fault.Conflict},
			{"no version is left out", third, fault.Conflict},
			{"the next version is published", second(), ""},
			{"an earlier version does not come back", sample(), fault.Conflict},
		} {
			if err := publish(t, l, "r", tt.d); err != nil && fault.KindOf(err) != tt.want || (err == nil) != (tt.want == "") {
				t.Errorf("%s: %v", tt.name, err)
			}
		}
		if err := publish(t, l, "another", second()); err != nil {
			t.Errorf("a realm's versions are not its own, or it cannot begin with a later one: %v", err)
		}
	})
}

func TestTwoProcessesPublishTheSame(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		errs := make([]error, 8)
		var all sync.WaitGroup
		for i := range errs {
			all.Go(func() { errs[i] = publish(t, NewLibrary(d, calendar(t)), "r", sample()) })
		}
		all.Wait()
		for _, err := range errs {
			if err != nil {
				t.Error(err)
			}
		}
		n := 0
		err := d.View(t.Context(), func(tx *db.Tx) error { return versions(t.Context(), tx, &n) })
		if err != nil || n != 1 {
			t.Errorf("there are %d versions, %v; want one", n, err)
		}
	})
}

func versions(ctx context.Context, tx *db.Tx, n *int) error {
	return tx.QueryRow(ctx, `SELECT COUNT(version) FROM procedure_version`).Scan(n)
}

func TestReadRefusesWhatItDoesNotKnow(t *testing.T) {
	for name, body := range map[string]string{
		"a misspelt field": `{"name": "a.b", "onexpire": "x", "sates": {}}`,
		"no JSON":          `{`,
	} {
		if _, err := Read(fstest.MapFS{"procedures/a.json": {Data: []byte(body)}}, "a"); err == nil {
			t.Errorf("a definition with %s was read", name)
		}
	}
	if _, err := Read(fstest.MapFS{}, "a"); err == nil {
		t.Error("a definition that is not there was read")
	}
}

func TestTheStandardProcedure(t *testing.T) {
	d, err := Read(catalogue.FS(), "matter.standard")
	if err != nil {
		t.Fatal(err)
	}
	texts, err := text.Load(catalogue.FS())
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range texts.Languages() {
		for _, problem := range Lint(d, Known{Texts: texts.Keys(lang)}) {
			t.Errorf("%s: %s", lang, problem)
		}
	}
	for s, rule := range d.States {
		if rule.Within != nil && rule.Within.Basis == "" || rule.Within == nil && !rule.Final && rule.Basis == "" {
			t.Errorf("the term of %s has no basis", s)
		}
	}
}

func TestMermaid(t *testing.T) {
	said := map[string]string{"state.reported": "New: unread;\n#1", "role.handler": "Handler"}
	got := Mermaid(sample(), func(key string) string {
		if s, ok := said[key]; ok {
			return s
		}
		return key
	})
	for _, want := range []string{
		"stateDiagram-v2\n", "  reported: New  unread   1\n", "  [*] --> reported\n",
		"  accepted --> closed: action.close (Handler)\n", "  closed --> [*]\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("the drawing lacks %q:\n%s", want, got)
		}
	}
	if strings.Contains(got, "remark") {
		t.Error("a move that stays is drawn")
	}
}
