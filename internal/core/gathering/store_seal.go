// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package gathering

import (
	"context"
	"strconv"

	"pavilion/internal/platform/db"
	"pavilion/internal/platform/seal"
)

// Sealed are the sealed columns of gatherings, to be closed again with a new key.
func Sealed() []seal.Column {
	return []seal.Column{{Name: "gathering_minutes.sealed", Find: findSealed, Replace: replaceSealed, Count: countSealed}}
}

// width is how long an id is, so that the two parts of a key can be told apart.
const width = 36

// keyed are the gathering and the version of a key; the first of all for no key.
func keyed(key string) (gathering string, n int) {
	if len(key) <= width {
		return "", 0
	}
	n, _ = strconv.Atoi(key[width+1:]) // made by textKey
	return key[:width], n
}

func findSealed(ctx context.Context, tx *db.Tx, realm, after, than string, limit int) ([]seal.Text, error) {
	gathering, n := keyed(after)
	type stored struct {
		gathering, sealed string
		n                 int
	}
	rows, err := db.All(ctx, tx, db.Q(`
		SELECT gathering, n, sealed FROM gathering_minutes
		WHERE realm = ? AND (gathering, n) > (?, ?) AND sealed <> '' AND sealed NOT LIKE ? ORDER BY gathering, n LIMIT ?`,
		realm, gathering, n, than+"%", limit), func(r *stored) []any { return []any{&r.gathering, &r.n, &r.sealed} })
	out := make([]seal.Text, len(rows))
	for i, r := range rows {
		key := textKey(r.gathering, r.n)
		out[i] = seal.Text{Key: key, Sealed: r.sealed, About: minutesText(realm, key)}
	}
	return out, err
}

func replaceSealed(ctx context.Context, tx *db.Tx, realm string, t seal.Text, sealed string) error {
	gathering, n := keyed(t.Key)
	return tx.Later(ctx, `UPDATE gathering_minutes SET sealed = ? WHERE realm = ? AND gathering = ? AND n = ? AND sealed = ?`,
		sealed, realm, gathering, n, t.Sealed)
}

func countSealed(ctx context.Context, tx *db.Tx, realm, mark string) (n int, err error) {
	err = tx.QueryRow(ctx, `SELECT COUNT(*) FROM gathering_minutes WHERE realm = ? AND sealed LIKE ?`, realm, mark+"%").Scan(&n)
	return n, err
}
