// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"pavilion/internal/base/clock"
	"pavilion/internal/civic/matter"
	"pavilion/internal/core/edition"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/outbox"
)

// calendarKind is the family of rules that notices on holidays are: one set for
// each year, such as "calendar.2027".
const calendarKind = "calendar"

// checkCalendar says what is wrong with the notice about a year.
func checkCalendar(_ context.Context, _ string, body []byte) []edition.Problem {
	if _, err := clock.ParseYear(body); err != nil {
		return []edition.Problem{{Path: "body", Key: "edition.calendar_faulty", Params: map[string]string{"problem": err.Error()}}}
	}
	return nil
}

// learn teaches the calendar what the realms have published, and says whether
// that changed it.
func (a *App) learn(ctx context.Context) (changed bool, err error) {
	for _, realm := range a.realms() {
		kinds, err := a.Editions.Kinds(ctx, realm)
		if err != nil {
			return changed, err
		}
		for _, kind := range kinds {
			if !strings.HasPrefix(kind, calendarKind+".") {
				continue
			}
			e, err := a.Editions.At(ctx, realm, kind, a.Now())
			if err != nil {
				continue // a draft, or one that is still to come
			}
			var y clock.Year
			if err := json.Unmarshal(e.Body, &y); err != nil {
				return changed, fmt.Errorf("%s of realm %s: %w", kind, realm, err)
			}
			new, err := a.Calendar.Learn(y)
			if err != nil {
				return changed, fmt.Errorf("%s of realm %s: %w", kind, realm, err)
			}
			changed = changed || new
		}
	}
	return changed, nil
}

// hearCalendar learns a notice that was published and counts the terms that run
// again, in the history of every matter that moves.
func (a *App) hearCalendar(ctx context.Context, events []outbox.Event) error {
	for _, e := range events {
		var p edition.Published
		if err := json.Unmarshal(e.Body, &p); err != nil {
			return err
		}
		if !strings.HasPrefix(p.Kind, calendarKind+".") {
			continue
		}
		if _, err := a.learn(ctx); err != nil {
			return err
		}
		if _, err := a.recount(ctx, e.Realm); err != nil {
			return err
		}
	}
	return nil
}

// recount counts the terms of a realm again.
func (a *App) recount(ctx context.Context, realm string) (matter.Recounting, error) {
	out, err := a.Matters.RecountAll(ctx, matter.Recount{Realm: realm, Basis: "basis.calendar", By: identity.System(realm)})
	if out.Changed > 0 {
		a.Log.Info("terms were counted again", "realm", realm, "looked", out.Looked, "changed", out.Changed)
	}
	return out, err
}

// follow learns what another process published, and counts again if that
// changed the calendar.
func (a *App) follow(ctx context.Context) error {
	changed, err := a.learn(ctx)
	if err != nil || !changed {
		return err
	}
	var failures []error
	for _, realm := range a.realms() {
		_, err := a.recount(ctx, realm)
		failures = append(failures, err)
	}
	return errors.Join(failures...)
}

// LearnYear publishes the notice about a year in a realm, at once, and counts
// the terms that run again. It says which moved.
func (a *App) LearnYear(ctx context.Context, realm string, notice []byte, basis string) (matter.Recounting, error) {
	y, err := clock.ParseYear(notice)
	if err != nil {
		return matter.Recounting{}, err
	}
	kind, by := fmt.Sprintf("%s.%d", calendarKind, y.Year), identity.System(realm)
	draft, _, err := a.Editions.Draft(ctx, realm, kind)
	if err != nil {
		return matter.Recounting{}, err
	}
	draft, err = a.Editions.Save(ctx, edition.Save{Realm: realm, Kind: kind, Body: notice, Basis: basis, Revision: draft.Revision, By: by})
	if err == nil {
		_, err = a.Editions.Publish(ctx, edition.Publish{Realm: realm, Kind: kind, Revision: draft.Revision, By: by})
	}
	if err != nil {
		return matter.Recounting{}, a.explained(err)
	}
	if _, err := a.learn(ctx); err != nil {
		return matter.Recounting{}, err
	}
	return a.recount(ctx, realm)
}
