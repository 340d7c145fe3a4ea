// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package topic

import (
	"cmp"
	"context"
	"slices"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/page"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/org"
	"pavilion/internal/core/release"
	"pavilion/internal/core/sight"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/search"
)

// Find returns a topic, in a transaction of the caller. Only what is in Shown, and its
// Answer, is public.
func (s *Service) Find(ctx context.Context, tx *db.Tx, realm, id string) (Topic, error) {
	return find(ctx, tx, realm, id)
}

// Detail is a topic with what belongs to it.
type Detail struct {
	Topic
	History     []Event
	Merged      []Topic      // that were merged into it
	Suggestions []Suggestion // for its secretary; for nobody else
}

// suggestionsMost bounds how many suggestions are shown with a topic.
const suggestionsMost = 200

// Open returns a topic for the desk, to its secretary with the suggestions that it was
// made of. For who may not see it, it is Missing.
func (s *Service) Open(ctx context.Context, realm, id string, by identity.Actor) (d Detail, err error) {
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		d = Detail{}
		if d.Topic, err = find(ctx, tx, realm, id); err != nil {
			return err
		}
		if !s.MaySee(by, d.Place) {
			return fault.New(fault.Missing, "topic.missing")
		}
		if d.History, err = events(ctx, tx, realm, id); err != nil {
			return err
		}
		if d.Merged, err = mergedInto(ctx, tx, realm, id); err != nil || !s.MayKeep(by, d.Place) {
			return err
		}
		d.Suggestions, err = s.ofTopic(ctx, tx, realm, id, suggestionsMost)
		return err
	})
	return d, err
}

// Public returns of a topic what everybody may know: words that were released, stage,
// numbers, and history without the desk's words. It is Missing before that.
func (s *Service) Public(ctx context.Context, realm, id string) (d Detail, err error) {
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		d = Detail{}
		if d.Topic, err = find(ctx, tx, realm, id); err != nil {
			return err
		}
		if !d.Topic.Public() {
			return fault.New(fault.Missing, "topic.missing")
		}
		d.Topic.Title, d.Topic.Body = d.Shown.Title, d.Shown.Body
		if d.History, err = events(ctx, tx, realm, id); err != nil {
			return err
		}
		for i := range d.History {
			d.History[i].Words, d.History[i].Account = "", ""
		}
		return nil
	})
	return d, err
}

// TakenBack returns why the words of a topic that was public are not any more. It is
// Missing for one that is public, or never was.
func (s *Service) TakenBack(ctx context.Context, realm, id string) (reason string, err error) {
	shown, err := s.Releases.Shown(ctx, realm, Kind, []string{Name(id)})
	if err != nil {
		return "", err
	}
	if last := shown[Name(id)]; last.State == release.Withdrawn {
		return last.Reason, nil
	}
	return "", fault.New(fault.Missing, "topic.missing")
}

// Filter narrows a list of topics.
type Filter struct {
	Area   string
	Stage  Stage
	Public bool // only what everybody may know
}

// within returns where a list looks: an area, or the realm.
func (s *Service) within(realm, area string) (Range, error) {
	at, ok := s.Org.Root(realm)
	if area != "" {
		at, ok = s.Org.Area(realm, area)
	}
	if !ok {
		return Range{}, fault.New(fault.Invalid, "matter.area_unknown").At("area")
	}
	return rangeOf(at), nil
}

func rangeOf(a org.Area) Range { return Range{a.Lo, a.Hi, a.Town} }

// List lists topics, the newest first. With Public their words are those that were
// released; else they are the desk's, for those who may see them.
func (s *Service) List(ctx context.Context, realm string, f Filter, by identity.Actor, after page.Cursor, size int) (out page.Page[Topic], err error) {
	in, err := s.within(realm, f.Area)
	if err != nil {
		return out, err
	}
	if f.Stage != "" && !slices.Contains(Stages(), f.Stage) {
		return out, fault.New(fault.Invalid, "form.not_a_choice").At("stage")
	}
	if !f.Public {
		if in, err = s.seen(by, in); err != nil {
			return out, err
		}
	}
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		all, err := list(ctx, tx, realm, f, in, after, size+1)
		out = page.Cut(all, size, func(t Topic) page.Cursor { return page.Cursor{At: micro(t.Raised), ID: t.ID} })
		return err
	})
	for i := range out.Items {
		if f.Public {
			out.Items[i].Title, out.Items[i].Body = out.Items[i].Shown.Title, out.Items[i].Shown.Body
		}
	}
	if !f.Public {
		out.Items = slices.DeleteFunc(out.Items, func(t Topic) bool { return !s.MaySee(by, t.Place) })
	}
	return out, err
}

// seen narrows a range to where somebody sees topics at the desk. It fails with Denied
// for who sees none.
func (s *Service) seen(by identity.Actor, in Range, roles ...identity.Role) (Range, error) {
	if len(roles) == 0 {
		roles = []identity.Role{identity.Secretary, identity.Scrutineer, identity.ShiftHead, identity.Dispatcher, identity.Auditor, identity.Inspector}
	}
	out, found := Range{Lo: in.Hi, Hi: in.Lo, Town: in.Town}, false
	for _, g := range by.Grants {
		if !g.Live(s.Now()) || !slices.Contains(roles, g.Role) || g.Hi <= in.Lo || in.Hi <= g.Lo {
			continue
		}
		if found && out.Town != g.Town {
			out.Town = in.Town
		} else if !found && in.Town == 0 {
			out.Town = g.Town
		}
		out.Lo, out.Hi, found = min(out.Lo, max(g.Lo, in.Lo)), max(out.Hi, min(g.Hi, in.Hi)), true
	}
	if !found {
		return out, notYours()
	}
	return out, nil
}

// Waits lists the suggestions of a state that somebody keeps, those first whose reply is
// owed first. Contacts are not in the answer.
func (s *Service) Waits(ctx context.Context, realm string, state State, by identity.Actor, after page.Cursor, size int) (out page.Page[Suggestion], err error) {
	if !slices.Contains(States(), state) {
		return out, fault.New(fault.Invalid, "form.not_a_choice").At("state")
	}
	root, err := s.within(realm, "")
	if err != nil {
		return out, err
	}
	in, err := s.seen(by, root, identity.Secretary)
	if err != nil {
		return out, err
	}
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		all, err := s.waiting(ctx, tx, realm, state, in, after, size+1)
		out = page.Cut(all, size, func(g Suggestion) page.Cursor { return page.Cursor{At: micro(g.Due), ID: g.ID} })
		return err
	})
	out.Items = slices.DeleteFunc(out.Items, func(g Suggestion) bool { return !s.MayKeep(by, g.Place) })
	for i := range out.Items {
		out.Items[i].Contact = Contact{}
	}
	return out, err
}

// Suggestion returns one for its secretary, and for who took it down, without the
// contact. For others it is Missing.
func (s *Service) Suggestion(ctx context.Context, realm, id string, by identity.Actor) (g Suggestion, err error) {
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		g, err = s.readable(ctx, tx, realm, id, by)
		return err
	})
	g.Contact = Contact{}
	return g, err
}

func (s *Service) readable(ctx context.Context, tx *db.Tx, realm, id string, by identity.Actor) (Suggestion, error) {
	g, err := s.findSuggestion(ctx, tx, realm, id)
	if err == nil && !s.MayKeep(by, g.Place) && (by.Anonymous() || g.Taker != by.Account) {
		return Suggestion{}, fault.New(fault.Missing, "topic.suggestion_missing")
	}
	return g, err
}

// Numbered returns a suggestion by its number, for whoever has seen its code proved.
func (s *Service) Numbered(ctx context.Context, realm, number string) (g Suggestion, err error) {
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		g, err = s.findNumber(ctx, tx, realm, number)
		return err
	})
	return g, err
}

// Reach returns how whoever suggested may be reached, for the secretary, and records
// that it was looked at.
func (s *Service) Reach(ctx context.Context, realm, id string, by identity.Actor) (c Contact, err error) {
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		if err := identity.Recheck(ctx, tx, by, s.Now()); err != nil {
			return err
		}
		g, err := s.findSuggestion(ctx, tx, realm, id)
		if err != nil {
			return err
		}
		if !s.MayKeep(by, g.Place) {
			return fault.New(fault.Missing, "topic.suggestion_missing")
		}
		c = g.Contact
		return sight.Record(ctx, tx, sight.Look{
			Realm: realm, Subject: g.name(), Place: g.Place, Fields: []string{"contact"}, Purpose: sight.Contacting, Account: by.Account,
			Role: identity.Secretary, Way: sight.Page, At: s.Now(),
		})
	})
	if err != nil {
		return Contact{}, err
	}
	return c, nil
}

// Of lists the suggestions that came of one thing, and the topics they are part of, by
// their ids: for the thing's own page at the desk, whose reader may see it. Words and
// contacts are not in the answer.
func (s *Service) Of(ctx context.Context, realm, source string) (out []Suggestion, topics map[string]Topic, err error) {
	topics = map[string]Topic{}
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		if out, err = s.ofSource(ctx, tx, realm, source, suggestionsMost); err != nil {
			return err
		}
		for i, g := range out {
			out[i].Contact, out[i].Words, out[i].Reply = Contact{}, "", ""
			if g.Topic == "" {
				continue
			}
			if topics[g.Topic], err = find(ctx, tx, realm, g.Topic); err != nil {
				return err
			}
		}
		return nil
	})
	return out, topics, err
}

// Questions lists what was asked in a session, for the secretary: each with its words,
// state and reply. Those without a reply are open.
func (s *Service) Questions(ctx context.Context, realm, source string, by identity.Actor) (out []Suggestion, err error) {
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		out, err = s.ofSource(ctx, tx, realm, source, suggestionsMost)
		return err
	})
	out = slices.DeleteFunc(out, func(g Suggestion) bool { return !s.MayKeep(by, g.Place) })
	for i := range out {
		out[i].Contact = Contact{}
	}
	return out, err
}

// searchMost bounds how many topics a search returns.
const searchMost = 50

// Search finds topics by words: with public only those that were released, by the words
// that were; else by the desk's, for who may see them.
func (s *Service) Search(ctx context.Context, realm, text string, public bool, by identity.Actor) (out []Topic, err error) {
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		q := search.Question{Realm: realm, Kind: publicWords, Text: text, Limit: searchMost}
		if !public {
			q.Kind, q.Access = deskWords, access
		}
		hits, err := search.Find(ctx, tx, q)
		if err != nil {
			return err
		}
		ids := make([]string, len(hits))
		for i, h := range hits {
			ids[i] = h.Ref
		}
		out, err = some(ctx, tx, realm, ids)
		return err
	})
	out = slices.DeleteFunc(out, func(t Topic) bool { return public && !t.Public() || !public && !s.MaySee(by, t.Place) })
	if public {
		for i := range out {
			out[i].Title, out[i].Body = out[i].Shown.Title, out[i].Shown.Body
		}
	}
	return out, err
}

// Bounds of looking for topics that say the same.
const (
	likelyTokens = 24  // of the words, that are looked up
	likelyHits   = 50  // of each
	likelyBest   = 20  // topics that are compared
	likelyShown  = 5   // that are proposed
	likelyEnough = 250 // of a thousand: less is chance
)

// Likely lists topics that may say the same as some words, the most alike first, so
// that no second one is made. It proposes and decides nothing.
func (s *Service) Likely(ctx context.Context, realm, text string, by identity.Actor) (out []Topic, err error) {
	grams := search.Grams(text)
	tokens := distinct(grams)
	tokens = tokens[:min(len(tokens), likelyTokens)]
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		times := map[string]int{}
		for _, token := range tokens {
			hits, err := search.Find(ctx, tx, search.Question{Realm: realm, Kind: deskWords, Text: token, Access: access, Limit: likelyHits})
			if err != nil {
				return err
			}
			for _, h := range hits {
				times[h.Ref] += likelyHits - len(hits) + 1 // rare ones tell more
			}
		}
		ids := make([]string, 0, len(times))
		for ref := range times {
			ids = append(ids, ref)
		}
		slices.SortFunc(ids, func(a, b string) int { return cmp.Or(cmp.Compare(times[b], times[a]), cmp.Compare(b, a)) })
		out, err = some(ctx, tx, realm, ids[:min(len(ids), likelyBest)])
		return err
	})
	score := map[string]int{}
	for _, t := range out {
		score[t.ID] = max(alike(grams, search.Grams(t.Title)), alike(grams, search.Grams(t.Body)))
	}
	out = slices.DeleteFunc(out, func(t Topic) bool {
		return score[t.ID] < likelyEnough || !t.Stage.Takes() || !s.MayKeep(by, t.Place)
	})
	slices.SortFunc(out, func(a, b Topic) int { return cmp.Or(cmp.Compare(score[b.ID], score[a.ID]), cmp.Compare(a.ID, b.ID)) })
	return out[:min(len(out), likelyShown)], err
}
