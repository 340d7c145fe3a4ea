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
	"pavilion/internal/platform/db"
)

// seedRows is how many matters one statement inserts.
const seedRows = 100

// Seed fills a realm with n open matters spread over its areas and the bodies
// given, for measuring lists at scale. They have no history and no inbox items.
// Progress, if not nil, is told how many there are.
func (s *Service) Seed(ctx context.Context, realm, words string, bodies []org.Body, n int, progress func(int)) error {
	areas := s.Org.Areas(realm)
	states := []string{"reported", "registered", "dispatched", "signed", "handled", "checked"}
	now := s.Now()
	for done := 0; done < n; {
		err := s.DB.InTx(ctx, func(tx *db.Tx) error {
			for range 50 {
				if err := seed(ctx, tx, realm, words, seedBatch{areas, bodies, states, now, done}, min(seedRows, n-done)); err != nil {
					return err
				}
				if done += min(seedRows, n-done); done >= n {
					return nil
				}
			}
			return nil
		})
		if err != nil {
			return fmt.Errorf("seed matters: %w", err)
		}
		if progress != nil {
			progress(done)
		}
	}
	return nil
}

// seedBatch is what seeded matters are spread over, and how many there are.
type seedBatch struct {
	areas  []org.Area
	bodies []org.Body
	states []string
	now    time.Time
	done   int
}

func seed(ctx context.Context, tx *db.Tx, realm, words string, b seedBatch, rows int) error {
	q := db.Q(`INSERT INTO matter (` + columns + `, procedure_name) VALUES `)
	for i := range rows {
		n := b.done + i
		area := b.areas[(n*7919)%len(b.areas)]
		state, owner := b.states[n%len(b.states)], ""
		if state != "reported" && state != "registered" {
			owner = b.bodies[n%len(b.bodies)].ID
		}
		due := b.now.Add(time.Duration(n%200_000-60_000) * time.Second).UnixMicro()
		at := b.now.Add(-time.Duration(n%5_000_000) * time.Second).UnixMicro()
		q.If(i > 0, `, `).Add(`(?`+strings.Repeat(`, ?`, 39)+`)`,
			realm, id.New(), fmt.Sprintf("seed-%09d", n), 1, state, 1, 1, "020101", PrivacyNone, words, words, "",
			nil, nil, area.ID, area.Lo, area.Town, owner, "", "", 0, 0, "", "", 0, 0, "seed", "", at, at, due, 0, at,
			due-3_600_000_000, far, "", "", "", "", Procedure)
	}
	_, err := q.Exec(ctx, tx)
	return err
}
