// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package ledger

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"time"

	"github.com/transparency-dev/merkle/proof"

	"pavilion/internal/base/fault"
	"pavilion/internal/core/audit"
	"pavilion/internal/platform/db"
)

// ReceiptFormat is what a receipt's file begins with.
const ReceiptFormat = "pavilion-receipt-1"

// MaxReceipt is how many bytes a receipt's file has at most.
const MaxReceipt = 64 << 10

// maxProof is how many hashes a proof has at most: more leaves than 2^62 there are not.
const maxProof = 64

// Receipt proves that an entry is in a realm's log, to whoever holds the file. It
// holds what the entry holds, references and no personal data. Hashes are in
// hexadecimal.
type Receipt struct {
	Format string   `json:"format"`
	Realm  string   `json:"realm"`
	Number string   `json:"number"` // under which people know what the entry is about
	Entry  Entry    `json:"entry"`
	Index  int64    `json:"leaf_index"`
	Leaf   string   `json:"leaf_hash"`
	Proof  []string `json:"inclusion_proof"`
	Head   string   `json:"tree_head"`
	Key    string   `json:"verifier_key"`
}

// Entry is an audit entry as it was hashed.
type Entry struct {
	Lane    int    `json:"lane"`
	Seq     int64  `json:"seq"`
	ID      string `json:"id"`
	Subject string `json:"subject"`
	Act     string `json:"act"`
	Actor   string `json:"actor"`
	At      int64  `json:"at"` // microseconds since 1970-01-01 UTC
	Detail  string `json:"detail"`
	Prev    string `json:"prev"`
	Hash    string `json:"hash"`
}

// Prove returns the receipt of an act on a subject. It fails with Conflict as
// long as the entry is not in the log, and with Missing if there is none.
func (s *Service) Prove(ctx context.Context, realm, subject, act, number string) (r Receipt, err error) {
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		e, err := audit.Find(ctx, tx, realm, subject, act)
		if errors.Is(err, db.ErrNoRows) {
			return fault.New(fault.Missing, "ledger.not_in_log")
		}
		if err != nil {
			return err
		}
		index, err := indexOfEntry(ctx, tx, realm, e.Lane, e.Seq)
		if errors.Is(err, db.ErrNoRows) {
			return fault.New(fault.Conflict, "ledger.not_yet")
		}
		if err != nil {
			return err
		}
		head, err := newest(ctx, tx, realm)
		if err != nil {
			return err
		}
		found, err := s.inclusion(ctx, tx, realm, index, head.Size)
		r = Receipt{
			Format: ReceiptFormat, Realm: realm, Number: number, Index: index, Head: head.Note, Key: s.Key(realm), Proof: Hex(found.Proof),
			Entry: Entry{e.Lane, e.Seq, e.ID, e.Subject, e.Act, e.Actor, e.At.UnixMicro(), e.Detail, e.Prev, e.Hash},
			Leaf:  hex.EncodeToString(leafHash(s.algorithms(realm).hasher(), realm, audit.Link{Lane: e.Lane, Seq: e.Seq, Hash: e.Hash})),
		}
		return err
	})
	return r, err
}

// Hex writes hashes in hexadecimal.
func Hex(hashes [][]byte) []string {
	out := make([]string, len(hashes))
	for i, h := range hashes {
		out[i] = hex.EncodeToString(h)
	}
	return out
}

// ParseReceipt reads a receipt's file. What it says is not checked.
func ParseReceipt(raw []byte) (Receipt, error) {
	var r Receipt
	bad := fault.New(fault.Invalid, "ledger.receipt.unreadable").At("receipt")
	if len(raw) > MaxReceipt {
		return r, bad
	}
	in := json.NewDecoder(bytes.NewReader(raw))
	in.DisallowUnknownFields()
	if err := in.Decode(&r); err != nil {
		return Receipt{}, bad.Because(err)
	}
	if _, err := in.Token(); err != io.EOF || r.Format != ReceiptFormat || len(r.Proof) > maxProof {
		return Receipt{}, bad
	}
	return r, nil
}

// Check proves the receipt with a verifier key, from itself alone, and returns
// the head it rests on. What does not fit is Invalid and says what it is.
func (r Receipt) Check(key string) (Head, error) {
	bad := func(key string) (Head, error) {
		return Head{}, fault.New(fault.Invalid, key).At("receipt")
	}
	e := r.Entry
	record := audit.Record{Realm: r.Realm, Lane: e.Lane, Seq: e.Seq, ID: e.ID, Subject: e.Subject, Act: e.Act, Actor: e.Actor,
		At: time.UnixMicro(e.At), Detail: e.Detail, Prev: e.Prev}
	if record.Sum() != e.Hash {
		return bad("ledger.receipt.entry")
	}
	var about struct {
		Number string `json:"number"`
	}
	if err := json.Unmarshal([]byte(e.Detail), &about); err != nil || about.Number != r.Number {
		return bad("ledger.receipt.number")
	}
	v, err := parseKey(key)
	if err != nil {
		return bad("ledger.receipt.head")
	}
	leaf := leafHash(v.hasher(), r.Realm, audit.Link{Lane: e.Lane, Seq: e.Seq, Hash: e.Hash})
	head, err := v.open(r.Head)
	if err != nil || head.Realm != r.Realm {
		return bad("ledger.receipt.head")
	}
	if hex.EncodeToString(leaf) != r.Leaf {
		return bad("ledger.receipt.leaf")
	}
	path := make([][]byte, len(r.Proof))
	for i, text := range r.Proof {
		if path[i], err = hex.DecodeString(text); err != nil {
			return bad("ledger.receipt.proof")
		}
	}
	if r.Index < 0 || proof.VerifyInclusion(v.hasher(), uint64(r.Index), uint64(head.Size), leaf, path, head.Root) != nil {
		return bad("ledger.receipt.proof")
	}
	return head, nil
}
