// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package topic

import (
	"context"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/platform/db"
)

// Period is a time and an area to count in.
type Period struct {
	Realm    string
	Area     string // empty: the realm
	From, To time.Time
	Lo, Hi   int64 // filled in
}

// Figures are what became of suggestions: two kinds of counts, and their ratio only
// where they are of one set.
type Figures struct {
	Suggestions int // made in the period and area
	InTopics    int // of these, part of a topic
	Topics      int // that these are part of
	Replied     int // of these, with a reply
	Decided     Sets
	Solved      Sets
}

// maxPeriod bounds what is counted at once.
const maxPeriod = 366 * 24 * time.Hour

// Figures counts a period of a year at most. Its cost is that of the period.
func (s *Service) Figures(ctx context.Context, q Period) (f Figures, err error) {
	area, ok := s.Org.Root(q.Realm)
	if q.Area != "" {
		area, ok = s.Org.Area(q.Realm, q.Area)
	}
	if !ok {
		return f, fault.New(fault.Invalid, "matter.area_unknown").At("area")
	}
	if !q.From.Before(q.To) || q.To.Sub(q.From) > maxPeriod {
		return f, fault.New(fault.Invalid, "topic.period_wrong").At("period")
	}
	q.Lo, q.Hi = area.Lo, area.Hi
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		if f, err = suggested(ctx, tx, q); err != nil {
			return err
		}
		if f.Decided, err = counted(ctx, tx, q, "decided_at"); err != nil {
			return err
		}
		f.Solved, err = counted(ctx, tx, q, "solved_at")
		f.Decided.Suggestions, f.Solved.Suggestions = f.Suggestions, f.Suggestions
		return err
	})
	return f, err
}
