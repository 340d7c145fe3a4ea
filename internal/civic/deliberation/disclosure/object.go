// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package disclosure

import (
	"context"
	"crypto/hmac"
	"fmt"
	"strconv"
	"strings"
	"time"

	"pavilion/internal/base/clock"
	"pavilion/internal/base/fault"
	"pavilion/internal/base/id"
	"pavilion/internal/base/trace"
	"pavilion/internal/core/audit"
	"pavilion/internal/core/inbox"
	"pavilion/internal/core/outbox"
	"pavilion/internal/platform/db"
)

// ObjectionState is where an objection stands.
type ObjectionState string

// The states.
const (
	Received ObjectionState = "received"
	Taken    ObjectionState = "taken"    // somebody has it
	Proposed ObjectionState = "proposed" // its answer waits to be released
	Settled  ObjectionState = "answered" // its answer was released
)

// ObjectionOutcome is what became of an objection.
type ObjectionOutcome string

// The outcomes.
const (
	Upheld    ObjectionOutcome = "upheld"
	Dismissed ObjectionOutcome = "dismissed"
)

// Deed is what follows an objection that was upheld.
type Deed string

// The deeds.
const (
	NoDeed   Deed = ""
	TakeDown Deed = "withdraw"  // the notice is withdrawn with the answer
	SendBack Deed = "send_back" // whoever runs the proceeding sends it back
)

// Deeds lists the deeds.
func Deeds() []Deed { return []Deed{NoDeed, TakeDown, SendBack} }

// Terms of an objection, from when it was made. Basis: practice of the matter type
// "objection to a disclosure", answered within 10 workdays.
const (
	takeWithin   = 3
	answerWithin = 10
)

// Objection is somebody's against a notice.
type Objection struct {
	Realm   string
	ID      string
	Number  string // what people quote
	Notice  string
	Place   int64
	Words   string // of who objects: for the desk alone
	Name    string // and how they can be reached; each may be empty
	Phone   string
	State   ObjectionState
	Outcome ObjectionOutcome
	Deed    Deed
	Answer  string // that was released
	At      time.Time
	TakenAt time.Time
	EndedAt time.Time
	Due     time.Time // when the next step is due; zero once it is answered
	By      time.Time // when the answer is due

	Forgotten bool // words and contact are gone
	Revision  int
}

func (o Objection) subject() string { return objection + o.ID }

const objection = "objection/"

// ObjectionPage is the address of an objection's page at the desk.
func ObjectionPage(id string) string { return "/desk/objections/" + id }

// Late reports whether a step was due.
func (o Objection) Late(now time.Time) bool { return !o.Due.IsZero() && now.After(o.Due) }

// Object is somebody objecting to a notice.
type Object struct {
	Realm  string
	Key    string // a UUID; the same for the same objection
	Notice string
	Words  string
	Name   string // may be empty
	Phone  string // may be empty
}

// Receipt is what whoever objects takes along.
type Receipt struct {
	ID, Number, Code string
	Take, By         time.Time // until when it is taken up, and answered
}

// Object keeps an objection while a notice stands, its last day included, and puts it
// before the secretary. The same key again returns the same receipt. It fails with
// Invalid for words that cannot be, and with Conflict before and after the period.
func (s *Service) Object(ctx context.Context, c Object) (Receipt, error) {
	o := Objection{Realm: c.Realm, ID: c.Key, Notice: c.Notice, State: Received, At: s.Now(), Revision: 1}
	if !id.Valid(o.ID) {
		return Receipt{}, fault.New(fault.Invalid, "disclosure.no_key")
	}
	var faults []*fault.Error
	note := func(err error) {
		if f, ok := fault.As(err); ok {
			faults = append(faults, f)
		}
	}
	var err error
	o.Words, err = words(c.Words, "words", maxWords, true)
	note(err)
	note(trace.Gate("words", o.Words, withoutIdentity()...))
	o.Name, err = optional(c.Name, "name", maxName, false)
	note(err)
	o.Phone, err = optional(c.Phone, "phone", maxPhone, false)
	note(err)
	if err := fault.Join(faults...); err != nil {
		return Receipt{}, err
	}
	due := func(days float64) time.Time {
		return s.Calendar.Due(o.At, clock.Term{Unit: clock.Workday, N: days}).At
	}
	o.Due, o.By = due(takeWithin), due(answerWithin)
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		was, err := s.findObjection(ctx, tx, o.Realm, o.ID)
		if err == nil {
			if was.Notice != o.Notice {
				return fault.New(fault.Conflict, "disclosure.key_used")
			}
			o = was
			return nil
		}
		if fault.KindOf(err) != fault.Missing {
			return err
		}
		n, err := locked(ctx, tx, o.Realm, o.Notice)
		if err == nil && !n.State.Public() {
			err = fault.New(fault.Missing, "disclosure.missing")
		}
		if err != nil {
			return err
		}
		f, err := factsOf(ctx, tx, n)
		if err != nil {
			return err
		}
		if n.State != Stands || s.reckon(n, f).Complete {
			return fault.New(fault.Conflict, "disclosure.not_standing")
		}
		o.Place = n.Place
		return s.receive(ctx, tx, n, &o)
	})
	if err != nil {
		return Receipt{}, fmt.Errorf("object: %w", err)
	}
	return s.receipt(o), nil
}

// withoutIdentity are the kinds of trace that an objection may hold: it is sealed. The
// number of a document is never one of them.
func withoutIdentity() []trace.Kind {
	var out []trace.Kind
	for _, k := range trace.Kinds() {
		if k != trace.Identity {
			out = append(out, k)
		}
	}
	return out
}

// numbering is how often a number is drawn anew when the one drawn is taken.
const numbering = 8

// receive keeps an objection under a number.
func (s *Service) receive(ctx context.Context, tx *db.Tx, n Notice, o *Objection) error {
	for range numbering {
		o.Number = o.At.In(s.Calendar.Zone()).Format("20060102") + "-" + id.Digits(7)
		made, err := s.insertObjection(ctx, tx, *o)
		if err != nil {
			return err
		}
		if made {
			if err := s.waits(ctx, tx, n, *o); err != nil {
				return err
			}
			return s.tellObjection(ctx, tx, n, *o, "objected", "")
		}
	}
	return fmt.Errorf("no number is free for an objection to %s", n.ID)
}

// waits puts an objection before the secretary.
func (s *Service) waits(ctx context.Context, tx *db.Tx, n Notice, o Objection) error {
	if o.State == Settled {
		return inbox.Clear(ctx, tx, o.Realm, o.subject())
	}
	area, _ := s.Org.Area(n.Realm, n.Area)
	return inbox.Put(ctx, tx, inbox.Item{
		Realm: o.Realm, Subject: o.subject(), Role: "secretary", Place: o.Place, Town: area.Town,
		Title: s.Say("disclosure.inbox.objection") + " " + n.Number, Link: ObjectionPage(o.ID), Since: o.At, Due: o.Due,
	})
}

// tellObjection writes what happened to an objection into audit and outbox. Nothing of
// who objects is in either.
func (s *Service) tellObjection(ctx context.Context, tx *db.Tx, n Notice, o Objection, act, by string) error {
	audit.Add(ctx, tx, audit.Entry{
		Realm: o.Realm, Subject: o.subject(), Act: "disclosure." + act, Actor: by, At: s.Now(),
		Detail: map[string]any{"notice": n.ID, "state": o.State, "outcome": o.Outcome, "deed": o.Deed},
	})
	return outbox.Add(ctx, tx, o.Realm, "disclosure.objected", s.Now(), Happened{
		Notice: n.ID, For: n.For, Kind: n.Kind, Version: n.Version, Objection: o.ID, State: o.State, Outcome: o.Outcome, Deed: o.Deed,
	})
}

func (s *Service) receipt(o Objection) Receipt {
	return Receipt{ID: o.ID, Number: o.Number, Code: s.Code(o.Realm, o.ID), Take: s.Calendar.Due(o.At, clock.Term{Unit: clock.Workday, N: takeWithin}).At, By: o.By}
}

// codeAlphabet has no letter that is mistaken for another when read aloud or copied.
const codeAlphabet = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"

// codeLength makes 40 bits: with wrong tries limited, out of reach of guessing.
const codeLength = 8

// Code returns the secret that, with the number, lets whoever objected follow it. It is
// computed from the server's key and stands in no database.
func (s *Service) Code(realm, id string) string {
	sum := s.Box.Sum("objection_code", realm, id)
	code := make([]byte, codeLength)
	for i := range code {
		n, _ := strconv.ParseUint(sum[2*i:2*i+2], 16, 8) // a sum is hexadecimal
		code[i] = codeAlphabet[n%uint64(len(codeAlphabet))]
	}
	return string(code)
}

// Track returns the objection with the given number if code is its code. A wrong code and
// an unknown number are the same fault and cost the same work.
func (s *Service) Track(ctx context.Context, realm, number, code string) (o Objection, err error) {
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		o, err = s.findNumber(ctx, tx, realm, strings.Join(strings.Fields(number), ""))
		return err
	})
	if err != nil && fault.KindOf(err) != fault.Missing {
		return Objection{}, err
	}
	given := strings.ToUpper(strings.Join(strings.Fields(code), ""))
	right := hmac.Equal([]byte(s.Code(realm, o.ID)), []byte(given))
	if err != nil || !right {
		return Objection{}, fault.New(fault.Missing, "disclosure.wrong_code").At("code")
	}
	return o, nil
}
