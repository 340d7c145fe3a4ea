// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package disclosure

import (
	"context"
	"fmt"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/id"
	"pavilion/internal/base/trace"
	"pavilion/internal/core/audit"
	"pavilion/internal/core/files"
	"pavilion/internal/core/identity"
	"pavilion/internal/platform/db"
)

// Board is a board of wood and glass, somewhere in an area.
type Board struct {
	Realm     string
	ID        string
	Area      string
	Place     int64
	Name      string // where it is, in words that everybody may read
	RetiredAt time.Time
}

// Retired reports whether nothing is put up there any more.
func (b Board) Retired() bool { return !b.RetiredAt.IsZero() }

func (b Board) subject() string { return "board/" + b.ID }

// SetUp is a secretary naming a paper board.
type SetUp struct {
	Realm string
	Key   string // a UUID; the same for the same board
	Area  string
	Name  string
	By    identity.Actor
}

// SetUp keeps a paper board. The same key again returns what it made.
func (s *Service) SetUp(ctx context.Context, c SetUp) (b Board, err error) {
	area, ok := s.Org.Area(c.Realm, c.Area)
	if !ok {
		return b, fault.New(fault.Invalid, "matter.area_unknown").At("area")
	}
	name, err := words(c.Name, "name", maxBoard, false)
	if err == nil {
		err = trace.Gate("name", name, trace.Line)
	}
	if err != nil {
		return b, err
	}
	b = Board{Realm: c.Realm, ID: c.Key, Area: area.ID, Place: area.Lo, Name: name}
	switch {
	case !id.Valid(b.ID):
		return b, fault.New(fault.Invalid, "disclosure.no_key")
	case !s.May(c.By, b.Place):
		return b, fault.New(fault.Denied, "disclosure.not_yours")
	}
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		if err := identity.Recheck(ctx, tx, c.By, s.Now()); err != nil {
			return err
		}
		made, err := insertBoard(ctx, tx, b)
		if err != nil {
			return err
		}
		if !made {
			b, err = findBoard(ctx, tx, b.Realm, b.ID)
			return err
		}
		audit.Add(ctx, tx, audit.Entry{Realm: b.Realm, Subject: b.subject(), Act: "disclosure.board_set_up", Actor: c.By.Account, At: s.Now(), Detail: map[string]any{"area": b.Area}})
		return nil
	})
	return b, err
}

// Retire has nothing be put up on a paper board any more. What hangs there, or has to,
// stays as it is.
func (s *Service) Retire(ctx context.Context, realm, board string, by identity.Actor) error {
	return s.DB.InTx(ctx, func(tx *db.Tx) error {
		b, err := findBoard(ctx, tx, realm, board)
		if err != nil {
			return err
		}
		if err := s.mayReport(ctx, tx, realm, board, by); err != nil {
			return err
		}
		if b.Retired() {
			return nil
		}
		audit.Add(ctx, tx, audit.Entry{Realm: realm, Subject: b.subject(), Act: "disclosure.board_retired", Actor: by.Account, At: s.Now()})
		return retireBoard(ctx, tx, b, s.Now())
	})
}

// Hang is somebody saying that a notice was put up on a paper board, or taken off it.
type Hang struct {
	Realm  string
	Key    string // a UUID; the same for the same deed
	Notice string
	Board  string
	At     time.Time
	Photos []files.Photo // that show it
	By     identity.Actor
}

// PutUp keeps that a notice hangs on a paper board from an instant on, with the proof. It
// fails with Conflict if it hangs there already, or is not public; and with Invalid for an
// instant that has not come or lies before its release.
func (s *Service) PutUp(ctx context.Context, c Hang) error {
	if !id.Valid(c.Key) {
		return fault.New(fault.Invalid, "disclosure.no_key")
	}
	return s.hang(ctx, c, "put_up", func(tx *db.Tx, n Notice, up *Hung) (string, error) {
		if n.State != Stands {
			return "", fault.New(fault.Conflict, "disclosure.not_standing")
		}
		if up != nil {
			if up.ID == c.Key {
				return "", nil
			}
			return "", fault.New(fault.Conflict, "disclosure.hangs")
		}
		_, err := insertHung(ctx, tx, c.Realm, Hung{ID: c.Key, Notice: n.ID, Board: c.Board, Put: c.At, PutBy: c.By.Account})
		return c.Key, err
	})
}

// TakeOff keeps that a notice was taken off a paper board, with the proof. Before its
// period is over the days from then on are lost until it is put up again.
func (s *Service) TakeOff(ctx context.Context, c Hang) error {
	return s.hang(ctx, c, "taken_off", func(tx *db.Tx, _ Notice, up *Hung) (string, error) {
		if up == nil {
			return "", fault.New(fault.Conflict, "disclosure.hangs_not")
		}
		if c.At.Before(up.Put) {
			return "", fault.New(fault.Invalid, "disclosure.instant").At("at")
		}
		up.Down, up.DownBy = c.At, c.By.Account
		_, err := takeOff(ctx, tx, c.Realm, *up)
		return up.ID, err
	})
}

// hang carries out one of the two. Do returns the posting that photos belong to, or none
// when there was nothing to do.
func (s *Service) hang(ctx context.Context, c Hang, act string, do func(tx *db.Tx, n Notice, up *Hung) (string, error)) error {
	return s.DB.InTx(ctx, func(tx *db.Tx) error {
		if err := identity.Recheck(ctx, tx, c.By, s.Now()); err != nil {
			return err
		}
		n, err := locked(ctx, tx, c.Realm, c.Notice)
		switch {
		case err != nil:
			return err
		case !s.May(c.By, n.Place):
			return fault.New(fault.Denied, "disclosure.not_yours")
		case c.At.After(s.Now()) || c.At.Before(n.PostedAt.Truncate(time.Minute)):
			return fault.New(fault.Invalid, "disclosure.instant").At("at")
		}
		if _, err := findBoard(ctx, tx, c.Realm, c.Board); err != nil {
			return err
		}
		all, err := hangings(ctx, tx, c.Realm, []string{n.ID})
		if err != nil {
			return err
		}
		var up *Hung
		for _, h := range all {
			if h.Board == c.Board && h.Down.IsZero() {
				up = &h
			}
		}
		proof, err := do(tx, n, up)
		if err != nil || proof == "" {
			return err
		}
		if len(c.Photos) > 0 {
			if err := s.Files.Attach(ctx, tx, c.Realm, proofOf(proof), c.Photos, c.By.Account); err != nil {
				return err
			}
		}
		audit.Add(ctx, tx, audit.Entry{
			Realm: c.Realm, Subject: n.name(), Act: "disclosure." + act, Actor: c.By.Account, At: s.Now(),
			Detail: map[string]any{"board": c.Board, "at": c.At.UTC(), "photos": len(c.Photos)},
		})
		if n.State != Stands {
			return nil
		}
		return s.keep(ctx, tx, &n)
	})
}

// proofOf names the owner of the photos that show what hung where.
func proofOf(posting string) string { return "disclosure/posting/" + posting }

// ReportGap is somebody saying that a board was down.
type ReportGap struct {
	Realm string
	Key   string // a UUID; the same for the same gap
	Board string // Web, or the id of a paper board
	Area  string // where whoever reports works; for the web board
	Cause Cause
	From  time.Time
	To    time.Time // zero while it is still down
	By    identity.Actor
}

// ReportGap keeps that a board was down. Days that are lost by it do not count; a notice
// that was ended meanwhile without having stood all its days stands again. For the web
// board, which is everybody's, it asks for the realm's secretary.
func (s *Service) ReportGap(ctx context.Context, c ReportGap) error {
	g := Gap{ID: c.Key, Board: c.Board, Cause: c.Cause, From: c.From, To: c.To}
	if !id.Valid(g.ID) {
		return fault.New(fault.Invalid, "disclosure.no_key")
	}
	var faults []*fault.Error
	if c.Board == "" {
		faults = append(faults, fault.New(fault.Invalid, "form.required").At("board"))
	}
	if f := oneOf(c.Cause, Causes(c.Board), "cause"); f != nil {
		faults = append(faults, f)
	}
	if c.From.IsZero() || c.From.After(s.Now()) {
		faults = append(faults, fault.New(fault.Invalid, "disclosure.instant").At("from"))
	}
	if !c.To.IsZero() && (c.To.After(s.Now()) || !c.To.After(c.From)) {
		faults = append(faults, fault.New(fault.Invalid, "disclosure.instant").At("until"))
	}
	if err := fault.Join(faults...); err != nil {
		return err
	}
	return s.DB.InTx(ctx, func(tx *db.Tx) error {
		if err := s.mayReport(ctx, tx, c.Realm, c.Board, c.By); err != nil {
			return err
		}
		return s.lose(ctx, tx, c.Realm, g, c.By)
	})
}

// mayReport fails for who does not look after a board.
func (s *Service) mayReport(ctx context.Context, tx *db.Tx, realm, board string, by identity.Actor) error {
	if err := identity.Recheck(ctx, tx, by, s.Now()); err != nil {
		return err
	}
	root, _ := s.Org.Root(realm)
	place := root.Lo
	if board != Web {
		b, err := findBoard(ctx, tx, realm, board)
		if err != nil {
			return err
		}
		place = b.Place
	}
	if !s.May(by, place) {
		return fault.New(fault.Denied, "disclosure.not_yours")
	}
	return nil
}

// EndGap is somebody saying that a board is up again.
type EndGap struct {
	Realm string
	ID    string
	At    time.Time
	By    identity.Actor
}

// EndGap keeps when a board that was down came up again.
func (s *Service) EndGap(ctx context.Context, c EndGap) error {
	return s.DB.InTx(ctx, func(tx *db.Tx) error {
		g, err := findGap(ctx, tx, c.Realm, c.ID)
		if err != nil {
			return err
		}
		if err := s.mayReport(ctx, tx, c.Realm, g.Board, c.By); err != nil {
			return err
		}
		if c.At.After(s.Now()) || !c.At.After(g.From) {
			return fault.New(fault.Invalid, "disclosure.instant").At("until")
		}
		g.To = c.At
		ended, err := endGap(ctx, tx, c.Realm, g)
		if err != nil {
			return err
		}
		if !ended {
			return fault.New(fault.Conflict, "disclosure.gap_ended")
		}
		s.noteGap(ctx, tx, c.Realm, g, "gap_ended", c.By)
		return nil
	})
}

func (s *Service) noteGap(ctx context.Context, tx *db.Tx, realm string, g Gap, act string, by identity.Actor) {
	detail := map[string]any{"cause": g.Cause, "from": g.From.UTC()}
	if !g.To.IsZero() {
		detail["until"] = g.To.UTC()
	}
	audit.Add(ctx, tx, audit.Entry{
		Realm: realm, Subject: "board/" + g.Board, Act: "disclosure." + act, Actor: by.Account, At: s.Now(), Detail: detail,
	})
}

// resumeWithin is for how long after its end a notice stands again when it comes out that
// it had lost days.
const (
	resumeWithin = 60 * 24 * time.Hour
	resumeMost   = 5000 // notices that are looked at
)

// lose keeps a gap, and has notices stand again that were ended too early.
func (s *Service) lose(ctx context.Context, tx *db.Tx, realm string, g Gap, by identity.Actor) error {
	made, err := insertGap(ctx, tx, realm, by.Account, g, s.Now())
	if err != nil || !made {
		return err
	}
	s.noteGap(ctx, tx, realm, g, "gap", by)
	since := s.Now().Add(-resumeWithin)
	if g.From.After(since) {
		since = g.From
	}
	ended, err := endedSince(ctx, tx, realm, since, resumeMost)
	for _, one := range ended {
		if err != nil {
			return err
		}
		err = s.resume(ctx, tx, realm, one, by)
	}
	return err
}

// resume has a notice stand again that had not stood all its days, as is known now. From
// its end until now it did not stand.
func (s *Service) resume(ctx context.Context, tx *db.Tx, realm, notice string, by identity.Actor) error {
	n, err := locked(ctx, tx, realm, notice)
	if err != nil || n.State != Ended {
		return err
	}
	f, err := factsOf(ctx, tx, n)
	if err != nil {
		return err
	}
	f.Gaps = append(f.Gaps, Gap{Board: Web, Cause: Shortly, From: n.EndedAt, To: s.Now()})
	if s.reckon(n, f).Complete {
		return nil
	}
	gap := Gap{ID: id.New(), Board: Web, Notice: n.ID, Cause: Shortly, From: n.EndedAt, To: s.Now()}
	if _, err := insertGap(ctx, tx, realm, by.Account, gap, s.Now()); err != nil {
		return fmt.Errorf("resume notice %s: %w", n.ID, err)
	}
	n.State, n.EndedAt, n.Stood, n.Changed = Stands, time.Time{}, 0, s.Now()
	if err := s.keep(ctx, tx, &n); err != nil {
		return err
	}
	return s.tell(ctx, tx, n, "resumed", by, Happened{})
}
