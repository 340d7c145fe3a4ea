// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package topic

import (
	"context"
	"crypto/hmac"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/form"
	"pavilion/internal/base/id"
	"pavilion/internal/base/trace"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/inbox"
	"pavilion/internal/core/outbox"
	"pavilion/internal/platform/db"
)

// Bounds of what is written, in characters.
const (
	MinWords   = 4
	MaxWords   = 2000
	maxContact = 40
)

// Raise is somebody suggesting something.
type Raise struct {
	Realm   string
	Key     string // made by the client; the same key never makes a second suggestion
	Origin  Origin
	Source  string // what it comes of; its area is taken where none is named
	Area    string // empty: the source's, or the realm as a whole
	Words   string
	Contact Contact
	Desk    bool           // somebody at the desk writes it down for another
	By      identity.Actor // anonymous for the public form
}

// Receipt is what whoever suggested keeps.
type Receipt struct {
	Suggestion
	Code     string
	Repeated bool // the same key was used before: this is what it made
}

// Raise keeps a suggestion and puts it before the secretary of its place. It fails with
// Invalid naming each field at fault, among them the number of an identity document,
// which is never kept, and with Denied for who may not take one down.
func (s *Service) Raise(ctx context.Context, c Raise) (r Receipt, err error) {
	g, err := s.read(c)
	if err != nil {
		return Receipt{}, err
	}
	if c.Source != "" {
		from, err := s.Sources.Source(ctx, c.Realm, c.Source, c.By)
		if fault.KindOf(err) == fault.Missing {
			return Receipt{}, fault.New(fault.Invalid, "topic.source_unknown").At("source")
		}
		if err != nil {
			return Receipt{}, err
		}
		if c.Area == "" {
			c.Area = from
		}
	}
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		r, err = s.take(ctx, tx, c, g)
		return err
	})
	if err != nil {
		return Receipt{}, fmt.Errorf("suggest: %w", err)
	}
	return r, nil
}

// Take is Raise within a transaction of whoever owns the source and answers for it: it
// is not asked after, and the area has to be named.
func (s *Service) Take(ctx context.Context, tx *db.Tx, c Raise) (Receipt, error) {
	g, err := s.read(c)
	if err != nil {
		return Receipt{}, err
	}
	return s.take(ctx, tx, c, g)
}

// read checks what was sent.
func (s *Service) read(c Raise) (Suggestion, error) {
	g := Suggestion{Realm: c.Realm, ID: id.New(), Origin: c.Origin, Source: c.Source, State: Waiting, Taker: c.By.Account, At: s.Now(), Revision: 1}
	if c.Key != "" {
		g.ID = id.Of("suggestion", c.Realm, s.Box.Sum("suggestion_key", c.Realm, c.Key))
	}
	var faults []*fault.Error
	clean := func(field, text string, lines bool, longest int) string {
		out, err := form.CleanText(text, lines)
		if err == nil && len([]rune(out)) > longest {
			err = fault.New(fault.Invalid, "form.too_long").With("max", strconv.Itoa(longest))
		}
		if f, ok := fault.As(err); ok {
			faults = append(faults, f.At(field))
		}
		return out
	}
	g.Words = clean("words", c.Words, true, MaxWords)
	if len(faults) == 0 && len([]rune(g.Words)) < MinWords {
		faults = append(faults, fault.New(fault.Invalid, "topic.words_required").At("words"))
	}
	if f, ok := fault.As(trace.Gate("words", g.Words, withoutIdentity()...)); ok {
		faults = append(faults, f)
	}
	g.Contact = Contact{Name: clean("contact_name", c.Contact.Name, false, maxContact), Phone: clean("contact_phone", c.Contact.Phone, false, maxContact)}
	g.Contactable = !g.Contact.Empty()
	if !slices.Contains(Origins(), c.Origin) {
		faults = append(faults, fault.New(fault.Invalid, "form.not_a_choice").At("origin"))
	}
	if needs := c.Origin == Matter || c.Origin == Session || c.Origin == Survey; needs && c.Source == "" || c.Origin == Resident && c.Source != "" {
		faults = append(faults, fault.New(fault.Invalid, "form.required").At("source"))
	}
	return g, fault.Join(faults...)
}

// withoutIdentity are the kinds of trace that a suggestion may hold: it is sealed. The
// number of a document is never one of them.
func withoutIdentity() []trace.Kind {
	return slices.DeleteFunc(trace.Kinds(), func(k trace.Kind) bool { return k == trace.Identity })
}

// takers are the roles that may take a suggestion down, by where it comes from.
func takers(o Origin) []identity.Role {
	switch o {
	case Resident:
		return []identity.Role{identity.Secretary, identity.Receptionist}
	case Matter:
		return []identity.Role{identity.Secretary, identity.Dispatcher, identity.ShiftHead, identity.Receptionist}
	}
	return []identity.Role{identity.Secretary}
}

// MayTake reports whether somebody may take a suggestion down at a place.
func (s *Service) MayTake(by identity.Actor, o Origin, place int64) bool {
	return s.has(by, place, takers(o)...)
}

// numbering is how often a number is drawn anew when the one drawn is taken.
const numbering = 8

// take stores a suggestion, unless its key was used before.
func (s *Service) take(ctx context.Context, tx *db.Tx, c Raise, g Suggestion) (Receipt, error) {
	if err := identity.Recheck(ctx, tx, c.By, s.Now()); err != nil {
		return Receipt{}, err
	}
	area, ok := s.Org.Root(c.Realm)
	if c.Area != "" {
		area, ok = s.Org.Area(c.Realm, c.Area)
	}
	if !ok {
		return Receipt{}, fault.New(fault.Invalid, "matter.area_unknown").At("area")
	}
	g.Area, g.Place, g.Town = area.ID, area.Lo, area.Town
	if own := g.Origin == Resident && !c.Desk; own {
		g.Taker = "" // whoever suggests something for themselves is not kept
	} else if !s.MayTake(c.By, g.Origin, g.Place) {
		return Receipt{}, notYours()
	}
	g.Due = s.Calendar.Due(g.At, s.Terms.Reply).At
	for range numbering {
		g.Number = "JY" + g.At.In(s.Calendar.Zone()).Format("20060102") + "-" + id.Digits(6)
		made, err := s.insertSuggestion(ctx, tx, g)
		if err != nil {
			return Receipt{}, err
		}
		if made {
			return Receipt{Suggestion: g, Code: s.Code(g.Realm, g.ID)}, s.taken(ctx, tx, g)
		}
		switch first, err := s.findSuggestion(ctx, tx, g.Realm, g.ID); fault.KindOf(err) {
		case fault.Missing:
		default:
			return Receipt{Suggestion: first, Code: s.Code(first.Realm, first.ID), Repeated: true}, err
		}
	}
	return Receipt{}, errors.New("no number is free")
}

// taken writes what belongs to a new suggestion besides its row.
func (s *Service) taken(ctx context.Context, tx *db.Tx, g Suggestion) error {
	s.note(ctx, tx, g, "raised", g.Taker)
	if err := s.wait(ctx, tx, g); err != nil {
		return err
	}
	return outbox.Add(ctx, tx, g.Realm, "topic.suggested", g.At, Happened{Suggestion: g.ID, Source: g.Source, Place: g.Place})
}

// wait puts a suggestion before the secretary of its place.
func (s *Service) wait(ctx context.Context, tx *db.Tx, g Suggestion) error {
	return inbox.Put(ctx, tx, inbox.Item{
		Realm: g.Realm, Subject: g.name(), Role: string(identity.Secretary), Place: g.Place, Town: g.Town,
		Title: s.Say("topic.inbox." + string(g.Origin)), Link: "/desk/suggestions/" + g.ID, Since: g.At, Due: g.Due,
	})
}

// codeAlphabet has no letters or digits that are taken for one another; of 32, so that
// all are equally likely.
const (
	codeAlphabet = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
	codeLength   = 8
)

// Code returns the code with which whoever suggested something follows it.
func (s *Service) Code(realm, id string) string {
	sum := s.Box.Sum("suggestion_code", realm, id)
	code := make([]byte, codeLength)
	for i := range code {
		n, _ := strconv.ParseUint(sum[2*i:2*i+2], 16, 8) // a sum is hexadecimal
		code[i] = codeAlphabet[n%uint64(len(codeAlphabet))]
	}
	return string(code)
}

// Follow returns the suggestion with the given number if code is its code. A wrong code
// and an unknown number are the same fault and cost the same work.
func (s *Service) Follow(ctx context.Context, realm, number, code string) (g Suggestion, err error) {
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		g, err = s.follow(ctx, tx, realm, number, code)
		return err
	})
	return g, err
}

func (s *Service) follow(ctx context.Context, tx *db.Tx, realm, number, code string) (Suggestion, error) {
	g, err := s.findNumber(ctx, tx, realm, strings.ToUpper(strings.Join(strings.Fields(number), "")))
	if err != nil && fault.KindOf(err) != fault.Missing {
		return Suggestion{}, err
	}
	given := strings.ToUpper(strings.Join(strings.Fields(code), ""))
	if !hmac.Equal([]byte(s.Code(realm, g.ID)), []byte(given)) || err != nil {
		return Suggestion{}, fault.New(fault.Missing, "topic.wrong_code").At("code")
	}
	return g, nil
}
