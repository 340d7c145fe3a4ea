// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package notify

import (
	"context"
	"time"

	"pavilion/internal/platform/db"
)

// partMicros is how long a part is: notices of one account go by thirty days at a time,
// when the latest of them is old enough. The statements have it as a number: what is
// grouped by must be written alike.
const partMicros = int64(30 * 24 * time.Hour / time.Microsecond)

// Part is what one account was told in thirty days.
type Part struct {
	Account string
	Number  int64
	Latest  time.Time
}

// Wanted says which parts Parts lists.
type Wanted struct {
	Realm   string
	Account string    // of one account alone; empty for all
	Before  time.Time // those whose latest notice is no younger; zero for all
	Part    Part      // that follow this one
	Only    bool      // that one alone
	Limit   int
}

// Parts lists what accounts were told, in the order of accounts and time.
func Parts(ctx context.Context, tx *db.Tx, w Wanted) ([]Part, error) {
	q := db.Q(`SELECT account, created_at / 2592000000000, MAX(created_at) FROM notify_message WHERE realm = ?`, w.Realm).
		If(w.Account != "", ` AND account = ?`, w.Account)
	if w.Only {
		q.Add(` AND account = ? AND created_at / 2592000000000 = ?`, w.Part.Account, w.Part.Number)
	} else {
		q.Add(` AND (account > ? OR account = ? AND created_at / 2592000000000 > ?)`, w.Part.Account, w.Part.Account, w.Part.Number)
	}
	q.Add(` GROUP BY account, created_at / 2592000000000`).If(!w.Before.IsZero(), ` HAVING MAX(created_at) <= ?`, w.Before.UnixMicro())
	type row struct {
		Part
		latest int64
	}
	rows, err := db.All(ctx, tx, q.Add(` ORDER BY 1, 2 LIMIT ?`, w.Limit), func(r *row) []any { return []any{&r.Account, &r.Number, &r.latest} })
	out := make([]Part, len(rows))
	for i, r := range rows {
		out[i] = r.Part
		out[i].Latest = time.UnixMicro(r.latest)
	}
	return out, err
}

// Forget removes in tx what an account was told in a part, and returns how much.
func Forget(ctx context.Context, tx *db.Tx, realm string, p Part) (int, error) {
	n, err := tx.Exec(ctx, `DELETE FROM notify_message WHERE realm = ? AND account = ? AND created_at >= ? AND created_at < ?`,
		realm, p.Account, p.Number*partMicros, (p.Number+1)*partMicros)
	return int(n), err
}
