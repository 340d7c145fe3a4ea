// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package survey

import (
	"context"
	"fmt"
	"strconv"

	"pavilion/internal/platform/db"
	"pavilion/internal/platform/seal"
)

// Sealed are the sealed columns of surveys, to be closed again with a new key.
func Sealed() []seal.Column {
	return []seal.Column{
		{Name: "deliberation_household.sealed", Find: findLabels, Replace: replaceLabel, Count: countLabels},
		{Name: "deliberation_remark.sealed", Find: findRemarks, Replace: replaceRemark, Count: countRemarks},
	}
}

// width is how long an id is, so that the two parts of a key can be told apart.
const width = 36

func textFields(t *seal.Text) []any { return []any{&t.Key, &t.Sealed} }

// numbered is the survey and the number in a household's key.
func numbered(key string) (survey string, no int, err error) {
	if len(key) <= width {
		return "", 0, nil
	}
	if no, err = strconv.Atoi(key[width+1:]); err != nil {
		err = fmt.Errorf("key of a household %q: %w", key, err)
	}
	return key[:width], no, err
}

func findLabels(ctx context.Context, tx *db.Tx, realm, after, than string, limit int) ([]seal.Text, error) {
	survey, no, err := numbered(after)
	if err != nil {
		return nil, err
	}
	texts, err := db.All(ctx, tx, db.Q(`
		SELECT survey || '/' || CAST(no AS TEXT), sealed FROM deliberation_household
		WHERE realm = ? AND (survey, no) > (?, ?) AND sealed <> '' AND sealed NOT LIKE ? ORDER BY survey, no LIMIT ?`,
		realm, survey, no, than+"%", limit), textFields)
	for i := range texts {
		texts[i].About = labelOf(realm, texts[i].Key)
	}
	return texts, err
}

func replaceLabel(ctx context.Context, tx *db.Tx, realm string, t seal.Text, sealed string) error {
	survey, no, err := numbered(t.Key)
	if err != nil {
		return err
	}
	return tx.Later(ctx, `UPDATE deliberation_household SET sealed = ? WHERE realm = ? AND survey = ? AND no = ? AND sealed = ?`,
		sealed, realm, survey, no, t.Sealed)
}

func countLabels(ctx context.Context, tx *db.Tx, realm, mark string) (n int, err error) {
	err = tx.QueryRow(ctx, `SELECT COUNT(*) FROM deliberation_household WHERE realm = ? AND sealed LIKE ?`, realm, mark+"%").Scan(&n)
	return n, err
}

func findRemarks(ctx context.Context, tx *db.Tx, realm, after, than string, limit int) ([]seal.Text, error) {
	survey, remark := "", ""
	if len(after) > width {
		survey, remark = after[:width], after[width+1:]
	}
	texts, err := db.All(ctx, tx, db.Q(`
		SELECT survey || '/' || id, sealed FROM deliberation_remark
		WHERE realm = ? AND (survey, id) > (?, ?) AND sealed <> '' AND sealed NOT LIKE ? ORDER BY survey, id LIMIT ?`,
		realm, survey, remark, than+"%", limit), textFields)
	for i := range texts {
		texts[i].About = remarkText(realm, texts[i].Key)
	}
	return texts, err
}

func replaceRemark(ctx context.Context, tx *db.Tx, realm string, t seal.Text, sealed string) error {
	return tx.Later(ctx, `UPDATE deliberation_remark SET sealed = ? WHERE realm = ? AND survey = ? AND id = ? AND sealed = ?`,
		sealed, realm, t.Key[:width], t.Key[width+1:], t.Sealed)
}

func countRemarks(ctx context.Context, tx *db.Tx, realm, mark string) (n int, err error) {
	err = tx.QueryRow(ctx, `SELECT COUNT(*) FROM deliberation_remark WHERE realm = ? AND sealed LIKE ?`, realm, mark+"%").Scan(&n)
	return n, err
}
