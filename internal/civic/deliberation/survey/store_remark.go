// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package survey

import (
	"context"

	"pavilion/internal/platform/db"
)

// remarkRow is a remark as it is stored.
type remarkRow struct {
	Remark
	sealed string
}

// remarkText names the text that a remark is.
func remarkText(realm, key string) string { return "deliberation_remark/" + realm + "/" + key }

// putRemark keeps what was said beside an answer. Its row does not say by which
// household: it has nothing of the answer but a key that only its form knew.
func (s *Service) putRemark(ctx context.Context, tx *db.Tx, v Survey, r Remark) error {
	sealed, err := s.Box.Seal(v.Realm, remarkText(v.Realm, v.ID+"/"+r.ID), []byte(r.Words))
	if err != nil {
		return err
	}
	return tx.Later(ctx, `
		INSERT INTO deliberation_remark (realm, survey, id, sealed, state, ref) VALUES (?, ?, ?, ?, ?, '') ON CONFLICT DO NOTHING`,
		v.Realm, v.ID, r.ID, sealed, r.State)
}

func (s *Service) remarks(ctx context.Context, tx *db.Tx, v Survey, after string, limit int) ([]Remark, error) {
	rows, err := db.All(ctx, tx, db.Q(`SELECT id, sealed, state, ref FROM deliberation_remark WHERE realm = ? AND survey = ?`, v.Realm, v.ID).
		If(after != "", ` AND id > ?`, after).Add(` ORDER BY id LIMIT ?`, limit),
		func(r *remarkRow) []any { return []any{&r.ID, &r.sealed, &r.State, &r.Ref} })
	if err != nil {
		return nil, err
	}
	out := make([]Remark, len(rows))
	for i, r := range rows {
		out[i] = r.Remark
		if r.sealed == "" {
			continue
		}
		plain, err := s.Box.Open(r.sealed, remarkText(v.Realm, v.ID+"/"+r.ID))
		if err != nil {
			return nil, err
		}
		out[i].Words = string(plain)
	}
	return out, nil
}

// settle says what became of a remark, once.
func settle(ctx context.Context, tx *db.Tx, v Survey, r Remark) (settled bool, err error) {
	n, err := tx.Exec(ctx, `UPDATE deliberation_remark SET state = ?, ref = ? WHERE realm = ? AND survey = ? AND id = ? AND state = ?`,
		r.State, r.Ref, v.Realm, v.ID, r.ID, Fresh)
	return n == 1, err
}
