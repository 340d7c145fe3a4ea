// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package intake

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/page"
	"pavilion/internal/platform/db"
)

const sourceColumns = `realm, id, name, area, place, mapping, by_account, at, revision`

// sourceRow receives the columns that need a conversion.
type sourceRow struct {
	Source
	mapping string
	at      int64
}

func (r *sourceRow) fields() []any {
	return []any{&r.Realm, &r.ID, &r.Name, &r.Area, &r.Place, &r.mapping, &r.By, &r.at, &r.Revision}
}

func (r *sourceRow) read() (Source, error) {
	r.At = time.UnixMicro(r.at)
	return r.Source, json.Unmarshal([]byte(r.mapping), &r.Source.Mapping)
}

func insertSource(ctx context.Context, tx *db.Tx, s Source) error {
	mapping, err := json.Marshal(s.Mapping)
	if err != nil {
		return err
	}
	n, err := tx.Exec(ctx, `
		INSERT INTO matter_intake_source (`+sourceColumns+`)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		s.Realm, s.ID, s.Name, s.Area, s.Place, string(mapping), s.By, s.At.UnixMicro(), s.Revision)
	if err == nil && n == 0 {
		err = fault.New(fault.Invalid, "intake.name_taken").At("name")
	}
	return err
}

func updateSource(ctx context.Context, tx *db.Tx, s Source) error {
	mapping, err := json.Marshal(s.Mapping)
	if err != nil {
		return err
	}
	n, err := tx.Exec(ctx, `
		UPDATE matter_intake_source SET mapping = ?, revision = revision + 1
		WHERE realm = ? AND id = ? AND revision = ?`, string(mapping), s.Realm, s.ID, s.Revision)
	if err == nil && n == 0 {
		err = fault.New(fault.Stale, "intake.stale")
	}
	return err
}

func findSource(ctx context.Context, tx *db.Tx, realm, id string) (Source, error) {
	var r sourceRow
	err := tx.QueryRow(ctx, `SELECT `+sourceColumns+` FROM matter_intake_source WHERE realm = ? AND id = ?`, realm, id).Scan(r.fields()...)
	if errors.Is(err, db.ErrNoRows) {
		return Source{}, fault.New(fault.Missing, "intake.source_missing")
	}
	if err != nil {
		return Source{}, err
	}
	return r.read()
}

func listSources(ctx context.Context, tx *db.Tx, realm string) ([]Source, error) {
	rows, err := db.All(ctx, tx, db.Q(`
		SELECT `+sourceColumns+` FROM matter_intake_source WHERE realm = ? ORDER BY name`, realm), (*sourceRow).fields)
	if err != nil {
		return nil, err
	}
	out := make([]Source, len(rows))
	for i := range rows {
		if out[i], err = rows[i].read(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

const runColumns = `realm, id, source, place, file, hash, about, mapping, found, state, lines, parts, next_part, made,
	repeated, by_account, at, checked_at, ended_at, revision`

// runRow receives the columns that need a conversion.
type runRow struct {
	Run
	about, mapping, found string
	at, checked, ended    int64
}

func (r *runRow) fields() []any {
	return []any{&r.Realm, &r.ID, &r.Source, &r.Place, &r.File, &r.Hash, &r.about, &r.mapping, &r.found, &r.State,
		&r.Lines, &r.Parts, &r.Next, &r.Made, &r.Repeated, &r.By, &r.at, &r.checked, &r.ended, &r.Revision}
}

// instant reads a stored instant; 0 is none.
func instant(micros int64) time.Time {
	if micros == 0 {
		return time.Time{}
	}
	return time.UnixMicro(micros)
}

func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// foundName is what the finds of a run are sealed for: they repeat words of its file.
func foundName(r Run) string { return "intake found " + r.Realm + " " + r.ID }

func (s *Service) read(r *runRow) (Run, error) {
	r.At, r.CheckedAt, r.EndedAt = instant(r.at), instant(r.checked), instant(r.ended)
	err := errors.Join(json.Unmarshal([]byte(r.about), &r.Run.About), json.Unmarshal([]byte(r.mapping), &r.Run.Mapping))
	if r.found != "" && err == nil {
		var plain []byte
		if plain, err = s.Matters.Box.Open(r.found, foundName(r.Run)); err == nil {
			err = json.Unmarshal(plain, &r.Run.Found)
		}
	}
	return r.Run, err
}

// written is what of a run is stored as JSON.
func (s *Service) written(r Run) (about, mapping, found string, err error) {
	a, errA := json.Marshal(r.About)
	m, errM := json.Marshal(r.Mapping)
	f, errF := json.Marshal(r.Found)
	found, errS := s.Matters.Box.Seal(r.Realm, foundName(r), f)
	return string(a), string(m), found, errors.Join(errA, errM, errF, errS)
}

func (s *Service) insertRun(ctx context.Context, tx *db.Tx, r Run) error {
	about, mapping, found, err := s.written(r)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO matter_intake_run (`+runColumns+`)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		r.Realm, r.ID, r.Source, r.Place, r.File, r.Hash, about, mapping, found, r.State, r.Lines, r.Parts, r.Next, r.Made,
		r.Repeated, r.By, micros(r.At), micros(r.CheckedAt), micros(r.EndedAt), r.Revision)
	return err
}

// updateRun stores a run as it is now, unless somebody changed it since its
// revision, and raises the revision.
func (s *Service) updateRun(ctx context.Context, tx *db.Tx, r *Run) error {
	_, mapping, found, err := s.written(*r)
	if err != nil {
		return err
	}
	n, err := tx.Exec(ctx, `
		UPDATE matter_intake_run
		SET mapping = ?, found = ?, state = ?, lines = ?, parts = ?, next_part = ?, made = ?, repeated = ?,
			by_account = ?, checked_at = ?, ended_at = ?, revision = revision + 1
		WHERE realm = ? AND id = ? AND revision = ?`,
		mapping, found, r.State, r.Lines, r.Parts, r.Next, r.Made, r.Repeated, r.By, micros(r.CheckedAt), micros(r.EndedAt),
		r.Realm, r.ID, r.Revision)
	if err == nil && n == 0 {
		err = fault.New(fault.Stale, "intake.stale")
	}
	r.Revision++
	return err
}

func (s *Service) findRun(ctx context.Context, tx *db.Tx, realm, id string) (Run, error) {
	var r runRow
	err := tx.QueryRow(ctx, `SELECT `+runColumns+` FROM matter_intake_run WHERE realm = ? AND id = ?`, realm, id).Scan(r.fields()...)
	if errors.Is(err, db.ErrNoRows) {
		return Run{}, fault.New(fault.Missing, "intake.run_missing")
	}
	if err != nil {
		return Run{}, err
	}
	return s.read(&r)
}

// findEarlier returns the id of the newest other run of a file that was started,
// or nothing.
func findEarlier(ctx context.Context, tx *db.Tx, r Run) (id string, err error) {
	err = tx.QueryRow(ctx, `
		SELECT id FROM matter_intake_run
		WHERE realm = ? AND source = ? AND hash = ? AND id <> ? AND state IN ('importing', 'done')
		ORDER BY id DESC LIMIT 1`, r.Realm, r.Source, r.Hash, r.ID).Scan(&id)
	if errors.Is(err, db.ErrNoRows) {
		return "", nil
	}
	return id, err
}

// listRuns lists runs by id, which orders them by time, the newest first.
func (s *Service) listRuns(ctx context.Context, tx *db.Tx, realm string, after page.Cursor, limit int) (page.Page[Run], error) {
	q := db.Q(`SELECT `+runColumns+` FROM matter_intake_run WHERE realm = ? AND state <> 'reading'`, realm).
		If(after.More(), ` AND id < ?`, after.ID).Add(` ORDER BY id DESC LIMIT ?`, limit+1)
	rows, err := db.All(ctx, tx, q, (*runRow).fields)
	if err != nil {
		return page.Page[Run]{}, err
	}
	out := make([]Run, len(rows))
	for i := range rows {
		if out[i], err = s.read(&rows[i]); err != nil {
			return page.Page[Run]{}, err
		}
	}
	return page.Cut(out, limit, func(r Run) page.Cursor { return page.Cursor{ID: r.ID} }), nil
}

func insertPart(ctx context.Context, tx *db.Tx, realm, run string, part int, sealed string) error {
	return tx.Later(ctx, `INSERT INTO matter_intake_part (realm, run, part, sealed) VALUES (?, ?, ?, ?)`, realm, run, part, sealed)
}

func findPart(ctx context.Context, tx *db.Tx, realm, run string, part int) (sealed string, err error) {
	err = tx.QueryRow(ctx, `SELECT sealed FROM matter_intake_part WHERE realm = ? AND run = ? AND part = ?`, realm, run, part).Scan(&sealed)
	if errors.Is(err, db.ErrNoRows) {
		return "", fault.New(fault.Missing, "intake.rows_gone")
	}
	return sealed, err
}
