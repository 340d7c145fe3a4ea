// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package intake

import (
	"context"
	"strconv"
	"strings"

	"pavilion/internal/platform/db"
	"pavilion/internal/platform/seal"
)

// Sealed are the sealed columns of imports, to be closed again with a new key.
func Sealed() []seal.Column {
	return []seal.Column{
		{Name: "matter_intake_run.found", Find: findSealedFound, Replace: replaceFound, Count: countFound},
		{Name: "matter_intake_part.sealed", Find: findSealedParts, Replace: replacePart, Count: countParts},
	}
}

func findSealedFound(ctx context.Context, tx *db.Tx, realm, after, than string, limit int) ([]seal.Text, error) {
	texts, err := db.All(ctx, tx, db.Q(`
		SELECT id, found FROM matter_intake_run
		WHERE realm = ? AND id > ? AND found <> '' AND found NOT LIKE ? ORDER BY id LIMIT ?`, realm, after, than+"%", limit),
		func(t *seal.Text) []any { return []any{&t.Key, &t.Sealed} })
	for i := range texts {
		texts[i].About = foundName(Run{Realm: realm, ID: texts[i].Key})
	}
	return texts, err
}

func replaceFound(ctx context.Context, tx *db.Tx, realm string, t seal.Text, sealed string) error {
	return tx.Later(ctx, `UPDATE matter_intake_run SET found = ? WHERE realm = ? AND id = ? AND found = ?`,
		sealed, realm, t.Key, t.Sealed)
}

func countFound(ctx context.Context, tx *db.Tx, realm, mark string) (n int, err error) {
	err = tx.QueryRow(ctx, `SELECT COUNT(*) FROM matter_intake_run WHERE realm = ? AND found LIKE ?`, realm, mark+"%").Scan(&n)
	return n, err
}

// partKey names a part's row; placeOf reads it.
func partKey(run string, part int) string { return run + " " + strconv.Itoa(part) }

func placeOf(key string) (run string, part int) {
	run, number, ok := strings.Cut(key, " ")
	if !ok {
		return "", -1 // before the first
	}
	part, _ = strconv.Atoi(number) // partKey wrote it
	return run, part
}

// partRow is a part and where it lies.
type partRow struct {
	run, sealed string
	part        int
}

func findSealedParts(ctx context.Context, tx *db.Tx, realm, after, than string, limit int) ([]seal.Text, error) {
	run, part := placeOf(after)
	rows, err := db.All(ctx, tx, db.Q(`
		SELECT run, part, sealed FROM matter_intake_part
		WHERE realm = ? AND (run > ? OR run = ? AND part > ?) AND sealed NOT LIKE ? ORDER BY run, part LIMIT ?`,
		realm, run, run, part, than+"%", limit),
		func(r *partRow) []any { return []any{&r.run, &r.part, &r.sealed} })
	texts := make([]seal.Text, len(rows))
	for i, r := range rows {
		texts[i] = seal.Text{
			Key: partKey(r.run, r.part), About: partName(Run{Realm: realm, ID: r.run}, r.part), Sealed: r.sealed,
		}
	}
	return texts, err
}

func replacePart(ctx context.Context, tx *db.Tx, realm string, t seal.Text, sealed string) error {
	run, part := placeOf(t.Key)
	return tx.Later(ctx, `UPDATE matter_intake_part SET sealed = ? WHERE realm = ? AND run = ? AND part = ? AND sealed = ?`,
		sealed, realm, run, part, t.Sealed)
}

func countParts(ctx context.Context, tx *db.Tx, realm, mark string) (n int, err error) {
	err = tx.QueryRow(ctx, `SELECT COUNT(*) FROM matter_intake_part WHERE realm = ? AND sealed LIKE ?`, realm, mark+"%").Scan(&n)
	return n, err
}
