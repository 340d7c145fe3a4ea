// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package keeping_test

import (
	"bytes"
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pavilion/catalogue"
	"pavilion/internal/app/keeping"
	"pavilion/internal/civic/matter/mattertest"
	"pavilion/internal/core/edition"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/release"
	"pavilion/internal/core/retention"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/db/dbtest"
	"pavilion/internal/platform/migrate"
	"pavilion/migrations"
)

const day = 24 * time.Hour

// shelf is a realm with drafts and the schedule that ends them.
type shelf struct {
	*mattertest.Realmful
	t          *testing.T
	d          *db.DB
	keep       *retention.Service
	releases   *release.Service
	desk, head identity.Actor
}

func newShelf(t *testing.T, d *db.DB) *shelf {
	t.Helper()
	r := mattertest.New(t, d)
	s := &shelf{Realmful: r, t: t, d: d, desk: r.Actor(identity.Dispatcher, r.East.Town, ""), head: r.Actor(identity.ShiftHead, r.East.Town, "")}
	editions := &edition.Service{DB: d, Now: r.Now, Checks: map[string]edition.Check{}}
	s.keep = retention.New(retention.Service{DB: d, Now: r.Now, Log: r.Log, Org: r.Org, Editions: editions, Keepers: []retention.Keeper{keeping.Drafts{Sentence: "（已删除）"}}})
	editions.Checks[retention.Edition] = s.keep.Check
	body, err := fs.ReadFile(catalogue.FS(), "retention.json")
	s.sound(err)
	s.sound(editions.Seed(t.Context(), mattertest.Realm, retention.Edition, body, "basis.practice"))
	s.releases = &release.Service{DB: d, Now: r.Now, Publishers: map[string]release.Publisher{"test": func(context.Context, *db.Tx, release.Draft) error { return nil }}}
	return s
}

func (s *shelf) sound(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *shelf) write(subject, words string) (d release.Draft) {
	s.t.Helper()
	s.sound(s.d.InTx(s.t.Context(), func(tx *db.Tx) (err error) {
		d, err = s.releases.Put(s.t.Context(), tx, release.Write{
			Realm: mattertest.Realm, Kind: "test", Subject: subject, Title: "测试", Area: s.East.Town.ID, Place: s.East.Town.Lo, Town: s.East.Town.Lo,
			Words: []release.Part{{Name: "text", Text: words}}, By: s.desk,
		})
		return err
	}))
	return d
}

func (s *shelf) release(d release.Draft, reason string) release.Draft {
	s.t.Helper()
	d, err := s.releases.Decide(s.t.Context(), release.Decide{Realm: d.Realm, ID: d.ID, Revision: d.Revision, Act: release.Release, Reason: reason, By: s.head})
	s.sound(err)
	return d
}

func (s *shelf) open(id string) release.Trail {
	s.t.Helper()
	t, err := s.releases.Open(s.t.Context(), s.desk, id)
	s.sound(err)
	return t
}

func (s *shelf) run(gone int) {
	s.t.Helper()
	got, err := s.keep.Run(s.t.Context(), mattertest.Realm)
	if err != nil || got.Gone != gone {
		s.t.Errorf("the run did %+v, %v; want %d gone", got, err, gone)
	}
}

func TestDraftsThatNobodyNeedsLoseTheirWords(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newShelf(t, d)
		traced := s.write("test/1", "请打 13800000000")
		waits := s.write("test/2", "测试等待")
		s.write("test/3", "请打 13800000000 核对")
		public := s.release(s.write("test/3", "测试公开"), "")
		s.run(0)
		s.Time = s.Time.Add(31 * day)
		s.run(1)
		got := s.open(traced.ID)
		if got.State != release.Withdrawn || len(got.Words) != 0 || len(got.Versions) != 1 || len(got.Versions[0].Words) != 0 {
			t.Errorf("what nobody mended is %+v", got)
		}
		if n := len(got.Events); n != 2 || got.Events[0].Actor != s.desk.Account || got.Events[1].Act != "destroyed" || !got.Events[1].At.Equal(s.Time.Truncate(time.Microsecond)) {
			t.Errorf("its trail is %+v", got.Events)
		}
		if s.open(waits.ID).Words[0].Text != "测试等待" {
			t.Error("what waits is gone after a month")
		}
		s.Time = s.Time.Add(150 * day)
		s.run(2)
		s.run(0)
		if got := s.open(waits.ID); got.State != release.Withdrawn || len(got.Words) != 0 {
			t.Errorf("what nobody released is %+v", got)
		}
		got = s.open(public.ID)
		if got.State != release.Released || got.Text("text") != "测试公开" || len(got.Versions) != 2 || len(got.Versions[0].Words) != 0 || len(got.Versions[1].Words) != 1 {
			t.Errorf("what is public is %+v", got)
		}
		report, err := s.keep.Report(t.Context(), mattertest.Realm, s.Time.Add(-366*day), s.Time.Add(day))
		if err != nil || report.Stones != 3 || report.Wrong != 0 {
			t.Errorf("the report says %+v, %v", report, err)
		}
		if again := s.write("test/1", "测试重写"); again.ID == traced.ID || again.State != release.Waiting {
			t.Errorf("written anew it is %+v", again)
		}
	})
}

func TestNoByteOfADraftIsOnDisk(t *testing.T) {
	folder := t.TempDir()
	d, err := db.Open(t.Context(), db.Options{Path: filepath.Join(folder, "pavilion.db")})
	if err == nil {
		_, err = migrate.Up(t.Context(), d, migrations.FS())
	}
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	s := newShelf(t, d)
	s.write("test/1", "紫藤花架旁，请打 13800000000")
	if len(found(t, folder, "紫藤花架")) == 0 || len(found(t, folder, "13800000000")) == 0 {
		t.Fatal("the words are not on disk before: this test finds nothing")
	}
	s.Time = s.Time.Add(31 * day)
	s.run(1)
	s.sound(d.Scrub(t.Context()))
	for _, words := range []string{"紫藤花架", "13800000000"} {
		if at := found(t, folder, words); len(at) > 0 {
			t.Errorf("%s is still in %s", words, strings.Join(at, ", "))
		}
	}
}

// found lists the files of a folder that hold some bytes.
func found(t *testing.T, folder, words string) (out []string) {
	t.Helper()
	list, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range list {
		data, err := os.ReadFile(filepath.Join(folder, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(data, []byte(words)) {
			out = append(out, e.Name())
		}
	}
	return out
}
