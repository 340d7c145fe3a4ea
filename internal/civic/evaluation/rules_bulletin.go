// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package evaluation

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
)

// BulletinFormat is what a bulletin's file says it is.
const BulletinFormat = "pavilion-bulletin-1"

// pseudonymVersion begins what a pseudonym is made from.
const pseudonymVersion = "pavilion-fact-1"

// Pseudonym is what a case is called in one bulletin: the first half of the
// SHA-256 of version, realm, number of the bulletin and id of the case, each
// preceded by its length in bytes as an unsigned 64-bit big-endian number. Whoever
// has a receipt knows the id and finds their own case; bulletins cannot be joined.
func Pseudonym(realm, number, ref string) string {
	h := sha256.New()
	for _, part := range [...]string{pseudonymVersion, realm, number, ref} {
		h.Write(binary.BigEndian.AppendUint64(nil, uint64(len(part))))
		h.Write([]byte(part))
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// FactLine is a case as a bulletin tells it: when it counts, what it counts by, and
// what was done. Of the place it has the town, of the type the class, and neither
// where the type could tell of a person. It holds no moment: what was done is
// told in microseconds since the report, and Fact.Due is 1 for what was overdue
// and 3 for what was not.
type FactLine struct {
	Pseudonym  string `json:"p"`
	Reported   Month  `json:"in_reported"`
	Dispatched Month  `json:"in_dispatched,omitempty"`
	Handled    Month  `json:"in_handled,omitempty"`
	Called     Month  `json:"in_called,omitempty"`
	Fact
}

// lineNow is the instant at which the measures look at a line.
const lineNow = 2

// lineOf tells a fact, as it was at an instant, without what leads to a case.
func lineOf(f Fact, months map[string]Month, restricted bool, now int64) FactLine {
	l := FactLine{
		Reported: months["reported"], Dispatched: months["dispatched"], Handled: months["handled"], Called: months["called"],
		Fact: Fact{
			Type: fmt.Sprintf("%.2s", f.Type), Town: f.Town, Origin: f.Origin, State: f.State,
			Dispatches: f.Dispatches, Returns: f.Returns, Reworks: f.Reworks, Extensions: f.Extensions, Reopened: f.Reopened,
			Settled: f.Settled, Reached: f.Reached, Solved: f.Solved, Satisfied: f.Satisfied,
		},
	}
	if restricted {
		l.Type, l.Town, l.Origin = "", 0, ""
	}
	for _, instant := range []struct {
		from int64
		to   *int64
	}{
		{f.Reported, &l.Fact.Reported}, {f.Registered, &l.Registered}, {f.Dispatched, &l.Fact.Dispatched}, {f.Signed, &l.Signed},
		{f.SignDue, &l.SignDue}, {f.Handled, &l.Fact.Handled}, {f.HandleDue, &l.HandleDue}, {f.Ended, &l.Ended},
	} {
		if instant.from > 0 {
			*instant.to = max(instant.from-f.Reported, 0) + 1
		}
	}
	if f.Due > 0 {
		l.Due = 3
		if f.Due < now {
			l.Due = 1
		}
	}
	return l
}

// month is the month in which a line counts by a date.
func (l FactLine) month(date string) Month {
	return map[string]Month{"reported": l.Reported, "dispatched": l.Dispatched, "handled": l.Handled, "called": l.Called}[date]
}

// Count is one count of a bulletin: how many cases of a part an indicator is Of, and
// for how many of these it holds.
type Count struct {
	By   Dimension `json:"by"`
	Part string    `json:"part"`
	Code string    `json:"code"`
	N    int       `json:"n"`
	Of   int       `json:"of"`
}

// disclosed are the dimensions that bulletins tell apart.
var disclosed = []Dimension{All, Town, Class, Channel}

// tallied collects the counts of a bulletin line by line.
type tallied map[cell]int

// add counts a line for the indicators of a period.
func (t tallied) add(indicators []Indicator, p Period, l FactLine) {
	for _, i := range indicators {
		if m := l.month(i.Period); m < p.From || m > p.To {
			continue
		}
		of, n := i.counts(l.Fact, lineNow)
		if !of {
			continue
		}
		for _, d := range disclosed {
			_, part := l.Fact.part(d)
			t[cell{d, "", part, i.Code + ".d"}]++
			if n {
				t[cell{d, "", part, i.Code + ".n"}]++
			}
		}
	}
}

// counts are the sums in their order.
func (t tallied) counts() []Count {
	out := []Count{}
	for c, n := range t {
		code, isOf := strings.CutSuffix(c.measured, ".d")
		if isOf {
			numerator := c
			numerator.measured = code + ".n"
			out = append(out, Count{By: c.dimension, Part: c.part, Code: code, N: t[numerator], Of: n})
		}
	}
	slices.SortFunc(out, func(a, b Count) int {
		return cmp.Or(cmp.Compare(a.By, b.By), cmp.Compare(a.Part, b.Part), cmp.Compare(a.Code, b.Code))
	})
	return out
}

// open are the indicators that everybody may see.
func (b *Book) open() []Indicator {
	return slices.DeleteFunc(slices.Clone(b.Indicators), func(i Indicator) bool { return !i.Public })
}
