// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package gathering

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"pavilion/internal/base/fault"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/seal"
)

// insertMinutes keeps the next version of the minutes and returns its number.
func (s *Service) insertMinutes(ctx context.Context, tx *db.Tx, g Gathering, m Minutes, v Version) (int, error) {
	err := tx.QueryRow(ctx, `SELECT COALESCE(MAX(n), 0) FROM gathering_minutes WHERE realm = ? AND gathering = ?`, g.Realm, g.ID).Scan(&v.N)
	if err != nil {
		return 0, err
	}
	v.N++
	plain, err := json.Marshal(m)
	if err != nil {
		return 0, err
	}
	sealed, err := s.Box.Seal(g.Realm, minutesText(g.Realm, textKey(g.ID, v.N)), plain)
	if err != nil {
		return 0, err
	}
	signed := 0
	if v.Signed {
		signed = 1
	}
	_, err = tx.Exec(ctx, `INSERT INTO gathering_minutes (realm, gathering, n, sealed, reason, signed, account, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		g.Realm, g.ID, v.N, sealed, v.Reason, signed, v.By, micro(v.At))
	return v.N, err
}

// minutesText names the row that a sealed text belongs to.
func minutesText(realm, key string) string { return "gathering_minutes/" + realm + "/" + key }

// textKey is the key of a version, as sealed columns are listed by.
func textKey(gathering string, n int) string { return fmt.Sprintf("%s/%06d", gathering, n) }

// versionRow is a version as it is stored.
type versionRow struct {
	Version
	sealed     string
	signed, at int64
}

// minutesOf returns the newest minutes, and all versions.
func (s *Service) minutesOf(ctx context.Context, tx *db.Tx, g Gathering) (m Minutes, list []Version, err error) {
	rows, err := s.versions(ctx, tx, g)
	for i, r := range rows {
		r.At, r.Signed = instant(r.at), r.signed != 0
		list = append(list, r.Version)
		if i == 0 {
			if m, err = s.opened(g, r); err != nil {
				return m, nil, err
			}
		}
	}
	return m, list, err
}

func (s *Service) versions(ctx context.Context, tx *db.Tx, g Gathering) ([]versionRow, error) {
	return db.All(ctx, tx, db.Q(`
		SELECT n, sealed, reason, signed, account, at FROM gathering_minutes WHERE realm = ? AND gathering = ? ORDER BY n DESC`, g.Realm, g.ID),
		func(r *versionRow) []any { return []any{&r.N, &r.sealed, &r.Reason, &r.signed, &r.By, &r.at} })
}

// opened is the text of a version; nothing once it is forgotten.
func (s *Service) opened(g Gathering, r versionRow) (m Minutes, err error) {
	if r.sealed == "" {
		return m, nil
	}
	plain, err := s.Box.Open(r.sealed, minutesText(g.Realm, textKey(g.ID, r.N)))
	if err != nil {
		return m, fmt.Errorf("minutes of %s: %w", Subject(g.ID), err)
	}
	return m, json.Unmarshal(plain, &m)
}

const resolutionColumns = `realm, id, gathering, n, item, duty, body, text, due, terms, place, done, note, dropped, at, revision`

// resolutionRow is a resolution as it is stored.
type resolutionRow struct {
	Resolution
	terms string
	at    int64
}

func (r *resolutionRow) fields() []any {
	return []any{
		&r.Realm, &r.ID, &r.Gathering, &r.N, &r.Item, &r.Duty, &r.Body, &r.Text, &r.Due, &r.terms, &r.Place, &r.Done, &r.Note, &r.Dropped, &r.at,
		&r.Revision,
	}
}

func (r *resolutionRow) decode() (Resolution, error) {
	out := r.Resolution
	out.At = instant(r.at)
	return out, json.Unmarshal([]byte(r.terms), &out.Terms)
}

func insertResolution(ctx context.Context, tx *db.Tx, r Resolution) error {
	terms, err := json.Marshal(r.Terms)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO gathering_resolution (`+resolutionColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		r.Realm, r.ID, r.Gathering, r.N, r.Item, r.Duty, r.Body, r.Text, r.Due, string(terms), r.Place, r.Done, r.Note, r.Dropped, micro(r.At), r.Revision)
	return err
}

func updateResolution(ctx context.Context, tx *db.Tx, r *Resolution) error {
	_, err := tx.Exec(ctx, `UPDATE gathering_resolution SET done = ?, note = ?, dropped = ?, revision = ? WHERE realm = ? AND id = ?`,
		r.Done, r.Note, r.Dropped, r.Revision+1, r.Realm, r.ID)
	r.Revision++
	return err
}

func findResolution(ctx context.Context, tx *db.Tx, realm, id string) (Resolution, error) {
	return oneResolution(ctx, tx, db.Q(`SELECT `+resolutionColumns+` FROM gathering_resolution WHERE realm = ? AND id = ?`, realm, id))
}

func lockedResolution(ctx context.Context, tx *db.Tx, realm, id string) (Resolution, error) {
	return oneResolution(ctx, tx, db.Q(`SELECT `+resolutionColumns+` FROM gathering_resolution WHERE realm = ? AND id = ?`, realm, id).Locked(tx))
}

func oneResolution(ctx context.Context, tx *db.Tx, q *db.Query) (Resolution, error) {
	var r resolutionRow
	err := q.Row(ctx, tx).Scan(r.fields()...)
	if errors.Is(err, db.ErrNoRows) {
		err = fault.New(fault.Missing, "gathering.resolution_missing")
	}
	if err != nil {
		return Resolution{}, err
	}
	return r.decode()
}

func resolutions(ctx context.Context, tx *db.Tx, g Gathering) ([]Resolution, error) {
	rows, err := db.All(ctx, tx, db.Q(`SELECT `+resolutionColumns+` FROM gathering_resolution WHERE realm = ? AND gathering = ? ORDER BY n`, g.Realm, g.ID),
		(*resolutionRow).fields)
	if err != nil {
		return nil, err
	}
	out := make([]Resolution, len(rows))
	for i := range rows {
		if out[i], err = rows[i].decode(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func insertFiling(ctx context.Context, tx *db.Tx, r Resolution, f Filing) (made bool, err error) {
	n, err := tx.Exec(ctx, `
		INSERT INTO gathering_filing (realm, id, gathering, resolution, unit, number, day, photos, at, account) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT DO NOTHING`, r.Realm, f.ID, r.Gathering, r.ID, f.Unit, f.Number, f.Day, f.Photos, micro(f.At), f.By)
	return n == 1, err
}

// filingsOf lists the filings of a gathering, or of one of its resolutions.
func filingsOf(ctx context.Context, tx *db.Tx, realm, gathering, resolution string) (out []Filing, err error) {
	type stored struct {
		Filing
		at int64
	}
	rows, err := db.All(ctx, tx, db.Q(`
		SELECT id, resolution, unit, number, day, photos, at, account FROM gathering_filing WHERE realm = ? AND gathering = ?`, realm, gathering).
		If(resolution != "", ` AND resolution = ?`, resolution).Add(` ORDER BY at, id`),
		func(r *stored) []any {
			return []any{&r.ID, &r.Resolution, &r.Unit, &r.Number, &r.Day, &r.Photos, &r.at, &r.By}
		})
	for _, r := range rows {
		r.At = instant(r.at)
		out = append(out, r.Filing)
	}
	return out, err
}

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
