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
		INSERT INTO identity_session (realm, token, account, created_at, seen_at, expires_at,
		proved_at, agent, network, strong, via)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		realm, digest, s.account, micros(s.created), micros(s.seen), micros(s.expires),
		micros(s.proved), s.agent, s.network, flag(s.strong), s.via)
	return err
}

// sessionByToken returns a session and its actor, still without grants.
func sessionByToken(ctx context.Context, tx *db.Tx, realm, digest string) (a Actor, s session, err error) {
	var seen, expires, proved, strong int64
	err = tx.QueryRow(ctx, `
		SELECT a.id, a.name, a.language, s.seen_at, s.expires_at, s.proved_at, s.strong
		FROM identity_session s
		JOIN identity_account a ON a.realm = s.realm AND a.id = s.account
		WHERE s.realm = ? AND s.token = ? AND a.disabled_at = 0`, realm, digest).
		Scan(&a.Account, &a.Name, &a.Language, &seen, &expires, &proved, &strong)
	if errors.Is(err, db.ErrNoRows) {
		return Actor{}, session{}, errOut
	}
	a.Realm, a.Session, a.Strong, a.Proved = realm, digest, strong == 1, instant(proved)
	return a, session{account: a.Account, seen: instant(seen), expires: instant(expires), strong: a.Strong}, err
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

// endSessions ends an account's sessions but the one with the token kept, and all
// that stand half-way.
func endSessions(ctx context.Context, tx *db.Tx, realm, account, kept string, now time.Time) error {
	_, err := tx.Exec(ctx, `
		UPDATE identity_session SET expires_at = ?
		WHERE realm = ? AND account = ? AND token <> ? AND expires_at > ?`, micros(now), realm, account, kept, micros(now))
	if err != nil {
		return err
	}
	return endHalves(ctx, tx, realm, account, now)
}

// endVia ends the sessions that a provider opened, and all that stand half-way.
func endVia(ctx context.Context, tx *db.Tx, realm, via string, now time.Time) error {
	if _, err := tx.Exec(ctx, `
		UPDATE identity_session SET expires_at = ?
		WHERE realm = ? AND via = ? AND via <> '' AND expires_at > ?`, micros(now), realm, via, micros(now)); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `
		UPDATE identity_half SET expires_at = ?
		WHERE realm = ? AND via = ? AND via <> '' AND expires_at > ?`, micros(now), realm, via, micros(now))
	return err
}

// flag is how the tables hold yes and no.
func flag(yes bool) int64 {
	if yes {
		return 1
	}
	return 0
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
	var last, known int64
	err = tx.QueryRow(ctx, `
		INSERT INTO identity_attempt (realm, pair, failures, last_at) VALUES (?, ?, 0, 0)
		ON CONFLICT (realm, pair) DO UPDATE SET failures = identity_attempt.failures
		RETURNING failures, last_at, known_at`, realm, pair).Scan(&a.failures, &last, &known)
	a.last, a.known = instant(last), instant(known)
	return a, err
}

func setAttempts(ctx context.Context, tx *db.Tx, realm, pair string, a attempts) error {
	_, err := tx.Exec(ctx, `
		UPDATE identity_attempt SET failures = ?, last_at = ?, known_at = ? WHERE realm = ? AND pair = ?`,
		a.failures, micros(a.last), micros(a.known), realm, pair)
	return err
}
