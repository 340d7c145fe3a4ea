// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package files

import (
	"context"
	"time"

	"pavilion/internal/platform/db"
)

// kept is what is known of a photo's bytes.
type kept struct {
	bytes     int
	sum, mark string
}

func insert(ctx context.Context, tx *db.Tx, realm string, p Photo, k kept) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO files_photo (realm, id, owner, width, height, bytes, sha256, sealed, created_at, created_by)
		VALUES (?, ?, '', ?, ?, ?, ?, ?, ?, '')`,
		realm, p.ID, p.Width, p.Height, k.bytes, k.sum, k.mark, p.At.UnixMicro())
	return err
}

// rename writes who attached an owner's photos anew.
func rename(ctx context.Context, tx *db.Tx, realm, owner, by string) error {
	_, err := tx.Exec(ctx, `UPDATE files_photo SET created_by = ? WHERE realm = ? AND owner = ?`, by, realm, owner)
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

// markOf reads which of a photo's files counts. It fails with db.ErrNoRows if there
// is no such photo.
func markOf(ctx context.Context, tx *db.Tx, realm, photo string) (mark string, err error) {
	err = tx.QueryRow(ctx, `SELECT sealed FROM files_photo WHERE realm = ? AND id = ?`, realm, photo).Scan(&mark)
	return mark, err
}

// marked is a photo with the mark that counts.
type marked struct{ id, mark string }

func (m *marked) fields() []any { return []any{&m.id, &m.mark} }

// otherwise lists photos after an id, in their order, that are not closed with mark.
func otherwise(ctx context.Context, tx *db.Tx, realm, after, mark string, limit int) ([]marked, error) {
	q := db.Q(`SELECT id, sealed FROM files_photo WHERE realm = ? AND id > ? AND sealed <> ? ORDER BY id LIMIT ?`, realm, after, mark, limit)
	return db.All(ctx, tx, q, (*marked).fields)
}

// known returns those of the given photos that there are, with their marks.
func known(ctx context.Context, tx *db.Tx, realm string, photos []string) (map[string]string, error) {
	q := db.Q(`SELECT id, sealed FROM files_photo WHERE realm = ? AND id IN (?`, realm, photos[0])
	for _, photo := range photos[1:] {
		q.Add(`, ?`, photo)
	}
	rows, err := db.All(ctx, tx, q.Add(`)`), (*marked).fields)
	out := map[string]string{}
	for _, r := range rows {
		out[r.id] = r.mark
	}
	return out, err
}

// remark says which file counts from now on, unless another did so before.
func remark(ctx context.Context, tx *db.Tx, realm string, from marked, mark string) error {
	_, err := tx.Exec(ctx, `UPDATE files_photo SET sealed = ? WHERE realm = ? AND id = ? AND sealed = ?`, mark, realm, from.id, from.mark)
	return err
}

func count(ctx context.Context, tx *db.Tx, realm, mark string) (n int, err error) {
	err = tx.QueryRow(ctx, `SELECT COUNT(*) FROM files_photo WHERE realm = ? AND sealed = ?`, realm, mark).Scan(&n)
	return n, err
}
