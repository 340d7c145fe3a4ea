// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package assembly

import (
	"context"

	"pavilion/internal/platform/db"
	"pavilion/internal/platform/seal"
)

// Sealed are the sealed columns of members and rosters, to be closed again with a new
// key.
func Sealed() []seal.Column {
	return []seal.Column{
		{Name: "deliberation_member.sealed", Find: findPeople, Replace: replacePerson, Count: countPeople},
		{Name: "deliberation_entry.sealed", Find: findEntries, Replace: replaceEntry, Count: countEntries},
	}
}

func findPeople(ctx context.Context, tx *db.Tx, realm, after, than string, limit int) ([]seal.Text, error) {
	texts, err := db.All(ctx, tx, db.Q(`
		SELECT id, sealed FROM deliberation_member
		WHERE realm = ? AND id > ? AND sealed <> '' AND sealed NOT LIKE ? ORDER BY id LIMIT ?`, realm, after, than+"%", limit), textFields)
	for i := range texts {
		texts[i].About = memberText(realm, texts[i].Key)
	}
	return texts, err
}

func textFields(t *seal.Text) []any { return []any{&t.Key, &t.Sealed} }

func replacePerson(ctx context.Context, tx *db.Tx, realm string, t seal.Text, sealed string) error {
	return tx.Later(ctx, `UPDATE deliberation_member SET sealed = ? WHERE realm = ? AND id = ? AND sealed = ?`, sealed, realm, t.Key, t.Sealed)
}

func countPeople(ctx context.Context, tx *db.Tx, realm, mark string) (n int, err error) {
	err = tx.QueryRow(ctx, `SELECT COUNT(*) FROM deliberation_member WHERE realm = ? AND sealed LIKE ?`, realm, mark+"%").Scan(&n)
	return n, err
}

// width is how long an id is, so that the two in an entry's key can be told apart.
const width = 36

func findEntries(ctx context.Context, tx *db.Tx, realm, after, than string, limit int) ([]seal.Text, error) {
	roster, member := "", ""
	if len(after) > width {
		roster, member = after[:width], after[width+1:]
	}
	texts, err := db.All(ctx, tx, db.Q(`
		SELECT roster || '/' || member, sealed FROM deliberation_entry
		WHERE realm = ? AND (roster, member) > (?, ?) AND sealed <> '' AND sealed NOT LIKE ? ORDER BY roster, member LIMIT ?`,
		realm, roster, member, than+"%", limit), textFields)
	for i := range texts {
		texts[i].About = entryText(realm, texts[i].Key)
	}
	return texts, err
}

func replaceEntry(ctx context.Context, tx *db.Tx, realm string, t seal.Text, sealed string) error {
	return tx.Later(ctx, `UPDATE deliberation_entry SET sealed = ? WHERE realm = ? AND roster = ? AND member = ? AND sealed = ?`,
		sealed, realm, t.Key[:width], t.Key[width+1:], t.Sealed)
}

func countEntries(ctx context.Context, tx *db.Tx, realm, mark string) (n int, err error) {
	err = tx.QueryRow(ctx, `SELECT COUNT(*) FROM deliberation_entry WHERE realm = ? AND sealed LIKE ?`, realm, mark+"%").Scan(&n)
	return n, err
}
