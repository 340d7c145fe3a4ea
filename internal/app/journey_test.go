// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package app

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"io/fs"
	"log/slog"
	"maps"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"pavilion/internal/civic/matter"
	"pavilion/internal/platform/db/dbtest"
)

// stage is the demo realm, served, with its sign-ins.
type stage struct {
	*App
	server    *httptest.Server
	passwords map[string]string
}

func perform(t *testing.T) *stage {
	t.Helper()
	return performWith(t, Defaults())
}

func performWith(t *testing.T, c Config) *stage {
	t.Helper()
	made, err := demoTown()
	if err != nil {
		t.Fatal(err)
	}
	c.Data, c.Realm = t.TempDir(), made.realm
	for name, data := range made.files {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(c.Data, name)), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(c.Data, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	a, err := Open(t.Context(), c, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	site, err := a.Handler()
	if err != nil {
		t.Fatal(err)
	}
	s := &stage{App: a, server: httptest.NewServer(site), passwords: maps.Clone(made.passwords)}
	t.Cleanup(s.server.Close)
	return s
}

// town is the data folder of the demo, and its sign-ins.
type town struct {
	realm     string
	files     map[string][]byte // by their names within the folder
	passwords map[string]string
}

// demoTown makes the demo once for each test process: its passwords alone take a
// second to hash.
var demoTown = sync.OnceValues(func() (made town, err error) {
	c := Defaults()
	if c.Data, err = os.MkdirTemp("", "pavilion-demo-"); err != nil {
		return made, err
	}
	defer os.RemoveAll(c.Data)
	a, err := Open(context.Background(), c, slog.New(slog.DiscardHandler))
	if err != nil {
		return made, err
	}
	signs, err := a.Demo(context.Background(), nil)
	if err = errors.Join(err, a.Close()); err != nil {
		return made, err
	}
	made = town{a.Config.Realm, map[string][]byte{}, map[string]string{}}
	for _, sign := range signs {
		made.passwords[sign.Login] = sign.Password
	}
	return made, filepath.WalkDir(c.Data, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name, err := filepath.Rel(c.Data, path)
		if err == nil {
			made.files[name], err = os.ReadFile(path)
		}
		return err
	})
})

// chromium finds the browser, or ends the test.
func chromium(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	if dbtest.Required("chromium") {
		t.Fatal("Chromium is required and is not on the PATH")
	}
	t.Skip("no Chromium for this test: it is not on the PATH")
	return ""
}

// window is one person's browser window, with cookies of its own.
type window struct {
	*testing.T
	ctx   context.Context
	stage *stage
	axe   string
	name  string
}

// browser is the browser of all tests, in which each opens windows of its own. A
// test in it has its own server and data, and runs beside others: it begins with
// t.Parallel.
func browser(t *testing.T) context.Context {
	t.Helper()
	path := chromium(t)
	everybodys.once.Do(func() { everybodys.start(path) })
	if everybodys.err != nil {
		t.Fatal(everybodys.err)
	}
	return everybodys.ctx
}

// oneBrowser starts when first wanted.
type oneBrowser struct {
	once sync.Once
	ctx  context.Context
	stop context.CancelFunc // and wait until it has ended
	err  error
}

var everybodys = &oneBrowser{stop: func() {}}

func (o *oneBrowser) start(path string) {
	within, stop := chromedp.NewExecAllocator(context.Background(),
		chromedp.ExecPath(path), chromedp.Headless, chromedp.NoSandbox, chromedp.NoFirstRun,
		chromedp.Flag("disable-gpu", true), chromedp.Flag("disable-quic", true), chromedp.Flag("disable-sync", true),
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true),
	)
	o.ctx, _ = chromedp.NewContext(within)
	o.stop = stop
	o.err = chromedp.Do(o.ctx, chromedp.Navigate("about:blank"))
}

// TestMain ends the browser after all tests.
func TestMain(m *testing.M) {
	code := m.Run()
	everybodys.stop()
	os.Exit(code)
}

// open opens a window of a size for somebody.
func (s *stage) open(t *testing.T, browser context.Context, name string, width, height int64) *window {
	t.Helper()
	axe, err := os.ReadFile("../../web/vendored/axe-core/axe.min.js")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := chromedp.NewContext(browser, chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	ctx, stop := context.WithTimeout(ctx, 3*time.Minute)
	t.Cleanup(stop)
	w := &window{T: t, ctx: ctx, stage: s, axe: string(axe), name: name}
	w.do(chromedp.EmulateViewport(width, height))
	return w
}

func (w *window) do(steps ...chromedp.Action[chromedp.Void]) {
	w.Helper()
	if err := chromedp.Do(w.ctx, steps...); err != nil {
		w.Fatalf("%s: %v", w.name, err)
	}
}

// visit opens an address of the site in Chinese and looks at the page.
func (w *window) visit(path string) {
	w.Helper()
	sep := "?"
	if strings.Contains(path, "?") {
		sep = "&"
	}
	w.do(chromedp.Navigate(w.stage.server.URL + path + sep + "lang=zh-Hans"))
	w.look(path)
}

// press presses a button that leads to another page and looks at that.
func (w *window) press(button string) {
	w.Helper()
	ctx, stop := context.WithTimeout(w.ctx, time.Minute) // what is not there is told of before the window ends
	defer stop()
	_, err := chromedp.RunResponse(ctx,
		chromedp.ScrollIntoView(chromedp.CSS(button)), chromedp.Click(chromedp.CSS(button)))
	if err != nil {
		w.Fatalf("%s presses %s: %v", w.name, button, err)
	}
	w.look(button)
}

func (w *window) fill(field, value string) {
	w.Helper()
	w.do(chromedp.SetValue(chromedp.CSS(field), value))
}

// says fails unless the page has all the words.
func (w *window) says(words ...string) {
	w.Helper()
	text, err := chromedp.Run(w.ctx, chromedp.Evaluate[string](`document.querySelector("main").innerText`))
	if err != nil {
		w.Fatalf("%s: %v", w.name, err)
	}
	for _, word := range words {
		if !strings.Contains(text, word) {
			w.Fatalf("%s does not read %q in:\n%s", w.name, word, text)
		}
	}
}

func (w *window) value(script string) string {
	w.Helper()
	text, err := chromedp.Run(w.ctx, chromedp.Evaluate[string](script))
	if err != nil {
		w.Fatalf("%s: %s: %v", w.name, script, err)
	}
	return text
}

// has reports whether something is on the page.
func (w *window) has(selector string) bool {
	w.Helper()
	return w.value(fmt.Sprintf(`String(document.querySelector(%q) !== null)`, selector)) == "true"
}

// look runs axe-core over the page and fails on any violation of WCAG 2.2 AA.
func (w *window) look(where string) {
	w.Helper()
	if dir := os.Getenv("PAVILION_SCREENS"); dir != "" {
		w.picture(dir, where)
	}
	if !w.has("main") {
		w.Fatalf("%s: %s is no page of ours: %s", w.name, where, w.value(`document.documentElement.innerText`))
	}
	w.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := chromedp.Evaluate[chromedp.Void](w.axe+";0")(ctx, t)
		return err
	}))
	text, err := chromedp.Run(w.ctx, chromedp.Evaluate[string](`axe.run(document, {runOnly: ["wcag2a","wcag2aa","wcag21a","wcag21aa","wcag22aa"]})
		.then(r => JSON.stringify(r.violations.map(v => v.id + ": " + v.nodes.map(n => n.html + " " + n.failureSummary).join(" | "))))`,
		chromedp.EvalAwaitPromise))
	if err != nil {
		w.Fatalf("%s: axe at %s: %v", w.name, where, err)
	}
	var violations []string
	if err := json.Unmarshal([]byte(text), &violations); err != nil {
		w.Fatal(err)
	}
	for _, v := range violations {
		w.Errorf("%s at %s: %s", w.name, where, v)
	}
}

// picture keeps a picture of the page.
func (w *window) picture(dir, where string) {
	shot, err := chromedp.Run(w.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		w.Fatal(err)
	}
	name := strings.Trim(strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return '-'
	}, where), "-")
	if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%s-%.60s.png", w.name, name)), shot, 0o644); err != nil {
		w.Fatal(err)
	}
}

func (w *window) signIn(login string) {
	w.Helper()
	w.visit("/signin")
	w.fill(`input[name=login]`, login)
	w.fill(`input[name=password]`, w.stage.passwords[login])
	w.press(`form[action="/signin"] button`)
}

// move opens the form of a move, fills it in and sends it.
func (w *window) move(action string, fields map[string]string) {
	w.Helper()
	form := fmt.Sprintf(`form:has(input[name=action][value=%s])`, action)
	w.value(fmt.Sprintf(`(() => { for (let d = document.querySelector(%q); d; d = d.parentElement) if (d.tagName == "DETAILS") d.open = true; return "" })()`, form))
	for field, value := range fields {
		w.fill(form+" "+field, value)
	}
	w.press(form + " button:not([type=button])")
}

// photo writes a small picture to upload.
func photo(t *testing.T) string {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 640, 480))
	for i := range 640 * 480 {
		img.Set(i%640, i/640, color.RGBA{uint8(i), uint8(i / 640), 90, 255})
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, img, nil); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "photo.jpg")
	if err := os.WriteFile(path, out.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// proves has the report taken into the log, and the resident verify the proof.
func (s *stage) proves(t *testing.T, resident *window, id, number string) {
	t.Helper()
	if _, err := s.Ledger.Sequence(t.Context(), s.Config.Realm); err != nil {
		t.Fatal(err)
	}
	resident.visit("/receipt/" + number)
	if !resident.has(`a[href$="/proof"][download]`) {
		t.Error("the receipt has no proof")
	}
	r, err := s.Ledger.Prove(t.Context(), s.Config.Realm, matter.Subject(id), "matter.reported", number)
	if err != nil {
		t.Fatal(err)
	}
	file, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	resident.visit("/ledger")
	resident.fill(`textarea[name=receipt]`, string(file))
	resident.press(`form[action="/ledger"] button`)
	resident.says("回执属实", number)
	resident.visit("/ledger")
	resident.fill(`textarea[name=receipt]`, strings.Replace(string(file), `"leaf_index": `, `"leaf_index": 1`, 1))
	resident.press(`form[action="/ledger"] button`)
	resident.says("证明与签名的日志不符")
}

// TestJourney takes one report all its way in a browser: the resident on a phone,
// staff at their desks, and every page looked at by axe-core.
func TestJourney(t *testing.T) {
	t.Parallel()
	s := perform(t)
	b := browser(t)

	resident := s.open(t, b, "resident", 390, 844)
	resident.visit("/")
	resident.visit("/report")
	resident.fill(`textarea[name=text]`, "村口的井盖不见了，晚上很危险。")
	resident.fill(`select[name=category]`, "020103")
	resident.do(chromedp.SetUploadFiles(chromedp.CSS(`input[type=file]`), []string{photo(t)}))
	resident.press(`button[value=where]`)
	village, _ := s.Org.AreaByCode(s.Config.Realm, "410928212201")
	low, high := village.Shape.Bounds()
	resident.value(fmt.Sprintf(`(() => { document.querySelector("[name=lon]").value = %f; document.querySelector("[name=lat]").value = %f; return "" })()`,
		(low.Lon+high.Lon)/2, (low.Lat+high.Lat)/2))
	resident.fill(`input[name=address]`, "大槐树旁")
	resident.press(`button[value=check]`)
	resident.says("宋锁城村", "大槐树旁", "井盖")
	resident.press(`button[value=send]`)
	number := strings.Fields(resident.value(`document.querySelector(".receipt-number").innerText`))[0]
	code := strings.ReplaceAll(resident.value(`document.querySelector(".receipt-code").innerText`), " ", "")
	if len(code) != 8 || !resident.has(".receipt-qr img") {
		t.Fatalf("the receipt has the code %q", code)
	}

	desk := s.open(t, b, "desk", 1440, 900)
	desk.signIn("desk")
	desk.visit("/desk")
	desk.visit("/desk/matters")
	found, err := s.Matters.Track(t.Context(), s.Config.Realm, number, code)
	if err != nil {
		t.Fatal(err)
	}
	s.proves(t, resident, found.ID, number)
	desk.visit("/ledger")
	page := "/desk/matters/" + found.ID
	desk.visit(page)
	desk.says(number, "村口的井盖不见了")
	desk.move("register", map[string]string{"select[name=category]": "020103"})
	desk.visit(page)
	desk.move("dispatch", map[string]string{"select[name=body]": bodyCalled(t, s, "UTIL")})

	utility := s.open(t, b, "utility", 390, 844)
	utility.signIn("utility")
	utility.visit("/desk")
	utility.visit(page)
	utility.move("sign", nil)
	utility.visit(page)
	utility.do(chromedp.SetUploadFiles(chromedp.CSS(`form:has(input[value=handle]) input[type=file]`), []string{photo(t)}))
	utility.move("handle", map[string]string{"textarea[name=note]": "已换上新的井盖。"})
	utility.visit(page)
	if utility.has(`form:has(input[name=action][value=pass])`) {
		t.Error("the handler is offered to check the own work")
	}

	grid := s.open(t, b, "grid", 390, 844)
	grid.signIn("grid")
	grid.visit("/desk")
	grid.visit(page)
	grid.move("pass", map[string]string{"textarea[name=note]": "现场看过，已经装好。"})
	desk.visit(page)
	desk.move("feed_back", map[string]string{"textarea[name=reply]": "井盖已换好，谢谢您的反映。"})

	again := s.open(t, b, "later", 390, 844)
	again.visit("/track")
	again.fill(`input[name=number]`, number)
	again.fill(`input[name=code]`, code)
	again.press(`form[action="/track"] button:not([type=button])`)
	again.says("井盖已换好，谢谢您的反映。", "已换上新的井盖。")
	again.do(chromedp.Click(chromedp.CSS(`input[name=rating][value="5"]`)))
	again.move("rate", nil)
	closed, err := s.Matters.Followed(t.Context(), s.Config.Realm, found.ID)
	if err != nil || closed.State != "closed" || closed.Rating != 5 || closed.History[0].Photos != 1 {
		t.Errorf("in the end it is %s, rated %d, %v", closed.State, closed.Rating, err)
	}
	again.visit("/matters")
}

func bodyCalled(t *testing.T, s *stage, kind string) string {
	t.Helper()
	for _, b := range s.Org.Bodies(s.Config.Realm) {
		if b.Kind == kind {
			return b.ID
		}
	}
	t.Fatalf("there is no body of kind %s", kind)
	return ""
}

// TestDeskPages looks at the pages of the desk that the journey does not pass.
func TestDeskPages(t *testing.T) {
	t.Parallel()
	s := perform(t)
	b := browser(t)
	w := s.open(t, b, "admin", 1440, 900)
	w.signIn("admin")
	for _, path := range []string{"/desk", "/desk/notices", "/desk/procedure", "/desk/areas", "/desk/jobs", "/desk/figures", "/desk/rules", "/desk/rules/indicators", "/desk/types", "/desk/types/020103", "/desk/admissions", "/commitments"} {
		w.visit(path)
	}
	w.visit("/desk/routing?code=020103")
	w.visit("/desk/people")
	w.visit("/desk/policy?role=handler")
	w.visit("/desk/posts")
	w = s.open(t, b, "county", 768, 1024)
	w.signIn("county")
	w.visit("/desk/matters?light=red")
	w.visit("/desk/bulk")
	w.visit("/figures")
	w.visit("/admissions")
	w.visit("/desk/admissions/new")
	w = s.open(t, b, "security", 1440, 900)
	w.signIn("security")
	w.visit("/desk/people/" + s.powers(t, "desk")[0].Account)
	w.visit("/desk/matters/" + s.secret(t).ID + "/access")
	w = s.open(t, b, "head", 390, 844)
	w.signIn("head")
	w.visit("/desk/posts")
	w = s.open(t, b, "hall", 390, 844)
	w.signIn("hall")
	w.visit("/desk/report")
	w.visit("/desk/search?q=" + "%E4%BA%95%E7%9B%96")
	w.says("井盖")
}
