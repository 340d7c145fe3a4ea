// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package search finds texts by the words in them, Chinese ones included, on
// both engines alike.
//
// Neither engine can cut Chinese into words, so we do not try: a text is indexed
// by its pairs of neighbouring characters, and a word is found where its pairs
// follow one another. Traditional and simplified, full and half width, upper and
// lower case are one.
//
//	search.go   what is indexed, what is asked
//	grams.go    from text to tokens
//	phrase.go   from a question to the engines' languages
//	store.go    both engines' tables
package search

import (
	"context"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/page"
	"pavilion/internal/platform/db"
)

// Doc is a text to be found. Kind and Ref say what it belongs to; a text put
// again under them replaces the former one and keeps its place in the order.
type Doc struct {
	Realm, Kind, Ref string
	Text             string
	Place            int64 // where it is: the Lo of an area
	Access           int   // found by those whose access is at least this
	At               int64 // microseconds
}

// Range is an interval of places, Hi excluded.
type Range struct{ Lo, Hi int64 }

// Question asks for the texts that hold every word of Text.
type Question struct {
	Realm  string
	Kind   string // empty for every kind
	Text   string
	Ranges []Range // empty for everywhere
	Access int
	Before page.Cursor // At is the Doc of the last hit seen
	Limit  int         // page.Default when zero
}

// Hit is a text that was found. Later texts have larger Docs.
type Hit struct {
	Ref string
	Doc int64
}

// Put indexes docs, within the transaction that changes what they belong to.
func Put(ctx context.Context, tx *db.Tx, docs ...Doc) error {
	put := putPostgres
	if tx.Engine() == db.SQLite {
		put = putSQLite
	}
	for _, d := range docs {
		if err := put(ctx, tx, d); err != nil {
			return err
		}
	}
	return nil
}

// Find returns at most Limit hits, the newest first. It fails with Invalid if
// the question has no word.
func Find(ctx context.Context, tx *db.Tx, q Question) ([]Hit, error) {
	phrases := ask(q.Text)
	if len(phrases) == 0 {
		return nil, fault.New(fault.Invalid, "search.empty").At("q")
	}
	if q.Limit <= 0 {
		q.Limit = page.Default
	}
	if tx.Engine() == db.SQLite {
		return findSQLite(ctx, tx, q, phrases)
	}
	return findPostgres(ctx, tx, q, phrases)
}

// mergePages is how much one step of Purge merges, in pages of the index.
const mergePages = 200

// Purge takes the words of replaced texts off the disk, in steps between which
// others write. Without it they stay in the index, found by nobody, until it
// merges its parts by itself. On PostgreSQL the engine's vacuum does that.
func Purge(ctx context.Context, d *db.DB) error {
	if d.Engine() != db.SQLite {
		return nil
	}
	for pages := -mergePages; ; pages = mergePages {
		var more bool
		err := d.InTx(ctx, func(tx *db.Tx) (err error) {
			more, err = mergeSQLite(ctx, tx, pages)
			return err
		})
		if err != nil || !more || ctx.Err() != nil {
			return err
		}
	}
}
