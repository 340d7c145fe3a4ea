// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package identity

import (
	"context"
	"errors"
	"time"

	"pavilion/internal/platform/db"
)

func insertSession(ctx context.Context, tx *db.Tx, realm, digest string, s session) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO identity_session (realm, token, account, created_at, seen_at, expires_at)
		VALUES (?, ?, ?, ?, ?, ?)`,
		realm, digest, s.account, micros(s.created), micros(s.seen), micros(s.expires))
	return err
}

// sessionByToken returns a session and its actor, still without grants.
func sessionByToken(ctx context.Context, tx *db.Tx, realm, digest string) (a Actor, s session, err error) {
	var seen, expires int64
	err = tx.QueryRow(ctx, `
		SELECT a.id, a.name, a.language, s.seen_at, s.expires_at
		FROM identity_session s
		JOIN identity_account a ON a.realm = s.realm AND a.id = s.account
		WHERE s.realm = ? AND s.token = ? AND a.disabled_at = 0`, realm, digest).
		Scan(&a.Account, &a.Name, &a.Language, &seen, &expires)
	if errors.Is(err, db.ErrNoRows) {
		return Actor{}, session{}, errOut
	}
	a.Realm = realm
	return a, session{account: a.Account, seen: instant(seen), expires: instant(expires)}, err
}

// touchSession notes that a session was used, unless that was noted after stale.
func touchSession(ctx context.Context, tx *db.Tx, realm, digest string, now, stale time.Time) error {
	_, err := tx.Exec(ctx, `
		UPDATE identity_session SET seen_at = ? WHERE realm = ? AND token = ? AND seen_at <= ?`,
		micros(now), realm, digest, micros(stale))
	return err
}

// endSession returns whose session it was, or "" if none was open.
func endSession(ctx context.Context, tx *db.Tx, realm, digest string, now time.Time) (account string, err error) {
	err = tx.QueryRow(ctx, `
		UPDATE identity_session SET expires_at = ?
		WHERE realm = ? AND token = ? AND expires_at > ? RETURNING account`,
		micros(now), realm, digest, micros(now)).Scan(&account)
	if errors.Is(err, db.ErrNoRows) {
		return "", nil
	}
	return account, err
}

func endSessions(ctx context.Context, tx *db.Tx, realm, account string, now time.Time) error {
	_, err := tx.Exec(ctx, `
		UPDATE identity_session SET expires_at = ?
		WHERE realm = ? AND account = ? AND expires_at > ?`, micros(now), realm, account, micros(now))
	return err
}

func insertInvite(ctx context.Context, tx *db.Tx, realm, digest, account string, expires time.Time) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO identity_invite (realm, token, account, expires_at, used_at)
		VALUES (?, ?, ?, ?, 0)`, realm, digest, account, micros(expires))
	return err
}

func invitedAccount(ctx context.Context, tx *db.Tx, realm, digest string, now time.Time) (Account, error) {
	var account string
	err := tx.QueryRow(ctx, `
		SELECT account FROM identity_invite
		WHERE realm = ? AND token = ? AND used_at = 0 AND expires_at > ?`,
		realm, digest, micros(now)).Scan(&account)
	if errors.Is(err, db.ErrNoRows) {
		return Account{}, errInvite
	}
	if err != nil {
		return Account{}, err
	}
	return accountByID(ctx, tx, realm, account)
}

func useInvite(ctx context.Context, tx *db.Tx, realm, digest string, now time.Time) (int64, error) {
	return tx.Exec(ctx, `
		UPDATE identity_invite SET used_at = ?
		WHERE realm = ? AND token = ? AND used_at = 0 AND expires_at > ?`,
		micros(now), realm, digest, micros(now))
}

// endInvites ends the open invitations of an account.
func endInvites(ctx context.Context, tx *db.Tx, realm, account string, now time.Time) error {
	_, err := tx.Exec(ctx, `
		UPDATE identity_invite SET used_at = ? WHERE realm = ? AND account = ? AND used_at = 0`,
		micros(now), realm, account)
	return err
}

// takeAttempts locks and returns the attempts of a pair until the commit.
func takeAttempts(ctx context.Context, tx *db.Tx, realm, pair string) (a attempts, err error) {
	var last int64
	err = tx.QueryRow(ctx, `
		INSERT INTO identity_attempt (realm, pair, failures, last_at) VALUES (?, ?, 0, 0)
		ON CONFLICT (realm, pair) DO UPDATE SET failures = identity_attempt.failures
		RETURNING failures, last_at`, realm, pair).Scan(&a.failures, &last)
	a.last = instant(last)
	return a, err
}

func setAttempts(ctx context.Context, tx *db.Tx, realm, pair string, a attempts) error {
	_, err := tx.Exec(ctx, `
		UPDATE identity_attempt SET failures = ?, last_at = ? WHERE realm = ? AND pair = ?`,
		a.failures, micros(a.last), realm, pair)
	return err
}
