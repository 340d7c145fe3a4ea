// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package survey

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"pavilion/internal/base/fault"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/release"
	"pavilion/internal/platform/db"
)

// Words is the kind of draft that a survey's words are.
const Words = "survey"

// parts are the words of a survey as they are looked through.
func parts(v Survey) []release.Part {
	out := []release.Part{{Name: "question", Text: v.Question}, {Name: "about", Text: v.About}}
	for i, o := range v.Options {
		out = append(out, release.Part{Name: "option" + strconv.Itoa(i+1), Text: o})
	}
	return out
}

// Publish opens a survey whose words were released, in these words. One that is taken
// back is given up, or, where it is counted, shown no more; everybody reads the reason.
func (s *Service) Publish(ctx context.Context, tx *db.Tx, d release.Draft) error {
	v, err := locked(ctx, tx, d.Realm, strings.TrimPrefix(d.Subject, prefix))
	if err != nil {
		return err
	}
	by := identity.Actor{Realm: d.Realm, Account: d.Releaser}
	if d.State == release.Released {
		return s.opened(ctx, tx, v, d, by)
	}
	v.Reason = d.Reason
	if v.State != Running {
		return update(ctx, tx, v, "")
	}
	v.State, v.Ended = Dropped, s.Now()
	if err := shut(ctx, tx, v); err != nil {
		return err
	}
	if err := update(ctx, tx, v, ""); err != nil {
		return err
	}
	s.note(ctx, tx, v, "dropped", by, map[string]any{"draft": d.ID})
	return s.happen(ctx, tx, v, "dropped", "")
}

// opened has a survey take answers.
func (s *Service) opened(ctx context.Context, tx *db.Tx, v Survey, d release.Draft, by identity.Actor) error {
	now := s.Now()
	switch {
	case v.State != Drafted:
		return fault.New(fault.Conflict, "survey.not_drafted")
	case !now.Before(v.Closes):
		return fault.New(fault.Conflict, "survey.closes_past")
	}
	v.Question, v.About = d.Text("question"), d.Text("about")
	for i := range v.Options {
		v.Options[i] = d.Text("option" + strconv.Itoa(i+1))
	}
	if v.Question == "" || slices.Contains(v.Options, "") {
		return fault.New(fault.Conflict, "survey.words_missing")
	}
	v.State, v.Opened = Running, now
	if err := update(ctx, tx, v, ""); err != nil {
		return err
	}
	s.note(ctx, tx, v, "opened", by, map[string]any{"households": v.Asked, "closes": v.Closes.UTC()})
	return s.happen(ctx, tx, v, "opened", "")
}
