// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package release

import (
	"context"
	"fmt"

	"pavilion/internal/core/inbox"
	"pavilion/internal/platform/db"
)

// Forget takes the words out of all drafts about a subject, in every version and
// reason, and withdraws those that are public or to be decided. Who released what
// when stays. Whoever owns the subject stops showing it in the same transaction. It
// returns how many drafts there were.
func Forget(ctx context.Context, tx *db.Tx, realm, subject, sentence string) (int, error) {
	type line struct{ id string }
	list, err := db.All(ctx, tx, db.Q(`SELECT id FROM release_draft WHERE realm = ? AND subject = ?`, realm, subject),
		func(l *line) []any { return []any{&l.id} })
	if err != nil {
		return 0, fmt.Errorf("forget drafts: %w", err)
	}
	for _, l := range list {
		if err := forget(ctx, tx, realm, l.id, sentence); err != nil {
			return 0, fmt.Errorf("forget draft %s: %w", l.id, err)
		}
	}
	return len(list), nil
}

func forget(ctx context.Context, tx *db.Tx, realm, id, sentence string) error {
	_, err := tx.Exec(ctx, `
		UPDATE release_draft SET title = ?, words = '[]', reason = '', live = 0, revision = revision + 1,
			state = CASE WHEN state = 'superseded' THEN state ELSE 'withdrawn' END
		WHERE realm = ? AND id = ?`, sentence, realm, id)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `UPDATE release_version SET words = '[]' WHERE realm = ? AND draft = ?`, realm, id); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `UPDATE release_event SET reason = '' WHERE realm = ? AND draft = ?`, realm, id); err != nil {
		return err
	}
	return inbox.Clear(ctx, tx, realm, Draft{ID: id}.subject())
}
