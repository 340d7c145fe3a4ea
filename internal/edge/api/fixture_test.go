// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"pavilion/catalogue"
	"pavilion/internal/base/text"
	"pavilion/internal/civic/admission"
	"pavilion/internal/civic/commitment"
	"pavilion/internal/civic/deliberation/assembly"
	"pavilion/internal/civic/deliberation/disclosure"
	"pavilion/internal/civic/deliberation/oversight"
	"pavilion/internal/civic/deliberation/poll"
	"pavilion/internal/civic/deliberation/proceeding"
	"pavilion/internal/civic/deliberation/survey"
	"pavilion/internal/civic/deliberation/topic"
	"pavilion/internal/civic/evaluation"
	"pavilion/internal/civic/matter"
	"pavilion/internal/civic/matter/example"
	"pavilion/internal/civic/matter/holding"
	"pavilion/internal/civic/matter/intake"
	"pavilion/internal/civic/matter/mattertest"
	"pavilion/internal/civic/matter/picture"
	"pavilion/internal/civic/rights"
	"pavilion/internal/core/edition"
	"pavilion/internal/core/gathering"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/identity/factor"
	"pavilion/internal/core/ledger"
	"pavilion/internal/core/org"
	"pavilion/internal/core/procedure"
	"pavilion/internal/core/retention"
	"pavilion/internal/core/routing"
	"pavilion/internal/edge/api"
	"pavilion/internal/edge/api/apideliberation"
	"pavilion/internal/edge/api/apikit"
	"pavilion/internal/platform/db"
)

const (
	realm    = mattertest.Realm
	password = "three blue kettles"
)

// phone stands in everything wrong that is sent: no answer may repeat it.
const phone = "13800000000"

// office is the real API over a real database, with a realm and its people.
type office struct {
	*mattertest.Realmful
	t        testing.TB
	identity *identity.Service
	factors  *factor.Service
	server   *api.Server
	figures  *evaluation.Service
	intake   *intake.Service
	pictures *picture.Service
	keeping  *retention.Service
	ledger   *ledger.Service
	reports  bool // whether the limits let through
	codes    bool
	tooMany  bool
}

// every lets every type of matter be asked of the grids.
type every struct{}

func (every) Sendable(context.Context, string, string) error { return nil }

func open(t testing.TB, d *db.DB) *office {
	t.Helper()
	o := &office{Realmful: mattertest.New(t, d), t: t, reports: true, codes: true}
	log := slog.New(slog.DiscardHandler)
	o.identity = identity.New(d, o.Now, log)
	if err := o.identity.MakeFactorsOptional(t.Context(), realm); err != nil {
		t.Fatal(err)
	}
	o.factors = &factor.Service{DB: d, Now: o.Now, Box: o.Box, Identity: o.identity}
	texts, err := text.Load(catalogue.FS())
	if err != nil {
		t.Fatal(err)
	}
	editions := &edition.Service{DB: d, Now: o.Now}
	indicators, err := fs.ReadFile(catalogue.FS(), "indicators.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := editions.Seed(t.Context(), realm, evaluation.Edition, indicators, "test"); err != nil {
		t.Fatal(err)
	}
	o.figures = evaluation.New(evaluation.Service{DB: d, Now: o.Now, Log: log, Zone: o.Calendar.Zone(), Editions: editions})
	def, err := procedure.Read(catalogue.FS(), admission.Procedure)
	if err != nil {
		t.Fatal(err)
	}
	if err := o.Library.Offer(t.Context(), realm, def, o.Now()); err != nil {
		t.Fatal(err)
	}
	promises := &commitment.Service{DB: d, Now: o.Now, Log: log, Zone: o.Calendar.Zone(), Org: o.Org, Releases: o.Releases}
	o.Releases.Publishers[commitment.Words], o.Releases.Publishers[commitment.Reason] = promises.Publish, promises.PublishReason
	tasks := &admission.Service{
		DB: d, Now: o.Now, Log: log, Zone: o.Calendar.Zone(), Forms: o.Forms, Library: o.Library, Org: o.Org, Types: every{}, Releases: o.Releases,
	}
	o.Releases.Publishers[admission.Words] = tasks.Publish
	law, table, err := assembly.Load(catalogue.FS())
	if err != nil {
		t.Fatal(err)
	}
	bodies := assembly.New(assembly.Service{
		DB: d, Now: o.Now, Log: log, Zone: o.Calendar.Zone(), Org: o.Org, Box: o.Box, Editions: editions, Law: law, Table: table,
	})
	examples := &example.Service{DB: d, Now: o.Now, Org: o.Org, Matters: o.Service}
	o.pictures = &picture.Service{DB: d, Now: o.Now, Files: o.Files, Matters: o.Service, Releases: o.Releases}
	o.Releases.Publishers[picture.Kind] = o.pictures.Publish
	o.intake = &intake.Service{Matters: o.Service}
	asked := o.keep(editions)
	o.ledger = &ledger.Service{DB: d, Now: o.Now, Seed: []byte("0123456789abcdef0123456789abcdef")}
	o.server = api.New(api.Deps{
		Ledger:  o.ledger,
		Matters: o.Service, Docket: o.Docket, Figures: o.figures, Promises: promises, Tasks: tasks, Examples: examples, Relay: o.Relay, Releases: o.Releases, Pictures: o.pictures, Rights: asked, Keeping: o.keeping,
		Intake: o.intake, Editions: editions, Routing: routing.New(editions, o.Org, o.Calendar.Zone()), Files: o.Files, Factors: o.factors, Org: o.Org,
		Means: apikit.Means{
			Identity: o.identity, Texts: texts, Log: log, Now: o.Now, Realm: realm,
			Client:   func(*http.Request) string { return "192.0.2.1" },
			Reports:  func(string) bool { return o.reports },
			Codes:    func(string) bool { return o.codes },
			Accounts: func(string) (time.Duration, bool) { return 90 * time.Second, !o.tooMany },
		},
		Deliberation: apideliberation.Deps{
			Bodies: bodies, Org: o.Org, Polls: &poll.Service{DB: d, Now: o.Now, Bodies: bodies},
			Meetings: gathering.New(gathering.Service{DB: d, Now: o.Now, Zone: time.UTC, Org: o.Org, Editions: editions}),
			Surveys:  &survey.Service{DB: d, Now: o.Now}, Board: &disclosure.Service{DB: d, Now: o.Now, Calendar: o.Calendar, Org: o.Org},
			Proceedings: &proceeding.Service{DB: d, Now: o.Now}, Topics: &topic.Service{DB: d, Now: o.Now, Org: o.Org}, Oversight: &oversight.Service{DB: d, Now: o.Now, Zone: time.UTC, Bodies: bodies}, Tries: func(string) bool { return true },
		},
	})
	return o
}

// keep makes what keeps and forgets, with the schedule of the catalogue.
func (o *office) keep(editions *edition.Service) *rights.Service {
	o.t.Helper()
	log := slog.New(slog.DiscardHandler)
	o.keeping = retention.New(retention.Service{DB: o.DB, Now: o.Now, Log: log, Org: o.Org, Editions: editions})
	asked := &rights.Service{
		DB: o.DB, Now: o.Now, Log: log, Forms: o.Forms, Library: o.Library, Org: o.Org, Box: o.Box, Retention: o.keeping, Subjects: numbered{o.Service},
		Say: func(key string) string { return key },
	}
	o.keeping.Keepers = []retention.Keeper{&holding.Keeper{Matters: o.Service, Files: o.Files, Relay: o.Relay, Sentence: "已删除"}, rights.Keeper{Service: asked}}
	body, err := fs.ReadFile(catalogue.FS(), "retention.json")
	if err != nil {
		o.t.Fatal(err)
	}
	if err := editions.Seed(o.t.Context(), realm, retention.Edition, body, "basis.practice"); err != nil {
		o.t.Fatal(err)
	}
	def, err := procedure.Read(catalogue.FS(), rights.Procedure)
	if err != nil {
		o.t.Fatal(err)
	}
	if err := o.Library.Offer(o.t.Context(), realm, def, o.Now()); err != nil {
		o.t.Fatal(err)
	}
	return asked
}

// numbered finds matters by number.
type numbered struct{ *matter.Service }

func (n numbered) Numbered(ctx context.Context, realm, number string) (rights.Subject, error) {
	d, err := n.FollowedNumber(ctx, realm, number)
	return rights.Subject{Name: d.Subject(), Number: d.Number, Place: d.Place, Town: d.Town, Open: d.Open}, err
}

// caller is a program that speaks for somebody.
type caller struct {
	o       *office
	headers http.Header
}

// nobody is a program without an account.
func (o *office) nobody() caller {
	return caller{o, http.Header{"Accept-Language": {"en"}}}
}

// with returns the same program, sending a header besides.
func (c caller) with(name, value string) caller {
	c.headers = c.headers.Clone()
	c.headers.Set(name, value)
	return c
}

// person makes an account with one role and signs it in.
func (o *office) person(login string, role identity.Role, area org.Area, body string) caller {
	o.t.Helper()
	system := identity.System(realm)
	account, err := o.identity.CreateAccount(o.t.Context(), identity.NewAccount{
		Realm: realm, Login: login, Name: "Test " + login, Language: "en", Password: password, By: system,
	})
	if err != nil {
		o.t.Fatal(err)
	}
	o.grant(account.ID, role, area, body)
	token := o.nobody().post("/sessions", map[string]string{"login": login, "password": password}).want(http.StatusCreated).str("token")
	return o.nobody().with("Authorization", "Bearer "+token)
}

func (o *office) grant(account string, role identity.Role, area org.Area, body string) {
	o.t.Helper()
	_, err := o.identity.Grant(o.t.Context(), identity.Grant{
		Realm: realm, Account: account, Role: role, Area: area.ID, Lo: area.Lo, Hi: area.Hi, Town: area.Town, Body: body,
	}, identity.System(realm))
	if err != nil {
		o.t.Fatal(err)
	}
}

// reply is an answer, read.
type reply struct {
	t      testing.TB
	asked  string
	status int
	header http.Header
	text   string
	body   map[string]any
}

func (c caller) get(path string) reply { return c.send(http.MethodGet, path, "") }

// post sends v as JSON.
func (c caller) post(path string, v any) reply {
	text, err := json.Marshal(v)
	if err != nil {
		c.o.t.Fatal(err)
	}
	return c.send(http.MethodPost, path, string(text))
}

// send sends a body as it is. Whatever is answered, a problem has its form and
// repeats nothing.
func (c caller) send(method, path, body string) reply {
	r := httptest.NewRequest(method, api.Prefix+path, strings.NewReader(body))
	r.Header = c.headers.Clone()
	if body != "" && r.Header.Get("Content-Type") == "" {
		r.Header.Set("Content-Type", "application/json")
	}
	w := httptest.NewRecorder()
	c.o.server.ServeHTTP(w, r)
	out := reply{t: c.o.t, asked: method + " " + path, status: w.Code, header: w.Header(), text: w.Body.String()}
	if w.Header().Get("Cache-Control") != "no-store" {
		c.o.t.Errorf("%s may be kept by whoever lies between", out.asked)
	}
	if w.Body.Len() > 0 {
		if err := json.NewDecoder(bytes.NewReader(w.Body.Bytes())).Decode(&out.body); err != nil {
			c.o.t.Errorf("%s answers %d with no JSON: %.200s", out.asked, out.status, out.text)
		}
	}
	if out.status >= 400 {
		out.problem()
	}
	return out
}

// problem checks the form of a problem document.
func (r reply) problem() {
	switch {
	case r.header.Get("Content-Type") != "application/problem+json":
		r.t.Errorf("%s: a problem of type %q", r.asked, r.header.Get("Content-Type"))
	case r.body["status"] != float64(r.status) || r.str("code") == "" || r.str("detail") == "" || r.str("title") == "":
		r.t.Errorf("%s: an incomplete problem: %s", r.asked, r.text)
	case strings.Contains(r.text, "⟦"):
		r.t.Errorf("%s: a problem without its text: %s", r.asked, r.text)
	case strings.Contains(r.text, phone):
		r.t.Errorf("%s: the problem repeats what was sent: %s", r.asked, r.text)
	}
}

// want ends the test unless the status is the one wanted.
func (r reply) want(status int) reply {
	r.t.Helper()
	if r.status != status {
		r.t.Fatalf("%s answers %d, want %d: %s", r.asked, r.status, status, r.text)
	}
	return r
}

// fails ends the test unless the answer is the problem wanted.
func (r reply) fails(status int, code string) reply {
	r.t.Helper()
	if r.status != status || r.str("code") != code {
		r.t.Fatalf("%s answers %d %s, want %d %s: %s", r.asked, r.status, r.str("code"), status, code, r.text)
	}
	return r
}

func (r reply) str(name string) string {
	s, _ := r.body[name].(string)
	return s
}

func (r reply) list(name string) []map[string]any {
	var out []map[string]any
	all, _ := r.body[name].([]any)
	for _, one := range all {
		out = append(out, one.(map[string]any))
	}
	return out
}

// fields names the fields at fault.
func (r reply) fields() string {
	var out []string
	for _, f := range r.list("fields") {
		out = append(out, f["field"].(string))
	}
	return strings.Join(out, " ")
}

// revision is the one to move from.
func (r reply) revision() int {
	n, _ := r.body["revision"].(float64)
	return int(n)
}

// manhole is a report that nothing is wrong with, in the middle of the east.
func (o *office) manhole() map[string]any {
	p := o.East.Middle()
	return map[string]any{"text": "村口的井盖不见了，晚上很危险。", "type": "020103", "lon": p.Lon, "lat": p.Lat}
}

// but returns m with one thing changed.
func but(m map[string]any, name string, value any) map[string]any {
	m[name] = value
	return m
}

// reported reports a matter and returns its number, its code and its id.
func (o *office) reported() (number, code, id string) {
	o.t.Helper()
	got := o.nobody().post("/reports", o.manhole()).want(http.StatusCreated)
	d, err := o.FollowedNumber(o.t.Context(), realm, got.str("number"))
	if err != nil {
		o.t.Fatal(err)
	}
	return got.str("number"), got.str("code"), d.ID
}

// move makes a move from the matter as it stands.
func (c caller) move(id, action string, answers map[string]string) reply {
	c.o.t.Helper()
	now := c.get("/matters/" + id)
	return c.post("/matters/"+id+"/moves", map[string]any{"revision": max(now.revision(), 1), "action": action, "answers": answers})
}
