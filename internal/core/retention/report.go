// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package retention

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"pavilion/internal/core/audit"
	"pavilion/internal/platform/db"
)

// Report says what was destroyed in a period.
type Report struct {
	From, To time.Time
	Lines    []Line
	Stones   int
	Records  int
	Batches  []Batch
	Wrong    int // batches whose tombstones and audit do not agree
}

// Line counts tombstones that say the same.
type Line struct {
	Kind    string `json:"kind"`
	Class   string `json:"class"`
	State   string `json:"state"`
	Deed    Deed   `json:"deed"`
	Cause   string `json:"cause"`
	Rule    string `json:"rule"`
	Edition int    `json:"edition"`
	By      string `json:"by"`
	Stones  int    `json:"items"`
	Records int    `json:"records"`
}

// Batch is what was destroyed in one transaction, with the hash over its
// tombstones. Sound says whether they are as the audit has them.
type Batch struct {
	ID      string    `json:"id"`
	At      time.Time `json:"at"`
	By      string    `json:"by"`
	Cause   string    `json:"cause"`
	Stones  int       `json:"items"`
	Records int       `json:"records"`
	Sum     string    `json:"sum"`
	Sound   bool      `json:"sound"`
}

// reportMost bounds the tombstones that a report reads.
const reportMost = 200_000

// Report counts what was destroyed from an instant up to another, and compares
// every batch with what the audit has of it: a tombstone that was changed, removed
// or invented shows.
func (s *Service) Report(ctx context.Context, realm string, from, to time.Time) (Report, error) {
	out := Report{From: from, To: to, Lines: []Line{}, Batches: []Batch{}}
	err := s.DB.View(ctx, func(tx *db.Tx) error {
		all, err := stones(ctx, tx, realm, from, to, reportMost)
		if err != nil {
			return err
		}
		out.Lines, out.Stones, out.Records = linesOf(all)
		out.Batches = batchesOf(all)
		for i := range out.Batches {
			if err := compare(ctx, tx, realm, &out.Batches[i]); err != nil {
				return err
			}
			if !out.Batches[i].Sound {
				out.Wrong++
			}
		}
		return nil
	})
	if err != nil {
		return out, fmt.Errorf("report of what was destroyed: %w", err)
	}
	return out, nil
}

// linesOf counts tombstones by what they say.
func linesOf(all []Stone) (out []Line, n, records int) {
	at := map[Line]int{}
	out = []Line{}
	for _, s := range all {
		key := Line{
			Kind: s.Item.Kind, Class: s.Item.Class, State: s.Item.State, Deed: s.Deed, Cause: s.Cause, Rule: s.Rule, Edition: s.Edition, By: s.By,
		}
		i, ok := at[key]
		if !ok {
			i = len(out)
			at[key] = i
			out = append(out, key)
		}
		out[i].Stones++
		out[i].Records += s.N
		n, records = n+1, records+s.N
	}
	slices.SortFunc(out, func(a, b Line) int {
		return strings.Compare(a.Kind+"/"+a.Class+"/"+a.State+"/"+a.Rule+"/"+a.By, b.Kind+"/"+b.Class+"/"+b.State+"/"+b.Rule+"/"+b.By)
	})
	return out, n, records
}

// batchesOf adds tombstones up by batch, in the order of time. A tombstone that
// does not say what its hash says makes its batch unsound.
func batchesOf(all []Stone) []Batch {
	out := []Batch{}
	at := map[string]int{}
	hashes := map[string][]string{}
	for _, s := range all {
		i, ok := at[s.Batch]
		if !ok {
			i = len(out)
			at[s.Batch] = i
			out = append(out, Batch{ID: s.Batch, At: s.At, By: s.By, Cause: s.Cause})
		}
		out[i].Stones++
		out[i].Records += s.N
		hashes[s.Batch] = append(hashes[s.Batch], s.sum())
	}
	for i := range out {
		out[i].Sum = sumOf(hashes[out[i].ID])
	}
	return out
}

// compare asks the audit what it has of a batch.
func compare(ctx context.Context, tx *db.Tx, realm string, b *Batch) error {
	entry, err := audit.Find(ctx, tx, realm, batchSubject(b.ID), "retention.batch")
	if errors.Is(err, db.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	var has batchDetail
	if err := json.Unmarshal([]byte(entry.Detail), &has); err != nil {
		return err
	}
	b.Sound = has == batchDetail{b.Stones, b.Records, b.Sum}
	return nil
}

// Stones lists the tombstones of a subject, the oldest first.
func (s *Service) Stones(ctx context.Context, realm, subject string) (out []Stone, err error) {
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		out, err = stonesOf(ctx, tx, realm, subject)
		return err
	})
	return out, err
}
