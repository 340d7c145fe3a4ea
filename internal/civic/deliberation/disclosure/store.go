// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package disclosure

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/page"
	"pavilion/internal/platform/db"
)

// far is stored for an instant that has not come.
const far = int64(math.MaxInt64)

// instant reads a stored instant; 0 and far are none.
func instant(micro int64) time.Time {
	if micro == 0 || micro == far {
		return time.Time{}
	}
	return time.UnixMicro(micro)
}

// micros writes an instant; none is 0.
func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// upTo writes an end; one that has not come sorts last.
func upTo(t time.Time) int64 {
	if t.IsZero() {
		return far
	}
	return t.UnixMicro()
}

func number01(b bool) int {
	if b {
		return 1
	}
	return 0
}

const columns = `realm, id, number, kind, purpose, rule, basis, days, title, issuer, body, area, place, boards, state, version, material, posted_at,
	counted_at, until_on, stood, ended_at, reason, changed_at, author, revision`

// row is a notice as it is stored.
type row struct {
	Notice
	boards                                    string
	material, posted, counted, ended, changed int64
}

func (r *row) fields() []any {
	return []any{
		&r.Realm, &r.ID, &r.Number, &r.Kind, &r.For, &r.Rule, &r.Basis, &r.Days, &r.Title, &r.Issuer, &r.Body, &r.Area, &r.Place, &r.boards, &r.State,
		&r.Version, &r.material, &r.posted, &r.counted, &r.Until, &r.Stood, &r.ended, &r.Reason, &r.changed, &r.Author, &r.Revision,
	}
}

func (r *row) decode() Notice {
	n := r.Notice
	n.Boards = split(r.boards)
	n.Material = r.material != 0
	n.PostedAt, n.Counted, n.EndedAt, n.Changed = instant(r.posted), instant(r.counted), instant(r.ended), instant(r.changed)
	return n
}

func split(list string) []string {
	if list == "" {
		return nil
	}
	return strings.Split(list, ",")
}

// insert stores a notice that waits, without its words, unless it is there.
func insert(ctx context.Context, tx *db.Tx, n Notice) (made bool, err error) {
	count, err := tx.Exec(ctx, `
		INSERT INTO deliberation_notice (`+columns+`)
		VALUES (?, ?, '', ?, ?, ?, ?, ?, '', '', '', ?, ?, ?, ?, 0, 0, 0, 0, '', 0, 0, '', ?, ?, 1) ON CONFLICT DO NOTHING`,
		n.Realm, n.ID, n.Kind, n.For, n.Rule, n.Basis, n.Days, n.Area, n.Place, strings.Join(n.Boards, ","), n.State, n.Changed.UnixMicro(), n.Author)
	return count > 0, err
}

// update stores a notice over the revision that it has.
func update(ctx context.Context, tx *db.Tx, n Notice) error {
	count, err := tx.Exec(ctx, `
		UPDATE deliberation_notice SET number = ?, basis = ?, days = ?, title = ?, issuer = ?, body = ?, boards = ?, state = ?, version = ?, material = ?,
			posted_at = ?, counted_at = ?, until_on = ?, stood = ?, ended_at = ?, reason = ?, changed_at = ?, revision = revision + 1
		WHERE realm = ? AND id = ? AND revision = ?`,
		n.Number, n.Basis, n.Days, n.Title, n.Issuer, n.Body, strings.Join(n.Boards, ","), n.State, n.Version, number01(n.Material),
		micros(n.PostedAt), micros(n.Counted), n.Until, n.Stood, micros(n.EndedAt), n.Reason, micros(n.Changed), n.Realm, n.ID, n.Revision)
	if err == nil && count == 0 {
		err = fault.New(fault.Stale, "matter.stale")
	}
	return err
}

func notices(ctx context.Context, tx *db.Tx, q *db.Query) ([]Notice, error) {
	rows, err := db.All(ctx, tx, q, (*row).fields)
	out := make([]Notice, len(rows))
	for i := range rows {
		out[i] = rows[i].decode()
	}
	return out, err
}

func one(ctx context.Context, tx *db.Tx, q *db.Query) (Notice, error) {
	list, err := notices(ctx, tx, q)
	if err == nil && len(list) == 0 {
		err = fault.New(fault.Missing, "disclosure.missing")
	}
	if err != nil {
		return Notice{}, err
	}
	return list[0], nil
}

func find(ctx context.Context, tx *db.Tx, realm, id string) (Notice, error) {
	return one(ctx, tx, db.Q(`SELECT `+columns+` FROM deliberation_notice WHERE realm = ? AND id = ?`, realm, id))
}

// locked is a notice that stays as it is until the transaction ends.
func locked(ctx context.Context, tx *db.Tx, realm, id string) (Notice, error) {
	return one(ctx, tx, db.Q(`SELECT `+columns+` FROM deliberation_notice WHERE realm = ? AND id = ?`, realm, id).Locked(tx))
}

// purposeMost bounds the notices for one purpose.
const purposeMost = 50

func ofPurpose(ctx context.Context, tx *db.Tx, realm, purpose string) ([]Notice, error) {
	return notices(ctx, tx, db.Q(`SELECT `+columns+` FROM deliberation_notice WHERE realm = ? AND purpose = ? AND purpose <> '' ORDER BY id LIMIT ?`,
		realm, purpose, purposeMost))
}

// due lists notices whose last day, as it was known, is before today.
func due(ctx context.Context, tx *db.Tx, realm, today string, limit int) ([]string, error) {
	return db.All(ctx, tx, db.Q(`SELECT id FROM deliberation_notice WHERE realm = ? AND state = ? AND until_on < ? ORDER BY until_on, id LIMIT ?`,
		realm, Stands, today, limit), func(id *string) []any { return []any{id} })
}

// number gives out the next number of a year.
func number(ctx context.Context, tx *db.Tx, realm string, year int) (string, error) {
	var n int
	err := tx.QueryRow(ctx, `
		INSERT INTO deliberation_number (realm, year, n) VALUES (?, ?, 1)
		ON CONFLICT (realm, year) DO UPDATE SET n = deliberation_number.n + 1 RETURNING n`, realm, year).Scan(&n)
	return fmt.Sprintf("%d-%d", year, n), err
}

func insertWording(ctx context.Context, tx *db.Tx, n Notice, w Wording) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO deliberation_wording (realm, notice, version, title, issuer, body, why, material, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		n.Realm, n.ID, w.Version, w.Title, w.Issuer, w.Body, w.Why, number01(w.Material), w.At.UnixMicro())
	return err
}

// wordings lists the versions of a notice, the first one first.
func wordings(ctx context.Context, tx *db.Tx, realm, notice string) ([]Wording, error) {
	type line struct {
		Wording
		material, at int64
	}
	rows, err := db.All(ctx, tx, db.Q(`
		SELECT version, title, issuer, body, why, material, at FROM deliberation_wording WHERE realm = ? AND notice = ? ORDER BY version LIMIT ?`,
		realm, notice, purposeMost),
		func(l *line) []any {
			return []any{&l.Version, &l.Title, &l.Issuer, &l.Body, &l.Why, &l.material, &l.at}
		})
	out := make([]Wording, len(rows))
	for i, l := range rows {
		out[i] = l.Wording
		out[i].Material, out[i].At = l.material != 0, instant(l.at)
	}
	return out, err
}

// The sections of a board.
const (
	upNow = "standing"
	past  = "past"
)

// section is where a notice in a state is listed.
func (s State) section() string {
	if s == Stands {
		return upNow
	}
	return past
}

// enlist writes where a notice is listed: on the boards of some areas.
func enlist(ctx context.Context, tx *db.Tx, n Notice, areas []string) error {
	for _, area := range areas {
		err := tx.Later(ctx, `
			INSERT INTO deliberation_listing (realm, area, notice, section, posted_at, changed_at) VALUES (?, ?, ?, ?, ?, ?)
			ON CONFLICT (realm, area, notice) DO UPDATE SET section = excluded.section, posted_at = excluded.posted_at, changed_at = excluded.changed_at`,
			n.Realm, area, n.ID, n.State.section(), micros(n.PostedAt), micros(n.Changed))
		if err != nil {
			return err
		}
	}
	return nil
}

// noticeColumns are the columns of a notice in a join with its listing.
var noticeColumns = `n.` + strings.ReplaceAll(strings.ReplaceAll(strings.Join(strings.Fields(columns), " "), ", ", ","), ",", ", n.")

// listed lists the notices on an area's board, the newest first.
func listed(ctx context.Context, tx *db.Tx, realm, area, section string, after page.Cursor, limit int) ([]Notice, error) {
	return notices(ctx, tx, db.Q(`
		SELECT `+noticeColumns+` FROM deliberation_listing l JOIN deliberation_notice n ON n.realm = l.realm AND n.id = l.notice
		WHERE l.realm = ? AND l.area = ? AND l.section = ?`, realm, area, section).
		If(after.More(), ` AND (l.posted_at, l.notice) < (?, ?)`, after.At, after.ID).Add(` ORDER BY l.posted_at DESC, l.notice DESC LIMIT ?`, limit))
}

// changed lists the notices of an area that changed last.
func changed(ctx context.Context, tx *db.Tx, realm, area string, limit int) ([]Notice, error) {
	return notices(ctx, tx, db.Q(`
		SELECT `+noticeColumns+` FROM deliberation_listing l JOIN deliberation_notice n ON n.realm = l.realm AND n.id = l.notice
		WHERE l.realm = ? AND l.area = ? ORDER BY l.changed_at DESC, l.notice DESC LIMIT ?`, realm, area, limit))
}

// atDesk lists the notices in a state at places, what changed last first.
func atDesk(ctx context.Context, tx *db.Tx, realm string, state State, spans [][2]int64, after page.Cursor, limit int) ([]Notice, error) {
	q := db.Q(`SELECT `+columns+` FROM deliberation_notice WHERE realm = ? AND state = ? AND (1 = 0`, realm, state)
	for _, s := range spans {
		q.Add(` OR place >= ? AND place < ?`, s[0], s[1])
	}
	return notices(ctx, tx, q.Add(`)`).If(after.More(), ` AND (changed_at, id) < (?, ?)`, after.At, after.ID).
		Add(` ORDER BY changed_at DESC, id DESC LIMIT ?`, limit))
}

// missing says that there is no such row.
func missing(err error, key string) error {
	if errors.Is(err, db.ErrNoRows) {
		return fault.New(fault.Missing, key)
	}
	return err
}

// endedSince lists notices that ended after an instant.
func endedSince(ctx context.Context, tx *db.Tx, realm string, since time.Time, limit int) ([]string, error) {
	return db.All(ctx, tx, db.Q(`SELECT id FROM deliberation_notice WHERE realm = ? AND state = ? AND changed_at >= ? ORDER BY changed_at DESC, id DESC LIMIT ?`,
		realm, Ended, since.UnixMicro(), limit), func(id *string) []any { return []any{id} })
}
