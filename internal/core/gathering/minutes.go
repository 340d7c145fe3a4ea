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
	"pavilion/internal/base/form"
	"pavilion/internal/core/files"
	"pavilion/internal/platform/db"
)

// Minutes are what was written of a gathering. They name people, and are sealed.
type Minutes struct {
	Chair      string `json:"chair"`
	Writer     string `json:"writer"`
	Words      string `json:"words"`      // how it went
	Objections string `json:"objections"` // who objected to what, or that nobody did
	Agenda     []Item `json:"agenda"`     // with what became of each item
}

// Version is one state of the minutes. The newest counts; the others stay.
type Version struct {
	N      int
	Reason string // why it was corrected; empty for what was written first
	Signed bool   // the minutes had been signed before it
	By     string // account
	At     time.Time
}

// Write is a chair writing the minutes, or correcting them.
type Write struct {
	At
	Minutes
	Reason string // why, once the paper is signed
}

// Bounds of minutes.
const (
	maxPerson  = 40
	maxCourse  = 10_000
	maxReplies = 2_000
)

// Write keeps a version of the minutes. Those before it stay. Once the paper is signed, a
// version needs the reason for which it is another.
func (s *Service) Write(ctx context.Context, c Write) (g Gathering, err error) {
	m, faults := c.Minutes.cleaned()
	reason, f := words(c.Reason, "reason", maxTitle, false)
	if f != nil {
		faults = append(faults, f)
	}
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		if g, err = s.chaired(ctx, tx, c.At); err != nil {
			return err
		}
		if g.State != Running && g.State != Held && g.State != Complete && g.State != NoQuorum {
			return fault.New(fault.Conflict, "gathering.not_begun")
		}
		bad := slices.Clone(faults)
		if g.Signed > 0 && reason == "" {
			bad = append(bad, fault.New(fault.Invalid, "gathering.signed_reason").At("reason"))
		}
		items, more := concluded(g.Agenda, c.Agenda)
		if err := fault.Join(append(bad, more...)...); err != nil {
			return err
		}
		g.Agenda, m.Agenda = items, items
		n, err := s.insertMinutes(ctx, tx, g, m, Version{Reason: reason, Signed: g.Signed > 0, By: c.By.Account, At: s.Now()})
		if err != nil {
			return err
		}
		if err := update(ctx, tx, &g); err != nil {
			return err
		}
		if g.State == Complete {
			if r, err := s.Record(ctx, tx, g.Realm, g.ID); err != nil || len(r.Missing()) > 0 {
				return errors.Join(err, fault.New(fault.Conflict, "gathering.incomplete").With("missing", strconv.Itoa(len(r.Missing()))))
			}
		}
		act := "written"
		if n > 1 {
			act = "corrected"
		}
		return s.note(ctx, tx, g, act, c.By, map[string]string{"version": strconv.Itoa(n), "reason": reason, "signed": strconv.Itoa(g.Signed)})
	})
	if err != nil {
		return Gathering{}, fmt.Errorf("write minutes of %s: %w", c.ID, err)
	}
	return g, nil
}

// Version returns one state of the minutes to whoever chairs there.
func (s *Service) Version(ctx context.Context, at At, n int) (m Minutes, err error) {
	r, err := s.Read(ctx, at)
	if err != nil {
		return m, err
	}
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		rows, err := s.versions(ctx, tx, r.Gathering)
		if err != nil {
			return err
		}
		at := slices.IndexFunc(rows, func(v versionRow) bool { return v.N == n })
		if at < 0 {
			return fault.New(fault.Missing, "gathering.missing")
		}
		m, err = s.opened(r.Gathering, rows[at])
		return err
	})
	return m, err
}

// cleaned is minutes as they are kept.
func (m Minutes) cleaned() (out Minutes, faults []*fault.Error) {
	clean := func(given, field string, longest int, lines bool) string {
		text, err := form.CleanText(given, lines)
		if f, ok := fault.As(err); ok {
			faults = append(faults, f.At(field))
		} else if len([]rune(text)) > longest {
			faults = append(faults, fault.New(fault.Invalid, "form.too_long").At(field).With("max", strconv.Itoa(longest)))
		}
		return text
	}
	return Minutes{
		Chair: clean(m.Chair, "chair", maxPerson, false), Writer: clean(m.Writer, "writer", maxPerson, false),
		Words: clean(m.Words, "words", maxCourse, true), Objections: clean(m.Objections, "objections", maxReplies, true),
	}, faults
}

// concluded is an agenda with what became of its items, in their order.
func concluded(agenda, given []Item) (out []Item, faults []*fault.Error) {
	out = slices.Clone(agenda)
	if len(given) > len(agenda) {
		return out, []*fault.Error{fault.New(fault.Invalid, "form.not_a_choice").At("agenda")}
	}
	for n, i := range given {
		field := "agenda." + strconv.Itoa(n+1)
		said, f := words(i.Words, field+".words", maxWords, false)
		if f != nil {
			faults = append(faults, f)
		}
		if i.Outcome != "" && !slices.Contains(agenda[n].Kind.Outcomes(), i.Outcome) {
			faults = append(faults, fault.New(fault.Invalid, "form.not_a_choice").At(field+".outcome"))
		}
		out[n].Outcome, out[n].Words = i.Outcome, said
	}
	return out, faults
}

// Sign is a chair adding photographs of the signed minutes.
type Sign struct {
	At
	Photos []files.Photo
}

// maxSigned bounds the photographs of one gathering.
const maxSigned = 60

// SignedOwner is to whom the photographs of a gathering's signed minutes belong.
func SignedOwner(gathering string) string { return Subject(gathering) + "/signed" }

// Sign keeps photographs of the signed minutes.
func (s *Service) Sign(ctx context.Context, c Sign) (g Gathering, err error) {
	if len(c.Photos) == 0 {
		return g, fault.New(fault.Invalid, "form.required").At("photos")
	}
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		if g, err = s.chaired(ctx, tx, c.At); err != nil {
			return err
		}
		switch {
		case g.State != Held && g.State != Complete && g.State != NoQuorum:
			return fault.New(fault.Conflict, "gathering.not_held")
		case g.Signed+len(c.Photos) > maxSigned:
			return fault.New(fault.Invalid, "gathering.many_photos").At("photos").With("max", strconv.Itoa(maxSigned))
		}
		if err := s.Files.Attach(ctx, tx, g.Realm, SignedOwner(g.ID), c.Photos, c.By.Account); err != nil {
			return err
		}
		g.Signed += len(c.Photos)
		if err := update(ctx, tx, &g); err != nil {
			return err
		}
		return s.note(ctx, tx, g, "signed", c.By, map[string]string{"photos": strconv.Itoa(len(c.Photos))})
	})
	if err != nil {
		return Gathering{}, fmt.Errorf("add signed minutes of %s: %w", c.ID, err)
	}
	return g, nil
}
