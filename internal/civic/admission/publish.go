// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package admission

import (
	"context"
	"maps"
	"slices"
	"strings"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/form"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/release"
	"pavilion/internal/platform/db"
)

// Words is the kind of draft that the words of a task are.
const Words = "admission"

// told are the answers that people write; the others are chosen or counted.
var told = []string{"basis", "content", "data", "training", "funding"}

// propose puts the words of a task that comes into force before somebody who may
// release them. Its author is who applied.
func (s *Service) propose(ctx context.Context, tx *db.Tx, a Application) error {
	before, err := release.About(ctx, tx, a.Realm, a.Subject())
	if err != nil || len(before) > 0 || a.Body == "" {
		return err
	}
	area, _ := s.Org.Area(a.Realm, a.Area)
	body, _ := s.Org.Body(a.Realm, a.Body)
	words := []release.Part{{Name: "title", Text: a.Title}}
	for _, name := range told {
		if text := a.Answers[name]; text != "" {
			words = append(words, release.Part{Name: name, Text: text})
		}
	}
	_, err = s.Releases.Put(ctx, tx, release.Write{
		Realm: a.Realm, Kind: Words, Subject: a.Subject(), Title: body.Name, Link: "/desk/admissions/" + a.ID, Area: a.Area, Place: a.Lo, Town: area.Town,
		Words: words, By: identity.Actor{Realm: a.Realm, Account: a.Applicant},
	})
	return err
}

// Publish agrees to the words of a task that is in force, or tried; Public asks for
// them. It fails with Conflict for one that is not any more.
func (s *Service) Publish(ctx context.Context, tx *db.Tx, d release.Draft) error {
	a, err := find(ctx, tx, d.Realm, strings.TrimPrefix(d.Subject, "admission/"))
	if err == nil && d.State == release.Released && a.State != tried && !slices.Contains(inForce, a.State) {
		return fault.New(fault.Conflict, "admission.not_in_force")
	}
	return err
}

// Public returns what Listed does, with the words that were released and no others:
// what is asked of which grids, and how often, is shown from the day it is in force.
func (s *Service) Public(ctx context.Context, realm string) (List, error) {
	out, err := s.Listed(ctx, realm)
	if err != nil {
		return List{}, err
	}
	subjects := make([]string, len(out.Tasks))
	for i, a := range out.Tasks {
		subjects[i] = a.Subject()
	}
	drafts, err := s.Releases.Newest(ctx, realm, Words, subjects)
	for i, a := range out.Tasks {
		if d, ruled := drafts[a.Subject()]; ruled { // one without came into force before there was the rule
			out.Tasks[i] = worded(a, d)
		}
	}
	return out, err
}

// worded is a task with the words of its draft, or with none.
func worded(a Application, d release.Draft) Application {
	answers := form.Answers{}
	maps.Copy(answers, a.Answers)
	answers["title"] = ""
	for _, name := range told {
		answers[name] = ""
	}
	if d.State == release.Released {
		for _, p := range d.Words {
			answers[p.Name] = p.Text
		}
	}
	maps.DeleteFunc(answers, func(_, text string) bool { return text == "" })
	a.Title, a.Answers = answers["title"], answers
	return a
}
