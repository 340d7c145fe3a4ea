// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package poll

import (
	"context"
	"encoding/json"
	"errors"

	"pavilion/internal/base/fault"
	"pavilion/internal/platform/db"
)

const voterColumns = `member, holder, account, area, aside, letters, channel`

// voterRow is a voter as it is stored.
type voterRow struct {
	Voter
	aside int64
}

func (r *voterRow) fields() []any {
	r.Share.People = 1
	return []any{&r.Member, &r.Holder, &r.Account, &r.Share.Area, &r.aside, &r.Letters, &r.Channel}
}

func (r *voterRow) decode() Voter {
	v := r.Voter
	v.Aside = r.aside != 0
	return v
}

func insertVoter(ctx context.Context, tx *db.Tx, p Poll, v Voter) error {
	return tx.Later(ctx, `
		INSERT INTO deliberation_voter (realm, poll, member, holder, account, area, aside, hash, letters, channel, shut)
		VALUES (?, ?, ?, ?, ?, ?, ?, '', 0, '', 0)`,
		p.Realm, p.ID, v.Member, v.Holder, v.Account, v.Share.Area, number(v.Aside))
}

func votersOf(ctx context.Context, tx *db.Tx, realm, poll string) ([]Voter, error) {
	rows, err := db.All(ctx, tx, db.Q(`SELECT `+voterColumns+` FROM deliberation_voter WHERE realm = ? AND poll = ? ORDER BY member`, realm, poll),
		(*voterRow).fields)
	out := make([]Voter, len(rows))
	for i := range rows {
		out[i] = rows[i].decode()
	}
	return out, err
}

func voterBy(ctx context.Context, tx *db.Tx, q *db.Query, none string) (Voter, error) {
	var r voterRow
	err := q.Row(ctx, tx).Scan(r.fields()...)
	if errors.Is(err, db.ErrNoRows) {
		err = fault.New(fault.Missing, none).At("secret")
	}
	return r.decode(), err
}

func voterByHash(ctx context.Context, tx *db.Tx, p Poll, hash string) (Voter, error) {
	return voterBy(ctx, tx, db.Q(`SELECT `+voterColumns+` FROM deliberation_voter WHERE realm = ? AND poll = ? AND hash = ? AND hash <> ''`, p.Realm, p.ID, hash),
		"poll.no_credential")
}

func voterOf(ctx context.Context, tx *db.Tx, p Poll, member string) (Voter, error) {
	return voterBy(ctx, tx, db.Q(`SELECT `+voterColumns+` FROM deliberation_voter WHERE realm = ? AND poll = ? AND member = ?`, p.Realm, p.ID, member),
		"poll.no_voter")
}

// ballotsOfAccount are the votes that an account may give in a poll, with what was voted.
func ballotsOfAccount(ctx context.Context, tx *db.Tx, p Poll, account string) ([]OwnBallot, error) {
	rows, err := db.All(ctx, tx, db.Q(`SELECT `+voterColumns+` FROM deliberation_voter WHERE realm = ? AND account = ? AND account <> '' AND poll = ? ORDER BY member`,
		p.Realm, account, p.ID), (*voterRow).fields)
	out := make([]OwnBallot, len(rows))
	for i := range rows {
		out[i].Voter = rows[i].decode()
		given := tx.QueryRow(ctx, `SELECT choice FROM deliberation_vote WHERE realm = ? AND poll = ? AND member = ?`, p.Realm, p.ID, rows[i].Member)
		if bad := given.Scan(&out[i].Choice); bad != nil && !errors.Is(bad, db.ErrNoRows) {
			return nil, bad
		}
	}
	return out, err
}

// setHash gives a voter another credential.
func setHash(ctx context.Context, tx *db.Tx, p Poll, member, hash string) error {
	return tx.Later(ctx, `UPDATE deliberation_voter SET hash = ?, letters = letters + 1 WHERE realm = ? AND poll = ? AND member = ? AND channel = ''`,
		hash, p.Realm, p.ID, member)
}

// spendByHash marks that a vote came by a channel, once, and never after shut.
func spendByHash(ctx context.Context, tx *db.Tx, p Poll, hash string, c Channel) (took bool, err error) {
	n, err := tx.Exec(ctx, `
		UPDATE deliberation_voter SET channel = ? WHERE realm = ? AND poll = ? AND hash = ? AND hash <> '' AND channel = '' AND aside = 0 AND shut = 0`,
		c, p.Realm, p.ID, hash)
	return n == 1, err
}

func spendByMember(ctx context.Context, tx *db.Tx, p Poll, member string, c Channel) (took bool, err error) {
	n, err := tx.Exec(ctx, `
		UPDATE deliberation_voter SET channel = ? WHERE realm = ? AND poll = ? AND member = ? AND channel = '' AND aside = 0 AND shut = 0`,
		c, p.Realm, p.ID, member)
	return n == 1, err
}

// shut has the poll take no more votes. It waits for those that are being kept, and
// those that come after it find the mark. Where a row that changes moves, it moves
// all of them in one order, so that none tells when its voter came.
func shut(ctx context.Context, tx *db.Tx, p Poll) error {
	_, err := tx.Exec(ctx, `UPDATE deliberation_voter SET shut = 1 WHERE realm = ? AND poll = ?`, p.Realm, p.ID)
	return err
}

// putVote keeps a vote by name. It is false for another vote than the one that is
// there, unless the poll lets it be changed.
func putVote(ctx context.Context, tx *db.Tx, p Poll, member, choice string) (kept bool, err error) {
	n, err := tx.Exec(ctx, `INSERT INTO deliberation_vote (realm, poll, member, choice) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		p.Realm, p.ID, member, choice)
	if err != nil || n == 1 {
		return n == 1, err
	}
	n, err = db.Q(`UPDATE deliberation_vote SET choice = ? WHERE realm = ? AND poll = ? AND member = ?`, choice, p.Realm, p.ID, member).
		If(!p.Changeable, ` AND choice = ?`, choice).Exec(ctx, tx)
	return n == 1, err
}

func votesOf(ctx context.Context, tx *db.Tx, p Poll) (map[string]string, error) {
	rows, err := db.All(ctx, tx, db.Q(`SELECT member, choice FROM deliberation_vote WHERE realm = ? AND poll = ? ORDER BY member`, p.Realm, p.ID),
		func(v *[2]string) []any { return []any{&v[0], &v[1]} })
	out := make(map[string]string, len(rows))
	for _, r := range rows {
		out[r[0]] = r[1]
	}
	return out, err
}

func putSheet(ctx context.Context, tx *db.Tx, p Poll, account string, c Sheet) error {
	body, err := json.Marshal(c)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO deliberation_paper (realm, poll, account, body) VALUES (?, ?, ?, ?)
		ON CONFLICT (realm, poll, account) DO UPDATE SET body = excluded.body`, p.Realm, p.ID, account, string(body))
	return err
}

// sheetsOf lists what scrutineers have entered, but for one of them.
func sheetsOf(ctx context.Context, tx *db.Tx, p Poll, but string) ([]Sheet, error) {
	bodies, err := db.All(ctx, tx, db.Q(`SELECT body FROM deliberation_paper WHERE realm = ? AND poll = ? AND account <> ? ORDER BY account`,
		p.Realm, p.ID, but), func(s *string) []any { return []any{s} })
	out := make([]Sheet, len(bodies))
	for i, body := range bodies {
		err = errors.Join(err, json.Unmarshal([]byte(body), &out[i]))
	}
	return out, err
}
