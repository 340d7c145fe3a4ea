// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package assembly

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/form"
	"pavilion/internal/base/id"
	"pavilion/internal/base/trace"
	"pavilion/internal/civic/deliberation/tally"
	"pavilion/internal/core/audit"
	"pavilion/internal/core/identity"
	"pavilion/internal/platform/db"
)

// Freeze is a secretary having the roster of a vote frozen.
type Freeze struct {
	Realm    string
	Assembly string
	For      string // whose vote it is, such as "poll/…"; the same gives the same roster
	Title    string // what is voted on, in public words
	Subject  string // of the table of who decides what
	Day      string // of the vote; not after today, because whose mandate ends until then is not known
	Secret   bool
	Aside    []Aside
	Proxies  []Proxy
	By       identity.Actor
}

// Plan is a roster that can be frozen: the right body, with the rule of the day.
type Plan struct {
	Freeze
	Rule tally.Rule
	kind Kind
}

// maxTitle bounds what is said of a vote, maxFor the name its owner gives it.
const (
	maxTitle = 120
	maxFor   = 200
)

// Plan checks what does not depend on the members: that the body decides the subject,
// and by which rule. It is asked before the transaction in which Freeze is called.
func (s *Service) Plan(ctx context.Context, c Freeze) (Plan, error) {
	title, err := form.CleanText(c.Title, false)
	f, bad := fault.As(err)
	switch n := len([]rune(title)); {
	case bad:
		return Plan{}, f.At("title")
	case n == 0:
		return Plan{}, fault.New(fault.Invalid, "form.required").At("title")
	case n > maxTitle:
		return Plan{}, fault.New(fault.Invalid, "form.too_long").At("title").With("max", strconv.Itoa(maxTitle))
	case c.For == "" || len(c.For) > maxFor || strings.ContainsFunc(c.For, func(r rune) bool { return r <= ' ' || r > '~' }):
		return Plan{}, fault.New(fault.Invalid, "form.not_a_choice").At("key")
	}
	if err := trace.Gate("title", title); err != nil {
		return Plan{}, err
	}
	if f := day(c.Day, "day", false); f != nil {
		return Plan{}, f
	}
	if c.Day > s.Today() {
		return Plan{}, fault.New(fault.Invalid, "assembly.too_early").At("day")
	}
	c.Title = title
	p := Plan{Freeze: c}
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		a, err := s.kept(ctx, tx, c.Realm, c.Assembly, c.By)
		p.kind = a.Kind
		if err == nil && a.Ended != "" && a.Ended <= c.Day {
			err = fault.New(fault.Conflict, "assembly.ended")
		}
		return err
	})
	if err != nil {
		return Plan{}, err
	}
	if f := s.Table.Refuse(c.Subject, p.kind, c.Day); f != nil {
		return Plan{}, f
	}
	row, _ := s.Table.Of(c.Subject, c.Day)
	p.Rule, err = s.RuleAt(ctx, c.Realm, row.Code(p.kind), c.Day)
	if err == nil && p.Rule.Secret {
		p.Secret = true
	}
	return p, err
}

// Freeze writes down who may vote. Two at once for the same vote give one roster.
// It fails with Invalid for asides and proxies that the rule does not allow, and with
// Conflict where nobody is entitled.
func (s *Service) Freeze(ctx context.Context, tx *db.Tx, p Plan) (Roster, error) {
	a, err := locked(ctx, tx, p.Realm, p.Assembly)
	if err == nil && !s.MayKeep(p.By, a) {
		err = notYours()
	}
	if err != nil {
		return Roster{}, err
	}
	if there, err := s.rosterFor(ctx, tx, p.Realm, p.Assembly, p.For); fault.KindOf(err) != fault.Missing {
		return there, err
	}
	members, err := s.members(ctx, tx, p.Realm, p.Assembly)
	if err != nil {
		return Roster{}, err
	}
	list, err := draw(drawing{a.Kind, p.Rule, p.Day, p.Secret, members, p.Aside, p.Proxies})
	if err != nil {
		return Roster{}, err
	}
	r := Roster{
		Realm: p.Realm, ID: id.New(), Assembly: a.ID, For: p.For, Title: p.Title, Subject: p.Subject, Day: p.Day, Secret: p.Secret,
		Rule: p.Rule, FrozenAt: s.Now(), By: p.By.Account, Entries: list,
	}
	if r.Entitled().People == 0 {
		return Roster{}, fault.New(fault.Conflict, "assembly.nobody")
	}
	if r.Digest, err = r.digest(); err != nil {
		return Roster{}, err
	}
	if err := s.insertRoster(ctx, tx, r); err != nil {
		return Roster{}, fmt.Errorf("freeze roster: %w", err)
	}
	sum := r.Entitled()
	audit.Add(ctx, tx, audit.Entry{
		Realm: r.Realm, Subject: "roster/" + r.ID, Act: "roster.frozen", Actor: p.By.Account, At: r.FrozenAt,
		Detail: map[string]any{"assembly": a.ID, "rule": r.Rule.Name(), "entitled": sum.People, "area": sum.Area, "digest": r.Digest},
	})
	return r, nil
}

// FreezeNow plans and freezes a roster in a transaction of its own.
func (s *Service) FreezeNow(ctx context.Context, c Freeze) (r Roster, err error) {
	p, err := s.Plan(ctx, c)
	if err != nil {
		return r, err
	}
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		r, err = s.Freeze(ctx, tx, p)
		return err
	})
	return r, err
}

// Preview draws a roster as it would be frozen, and keeps nothing.
func (s *Service) Preview(ctx context.Context, c Freeze) (r Roster, err error) {
	p, err := s.Plan(ctx, c)
	if err != nil {
		return r, err
	}
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		members, err := s.members(ctx, tx, p.Realm, p.Assembly)
		if err != nil {
			return err
		}
		r = Roster{Realm: p.Realm, Assembly: p.Assembly, Title: p.Title, Subject: p.Subject, Day: p.Day, Secret: p.Secret, Rule: p.Rule}
		r.Entries, err = draw(drawing{p.kind, p.Rule, p.Day, p.Secret, members, p.Aside, p.Proxies})
		return err
	})
	return r, err
}

// Changed returns the rule that is in force today if it is another than the one that
// a roster was frozen with. The roster keeps its own.
func (s *Service) Changed(ctx context.Context, r Roster) (now tally.Rule, changed bool, err error) {
	now, err = s.RuleAt(ctx, r.Realm, r.Rule.Code, s.Today())
	if fault.KindOf(err) == fault.Conflict {
		return now, false, nil
	}
	return now, err == nil && !same(now, r.Rule), err
}
