// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package gathering

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/id"
	"pavilion/internal/core/audit"
	"pavilion/internal/core/files"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/inbox"
	"pavilion/internal/core/org"
	"pavilion/internal/core/outbox"
	"pavilion/internal/platform/db"
)

// Duty is what a resolution asks for.
type Duty string

// The duties.
const (
	Task    Duty = "task"       // a body does it, and says so
	Promise Duty = "commitment" // it is promised in public, by a day
	Rules   Duty = "rules"      // nothing to be done: it holds
)

// Duties lists the duties.
func Duties() []Duty { return []Duty{Task, Promise, Rules} }

// Term is one line of what a resolution fixes for those it concerns, such as a price.
type Term struct {
	Who    string `json:"who"`            // kind of user, in public words
	Amount int64  `json:"amount"`         // in fen; 0 is free
	Unit   string `json:"unit,omitempty"` // what the amount is for; empty where it is free
	Note   string `json:"note,omitempty"`
}

// Units lists what an amount may be for.
func Units() []string { return []string{"once", "hour", "day", "month", "year"} }

// Resolution is one thing that was resolved.
type Resolution struct {
	Realm     string
	ID        string
	Gathering string
	N         int // within the gathering
	Item      int // of the agenda, from 1; 0 for none
	Duty      Duty
	Text      string // in public words
	Body      string // who has to do it
	Due       string // the last day; empty for none
	Terms     []Term
	Place     int64
	Done      string // the day on which its owner reported it done; empty before
	Note      string // what they reported
	Dropped   string // why it was a mistake; empty while it stands
	At        time.Time
	Revision  int
}

// Late reports whether the day has passed and it is not done, or was done after.
func (r Resolution) Late(today string) bool {
	return r.Due != "" && r.Dropped == "" && (r.Done == "" && today > r.Due || r.Done > r.Due)
}

// Filing is a unit having been given a resolution, with the proof of it.
type Filing struct {
	ID         string
	Resolution string
	Unit       string
	Number     string // of its receipt
	Day        string
	Photos     int
	At         time.Time
	By         string // account
}

// FilingOwner is to whom the photographs of a filing's receipt belong.
func FilingOwner(filing string) string { return "gathering/filing/" + filing }

// Resolve is a chair writing down what was resolved.
type Resolve struct {
	At
	Key   string // a UUID; the same for the same resolution
	Item  int
	Duty  Duty
	Text  string
	Body  string
	Due   string
	Terms []Term
}

// Bounds of a resolution.
const (
	maxText        = 300
	maxWho         = 40
	maxTerms       = 20
	maxAmount      = 1_000_000_000_00 // a thousand million yuan
	maxResolutions = 60
)

// Resolve keeps a resolution. A task waits before its owner from then on; that there is
// one is told to the rest of the program, where promises are made of it. The same key
// again changes nothing.
func (s *Service) Resolve(ctx context.Context, c Resolve) (r Resolution, err error) {
	r, err = s.resolved(c)
	if err != nil {
		return r, err
	}
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		g, err := s.chaired(ctx, tx, c.At)
		if err != nil {
			return err
		}
		if there, err := findResolution(ctx, tx, g.Realm, c.Key); fault.KindOf(err) != fault.Missing {
			r = there
			return err
		}
		before, err := resolutions(ctx, tx, g)
		switch {
		case err != nil:
			return err
		case g.State != Running && g.State != Held:
			return fault.New(fault.Conflict, "gathering.not_begun")
		case c.Item < 0 || c.Item > len(g.Agenda):
			return fault.New(fault.Invalid, "form.not_a_choice").At("item")
		case len(before) >= maxResolutions:
			return fault.New(fault.Conflict, "gathering.many_resolutions")
		case r.Due != "" && r.Due < s.Day(g):
			return fault.New(fault.Invalid, "gathering.due_past").At("due")
		}
		r.N, r.Place = len(before)+1, g.Place
		if err := insertResolution(ctx, tx, r); err != nil {
			return err
		}
		detail := map[string]string{"resolution": r.ID, "duty": string(r.Duty), "body": r.Body, "due": r.Due, "terms": strconv.Itoa(len(r.Terms))}
		return errors.Join(s.put(ctx, tx, g, r), s.note(ctx, tx, g, "resolved", c.By, detail),
			outbox.Add(ctx, tx, g.Realm, "gathering.resolved", s.Now(),
				Happened{Gathering: g.ID, For: g.For, State: g.State, Resolution: r.ID, By: c.By.Account}))
	})
	if err != nil {
		return Resolution{}, fmt.Errorf("resolve in gathering %s: %w", c.ID, err)
	}
	return r, nil
}

// resolved is a resolution as it is asked for, checked.
func (s *Service) resolved(c Resolve) (Resolution, error) {
	r := Resolution{
		Realm: c.Realm, ID: c.Key, Gathering: c.ID, Item: c.Item, Duty: c.Duty, Body: c.Body, Due: c.Due, At: s.Now(), Revision: 1,
	}
	var faults []*fault.Error
	bad := func(wrong bool, key, field string) {
		if wrong {
			faults = append(faults, fault.New(fault.Invalid, key).At(field))
		}
	}
	bad(!id.Valid(c.Key), "form.not_a_choice", "key")
	text, f := words(c.Text, "text", maxText, true)
	if r.Text = text; f != nil {
		faults = append(faults, f)
	}
	bad(c.Duty == Promise && len([]rune(text)) > maxTitle, "gathering.promise_long", "text")
	_, known := s.Org.Body(c.Realm, c.Body)
	bad(!slices.Contains(Duties(), c.Duty), "form.not_a_choice", "duty")
	bad(c.Body == "" && c.Duty != Rules, "gathering.no_owner", "body")
	bad(c.Body != "" && !known, "matter.body_unknown", "body")
	_, err := time.Parse(time.DateOnly, c.Due)
	bad(c.Due != "" && err != nil, "form.not_a_date", "due")
	bad(c.Due == "" && c.Duty == Promise, "gathering.no_day", "due")
	terms, more := cleanTerms(c.Terms)
	r.Terms = terms
	return r, fault.Join(append(faults, more...)...)
}

// cleanTerms is terms as they are kept, and what is wrong with them.
func cleanTerms(given []Term) (out []Term, faults []*fault.Error) {
	if len(given) > maxTerms {
		return nil, []*fault.Error{fault.New(fault.Invalid, "form.too_long").At("terms").With("max", strconv.Itoa(maxTerms))}
	}
	for n, t := range given {
		field := "terms." + strconv.Itoa(n+1)
		who, f := words(t.Who, field, maxWho, true)
		note, bad := words(t.Note, field, maxTitle, false)
		for _, one := range []*fault.Error{f, bad} {
			if one != nil {
				faults = append(faults, one)
			}
		}
		switch {
		case t.Amount < 0 || t.Amount > maxAmount:
			faults = append(faults, fault.New(fault.Invalid, "gathering.amount").At(field))
		case t.Amount > 0 && !slices.Contains(Units(), t.Unit):
			faults = append(faults, fault.New(fault.Invalid, "gathering.unit").At(field))
		}
		if t.Amount == 0 {
			t.Unit = ""
		}
		out = append(out, Term{Who: who, Amount: t.Amount, Unit: t.Unit, Note: note})
	}
	return out, faults
}

// put puts a task before its owner.
func (s *Service) put(ctx context.Context, tx *db.Tx, g Gathering, r Resolution) error {
	if r.Duty != Task {
		return nil
	}
	area, _ := s.Org.Area(g.Realm, g.Area)
	item := inbox.Item{
		Realm: g.Realm, Subject: "resolution/" + r.ID, Role: string(identity.Handler), Body: r.Body, Place: g.Place, Town: area.Town,
		Title: r.Text, Link: "/desk/resolutions/" + r.ID, Since: s.Now(),
	}
	if r.Due != "" {
		day, err := time.ParseInLocation(time.DateOnly, r.Due, s.Zone)
		if err != nil {
			return err
		}
		item.Due = day.AddDate(0, 0, 1).Add(-time.Minute)
	}
	return inbox.Put(ctx, tx, item)
}

// Settle is somebody of the owner saying that a task is done, or a chair that a
// resolution was written down by mistake.
type Settle struct {
	Realm    string
	ID       string
	Revision int
	Note     string
	Drop     bool // it was a mistake
	By       identity.Actor
}

// Settle keeps what became of a resolution.
func (s *Service) Settle(ctx context.Context, c Settle) (r Resolution, err error) {
	note, f := words(c.Note, "note", maxText, true)
	if f != nil {
		return r, f
	}
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		if r, err = lockedResolution(ctx, tx, c.Realm, c.ID); err != nil {
			return err
		}
		switch {
		case !s.mayOpen(c.By, r):
			return fault.New(fault.Missing, "gathering.resolution_missing")
		case c.Drop && !s.MayChair(c.By, r.Place) || !c.Drop && !s.owns(c.By, r):
			return fault.New(fault.Denied, "gathering.not_owner")
		case r.Revision != c.Revision:
			return fault.New(fault.Stale, "gathering.stale")
		case r.Done != "" || r.Dropped != "" || r.Duty != Task && !c.Drop:
			return fault.New(fault.Conflict, "gathering.settled")
		}
		if err := identity.Recheck(ctx, tx, c.By, s.Now()); err != nil {
			return err
		}
		act := "task_done"
		if c.Drop {
			r.Dropped, act = note, "dropped"
		} else {
			r.Done, r.Note = s.Today(), note
		}
		if err := updateResolution(ctx, tx, &r); err != nil {
			return err
		}
		g, err := find(ctx, tx, r.Realm, r.Gathering)
		if err != nil {
			return err
		}
		return errors.Join(inbox.Clear(ctx, tx, r.Realm, "resolution/"+r.ID),
			s.note(ctx, tx, g, act, c.By, map[string]string{"resolution": r.ID, "due": r.Due}))
	})
	if err != nil {
		return Resolution{}, fmt.Errorf("settle resolution %s: %w", c.ID, err)
	}
	return r, nil
}

// MayDo reports whether somebody works for the body that has to do it.
func (s *Service) MayDo(by identity.Actor, r Resolution) bool { return s.owns(by, r) }

// owns reports whether somebody works for the body that has to do it.
func (s *Service) owns(by identity.Actor, r Resolution) bool {
	return by.Realm == r.Realm && r.Body != "" && slices.Contains(by.RolesAt(r.Place, r.Body, s.Now()), identity.Handler)
}

// mayOpen reports whether somebody may read a resolution at the desk.
func (s *Service) mayOpen(by identity.Actor, r Resolution) bool {
	return s.owns(by, r) || by.Realm == r.Realm && s.MayChair(by, r.Place)
}

// Resolution returns one for its owner and for who chairs, with its filings and the
// body that has to do it.
func (s *Service) Resolution(ctx context.Context, realm, resolution string, by identity.Actor) (r Resolution, body org.Body, list []Filing, err error) {
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		if r, err = findResolution(ctx, tx, realm, resolution); err != nil {
			return err
		}
		if !s.mayOpen(by, r) {
			return fault.New(fault.Missing, "gathering.resolution_missing")
		}
		list, err = filingsOf(ctx, tx, realm, r.Gathering, r.ID)
		return err
	})
	body, _ = s.Org.Body(realm, r.Body)
	return r, body, list, err
}

// ResolutionIn returns a resolution within a transaction, for other parts that were told
// of it.
func (s *Service) ResolutionIn(ctx context.Context, tx *db.Tx, realm, resolution string) (Resolution, error) {
	return findResolution(ctx, tx, realm, resolution)
}

// File is somebody adding with whom a resolution was filed.
type File struct {
	Realm      string
	Resolution string
	Key        string
	Unit       string
	Number     string
	Day        string
	Photos     []files.Photo // of the receipt
	By         identity.Actor
}

// File keeps with whom a resolution was filed, by the chair or its owner. The same key
// again changes nothing.
func (s *Service) File(ctx context.Context, c File) (out Filing, err error) {
	out, err = s.filed(c)
	if err != nil {
		return out, err
	}
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		r, err := findResolution(ctx, tx, c.Realm, c.Resolution)
		switch {
		case err != nil:
			return err
		case !s.mayOpen(c.By, r):
			return fault.New(fault.Missing, "gathering.resolution_missing")
		case r.Dropped != "":
			return fault.New(fault.Conflict, "gathering.settled")
		}
		if err := identity.Recheck(ctx, tx, c.By, s.Now()); err != nil {
			return err
		}
		made, err := insertFiling(ctx, tx, r, out)
		if err != nil || !made {
			return err
		}
		g, err := find(ctx, tx, r.Realm, r.Gathering)
		if err != nil {
			return err
		}
		audit.Add(ctx, tx, audit.Entry{
			Realm: r.Realm, Subject: Subject(g.ID), Act: "gathering.filed", Actor: c.By.Account, At: s.Now(),
			Detail: map[string]string{"resolution": r.ID, "filing": out.ID, "day": out.Day, "photos": strconv.Itoa(out.Photos)},
		})
		return errors.Join(s.Files.Attach(ctx, tx, r.Realm, FilingOwner(out.ID), c.Photos, c.By.Account),
			insertLine(ctx, tx, g, Line{Act: "filed", By: c.By.Account, At: s.Now(), Reason: out.Unit}))
	})
	if err != nil {
		return Filing{}, fmt.Errorf("file resolution %s: %w", c.Resolution, err)
	}
	return out, nil
}

// filed is a filing as it is kept, checked.
func (s *Service) filed(c File) (Filing, error) {
	var faults []*fault.Error
	unit, f := words(c.Unit, "unit", maxWho, true)
	number, bad := words(c.Number, "number", maxWho, true)
	if bad != nil && bad.Key != "form.required" && bad.Key != "form.too_long" {
		number, bad = c.Number, nil // a receipt's number may look like another
	}
	for _, one := range []*fault.Error{f, bad} {
		if one != nil {
			faults = append(faults, one)
		}
	}
	if _, err := time.Parse(time.DateOnly, c.Day); err != nil || c.Day > s.Today() {
		faults = append(faults, fault.New(fault.Invalid, "gathering.filed_day").At("day"))
	}
	if !id.Valid(c.Key) {
		faults = append(faults, fault.New(fault.Invalid, "form.not_a_choice").At("key"))
	}
	if len(c.Photos) > maxSigned {
		faults = append(faults, fault.New(fault.Invalid, "gathering.many_photos").At("photos").With("max", strconv.Itoa(maxSigned)))
	}
	return Filing{
		ID: c.Key, Resolution: c.Resolution, Unit: unit, Number: number, Day: c.Day, Photos: len(c.Photos), At: s.Now(), By: c.By.Account,
	}, fault.Join(faults...)
}
