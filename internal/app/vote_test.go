// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package app

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pavilion/internal/civic/deliberation/assembly"
	"pavilion/internal/core/identity"
)

// representatives founds the villagers' representatives of a village, three of them.
func (s *stage) representatives(t *testing.T, secretary identity.Actor, village string) assembly.Assembly {
	t.Helper()
	body, err := s.Bodies.Found(t.Context(), assembly.Found{
		Realm: s.Config.Realm, Kind: assembly.VillagerReps, Name: "测试村民代表会议", Area: village, By: secretary,
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"测试代表甲", "测试代表乙", "测试代表丙"} {
		_, err := s.Bodies.Join(t.Context(), assembly.Join{
			Realm: s.Config.Realm, Assembly: body.ID, Name: name, Voting: true,
			Seat: assembly.Representative, Since: "2026-01-01", By: secretary,
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return body
}

// TestASecretVoteInTheBrowser has a secretary open a secret vote of three
// representatives, give the key of the urn to three people and print the letters, these vote on their telephones, and
// everybody with a code find the ballot in the count.
func TestASecretVoteInTheBrowser(t *testing.T) {
	t.Parallel()
	s := perform(t)
	village, _ := s.Org.AreaByCode(s.Config.Realm, "410928212201")
	chair := s.holder(t, s.Config.Realm, "village secretary", grantIn(village, identity.Grant{Role: identity.Secretary}))
	s.passwords["village.secretary"] = "a long passphrase"
	body := s.representatives(t, chair.actor, village.ID)
	b := browser(t)
	desk := s.open(t, b, "vote-chair", 1440, 900)
	desk.signIn("village.secretary")
	desk.visit("/desk/votes")
	desk.visit("/desk/votes/new")
	desk.press(`form[action="/desk/votes"] button`)
	if !desk.has(`.errors`) {
		t.Error("an empty form is taken")
	}
	desk.fill(`select[name=body]`, body.ID)
	desk.fill(`select[name=subject]`, "village_public")
	desk.fill(`input[name=question]`, "测试：公共停车怎么收费")
	desk.value(`document.querySelector("input[name=kind][value=secret]").click(), ""`)
	desk.value(`document.querySelectorAll("input[name=channel]").forEach(c => { if (c.checked !== (c.value !== "paper")) c.click() }), ""`)
	closes := s.Now().In(s.Calendar.Zone()).AddDate(0, 0, 1)
	desk.fill(`input[name=day]`, closes.Format(time.DateOnly))
	desk.fill(`input[name=hour]`, "18:00")
	desk.press(`form[action="/desk/votes"] button`)
	desk.says("测试：公共停车怎么收费", "0", "/ 3")
	at := strings.TrimPrefix(desk.value(`document.querySelector("main a[href*='/votes/']:not([href^='/desk'])").getAttribute("href")`), s.server.URL)
	at = at[strings.Index(at, "/votes/"):]
	vote := desk.value(`location.pathname`)
	desk.press(`form[action$="/keys"] button`)
	keys := strings.Fields(desk.value(`[...document.querySelectorAll("section.card .receipt-number")].map(e => e.innerText).join(" ")`))
	if len(keys) != 3 {
		t.Fatalf("the urn has %d keys", len(keys))
	}
	desk.visit(vote)
	desk.press(`form[action$="/letters"] button`)
	codes := strings.Fields(desk.value(`[...document.querySelectorAll("section.card .receipt-number")].map(e => e.innerText).join(" ")`))
	if len(codes) != 3 {
		t.Fatalf("%d letters for three representatives", len(codes))
	}
	var tracking []string
	for i, choice := range []string{"for", "against"} {
		tracking = append(tracking, s.voteBy(t, s.open(t, b, fmt.Sprint("vote-voter-", i), 390, 844), at, codes[i], choice))
	}
	again := s.open(t, b, "vote-again", 390, 844)
	again.visit(at)
	again.fill(`input[name=code]`, codes[0])
	again.press(`main form button`)
	if again.has(`input[name=choice]`) {
		t.Error("a spent letter votes again")
	}
	desk.visit(vote)
	desk.says("2", "/ 3")
	open := func(first, second string) {
		desk.fill(`input[name=codes]`, first)
		desk.fill(`input[name=second]`, second)
		desk.press(`form[action$="/close"] button`)
	}
	open(keys[0], keys[2])
	if !desk.has(`form[action$="/close"]`) {
		t.Fatal("it is counted before its time, while somebody may still vote")
	}
	tracking = append(tracking, s.voteBy(t, s.open(t, b, "vote-voter-2", 390, 844), at, codes[2], "for"))
	desk.visit(vote)
	open(keys[0], keys[0])
	if !desk.has(`.errors`) || strings.Contains(desk.value(`document.body.innerText`), keys[0]) {
		t.Error("one holder opens the urn, or a code is shown again")
	}
	open(strings.ToLower(keys[1]), keys[2])
	desk.says("通过")
	check := s.open(t, b, "vote-check", 390, 844)
	for i, code := range tracking {
		check.visit(at + "/check")
		check.fill(`input[name=code]`, code)
		check.press(`main form button`)
		check.says([]string{"赞成", "反对", "赞成"}[i])
	}
}

// voteBy votes with a letter's code as a person does, and returns the tracking code.
func (s *stage) voteBy(t *testing.T, phone *window, at, code, choice string) string {
	t.Helper()
	phone.visit(at)
	phone.fill(`input[name=code]`, "WRONG-CODE-HERE-2345")
	phone.press(`main form button`)
	phone.visit(at)
	phone.fill(`input[name=code]`, strings.ToLower(code))
	phone.press(`main form button`)
	phone.says("测试：公共停车怎么收费")
	phone.value(`document.querySelector("input[name=choice][value=` + choice + `]").click(), ""`)
	phone.press(`main form button`)
	phone.fill(`input[name=mark]`, "桂花")
	phone.press(`main form button`)
	return phone.value(`document.querySelector(".receipt-number").innerText`)
}
