// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package ledger_test

import (
	"encoding/json"
	"strings"
	"testing"

	"pavilion/internal/core/ledger"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/db/dbtest"
	"pavilion/internal/platform/seal"
)

// TestANationalRealmsLogIsSM3SignedWithSM2 has a log of that suite grow, prove an
// entry, be verified, and be tampered with.
func TestANationalRealmsLogIsSM3SignedWithSM2(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		suite, err := seal.SuiteNamed(seal.National)
		if err != nil {
			t.Fatal(err)
		}
		s, other := service(d), service(d)
		s.Suite = func(string) seal.Suite { return suite }
		add(t, d, 0, 37)
		sequence(t, s)
		add(t, d, 37, 5)
		sequence(t, s)
		r, err := s.Prove(t.Context(), realm, "matter/7", "matter.reported", "7")
		if err != nil {
			t.Fatal(err)
		}
		raw, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		read, err := ledger.ParseReceipt(raw)
		if err != nil {
			t.Fatal(err)
		}
		if h, err := read.Check(s.Key(realm)); err != nil || h.Size != 42 {
			t.Errorf("its receipt: %v, %v", h.Size, err)
		}
		if _, err := read.Check(other.Key(realm)); !isKey(err, "ledger.receipt.head") {
			t.Errorf("with the other suite's key: %v", err)
		}
		read.Proof[0] = strings.Repeat("00", 32)
		if _, err := read.Check(s.Key(realm)); !isKey(err, "ledger.receipt.proof") {
			t.Errorf("with another proof: %v", err)
		}
		report, err := s.Verify(t.Context(), realm)
		if err != nil || len(report.Problems) > 0 || report.Leaves != 42 || report.Heads != 2 {
			t.Errorf("verified: %+v, %v", report, err)
		}
		if report, err = other.Verify(t.Context(), realm); err != nil || len(report.Problems) == 0 {
			t.Errorf("by the other suite: %+v, %v", report, err)
		}
		if err := d.InTx(t.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), `UPDATE audit_entry SET act = 'matter.closed', hash = ? WHERE realm = ? AND subject = ?`, strings.Repeat("a", 64), realm, "matter/9")
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if report, err = s.Verify(t.Context(), realm); err != nil || len(report.Problems) != 1 || !strings.Contains(report.Problems[0], "does not fit its entry") {
			t.Errorf("an altered entry: %+v, %v", report, err)
		}
	})
}
