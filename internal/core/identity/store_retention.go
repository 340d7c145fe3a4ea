// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package identity

import (
	"context"
	"time"

	"pavilion/internal/platform/db"
)

// sweep deletes what no longer means anything.
func sweep(ctx context.Context, tx *db.Tx, realm string, now time.Time) error {
	if _, err := tx.Exec(ctx, `DELETE FROM identity_session WHERE realm = ? AND expires_at <= ?`,
		realm, now.UnixMicro()); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `DELETE FROM identity_session WHERE realm = ? AND seen_at <= ?`,
		realm, now.Add(-idle).UnixMicro()); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `DELETE FROM identity_half WHERE realm = ? AND expires_at <= ?`,
		realm, now.UnixMicro()); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `DELETE FROM identity_ceremony WHERE realm = ? AND expires_at <= ?`,
		realm, now.UnixMicro()); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `DELETE FROM identity_flow WHERE realm = ? AND expires_at <= ?`,
		realm, now.UnixMicro()); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `DELETE FROM identity_invite WHERE realm = ? AND expires_at <= ?`,
		realm, now.UnixMicro()); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `DELETE FROM identity_attempt WHERE realm = ? AND last_at <= ? AND known_at <= ?`,
		realm, now.Add(-forgotten).UnixMicro(), now.Add(-knownFor).UnixMicro())
	return err
}

// gone begins the sign-in name of an account whose owner was forgotten.
const gone = "gone-"

// Departure is an account that was disabled.
type Departure struct {
	Account string
	At      time.Time
	Open    bool // it is not disabled
}

// Departed lists accounts that were disabled up to an instant and whose owners are
// not forgotten, after the given one in the order of their ids; with only, that
// account, disabled or not.
func Departed(ctx context.Context, tx *db.Tx, realm, only string, before time.Time, after string, limit int) ([]Departure, error) {
	type row struct {
		id string
		at int64
	}
	q := db.Q(`SELECT id, disabled_at FROM identity_account WHERE realm = ? AND login NOT LIKE ?`, realm, gone+"%").
		If(only != "", ` AND id = ?`, only).If(only == "", ` AND disabled_at > 0 AND disabled_at <= ? AND id > ?`, before.UnixMicro(), after)
	rows, err := db.All(ctx, tx, q.Add(` ORDER BY id LIMIT ?`, limit), func(r *row) []any { return []any{&r.id, &r.at} })
	out := make([]Departure, len(rows))
	for i, r := range rows {
		out[i] = Departure{Account: r.id, At: time.UnixMicro(r.at), Open: r.at == 0}
	}
	return out, err
}

// ForgetOwner takes from an account all that says whose it was. The account itself
// stays: history and audit name it.
func ForgetOwner(ctx context.Context, tx *db.Tx, realm, account, sentence string) error {
	_, err := tx.Exec(ctx, `
		UPDATE identity_account SET login = ?, name = ?, mail = '', password = '', revision = revision + 1 WHERE realm = ? AND id = ?`,
		gone+account, sentence, realm, account)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `DELETE FROM identity_session WHERE realm = ? AND account = ?`, realm, account); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `DELETE FROM identity_invite WHERE realm = ? AND account = ?`, realm, account); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `UPDATE identity_grant SET reason = '' WHERE realm = ? AND account = ?`, realm, account)
	return err
}
