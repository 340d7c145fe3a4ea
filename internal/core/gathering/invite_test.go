// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package gathering_test

import (
	"slices"
	"testing"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/page"
	"pavilion/internal/core/gathering"
	"pavilion/internal/core/identity"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/db/dbtest"
)

// letters are the codes of a gathering by seat.
func (h *hall) letters(g gathering.Gathering) map[string]string {
	h.t.Helper()
	all, err := h.Issue(h.t.Context(), gathering.Issue{At: h.at(g)})
	if err != nil {
		h.t.Fatal(err)
	}
	out := map[string]string{}
	for _, l := range all {
		out[l.Seat.ID] = l.Secret
	}
	return out
}

func TestALinkIsReadConfirmedAndChecksIn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHall(t, d)
		h.club.until = map[string]string{}
		g := h.call(h.ask())
		codes := h.letters(g)
		if len(codes) != 6 {
			t.Fatalf("%d letters for six people", len(codes))
		}
		_, err := h.Issue(t.Context(), gathering.Issue{At: h.at(g)})
		refused(t, err, "gathering.no_letters")
		visit := gathering.Visit{Realm: realm, ID: g.ID, Secret: " " + codes["m1"][:4] + "-" + codes["m1"][4:]}
		shown, err := h.Visit(t.Context(), visit)
		if err != nil || shown.Seat != "m1" || shown.Open || shown.Received {
			t.Fatalf("the link shows %+v, %v", shown, err)
		}
		if shown, err = h.Confirm(t.Context(), visit); err != nil || !shown.Received {
			t.Errorf("confirmed it shows %+v, %v", shown, err)
		}
		first := h.read(g).Seats[0]
		if first.ReadAt.IsZero() || first.ReceivedWay != gathering.ByLink || first.ToldWay != gathering.ByLink {
			t.Errorf("of the first seat is kept %+v", first)
		}
		visit.Door = "000000"
		_, err = h.CheckIn(t.Context(), visit)
		refused(t, err, "gathering.door_shut")
		h.now = g.Starts.Add(-time.Hour)
		live, err := h.Live(t.Context(), h.at(g))
		if err != nil || len(live.Door) != 6 {
			t.Fatalf("the chair's screen shows %q, %v", live.Door, err)
		}
		for _, wrong := range []string{"", "12345", live.Door + "1"} {
			visit.Door = wrong
			_, err = h.CheckIn(t.Context(), visit)
			refused(t, err, "gathering.door_code")
		}
		visit.Door = live.Door
		for range 2 {
			if shown, err = h.CheckIn(t.Context(), visit); err != nil || !shown.Present() || shown.Way != gathering.ByCode {
				t.Errorf("checked in it shows %+v, %v", shown.Attendance, err)
			}
		}
		if live, _ = h.Live(t.Context(), h.at(g)); live.Now.Present != 1 || live.Now.Due != 6 || live.Now.Met {
			t.Errorf("the chair sees %+v", live.Now)
		}
		h.club.until["m2"] = "2026-06-11"
		visit.Secret = codes["m2"]
		_, err = h.CheckIn(t.Context(), visit)
		refused(t, err, "gathering.not_due")
		visit.Secret = codes["m3"][1:] + "2"
		_, err = h.Visit(t.Context(), visit)
		refused(t, err, "gathering.no_link")
		_, err = h.Visit(t.Context(), gathering.Visit{Realm: realm, ID: g.ID})
		refused(t, err, "gathering.no_link")
	})
}

func TestAnAccountIsTheLink(t *testing.T) {
	h := newHall(t, dbtest.SQLite(t))
	h.club.seats[1].Account = "ann"
	g := h.call(h.ask())
	if s := h.read(g).Seats[1]; s.ToldWay != gathering.ByAccount || s.ToldAt.IsZero() {
		t.Errorf("who has an account is told by %q", s.ToldWay)
	}
	by := identity.Actor{Realm: realm, Account: "ann"}
	if shown, err := h.Visit(t.Context(), gathering.Visit{Realm: realm, ID: g.ID, By: by}); err != nil || shown.Seat != "m2" {
		t.Errorf("signed in she sees %+v, %v", shown.Seat, err)
	}
	if own, err := h.Own(t.Context(), by); err != nil || len(own) != 1 {
		t.Errorf("her own are %d, %v", len(own), err)
	}
	by.Realm = "elsewhere"
	if _, err := h.Visit(t.Context(), gathering.Visit{Realm: realm, ID: g.ID, By: by}); fault.KindOf(err) != fault.Missing {
		t.Errorf("the same account of another realm sees it: %v", err)
	}
}

func TestAPaperListIsTakenWholeOrNotAtAll(t *testing.T) {
	h := newHall(t, dbtest.SQLite(t))
	h.club.until = map[string]string{"m6": "2026-06-02"}
	c := h.ask()
	g := h.call(c)
	h.club.until["m5"] = "2026-06-02"
	h.now = g.Starts
	_, err := h.Paper(t.Context(), gathering.Paper{At: h.at(g), Numbers: "1，2 x\n2 99\t5"})
	var said []string
	for _, f := range fault.All(err) {
		said = append(said, f.Key+" "+f.Params["number"])
	}
	if want := []string{"gathering.number_bad x", "gathering.number_twice 2", "gathering.number_unknown 99", "gathering.number_lapsed 5"}; !slices.Equal(said, want) {
		t.Errorf("at fault are %v, want %v", said, want)
	}
	if h.read(g).Attended() != 0 {
		t.Error("of a list with faults a part was taken")
	}
	if n, err := h.Paper(t.Context(), gathering.Paper{At: h.at(g), Numbers: "1、2 3"}); n != 3 || err != nil || h.read(g).Attended() != 3 {
		t.Errorf("%d were taken, %v", n, err)
	}
}

func TestAChangeIsToldAndKeepsTheNotice(t *testing.T) {
	h := newHall(t, dbtest.SQLite(t))
	g := h.call(h.ask())
	if err := h.Tell(t.Context(), gathering.Tell{At: h.at(g), Seats: []string{"m1"}, Way: gathering.ByStaff}); err != nil {
		t.Fatal(err)
	}
	h.now = noon.AddDate(0, 0, 4)
	more := append(slices.Clone(g.Agenda), gathering.Item{Kind: gathering.Vote, Title: "另一项表决"})
	_, err := h.Amend(t.Context(), gathering.Amend{At: h.at(g), Agenda: more, Reason: "增加议题"})
	refused(t, err, "gathering.late_item")
	more[2].Kind = gathering.Report
	if g, err = h.Amend(t.Context(), gathering.Amend{At: h.at(g), Agenda: more, Reason: "增加议题"}); err != nil || len(g.Agenda) != 3 || g.Sequence != 1 {
		t.Fatalf("the agenda has %d items, sequence %d, %v", len(g.Agenda), g.Sequence, err)
	}
	move := gathering.Postpone{At: h.at(g), Starts: g.Starts.AddDate(0, 0, 3), Ends: g.Ends.AddDate(0, 0, 3), Where: "测试二楼", Reason: "会场占用"}
	if g, err = h.Postpone(t.Context(), move); err != nil || g.Sequence != 2 || g.Noticed != "2026-06-01" {
		t.Fatalf("postponed its sequence is %d, noticed %s, %v", g.Sequence, g.Noticed, err)
	}
	if s := h.read(g).Seats[0]; s.ToldOf != 0 || s.ToldAt.IsZero() {
		t.Errorf("who was told of the first hour is %+v", s)
	}
	move.Starts, move.Ends = noon.AddDate(0, 0, 8), noon.AddDate(0, 0, 8).Add(time.Hour)
	_, err = h.Postpone(t.Context(), move)
	refused(t, err, "gathering.late_notice")
	stale := h.at(g)
	stale.Revision = 1
	_, err = h.Cancel(t.Context(), gathering.Cancel{At: stale, Reason: "改期"})
	refused(t, err, "gathering.stale")
	if g, err = h.Cancel(t.Context(), gathering.Cancel{At: h.at(g), Reason: "台风"}); err != nil || g.State != gathering.Cancelled || g.Sequence != 3 {
		t.Fatalf("it is %s, sequence %d, %v", g.State, g.Sequence, err)
	}
	_, err = h.Cancel(t.Context(), gathering.Cancel{At: h.at(g), Reason: "台风"})
	refused(t, err, "gathering.begun")
	if acts := h.read(g).History; len(acts) != 5 || acts[0].Act != "cancelled" || acts[0].Reason != "台风" {
		t.Errorf("its history is %+v", acts)
	}
}

func TestAListGoesByDayAndLosesNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHall(t, d)
		for i := range 7 {
			c := h.ask()
			c.Starts = c.Starts.AddDate(0, 0, i/2)
			c.Ends = c.Starts.Add(time.Hour)
			h.call(c)
		}
		var seen []gathering.Gathering
		for next := (page.Cursor{}); ; {
			p, err := h.List(t.Context(), realm, gathering.Filter{}, h.chair, next, 3)
			if err != nil {
				t.Fatal(err)
			}
			seen = append(seen, p.Items...)
			if next = p.Next; !next.More() {
				break
			}
		}
		if len(seen) != 7 || !slices.IsSortedFunc(seen, func(a, b gathering.Gathering) int { return b.Starts.Compare(a.Starts) }) {
			t.Errorf("the pages show %d", len(seen))
		}
		one, err := h.List(t.Context(), realm, gathering.Filter{From: "2026-06-14", Until: "2026-06-14"}, h.chair, page.Cursor{}, 10)
		if err != nil || len(one.Items) != 2 {
			t.Errorf("on one day there are %d, %v", len(one.Items), err)
		}
		other := h.chair
		other.Grants = []identity.Grant{{Realm: realm, Account: "x", Role: identity.Secretary, Lo: h.area.Hi + 1, Hi: h.area.Hi + 2}}
		if p, err := h.List(t.Context(), realm, gathering.Filter{}, other, page.Cursor{}, 10); err != nil || len(p.Items) != 0 {
			t.Errorf("a secretary of another place sees %d, %v", len(p.Items), err)
		}
		_, err = h.Read(t.Context(), gathering.At{Realm: realm, ID: seen[0].ID, By: other})
		refused(t, err, "gathering.missing")
		_, err = h.Cancel(t.Context(), gathering.Cancel{At: gathering.At{Realm: realm, ID: seen[0].ID, By: other}, Reason: "x"})
		refused(t, err, "gathering.missing")
	})
}
