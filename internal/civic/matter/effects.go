// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package matter

import (
	"context"
	"math"
	"strconv"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/form"
	"pavilion/internal/base/trace"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/org"
	"pavilion/internal/core/procedure"
	"pavilion/internal/platform/db"
)

// effect changes what a move changes besides the state, from its answers. It is
// called before the procedure decides, so that guards see the matter as it would
// be; nothing is stored unless the procedure allows the move. It reads other rows
// in tx and writes none.
type effect func(s *Service, ctx context.Context, tx *db.Tx, c *Case, by Move, answers form.Answers) error

// effects of the moves that have one. Moves without an entry change the state only.
func effects() map[procedure.Action]effect {
	return map[procedure.Action]effect{
		"register":           (*Service).registered,
		"settle":             (*Service).settled,
		"dispatch":           (*Service).dispatched,
		"reassign":           (*Service).dispatched,
		"arbitrate":          (*Service).arbitrated,
		"object":             onCase(objected),
		"accept_objection":   onCase(backAtDesk),
		"sign":               onCase(signed),
		"handle":             (*Service).handled,
		"fail":               onCase(reworked),
		"rework":             onCase(reworked),
		"sample_fail":        onCase(backAtDesk),
		"feed_back":          onCase(fedBack),
		"call_back":          onCase(calledBack),
		"rate":               onCase(rated),
		"reopen":             onCase(reopened),
		"ask_extension":      (*Service).applied,
		"ask_suspension":     (*Service).applied,
		"ask_void":           (*Service).applied,
		"grant_extension":    onCase(extended),
		"grant_suspension":   onCase(decided),
		"grant_void":         onCase(decided),
		"deny":               onCase(decided),
		"supervise":          onCase(supervised),
		"answer_supervision": onCase(unsupervised),
		"hand_over":          (*Service).handedOver,
		"take_over":          onCase(takenOver),
		"merge":              (*Service).merged,
		"unmerge":            onCase(unmerged),
		"escalate":           onCase(escalated),
	}
}

// onCase is an effect that needs nothing but the case and the answers.
func onCase(do func(c *Case, by Move, answers form.Answers) error) effect {
	return func(_ *Service, _ context.Context, _ *db.Tx, c *Case, by Move, answers form.Answers) error {
		return do(c, by, answers)
	}
}

func (s *Service) apply(ctx context.Context, tx *db.Tx, c *Case, by Move, answers form.Answers) error {
	if do, ok := effects()[by.Action]; ok {
		return do(s, ctx, tx, c, by, answers)
	}
	return nil
}

// registered takes what the desk decides: type, condition, area, and the body that
// is complained about.
func (s *Service) registered(_ context.Context, _ *db.Tx, c *Case, _ Move, answers form.Answers) error {
	if err := s.categorise(c, answers["category"], answers["condition"]); err != nil {
		return err
	}
	if name := answers["area"]; name != "" {
		area, ok := s.Org.Area(c.Realm, name)
		if !ok {
			return fault.New(fault.Invalid, "matter.area_unknown").At("area")
		}
		c.Area, c.Place, c.Town = area.ID, area.Lo, area.Town
	}
	if name := answers["about"]; name != "" {
		if _, ok := s.Org.Body(c.Realm, name); !ok {
			return fault.New(fault.Invalid, "matter.body_unknown").At("about")
		}
		c.About = name
	}
	return nil
}

// categorise gives the case a type of the catalogue, if one is named.
func (s *Service) categorise(c *Case, code, condition string) error {
	if code == "" {
		return nil
	}
	k, ok := c.Book.Find(code)
	if !ok || k.Withdrawn {
		return fault.New(fault.Invalid, "matter.type_unknown").At("category")
	}
	c.Type, c.Privacy, c.Kind, c.Condition = k.Code, k.Privacy, k, condition
	return nil
}

// settled is a grid worker having dealt with it on the spot. One in ten is drawn
// for a look afterwards, by the server's key, so that nobody can tell beforehand.
func (s *Service) settled(_ context.Context, _ *db.Tx, c *Case, by Move, answers form.Answers) error {
	if err := s.categorise(c, answers["category"], ""); err != nil {
		return err
	}
	if c.Type == "" {
		return fault.New(fault.Invalid, "matter.type_required").At("category")
	}
	c.Handler, c.HandlerBody = by.By.Account, acting(by.By, c.Matter, procedure.Role(identity.GridWorker))
	n, _ := strconv.ParseUint(s.Box.Sum("matter_draw", c.Realm, c.ID)[:8], 16, 64) // a sum is hexadecimal
	c.Drawn = n%drawEvery == 0
	return nil
}

// dispatched gives the matter to a body, which must serve its place and may not
// be one that must not get it. From here on the catalogue's edition of this day
// and the grade of the area set its terms.
func (s *Service) dispatched(ctx context.Context, tx *db.Tx, c *Case, by Move, answers form.Answers) error {
	body, err := s.receiver(ctx, tx, c, answers["body"])
	if err != nil {
		return err
	}
	if by.Action == "reassign" && body.ID == c.Owner {
		return fault.New(fault.Invalid, "matter.same_body").At("body")
	}
	c.Owner, c.Edition, c.Grade = body.ID, c.Book.Number, s.grade(c.Matter)
	c.Published = Publishable(c.Matter)
	return nil
}

// receiver returns the body with the given id if it may get the case.
func (s *Service) receiver(ctx context.Context, tx *db.Tx, c *Case, name string) (org.Body, error) {
	body, ok := s.Org.Body(c.Realm, name)
	if !ok || c.Place < body.Lo || c.Place >= body.Hi {
		return body, fault.New(fault.Invalid, "matter.body_unknown").At("body")
	}
	if err := Barred(c.Kind, c.Matter, body); err != nil {
		return body, err
	}
	if s.Admission == nil || !local(body) || c.Relation != "" {
		return body, nil
	}
	return body, s.Admission.Admitted(ctx, tx, Asked{Realm: c.Realm, Type: c.Type, Body: body.ID, Place: c.Place, At: s.Now()})
}

// grade is the grade of the area that m lies in.
func (s *Service) grade(m Matter) int { return s.Org.Grade(m.Realm, m.Area) }

// arbitrated is the shift head deciding who deals with it, for good.
func (s *Service) arbitrated(ctx context.Context, tx *db.Tx, c *Case, by Move, answers form.Answers) error {
	if err := s.dispatched(ctx, tx, c, by, answers); err != nil {
		return err
	}
	c.Arbitrated = true
	return nil
}

func objected(c *Case, _ Move, _ form.Answers) error {
	c.Returns++
	return nil
}

// backAtDesk takes the matter out of the hands of the body that had it.
func backAtDesk(c *Case, _ Move, _ form.Answers) error {
	c.Owner = ""
	return nil
}

// signed ends the duty of whoever was asked first: the body has it now.
func signed(c *Case, _ Move, _ form.Answers) error {
	c.Keeper, c.KeeperNext = "", ""
	return nil
}

func (s *Service) handled(_ context.Context, _ *db.Tx, c *Case, by Move, _ form.Answers) error {
	c.Handler, c.HandlerBody = by.By.Account, c.Owner
	c.Applied = Application{} // what was applied for has become idle
	return nil
}

// reworked counts it, and forgets what a call found of the work before.
func reworked(c *Case, _ Move, _ form.Answers) error {
	c.Reworks++
	c.Tries, c.Reached, c.Solved, c.Satisfied = 0, "", "", ""
	return nil
}

// fedBack keeps the reply. It may name an office: its fixed line and its room.
func fedBack(c *Case, _ Move, answers form.Answers) error {
	c.Reply = answers["reply"]
	return trace.Gate("reply", c.Reply, trace.Line, trace.Door)
}

// calledBack keeps what a call to the reporter found. Whoever was not reached
// was asked nothing.
func calledBack(c *Case, _ Move, answers form.Answers) error {
	c.Tries++
	c.Reached, c.Solved, c.Satisfied = answers["reached"], answers["solved"], answers["satisfied"]
	switch {
	case c.Reached == "no":
		c.Solved, c.Satisfied = "", ""
	case c.Solved == "":
		return fault.New(fault.Invalid, "form.required").At("solved")
	}
	return nil
}

func rated(c *Case, _ Move, answers form.Answers) error {
	n, err := strconv.Atoi(answers["rating"])
	if err != nil {
		return fault.New(fault.Invalid, "form.not_a_number").At("rating")
	}
	c.Rating = n
	return nil
}

func reopened(c *Case, _ Move, _ form.Answers) error {
	c.Reply, c.Rating = "", 0
	c.Tries, c.Reached, c.Solved, c.Satisfied = 0, "", "", ""
	return nil
}

// applied keeps what is applied for until another person decides.
func (s *Service) applied(_ context.Context, _ *db.Tx, c *Case, by Move, answers form.Answers) error {
	if c.Applied.Kind != "" {
		return nil // the guard says so
	}
	days, err := strconv.ParseFloat(answers["days"], 64)
	if err != nil && answers["days"] != "" || days != math.Trunc(days) {
		return fault.New(fault.Invalid, "form.not_a_number").At("days")
	}
	c.Asking = Application{Kind: applications[by.Action], By: by.By.Account, Days: int(days)}
	if by.By.Has(identity.Handler, s.Now()) {
		c.Asking.Body = c.Owner
	}
	return nil
}

// decided ends an application, however it was decided.
func decided(c *Case, _ Move, _ form.Answers) error {
	c.Decided = c.Applied
	c.Applied = Application{}
	return nil
}

func extended(c *Case, by Move, answers form.Answers) error {
	c.Extensions++
	return decided(c, by, answers)
}

func supervised(c *Case, _ Move, _ form.Answers) error {
	c.Owing = c.Supervised
	c.Supervised = true
	return nil
}

func unsupervised(c *Case, _ Move, _ form.Answers) error {
	c.Owing = c.Supervised
	c.Supervised = false
	return nil
}

// handedOver offers the matter to a colleague. Whoever was asked first keeps it
// until the other accepts.
func (s *Service) handedOver(ctx context.Context, tx *db.Tx, c *Case, by Move, answers form.Answers) error {
	account, err := identity.ByLogin(ctx, tx, c.Realm, answers["to"])
	if fault.KindOf(err) == fault.Missing || err == nil && account == by.By.Account {
		return fault.New(fault.Invalid, "matter.colleague_unknown").At("to")
	}
	c.KeeperNext = account
	return err
}

func takenOver(c *Case, by Move, _ form.Answers) error {
	c.Offered = c.KeeperNext
	c.Keeper, c.KeeperNext = by.By.Account, ""
	return nil
}

func escalated(c *Case, _ Move, _ form.Answers) error {
	c.Escalation++
	return nil
}
