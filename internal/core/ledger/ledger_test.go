// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package ledger_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"

	"pavilion/internal/base/fault"
	"pavilion/internal/core/audit"
	"pavilion/internal/core/ledger"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/db/dbtest"
)

const realm = "r1"

var monday = time.Date(2026, 3, 2, 9, 0, 0, 123456789, time.UTC)

func service(d *db.DB) *ledger.Service {
	return &ledger.Service{DB: d, Now: func() time.Time { return monday }, Seed: bytes.Repeat([]byte{7}, 32)}
}

// add keeps n entries, each of a subject of its own, in one use case.
func add(t testing.TB, d *db.DB, from, n int) {
	t.Helper()
	err := d.InTx(t.Context(), func(tx *db.Tx) error {
		for i := range n {
			audit.Add(t.Context(), tx, audit.Entry{
				Realm: realm, Subject: fmt.Sprintf("matter/%d", from+i), Act: "matter.reported", Actor: "account-1",
				At: monday, Detail: map[string]string{"number": fmt.Sprint(from + i)},
			})
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func sequence(t testing.TB, s *ledger.Service) int {
	t.Helper()
	n, err := s.Sequence(t.Context(), realm)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func verify(t testing.TB, s *ledger.Service) ledger.Report {
	t.Helper()
	r, err := s.Verify(t.Context(), realm)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func exec(t testing.TB, d *db.DB, sql string, args ...any) {
	t.Helper()
	err := d.InTx(t.Context(), func(tx *db.Tx) error {
		n, err := tx.Exec(t.Context(), sql, args...)
		if err == nil && n == 0 {
			err = errors.New("the test changed nothing")
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func head(t testing.TB, s *ledger.Service) ledger.Head {
	t.Helper()
	h, err := s.Head(t.Context(), realm)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func TestALogGrowsAndProves(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := service(d)
		if _, err := s.Head(t.Context(), realm); fault.KindOf(err) != fault.Missing {
			t.Errorf("the head of an empty log: %v", err)
		}
		var known []ledger.Head
		for i, n := range []int{1, 2, 5, 40, 100} {
			add(t, d, 1000*i, n)
			if got := sequence(t, s); got != n {
				t.Fatalf("took %d of %d", got, n)
			}
			h, err := ledger.OpenHead(head(t, s).Note, s.Key(realm))
			if err != nil || !h.At.Equal(monday.Truncate(time.Microsecond)) {
				t.Fatalf("head %+v, %v", h, err)
			}
			known = append(known, h)
		}
		if n := sequence(t, s); n != 0 || known[4].Size != 148 {
			t.Errorf("took %d more, the head's size is %d", n, known[4].Size)
		}
		for i, from := range known {
			for _, to := range known[i:] {
				list, err := s.Consistency(t.Context(), realm, from.Size, to.Size)
				if err == nil {
					err = proof.VerifyConsistency(rfc6962.DefaultHasher, uint64(from.Size), uint64(to.Size), list, from.Root, to.Root)
				}
				if err != nil {
					t.Errorf("from %d to %d: %v", from.Size, to.Size, err)
				}
			}
		}
		if r := verify(t, s); r.Leaves != 148 || r.Heads != 5 || len(r.Problems) > 0 {
			t.Errorf("got %+v", r)
		}
	})
}

func TestAReceiptIsProvedWithoutADatabase(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := service(d)
		add(t, d, 0, 20)
		_, err := s.Prove(t.Context(), realm, "matter/7", "matter.reported", "7")
		if fault.KindOf(err) != fault.Conflict {
			t.Fatalf("before it was taken: %v", err)
		}
		sequence(t, s)
		add(t, d, 20, 11)
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
		h, err := read.Check(s.Key(realm))
		if err != nil || h.Size != 31 || read.Number != "7" {
			t.Errorf("%+v, %v", h, err)
		}
		found, err := s.Inclusion(t.Context(), realm, r.Leaf, 0)
		if err != nil || found.Index != r.Index || strings.Join(ledger.Hex(found.Proof), "") != strings.Join(r.Proof, "") {
			t.Errorf("by its hash: %+v, %v", found, err)
		}
		if _, err := s.Prove(t.Context(), realm, "matter/none", "matter.reported", "7"); fault.KindOf(err) != fault.Missing {
			t.Errorf("of what never was: %v", err)
		}
	})
}

func TestAFalseReceiptIsRefusedAndSaysWhy(t *testing.T) {
	d := dbtest.SQLite(t)
	s := service(d)
	add(t, d, 0, 20)
	sequence(t, s)
	good, err := s.Prove(t.Context(), realm, "matter/7", "matter.reported", "7")
	if err != nil {
		t.Fatal(err)
	}
	other := service(d)
	other.Seed = bytes.Repeat([]byte{8}, 32)
	for want, change := range map[string]func(r *ledger.Receipt){
		"ledger.receipt.entry":  func(r *ledger.Receipt) { r.Entry.At++ },
		"ledger.receipt.number": func(r *ledger.Receipt) { r.Number = "8" },
		"ledger.receipt.leaf":   func(r *ledger.Receipt) { r.Leaf = strings.Repeat("0", 64) },
		"ledger.receipt.head":   func(r *ledger.Receipt) { r.Head = strings.Replace(r.Head, "\n20\n", "\n21\n", 1) },
		"ledger.receipt.proof":  func(r *ledger.Receipt) { r.Index++ },
	} {
		r := good
		change(&r)
		if _, err := r.Check(s.Key(realm)); !isKey(err, want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	if _, err := good.Check(other.Key(realm)); !isKey(err, "ledger.receipt.head") {
		t.Errorf("with another key: %v", err)
	}
	if _, err := good.Check("nonsense"); !isKey(err, "ledger.receipt.head") {
		t.Errorf("with no key: %v", err)
	}
}

func isKey(err error, key string) bool {
	f, ok := fault.As(err)
	return ok && f.Key == key
}

func TestWhatCannotBeProvedIsRefused(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := service(d)
		add(t, d, 0, 5)
		sequence(t, s)
		for _, sizes := range [][2]int64{{0, 5}, {3, 2}, {1, 6}, {-1, 5}} {
			if _, err := s.Consistency(t.Context(), realm, sizes[0], sizes[1]); fault.KindOf(err) != fault.Invalid {
				t.Errorf("%v: %v", sizes, err)
			}
		}
		for leaf, kind := range map[string]fault.Kind{"x": fault.Invalid, strings.Repeat("0", 64): fault.Missing} {
			if _, err := s.Inclusion(t.Context(), realm, leaf, 0); fault.KindOf(err) != kind {
				t.Errorf("leaf %q: %v", leaf, err)
			}
		}
		if _, err := s.Inclusion(t.Context(), realm, strings.Repeat("0", 64), 6); fault.KindOf(err) != fault.Invalid {
			t.Errorf("a size the log does not have: %v", err)
		}
	})
}

func TestSequencersAtOnceWhilePeopleWork(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := service(d)
		var all sync.WaitGroup
		for g := range 4 {
			all.Go(func() {
				for i := range 30 {
					add(t, d, 1000*g+3*i, 3)
				}
			})
			all.Go(func() {
				for range 20 {
					if _, err := s.Sequence(t.Context(), realm); err != nil {
						t.Error(err)
					}
				}
			})
		}
		all.Wait()
		sequence(t, s)
		if r := verify(t, s); r.Leaves != 360 || len(r.Problems) > 0 {
			t.Errorf("got %+v", r)
		}
	})
}

func TestABacklogIsTakenInBatches(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := service(d)
		add(t, d, 0, 2500)
		if n := sequence(t, s); n != 2500 {
			t.Errorf("took %d", n)
		}
		if r := verify(t, s); r.Leaves != 2500 || r.Heads != 5 || len(r.Problems) > 0 {
			t.Errorf("got %+v", r)
		}
	})
}

// A sequencer that is stopped while it writes leaves nothing, and the next one
// takes the same entries.
func TestABatchIsKeptWholeOrNotAtAll(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := service(d)
		add(t, d, 0, 2)
		sequence(t, s)
		add(t, d, 2, 8)
		exec(t, d, `INSERT INTO ledger_head (realm, size, note) VALUES ('r1', 10, 'in the way')`)
		if _, err := s.Sequence(t.Context(), realm); err == nil {
			t.Fatal("the batch was kept over what was in its way")
		}
		exec(t, d, `DELETE FROM ledger_head WHERE size = 10`)
		if h := head(t, s); h.Size != 2 {
			t.Errorf("the head's size is %d", h.Size)
		}
		stopped, stop := context.WithCancel(t.Context())
		stop()
		if _, err := s.Sequence(stopped, realm); err == nil {
			t.Error("it went on after it was stopped")
		}
		if n := sequence(t, s); n != 8 {
			t.Errorf("took %d", n)
		}
		if r := verify(t, s); r.Leaves != 10 || len(r.Problems) > 0 {
			t.Errorf("got %+v", r)
		}
	})
}

func TestTamperingIsFoundAndLocated(t *testing.T) {
	where := ` WHERE realm = 'r1' AND `
	rewritten := hex.EncodeToString(bytes.Repeat([]byte{1}, 32))
	for _, tt := range []struct {
		name string
		sql  []string
		want []string
	}{
		{"an entry was rewritten with its hash", []string{`UPDATE audit_entry SET hash = '` + rewritten + `'` + where + `seq = 3`},
			[]string{"leaf 2 (lane 3, entry 3) does not fit its entry"}},
		{"an entry was dropped", []string{`DELETE FROM audit_entry` + where + `seq = 4`},
			[]string{"leaf 3 (lane 3, entry 4): its entry is missing"}},
		{"an entry and its leaf were rewritten", []string{
			`UPDATE audit_entry SET hash = '` + rewritten + `'` + where + `seq = 3`, `UPDATE ledger_leaf SET hash = '` + rewritten + `'` + where + `idx = 2`,
		}, []string{"leaf 2 (lane 3, entry 3) does not fit its entry", "the node over leaves 2 to 3 (level 1, 1) does not fit them",
			"among leaves 0 to 4 something was rewritten: the signed head of size 5 names another root"}},
		{"a leaf was dropped", []string{`DELETE FROM ledger_leaf` + where + `idx = 6`},
			[]string{"leaf 6 is missing; what follows it cannot be checked"}},
		{"the last leaf was dropped", []string{`DELETE FROM ledger_leaf` + where + `idx = 9`},
			[]string{"leaf 9 is missing; what follows it cannot be checked"}},
		{"the log was reordered", []string{
			`UPDATE ledger_leaf SET idx = 99` + where + `idx = 6`, `UPDATE ledger_leaf SET idx = 6` + where + `idx = 7`, `UPDATE ledger_leaf SET idx = 7` + where + `idx = 99`,
		}, []string{"leaf 6 (lane 3, entry 8) stands where entry 7 belongs", "leaf 7 (lane 3, entry 7) stands where entry 9 belongs",
			"the node over leaves 6 to 7 (level 1, 3) does not fit them", "leaf 8 (lane 3, entry 9) stands where entry 8 belongs",
			"among leaves 5 to 9 something was rewritten: the signed head of size 10 names another root"}},
		{"a node was rewritten", []string{`UPDATE ledger_node SET hash = '` + rewritten + `'` + where + `level = 2 AND idx = 0`},
			[]string{"the node over leaves 0 to 3 (level 2, 0) does not fit them"}},
		{"a node was dropped", []string{`DELETE FROM ledger_node` + where + `level = 3`},
			[]string{"the node over leaves 0 to 7 (level 3, 0) is missing"}},
		{"a head was rewritten", []string{`UPDATE ledger_head SET note = replace(note, 'at 2026', 'at 2025')` + where + `size = 5`},
			[]string{"the head of size 5 was rewritten: its signature does not fit"}},
		{"a head was moved", []string{`UPDATE ledger_head SET size = 4` + where + `size = 5`},
			[]string{"the head of size 4 was rewritten: its signature does not fit"}},
		{"the newest head was dropped", []string{`DELETE FROM ledger_head` + where + `size = 10`},
			[]string{"the head of size 10 is missing"}},
		{"the size was set back", []string{`UPDATE ledger_tree SET size = 5`},
			[]string{"11 rows are outside the log of 5 leaves", "lane 3 is in the log up to entry 5, and noted up to 10"}},
		{"a lane was noted as taken", []string{`UPDATE ledger_lane SET seq = 12`},
			[]string{"lane 3 is in the log up to entry 10, and noted up to 12"}},
		{"a leaf was moved to no lane", []string{`UPDATE ledger_leaf SET lane = 99` + where + `idx = 9`},
			[]string{"leaf 9 (lane 99, entry 10) is of no lane", "lane 3 is in the log up to entry 9, and noted up to 10"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, d *db.DB) {
				s := service(d)
				for range 2 {
					oneLane(t, d, 5)
					sequence(t, s)
				}
				if r := verify(t, s); len(r.Problems) > 0 {
					t.Fatalf("before: %q", r.Problems)
				}
				for _, sql := range tt.sql {
					exec(t, d, sql)
				}
				got := verify(t, s).Problems
				if len(got) != len(tt.want) {
					t.Fatalf("got %q", got)
				}
				for i, want := range tt.want {
					if got[i] != "log: "+want {
						t.Errorf("got %q, want %q", got[i], want)
					}
				}
			})
		})
	}
}

// oneLane keeps n entries of one subject, which are in lane 3.
func oneLane(t *testing.T, d *db.DB, n int) {
	t.Helper()
	err := d.InTx(t.Context(), func(tx *db.Tx) error {
		for range n {
			audit.Add(t.Context(), tx, audit.Entry{Realm: realm, Subject: "matter/4", Act: "matter.moved", Actor: "account-1", At: monday})
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestRealmsAreApart(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := service(d)
		add(t, d, 0, 3)
		sequence(t, s)
		if n, err := s.Sequence(t.Context(), "r2"); n != 0 || err != nil {
			t.Errorf("another realm took %d, %v", n, err)
		}
		if s.Key("r2") == s.Key(realm) {
			t.Error("two realms have one key")
		}
		if _, err := ledger.OpenHead(head(t, s).Note, s.Key("r2")); err == nil {
			t.Error("the head opens with another realm's key")
		}
	})
}

// kept is a receipt as it was once downloaded: files of today have to hold for ever.
func kept(t testing.TB) (raw []byte, key string) {
	t.Helper()
	raw, err := os.ReadFile("testdata/receipt.json")
	if err != nil {
		t.Fatal(err)
	}
	return raw, "pavilion/r1+696756e9+AepKbGPinFIKvvVQexMuxfmVR3auvr57kkIe6mkURtIs"
}

func TestAReceiptThatWasKeptStillHolds(t *testing.T) {
	raw, key := kept(t)
	r, err := ledger.ParseReceipt(raw)
	if err != nil {
		t.Fatal(err)
	}
	if h, err := r.Check(key); err != nil || h.Size != 9 {
		t.Errorf("%+v, %v", h, err)
	}
}

func FuzzParseReceipt(f *testing.F) {
	raw, key := kept(f)
	r, err := ledger.ParseReceipt(raw)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(raw)
	f.Add([]byte(`{"format":"pavilion-receipt-1","leaf_index":-1,"inclusion_proof":["zz"]}`))
	f.Add([]byte(`[]`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		got, err := ledger.ParseReceipt(raw)
		if err != nil {
			if fault.KindOf(err) != fault.Invalid {
				t.Errorf("fails with %v", err)
			}
			return
		}
		if _, err := got.Check(key); err == nil && (got.Entry != r.Entry || got.Number != r.Number || got.Index != r.Index) {
			t.Errorf("a forged receipt holds: %s", raw)
		}
	})
}

func BenchmarkSequence(b *testing.B) {
	each(b, func(b *testing.B, d *db.DB) {
		s := service(d)
		taken := 0
		for b.Loop() {
			b.StopTimer()
			add(b, d, taken, 499) // a full batch would be followed by a rest
			b.StartTimer()
			taken += sequence(b, s)
		}
		b.ReportMetric(float64(taken)/b.Elapsed().Seconds(), "entries/s")
	})
}

func BenchmarkVerify(b *testing.B) {
	each(b, func(b *testing.B, d *db.DB) {
		const entries = 50_000
		s := service(d)
		for i := range entries / 1000 {
			add(b, d, 1000*i, 1000)
		}
		sequence(b, s)
		for b.Loop() {
			if r := verify(b, s); r.Leaves != entries || len(r.Problems) > 0 {
				b.Fatalf("got %+v", r)
			}
		}
		b.ReportMetric(float64(entries)*float64(b.N)/b.Elapsed().Seconds(), "entries/s")
	})
}

// each runs a benchmark on both engines.
func each(b *testing.B, fn func(b *testing.B, d *db.DB)) {
	b.Run("sqlite", func(b *testing.B) { fn(b, dbtest.SQLite(b)) })
	b.Run("postgres", func(b *testing.B) { fn(b, dbtest.Postgres(b)) })
}
