// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package federation

import (
	"context"
	"errors"
	"time"

	"pavilion/internal/platform/db"
)

func insertFlow(ctx context.Context, tx *db.Tx, realm, digest string, f flow, expires time.Time) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO identity_flow (realm, token, provider, purpose, account, invite, next, created_at, expires_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		realm, digest, f.provider, string(f.purpose), f.account, f.invite, f.next, f.began.UnixMicro(), expires.UnixMicro())
	return err
}

func flowByToken(ctx context.Context, tx *db.Tx, realm, digest string, now time.Time) (f flow, err error) {
	var began int64
	err = tx.QueryRow(ctx, `
		SELECT provider, purpose, account, invite, next, created_at FROM identity_flow
		WHERE realm = ? AND token = ? AND expires_at > ?`, realm, digest, now.UnixMicro()).
		Scan(&f.provider, &f.purpose, &f.account, &f.invite, &f.next, &began)
	if errors.Is(err, db.ErrNoRows) {
		return flow{}, errOver
	}
	f.began = time.UnixMicro(began).UTC()
	return f, err
}

// spendFlow ends a flow, once.
func spendFlow(ctx context.Context, tx *db.Tx, realm, digest string, now time.Time) error {
	n, err := tx.Exec(ctx, `
		UPDATE identity_flow SET expires_at = ? WHERE realm = ? AND token = ? AND expires_at > ?`,
		now.UnixMicro(), realm, digest, now.UnixMicro())
	if err == nil && n == 0 {
		return errOver
	}
	return err
}

// linkedTo returns whose account a subject is, or nothing.
func linkedTo(ctx context.Context, tx *db.Tx, realm, issuer, subject string) (account string, err error) {
	err = tx.QueryRow(ctx, `
		SELECT account FROM identity_link WHERE realm = ? AND issuer = ? AND subject = ?`, realm, issuer, subject).Scan(&account)
	if errors.Is(err, db.ErrNoRows) {
		return "", nil
	}
	return account, err
}

// putLink links a subject that is nobody's.
func putLink(ctx context.Context, tx *db.Tx, p Provider, subject, account string, now time.Time) (int64, error) {
	return tx.Exec(ctx, `
		INSERT INTO identity_link (realm, issuer, subject, account, since_at) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (realm, issuer, subject) DO UPDATE SET account = excluded.account, since_at = excluded.since_at
		WHERE identity_link.account = ''`, p.Realm, p.Issuer, subject, account, now.UnixMicro())
}

func endLink(ctx context.Context, tx *db.Tx, realm, account, issuer string) error {
	_, err := tx.Exec(ctx, `
		UPDATE identity_link SET account = '' WHERE realm = ? AND account = ? AND issuer = ?`, realm, account, issuer)
	return err
}

// ways lists a realm's providers that are active or linked to the account.
func ways(ctx context.Context, tx *db.Tx, realm, account string) ([]Way, error) {
	rows, err := db.All(ctx, tx, db.Q(`SELECT `+providerColumns+`, COALESCE(k.since_at, 0)
		FROM identity_provider p
		LEFT JOIN identity_link k ON k.realm = p.realm AND k.issuer = p.issuer AND k.account = ?
		WHERE p.realm = ? AND p.removed_at = 0 AND (p.active = 1 OR k.since_at > 0)
		ORDER BY p.created_at, p.id`, account, realm),
		func(r *providerRow) []any { return append(r.fields(), &r.since) })
	list := make([]Way, len(rows))
	for i := range rows {
		list[i].Provider = rows[i].provider()
		if rows[i].since > 0 {
			list[i].Since = time.UnixMicro(rows[i].since).UTC()
		}
	}
	return list, err
}
