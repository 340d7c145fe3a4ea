// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package app

import (
	"slices"
	"testing"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/id"
	"pavilion/internal/base/page"
	"pavilion/internal/civic/commitment"
	"pavilion/internal/civic/deliberation/assembly"
	"pavilion/internal/core/gathering"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/notify"
	"pavilion/internal/platform/db"
)

// meet calls a body together for an hour that has begun, and has some of its seats come.
func (s *stage) meet(t *testing.T, by identity.Actor, kind, body string, came ...int) (gathering.Gathering, gathering.At) {
	t.Helper()
	g, err := s.Meetings.Convene(t.Context(), gathering.Call{
		Realm: s.Config.Realm, Key: id.New(), Kind: kind, Title: "测试会议", Host: "assembly/" + body, Where: "测试会议室", Starts: s.Now(), Ends: s.Now().Add(time.Hour),
		Agenda: []gathering.Item{{Kind: gathering.Deliberate, Title: "测试议题"}}, By: by,
	})
	if err != nil {
		t.Fatal(err)
	}
	at := gathering.At{Realm: s.Config.Realm, ID: g.ID, By: by}
	r, err := s.Meetings.Read(t.Context(), at)
	if err != nil {
		t.Fatal(err)
	}
	var seats []string
	for _, n := range came {
		seats = append(seats, r.Seats[n].ID)
	}
	if err := s.Meetings.Roll(t.Context(), gathering.Roll{At: at, Seats: seats, Act: gathering.Came}); err != nil {
		t.Fatal(err)
	}
	return g, at
}

// TestMeetingsOfBodies holds meetings of real bodies: by their registers and the rules of
// votes, with what follows in the rest of the program.
func TestMeetingsOfBodies(t *testing.T) {
	s := perform(t)
	village, _ := s.Org.AreaByCode(s.Config.Realm, "410928212201")
	secretary := s.holder(t, s.Config.Realm, "called secretary", grantIn(village, identity.Grant{Role: identity.Secretary}))
	by, ctx := secretary.actor, t.Context()

	t.Run("a representative whose mandate ends before the day does not count, and law's quorum does", func(t *testing.T) {
		body := s.representatives(t, by, village.ID)
		g, at := s.meet(t, by, "villager_reps", body.ID, 0)
		_, err := s.Meetings.Start(ctx, at)
		if f, ok := fault.As(err); !ok || f.Key != "gathering.too_few" || f.Params["due"] != "3" {
			t.Fatalf("one of three begins: %v", err)
		}
		_, list, err := s.Bodies.Members(ctx, s.Config.Realm, body.ID, by)
		if err != nil {
			t.Fatal(err)
		}
		yesterday := s.Now().In(s.Calendar.Zone()).AddDate(0, 0, -1).Format(time.DateOnly)
		for _, m := range list[1:] {
			_, err := s.Bodies.Alter(ctx, assembly.Alter{
				Realm: s.Config.Realm, Assembly: body.ID, Member: m.ID, Revision: m.Revision, Name: m.Name, Voting: m.Voting, Seat: m.Seat, Since: m.Since,
				Until: yesterday, Cause: assembly.Resigned, By: by,
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		if g, err = s.Meetings.Start(ctx, at); err != nil || g.Begin.Due != 1 || g.Begin.Rule != "villager_reps@2026-01-01" {
			t.Fatalf("with one left it stands %+v, %v", g.Begin, err)
		}
		r, err := s.Meetings.Read(ctx, at)
		if err != nil || r.Due() != 1 || r.Seats[1].Standing != gathering.Lapsed {
			t.Errorf("due are %d, the second is %s, %v", r.Due(), r.Seats[1].Standing, err)
		}
	})

	t.Run("a five-party session without the owners' committee is incomplete", func(t *testing.T) {
		body, err := s.Bodies.Found(ctx, assembly.Found{Realm: s.Config.Realm, Kind: assembly.FiveParty, Name: "测试五方联席会", Area: village.ID, By: by})
		if err != nil {
			t.Fatal(err)
		}
		for _, seat := range []assembly.Seat{assembly.Branch, assembly.Building, assembly.Company, assembly.Resident} {
			_, err := s.Bodies.Join(ctx, assembly.Join{
				Realm: s.Config.Realm, Assembly: body.ID, Name: "测试席位" + string(seat), Voting: true, Seat: seat, Since: "2026-01-01", By: by,
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		_, at := s.meet(t, by, "five_party", body.ID, 0, 1, 2, 3)
		for _, step := range []func() error{
			func() error { _, err := s.Meetings.Start(ctx, at); return err }, func() error { _, err := s.Meetings.Close(ctx, at); return err },
		} {
			if err := step(); err != nil {
				t.Fatal(err)
			}
		}
		r, err := s.Meetings.Read(ctx, at)
		if err != nil || !slices.Contains(r.Missing(), "seats") || len(r.Empty()) != 1 || r.Empty()[0].Role != "assembly.seat.owner_committee" {
			t.Errorf("missing are %v, empty %+v, %v", r.Missing(), r.Empty(), err)
		}
		_, err = s.Meetings.Finish(ctx, at)
		if f, ok := fault.As(err); !ok || f.Key != "gathering.incomplete" {
			t.Errorf("it is complete: %v", err)
		}
	})

	t.Run("units that a body invites are counted, and a task waits before the unit that has it", func(t *testing.T) {
		bodies := s.Org.BodiesServing(s.Config.Realm, village.Lo)
		host, guest := bodies[0], bodies[len(bodies)-1]
		county := identity.Actor{Realm: s.Config.Realm, Account: "zone", Grants: []identity.Grant{{Realm: s.Config.Realm, Account: "zone", Role: identity.Secretary, Hi: 1 << 60}}}
		g, err := s.Meetings.Convene(ctx, gathering.Call{
			Realm: s.Config.Realm, Key: id.New(), Kind: "joint_meeting", Nth: 9, Title: "测试联席会议", Host: "body/" + host.ID, Where: "测试会议室", Starts: s.Now(),
			Ends: s.Now().Add(time.Hour), Guests: []string{"body/" + host.ID, "body/" + guest.ID}, By: county,
			Agenda: []gathering.Item{{Kind: gathering.Study, Title: "学习"}, {Kind: gathering.Deliberate, Title: "研究"}},
		})
		if err != nil || g.Number != s.Now().In(s.Calendar.Zone()).Format("2006")+"-9" {
			t.Fatalf("it is numbered %s, %v", g.Number, err)
		}
		at := gathering.At{Realm: s.Config.Realm, ID: g.ID, By: county}
		if _, err := s.Meetings.Paper(ctx, gathering.Paper{At: at, Numbers: "1 2"}); err != nil {
			t.Fatal(err)
		}
		r, err := s.Meetings.Read(ctx, at)
		if err != nil || r.Due() != 2 || r.Attended() != 2 || r.Seats[1].Name != guest.Name {
			t.Errorf("of %d came %d, %v", r.Due(), r.Attended(), err)
		}
	})

	t.Run("who belongs to a party meeting is read with a trace", func(t *testing.T) {
		body, err := s.Bodies.Found(ctx, assembly.Found{Realm: s.Config.Realm, Kind: assembly.Party, Name: "测试支部党员大会", Area: village.ID, By: by})
		if err != nil {
			t.Fatal(err)
		}
		_, err = s.Bodies.Join(ctx, assembly.Join{Realm: s.Config.Realm, Assembly: body.ID, Name: "测试党员", Voting: true, Since: "2026-01-01", By: by})
		if err != nil {
			t.Fatal(err)
		}
		g, _ := s.meet(t, by, "lecture", body.ID, 0)
		if n := s.looks(t, gathering.Subject(g.ID)); n != 1 {
			t.Errorf("reading it left %d looks", n)
		}
	})

	t.Run("who has an account is told, and a promise goes before who releases it", func(t *testing.T) {
		member := s.holder(t, s.Config.Realm, "called member", grantIn(village, identity.Grant{Role: identity.GridWorker}))
		body := s.representatives(t, by, village.ID)
		_, err := s.Bodies.Join(ctx, assembly.Join{
			Realm: s.Config.Realm, Assembly: body.ID, Name: "测试代表丁", Account: member.actor.Account, Voting: true, Seat: assembly.Representative, Since: "2026-01-01", By: by,
		})
		if err != nil {
			t.Fatal(err)
		}
		g, at := s.meet(t, by, "villager_reps", body.ID, 0, 1, 2)
		if _, err := s.Meetings.Start(ctx, at); err != nil {
			t.Fatal(err)
		}
		office := s.Org.Bodies(s.Config.Realm)[0]
		promise, err := s.Meetings.Resolve(ctx, gathering.Resolve{
			At: at, Key: id.New(), Item: 1, Duty: gathering.Promise, Text: "修好主街路灯", Body: office.ID, Due: s.Now().AddDate(0, 1, 0).Format(time.DateOnly),
		})
		if err != nil {
			t.Fatal(err)
		}
		s.Listen()
		if err := s.Queue.Drain(ctx); err != nil {
			t.Fatal(err)
		}
		err = s.DB.View(ctx, func(tx *db.Tx) error {
			told, err := notify.List(ctx, tx, s.Config.Realm, member.actor.Account, page.Cursor{}, 10)
			if err == nil && (len(told.Items) != 1 || told.Items[0].Key != "notify.gathering_called" || told.Items[0].Link != "/gatherings/"+g.ID) {
				t.Errorf("the member was told %+v", told.Items)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		waits, _, err := s.Promises.Open(ctx, s.releaser(t), s.Config.Realm, promise.ID)
		if err != nil || waits.State != commitment.Proposed || waits.Due != promise.Due || waits.Body != office.ID {
			t.Errorf("of the promise became %+v, %v", waits, err)
		}
		if drafts, err := s.Releases.Of(ctx, s.Config.Realm, "commitment/"+promise.ID); err != nil || len(drafts) != 1 || drafts[0].Text("title") != promise.Text {
			t.Errorf("before who releases wait %+v, %v", drafts, err)
		}
	})
}

// releaser is somebody of the desk who sees what waits in the whole realm.
func (s *stage) releaser(t *testing.T) identity.Actor {
	t.Helper()
	return identity.Actor{Realm: s.Config.Realm, Account: "head", Grants: []identity.Grant{{Realm: s.Config.Realm, Account: "head", Role: identity.ShiftHead, Hi: 1 << 60}}}
}

// looks counts the looks at a subject that were kept.
func (s *stage) looks(t *testing.T, subject string) (n int) {
	t.Helper()
	err := s.DB.View(t.Context(), func(tx *db.Tx) error {
		return tx.QueryRow(t.Context(), `SELECT COUNT(*) FROM sight_look WHERE realm = ? AND subject = ?`, s.Config.Realm, subject).Scan(&n)
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}
