// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package factor

import (
	"context"
	"errors"
	"time"

	"pavilion/internal/platform/db"
	"pavilion/internal/platform/seal"
)

// row is a factor as it is kept: secret is sealed, and empty where there is none.
type row struct {
	secret  string
	counter int64
	since   time.Time
}

func load(ctx context.Context, tx *db.Tx, realm, account string) (r row, err error) {
	var since int64
	err = tx.QueryRow(ctx, `
		SELECT secret, counter, since_at FROM identity_factor
		WHERE realm = ? AND account = ? AND secret <> ''`, realm, account).Scan(&r.secret, &r.counter, &since)
	if errors.Is(err, db.ErrNoRows) {
		return row{}, nil
	}
	r.since = time.UnixMicro(since).UTC()
	return r, err
}

// put keeps a factor where there is none.
func put(ctx context.Context, tx *db.Tx, realm, account string, r row) (int64, error) {
	return tx.Exec(ctx, `
		INSERT INTO identity_factor (realm, account, secret, counter, since_at) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (realm, account) DO UPDATE
		SET secret = excluded.secret, counter = excluded.counter, since_at = excluded.since_at
		WHERE identity_factor.secret = ''`, realm, account, r.secret, r.counter, r.since.UnixMicro())
}

// advance keeps the last period used, unless it was used already.
func advance(ctx context.Context, tx *db.Tx, realm, account string, count int64) (int64, error) {
	return tx.Exec(ctx, `
		UPDATE identity_factor SET counter = ? WHERE realm = ? AND account = ? AND counter < ?`,
		count, realm, account, count)
}

func clearFactor(ctx context.Context, tx *db.Tx, realm, account string) (int64, error) {
	return tx.Exec(ctx, `
		UPDATE identity_factor SET secret = '' WHERE realm = ? AND account = ? AND secret <> ''`, realm, account)
}

func insertRecovery(ctx context.Context, tx *db.Tx, realm, account, digest string) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO identity_recovery (realm, account, digest, used_at) VALUES (?, ?, ?, 0)`, realm, account, digest)
	return err
}

func spendRecovery(ctx context.Context, tx *db.Tx, realm, account, digest string, now time.Time) (int64, error) {
	return tx.Exec(ctx, `
		UPDATE identity_recovery SET used_at = ?
		WHERE realm = ? AND account = ? AND digest = ? AND used_at = 0`, now.UnixMicro(), realm, account, digest)
}

// endRecoveries ends the codes that were not used.
func endRecoveries(ctx context.Context, tx *db.Tx, realm, account string, now time.Time) error {
	_, err := tx.Exec(ctx, `
		UPDATE identity_recovery SET used_at = ? WHERE realm = ? AND account = ? AND used_at = 0`,
		now.UnixMicro(), realm, account)
	return err
}

func unused(ctx context.Context, tx *db.Tx, realm, account string) (n int, err error) {
	err = tx.QueryRow(ctx, `
		SELECT count(*) FROM identity_recovery WHERE realm = ? AND account = ? AND used_at = 0`, realm, account).Scan(&n)
	return n, err
}

// Sealed are the columns that Box.Rotate closes again.
func Sealed() []seal.Column {
	return []seal.Column{{Name: "identity_factor.secret", Find: findSealed, Replace: replaceSealed, Count: countSealed}}
}

func findSealed(ctx context.Context, tx *db.Tx, realm, after, than string, limit int) ([]seal.Text, error) {
	texts, err := db.All(ctx, tx, db.Q(`
		SELECT account, secret FROM identity_factor
		WHERE realm = ? AND account > ? AND secret <> '' AND secret NOT LIKE ? ORDER BY account LIMIT ?`, realm, after, than+"%", limit),
		func(t *seal.Text) []any { return []any{&t.Key, &t.Sealed} })
	for i := range texts {
		texts[i].About = about(realm, texts[i].Key)
	}
	return texts, err
}

func replaceSealed(ctx context.Context, tx *db.Tx, realm string, t seal.Text, sealed string) error {
	return tx.Later(ctx, `UPDATE identity_factor SET secret = ? WHERE realm = ? AND account = ? AND secret = ?`,
		sealed, realm, t.Key, t.Sealed)
}

func countSealed(ctx context.Context, tx *db.Tx, realm, mark string) (n int, err error) {
	err = tx.QueryRow(ctx, `SELECT COUNT(*) FROM identity_factor WHERE realm = ? AND secret LIKE ?`, realm, mark+"%").Scan(&n)
	return n, err
}
