// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package proceeding

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/core/procedure"
	"pavilion/internal/platform/db"
)

func appendEvent(ctx context.Context, tx *db.Tx, p Proceeding, e Event) error {
	answers, bad := json.Marshal(e.Answers)
	numbers, wrong := json.Marshal(e.Numbers)
	past, err := json.Marshal(e.past)
	if err = errors.Join(bad, wrong, err); err != nil {
		return err
	}
	return tx.Later(ctx, `
		INSERT INTO deliberation_course (realm, proceeding, seq, action, state, step, account, role, answers, numbers, past, at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		p.Realm, p.ID, e.Seq, e.Action, e.State, e.Step, e.Actor, e.Role, string(answers), string(numbers), string(past), e.At.UnixMicro())
}

func history(ctx context.Context, tx *db.Tx, realm, id string) ([]Event, error) {
	type line struct {
		Event
		answers, numbers, past string
		at                     int64
	}
	lines, err := db.All(ctx, tx, db.Q(`
		SELECT seq, action, state, step, account, role, answers, numbers, past, at FROM deliberation_course
		WHERE realm = ? AND proceeding = ? ORDER BY seq`, realm, id),
		func(l *line) []any {
			return []any{&l.Seq, &l.Action, &l.State, &l.Step, &l.Actor, &l.Role, &l.answers, &l.numbers, &l.past, &l.at}
		})
	out := make([]Event, len(lines))
	for i, l := range lines {
		out[i] = l.Event
		out[i].At = instant(l.at)
		if bad := errors.Join(json.Unmarshal([]byte(l.answers), &out[i].Answers), json.Unmarshal([]byte(l.numbers), &out[i].Numbers),
			json.Unmarshal([]byte(l.past), &out[i].past)); bad != nil {
			return nil, bad
		}
	}
	return out, err
}

// pasts is what the clocks have to know of a history.
func pasts(list []Event) []procedure.Past {
	out := make([]procedure.Past, len(list))
	for i, e := range list {
		out[i] = e.past
	}
	return out
}

const proofColumns = `realm, proceeding, id, step, kind, ref, detail, account, at, ended_at, why`

type proofRow struct {
	Proof
	detail    string
	at, ended int64
}

func (r *proofRow) fields() []any {
	return []any{&r.Realm, &r.Proceeding, &r.ID, &r.Step, &r.Kind, &r.Ref, &r.detail, &r.Account, &r.at, &r.ended, &r.Why}
}

func (r *proofRow) proof() Proof {
	p := r.Proof
	p.Detail, p.At, p.Ended = json.RawMessage(r.detail), instant(r.at), instant(r.ended)
	return p
}

// insertProof stores a proof, unless it is there.
func insertProof(ctx context.Context, tx *db.Tx, p Proof) (made bool, err error) {
	n, err := tx.Exec(ctx, `
		INSERT INTO deliberation_proof (`+proofColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, '') ON CONFLICT DO NOTHING`,
		p.Realm, p.Proceeding, p.ID, p.Step, p.Kind, p.Ref, string(p.Detail), p.Account, p.At.UnixMicro())
	return n == 1, err
}

// endProof takes a proof from its step.
func endProof(ctx context.Context, tx *db.Tx, p Proof, why string, at time.Time) error {
	n, err := tx.Exec(ctx, `UPDATE deliberation_proof SET ended_at = ?, why = ? WHERE realm = ? AND proceeding = ? AND id = ? AND ended_at = 0`,
		at.UnixMicro(), why, p.Realm, p.Proceeding, p.ID)
	if err == nil && n == 0 {
		err = fault.New(fault.Conflict, "proceeding.proof_ended")
	}
	return err
}

// proofMost bounds the proofs of one proceeding.
const proofMost = 200

func proofs(ctx context.Context, tx *db.Tx, realm, id string) ([]Proof, error) {
	rows, err := db.All(ctx, tx, db.Q(`SELECT `+proofColumns+` FROM deliberation_proof WHERE realm = ? AND proceeding = ? ORDER BY at, id LIMIT ?`,
		realm, id, proofMost), (*proofRow).fields)
	out := make([]Proof, len(rows))
	for i := range rows {
		out[i] = rows[i].proof()
	}
	return out, err
}

// usedBy lists the proceedings that a thing proves something of.
func usedBy(ctx context.Context, tx *db.Tx, realm string, k Kind, ref string) ([]string, error) {
	return db.All(ctx, tx, db.Q(`SELECT DISTINCT proceeding FROM deliberation_proof WHERE realm = ? AND kind = ? AND ref = ? AND ended_at = 0 ORDER BY proceeding LIMIT ?`,
		realm, k, ref, ofMost), func(id *string) []any { return []any{id} })
}
