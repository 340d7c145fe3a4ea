// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package proceeding

import (
	"strconv"

	"pavilion/internal/base/fault"
	"pavilion/internal/civic/deliberation/assembly"
	"pavilion/internal/civic/deliberation/tally"
	"pavilion/internal/core/gathering"
)

// Fact is a proof with what it is worth now.
type Fact struct {
	Proof
	Gone     bool   // what it refers to was called off, given up, or taken back before it was public
	Day      string // of meeting, vote, notice, filing
	Title    string // in public words, once these are public
	Done     bool   // matter or survey is closed, photos are there
	Said     Said   // of words
	Paper    Paper  // of a receipt
	Stand    Stand  // of a notice
	Asked    Asked  // of a survey
	Resolved []gathering.Resolution

	Body      assembly.Kind // that met or voted
	BodyID    string
	BodyName  string
	Elsewhere bool            // it is there for another area
	Subject   string          // that the roster was drawn for
	Held      bool            // the gathering was
	TooFew    bool            // had come, and it was not
	Present   bool            // it had its quorum
	Lacking   []string        // parts of its minutes
	Vacant    []assembly.Seat // that had to be there
	Ahead     int             // whole days between notice and meeting; below zero without a notice
	Counted   bool            // there are numbers
	Count     tally.Count
	Rule      tally.Rule // of its day
	Verdict   tally.Verdict

	area     string
	hands    bool // there was a show of hands
	receipts []gathering.Filing
}

// Stand is how long a notice has stood.
type Stand struct {
	Number            string
	Posted, Until     string // days; empty before it is released
	Days, Of          int    // lawfully stood, of so many
	Complete          bool
	Withdrawn         bool
	Reason            string // of the withdrawal
	Open, All, Upheld int    // objections
	Lost              int    // days that do not count
}

// Asked is what a survey of households found. Counts are empty where they are kept back.
type Asked struct {
	Households, Answered int64
	Counts               []AskedCount
}

// AskedCount is how many households gave an answer.
type AskedCount struct {
	Choice string
	N      int64
}

// newest is the last live proof of a step that is of one of the kinds.
func (c Case) newest(s Step, kinds ...Kind) *Fact {
	list := c.Facts[s]
	for i := len(list) - 1; i >= 0; i-- {
		for _, k := range kinds {
			if list[i].Kind == k && list[i].Live() && !list[i].Gone {
				return &list[i]
			}
		}
	}
	return nil
}

// vote is the last live proof of a step that has, or will have, numbers: a ballot, or
// a meeting with a show of hands.
func (c Case) vote(s Step) *Fact {
	list := c.Facts[s]
	for i := len(list) - 1; i >= 0; i-- {
		f := &list[i]
		if f.Live() && !f.Gone && (f.Kind == Ballot || f.Kind == Meeting && f.Counted) {
			return f
		}
	}
	return nil
}

func lacks(s Step) *fault.Error { return no("proceeding.lacks." + string(s)).At(string(s)) }

func no(key string) *fault.Error { return fault.New(fault.Conflict, key) }

// subjectOf is what a body must be the right one for at a step.
func (p Proceeding) subjectOf(s Step) string {
	switch s {
	case Party:
		return "party_review"
	case Talk:
		return "joint_talk"
	}
	return p.Subject
}

// rightBody refuses what is of a body that is not the step's, and names the right one.
func (c Case) rightBody(s Step, f *Fact) *fault.Error {
	switch {
	case f.Elsewhere:
		return no("proceeding.elsewhere").At(string(s))
	case s == Talk && c.talksOtherwise(f.Body):
		return nil
	}
	return c.Table.Refuse(c.subjectOf(s), f.Body, f.Day)
}

// Fits reports whether a body is one of those that may act at a step on a day.
func (p Proceeding) Fits(s Step, a assembly.Assembly, day string, table *assembly.Table) bool {
	c := Case{Proceeding: p, Table: table}
	return c.rightBody(s, &Fact{Body: a.Kind, Day: day}) == nil
}

// talksOtherwise reports whether a body talks a topic over where there are no two
// committees: in a community the representatives of party and residents do.
func (c Case) talksOtherwise(k assembly.Kind) bool {
	return c.Procedure != FourTwo && (k == assembly.Party || k == assembly.ResidentReps || k == assembly.FiveParty)
}

// held says what a meeting lacks, or nil.
func (c Case) held(s Step) *fault.Error {
	f := c.newest(s, Meeting)
	if f == nil {
		return lacks(s)
	}
	if wrong := c.rightBody(s, f); wrong != nil {
		return wrong
	}
	switch {
	case f.TooFew:
		return no("proceeding.no_quorum").At(string(s))
	case !f.Held:
		return no("proceeding.not_held").At(string(s))
	case len(f.Lacking) > 0:
		return no("proceeding.minutes_missing").At(string(s)).With("n", strconv.Itoa(len(f.Lacking)))
	}
	return nil
}

// metQuorum is held, and enough have come.
func (c Case) metQuorum(s Step) *fault.Error {
	if why := c.held(s); why != nil {
		return why
	}
	if !c.newest(s, Meeting).Present {
		return no("proceeding.no_quorum").At(string(s))
	}
	return nil
}

// noticed says whether the notice of a step's meeting went out in time.
func (c Case) noticed(s Step) *fault.Error {
	f := c.newest(s, Meeting)
	switch {
	case f == nil:
		return lacks(s)
	case f.Rule.Notice > 0 && f.Ahead < 0:
		return no("proceeding.no_notice").At(string(s)).With("need", strconv.Itoa(f.Rule.Notice))
	case f.Ahead < f.Rule.Notice:
		return no("proceeding.late_notice").At(string(s)).With("need", strconv.Itoa(f.Rule.Notice)).With("had", strconv.Itoa(f.Ahead))
	}
	return nil
}

// counted is the vote of a step once it is the right body's, on a roster that was drawn
// for this, and counted.
func (c Case) counted(s Step) (*Fact, *fault.Error) {
	f := c.vote(s)
	if f == nil {
		return nil, no("proceeding.lacks_vote").At(string(s))
	}
	if wrong := c.rightBody(s, f); wrong != nil {
		return nil, wrong
	}
	if m := c.newest(s, Meeting); m != nil && m.BodyID != f.BodyID {
		return nil, no("proceeding.other_body").At(string(s))
	}
	switch {
	case f.Kind == Ballot && f.Subject != c.subjectOf(s):
		return nil, no("proceeding.other_subject").At(string(s))
	case !f.Counted:
		return nil, no("proceeding.uncounted").At(string(s))
	}
	return f, nil
}

// passed says why a step's vote has not passed, or nil.
func (c Case) passed(s Step) *fault.Error {
	f, why := c.counted(s)
	if why != nil {
		return why
	}
	switch f.Verdict.Outcome {
	case tally.Passed:
		return nil
	case tally.NoQuorum:
		return short("proceeding.no_quorum", f.Verdict.Quorum).At(string(s))
	}
	return short("proceeding.not_passed", f.Verdict.Pass).At(string(s))
}

// short is a fault with the first bound that does not hold.
func short(key string, checks []tally.Check) *fault.Error {
	f := no(key)
	for _, k := range checks {
		if !k.Holds {
			key += "_" + string(k.Measure)
			return no(key).With("had", amount(k, k.Had)).With("needed", amount(k, k.Needed)).With("whole", amount(k, k.Whole))
		}
	}
	return f
}

// amount writes a number of people, or an area in square metres.
func amount(k tally.Check, n int64) string {
	if k.Measure == tally.Area {
		return strconv.FormatFloat(float64(n)/100, 'f', 2, 64)
	}
	return strconv.FormatInt(n, 10)
}

// posted says whether a step's notice is public, or was until its days were over.
func (c Case) posted(s Step) *fault.Error {
	f := c.newest(s, Posting)
	switch {
	case f == nil:
		return lacks(s)
	case f.Stand.Withdrawn:
		return no("proceeding.notice_withdrawn").At(string(s))
	case f.Stand.Posted == "":
		return no("proceeding.notice_waiting").At(string(s))
	case f.Stand.Of < c.lawful():
		return no("proceeding.notice_short").At(string(s)).With("days", strconv.Itoa(f.Stand.Of)).With("law", strconv.Itoa(c.lawful()))
	}
	return nil
}

// lawful is for how many days the rule by which was decided wants a disclosure.
func (c Case) lawful() int {
	if f := c.vote(Decision); f != nil {
		return f.Rule.Disclosure
	}
	return 0
}

// stood says whether a step's notice has stood for its days with no objection open.
func (c Case) stood(s Step) *fault.Error {
	if why := c.posted(s); why != nil {
		return why
	}
	f := c.newest(s, Posting)
	switch {
	case f.Stand.Open > 0:
		return no("proceeding.objections_open").At(string(s)).With("n", strconv.Itoa(f.Stand.Open))
	case !f.Stand.Complete:
		return no("proceeding.notice_running").At(string(s)).With("days", strconv.Itoa(f.Stand.Days)).With("of", strconv.Itoa(f.Stand.Of))
	}
	return nil
}

// objections is how many against what was resolved are open.
func (c Case) objections() int {
	if f := c.newest(Resolution, Posting); f != nil {
		return f.Stand.Open
	}
	return 0
}

// lost says why it cannot be said that a step's vote is lost, or nil.
func (c Case) lost(s Step) *fault.Error {
	f, why := c.counted(s)
	if why != nil {
		return why
	}
	if f.Verdict.Outcome != tally.Rejected && f.Verdict.Outcome != tally.Tied {
		return no("proceeding.not_lost").At(string(s))
	}
	return nil
}

// tooFew says why it cannot be said that too few came to a step's vote, or nil.
func (c Case) tooFew(s Step) *fault.Error {
	if m := c.newest(s, Meeting); m != nil && m.TooFew {
		return nil
	}
	f, why := c.counted(s)
	if why != nil {
		return why
	}
	if f.Verdict.Outcome != tally.NoQuorum {
		return no("proceeding.quorum_met").At(string(s))
	}
	return nil
}
