// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package assembly

import (
	"context"
	"fmt"
	"slices"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/civic/deliberation/tally"
	"pavilion/internal/core/edition"
	"pavilion/internal/platform/db"
)

// Edition is the kind of edition that a realm's own rules of votes are.
const Edition = "votes"

// readBook reads rules that were checked when they were published.
func readBook(body []byte) (*tally.Book, error) { return tally.Read(body) }

// Check lists what is wrong with a realm's own rules of votes. They stand over the
// national ones and may ask for more, never for less; the nation's they cannot hold.
func (s *Service) Check(_ context.Context, _ string, body []byte) []edition.Problem {
	own, err := tally.Read(body)
	if err != nil {
		return []edition.Problem{{Path: "body", Key: "kind.unreadable", Params: map[string]string{"problem": err.Error()}}}
	}
	var out []edition.Problem
	for _, r := range own.Rules {
		if r.Level == tally.National {
			out = append(out, edition.Problem{Path: r.Name() + ".level", Key: "tally.lint.level"})
		}
	}
	both := s.over(own)
	for _, f := range both.Lint() {
		out = append(out, edition.Problem{Path: f.Path, Key: f.Key})
	}
	return out
}

// over is the national rules with a realm's own over them.
func (s *Service) over(own *tally.Book) *tally.Book {
	return &tally.Book{Rules: slices.Concat(s.Law.Rules, own.Rules)}
}

// RuleAt is how a kind of body decides on a day in a realm: the strictest of what is in
// force. Code is the kind, or what the table names for a subject, such as
// owners.special. It fails with Conflict where no law is in force.
func (s *Service) RuleAt(ctx context.Context, realm, code, day string) (tally.Rule, error) {
	return s.ruleOf(code, day, func(at time.Time) (*tally.Book, int, error) { return s.local.At(ctx, realm, at) })
}

// RuleIn is RuleAt within a transaction.
func (s *Service) RuleIn(ctx context.Context, tx *db.Tx, realm, code, day string) (tally.Rule, error) {
	return s.ruleOf(code, day, func(at time.Time) (*tally.Book, int, error) { return s.local.In(ctx, tx, realm, at) })
}

// ruleOf is the strictest rule of a day; read reads the realm's own.
func (s *Service) ruleOf(code, day string, read func(at time.Time) (*tally.Book, int, error)) (tally.Rule, error) {
	at, err := time.ParseInLocation(time.DateOnly, day, s.Zone)
	if err != nil {
		return tally.Rule{}, fault.New(fault.Invalid, "form.not_a_date").At("day")
	}
	book := s.Law
	own, _, err := read(at.AddDate(0, 0, 1).Add(-time.Microsecond))
	if err == nil {
		book = s.over(own)
	} else if fault.KindOf(err) != fault.Missing {
		return tally.Rule{}, fmt.Errorf("rules of votes: %w", err)
	}
	r, ok := book.At(code, day)
	if !ok {
		return r, fault.New(fault.Conflict, "assembly.no_rule").At("day").With("day", day)
	}
	return r, nil
}
