// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package disclosure

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"pavilion/internal/platform/db"
)

const boardColumns = `realm, id, area, place, name, retired_at`

func (b *Board) fields(retired *int64) []any {
	return []any{&b.Realm, &b.ID, &b.Area, &b.Place, &b.Name, retired}
}

type boardRow struct {
	Board
	retired int64
}

func boards(ctx context.Context, tx *db.Tx, q *db.Query) ([]Board, error) {
	rows, err := db.All(ctx, tx, q, func(r *boardRow) []any { return r.fields(&r.retired) })
	out := make([]Board, len(rows))
	for i, r := range rows {
		out[i] = r.Board
		out[i].RetiredAt = instant(r.retired)
	}
	return out, err
}

func insertBoard(ctx context.Context, tx *db.Tx, b Board) (made bool, err error) {
	n, err := tx.Exec(ctx, `INSERT INTO deliberation_board (`+boardColumns+`) VALUES (?, ?, ?, ?, ?, 0) ON CONFLICT DO NOTHING`,
		b.Realm, b.ID, b.Area, b.Place, b.Name)
	return n > 0, err
}

func retireBoard(ctx context.Context, tx *db.Tx, b Board, at time.Time) error {
	_, err := tx.Exec(ctx, `UPDATE deliberation_board SET retired_at = ? WHERE realm = ? AND id = ? AND retired_at = 0`, at.UnixMicro(), b.Realm, b.ID)
	return err
}

func findBoard(ctx context.Context, tx *db.Tx, realm, id string) (b Board, err error) {
	var retired int64
	err = tx.QueryRow(ctx, `SELECT `+boardColumns+` FROM deliberation_board WHERE realm = ? AND id = ?`, realm, id).Scan(b.fields(&retired)...)
	b.RetiredAt = instant(retired)
	return b, missing(err, "disclosure.board_missing")
}

// boardMost bounds the paper boards that are listed.
const boardMost = 200

func boardsAt(ctx context.Context, tx *db.Tx, realm string, lo, hi int64) ([]Board, error) {
	return boards(ctx, tx, db.Q(`SELECT `+boardColumns+` FROM deliberation_board WHERE realm = ? AND place >= ? AND place < ? ORDER BY place, id LIMIT ?`,
		realm, lo, hi, boardMost))
}

const hungColumns = `id, notice, board, put_at, put_by, down_at, down_by`

type hungRow struct {
	Hung
	put, down int64
}

func (r *hungRow) fields() []any {
	return []any{&r.ID, &r.Notice, &r.Board, &r.put, &r.PutBy, &r.down, &r.DownBy}
}

func hung(ctx context.Context, tx *db.Tx, q *db.Query) ([]Hung, error) {
	rows, err := db.All(ctx, tx, q, (*hungRow).fields)
	out := make([]Hung, len(rows))
	for i, r := range rows {
		out[i] = r.Hung
		out[i].Put, out[i].Down = instant(r.put), instant(r.down)
	}
	return out, err
}

func insertHung(ctx context.Context, tx *db.Tx, realm string, h Hung) (made bool, err error) {
	n, err := tx.Exec(ctx, `
		INSERT INTO deliberation_posting (realm, `+hungColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		realm, h.ID, h.Notice, h.Board, h.Put.UnixMicro(), h.PutBy, upTo(h.Down), h.DownBy)
	return n > 0, err
}

func takeOff(ctx context.Context, tx *db.Tx, realm string, h Hung) (bool, error) {
	n, err := tx.Exec(ctx, `UPDATE deliberation_posting SET down_at = ?, down_by = ? WHERE realm = ? AND id = ? AND down_at = ?`,
		h.Down.UnixMicro(), h.DownBy, realm, h.ID, far)
	return n > 0, err
}

const gapColumns = `id, board, notice, cause, from_at, until_at`

type gapRow struct {
	Gap
	from, until int64
}

func (r *gapRow) fields() []any {
	return []any{&r.ID, &r.Board, &r.Notice, &r.Cause, &r.from, &r.until}
}

func gaps(ctx context.Context, tx *db.Tx, q *db.Query) ([]Gap, error) {
	rows, err := db.All(ctx, tx, q, (*gapRow).fields)
	out := make([]Gap, len(rows))
	for i, r := range rows {
		out[i] = r.Gap
		out[i].From, out[i].To = instant(r.from), instant(r.until)
	}
	return out, err
}

func insertGap(ctx context.Context, tx *db.Tx, realm, by string, g Gap, at time.Time) (made bool, err error) {
	n, err := tx.Exec(ctx, `
		INSERT INTO deliberation_gap (realm, `+gapColumns+`, reporter, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		realm, g.ID, g.Board, g.Notice, g.Cause, g.From.UnixMicro(), upTo(g.To), by, at.UnixMicro())
	return n > 0, err
}

func findGap(ctx context.Context, tx *db.Tx, realm, id string) (Gap, error) {
	list, err := gaps(ctx, tx, db.Q(`SELECT `+gapColumns+` FROM deliberation_gap WHERE realm = ? AND id = ?`, realm, id))
	if err == nil && len(list) == 0 {
		err = missing(db.ErrNoRows, "disclosure.gap_missing")
	}
	if err != nil {
		return Gap{}, err
	}
	return list[0], nil
}

func endGap(ctx context.Context, tx *db.Tx, realm string, g Gap) (bool, error) {
	n, err := tx.Exec(ctx, `UPDATE deliberation_gap SET until_at = ? WHERE realm = ? AND id = ? AND until_at = ?`, g.To.UnixMicro(), realm, g.ID, far)
	return n > 0, err
}

// gapMost bounds the gaps that are looked at: the earliest of those that reach into a period.
const gapMost = 500

// gapsOf lists the gaps of a board that reach past an instant and are about all notices.
func gapsOf(ctx context.Context, tx *db.Tx, realm, board string, since time.Time) ([]Gap, error) {
	return gaps(ctx, tx, db.Q(`
		SELECT `+gapColumns+` FROM deliberation_gap WHERE realm = ? AND board = ? AND notice = '' AND until_at > ? ORDER BY until_at, id LIMIT ?`,
		realm, board, since.UnixMicro(), gapMost))
}

// lastGaps lists the gaps of a board, the newest first.
func lastGaps(ctx context.Context, tx *db.Tx, realm, board string, limit int) ([]Gap, error) {
	return gaps(ctx, tx, db.Q(`SELECT `+gapColumns+` FROM deliberation_gap WHERE realm = ? AND board = ? AND notice = '' ORDER BY until_at DESC, id DESC LIMIT ?`,
		realm, board, limit))
}

// factsOf reads what the standing of a notice follows from.
func factsOf(ctx context.Context, tx *db.Tx, n Notice) (Facts, error) {
	list, err := factsOfAll(ctx, tx, n.Realm, []Notice{n})
	if err != nil {
		return Facts{}, err
	}
	return list[0], nil
}

// factsOfAll reads the same of some notices with few questions.
func factsOfAll(ctx context.Context, tx *db.Tx, realm string, list []Notice) ([]Facts, error) {
	var own, on []string
	var since time.Time
	for _, n := range list {
		if n.Counted.IsZero() {
			continue
		}
		if own = append(own, n.ID); since.IsZero() || n.Counted.Before(since) {
			since = n.Counted
		}
		for _, b := range n.Boards {
			if !slices.Contains(on, b) {
				on = append(on, b)
			}
		}
	}
	out := make([]Facts, len(list))
	if len(own) == 0 {
		return out, nil
	}
	down, err := webGaps(ctx, tx, realm, own, since)
	if err != nil {
		return nil, err
	}
	var hangs []Hung
	if len(on) > 0 {
		if hangs, err = hangings(ctx, tx, realm, own); err != nil {
			return nil, err
		}
	}
	for _, board := range on {
		some, err := gapsOf(ctx, tx, realm, board, since)
		if err != nil {
			return nil, err
		}
		down = append(down, some...)
	}
	for i, n := range list {
		out[i] = n.facts(hangs, down)
	}
	return out, nil
}

// facts picks what is a notice's own.
func (n Notice) facts(hangs []Hung, down []Gap) Facts {
	f := Facts{Days: n.Days, Counted: n.Counted, Boards: n.Boards}
	if n.State == Withdrawn {
		f.Withdrawn = n.EndedAt
	}
	for _, h := range hangs {
		if h.Notice == n.ID {
			f.Hung = append(f.Hung, h)
		}
	}
	for _, g := range down {
		mine := g.Notice == "" && (g.Board == Web || slices.Contains(n.Boards, g.Board)) || g.Notice == n.ID
		if mine && (g.To.IsZero() || g.To.After(n.Counted)) {
			f.Gaps = append(f.Gaps, g)
		}
	}
	return f
}

// webGaps lists the gaps of the web board: of all notices, and of some.
func webGaps(ctx context.Context, tx *db.Tx, realm string, own []string, since time.Time) ([]Gap, error) {
	out, err := gapsOf(ctx, tx, realm, Web, since)
	if err != nil {
		return nil, err
	}
	q := db.Q(`SELECT `+gapColumns+` FROM deliberation_gap WHERE realm = ? AND board = ? AND notice IN (?`, realm, Web, own[0])
	q.Add(strings.Repeat(`, ?`, len(own)-1) + `)`)
	for _, id := range own[1:] {
		q.Add(``, id)
	}
	single, err := gaps(ctx, tx, q.Add(` AND until_at > ? ORDER BY until_at, id LIMIT ?`, since.UnixMicro(), gapMost))
	return append(out, single...), err
}

// hangings lists what hung of some notices on paper boards.
func hangings(ctx context.Context, tx *db.Tx, realm string, own []string) ([]Hung, error) {
	q := db.Q(`SELECT `+hungColumns+` FROM deliberation_posting WHERE realm = ? AND notice IN (?`, realm, own[0])
	q.Add(strings.Repeat(`, ?`, len(own)-1) + `)`)
	for _, id := range own[1:] {
		q.Add(``, id)
	}
	return hung(ctx, tx, q.Add(` ORDER BY notice, board, put_at LIMIT ?`, 4*gapMost))
}

// beat notes that a board is up, and returns when it was seen to be last.
func beat(ctx context.Context, tx *db.Tx, realm, board string, at time.Time) (last time.Time, err error) {
	var micro int64
	err = db.Q(`SELECT at FROM deliberation_beat WHERE realm = ? AND board = ?`, realm, board).Locked(tx).Row(ctx, tx).Scan(&micro)
	if err != nil && !errors.Is(err, db.ErrNoRows) {
		return last, err
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO deliberation_beat (realm, board, at) VALUES (?, ?, ?) ON CONFLICT (realm, board) DO UPDATE SET at = excluded.at`,
		realm, board, at.UnixMicro())
	return instant(micro), err
}
