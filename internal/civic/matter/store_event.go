// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package matter

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"pavilion/internal/base/clock"
	"pavilion/internal/base/fault"
	"pavilion/internal/base/page"
	"pavilion/internal/core/procedure"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/seal"
)

// insertEvent adds one line to a matter's history.
func insertEvent(ctx context.Context, tx *db.Tx, realm, matter string, e Event, w written) error {
	return tx.Later(ctx, `
		INSERT INTO matter_event (realm, matter, seq, action, from_state, to_state, actor, role, body, answers, basis, photos, at, due_at, term, extra, whole, sealed)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		realm, matter, e.Seq, e.Action, e.From, e.To, e.Actor, e.Role, e.Body, w.answers, e.Basis,
		e.Photos, e.At.UnixMicro(), stored(e.Due, far), length(e.Term), length(e.Extra), length(e.Whole), w.sealed)
}

// written is what people wrote at a step, as it lies in the table: open or sealed.
type written struct {
	seq             int
	answers, sealed string
}

// writings lists what was written at the steps of a matter.
func writings(ctx context.Context, tx *db.Tx, realm, matter string) ([]written, error) {
	return db.All(ctx, tx, db.Q(`SELECT seq, answers, sealed FROM matter_event WHERE realm = ? AND matter = ? ORDER BY seq`, realm, matter),
		func(w *written) []any { return []any{&w.seq, &w.answers, &w.sealed} })
}

// replaceWriting stores what was written at a step anew: sealed or open, and the
// same words.
func replaceWriting(ctx context.Context, tx *db.Tx, realm, matter string, w written) error {
	return tx.Later(ctx, `UPDATE matter_event SET answers = ?, sealed = ? WHERE realm = ? AND matter = ? AND seq = ?`,
		w.answers, w.sealed, realm, matter, w.seq)
}

// history lists a matter's events, oldest first, with what was written as open
// makes it. A matter has dozens at most.
func history(ctx context.Context, tx *db.Tx, realm, matter string, open func(written) (map[string]string, error)) ([]Event, error) {
	type line struct {
		Event
		written
		at, due            int64
		term, extra, whole string
	}
	lines, err := db.All(ctx, tx, db.Q(`
		SELECT seq, action, from_state, to_state, actor, role, body, answers, basis, photos, at, due_at, term, extra, whole, sealed
		FROM matter_event WHERE realm = ? AND matter = ? ORDER BY seq`, realm, matter), func(l *line) []any {
		return []any{&l.Seq, &l.Action, &l.From, &l.To, &l.Actor, &l.Role, &l.Body, &l.answers, &l.Basis, &l.Photos, &l.at, &l.due,
			&l.term, &l.extra, &l.whole, &l.sealed}
	})
	if err != nil {
		return nil, err
	}
	events := make([]Event, len(lines))
	for i, l := range lines {
		l.At, l.Due = instant(l.at), instant(l.due)
		l.Term, l.Extra, l.Whole = term(l.term), term(l.extra), term(l.whole)
		l.written.seq = l.Seq
		if l.Answers, err = open(l.written); err != nil {
			return nil, err
		}
		events[i] = l.Event
	}
	return events, nil
}

// named lists matters whose account lies there as it was kept in former times, in
// the order of their ids.
func named(ctx context.Context, tx *db.Tx, realm string, limit int) ([]string, error) {
	return db.All(ctx, tx, db.Q(`
		SELECT matter FROM matter_named WHERE realm = ? AND done = 0 ORDER BY matter LIMIT ?`, realm, limit),
		func(id *string) []any { return []any{id} })
}

// rename writes what is kept of a reporter's account over the account, in the
// matter and in the line of its history that tells of the report.
func rename(ctx context.Context, tx *db.Tx, m Matter, mark string) error {
	if _, err := tx.Exec(ctx, `UPDATE matter SET reporter = ? WHERE realm = ? AND id = ? AND reporter = ?`,
		mark, m.Realm, m.ID, m.Reporter); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `UPDATE matter_event SET actor = ? WHERE realm = ? AND matter = ? AND action = 'report' AND actor = ?`,
		mark, m.Realm, m.ID, m.Reporter); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `UPDATE matter_named SET done = 1 WHERE realm = ? AND matter = ?`, m.Realm, m.ID)
	return err
}

func insertContact(ctx context.Context, tx *db.Tx, realm, matter, sealed string) error {
	return tx.Later(ctx, `INSERT INTO matter_contact (realm, matter, sealed) VALUES (?, ?, ?)`, realm, matter, sealed)
}

func findContact(ctx context.Context, tx *db.Tx, realm, matter string) (sealed string, err error) {
	err = tx.QueryRow(ctx, `SELECT sealed FROM matter_contact WHERE realm = ? AND matter = ?`, realm, matter).Scan(&sealed)
	if errors.Is(err, db.ErrNoRows) {
		return "", fault.New(fault.Missing, "matter.no_contact")
	}
	return sealed, err
}

// length is how a term is stored: its number and its unit.
func length(t clock.Term) string {
	if t.N == 0 {
		return ""
	}
	return fmt.Sprintf("%g %s", t.N, t.Unit)
}

// term reads a stored term.
func term(text string) (t clock.Term) {
	n, unit, _ := strings.Cut(text, " ")
	t.N, _ = strconv.ParseFloat(n, 64) // none is stored as nothing
	t.Unit = clock.Unit(unit)
	return t
}

// past receives the columns of an event that the clocks ask for.
type past struct {
	procedure.Past
	at                 int64
	term, extra, whole string
}

func (p *past) fields() []any { return []any{&p.From, &p.To, &p.at, &p.term, &p.extra, &p.whole} }

func (p *past) read() procedure.Past {
	p.At, p.Term, p.Extra, p.Whole = instant(p.at), term(p.term), term(p.extra), term(p.whole)
	return p.Past
}

// pasts returns what the clocks of a matter have to know of its history.
func pasts(ctx context.Context, tx *db.Tx, realm, matter string) ([]procedure.Past, error) {
	lines, err := db.All(ctx, tx, db.Q(`
		SELECT from_state, to_state, at, term, extra, whole
		FROM matter_event WHERE realm = ? AND matter = ? ORDER BY seq`, realm, matter), (*past).fields)
	out := make([]procedure.Past, len(lines))
	for i := range lines {
		out[i] = lines[i].read()
	}
	return out, err
}

// countParts says how many parts a matter has, open and done.
func countParts(ctx context.Context, tx *db.Tx, realm, parent string) (n int, err error) {
	err = tx.QueryRow(ctx, `SELECT count(*) FROM matter WHERE realm = ? AND parent = ? AND parent <> ''`, realm, parent).Scan(&n)
	return n, err
}

// mergedInto lists the matters that are merged into one.
func mergedInto(ctx context.Context, tx *db.Tx, realm, main string) ([]string, error) {
	return db.All(ctx, tx, db.Q(`
		SELECT id FROM matter WHERE realm = ? AND main = ? AND main <> '' ORDER BY id`, realm, main),
		func(id *string) []any { return []any{id} })
}

// maxRelatives bounds the matters merged into one that its page lists.
const maxRelatives = 100

// relatives lists a matter's parent and main matter, its parts, and those merged into it.
func relatives(ctx context.Context, tx *db.Tx, m Matter) ([]Matter, error) {
	var out []Matter
	for _, name := range []string{m.Parent, m.Main} {
		if name == "" {
			continue
		}
		one, err := find(ctx, tx, m.Realm, name)
		if err != nil {
			return nil, err
		}
		out = append(out, one)
	}
	parts, err := list(ctx, tx, db.Q(`SELECT `+summaries+` FROM matter WHERE realm = ? AND parent = ? AND parent <> '' ORDER BY id`, m.Realm, m.ID))
	if err != nil {
		return nil, err
	}
	same, err := list(ctx, tx, db.Q(`SELECT `+summaries+` FROM matter WHERE realm = ? AND main = ? AND main <> '' ORDER BY id LIMIT ?`, m.Realm, m.ID, maxRelatives))
	return append(append(out, parts...), same...), err
}

// addFollower counts one more without touching the revision: nobody's work is
// outdated by it.
func addFollower(ctx context.Context, tx *db.Tx, realm, id string) error {
	_, err := tx.Exec(ctx, `UPDATE matter SET followers = followers + 1 WHERE realm = ? AND id = ?`, realm, id)
	return err
}

// timed lists the open matters of a realm whose terms run, in the order of their
// ids, after the given one. It brings what replaying them takes.
func timed(ctx context.Context, tx *db.Tx, realm string, after page.Cursor, limit int) ([]Matter, error) {
	rows, err := db.All(ctx, tx, db.Q(`
		SELECT realm, id, number, procedure_version, state, due_at, timer_at, warn_at, whole_at
		FROM matter WHERE realm = ? AND id > ? AND open = 1
		ORDER BY id LIMIT ?`, realm, after.ID, limit), func(r *row) []any {
		m := &r.Matter
		return []any{&m.Realm, &m.ID, &m.Number, &m.Version, &m.State, &r.due, &r.timer, &r.warn, &r.whole}
	})
	out := make([]Matter, len(rows))
	for i := range rows {
		out[i] = rows[i].matter()
	}
	return out, err
}

// manyPasts returns what the clocks of several matters have to know, by id.
func manyPasts(ctx context.Context, tx *db.Tx, realm string, list []Matter) (map[string][]procedure.Past, error) {
	if len(list) == 0 {
		return nil, nil
	}
	type line struct {
		past
		matter string
	}
	q := db.Q(`SELECT matter, from_state, to_state, at, term, extra, whole
		FROM matter_event WHERE realm = ? AND matter IN (?`, realm, list[0].ID)
	q.Add(strings.Repeat(`, ?`, len(list)-1) + `) ORDER BY matter, seq`)
	for _, m := range list[1:] {
		q.Add(``, m.ID)
	}
	lines, err := db.All(ctx, tx, q, func(l *line) []any { return append([]any{&l.matter}, l.fields()...) })
	out := make(map[string][]procedure.Past, len(list))
	for _, l := range lines {
		out[l.matter] = append(out[l.matter], l.read())
	}
	return out, err
}

// Sealed are the sealed columns of matters, to be closed again with a new key.
func Sealed() []seal.Column {
	return []seal.Column{
		{Name: "matter_contact.sealed", Find: findSealed, Replace: replaceSealed, Count: countSealed},
		{Name: "matter.sealed", Find: findWords, Replace: replaceWords, Count: countWords},
		{Name: "matter_event.sealed", Find: findWritings, Replace: replaceSealedWriting, Count: countWritings},
	}
}

func findSealed(ctx context.Context, tx *db.Tx, realm, after, than string, limit int) ([]seal.Text, error) {
	texts, err := db.All(ctx, tx, db.Q(`
		SELECT matter, sealed FROM matter_contact
		WHERE realm = ? AND matter > ? AND sealed NOT LIKE ? ORDER BY matter LIMIT ?`, realm, after, than+"%", limit),
		func(t *seal.Text) []any { return []any{&t.Key, &t.Sealed} })
	for i := range texts {
		texts[i].About = contactOf(realm, texts[i].Key)
	}
	return texts, err
}

func replaceSealed(ctx context.Context, tx *db.Tx, realm string, t seal.Text, sealed string) error {
	return tx.Later(ctx, `UPDATE matter_contact SET sealed = ? WHERE realm = ? AND matter = ? AND sealed = ?`,
		sealed, realm, t.Key, t.Sealed)
}

func countSealed(ctx context.Context, tx *db.Tx, realm, mark string) (n int, err error) {
	err = tx.QueryRow(ctx, `SELECT COUNT(*) FROM matter_contact WHERE realm = ? AND sealed LIKE ?`, realm, mark+"%").Scan(&n)
	return n, err
}

func findWords(ctx context.Context, tx *db.Tx, realm, after, than string, limit int) ([]seal.Text, error) {
	texts, err := db.All(ctx, tx, db.Q(`
		SELECT id, sealed FROM matter
		WHERE realm = ? AND id > ? AND sealed <> '' AND sealed NOT LIKE ? ORDER BY id LIMIT ?`, realm, after, than+"%", limit),
		func(t *seal.Text) []any { return []any{&t.Key, &t.Sealed} })
	for i := range texts {
		texts[i].About = wordsOf(realm, texts[i].Key)
	}
	return texts, err
}

func replaceWords(ctx context.Context, tx *db.Tx, realm string, t seal.Text, sealed string) error {
	return tx.Later(ctx, `UPDATE matter SET sealed = ? WHERE realm = ? AND id = ? AND sealed = ?`, sealed, realm, t.Key, t.Sealed)
}

func countWords(ctx context.Context, tx *db.Tx, realm, mark string) (n int, err error) {
	err = tx.QueryRow(ctx, `SELECT COUNT(*) FROM matter WHERE realm = ? AND sealed <> '' AND sealed LIKE ?`, realm, mark+"%").Scan(&n)
	return n, err
}

// stepKey names a step's row among all of a realm; stepOf reads it.
func stepKey(matter string, seq int) string { return matter + "/" + strconv.Itoa(seq) }

func stepOf(key string) (matter string, seq int) {
	matter, n, _ := strings.Cut(key, "/")
	seq, _ = strconv.Atoi(n) // the first key is empty
	return matter, seq
}

func findWritings(ctx context.Context, tx *db.Tx, realm, after, than string, limit int) ([]seal.Text, error) {
	type line struct {
		matter, sealed string
		seq            int
	}
	matter, seq := stepOf(after)
	lines, err := db.All(ctx, tx, db.Q(`
		SELECT matter, seq, sealed FROM matter_event
		WHERE realm = ? AND (matter > ? OR matter = ? AND seq > ?) AND sealed <> '' AND sealed NOT LIKE ?
		ORDER BY matter, seq LIMIT ?`, realm, matter, matter, seq, than+"%", limit),
		func(l *line) []any { return []any{&l.matter, &l.seq, &l.sealed} })
	texts := make([]seal.Text, len(lines))
	for i, l := range lines {
		texts[i] = seal.Text{Key: stepKey(l.matter, l.seq), About: writingOf(realm, l.matter, l.seq), Sealed: l.sealed}
	}
	return texts, err
}

func replaceSealedWriting(ctx context.Context, tx *db.Tx, realm string, t seal.Text, sealed string) error {
	matter, seq := stepOf(t.Key)
	return tx.Later(ctx, `UPDATE matter_event SET sealed = ? WHERE realm = ? AND matter = ? AND seq = ? AND sealed = ?`,
		sealed, realm, matter, seq, t.Sealed)
}

func countWritings(ctx context.Context, tx *db.Tx, realm, mark string) (n int, err error) {
	err = tx.QueryRow(ctx, `SELECT COUNT(*) FROM matter_event WHERE realm = ? AND sealed <> '' AND sealed LIKE ?`, realm, mark+"%").Scan(&n)
	return n, err
}
