// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webdesk_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"pavilion/internal/core/identity"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/db/dbtest"
)

func TestSigningInAndOut(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := open(t, d)
		k.as("worker")
		b := k.browser()
		p := b.send(b.get("/signin?next=/desk/procedure"), "/signin", url.Values{"login": {"worker"}, "password": {"not this one"}})
		if p.status != http.StatusForbidden || p.says("not this one") || value(p.form("/signin", ""), "login") != "worker" {
			t.Errorf("a wrong password: %d %s", p.status, p.words())
		}
		p = b.send(p, "/signin", url.Values{"password": {password}})
		if p.to != "/desk/procedure" {
			t.Errorf("signed in, it leads to %q", p.to)
		}
		token := b.cookies["pv_session"]
		if p := b.get("/signin"); p.to != "/desk" {
			t.Errorf("signed in already, it leads to %q", p.to)
		}
		p = b.follow(b.send(b.get("/desk"), "/signout", nil))
		if !p.says("You are signed out.") || b.cookies["pv_session"] != "" {
			t.Errorf("signed out: %s", p.words())
		}
		b.cookies["pv_session"] = token
		if p := b.get("/desk"); p.status != http.StatusSeeOther {
			t.Errorf("the old session still opens the desk: %d", p.status)
		}
	})
}

func TestSigningInLeadsNowhereElse(t *testing.T) {
	k := open(t, dbtest.SQLite(t))
	k.as("worker")
	for _, next := range []string{"https://example.org/", "//example.org", "/\\example.org", "javascript:alert(1)"} {
		p := k.browser().post("/signin", url.Values{"login": {"worker"}, "password": {password}, "next": {next}})
		if p.to != "/desk" {
			t.Errorf("next=%s leads to %q", next, p.to)
		}
	}
}

func TestSigningInAgainEndsTheSessionBefore(t *testing.T) {
	k := open(t, dbtest.SQLite(t))
	b := k.as("worker")
	before := b.cookies["pv_session"]
	b.post("/signin", url.Values{"login": {"worker"}, "password": {password}})
	old := &browser{k: k, cookies: map[string]string{"pv_session": before}}
	if p := old.get("/desk"); p.status != http.StatusSeeOther {
		t.Errorf("the session before opens the desk: %d", p.status)
	}
}

func TestAnInvitationSetsAPasswordOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := open(t, d)
		by := identity.System(realm)
		a := must(k.identity.CreateAccount(t.Context(), identity.NewAccount{Realm: realm, Login: "newcomer", Name: "测试新人", Language: "en", By: by}))
		path := "/invite/" + must(k.identity.Invite(t.Context(), realm, a.ID, by))
		b := k.browser()
		for why, sent := range map[string]url.Values{
			"different": {"password": {password}, "again": {"three red kettles"}},
			"short":     {"password": {"short"}, "again": {"short"}},
		} {
			if p := b.send(b.get(path), path, sent); p.status != http.StatusUnprocessableEntity || !p.says("newcomer") || p.says("kettles") {
				t.Errorf("%s: %d %s", why, p.status, p.words())
			}
		}
		p := b.follow(b.send(b.get(path), path, url.Values{"password": {password}, "again": {password}}))
		if !p.says("The password is saved.") {
			t.Errorf("then: %s", p.words())
		}
		if p := b.get(path); p.status != http.StatusNotFound {
			t.Errorf("the link a second time: %d", p.status)
		}
		if p := b.post(path, url.Values{"password": {password}, "again": {password}}); p.status != http.StatusNotFound {
			t.Errorf("the form a second time: %d", p.status)
		}
		k.as("newcomer")
	})
}

// A token that somebody else put into the browser is not the session afterwards.
func TestATokenGivenBeforeIsNotTakenOver(t *testing.T) {
	k := open(t, dbtest.SQLite(t))
	k.as("worker")
	for _, planted := range []string{strings.Repeat("A", 43), "planted", k.as("handler").cookies["pv_session"]} {
		b := k.browser()
		b.cookies["pv_session"] = planted
		b.post("/signin", url.Values{"login": {"worker"}, "password": {password}})
		if got := b.cookies["pv_session"]; got == planted || len(got) != 43 {
			t.Errorf("after the sign-in the session is %q", got)
		}
		thief := &browser{k: k, cookies: map[string]string{"pv_session": planted}}
		if p := thief.get("/desk"); p.status != http.StatusSeeOther {
			t.Errorf("who planted the token opens the desk: %d", p.status)
		}
	}
}

// Invented links to set a password are answered like used ones.
func TestInventedInvitations(t *testing.T) {
	k := open(t, dbtest.SQLite(t))
	b := k.browser()
	for _, token := range []string{strings.Repeat("A", 43), "x", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZG1pbiJ9.", strings.Repeat("9", 5000)} {
		form := url.Values{"password": {password}, "again": {password}}
		if p, q := b.get("/invite/"+token), b.post("/invite/"+token, form); p.status != http.StatusNotFound || q.status != http.StatusNotFound {
			t.Errorf("%.20s: %d, %d", token, p.status, q.status)
		}
	}
}

// Passwords are typed unseen, and programs that keep them may fill them in.
func TestPasswordFieldsAreMaskedAndFilled(t *testing.T) {
	k := open(t, dbtest.SQLite(t))
	by := identity.System(realm)
	a := must(k.identity.CreateAccount(t.Context(), identity.NewAccount{Realm: realm, Login: "newcomer", Name: "测试新人", Language: "en", By: by}))
	for path, want := range map[string]int{"/signin": 1, "/invite/" + must(k.identity.Invite(t.Context(), realm, a.ID, by)): 2} {
		var written strings.Builder
		check(html.Render(&written, k.browser().get(path).Node))
		body := written.String()
		masked := strings.Count(body, `type="password"`)
		if filled := strings.Count(body, `autocomplete="new-password"`) + strings.Count(body, `autocomplete="current-password"`); masked != want || filled != want {
			t.Errorf("%.8s: %d fields are masked and %d filled, want %d", path, masked, filled, want)
		}
		if strings.Contains(body, `autocomplete="off"`) || strings.Contains(body, "onpaste") {
			t.Errorf("%.8s hinders pasting", path)
		}
	}
}
