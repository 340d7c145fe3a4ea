// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package identity

import (
	"context"
	"errors"
	"time"

	"pavilion/internal/platform/db"
)

func insertHalf(ctx context.Context, tx *db.Tx, realm, digest string, h half) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO identity_half (realm, token, account, agent, network, via, expires_at)
		VALUES (?, ?, ?, ?, ?, ?, ?)`, realm, digest, h.account, h.agent, h.network, h.via, micros(h.expires))
	return err
}

func halfByToken(ctx context.Context, tx *db.Tx, realm, digest string, now time.Time) (a Actor, login string, err error) {
	a.Realm = realm
	err = tx.QueryRow(ctx, `
		SELECT a.id, a.name, a.language, a.login
		FROM identity_half h
		JOIN identity_account a ON a.realm = h.realm AND a.id = h.account
		WHERE h.realm = ? AND h.token = ? AND h.expires_at > ? AND a.disabled_at = 0`, realm, digest, micros(now)).
		Scan(&a.Account, &a.Name, &a.Language, &login)
	if errors.Is(err, db.ErrNoRows) {
		return Actor{}, "", errOut
	}
	return a, login, err
}

// spendHalf ends half a session and returns what it was.
func spendHalf(ctx context.Context, tx *db.Tx, realm, account, digest string, now time.Time) (h half, err error) {
	err = tx.QueryRow(ctx, `
		UPDATE identity_half SET expires_at = ?
		WHERE realm = ? AND token = ? AND account = ? AND expires_at > ? RETURNING account, agent, network, via`,
		micros(now), realm, digest, account, micros(now)).Scan(&h.account, &h.agent, &h.network, &h.via)
	if errors.Is(err, db.ErrNoRows) {
		return half{}, errOut
	}
	return h, err
}

func endHalves(ctx context.Context, tx *db.Tx, realm, account string, now time.Time) error {
	_, err := tx.Exec(ctx, `
		UPDATE identity_half SET expires_at = ?
		WHERE realm = ? AND account = ? AND expires_at > ?`, micros(now), realm, account, micros(now))
	return err
}

// lockEnabled keeps an account from changing until the commit, unless it is
// disabled.
func lockEnabled(ctx context.Context, tx *db.Tx, realm, account string) (int64, error) {
	return tx.Exec(ctx, `
		UPDATE identity_account SET revision = revision
		WHERE realm = ? AND id = ? AND disabled_at = 0`, realm, account)
}

func insertOptional(ctx context.Context, tx *db.Tx, realm string) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO identity_policy (realm, optional) VALUES (?, 1)
		ON CONFLICT (realm) DO UPDATE SET optional = 1`, realm)
	return err
}

func factorsOptional(ctx context.Context, tx *db.Tx, realm string) (bool, error) {
	var optional int64
	err := tx.QueryRow(ctx, `SELECT optional FROM identity_policy WHERE realm = ?`, realm).Scan(&optional)
	if errors.Is(err, db.ErrNoRows) {
		return false, nil
	}
	return optional == 1, err
}

// hasFactor reports whether an account has a second factor. A passkey that was
// locked is one: that somebody has copied it must not open the account to whoever
// knows the password.
func hasFactor(ctx context.Context, tx *db.Tx, realm, account string) (bool, error) {
	var n int64
	err := tx.QueryRow(ctx, `
		SELECT (SELECT count(*) FROM identity_factor WHERE realm = ? AND account = ? AND secret <> '')
		+ (SELECT count(*) FROM identity_passkey WHERE realm = ? AND account = ? AND removed_at = 0)`,
		realm, account, realm, account).Scan(&n)
	return n > 0, err
}

// factorWorks reports whether an account has a second factor that can be used.
func factorWorks(ctx context.Context, tx *db.Tx, realm, account string) (bool, error) {
	var n int64
	err := tx.QueryRow(ctx, `
		SELECT (SELECT count(*) FROM identity_factor WHERE realm = ? AND account = ? AND secret <> '')
		+ (SELECT count(*) FROM identity_passkey WHERE realm = ? AND account = ? AND removed_at = 0 AND locked_at = 0)`,
		realm, account, realm, account).Scan(&n)
	return n > 0, err
}

// renewSession gives the actor's session another token.
func renewSession(ctx context.Context, tx *db.Tx, by Actor, digest string, strong bool, now time.Time) (int64, error) {
	return tx.Exec(ctx, `
		UPDATE identity_session
		SET token = ?, proved_at = ?, strong = CASE WHEN strong = 1 THEN 1 ELSE ? END
		WHERE realm = ? AND token = ? AND account = ? AND expires_at > ?`,
		digest, micros(now), flag(strong), by.Realm, by.Session, by.Account, micros(now))
}

// lineRow is a SessionLine as the table holds it.
type lineRow struct {
	SessionLine
	created, seen, strong int64
}

func (r *lineRow) fields() []any {
	return []any{&r.ID, &r.created, &r.seen, &r.Agent, &r.Network, &r.strong}
}

// sessionsOf lists the actor's sessions that count.
func sessionsOf(ctx context.Context, tx *db.Tx, by Actor, now time.Time) ([]SessionLine, error) {
	rows, err := db.All(ctx, tx, db.Q(`
		SELECT token, created_at, seen_at, agent, network, strong FROM identity_session
		WHERE realm = ? AND account = ? AND expires_at > ? AND seen_at > ?
		ORDER BY seen_at DESC, token`, by.Realm, by.Account, micros(now), micros(now.Add(-idle))), (*lineRow).fields)
	out := make([]SessionLine, len(rows))
	for i, r := range rows {
		out[i] = r.SessionLine
		out[i].Created, out[i].Seen, out[i].Strong = instant(r.created), instant(r.seen), r.strong == 1
		out[i].Here = r.ID == by.Session
	}
	return out, err
}
