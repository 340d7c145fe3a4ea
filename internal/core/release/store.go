// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package release

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/page"
	"pavilion/internal/core/identity"
	"pavilion/internal/platform/db"
)

const columns = `realm, id, kind, subject, file, title, link, area, place, town, avoid, words, version, state, author, releaser, reason, at, decided_at, revision`

// row receives the columns that need a conversion.
type row struct {
	Draft
	words       string
	at, decided int64
}

func (r *row) fields() []any {
	return []any{
		&r.Realm, &r.ID, &r.Kind, &r.Subject, &r.File, &r.Title, &r.Link, &r.Area, &r.Place, &r.Town, &r.Avoid, &r.words, &r.Version, &r.State,
		&r.Author, &r.Releaser, &r.Reason, &r.at, &r.decided, &r.Revision,
	}
}

func (r *row) draft() (Draft, error) {
	d := r.Draft
	d.At = time.UnixMicro(r.at)
	if r.decided > 0 {
		d.Decided = time.UnixMicro(r.decided)
	}
	return d, json.Unmarshal([]byte(r.words), &d.Words)
}

// drafts reads the rows of a query.
func drafts(ctx context.Context, tx *db.Tx, q *db.Query) ([]Draft, error) {
	rows, err := db.All(ctx, tx, q, (*row).fields)
	if err != nil {
		return nil, err
	}
	out := make([]Draft, len(rows))
	for i := range rows {
		if out[i], err = rows[i].draft(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func live(s State) int {
	if s.Live() {
		return 1
	}
	return 0
}

// micros is how an instant is stored; none is 0.
func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// insert stores a new draft. It fails with Stale if another of the same subject,
// kind and file was begun at the same time.
func insert(ctx context.Context, tx *db.Tx, d Draft) error {
	words, err := json.Marshal(d.Words)
	if err != nil {
		return err
	}
	n, err := tx.Exec(ctx, `
		INSERT INTO release_draft (`+columns+`, live) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		d.Realm, d.ID, d.Kind, d.Subject, d.File, d.Title, d.Link, d.Area, d.Place, d.Town, d.Avoid, string(words), d.Version, d.State,
		d.Author, d.Releaser, d.Reason, micros(d.At), micros(d.Decided), d.Revision, live(d.State))
	if err == nil && n == 0 {
		err = fault.New(fault.Stale, "release.stale")
	}
	return err
}

// update stores a draft over the revision that it has.
func update(ctx context.Context, tx *db.Tx, d Draft) error {
	words, err := json.Marshal(d.Words)
	if err != nil {
		return err
	}
	n, err := tx.Exec(ctx, `
		UPDATE release_draft SET words = ?, version = ?, state = ?, live = ?, author = ?, releaser = ?, reason = ?, at = ?, decided_at = ?,
		  revision = revision + 1
		WHERE realm = ? AND id = ? AND revision = ?`,
		string(words), d.Version, d.State, live(d.State), d.Author, d.Releaser, d.Reason, micros(d.At), micros(d.Decided), d.Realm, d.ID, d.Revision)
	if err == nil && n == 0 {
		err = fault.New(fault.Stale, "release.stale")
	}
	return err
}

func one(list []Draft, err error) (Draft, error) {
	if err == nil && len(list) == 0 {
		err = fault.New(fault.Missing, "release.missing")
	}
	if err != nil {
		return Draft{}, err
	}
	return list[0], nil
}

func find(ctx context.Context, tx *db.Tx, realm, id string) (Draft, error) {
	return one(drafts(ctx, tx, db.Q(`SELECT `+columns+` FROM release_draft WHERE realm = ? AND id = ?`, realm, id)))
}

func findLive(ctx context.Context, tx *db.Tx, realm, subject, kind, file string) (Draft, error) {
	return one(drafts(ctx, tx, db.Q(`SELECT `+columns+` FROM release_draft WHERE realm = ? AND subject = ? AND kind = ? AND file = ? AND live = 1`,
		realm, subject, kind, file)))
}

// findReleased lists what is public of a draft's subject, kind and file.
func findReleased(ctx context.Context, tx *db.Tx, d Draft) ([]Draft, error) {
	return drafts(ctx, tx, db.Q(`SELECT `+columns+` FROM release_draft WHERE realm = ? AND subject = ? AND kind = ? AND file = ? AND state = ?`,
		d.Realm, d.Subject, d.Kind, d.File, Released))
}

func of(ctx context.Context, tx *db.Tx, realm, subject string) ([]Draft, error) {
	return drafts(ctx, tx, db.Q(`SELECT `+columns+` FROM release_draft WHERE realm = ? AND subject = ? ORDER BY at DESC, id DESC LIMIT 100`, realm, subject))
}

// newest lists the newest draft of each subject that has one of a kind.
func newest(ctx context.Context, tx *db.Tx, realm, kind string, subjects []string) ([]Draft, error) {
	if len(subjects) == 0 {
		return nil, nil
	}
	q := db.Q(`SELECT `+columns+` FROM release_draft WHERE realm = ? AND kind = ? AND subject IN (?`, realm, kind, subjects[0])
	q.Add(strings.Repeat(`, ?`, len(subjects)-1) + `)`)
	for _, s := range subjects[1:] {
		q.Add(``, s)
	}
	found, err := drafts(ctx, tx, q.Add(` ORDER BY at DESC, id DESC`))
	seen := map[string]bool{}
	return slices.DeleteFunc(found, func(d Draft) bool {
		known := seen[d.Subject]
		seen[d.Subject] = true
		return known
	}), err
}

// desks narrows a query to the drafts of the places where somebody looks after
// what becomes public, or audits, and to their own.
func desks(q *db.Query, by identity.Actor, now time.Time) *db.Query {
	q.Add(` AND (author = ?`, by.Account)
	for _, g := range by.Grants {
		q.If(g.Live(now) && g.For() && (slices.Contains(releasing, g.Role) || g.Role == identity.Auditor), ` OR place >= ? AND place < ?`, g.Lo, g.Hi)
	}
	q.Add(`)`)
	for _, body := range by.Bodies() {
		q.Add(` AND avoid <> ?`, body)
	}
	return q
}

func list(ctx context.Context, tx *db.Tx, by identity.Actor, state State, now time.Time, after page.Cursor, limit int) ([]Draft, error) {
	q := desks(db.Q(`SELECT `+columns+` FROM release_draft WHERE realm = ? AND state = ?`, by.Realm, state), by, now)
	if state.Live() {
		q.If(after.More(), ` AND (at, id) > (?, ?)`, after.At, after.ID).Add(` ORDER BY at, id LIMIT ?`, limit)
	} else {
		q.If(after.More(), ` AND (at, id) < (?, ?)`, after.At, after.ID).Add(` ORDER BY at DESC, id DESC LIMIT ?`, limit)
	}
	return drafts(ctx, tx, q)
}

// count counts what waits for somebody: others' drafts at their desk, and their
// own that came back or have traces.
func count(ctx context.Context, tx *db.Tx, by identity.Actor, now time.Time) (n int, err error) {
	q := db.Q(`SELECT count(*) FROM release_draft WHERE realm = ? AND live = 1 AND (author = ? AND state <> ?`, by.Realm, by.Account, Waiting)
	for _, g := range by.Grants {
		q.If(g.Live(now) && g.For() && slices.Contains(releasing, g.Role), ` OR author <> ? AND state = ? AND place >= ? AND place < ?`, by.Account, Waiting, g.Lo, g.Hi)
	}
	q.Add(`)`)
	for _, body := range by.Bodies() {
		q.Add(` AND avoid <> ?`, body)
	}
	return n, q.Row(ctx, tx).Scan(&n)
}

func insertVersion(ctx context.Context, tx *db.Tx, d Draft, v Version) error {
	words, err := json.Marshal(v.Words)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO release_version (realm, draft, version, words, kinds, author, at) VALUES (?, ?, ?, ?, ?, ?, ?)`,
		d.Realm, d.ID, v.Number, string(words), joined(v.Kinds), v.Author, v.At.UnixMicro())
	return err
}

func versions(ctx context.Context, tx *db.Tx, realm, draft string) ([]Version, error) {
	type line struct {
		Version
		words, kinds string
		at           int64
	}
	lines, err := db.All(ctx, tx, db.Q(`SELECT version, words, kinds, author, at FROM release_version WHERE realm = ? AND draft = ? ORDER BY version`, realm, draft),
		func(l *line) []any { return []any{&l.Number, &l.words, &l.kinds, &l.Author, &l.at} })
	out := make([]Version, len(lines))
	for i, l := range lines {
		out[i] = l.Version
		out[i].Kinds, out[i].At = parted(l.kinds), time.UnixMicro(l.at)
		err = errors.Join(err, json.Unmarshal([]byte(l.words), &out[i].Words))
	}
	return out, err
}

// authors lists who wrote a version of a draft.
func authors(ctx context.Context, tx *db.Tx, realm, draft string) ([]string, error) {
	return db.All(ctx, tx, db.Q(`SELECT DISTINCT author FROM release_version WHERE realm = ? AND draft = ? ORDER BY author`, realm, draft),
		func(a *string) []any { return []any{a} })
}

// insertEvent appends a line of the trail; its number is the draft's revision.
func insertEvent(ctx context.Context, tx *db.Tx, d Draft, e Event) error {
	_, err := tx.Exec(ctx, `INSERT INTO release_event (realm, draft, seq, act, version, kinds, reason, actor, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		d.Realm, d.ID, d.Revision, e.Act, e.Version, joined(e.Kinds), e.Reason, e.Actor, e.At.UnixMicro())
	return err
}

func events(ctx context.Context, tx *db.Tx, realm, draft string) ([]Event, error) {
	type line struct {
		Event
		kinds string
		at    int64
	}
	lines, err := db.All(ctx, tx, db.Q(`SELECT act, version, kinds, reason, actor, at FROM release_event WHERE realm = ? AND draft = ? ORDER BY seq`, realm, draft),
		func(l *line) []any { return []any{&l.Act, &l.Version, &l.kinds, &l.Reason, &l.Actor, &l.at} })
	out := make([]Event, len(lines))
	for i, l := range lines {
		out[i] = l.Event
		out[i].Kinds, out[i].At = parted(l.kinds), time.UnixMicro(l.at)
	}
	return out, err
}
