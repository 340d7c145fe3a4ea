// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package app

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"pavilion/internal/base/page"
	"pavilion/internal/civic/deliberation/poll"
	"pavilion/internal/core/gathering"
)

// TestScreens looks at what the demo shows of people deciding together, and keeps the
// pictures of the documentation in the folder that PAVILION_PICTURES names.
func TestScreens(t *testing.T) {
	t.Parallel()
	s, _ := performAt(t)
	b := browser(t)
	resident := s.open(t, b, "board", 390, 844)
	resident.shoot("/board", "board-390", "村内公共停车秩序（示范）", "已满 7 天")
	course := s.open(t, b, "course", 390, 844)
	course.shoot("/topics", "topics-390", "主街加装十盏路灯（示范）", "给进村路改名（示范）")
	course.press(`a[href^="/topics/"]:not([href*="/s"]):not([href*="figures"]):not([href*="follow"])`)
	secretary := s.open(t, b, "desk", 1440, 900)
	secretary.signIn("secretary")
	secretary.shoot("/desk", "secretary-1440", "等待商议")
	secretary.visit("/desk/proceedings?over=yes")
	done := secretary.value(`[...document.querySelectorAll(".entries a")].find(a => a.innerText.includes("路灯")).getAttribute("href")`)
	done = strings.Replace(done, "/desk/proceedings/", "/decisions/", 1)
	course.shoot(done, "course-390", "应到 18 人", "赞成 14", "已归档")
	wide := s.open(t, b, "course", 1440, 900)
	wide.shoot(done, "course-1440", "应到 18 人")
	chair := s.actorOf(t, "secretary")
	root, _ := s.Org.Root(s.Config.Realm)
	coming, err := s.Meetings.List(t.Context(), s.Config.Realm, gathering.Filter{Lo: root.Lo, Hi: root.Hi}, chair, page.Cursor{}, page.Max)
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(coming.Items, func(g gathering.Gathering) bool { return g.Kind == "joint_talk" && g.State == gathering.Called })
	if i < 0 {
		t.Fatal("no talk is about to be held")
	}
	secretary.shoot("/desk/gatherings/"+coming.Items[i].ID+"/screen", "chair-1440", "今天的签到码")
	s.voting(t, s.open(t, b, "vote", 390, 844))
	desk := s.open(t, b, "desk", 1440, 900)
	desk.signIn("desk")
	desk.shoot("/desk", "desk-1440", "待办")
	resident.shoot("/report", "report-390", "是什么问题")
}

// shoot opens an address, and keeps a picture of the page under a name.
func (w *window) shoot(path, name string, words ...string) {
	w.Helper()
	w.visit(path)
	w.keep(name, words...)
}

// keep keeps a picture of the page, which has the words.
func (w *window) keep(name string, words ...string) {
	w.Helper()
	w.says(words...)
	if dir := os.Getenv("PAVILION_PICTURES"); dir != "" {
		shot, err := chromedp.Run(w.ctx, chromedp.CaptureScreenshot())
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, name+".png"), shot, 0o644)
		}
		if err != nil {
			w.Fatal(err)
		}
	}
}

// voting has a representative open the vote of the demo with a letter.
func (s *stage) voting(t *testing.T, phone *window) {
	t.Helper()
	chair := s.actorOf(t, "secretary")
	area, _ := s.Org.AreaByCode(s.Config.Realm, "410928212201")
	list, err := s.Polls.List(t.Context(), s.Config.Realm, area.Lo, area.Hi, page.Cursor{}, page.Max)
	if err != nil || len(list.Items) == 0 {
		t.Fatal("no vote is open", err)
	}
	_, voters, err := s.Polls.Turnout(t.Context(), s.Config.Realm, list.Items[0].ID, chair)
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(voters, func(v poll.Voter) bool { return v.Channel == "" })
	letters, err := s.Polls.Issue(t.Context(), poll.Issue{Realm: s.Config.Realm, ID: list.Items[0].ID, Members: []string{voters[i].Member}, By: chair})
	if err != nil {
		t.Fatal(err)
	}
	phone.visit("/votes/" + list.Items[0].ID)
	phone.fill(`input[name=code]`, letters[0].Secret)
	phone.press(`main form button`)
	phone.keep("vote-390", "文化广场装健身器材和遮阳棚（示范）", "赞成", "反对", "弃权")
}
