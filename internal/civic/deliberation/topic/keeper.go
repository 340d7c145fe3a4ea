// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package topic

import (
	"context"
	"strings"

	"pavilion/internal/core/retention"
	"pavilion/internal/platform/db"
)

// The kinds of data: what suggestions say, and the marks of those who stand behind
// topics.
const (
	DataKind = "suggestion"
	MarkKind = "support"
)

// subject is what the name of a suggestion begins with.
const subject = "suggestion/"

// keptDays is how long it can be shown that a suggestion was answered: three years, as
// for impact assessments, PIPL art. 56.
const keptDays = 1095

// Keeper offers what suggestions and topics hold about people.
type Keeper struct{ *Service }

// Kinds are the kinds of data that are held.
func (Keeper) Kinds() []retention.Kind {
	return []retention.Kind{
		{Name: DataKind, Deeds: []retention.Deed{retention.Deidentify}, Max: keptDays, Basis: "basis.pipl_shortest"},
		{Name: MarkKind, Deeds: []retention.Deed{retention.Deidentify}, Max: keptDays, Basis: "basis.pipl_shortest"},
	}
}

// Over lists suggestions that were answered, and topics that have ended.
func (Keeper) Over(ctx context.Context, tx *db.Tx, q retention.Question) ([]retention.Item, error) {
	if q.During != nil {
		return nil, nil
	}
	begin, list := subject, over
	switch q.Kind {
	case DataKind:
	case MarkKind:
		begin, list = Name(""), overBacking
	default:
		return nil, nil
	}
	only, own := strings.CutPrefix(q.Subject, begin)
	if q.Subject != "" && !own {
		return nil, nil
	}
	return list(ctx, tx, q, only)
}

// Forget takes words, contact and reply out of a suggestion, or the marks from a topic.
// That there was one, when, and its number stay, and so do the counts.
func (Keeper) Forget(ctx context.Context, tx *db.Tx, s retention.Stone) (int, error) {
	if s.Item.Kind == MarkKind {
		return unmark(ctx, tx, s.Realm, strings.TrimPrefix(s.Item.Subject, Name("")))
	}
	return blank(ctx, tx, s.Realm, strings.TrimPrefix(s.Item.Subject, subject))
}

// Held returns what is held of one suggestion.
func (k Keeper) Held(ctx context.Context, realm, name string) (out []retention.Record, err error) {
	id, own := strings.CutPrefix(name, subject)
	if !own {
		return nil, nil
	}
	err = k.DB.View(ctx, func(tx *db.Tx) error {
		g, err := k.findSuggestion(ctx, tx, realm, id)
		if err != nil {
			return err
		}
		for key, value := range map[string]string{"topic.words": g.Words, "topic.contact_name": g.Contact.Name, "topic.contact_phone": g.Contact.Phone, "topic.reply": g.Reply} {
			if value != "" {
				out = append(out, retention.Record{Kind: DataKind, Key: key, Value: value, At: g.At})
			}
		}
		return nil
	})
	return out, err
}

// Correct keeps nothing: whoever wants to say it differently suggests it anew.
func (Keeper) Correct(context.Context, *db.Tx, retention.Correction) (bool, error) { return false, nil }
