// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package identity

import (
	"context"
	"errors"
	"strings"
	"time"

	"pavilion/internal/platform/db"
)

// tokenRow receives the columns that need a conversion.
type tokenRow struct {
	Token
	scopes                  string
	created, until, revoked int64
}

func (r *tokenRow) fields() []any {
	return []any{&r.ID, &r.Account, &r.Name, &r.scopes, &r.created, &r.until, &r.revoked, &r.UsedOn}
}

func (r *tokenRow) token() Token {
	r.Scopes, r.Created, r.Until = strings.Fields(r.scopes), time.UnixMicro(r.created), time.UnixMicro(r.until)
	if r.revoked > 0 {
		r.Revoked = time.UnixMicro(r.revoked)
	}
	return r.Token
}

func insertToken(ctx context.Context, tx *db.Tx, realm, sum string, t Token) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO identity_token (realm, digest, id, account, name, scopes, created_at, until_at, revoked_at, used_on)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, '')`,
		realm, sum, t.ID, t.Account, t.Name, strings.Join(t.Scopes, " "), t.Created.UnixMicro(), t.Until.UnixMicro())
	return err
}

func tokens(ctx context.Context, tx *db.Tx, realm, account string) ([]Token, error) {
	rows, err := db.All(ctx, tx, db.Q(`
		SELECT id, account, name, scopes, created_at, until_at, revoked_at, used_on FROM identity_token
		WHERE realm = ? AND account = ? ORDER BY created_at DESC, id DESC`, realm, account), (*tokenRow).fields)
	out := make([]Token, len(rows))
	for i := range rows {
		out[i] = rows[i].token()
	}
	return out, err
}

func revokeToken(ctx context.Context, tx *db.Tx, realm, account, id string, at time.Time) (int64, error) {
	return tx.Exec(ctx, `
		UPDATE identity_token SET revoked_at = CASE WHEN revoked_at = 0 THEN ? ELSE revoked_at END
		WHERE realm = ? AND account = ? AND id = ?`, at.UnixMicro(), realm, account, id)
}

// tokenByDigest returns a token and its owner, without grants.
func tokenByDigest(ctx context.Context, tx *db.Tx, realm, sum string) (Actor, Token, error) {
	a := Actor{Realm: realm}
	var r tokenRow
	err := tx.QueryRow(ctx, `
		SELECT t.id, t.account, t.name, t.scopes, t.created_at, t.until_at, t.revoked_at, t.used_on, a.id, a.name, a.language
		FROM identity_token t JOIN identity_account a ON a.realm = t.realm AND a.id = t.account
		WHERE t.realm = ? AND t.digest = ? AND a.disabled_at = 0`, realm, sum).
		Scan(append(r.fields(), &a.Account, &a.Name, &a.Language)...)
	if errors.Is(err, db.ErrNoRows) {
		err = errOut
	}
	return a, r.token(), err
}

func touchToken(ctx context.Context, tx *db.Tx, realm, sum, day string) error {
	_, err := tx.Exec(ctx, `UPDATE identity_token SET used_on = ? WHERE realm = ? AND digest = ?`, day, realm, sum)
	return err
}
