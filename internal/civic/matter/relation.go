// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package matter

import (
	"context"
	"encoding/json"
	"strings"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/form"
	"pavilion/internal/base/id"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/outbox"
	"pavilion/internal/core/procedure"
	"pavilion/internal/platform/db"
)

// maxParts is how many parts a matter may have, open and done.
const maxParts = 50

// follow carries out what a move means for other matters, in its transaction.
func (s *Service) follow(ctx context.Context, tx *db.Tx, m Matter, c Move, answers form.Answers) (Matter, error) {
	var err error
	switch c.Action {
	case "split":
		err = s.addPart(ctx, tx, m, c, Part, answers["text"], answers["category"], "")
	case "assist":
		err = s.addPart(ctx, tx, m, c, Assist, answers["task"], "", answers["body"])
	case "whistle":
		for body := range strings.SplitSeq(answers["bodies"], ",") {
			if err = s.addPart(ctx, tx, m, c, Whistle, answers["task"], "", body); err != nil {
				break
			}
		}
	case "merge":
		err = s.tellRelative(ctx, tx, m, m.Main, func(main *Matter) { main.Joined++ })
	case "unmerge":
		err = s.tellRelative(ctx, tx, m, c.left, func(main *Matter) { main.Joined-- })
	}
	if err == nil && m.Parent != "" && !m.Open {
		err = s.tellRelative(ctx, tx, m, m.Parent, func(parent *Matter) { parent.Parts-- })
	}
	if err != nil || c.Action != "split" && c.Action != "assist" && c.Action != "whistle" {
		return m, err
	}
	return s.find(ctx, tx, m.Realm, m.ID) // it knows its new parts
}

// addPart makes a matter that is a part of m and takes it on. With a body, it is
// dispatched to it too, by the same rules as any other.
func (s *Service) addPart(ctx context.Context, tx *db.Tx, m Matter, c Move, as Relation, text, category, body string) error {
	n, err := countParts(ctx, tx, m.Realm, m.ID)
	if err != nil {
		return err
	}
	if n >= maxParts {
		return fault.New(fault.Conflict, "matter.too_many_parts")
	}
	machine, err := s.machine(ctx, m.Realm, 0)
	if err != nil {
		return err
	}
	now := s.Now()
	part := Matter{
		Realm: m.Realm, ID: id.New(), Revision: 1, Version: machine.Version(), Type: m.Type, Privacy: m.Privacy,
		Title: beginning(text), Text: text, Address: m.Address, Point: m.Point, Area: m.Area, Place: m.Place, Town: m.Town,
		About: m.About, Relation: as, Parent: m.ID, Origin: m.Origin, ReportedAt: now, EnteredAt: now, UpdatedAt: now, Grade: 1,
	}
	subject, err := s.about(ctx, part, c.By)
	if err != nil {
		return err
	}
	step := machine.Begin(subject, now)
	part.begin(step)
	if _, err := s.keep(ctx, tx, &part); err != nil {
		return err
	}
	if err := s.opened(ctx, tx, part, Report{Realm: m.Realm, By: c.By}, step); err != nil {
		return err
	}
	moves := []Move{{Action: "register", Answers: map[string][]string{"category": {category}, "area": {m.Area}}}}
	if body != "" {
		moves = append(moves, Move{Action: "dispatch", Answers: map[string][]string{"body": {body}, "note": {text}}})
	}
	for _, next := range moves {
		next.Realm, next.ID, next.Revision, next.By = part.Realm, part.ID, part.Revision, c.By
		if part, err = s.move(ctx, tx, part, next); err != nil {
			return err
		}
	}
	return s.tellRelative(ctx, tx, part, m.ID, func(parent *Matter) { parent.Parts++ })
}

// tellRelative changes a relative of m and writes into its history which matter
// that was about.
func (s *Service) tellRelative(ctx context.Context, tx *db.Tx, m Matter, name string, change func(*Matter)) error {
	relative, err := s.find(ctx, tx, m.Realm, name)
	if err != nil {
		return err
	}
	before := relative
	change(&relative)
	machine, err := s.machine(ctx, m.Realm, relative.Version)
	if err != nil {
		return err
	}
	now := s.Now()
	relative.UpdatedAt = now
	step := procedure.Step{
		From: relative.State, To: relative.State, Action: "note", Role: procedure.System, Stays: true, At: now, Basis: "basis.related",
	}
	by := Move{Action: "note", By: identity.System(m.Realm)}
	_, err = s.enter(ctx, tx, machine, before, relative, step, by,
		form.Answers{"matter": m.Number, "relation": string(m.Relation), "state": string(m.State)})
	return err
}

// merged makes the case the same as another: its reporter follows that one and
// gets its reply.
func (s *Service) merged(ctx context.Context, tx *db.Tx, c *Case, by Move, answers form.Answers) error {
	refused := func(key string) error { return fault.New(fault.Invalid, key).At("main") }
	main, err := s.unshut(findNumber(ctx, tx, c.Realm, strings.TrimSpace(answers["main"])))
	switch {
	case fault.KindOf(err) == fault.Missing, err == nil && !s.Sees(by.By, main):
		return refused("matter.merge_unknown")
	case err != nil:
		return err
	case main.ID == c.ID:
		return refused("matter.merge_self")
	case main.Privacy == PrivacySealed || c.Privacy == PrivacySealed:
		return refused("matter.merge_sealed")
	case main.Main != "" || main.Relation != "":
		return refused("matter.merge_chain")
	case !main.Open:
		return refused("matter.merge_ended")
	}
	c.Main, c.Owner = main.ID, ""
	return nil
}

func unmerged(c *Case, _ Move, _ form.Answers) error {
	c.Main = ""
	return nil
}

// CloseMerged closes the matters that are merged into one that has ended, with
// its reply. It hears of every matter that moved, and does nothing twice.
func (s *Service) CloseMerged(ctx context.Context, events []outbox.Event) error {
	for _, e := range events {
		var m Moved
		if err := json.Unmarshal(e.Body, &m); err != nil {
			return err
		}
		if !m.Final {
			continue
		}
		if err := s.closeMerged(ctx, e.Realm, m.ID); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) closeMerged(ctx context.Context, realm, main string) error {
	var ids []string
	err := s.DB.View(ctx, func(tx *db.Tx) (err error) {
		ids, err = mergedInto(ctx, tx, realm, main)
		return err
	})
	if err != nil {
		return err
	}
	for _, name := range ids {
		err := s.DB.InTx(ctx, func(tx *db.Tx) error {
			m, err := s.find(ctx, tx, realm, name)
			if err != nil || m.State != stateMerged || m.Main != main {
				return err
			}
			of, err := s.find(ctx, tx, realm, main)
			if err != nil {
				return err
			}
			m.Reply = of.Reply
			c := Move{Realm: realm, ID: name, Action: "close", By: identity.System(realm)}
			_, err = s.act(ctx, tx, m, c, []procedure.Role{procedure.System})
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// Relatives are the matters that belong to one, with the parent or the main
// matter first: enough of each for a line of a list.
func (s *Service) Relatives(ctx context.Context, m Matter) (out []Matter, err error) {
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		out, err = relatives(ctx, tx, m)
		return err
	})
	for i := range out {
		out[i] = Listed(out[i])
	}
	return out, err
}

// Follow is somebody saying "this is it" to a matter that is there already,
// instead of reporting it again.
type Follow struct {
	Realm string
	ID    string
}

// Follow counts one more who wants to know, and returns the number and the code
// with which anybody may follow the public side of the matter: what was done,
// never who reported it. Only matters that are public can be followed so.
func (s *Service) Follow(ctx context.Context, c Follow) (Receipt, error) {
	var m Matter
	err := s.DB.InTx(ctx, func(tx *db.Tx) (err error) {
		if m, err = s.find(ctx, tx, c.Realm, c.ID); err != nil {
			return err
		}
		if !m.Published {
			return fault.New(fault.Missing, "matter.missing")
		}
		return addFollower(ctx, tx, c.Realm, c.ID)
	})
	if err != nil {
		return Receipt{}, err
	}
	return Receipt{ID: m.ID, Number: m.Number, Code: s.FollowCode(m.Realm, m.ID), State: m.State, Due: m.Due}, nil
}
