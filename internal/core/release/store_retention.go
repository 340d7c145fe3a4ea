// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package release

import (
	"context"
	"fmt"
	"time"

	"pavilion/internal/core/inbox"
	"pavilion/internal/platform/db"
)

// Old is a draft whose words are needed no more, or some of its versions.
type Old struct {
	ID    string
	State State
	Place int64
	Ended time.Time // when it was written last, or decided
}

// aged is what of drafts may go: words that are not public, and of those that are
// the versions before in which something was found. A photo that waits is ended by
// who has it.
const aged = `words NOT IN ('[]', 'null') AND (state IN ('withdrawn', 'superseded') OR live = 1 AND file = '') OR state = 'released' AND EXISTS (
	SELECT 1 FROM release_version v
	WHERE v.realm = release_draft.realm AND v.draft = release_draft.id AND v.version < release_draft.version AND v.kinds <> '' AND v.words <> '[]')`

// Aged lists drafts of a realm that ended before an instant, in a state or in any,
// after the given id; with only, that one, whenever it ended.
func Aged(ctx context.Context, tx *db.Tx, realm string, state State, before time.Time, only, after string, limit int) ([]Old, error) {
	type row struct {
		Old
		at, decided int64
	}
	q := db.Q(`SELECT id, state, place, at, decided_at FROM release_draft WHERE realm = ? AND (`+aged+`)`, realm)
	q.If(state != "", ` AND state = ?`, state)
	q.If(only != "", ` AND id = ?`, only)
	q.If(only == "", ` AND id > ? AND at < ? AND decided_at < ?`, after, micros(before), micros(before))
	rows, err := db.All(ctx, tx, q.Add(` ORDER BY id LIMIT ?`, limit), func(r *row) []any { return []any{&r.ID, &r.State, &r.Place, &r.at, &r.decided} })
	out := make([]Old, len(rows))
	for i, r := range rows {
		out[i] = r.Old
		out[i].Ended = time.UnixMicro(max(r.at, r.decided))
	}
	return out, err
}

// Expire takes the words out of a draft that Aged lists, or out of the versions
// before what is public, and returns how many versions it was. Who wrote, returned
// and released it when stays, with the reasons; a draft that was never decided is
// withdrawn.
func Expire(ctx context.Context, tx *db.Tx, realm, id, sentence string, by string, at time.Time) (int, error) {
	d, err := find(ctx, tx, realm, id)
	if err != nil {
		return 0, err
	}
	public := d.State == Released
	q := db.Q(`UPDATE release_version SET words = '[]' WHERE realm = ? AND draft = ? AND words <> '[]'`, realm, id)
	n, err := q.If(public, ` AND kinds <> '' AND version < ?`, d.Version).Exec(ctx, tx)
	if err != nil {
		return 0, err
	}
	if !public {
		if d.State.Live() {
			d.State, d.Decided = Withdrawn, at
		}
		_, err := tx.Exec(ctx, `UPDATE release_draft SET title = ?, words = '[]', live = 0, state = ?, decided_at = ? WHERE realm = ? AND id = ?`,
			sentence, d.State, micros(d.Decided), realm, id)
		if err != nil {
			return 0, err
		}
	}
	if _, err := tx.Exec(ctx, `UPDATE release_draft SET revision = revision + 1 WHERE realm = ? AND id = ?`, realm, id); err != nil {
		return 0, err
	}
	d.Revision++
	if err := insertEvent(ctx, tx, d, Event{Act: "destroyed", Version: d.Version, Actor: by, At: at}); err != nil {
		return 0, err
	}
	return int(n), inbox.Clear(ctx, tx, realm, d.subject())
}

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
