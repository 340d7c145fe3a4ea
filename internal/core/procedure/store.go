// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package procedure

import (
	"context"
	"errors"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/platform/db"
)

func insert(ctx context.Context, tx *db.Tx, realm string, d *Definition, text, by string, at time.Time) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO procedure_version (realm, name, version, body, basis, published_at, published_by)
		VALUES (?, ?, ?, ?, ?, ?, ?)`, realm, d.Name, d.Version, text, d.Basis, at.UnixMicro(), by)
	return err
}

// newest returns the last version and its text; version 0 is none.
func newest(ctx context.Context, tx *db.Tx, realm, name string) (version int, text string, err error) {
	err = tx.QueryRow(ctx, `
		SELECT version, body FROM procedure_version
		WHERE realm = ? AND name = ? ORDER BY version DESC LIMIT 1`, realm, name).Scan(&version, &text)
	if errors.Is(err, db.ErrNoRows) {
		return 0, "", nil
	}
	return version, text, err
}

// find returns the text of a version, or of the last one for version 0.
func find(ctx context.Context, tx *db.Tx, realm, name string, version int) (text string, err error) {
	if version == 0 {
		version, text, err = newest(ctx, tx, realm, name)
		if err == nil && version == 0 {
			err = fault.New(fault.Missing, "procedure.missing")
		}
		return text, err
	}
	err = tx.QueryRow(ctx, `
		SELECT body FROM procedure_version
		WHERE realm = ? AND name = ? AND version = ?`, realm, name, version).Scan(&text)
	if errors.Is(err, db.ErrNoRows) {
		return "", fault.New(fault.Missing, "procedure.missing")
	}
	return text, err
}
