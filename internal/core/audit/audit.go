// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package audit keeps who did what, so that nobody can change it unnoticed.
//
// Entries are only ever appended. Each carries the hash of the one before it, and
// a head row for each chain carries the hash of the last, so an altered, removed
// or invented entry is found by Verify. To let people work side by side a realm
// has 16 chains, called lanes; all entries of one subject are in one lane:
//
//	lane = FNV-1a 32 of the subject's UTF-8 bytes, modulo 16
//
// An entry's hash is the lower-case hexadecimal SHA-256 of eleven byte strings
// written one after another, each preceded by its length in bytes as an unsigned
// 64-bit big-endian number:
//
//	"pavilion-audit-1", realm, lane, seq, id, subject, act, actor, at, detail, prev
//
// lane, seq and at are written as decimal digits; at is in microseconds since
// 1970-01-01 UTC; detail is the JSON text byte for byte as stored; prev is the
// hash of the entry with the next lower seq in the lane, and empty for seq 1.
//
// Because nothing is ever removed, personal data must not enter an entry: subject
// and actor are references ("matter/…", an account's id), and detail holds states,
// references and reasons by key, never names, telephone numbers or free text.
//
//	audit.go    entries, and Add, which collects them in the transaction
//	rules.go    lanes and hashes
//	verify.go   checking the chains
//	store.go    the only SQL
package audit

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"pavilion/internal/base/id"
	"pavilion/internal/platform/db"
)

// Entry is one act to be kept. Subject is what it was done to ("matter/…"), Act
// its name in the past tense ("matter.accepted"), Actor the account or "system".
// Detail becomes JSON and must not hold personal data.
type Entry struct {
	Realm   string
	Subject string
	Act     string
	Actor   string
	At      time.Time
	Detail  any
}

// Record is an entry as it was kept.
type Record struct {
	Realm   string
	Lane    int
	Seq     int64
	ID      string
	Subject string
	Act     string
	Actor   string
	At      time.Time // to the microsecond
	Detail  string    // JSON
	Prev    string
	Hash    string
}

// Add keeps e with the transaction: both hold or neither does. It writes at the
// transaction's end, so a failure to keep e fails the transaction there. It must
// not be called from a function given to AtEnd.
func Add(_ context.Context, tx *db.Tx, e Entry) {
	r, err := recordOf(e)
	k := laneKey{e.Realm, r.Lane}
	b, ok := tx.Value(k).(*buffer)
	if !ok {
		b = new(buffer)
		tx.SetValue(k, b)
		tx.AtEnd(fmt.Sprintf("audit/%s/%02d", k.realm, k.lane), func(ctx context.Context, tx *db.Tx) error {
			return b.write(ctx, tx, k)
		})
	}
	b.records = append(b.records, r)
	b.err = errors.Join(b.err, err)
}

// List returns a subject's entries, the newest first.
func List(ctx context.Context, tx *db.Tx, realm, subject string, limit int) ([]Record, error) {
	list, err := bySubject(ctx, tx, realm, subject, limit)
	if err != nil {
		return nil, fmt.Errorf("list audit entries: %w", err)
	}
	return list, nil
}

// Find returns the first entry of an act on a subject, or db.ErrNoRows.
func Find(ctx context.Context, tx *db.Tx, realm, subject, act string) (Record, error) {
	list, err := byAct(ctx, tx, realm, subject, act)
	if err != nil {
		return Record{}, fmt.Errorf("find audit entry: %w", err)
	}
	if len(list) == 0 {
		return Record{}, db.ErrNoRows
	}
	return list[0], nil
}

// Link is an entry's place and its hash: what commits to the entry and says
// nothing of it.
type Link struct {
	Lane int
	Seq  int64
	Hash string
}

// After returns the links of a lane that follow seq, in order.
func After(ctx context.Context, tx *db.Tx, realm string, lane int, seq int64, limit int) ([]Link, error) {
	list, err := linksAfter(ctx, tx, laneKey{realm, lane}, seq, limit)
	if err != nil {
		return nil, fmt.Errorf("read audit lane %d: %w", lane, err)
	}
	return list, nil
}

// laneKey is a lane's place among the transaction's values.
type laneKey struct {
	realm string
	lane  int
}

// buffer holds what a transaction adds to one lane.
type buffer struct {
	records []Record
	err     error
}

// write links the buffered entries to the lane's head. The head row is locked
// from the first statement to the commit.
func (b *buffer) write(ctx context.Context, tx *db.Tx, k laneKey) error {
	if b.err != nil {
		return fmt.Errorf("audit: %w", b.err)
	}
	seq, prev, err := takeHead(ctx, tx, k, len(b.records))
	if err != nil {
		return fmt.Errorf("lock audit lane: %w", err)
	}
	for i := range b.records {
		r := &b.records[i]
		r.Seq, r.Prev = seq+int64(i)+1, prev
		r.Hash = r.Sum()
		prev = r.Hash
	}
	if err := insert(ctx, tx, b.records); err != nil {
		return fmt.Errorf("write audit entries: %w", err)
	}
	if err := setHead(ctx, tx, k, prev); err != nil {
		return fmt.Errorf("write audit head: %w", err)
	}
	return nil
}

// recordOf fills in all that is known of e before its lane is locked.
func recordOf(e Entry) (Record, error) {
	r := Record{Realm: e.Realm, Lane: laneOf(e.Subject), ID: id.New(),
		Subject: e.Subject, Act: e.Act, Actor: e.Actor, At: e.At, Detail: "{}"}
	if e.Realm == "" || e.Subject == "" || e.Act == "" || e.At.IsZero() {
		return r, fmt.Errorf("entry %q on %q lacks a realm, subject, act or time", e.Act, e.Subject)
	}
	if e.Detail == nil {
		return r, nil
	}
	text, err := json.Marshal(e.Detail)
	r.Detail = string(text)
	return r, err
}
