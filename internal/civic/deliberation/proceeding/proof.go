// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package proceeding

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/form"
	"pavilion/internal/base/id"
	"pavilion/internal/base/trace"
	"pavilion/internal/civic/deliberation/disclosure"
	"pavilion/internal/civic/deliberation/tally"
	"pavilion/internal/core/files"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/procedure"
	"pavilion/internal/platform/db"
)

// On says which proceeding and step somebody works on, as they saw it.
type On struct {
	Realm    string
	ID       string
	Revision int
	Step     Step
	By       identity.Actor
}

// Prove is a secretary putting something to a step that proves it.
type Prove struct {
	On
	Key    string // a UUID; the same for the same proof, so that a retry makes no second one
	Kind   Kind
	Ref    string        // id of the gathering, vote, survey, notice or matter
	Hands  *Hands        // of a gathering: the show of hands that its minutes have
	Paper  Paper         // of a receipt
	Photos []files.Photo // of pictures, stored already
}

// Prove keeps a proof. What it is worth is not asked for here but whenever the step is
// looked at; what never can prove the step is refused: another body's meeting or vote,
// for which the right one is named, and a notice of another kind. It fails with Stale
// if the proceeding has changed.
func (s *Service) Prove(ctx context.Context, c Prove) (p Proceeding, err error) {
	detail, err := s.detail(ctx, c)
	if err != nil {
		return p, err
	}
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		var machine *procedure.Machine[Case]
		if p, machine, err = s.leading(ctx, tx, c.On); err != nil {
			return err
		}
		return s.prove(ctx, tx, &p, machine, c, detail)
	})
	if err != nil {
		return Proceeding{}, fmt.Errorf("prove %s of proceeding %s: %w", c.Step, c.ID, err)
	}
	return p, nil
}

// leading is a proceeding for who leads it, with its machine, while it is under way.
func (s *Service) leading(ctx context.Context, tx *db.Tx, on On) (Proceeding, *procedure.Machine[Case], error) {
	p, err := s.seen(ctx, tx, on.Realm, on.ID, on.Revision, on.By)
	switch {
	case err != nil:
		return p, nil, err
	case !MayLead(on.By, p.Place, s.Now()):
		return p, nil, notYours()
	case p.Ended:
		return p, nil, fault.New(fault.Conflict, "proceeding.over")
	}
	machine, err := s.machine(ctx, p.Realm, p.Procedure, p.Version)
	if err != nil {
		return p, nil, err
	}
	if !slices.Contains(stepsOf(machine.Definition()), on.Step) {
		return p, nil, fault.New(fault.Invalid, "proceeding.no_step").At("step")
	}
	return p, machine, nil
}

// stepsOf lists the steps that a procedure has, in the order of its moves.
func stepsOf(d *procedure.Definition) (out []Step) {
	all := checks()
	for _, m := range d.Moves {
		for _, g := range m.Guards {
			if s := all[g].step; s != "" && !slices.Contains(out, s) {
				out = append(out, s)
			}
		}
	}
	return out
}

// detail is what is kept with a proof, by its kind.
func (s *Service) detail(ctx context.Context, c Prove) (json.RawMessage, error) {
	switch {
	case !id.Valid(c.Key):
		return nil, fault.New(fault.Invalid, "proceeding.no_key")
	case c.Kind == Words || !slices.Contains(kindsOf(c.Step), c.Kind):
		return nil, fault.New(fault.Invalid, "form.not_a_choice").At("kind")
	case c.Kind == Receipt:
		return s.paper(c.Paper)
	case c.Kind == Pictures && len(c.Photos) == 0:
		return nil, fault.New(fault.Invalid, "form.required").At("photos")
	case c.Kind == Pictures:
		return json.RawMessage(`{"photos":` + strconv.Itoa(len(c.Photos)) + `}`), nil
	case c.Ref == "":
		return nil, fault.New(fault.Invalid, "form.required").At("ref")
	case c.Kind != Meeting:
		return json.RawMessage(`{}`), nil
	}
	var day, host, subject string
	err := s.DB.View(ctx, func(tx *db.Tx) error {
		g, err := s.Gatherings.Find(ctx, tx, c.Realm, c.Ref)
		if err != nil {
			return err
		}
		p, err := find(ctx, tx, c.Realm, c.ID)
		day, host, subject = s.Gatherings.Day(g), g.Host, p.subjectOf(c.Step)
		return err
	})
	if err != nil {
		return nil, err
	}
	return s.ruled(ctx, c.Realm, ruling{day, host, subject, c.Hands})
}

// ruling is what the rule of a meeting follows from.
type ruling struct {
	day, host, subject string
	hands              *Hands
}

// ruled is what is kept with a meeting: the rule of its day. Where areas are counted a
// show of hands says nothing.
func (s *Service) ruled(ctx context.Context, realm string, r ruling) (json.RawMessage, error) {
	var kept meeting
	body, err := s.bodyOf(ctx, realm, r.host)
	if err != nil {
		return nil, err
	}
	if f := s.Bodies.Table.Refuse(r.subject, body.Kind, r.day); f != nil && r.subject != "joint_talk" {
		return nil, f
	}
	code := string(body.Kind)
	if row, ok := s.Bodies.Table.Of(r.subject, r.day); ok && slices.Contains(row.Kinds, body.Kind) {
		code = row.Code(body.Kind)
	}
	if kept.Rule, err = s.Bodies.RuleAt(ctx, realm, code, r.day); err != nil {
		return nil, err
	}
	if kept.Hands = r.hands; r.hands != nil {
		if slices.ContainsFunc(kept.Rule.Pass, func(b tally.Bound) bool { return b.Measure == tally.Area }) {
			return nil, fault.New(fault.Invalid, "proceeding.hands_no_area").At("for")
		}
		if kept.Rule.Secret {
			return nil, fault.New(fault.Invalid, "proceeding.hands_secret").At("for")
		}
		for _, n := range []int64{r.hands.For, r.hands.Against, r.hands.Abstained, r.hands.Spoilt} {
			if n < 0 || n > maxHands {
				return nil, fault.New(fault.Invalid, "form.out_of_range").At("for").With("min", "0").With("max", strconv.Itoa(maxHands))
			}
		}
	}
	return json.Marshal(kept)
}

const (
	maxHands = 1_000_000
	maxPaper = 80
	maxWhy   = 200
)

// paper checks what is said of a filing.
func (s *Service) paper(p Paper) (json.RawMessage, error) {
	var faults []*fault.Error
	with, bad := line(p.With, "with", maxPaper)
	if bad != nil {
		faults = append(faults, bad)
	}
	number, bad := line(p.Number, "number", maxPaper)
	if bad != nil {
		faults = append(faults, bad)
	}
	if _, err := time.Parse(time.DateOnly, p.Day); err != nil || p.Day > s.Today() {
		faults = append(faults, fault.New(fault.Invalid, "form.not_a_date").At("day"))
	}
	if err := fault.Join(faults...); err != nil {
		return nil, err
	}
	return json.Marshal(Paper{With: with, Number: number, Day: p.Day})
}

// line is a text that everybody may read: not empty, not too long, and of nobody.
func line(given, field string, longest int) (string, *fault.Error) {
	out, err := form.CleanText(given, false)
	if f, ok := fault.As(err); ok {
		return "", f.At(field)
	}
	switch n := len([]rune(out)); {
	case n == 0:
		return "", fault.New(fault.Invalid, "form.required").At(field)
	case n > longest:
		return "", fault.New(fault.Invalid, "form.too_long").At(field).With("max", strconv.Itoa(longest))
	}
	if f, ok := fault.As(trace.Gate(field, out, trace.Line)); ok {
		return "", f
	}
	return out, nil
}

// prove keeps a proof in tx, once it is clear that it can prove the step.
func (s *Service) prove(ctx context.Context, tx *db.Tx, p *Proceeding, machine *procedure.Machine[Case], c Prove, detail json.RawMessage) error {
	one := Proof{
		Realm: p.Realm, Proceeding: p.ID, ID: c.Key, Step: c.Step, Kind: c.Kind, Ref: c.Ref, Detail: detail, Account: c.By.Account, At: s.Now(),
	}
	f, err := s.fact(ctx, tx, one)
	if err != nil {
		return err
	}
	if f.BodyID != "" {
		f.Elsewhere = !s.covers(*p, f.area)
	}
	if err := s.fits(ctx, tx, *p, f); err != nil {
		return err
	}
	if err := s.replace(ctx, tx, one); err != nil {
		return err
	}
	made, err := insertProof(ctx, tx, one)
	if err != nil || !made {
		return err
	}
	if c.Kind == Pictures {
		if err := s.Files.Attach(ctx, tx, p.Realm, p.Purpose(c.Step)+"/"+one.ID, c.Photos, c.By.Account); err != nil {
			return err
		}
	}
	if c.Kind == Errand {
		p.Matter = c.Ref
	}
	return s.noted(ctx, tx, p, machine, Event{Action: "prove", Step: c.Step, Actor: c.By.Account, Role: secretary, Answers: form.Answers{"kind": string(c.Kind)}})
}

// replace ends an earlier proof of the same thing: a meeting once its show of hands is
// written down.
func (s *Service) replace(ctx context.Context, tx *db.Tx, one Proof) error {
	list, err := proofs(ctx, tx, one.Realm, one.Proceeding)
	for _, old := range list {
		if one.Ref == "" || !old.Live() || old.Step != one.Step || old.Kind != one.Kind || old.Ref != one.Ref || old.ID == one.ID {
			continue
		}
		if err := endProof(ctx, tx, old, s.Say("proceeding.replaced_because"), s.Now()); err != nil {
			return err
		}
	}
	return err
}

// fits refuses what never can prove a step.
func (s *Service) fits(ctx context.Context, tx *db.Tx, p Proceeding, f Fact) error {
	c := Case{Proceeding: p, Table: s.Bodies.Table}
	switch {
	case f.Gone:
		return fault.New(fault.Conflict, "proceeding.gone").At("ref")
	case f.BodyID != "":
		if wrong := c.rightBody(f.Step, &f); wrong != nil {
			return wrong
		}
		if f.Kind == Ballot && f.Subject != p.subjectOf(f.Step) {
			return no("proceeding.other_subject").At("ref")
		}
		if f.Kind == Meeting && !f.Held && f.hands {
			return fault.New(fault.Conflict, "proceeding.hands_early").At("for")
		}
		if f.Kind == Meeting && f.Held && f.Count.Sound() != nil {
			return fault.New(fault.Invalid, "proceeding.hands_many").At("for").With("came", strconv.FormatInt(f.Count.Attended.People, 10))
		}
	case f.Kind == Posting:
		n, err := s.Notices.Find(ctx, tx, p.Realm, f.Ref)
		want := map[Step]disclosure.Kind{Resolution: disclosure.Resolution, Outcome: disclosure.Outcome}[f.Step]
		if err == nil && (n.Kind != want || n.For != "" && n.For != p.Purpose(f.Step)) {
			err = fault.New(fault.Conflict, "proceeding.other_notice").At("ref")
		}
		return err
	}
	return nil
}

// noted keeps a change that is no move of the procedure: a new revision and its line.
func (s *Service) noted(ctx context.Context, tx *db.Tx, p *Proceeding, machine *procedure.Machine[Case], e Event) error {
	if err := update(ctx, tx, *p); err != nil {
		return err
	}
	p.Revision++
	e.State, e.At = p.State, s.Now()
	e.past = procedure.Past{From: p.State, To: p.State, At: e.At}
	return s.record(ctx, tx, *p, e, machine)
}

// Take is a secretary taking a proof from its step again.
type Take struct {
	On
	Proof string
	Why   string
}

// Take ends a proof, with the reason. It stays in the trace, and the step lacks it from
// now on.
func (s *Service) Take(ctx context.Context, c Take) (p Proceeding, err error) {
	why, bad := line(c.Why, "why", maxWhy)
	if bad != nil {
		return p, bad
	}
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		var machine *procedure.Machine[Case]
		if p, machine, err = s.leading(ctx, tx, c.On); err != nil {
			return err
		}
		if err := endProof(ctx, tx, Proof{Realm: p.Realm, Proceeding: p.ID, ID: c.Proof}, why, s.Now()); err != nil {
			return err
		}
		return s.noted(ctx, tx, &p, machine, Event{Action: "end_proof", Step: c.Step, Actor: c.On.By.Account, Role: secretary, Answers: form.Answers{"why": why}})
	})
	if err != nil {
		return Proceeding{}, fmt.Errorf("take a proof from proceeding %s: %w", c.ID, err)
	}
	return p, nil
}
