// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package routing

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"
)

func table(t testing.TB, rows ...Row) *Table {
	t.Helper()
	text, err := json.Marshal(Table{Rows: rows})
	if err != nil {
		t.Fatal(err)
	}
	out, err := Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

var chain = []string{"grid", "village", "town", "county"}

// noon is that of a Monday.
var noon = time.Date(2026, 9, 21, 12, 0, 0, 0, time.UTC)

func TestTheMostSpecificRowWins(t *testing.T) {
	rows := table(t,
		Row{Body: "anything"}, Row{Code: "02", Body: "class"}, Row{Code: "0201", Area: "town", Body: "level in town"},
		Row{Code: "020103", Body: "type"}, Row{Code: "020103", Area: "town", Body: "type in town"},
		Row{Code: "020103", Area: "town", From: "18:00", To: "08:00", Body: "type in town at night"},
		Row{Code: "020104", Area: "grid", Days: []int{0, 6}, Body: "weekend"}, Row{Area: "grid", Body: "all in grid"},
	)
	for _, tt := range []struct {
		name, code string
		chain      []string
		at         time.Time
		want       string
	}{
		{"a type in its town", "020103", chain, noon, "type in town"},
		{"a type elsewhere", "020103", []string{"other", "county"}, noon, "type"},
		{"at night", "020103", chain, noon.Add(7 * time.Hour), "type in town at night"},
		{"after midnight", "020103", chain, noon.Add(14 * time.Hour), "type in town at night"},
		{"at the end of the night", "020103", chain, noon.Add(20 * time.Hour), "type in town"},
		{"a second level", "020101", chain, noon, "level in town"},
		{"a class beats a grid", "020201", chain, noon, "class"},
		{"another class in the grid", "050101", chain, noon, "all in grid"},
		{"anything else", "050101", []string{"other"}, noon, "anything"},
		{"on weekdays", "020104", chain, noon, "level in town"},
		{"on Sundays", "020104", chain, noon.AddDate(0, 0, -1), "weekend"},
		{"without a code", "", []string{"other"}, noon, "anything"},
	} {
		if got := rows.Applying(tt.code, tt.chain, tt.at); len(got) == 0 || got[0].Body != tt.want {
			t.Errorf("%s: %v, want %s", tt.name, got, tt.want)
		}
	}
}

func TestLint(t *testing.T) {
	for _, tt := range []struct {
		name string
		rows []Row
		want string
	}{
		{"two equal rows", []Row{{Code: "02", Body: "a"}, {Code: "02", Body: "b"}}, "routing.twice"},
		{"two rows of one hour", []Row{{Code: "02", From: "08:00", To: "12:00", Body: "a"}, {Code: "02", From: "11:00", To: "13:00", Body: "b"}}, "routing.twice"},
		{"two nights", []Row{{From: "22:00", To: "06:00", Body: "a"}, {From: "05:00", To: "07:00", Body: "b"}}, "routing.twice"},
		{"day and night", []Row{{From: "08:00", To: "18:00", Body: "a"}, {From: "18:00", To: "08:00", Body: "b"}}, ""},
		{"week and weekend", []Row{{Days: []int{1, 2, 3, 4, 5}, Body: "a"}, {Days: []int{0, 6}, Body: "b"}}, ""},
		{"Friday's night and Saturday", []Row{{Days: []int{5}, From: "22:00", To: "06:00", Body: "a"}, {Days: []int{6}, Body: "b"}}, "routing.twice"},
		{"always and at night", []Row{{Code: "02", Body: "a"}, {Code: "02", From: "18:00", To: "08:00", Body: "b"}}, ""},
		{"two areas", []Row{{Area: "x", Body: "a"}, {Area: "y", Body: "b"}}, ""},
		{"three digits", []Row{{Code: "020", Body: "a"}}, "routing.code"},
		{"letters", []Row{{Code: "0a", Body: "a"}}, "routing.code"},
		{"an hour that is none", []Row{{From: "25:00", To: "26:00", Body: "a"}}, "routing.time"},
		{"a beginning without an end", []Row{{From: "08:00", Body: "a"}}, "routing.time"},
		{"an eighth day", []Row{{Days: []int{7}, Body: "a"}}, "routing.time"},
	} {
		got := table(t, tt.rows...).Lint()
		if (len(got) > 0) != (tt.want != "") || len(got) > 0 && got[0].Key != tt.want {
			t.Errorf("%s: %v, want %q", tt.name, got, tt.want)
		}
	}
}

// The order of rows, and rows about something else, change nothing.
func TestChanceDecidesNothing(t *testing.T) {
	rnd := rand.New(rand.NewPCG(5, 9))
	codes := []string{"", "02", "0201", "020103", "03", "0301"}
	areas := []string{"", "grid", "village", "town", "elsewhere"}
	for range 300 {
		var rows []Row
		for n := range 1 + rnd.IntN(12) {
			r := Row{Code: codes[rnd.IntN(len(codes))], Area: areas[rnd.IntN(len(areas))], Body: fmt.Sprint(n)}
			if rnd.IntN(3) == 0 {
				r.From, r.To = fmt.Sprintf("%02d:00", rnd.IntN(24)), fmt.Sprintf("%02d:30", rnd.IntN(24))
			}
			if len(table(t, append(rows, r)...).Lint()) == 0 {
				rows = append(rows, r)
			}
		}
		at := noon.Add(time.Duration(rnd.IntN(24*7)) * time.Hour)
		want := table(t, rows...).Applying("020103", chain, at)
		rnd.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
		got := table(t, append(rows, Row{Code: "09", Body: "unrelated"})...).Applying("020103", chain, at)
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Fatalf("shuffled: %v, before: %v", got, want)
		}
		for _, r := range got {
			if !r.at(at) || r.Area == "elsewhere" {
				t.Fatalf("a row that does not apply: %+v", r)
			}
		}
	}
}

func BenchmarkApplying(b *testing.B) {
	var rows []Row
	for n := range 5000 {
		rows = append(rows, Row{Code: fmt.Sprintf("%06d", n), Area: "town", Body: "b"})
	}
	t := table(b, append(rows, Row{Code: "0201", Body: "b"}, Row{Body: "b"})...)
	for b.Loop() {
		t.Applying("004321", chain, noon)
	}
}
