// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package retention

import (
	"testing"
	"time"
)

var kinds = []Kind{
	{Name: "contact", Deeds: []Deed{Destroy, Keep}, Classes: true, States: []string{"closed", Urgent}},
	{Name: "audit", Deeds: []Deed{Keep}, Min: 183},
	{Name: "import", Deeds: []Deed{Destroy}, Max: 7},
}

func TestWhatTheLawBoundsCannotBePassed(t *testing.T) {
	sound := `{"kind":"contact","days":365,"deed":"destroy","basis":"b"},{"kind":"audit","days":183,"deed":"keep","basis":"b"},`
	for _, tt := range []struct{ name, rows, path, key string }{
		{"the shortest and the longest that law allows", sound + `{"kind":"import","days":7,"deed":"destroy","basis":"b"}`, "", ""},
		{"scratch kept for eight days", sound + `{"kind":"import","days":8,"deed":"destroy","basis":"b"}`, "rows.3", "retention.too_long"},
		{"no row for a kind", sound[:len(sound)-1], "rows", "retention.row_missing"},
		{"no basis", sound + `{"kind":"import","days":7,"deed":"destroy","basis":" "}`, "rows.3", "retention.basis_missing"},
		{"a deed that the kind does not know", sound + `{"kind":"import","days":7,"deed":"deidentify","basis":"b"}`, "rows.3", "retention.deed_unknown"},
		{"less than no days", sound + `{"kind":"import","days":-1,"deed":"destroy","basis":"b"}`, "rows.3", "retention.days_range"},
		{"a class where there are none", sound + `{"kind":"import","class":"A","days":7,"deed":"destroy","basis":"b"},{"kind":"import","days":7,"deed":"destroy","basis":"b"}`, "rows.3", "retention.class_unknown"},
		{"a state that is none", sound + `{"kind":"import","days":7,"deed":"destroy","basis":"b"},{"kind":"contact","state":"open","days":7,"deed":"destroy","basis":"b"}`, "rows.4", "retention.state_unknown"},
		{"emergency data kept for two months", sound + `{"kind":"import","days":7,"deed":"destroy","basis":"b"},{"kind":"contact","state":"emergency","days":60,"deed":"destroy","basis":"b"}`, "rows.4", "retention.too_long"},
		{"emergency data kept for good", sound + `{"kind":"import","days":7,"deed":"destroy","basis":"b"},{"kind":"contact","state":"emergency","days":1,"deed":"keep","basis":"b"}`, "rows.4", "retention.too_long"},
		{"logs kept for a month", `{"kind":"contact","days":365,"deed":"destroy","basis":"b"},{"kind":"import","days":7,"deed":"destroy","basis":"b"},{"kind":"audit","days":30,"deed":"keep","basis":"b"}`, "rows.3", "retention.too_short"},
		{"the same row twice", sound + `{"kind":"import","days":7,"deed":"destroy","basis":"b"},{"kind":"import","days":6,"deed":"destroy","basis":"b"}`, "rows.4", "retention.row_twice"},
		{"a kind that nobody keeps", sound + `{"kind":"import","days":7,"deed":"destroy","basis":"b"},{"kind":"faces","days":6,"deed":"destroy","basis":"b"}`, "rows.4", "retention.kind_unknown"},
	} {
		s, err := Parse([]byte(`{"rows":[` + tt.rows + `]}`))
		if err != nil {
			t.Fatal(tt.name, err)
		}
		got := s.Lint(kinds)
		switch {
		case tt.key == "" && len(got) > 0, tt.key != "" && len(got) != 1:
			t.Errorf("%s: %+v", tt.name, got)
		case tt.key != "" && (got[0].Key != tt.key || got[0].Path != tt.path):
			t.Errorf("%s: %s at %s, want %s at %s", tt.name, got[0].Key, got[0].Path, tt.key, tt.path)
		}
	}
}

func TestTheMostPreciseRowCounts(t *testing.T) {
	s, err := Parse([]byte(`{"rows":[{"kind":"contact","days":1},{"kind":"contact","class":"C","days":2},{"kind":"contact","state":"closed","days":3},{"kind":"contact","class":"C","state":"closed","days":4}]}`))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		class, state string
		days         int
	}{{"A", "void", 1}, {"C", "void", 2}, {"A", "closed", 3}, {"C", "closed", 4}} {
		if r, ok := s.For("contact", tt.class, tt.state); !ok || r.Days != tt.days {
			t.Errorf("%s %s: %d days, want %d", tt.class, tt.state, r.Days, tt.days)
		}
	}
	if _, ok := s.For("faces", "A", "closed"); ok {
		t.Error("there is a row for what nobody keeps")
	}
}

func TestAChangedTombstoneHasAnotherHash(t *testing.T) {
	stone := Stone{Realm: "r", Batch: "b", Item: Item{Kind: "contact", Subject: "matter/1", Class: "A", State: "closed"}, Deed: Destroy, Cause: "schedule", Rule: "contact/*/*", Edition: 1, N: 1, By: "system", At: time.UnixMicro(7)}
	for name, change := range map[string]func(*Stone){
		"realm": func(s *Stone) { s.Realm = "x" }, "subject": func(s *Stone) { s.Item.Subject = "matter/2" }, "count": func(s *Stone) { s.N = 2 },
		"rule": func(s *Stone) { s.Rule = "x" }, "edition": func(s *Stone) { s.Edition = 2 }, "time": func(s *Stone) { s.At = time.UnixMicro(8) },
		"person": func(s *Stone) { s.By = "x" }, "deed": func(s *Stone) { s.Deed = Deidentify }, "class": func(s *Stone) { s.Item.Class = "B" },
	} {
		other := stone
		change(&other)
		if other.sum() == stone.sum() {
			t.Errorf("another %s has the same hash", name)
		}
	}
}
