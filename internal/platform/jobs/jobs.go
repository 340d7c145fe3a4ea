// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package jobs does later what a use case asked for: at least once, after the
// commit, tried again when it fails, and kept where somebody sees it when it
// keeps failing.
//
//	jobs.go   what a job is; adding one inside a transaction
//	queue.go  running them: a loop for each kind, and the things done regularly
//	store.go  the table
package jobs

import (
	"context"
	"encoding/json"
	"time"

	"pavilion/internal/base/id"
	"pavilion/internal/platform/db"
)

// Job is something to be done after the transaction that adds it.
type Job struct {
	Realm string
	ID    string // made by Add when empty
	Kind  string // who does it
	Key   string // while a job with this key waits, another of its kind is not added; empty for none
	Body  json.RawMessage
	At    time.Time // not before; the zero time is at once

	Attempt int    // how often it was begun, this time included
	Failure string // what it last failed with
}

// Add puts j into the queue when t commits.
func Add(ctx context.Context, t *db.Tx, j Job) error {
	if j.ID == "" {
		j.ID = id.New()
	}
	return insert(ctx, t, j)
}

// Encode returns v as a job's body. It fails only for what JSON cannot hold.
func Encode(v any) (json.RawMessage, error) { return json.Marshal(v) }
