// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package docket

import (
	"context"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/form"
	"pavilion/internal/base/id"
	"pavilion/internal/core/identity"
	"pavilion/internal/platform/db"
)

// View is a filter that somebody keeps under a name, as the address of the list
// writes it.
type View struct {
	ID    string
	Name  string
	Query string
}

// Bounds of views.
const (
	maxViews    = 30
	maxViewName = 40
	maxQuery    = 1000
)

// SaveView is somebody keeping a filter.
type SaveView struct {
	Realm string
	Name  string
	Query string
	By    identity.Actor
}

// SaveView keeps a filter under a name; one of the same name is replaced.
func (s *Docket) SaveView(ctx context.Context, c SaveView) (View, error) {
	name, err := form.CleanText(c.Name, false)
	switch {
	case err != nil || name == "":
		return View{}, fault.New(fault.Invalid, "docket.view_name").At("name")
	case len([]rune(name)) > maxViewName:
		return View{}, fault.New(fault.Invalid, "docket.view_name").At("name")
	case len(c.Query) > maxQuery:
		return View{}, fault.New(fault.Invalid, "docket.view_query").At("query")
	}
	v := View{ID: id.New(), Name: name, Query: c.Query}
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		there, err := views(ctx, tx, c.Realm, c.By.Account)
		if err != nil {
			return err
		}
		for _, old := range there {
			if old.Name == name {
				v.ID = old.ID
				return updateView(ctx, tx, c.Realm, v)
			}
		}
		if len(there) >= maxViews {
			return fault.New(fault.Conflict, "docket.too_many_views")
		}
		return insertView(ctx, tx, c.Realm, c.By.Account, v, s.Now())
	})
	return v, err
}

// Views lists the filters that somebody keeps, by name.
func (s *Docket) Views(ctx context.Context, a identity.Actor) (out []View, err error) {
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		out, err = views(ctx, tx, a.Realm, a.Account)
		return err
	})
	return out, err
}

// DropView forgets one of somebody's own filters.
func (s *Docket) DropView(ctx context.Context, a identity.Actor, id string) error {
	return s.DB.InTx(ctx, func(tx *db.Tx) error {
		n, err := removeView(ctx, tx, a.Realm, a.Account, id)
		if err == nil && n == 0 {
			err = fault.New(fault.Missing, "docket.view_missing")
		}
		return err
	})
}
