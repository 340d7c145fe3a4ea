// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package api_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"pavilion/internal/core/identity"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/db/dbtest"
)

// A program that signs in for somebody with a second factor sends its code; half a
// session is no session here either.
func TestSigningInWithASecondFactor(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		o.person("desk", identity.Dispatcher, o.East.Town, "")
		entry, err := o.identity.SignIn(t.Context(), realm, "desk", password, identity.Client{IP: "192.0.2.9"})
		if err != nil {
			t.Fatal(err)
		}
		by, err := o.identity.Session(t.Context(), realm, entry.Token)
		if err != nil {
			t.Fatal(err)
		}
		offer, err := o.factors.Offer(realm, by.Account, "Test", "desk")
		if err != nil {
			t.Fatal(err)
		}
		code := func(later time.Duration) string {
			text, err := totp.GenerateCode(strings.ReplaceAll(offer.Secret, " ", ""), o.Now().Add(later))
			if err != nil {
				t.Fatal(err)
			}
			return text
		}
		if _, err := o.factors.Enrol(t.Context(), by, offer.Sealed, code(0)); err != nil {
			t.Fatal(err)
		}
		ask := map[string]string{"login": "desk", "password": password}
		o.nobody().post("/sessions", ask).fails(http.StatusForbidden, "factor.code_wanted")
		ask["code"] = "0000000"
		o.nobody().post("/sessions", ask).fails(http.StatusUnprocessableEntity, "factor.wrong_code")
		ask["code"] = code(30 * time.Second)
		token := o.nobody().post("/sessions", ask).want(http.StatusCreated).str("token")
		o.nobody().with("Authorization", "Bearer "+token).get("/matters").want(http.StatusOK)
		o.nobody().post("/sessions", ask).fails(http.StatusUnprocessableEntity, "factor.wrong_code")
		half, err := o.identity.SignIn(t.Context(), realm, "desk", password, identity.Client{IP: "192.0.2.9"})
		if err != nil || half.Step != identity.Code {
			t.Fatalf("%+v, %v", half, err)
		}
		o.nobody().with("Authorization", "Bearer "+half.Token).get("/matters").fails(http.StatusUnauthorized, "kit.sign_in_first")
	})
}
