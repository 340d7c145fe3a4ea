// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package relay

import (
	"context"

	"pavilion/internal/platform/db"
)

// Forget takes in tx what was written between staff and the reporter of a matter:
// messages go, and with them the times at which somebody wrote; of calls and of
// requests to open the contact stays that they were, for what, by whom, and when.
// What waits or runs ends. It returns how many records it touched.
func Forget(ctx context.Context, tx *db.Tx, realm, matter, sentence string) (int, error) {
	total := 0
	for _, q := range []*db.Query{
		db.Q(`DELETE FROM matter_message WHERE realm = ? AND matter = ?`, realm, matter),
		db.Q(`
			UPDATE matter_call SET question = ?, outcome = '', state = CASE state WHEN 'waits' THEN 'withdrawn' ELSE state END, revision = revision + 1
			WHERE realm = ? AND matter = ?`, sentence, realm, matter),
		db.Q(`
			UPDATE matter_reveal SET words = ?, reason = '', revision = revision + 1,
				state = CASE state WHEN 'asked' THEN 'expired' WHEN 'approved' THEN 'closed' ELSE state END
			WHERE realm = ? AND matter = ?`, sentence, realm, matter),
	} {
		n, err := q.Exec(ctx, tx)
		if err != nil {
			return total, err
		}
		total += int(n)
	}
	return total, nil
}
