// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package evaluation

import (
	"context"
	"maps"
	"slices"
	"time"

	"pavilion/internal/core/outbox"
	"pavilion/internal/platform/db"
)

// Hear takes in events of cases. An event that is told twice, or late, changes
// nothing it should not: facts are folded from all events of a case, by their
// order in its history.
func (s *Service) Hear(ctx context.Context, events []outbox.Event) error {
	byRealm := map[string][]outbox.Event{}
	for _, e := range events {
		byRealm[e.Realm] = append(byRealm[e.Realm], e)
	}
	for _, realm := range slices.Sorted(maps.Keys(byRealm)) {
		if err := s.hear(ctx, realm, byRealm[realm]); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) hear(ctx context.Context, realm string, events []outbox.Event) error {
	told := make([]happened, len(events))
	for i, e := range events {
		h, err := decode(e.Body, e.At.UnixMicro())
		if err != nil {
			return err
		}
		told[i] = h
	}
	return s.DB.InTx(ctx, func(tx *db.Tx) error {
		cases := map[string]bool{}
		for i, h := range told {
			if err := keep(ctx, tx, realm, h, string(events[i].Body)); err != nil {
				return err
			}
			cases[h.ID] = true
		}
		return s.refold(ctx, tx, realm, slices.Sorted(maps.Keys(cases)))
	})
}

// refold makes the facts of cases anew and marks the months they count in.
func (s *Service) refold(ctx context.Context, tx *db.Tx, realm string, refs []string) error {
	events, err := eventsOf(ctx, tx, realm, refs)
	if err != nil {
		return err
	}
	dirty, err := monthsOf(ctx, tx, realm, refs)
	if err != nil {
		return err
	}
	for _, ref := range refs {
		f := fold(events[ref])
		if f.Reported == 0 {
			continue // its first event is still to come
		}
		if s.Places != nil {
			f.Profile = s.Places.Profile(realm, f.Place)
		}
		months := s.months(f)
		for _, m := range months {
			dirty[m] = true
		}
		if err := putFact(ctx, tx, realm, ref, f, months); err != nil {
			return err
		}
	}
	delete(dirty, 0)
	for _, m := range slices.Sorted(maps.Keys(dirty)) {
		if err := soil(ctx, tx, realm, m); err != nil {
			return err
		}
	}
	return nil
}

// months are those a fact counts in, by date.
func (s *Service) months(f Fact) map[string]Month {
	out := map[string]Month{}
	for name, date := range dates() {
		if at := date(f); at > 0 {
			out[name] = MonthOf(time.UnixMicro(at), s.Zone)
		}
	}
	return out
}
