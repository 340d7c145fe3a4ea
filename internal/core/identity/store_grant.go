// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package identity

import (
	"context"
	"errors"
	"strings"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/platform/db"
)

// grantColumns are those that grantRow.fields scans, in their order.
const grantColumns = `realm, id, account, role, area, lo, hi, town, body, from_at, until_at,
	basis, origin, reason, given_by, kinds`

// grantRow is a Grant as the table holds it.
type grantRow struct {
	Grant
	from, until int64
	kinds       string
}

func (r *grantRow) fields() []any {
	return []any{&r.Realm, &r.ID, &r.Account, &r.Role, &r.Area, &r.Lo, &r.Hi, &r.Town,
		&r.Body, &r.from, &r.until, &r.Basis, &r.Origin, &r.Reason, &r.By, &r.kinds}
}

func (r *grantRow) grant() Grant {
	g := r.Grant
	g.From, g.Until, g.Kinds = instant(r.from), instant(r.until), strings.Fields(r.kinds)
	return g
}

func insertGrant(ctx context.Context, tx *db.Tx, g Grant) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO identity_grant
		(realm, id, account, role, area, lo, hi, town, body, from_at, until_at, revoked_at,
		basis, origin, reason, given_by, kinds)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?, ?, ?)`,
		g.Realm, g.ID, g.Account, string(g.Role), g.Area, g.Lo, g.Hi, g.Town, g.Body,
		micros(g.From), micros(g.Until), string(g.Basis), g.Origin, g.Reason, g.By, strings.Join(g.Kinds, " "))
	return err
}

func grantByID(ctx context.Context, tx *db.Tx, realm, id string) (Grant, error) {
	var r grantRow
	err := tx.QueryRow(ctx, `SELECT `+grantColumns+` FROM identity_grant
		WHERE realm = ? AND id = ?`, realm, id).Scan(r.fields()...)
	if errors.Is(err, db.ErrNoRows) {
		return Grant{}, fault.New(fault.Missing, "identity.grant_missing")
	}
	return r.grant(), err
}

// revokeGrant ends a grant and counts it; what was delegated of it ends too.
func revokeGrant(ctx context.Context, tx *db.Tx, realm, id string, now time.Time) (int64, error) {
	n, err := tx.Exec(ctx, `
		UPDATE identity_grant SET revoked_at = ?
		WHERE realm = ? AND id = ? AND revoked_at = 0 AND (until_at = 0 OR until_at > ?)`,
		micros(now), realm, id, micros(now))
	if err != nil || n == 0 {
		return n, err
	}
	_, err = tx.Exec(ctx, `
		UPDATE identity_grant SET revoked_at = ?
		WHERE realm = ? AND origin = ? AND origin <> '' AND revoked_at = 0`, micros(now), realm, id)
	return n, err
}

// revokeDelegated ends what an account has delegated.
func revokeDelegated(ctx context.Context, tx *db.Tx, realm, account string, now time.Time) error {
	_, err := tx.Exec(ctx, `
		UPDATE identity_grant SET revoked_at = ?
		WHERE realm = ? AND origin <> '' AND revoked_at = 0
		AND origin IN (SELECT o.id FROM identity_grant o WHERE o.realm = ? AND o.account = ?)`,
		micros(now), realm, realm, account)
	return err
}

// holdAccount keeps an account's grants from changing until the commit. It
// counts the accounts, which is 0 if there is none.
func holdAccount(ctx context.Context, tx *db.Tx, realm, id string) (int64, error) {
	return tx.Exec(ctx, `UPDATE identity_account SET revision = revision WHERE realm = ? AND id = ?`, realm, id)
}

// given returns what an account gave others for a time, or itself, that has not ended.
func given(ctx context.Context, tx *db.Tx, realm, account string, now time.Time) ([]Grant, error) {
	return grantRows(ctx, tx, db.Q(`SELECT `+grantColumns+` FROM identity_grant
		WHERE realm = ? AND given_by = ? AND basis <> 'appointed' AND revoked_at = 0 AND until_at > ?
		ORDER BY id`, realm, account, micros(now)))
}

// covering returns the grants that count at a place at an instant, of accounts
// that may sign in, in order of role.
func covering(ctx context.Context, tx *db.Tx, realm string, role Role, place int64, at time.Time) ([]Grant, error) {
	return grantRows(ctx, tx, db.Q(`SELECT `+grantColumns+` FROM identity_grant g
		WHERE realm = ? AND role = ? AND lo <= ? AND hi > ? AND revoked_at = 0
		AND from_at <= ? AND (until_at = 0 OR until_at > ?)
		AND EXISTS (SELECT 1 FROM identity_account a WHERE a.realm = g.realm AND a.id = g.account AND a.disabled_at = 0)
		ORDER BY hi - lo, id`, realm, string(role), place, place, micros(at), micros(at)))
}

func grantRows(ctx context.Context, tx *db.Tx, q *db.Query) ([]Grant, error) {
	rows, err := db.All(ctx, tx, q, (*grantRow).fields)
	list := make([]Grant, len(rows))
	for i := range rows {
		list[i] = rows[i].grant()
	}
	return list, err
}

// grantsOf returns what an account has been granted and has not ended at now.
func grantsOf(ctx context.Context, tx *db.Tx, realm, account string, now time.Time) ([]Grant, error) {
	return grantRows(ctx, tx, db.Q(`SELECT `+grantColumns+` FROM identity_grant
		WHERE realm = ? AND account = ? AND revoked_at = 0 AND (until_at = 0 OR until_at > ?)
		ORDER BY id`, realm, account, micros(now)))
}

// holder is somebody who has a grant, and the kinds that it is narrowed to.
type holder struct{ account, kinds string }

func holders(ctx context.Context, tx *db.Tx, realm string, role Role, place int64, body string, at time.Time) ([]holder, error) {
	q := db.Q(`SELECT DISTINCT g.account, g.kinds FROM identity_grant g
		JOIN identity_account a ON a.realm = g.realm AND a.id = g.account
		WHERE g.realm = ? AND g.role = ? AND g.lo <= ? AND g.hi > ? AND g.revoked_at = 0
		AND g.from_at <= ? AND (g.until_at = 0 OR g.until_at > ?) AND a.disabled_at = 0`,
		realm, string(role), place, place, micros(at), micros(at)).
		If(role == Handler, ` AND g.body = ? AND g.body <> ''`, body)
	return db.All(ctx, tx, q, func(h *holder) []any { return []any{&h.account, &h.kinds} })
}

// liveGrant reports whether a grant has not been revoked, and keeps it so until
// the commit.
func liveGrant(ctx context.Context, tx *db.Tx, g Grant) (bool, error) {
	n, err := tx.Exec(ctx, `UPDATE identity_grant SET revoked_at = 0
		WHERE realm = ? AND id = ? AND revoked_at = 0`, g.Realm, g.ID)
	return n == 1, err
}
