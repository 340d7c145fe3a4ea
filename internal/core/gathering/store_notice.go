// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package gathering

import (
	"context"
	"errors"
	"time"

	"pavilion/internal/platform/db"
)

const noticeColumns = `seat, no, account, standing, hash, letters, told_at, told_way, told_by, told_of, received_at, received_way, read_at`

// noticeRow is a notice as it is stored.
type noticeRow struct {
	notice
	told, received, read int64
}

func (r *noticeRow) fields() []any {
	return []any{
		&r.Seat, &r.No, &r.Account, &r.Standing, &r.Hash, &r.Letters, &r.told, &r.ToldWay, &r.ToldBy, &r.ToldOf, &r.received, &r.ReceivedWay, &r.read,
	}
}

func (r *noticeRow) decode() notice {
	n := r.notice
	n.ToldAt, n.ReceivedAt, n.ReadAt = instant(r.told), instant(r.received), instant(r.read)
	return n
}

// insertNotice keeps that somebody is invited, unless that is kept.
func insertNotice(ctx context.Context, tx *db.Tx, g Gathering, n notice) error {
	if n.Standing == "" {
		n.Standing = Joined
	}
	_, err := tx.Exec(ctx, `
		INSERT INTO gathering_notice (realm, gathering, `+noticeColumns+`) VALUES (?, ?, ?, ?, ?, ?, '', 0, ?, ?, ?, ?, 0, '', 0)
		ON CONFLICT (realm, gathering, seat) DO NOTHING`,
		g.Realm, g.ID, n.Seat, n.No, n.Account, n.Standing, micro(n.ToldAt), n.ToldWay, n.ToldBy, g.Sequence)
	return err
}

func notices(ctx context.Context, tx *db.Tx, g Gathering) ([]notice, error) {
	rows, err := db.All(ctx, tx, db.Q(`SELECT `+noticeColumns+` FROM gathering_notice WHERE realm = ? AND gathering = ? ORDER BY seat`, g.Realm, g.ID),
		(*noticeRow).fields)
	out := make([]notice, len(rows))
	for i := range rows {
		out[i] = rows[i].decode()
	}
	return out, err
}

// noticeOf finds a notice by the hash of a code, or by an account.
func noticeOf(ctx context.Context, tx *db.Tx, g Gathering, by, value string, nobody error) (notice, error) {
	var r noticeRow
	q := db.Q(`SELECT `+noticeColumns+` FROM gathering_notice WHERE realm = ? AND gathering = ?`, g.Realm, g.ID).
		If(by == "hash", ` AND hash = ? AND hash <> ''`, value).If(by == "account", ` AND account = ? AND account <> ''`, value)
	err := q.Add(` ORDER BY seat LIMIT 1`).Row(ctx, tx).Scan(r.fields()...)
	if errors.Is(err, db.ErrNoRows) {
		return notice{}, nobody
	}
	return r.decode(), err
}

// setHash gives an invitee another link.
func setHash(ctx context.Context, tx *db.Tx, g Gathering, n notice, hash string) error {
	if err := insertNotice(ctx, tx, g, n); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `UPDATE gathering_notice SET hash = ?, letters = letters + 1 WHERE realm = ? AND gathering = ? AND seat = ?`,
		hash, g.Realm, g.ID, n.Seat)
	return err
}

// told keeps that somebody was told of the gathering as it is now. The first instant stays.
func told(ctx context.Context, tx *db.Tx, g Gathering, n notice, way Way, by string, at time.Time) error {
	if err := insertNotice(ctx, tx, g, n); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `
		UPDATE gathering_notice SET told_at = CASE WHEN told_at = 0 THEN ? ELSE told_at END, told_way = CASE WHEN told_at = 0 THEN ? ELSE told_way END,
			told_by = CASE WHEN told_at = 0 THEN ? ELSE told_by END, told_of = ?
		WHERE realm = ? AND gathering = ? AND seat = ?`, micro(at), way, by, g.Sequence, g.Realm, g.ID, n.Seat)
	return err
}

// retold keeps that those with accounts are told of a change.
func retold(ctx context.Context, tx *db.Tx, g Gathering) error {
	_, err := tx.Exec(ctx, `UPDATE gathering_notice SET told_of = ? WHERE realm = ? AND gathering = ? AND account <> ''`, g.Sequence, g.Realm, g.ID)
	return err
}

func received(ctx context.Context, tx *db.Tx, g Gathering, seat string, way Way, at time.Time) error {
	_, err := tx.Exec(ctx, `
		UPDATE gathering_notice SET received_at = ?, received_way = ? WHERE realm = ? AND gathering = ? AND seat = ? AND received_at = 0`,
		micro(at), way, g.Realm, g.ID, seat)
	return err
}

func read(ctx context.Context, tx *db.Tx, g Gathering, seat string, at time.Time) error {
	_, err := tx.Exec(ctx, `UPDATE gathering_notice SET read_at = ? WHERE realm = ? AND gathering = ? AND seat = ? AND read_at = 0`,
		micro(at), g.Realm, g.ID, seat)
	return err
}

// stand fixes whether somebody should have come.
func stand(ctx context.Context, tx *db.Tx, g Gathering, n notice) error {
	if err := insertNotice(ctx, tx, g, n); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `UPDATE gathering_notice SET standing = ? WHERE realm = ? AND gathering = ? AND seat = ?`, n.Standing, g.Realm, g.ID, n.Seat)
	return err
}

func insertComing(ctx context.Context, tx *db.Tx, g Gathering, id string, l Coming) error {
	_, err := tx.Exec(ctx, `INSERT INTO gathering_coming (realm, gathering, id, seat, act, way, at, account) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		g.Realm, g.ID, id, l.Seat, l.Act, l.Way, micro(l.At), l.By)
	return err
}

// comings lists who came and left, in the order in which it was written.
func comings(ctx context.Context, tx *db.Tx, g Gathering) (out []Coming, err error) {
	type stored struct {
		Coming
		at int64
	}
	rows, err := db.All(ctx, tx, db.Q(`SELECT seat, act, way, at, account FROM gathering_coming WHERE realm = ? AND gathering = ? ORDER BY id`, g.Realm, g.ID),
		func(r *stored) []any { return []any{&r.Seat, &r.Act, &r.Way, &r.at, &r.By} })
	for _, r := range rows {
		r.At = instant(r.at)
		out = append(out, r.Coming)
	}
	return out, err
}
