// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package disclosure

import (
	"context"
	"fmt"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/id"
	"pavilion/internal/civic/deliberation/tally"
	"pavilion/internal/core/audit"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/outbox"
	"pavilion/internal/core/release"
	"pavilion/internal/platform/db"
)

// Publish is a secretary writing a notice.
type Publish struct {
	Realm  string
	Key    string // a UUID; the same for the same notice, so that a retry makes no second one
	Kind   Kind
	For    string // opaque; empty for nothing
	Rule   string // code of the rule of the body that decided; empty for none
	Days   int    // 0 for the usual
	Area   string
	Title  string
	Issuer string
	Body   string
	Boards []string // paper boards on which it has to hang as well
	By     identity.Actor
}

// Publish keeps a notice as waiting, in tx, and puts its words before somebody who may
// release them: it stands from the day of release. The same key again returns what it
// made. It fails with Invalid naming each field at fault, among them fewer days than the
// law sets, and with Denied for all but the secretary of the place.
func (s *Service) Publish(ctx context.Context, tx *db.Tx, c Publish) (Notice, error) {
	n := Notice{
		Realm: c.Realm, ID: c.Key, Kind: c.Kind, For: c.For, Rule: c.Rule, Area: c.Area, Boards: c.Boards, State: Waiting,
		Author: c.By.Account, Changed: s.Now(), Revision: 1,
	}
	if n.ID == "" {
		n.ID = id.New()
	}
	if !id.Valid(n.ID) {
		return Notice{}, fault.New(fault.Invalid, "disclosure.no_key")
	}
	if err := identity.Recheck(ctx, tx, c.By, s.Now()); err != nil {
		return Notice{}, err
	}
	w, err := s.check(ctx, tx, &n, c)
	if err != nil {
		return Notice{}, err
	}
	made, err := insert(ctx, tx, n)
	if err != nil {
		return Notice{}, fmt.Errorf("publish notice: %w", err)
	}
	if !made {
		return s.known(ctx, tx, n, c.By)
	}
	audit.Add(ctx, tx, audit.Entry{
		Realm: n.Realm, Subject: n.name(), Act: "disclosure.written", Actor: c.By.Account, At: s.Now(),
		Detail: map[string]any{"kind": n.Kind, "for": n.For, "rule": n.Rule, "days": n.Days, "area": n.Area, "boards": len(n.Boards)},
	})
	return n, s.propose(ctx, tx, n, w, c.By)
}

// known is the notice that a key made before, for whoever works at its place.
func (s *Service) known(ctx context.Context, tx *db.Tx, n Notice, by identity.Actor) (Notice, error) {
	was, err := find(ctx, tx, n.Realm, n.ID)
	if err == nil && !s.May(by, was.Place) {
		err = fault.New(fault.Missing, "disclosure.missing")
	}
	return was, err
}

// check looks at all that a notice is written with.
func (s *Service) check(ctx context.Context, tx *db.Tx, n *Notice, c Publish) (Wording, error) {
	var faults []*fault.Error
	note := func(err error) {
		if f, ok := fault.As(err); ok {
			faults = append(faults, f)
		}
	}
	if f := oneOf(c.Kind, Kinds(), "kind"); f != nil {
		note(f)
	}
	area, ok := s.Org.Area(c.Realm, c.Area)
	if !ok {
		note(fault.New(fault.Invalid, "matter.area_unknown").At("area"))
	}
	n.Place = area.Lo
	if ok && !s.May(c.By, n.Place) {
		return Wording{}, fault.New(fault.Denied, "disclosure.not_yours")
	}
	floor, basis, err := s.least(ctx, tx, c.Realm, c.Rule)
	if _, known := fault.As(err); err != nil && !known {
		return Wording{}, err
	}
	note(err)
	n.Basis = basis
	if n.Days, err = daysFor(c.Days, floor, basis); err != nil {
		note(err)
	}
	_, err = optional(c.For, "for", maxPurpose, false)
	note(err)
	note(s.boards(ctx, tx, n))
	w, err := wording(Wording{Title: c.Title, Issuer: c.Issuer, Body: c.Body}, false)
	note(err)
	return w, fault.Join(faults...)
}

// boards fails with Invalid for paper boards that are none, or not of the place.
func (s *Service) boards(ctx context.Context, tx *db.Tx, n *Notice) error {
	if len(n.Boards) > maxBoards {
		return fault.New(fault.Invalid, "disclosure.boards_many").At("boards").With("max", fmt.Sprint(maxBoards))
	}
	for _, one := range n.Boards {
		b, err := findBoard(ctx, tx, n.Realm, one)
		if fault.KindOf(err) == fault.Missing || err == nil && b.Retired() {
			return fault.New(fault.Invalid, "disclosure.board_unknown").At("boards")
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// least is the fewest days that the rules in force today allow, and the law.
func (s *Service) least(ctx context.Context, tx *db.Tx, realm, code string) (int, string, error) {
	codes := []string{code}
	if code == "" {
		codes = []string{"residents", "villagers"}
	}
	var rules []tally.Rule
	for _, one := range codes {
		r, err := s.Bodies.RuleIn(ctx, tx, realm, one, s.day(s.Now()))
		if f, ok := fault.As(err); ok {
			return 0, "", f.At("rule")
		}
		if err != nil {
			return 0, "", err
		}
		rules = append(rules, r)
	}
	days, basis := least(rules...)
	return days, basis, nil
}

// propose puts words before somebody who may release them.
func (s *Service) propose(ctx context.Context, tx *db.Tx, n Notice, w Wording, by identity.Actor) error {
	area, _ := s.Org.Area(n.Realm, n.Area)
	title := s.Say("disclosure.kind." + string(n.Kind))
	parts := []release.Part{{Name: "title", Text: w.Title}, {Name: "issuer", Text: w.Issuer}, {Name: "text", Text: w.Body}}
	if n.Version > 0 {
		key := "disclosure.draft.corrected"
		if n.Material {
			key = "disclosure.draft.material"
		}
		title = s.Say(key) + " " + n.Number
		parts = append(parts, release.Part{Name: "why", Text: w.Why})
	}
	_, err := s.Releases.Put(ctx, tx, release.Write{
		Realm: n.Realm, Kind: Words, Subject: n.name(), Title: title, Link: DeskPage(n.ID), Area: area.ID, Place: area.Lo, Town: area.Town,
		Words: parts, By: by,
	})
	return err
}

// Show has a notice stand in the words that were released, or in the new ones; or has it
// be withdrawn because its words were taken back. It is told by core/release, in the
// transaction that decides.
func (s *Service) Show(ctx context.Context, tx *db.Tx, d release.Draft) error {
	n, err := locked(ctx, tx, d.Realm, idOf(d.Subject))
	if err != nil {
		return err
	}
	by := identity.Actor{Realm: d.Realm, Account: d.Releaser}
	if d.State != release.Released {
		if n.State != Stands && n.State != Ended {
			return nil
		}
		n.Title = "" // all its words were taken back
		return s.takeDown(ctx, tx, n, d.Reason, by)
	}
	if n.State == Withdrawn || n.State == Dropped {
		return fault.New(fault.Conflict, "disclosure.withdrawn")
	}
	first := n.Version == 0
	w, err := wording(Wording{Title: d.Text("title"), Issuer: d.Text("issuer"), Body: d.Text("text"), Why: d.Text("why")}, !first)
	if err != nil {
		return fault.New(fault.Conflict, "disclosure.words").Because(err)
	}
	now := s.Now()
	n.Title, n.Issuer, n.Body = w.Title, w.Issuer, w.Body
	n.Version, n.Changed = n.Version+1, now
	w.Version, w.Material, w.At = n.Version, n.Material && !first, now
	event := "corrected"
	if first {
		event = "posted"
		n.PostedAt = now
		if n.Number, err = number(ctx, tx, n.Realm, now.In(s.Calendar.Zone()).Year()); err != nil {
			return err
		}
	}
	if first || n.Material {
		if err := s.begin(ctx, tx, &n, now); err != nil {
			return err
		}
	}
	n.Material = false
	if err := s.keep(ctx, tx, &n); err != nil {
		return err
	}
	if err := insertWording(ctx, tx, n, w); err != nil {
		return err
	}
	return s.tell(ctx, tx, n, event, by, Happened{Material: w.Material})
}

// begin has the period of a notice begin with an instant, by the law of that day.
func (s *Service) begin(ctx context.Context, tx *db.Tx, n *Notice, now time.Time) error {
	floor, basis, err := s.least(ctx, tx, n.Realm, n.Rule)
	if err != nil {
		return err
	}
	if floor > n.Days {
		n.Days, n.Basis = floor, basis
	}
	n.State, n.Counted, n.Stood, n.EndedAt = Stands, now, 0, time.Time{}
	return nil
}

// keep stores a notice that everybody may see, with its last day as it is known now, and
// where it is listed.
func (s *Service) keep(ctx context.Context, tx *db.Tx, n *Notice) error {
	f, err := factsOf(ctx, tx, *n)
	if err != nil {
		return err
	}
	if st := s.reckon(*n, f); n.State == Stands {
		n.Until = st.Last
	}
	if err := update(ctx, tx, *n); err != nil {
		return err
	}
	n.Revision++
	return enlist(ctx, tx, *n, s.above(n.Realm, n.Area))
}

// above lists an area and those it lies in.
func (s *Service) above(realm, area string) []string {
	var out []string
	for a, ok := s.Org.Area(realm, area); ok; a, ok = s.Org.Area(realm, a.Parent) {
		out = append(out, a.ID)
	}
	return out
}

// tell writes what happened to a notice into audit and outbox.
func (s *Service) tell(ctx context.Context, tx *db.Tx, n Notice, act string, by identity.Actor, h Happened) error {
	h.Notice, h.For, h.Kind, h.Version = n.ID, n.For, n.Kind, n.Version
	audit.Add(ctx, tx, audit.Entry{
		Realm: n.Realm, Subject: n.name(), Act: "disclosure." + act, Actor: by.Account, At: s.Now(),
		Detail: map[string]any{"number": n.Number, "version": n.Version, "material": h.Material, "until": n.Until, "stood": n.Stood, "days": n.Days},
	})
	return outbox.Add(ctx, tx, n.Realm, "disclosure."+act, s.Now(), h)
}
