// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package search

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"

	"pavilion/internal/platform/db"
)

// putSQLite relies on there being one writer: the next doc is one more than the
// last in the index, whose rows outlive every change of a text.
func putSQLite(ctx context.Context, tx *db.Tx, d Doc) error {
	var doc int64
	err := tx.QueryRow(ctx, `SELECT doc FROM search_doc WHERE realm = ? AND kind = ? AND ref = ?`,
		d.Realm, d.Kind, d.Ref).Scan(&doc)
	switch {
	case errors.Is(err, db.ErrNoRows):
		doc, err = insertSQLite(ctx, tx, d)
	case err == nil:
		err = clearSQLite(ctx, tx, doc, d)
	}
	if err != nil {
		return fmt.Errorf("index %s: %w", d.Kind, err)
	}
	if _, err := tx.Exec(ctx, `INSERT INTO search_index (rowid, grams) VALUES (?, ?)`,
		doc, strings.Join(Grams(d.Text), " ")); err != nil {
		return fmt.Errorf("index %s: %w", d.Kind, err)
	}
	return nil
}

func insertSQLite(ctx context.Context, tx *db.Tx, d Doc) (doc int64, err error) {
	err = tx.QueryRow(ctx, `SELECT rowid FROM search_index ORDER BY rowid DESC LIMIT 1`).Scan(&doc)
	if err != nil && !errors.Is(err, db.ErrNoRows) {
		return 0, err
	}
	doc++
	_, err = tx.Exec(ctx, `
		INSERT INTO search_doc (realm, doc, kind, ref, place, access, at) VALUES (?, ?, ?, ?, ?, ?, ?)`,
		d.Realm, doc, d.Kind, d.Ref, d.Place, d.Access, d.At)
	return doc, err
}

// clearSQLite takes the former text out of the index.
func clearSQLite(ctx context.Context, tx *db.Tx, doc int64, d Doc) error {
	if _, err := tx.Exec(ctx, `UPDATE search_doc SET place = ?, access = ?, at = ? WHERE realm = ? AND doc = ?`,
		d.Place, d.Access, d.At, d.Realm, doc); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `DELETE FROM search_index WHERE rowid = ?`, doc)
	return err
}

func putPostgres(ctx context.Context, tx *db.Tx, d Doc) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO search_doc (realm, kind, ref, place, access, at, grams)
		VALUES (?, ?, ?, ?, ?, ?, CAST(CAST(? AS TEXT) AS tsvector))
		ON CONFLICT (realm, kind, ref) DO UPDATE SET
			place = excluded.place, access = excluded.access, at = excluded.at, grams = excluded.grams`,
		d.Realm, d.Kind, d.Ref, d.Place, d.Access, d.At, vector(Grams(d.Text)))
	if err != nil {
		return fmt.Errorf("index %s: %w", d.Kind, err)
	}
	return nil
}

// findSQLite walks the index from its newest end, so that a page costs what it
// holds and not what is found in all. CROSS JOIN keeps the order of the tables.
func findSQLite(ctx context.Context, tx *db.Tx, q Question, phrases []phrase) ([]Hit, error) {
	s := db.Q(`
		SELECT d.doc, d.ref
		FROM search_index i CROSS JOIN search_doc d ON d.realm = ? AND d.doc = i.rowid
		WHERE search_index MATCH ? AND i.rowid < ?`, q.Realm, forSQLite(phrases), before(q))
	return hits(ctx, tx, narrow(s, q).Add(` ORDER BY i.rowid DESC LIMIT ?`, q.Limit))
}

// findPostgres has the statement planned for these very words: rare ones are
// looked up in the index, common ones met soon enough from the newest text down,
// and a plan for either costs a hundred times as much for the other.
func findPostgres(ctx context.Context, tx *db.Tx, q Question, phrases []phrase) ([]Hit, error) {
	if _, err := tx.Exec(ctx, `SET LOCAL plan_cache_mode = force_custom_plan`); err != nil {
		return nil, err
	}
	s := db.Q(`
		SELECT d.doc, d.ref
		FROM search_doc d
		WHERE d.realm = ? AND d.grams @@ CAST(CAST(? AS TEXT) AS tsquery) AND d.doc < ?`,
		q.Realm, forPostgres(phrases), before(q))
	found, err := hits(ctx, tx, narrow(s, q).Add(` ORDER BY d.doc DESC LIMIT ?`, q.Limit))
	if err != nil {
		return nil, err
	}
	_, err = tx.Exec(ctx, `SET LOCAL plan_cache_mode TO DEFAULT`)
	return found, err
}

func hits(ctx context.Context, tx *db.Tx, s *db.Query) ([]Hit, error) {
	out, err := db.All(ctx, tx, s, func(h *Hit) []any { return []any{&h.Doc, &h.Ref} })
	if err != nil {
		return nil, fmt.Errorf("search: %w", err)
	}
	return out, nil
}

// before is the doc that a page begins below.
func before(q Question) int64 {
	if q.Before.More() {
		return q.Before.At
	}
	return math.MaxInt64
}

// narrow adds what is asked besides the words.
func narrow(s *db.Query, q Question) *db.Query {
	s.Add(` AND d.access <= ?`, q.Access).If(q.Kind != "", ` AND d.kind = ?`, q.Kind)
	for i, r := range q.Ranges {
		s.If(i == 0, ` AND (`).If(i > 0, ` OR `).Add(`d.place >= ? AND d.place < ?`, r.Lo, r.Hi)
	}
	return s.If(len(q.Ranges) > 0, `)`)
}

// mergeSQLite merges some pages of the index's parts, of all parts if pages is
// negative, and reports whether there may be more to merge. See FTS5, "merge".
func mergeSQLite(ctx context.Context, tx *db.Tx, pages int) (more bool, err error) {
	var before, after int
	if err := tx.QueryRow(ctx, `SELECT total_changes()`).Scan(&before); err != nil {
		return false, err
	}
	if _, err := tx.Exec(ctx, `INSERT INTO search_index (search_index, rank) VALUES ('merge', ?)`, pages); err != nil {
		return false, fmt.Errorf("merge index: %w", err)
	}
	err = tx.QueryRow(ctx, `SELECT total_changes()`).Scan(&after)
	return after-before >= 2, err
}
