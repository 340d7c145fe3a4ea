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

// raiseVersion locks the realm's row until the commit. A realm that is only
// being created has none.
func raiseVersion(ctx context.Context, tx *db.Tx, realm string) error {
	_, err := tx.Exec(ctx, `UPDATE org_realm SET version = version + 1 WHERE realm = ?`, realm)
	return err
}

func listRealms(ctx context.Context, tx *db.Tx) ([]Realm, error) {
	return db.All(ctx, tx, db.Q(`SELECT realm, name, version FROM org_realm`), func(r *Realm) []any {
		return []any{&r.ID, &r.Name, &r.Version}
	})
}

// areaColumns are an area's, in the order of areaRow.fields.
const areaColumns = `realm, id, parent, kind, code, name, lo, hi, town, depth, shape, synthetic, revision`

type areaRow struct {
	Area
	shape string
}

func (r *areaRow) fields() []any {
	a := &r.Area
	return []any{&a.Realm, &a.ID, &a.Parent, &a.Kind, &a.Code, &a.Name, &a.Lo, &a.Hi, &a.Town, &a.Depth, &r.shape, &a.Synthetic, &a.Revision}
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
	synthetic := 0
	if a.Synthetic {
		synthetic = 1
	}
	_, err := tx.Exec(ctx, `
		INSERT INTO org_area (`+areaColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		a.Realm, a.ID, a.Parent, a.Kind, a.Code, a.Name, a.Lo, a.Hi, a.Town, a.Depth, shapeText(a.Shape), synthetic, a.Revision)
	return err
}

func shapeText(m geo.MultiPolygon) string {
	if len(m) == 0 {
		return ""
	}
	return string(m.GeoJSON())
}

func updateArea(ctx context.Context, tx *db.Tx, a Area) error {
	n, err := tx.Exec(ctx, `
		UPDATE org_area SET name = ?, shape = ?, synthetic = 0, revision = revision + 1
		WHERE realm = ? AND id = ? AND revision = ?`, a.Name, shapeText(a.Shape), a.Realm, a.ID, a.Revision)
	if err == nil && n == 0 {
		err = fault.New(fault.Stale, "org.stale")
	}
	return err
}

// setShape gives the area with a code an outline, and reports whether there is one.
func setShape(ctx context.Context, tx *db.Tx, realm, code string, shape geo.MultiPolygon) (bool, error) {
	n, err := tx.Exec(ctx, `
		UPDATE org_area SET shape = ?, synthetic = 0, revision = revision + 1
		WHERE realm = ? AND code = ? AND code <> ''`, shapeText(shape), realm, code)
	return n == 1, err
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
		INSERT INTO org_body (realm, id, kind, name, area, lo, hi, revision) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		b.Realm, b.ID, b.Kind, b.Name, b.Area, b.Lo, b.Hi, b.Revision)
	return err
}

func listBodies(ctx context.Context, tx *db.Tx, realm string) ([]Body, error) {
	return db.All(ctx, tx, db.Q(`
		SELECT realm, id, kind, name, area, lo, hi, revision FROM org_body WHERE realm = ? ORDER BY name, id`, realm), func(b *Body) []any {
		return []any{&b.Realm, &b.ID, &b.Kind, &b.Name, &b.Area, &b.Lo, &b.Hi, &b.Revision}
	})
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
