// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package ledger

import (
	"context"
	"errors"
	"math"
	"slices"

	"github.com/transparency-dev/merkle/compact"

	"pavilion/internal/core/audit"
	"pavilion/internal/platform/db"
)

// chunk is how many rows one statement inserts at most.
const chunk = 200

// far is beyond every index and size.
const far = int64(math.MaxInt64)

// leaf is a leaf as it is kept: where it is, what it commits to, its hash.
type leaf struct {
	index int64
	audit.Link
}

// kept is a node as it is kept.
type kept struct {
	compact.NodeID
	hash string
}

// keptHead is a head as it is kept.
type keptHead struct {
	size int64
	note string
}

func treeSize(ctx context.Context, tx *db.Tx, realm string) (size int64, err error) {
	err = tx.QueryRow(ctx, `SELECT size FROM ledger_tree WHERE realm = ?`, realm).Scan(&size)
	if errors.Is(err, db.ErrNoRows) {
		return 0, nil
	}
	return size, err
}

// grow moves the log from one size to another. It is false when the log has
// another size by now; on PostgreSQL it waits for whoever is at it.
func grow(ctx context.Context, tx *db.Tx, realm string, from, to int64) (bool, error) {
	err := tx.Later(ctx, `INSERT INTO ledger_tree (realm, size) VALUES (?, 0) ON CONFLICT (realm) DO NOTHING`, realm)
	if err != nil {
		return false, err
	}
	n, err := tx.Exec(ctx, `UPDATE ledger_tree SET size = ? WHERE realm = ? AND size = ?`, to, realm, from)
	return n == 1, err
}

// taken returns up to which entry each lane is in the log.
func taken(ctx context.Context, tx *db.Tx, realm string) ([audit.Lanes]int64, error) {
	return byLane(ctx, tx, db.Q(`SELECT lane, seq FROM ledger_lane WHERE realm = ?`, realm))
}

// lastOfLanes returns up to which entry each lane is in the log of a size. It reads
// every leaf.
func lastOfLanes(ctx context.Context, tx *db.Tx, realm string, size int64) ([audit.Lanes]int64, error) {
	return byLane(ctx, tx, db.Q(`SELECT lane, max(seq) FROM ledger_leaf WHERE realm = ? AND idx < ? GROUP BY lane`, realm, size))
}

func byLane(ctx context.Context, tx *db.Tx, q *db.Query) (at [audit.Lanes]int64, err error) {
	rows, err := db.All(ctx, tx, q, func(l *audit.Link) []any { return []any{&l.Lane, &l.Seq} })
	for _, l := range rows {
		if l.Lane >= 0 && l.Lane < audit.Lanes {
			at[l.Lane] = l.Seq
		}
	}
	return at, err
}

func setTaken(ctx context.Context, tx *db.Tx, realm string, l audit.Link) error {
	return tx.Later(ctx, `INSERT INTO ledger_lane (realm, lane, seq) VALUES (?, ?, ?)
		ON CONFLICT (realm, lane) DO UPDATE SET seq = excluded.seq`, realm, l.Lane, l.Seq)
}

func insertLeaves(ctx context.Context, tx *db.Tx, realm string, list []leaf) error {
	for part := range slices.Chunk(list, chunk) {
		q := db.Q(`INSERT INTO ledger_leaf (realm, idx, lane, seq, hash) VALUES `)
		for i, l := range part {
			q.If(i > 0, ", ")
			q.Add(`(?, ?, ?, ?, ?)`, realm, l.index, l.Lane, l.Seq, l.Hash)
		}
		if err := q.Later(ctx, tx); err != nil {
			return err
		}
	}
	return nil
}

func insertNodes(ctx context.Context, tx *db.Tx, realm string, list []kept) error {
	for part := range slices.Chunk(list, chunk) {
		q := db.Q(`INSERT INTO ledger_node (realm, level, idx, hash) VALUES `)
		for i, n := range part {
			q.If(i > 0, ", ")
			q.Add(`(?, ?, ?, ?)`, realm, int64(n.Level), int64(n.Index), n.hash)
		}
		if err := q.Later(ctx, tx); err != nil {
			return err
		}
	}
	return nil
}

func insertHead(ctx context.Context, tx *db.Tx, h Head) error {
	return tx.Later(ctx, `INSERT INTO ledger_head (realm, size, note) VALUES (?, ?, ?)`, h.Realm, h.Size, h.Note)
}

// heads returns heads larger than after and at most upTo, in order of size or the
// other way round.
func heads(ctx context.Context, tx *db.Tx, realm string, after, upTo int64, down bool, limit int) ([]keptHead, error) {
	q := db.Q(`SELECT size, note FROM ledger_head WHERE realm = ? AND size > ? AND size <= ? ORDER BY size`, realm, after, upTo)
	q.If(down, ` DESC`).Add(` LIMIT ?`, limit)
	return db.All(ctx, tx, q, func(h *keptHead) []any { return []any{&h.size, &h.note} })
}

// node returns the hash of a complete node; those of level 0 are the leaves.
func node(ctx context.Context, tx *db.Tx, realm string, id compact.NodeID) (hash string, err error) {
	q := db.Q(`SELECT hash FROM ledger_leaf WHERE realm = ? AND idx = ?`, realm, int64(id.Index))
	if id.Level > 0 {
		q = db.Q(`SELECT hash FROM ledger_node WHERE realm = ? AND level = ? AND idx = ?`, realm, int64(id.Level), int64(id.Index))
	}
	err = q.Row(ctx, tx).Scan(&hash)
	return hash, err
}

// nodes returns the nodes of a level with an index from lo to below hi.
func nodes(ctx context.Context, tx *db.Tx, realm string, level uint, lo, hi int64) ([]kept, error) {
	return db.All(ctx, tx, db.Q(`SELECT level, idx, hash FROM ledger_node
		WHERE realm = ? AND level = ? AND idx >= ? AND idx < ? ORDER BY idx`, realm, int64(level), lo, hi),
		func(n *kept) []any { return []any{&n.Level, &n.Index, &n.hash} })
}

// leaves returns the leaves from lo to below hi.
func leaves(ctx context.Context, tx *db.Tx, realm string, lo, hi int64) ([]leaf, error) {
	return db.All(ctx, tx, db.Q(`SELECT idx, lane, seq, hash FROM ledger_leaf
		WHERE realm = ? AND idx >= ? AND idx < ? ORDER BY idx`, realm, lo, hi),
		func(l *leaf) []any { return []any{&l.index, &l.Lane, &l.Seq, &l.Hash} })
}

// indexOfEntry returns where an entry is in the log, or db.ErrNoRows.
func indexOfEntry(ctx context.Context, tx *db.Tx, realm string, lane int, seq int64) (index int64, err error) {
	err = tx.QueryRow(ctx, `SELECT idx FROM ledger_leaf WHERE realm = ? AND lane = ? AND seq = ?`, realm, lane, seq).Scan(&index)
	return index, err
}

// indexOfHash returns where the leaf of a hash is, or db.ErrNoRows.
func indexOfHash(ctx context.Context, tx *db.Tx, realm, hash string) (index int64, err error) {
	err = tx.QueryRow(ctx, `SELECT idx FROM ledger_leaf WHERE realm = ? AND hash = ? ORDER BY idx LIMIT 1`, realm, hash).Scan(&index)
	return index, err
}

// outside counts the leaves, nodes and heads that a log of a size does not have.
func outside(ctx context.Context, tx *db.Tx, realm string, size, inner int64) (n int64, err error) {
	err = tx.QueryRow(ctx, `
		SELECT (SELECT count(*) FROM ledger_leaf WHERE realm = ? AND (idx < 0 OR idx >= ?))
		     + (SELECT count(*) FROM ledger_head WHERE realm = ? AND (size < 1 OR size > ?))
		     + (SELECT count(*) FROM ledger_node WHERE realm = ?) - ?`,
		realm, size, realm, size, realm, inner).Scan(&n)
	return n, err
}
