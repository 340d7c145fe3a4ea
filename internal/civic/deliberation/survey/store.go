// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package survey

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/core/org"
	"pavilion/internal/platform/db"
)

const columns = `realm, id, purpose, area, place, question, about, options, channels, state, reason, asked, opened_at, closes_at, ended_at, revision`

// row is a survey as it is stored.
type row struct {
	Survey
	options, channels     string
	opened, closes, ended int64
}

func (r *row) fields() []any {
	return []any{
		&r.Realm, &r.ID, &r.For, &r.Area, &r.Place, &r.Question, &r.About, &r.options, &r.channels, &r.State, &r.Reason, &r.Asked,
		&r.opened, &r.closes, &r.ended, &r.Revision,
	}
}

func (r *row) decode() (Survey, error) {
	v := r.Survey
	v.Opened, v.Closes, v.Ended = instant(r.opened), instant(r.closes), instant(r.ended)
	for _, c := range strings.Split(r.channels, ",") {
		v.Channels = append(v.Channels, Channel(c))
	}
	return v, json.Unmarshal([]byte(r.options), &v.Options)
}

func instant(micro int64) time.Time {
	if micro == 0 {
		return time.Time{}
	}
	return time.UnixMicro(micro)
}

func micro(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

func insert(ctx context.Context, tx *db.Tx, v Survey) (made bool, err error) {
	options, err := json.Marshal(v.Options)
	if err != nil {
		return false, err
	}
	channels := make([]string, len(v.Channels))
	for i, c := range v.Channels {
		channels[i] = string(c)
	}
	n, err := tx.Exec(ctx, `
		INSERT INTO deliberation_survey (`+columns+`, kept, result) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, '')
		ON CONFLICT DO NOTHING`,
		v.Realm, v.ID, v.For, v.Area, v.Place, v.Question, v.About, string(options), strings.Join(channels, ","), v.State, v.Reason, v.Asked,
		micro(v.Opened), micro(v.Closes), micro(v.Ended), v.Revision)
	return n == 1, err
}

func find(ctx context.Context, tx *db.Tx, realm, id string) (Survey, error) {
	return one(ctx, tx, db.Q(`SELECT `+columns+` FROM deliberation_survey WHERE realm = ? AND id = ?`, realm, id))
}

// locked is find for who is about to change the survey.
func locked(ctx context.Context, tx *db.Tx, realm, id string) (Survey, error) {
	return one(ctx, tx, db.Q(`SELECT `+columns+` FROM deliberation_survey WHERE realm = ? AND id = ?`, realm, id).Locked(tx))
}

func one(ctx context.Context, tx *db.Tx, q *db.Query) (Survey, error) {
	var r row
	err := q.Row(ctx, tx).Scan(r.fields()...)
	if errors.Is(err, db.ErrNoRows) {
		err = fault.New(fault.Missing, "survey.missing")
	}
	if err != nil {
		return Survey{}, err
	}
	return r.decode()
}

// update stores what became of a survey; result is empty while it is not counted.
func update(ctx context.Context, tx *db.Tx, v Survey, result string) error {
	options, err := json.Marshal(v.Options)
	if err != nil {
		return err
	}
	return db.Q(`
		UPDATE deliberation_survey SET question = ?, about = ?, options = ?, state = ?, reason = ?, opened_at = ?, ended_at = ?, revision = revision + 1`,
		v.Question, v.About, string(options), v.State, v.Reason, micro(v.Opened), micro(v.Ended)).
		If(result != "", `, result = ?`, result).
		Add(` WHERE realm = ? AND id = ?`, v.Realm, v.ID).Later(ctx, tx)
}

func keepResult(ctx context.Context, tx *db.Tx, v Survey, r Result) error {
	body, err := json.Marshal(r)
	if err != nil {
		return err
	}
	return update(ctx, tx, v, string(body))
}

func resultOf(ctx context.Context, tx *db.Tx, v Survey) (r Result, err error) {
	var body string
	if err := tx.QueryRow(ctx, `SELECT result FROM deliberation_survey WHERE realm = ? AND id = ?`, v.Realm, v.ID).Scan(&body); err != nil {
		return r, err
	}
	return r, json.Unmarshal([]byte(body), &r)
}

func many(ctx context.Context, tx *db.Tx, q *db.Query) ([]Survey, error) {
	rows, err := db.All(ctx, tx, q, (*row).fields)
	out := make([]Survey, 0, len(rows))
	for i := range rows {
		v, bad := rows[i].decode()
		if bad != nil {
			return nil, bad
		}
		out = append(out, v)
	}
	return out, err
}

// forMost bounds the surveys that are listed for one purpose.
const forMost = 100

func forPurpose(ctx context.Context, tx *db.Tx, realm, purpose string) ([]Survey, error) {
	return many(ctx, tx, db.Q(`SELECT `+columns+` FROM deliberation_survey WHERE realm = ? AND purpose = ? AND purpose <> '' ORDER BY id LIMIT ?`,
		realm, purpose, forMost))
}

func inState(ctx context.Context, tx *db.Tx, realm string, state State, after string, limit int) ([]Survey, error) {
	return many(ctx, tx, db.Q(`SELECT `+columns+` FROM deliberation_survey WHERE realm = ? AND state = ?`, realm, state).
		If(after != "", ` AND id < ?`, after).Add(` ORDER BY id DESC LIMIT ?`, limit))
}

func listed(ctx context.Context, tx *db.Tx, realm string, in org.Area, after string, limit int) ([]Survey, error) {
	return many(ctx, tx, db.Q(`SELECT `+columns+` FROM deliberation_survey WHERE realm = ? AND place >= ? AND place < ?`, realm, in.Lo, in.Hi).
		If(after != "", ` AND id < ?`, after).Add(` ORDER BY id DESC LIMIT ?`, limit))
}

// dueMost bounds the surveys that are counted at a time.
const dueMost = 100

func dueOf(ctx context.Context, tx *db.Tx, realm string, now time.Time) ([]string, error) {
	return db.All(ctx, tx, db.Q(`SELECT id FROM deliberation_survey WHERE realm = ? AND state = ? AND closes_at <= ? ORDER BY closes_at, id LIMIT ?`,
		realm, Running, now.UnixMicro(), dueMost), func(s *string) []any { return []any{s} })
}
