// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package api_test

import (
	"encoding/base64"
	"net/http"
	"slices"
	"strings"
	"testing"

	"pavilion/internal/core/identity"
	"pavilion/internal/edge/api"
	"pavilion/internal/edge/api/apikit"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/db/dbtest"
)

// Every operation asks for the scope it states, and a session has them all.
func TestAProgramStaysWithinItsScopes(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		_, _, id := o.reported()
		account, err := o.identity.CreateAccount(t.Context(), identity.NewAccount{Realm: realm, Login: "hotline", Name: "测试热线", Language: "en", By: identity.System(realm)})
		if err != nil {
			t.Fatal(err)
		}
		o.grant(account.ID, identity.Dispatcher, o.East.Town, "")
		desk := identity.Actor{Realm: realm, Account: account.ID, Proved: o.Now()}
		for _, scope := range identity.Scopes() {
			secret, _, err := o.identity.CreateToken(t.Context(), identity.NewToken{
				Name: "测试系统", Scopes: []string{scope}, Until: o.Now().AddDate(0, 1, 0), By: desk,
			})
			if err != nil {
				t.Fatal(err)
			}
			program := o.nobody().with("Authorization", "Bearer "+secret)
			for _, r := range o.server.Routes() {
				if r.Access == apikit.Public {
					continue
				}
				path := strings.ReplaceAll(strings.TrimPrefix(r.Path, api.Prefix), "{id}", id)
				body := map[string]string{http.MethodPost: `{}`}[r.Method]
				got := program.send(r.Method, path, body)
				refused := got.status == http.StatusForbidden && strings.Contains(got.header.Get("WWW-Authenticate"), "insufficient_scope")
				if refused == (string(r.Access.Scope()) == scope) {
					t.Errorf("%s %s asks for %s; with %s it answers %d", r.Method, r.Path, r.Access, scope, got.status)
				}
			}
		}
		o.nobody().with("Authorization", "Bearer "+identity.TokenPrefix+strings.Repeat("A", 43)).get("/matters").fails(http.StatusUnauthorized, "kit.sign_in_first")
	})
}

// A scope is not enough: the account has to have a role that the operation states,
// and one that has it, somewhere, comes as far as the thing itself.
func TestAProgramNeedsTheRoleBesides(t *testing.T) {
	o := open(t, dbtest.SQLite(t))
	_, _, id := o.reported()
	root, _ := o.Org.Root(realm)
	narrow := 0
	for _, role := range identity.Roles() {
		account, err := o.identity.CreateAccount(t.Context(), identity.NewAccount{Realm: realm, Login: string(role), Name: "测试热线", Language: "en", By: identity.System(realm)})
		if err != nil {
			t.Fatal(err)
		}
		o.grant(account.ID, role, root, o.Works.ID)
		secret, _, err := o.identity.CreateToken(t.Context(), identity.NewToken{
			Name: "测试系统", Scopes: identity.Scopes(), Until: o.Now().AddDate(0, 1, 0), By: identity.Actor{Realm: realm, Account: account.ID, Proved: o.Now()},
		})
		if err != nil {
			t.Fatal(err)
		}
		program := o.nobody().with("Authorization", "Bearer "+secret)
		for _, r := range o.server.Routes() {
			if r.Access == apikit.Public || r.Access.Scope() == apikit.SignedIn {
				continue
			}
			path := strings.ReplaceAll(strings.TrimPrefix(r.Path, api.Prefix), "{id}", id)
			got := program.send(r.Method, path, map[string]string{http.MethodPost: `{}`}[r.Method])
			refused := got.status == http.StatusForbidden && strings.Contains(got.text, `"kit.not_yours"`)
			roles := r.Access.Roles()
			if admitted := len(roles) == 0 || slices.Contains(roles, role); refused == admitted {
				t.Errorf("%s %s is for %v; for %s it answers %d", r.Method, r.Path, roles, role, got.status)
			} else if !admitted {
				narrow++
			}
		}
	}
	if narrow == 0 {
		t.Error("nobody was refused")
	}
}

// Tokens are looked up, never believed: one that says itself who it is for, with
// or without a signature, opens nothing.
func TestATokenThatSpeaksForItselfIsRefused(t *testing.T) {
	o := open(t, dbtest.SQLite(t))
	o.person("desk", identity.Dispatcher, o.East.Town, "")
	enc := base64.RawURLEncoding
	for _, head := range []string{`{"alg":"none"}`, `{"alg":"None","typ":"JWT"}`, `{"alg":"HS256","typ":"JWT"}`} {
		jwt := enc.EncodeToString([]byte(head)) + "." + enc.EncodeToString([]byte(`{"sub":"desk","realm":"`+realm+`","role":"dispatcher","exp":4102444800}`)) + "."
		for _, token := range []string{jwt, jwt[:43], identity.TokenPrefix + jwt, identity.TokenPrefix + jwt[:43], jwt + enc.EncodeToString([]byte(phone))} {
			o.nobody().with("Authorization", "Bearer "+token).get("/matters").fails(http.StatusUnauthorized, "kit.sign_in_first")
		}
	}
}
