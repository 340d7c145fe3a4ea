// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package topic

import (
	"context"
	"time"

	"pavilion/internal/core/retention"
	"pavilion/internal/platform/db"
)

// ended is a suggestion, or a topic, as far as its end is concerned.
type ended struct {
	id, state   string
	place, when int64
}

func (e *ended) fields() []any { return []any{&e.id, &e.state, &e.place, &e.when} }

// over lists suggestions that were answered and whose words are still there; with only,
// that one, whatever its state.
func over(ctx context.Context, tx *db.Tx, q retention.Question, only string) ([]retention.Item, error) {
	s := db.Q(`SELECT id, state, place, replied_at FROM deliberation_suggestion WHERE realm = ? AND (sealed <> '' OR reply <> '')`, q.Realm).If(only != "", ` AND id = ?`, only)
	if only == "" {
		s.Add(` AND replied_at > 0 AND replied_at <= ? AND id > ?`, q.Before.UnixMicro(), after(q.After, subject))
	}
	list, err := db.All(ctx, tx, s.Add(` ORDER BY id LIMIT ?`, q.Limit), (*ended).fields)
	out := make([]retention.Item, len(list))
	for i, e := range list {
		out[i] = retention.Item{Kind: DataKind, Subject: subject + e.id, State: e.state, Place: e.place, Ended: time.UnixMicro(e.when), Open: State(e.state).Open()}
	}
	return out, err
}

// overBacking lists ended topics whose marks are still there; with only, that one.
func overBacking(ctx context.Context, tx *db.Tx, q retention.Question, only string) ([]retention.Item, error) {
	s := db.Q(`
		SELECT id, stage, place, entered_at FROM deliberation_topic t
		WHERE realm = ? AND EXISTS (SELECT 1 FROM deliberation_backing b WHERE b.realm = t.realm AND b.topic = t.id AND b.way <> ?)`,
		q.Realm, bySuggestion).If(only != "", ` AND id = ?`, only)
	if only == "" {
		s.Add(` AND stage IN (?, ?, ?, ?) AND entered_at <= ? AND id > ?`, Solved, Answered, NotPursued, Merged, q.Before.UnixMicro(), after(q.After, Name("")))
	}
	list, err := db.All(ctx, tx, s.Add(` ORDER BY id LIMIT ?`, q.Limit), (*ended).fields)
	out := make([]retention.Item, len(list))
	for i, e := range list {
		out[i] = retention.Item{Kind: MarkKind, Subject: Name(e.id), State: e.state, Place: e.place, Ended: time.UnixMicro(e.when), Open: Stage(e.state).Open()}
	}
	return out, err
}

// after is the id of the last item seen.
func after(name, begin string) string {
	if len(name) > len(begin) {
		return name[len(begin):]
	}
	return ""
}

// blank takes words, contact and reply out of a suggestion.
func blank(ctx context.Context, tx *db.Tx, realm, id string) (int, error) {
	n, err := tx.Exec(ctx, `UPDATE deliberation_suggestion SET sealed = '', reply = '', contactable = 0 WHERE realm = ? AND id = ? AND (sealed <> '' OR reply <> '')`, realm, id)
	return int(n), err
}

// unmark removes the marks of those who stood behind a topic; their numbers stay.
func unmark(ctx context.Context, tx *db.Tx, realm, id string) (int, error) {
	n, err := tx.Exec(ctx, `DELETE FROM deliberation_backing WHERE realm = ? AND topic = ? AND way <> ?`, realm, id, bySuggestion)
	return int(n), err
}
