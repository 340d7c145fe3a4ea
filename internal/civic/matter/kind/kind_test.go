// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package kind_test

import (
	"encoding/json"
	"strings"
	"testing"

	"pavilion/catalogue"
	"pavilion/internal/base/clock"
	"pavilion/internal/civic/matter/kind"
)

func TestTheCatalogueIsWithoutFault(t *testing.T) {
	b, err := kind.Load(catalogue.FS())
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range b.Lint() {
		t.Errorf("%s %s: %s", f.Code, f.Field, f.Key)
	}
	if n := len(b.All()); n != 99 {
		t.Errorf("it has %d types, want 99", n)
	}
	if got := strings.Join(b.Emergency(), " "); got != "110 119 120" {
		t.Errorf("numbers to call first: %s", got)
	}
}

func TestLimitsByConditionAndGrade(t *testing.T) {
	k := kind.Kind{
		Handle:     clock.Term{Unit: clock.Workday, N: 5},
		Conditions: []kind.Condition{{Name: "at_night", Handle: clock.Term{Unit: clock.WorkHour, N: 5}}, {Name: "danger", Handle: clock.Term{Unit: clock.UrgentHour, N: 6}}},
	}
	for _, tt := range []struct {
		condition string
		grade     int
		want      clock.Term
	}{
		{"", 1, clock.Term{Unit: clock.Workday, N: 5}},
		{"", 2, clock.Term{Unit: clock.Workday, N: 8}}, // 7.5, rounded up
		{"", 3, clock.Term{Unit: clock.Workday, N: 10}},
		{"", 0, clock.Term{Unit: clock.Workday, N: 5}},
		{"at_night", 2, clock.Term{Unit: clock.WorkHour, N: 7.5}},
		{"danger", 3, clock.Term{Unit: clock.UrgentHour, N: 6}},
		{"unheard_of", 1, clock.Term{Unit: clock.Workday, N: 5}},
	} {
		if got := k.Limit(tt.condition, tt.grade); got != tt.want {
			t.Errorf("under %q in grade %d: %v, want %v", tt.condition, tt.grade, got, tt.want)
		}
	}
}

func TestLintFindsWhatIsWrong(t *testing.T) {
	sound := kind.Kind{
		Code: "010101", List: "B", Priority: "P3", Respond: clock.Term{Unit: clock.WorkHour, N: 2},
		Handle: clock.Term{Unit: clock.Workday, N: 1}, Lead: "URBAN", Evidence: []string{"photo"}, Privacy: "A",
	}
	for want, change := range map[string]func(*kind.Kind){
		"":                            func(*kind.Kind) {},
		"kind.list_unknown":           func(k *kind.Kind) { k.List = "X" },
		"kind.priority_unknown":       func(k *kind.Kind) { k.Priority = "" },
		"kind.privacy_unknown":        func(k *kind.Kind) { k.Privacy = "E" },
		"kind.about_person":           func(k *kind.Kind) { k.About = "person" },
		"kind.lead_required":          func(k *kind.Kind) { k.Lead = "" },
		"kind.evidence_required":      func(k *kind.Kind) { k.Evidence = nil },
		"kind.department_leads":       func(k *kind.Kind) { k.List, k.Lead = "C", "COMM" },
		"kind.danger_in_urgent_hours": func(k *kind.Kind) { k.Priority, k.Handle.Unit, k.Handle.N = "P1", clock.UrgentHour, 9 },
		"kind.danger_needs_interim":   func(k *kind.Kind) { k.Priority, k.Respond.Unit = "P1", clock.UrgentHour },
		"kind.statutory_longer":       func(k *kind.Kind) { k.Statutory = clock.Term{Unit: clock.Workday, N: 0.5} },
		"kind.statutory_unit":         func(k *kind.Kind) { k.Statutory = clock.Term{Unit: clock.CalendarDay, N: 5} },
		"kind.unit_unknown":           func(k *kind.Kind) { k.Respond.Unit = "week" },
		"kind.term_out_of_range":      func(k *kind.Kind) { k.Respond.N = 0 },
		"kind.handle_before_respond":  func(k *kind.Kind) { k.Respond = clock.Term{Unit: clock.Workday, N: 2} },
		"kind.condition_unnamed":      func(k *kind.Kind) { k.Conditions = []kind.Condition{{Handle: k.Handle}} },
	} {
		k := sound
		change(&k)
		body, err := json.Marshal(map[string]any{"types": []kind.Kind{k}, "frequent": []string{}})
		if err != nil {
			t.Fatal(err)
		}
		b, err := kind.Parse(body)
		if err != nil {
			t.Fatal(err)
		}
		found := want == "" && len(b.Lint()) == 0
		for _, f := range b.Lint() {
			found = found || f.Key == want
		}
		if !found {
			t.Errorf("%q was not found; found %v", want, b.Lint())
		}
	}
}

func TestAWithdrawnTypeIsFoundAndNotOffered(t *testing.T) {
	b, err := kind.Parse([]byte(`{"frequent": ["010101", "010102"], "types": [
		{"code": "010101", "withdrawn": true, "list": "B", "priority": "P3", "lead": "URBAN", "evidence": ["photo"], "privacy": "A", "respond": {"unit": "workday", "n": 1}, "handle": {"unit": "workday", "n": 1}},
		{"code": "010102", "list": "B", "priority": "P3", "lead": "URBAN", "evidence": ["photo"], "privacy": "D", "respond": {"unit": "workday", "n": 1}, "handle": {"unit": "workday", "n": 1}}]}`))
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := b.Find("010101"); !ok {
		t.Error("matters that have it cannot find it any more")
	}
	if len(b.All()) != 1 || len(b.Offered()) != 0 || len(b.Frequent()) != 1 || len(b.Listed()) != 2 {
		t.Errorf("offered are %v, frequent %v", b.All(), b.Frequent())
	}
	for name, body := range map[string]string{
		"a code of five digits": `{"types": [{"code": "01010"}]}`,
		"a code of letters":     `{"types": [{"code": "01010x"}]}`,
		"a code twice":          `{"types": [{"code": "010101"}, {"code": "010101"}]}`,
		"a field unknown":       `{"types": [{"code": "010101", "respnod": 1}]}`,
	} {
		if _, err := kind.Parse([]byte(body)); err == nil {
			t.Errorf("%s was read", name)
		}
	}
}
