// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package topic

import (
	"context"

	"pavilion/internal/platform/db"
)

// The ways in which somebody stands behind a topic. In the order of the alphabet the
// last of them counts where the same mark has several.
const (
	byAccount    = "account"
	byCode       = "code"
	bySuggestion = "suggestion"
)

// backs reports whether a mark counts for a topic.
func backs(ctx context.Context, tx *db.Tx, t Topic, mark string) (bool, error) {
	var n int
	err := tx.QueryRow(ctx, `SELECT COUNT(*) FROM deliberation_backing WHERE realm = ? AND topic = ? AND mark = ? AND counted = 1`, t.Realm, t.ID, mark).Scan(&n)
	return n > 0, err
}

// back has a mark count for a topic by its own way.
func back(ctx context.Context, tx *db.Tx, t Topic, mark, way string) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO deliberation_backing (realm, topic, mark, via, way, counted) VALUES (?, ?, ?, '', ?, 1)
		ON CONFLICT (realm, topic, mark, via) DO UPDATE SET way = excluded.way, counted = 1`, t.Realm, t.ID, mark, way)
	return err
}

// unback has a suggestion count for no topic any more.
func unback(ctx context.Context, tx *db.Tx, realm, suggestion string) error {
	_, err := tx.Exec(ctx, `UPDATE deliberation_backing SET counted = 0 WHERE realm = ? AND mark = ? AND way = ?`, realm, suggestion, bySuggestion)
	return err
}

// bring has those who stand behind a merged topic count for the one it was merged into,
// and takes its suggestions along.
func bring(ctx context.Context, tx *db.Tx, t, into Topic) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO deliberation_backing (realm, topic, mark, via, way, counted)
		SELECT realm, CAST(? AS TEXT), mark, CAST(? AS TEXT), MAX(way), 1 FROM deliberation_backing
		WHERE realm = ? AND topic = ? AND counted = 1 GROUP BY realm, mark
		ON CONFLICT (realm, topic, mark, via) DO UPDATE SET way = excluded.way, counted = 1`, into.ID, t.ID, t.Realm, t.ID)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `UPDATE deliberation_suggestion SET topic = ?, revision = revision + 1 WHERE realm = ? AND topic = ? AND topic <> ''`, into.ID, t.Realm, t.ID)
	return err
}

// giveBack undoes bring.
func giveBack(ctx context.Context, tx *db.Tx, t, from Topic) error {
	_, err := tx.Exec(ctx, `UPDATE deliberation_backing SET counted = 0 WHERE realm = ? AND topic = ? AND via = ?`, t.Realm, from.ID, t.ID)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		UPDATE deliberation_suggestion SET topic = ?, revision = revision + 1
		WHERE realm = ? AND topic = ? AND topic <> ''
			AND id IN (SELECT mark FROM deliberation_backing WHERE realm = ? AND topic = ? AND way = ? AND counted = 1)`,
		t.ID, t.Realm, from.ID, t.Realm, t.ID, bySuggestion)
	return err
}

// recount counts anew who stands behind a topic, each mark once.
func recount(ctx context.Context, tx *db.Tx, t *Topic) error {
	type line struct {
		way string
		n   int
	}
	lines, err := db.All(ctx, tx, db.Q(`
		SELECT m.way, COUNT(*) FROM (
			SELECT mark, MAX(way) AS way FROM deliberation_backing WHERE realm = ? AND topic = ? AND counted = 1 GROUP BY mark) m
		GROUP BY m.way`, t.Realm, t.ID), func(l *line) []any { return []any{&l.way, &l.n} })
	if err != nil {
		return err
	}
	t.Backing.Suggestions, t.Backing.Accounts, t.Backing.Codes = 0, 0, 0
	for _, l := range lines {
		switch l.way {
		case bySuggestion:
			t.Backing.Suggestions = l.n
		case byAccount:
			t.Backing.Accounts = l.n
		case byCode:
			t.Backing.Codes = l.n
		}
	}
	_, err = tx.Exec(ctx, `UPDATE deliberation_topic SET suggestions = ?, accounts = ?, codes = ? WHERE realm = ? AND id = ?`,
		t.Backing.Suggestions, t.Backing.Accounts, t.Backing.Codes, t.Realm, t.ID)
	return err
}

// addBacking raises the numbers of a topic by what is in b.
func addBacking(ctx context.Context, tx *db.Tx, t Topic, b Backing) error {
	_, err := tx.Exec(ctx, `UPDATE deliberation_topic SET suggestions = suggestions + ?, accounts = accounts + ?, codes = codes + ? WHERE realm = ? AND id = ?`,
		b.Suggestions, b.Accounts, b.Codes, t.Realm, t.ID)
	return err
}

// setPaper stores what was counted on paper.
func setPaper(ctx context.Context, tx *db.Tx, t Topic) error {
	_, err := tx.Exec(ctx, `UPDATE deliberation_topic SET reps = ?, households = ? WHERE realm = ? AND id = ?`, t.Backing.Reps, t.Backing.Households, t.Realm, t.ID)
	return err
}
