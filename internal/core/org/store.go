// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package org

import (
	"context"
	"errors"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/geo"
	"pavilion/internal/platform/db"
)

func insertRealm(ctx context.Context, tx *db.Tx, r Realm, at time.Time) error {
	_, err := tx.Exec(ctx, `INSERT INTO org_realm (realm, name, version, created_at) VALUES (?, ?, 1, ?)`, r.ID, r.Name, at.UnixMicro())
	return err
}

// raiseVersion locks the realm's row until the commit.
func raiseVersion(ctx context.Context, tx *db.Tx, realm string) error {
	n, err := tx.Exec(ctx, `UPDATE org_realm SET version = version + 1 WHERE realm = ?`, realm)
	if err == nil && n == 0 {
		err = fault.New(fault.Missing, "org.realm_missing").At("realm")
	}
	return err
}

func listRealms(ctx context.Context, tx *db.Tx) ([]Realm, error) {
	return db.All(ctx, tx, db.Q(`SELECT realm, name, version FROM org_realm`), func(r *Realm) []any {
		return []any{&r.ID, &r.Name, &r.Version}
	})
}

// areaColumns are an area's, in the order of areaRow.fields.
const areaColumns = `realm, id, parent, kind, code, name, lo, hi, town, depth, shape, synthetic, grade, profile, revision`

type areaRow struct {
	Area
	shape string
}

func (r *areaRow) fields() []any {
	a := &r.Area
	return []any{&a.Realm, &a.ID, &a.Parent, &a.Kind, &a.Code, &a.Name, &a.Lo, &a.Hi, &a.Town, &a.Depth, &r.shape, &a.Synthetic,
		&a.Grade, &a.Profile, &a.Revision}
}

func (r *areaRow) area() (Area, error) {
	if r.shape == "" {
		return r.Area, nil
	}
	var err error
	r.Area.Shape, err = geo.ParseGeoJSON([]byte(r.shape))
	return r.Area, err
}

func insertArea(ctx context.Context, tx *db.Tx, a Area) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO org_area (`+areaColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		a.Realm, a.ID, a.Parent, a.Kind, a.Code, a.Name, a.Lo, a.Hi, a.Town, a.Depth, shapeText(a.Shape), flag(a.Synthetic),
		a.Grade, a.Profile, a.Revision)
	return err
}

func shapeText(m geo.MultiPolygon) string {
	if len(m) == 0 {
		return ""
	}
	return string(m.GeoJSON())
}

func flag(on bool) int {
	if on {
		return 1
	}
	return 0
}

func renameArea(ctx context.Context, tx *db.Tx, realm, id string, revision int, name string) error {
	n, err := tx.Exec(ctx, `
		UPDATE org_area SET name = ?, revision = revision + 1
		WHERE realm = ? AND id = ? AND revision = ?`, name, realm, id, revision)
	return met(ctx, tx, realm, id, n, err)
}

func reshapeArea(ctx context.Context, tx *db.Tx, a Area) error {
	n, err := tx.Exec(ctx, `
		UPDATE org_area SET shape = ?, synthetic = ?, revision = revision + 1
		WHERE realm = ? AND id = ? AND revision = ?`, shapeText(a.Shape), flag(a.Synthetic), a.Realm, a.ID, a.Revision)
	return met(ctx, tx, a.Realm, a.ID, n, err)
}

func gradeArea(ctx context.Context, tx *db.Tx, c GradeArea) error {
	n, err := tx.Exec(ctx, `
		UPDATE org_area SET grade = ?, profile = ?, revision = revision + 1
		WHERE realm = ? AND id = ? AND revision = ?`, c.Grade, c.Profile, c.Realm, c.ID, c.Revision)
	return met(ctx, tx, c.Realm, c.ID, n, err)
}

// met says why an update of one revision of an area changed n rows, if that is none.
func met(ctx context.Context, tx *db.Tx, realm, id string, n int64, err error) error {
	if err != nil || n > 0 {
		return err
	}
	if _, err := findArea(ctx, tx, realm, id); err != nil {
		return err
	}
	return fault.New(fault.Stale, "org.stale")
}

// setShape gives an area a surveyed outline, and reports whether it had another.
func setShape(ctx context.Context, tx *db.Tx, realm, id string, shape geo.MultiPolygon) (bool, error) {
	text := shapeText(shape)
	n, err := tx.Exec(ctx, `
		UPDATE org_area SET shape = ?, synthetic = 0, revision = revision + 1
		WHERE realm = ? AND id = ? AND (shape <> ? OR synthetic <> 0)`, text, realm, id, text)
	return n > 0, err
}

// listNames lists the areas without their outlines.
func listNames(ctx context.Context, tx *db.Tx, realm string) ([]Area, error) {
	return db.All(ctx, tx, db.Q(`SELECT id, parent, code, name FROM org_area WHERE realm = ?`, realm), func(a *Area) []any {
		return []any{&a.ID, &a.Parent, &a.Code, &a.Name}
	})
}

func findArea(ctx context.Context, tx *db.Tx, realm, id string) (Area, error) {
	var r areaRow
	err := tx.QueryRow(ctx, `SELECT `+areaColumns+` FROM org_area WHERE realm = ? AND id = ?`, realm, id).Scan(r.fields()...)
	if errors.Is(err, db.ErrNoRows) {
		return Area{}, fault.New(fault.Missing, "org.area_missing").At("area")
	}
	if err != nil {
		return Area{}, err
	}
	return r.area()
}

func countChildren(ctx context.Context, tx *db.Tx, realm, parent string) (n int, err error) {
	err = tx.QueryRow(ctx, `SELECT count(*) FROM org_area WHERE realm = ? AND parent = ?`, realm, parent).Scan(&n)
	return n, err
}

func listAreas(ctx context.Context, tx *db.Tx, realm string) ([]Area, error) {
	rows, err := db.All(ctx, tx, db.Q(`SELECT `+areaColumns+` FROM org_area WHERE realm = ?`, realm), (*areaRow).fields)
	if err != nil {
		return nil, err
	}
	out := make([]Area, len(rows))
	for i := range rows {
		if out[i], err = rows[i].area(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func insertBody(ctx context.Context, tx *db.Tx, b Body) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO org_body (`+bodyColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		b.Realm, b.ID, b.Kind, b.Name, b.Area, b.Lo, b.Hi, b.Revision)
	return err
}

// bodyColumns are a body's, in the order of bodyFields.
const bodyColumns = `realm, id, kind, name, area, lo, hi, revision`

func bodyFields(b *Body) []any {
	return []any{&b.Realm, &b.ID, &b.Kind, &b.Name, &b.Area, &b.Lo, &b.Hi, &b.Revision}
}

func listBodies(ctx context.Context, tx *db.Tx, realm string) ([]Body, error) {
	return db.All(ctx, tx, db.Q(`SELECT `+bodyColumns+` FROM org_body WHERE realm = ? ORDER BY name, id`, realm), bodyFields)
}

func findBody(ctx context.Context, tx *db.Tx, realm, id string) (Body, error) {
	var b Body
	err := tx.QueryRow(ctx, `SELECT `+bodyColumns+` FROM org_body WHERE realm = ? AND id = ?`, realm, id).Scan(bodyFields(&b)...)
	if errors.Is(err, db.ErrNoRows) {
		return Body{}, fault.New(fault.Missing, "org.body_missing").At("body")
	}
	return b, err
}

func insertPost(ctx context.Context, tx *db.Tx, p Post) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO org_post (realm, id, body, area, name, revision) VALUES (?, ?, ?, ?, ?, ?)`,
		p.Realm, p.ID, p.Body, p.Area, p.Name, p.Revision)
	return err
}

// Posts lists the posts of a body.
func Posts(ctx context.Context, tx *db.Tx, realm, body string) ([]Post, error) {
	return db.All(ctx, tx, db.Q(`
		SELECT realm, id, body, area, name, revision FROM org_post WHERE realm = ? AND body = ? ORDER BY id`, realm, body), func(p *Post) []any {
		return []any{&p.Realm, &p.ID, &p.Body, &p.Area, &p.Name, &p.Revision}
	})
}
