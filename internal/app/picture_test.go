// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package app

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"pavilion/internal/civic/matter"
	"pavilion/internal/civic/matter/picture"
)

// TestAPhotoIsMadePublic hides parts of a photo with mouse and keys in a browser,
// has somebody else release it on a telephone, and takes it away again.
func TestAPhotoIsMadePublic(t *testing.T) {
	t.Parallel()
	s := perform(t)
	m := s.secret(t)
	page := s.photoPage(t, m)
	b := browser(t)
	desk := s.open(t, b, "desk", 1440, 900)
	desk.signIn("desk")
	desk.visit("/desk/matters/" + m.ID)
	if !desk.has(`a[href="` + page + `"]`) {
		t.Fatal("the matter's page does not lead to where its photo is made public")
	}
	desk.visit(page)
	desk.fill(`input[name=caption]`, "测试井盖")
	desk.press(`form[action$="/public"] button:not([type=button])`)
	desk.says("请画出要遮挡的地方")
	desk.draw()
	desk.inBothLanguages(page, "drawn")
	desk.fill(`input[name=caption]`, "测试井盖")
	desk.press(`form[action$="/public"] button:not([type=button])`)
	desk.says("等待审核", "测试井盖", "遮挡 2 处", "须由另一人")
	desk.inBothLanguages(page, "waiting")

	head := s.open(t, b, "head", 390, 844)
	head.signIn("head")
	head.visit(page)
	head.says("请对照原照片", "测试井盖")
	head.inBothLanguages(page, "release")
	if public := s.publicPicture(t, m); public != "" {
		t.Fatalf("%s is public before its release", public)
	}
	head.press(`button[value=release]`)
	head.says("已发布")
	at := s.publicPicture(t, m)
	res := s.ask(t, at, "")
	tag := res.Header.Get("ETag")
	if res.StatusCode != http.StatusOK || res.Header.Get("Content-Type") != "image/jpeg" || tag == "" || !strings.Contains(res.Header.Get("Cache-Control"), "no-cache") {
		t.Errorf("%s: %d, %v", at, res.StatusCode, res.Header)
	}
	if res := s.ask(t, at, tag); res.StatusCode != http.StatusNotModified {
		t.Errorf("asked again: %d", res.StatusCode)
	}
	head.fill(`input[name=reason]`, "看得出是谁家")
	head.press(`button[value=withdraw]`)
	head.says("已撤回")
	for _, tag := range []string{"", tag} {
		if res := s.ask(t, at, tag); res.StatusCode != http.StatusNotFound {
			t.Errorf("withdrawn: %d", res.StatusCode)
		}
	}
}

// TestAPhotoIsMadePublicWithoutScript ticks squares of the grid, and sends bad forms.
func TestAPhotoIsMadePublicWithoutScript(t *testing.T) {
	s := perform(t)
	m := s.secret(t)
	page := s.photoPage(t, m)
	desk := s.walker(t, s.Config.Realm, "desk", s.passwords["desk"])
	send := func(form url.Values) (int, string) {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.server.URL+page, strings.NewReader(form.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.AddCookie(desk.cookie)
		res, err := http.DefaultTransport.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		body, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return res.StatusCode, string(body)
	}
	for name, form := range map[string]url.Values{
		"nothing":               {},
		"no caption":            {"cell": {"0"}},
		"a square that is none": {"cell": {"144"}, "caption": {"井盖"}},
		"a box outside":         {"boxes": {"90 90 20 20"}, "caption": {"井盖"}},
		"markup":                {"boxes": {"<script>alert(1)</script>"}, "caption": {"<b>"}},
		"too many":              {"boxes": {strings.Repeat("1 1 1 1\n", 200)}, "caption": {"井盖"}},
		"both":                  {"boxes": {"1 1 1 1"}, "nothing": {"yes"}, "caption": {"井盖"}},
	} {
		status, body := send(form)
		if status != http.StatusUnprocessableEntity || strings.Contains(body, "<script>alert") {
			t.Errorf("%s: %d", name, status)
		}
		if typed := form.Get("caption"); typed == "井盖" && !strings.Contains(body, `value="井盖"`) {
			t.Errorf("%s: the caption that was typed is lost", name)
		}
	}
	if status, _ := send(url.Values{"boxes": {strings.Repeat(" ", 100<<10)}}); status >= 500 {
		t.Errorf("an enormous form: %d", status)
	}
	if status, body := send(url.Values{"cell": {"0", "1", "12", "13"}, "boxes": {"50 50 25.5 10"}, "caption": {"测试井盖"}}); status != http.StatusSeeOther {
		t.Fatalf("%d: %.300s", status, body)
	}
	l, err := s.Pictures.Look(t.Context(), desk.actor, m.ID, 1, photoOf(page))
	if err != nil || fmt.Sprint(l.Latest.Boxes) != "[{500 500 255 100} {0 0 167 167}]" {
		t.Errorf("%v, %v", l.Latest, err)
	}
}

// photoPage is where the photo of a matter's report is made public.
func (s *stage) photoPage(t *testing.T, m matter.Matter) string {
	t.Helper()
	list, err := s.Files.List(t.Context(), m.Realm, matter.PhotosOf(m.ID, 1))
	if err != nil || len(list) != 1 {
		t.Fatalf("%v, %v", list, err)
	}
	return picture.Page(m.ID, 1, list[0].ID)
}

func photoOf(page string) string {
	parts := strings.Split(page, "/")
	return parts[len(parts)-2]
}

// publicPicture is the address of what everybody may see of a matter, if there is any.
func (s *stage) publicPicture(t *testing.T, m matter.Matter) string {
	t.Helper()
	all, err := s.Pictures.Public(t.Context(), m.Realm, []string{m.ID})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range all[m.ID] {
		return "/pictures/" + p.ID + "/full"
	}
	return ""
}

// ask asks for something as anybody does, and says what it has of it already.
func (s *stage) ask(t *testing.T, path, tag string) *http.Response {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.server.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	if tag != "" {
		r.Header.Set("If-None-Match", tag)
	}
	res, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	return res
}

// draw draws one frame with the mouse, makes another with the keys, and a third that
// it takes away again.
func (w *window) draw() {
	w.Helper()
	w.value(`(document.querySelector(".cover-drawn").scrollIntoView({block: "center"}), "")`)
	box, err := chromedp.Run(w.ctx, chromedp.Evaluate[[]float64](`(() => { const b = document.querySelector(".cover-drawn").getBoundingClientRect(); return [b.left, b.top, b.width, b.height] })()`))
	if err != nil || len(box) != 4 {
		w.Fatalf("%v, %v", box, err)
	}
	w.do(chromedp.DragAndDropXY(box[0]+box[2]*.1, box[1]+box[3]*.1, box[0]+box[2]*.3, box[1]+box[3]*.35, 5))
	if got := w.value(`document.querySelector("[data-cover-text]").value`); !strings.HasPrefix(got, "10 ") && !strings.HasPrefix(got, "9.") && !strings.HasPrefix(got, "10.") {
		w.Fatalf("the frame that was drawn is %q", got)
	}
	w.do(chromedp.Click(chromedp.CSS("[data-cover-add]")), chromedp.KeyEvent(kb.ArrowRight), chromedp.KeyEvent(kb.ArrowDown),
		chromedp.KeyEvent(kb.ArrowRight, chromedp.KeyModifiers(8)))
	if got := w.value(`document.querySelector("[data-cover-text]").value.split("\n")[1]`); got != "43.5 43.5 16 15" {
		w.Errorf("the frame that was moved and widened by keys is %q", got)
	}
	w.do(chromedp.Click(chromedp.CSS("[data-cover-add]")), chromedp.KeyEvent(kb.Delete))
	if got := w.value(`String(document.querySelectorAll(".cover-drawn rect").length)`); got != "2" {
		w.Errorf("%s frames are left, want 2", got)
	}
}

// inBothLanguages keeps pictures of the page, where they are wanted, and looks at it in
// English too.
func (w *window) inBothLanguages(path, name string) {
	w.Helper()
	dir := os.Getenv("PAVILION_SCREENS")
	if dir == "" {
		return
	}
	w.picture(dir, name+" zh")
	if name == "drawn" {
		return // what was drawn would be lost
	}
	w.do(chromedp.Navigate(w.stage.server.URL + path + "?lang=en"))
	w.look(name + " en")
	w.visit(path)
}
