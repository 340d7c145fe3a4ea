// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package federation

import (
	"context"
	"errors"
	"strings"
	"time"

	"pavilion/internal/platform/db"
	"pavilion/internal/platform/seal"
)

// providerColumns are those that providerRow.fields scans, in their order.
const providerColumns = `p.realm, p.id, p.name, p.issuer, p.client, p.secret, p.strong, p.active, p.created_at, p.revision,
	(SELECT count(*) FROM identity_link l WHERE l.realm = p.realm AND l.issuer = p.issuer AND l.account <> '')`

// providerRow is a Provider as the table holds it.
type providerRow struct {
	Provider
	strong          string
	active, created int64
	since           int64
}

func (r *providerRow) fields() []any {
	return []any{&r.Realm, &r.ID, &r.Name, &r.Issuer, &r.Client, &r.secret, &r.strong, &r.active, &r.created, &r.Revision, &r.Links}
}

func (r *providerRow) provider() Provider {
	p := r.Provider
	p.Strong, p.Active, p.Keyed, p.Created = strings.Fields(r.strong), r.active == 1, r.secret != "", time.UnixMicro(r.created).UTC()
	return p
}

func insertProvider(ctx context.Context, tx *db.Tx, p Provider) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO identity_provider
		(realm, id, name, issuer, client, secret, strong, active, created_at, removed_at, revision)
		VALUES (?, ?, ?, ?, ?, ?, ?, 1, ?, 0, ?)`,
		p.Realm, p.ID, p.Name, p.Issuer, p.Client, p.secret, strings.Join(p.Strong, " "), p.Created.UnixMicro(), p.Revision)
	return err
}

func providerByID(ctx context.Context, tx *db.Tx, realm, id string) (Provider, error) {
	var r providerRow
	err := tx.QueryRow(ctx, `SELECT `+providerColumns+` FROM identity_provider p
		WHERE p.realm = ? AND p.id = ? AND p.removed_at = 0`, realm, id).Scan(r.fields()...)
	if errors.Is(err, db.ErrNoRows) {
		return Provider{}, errMissing
	}
	return r.provider(), err
}

func providers(ctx context.Context, tx *db.Tx, realm string) ([]Provider, error) {
	rows, err := db.All(ctx, tx, db.Q(`SELECT `+providerColumns+` FROM identity_provider p
		WHERE p.realm = ? AND p.removed_at = 0 ORDER BY p.created_at, p.id`, realm), (*providerRow).fields)
	list := make([]Provider, len(rows))
	for i := range rows {
		list[i] = rows[i].provider()
	}
	return list, err
}

// amendProvider changes what p says, if it still has the revision p names. Its secret
// is replaced where p has another.
func amendProvider(ctx context.Context, tx *db.Tx, p Provider) (int64, error) {
	return tx.Exec(ctx, `
		UPDATE identity_provider SET name = ?, client = ?, secret = CASE WHEN ? = '' THEN secret ELSE ? END,
		strong = ?, revision = revision + 1
		WHERE realm = ? AND id = ? AND revision = ? AND removed_at = 0`,
		p.Name, p.Client, p.secret, p.secret, strings.Join(p.Strong, " "), p.Realm, p.ID, p.Revision)
}

func setActive(ctx context.Context, tx *db.Tx, realm, id string, active bool) (int64, error) {
	on := 0
	if active {
		on = 1
	}
	return tx.Exec(ctx, `
		UPDATE identity_provider SET active = ?, revision = revision + 1
		WHERE realm = ? AND id = ? AND removed_at = 0`, on, realm, id)
}

func removeProvider(ctx context.Context, tx *db.Tx, realm, id string, now time.Time) (int64, error) {
	return tx.Exec(ctx, `
		UPDATE identity_provider SET active = 0, secret = '', removed_at = ?, revision = revision + 1
		WHERE realm = ? AND id = ? AND removed_at = 0`, now.UnixMicro(), realm, id)
}

// holdProvider keeps a provider from being closed until the commit, if it counts and
// is the one that was asked.
func holdProvider(ctx context.Context, tx *db.Tx, p Provider) (int64, error) {
	return tx.Exec(ctx, `
		UPDATE identity_provider SET active = active
		WHERE realm = ? AND id = ? AND client = ? AND strong = ? AND active = 1 AND removed_at = 0`,
		p.Realm, p.ID, p.Client, strings.Join(p.Strong, " "))
}

// Sealed are the columns that Box.Rotate closes again.
func Sealed() []seal.Column {
	return []seal.Column{{Name: "identity_provider.secret", Find: findSealed, Replace: replaceSealed, Count: countSealed}}
}

func findSealed(ctx context.Context, tx *db.Tx, realm, after, than string, limit int) ([]seal.Text, error) {
	texts, err := db.All(ctx, tx, db.Q(`
		SELECT id, secret FROM identity_provider
		WHERE realm = ? AND id > ? AND secret <> '' AND secret NOT LIKE ? ORDER BY id LIMIT ?`, realm, after, than+"%", limit),
		func(t *seal.Text) []any { return []any{&t.Key, &t.Sealed} })
	for i := range texts {
		texts[i].About = about(realm, texts[i].Key)
	}
	return texts, err
}

func replaceSealed(ctx context.Context, tx *db.Tx, realm string, t seal.Text, sealed string) error {
	return tx.Later(ctx, `UPDATE identity_provider SET secret = ? WHERE realm = ? AND id = ? AND secret = ?`,
		sealed, realm, t.Key, t.Sealed)
}

func countSealed(ctx context.Context, tx *db.Tx, realm, mark string) (n int, err error) {
	err = tx.QueryRow(ctx, `SELECT COUNT(*) FROM identity_provider WHERE realm = ? AND secret LIKE ?`, realm, mark+"%").Scan(&n)
	return n, err
}
