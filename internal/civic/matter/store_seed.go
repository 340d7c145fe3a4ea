// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package matter

import (
	"context"
	"fmt"
	"strings"
	"time"

	"pavilion/internal/base/id"
	"pavilion/internal/core/org"
	"pavilion/internal/core/procedure"
	"pavilion/internal/platform/db"
)

// seedRows is how many matters one statement inserts, and seedStatements how many
// statements one transaction has.
const (
	seedRows       = 100
	seedStatements = 50
)

// Seeding is what a realm is filled with for measuring at scale.
type Seeding struct {
	Realm  string
	Words  string     // that every matter says
	Types  []string   // codes that they are spread over
	Bodies []org.Body // that those given out are spread over
	N      int        // how many
	Ended  int        // of each hundred
	Over   time.Duration
	Each   func([]Matter) error // is given each batch, and may be nil
	Done   func(int)            // is told how many there are, and may be nil
}

// Seed fills a realm with matters spread over its areas, over bodies, types and
// time. They have no history and no inbox items, and nothing is told of them.
func (s *Service) Seed(ctx context.Context, c Seeding) error {
	areas, now := s.Org.Areas(c.Realm), s.Now()
	for done := 0; done < c.N; {
		var batch []Matter
		for len(batch) < seedRows*seedStatements && done < c.N {
			batch = append(batch, seeded(c, areas, now, done))
			done++
		}
		err := s.DB.InTx(ctx, func(tx *db.Tx) error {
			for from := 0; from < len(batch); from += seedRows {
				if err := seed(ctx, tx, batch[from:min(from+seedRows, len(batch))]); err != nil {
					return err
				}
			}
			return nil
		})
		if err == nil && c.Each != nil {
			err = c.Each(batch)
		}
		if err != nil {
			return fmt.Errorf("seed matters: %w", err)
		}
		if c.Done != nil {
			c.Done(done)
		}
	}
	return nil
}

// seeded is the nth matter.
func seeded(c Seeding, areas []org.Area, now time.Time, n int) Matter {
	states := []procedure.State{"reported", "registered", "dispatched", "signed", "handled", "checked"}
	area := areas[(n*7919)%len(areas)]
	at := now.Add(-time.Duration(float64(c.Over) * float64((n*7919)%1_000_003) / 1_000_003))
	m := Matter{
		Realm: c.Realm, ID: id.New(), Number: fmt.Sprintf("seed-%09d", n), Origin: channel(n), Version: 1, State: states[n%len(states)],
		Open: true, Revision: 1, Type: c.Types[n%len(c.Types)], Privacy: PrivacyNone, Title: c.Words, Text: c.Words,
		Area: area.ID, Place: area.Lo, Town: area.Town, ReportedAt: at, EnteredAt: at, UpdatedAt: at,
		Due: now.Add(time.Duration(n%200_000-60_000) * time.Second),
	}
	m.Warn = m.Due.Add(-time.Hour)
	if n%100 < c.Ended {
		m.State, m.Open, m.Due, m.Warn = "closed", false, time.Time{}, time.Time{}
	}
	if m.State != "reported" && m.State != "registered" {
		m.Owner = c.Bodies[n%len(c.Bodies)].ID
	}
	return m
}

// channel is where the nth matter came from: some ways are common, some are not.
func channel(n int) string {
	switch part := n * 31 % 100; {
	case part < 45:
		return "web"
	case part < 70:
		return "hotline"
	case part < 90:
		return "grid"
	case part < 98:
		return "hall"
	default:
		return "patrol"
	}
}

func seed(ctx context.Context, tx *db.Tx, batch []Matter) error {
	q := db.Q(`INSERT INTO matter (` + columns + `, procedure_name) VALUES `)
	for i, m := range batch {
		open := 0
		if m.Open {
			open = 1
		}
		q.If(i > 0, `, `).Add(`(?`+strings.Repeat(`, ?`, 39)+`)`,
			m.Realm, m.ID, m.Number, m.Version, m.State, open, m.Revision, m.Type, m.Privacy, m.Title, m.Text, "",
			nil, nil, m.Area, m.Place, m.Town, m.Owner, "", "", 0, 0, "", "", 0, 0, m.Origin, "", m.ReportedAt.UnixMicro(), m.EnteredAt.UnixMicro(),
			stored(m.Due, far), 0, m.UpdatedAt.UnixMicro(), stored(m.Warn, far), far, "", "", "", "", Procedure)
	}
	_, err := q.Exec(ctx, tx)
	return err
}
