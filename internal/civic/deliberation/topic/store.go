// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package topic

import (
	"context"
	"errors"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/page"
	"pavilion/internal/platform/db"
)

const columns = `realm, id, title, body, shown_title, shown_body, answer, subject, area, place, town, stage, former, into_topic, level, ref,
	suggestions, accounts, codes, reps, households, raised_at, entered_at, due_at, decided_at, solved_at, revision`

// row is a topic as it is stored.
type row struct {
	Topic
	raised, entered, due, decided, solved int64
}

func (r *row) fields() []any {
	return []any{
		&r.Realm, &r.ID, &r.Title, &r.Body, &r.Shown.Title, &r.Shown.Body, &r.Answer, &r.Subject, &r.Area, &r.Place, &r.Town, &r.Stage, &r.former, &r.Into,
		&r.Level, &r.Ref, &r.Backing.Suggestions, &r.Backing.Accounts, &r.Backing.Codes, &r.Backing.Reps, &r.Backing.Households, &r.raised, &r.entered,
		&r.due, &r.decided, &r.solved, &r.Revision,
	}
}

func (r *row) topic() Topic {
	t := r.Topic
	t.Raised, t.Entered, t.Due, t.Decided, t.Solved = instant(r.raised), instant(r.entered), instant(r.due), instant(r.decided), instant(r.solved)
	return t
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

func many(ctx context.Context, tx *db.Tx, q *db.Query) ([]Topic, error) {
	rows, err := db.All(ctx, tx, q, (*row).fields)
	out := make([]Topic, len(rows))
	for i := range rows {
		out[i] = rows[i].topic()
	}
	return out, err
}

// insert stores a topic, unless it is there.
func insert(ctx context.Context, tx *db.Tx, t Topic) (made bool, err error) {
	n, err := tx.Exec(ctx, `
		INSERT INTO deliberation_topic (`+columns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT DO NOTHING`,
		t.Realm, t.ID, t.Title, t.Body, t.Shown.Title, t.Shown.Body, t.Answer, t.Subject, t.Area, t.Place, t.Town, t.Stage, t.former, t.Into, t.Level, t.Ref,
		t.Backing.Suggestions, t.Backing.Accounts, t.Backing.Codes, t.Backing.Reps, t.Backing.Households, micro(t.Raised), micro(t.Entered), micro(t.Due),
		micro(t.Decided), micro(t.Solved), t.Revision)
	return n == 1, err
}

// update stores what somebody did to a topic, at the revision they saw. What was
// released and the numbers of those who stand behind it are stored apart.
func update(ctx context.Context, tx *db.Tx, t Topic) error {
	n, err := tx.Exec(ctx, `
		UPDATE deliberation_topic SET title = ?, body = ?, subject = ?, stage = ?, former = ?, into_topic = ?, level = ?, ref = ?, entered_at = ?, due_at = ?,
			decided_at = ?, solved_at = ?, revision = revision + 1
		WHERE realm = ? AND id = ? AND revision = ?`,
		t.Title, t.Body, t.Subject, t.Stage, t.former, t.Into, t.Level, t.Ref, micro(t.Entered), micro(t.Due), micro(t.Decided), micro(t.Solved),
		t.Realm, t.ID, t.Revision)
	if err == nil && n == 0 {
		err = fault.New(fault.Stale, "topic.stale")
	}
	return err
}

// publish stores what was released of a topic.
func publish(ctx context.Context, tx *db.Tx, t Topic) error {
	_, err := tx.Exec(ctx, `UPDATE deliberation_topic SET shown_title = ?, shown_body = ?, answer = ? WHERE realm = ? AND id = ?`,
		t.Shown.Title, t.Shown.Body, t.Answer, t.Realm, t.ID)
	return err
}

func setDue(ctx context.Context, tx *db.Tx, t Topic) error {
	_, err := tx.Exec(ctx, `UPDATE deliberation_topic SET due_at = ? WHERE realm = ? AND id = ?`, micro(t.Due), t.Realm, t.ID)
	return err
}

func find(ctx context.Context, tx *db.Tx, realm, id string) (Topic, error) {
	return one(ctx, tx, db.Q(`SELECT `+columns+` FROM deliberation_topic WHERE realm = ? AND id = ?`, realm, id))
}

// hold is find, and nobody changes the topic until the transaction ends.
func hold(ctx context.Context, tx *db.Tx, realm, id string) (Topic, error) {
	return one(ctx, tx, db.Q(`SELECT `+columns+` FROM deliberation_topic WHERE realm = ? AND id = ?`, realm, id).Locked(tx))
}

func one(ctx context.Context, tx *db.Tx, q *db.Query) (Topic, error) {
	var r row
	err := q.Row(ctx, tx).Scan(r.fields()...)
	if errors.Is(err, db.ErrNoRows) {
		err = fault.New(fault.Missing, "topic.missing")
	}
	return r.topic(), err
}

// Range is an interval of places, and the town that it lies in; 0 for none.
type Range struct{ Lo, Hi, Town int64 }

// list lists topics, newest first.
func list(ctx context.Context, tx *db.Tx, realm string, f Filter, in Range, after page.Cursor, limit int) ([]Topic, error) {
	q := db.Q(`SELECT `+columns+` FROM deliberation_topic WHERE realm = ?`, realm)
	q.If(in.Town != 0, ` AND town = ?`, in.Town)
	q.If(f.Stage != "", ` AND stage = ?`, f.Stage)
	q.Add(` AND +place >= ? AND +place < ?`, in.Lo, in.Hi)
	q.If(f.Public, ` AND shown_title <> ''`)
	q.If(after.More(), ` AND (raised_at, id) < (?, ?)`, after.At, after.ID)
	return many(ctx, tx, q.Add(` ORDER BY raised_at DESC, id DESC LIMIT ?`, limit))
}

// some lists topics by their ids.
func some(ctx context.Context, tx *db.Tx, realm string, ids []string) ([]Topic, error) {
	var out []Topic
	for _, id := range ids {
		t, err := find(ctx, tx, realm, id)
		if fault.KindOf(err) == fault.Missing {
			continue
		}
		if err != nil {
			return nil, err
		}
		out = append(out, t)
	}
	return out, nil
}

// mergedMost bounds how many merged topics are listed with one.
const mergedMost = 100

// mergedInto lists the topics that were merged into one.
func mergedInto(ctx context.Context, tx *db.Tx, realm, id string) ([]Topic, error) {
	return many(ctx, tx, db.Q(`SELECT `+columns+` FROM deliberation_topic WHERE realm = ? AND into_topic = ? AND into_topic <> '' ORDER BY id LIMIT ?`,
		realm, id, mergedMost))
}

func appendEvent(ctx context.Context, tx *db.Tx, t Topic, e Event) error {
	skipped := 0
	if e.Skipped {
		skipped = 1
	}
	return tx.Later(ctx, `
		INSERT INTO deliberation_topic_event (realm, topic, seq, act, stage, level, skipped, first, second, words, shown, ref, account, at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		t.Realm, t.ID, e.Seq, e.Act, e.Stage, e.Level, skipped, e.Numbers[0], e.Numbers[1], e.Words, e.Shown, e.Ref, e.Account, e.At.UnixMicro())
}

// setShown fills in what of a line of history was released.
func setShown(ctx context.Context, tx *db.Tx, t Topic, seq int, text string) error {
	_, err := tx.Exec(ctx, `UPDATE deliberation_topic_event SET shown = ? WHERE realm = ? AND topic = ? AND seq = ?`, text, t.Realm, t.ID, seq)
	return err
}

func events(ctx context.Context, tx *db.Tx, realm, id string) ([]Event, error) {
	type line struct {
		Event
		skipped, at int64
	}
	lines, err := db.All(ctx, tx, db.Q(`
		SELECT seq, act, stage, level, skipped, first, second, words, shown, ref, account, at FROM deliberation_topic_event WHERE realm = ? AND topic = ? ORDER BY seq`, realm, id),
		func(l *line) []any {
			return []any{&l.Seq, &l.Act, &l.Stage, &l.Level, &l.skipped, &l.Numbers[0], &l.Numbers[1], &l.Words, &l.Shown, &l.Ref, &l.Account, &l.at}
		})
	out := make([]Event, len(lines))
	for i, l := range lines {
		out[i] = l.Event
		out[i].Skipped, out[i].At = l.skipped != 0, instant(l.at)
	}
	return out, err
}

// counted is how many topics of a period reached a stage, and how many of them have no
// suggestion behind them.
func counted(ctx context.Context, tx *db.Tx, q Period, column string) (s Sets, err error) {
	err = db.Q(`
		SELECT COUNT(*), COALESCE(SUM(CASE WHEN suggestions = 0 THEN 1 ELSE 0 END), 0) FROM deliberation_topic
		WHERE realm = ? AND `+column+` >= ? AND `+column+` < ? AND `+column+` > 0 AND +place >= ? AND +place < ?`,
		q.Realm, micro(q.From), micro(q.To), q.Lo, q.Hi).Row(ctx, tx).Scan(&s.Topics, &s.Unlinked)
	if err != nil {
		return s, err
	}
	err = db.Q(`
		SELECT COUNT(*), COALESCE(SUM(CASE WHEN at >= ? AND at < ? AND place >= ? AND place < ? THEN 0 ELSE 1 END), 0) FROM deliberation_suggestion
		WHERE realm = ? AND id IN (
			SELECT b.mark FROM deliberation_topic t JOIN deliberation_backing b ON b.realm = t.realm AND b.topic = t.id
			WHERE t.realm = ? AND t.`+column+` >= ? AND t.`+column+` < ? AND t.`+column+` > 0 AND +t.place >= ? AND +t.place < ? AND b.way = ? AND b.counted = 1)`,
		micro(q.From), micro(q.To), q.Lo, q.Hi, q.Realm, q.Realm, micro(q.From), micro(q.To), q.Lo, q.Hi, bySuggestion).Row(ctx, tx).Scan(&s.Behind, &s.Outside)
	return s, err
}

// suggested is how many suggestions were made in a period, how many of them are part
// of a topic, of how many topics, and how many have a reply.
func suggested(ctx context.Context, tx *db.Tx, q Period) (f Figures, err error) {
	err = db.Q(`
		SELECT COUNT(*), COUNT(DISTINCT CASE WHEN topic <> '' THEN topic END), COALESCE(SUM(CASE WHEN topic <> '' THEN 1 ELSE 0 END), 0),
			COALESCE(SUM(CASE WHEN replied_at > 0 THEN 1 ELSE 0 END), 0)
		FROM deliberation_suggestion WHERE realm = ? AND at >= ? AND at < ? AND +place >= ? AND +place < ?`,
		q.Realm, micro(q.From), micro(q.To), q.Lo, q.Hi).Row(ctx, tx).Scan(&f.Suggestions, &f.Topics, &f.InTopics, &f.Replied)
	return f, err
}

// renew stores where a topic stands within a change that raised its revision already.
func renew(ctx context.Context, tx *db.Tx, t Topic) error {
	_, err := tx.Exec(ctx, `UPDATE deliberation_topic SET stage = ?, entered_at = ?, decided_at = ?, solved_at = ?, revision = ? WHERE realm = ? AND id = ?`,
		t.Stage, micro(t.Entered), micro(t.Decided), micro(t.Solved), t.Revision, t.Realm, t.ID)
	return err
}
