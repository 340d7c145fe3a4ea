// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package passkey

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"pavilion/internal/platform/db"
)

// row is a passkey as it is kept; instants in microseconds, zero for never.
type row struct {
	id, account, handle   string
	key, public           string // the credential's id and public half
	site, name, ways      string
	flags, counter        int64
	created, used, locked int64
}

const columns = `id, account, handle, credential, public_key, site, name, transports,
	flags, counter, created_at, used_at, locked_at`

func (r *row) fields() []any {
	return []any{&r.id, &r.account, &r.handle, &r.key, &r.public, &r.site, &r.name, &r.ways,
		&r.flags, &r.counter, &r.created, &r.used, &r.locked}
}

// rowOf is a passkey that was made, still without an id.
func rowOf(c *webauthn.Credential, a asked, w whose, name string, now time.Time) row {
	return row{
		account: w.account, handle: a.Handle, key: coding.EncodeToString(c.ID), public: coding.EncodeToString(c.PublicKey),
		site: a.Site.ID, name: name, ways: strings.Join(transports(c.Transport), " "),
		flags: int64(c.Flags.ProtocolValue()), counter: int64(c.Authenticator.SignCount), created: now.UnixMicro(),
	}
}

func (r row) authenticatorFlags() webauthn.CredentialFlags {
	return webauthn.NewCredentialFlags(protocol.AuthenticatorFlags(r.flags))
}

// credential is the passkey as the library sees it.
func (r row) credential() (c webauthn.Credential, err error) {
	if c.ID, err = coding.DecodeString(r.key); err != nil {
		return c, err
	}
	if c.PublicKey, err = coding.DecodeString(r.public); err != nil {
		return c, err
	}
	for _, word := range strings.Fields(r.ways) {
		c.Transport = append(c.Transport, protocol.AuthenticatorTransport(word))
	}
	c.Flags = r.authenticatorFlags()
	c.Authenticator.SignCount = uint32(r.counter)
	return c, nil
}

// passkey is the row as its owner sees it.
func (r row) passkey() Passkey {
	return Passkey{
		ID: r.id, Name: r.name, Site: r.site, Synced: r.authenticatorFlags().BackupState,
		Created: instant(r.created), Used: instant(r.used), Locked: instant(r.locked),
	}
}

func instant(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return time.UnixMicro(us).UTC()
}

// ofAccount returns an account's passkeys that were not removed, the oldest first.
func ofAccount(ctx context.Context, tx *db.Tx, realm, account string) ([]row, error) {
	return db.All(ctx, tx, db.Q(`SELECT `+columns+` FROM identity_passkey
		WHERE realm = ? AND account = ? AND removed_at = 0 ORDER BY created_at, id`, realm, account), (*row).fields)
}

// byCredential returns the zero row where there is none.
func byCredential(ctx context.Context, tx *db.Tx, realm, credential string) (r row, err error) {
	err = tx.QueryRow(ctx, `SELECT `+columns+` FROM identity_passkey
		WHERE realm = ? AND credential = ? AND removed_at = 0`, realm, credential).Scan(r.fields()...)
	if errors.Is(err, db.ErrNoRows) {
		return row{}, nil
	}
	return r, err
}

func insert(ctx context.Context, tx *db.Tx, realm string, r row) (int64, error) {
	return tx.Exec(ctx, `
		INSERT INTO identity_passkey (realm, id, account, handle, credential, public_key, site, name, transports,
		flags, counter, created_at, used_at, locked_at, removed_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0)
		ON CONFLICT (realm, credential) DO NOTHING`,
		realm, r.id, r.account, r.handle, r.key, r.public, r.site, r.name, r.ways, r.flags, r.counter, r.created)
}

// count keeps the new count of signatures of a passkey that is open, if it is
// higher than the last, or if the authenticator counts none.
func count(ctx context.Context, tx *db.Tx, realm, id string, counter, flags int64, now time.Time) (int64, error) {
	return tx.Exec(ctx, `
		UPDATE identity_passkey SET counter = ?, flags = ?, used_at = ?
		WHERE realm = ? AND id = ? AND locked_at = 0 AND removed_at = 0
		AND (counter < ? OR counter = 0 AND ? = 0)`, counter, flags, now.UnixMicro(), realm, id, counter, counter)
}

func lockRow(ctx context.Context, tx *db.Tx, realm, id string, now time.Time) (int64, error) {
	return tx.Exec(ctx, `
		UPDATE identity_passkey SET locked_at = ?
		WHERE realm = ? AND id = ? AND locked_at = 0 AND removed_at = 0`, now.UnixMicro(), realm, id)
}

func rename(ctx context.Context, tx *db.Tx, realm, account, id, name string) (int64, error) {
	return tx.Exec(ctx, `
		UPDATE identity_passkey SET name = ?
		WHERE realm = ? AND account = ? AND id = ? AND removed_at = 0`, name, realm, account, id)
}

// removeOne ends a passkey for good. Its row stays, so that nobody else can have
// its credential.
func removeOne(ctx context.Context, tx *db.Tx, realm, account, id string, now time.Time) (int64, error) {
	return tx.Exec(ctx, `
		UPDATE identity_passkey SET removed_at = ?
		WHERE realm = ? AND account = ? AND id = ? AND removed_at = 0`, now.UnixMicro(), realm, account, id)
}

// spendChallenge is 0 if it was spent before.
func spendChallenge(ctx context.Context, tx *db.Tx, realm, challenge string, expires time.Time) (int64, error) {
	return tx.Exec(ctx, `
		INSERT INTO identity_ceremony (realm, challenge, expires_at) VALUES (?, ?, ?)
		ON CONFLICT (realm, challenge) DO NOTHING`, realm, challenge, expires.UnixMicro())
}
