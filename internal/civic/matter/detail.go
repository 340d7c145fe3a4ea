// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package matter

import (
	"context"
	"fmt"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/civic/matter/privacy"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/procedure"
	"pavilion/internal/core/sight"
	"pavilion/internal/platform/db"
)

// Sees reports whether a may read m.
func (s *Service) Sees(a identity.Actor, m Matter) bool {
	return MaySee(a, m, a.RolesAt(m.Place, m.Owner, s.Now(), m.Type))
}

// Detail is a matter with all that its page shows.
type Detail struct {
	Matter
	History []Event
	Offers  []procedure.Offer // what this person may do now, the likeliest first
	Clocks  procedure.Clocks  // the terms that run for it, replayed from its history
	Near    []Matter          // its relatives: parent or main first, then parts, then those merged into it
	Warning []int             // years whose holidays are not published yet
	Asks    bool              // its words are shown when this person has stated a purpose
	Stated  sight.Stated      // the purpose that was stated; zero without one
}

// Open returns a matter for somebody signed in, with what its class shows them.
// Where that takes a purpose and one is stated, the look is recorded before Open
// returns; without one the words are withheld. For those who may not see the
// matter, it is Missing, and the auditors hear of it if it is a sealed one.
func (s *Service) Open(ctx context.Context, a identity.Actor, id string, way sight.Way) (Detail, error) {
	d, err := s.detail(ctx, a.Realm, id, Move{Realm: a.Realm, ID: id, By: a})
	if fault.KindOf(err) == fault.Missing {
		s.refused(ctx, a, id)
	}
	if err != nil {
		return Detail{}, err
	}
	as := s.audiences(a, d.Matter)
	d.Asks = privacy.Asks(d.Privacy, as)
	looked := false
	if d.Asks {
		if d.Stated, looked, err = s.look(ctx, a, d.Matter, way, onPurpose(d.Privacy, as)); err != nil {
			return Detail{}, fmt.Errorf("open matter %s: %w", id, err)
		}
	}
	d.veil(as, looked)
	return d, nil
}

// Followed returns a matter for the reporter who has shown its code, without
// what staff say among themselves.
func (s *Service) Followed(ctx context.Context, realm, id string) (Detail, error) {
	d, err := s.detail(ctx, realm, id, Move{Realm: realm, ID: id, Reporter: true, By: identity.Actor{Realm: realm}})
	d.veil([]privacy.Audience{privacy.Reporter}, false)
	return d, err
}

// audiences are those that a belongs to for m.
func (s *Service) audiences(a identity.Actor, m Matter) (out []privacy.Audience) {
	for _, r := range a.RolesAt(m.Place, m.Owner, s.Now(), m.Type) {
		out = append(out, privacy.Of(r))
	}
	return out
}

// onPurpose are the fields that a class shows on a stated purpose, the contact
// excepted, which is opened apart.
func onPurpose(class string, as []privacy.Audience) (out []string) {
	for _, f := range privacy.Fields() {
		if f != privacy.Contact && privacy.Decide(class, as, f) == privacy.OnPurpose {
			out = append(out, string(f))
		}
	}
	return out
}

// look records that a reads fields of m, if they have stated a purpose that
// counts now; ok is false without one.
func (s *Service) look(ctx context.Context, a identity.Actor, m Matter, way sight.Way, fields []string) (stated sight.Stated, ok bool, err error) {
	find := func(tx *db.Tx) (err error) {
		stated, ok, err = sight.Find(ctx, tx, m.Realm, a.Account, m.Subject(), s.Now())
		return err
	}
	if err := s.DB.View(ctx, find); err != nil || !ok {
		return stated, false, err
	}
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		if err := identity.Recheck(ctx, tx, a, s.Now()); err != nil {
			return err
		}
		if err := find(tx); err != nil || !ok {
			return err
		}
		role, body := s.capacity(a, m)
		return sight.Record(ctx, tx, sight.Look{
			Realm: m.Realm, Subject: m.Subject(), Place: m.Place, Fields: fields, Purpose: stated.Purpose, Words: stated.Words,
			Account: a.Account, Role: role, Body: body, Way: way, At: s.Now(),
		})
	})
	return stated, ok && err == nil, err
}

// capacity is the role in which a reads m, and the body for which.
func (s *Service) capacity(a identity.Actor, m Matter) (identity.Role, string) {
	for _, r := range a.RolesAt(m.Place, m.Owner, s.Now(), m.Type) {
		if Seeing(r) || r == identity.Handler {
			return r, acting(a, m, procedure.Role(r))
		}
	}
	return "", ""
}

// refused tells the auditors that somebody who may not see a sealed matter asked
// for it. What they are answered does not depend on it.
func (s *Service) refused(ctx context.Context, a identity.Actor, id string) {
	if a.Anonymous() {
		return
	}
	err := s.DB.InTx(ctx, func(tx *db.Tx) error {
		m, err := find(ctx, tx, a.Realm, id)
		if err != nil || m.Privacy != PrivacySealed {
			return err
		}
		return sight.Warn(ctx, tx, m.Realm, s.Now(), sight.Alarm{Subject: m.Subject(), Place: m.Place, Account: a.Account})
	})
	if err != nil && fault.KindOf(err) != fault.Missing {
		s.Log.Error("a refused look was not kept", "matter", id, "error", err)
	}
}

// StatePurpose is somebody saying what they need the words of a matter for. It
// counts for them and this matter until the day ends.
type StatePurpose struct {
	Realm   string
	ID      string
	By      identity.Actor
	Purpose sight.Purpose
	Words   string
}

// StatePurpose keeps the purpose. It fails with Missing for those who may not see
// the matter, with Conflict where none is asked, and with Invalid for one that may
// not be stated. The auditors hear of it if the matter is sealed.
func (s *Service) StatePurpose(ctx context.Context, c StatePurpose) error {
	err := s.DB.InTx(ctx, func(tx *db.Tx) error {
		if err := identity.Recheck(ctx, tx, c.By, s.Now()); err != nil {
			return err
		}
		m, err := find(ctx, tx, c.Realm, c.ID)
		switch {
		case err != nil:
			return err
		case !s.Sees(c.By, m):
			return fault.New(fault.Missing, "matter.missing")
		case !privacy.Asks(m.Privacy, s.audiences(c.By, m)):
			return fault.New(fault.Conflict, "matter.no_purpose_asked")
		}
		now := s.Now()
		return sight.Say(ctx, tx, sight.State{
			Realm: m.Realm, Subject: m.Subject(), Place: m.Place, Account: c.By.Account, Purpose: c.Purpose, Words: c.Words,
			At: now, Until: s.endOfDay(now), Alarm: m.Privacy == PrivacySealed,
		})
	})
	if fault.KindOf(err) == fault.Missing {
		s.refused(ctx, c.By, c.ID)
	}
	return err
}

// endOfDay is when the day of an instant ends where the realms are.
func (s *Service) endOfDay(at time.Time) time.Time {
	at = at.In(s.Calendar.Zone())
	return time.Date(at.Year(), at.Month(), at.Day()+1, 0, 0, 0, 0, at.Location())
}

// Pictured returns a matter, without its words, to somebody who may look at its
// photos: its reporter, or staff whom its class shows them, with a stated purpose
// where it takes one. For everybody else it is Missing.
func (s *Service) Pictured(ctx context.Context, a identity.Actor, id string, reporter bool) (Matter, error) {
	missing := fault.New(fault.Missing, "photo.missing")
	var m Matter
	err := s.DB.View(ctx, func(tx *db.Tx) (err error) {
		m, err = find(ctx, tx, a.Realm, id)
		return err
	})
	if fault.KindOf(err) == fault.Missing {
		return Matter{}, missing
	}
	if err != nil {
		return Matter{}, err
	}
	var as []privacy.Audience
	if reporter {
		as = append(as, privacy.Reporter)
	}
	if s.Sees(a, m) {
		as = append(as, s.audiences(a, m)...)
	}
	switch privacy.Decide(m.Privacy, as, privacy.Photos) {
	case privacy.Open:
		return Listed(m), nil
	case privacy.OnPurpose:
		_, ok, err := s.look(ctx, a, m, sight.Page, []string{string(privacy.Photos)})
		if ok || err != nil {
			return Listed(m), err
		}
	}
	return Matter{}, missing
}

// veil takes out what is not shown to some audiences. What is shown on purpose
// stays if the look is recorded.
func (d *Detail) veil(as []privacy.Audience, looked bool) {
	shown := func(f privacy.Field) bool {
		how := privacy.Decide(d.Privacy, as, f)
		return how == privacy.Open || how == privacy.OnPurpose && looked
	}
	d.Matter = withheld(d.Matter, shown)
	for i := range d.History {
		e := &d.History[i]
		if !shown(privacy.Steps) {
			e.Answers = kept(e.Answers, "body", "bodies", "rating")
		}
		if !shown(privacy.Photos) {
			e.Photos = 0
		}
		for _, f := range []privacy.Field{privacy.Reply, privacy.PublicText} {
			if !shown(f) {
				delete(e.Answers, string(f))
			}
		}
	}
	for i := range d.Near {
		d.Near[i] = Listed(d.Near[i])
	}
}

// kept are the answers with the given names.
func kept(answers map[string]string, names ...string) map[string]string {
	out := map[string]string{}
	for _, name := range names {
		if v, ok := answers[name]; ok {
			out[name] = v
		}
	}
	return out
}

// withheld is m without the fields that are not shown.
func withheld(m Matter, shown func(privacy.Field) bool) Matter {
	m.Withheld, m.sealed = nil, ""
	for _, f := range privacy.Fields() {
		if f == privacy.Contact || shown(f) {
			continue
		}
		m.Withheld = append(m.Withheld, f)
		switch f {
		case privacy.Title:
			m.Title = ""
		case privacy.Text:
			m.Text = ""
		case privacy.Address:
			m.Address = ""
		case privacy.Point:
			m.Point = nil
		case privacy.Reply:
			m.Reply = ""
		case privacy.PublicText:
			m.PublicText = ""
		}
	}
	return m
}

// Listed is a matter as lists, cards, search hits and answers to moves show it to
// staff: with what is everyday in its class and no more, whatever purpose was
// stated. Lists are looked at over somebody's shoulder.
func Listed(m Matter) Matter {
	return withheld(m, func(f privacy.Field) bool { return privacy.Everyday(m.Privacy, f) })
}

// FollowedNumber returns what Followed does, by the matter's number.
func (s *Service) FollowedNumber(ctx context.Context, realm, number string) (Detail, error) {
	var m Matter
	err := s.DB.View(ctx, func(tx *db.Tx) (err error) {
		m, err = s.unshut(findNumber(ctx, tx, realm, number))
		return err
	})
	if err != nil {
		return Detail{}, err
	}
	return s.Followed(ctx, realm, m.ID)
}

func (s *Service) detail(ctx context.Context, realm, id string, who Move) (Detail, error) {
	var d Detail
	var past []procedure.Past
	err := s.DB.View(ctx, func(tx *db.Tx) (err error) {
		if d.Matter, err = s.find(ctx, tx, realm, id); err != nil {
			return err
		}
		if !who.Reporter && !s.Sees(who.By, d.Matter) {
			return fault.New(fault.Missing, "matter.missing")
		}
		if d.History, err = history(ctx, tx, realm, id, s.read(d.Matter)); err != nil {
			return err
		}
		past = pastsOf(d.History)
		if who.Reporter {
			d.History = forReporter(d.History)
		}
		d.Near, err = relatives(ctx, tx, d.Matter)
		return err
	})
	if err != nil {
		return Detail{}, err
	}
	machine, err := s.machine(ctx, realm, d.Version)
	if err != nil {
		return Detail{}, err
	}
	subject, err := s.about(ctx, d.Matter, who.By)
	if err != nil {
		return Detail{}, err
	}
	d.Clocks = machine.Replay(past)
	d.Offers = machine.Moves(subject, d.State, procedure.Attempt{
		Roles: s.roles(d.Matter, who), Actor: who.By.Account, At: s.Now(),
	})
	d.Warning = s.Calendar.Unpublished(d.EnteredAt, d.Due)
	return d, nil
}

// Count says how many matters a realm has. It reads all of them: for tools, not
// for pages.
func (s *Service) Count(ctx context.Context, realm string) (n int, err error) {
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		n, err = count(ctx, tx, realm)
		return err
	})
	return n, err
}

// ClassesIn returns the privacy classes of matters by id, within a transaction.
func (s *Service) ClassesIn(ctx context.Context, tx *db.Tx, realm string, ids []string) (map[string]string, error) {
	return classes(ctx, tx, realm, ids)
}

// pastsOf is what the clocks have to know of a history.
func pastsOf(history []Event) []procedure.Past {
	out := make([]procedure.Past, len(history))
	for i, e := range history {
		out[i] = procedure.Past{From: e.From, To: e.To, At: e.At, Term: e.Term, Extra: e.Extra, Whole: e.Whole}
	}
	return out
}

// Told lists who looked at a matter's words and at its reporter's contact, for the
// reporter who has shown its code: offices, roles and purposes, and nobody's name.
func (s *Service) Told(ctx context.Context, realm, id string) ([]sight.Telling, error) {
	looks := sight.Service{DB: s.DB, Now: s.Now}
	return looks.Told(ctx, realm, Subject(id), tellings)
}

// tellings is how many looks a reporter's page tells of.
const tellings = 50

// Numbers returns the numbers of some matters, by id.
func (s *Service) Numbers(ctx context.Context, realm string, ids []string) (out map[string]string, err error) {
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		out, err = numbers(ctx, tx, realm, ids)
		return err
	})
	return out, err
}

// SubjectOf returns what the matter with a number is called in audit and looks.
func (s *Service) SubjectOf(ctx context.Context, realm, number string) (string, error) {
	var m Matter
	err := s.DB.View(ctx, func(tx *db.Tx) (err error) {
		m, err = findNumber(ctx, tx, realm, number)
		return err
	})
	return m.Subject(), err
}

// Public is a matter as anybody may see it: type, place, state, and the desk's own
// words.
func Public(m Matter) Matter {
	m.Number = ""
	return withheld(m, func(f privacy.Field) bool {
		return privacy.Decide(m.Privacy, []privacy.Audience{privacy.Public}, f) == privacy.Open
	})
}
