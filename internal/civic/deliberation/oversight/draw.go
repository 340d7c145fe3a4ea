// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package oversight

import (
	"context"
	"fmt"
	"slices"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/id"
	"pavilion/internal/core/audit"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/outbox"
	"pavilion/internal/platform/db"
)

// batch is how many records drawing reads at once.
const batch = 1000

// Draw is an inspector drawing records of proceedings that began in a period, in an
// area, by chance. Nobody chooses the seed.
type Draw struct {
	Realm    string
	Key      string // a UUID; the same for the same sample, so that a retry draws no second one
	Area     string
	From, To time.Time
	Size     int
	By       identity.Actor
}

// Draw draws and keeps a sample, with an inspection for each record. It fails with
// Denied for all but inspectors of the area, and with Invalid for a period or a size
// that cannot be. Records of proceedings in which the inspector took part are not drawn.
func (s *Service) Draw(ctx context.Context, c Draw) (Sample, error) {
	if !id.Valid(c.Key) {
		return Sample{}, fault.New(fault.Invalid, "oversight.no_key")
	}
	if err := checkDraw(c); err != nil {
		return Sample{}, err
	}
	a, ok := s.Org.Area(c.Realm, c.Area)
	if !ok {
		return Sample{}, fault.New(fault.Invalid, "oversight.bad_area").At("area")
	}
	if c.By.Realm != c.Realm || !slices.ContainsFunc(spans(c.By, s.Now(), identity.Inspector), func(p span) bool { return p.lo <= a.Lo && a.Hi <= p.hi }) {
		return Sample{}, denied()
	}
	mine, err := s.memberOf(ctx, c.By)
	if err != nil {
		return Sample{}, err
	}
	out := Sample{
		Realm: c.Realm, ID: c.Key, Area: c.Area, Lo: a.Lo, Hi: a.Hi, From: c.From, To: c.To, Size: c.Size, Seed: id.Secret(16), Inspector: c.By.Account, At: s.Now(),
	}
	err = s.DB.InTx(ctx, func(tx *db.Tx) error { return s.drawIn(ctx, tx, &out, c.By, mine) })
	if err != nil {
		return Sample{}, fmt.Errorf("draw records: %w", err)
	}
	return out, nil
}

func (s *Service) drawIn(ctx context.Context, tx *db.Tx, out *Sample, by identity.Actor, mine []string) error {
	if err := identity.Recheck(ctx, tx, by, s.Now()); err != nil {
		return err
	}
	all, err := frame(ctx, tx, *out, by.Account, mine)
	if err != nil {
		return err
	}
	out.Frame, out.Found, out.Barred = frameOf(all), len(all), barred(all)
	made, err := insertSample(ctx, tx, *out)
	if err != nil {
		return err
	}
	if !made {
		key := out.ID
		if *out, err = findSample(ctx, tx, out.Realm, key); err == nil && out.Inspector != by.Account {
			err = fault.New(fault.Missing, "oversight.missing")
		}
		return err
	}
	for n, t := range pick(out.Seed, all, out.Size) {
		_, err := insertInspection(ctx, tx, Inspection{
			Realm: out.Realm, ID: fmt.Sprintf("%s-%03d", out.ID, n+1), Sample: out.ID, Proceeding: t.proceeding, Title: t.title, Place: t.place, Inspector: by.Account, State: Drawn, At: out.At,
		})
		if err != nil {
			return err
		}
	}
	audit.Add(ctx, tx, audit.Entry{
		Realm: out.Realm, Subject: "oversight/sample/" + out.ID, Act: "oversight.drawn", Actor: by.Account, At: out.At,
		Detail: map[string]any{
			"area": out.Area, "from": micros(out.From), "to": micros(out.To), "size": out.Size, "seed": out.Seed, "frame": out.Frame, "found": out.Found, "barred": out.Barred,
		},
	})
	return outbox.Add(ctx, tx, out.Realm, "oversight.drawn", out.At, Happened{Sample: out.ID, Place: out.Lo})
}

// frame lists what there is to draw from, oldest first, and what the account is barred
// from.
func frame(ctx context.Context, tx *db.Tx, c Sample, account string, mine []string) (out []slip, err error) {
	for after := (Trail{}); ; {
		some, err := slipsOf(ctx, tx, c, after, batch)
		if err != nil {
			return nil, err
		}
		for _, t := range some {
			out = append(out, slip{proceeding: t.Proceeding, title: t.Title, place: t.Place, barred: t.TookPart(account, mine)})
		}
		if len(some) < batch {
			return out, nil
		}
		after = some[len(some)-1]
	}
}

func barred(all []slip) (n int) {
	for _, s := range all {
		if s.barred {
			n++
		}
	}
	return n
}

// Proof says whether a sample is the one that its seed draws.
type Proof struct {
	SameFrame bool // the same records are there as on the day of the draw
	SameDraw  bool // the seed draws these, but for those the inspector took part in
}

// Prove draws a sample again and compares. Auditors and inspectors of its area may.
func (s *Service) Prove(ctx context.Context, realm, sample string, by identity.Actor) (out Proof, err error) {
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		c, list, err := s.sample(ctx, tx, realm, sample, by)
		if err != nil {
			return err
		}
		all, err := frame(ctx, tx, c, c.Inspector, nil)
		if err != nil {
			return err
		}
		out.SameFrame = frameOf(all) == c.Frame
		drawn := make([]string, len(list))
		for i := range list {
			drawn[i] = list[i].Proceeding
		}
		out.SameDraw = redrawn(c, all, drawn)
		return nil
	})
	return out, err
}

// redrawn reports whether what was drawn comes first by lot, one after the other, and
// nothing before them was left out but what the inspector may have been barred from.
func redrawn(c Sample, all []slip, drawn []string) bool {
	left, skipped := slices.Clone(drawn), 0
	for _, t := range lots(c.Seed, all) {
		switch {
		case len(left) == 0:
			return len(drawn) == min(c.Size, c.Found-c.Barred)
		case t.proceeding == left[0]:
			left = left[1:]
		default:
			if skipped++; skipped > c.Barred {
				return false
			}
		}
	}
	return len(left) == 0 && len(drawn) == min(c.Size, c.Found-c.Barred)
}

// TakeUp is an inspector looking at one record without having drawn it.
type TakeUp struct {
	Realm      string
	Key        string // a UUID; the same for the same inspection
	Proceeding string
	Words      string // why
	By         identity.Actor
}

// TakeUp begins an inspection that no lot led to; it says so, and why. It fails with
// Missing for a record of another place, and with Denied for whoever took part.
func (s *Service) TakeUp(ctx context.Context, c TakeUp) (i Inspection, err error) {
	if !id.Valid(c.Key) {
		return i, fault.New(fault.Invalid, "oversight.no_key")
	}
	words, err := clean("words", c.Words)
	if err != nil {
		return i, err
	}
	if f := long("words", words); f != nil {
		return i, f
	}
	mine, err := s.memberOf(ctx, c.By)
	if err != nil {
		return i, err
	}
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		if err := identity.Recheck(ctx, tx, c.By, s.Now()); err != nil {
			return err
		}
		t, err := findTrail(ctx, tx, c.Realm, c.Proceeding, false)
		if err != nil {
			return err
		}
		if err := s.barred(c.By, t, mine); err != nil {
			return err
		}
		i = Inspection{
			Realm: c.Realm, ID: c.Key, Proceeding: t.Proceeding, Title: t.Title, Why: words, Place: t.Place, Inspector: c.By.Account, State: Drawn, At: s.Now(), Revision: 1,
		}
		made, err := insertInspection(ctx, tx, i)
		if err != nil || !made {
			return err
		}
		s.note(ctx, tx, i, "oversight.taken_up", c.By)
		return outbox.Add(ctx, tx, i.Realm, "oversight.drawn", i.At, Happened{Inspection: i.ID, Proceeding: i.Proceeding, Place: i.Place})
	})
	if err != nil {
		return Inspection{}, fmt.Errorf("take up a record: %w", err)
	}
	return i, nil
}

// barred says why somebody may not inspect a record, or nil.
func (s *Service) barred(by identity.Actor, t Trail, mine []string) error {
	switch {
	case by.Realm != t.Realm || !Inspects(by, t.Place, s.Now()):
		return fault.New(fault.Missing, "oversight.missing")
	case t.TookPart(by.Account, mine):
		return fault.New(fault.Denied, "oversight.took_part")
	}
	return nil
}

// memberOf lists the bodies of which somebody is a member.
func (s *Service) memberOf(ctx context.Context, by identity.Actor) ([]string, error) {
	bodies, _, err := s.Bodies.Mine(ctx, by)
	out := make([]string, len(bodies))
	for i := range bodies {
		out[i] = bodies[i].ID
	}
	return out, err
}

// note keeps in the audit what became of an inspection.
func (s *Service) note(ctx context.Context, tx *db.Tx, i Inspection, act string, by identity.Actor) {
	audit.Add(ctx, tx, audit.Entry{
		Realm: i.Realm, Subject: i.Subject(), Act: act, Actor: by.Account, At: s.Now(),
		Detail: map[string]any{"proceeding": i.Proceeding, "sample": i.Sample, "state": i.State, "step": i.Step, "findings": len(i.Findings)},
	})
}

func denied() error { return fault.New(fault.Denied, "oversight.denied") }
