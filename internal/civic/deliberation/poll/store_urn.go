// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package poll

import (
	"context"

	"pavilion/internal/platform/db"
)

// insertUrn puts a closed ballot into its place, unless one lies there.
func insertUrn(ctx context.Context, tx *db.Tx, p Poll, place, closed string) (made bool, err error) {
	n, err := tx.Exec(ctx, `INSERT INTO deliberation_urn (realm, poll, id, ballot) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING`, p.Realm, p.ID, place, closed)
	return n == 1, err
}

func inUrn(ctx context.Context, tx *db.Tx, p Poll, place string) (bool, error) {
	n := 0
	err := tx.QueryRow(ctx, `SELECT count(*) FROM deliberation_urn WHERE realm = ? AND poll = ? AND id = ?`, p.Realm, p.ID, place).Scan(&n)
	return n == 1, err
}

// closedBallot is a ballot in the urn.
type closedBallot struct{ id, ballot string }

func urnOf(ctx context.Context, tx *db.Tx, p Poll) ([]closedBallot, error) {
	return db.All(ctx, tx, db.Q(`SELECT id, ballot FROM deliberation_urn WHERE realm = ? AND poll = ? ORDER BY id`, p.Realm, p.ID),
		func(c *closedBallot) []any { return []any{&c.id, &c.ballot} })
}

// list writes the ballots in the order in which they are given: that of their codes.
func list(ctx context.Context, tx *db.Tx, p Poll, ballots []Ballot) error {
	for _, b := range ballots {
		err := tx.Later(ctx, `INSERT INTO deliberation_ballot (realm, poll, code, choice) VALUES (?, ?, ?, ?)`, p.Realm, p.ID, b.Code, b.Choice)
		if err != nil {
			return err
		}
	}
	return nil
}

func ballotsOf(ctx context.Context, tx *db.Tx, p Poll) ([]Ballot, error) {
	return db.All(ctx, tx, db.Q(`SELECT code, choice FROM deliberation_ballot WHERE realm = ? AND poll = ? ORDER BY code`, p.Realm, p.ID),
		func(b *Ballot) []any { return []any{&b.Code, &b.Choice} })
}
