// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package commitment_test

import (
	"fmt"
	"log/slog"
	"testing"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/page"
	"pavilion/internal/civic/commitment"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/org"
	"pavilion/internal/core/release"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/db/dbtest"
)

const realm = "r"

func TestTheLastDayOfAWording(t *testing.T) {
	for wording, want := range map[string]string{
		"2024 Q1": "2024-03-31", "2024Q4": "2024-12-31", "2024年第一季度": "2024-03-31", "2024年第三季度末": "",
		"2024年二季度": "2024-06-30", "2024年10月底": "2024-10-31", "2024年2月": "2024-02-29", "2023年2月底": "2023-02-28",
		"end of October 2024": "2024-10-31", "End of february 2023": "2023-02-28", "end of 2025": "2025-12-31",
		"2024年底": "2024-12-31", "2024年上半年": "2024-06-30", "2024年下半年": "2024-12-31", "2024-10-31": "2024-10-31", " 2024-10-31 ": "2024-10-31",
		"2024-02-30": "", "2024年13月": "", "尽快": "", "春节前": "", "soon": "", "": "", "2024 Q5": "", "end of Nonsense 2024": "",
	} {
		got, err := commitment.Day(wording)
		if (err == nil) != (want != "") || err == nil && got.Format(time.DateOnly) != want {
			t.Errorf("%q is %v, %v; want %q", wording, got, err, want)
		}
		if err != nil && fault.KindOf(err) != fault.Invalid {
			t.Errorf("%q: %v", wording, err)
		}
	}
}

func TestAPromiseAndWhatBecameOfIt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		zone := time.FixedZone("CST", 8*3600)
		now := time.Date(2024, 1, 8, 9, 0, 0, 0, zone)
		log := slog.New(slog.DiscardHandler)
		places := org.New(d, func() time.Time { return now }, log)
		root, err := places.CreateRealm(t.Context(), org.NewRealm{ID: realm, Name: "测试区", By: "test"})
		if err != nil {
			t.Fatal(err)
		}
		body, err := places.AddBody(t.Context(), org.NewBody{Realm: realm, Kind: "COMM", Name: "测试社区", Area: root.ID, By: "test"})
		if err != nil {
			t.Fatal(err)
		}
		s := &commitment.Service{DB: d, Now: func() time.Time { return now }, Log: log, Zone: zone, Org: places}
		s.Releases = &release.Service{DB: d, Now: s.Now, Publishers: map[string]release.Publisher{commitment.Words: s.Publish, commitment.Reason: s.PublishReason}}
		actor := func(role identity.Role, body string) identity.Actor {
			return identity.Actor{Realm: realm, Account: "a", Grants: []identity.Grant{{Realm: realm, Role: role, Lo: root.Lo, Hi: root.Hi, Body: body}}}
		}
		promise := commitment.Announce{Realm: realm, Title: "棋牌室投入使用", Wording: "2024年第一季度", Area: root.ID, Body: body.ID, By: actor(identity.Handler, body.ID)}
		for name, change := range map[string]func(*commitment.Announce){
			"no title": func(c *commitment.Announce) { c.Title = " " }, "no day": func(c *commitment.Announce) { c.Wording = "尽快" },
			"no area": func(c *commitment.Announce) { c.Area = "x" }, "no body": func(c *commitment.Announce) { c.Body = "x" },
		} {
			bad := promise
			change(&bad)
			if _, err := s.Announce(t.Context(), bad); fault.KindOf(err) != fault.Invalid {
				t.Errorf("%s: %v", name, err)
			}
		}
		foreign := promise
		foreign.By = actor(identity.Handler, "another")
		if _, err := s.Announce(t.Context(), foreign); fault.KindOf(err) != fault.Denied {
			t.Errorf("another body promised it: %v", err)
		}
		m, err := s.Announce(t.Context(), promise)
		if err != nil || m.State != commitment.Proposed {
			t.Fatalf("%+v, %v", m, err)
		}
		if _, _, err := s.Open(t.Context(), identity.Actor{}, realm, m.ID); fault.KindOf(err) != fault.Missing {
			t.Errorf("it is known before it was released: %v", err)
		}
		if _, _, err := s.Open(t.Context(), promise.By, realm, m.ID); err != nil {
			t.Errorf("who made it does not see it: %v", err)
		}
		if _, err := s.Change(t.Context(), commitment.Change{Realm: realm, ID: m.ID, Revision: 1, Act: "fulfilled", Reason: "x", By: promise.By}); fault.KindOf(err) != fault.Conflict {
			t.Errorf("it was changed before it was released: %v", err)
		}
		head := identity.Actor{Realm: realm, Account: "head", Grants: []identity.Grant{{Realm: realm, Role: identity.ShiftHead, Lo: root.Lo, Hi: root.Hi}}}
		drafts, err := s.Releases.Of(t.Context(), realm, "commitment/"+m.ID)
		if err != nil || len(drafts) != 1 {
			t.Fatalf("%+v, %v", drafts, err)
		}
		public, err := s.Releases.Decide(t.Context(), release.Decide{Realm: realm, ID: drafts[0].ID, Revision: 1, Act: release.Release, By: head})
		if err != nil {
			t.Fatal(err)
		}
		m, _, err = s.Open(t.Context(), identity.Actor{}, realm, m.ID)
		if err != nil || m.State != commitment.Announced || m.Due != "2024-03-31" || m.Late("2024-03-31") || !m.Late("2024-04-01") {
			t.Fatalf("%+v, %v", m, err)
		}
		change := commitment.Change{Realm: realm, ID: m.ID, Revision: m.Revision, Act: "changed", Wording: "2024年5月底", Reason: "设备到货晚", By: promise.By}
		silent := change
		silent.Reason = ""
		if _, err := s.Change(t.Context(), silent); fault.KindOf(err) != fault.Invalid {
			t.Errorf("a day changed without a reason: %v", err)
		}
		if m, err = s.Change(t.Context(), change); err != nil || m.Due != "2024-05-31" {
			t.Fatalf("%+v, %v", m, err)
		}
		if _, err := s.Change(t.Context(), change); fault.KindOf(err) != fault.Stale {
			t.Errorf("changed twice: %v", err)
		}
		now = time.Date(2024, 6, 3, 9, 0, 0, 0, zone)
		done := commitment.Change{Realm: realm, ID: m.ID, Revision: m.Revision, Act: "fulfilled", Reason: "已开放", By: promise.By}
		if m, err = s.Change(t.Context(), done); err != nil || m.State != commitment.Fulfilled || !m.Late(s.Today()) {
			t.Fatalf("done after its day: %+v, %v", m, err)
		}
		done.Revision = m.Revision
		if _, err := s.Change(t.Context(), done); fault.KindOf(err) != fault.Conflict {
			t.Errorf("done twice: %v", err)
		}
		if _, history, err := s.Open(t.Context(), identity.Actor{}, realm, m.ID); err != nil || history[1].Reason != "" || history[2].Reason != "" || m.Result != "" {
			t.Errorf("a reason is public before it was released: %+v, %v", history, err)
		}
		reason := func(seq, revision int, act release.Act, why string, by identity.Actor) error {
			drafts, err := s.Releases.Of(t.Context(), realm, fmt.Sprintf("commitment/%s/%d", m.ID, seq))
			if err != nil || len(drafts) != 1 {
				t.Fatalf("%+v, %v", drafts, err)
			}
			_, err = s.Releases.Decide(t.Context(), release.Decide{Realm: realm, ID: drafts[0].ID, Revision: revision, Act: act, Reason: why, By: by})
			return err
		}
		desk := promise.By
		desk.Grants = head.Grants
		if err := reason(2, 1, release.Release, "", desk); fault.KindOf(err) != fault.Denied {
			t.Errorf("who wrote a reason released it: %v", err)
		}
		for _, err := range []error{reason(2, 1, release.Release, "", head), reason(3, 1, release.Release, "", head)} {
			if err != nil {
				t.Fatal(err)
			}
		}
		if m, _, err = s.Open(t.Context(), identity.Actor{}, realm, m.ID); err != nil || m.Result != "已开放" {
			t.Errorf("released, what was done is %q, %v", m.Result, err)
		}
		_, history, err := s.Open(t.Context(), identity.Actor{}, realm, m.ID)
		if err != nil || len(history) != 3 || history[0].Due != "2024-03-31" || history[1].Reason != "设备到货晚" {
			t.Errorf("its history is %+v, %v", history, err)
		}
		list, err := s.List(t.Context(), realm, commitment.Fulfilled, page.Cursor{}, 10)
		if err != nil || len(list.Items) != 1 {
			t.Errorf("listed: %+v, %v", list, err)
		}
		if err := reason(3, 2, release.Withdraw, "说错了日子", head); err != nil {
			t.Fatal(err)
		}
		if m, history, err = s.Open(t.Context(), identity.Actor{}, realm, m.ID); err != nil || m.Result != "说错了日子" || history[2].Reason != "说错了日子" || m.State != commitment.Fulfilled {
			t.Errorf("a reason that was taken back: %+v, %+v, %v", m, history, err)
		}
		if _, err := s.Releases.Decide(t.Context(), release.Decide{Realm: realm, ID: public.ID, Revision: public.Revision, Act: release.Withdraw, Reason: "内容有误", By: head}); err != nil {
			t.Fatal(err)
		}
		if m, _, err = s.Open(t.Context(), identity.Actor{}, realm, m.ID); err != nil || m.State != commitment.Withdrawn || m.Title != "" || m.Result != "内容有误" {
			t.Errorf("taken back it is %+v, %v", m, err)
		}
	})
}
