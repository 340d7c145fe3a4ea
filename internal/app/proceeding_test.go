// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package app

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pavilion/internal/base/id"
	"pavilion/internal/civic/deliberation/assembly"
	"pavilion/internal/civic/deliberation/proceeding"
	"pavilion/internal/civic/deliberation/topic"
	"pavilion/internal/core/gathering"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/org"
)

// TestAProceedingInTheBrowser has a secretary begin the proceeding of a topic, be told
// what each step lacks, propose, hold the meeting of the representatives, and everybody
// see the course of it.
func TestAProceedingInTheBrowser(t *testing.T) {
	t.Parallel()
	s := perform(t)
	realm := s.Config.Realm
	village, _ := s.Org.AreaByCode(realm, "410928212201")
	clerk := s.holder(t, realm, "course secretary", grantIn(village, identity.Grant{Role: identity.Secretary}))
	head := s.holder(t, realm, "course head", grantIn(village, identity.Grant{Role: identity.ShiftHead}))
	s.passwords["course.secretary"] = "a long passphrase"
	raised, err := s.Topics.Gather(t.Context(), topic.Gather{
		Realm: realm, Key: id.New(), Title: "小区内停车位收费和管理", Body: "居民停车免费，外来单位车辆收费，收入用于道路照明。", Area: village.ID, By: clerk.actor,
	})
	if err != nil {
		t.Fatal(err)
	}
	s.releaseAll(t, topic.Name(raised.ID), head.actor)
	b := browser(t)
	desk := s.open(t, b, "proceeding-desk", 1440, 900)
	desk.signIn("course.secretary")
	desk.visit("/desk/proceedings/new?topic=" + raised.ID)
	desk.fill(`select[name=subject]`, "estate_table")
	desk.value(`document.querySelectorAll("input[value=no]").forEach(e => e.click()), document.querySelector("input[name=emergency][value=yes]").click(), ""`)
	desk.press(`form[action="/desk/proceedings"] button`)
	desk.says("紧急事项先处置")
	desk.value(`document.querySelector("input[name=emergency][value=no]").click(), ""`)
	desk.press(`form[action="/desk/proceedings"] button`)
	desk.says("五方联席协商", "还没有提议")
	at := desk.value(`location.pathname`)
	p := &proceeding.Proceeding{Realm: realm, ID: strings.TrimPrefix(at, "/desk/proceedings/")}
	desk.value(`document.querySelector("details:has(input[value=propose])").open = true, document.querySelector("input[name=from][value=table]").click(), ""`)
	desk.fill(`form:has(input[value=propose]) textarea[name=plan]`, "居民停车免费，外来单位车辆每次 5 元，低于市场价。")
	desk.fill(`form:has(input[value=propose]) textarea[name=public]`, "居民停车免费，外来单位车辆收费，收入用于道路照明。")
	desk.press(`form:has(input[value=propose]) button:not([type=button])`)
	desk.says("已提议", "还没有作决议的会议")
	s.releaseAll(t, p.Name(), head.actor)
	desk.visit(at + "/steps/decision")
	s.decide(t, p, village, clerk.actor)
	desk.visit(at)
	desk.says("应到 5 人，实到 5 人", "会议记录还缺")
	desk.visit(at + "/steps/works")
	desk.visit(at + "/steps/decision")
	desk.visit("/desk/proceedings")
	desk.says("小区内停车位收费和管理")
	phone := s.open(t, b, "proceeding-phone", 390, 844)
	phone.visit("/decisions/" + p.ID)
	phone.says("决定的经过", "收入用于道路照明", "开会")
	if strings.Contains(phone.value(`document.body.innerText`), "赞成 4") {
		t.Error("everybody is told of a vote before it is decided")
	}
	phone.visit("/decisions/" + p.ID + "?lang=en")
	small := s.open(t, b, "proceeding-small", 390, 844)
	small.signIn("course.secretary")
	small.visit(at)
	small.visit("/desk/proceedings/new?topic=" + raised.ID)
	small.visit(at + "/steps/resolution")
	small.visit(at + "/steps/decision")
	wide := s.open(t, b, "proceeding-wide", 1440, 900)
	wide.visit("/decisions/" + p.ID)
}

// decide has the five parties of a community meet and agree, without the minutes being
// complete.
func (s *stage) decide(t *testing.T, p *proceeding.Proceeding, area org.Area, by identity.Actor) {
	t.Helper()
	ctx, must := t.Context(), func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	body, err := s.Bodies.Found(ctx, assembly.Found{Realm: p.Realm, Kind: assembly.FiveParty, Name: "测试五方联席会", Area: area.ID, By: by})
	must(err)
	var seats []string
	for i, seat := range assembly.FiveParty.Seats() {
		m, err := s.Bodies.Join(ctx, assembly.Join{
			Realm: p.Realm, Assembly: body.ID, Name: fmt.Sprintf("测试代表%d", i), Voting: true, Seat: seat, Since: "2026-01-01", By: by,
		})
		must(err)
		seats = append(seats, m.ID)
	}
	d, err := s.Proceedings.Open(ctx, by, p.Realm, p.ID)
	must(err)
	on := proceeding.On{Realm: p.Realm, ID: p.ID, Revision: d.Revision, Step: proceeding.Decision, By: by}
	starts := s.Now().AddDate(0, 0, -2)
	g, err := s.Proceedings.Convene(ctx, proceeding.Convene{On: on, Gathering: gathering.Call{
		Key: id.New(), Kind: "five_party", Title: "五方联席会", Host: "assembly/" + body.ID, Starts: starts, Ends: starts.Add(2 * time.Hour), Where: "测试会议室",
		Noticed: starts.AddDate(0, 0, -5).Format(time.DateOnly), Agenda: []gathering.Item{{Kind: gathering.Vote, Title: "停车位收费和管理办法"}},
	}})
	must(err)
	here := gathering.At{Realm: p.Realm, ID: g.ID, By: by}
	must(s.Meetings.Roll(ctx, gathering.Roll{At: here, Seats: seats, Act: gathering.Came}))
	_, err = s.Meetings.Start(ctx, here)
	must(err)
	_, err = s.Meetings.Close(ctx, here)
	must(err)
	d, err = s.Proceedings.Open(ctx, by, p.Realm, p.ID)
	must(err)
	on.Revision = d.Revision
	_, err = s.Proceedings.Prove(ctx, proceeding.Prove{On: on, Key: id.New(), Kind: proceeding.Meeting, Ref: g.ID, Hands: &proceeding.Hands{For: 4, Against: 1}})
	must(err)
}
