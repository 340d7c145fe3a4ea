// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package survey

import (
	"context"
	"fmt"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/id"
	"pavilion/internal/base/trace"
	"pavilion/internal/core/identity"
	"pavilion/internal/platform/db"
)

// RemarkState is what became of a remark.
type RemarkState string

// The states of remarks.
const (
	Fresh     RemarkState = "fresh"
	Suggested RemarkState = "suggested" // made a suggestion, in other words
	Aside     RemarkState = "aside"     // read, and nothing followed
)

// Remark is what was said beside an answer. Nobody can say by which household.
type Remark struct {
	ID    string
	Words string // empty once forgotten
	State RemarkState
	Ref   string // of the suggestion
}

// Settle is a secretary making a remark a suggestion, or laying it aside.
type Settle struct {
	Realm  string
	ID     string
	Remark string
	Words  string // of the suggestion; empty lays the remark aside
	By     identity.Actor
}

// Settle carries it out. The words of a suggestion hold no trace of a person. It fails
// with Conflict where the remark is settled, and where nobody takes suggestions.
func (s *Service) Settle(ctx context.Context, c Settle) (r Remark, err error) {
	said, err := words(c.Words, "words", bounds{0, maxWords})
	if err == nil {
		err = trace.Gate("words", said)
	}
	if err != nil {
		return r, err
	}
	if said != "" && s.Suggestions == nil {
		return r, fault.New(fault.Conflict, "survey.no_suggestions")
	}
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		v, err := find(ctx, tx, c.Realm, c.ID)
		if err != nil {
			return err
		}
		if !s.MayKeep(c.By, v) {
			return fault.New(fault.Denied, "survey.not_yours")
		}
		r = Remark{ID: c.Remark, State: Aside}
		if said != "" {
			r.State = Suggested
			r.Ref, err = s.Suggestions.Suggest(ctx, tx, Suggestion{
				Realm: v.Realm, Key: id.Of(v.Realm, v.ID, "suggestion", r.ID), From: v.name(), Area: v.Area, Words: said, By: c.By,
			})
			if err != nil {
				return err
			}
		}
		settled, err := settle(ctx, tx, v, r)
		if err != nil {
			return err
		}
		if !settled {
			return fault.New(fault.Conflict, "survey.remark_settled")
		}
		s.note(ctx, tx, v, "remark_"+string(r.State), c.By, map[string]any{"remark": r.ID, "ref": r.Ref})
		return nil
	})
	if err != nil {
		return Remark{}, fmt.Errorf("settle remark: %w", err)
	}
	return r, nil
}
