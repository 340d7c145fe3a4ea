// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webdesk_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/html"

	"pavilion/catalogue"
	"pavilion/internal/base/clock"
	"pavilion/internal/base/form"
	"pavilion/internal/base/text"
	"pavilion/internal/civic/matter"
	"pavilion/internal/civic/matter/docket"
	"pavilion/internal/civic/matter/kind"
	"pavilion/internal/civic/matter/phrase"
	"pavilion/internal/civic/matter/picture"
	"pavilion/internal/civic/matter/relay"
	"pavilion/internal/core/edition"
	"pavilion/internal/core/files"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/org"
	"pavilion/internal/core/outbox"
	"pavilion/internal/core/procedure"
	"pavilion/internal/core/release"
	"pavilion/internal/core/routing"
	"pavilion/internal/edge/web/webdesk"
	"pavilion/internal/edge/web/webkit"
	"pavilion/internal/edge/web/webkit/webkittest"
	"pavilion/internal/edge/web/webmatter"
	"pavilion/internal/platform/blob"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/jobs"
	"pavilion/internal/platform/seal"
	"pavilion/web"
)

// realm is the one that the tests live in, and password everybody's.
const (
	realm    = "410928"
	password = "three blue kettles"
)

// zone is the place's own time; morning is in the middle of a worked day.
var (
	zone    = time.FixedZone("CST", 8*60*60)
	morning = time.Date(2026, 9, 16, 9, 0, 0, 0, zone)
)

// desk is the real desk over a real database, with a town and its people.
type desk struct {
	t        testing.TB
	db       *db.DB
	matters  *matter.Service
	identity *identity.Service
	queue    *jobs.Queue
	site     http.Handler
	clock    atomic.Int64

	county, town, village, otherTown org.Area
	urban, utility                   org.Body

	people map[string]identity.Grant // by login; those who have signed in are gone
}

// open makes the desk: a county with two towns, a village in one, two bodies
// that serve all of it, and people of every role.
func open(t testing.TB, d *db.DB) *desk {
	t.Helper()
	k := &desk{t: t, db: d}
	k.clock.Store(morning.UnixMicro())
	log := slog.New(slog.DiscardHandler)
	texts, calendar := must(text.Load(catalogue.FS())), must(clock.LoadCalendar(catalogue.FS(), zone))
	places := org.New(d, k.now, log)
	box := must(seal.NewBox([]byte("0123456789abcdef0123456789abcdef")))
	photos := &files.Service{DB: d, Blobs: must(blob.OpenDir(t.TempDir())), Box: box, Now: k.now}
	k.identity = identity.New(d, k.now, log)
	k.queue = jobs.New(d, k.now, log)
	k.matters = &matter.Service{
		DB: d, Now: k.now, Log: log, Calendar: calendar, Types: kind.NewLibrary(&edition.Service{DB: d, Now: k.now}),
		Forms: must(form.Load(catalogue.FS())), Library: procedure.NewLibrary(d, calendar), Org: places, Files: photos, Box: box,
		Releases: &release.Service{DB: d, Now: k.now, Publishers: map[string]release.Publisher{}},
	}
	k.matters.Releases.Publishers[matter.PublicWords] = k.matters.Publish
	pictures := &picture.Service{DB: d, Now: k.now, Files: photos, Matters: k.matters, Releases: k.matters.Releases}
	k.matters.Releases.Publishers[picture.Kind] = pictures.Publish
	k.settle(places)
	check(k.identity.MakeFactorsOptional(t.Context(), realm))
	kit := must(webkit.New(webkit.Options{
		Files: web.Files, Texts: texts, Calendar: calendar, Now: k.now, Log: log, Site: "Test County", Desk: webdesk.Menu(),
		Session: func(ctx context.Context, token string) (identity.Actor, error) {
			return k.identity.Session(ctx, realm, token)
		},
	}))
	lists := &docket.Docket{DB: d, Now: k.now, Org: places, Matters: k.matters}
	outbox.Deliver(k.queue, map[string][]outbox.Subscriber{"matter.reported": {lists.IndexReported}, "matter.moved": {lists.IndexMoved}})
	pages := &webdesk.Pages{
		Shared: webmatter.Shared{Kit: kit, Matters: k.matters, Docket: lists, Org: places, Files: photos, Pictures: pictures, Box: box, Realm: realm},
		DB:     d, Identity: k.identity, Routing: routing.New(&edition.Service{DB: d, Now: k.now}, places, zone),
		Replies: phrase.NewLibrary(&edition.Service{DB: d, Now: k.now}),
		Passkey: func(*http.Request) *webkit.PasskeyForm { return nil },
		Ways:    func(*http.Request, string) ([]webkit.SignInWay, error) { return nil, nil },
		Relay:   &relay.Service{DB: d, Now: k.now, Org: places, Matters: k.matters, Box: box},
	}
	ro := kit.Router()
	pages.Register(ro)
	k.site = ro
	return k
}

func (k *desk) now() time.Time { return time.UnixMicro(k.clock.Load()) }

// pass lets time go by.
func (k *desk) pass(d time.Duration) { k.clock.Add(d.Microseconds()) }

// settle makes places and bodies, and says who there is.
func (k *desk) settle(places *org.Service) {
	ctx := k.t.Context()
	k.county = must(places.CreateRealm(ctx, org.NewRealm{ID: realm, Name: "测试县"}))
	area := func(parent, kind, name string) org.Area {
		return must(places.AddArea(ctx, org.NewArea{Realm: realm, Parent: parent, Kind: kind, Name: name}))
	}
	k.town = area(k.county.ID, org.Township, "海通乡")
	k.village = area(k.town.ID, org.Village, "甘称湾村")
	k.otherTown = area(k.county.ID, org.Township, "鲁河镇")
	body := func(kind, name string) org.Body {
		return must(places.AddBody(ctx, org.NewBody{Realm: realm, Kind: kind, Name: name, Area: k.county.ID}))
	}
	k.urban, k.utility = body("URBAN", "测试城管局"), body("UTIL", "测试公用局")
	def := must(procedure.Read(catalogue.FS(), matter.Procedure))
	check(k.matters.Library.Publish(ctx, realm, def, "test", k.now()))
	check(k.matters.Types.Seed(ctx, realm, catalogue.FS()))
	check(phrase.NewLibrary(&edition.Service{DB: k.db, Now: k.now}).Seed(ctx, realm, catalogue.FS()))
	k.people = map[string]identity.Grant{
		"admin":      {Role: identity.Administrator, Area: k.county.ID},
		"auditor":    {Role: identity.Auditor, Area: k.county.ID},
		"dispatcher": {Role: identity.Dispatcher, Area: k.town.ID},
		"second":     {Role: identity.Dispatcher, Area: k.town.ID},
		"handler":    {Role: identity.Handler, Area: k.county.ID, Body: k.urban.ID},
		"worker":     {Role: identity.GridWorker, Area: k.village.ID, Body: k.utility.ID},
		"stranger":   {Role: identity.GridWorker, Area: k.otherTown.ID},
	}
}

// person makes an account without a grant.
func (k *desk) person(login string) identity.Account {
	return must(k.identity.CreateAccount(k.t.Context(), identity.NewAccount{
		Realm: realm, Login: login, Name: "Test " + login, Language: "en", Password: password, By: identity.System(realm),
	}))
}

// grant gives what g says in the area it names.
func (k *desk) grant(account string, g identity.Grant) {
	at, _ := k.matters.Org.Area(realm, g.Area)
	g.Realm, g.Account, g.Lo, g.Hi, g.Town = realm, account, at.Lo, at.Hi, at.Town
	must(k.identity.Grant(k.t.Context(), g, identity.System(realm)))
}

// report is a resident reporting, and returns the matter's id.
func (k *desk) report(c matter.Report) string {
	k.t.Helper()
	c.Realm, c.Origin = realm, "web"
	if c.Area == "" {
		c.Area = k.village.ID
	}
	got := must(k.matters.Report(k.t.Context(), c))
	check(k.queue.Drain(k.t.Context()))
	return got.ID
}

// browser is somebody's: it keeps cookies and reads pages as HTML.
type browser struct {
	k       *desk
	cookies map[string]string
}

// page is an answer.
type page struct {
	*html.Node
	t      testing.TB
	status int
	to     string // where it redirects
	header http.Header
}

func (k *desk) browser() *browser { return &browser{k: k, cookies: map[string]string{"pv_lang": "en"}} }

// as signs somebody in through the form. Their account is made the first time.
func (k *desk) as(login string) *browser {
	k.t.Helper()
	if g, ok := k.people[login]; ok {
		k.grant(k.person(login).ID, g)
		delete(k.people, login)
	}
	b := k.browser()
	p := b.send(b.get("/signin"), "/signin", url.Values{"login": {login}, "password": {password}})
	if p.status != http.StatusSeeOther || p.to != "/desk" {
		k.t.Fatalf("%s is not signed in: %d %s", login, p.status, p.words())
	}
	return b
}

func (b *browser) get(path string) page {
	b.k.t.Helper()
	return b.ask(httptest.NewRequest(http.MethodGet, path, nil))
}

// post sends a form as it is, whether or not a page offers it.
func (b *browser) post(path string, values url.Values) page {
	b.k.t.Helper()
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(values.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return b.ask(r)
}

func (b *browser) ask(r *http.Request) page {
	b.k.t.Helper()
	for name, value := range b.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	w := httptest.NewRecorder()
	b.k.site.ServeHTTP(w, r)
	for _, c := range w.Result().Cookies() {
		b.cookies[c.Name] = c.Value
		if c.MaxAge < 0 {
			delete(b.cookies, c.Name)
		}
	}
	body := w.Body.String()
	if strings.Contains(w.Header().Get("Content-Type"), "text/html") && len(body) > 100 {
		for _, problem := range webkittest.Lint([]byte(body)) {
			b.k.t.Errorf("%s %s: %s", r.Method, r.URL, problem)
		}
	}
	return page{must(html.Parse(strings.NewReader(body))), b.k.t, w.Code, w.Header().Get("Location"), w.Header()}
}

// send fills in the form of a page that is sent to an address ending in path,
// and sends it with what the page had filled in already.
func (b *browser) send(p page, path string, values url.Values) page {
	b.k.t.Helper()
	f := p.form(path, values.Get("action"))
	if f == nil {
		b.k.t.Fatalf("the page offers no form for %s %s:\n%s", path, values.Get("action"), p.words())
	}
	all := filled(f)
	for name, v := range values {
		all[name] = v
	}
	return b.post(attr(f, "action"), all)
}

// follow goes where an answer leads.
func (b *browser) follow(p page) page {
	b.k.t.Helper()
	if p.status != http.StatusSeeOther {
		b.k.t.Fatalf("status %d, not a redirect:\n%s", p.status, p.words())
	}
	return b.get(p.to)
}

// move makes a move through the form of the matter's page and follows.
func (b *browser) move(id, action string, values url.Values) page {
	b.k.t.Helper()
	if values == nil {
		values = url.Values{}
	}
	values.Set("action", action)
	return b.follow(b.send(b.get("/desk/matters/"+id), "/moves", values))
}

func must[T any](v T, err error) T {
	check(err)
	return v
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
