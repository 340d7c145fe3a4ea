// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package retention

import (
	"context"
	"errors"
	"strings"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/platform/db"
)

// turn takes the realm's turn to destroy something, or to keep it from that: until
// the transaction ends nobody else has it.
func turn(ctx context.Context, tx *db.Tx, realm string) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO retention_turn (realm, n) VALUES (?, 1) ON CONFLICT (realm) DO UPDATE SET n = retention_turn.n + 1`, realm)
	return err
}

// instant reads a stored instant; 0 is none.
func instant(micro int64) time.Time {
	if micro == 0 {
		return time.Time{}
	}
	return time.UnixMicro(micro)
}

func micro(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

func insertStone(ctx context.Context, tx *db.Tx, s Stone) error {
	return tx.Later(ctx, `
		INSERT INTO retention_stone (realm, hash, batch, kind, subject, class, state, deed, cause, rule, edition, n, by_account, at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		s.Realm, s.Hash, s.Batch, s.Item.Kind, s.Item.Subject, s.Item.Class, s.Item.State, s.Deed, s.Cause, s.Rule, s.Edition, s.N, s.By,
		s.At.UnixMicro())
}

const stoneColumns = `realm, hash, batch, kind, subject, class, state, deed, cause, rule, edition, n, by_account, at`

func stones(ctx context.Context, tx *db.Tx, realm string, from, to time.Time, limit int) ([]Stone, error) {
	return readStones(ctx, tx, db.Q(`SELECT `+stoneColumns+` FROM retention_stone WHERE realm = ? AND at >= ? AND at < ? ORDER BY at, hash LIMIT ?`,
		realm, from.UnixMicro(), to.UnixMicro(), limit))
}

func stonesOf(ctx context.Context, tx *db.Tx, realm, subject string) ([]Stone, error) {
	return readStones(ctx, tx, db.Q(`SELECT `+stoneColumns+` FROM retention_stone WHERE realm = ? AND subject = ? ORDER BY at, hash`, realm, subject))
}

func readStones(ctx context.Context, tx *db.Tx, q *db.Query) ([]Stone, error) {
	type row struct {
		Stone
		at int64
	}
	rows, err := db.All(ctx, tx, q, func(r *row) []any {
		i := &r.Item
		return []any{&r.Realm, &r.Hash, &r.Batch, &i.Kind, &i.Subject, &i.Class, &i.State, &r.Deed, &r.Cause, &r.Rule, &r.Edition, &r.N, &r.By, &r.at}
	})
	out := make([]Stone, len(rows))
	for i, r := range rows {
		out[i] = r.Stone
		out[i].At = instant(r.at)
	}
	return out, err
}

const holdColumns = `realm, id, subject, area, lo, hi, reason, by_account, at, until_at, lift_by, lift_why, lifted_by, lifted_at, revision`

type holdRow struct {
	Hold
	at, until, lifted int64
}

func (r *holdRow) fields() []any {
	return []any{&r.Realm, &r.ID, &r.Subject, &r.Area, &r.Lo, &r.Hi, &r.Reason, &r.By, &r.at, &r.until, &r.LiftBy, &r.LiftWhy, &r.LiftedBy,
		&r.lifted, &r.Revision}
}

func (r *holdRow) read() Hold {
	h := r.Hold
	h.At, h.Until, h.LiftedAt = instant(r.at), instant(r.until), instant(r.lifted)
	return h
}

func insertHold(ctx context.Context, tx *db.Tx, h Hold) error {
	_, err := tx.Exec(ctx, `INSERT INTO retention_hold (`+holdColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		h.Realm, h.ID, h.Subject, h.Area, h.Lo, h.Hi, h.Reason, h.By, h.At.UnixMicro(), h.Until.UnixMicro(), h.LiftBy, h.LiftWhy, h.LiftedBy,
		micro(h.LiftedAt), h.Revision)
	return err
}

func updateHold(ctx context.Context, tx *db.Tx, h Hold) error {
	n, err := tx.Exec(ctx, `
		UPDATE retention_hold SET lift_by = ?, lift_why = ?, lifted_by = ?, lifted_at = ?, revision = revision + 1
		WHERE realm = ? AND id = ? AND revision = ?`, h.LiftBy, h.LiftWhy, h.LiftedBy, micro(h.LiftedAt), h.Realm, h.ID, h.Revision)
	if err == nil && n == 0 {
		err = fault.New(fault.Stale, "matter.stale")
	}
	return err
}

func findHold(ctx context.Context, tx *db.Tx, realm, id string) (Hold, error) {
	var r holdRow
	err := tx.QueryRow(ctx, `SELECT `+holdColumns+` FROM retention_hold WHERE realm = ? AND id = ?`, realm, id).Scan(r.fields()...)
	if errors.Is(err, db.ErrNoRows) {
		err = fault.New(fault.Missing, "retention.hold_missing")
	}
	return r.read(), err
}

// liveHolds lists the holds that count at an instant.
func liveHolds(ctx context.Context, tx *db.Tx, realm string, at time.Time) ([]Hold, error) {
	return readHolds(ctx, tx, db.Q(`SELECT `+holdColumns+` FROM retention_hold WHERE realm = ? AND lifted_at = 0 AND until_at > ?`, realm, at.UnixMicro()))
}

func holds(ctx context.Context, tx *db.Tx, realm string, limit int) ([]Hold, error) {
	return readHolds(ctx, tx, db.Q(`SELECT `+holdColumns+` FROM retention_hold WHERE realm = ? ORDER BY id DESC LIMIT ?`, realm, limit))
}

func readHolds(ctx context.Context, tx *db.Tx, q *db.Query) ([]Hold, error) {
	rows, err := db.All(ctx, tx, q, (*holdRow).fields)
	out := make([]Hold, len(rows))
	for i := range rows {
		out[i] = rows[i].read()
	}
	return out, err
}

const emergencyColumns = `realm, id, name, area, lo, hi, types, from_at, by_account, lifted_at, lifted_by, revision`

type emergencyRow struct {
	Emergency
	types        string
	from, lifted int64
}

func (r *emergencyRow) fields() []any {
	return []any{&r.Realm, &r.ID, &r.Name, &r.Area, &r.Lo, &r.Hi, &r.types, &r.from, &r.By, &r.lifted, &r.LiftedBy, &r.Revision}
}

func (r *emergencyRow) read() Emergency {
	e := r.Emergency
	e.Types, e.From, e.LiftedAt = strings.Fields(r.types), instant(r.from), instant(r.lifted)
	return e
}

func insertEmergency(ctx context.Context, tx *db.Tx, e Emergency) error {
	_, err := tx.Exec(ctx, `INSERT INTO retention_emergency (`+emergencyColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		e.Realm, e.ID, e.Name, e.Area, e.Lo, e.Hi, strings.Join(e.Types, " "), e.From.UnixMicro(), e.By, micro(e.LiftedAt), e.LiftedBy, e.Revision)
	return err
}

func updateEmergency(ctx context.Context, tx *db.Tx, e Emergency) error {
	n, err := tx.Exec(ctx, `
		UPDATE retention_emergency SET lifted_at = ?, lifted_by = ?, revision = revision + 1
		WHERE realm = ? AND id = ? AND revision = ?`, micro(e.LiftedAt), e.LiftedBy, e.Realm, e.ID, e.Revision)
	if err == nil && n == 0 {
		err = fault.New(fault.Stale, "matter.stale")
	}
	return err
}

func findEmergency(ctx context.Context, tx *db.Tx, realm, id string) (Emergency, error) {
	var r emergencyRow
	err := tx.QueryRow(ctx, `SELECT `+emergencyColumns+` FROM retention_emergency WHERE realm = ? AND id = ?`, realm, id).Scan(r.fields()...)
	if errors.Is(err, db.ErrNoRows) {
		err = fault.New(fault.Missing, "retention.emergency_missing")
	}
	return r.read(), err
}

func emergencies(ctx context.Context, tx *db.Tx, realm string, lifted bool) ([]Emergency, error) {
	rows, err := db.All(ctx, tx, db.Q(`SELECT `+emergencyColumns+` FROM retention_emergency WHERE realm = ?`, realm).
		If(lifted, ` AND lifted_at > 0`).Add(` ORDER BY id DESC`), (*emergencyRow).fields)
	out := make([]Emergency, len(rows))
	for i := range rows {
		out[i] = rows[i].read()
	}
	return out, err
}
