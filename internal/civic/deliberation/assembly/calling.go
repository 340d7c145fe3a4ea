// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package assembly

import (
	"context"

	"pavilion/internal/base/fault"
	"pavilion/internal/civic/deliberation/tally"
	"pavilion/internal/platform/db"
)

// Calling is a body on a day, for whoever calls it together.
type Calling struct {
	Assembly
	Rule    tally.Rule // zero where none is in force
	Ruled   bool
	Members []Called // whose mandate holds on that day, by number
}

// Called is a member who should come.
type Called struct {
	Member
	Counts bool  // for the quorum
	Area   int64 // that counts with them
}

// Calling returns who of a body should come on a day, and by which rule they are enough.
// Whoever asks answers for who sees it.
func (s *Service) Calling(ctx context.Context, tx *db.Tx, realm, id, day string) (out Calling, err error) {
	if out.Assembly, err = find(ctx, tx, realm, id); err != nil {
		return out, err
	}
	out.Rule, err = s.RuleIn(ctx, tx, realm, string(out.Kind), day)
	if out.Ruled = err == nil; !out.Ruled && fault.KindOf(err) != fault.Conflict {
		return out, err
	}
	members, err := s.members(ctx, tx, realm, id)
	if err != nil {
		return out, err
	}
	entries, err := draw(drawing{kind: out.Kind, rule: out.Rule, day: day, members: members})
	if err != nil {
		return out, err
	}
	of := map[string]Member{}
	for _, m := range members {
		of[m.ID] = m
	}
	for _, e := range entries {
		if e.Entitled || e.Why == NoVote {
			out.Members = append(out.Members, Called{of[e.Member], e.Entitled, e.Share})
		}
	}
	return out, nil
}

// Present counts those who are there, and holds the rule against them. Without a rule
// whoever comes is enough.
func (c Calling) Present(there []string) (count tally.Count, checks []tally.Check, met bool) {
	is := map[string]bool{}
	for _, id := range there {
		is[id] = true
	}
	for _, m := range c.Members {
		sum := tally.Sum{People: 1, Area: m.Area}
		if m.Counts {
			count.Entitled = count.Entitled.Plus(sum)
		}
		if m.Counts && is[m.ID] {
			count.Attended = count.Attended.Plus(sum)
		}
	}
	if !c.Ruled {
		return count, nil, true
	}
	checks, met = c.Rule.Present(count)
	return count, checks, met
}

// Empty lists the seats of a table with fixed seats that nobody has on that day.
func (c Calling) Empty() (out []Seat) {
	if c.Kind != FiveParty {
		return nil
	}
	taken := map[Seat]bool{}
	for _, m := range c.Members {
		taken[m.Seat] = true
	}
	for _, seat := range c.Kind.Seats() {
		if !taken[seat] {
			out = append(out, seat)
		}
	}
	return out
}
