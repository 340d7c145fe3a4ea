// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package ledger makes the audit provable to those who have no access to it.
//
// Every audit entry of a realm becomes a leaf of one Merkle tree, the log. A leaf
// commits to the entry and says nothing of it:
//
//	"pavilion-leaf-1", realm, lane, seq, hash
//
// five byte strings written one after another, each preceded by its length in
// bytes as an unsigned 64-bit big-endian number; lane and seq are decimal digits,
// hash is the entry's as package audit lays down. Leaves and nodes are hashed as
// RFC 6962 says, with SHA-256, in realms of the national suite with SM3. What is removed elsewhere never changes a leaf.
//
// A head says how large the log is and what its root is. It is a signed note
// (golang.org/x/mod/sumdb/note) with the text of a checkpoint and one line more,
// the time, and its key lies outside the database:
//
//	pavilion/410928
//	1024
//	oHtL…=
//	at 2026-09-16T01:00:00.000000Z
//
//	— pavilion/410928 Az3g…
//
// Taking entries happens after their commit, in batches that are kept whole or
// not at all; nobody waits for it.
//
//	ledger.go    the log of a realm: its head, proofs
//	rules.go     leaves, heads, keys: pure
//	suite.go     how a realm hashes and signs: pure
//	sequence.go  taking entries
//	receipt.go   a proof that somebody keeps, checked without a database
//	verify.go    the whole log against the entries
//	store.go     the only SQL
package ledger

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"regexp"

	"github.com/transparency-dev/merkle/compact"
	"github.com/transparency-dev/merkle/proof"

	"pavilion/internal/base/clock"
	"pavilion/internal/base/fault"
	"pavilion/internal/core/audit"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/seal"
)

// Service is the log of every realm. Seed is the 32 bytes from which the signing key
// is made. Suite says what a realm hashes and signs with, and never changes; without
// it all realms have the international suite.
type Service struct {
	DB    *db.DB
	Now   clock.Clock
	Seed  []byte
	Suite func(realm string) seal.Suite
}

// Inclusion proves that a leaf is in the log of a size.
type Inclusion struct {
	Index, Size int64
	Proof       [][]byte
}

// Key is the verifier key of a realm's heads, as it is published.
func (s *Service) Key(realm string) string { return s.signer(realm).String() }

func (s *Service) signer(realm string) signer {
	out, _ := newSigner(realm, s.algorithms(realm).Suite, s.Seed) // the seed has its length
	return out
}

// algorithms are the realm's.
func (s *Service) algorithms(realm string) algorithms {
	if s.Suite != nil {
		return algorithms{s.Suite(realm)}
	}
	standard, _ := seal.SuiteNamed(seal.International) // there is one
	return algorithms{standard}
}

// Head returns a realm's newest head. It fails with Missing before the first.
func (s *Service) Head(ctx context.Context, realm string) (head Head, err error) {
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		head, err = newest(ctx, tx, realm)
		return err
	})
	return head, err
}

// newest reads the newest head.
func newest(ctx context.Context, tx *db.Tx, realm string) (Head, error) {
	notes, err := heads(ctx, tx, realm, 0, far, true, 1)
	if err != nil {
		return Head{}, fmt.Errorf("read ledger head: %w", err)
	}
	if len(notes) == 0 {
		return Head{}, fault.New(fault.Missing, "ledger.no_head")
	}
	return parseHead(notes[0].note)
}

// Consistency proves that the log of size to begins with the log of size from.
// Both are at least 1, and to at most the newest head's size.
func (s *Service) Consistency(ctx context.Context, realm string, from, to int64) (list [][]byte, err error) {
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		size, err := treeSize(ctx, tx, realm)
		if err != nil {
			return err
		}
		if from < 1 || from > to {
			return fault.New(fault.Invalid, "ledger.size_outside").At("from")
		}
		if to > size {
			return fault.New(fault.Invalid, "ledger.size_outside").At("to")
		}
		needed, err := proof.Consistency(uint64(from), uint64(to))
		if err != nil {
			return err
		}
		list, err = s.prove(ctx, tx, realm, needed)
		return err
	})
	return list, err
}

// hashShape is how a hash is written.
var hashShape = regexp.MustCompile(`^[0-9a-f]{64}$`)

// Inclusion proves that a leaf with a hash, in hexadecimal, is in the log of a
// size; 0 is the size of the newest head. It fails with Missing if it is not.
func (s *Service) Inclusion(ctx context.Context, realm, leaf string, size int64) (found Inclusion, err error) {
	if !hashShape.MatchString(leaf) {
		return found, fault.New(fault.Invalid, "ledger.hash_shape").At("leaf")
	}
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		have, err := treeSize(ctx, tx, realm)
		if err != nil {
			return err
		}
		if size < 0 || size > have {
			return fault.New(fault.Invalid, "ledger.size_outside").At("size")
		}
		if size == 0 {
			size = have
		}
		index, err := indexOfHash(ctx, tx, realm, leaf)
		if errors.Is(err, db.ErrNoRows) || err == nil && index >= size {
			return fault.New(fault.Missing, "ledger.not_in_log")
		}
		if err != nil {
			return err
		}
		found, err = s.inclusion(ctx, tx, realm, index, size)
		return err
	})
	return found, err
}

// inclusion proves the leaf of an index.
func (s *Service) inclusion(ctx context.Context, tx *db.Tx, realm string, index, size int64) (Inclusion, error) {
	needed, err := proof.Inclusion(uint64(index), uint64(size))
	if err != nil {
		return Inclusion{}, err
	}
	list, err := s.prove(ctx, tx, realm, needed)
	return Inclusion{index, size, list}, err
}

// Reach says up to which entry each lane is in the log of a size.
func (s *Service) Reach(ctx context.Context, tx *db.Tx, realm string, size int64) ([audit.Lanes]int64, error) {
	list, err := lastOfLanes(ctx, tx, realm, size)
	if err != nil {
		return [audit.Lanes]int64{}, fmt.Errorf("read how far the log of size %d reaches: %w", size, err)
	}
	return list, nil
}

// prove reads the nodes that a proof needs and folds them into it.
func (s *Service) prove(ctx context.Context, tx *db.Tx, realm string, needed proof.Nodes) ([][]byte, error) {
	hashes, err := hashesOf(ctx, tx, realm, needed.IDs)
	if err != nil {
		return nil, err
	}
	return needed.Rehash(hashes, s.algorithms(realm).hasher().HashChildren)
}

// hashesOf reads complete nodes.
func hashesOf(ctx context.Context, tx *db.Tx, realm string, ids []compact.NodeID) ([][]byte, error) {
	out := make([][]byte, len(ids))
	for i, id := range ids {
		text, err := node(ctx, tx, realm, id)
		if err != nil {
			return nil, fmt.Errorf("read ledger node %d/%d: %w", id.Level, id.Index, err)
		}
		if out[i], err = hex.DecodeString(text); err != nil {
			return nil, fmt.Errorf("ledger node %d/%d: %w", id.Level, id.Index, err)
		}
	}
	return out, nil
}
