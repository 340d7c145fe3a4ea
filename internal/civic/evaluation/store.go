// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package evaluation

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"pavilion/internal/platform/db"
)

// keep stores one event, once.
func keep(ctx context.Context, tx *db.Tx, realm string, h happened, body string) error {
	return tx.Later(ctx, `
		INSERT INTO evaluation_event (realm, ref, seq, at, body) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT DO NOTHING`, realm, h.ID, h.Seq, h.at, body)
}

// some adds that a column has one of the given values.
func some(q *db.Query, column string, values []string) *db.Query {
	q.Add(` AND `+column+` IN (?`, values[0]).Add(strings.Repeat(`, ?`, len(values)-1) + `)`)
	for _, v := range values[1:] {
		q.Add(``, v)
	}
	return q
}

// eventsOf returns the events of cases, by case.
func eventsOf(ctx context.Context, tx *db.Tx, realm string, refs []string) (map[string][]happened, error) {
	type line struct {
		ref, body string
		at        int64
	}
	lines, err := db.All(ctx, tx, some(db.Q(`SELECT ref, body, at FROM evaluation_event WHERE realm = ?`, realm), `ref`, refs),
		func(l *line) []any { return []any{&l.ref, &l.body, &l.at} })
	if err != nil {
		return nil, err
	}
	out := map[string][]happened{}
	for _, l := range lines {
		h, err := decode([]byte(l.body), l.at)
		if err != nil {
			return nil, err
		}
		out[l.ref] = append(out[l.ref], h)
	}
	return out, nil
}

// monthsOf are the months that cases count in so far.
func monthsOf(ctx context.Context, tx *db.Tx, realm string, refs []string) (map[Month]bool, error) {
	lines, err := db.All(ctx, tx, some(db.Q(`
		SELECT reported, dispatched, handled, called FROM evaluation_fact WHERE realm = ?`, realm), `ref`, refs),
		func(l *[4]Month) []any { return []any{&l[0], &l[1], &l[2], &l[3]} })
	out := map[Month]bool{}
	for _, l := range lines {
		for _, m := range l {
			out[m] = true
		}
	}
	return out, err
}

// putFact stores the fact of a case.
func putFact(ctx context.Context, tx *db.Tx, realm, ref string, f Fact, months map[string]Month) error {
	text, err := json.Marshal(f)
	if err != nil {
		return err
	}
	return tx.Later(ctx, `
		INSERT INTO evaluation_fact (realm, ref, reported, dispatched, handled, called, fact)
		VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (realm, ref) DO UPDATE SET reported = excluded.reported, dispatched = excluded.dispatched,
			handled = excluded.handled, called = excluded.called, fact = excluded.fact`,
		realm, ref, months["reported"], months["dispatched"], months["handled"], months["called"], string(text))
}

// soil marks a month whose counts have to be made anew.
func soil(ctx context.Context, tx *db.Tx, realm string, m Month) error {
	return tx.Later(ctx, `
		INSERT INTO evaluation_month (realm, month, stamp, made, made_at, edition) VALUES (?, ?, 1, 0, 0, 0)
		ON CONFLICT (realm, month) DO UPDATE SET stamp = evaluation_month.stamp + 1`, realm, m)
}

// stale is a month whose counts are older than its facts.
type stale struct {
	month Month
	stamp int64
}

// staleMonths lists the months to count, the oldest first: those with new facts
// or other definitions, and recent ones whose counts are old, because cases
// become overdue without anything happening.
func staleMonths(ctx context.Context, tx *db.Tx, realm string, edition int, recent Month, old time.Time) ([]stale, error) {
	return db.All(ctx, tx, db.Q(`
		SELECT month, stamp FROM evaluation_month
		WHERE realm = ? AND (made < stamp OR edition <> ? OR month >= ? AND made_at < ?)
		ORDER BY month`, realm, edition, recent, old.UnixMicro()),
		func(m *stale) []any { return []any{&m.month, &m.stamp} })
}

// eachFact reads the facts that one date places in a month.
func eachFact(ctx context.Context, tx *db.Tx, realm, date string, m Month, do func(Fact)) error {
	query := map[string]string{
		"reported":   `SELECT fact FROM evaluation_fact WHERE realm = ? AND reported = ?`,
		"dispatched": `SELECT fact FROM evaluation_fact WHERE realm = ? AND dispatched = ? AND dispatched > 0`,
		"handled":    `SELECT fact FROM evaluation_fact WHERE realm = ? AND handled = ? AND handled > 0`,
		"called":     `SELECT fact FROM evaluation_fact WHERE realm = ? AND called = ? AND called > 0`,
	}[date]
	rows, err := tx.Query(ctx, query, realm, m)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			return err
		}
		var f Fact
		if err := json.Unmarshal([]byte(text), &f); err != nil {
			return err
		}
		do(f)
	}
	return rows.Err()
}

// putCounts replaces the counts of a month. A cell that holds nothing any more
// becomes 0.
func putCounts(ctx context.Context, tx *db.Tx, realm string, m stale, edition int, cells map[cell]int, now time.Time) error {
	if _, err := tx.Exec(ctx, `UPDATE evaluation_count SET n = 0 WHERE realm = ? AND month = ?`, realm, m.month); err != nil {
		return err
	}
	order := slices.SortedFunc(maps.Keys(cells), func(a, b cell) int {
		return cmp.Or(cmp.Compare(a.dimension, b.dimension), cmp.Compare(a.within, b.within), cmp.Compare(a.part, b.part), cmp.Compare(a.measured, b.measured))
	})
	for len(order) > 0 {
		batch := order[:min(len(order), 100)]
		order = order[len(batch):]
		q := db.Q(`INSERT INTO evaluation_count (realm, month, dimension, within, part, measure, n) VALUES `)
		for i, c := range batch {
			q.If(i > 0, `, `).Add(`(?, ?, ?, ?, ?, ?, ?)`, realm, m.month, c.dimension, c.within, c.part, c.measured, cells[c])
		}
		q.Add(` ON CONFLICT (realm, month, dimension, within, part, measure) DO UPDATE SET n = excluded.n`)
		if err := q.Later(ctx, tx); err != nil {
			return err
		}
	}
	_, err := tx.Exec(ctx, `
		UPDATE evaluation_month SET made = ?, made_at = ?, edition = ? WHERE realm = ? AND month = ?`,
		m.stamp, now.UnixMicro(), edition, realm, m.month)
	return err
}

// sums adds the counts of a period's months by part and measure.
func sums(ctx context.Context, tx *db.Tx, a Ask) (map[string]map[string]int, error) {
	type line struct {
		part, measure string
		n             int
	}
	lines, err := db.All(ctx, tx, db.Q(`
		SELECT part, measure, sum(n) FROM evaluation_count
		WHERE realm = ? AND month >= ? AND month <= ? AND dimension = ? AND within = ?
		GROUP BY part, measure`, a.Realm, a.Period.From, a.Period.To, a.By, a.Within),
		func(l *line) []any { return []any{&l.part, &l.measure, &l.n} })
	out := map[string]map[string]int{}
	for _, l := range lines {
		if out[l.part] == nil {
			out[l.part] = map[string]int{}
		}
		out[l.part][l.measure] = l.n
	}
	return out, err
}

// monthly returns the counts of the realm as a whole, month by month.
func monthly(ctx context.Context, tx *db.Tx, realm string, p Period) (map[Month]map[string]int, error) {
	type line struct {
		month   Month
		measure string
		n       int
	}
	lines, err := db.All(ctx, tx, db.Q(`
		SELECT month, measure, n FROM evaluation_count
		WHERE realm = ? AND month >= ? AND month <= ? AND dimension = ? AND within = ''`, realm, p.From, p.To, All),
		func(l *line) []any { return []any{&l.month, &l.measure, &l.n} })
	out := map[Month]map[string]int{}
	for _, l := range lines {
		if out[l.month] == nil {
			out[l.month] = map[string]int{}
		}
		out[l.month][l.measure] = l.n
	}
	return out, err
}

// asOf is when the oldest counts of a period were made; zero if there are none.
func asOf(ctx context.Context, tx *db.Tx, realm string, p Period) (time.Time, error) {
	var at int64
	err := tx.QueryRow(ctx, `
		SELECT made_at FROM evaluation_month
		WHERE realm = ? AND month >= ? AND month <= ? AND made_at > 0 ORDER BY made_at LIMIT 1`, realm, p.From, p.To).Scan(&at)
	if errors.Is(err, db.ErrNoRows) {
		return time.Time{}, nil
	}
	return time.UnixMicro(at), err
}
