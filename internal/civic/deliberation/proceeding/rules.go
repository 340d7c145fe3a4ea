// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package proceeding

import (
	"slices"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/civic/deliberation/assembly"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/procedure"
)

// The procedures, as the table of who decides what names them.
const (
	FourTwo    = "topic.four_two"
	OneSurvey  = "topic.one_survey"
	FiveParty  = "topic.five_party"
	Owners     = "topic.owners"
	Collective = "topic.collective"
	Custom     = "topic.custom" // a realm's own
)

// Procedures lists the procedures that come with the program.
func Procedures() []string {
	return []string{FourTwo, OneSurvey, FiveParty, Owners, Collective, Custom}
}

// The roles that act on a proceeding.
const (
	secretary procedure.Role = "secretary" // convenes, proves, moves on
	inspector procedure.Role = "inspector" // stops, sends back
)

// Roles are the capacities that a procedure of a topic may name.
func Roles() []procedure.Role { return []procedure.Role{secretary, inspector, procedure.System} }

// The states that mean the same in every procedure.
const (
	archived  procedure.State = "archived"
	rejected  procedure.State = "rejected"
	withdrawn procedure.State = "withdrawn"
)

// over reports whether nothing is to be done in a state. What is archived can still be
// sent back, what was rejected or withdrawn cannot.
func over(s procedure.State) bool { return s == archived || s == rejected || s == withdrawn }

// Case is a proceeding with all that its guards look at.
type Case struct {
	Proceeding
	Facts map[Step][]Fact // oldest first
	Table *assembly.Table // who decides what
	Files bool            // what it decides has to be filed

	Behind []Step // that were passed
}

// check is a guard as a question to a case alone.
type check struct {
	step Step // that it belongs to; empty for none
	why  func(c Case) *fault.Error
}

// checks are the guards that do not look at the attempt: what a step has to prove.
func checks() map[string]check {
	return map[string]check{
		"survey":             {Survey, Case.surveyed},
		"proposal":           {Proposal, Case.proposed},
		"talk":               {Talk, func(c Case) *fault.Error { return c.metQuorum(Talk) }},
		"plan_sent":          {Party, func(c Case) *fault.Error { return c.noticed(Party) }},
		"party_held":         {Party, func(c Case) *fault.Error { return c.held(Party) }},
		"party_vote":         {Party, func(c Case) *fault.Error { return c.passed(Party) }},
		"five_seats":         {Decision, Case.seated},
		"notice_given":       {Decision, func(c Case) *fault.Error { return c.noticed(Decision) }},
		"decision_held":      {Decision, func(c Case) *fault.Error { return c.held(Decision) }},
		"decision_vote":      {Decision, Case.decided},
		"resolution_posted":  {Resolution, func(c Case) *fault.Error { return c.posted(Resolution) }},
		"resolution_stood":   {Resolution, func(c Case) *fault.Error { return c.stood(Resolution) }},
		"works":              {Works, Case.carriedOut},
		"outcome_posted":     {Outcome, func(c Case) *fault.Error { return c.posted(Outcome) }},
		"outcome_stood":      {Outcome, func(c Case) *fault.Error { return c.stood(Outcome) }},
		"filed":              {Filing, Case.filed},
		"two_leaders":        {"", func(c Case) *fault.Error { return unless(!c.OneLeader, "proceeding.one_leader") }},
		"one_leader":         {"", func(c Case) *fault.Error { return unless(c.OneLeader, "proceeding.two_leaders") }},
		"allowed":            {"", func(c Case) *fault.Error { return unless(c.Declared, "proceeding.undeclared") }},
		"answered":           {"", func(c Case) *fault.Error { return unless(!c.Back.Open, "proceeding.unanswered") }},
		"sent_back":          {"", func(c Case) *fault.Error { return unless(c.Back.Open, "proceeding.nothing_to_answer") }},
		"party_no_quorum":    {"", func(c Case) *fault.Error { return c.tooFew(Party) }},
		"party_lost":         {"", func(c Case) *fault.Error { return c.lost(Party) }},
		"decision_no_quorum": {"", func(c Case) *fault.Error { return c.tooFew(Decision) }},
		"decision_lost":      {"", func(c Case) *fault.Error { return c.lost(Decision) }},
		"objections_open":    {"", func(c Case) *fault.Error { return unless(c.objections() > 0, "proceeding.no_objections") }},
		"objections_closed":  {"", func(c Case) *fault.Error { return unless(c.objections() == 0, "proceeding.objections_left") }},
	}
}

// guards are the conditions that a procedure may name.
func guards() map[string]procedure.Guard[Case] {
	out := map[string]procedure.Guard[Case]{
		"behind": func(c Case, try procedure.Attempt) error {
			if s, _ := backFrom(try.Action); !slices.Contains(c.Behind, s) {
				return no("proceeding.step_ahead")
			}
			return nil
		},
	}
	for name, k := range checks() {
		out[name] = func(c Case, try procedure.Attempt) error {
			if name == "proposal" && writes(try) {
				return nil
			}
			if why := k.why(c); why != nil {
				return why
			}
			return nil
		}
	}
	return out
}

// writes reports whether a move that brings its proposal along is asked about before its
// form is filled in.
func writes(try procedure.Attempt) bool {
	return try.Answers == nil && (try.Action == "propose" || try.Action == "propose_together")
}

func terms() map[string]procedure.TermOf[Case] { return map[string]procedure.TermOf[Case]{} }

func unless(ok bool, key string) *fault.Error {
	if ok {
		return nil
	}
	return no(key)
}

// proposed says whether there is a proposal in words, and whose.
func (c Case) proposed() *fault.Error {
	if f := c.newest(Proposal, Words); f != nil && f.Said.Plan != "" && f.Said.From != "" {
		return nil
	}
	return lacks(Proposal)
}

// surveyed says whether the households were asked.
func (c Case) surveyed() *fault.Error {
	switch f := c.newest(Survey, Inquiry); {
	case f == nil:
		return lacks(Survey)
	case !f.Done:
		return no("proceeding.survey_open").At(string(Survey))
	}
	return nil
}

// seated says which of the five seats was empty.
func (c Case) seated() *fault.Error {
	switch f := c.newest(Decision, Meeting); {
	case f == nil:
		return lacks(Decision)
	case len(f.Vacant) > 0:
		return no("proceeding.vacant." + string(f.Vacant[0])).At(string(Decision))
	}
	return nil
}

// decided says whether the body that decides has decided: by the law of the day of the
// vote, and in a proceeding of the procedure that was in force then.
func (c Case) decided() *fault.Error {
	if why := c.passed(Decision); why != nil {
		return why
	}
	row, ok := c.Table.Of(c.Subject, c.vote(Decision).Day)
	if ok && row.Procedure != c.Procedure && c.Procedure != Custom {
		return no("proceeding.procedure_changed").At(string(Decision)).With("procedure", row.Procedure)
	}
	return nil
}

// carriedOut says whether what was decided is done.
func (c Case) carriedOut() *fault.Error {
	f := c.newest(Works, Errand, Pictures)
	switch {
	case f == nil:
		return lacks(Works)
	case !f.Done:
		return no("proceeding.works_open").At(string(Works))
	}
	return nil
}

// filed says whether what has to be filed is.
func (c Case) filed() *fault.Error {
	if !c.Files || c.newest(Filing, Receipt) != nil {
		return nil
	}
	return lacks(Filing)
}

// kindsOf are the kinds of proofs that a step takes.
func kindsOf(s Step) []Kind {
	switch s {
	case Survey:
		return []Kind{Inquiry}
	case Proposal:
		return []Kind{Words}
	case Talk:
		return []Kind{Meeting}
	case Party, Decision:
		return []Kind{Meeting, Ballot}
	case Resolution, Outcome:
		return []Kind{Posting}
	case Works:
		return []Kind{Errand, Pictures}
	case Filing:
		return []Kind{Receipt}
	}
	return nil
}

// Changed returns the procedure that the law names today if it is another than the
// one a proceeding follows, and the vote has not been passed yet.
func (c Case) Changed(today string) (procedure string, changed bool) {
	row, ok := c.Table.Of(c.Subject, today)
	if !ok || row.Procedure == c.Procedure || c.Procedure == Custom || over(c.State) || c.decided() == nil {
		return "", false
	}
	return row.Procedure, true
}

// MayLead reports whether somebody leads the proceedings of a place: its secretary.
func MayLead(a identity.Actor, place int64, now time.Time) bool { return has(a, place, now, secretary) }

// MaySee reports whether somebody sees a proceeding at the desk: secretary and
// scrutineer of its place, the desk, who supervises, and auditors.
func MaySee(a identity.Actor, p Proceeding, now time.Time) bool {
	return a.Realm == p.Realm && has(a, p.Place, now, secretary, inspector, "scrutineer", "dispatcher", "shift_head", "auditor")
}

func has(a identity.Actor, place int64, now time.Time, roles ...procedure.Role) bool {
	return slices.ContainsFunc(a.RolesAt(place, "", now), func(r identity.Role) bool {
		return slices.Contains(roles, procedure.Role(r))
	})
}
