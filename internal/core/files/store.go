// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package files

import (
	"context"
	"errors"
	"time"

	"pavilion/internal/platform/db"
)

func insert(ctx context.Context, tx *db.Tx, realm string, p Photo, bytes int, sum string) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO files_photo (realm, id, owner, width, height, bytes, sha256, created_at, created_by)
		VALUES (?, ?, '', ?, ?, ?, ?, ?, '')`,
		realm, p.ID, p.Width, p.Height, bytes, sum, p.At.UnixMicro())
	return err
}

func attach(ctx context.Context, tx *db.Tx, realm, owner, photo, by string) (int64, error) {
	return tx.Exec(ctx, `
		UPDATE files_photo SET owner = ?, created_by = CASE WHEN owner = '' THEN ? ELSE created_by END
		WHERE realm = ? AND id = ? AND (owner = '' OR owner = ?)`,
		owner, by, realm, photo, owner)
}

func list(ctx context.Context, tx *db.Tx, realm, owner string) ([]Photo, error) {
	q := db.Q(`
		SELECT id, owner, width, height, created_at
		FROM files_photo
		WHERE realm = ? AND owner = ?
		ORDER BY id`, realm, owner)
	type row struct {
		Photo
		at int64
	}
	rows, err := db.All(ctx, tx, q, func(r *row) []any {
		return []any{&r.ID, &r.Owner, &r.Width, &r.Height, &r.at}
	})
	var out []Photo
	for _, r := range rows {
		r.At = time.UnixMicro(r.at).UTC()
		out = append(out, r.Photo)
	}
	return out, err
}

func exists(ctx context.Context, tx *db.Tx, realm, photo string) (bool, error) {
	var one int
	err := tx.QueryRow(ctx, `SELECT 1 FROM files_photo WHERE realm = ? AND id = ?`, realm, photo).Scan(&one)
	if errors.Is(err, db.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}
