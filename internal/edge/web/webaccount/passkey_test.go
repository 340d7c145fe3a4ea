// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webaccount_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"pavilion/internal/platform/db"
	"pavilion/internal/platform/db/dbtest"
)

// Whoever sends a request writes its Host header: only the configured address and
// the machine itself are believed.
func TestPasskeysAreAskedForAtTheSitesOwnAddressOnly(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		for _, tt := range []struct {
			address, host string
			status        int
			site          string
		}{
			{"https://town.example", "town.example", http.StatusOK, "town.example"},
			{"https://town.example", "evil.example", http.StatusOK, "town.example"},
			{"", "evil.example", http.StatusConflict, ""},
			{"", "localhost.evil.example:80", http.StatusConflict, ""},
			{"", "127.0.0.1:8080", http.StatusConflict, ""},
			{"", "localhost:8080", http.StatusOK, "localhost"},
		} {
			o.pages.Address = tt.address
			r := httptest.NewRequest("GET", "/signin/passkey", nil)
			r.Host = tt.host
			w := httptest.NewRecorder()
			o.site.ServeHTTP(w, r)
			var asked struct {
				Options struct {
					RPID             string `json:"rpId"`
					UserVerification string
					Challenge        string
				}
				Sealed string
			}
			if w.Code != tt.status {
				t.Errorf("%q at %q answers %d", tt.address, tt.host, w.Code)
			}
			if w.Code != http.StatusOK {
				continue
			}
			if err := json.Unmarshal(w.Body.Bytes(), &asked); err != nil || asked.Options.RPID != tt.site || asked.Options.UserVerification != "required" ||
				len(asked.Options.Challenge) != 43 || strings.Contains(asked.Sealed, asked.Options.Challenge) || w.Header().Get("Cache-Control") != "no-store" {
				t.Errorf("%q at %q asks %+v, %v", tt.address, tt.host, asked, err)
			}
		}
	})
}

// What is no answer opens nothing, and is said beside the form it came from.
func TestWhatIsNoAnswerOpensNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		o.pages.Address = "https://town.example"
		_, session := o.enrol()
		half := o.signIn().Token
		question := func(path, cookie, token string) string {
			_, body := o.ask("GET", path, cookie, token, nil)
			var asked struct{ Sealed string }
			if err := json.Unmarshal([]byte(body), &asked); err != nil {
				t.Fatalf("%s asks %.100s", path, body)
			}
			return asked.Sealed
		}
		enter, add := question("/signin/passkey", "pv_half", ""), question("/desk/account/passkeys/question", "pv_session", session)
		for _, tt := range []struct {
			path, cookie, token string
			form                url.Values
			want                int
		}{
			{"/signin/passkey", "pv_half", "", nil, http.StatusUnprocessableEntity},
			{"/signin/passkey", "pv_half", "", url.Values{"sealed": {"1.rubbish"}, "answer": {"{}"}}, http.StatusUnprocessableEntity},
			{"/signin/passkey", "pv_half", "", url.Values{"sealed": {enter}, "answer": {"<b>\x00"}}, http.StatusForbidden},
			{"/signin/passkey", "pv_half", "", url.Values{"sealed": {enter}, "answer": {strings.Repeat("[", 4000)}}, http.StatusForbidden},
			{"/signin/passkey", "pv_half", "", url.Values{"answer": {strings.Repeat("x", 1<<20)}}, http.StatusUnprocessableEntity},
			{"/signin/passkey", "pv_half", "", url.Values{"sealed": {add}, "answer": {"{}"}}, http.StatusUnprocessableEntity},
			{"/signin/code/passkey", "pv_half", half, url.Values{"sealed": {enter}, "answer": {"{}"}}, http.StatusUnprocessableEntity},
			{"/signin/code/passkey", "pv_half", "invented", nil, http.StatusSeeOther},
			{"/desk/prove/passkey", "pv_session", session, url.Values{"sealed": {enter}, "answer": {"{}"}}, http.StatusUnprocessableEntity},
			{"/desk/account/passkeys", "pv_session", session, url.Values{"sealed": {add}, "answer": {"{}"}, "name": {"<i>Test</i>"}}, http.StatusForbidden},
			{"/desk/account/passkeys", "pv_session", session, url.Values{"sealed": {add}, "answer": {"{}"}, "name": {strings.Repeat("x", 41)}}, http.StatusUnprocessableEntity},
			{"/desk/account/passkeys/nothing", "pv_session", session, url.Values{"name": {"Test"}}, http.StatusNotFound},
			{"/desk/account/passkeys/nothing/remove", "pv_session", session, nil, http.StatusNotFound},
		} {
			res, page := o.ask("POST", tt.path, tt.cookie, tt.token, tt.form)
			if res.StatusCode != tt.want || given(res, "pv_session") != "" {
				t.Errorf("%s with %.60v answers %d with the session %q, want %d", tt.path, tt.form, res.StatusCode, given(res, "pv_session"), tt.want)
			}
			if strings.Contains(page, "<i>Test") {
				t.Errorf("%s shows markup", tt.path)
			}
		}
		if _, page := o.ask("POST", "/desk/account/passkeys", "pv_session", session, url.Values{"name": {"My stick"}}); !strings.Contains(page, `value="My stick"`) {
			t.Error("what was typed is gone")
		}
		if res, _ := o.ask("GET", "/signin/code/passkey", "pv_half", half, nil); res.StatusCode != http.StatusConflict {
			t.Errorf("who has none is asked for one: %d", res.StatusCode)
		}
	})
}
