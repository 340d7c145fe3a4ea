// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package evaluation

import (
	"context"
	"fmt"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/page"
	"pavilion/internal/core/audit"
	"pavilion/internal/core/identity"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/jobs"
)

// Bulletin is the statistics of a period as they were published: they never change,
// and name the head of the log that they were counted from.
type Bulletin struct {
	Realm   string
	Number  string // the period, and which publication of it this is: 2026-09.1
	Period  Period
	AskedAt time.Time // the statistics tell of this instant, to the microsecond
	AskedBy string    // account
	Edition int       // of the definitions
	MadeAt  time.Time // zero as long as it is being made
	Cases   int
	Facts   string // digest of the facts' file
	Counts  []Count
	Head    string // signed note
	Problem string // key of what keeps it from being made; empty for nothing
}

// Cases answers what bulletins ask about cases.
type Cases interface {
	// Subject is what the audit calls a case.
	Subject(ref string) string
	// Act is what the audit calls a step; of an empty action, the report.
	Act(action string) string
	// Restricted reports whether cases of a type could tell of a person.
	Restricted(realm, code string) bool
}

const (
	jobKind = "evaluation.bulletin"

	// settling is how long after the instant they tell of bulletins are made: what
	// happened by then is committed.
	settling = time.Minute
)

// AskBulletin is somebody publishing the statistics of a period.
type AskBulletin struct {
	Realm  string
	Period string // as ParsePeriod reads it
	By     identity.Actor
}

// AskBulletin has the statistics of a period made and published. It fails with
// Denied for all but shift heads of the whole realm, with Invalid for a period that
// is not over, and with Conflict while the same is being made.
func (s *Service) AskBulletin(ctx context.Context, c AskBulletin) (Bulletin, error) {
	now := s.Now().UTC().Truncate(time.Microsecond)
	period, err := ParsePeriod(c.Period)
	if err != nil {
		return Bulletin{}, err
	}
	switch {
	case c.By.Realm != c.Realm || !s.MayPublish(c.By):
		return Bulletin{}, fault.New(fault.Denied, "bulletin.not_yours")
	case period.To >= MonthOf(now, s.Zone):
		return Bulletin{}, fault.New(fault.Invalid, "bulletin.not_over").At("period")
	}
	_, edition, err := s.Book(ctx, c.Realm)
	if err != nil {
		return Bulletin{}, err
	}
	b := Bulletin{Realm: c.Realm, Period: period, AskedAt: now, AskedBy: c.By.Account, Edition: edition}
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		if err := identity.Recheck(ctx, tx, c.By, now); err != nil {
			return err
		}
		return begin(ctx, tx, &b)
	})
	if err != nil {
		return Bulletin{}, fmt.Errorf("ask for bulletin of %s: %w", c.Period, err)
	}
	return b, nil
}

// MayPublish reports whether somebody may publish the statistics of their realm.
func (s *Service) MayPublish(a identity.Actor) bool {
	lo, hi := s.Places.Whole(a.Realm)
	return a.Holds(identity.ShiftHead, lo, hi, s.Now())
}

// begin numbers a bulletin, keeps it and has it made.
func begin(ctx context.Context, tx *db.Tx, b *Bulletin) error {
	busy := fault.New(fault.Conflict, "bulletin.in_the_making")
	made, making, err := published(ctx, tx, b.Realm, b.Period)
	if err != nil {
		return err
	}
	if making > 0 {
		return busy
	}
	b.Number = fmt.Sprintf("%s.%d", b.Period.Name(), made+1)
	n, err := insertBulletin(ctx, tx, *b)
	if err != nil {
		return err
	}
	if n == 0 {
		return busy // somebody was quicker
	}
	body, err := jobs.Encode(order{b.Number})
	if err != nil {
		return err
	}
	audit.Add(ctx, tx, audit.Entry{Realm: b.Realm, Subject: b.subject(), Act: "bulletin.asked", Actor: b.AskedBy, At: b.AskedAt})
	return jobs.Add(ctx, tx, jobs.Job{Realm: b.Realm, Kind: jobKind, Body: body, At: b.AskedAt.Add(settling)})
}

// order is the job of making a bulletin.
type order struct {
	Number string `json:"number"`
}

// subject is how the audit names the bulletin.
func (b Bulletin) subject() string { return "bulletin/" + b.Number }

// Bulletins lists the bulletins of a realm, the latest first, those that are being
// made too.
func (s *Service) Bulletins(ctx context.Context, realm string, after page.Cursor, size int) (out page.Page[Bulletin], err error) {
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		list, err := listBulletins(ctx, tx, realm, after, size+1)
		out = page.Cut(list, size, func(b Bulletin) page.Cursor { return page.Cursor{At: b.AskedAt.UnixMicro(), ID: b.Number} })
		return err
	})
	return out, err
}

// Bulletin returns a bulletin by its number.
func (s *Service) Bulletin(ctx context.Context, realm, number string) (b Bulletin, err error) {
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		b, err = findBulletin(ctx, tx, realm, number)
		return err
	})
	return b, err
}

// BulletinOf returns the latest bulletin of exactly a period that has been made. It
// is Missing where there is none.
func (s *Service) BulletinOf(ctx context.Context, realm string, p Period) (b Bulletin, err error) {
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		b, err = latestBulletin(ctx, tx, realm, p)
		return err
	})
	return b, err
}

// Published returns what a bulletin says, as rates, for each dimension it tells apart.
func (s *Service) Published(ctx context.Context, b Bulletin) (map[Dimension]Answer, error) {
	book, err := s.reader.Version(ctx, b.Realm, b.Edition)
	if err != nil {
		return nil, err
	}
	out := map[Dimension]Answer{}
	for _, d := range disclosed {
		byPart := map[string]map[string]int{}
		for _, c := range b.Counts {
			if c.By != d {
				continue
			}
			if byPart[c.Part] == nil {
				byPart[c.Part] = map[string]int{}
			}
			byPart[c.Part][c.Code+".n"], byPart[c.Part][c.Code+".d"] = c.N, c.Of
		}
		answer := Answer{Edition: b.Edition, AsOf: b.AskedAt}
		for _, part := range parts(byPart) {
			line := Line{Part: part}
			for _, i := range book.open() {
				line.Figures = append(line.Figures, Figure{i, i.rate(byPart[part])})
			}
			answer.Lines = append(answer.Lines, line)
		}
		out[d] = answer
	}
	return out, nil
}
