// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package openid asks identity providers who somebody is: OpenID Connect, the
// authorization code flow with PKCE. It knows neither realms nor accounts, keeps
// nothing but what providers publish about themselves, and believes nothing that is
// not signed with a key that the provider publishes under its own address.
//
// The tokens of an answer are looked at and dropped: who somebody is, is all that is
// wanted of a provider.
package openid

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"pavilion/internal/base/clock"
	"pavilion/internal/base/fault"
	"pavilion/internal/platform/gateway"
)

// Client asks providers. It is safe for use by many at once.
type Client struct {
	http  *http.Client
	now   clock.Clock
	mu    sync.Mutex
	known map[string]*provider // by issuer
}

// New returns a client that calls as calls says.
func New(calls gateway.Calls, now clock.Clock) *Client {
	return &Client{http: calls.Client(), now: now, known: map[string]*provider{}}
}

// Site is this site as a provider knows it. Secret is empty where the provider gave
// none; Callback is where answers are sent.
type Site struct{ Issuer, ID, Secret, Callback string }

// Question is one sign-in that a provider is asked for. State, Nonce and Verifier
// are secrets of this sign-in; Afresh has the provider ask people for their password
// again; Levels are the classes (acr) that are wished for.
type Question struct {
	State, Nonce, Verifier string
	Afresh                 bool
	Levels                 []string
}

// Subject is whom a provider names. ID is never given to somebody else there. Level
// and Methods say how sure the provider is (acr, amr), Since when people last proved
// it; zero where it does not tell.
type Subject struct {
	ID      string
	Level   string
	Methods []string
	Since   time.Time
}

// The ways in which a provider's part fails.
var (
	errAddress = fault.New(fault.Invalid, "openid.address")
	errSilent  = fault.New(fault.Conflict, "openid.silent")
	errNone    = fault.New(fault.Invalid, "openid.no_provider")
	errIssuer  = fault.New(fault.Invalid, "openid.other_issuer")
	errCode    = fault.New(fault.Conflict, "openid.code_refused")
	errAnswer  = fault.New(fault.Denied, "openid.bad_answer")
)

// learnt is how long what a provider publishes about itself is relied on. Its keys
// are asked for anew whenever a token names one that is not known.
const learnt = time.Hour

// maxSubject is how long a subject is at most (OpenID Connect Core, 2).
const maxSubject = 255

// algorithms are those that an answer may be signed with. None of them can be
// computed from what a provider publishes, as HS256 can with a public key taken for
// a password, and "none" is not among them.
func algorithms() []string {
	return []string{oidc.RS256, oidc.RS384, oidc.RS512, oidc.PS256, oidc.PS384, oidc.PS512, oidc.ES256, oidc.ES384, oidc.ES512, oidc.EdDSA}
}

// provider is what one has published.
type provider struct {
	*oidc.Provider
	until time.Time
	names bool // says in every answer who it is (RFC 9207)
	post  bool // takes the secret in the form only
}

// Discover asks a provider what it publishes about itself. Its faults are about the
// issuer.
func (c *Client) Discover(ctx context.Context, issuer string) error {
	_, err := c.learn(ctx, issuer)
	return err
}

// provider returns what is known about one, and asks it where that is old.
func (c *Client) provider(ctx context.Context, issuer string) (*provider, error) {
	c.mu.Lock()
	p := c.known[issuer]
	c.mu.Unlock()
	if p != nil && c.now().Before(p.until) {
		return p, nil
	}
	return c.learn(ctx, issuer)
}

func (c *Client) learn(ctx context.Context, issuer string) (*provider, error) {
	found, err := oidc.NewProvider(oidc.ClientContext(ctx, c.http), issuer)
	if err != nil {
		return nil, unlearnt(err)
	}
	p := &provider{Provider: found, until: c.now().Add(learnt)}
	var more struct {
		Keys    string   `json:"jwks_uri"`
		Names   bool     `json:"authorization_response_iss_parameter_supported"`
		Secrets []string `json:"token_endpoint_auth_methods_supported"`
	}
	if err := found.Claims(&more); err != nil {
		return nil, errNone.Because(err)
	}
	if !page(found.Endpoint().AuthURL) || found.Endpoint().TokenURL == "" || more.Keys == "" {
		return nil, errNone
	}
	p.names = more.Names
	p.post = slices.Contains(more.Secrets, "client_secret_post") && !slices.Contains(more.Secrets, "client_secret_basic")
	c.mu.Lock()
	defer c.mu.Unlock()
	c.known[issuer] = p
	return p, nil
}

// page reports whether people's browsers may be sent to an address: by https, or to
// a provider on this machine.
func page(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return false
	}
	addr, err := netip.ParseAddr(u.Hostname())
	return u.Scheme == "https" || u.Scheme == "http" && err == nil && addr.IsLoopback()
}

// unlearnt says what was wrong with what a provider published. The words of
// strangers stay out of the log.
func unlearnt(err error) error {
	var other *oidc.IssuerMismatchError
	if errors.As(err, &other) {
		return errIssuer
	}
	if f := unreached(err); f != nil {
		return f
	}
	return errNone
}

// unreached says why there was no answer, or nil if there was one.
func unreached(err error) error {
	var failed *url.Error
	switch {
	case errors.Is(err, gateway.ErrAddress), errors.Is(err, gateway.ErrScheme), errors.Is(err, gateway.ErrRedirect):
		return errAddress.Because(err)
	case errors.Is(err, gateway.ErrLarge), errors.Is(err, context.DeadlineExceeded), errors.As(err, &failed) && failed.Op != "parse":
		return errSilent
	}
	return nil
}

func (p *provider) config(site Site) oauth2.Config {
	end := p.Endpoint()
	end.AuthStyle = oauth2.AuthStyleInHeader
	if p.post || site.Secret == "" {
		end.AuthStyle = oauth2.AuthStyleInParams
	}
	return oauth2.Config{
		ClientID: site.ID, ClientSecret: site.Secret, Endpoint: end, RedirectURL: site.Callback, Scopes: []string{oidc.ScopeOpenID},
	}
}

// Address returns where a browser is sent to be asked who it is.
func (c *Client) Address(ctx context.Context, site Site, q Question) (string, error) {
	p, err := c.provider(ctx, site.Issuer)
	if err != nil {
		return "", err
	}
	options := []oauth2.AuthCodeOption{oidc.Nonce(q.Nonce), oauth2.S256ChallengeOption(q.Verifier)}
	if q.Afresh {
		options = append(options, oauth2.SetAuthURLParam("prompt", "login"), oauth2.SetAuthURLParam("max_age", "0"))
	}
	if len(q.Levels) > 0 {
		options = append(options, oauth2.SetAuthURLParam("acr_values", strings.Join(q.Levels, " ")))
	}
	config := p.config(site)
	return config.AuthCodeURL(q.State, options...), nil
}

// From fails unless an answer that came through a browser may be from the site's
// provider: named is what it says of itself (RFC 9207), which must be so where it is
// said, and must be said by those that announce it.
func (c *Client) From(ctx context.Context, site Site, named string) error {
	p, err := c.provider(ctx, site.Issuer)
	if err != nil {
		return err
	}
	if named == "" && !p.names || named == site.Issuer {
		return nil
	}
	return errAnswer.Because(errors.New("another issuer, or none, is named"))
}

// Redeem asks the provider whom a code is about, and looks at the whole of its
// answer: signature, issuer, audience, authorized party, times, nonce.
func (c *Client) Redeem(ctx context.Context, site Site, q Question, code string) (Subject, error) {
	p, err := c.provider(ctx, site.Issuer)
	if err != nil {
		return Subject{}, err
	}
	ctx = oidc.ClientContext(ctx, c.http)
	config := p.config(site)
	tokens, err := config.Exchange(ctx, code, oauth2.VerifierOption(q.Verifier))
	if err != nil {
		return Subject{}, unredeemed(err)
	}
	raw, _ := tokens.Extra("id_token").(string)
	verifier := p.Verifier(&oidc.Config{ClientID: site.ID, SupportedSigningAlgs: algorithms(), Now: c.now})
	token, err := verifier.Verify(ctx, raw)
	if err != nil {
		return Subject{}, unbelieved(err)
	}
	return subject(token, site, q, c.now())
}

// unredeemed says why a code was not taken.
func unredeemed(err error) error {
	var answered *oauth2.RetrieveError
	if errors.As(err, &answered) {
		if answered.Response != nil && answered.Response.StatusCode >= http.StatusInternalServerError {
			return errSilent
		}
		return errCode.Because(errors.New(known(answered.ErrorCode)))
	}
	if f := unreached(err); f != nil {
		return f
	}
	return errAnswer
}

// known is an error's name where the standard has it, for the log; the words of
// strangers stay out of it.
func known(code string) string {
	if slices.Contains([]string{"invalid_request", "invalid_client", "invalid_grant", "unauthorized_client", "unsupported_grant_type", "invalid_scope"}, code) {
		return code
	}
	return "an unknown error"
}

// unbelieved says why a token is not believed. What it holds stays out of the log.
func unbelieved(err error) error {
	var late *oidc.TokenExpiredError
	if errors.As(err, &late) {
		return errAnswer.Because(errors.New("the token has expired"))
	}
	if f := unreached(err); f != nil {
		return f
	}
	return errAnswer.Because(errors.New("signature, issuer or audience is wrong"))
}

// skew is how far a provider's clock may be ahead of ours.
const skew = 5 * time.Minute

// subject reads whom a token names, once its signature was found to be right.
func subject(token *oidc.IDToken, site Site, q Question, now time.Time) (Subject, error) {
	var says struct {
		For     string          `json:"azp"`
		Level   string          `json:"acr"`
		Methods json.RawMessage `json:"amr"`
		Since   int64           `json:"auth_time"`
	}
	err := token.Claims(&says)
	s := Subject{ID: token.Subject, Level: says.Level, Methods: words(says.Methods)}
	if says.Since > 0 {
		s.Since = time.Unix(says.Since, 0).UTC()
	}
	odd := ""
	switch {
	case err != nil:
		odd = "claims cannot be read"
	case subtle.ConstantTimeCompare([]byte(token.Nonce), []byte(q.Nonce)) != 1:
		odd = "another nonce"
	case says.For != "" && says.For != site.ID, says.For == "" && len(token.Audience) > 1:
		odd = "made for another client"
	case s.ID == "" || len(s.ID) > maxSubject:
		odd = "no subject"
	case token.IssuedAt.After(now.Add(skew)):
		odd = "made in the future"
	}
	if odd != "" {
		return Subject{}, errAnswer.Because(errors.New(odd))
	}
	return s, nil
}

// words reads a list of words; some providers send one word instead.
func words(raw json.RawMessage) []string {
	var list []string
	if json.Unmarshal(raw, &list) == nil {
		return list
	}
	var one string
	if json.Unmarshal(raw, &one) == nil && one != "" {
		return []string{one}
	}
	return nil
}
