// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package topic

import (
	"context"

	"pavilion/internal/platform/db"
	"pavilion/internal/platform/seal"
)

// Sealed are the sealed columns of suggestions, to be closed again with a new key.
func Sealed() []seal.Column {
	return []seal.Column{
		{Name: "deliberation_suggestion.sealed", Find: findSealed, Replace: replaceSealed, Count: countSealed},
		{Name: "deliberation_suggestion.reply", Find: findReplies, Replace: replaceReply, Count: countReplies},
	}
}

func findSealed(ctx context.Context, tx *db.Tx, realm, after, than string, limit int) ([]seal.Text, error) {
	texts, err := db.All(ctx, tx, db.Q(`
		SELECT id, sealed FROM deliberation_suggestion
		WHERE realm = ? AND id > ? AND sealed <> '' AND sealed NOT LIKE ? ORDER BY id LIMIT ?`, realm, after, than+"%", limit),
		func(t *seal.Text) []any { return []any{&t.Key, &t.Sealed} })
	for i := range texts {
		texts[i].About = sealedOf(realm, texts[i].Key)
	}
	return texts, err
}

func replaceSealed(ctx context.Context, tx *db.Tx, realm string, t seal.Text, sealed string) error {
	return tx.Later(ctx, `UPDATE deliberation_suggestion SET sealed = ? WHERE realm = ? AND id = ? AND sealed = ?`, sealed, realm, t.Key, t.Sealed)
}

func countSealed(ctx context.Context, tx *db.Tx, realm, mark string) (n int, err error) {
	err = tx.QueryRow(ctx, `SELECT COUNT(*) FROM deliberation_suggestion WHERE realm = ? AND sealed LIKE ?`, realm, mark+"%").Scan(&n)
	return n, err
}

func findReplies(ctx context.Context, tx *db.Tx, realm, after, than string, limit int) ([]seal.Text, error) {
	texts, err := db.All(ctx, tx, db.Q(`
		SELECT id, reply FROM deliberation_suggestion
		WHERE realm = ? AND id > ? AND reply <> '' AND reply NOT LIKE ? ORDER BY id LIMIT ?`, realm, after, than+"%", limit),
		func(t *seal.Text) []any { return []any{&t.Key, &t.Sealed} })
	for i := range texts {
		texts[i].About = replyOf(realm, texts[i].Key)
	}
	return texts, err
}

func replaceReply(ctx context.Context, tx *db.Tx, realm string, t seal.Text, sealed string) error {
	return tx.Later(ctx, `UPDATE deliberation_suggestion SET reply = ? WHERE realm = ? AND id = ? AND reply = ?`, sealed, realm, t.Key, t.Sealed)
}

func countReplies(ctx context.Context, tx *db.Tx, realm, mark string) (n int, err error) {
	err = tx.QueryRow(ctx, `SELECT COUNT(*) FROM deliberation_suggestion WHERE realm = ? AND reply LIKE ?`, realm, mark+"%").Scan(&n)
	return n, err
}
