// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package oversight

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/page"
	"pavilion/internal/platform/db"
)

// micros is how an instant is stored; none is 0.
func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// instant reads what micros stored.
func instant(n int64) time.Time {
	if n == 0 {
		return time.Time{}
	}
	return time.UnixMicro(n)
}

// within narrows a query to places; none narrow nothing.
func within(q *db.Query, places []span) {
	for i, p := range places {
		q.If(i == 0, ` AND (`).If(i > 0, ` OR `).Add(`place >= ? AND place < ?`, p.lo, p.hi)
	}
	q.If(len(places) > 0, `)`)
}

const sampleColumns = `realm, id, area, lo, hi, from_at, to_at, size, seed, frame, found, barred, inspector, at`

type sampleRow struct {
	Sample
	from, to, at int64
}

func (r *sampleRow) into() []any {
	return []any{&r.Realm, &r.ID, &r.Area, &r.Lo, &r.Hi, &r.from, &r.to, &r.Size, &r.Seed, &r.Frame, &r.Found, &r.Barred, &r.Inspector, &r.at}
}

func (r *sampleRow) sample() Sample {
	r.From, r.To, r.At = instant(r.from), instant(r.to), instant(r.at)
	return r.Sample
}

// insertSample keeps a sample, unless it is there.
func insertSample(ctx context.Context, tx *db.Tx, c Sample) (made bool, err error) {
	n, err := tx.Exec(ctx, `INSERT INTO deliberation_sample (`+sampleColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		c.Realm, c.ID, c.Area, c.Lo, c.Hi, micros(c.From), micros(c.To), c.Size, c.Seed, c.Frame, c.Found, c.Barred, c.Inspector, micros(c.At))
	return n == 1, err
}

func findSample(ctx context.Context, tx *db.Tx, realm, id string) (Sample, error) {
	var r sampleRow
	err := tx.QueryRow(ctx, `SELECT `+sampleColumns+` FROM deliberation_sample WHERE realm = ? AND id = ?`, realm, id).Scan(r.into()...)
	if errors.Is(err, db.ErrNoRows) {
		return Sample{}, fault.New(fault.Missing, "oversight.missing")
	}
	return r.sample(), err
}

// samplesOf lists samples, the newest first.
func samplesOf(ctx context.Context, tx *db.Tx, realm string, before page.Cursor, limit int) ([]Sample, error) {
	q := db.Q(`SELECT `+sampleColumns+` FROM deliberation_sample WHERE realm = ?`, realm).If(before.More(), ` AND id < ?`, before.ID).
		Add(` ORDER BY id DESC LIMIT ?`, limit)
	rows, err := db.All(ctx, tx, q, (*sampleRow).into)
	out := make([]Sample, len(rows))
	for i := range rows {
		out[i] = rows[i].sample()
	}
	return out, err
}

const inspectionColumns = `realm, id, sample, proceeding, title, why, place, inspector, state, findings, step, words, rounds, at, judged_at, revision`

type inspectionRow struct {
	Inspection
	findings   string
	at, judged int64
}

func (r *inspectionRow) into() []any {
	return []any{&r.Realm, &r.ID, &r.Sample, &r.Proceeding, &r.Title, &r.Why, &r.Place, &r.Inspector, &r.State, &r.findings, &r.Step, &r.Words, &r.Rounds, &r.at, &r.judged, &r.Revision}
}

func (r *inspectionRow) inspection() (Inspection, error) {
	r.At, r.Judged = instant(r.at), instant(r.judged)
	return r.Inspection, json.Unmarshal([]byte(r.findings), &r.Findings)
}

// insertInspection keeps an inspection, unless it is there.
func insertInspection(ctx context.Context, tx *db.Tx, i Inspection) (made bool, err error) {
	n, err := tx.Exec(ctx, `
		INSERT INTO deliberation_inspection (`+inspectionColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, '[]', '', '', 0, ?, 0, 1) ON CONFLICT DO NOTHING`,
		i.Realm, i.ID, i.Sample, i.Proceeding, i.Title, i.Why, i.Place, i.Inspector, i.State, micros(i.At))
	return n == 1, err
}

// updateInspection keeps what became of an inspection. It fails with Stale if somebody
// was quicker.
func updateInspection(ctx context.Context, tx *db.Tx, i Inspection) error {
	findings, err := json.Marshal(i.Findings)
	if err != nil {
		return err
	}
	n, err := tx.Exec(ctx, `
		UPDATE deliberation_inspection SET state = ?, findings = ?, step = ?, words = ?, rounds = ?, judged_at = ?, revision = revision + 1
		WHERE realm = ? AND id = ? AND revision = ?`,
		i.State, string(findings), i.Step, i.Words, i.Rounds, micros(i.Judged), i.Realm, i.ID, i.Revision)
	if err == nil && n == 0 {
		err = fault.New(fault.Stale, "oversight.stale")
	}
	return err
}

func findInspection(ctx context.Context, tx *db.Tx, realm, id string, lock bool) (Inspection, error) {
	q := db.Q(`SELECT `+inspectionColumns+` FROM deliberation_inspection WHERE realm = ? AND id = ?`, realm, id)
	if lock {
		q = q.Locked(tx)
	}
	var r inspectionRow
	err := q.Row(ctx, tx).Scan(r.into()...)
	if errors.Is(err, db.ErrNoRows) {
		return Inspection{}, fault.New(fault.Missing, "oversight.missing")
	}
	if err != nil {
		return Inspection{}, err
	}
	return r.inspection()
}

func inspectionsOf(ctx context.Context, tx *db.Tx, q *db.Query) ([]Inspection, error) {
	rows, err := db.All(ctx, tx, q, (*inspectionRow).into)
	out := make([]Inspection, 0, len(rows))
	for _, r := range rows {
		i, bad := r.inspection()
		if bad != nil {
			return nil, bad
		}
		out = append(out, i)
	}
	return out, err
}

// ofSample lists what was drawn with a sample, in the order of the lots.
func ofSample(ctx context.Context, tx *db.Tx, realm, sample string) ([]Inspection, error) {
	return inspectionsOf(ctx, tx, db.Q(`SELECT `+inspectionColumns+` FROM deliberation_inspection WHERE realm = ? AND sample <> '' AND sample = ? ORDER BY id LIMIT ?`,
		realm, sample, MaxSize))
}

// inState lists inspections in a state, the oldest first.
func inState(ctx context.Context, tx *db.Tx, realm string, state State, places []span, after page.Cursor, limit int) ([]Inspection, error) {
	q := db.Q(`SELECT `+inspectionColumns+` FROM deliberation_inspection WHERE realm = ? AND state = ?`, realm, state).
		If(after.More(), ` AND (at, id) > (?, ?)`, after.At, after.ID)
	within(q, places)
	return inspectionsOf(ctx, tx, q.Add(` ORDER BY at, id LIMIT ?`, limit))
}

// ofProceeding lists the inspections of a proceeding, the newest first.
func ofProceeding(ctx context.Context, tx *db.Tx, realm, id string) ([]Inspection, error) {
	return inspectionsOf(ctx, tx, db.Q(`SELECT `+inspectionColumns+` FROM deliberation_inspection WHERE realm = ? AND proceeding = ? ORDER BY at DESC, id DESC LIMIT ?`,
		realm, id, MaxSize))
}

const trailColumns = `realm, proceeding, title, subject, area, place, body, state, doers, bodies, red, begun_at, counted`

type trailRow struct {
	Trail
	doers, bodies, counted string
	begun                  int64
}

func (r *trailRow) into() []any {
	return []any{&r.Realm, &r.Proceeding, &r.Title, &r.Subject, &r.Area, &r.Place, &r.Body, &r.State, &r.doers, &r.bodies, &r.Red, &r.begun, &r.counted}
}

func (r *trailRow) trail() (Trail, error) {
	r.Doers, r.Bodies, r.Begun = strings.Fields(r.doers), strings.Fields(r.bodies), instant(r.begun)
	return r.Trail, json.Unmarshal([]byte(r.counted), &r.Counted)
}

func findTrail(ctx context.Context, tx *db.Tx, realm, id string, lock bool) (Trail, error) {
	q := db.Q(`SELECT `+trailColumns+` FROM deliberation_trail WHERE realm = ? AND proceeding = ?`, realm, id)
	if lock {
		q = q.Locked(tx)
	}
	var r trailRow
	err := q.Row(ctx, tx).Scan(r.into()...)
	if errors.Is(err, db.ErrNoRows) {
		return Trail{}, fault.New(fault.Missing, "oversight.missing")
	}
	if err != nil {
		return Trail{}, err
	}
	return r.trail()
}

// trailsOf lists rows of proceedings by when these began, narrowed to those with red
// steps or not, the newest first.
func trailsOf(ctx context.Context, tx *db.Tx, realm string, red bool, places []span, before page.Cursor, limit int) ([]Trail, error) {
	q := db.Q(`SELECT `+trailColumns+` FROM deliberation_trail WHERE realm = ?`, realm).If(red, ` AND red > 0`).
		If(before.More(), ` AND (begun_at, proceeding) < (?, ?)`, before.At, before.ID)
	within(q, places)
	rows, err := db.All(ctx, tx, q.Add(` ORDER BY begun_at DESC, proceeding DESC LIMIT ?`, limit), (*trailRow).into)
	out := make([]Trail, 0, len(rows))
	for _, r := range rows {
		t, bad := r.trail()
		if bad != nil {
			return nil, bad
		}
		out = append(out, t)
	}
	return out, err
}
