// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package evaluation

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"pavilion/internal/base/fault"
	"pavilion/internal/core/audit"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/jobs"
)

// Work has q make the bulletins that were asked for.
func (s *Service) Work(q *jobs.Queue) {
	q.Handle(jobKind, func(ctx context.Context, list []jobs.Job) []error {
		failures := make([]error, len(list))
		for i, j := range list {
			var o order
			if failures[i] = json.Unmarshal(j.Body, &o); failures[i] == nil {
				failures[i] = s.Make(ctx, j.Realm, o.Number)
			}
		}
		return failures
	})
}

// Make counts a bulletin that was asked for and publishes it, once; the queue does so
// a minute later. What keeps it from being made is noted on it and returned.
func (s *Service) Make(ctx context.Context, realm, number string) error {
	b, err := s.Bulletin(ctx, realm, number)
	if err != nil || !b.MadeAt.IsZero() {
		return err
	}
	err = s.publish(ctx, b)
	if f, known := fault.As(err); known && f.Kind == fault.Conflict {
		err = errors.Join(err, s.DB.InTx(ctx, func(tx *db.Tx) error { return setProblem(ctx, tx, realm, number, f.Key) }))
	}
	if err != nil {
		return fmt.Errorf("make bulletin %s: %w", number, err)
	}
	return nil
}

// publish takes all there is into the log, counts what is in it, and keeps that.
func (s *Service) publish(ctx context.Context, b Bulletin) error {
	if _, err := s.Ledger.Sequence(ctx, b.Realm); err != nil {
		return err
	}
	head, err := s.Ledger.Head(ctx, b.Realm)
	if err != nil {
		return err
	}
	t, err := s.trail(ctx, b, head.Size)
	if err != nil {
		return err
	}
	var refs []string
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		refs, err = counting(ctx, tx, b.Realm, b.Period, MonthOf(b.AskedAt, s.Zone))
		return err
	})
	if err != nil {
		return err
	}
	for part := range slices.Chunk(refs, refsAtOnce) {
		if err := s.DB.View(ctx, func(tx *db.Tx) error { return t.read(ctx, tx, part) }); err != nil {
			return err
		}
	}
	if len(t.problems) > 0 {
		return t.problems[0]
	}
	file, digest, err := t.packed()
	if err != nil {
		return err
	}
	if err := s.Blobs.Put(ctx, b.blob(digest), file); err != nil {
		return err
	}
	b.MadeAt, b.Cases, b.Facts, b.Head, b.Counts = s.Now(), len(t.lines), digest, head.Note, t.tallied.counts()
	sum, err := b.document(t.indicators).digest()
	if err != nil {
		return err
	}
	return s.DB.InTx(ctx, func(tx *db.Tx) error {
		n, err := finishBulletin(ctx, tx, b)
		if err != nil || n == 0 {
			return err // somebody else has made it
		}
		audit.Add(ctx, tx, audit.Entry{
			Realm: b.Realm, Subject: b.subject(), Act: actPublished, Actor: b.AskedBy, At: b.MadeAt,
			Detail: commitment{b.Number, sum},
		})
		return nil
	})
}

// actPublished is the act whose entry in the log binds a bulletin.
const actPublished = "bulletin.published"

// commitment is what the log keeps of a bulletin.
type commitment struct {
	Number   string `json:"number"`
	Document string `json:"document"` // digest
}

// blob names the file of a bulletin's facts.
func (b Bulletin) blob(digest string) string {
	sum := sha256.Sum256([]byte(b.Realm))
	return hex.EncodeToString(sum[:8]) + "-" + digest + ".jsonl.gz"
}
