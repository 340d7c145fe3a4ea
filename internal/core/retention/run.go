// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package retention

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/id"
	"pavilion/internal/core/audit"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/jobs"
)

// batch is how many items one transaction takes; rest is how long the writer is
// left alone after it.
const (
	batch = 50
	rest  = 20 * time.Millisecond
)

// Scrub is the kind of job that takes what was destroyed off the disk. It waits a
// moment, so that one job does it for many batches.
const Scrub = "retention.scrub"

const scrubAfter = 5 * time.Second

// system is the account that the audit names for what the schedule does.
const system = "system"

// Outcome says what a run of the schedule did.
type Outcome struct {
	Gone int // items
	Held int // items that a hold keeps
}

// Run carries out the schedule of a realm, in batches. Broken off it goes on where it
// was when it is called again, and two runs at once do nothing twice: every
// batch is a transaction that asks anew, and batches of a realm take turns.
func (s *Service) Run(ctx context.Context, realm string) (Outcome, error) {
	schedule, edition, err := s.Schedule(ctx, realm)
	if fault.KindOf(err) == fault.Missing {
		return Outcome{}, nil
	}
	if err != nil {
		return Outcome{}, err
	}
	var lifted []Emergency
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		lifted, err = emergencies(ctx, tx, realm, true)
		return err
	})
	var out Outcome
	var failures []error
	for _, t := range tasks(schedule, realm, lifted, s.Now()) {
		failures = append(failures, s.carryOut(ctx, schedule, edition, t, &out))
		if ctx.Err() != nil {
			break
		}
	}
	return out, errors.Join(append(failures, err)...)
}

// carryOut does one task to its end.
func (s *Service) carryOut(ctx context.Context, schedule Schedule, edition int, t task, out *Outcome) error {
	keeper := s.keeper(t.row.Kind)
	if keeper == nil {
		return nil // a kind of a later program
	}
	t.ask.Limit = batch
	for {
		var found []Item
		err := s.DB.View(ctx, func(tx *db.Tx) (err error) {
			found, err = keeper.Over(ctx, tx, t.ask)
			return err
		})
		if err == nil && len(found) > 0 {
			err = s.part(ctx, schedule, edition, t, found, out)
		}
		if err != nil {
			return fmt.Errorf("retention %s: %w", t.row.Name(), err)
		}
		if len(found) < batch {
			return nil
		}
		t.ask.After = found[len(found)-1].Subject
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(rest):
		}
	}
}

// part does one batch of a task. What was found is asked for again in the
// transaction: somebody may have reopened it, held it or forgotten it meanwhile.
func (s *Service) part(ctx context.Context, schedule Schedule, edition int, t task, found []Item, out *Outcome) error {
	var did Outcome
	err := s.DB.InTx(ctx, func(tx *db.Tx) error {
		did = Outcome{}
		if err := turn(ctx, tx, t.ask.Realm); err != nil {
			return err
		}
		holds, err := liveHolds(ctx, tx, t.ask.Realm, s.Now())
		if err != nil {
			return err
		}
		var still []Item
		for _, seen := range found {
			now, err := s.keeper(t.row.Kind).Over(ctx, tx, Question{Realm: t.ask.Realm, Kind: t.row.Kind, Subject: seen.Subject, Limit: 1})
			if err != nil {
				return err
			}
			if len(now) == 1 && !now[0].Open && (t.emergency != "" || !now[0].Ended.After(t.ask.Before)) {
				still = append(still, now[0])
			}
		}
		stones, kept := t.stones(schedule, edition, still, holds, s.Now())
		did.Held, did.Gone = kept, len(stones)
		return s.bury(ctx, tx, stones)
	})
	if err == nil {
		out.Gone, out.Held = out.Gone+did.Gone, out.Held+did.Held
	}
	return err
}

// stones are the tombstones of the items that fall under the task and that no hold
// keeps, and how many items are held.
func (t task) stones(schedule Schedule, edition int, found []Item, holds []Hold, now time.Time) (out []Stone, kept int) {
	cause, about := "schedule", id.New()
	if t.emergency != "" {
		cause = "emergency"
	}
	for _, i := range found {
		switch {
		case !t.theirs(schedule, i):
		case held(holds, i, now):
			kept++
		default:
			if t.emergency != "" {
				i.State = Urgent
			}
			out = append(out, Stone{
				Realm: t.ask.Realm, Batch: about, Item: i, Deed: t.row.Deed, Cause: cause, Rule: t.row.Name(), Edition: edition, By: system, At: now,
			})
		}
	}
	return out, kept
}

// bury has items forgotten, keeps their tombstones, and tells the audit of both:
// for each subject, and for the batch what it adds up to.
func (s *Service) bury(ctx context.Context, tx *db.Tx, stones []Stone) error {
	var hashes []string
	total := 0
	for _, stone := range stones {
		n, err := s.keeper(stone.Item.Kind).Forget(ctx, tx, stone)
		if err != nil {
			return fmt.Errorf("forget %s of %s: %w", stone.Item.Kind, stone.Item.Subject, err)
		}
		stone.N = n
		stone.Hash = stone.sum()
		if err := insertStone(ctx, tx, stone); err != nil {
			return err
		}
		hashes = append(hashes, stone.Hash)
		total += n
		audit.Add(ctx, tx, audit.Entry{
			Realm: stone.Realm, Subject: stone.Item.Subject, Act: "retention.forgotten", Actor: stone.By, At: stone.At,
			Detail: map[string]any{"kind": stone.Item.Kind, "deed": stone.Deed, "rule": stone.Rule, "edition": stone.Edition, "stone": stone.Hash},
		})
	}
	if len(stones) == 0 {
		return nil
	}
	first := stones[0]
	if err := jobs.Add(ctx, tx, jobs.Job{Realm: first.Realm, Kind: Scrub, Key: "once", At: first.At.Add(scrubAfter)}); err != nil {
		return err
	}
	audit.Add(ctx, tx, audit.Entry{
		Realm: first.Realm, Subject: batchSubject(first.Batch), Act: "retention.batch", Actor: first.By, At: first.At,
		Detail: batchDetail{len(stones), total, sumOf(hashes)},
	})
	return nil
}

// batchDetail is what the audit keeps of a batch.
type batchDetail struct {
	Stones  int    `json:"stones"`
	Records int    `json:"records"`
	Sum     string `json:"sum"`
}

func batchSubject(batch string) string { return "retention/" + batch }

// Forget asks for all, or some kinds, of what is held about a subject to be
// destroyed now: because somebody asked for it, or withdrew their consent.
type Forget struct {
	Realm   string
	Subject string
	Kinds   []string // empty for every kind
	Cause   string   // "request" or "consent"
	Rule    string   // such as "request/…"
	By      string
	Ended   bool // only what has ended; else it fails with Conflict
}

// Forget destroys in tx what is held about a subject. It fails with Conflict, and
// destroys nothing, while a hold keeps any of it.
func (s *Service) Forget(ctx context.Context, tx *db.Tx, c Forget) ([]Stone, error) {
	if err := turn(ctx, tx, c.Realm); err != nil {
		return nil, err
	}
	holds, err := liveHolds(ctx, tx, c.Realm, s.Now())
	if err != nil {
		return nil, err
	}
	var stones []Stone
	about := id.New()
	for _, kind := range s.Kinds() {
		if len(c.Kinds) > 0 && !slices.Contains(c.Kinds, kind.Name) {
			continue
		}
		items, err := s.keeper(kind.Name).Over(ctx, tx, Question{Realm: c.Realm, Kind: kind.Name, Subject: c.Subject, Limit: batch})
		if err != nil {
			return nil, err
		}
		for _, i := range items {
			switch {
			case held(holds, i, s.Now()):
				return nil, fault.New(fault.Conflict, "retention.held")
			case c.Ended && i.Open:
				return nil, fault.New(fault.Conflict, "retention.open")
			}
			stones = append(stones, Stone{
				Realm: c.Realm, Batch: about, Item: i, Deed: kind.Deeds[0], Cause: c.Cause, Rule: c.Rule, By: c.By, At: s.Now(),
			})
		}
	}
	return stones, s.bury(ctx, tx, stones)
}

// Held returns all that is held about a subject.
func (s *Service) Held(ctx context.Context, realm, subject string) ([]Record, error) {
	var out []Record
	for _, k := range s.Keepers {
		some, err := k.Held(ctx, realm, subject)
		if err != nil {
			return nil, fmt.Errorf("what is held about %s: %w", subject, err)
		}
		out = append(out, some...)
	}
	return out, nil
}

// Correct sets right in tx what is held about a subject. It fails with Missing if
// nobody keeps that.
func (s *Service) Correct(ctx context.Context, tx *db.Tx, c Correction) error {
	for _, k := range s.Keepers {
		done, err := k.Correct(ctx, tx, c)
		if err != nil || done {
			return err
		}
	}
	return fault.New(fault.Missing, "retention.nothing_held")
}
