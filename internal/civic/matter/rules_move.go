// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package matter

import (
	"slices"

	"pavilion/internal/base/fault"
	"pavilion/internal/core/procedure"
)

const (
	// lastRound is the objection that the dispatcher does not decide any more: it
	// goes to the shift head. Basis: local default against a matter that wanders.
	lastRound = 3
	// maxTries is how often a reporter is called before the desk may close without
	// having reached anybody. Basis: local default.
	maxTries = 3
	// drawEvery draws one self-handled matter in so many for a look afterwards.
	drawEvery = 10
)

// applications are what moves apply for.
var applications = map[procedure.Action]string{
	"ask_extension": "extension", "ask_suspension": "suspension", "ask_void": "void",
}

// Guards are the conditions that a matter procedure may name.
func Guards() map[string]procedure.Guard[Case] {
	return map[string]procedure.Guard[Case]{
		"placed":             placed,
		"categorised":        categorised,
		"own_body":           ownBody,
		"other_body":         otherBody,
		"other_person":       otherPerson,
		"not_handler":        otherPerson,
		"own_report":         ownReport,
		"minor":              minor,
		"not_keeper":         notKeeper,
		"keeper":             keeper,
		"offered":            offered,
		"not_arbitrated":     notArbitrated,
		"before_arbitration": beforeArbitration,
		"arbitration_due":    arbitrationDue,
		"nothing_applied":    nothingApplied,
		"something_applied":  somethingApplied,
		"applied_extension":  appliedFor("extension"),
		"applied_suspension": appliedFor("suspension"),
		"applied_void":       appliedFor("void"),
		"other_applicant":    otherApplicant,
		"in_time":            inTime,
		"nothing_owed":       nothingOwed,
		"answer_owed":        answerOwed,
		"parts_done":         partsDone,
		"not_part":           notPart,
		"undivided":          undivided,
		"called_back":        wasCalledBack,
		"staff_of_it":        staffOfIt,
	}
}

// denied is the refusal that a guard gives.
func denied(key string) error { return fault.New(fault.Denied, key) }

// placed holds once an area below the realm is known: without one nobody owns it.
func placed(c Case, _ procedure.Attempt) error {
	if c.Town == 0 {
		return fault.New(fault.Invalid, "matter.area_required").At("area")
	}
	return nil
}

// categorised holds once the matter has a catalogue entry, which sets its terms.
func categorised(c Case, _ procedure.Attempt) error {
	if c.Type == "" {
		return fault.New(fault.Invalid, "matter.type_required").At("category")
	}
	return nil
}

// ownBody holds for those who work for the body the matter was given to.
func ownBody(c Case, _ procedure.Attempt) error {
	if c.Owner == "" || !slices.Contains(c.ActorBodies, c.Owner) {
		return denied("matter.other_body_owns")
	}
	return nil
}

// staffOfIt holds for the desk, and for those who work for the body that has it.
func staffOfIt(c Case, try procedure.Attempt) error {
	if len(try.Roles) == 1 && try.Roles[0] == "handler" {
		return ownBody(c, try)
	}
	return nil
}

// otherBody keeps checking apart from handling: whoever works for the body that
// handled a matter, or has it now, does not judge it. Basis: the two axes of
// GB/T 30428.8, in which no unit both handles and closes its own case.
func otherBody(c Case, _ procedure.Attempt) error {
	if c.HandlerBody != "" && slices.Contains(c.ActorBodies, c.HandlerBody) ||
		c.State == stateObjected && slices.Contains(c.ActorBodies, c.OwnerBefore) {
		return denied("matter.own_work_checked")
	}
	return nil
}

// otherPerson keeps the handler from judging the same work in another capacity.
func otherPerson(c Case, try procedure.Attempt) error {
	if c.Handler != "" && c.Handler == try.Actor {
		return denied("matter.own_work_checked")
	}
	return nil
}

// ownReport holds for whoever reported it: only what one found oneself can be
// settled on the spot.
func ownReport(c Case, _ procedure.Attempt) error {
	if !c.Own {
		return denied("matter.not_your_report")
	}
	return nil
}

// minor keeps dangers, and what a department must lead, from being settled on
// the spot. Basis: handbook of the grid: permits, penalties and coercion never.
func minor(c Case, _ procedure.Attempt) error {
	if c.Type != "" && (c.Kind.Priority == "P1" || !slices.Contains([]string{"B", "S"}, c.Kind.List)) {
		return denied("matter.not_minor")
	}
	return nil
}

// notKeeper keeps whoever was asked first from sending the person away. Basis:
// first-asked responsibility.
func notKeeper(c Case, try procedure.Attempt) error {
	if c.Keeper != "" && c.Keeper == try.Actor {
		return denied("matter.first_asked")
	}
	return nil
}

func keeper(c Case, try procedure.Attempt) error {
	if c.Keeper == "" || c.Keeper != try.Actor {
		return denied("matter.not_keeper")
	}
	return nil
}

func offered(c Case, try procedure.Attempt) error {
	to := c.Offered
	if to == "" {
		to = c.KeeperNext
	}
	if to == "" || to != try.Actor {
		return denied("matter.not_offered")
	}
	return nil
}

// notArbitrated ends the wandering: whom the shift head named deals with it.
func notArbitrated(c Case, _ procedure.Attempt) error {
	if c.Arbitrated {
		return denied("matter.arbitrated")
	}
	return nil
}

func beforeArbitration(c Case, _ procedure.Attempt) error {
	if c.Returns >= lastRound {
		return denied("matter.goes_to_arbitration")
	}
	return nil
}

func arbitrationDue(c Case, _ procedure.Attempt) error {
	if c.Returns < lastRound {
		return denied("matter.no_arbitration_yet")
	}
	return nil
}

// nothingApplied holds while no application waits for its decision. It lets the
// application through that is being made.
func nothingApplied(c Case, _ procedure.Attempt) error {
	if c.Applied.Kind != "" {
		return denied("matter.already_applied")
	}
	return nil
}

// pending is the application that is decided now, or waits.
func pending(c Case) Application {
	if c.Decided.Kind != "" {
		return c.Decided
	}
	return c.Applied
}

func somethingApplied(c Case, _ procedure.Attempt) error {
	if pending(c).Kind == "" {
		return denied("matter.nothing_applied")
	}
	return nil
}

func appliedFor(kind string) procedure.Guard[Case] {
	return func(c Case, _ procedure.Attempt) error {
		if pending(c).Kind != kind {
			return denied("matter.not_applied_" + kind)
		}
		return nil
	}
}

// otherApplicant has every application decided by another person than asked,
// who does not work for the body that asked.
func otherApplicant(c Case, try procedure.Attempt) error {
	a := pending(c)
	if a.By == try.Actor || a.Body != "" && slices.Contains(c.ActorBodies, a.Body) {
		return denied("matter.own_application")
	}
	return nil
}

// inTime refuses to lengthen a term that has run out. Basis: hotline rules, in
// which an extension is asked for before the deadline.
func inTime(c Case, try procedure.Attempt) error {
	if !c.Due.IsZero() && try.At.After(c.Due) {
		return denied("matter.extension_late")
	}
	return nil
}

func nothingOwed(c Case, try procedure.Attempt) error {
	if c.Owing || c.Supervised && try.Action != "supervise" {
		return denied("matter.answer_owed")
	}
	return nil
}

func answerOwed(c Case, _ procedure.Attempt) error {
	if !c.Owing && !c.Supervised {
		return denied("matter.no_answer_owed")
	}
	return nil
}

// partsDone keeps a matter open while parts of it are: they are never cancelled
// silently.
func partsDone(c Case, _ procedure.Attempt) error {
	if c.Parts > 0 {
		return denied("matter.parts_open")
	}
	return nil
}

func notPart(c Case, _ procedure.Attempt) error {
	if c.Relation != "" {
		return denied("matter.is_part")
	}
	return nil
}

// undivided holds for a matter that is no part, has none, and has none merged into it.
func undivided(c Case, try procedure.Attempt) error {
	if c.Parts > 0 || c.Joined > 0 {
		return denied("matter.has_relatives")
	}
	return notPart(c, try)
}

// wasCalledBack holds once the reporter has said that it is solved, or could not
// be reached often enough.
func wasCalledBack(c Case, _ procedure.Attempt) error {
	if c.Reached == "yes" && c.Solved == "yes" || c.Reached == "no" && c.Tries >= maxTries {
		return nil
	}
	return denied("matter.not_called_back")
}
