// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package topic

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/page"
	"pavilion/internal/platform/db"
)

const suggestionColumns = `realm, id, number, origin, source, area, place, town, sealed, contactable, state, topic, reply, taker, at, due_at, replied_at, revision`

// suggestionRow is a suggestion as it is stored.
type suggestionRow struct {
	Suggestion
	sealed, reply                 string
	contactable, at, due, replied int64
}

func (r *suggestionRow) fields() []any {
	return []any{
		&r.Realm, &r.ID, &r.Number, &r.Origin, &r.Source, &r.Area, &r.Place, &r.Town, &r.sealed, &r.contactable, &r.State, &r.Topic, &r.reply, &r.Taker,
		&r.at, &r.due, &r.replied, &r.Revision,
	}
}

// said is what is sealed of a suggestion.
type said struct {
	Words string `json:"words"`
	Contact
}

// sealedOf and replyOf name the row that a sealed text belongs to.
func sealedOf(realm, id string) string { return "deliberation_suggestion/" + realm + "/" + id }
func replyOf(realm, id string) string  { return "deliberation_suggestion_reply/" + realm + "/" + id }

func (s *Service) open(r suggestionRow) (Suggestion, error) {
	g := r.Suggestion
	g.Contactable = r.contactable != 0
	g.At, g.Due, g.RepliedAt = instant(r.at), instant(r.due), instant(r.replied)
	if g.Forgotten = r.sealed == ""; !g.Forgotten {
		plain, err := s.Box.Open(r.sealed, sealedOf(g.Realm, g.ID))
		if err != nil {
			return g, fmt.Errorf("open suggestion %s: %w", g.ID, err)
		}
		var in said
		if err := json.Unmarshal(plain, &in); err != nil {
			return g, err
		}
		g.Words, g.Contact = in.Words, in.Contact
	}
	if r.reply == "" {
		return g, nil
	}
	plain, err := s.Box.Open(r.reply, replyOf(g.Realm, g.ID))
	if err != nil {
		return g, fmt.Errorf("open reply to %s: %w", g.ID, err)
	}
	g.Reply = string(plain)
	return g, nil
}

func (s *Service) suggestions(ctx context.Context, tx *db.Tx, q *db.Query) ([]Suggestion, error) {
	rows, err := db.All(ctx, tx, q, (*suggestionRow).fields)
	out := make([]Suggestion, 0, len(rows))
	for _, r := range rows {
		g, bad := s.open(r)
		if bad != nil {
			return nil, bad
		}
		out = append(out, g)
	}
	return out, err
}

// insertSuggestion stores a suggestion, unless its id or its number is taken.
func (s *Service) insertSuggestion(ctx context.Context, tx *db.Tx, g Suggestion) (made bool, err error) {
	plain, err := json.Marshal(said{g.Words, g.Contact})
	if err != nil {
		return false, err
	}
	sealed, err := s.Box.Seal(g.Realm, sealedOf(g.Realm, g.ID), plain)
	if err != nil {
		return false, err
	}
	contactable := 0
	if g.Contactable {
		contactable = 1
	}
	n, err := tx.Exec(ctx, `
		INSERT INTO deliberation_suggestion (`+suggestionColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		g.Realm, g.ID, g.Number, g.Origin, g.Source, g.Area, g.Place, g.Town, sealed, contactable, g.State, g.Topic, "", g.Taker, micro(g.At), micro(g.Due), 0, g.Revision)
	return n == 1, err
}

// updateSuggestion stores where a suggestion stands, and its reply.
func (s *Service) updateSuggestion(ctx context.Context, tx *db.Tx, g Suggestion) error {
	reply := ""
	if g.Reply != "" {
		var err error
		if reply, err = s.Box.Seal(g.Realm, replyOf(g.Realm, g.ID), []byte(g.Reply)); err != nil {
			return err
		}
	}
	n, err := tx.Exec(ctx, `UPDATE deliberation_suggestion SET state = ?, topic = ?, reply = ?, replied_at = ?, revision = revision + 1 WHERE realm = ? AND id = ? AND revision = ?`,
		g.State, g.Topic, reply, micro(g.RepliedAt), g.Realm, g.ID, g.Revision)
	if err == nil && n == 0 {
		err = fault.New(fault.Stale, "topic.stale")
	}
	return err
}

func (s *Service) findSuggestion(ctx context.Context, tx *db.Tx, realm, id string) (Suggestion, error) {
	return s.oneSuggestion(ctx, tx, db.Q(`SELECT `+suggestionColumns+` FROM deliberation_suggestion WHERE realm = ? AND id = ?`, realm, id))
}

// holdSuggestion is findSuggestion, and nobody changes it until the transaction ends.
func (s *Service) holdSuggestion(ctx context.Context, tx *db.Tx, realm, id string) (Suggestion, error) {
	return s.oneSuggestion(ctx, tx, db.Q(`SELECT `+suggestionColumns+` FROM deliberation_suggestion WHERE realm = ? AND id = ?`, realm, id).Locked(tx))
}

func (s *Service) findNumber(ctx context.Context, tx *db.Tx, realm, number string) (Suggestion, error) {
	return s.oneSuggestion(ctx, tx, db.Q(`SELECT `+suggestionColumns+` FROM deliberation_suggestion WHERE realm = ? AND number = ?`, realm, number))
}

func (s *Service) oneSuggestion(ctx context.Context, tx *db.Tx, q *db.Query) (Suggestion, error) {
	var r suggestionRow
	err := q.Row(ctx, tx).Scan(r.fields()...)
	if errors.Is(err, db.ErrNoRows) {
		err = fault.New(fault.Missing, "topic.suggestion_missing")
	}
	if err != nil {
		return Suggestion{}, err
	}
	return s.open(r)
}

// waiting lists suggestions of a state by when a reply is owed.
func (s *Service) waiting(ctx context.Context, tx *db.Tx, realm string, state State, in Range, after page.Cursor, limit int) ([]Suggestion, error) {
	q := db.Q(`SELECT `+suggestionColumns+` FROM deliberation_suggestion WHERE realm = ?`, realm)
	q.If(in.Town != 0, ` AND town = ?`, in.Town)
	q.Add(` AND state = ? AND +place >= ? AND +place < ?`, state, in.Lo, in.Hi)
	q.If(after.More(), ` AND (due_at, id) > (?, ?)`, after.At, after.ID)
	return s.suggestions(ctx, tx, q.Add(` ORDER BY due_at, id LIMIT ?`, limit))
}

// ofSource lists the suggestions that came of one thing.
func (s *Service) ofSource(ctx context.Context, tx *db.Tx, realm, source string, limit int) ([]Suggestion, error) {
	return s.suggestions(ctx, tx, db.Q(`SELECT `+suggestionColumns+` FROM deliberation_suggestion WHERE realm = ? AND source = ? AND source <> '' ORDER BY id LIMIT ?`,
		realm, source, limit))
}

// ofTopic lists the suggestions that are part of a topic.
func (s *Service) ofTopic(ctx context.Context, tx *db.Tx, realm, topic string, limit int) ([]Suggestion, error) {
	return s.suggestions(ctx, tx, db.Q(`
		SELECT `+suggestionColumns+` FROM deliberation_suggestion WHERE realm = ? AND topic = ? AND topic <> '' ORDER BY state, due_at, id LIMIT ?`, realm, topic, limit))
}

// owed is when the first reply to a topic's suggestions is owed; zero for none.
func owed(ctx context.Context, tx *db.Tx, realm, topic string) (time.Time, error) {
	var at int64
	err := tx.QueryRow(ctx, `SELECT COALESCE(MIN(due_at), 0) FROM deliberation_suggestion WHERE realm = ? AND topic = ? AND topic <> '' AND state = ?`,
		realm, topic, Together).Scan(&at)
	return instant(at), err
}

// settle gives every suggestion of a topic that waits for a reply a state, because its
// answer is public.
func settle(ctx context.Context, tx *db.Tx, t Topic, state State, at time.Time) (int64, error) {
	return tx.Exec(ctx, `
		UPDATE deliberation_suggestion SET state = ?, replied_at = ?, revision = revision + 1 WHERE realm = ? AND topic = ? AND topic <> '' AND state = ?`,
		state, micro(at), t.Realm, t.ID, Together)
}
