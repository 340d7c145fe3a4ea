// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package app

import (
	"fmt"
	"hash/crc32"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"pavilion/internal/core/identity"
	"pavilion/internal/edge/api"
	"pavilion/internal/edge/web/webkit"
	"pavilion/internal/edge/web/webpeople"
	"pavilion/internal/platform/db"
)

// Words that stand in things of the walk, and must not come before other eyes.
const (
	secretWords  = "走查用的字句"   // of a matter in the village
	givenWords   = "走查用的另一句"  // of one that a body deals with
	privateWords = "只给本人看的字句" // of what somebody keeps for themselves
	foreignWords = "另一处的字句"   // of everything in the other realm
)

// walker is somebody who tries every route.
type walker struct {
	name   string
	cookie *http.Cookie
	token  string
	actor  identity.Actor // nobody here, for those who are signed in to another realm
	sees   bool           // they may see the matter
	role   identity.Role
	inside bool // of the village in which the walk's things are
	narrow bool // of that village, for types of which none of these is
}

// is reports whether somebody holds one of the roles in the village.
func (w walker) is(roles ...identity.Role) bool { return w.inside && slices.Contains(roles, w.role) }

// whose says to whom the thing belongs that a cell is about.
type whose string

const (
	others  whose = "somebody else's"
	own     whose = "their own"
	foreign whose = "another realm's"
)

// cell is one square of the matrix: a route, somebody, and what they try it on.
type cell struct {
	pattern string // with its method
	public  bool
	allowed bool // its access lets them in
	who     walker
	kind    kindOf // of what stands in the route's variables; none if it has no variable
	about   thing
	whose   whose
}

// String names the cell in a failure.
func (c cell) String() string {
	if c.kind.make == nil {
		return c.pattern + " as " + c.who.name
	}
	return c.pattern + " as " + c.who.name + " on " + string(c.whose)
}

func (c cell) method() string {
	method, _, _ := strings.Cut(c.pattern, " ")
	return method
}

func (c cell) reading() bool { return c.method() == http.MethodGet }

// there reports whether what the cell is about exists for whoever tries it.
func (c cell) there() bool {
	switch {
	case c.kind.make == nil:
		return true
	case c.whose == foreign:
		return false
	case deeds[c.pattern].by != nil:
		return deeds[c.pattern].by(c.who, c.whose)
	case !c.reading() && c.kind.acts != nil:
		return c.kind.acts(c.who, c.whose)
	}
	return c.kind.reads(c.who, c.whose)
}

// TestEveryRouteAsEveryRole is the matrix of who may do what: every route of the
// pages and of the API, as each role inside and outside its area, as somebody of
// another realm and as nobody, on what is theirs, somebody else's and another
// realm's. A route says who may use it, and what it does not allow is refused; what
// lies outside somebody's reach does not exist for them, even for what would be
// carried out if it did; nothing fails, no word comes before the wrong eyes, and
// neither reading nor being refused changes anything. What standing.go's tables do
// not know of a route is a failure that says what to add.
func TestEveryRouteAsEveryRole(t *testing.T) {
	s := perform(t)
	c := s.cast(t)
	routes := c.routes(t)
	before := c.state(t)
	t.Run("walk", func(t *testing.T) {
		for _, w := range c.walkers {
			t.Run(w.name, func(t *testing.T) {
				t.Parallel()
				for _, cell := range c.cells(routes, w) {
					s.judge(t, cell, s.try(t, cell))
				}
			})
		}
	})
	for table, n := range c.state(t) {
		if n != before[table] {
			t.Errorf("reading and being refused left %s with %s, had %s", table, n, before[table])
		}
	}
	t.Run("programs", func(t *testing.T) { c.programs(t, routes) })
	t.Run("deeds", func(t *testing.T) { c.deeds(t, routes) })
}

// deeds has everybody do what asking alone does, each to a thing of its own, where
// they may: it is done, so that a refusal in the walk was not for another reason.
func (c *cast) deeds(t *testing.T, routes []webpeople.Rule) {
	// All walkers come from one network, which has tried too often by now.
	err := c.DB.InTx(t.Context(), func(tx *db.Tx) error {
		_, err := tx.Exec(t.Context(), `UPDATE identity_attempt SET failures = 0 WHERE realm = ?`, c.Config.Realm)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range routes {
		if !deeds[r.Route].bare {
			continue
		}
		_, path, _ := strings.Cut(r.Route, " ")
		_, k := standing(path)
		done := 0
		for _, w := range c.walkers {
			one := cell{pattern: r.Route, allowed: r.Access.Allows(w.actor, c.Now()), who: w, kind: k, whose: others}
			owner := c.colleague.actor
			if k.personal {
				one.whose, owner = own, w.actor
			}
			if !one.allowed || !one.there() {
				continue
			}
			one.about = k.make(c, c.here, owner)
			res := c.send(t, one, deeds[r.Route])
			if res.StatusCode >= 400 || strings.HasPrefix(res.Header.Get("Location"), "/desk/prove") {
				t.Errorf("%s: answers %d, was to be done", one, res.StatusCode)
			}
			done++
			res.Body.Close()
		}
		if done == 0 {
			t.Errorf("nobody could do %s", r.Route)
		}
	}
}

// programs has everybody's programs try every operation: what their account may, a
// token that has the scope may, and one that has every other scope is refused.
func (c *cast) programs(t *testing.T, routes []webpeople.Rule) {
	operations := 0
	for _, w := range c.walkers {
		if w.actor.Anonymous() {
			continue
		}
		for _, scope := range identity.Scopes() {
			with := w.program(c, []string{scope})
			without := w.program(c, slices.DeleteFunc(identity.Scopes(), func(s string) bool { return s == scope }))
			for _, r := range routes {
				if r.Scope != scope {
					continue
				}
				operations++
				_, path, _ := strings.Cut(r.Route, " ")
				name, k := standing(path)
				one := cell{pattern: r.Route, allowed: r.Access.Allows(w.actor, c.Now()), who: with, kind: k, about: c.things[name], whose: others}
				c.judge(t, one, c.try(t, one))
				one.who = without
				res := c.try(t, one)
				res.Body.Close()
				if res.StatusCode != http.StatusForbidden || !strings.Contains(res.Header.Get("WWW-Authenticate"), scope) {
					t.Errorf("%s with every scope but %s: answers %d", one, scope, res.StatusCode)
				}
			}
		}
	}
	if operations == 0 {
		t.Error("no operation asks for a scope")
	}
}

// program is a walker whose requests come from a program with a token of theirs.
func (w walker) program(c *cast, scopes []string) walker {
	by := w.actor
	by.Proved = c.Now()
	secret, _, err := c.Identity.CreateToken(c.t.Context(), identity.NewToken{Name: "测试程序", Scopes: scopes, Until: c.Now().AddDate(0, 1, 0), By: by})
	if err != nil {
		c.t.Fatal(err)
	}
	w.name, w.token = w.name+"'s program", secret
	return w
}

// stated reports whether an access names people that there are.
func stated(a webkit.Access) bool {
	if a == webkit.Public || a == webkit.SignedIn {
		return true
	}
	for role := range strings.SplitSeq(string(a), "|") {
		if !slices.Contains(identity.Roles(), identity.Role(role)) {
			return false
		}
	}
	return true
}

// routes lists every route with its access, and fails for each that does not say
// who may use it, or that has a variable for which nothing stands.
func (c *cast) routes(t *testing.T) []webpeople.Rule {
	t.Helper()
	ro, programs, err := c.Edges()
	if err != nil {
		t.Fatal(err)
	}
	all := policy(ro, programs)
	for _, r := range all {
		if !stated(r.Access) {
			t.Errorf("%s does not say who may use it: %q", r.Route, r.Access)
		}
		method, path, _ := strings.Cut(r.Route, " ")
		if !strings.Contains(strings.ReplaceAll(path, "{$}", ""), "{") {
			continue
		}
		for _, what := range c.unknown(r.Route, method, path) {
			t.Errorf("%s: %s", r.Route, what)
		}
	}
	for path := range standings {
		if !slices.ContainsFunc(all, func(r webpeople.Rule) bool { return strings.Contains(r.Route, path) }) {
			t.Errorf("`standings` names %s, and no route has it", path)
		}
	}
	for route := range deeds {
		if !slices.ContainsFunc(all, func(r webpeople.Rule) bool { return r.Route == route }) {
			t.Errorf("`deeds` names %s, and there is no such route", route)
		}
	}
	if t.Failed() {
		t.FailNow()
	}
	return all
}

// unknown says what the tables do not know about a route with a variable.
func (c *cast) unknown(route, method, path string) (out []string) {
	name, k := standing(path)
	if k.make == nil {
		out = append(out, fmt.Sprintf("nothing stands for its variable. In walk_things_test.go add %q to `standings`, with the kind of thing "+
			"that it names; if `kinds` has no such kind yet, add one: how to make it, and who may read and change it.", path))
	} else if filled := fill(path, c.things[name].values); strings.Contains(filled, "{") {
		out = append(out, fmt.Sprintf("a %s has no value for what is left of %s. Add it to what `make` of the kind returns.", name, filled))
	}
	if _, known := deeds[route]; method != http.MethodGet && !known {
		out = append(out, fmt.Sprintf("it is not known what is sent to it. In walk_things_test.go add %q to `deeds`, with the form (or JSON) "+
			"that would be carried out; `bare` if it takes none.", route))
	}
	return out
}

// cells lists what somebody tries: every route once, and those with a variable on
// each thing that may stand there. Deeds that are carried out by asking alone, and
// that are open to them, come later: each needs a thing of its own.
func (c *cast) cells(routes []webpeople.Rule, w walker) []cell {
	var out []cell
	for _, r := range routes {
		if strings.HasSuffix(r.Route, "/sessions/current") {
			continue // it would end the walk
		}
		one := cell{pattern: r.Route, public: r.Access == webkit.Public, allowed: r.Access.Allows(w.actor, c.Now()), who: w}
		_, path, _ := strings.Cut(r.Route, " ")
		name, k := standing(path)
		if k.make == nil {
			out = append(out, one)
			continue
		}
		one.kind = k
		for _, whose := range []whose{others, own, foreign} {
			one.whose = whose
			var there bool
			switch whose {
			case others:
				one.about, there = c.things[name], true
			case foreign:
				one.about, there = c.abroad[name]
			case own:
				one.about, there = c.own[w.name+" "+name]
			}
			bare := deeds[r.Route].bare && one.allowed && one.there()
			if there && !bare {
				out = append(out, one)
			}
		}
	}
	return out
}

// judge says whether an answer is right for a cell.
func (s *stage) judge(t *testing.T, c cell, res *http.Response) {
	t.Helper()
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	code, thing := res.StatusCode, c.kind.make != nil
	refused := code == http.StatusForbidden || code == http.StatusUnauthorized ||
		!c.public && code == http.StatusSeeOther && strings.HasPrefix(res.Header.Get("Location"), "/signin?")
	absent := code == http.StatusNotFound || !c.reading() && (refused || code == c.kind.refuses)
	switch {
	case code >= 500:
		t.Errorf("%s: fails with %d: %.300s", c, code, body)
	case !c.allowed && !refused:
		t.Errorf("%s: answers %d to somebody it does not allow", c, code)
	case !c.allowed:
	case !c.there() && !absent:
		t.Errorf("%s: answers %d about what is not there for them", c, code)
	case !c.there():
	case narrower[c.pattern] != nil && !narrower[c.pattern](c.who):
		if !refused {
			t.Errorf("%s: answers %d, and is to be refused", c, code)
		}
	case code == http.StatusUnauthorized || c.reading() && refused || c.reading() && thing && code >= 400:
		t.Errorf("%s: answers %d to somebody who may", c, code)
	case code == http.StatusNotFound && (thing || c.reading()):
		t.Errorf("%s: is missing for somebody who may", c)
	}
	for words, seen := range map[string]bool{
		secretWords: c.who.sees, privateWords: false, foreignWords: false,
		givenWords: c.who.sees || c.who.is(identity.Handler),
	} {
		if !seen && strings.Contains(string(body), words) {
			t.Errorf("%s: shows %q", c, words)
		}
	}
}

// holder makes an account with one grant and signs it in.
func (s *stage) holder(t *testing.T, realm, name string, g identity.Grant) walker {
	t.Helper()
	login, system := strings.ReplaceAll(name, " ", "."), identity.System(realm)
	account, err := s.Identity.CreateAccount(t.Context(), identity.NewAccount{
		Realm: realm, Login: login, Name: "测试人员", Language: "en", Password: "a long passphrase", By: system,
	})
	if err != nil {
		t.Fatal(err)
	}
	g.Realm, g.Account = realm, account.ID
	if _, err := s.Identity.Grant(t.Context(), g, system); err != nil {
		t.Fatal(err)
	}
	w := s.walker(t, realm, login, "a long passphrase")
	w.name = name
	return w
}

func (s *stage) walker(t *testing.T, realm, login, password string) walker {
	t.Helper()
	entry, err := s.Identity.SignIn(t.Context(), realm, login, password, identity.Client{IP: "127.0.0.1"})
	if err != nil {
		t.Fatal(err)
	}
	token := entry.Token
	actor, err := s.Identity.Session(t.Context(), realm, token)
	if err != nil {
		t.Fatal(err)
	}
	jar := httptest.NewRecorder()
	webkit.SetSession(jar, httptest.NewRequest(http.MethodGet, "/", nil), token)
	return walker{name: login, cookie: jar.Result().Cookies()[0], token: token, actor: actor}
}

// fill puts values into a pattern's places.
func fill(path string, values map[string]string) string {
	path = strings.Replace(path, "{$}", "", 1)
	for name, value := range values {
		path = strings.Replace(path, "{"+name+"}", url.PathEscape(value), 1)
	}
	return path
}

// try makes a cell's request. On what is not there for somebody it is one that
// would be carried out if it were; where it is there, one that is no valid form of
// anything, and changes nothing.
func (s *stage) try(t *testing.T, c cell) *http.Response {
	t.Helper()
	sent := deed{form: url.Values{"action": {"nothing"}}, json: "{}"}
	if !c.allowed || !c.there() || deeds[c.pattern].bare {
		sent = deeds[c.pattern]
	}
	return s.send(t, c, sent)
}

// send makes a cell's request with what a deed sends.
func (s *stage) send(t *testing.T, c cell, sent deed) *http.Response {
	t.Helper()
	method, path, _ := strings.Cut(c.pattern, " ")
	program := strings.HasPrefix(path, api.Prefix)
	body, kind := io.Reader(nil), ""
	if method == http.MethodPost {
		body, kind = strings.NewReader(sent.form.Encode()), "application/x-www-form-urlencoded"
		if program {
			body, kind = strings.NewReader(sent.json), "application/json"
		}
	}
	r, err := http.NewRequestWithContext(t.Context(), method, s.server.URL+fill(path, c.about.values), body)
	if err != nil {
		t.Fatal(err)
	}
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	switch {
	case program && c.who.token != "":
		r.Header.Set("Authorization", "Bearer "+c.who.token)
	case c.who.cookie != nil && path != "/signout":
		r.AddCookie(c.who.cookie)
	}
	sum := crc32.ChecksumIEEE([]byte(c.who.name)) // each from a network of their own: a network has few attempts
	r.Header.Set("X-Forwarded-For", fmt.Sprintf("10.%d.%d.1", byte(sum>>8), byte(sum)))
	for _, cookie := range c.about.cookies {
		r.AddCookie(cookie)
	}
	r.Header.Set("Accept-Encoding", "identity") // thousands of pages; compressing has tests of its own
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	return res
}
