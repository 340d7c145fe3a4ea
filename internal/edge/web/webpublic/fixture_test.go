// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webpublic_test

import (
	"bytes"
	"html"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"pavilion/catalogue"
	"pavilion/internal/base/clock"
	"pavilion/internal/base/fault"
	"pavilion/internal/base/form"
	"pavilion/internal/base/geo"
	"pavilion/internal/base/page"
	"pavilion/internal/base/text"
	"pavilion/internal/civic/matter"
	"pavilion/internal/civic/matter/docket"
	"pavilion/internal/civic/matter/kind"
	"pavilion/internal/civic/matter/picture"
	"pavilion/internal/civic/matter/relay"
	"pavilion/internal/core/edition"
	"pavilion/internal/core/files"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/ledger"
	"pavilion/internal/core/org"
	"pavilion/internal/core/procedure"
	"pavilion/internal/core/release"
	"pavilion/internal/core/sight"
	"pavilion/internal/edge/web/webkit"
	"pavilion/internal/edge/web/webkit/webkittest"
	"pavilion/internal/edge/web/webmatter"
	"pavilion/internal/edge/web/webpublic"
	"pavilion/internal/platform/blob"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/httpkit"
	"pavilion/internal/platform/seal"
	"pavilion/web"
)

const realm = "410928"

// zone is the place's own time; morning is in the middle of a worked day.
var (
	zone    = time.FixedZone("CST", 8*60*60)
	morning = time.Date(2026, 9, 16, 9, 0, 0, 0, zone)
)

// site is the real public site over a real database, with a town and its people.
type site struct {
	t       testing.TB
	db      *db.DB
	matters *matter.Service
	docket  *docket.Docket
	relay   *relay.Service
	ledger  *ledger.Service
	handler http.Handler
	clock   atomic.Int64

	county, town, grid        org.Area
	urban, utility            org.Body
	dispatcher, clerk, worker identity.Actor
}

// square is the outline of everything in the tests, around 115.0 / 35.7.
func square(half float64) geo.MultiPolygon {
	x, y := 115.0, 35.7
	return geo.MultiPolygon{geo.Polygon{geo.Ring{
		{Lon: x - half, Lat: y - half}, {Lon: x + half, Lat: y - half}, {Lon: x + half, Lat: y + half},
		{Lon: x - half, Lat: y + half}, {Lon: x - half, Lat: y - half},
	}}}
}

func open(t testing.TB, d *db.DB) *site {
	t.Helper()
	s := &site{t: t, db: d}
	s.clock.Store(morning.UnixMicro())
	log := slog.New(slog.DiscardHandler)
	calendar := must(clock.LoadCalendar(catalogue.FS(), zone))
	places := org.New(d, s.now, log)
	box := must(seal.NewBox([]byte("0123456789abcdef0123456789abcdef")))
	photos := &files.Service{DB: d, Blobs: must(blob.OpenDir(t.TempDir())), Box: box, Now: s.now}
	s.matters = &matter.Service{
		DB: d, Now: s.now, Log: log, Calendar: calendar, Types: kind.NewLibrary(&edition.Service{DB: d, Now: s.now}),
		Forms: must(form.Load(catalogue.FS())), Library: procedure.NewLibrary(d, calendar), Org: places, Files: photos, Box: box,
		Releases: &release.Service{DB: d, Now: s.now, Publishers: map[string]release.Publisher{}},
	}
	s.matters.Releases.Publishers[matter.PublicWords] = s.matters.Publish
	pictures := &picture.Service{DB: d, Now: s.now, Files: photos, Matters: s.matters, Releases: s.matters.Releases}
	s.matters.Releases.Publishers[picture.Kind] = pictures.Publish
	s.docket = &docket.Docket{DB: d, Now: s.now, Org: places, Matters: s.matters}
	s.settle(places)
	kit := must(webkit.New(webkit.Options{
		Files: web.Files, Texts: must(text.Load(catalogue.FS())), Calendar: calendar, Now: s.now, Log: log,
		Site: "测试县", Public: webpublic.Menu(),
	}))
	s.relay = &relay.Service{DB: d, Now: s.now, Org: places, Matters: s.matters, Box: box}
	s.ledger = &ledger.Service{DB: d, Now: s.now, Seed: []byte("0123456789abcdef0123456789abcdef")}
	pages := &webpublic.Pages{
		Ledger:  s.ledger,
		Shared:  webmatter.Shared{Kit: kit, Matters: s.matters, Docket: s.docket, Org: places, Files: photos, Pictures: pictures, Box: box, Realm: realm},
		Relay:   s.relay,
		Reports: httpkit.NewRateLimiter(s.now, time.Minute, 20, 100),
		Codes:   httpkit.NewRateLimiter(s.now, time.Minute, 6, 100),
		Client:  func(r *http.Request) string { return r.RemoteAddr },
	}
	ro := kit.Router()
	pages.Register(ro)
	s.handler = httpkit.Chain(ro, httpkit.Compress)
	return s
}

func (s *site) now() time.Time { return time.UnixMicro(s.clock.Load()) }

// pass lets time go by.
func (s *site) pass(d time.Duration) { s.clock.Add(d.Microseconds()) }

// settle makes places, bodies and people.
func (s *site) settle(places *org.Service) {
	ctx := s.t.Context()
	s.county = must(places.CreateRealm(ctx, org.NewRealm{ID: realm, Name: "测试县"}))
	s.town = must(places.AddArea(ctx, org.NewArea{Realm: realm, Parent: s.county.ID, Kind: org.Township, Name: "海通乡"}))
	s.grid = must(places.AddArea(ctx, org.NewArea{Realm: realm, Parent: s.town.ID, Kind: org.Village, Name: "测试村", Shape: square(.02)}))
	body := func(kind, name string) org.Body {
		return must(places.AddBody(ctx, org.NewBody{Realm: realm, Kind: kind, Name: name, Area: s.county.ID}))
	}
	s.urban, s.utility = body("URBAN", "测试城管局"), body("UTIL", "测试公用局")
	def := must(procedure.Read(catalogue.FS(), matter.Procedure))
	check(s.matters.Library.Publish(ctx, realm, def, "test", s.now()))
	check(s.matters.Types.Seed(ctx, realm, catalogue.FS()))
	s.dispatcher = s.person("dispatcher", identity.Dispatcher, s.town, "")
	s.clerk = s.person("handler", identity.Handler, s.county, s.utility.ID)
	s.worker = s.person("worker", identity.GridWorker, s.grid, s.urban.ID)
}

func (s *site) person(name string, role identity.Role, at org.Area, body string) identity.Actor {
	return identity.Actor{Realm: realm, Account: name, Name: "测试" + name, Grants: []identity.Grant{{
		Realm: realm, Account: name, Role: role, Area: at.ID, Lo: at.Lo, Hi: at.Hi, Body: body,
		From: morning.Add(-time.Hour), Until: morning.AddDate(1, 0, 0),
	}}}
}

// staff makes a move of somebody's on a matter as it is now.
func (s *site) staff(by identity.Actor, id, action string, answers url.Values) {
	s.t.Helper()
	d := must(s.matters.Open(s.t.Context(), by, id, sight.Page))
	if _, err := s.matters.Move(s.t.Context(), matter.Move{
		Realm: realm, ID: id, Revision: d.Revision, Action: d.Offers[0].Action, By: by, Answers: answers,
	}); err != nil || string(d.Offers[0].Action) != action {
		s.t.Fatalf("%s makes %s, wanted %s: %v", by.Account, d.Offers[0].Action, action, err)
	}
}

// browser is somebody's: it keeps cookies, and checks every page it is given.
type browser struct {
	s       *site
	address string
	cookies map[string]string
}

// release has the head of the desk release what waits for it.
func (s *site) release() {
	s.t.Helper()
	head := s.person("head", identity.ShiftHead, s.county, "")
	list, err := s.matters.Releases.List(s.t.Context(), head, release.Waiting, page.Cursor{}, page.Max)
	check(err)
	for _, d := range list.Items {
		_, err := s.matters.Releases.Decide(s.t.Context(), release.Decide{Realm: realm, ID: d.ID, Revision: d.Revision, Act: release.Release, By: head})
		check(err)
	}
}

func (s *site) browser(lang string) *browser {
	return &browser{s, "192.0.2.1:1", map[string]string{"pv_lang": lang}}
}

// answer is what the site answered.
type answer struct {
	status int
	body   string
	to     string
	header http.Header
}

// has reports whether the page says something, as text.
func (a answer) has(words string) bool { return strings.Contains(a.body, html.EscapeString(words)) }

func (b *browser) get(path string) answer {
	b.s.t.Helper()
	return b.ask(httptest.NewRequest(http.MethodGet, path, nil))
}

func (b *browser) post(path string, values url.Values) answer {
	b.s.t.Helper()
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(values.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return b.ask(r)
}

// upload sends a form in parts, with photos.
func (b *browser) upload(values url.Values, photos ...[]byte) answer {
	b.s.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for name, list := range values {
		for _, v := range list {
			check(w.WriteField(name, v))
		}
	}
	for _, photo := range photos {
		_, err := must(w.CreateFormFile("photos", "photo.jpg")).Write(photo)
		check(err)
	}
	check(w.Close())
	r := httptest.NewRequest(http.MethodPost, "/report", &body)
	r.Header.Set("Content-Type", w.FormDataContentType())
	return b.ask(r)
}

func (b *browser) ask(r *http.Request) answer {
	b.s.t.Helper()
	r.RemoteAddr = b.address
	for name, value := range b.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	w := httptest.NewRecorder()
	b.s.handler.ServeHTTP(w, r)
	for _, c := range w.Result().Cookies() {
		b.cookies[c.Name] = c.Value
	}
	a := answer{w.Code, w.Body.String(), w.Header().Get("Location"), w.Header()}
	if strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") && len(a.body) > 100 {
		for _, problem := range webkittest.Lint([]byte(a.body)) {
			b.s.t.Errorf("%s %s: %s", r.Method, r.URL, problem)
		}
	}
	return a
}

var control = regexp.MustCompile(`<input type="hidden" name="([a-z_]+)" value="([^"]*)"`)

// hidden returns what a page's forms carry along.
func (a answer) hidden() url.Values {
	out := url.Values{}
	for _, m := range control.FindAllStringSubmatch(a.body, -1) {
		out.Add(m[1], html.UnescapeString(m[2]))
	}
	return out
}

// with returns values with some set anew.
func with(values url.Values, pairs ...string) url.Values {
	out := url.Values{}
	for name, list := range values {
		out[name] = append([]string(nil), list...)
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		out.Set(pairs[i], pairs[i+1])
	}
	return out
}

// whole is a report that has nothing wrong with it.
func whole(pairs ...string) url.Values {
	return with(url.Values{
		"screen": {"check"}, "go": {"send"}, "client": {"client-1"}, "text": {"村口的井盖破了，晚上看不见。"},
		"category": {"020103"}, "lon": {"115.001"}, "lat": {"35.701"}, "address": {"小卖部门前"},
	}, pairs...)
}

// report sends a whole report and returns its number.
func (b *browser) report(pairs ...string) string {
	b.s.t.Helper()
	a := b.post("/report", whole(pairs...))
	if a.status != http.StatusSeeOther {
		b.s.t.Fatalf("the report is answered with %d: %s", a.status, a.body)
	}
	return strings.TrimPrefix(a.to, "/receipt/")
}

// id is the id of the matter with a number.
func (s *site) id(number string) string {
	s.t.Helper()
	return must(s.matters.FollowedNumber(s.t.Context(), realm, number)).ID
}

func must[T any](v T, err error) T {
	check(err)
	return v
}

// check ends the test: without this step none of the others means anything.
func check(err error) {
	if err != nil {
		if f, ok := fault.As(err); ok {
			panic(f.Key + " at " + f.Field + ": " + err.Error())
		}
		panic(err)
	}
}
