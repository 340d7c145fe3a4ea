// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package holding

import (
	"context"
	"encoding/json"
	"math"
	"time"

	"pavilion/internal/base/form"
	"pavilion/internal/core/retention"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/search"
)

// far is stored for an instant that never comes.
const far = int64(math.MaxInt64)

// forgetContact removes the sealed contact: with the row its text is gone.
func forgetContact(ctx context.Context, tx *db.Tx, realm, id string) (int, error) {
	n, err := tx.Exec(ctx, `DELETE FROM matter_contact WHERE realm = ? AND matter = ?`, realm, id)
	if err != nil {
		return 0, err
	}
	_, err = tx.Exec(ctx, `UPDATE matter SET contactable = 0 WHERE realm = ? AND id = ?`, realm, id)
	return int(n), err
}

// blank takes from a matter's row what people wrote and the point it named. Where
// it is as an area, what it was and how it went stay.
func blank(ctx context.Context, tx *db.Tx, realm, id, sentence string) error {
	_, err := tx.Exec(ctx, `
		UPDATE matter SET title = ?, body = ?, address = '', lon = NULL, lat = NULL, published = 0, public_text = '', reply = '',
			sealed = ''
		WHERE realm = ? AND id = ?`, sentence, sentence, realm, id)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `UPDATE matter_event SET sealed = '' WHERE realm = ? AND matter = ? AND sealed <> ''`, realm, id)
	return err
}

// setAnswers leaves of a step's answers what holds nobody's words. It is the one
// statement that changes a line of history: see ADR 0036.
func setAnswers(ctx context.Context, tx *db.Tx, realm, id string, seq int, left form.Answers) error {
	text, err := json.Marshal(left)
	if err != nil {
		return err
	}
	return tx.Later(ctx, `UPDATE matter_event SET answers = ? WHERE realm = ? AND matter = ? AND seq = ?`, string(text), realm, id, seq)
}

// clearPhotos notes that the photos of the steps are gone.
func clearPhotos(ctx context.Context, tx *db.Tx, realm, id string) error {
	_, err := tx.Exec(ctx, `UPDATE matter_event SET photos = 0 WHERE realm = ? AND matter = ? AND photos > 0`, realm, id)
	return err
}

// blankExamples withdraws what was told of a matter in public, or is proposed.
func blankExamples(ctx context.Context, tx *db.Tx, realm, id, sentence string) (int64, error) {
	return tx.Exec(ctx, `
		UPDATE matter_example SET title = ?, story = ?, result = ?, reason = '', state = 'withdrawn', revision = revision + 1
		WHERE realm = ? AND matter = ?`, sentence, sentence, sentence, realm, id)
}

func setTomb(ctx context.Context, tx *db.Tx, realm, id, kind string, at time.Time) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO matter_tomb (realm, matter, kind, at) VALUES (?, ?, ?, ?)
		ON CONFLICT (realm, matter, kind) DO UPDATE SET at = excluded.at`, realm, id, kind, at.UnixMicro())
	return err
}

// bury raises the matter's revision and adds to its history the step that says what
// was destroyed and by which rule. When the matter ended does not change.
func bury(ctx context.Context, tx *db.Tx, s retention.Stone, id string) error {
	var revision int
	var state string
	err := tx.QueryRow(ctx, `UPDATE matter SET revision = revision + 1 WHERE realm = ? AND id = ? RETURNING revision, state`, s.Realm, id).
		Scan(&revision, &state)
	if err != nil {
		return err
	}
	answers, err := json.Marshal(form.Answers{"kind": s.Item.Kind, "rule": s.Rule})
	if err != nil {
		return err
	}
	return tx.Later(ctx, `
		INSERT INTO matter_event (realm, matter, seq, action, from_state, to_state, actor, role, body, answers, basis, photos, at, due_at, term, extra, whole)
		VALUES (?, ?, ?, ?, ?, ?, ?, 'system', '', ?, 'basis.pipl_delete', 0, ?, ?, '', '', '')`,
		s.Realm, id, revision, "forget_"+s.Item.Kind, state, state, s.By, string(answers), s.At.UnixMicro(), far)
}

// reindex puts what is left of a matter into the index.
func (k *Keeper) reindex(ctx context.Context, tx *db.Tx, realm, id string) error {
	doc := search.Doc{Realm: realm, Kind: "matter", Ref: id, Access: 1}
	var privacy string
	err := tx.QueryRow(ctx, `SELECT number, place, privacy, reported_at FROM matter WHERE realm = ? AND id = ?`, realm, id).
		Scan(&doc.Text, &doc.Place, &privacy, &doc.At)
	if err != nil {
		return err
	}
	if privacy == "D" {
		doc.Access = 2
	}
	doc.Text += "\n" + k.Sentence
	return search.Put(ctx, tx, doc)
}
