// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package app

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"pavilion/internal/core/identity"
	"pavilion/internal/core/release"
)

// TestAHouseholdSurveyInTheBrowser has a secretary open a survey with a list of
// households, another release its words, a grid worker ask from door to door, a
// household answer with its letter and correct itself, and everybody read the result.
func TestAHouseholdSurveyInTheBrowser(t *testing.T) {
	t.Parallel()
	s := perform(t)
	village, _ := s.Org.AreaByCode(s.Config.Realm, "410928212201")
	s.holder(t, s.Config.Realm, "village secretary", grantIn(village, identity.Grant{Role: identity.Secretary}))
	head := s.holder(t, s.Config.Realm, "village head", grantIn(village, identity.Grant{Role: identity.ShiftHead}))
	s.holder(t, s.Config.Realm, "village walker", grantIn(village, identity.Grant{Role: identity.GridWorker}))
	for _, login := range []string{"village.secretary", "village.walker"} {
		s.passwords[login] = "a long passphrase"
	}
	list := filepath.Join(t.TempDir(), "list.csv")
	rows := "住户,网格\n"
	for _, n := range strings.Split("1234567", "") {
		rows += "测试小区" + n + "号楼101,\n"
	}
	if err := os.WriteFile(list, []byte(rows), 0o600); err != nil {
		t.Fatal(err)
	}
	b := browser(t)
	desk := s.open(t, b, "survey-desk", 1440, 900)
	desk.signIn("village.secretary")
	desk.visit("/desk/surveys")
	desk.visit("/desk/surveys/new")
	desk.press(`form[action="/desk/surveys"] button`)
	if !desk.has(`.errors`) {
		t.Error("an empty form is taken")
	}
	desk.fill(`input[name=question]`, "测试：是否同意在西门加装停车棚")
	desk.fill(`textarea[name=about]`, "测试：费用由集体资产承担，占用两个停车位。")
	desk.fill(`select[name=area]`, village.ID)
	desk.do(chromedp.SetUploadFiles(chromedp.CSS(`input[type=file]`), []string{list}))
	desk.fill(`input[name=day]`, s.Now().In(s.Calendar.Zone()).AddDate(0, 0, 3).Format(time.DateOnly))
	desk.press(`form[action="/desk/surveys"] button`)
	desk.says("待审核发布", "/ 7")
	at := desk.value(`location.pathname`)
	public := strings.TrimPrefix(at, "/desk")
	s.releaseAll(t, "survey/"+strings.TrimPrefix(public, "/surveys/"), head.actor)
	desk.visit(at)
	desk.press(`form[action$="/letters"] button`)
	codes := strings.Fields(desk.value(`[...document.querySelectorAll("section.card .receipt-number")].map(e => e.innerText).join(" ")`))
	if len(codes) != 7 {
		t.Fatalf("%d letters for seven households", len(codes))
	}
	phone := s.open(t, b, "survey-round", 390, 844)
	phone.signIn("village.walker")
	phone.visit(at + "/round")
	for i, choice := range []string{"for", "for", "against"} {
		if i == 1 {
			phone.fill(`input[name=words]`, "测试：要留消防通道")
		}
		phone.press(`main form button[value=` + choice + `]`)
	}
	phone.says("测试小区4号楼101", "刚登记", "3 / 7")
	phone.visit(at + "/households/3")
	phone.value(`document.querySelector("input[name=choice][value=none]").click(), ""`)
	phone.press(`main form button`)
	phone.visit(at + "/households")
	home := s.open(t, b, "survey-home", 390, 844)
	home.visit(public)
	home.fill(`input[name=code]`, "WRONG-CODE-HERE-2345")
	home.press(`main form button`)
	home.fill(`input[name=code]`, strings.ToLower(codes[0]))
	home.press(`main form button`)
	home.says("测试小区1号楼101", "同意（上门）")
	home.value(`document.querySelector("input[name=choice][value=against]").click(), ""`)
	home.press(`main form button`)
	home.says("不同意")
	desk.visit(at + "/paper")
	for _, no := range []string{"4", "4", "5", "6", "7"} {
		desk.visit(at + "/paper")
		desk.fill(`input[name=no]`, no)
		desk.value(`document.querySelector("input[name=choice][value=for]").click(), ""`)
		desk.press(`main form button`)
	}
	desk.visit(at + "/households/1")
	desk.says("答复记录", "网上")
	desk.visit(at + "/remarks")
	desk.says("测试：要留消防通道")
	desk.visit(at)
	desk.says("7", "/ 7", "100%")
	desk.press(`form[action$="/close"] button`)
	desk.says("已统计", "征求意见不是表决")
	home.visit(public)
	home.says("同意", "7 户", "—")
	home.visit("/surveys")
	home.says("已经统计")
	wide := s.open(t, b, "survey-result", 1440, 900)
	wide.visit(public)
}

// releaseAll releases what waits about a subject, as a second person does.
func (s *stage) releaseAll(t *testing.T, subject string, by identity.Actor) {
	t.Helper()
	list, err := s.Releases.Of(t.Context(), s.Config.Realm, subject)
	if err != nil || len(list) == 0 {
		t.Fatal(subject, list, err)
	}
	for _, d := range list {
		if !d.State.Live() {
			continue
		}
		if _, err := s.Releases.Decide(t.Context(), release.Decide{Realm: d.Realm, ID: d.ID, Revision: d.Revision, Act: release.Release, By: by}); err != nil {
			t.Fatal(err)
		}
	}
}
