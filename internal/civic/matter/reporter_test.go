// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package matter_test

import (
	"context"
	"strings"
	"testing"

	"pavilion/internal/civic/matter"
	"pavilion/internal/civic/matter/mattertest"
	"pavilion/internal/core/files"
	"pavilion/internal/core/identity"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/db/dbtest"
	"pavilion/internal/platform/imaging"
)

// accountsIn counts the rows of the tables about a matter that hold an account.
func accountsIn(t *testing.T, d *db.DB, m matter.Matter, account string) (n int) {
	t.Helper()
	err := d.View(t.Context(), func(tx *db.Tx) error {
		for _, q := range []string{
			`SELECT COUNT(*) FROM matter WHERE realm = ? AND id = ? AND reporter = ?`,
			`SELECT COUNT(*) FROM matter_event WHERE realm = ? AND matter = ? AND actor = ?`,
			`SELECT COUNT(*) FROM files_photo WHERE realm = ? AND owner LIKE 'matter/' || ? || '/%' AND created_by = ?`,
			`SELECT COUNT(*) FROM audit_entry WHERE realm = ? AND subject = 'matter/' || ? AND actor = ?`,
		} {
			var some int
			if err := tx.QueryRow(t.Context(), q, m.Realm, m.ID, account).Scan(&some); err != nil {
				return err
			}
			n += some
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// found is a grid worker's report with a photo.
func found(t *testing.T, r *mattertest.Realmful, worker identity.Actor) matter.Matter {
	t.Helper()
	photo, err := r.Files.Store(t.Context(), mattertest.Realm, imaging.Image{Full: []byte("photo"), Thumb: []byte("thumb"), Width: 1, Height: 1})
	if err != nil {
		t.Fatal(err)
	}
	made, err := r.Report(t.Context(), matter.Report{
		Realm: mattertest.Realm, Origin: "desk", Type: "020103", Text: "巡查发现井盖破损。", Point: r.East.Middle(), By: worker, Photos: []files.Photo{photo},
	})
	if err != nil {
		t.Fatal(err)
	}
	d, err := r.Followed(t.Context(), mattertest.Realm, made.ID)
	if err != nil {
		t.Fatal(err)
	}
	return d.Matter
}

func TestTheAccountOfAReporterStandsNowhere(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := mattertest.New(t, d)
		worker, other := r.Actor(identity.GridWorker, r.East.Grid, ""), r.Actor(identity.GridWorker, r.East.Grid, "")
		m, second := found(t, r, worker), found(t, r, worker)
		if n := accountsIn(t, d, m, worker.Account); n != 0 {
			t.Errorf("the account stands in %d rows", n)
		}
		if m.Reporter == "" || m.Reporter == second.Reporter || strings.Contains(m.Reporter, worker.Account) {
			t.Errorf("two matters of one account keep %q and %q", m.Reporter, second.Reporter)
		}
		if !r.ReportedBy(m, worker.Account) || r.ReportedBy(m, other.Account) || r.ReportedBy(m, "") || r.ReportedBy(second, m.Reporter) {
			t.Error("the wrong account is recognised")
		}
		settle := func(by identity.Actor) error {
			_, err := r.Move(t.Context(), matter.Move{
				Realm: m.Realm, ID: m.ID, Revision: m.Revision, Action: "settle", By: by, Answers: map[string][]string{"note": {"当场扶正"}},
			})
			return err
		}
		if err := settle(other); err == nil {
			t.Error("somebody else settled it as their own")
		}
		if err := settle(worker); err != nil && strings.Contains(err.Error(), "not_your_report") {
			t.Errorf("the finder is not known: %v", err)
		}
	})
}

func TestAccountsThatWereKeptAreReplacedBySums(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := mattertest.New(t, d)
		worker := r.Actor(identity.GridWorker, r.East.Grid, "")
		m, second := found(t, r, worker), found(t, r, worker)
		exec := func(q string, args ...any) {
			t.Helper()
			err := d.InTx(t.Context(), func(tx *db.Tx) error { _, err := tx.Exec(t.Context(), q, args...); return err })
			if err != nil {
				t.Fatal(err)
			}
		}
		for _, old := range []matter.Matter{m, second} { // as former versions kept them
			exec(`UPDATE matter SET reporter = ? WHERE realm = ? AND id = ?`, worker.Account, old.Realm, old.ID)
			exec(`UPDATE matter_event SET actor = ? WHERE realm = ? AND matter = ?`, worker.Account, old.Realm, old.ID)
			exec(`UPDATE files_photo SET created_by = ? WHERE realm = ? AND owner = ?`, worker.Account, old.Realm, matter.PhotosOf(old.ID, 1))
			exec(`INSERT INTO matter_named (realm, matter, done) VALUES (?, ?, 0)`, old.Realm, old.ID)
		}
		if n := accountsIn(t, d, m, worker.Account); n != 3 {
			t.Fatalf("%d rows hold the account before", n)
		}
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := r.Unname(ended, m.Realm); err == nil {
			t.Error("it went on without anybody waiting")
		}
		for range 2 { // again does nothing
			if _, err := r.Unname(t.Context(), m.Realm); err != nil {
				t.Fatal(err)
			}
			for _, old := range []matter.Matter{m, second} {
				now, err := r.Followed(t.Context(), old.Realm, old.ID)
				if err != nil || now.Reporter != old.Reporter || !r.ReportedBy(now.Matter, worker.Account) || accountsIn(t, d, old, worker.Account) != 0 {
					t.Errorf("after: %+v, %v", now.Matter, err)
				}
			}
		}
	})
}
