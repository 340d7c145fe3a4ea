// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package identity

import (
	"context"
	"errors"
	"time"

	"pavilion/internal/base/page"
	"pavilion/internal/platform/db"
)

// micros and instant turn times into what is stored and back; zero stays zero.
func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

func instant(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return time.UnixMicro(us).UTC()
}

// accountColumns are those that accountRow.fields scans, in their order.
const accountColumns = `realm, id, login, name, language, mail,
	CASE WHEN password = '' THEN 0 ELSE 1 END, disabled_at, created_at, revision`

// accountRow is an Account as the table holds it.
type accountRow struct {
	Account
	ready, disabled, created int64
}

func (r *accountRow) fields() []any {
	return []any{&r.Realm, &r.ID, &r.Login, &r.Name, &r.Language, &r.Mail,
		&r.ready, &r.disabled, &r.created, &r.Revision}
}

func (r *accountRow) account() Account {
	a := r.Account
	a.Ready, a.Disabled, a.Created = r.ready == 1, instant(r.disabled), instant(r.created)
	return a
}

func insertAccount(ctx context.Context, tx *db.Tx, a Account, phc string) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO identity_account
		(realm, id, login, name, password, language, mail, disabled_at, created_at, revision)
		VALUES (?, ?, ?, ?, ?, ?, ?, 0, ?, ?)`,
		a.Realm, a.ID, a.Login, a.Name, phc, a.Language, a.Mail, micros(a.Created), a.Revision)
	return err
}

func accountByID(ctx context.Context, tx *db.Tx, realm, id string) (Account, error) {
	var r accountRow
	err := tx.QueryRow(ctx, `SELECT `+accountColumns+` FROM identity_account
		WHERE realm = ? AND id = ?`, realm, id).Scan(r.fields()...)
	if errors.Is(err, db.ErrNoRows) {
		return Account{}, errMissing
	}
	return r.account(), err
}

func accounts(ctx context.Context, tx *db.Tx, realm string, c page.Cursor, limit int) ([]Account, error) {
	q := db.Q(`SELECT `+accountColumns+` FROM identity_account WHERE realm = ?`, realm).
		If(c != page.Cursor{}, ` AND (created_at, id) < (?, ?)`, c.At, c.ID).
		Add(` ORDER BY created_at DESC, id DESC LIMIT ?`, limit)
	rows, err := db.All(ctx, tx, q, (*accountRow).fields)
	list := make([]Account, len(rows))
	for i := range rows {
		list[i] = rows[i].account()
	}
	return list, err
}

// amendAccount changes what a says, if it still has the revision a names.
func amendAccount(ctx context.Context, tx *db.Tx, a Account) error {
	n, err := tx.Exec(ctx, `
		UPDATE identity_account SET name = ?, language = ?, mail = ?, revision = revision + 1
		WHERE realm = ? AND id = ? AND revision = ?`,
		a.Name, a.Language, a.Mail, a.Realm, a.ID, a.Revision)
	if err == nil && n == 0 {
		return errStale
	}
	return err
}

func setDisabled(ctx context.Context, tx *db.Tx, realm, account string, at time.Time) error {
	_, err := tx.Exec(ctx, `
		UPDATE identity_account SET disabled_at = ?, revision = revision + 1
		WHERE realm = ? AND id = ?`, micros(at), realm, account)
	return err
}

func setPassword(ctx context.Context, tx *db.Tx, realm, account, phc string) error {
	_, err := tx.Exec(ctx, `
		UPDATE identity_account SET password = ?, revision = revision + 1
		WHERE realm = ? AND id = ?`, phc, realm, account)
	return err
}

// passwordByLogin returns empty strings for an unknown login, and an empty hash
// for a disabled account.
func passwordByLogin(ctx context.Context, tx *db.Tx, realm, login string) (id, phc string, err error) {
	err = tx.QueryRow(ctx, `
		SELECT id, CASE WHEN disabled_at = 0 THEN password ELSE '' END FROM identity_account
		WHERE realm = ? AND login = ?`, realm, login).Scan(&id, &phc)
	if errors.Is(err, db.ErrNoRows) {
		return "", "", nil
	}
	return id, phc, err
}

func passwordByID(ctx context.Context, tx *db.Tx, realm, id string) (login, phc string, err error) {
	err = tx.QueryRow(ctx, `SELECT login, password FROM identity_account WHERE realm = ? AND id = ?`,
		realm, id).Scan(&login, &phc)
	if errors.Is(err, db.ErrNoRows) {
		err = errMissing
	}
	return login, phc, err
}

// lockAccount keeps an account from changing until the commit, if its owner may
// still sign in with the hash seen before.
func lockAccount(ctx context.Context, tx *db.Tx, realm, id, phc string) (int64, error) {
	return tx.Exec(ctx, `
		UPDATE identity_account SET revision = revision
		WHERE realm = ? AND id = ? AND password = ? AND disabled_at = 0`, realm, id, phc)
}
