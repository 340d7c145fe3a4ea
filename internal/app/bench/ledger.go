// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package bench

import (
	"context"
	"errors"
	"fmt"

	"pavilion/internal/app"
	"pavilion/internal/base/clock"
	"pavilion/internal/core/audit"
	"pavilion/internal/core/org"
	"pavilion/internal/platform/db"
)

// LedgerFound says what taking entries into the log and verifying it takes.
type LedgerFound struct {
	Entries  int     `json:"entries"`
	Sequence float64 `json:"sequence_seconds"` // with the rests between batches
	Chain    float64 `json:"chain_seconds"`    // to verify the audit chain
	Log      float64 `json:"log_seconds"`      // to verify the log over it
}

// ledgerRealm holds what is measured.
const ledgerRealm = "bench"

// RunLedger keeps so many audit entries in a realm of its own, takes them
// into the log, and verifies chain and log.
func RunLedger(ctx context.Context, a *app.App, entries int, show app.Progress) (LedgerFound, error) {
	found := LedgerFound{Entries: entries}
	if _, err := a.Org.CreateRealm(ctx, org.NewRealm{ID: ledgerRealm, Name: ledgerRealm, By: "system"}); err != nil {
		return found, err
	}
	for done := 0; done < entries; done += ledgerBatch {
		err := a.DB.InTx(ctx, func(tx *db.Tx) error {
			for i := done; i < min(done+ledgerBatch, entries); i++ {
				audit.Add(ctx, tx, audit.Entry{
					Realm: ledgerRealm, Subject: fmt.Sprintf("matter/%d", i/10), Act: "matter.moved", Actor: "system", At: a.Now(),
					Detail: map[string]string{"to": "handling", "from": "dispatched"},
				})
			}
			return nil
		})
		if err != nil {
			return found, err
		}
		at(show, "entries", done, entries)
	}
	at(show, "entries", entries, entries)
	begin := clock.System()
	if _, err := a.Ledger.Sequence(ctx, ledgerRealm); err != nil {
		return found, err
	}
	found.Sequence = clock.System().Sub(begin).Seconds()
	begin = clock.System()
	chain, err := audit.Verify(ctx, a.DB, ledgerRealm)
	if err != nil {
		return found, err
	}
	found.Chain = clock.System().Sub(begin).Seconds()
	begin = clock.System()
	log, err := a.Ledger.Verify(ctx, ledgerRealm)
	if err != nil {
		return found, err
	}
	found.Log = clock.System().Sub(begin).Seconds()
	if len(chain.Problems)+len(log.Problems) > 0 || log.Leaves < int64(entries) {
		return found, errors.New("what was written does not verify")
	}
	return found, nil
}

// ledgerBatch is how many entries are kept at once.
const ledgerBatch = 1000
