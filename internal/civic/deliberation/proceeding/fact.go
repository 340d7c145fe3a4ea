// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package proceeding

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/civic/deliberation/assembly"
	"pavilion/internal/civic/deliberation/disclosure"
	"pavilion/internal/civic/deliberation/poll"
	"pavilion/internal/civic/deliberation/survey"
	"pavilion/internal/civic/deliberation/tally"
	"pavilion/internal/core/gathering"
	"pavilion/internal/platform/db"
)

// caseOf reads all that the guards of a proceeding look at, and apart from it what was
// taken from its steps.
func (s *Service) caseOf(ctx context.Context, tx *db.Tx, p Proceeding) (Case, map[Step][]Fact, error) {
	row, _ := s.Bodies.Table.Of(p.Subject, s.Today())
	c := Case{Proceeding: p, Facts: map[Step][]Fact{}, Table: s.Bodies.Table, Files: row.Filing != ""}
	ended := map[Step][]Fact{}
	list, err := proofs(ctx, tx, p.Realm, p.ID)
	if err != nil {
		return c, nil, err
	}
	for _, one := range list {
		if !one.Live() {
			ended[one.Step] = append(ended[one.Step], Fact{Proof: one})
			continue
		}
		f, err := s.fact(ctx, tx, one)
		if err != nil {
			return c, nil, fmt.Errorf("proof %s of %s: %w", one.ID, p.Name(), err)
		}
		if f.BodyID != "" {
			f.Elsewhere = !s.covers(p, f.area)
		}
		c.Facts[one.Step] = append(c.Facts[one.Step], f)
		if one.Step == Decision && one.Kind == Meeting {
			c.Facts[Filing] = append(c.Facts[Filing], filings(f)...)
		}
	}
	return c, ended, nil
}

// covers reports whether a body that is there for an area may decide for a proceeding's.
func (s *Service) covers(p Proceeding, area string) bool {
	a, ok := s.Org.Area(p.Realm, area)
	return ok && a.Lo <= p.Place && p.Place < a.Hi
}

// filings are the receipts that a decision's gathering has already.
func filings(f Fact) (out []Fact) {
	for _, r := range f.receipts {
		out = append(out, Fact{
			Proof: Proof{Realm: f.Realm, Proceeding: f.Proceeding, ID: f.ID + "/" + r.ID, Step: Filing, Kind: Receipt, Ref: f.Ref, At: r.At, Account: r.By},
			Day:   r.Day, Paper: Paper{With: r.Unit, Number: r.Number, Day: r.Day},
		})
	}
	return out
}

// fact is what a proof is worth now. What it refers to and is not there any more counts
// for nothing.
func (s *Service) fact(ctx context.Context, tx *db.Tx, p Proof) (f Fact, err error) {
	f = Fact{Proof: p}
	switch p.Kind {
	case Words:
		err = json.Unmarshal(p.Detail, &f.Said)
	case Receipt:
		err = json.Unmarshal(p.Detail, &f.Paper)
		f.Day = f.Paper.Day
	case Pictures:
		f.Done = true
	case Meeting:
		err = s.meets(ctx, tx, &f)
	case Ballot:
		err = s.polled(ctx, tx, &f)
	case Posting:
		err = s.posts(ctx, tx, &f)
	case Inquiry:
		err = s.asked(ctx, tx, &f)
	case Errand:
		var e ErrandState
		e, err = s.Errands.Errand(ctx, tx, p.Realm, p.Ref)
		f.Done, f.Title = e.Done, e.Number
	}
	if fault.KindOf(err) == fault.Missing {
		f.Gone, err = true, nil
	}
	return f, err
}

// meets reads a gathering: whose, when, what its minutes lack, and how many came.
func (s *Service) meets(ctx context.Context, tx *db.Tx, f *Fact) error {
	var kept meeting
	if err := json.Unmarshal(f.Detail, &kept); err != nil {
		return err
	}
	r, err := s.Gatherings.Record(ctx, tx, f.Realm, f.Ref)
	if err != nil {
		return err
	}
	f.Day, f.Title, f.Rule = s.Gatherings.Day(r.Gathering), r.Title, kept.Rule
	if f.BodyID = strings.TrimPrefix(r.Gathering.Host, "assembly/"); f.BodyID != "" {
		body, err := s.Bodies.Find(ctx, tx, f.Realm, f.BodyID)
		if err != nil {
			return err
		}
		f.Body, f.area, f.BodyName = body.Kind, body.Area, body.Name
	}
	f.Gone = r.State == gathering.Cancelled
	f.TooFew = r.State == gathering.NoQuorum
	f.Held = r.State == gathering.Held || r.State == gathering.Complete
	f.Present = r.Begin.Met
	f.Lacking = r.Missing()
	f.Ahead = ahead(r.Noticed, f.Day)
	f.Resolved, f.receipts = r.Resolutions, r.Filings
	for _, seat := range r.Empty() {
		f.Vacant = append(f.Vacant, assembly.Seat(seat.Role[strings.LastIndex(seat.Role, ".")+1:]))
	}
	f.Count.Entitled.People, f.Count.Attended.People = int64(r.Begin.Due), int64(r.Begin.Present)
	if f.hands = kept.Hands != nil; f.hands {
		f.Count.For.People, f.Count.Against.People = kept.Hands.For, kept.Hands.Against
		f.Count.Abstained.People, f.Count.Spoilt.People = kept.Hands.Abstained, kept.Hands.Spoilt
	}
	if f.TooFew || kept.Hands != nil && f.Held {
		f.Counted = f.Count.Sound() == nil
		f.Verdict = f.Rule.Decide(f.Count)
	}
	if f.TooFew {
		f.Verdict.Outcome = tally.NoQuorum
	}
	return nil
}

// ahead counts the days from a notice to a meeting; below zero without a notice.
func ahead(noticed, day string) int {
	from, bad := time.Parse(time.DateOnly, noticed)
	to, err := time.Parse(time.DateOnly, day)
	if bad != nil || err != nil {
		return -1
	}
	return int(to.Sub(from).Hours() / 24)
}

// polled reads a vote: on whose roster, for what, and what was counted.
func (s *Service) polled(ctx context.Context, tx *db.Tx, f *Fact) error {
	p, r, err := s.Polls.Read(ctx, tx, f.Realm, f.Ref)
	if err != nil {
		return err
	}
	roster, err := s.Bodies.Summary(ctx, tx, f.Realm, p.Roster)
	if err != nil {
		return err
	}
	body, err := s.Bodies.Find(ctx, tx, f.Realm, roster.Assembly)
	if err != nil {
		return err
	}
	f.Day, f.Title, f.Subject, f.Body, f.BodyID, f.area, f.BodyName = roster.Day, p.Question, roster.Subject, body.Kind, body.ID, body.Area, body.Name
	f.Gone, f.Rule = p.State == poll.Dropped, p.Rule
	if f.Count.Entitled = roster.Entitled; p.State == poll.Counted {
		f.Counted, f.Count, f.Verdict = true, r.Count, r.Verdict
	}
	return nil
}

// posts reads a notice and how long it has stood.
func (s *Service) posts(ctx context.Context, tx *db.Tx, f *Fact) error {
	n, err := s.Notices.Find(ctx, tx, f.Realm, f.Ref)
	if err != nil {
		return err
	}
	st, err := s.Notices.Standing(ctx, tx, f.Realm, f.Ref)
	if err != nil {
		return err
	}
	f.Title, f.Day, f.Gone = n.Title, n.Posted, n.State == disclosure.Dropped
	f.Stand = Stand{
		Number: n.Number, Posted: n.Posted, Until: st.Last, Days: st.Stood, Of: st.Needed, Complete: st.Complete, Withdrawn: n.State == disclosure.Withdrawn,
		Reason: n.Reason, Open: st.Open, All: st.Objections, Upheld: st.Upheld, Lost: len(st.Lost),
	}
	return nil
}

// asked reads a survey of households.
func (s *Service) asked(ctx context.Context, tx *db.Tx, f *Fact) error {
	v, err := s.Surveys.Find(ctx, tx, f.Realm, f.Ref)
	if err != nil {
		return err
	}
	f.Title, f.Gone, f.Done = v.Question, v.State == survey.Dropped, v.State == survey.Closed
	f.Asked.Households = int64(v.Asked)
	if !f.Done {
		return nil
	}
	r, err := s.Surveys.Result(ctx, tx, f.Realm, f.Ref)
	if err == nil {
		f.Day, f.Asked = s.day(r.ClosedAt), Asked{Households: int64(r.Asked), Answered: int64(r.Answered)}
		for _, n := range r.Counts {
			f.Asked.Counts = append(f.Asked.Counts, AskedCount{Choice: n.Choice, N: int64(r.N(n.Choice))})
		}
	}
	return err
}
