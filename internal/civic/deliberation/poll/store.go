// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package poll

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/seal"
)

const columns = `realm, id, subject, roster, place, question, options, rule, secret, changeable, channels, former, state, opened_at, closes_at, key, hands, result`

// row is a poll as it is stored.
type row struct {
	Poll
	options, rule, channels, key, result string
	secret, changeable, opened, closes   int64
}

func (r *row) fields() []any {
	return []any{
		&r.Realm, &r.ID, &r.Subject, &r.Roster, &r.Place, &r.Question, &r.options, &r.rule, &r.secret, &r.changeable, &r.channels, &r.Former,
		&r.State, &r.opened, &r.closes, &r.key, &r.hands, &r.result,
	}
}

func (r *row) decode() (p Poll, res Result, err error) {
	p = r.Poll
	p.Secret, p.Changeable = r.secret != 0, r.changeable != 0
	p.OpenedAt, p.Closes = time.UnixMicro(r.opened), time.UnixMicro(r.closes)
	for _, c := range strings.Split(r.channels, ",") {
		p.Channels = append(p.Channels, Channel(c))
	}
	err = errors.Join(json.Unmarshal([]byte(r.options), &p.Options), json.Unmarshal([]byte(r.rule), &p.Rule))
	if r.result != "" {
		err = errors.Join(err, json.Unmarshal([]byte(r.result), &res))
	}
	return p, res, err
}

func number(b bool) int {
	if b {
		return 1
	}
	return 0
}

func insert(ctx context.Context, tx *db.Tx, p Poll, key string) (made bool, err error) {
	options, bad := json.Marshal(p.Options)
	rule, err := json.Marshal(p.Rule)
	if err = errors.Join(bad, err); err != nil {
		return false, err
	}
	channels := make([]string, len(p.Channels))
	for i, c := range p.Channels {
		channels[i] = string(c)
	}
	n, err := tx.Exec(ctx, `
		INSERT INTO deliberation_poll (`+columns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', '') ON CONFLICT DO NOTHING`,
		p.Realm, p.ID, p.Subject, p.Roster, p.Place, p.Question, string(options), string(rule), number(p.Secret), number(p.Changeable),
		strings.Join(channels, ","), p.Former, p.State, p.OpenedAt.UnixMicro(), p.Closes.UnixMicro(), key)
	return n == 1, err
}

func find(ctx context.Context, tx *db.Tx, realm, id string) (p Poll, key string, r Result, err error) {
	return one(ctx, tx, db.Q(`SELECT `+columns+` FROM deliberation_poll WHERE realm = ? AND id = ?`, realm, id))
}

func one(ctx context.Context, tx *db.Tx, q *db.Query) (p Poll, key string, res Result, err error) {
	var r row
	err = q.Row(ctx, tx).Scan(r.fields()...)
	if errors.Is(err, db.ErrNoRows) {
		err = fault.New(fault.Missing, "poll.missing")
	}
	if err != nil {
		return p, "", res, err
	}
	p, res, err = r.decode()
	return p, r.key, res, err
}

// locked is find for who is about to end the poll, or to enter papers.
func locked(ctx context.Context, tx *db.Tx, realm, id string) (Poll, error) {
	p, _, _, err := one(ctx, tx, db.Q(`SELECT `+columns+` FROM deliberation_poll WHERE realm = ? AND id = ?`, realm, id).Locked(tx))
	return p, err
}

// entrusted puts a lock in the place of the installation's key, or of the lock before,
// while no letter was made and so no ballot can be in the urn.
func entrusted(ctx context.Context, tx *db.Tx, p Poll, lock string) error {
	_, err := tx.Exec(ctx, `UPDATE deliberation_poll SET key = '', hands = ? WHERE realm = ? AND id = ?`, lock, p.Realm, p.ID)
	return err
}

// gone stands in the place of a lock that has been opened.
const gone = "gone"

// counted keeps the result; with it the key of the urn goes.
func counted(ctx context.Context, tx *db.Tx, p Poll, r Result) error {
	body, err := json.Marshal(r)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `UPDATE deliberation_poll SET state = ?, key = '', hands = ?, result = ? WHERE realm = ? AND id = ?`,
		Counted, p.handsGone(), string(body), p.Realm, p.ID)
	return err
}

// dropped ends a poll without a result.
func dropped(ctx context.Context, tx *db.Tx, p Poll) error {
	_, err := tx.Exec(ctx, `UPDATE deliberation_poll SET state = ?, key = '', hands = ? WHERE realm = ? AND id = ?`, Dropped, p.handsGone(), p.Realm, p.ID)
	return err
}

func many(ctx context.Context, tx *db.Tx, q *db.Query) ([]Poll, error) {
	rows, err := db.All(ctx, tx, q, (*row).fields)
	out := make([]Poll, 0, len(rows))
	for _, r := range rows {
		p, _, bad := r.decode()
		if bad != nil {
			return nil, bad
		}
		out = append(out, p)
	}
	return out, err
}

func listed(ctx context.Context, tx *db.Tx, realm string, place [2]int64, after string, limit int) ([]Poll, error) {
	return many(ctx, tx, db.Q(`SELECT `+columns+` FROM deliberation_poll WHERE realm = ? AND place >= ? AND place < ?`, realm, place[0], place[1]).
		If(after != "", ` AND id < ?`, after).Add(` ORDER BY id DESC LIMIT ?`, limit))
}

// ownMost bounds the polls that are listed for one account.
const ownMost = 50

func ofAccount(ctx context.Context, tx *db.Tx, realm, account string) ([]Poll, error) {
	return many(ctx, tx, db.Q(`
		SELECT `+columns+` FROM deliberation_poll
		WHERE realm = ? AND id IN (SELECT poll FROM deliberation_voter WHERE realm = ? AND account = ?) ORDER BY id DESC LIMIT ?`, realm, realm, account, ownMost))
}

// dueMost bounds the polls that are counted at a time.
const dueMost = 100

func dueOf(ctx context.Context, tx *db.Tx, realm string, now time.Time) ([]string, error) {
	return db.All(ctx, tx, db.Q(`SELECT id FROM deliberation_poll WHERE realm = ? AND state = ? AND closes_at <= ? AND hands = '' ORDER BY closes_at, id LIMIT ?`,
		realm, Running, now.UnixMicro(), dueMost), func(s *string) []any { return []any{s} })
}

// Sealed are the sealed columns of polls, to be closed again with a new key.
func Sealed() []seal.Column {
	return []seal.Column{{Name: "deliberation_poll.key", Find: findSealed, Replace: replaceSealed, Count: countSealed}}
}

func findSealed(ctx context.Context, tx *db.Tx, realm, after, than string, limit int) ([]seal.Text, error) {
	texts, err := db.All(ctx, tx, db.Q(`
		SELECT id, key FROM deliberation_poll WHERE realm = ? AND id > ? AND key <> '' AND key NOT LIKE ? ORDER BY id LIMIT ?`, realm, after, than+"%", limit),
		func(t *seal.Text) []any { return []any{&t.Key, &t.Sealed} })
	for i := range texts {
		texts[i].About = keyOf(realm, texts[i].Key)
	}
	return texts, err
}

func replaceSealed(ctx context.Context, tx *db.Tx, realm string, t seal.Text, sealed string) error {
	return tx.Later(ctx, `UPDATE deliberation_poll SET key = ? WHERE realm = ? AND id = ? AND key = ?`, sealed, realm, t.Key, t.Sealed)
}

func countSealed(ctx context.Context, tx *db.Tx, realm, mark string) (n int, err error) {
	err = tx.QueryRow(ctx, `SELECT COUNT(*) FROM deliberation_poll WHERE realm = ? AND key LIKE ?`, realm, mark+"%").Scan(&n)
	return n, err
}
