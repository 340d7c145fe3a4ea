// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package topic_test

import (
	"context"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pavilion/catalogue"
	"pavilion/internal/base/clock"
	"pavilion/internal/base/fault"
	"pavilion/internal/base/id"
	"pavilion/internal/civic/deliberation/topic"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/org"
	"pavilion/internal/core/release"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/seal"
)

const realm = "r"

// town is a realm with two towns, the secretary and the desk of the first, and a
// secretary of the other.
type town struct {
	*topic.Service
	t           testing.TB
	now         time.Time
	root        org.Area
	area, other org.Area
	village     org.Area // in area
	secretary   identity.Actor
	elsewhere   identity.Actor
	head        identity.Actor // releases
	desk        identity.Actor
}

// sources knows one matter, seen by the desk of the first town.
type sources struct{ w *town }

func (s sources) Source(_ context.Context, _, ref string, by identity.Actor) (string, error) {
	known := ref == "matter/1" && by.Account == "desk" || strings.HasPrefix(ref, "gathering/")
	if !known {
		return "", fault.New(fault.Missing, "matter.missing")
	}
	return s.w.area.ID, nil
}

type subjects struct{}

func (subjects) Known(s string) bool { return s == "estate_parking" }

func open(t testing.TB, d *db.DB) *town {
	t.Helper()
	zone := time.FixedZone("CST", 8*3600)
	w := &town{t: t, now: time.Date(2026, 9, 21, 9, 0, 0, 0, zone)}
	now, log := func() time.Time { return w.now }, slog.New(slog.DiscardHandler)
	places := org.New(d, now, log)
	var err error
	fail := func(err error) {
		if err != nil {
			t.Helper()
			t.Fatal(err)
		}
	}
	w.root, err = places.CreateRealm(t.Context(), org.NewRealm{ID: realm, Name: "测试区", By: "test"})
	fail(err)
	for _, at := range []*org.Area{&w.area, &w.other} {
		*at, err = places.AddArea(t.Context(), org.NewArea{Realm: realm, Parent: w.root.ID, Kind: org.Township, Name: "测试镇" + id.Digits(4), By: "test"})
		fail(err)
	}
	w.village, err = places.AddArea(t.Context(), org.NewArea{Realm: realm, Parent: w.area.ID, Kind: org.Village, Name: "测试村", By: "test"})
	fail(err)
	box, err := seal.OpenBox(filepath.Join(t.TempDir(), "key"))
	fail(err)
	calendar, err := clock.LoadCalendar(catalogue.FS(), zone)
	fail(err)
	terms, err := topic.LoadTerms(catalogue.FS())
	fail(err)
	if wrong := terms.Lint(); len(wrong) > 0 {
		t.Fatal(wrong)
	}
	w.Service = &topic.Service{
		DB: d, Now: now, Log: log, Calendar: calendar, Org: places, Box: box, Terms: terms, Sources: sources{w}, Decides: subjects{},
		Say: func(key string) string { return key },
	}
	w.Releases = &release.Service{DB: d, Now: now, Publishers: map[string]release.Publisher{topic.Kind: w.Publish, topic.Note: w.PublishNote}}
	actor := func(name string, role identity.Role, at org.Area) identity.Actor {
		return identity.Actor{Realm: realm, Account: name, Grants: []identity.Grant{{Realm: realm, Role: role, Lo: at.Lo, Hi: at.Hi, Town: at.Town}}}
	}
	w.secretary, w.elsewhere = actor("secretary", identity.Secretary, w.area), actor("elsewhere", identity.Secretary, w.other)
	w.head, w.desk = actor("head", identity.ShiftHead, w.root), actor("desk", identity.Dispatcher, w.area)
	return w
}

// wish is a resident suggesting something in the first town.
func (w *town) wish(words string) topic.Receipt {
	w.t.Helper()
	r, err := w.Raise(w.t.Context(), topic.Raise{Realm: realm, Key: id.New(), Origin: topic.Resident, Area: w.area.ID, Words: words})
	if err != nil {
		w.t.Fatal(err)
	}
	return r
}

// made is a topic of n suggestions, and their receipts.
func (w *town) made(title string, n int) (topic.Topic, []topic.Receipt) {
	w.t.Helper()
	var ids []string
	all := make([]topic.Receipt, n)
	for i := range all {
		all[i] = w.wish("测试：" + title)
		ids = append(ids, all[i].ID)
	}
	t, err := w.Gather(w.t.Context(), topic.Gather{
		Realm: realm, Key: id.New(), Suggestions: ids, Title: title, Body: "测试：几户居民提出" + title, Area: w.area.ID, By: w.secretary,
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return t, all
}

// shown is made, and released for everybody.
func (w *town) shown(title string, n int) (topic.Topic, []topic.Receipt) {
	w.t.Helper()
	t, all := w.made(title, n)
	w.release("topic/" + t.ID)
	return w.again(t), all
}

// release has the head release what waits about a subject.
func (w *town) release(subject string) {
	w.t.Helper()
	drafts, err := w.Releases.Of(w.t.Context(), realm, subject)
	if err != nil || len(drafts) == 0 {
		w.t.Fatalf("drafts about %s: %d, %v", subject, len(drafts), err)
	}
	_, err = w.Releases.Decide(w.t.Context(), release.Decide{Realm: realm, ID: drafts[0].ID, Revision: drafts[0].Revision, Act: release.Release, By: w.head})
	if err != nil {
		w.t.Fatal(err)
	}
}

// again is a topic as it is now.
func (w *town) again(t topic.Topic) (now topic.Topic) {
	w.t.Helper()
	err := w.DB.View(w.t.Context(), func(tx *db.Tx) (err error) {
		now, err = w.Find(w.t.Context(), tx, realm, t.ID)
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return now
}

func (w *town) mark(t topic.Topic, stage topic.Stage, ref, reason string) error {
	return w.DB.InTx(w.t.Context(), func(tx *db.Tx) error {
		return w.Mark(w.t.Context(), tx, topic.Mark{Realm: realm, ID: t.ID, Stage: stage, Ref: ref, Reason: reason, By: w.secretary})
	})
}

func (w *town) merge(t, into topic.Topic) (topic.Topic, error) {
	return w.Merge(w.t.Context(), topic.Merge{Realm: realm, ID: t.ID, Revision: w.again(t).Revision, Into: into.ID, By: w.secretary})
}

func wants(t testing.TB, what string, err error, kind fault.Kind, key string) {
	t.Helper()
	if f, ok := fault.As(err); !ok || f.Kind != kind || key != "" && f.Key != key {
		t.Errorf("%s: %v, want %s %s", what, err, kind, key)
	}
}
