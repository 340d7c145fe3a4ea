// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package api_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"pavilion/internal/core/identity"
	"pavilion/internal/edge/api"
	"pavilion/internal/edge/api/apikit"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/db/dbtest"
)

func TestNobodyGetsIn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		_, _, id := o.reported()
		for _, authorization := range []string{"", "Bearer", "Bearer ", "Bearer " + phone, "Bearer \x00\xff", "Basic eDp5", "Bearer " + strings.Repeat("A", 43)} {
			c := o.nobody().with("Authorization", authorization)
			n := 0
			for _, r := range o.server.Routes() {
				path := strings.ReplaceAll(strings.TrimPrefix(r.Path, api.Prefix), "{id}", id)
				body := map[string]string{http.MethodPost: `{"phone": "` + phone + `"}`}[r.Method]
				if r.Access != apikit.Public {
					n++
					got := c.send(r.Method, path, body).fails(http.StatusUnauthorized, "kit.sign_in_first")
					if got.header.Get("WWW-Authenticate") != "Bearer" {
						t.Errorf("%s %s does not say how to sign in", r.Method, r.Path)
					}
				} else if got := c.send(r.Method, path, body); got.status == http.StatusUnauthorized {
					t.Errorf("%s %s is public and answers 401", r.Method, r.Path)
				}
			}
			if n < 4 {
				t.Fatalf("only %d operations for those signed in", n)
			}
		}
	})
}

func TestBadReports(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		p := o.East.Middle()
		const malformed = "api.malformed"
		for _, tt := range []struct {
			name   string
			body   any
			code   string
			fields string
		}{
			{"no text", but(o.manhole(), "text", ""), "matter.text_required", "text"},
			{"no text at all", map[string]any{"lon": p.Lon, "lat": p.Lat}, malformed, "body"},
			{"100,000 characters", but(o.manhole(), "text", strings.Repeat("井", 100_000)), "form.too_long", "text"},
			{"control characters", but(o.manhole(), "text", phone+"\x00\x1b[31m"), "form.control_characters", "text"},
			{"a title of two lines", but(o.manhole(), "title", phone+"\nBcc: x"), "form.control_characters", "title"},
			{"a text turned around", but(o.manhole(), "text", phone+"\u202e"), "form.control_characters", "text"},
			{"two fields at fault", but(but(o.manhole(), "title", strings.Repeat("x", 61)), "address", "\a"), "form.too_long", "title address"},
			{"swapped", but(but(o.manhole(), "lon", p.Lat), "lat", p.Lon), "geo.swapped", "point"},
			{"in the sea", but(but(o.manhole(), "lon", 0), "lat", 0), "matter.outside", "point"},
			{"off the globe", but(o.manhole(), "lon", 1e300), "geo.out_of_range", "point"},
			{"half a point", but(o.manhole(), "lat", nil), "geo.not_a_number", "point"},
			{"a number as words", but(o.manhole(), "lon", "NaN"), malformed, "body.lon"},
			{"an unknown type", but(o.manhole(), "type", phone), "matter.type_unknown", "type"},
			{"an unknown area", map[string]any{"text": "井盖不见了", "area": phone}, "matter.area_unknown", "area"},
			{"an unknown field", but(o.manhole(), "x."+phone, phone), malformed, "body"},
			{"an unknown contact field", but(o.manhole(), "contact", map[string]string{phone: phone}), malformed, "body.contact"},
			{"a long phone", but(o.manhole(), "contact", map[string]string{"phone": phone + phone + phone}), malformed, "body.contact.phone"},
			{"a phone that rings", but(o.manhole(), "contact", map[string]string{"phone": phone + "\a"}), "form.control_characters", "contact.phone"},
			{"a phone that was shown masked", but(o.manhole(), "contact", map[string]string{"phone": "139****0000"}), "matter.contact_masked", "contact.phone"},
			{"a name that was shown masked", but(o.manhole(), "contact", map[string]string{"name": "测\uFF0A"}), "matter.contact_masked", "contact.name"},
			{"a list", []string{phone}, malformed, "body"},
		} {
			t.Run(tt.name, func(t *testing.T) {
				o.t = t
				got := o.nobody().post("/reports", tt.body).fails(http.StatusUnprocessableEntity, tt.code)
				if got.fields() != tt.fields {
					t.Errorf("fields %q, want %q", got.fields(), tt.fields)
				}
			})
		}
		if n, err := o.Count(t.Context(), realm); n != 0 || err != nil {
			t.Errorf("%d matters were kept, %v", n, err)
		}
	})
}

func TestWhatIsNotARequest(t *testing.T) {
	o := open(t, dbtest.SQLite(t))
	c := o.nobody()
	for _, tt := range []struct {
		name         string
		c            caller
		method, path string
		body         string
		status       int
	}{
		{"half of JSON", c, http.MethodPost, "/reports", `{"text": "` + phone, 400},
		{"NaN", c, http.MethodPost, "/reports", `{"text": "ab", "lon": NaN, "phone": ` + phone + `}`, 400},
		{"nothing", c, http.MethodPost, "/reports", "", 400},
		{"bytes that are no text", c, http.MethodPost, "/reports", "{\"text\": \"\xff\xfe" + phone + "\"}", 0},
		{"deep JSON", c, http.MethodPost, "/reports", strings.Repeat("[", 20_000) + phone, 400},
		{"too much", c, http.MethodPost, "/track", `{"number": "` + strings.Repeat(phone, 1<<17) + `"}`, 413},
		{"too much, photos thought of", c, http.MethodPost, "/reports", `{"text": "` + strings.Repeat(phone, 3<<20) + `"}`, 413},
		{"XML", c.with("Content-Type", "text/xml"), http.MethodPost, "/reports", "<a>" + phone + "</a>", 415},
		{"a key too long", c.with("Idempotency-Key", strings.Repeat(phone, 20)), http.MethodPost, "/reports", `{"text": "ab"}`, 422},
		{"a cursor made up", c, http.MethodGet, "/public-matters?cursor=" + phone, "", 422},
		{"a limit that is no number", c, http.MethodGet, "/public-matters?limit=x" + phone, "", 422},
		{"a limit too large", c, http.MethodGet, "/public-matters?limit=" + phone, "", 422},
		{"an area that is none", c, http.MethodGet, "/areas?below=" + phone, "", 404},
		{"no such path", c, http.MethodGet, "/" + phone, "", 404},
		{"no such method", c, http.MethodPut, "/reports", `"` + phone + `"`, 405},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.c.o.t = t
			got := tt.c.send(tt.method, tt.path, tt.body)
			if got.status != tt.status && tt.status != 0 {
				t.Errorf("status %d, want %d: %s", got.status, tt.status, got.text)
			}
			if strings.Contains(got.text, "unexpected") || strings.Contains(got.text, "invalid character") {
				t.Errorf("it says what the parser says: %s", got.text)
			}
		})
	}
}

func TestBytesThatAreNoTextAreNotKept(t *testing.T) {
	o := open(t, dbtest.SQLite(t))
	got := o.nobody().send(http.MethodPost, "/reports", "{\"text\": \"a manhole \xff\xfe\"}")
	if got.status >= 500 {
		t.Errorf("status %d: %s", got.status, got.text)
	}
}

func TestAWrongCodeSaysNoMoreThanAnUnknownNumber(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		number, _, _ := o.reported()
		wrong := o.nobody().post("/track", map[string]string{"number": number, "code": "ZZZZZZZZ"}).want(http.StatusNotFound)
		unknown := o.nobody().post("/track", map[string]string{"number": "20200101-0000000", "code": "ZZZZZZZZ"}).want(http.StatusNotFound)
		if wrong.text != unknown.text {
			t.Errorf("a wrong code: %s\nan unknown number: %s", wrong.text, unknown.text)
		}
		move := map[string]any{"number": number, "code": "ZZZZZZZZ", "revision": 1, "action": "answer"}
		if got := o.nobody().post("/track/moves", move).want(http.StatusNotFound); got.text != wrong.text {
			t.Errorf("a move with a wrong code: %s", got.text)
		}
	})
}

func TestLimits(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		number, code, _ := o.reported()
		proof := map[string]any{"number": number, "code": code}
		o.codes = false
		o.nobody().post("/track", proof).fails(http.StatusTooManyRequests, "matter.too_many_codes")
		o.nobody().post("/track/moves", map[string]any{"number": number, "code": code, "revision": 1, "action": "answer"}).
			fails(http.StatusTooManyRequests, "matter.too_many_codes")
		o.reports = false
		o.nobody().post("/reports", o.manhole()).fails(http.StatusTooManyRequests, "matter.too_many_reports")

		busy := o.person("desk", identity.Dispatcher, o.East.Town, "")
		o.tooMany = true
		if got := busy.get("/matters").fails(http.StatusTooManyRequests, "api.too_many"); got.header.Get("Retry-After") != "90" {
			t.Errorf("Retry-After of an account %q", got.header.Get("Retry-After"))
		}
		o.tooMany = false
		wrong := map[string]string{"login": "desk", "password": phone}
		for range 5 {
			o.nobody().post("/sessions", wrong).fails(http.StatusForbidden, "identity.wrong_login")
		}
		got := o.nobody().post("/sessions", wrong).fails(http.StatusTooManyRequests, "identity.too_many_attempts")
		if got.header.Get("Retry-After") != "2" {
			t.Errorf("Retry-After %q", got.header.Get("Retry-After"))
		}
		o.Time = o.Time.Add(3 * time.Second)
		o.nobody().post("/sessions", map[string]string{"login": "desk", "password": password}).want(http.StatusCreated)
	})
}

func TestProblemsInTheLanguageAskedFor(t *testing.T) {
	o := open(t, dbtest.SQLite(t))
	proof := map[string]string{"number": "20200101-0000000", "code": "ZZZZZZZZ"}
	english := o.nobody().post("/track", proof)
	chinese := o.nobody().with("Accept-Language", "zh-CN,zh;q=0.9,en;q=0.5").post("/track", proof)
	if english.str("code") != chinese.str("code") || english.str("detail") == chinese.str("detail") {
		t.Errorf("English %s, Chinese %s", english.text, chinese.text)
	}
	if !strings.Contains(chinese.str("detail"), "查询码") {
		t.Errorf("Chinese %s", chinese.text)
	}
	o.nobody().with("Accept-Language", "\x00;q=NaN,,,"+phone).post("/track", proof).want(http.StatusNotFound)
}
