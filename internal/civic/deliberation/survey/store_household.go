// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package survey

import (
	"context"
	"errors"
	"fmt"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/platform/db"
)

const householdColumns = `no, place, sealed, letters, channel, choice, answers`

// householdRow is a household as it is stored.
type householdRow struct {
	Household
	sealed string
}

func (r *householdRow) fields() []any {
	return []any{&r.No, &r.Place, &r.sealed, &r.Letters, &r.Channel, &r.Choice, &r.Answers}
}

// labelOf names the text that a household's label is.
func labelOf(realm, key string) string { return "deliberation_household/" + realm + "/" + key }

// keyOf is a household's key within a realm.
func keyOf(survey string, no int) string { return fmt.Sprintf("%s/%d", survey, no) }

func (s *Service) open(v Survey, r householdRow) (Household, error) {
	h := r.Household
	if r.sealed == "" {
		return h, nil
	}
	plain, err := s.Box.Open(r.sealed, labelOf(v.Realm, keyOf(v.ID, h.No)))
	h.Label = string(plain)
	return h, err
}

func (s *Service) putHousehold(ctx context.Context, tx *db.Tx, v Survey, h Household) error {
	sealed, err := s.Box.Seal(v.Realm, labelOf(v.Realm, keyOf(v.ID, h.No)), []byte(h.Label))
	if err != nil {
		return err
	}
	return tx.Later(ctx, `
		INSERT INTO deliberation_household (realm, survey, no, place, sealed, hash, letters, channel, choice, form, answers, shut)
		VALUES (?, ?, ?, ?, ?, '', 0, '', '', '', 0, 0)`, v.Realm, v.ID, h.No, h.Place, sealed)
}

func (s *Service) oneHousehold(ctx context.Context, tx *db.Tx, v Survey, q *db.Query, none *fault.Error) (Household, error) {
	var r householdRow
	err := q.Row(ctx, tx).Scan(r.fields()...)
	if errors.Is(err, db.ErrNoRows) {
		err = none
	}
	if err != nil {
		return Household{}, err
	}
	return s.open(v, r)
}

func (s *Service) household(ctx context.Context, tx *db.Tx, v Survey, no int) (Household, error) {
	return s.oneHousehold(ctx, tx, v, db.Q(`SELECT `+householdColumns+` FROM deliberation_household WHERE realm = ? AND survey = ? AND no = ?`, v.Realm, v.ID, no),
		fault.New(fault.Missing, "survey.no_household").At("no"))
}

func (s *Service) byCode(ctx context.Context, tx *db.Tx, v Survey, code string) (Household, error) {
	return s.oneHousehold(ctx, tx, v, db.Q(`SELECT `+householdColumns+` FROM deliberation_household WHERE realm = ? AND survey = ? AND hash = ? AND hash <> ''`,
		v.Realm, v.ID, hashOf(v, code)), fault.New(fault.Missing, "survey.no_code").At("code"))
}

// households lists those of a round by number; one more than its size, if there are.
// Without places, all.
func (s *Service) households(ctx context.Context, tx *db.Tx, v Survey, c Round, places []span) ([]Household, error) {
	q := db.Q(`SELECT `+householdColumns+` FROM deliberation_household WHERE realm = ? AND survey = ? AND no > ?`, v.Realm, v.ID, c.After).
		If(c.Open, ` AND answers = 0`)
	if places != nil {
		q.Add(` AND (place = ?`, v.Place)
		for _, p := range places {
			q.Add(` OR place >= ? AND place < ?`, p.lo, p.hi)
		}
		q.Add(`)`)
	}
	return s.revealed(ctx, tx, v, q.Add(` ORDER BY no LIMIT ?`, c.Size+1))
}

// lettered lists those that letters are made for.
func (s *Service) lettered(ctx context.Context, tx *db.Tx, v Survey, no int) ([]Household, error) {
	return s.revealed(ctx, tx, v, db.Q(`SELECT `+householdColumns+` FROM deliberation_household WHERE realm = ? AND survey = ? AND sealed <> ''`, v.Realm, v.ID).
		If(no > 0, ` AND no = ?`, no).If(no == 0, ` AND letters = 0`).Add(` ORDER BY no`))
}

func (s *Service) revealed(ctx context.Context, tx *db.Tx, v Survey, q *db.Query) ([]Household, error) {
	rows, err := db.All(ctx, tx, q, (*householdRow).fields)
	if err != nil {
		return nil, err
	}
	out := make([]Household, len(rows))
	for i, r := range rows {
		if out[i], err = s.open(v, r); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// setHash gives a household another code.
func setHash(ctx context.Context, tx *db.Tx, v Survey, no int, hash string) error {
	return tx.Later(ctx, `UPDATE deliberation_household SET hash = ?, letters = letters + 1 WHERE realm = ? AND survey = ? AND no = ?`,
		hash, v.Realm, v.ID, no)
}

// put keeps an answer in place of the one its author saw, and never after shut.
func put(ctx context.Context, tx *db.Tx, v Survey, no int, c Answer) (took bool, err error) {
	form := markOf(v, c.Key)
	n, err := tx.Exec(ctx, `
		UPDATE deliberation_household SET channel = ?, choice = ?, form = ?, answers = answers + 1
		WHERE realm = ? AND survey = ? AND no = ? AND answers = ? AND form <> ? AND shut = 0`,
		c.Channel, c.Choice, form, v.Realm, v.ID, no, c.Seen, form)
	return n == 1, err
}

// standing is how a household stands, the form of its last answer, and whether it
// takes no more.
func (s *Service) standing(ctx context.Context, tx *db.Tx, v Survey, no int) (h Household, form string, closed bool, err error) {
	var shut int64
	err = tx.QueryRow(ctx, `SELECT form, shut FROM deliberation_household WHERE realm = ? AND survey = ? AND no = ?`, v.Realm, v.ID, no).Scan(&form, &shut)
	if err == nil {
		h, err = s.household(ctx, tx, v, no)
	}
	return h, form, shut != 0, err
}

// shut has a survey take no more answers. It waits for those that are being kept, and
// those that come after it find the mark.
func shut(ctx context.Context, tx *db.Tx, v Survey) error {
	_, err := tx.Exec(ctx, `UPDATE deliberation_household SET shut = 1 WHERE realm = ? AND survey = ?`, v.Realm, v.ID)
	return err
}

func trail(ctx context.Context, tx *db.Tx, v Survey, h Household, account string, now time.Time) error {
	return tx.Later(ctx, `INSERT INTO deliberation_answer (realm, survey, no, seq, channel, choice, account, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		v.Realm, v.ID, h.No, h.Answers, h.Channel, h.Choice, account, now.UnixMicro())
}

func traceOf(ctx context.Context, tx *db.Tx, v Survey, no int) ([]Given, error) {
	type answerRow struct {
		Given
		at int64
	}
	rows, err := db.All(ctx, tx, db.Q(`SELECT seq, channel, choice, account, at FROM deliberation_answer WHERE realm = ? AND survey = ? AND no = ? ORDER BY seq`,
		v.Realm, v.ID, no), func(r *answerRow) []any { return []any{&r.Seq, &r.Channel, &r.Choice, &r.By, &r.at} })
	out := make([]Given, len(rows))
	for i, r := range rows {
		out[i] = r.Given
		out[i].At = time.UnixMicro(r.at)
	}
	return out, err
}

func cellsOf(ctx context.Context, tx *db.Tx, v Survey) ([]cell, error) {
	return db.All(ctx, tx, db.Q(`
		SELECT channel, choice, COUNT(*) FROM deliberation_household WHERE realm = ? AND survey = ? AND answers > 0
		GROUP BY channel, choice ORDER BY channel, choice`, v.Realm, v.ID), func(c *cell) []any { return []any{&c.channel, &c.choice, &c.n} })
}

func progressOf(ctx context.Context, tx *db.Tx, v Survey) (p Progress, err error) {
	type part struct {
		channel    Channel
		n, letters int
	}
	p.By = map[Channel]int{}
	parts, err := db.All(ctx, tx, db.Q(`
		SELECT channel, COUNT(*), COALESCE(SUM(CASE WHEN letters > 0 THEN 1 ELSE 0 END), 0) FROM deliberation_household WHERE realm = ? AND survey = ?
		GROUP BY channel ORDER BY channel`, v.Realm, v.ID), func(r *part) []any { return []any{&r.channel, &r.n, &r.letters} })
	if err != nil {
		return p, err
	}
	for _, one := range parts {
		p.Asked += one.n
		p.Letters += one.letters
		if one.channel != "" {
			p.Answered += one.n
			p.By[one.channel] = one.n
		}
	}
	err = tx.QueryRow(ctx, `SELECT COUNT(*) FROM deliberation_remark WHERE realm = ? AND survey = ? AND state = ?`, v.Realm, v.ID, Fresh).Scan(&p.Remarks)
	return p, err
}
