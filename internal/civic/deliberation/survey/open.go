// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package survey

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/form"
	"pavilion/internal/base/id"
	"pavilion/internal/core/audit"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/org"
	"pavilion/internal/core/outbox"
	"pavilion/internal/core/release"
	"pavilion/internal/platform/db"
)

// Open is a secretary asking the households of an area.
type Open struct {
	Realm      string
	Key        string // a UUID; the same for the same survey, so that a retry opens no second one
	For        string
	Area       string
	Question   string
	About      string
	Options    []string // none for a question of for and against
	Channels   []Channel
	Closes     time.Time
	Households []Household // those to ask, all of them: label, and place where it is known
	By         identity.Actor
}

// Open keeps a survey with its households, and puts its words before somebody who may
// release them: it takes answers from then on. It fails with Invalid naming each field
// at fault, and with Denied for who is no secretary of the place.
func (s *Service) Open(ctx context.Context, tx *db.Tx, c Open) (Survey, error) {
	v, area, err := s.checked(c)
	if err != nil {
		return Survey{}, err
	}
	made, err := insert(ctx, tx, v)
	if err != nil {
		return Survey{}, fmt.Errorf("open survey: %w", err)
	}
	if !made {
		there, err := find(ctx, tx, v.Realm, v.ID)
		if err == nil && !s.MayKeep(c.By, there) {
			err = fault.New(fault.Missing, "survey.missing")
		}
		return there, err
	}
	for i, h := range c.Households {
		h.No = i + 1
		if h.Place < area.Lo || h.Place >= area.Hi {
			h.Place = v.Place
		}
		if err := s.putHousehold(ctx, tx, v, h); err != nil {
			return Survey{}, err
		}
	}
	_, err = s.Releases.Put(ctx, tx, release.Write{
		Realm: v.Realm, Kind: Words, Subject: v.name(), Title: area.Name + " " + v.Closes.In(s.Zone).Format(time.DateOnly), Link: Desk(v.ID),
		Area: area.ID, Place: area.Lo, Town: area.Town, Words: parts(v), By: c.By,
	})
	if err != nil {
		return Survey{}, err
	}
	s.note(ctx, tx, v, "written", c.By, map[string]any{"for": v.For, "households": v.Asked, "channels": v.Channels, "closes": v.Closes.UTC()})
	return v, nil
}

// Start is Open in a transaction of its own.
func (s *Service) Start(ctx context.Context, c Open) (v Survey, err error) {
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		v, err = s.Open(ctx, tx, c)
		return err
	})
	return v, err
}

// checked is the survey that is asked for.
func (s *Service) checked(c Open) (v Survey, area org.Area, err error) {
	v = Survey{Realm: c.Realm, ID: c.Key, For: c.For, Channels: c.Channels, State: Drafted, Asked: len(c.Households), Closes: c.Closes, Revision: 1}
	if v.ID == "" {
		v.ID = id.New()
	}
	if !id.Valid(v.ID) {
		return v, area, fault.New(fault.Invalid, "survey.no_key")
	}
	var faults []*fault.Error
	note := func(err error) {
		if f, ok := fault.As(err); ok {
			faults = append(faults, f)
		}
	}
	area, ok := s.Org.Area(c.Realm, c.Area)
	if !ok {
		note(fault.New(fault.Invalid, "matter.area_unknown").At("area"))
	}
	v.Area, v.Place = area.ID, area.Lo
	if ok && !s.MayKeep(c.By, v) {
		return v, area, fault.New(fault.Denied, "survey.not_yours")
	}
	v.Question, err = words(c.Question, "question", bounds{1, maxQuestion})
	note(err)
	v.About, err = words(c.About, "about", bounds{0, maxAbout})
	note(err)
	for _, o := range c.Options {
		clean, err := words(o, "options", bounds{1, maxOption})
		note(err)
		v.Options = append(v.Options, clean)
	}
	faults = append(faults, check(v, c.Households, s.Now())...)
	return v, area, fault.Join(faults...)
}

// bounds are how many characters a text may have.
type bounds struct{ least, most int }

// words cleans a text.
func words(given, field string, b bounds) (string, error) {
	out, err := form.CleanText(given, b.most > maxQuestion)
	if f, ok := fault.As(err); ok {
		return "", f.At(field)
	}
	switch n := len([]rune(out)); {
	case n < b.least:
		return "", fault.New(fault.Invalid, "form.required").At(field)
	case n > b.most:
		return "", fault.New(fault.Invalid, "form.too_long").At(field).With("max", strconv.Itoa(b.most))
	}
	return out, nil
}

// note writes into the audit what was done to a survey: numbers, never who thinks what.
func (s *Service) note(ctx context.Context, tx *db.Tx, v Survey, act string, by identity.Actor, detail map[string]any) {
	account := by.Account
	if account == "" {
		account = "system"
	}
	audit.Add(ctx, tx, audit.Entry{Realm: v.Realm, Subject: v.name(), Act: "survey." + act, Actor: account, At: s.Now(), Detail: detail})
}

// happen writes an event.
func (s *Service) happen(ctx context.Context, tx *db.Tx, v Survey, what string, c Channel) error {
	return outbox.Add(ctx, tx, v.Realm, "survey."+what, s.Now(), Happened{Survey: v.ID, For: v.For, Channel: c})
}

// Drop is a secretary giving a survey up before it is counted.
type Drop struct {
	Realm    string
	ID       string
	Revision int
	Reason   string // for the audit; the public is told that it was given up
	By       identity.Actor
}

// Drop gives up a survey. Its answers are never counted.
func (s *Service) Drop(ctx context.Context, c Drop) error {
	reason, err := words(c.Reason, "reason", bounds{1, maxReason})
	if err != nil {
		return err
	}
	return s.DB.InTx(ctx, func(tx *db.Tx) error {
		v, err := locked(ctx, tx, c.Realm, c.ID)
		switch {
		case err != nil:
			return err
		case !s.MayKeep(c.By, v):
			return fault.New(fault.Denied, "survey.not_yours")
		case v.Revision != c.Revision:
			return fault.New(fault.Stale, "survey.stale")
		case v.State != Running && v.State != Drafted:
			return fault.New(fault.Conflict, "survey.closed")
		}
		v.State, v.Ended = Dropped, s.Now()
		if err := errors.Join(shut(ctx, tx, v), update(ctx, tx, v, "")); err != nil {
			return err
		}
		s.note(ctx, tx, v, "dropped", c.By, map[string]any{"reason": reason})
		return s.happen(ctx, tx, v, "dropped", "")
	})
}
