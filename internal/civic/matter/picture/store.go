// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package picture

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"pavilion/internal/platform/db"
)

const columns = `realm, id, draft, version, matter, seq, photo, copy, width, height, boxes, caption, shown, by_account, at`

// row is a picture as it is stored.
type row struct {
	Picture
	boxes     string
	shown, at int64
}

func (r *row) fields() []any {
	return []any{
		&r.Realm, &r.ID, &r.Draft, &r.Version, &r.Matter, &r.Seq, &r.Photo, &r.Copy, &r.Width, &r.Height, &r.boxes, &r.Caption,
		&r.shown, &r.By, &r.at,
	}
}

func (r *row) picture() (Picture, error) {
	p := r.Picture
	p.Shown, p.At = r.shown == 1, time.UnixMicro(r.at)
	return p, json.Unmarshal([]byte(r.boxes), &p.Boxes)
}

func list(ctx context.Context, tx *db.Tx, q *db.Query) ([]Picture, error) {
	rows, err := db.All(ctx, tx, q, (*row).fields)
	if err != nil {
		return nil, err
	}
	out := make([]Picture, len(rows))
	for i := range rows {
		if out[i], err = rows[i].picture(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func one(list []Picture, err error) (Picture, error) {
	if err == nil && len(list) == 0 {
		err = missing()
	}
	if err != nil {
		return Picture{}, err
	}
	return list[0], nil
}

func insert(ctx context.Context, tx *db.Tx, p Picture) error {
	boxes, err := json.Marshal(p.Boxes)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO matter_picture (`+columns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?)`,
		p.Realm, p.ID, p.Draft, p.Version, p.Matter, p.Seq, p.Photo, p.Copy, p.Width, p.Height, string(boxes), p.Caption, p.By, p.At.UnixMicro())
	return err
}

func find(ctx context.Context, tx *db.Tx, realm, id string) (Picture, error) {
	return one(list(ctx, tx, db.Q(`SELECT `+columns+` FROM matter_picture WHERE realm = ? AND id = ?`, realm, id)))
}

// findDraft finds what was made for a draft at a version: later ones may have changed
// the caption only.
func findDraft(ctx context.Context, tx *db.Tx, realm, draft string, version int) (Picture, error) {
	return one(list(ctx, tx, db.Q(`SELECT `+columns+` FROM matter_picture WHERE realm = ? AND draft = ? AND version <= ? ORDER BY version DESC LIMIT 1`,
		realm, draft, version)))
}

// ofPhoto lists what was made of a photo, the latest first.
func ofPhoto(ctx context.Context, tx *db.Tx, realm, matter, photo string) ([]Picture, error) {
	return list(ctx, tx, db.Q(`SELECT `+columns+` FROM matter_picture WHERE realm = ? AND matter = ? AND photo = ? ORDER BY at DESC, id DESC LIMIT 50`,
		realm, matter, photo))
}

// shown lists the public pictures of matters.
func shown(ctx context.Context, tx *db.Tx, realm string, matters []string) ([]Picture, error) {
	q := db.Q(`SELECT `+columns+` FROM matter_picture WHERE shown = 1 AND realm = ? AND matter IN (?`, realm, matters[0])
	q.Add(strings.Repeat(`, ?`, len(matters)-1) + `)`)
	for _, m := range matters[1:] {
		q.Add(``, m)
	}
	return list(ctx, tx, q.Add(` ORDER BY matter, seq, at, id`))
}

// hide ends what is public of a photo.
func hide(ctx context.Context, tx *db.Tx, realm, matter, photo string) error {
	_, err := tx.Exec(ctx, `UPDATE matter_picture SET shown = 0 WHERE realm = ? AND matter = ? AND photo = ? AND shown = 1`, realm, matter, photo)
	return err
}

// show makes a picture public, with the caption that was released.
func show(ctx context.Context, tx *db.Tx, p Picture, caption string) error {
	n, err := tx.Exec(ctx, `UPDATE matter_picture SET shown = 1, caption = ? WHERE realm = ? AND id = ?`, caption, p.Realm, p.ID)
	if err == nil && n != 1 {
		err = errors.New("picture: the row is gone")
	}
	return err
}
