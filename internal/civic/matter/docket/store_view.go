// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package docket

import (
	"context"
	"time"

	"pavilion/internal/platform/db"
)

func views(ctx context.Context, tx *db.Tx, realm, account string) ([]View, error) {
	return db.All(ctx, tx, db.Q(`
		SELECT id, name, query FROM matter_view WHERE realm = ? AND account = ? ORDER BY name, id`, realm, account),
		func(v *View) []any { return []any{&v.ID, &v.Name, &v.Query} })
}

func insertView(ctx context.Context, tx *db.Tx, realm, account string, v View, at time.Time) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO matter_view (realm, account, id, name, query, created_at) VALUES (?, ?, ?, ?, ?, ?)`,
		realm, account, v.ID, v.Name, v.Query, at.UnixMicro())
	return err
}

func updateView(ctx context.Context, tx *db.Tx, realm string, v View) error {
	_, err := tx.Exec(ctx, `UPDATE matter_view SET query = ? WHERE realm = ? AND id = ?`, v.Query, realm, v.ID)
	return err
}
