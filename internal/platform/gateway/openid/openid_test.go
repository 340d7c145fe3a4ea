// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package openid_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"pavilion/internal/base/clock"
	"pavilion/internal/base/fault"
	"pavilion/internal/platform/gateway"
	"pavilion/internal/platform/gateway/openid"
	"pavilion/internal/platform/gateway/openid/openidtest"
)

// question is what the tests ask with.
var question = openid.Question{State: "state", Nonce: "nonce", Verifier: strings.Repeat("v", 43)}

// asked begins a sign-in at a provider and returns what came back to the browser.
func asked(t *testing.T, p *openidtest.Provider, c *openid.Client, q openid.Question) url.Values {
	t.Helper()
	to, err := c.Address(t.Context(), p.Site(), q)
	if err != nil {
		t.Fatal(err)
	}
	return p.Visit(t, to)
}

// key is the fault's key, or nothing.
func key(err error) string {
	f, ok := fault.As(err)
	switch {
	case ok:
		return f.Key
	case err != nil:
		return err.Error()
	}
	return ""
}

func TestAProviderSaysWhoItIs(t *testing.T) {
	p := openidtest.Start(t)
	c := openid.New(openidtest.Calls(), clock.System)
	q := question
	q.Levels = []string{"gold", "silver"}
	back := asked(t, p, c, q)
	if sent := p.Sent(); sent.Get("code_challenge_method") != "S256" || sent.Get("acr_values") != "gold silver" || sent.Get("prompt") != "" ||
		sent.Get("scope") != "openid" || sent.Get("response_type") != "code" || sent.Get("redirect_uri") != p.Site().Callback {
		t.Errorf("the provider is sent %v", sent)
	}
	if back.Get("state") != "state" {
		t.Errorf("the answer is %v", back)
	}
	who, err := c.Redeem(t.Context(), p.Site(), q, back.Get("code"))
	if err != nil || who.ID != "subject-1" || who.Level != "silver" || strings.Join(who.Methods, " ") != "pwd otp" || who.Since.IsZero() {
		t.Errorf("it names %+v, %v", who, err)
	}
	q.Afresh = true
	asked(t, p, c, q)
	if sent := p.Sent(); sent.Get("prompt") != "login" || sent.Get("max_age") != "0" {
		t.Errorf("afresh the provider is sent %v", sent)
	}
}

// TestWhatIsNotBelieved has a provider that misbehaves in one way at a time.
func TestWhatIsNotBelieved(t *testing.T) {
	for _, tt := range []struct {
		what string
		bend func(*openidtest.Provider)
		want string
	}{
		{"nothing is wrong", func(*openidtest.Provider) {}, ""},
		{"another nonce", func(p *openidtest.Provider) { p.Claims["nonce"] = "other" }, "openid.bad_answer"},
		{"no nonce", func(p *openidtest.Provider) { p.Claims["nonce"] = nil }, "openid.bad_answer"},
		{"another issuer", func(p *openidtest.Provider) { p.Claims["iss"] = "https://evil.example" }, "openid.bad_answer"},
		{"another audience", func(p *openidtest.Provider) { p.Claims["aud"] = "another-client" }, "openid.bad_answer"},
		{"several audiences and no party", func(p *openidtest.Provider) { p.Claims["aud"] = []string{openidtest.ID, "another"} }, "openid.bad_answer"},
		{"several audiences and this site", func(p *openidtest.Provider) {
			p.Claims["aud"], p.Claims["azp"] = []string{openidtest.ID, "another"}, openidtest.ID
		}, ""},
		{"another authorized party", func(p *openidtest.Provider) { p.Claims["azp"] = "another" }, "openid.bad_answer"},
		{"no subject", func(p *openidtest.Provider) { p.Claims["sub"] = nil }, "openid.bad_answer"},
		{"an endless subject", func(p *openidtest.Provider) { p.Claims["sub"] = strings.Repeat("x", 256) }, "openid.bad_answer"},
		{"it has expired", func(p *openidtest.Provider) { p.Claims["exp"] = time.Now().Add(-time.Minute).Unix() }, "openid.bad_answer"},
		{"it has no end", func(p *openidtest.Provider) { p.Claims["exp"] = nil }, "openid.bad_answer"},
		{"it counts from tomorrow on", func(p *openidtest.Provider) { p.Claims["nbf"] = time.Now().Add(24 * time.Hour).Unix() }, "openid.bad_answer"},
		{"it was made tomorrow", func(p *openidtest.Provider) { p.Claims["iat"] = time.Now().Add(24 * time.Hour).Unix() }, "openid.bad_answer"},
		{"alg none", func(p *openidtest.Provider) { p.Sign = openidtest.None }, "openid.bad_answer"},
		{"HS256 with the public key", func(p *openidtest.Provider) { p.Sign = openidtest.PublicKeyAsPassword }, "openid.bad_answer"},
		{"HS256 with the client's secret", func(p *openidtest.Provider) { p.Sign = openidtest.SecretAsPassword }, "openid.bad_answer"},
		{"a key of its own in the head", func(p *openidtest.Provider) { p.Sign = openidtest.OwnKey }, "openid.bad_answer"},
		{"a changed payload", func(p *openidtest.Provider) { p.Sign = openidtest.Changed }, "openid.bad_answer"},
		{"no token", func(p *openidtest.Provider) { p.Sign = openidtest.Nothing }, "openid.bad_answer"},
		{"one word for its methods", func(p *openidtest.Provider) { p.Claims["amr"] = "mfa" }, ""},
		{"it is down", func(p *openidtest.Provider) { p.Status = 503 }, "openid.silent"},
		{"it sends a huge answer", func(p *openidtest.Provider) { p.Huge = true }, "openid.bad_answer"},
	} {
		t.Run(tt.what, func(t *testing.T) {
			p := openidtest.Start(t)
			c := openid.New(openidtest.Calls(), clock.System)
			code := asked(t, p, c, question).Get("code")
			p.Bend(tt.bend)
			who, err := c.Redeem(t.Context(), p.Site(), question, code)
			if key(err) != tt.want || err != nil && who.ID != "" {
				t.Errorf("ends in %q (%v) with %q", key(err), err, who.ID)
			}
			if err != nil && (strings.Contains(err.Error(), "eyJ") || strings.Contains(err.Error(), openidtest.Secret)) {
				t.Errorf("the log would hold a secret: %v", err)
			}
		})
	}
}

func TestACodeIsGoodForItsSignInOnly(t *testing.T) {
	p := openidtest.Start(t)
	c := openid.New(openidtest.Calls(), clock.System)
	code := asked(t, p, c, question).Get("code")
	other := question
	other.Verifier = strings.Repeat("w", 43)
	if _, err := c.Redeem(t.Context(), p.Site(), other, code); key(err) != "openid.code_refused" {
		t.Errorf("with another verifier: %v", err)
	}
	code = asked(t, p, c, question).Get("code")
	if _, err := c.Redeem(t.Context(), p.Site(), question, code); err != nil {
		t.Error(err)
	}
	if _, err := c.Redeem(t.Context(), p.Site(), question, code); key(err) != "openid.code_refused" {
		t.Errorf("a second time: %v", err)
	}
	wrong := p.Site()
	wrong.Secret = "wrong"
	code = asked(t, p, c, question).Get("code")
	if _, err := c.Redeem(t.Context(), wrong, question, code); key(err) != "openid.code_refused" {
		t.Errorf("with a wrong secret: %v", err)
	}
}

func TestANewKeyIsFetched(t *testing.T) {
	p := openidtest.Start(t)
	c := openid.New(openidtest.Calls(), clock.System)
	for range 3 {
		code := asked(t, p, c, question).Get("code")
		if _, err := c.Redeem(t.Context(), p.Site(), question, code); err != nil {
			t.Fatal(err)
		}
		p.Rotate(t)
	}
	if n := p.KeysAsked(); n != 3 {
		t.Errorf("keys were asked for %d times", n)
	}
}

// TestTheProviderThatAnswersIsTheOneAsked is RFC 9207 against mixed-up providers.
func TestTheProviderThatAnswersIsTheOneAsked(t *testing.T) {
	p := openidtest.Start(t)
	c := openid.New(openidtest.Calls(), clock.System)
	ours := p.Site().Issuer
	for named, want := range map[string]string{ours: "", "": "openid.bad_answer", ours + "/": "openid.bad_answer", "https://evil.example": "openid.bad_answer"} {
		if err := c.From(t.Context(), p.Site(), named); key(err) != want {
			t.Errorf("named %q: %v", named, err)
		}
	}
	quiet := openidtest.Start(t)
	quiet.Bend(func(p *openidtest.Provider) { p.Quiet = true })
	for named, want := range map[string]string{quiet.Site().Issuer: "", "": "", ours: "openid.bad_answer"} {
		if err := c.From(t.Context(), quiet.Site(), named); key(err) != want {
			t.Errorf("one that does not announce it, named %q: %v", named, err)
		}
	}
}

func TestWhatIsNoProvider(t *testing.T) {
	for _, tt := range []struct {
		what string
		bend func(*openidtest.Provider)
		want string
	}{
		{"one that is", func(*openidtest.Provider) {}, ""},
		{"one that says it is another", func(p *openidtest.Provider) { p.About["issuer"] = "https://evil.example" }, "openid.other_issuer"},
		{"one without keys", func(p *openidtest.Provider) { p.About["jwks_uri"] = nil }, "openid.no_provider"},
		{"one without a page", func(p *openidtest.Provider) { p.About["authorization_endpoint"] = nil }, "openid.no_provider"},
		{"one whose page is a script", func(p *openidtest.Provider) { p.About["authorization_endpoint"] = "javascript:alert(1)" }, "openid.no_provider"},
		{"one whose page is not encrypted", func(p *openidtest.Provider) { p.About["authorization_endpoint"] = "http://evil.example/" }, "openid.no_provider"},
		{"one that is down", func(p *openidtest.Provider) { p.Status = 503 }, "openid.no_provider"},
		{"one that sends a huge answer", func(p *openidtest.Provider) { p.Huge = true }, "openid.no_provider"},
		{"one that leads elsewhere", func(p *openidtest.Provider) { p.Away = "https://evil.example/" }, "openid.address"},
	} {
		p := openidtest.Start(t)
		p.Bend(tt.bend)
		err := openid.New(openidtest.Calls(), clock.System).Discover(t.Context(), p.Site().Issuer)
		if key(err) != tt.want {
			t.Errorf("%s: %v, want %q", tt.what, err, tt.want)
		}
	}
	outside := openid.New(gateway.Calls{}, clock.System)
	for issuer, want := range map[string]string{
		openidtest.Start(t).Site().Issuer: "openid.address", "https://127.0.0.1:1": "openid.address", "https://169.254.169.254": "openid.address",
		"https://no-such-name.invalid": "openid.silent", "ftp://example.org": "openid.address", "https://": "openid.silent", "::": "openid.no_provider",
	} {
		if err := outside.Discover(t.Context(), issuer); key(err) != want {
			t.Errorf("%s: %v, want %q", issuer, err, want)
		}
	}
}

func TestWhatIsPublishedIsAskedForEachHour(t *testing.T) {
	p := openidtest.Start(t)
	at := time.Now()
	c := openid.New(openidtest.Calls(), func() time.Time { return at })
	for range 3 {
		asked(t, p, c, question)
	}
	at = at.Add(time.Hour)
	asked(t, p, c, question)
	if n := p.AboutAsked(); n != 2 {
		t.Errorf("it was asked %d times", n)
	}
}
