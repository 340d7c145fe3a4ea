// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package openidtest has an identity provider for tests, which can misbehave in
// every way that there is a rule against.
package openidtest

import (
	"crypto"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"maps"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"

	"pavilion/internal/base/clock"
	"pavilion/internal/platform/gateway"
	"pavilion/internal/platform/gateway/openid"
)

// ID and Secret are those of the one client that the provider knows.
const (
	ID     = "pavilion"
	Secret = "a secret of the tests"
)

// Signing is how an answer is signed.
type Signing int

// The ways to sign: the right one, and those that must not be believed.
const (
	Right               Signing = iota
	None                        // alg none, no signature
	PublicKeyAsPassword         // HS256 with the published key
	SecretAsPassword            // HS256 with the client's secret
	OwnKey                      // with a key that travels in the head
	Changed                     // the payload was changed after signing
	Nothing                     // no token at all
)

// Provider is one. Its exported fields are changed with Bend while it runs.
type Provider struct {
	Subject string
	Claims  map[string]any // put over the right ones; nil leaves one out
	About   map[string]any // put over what it publishes; nil leaves one out
	Sign    Signing
	Status  int           // what it answers with instead, if not zero
	Huge    bool          // it sends a mebibyte
	Quiet   bool          // it does not announce that it names itself, and does not
	Refuses bool          // people say no
	Away    string        // where its published address leads
	Hold    chan struct{} // it answers when this is closed

	mu       sync.Mutex
	server   *httptest.Server
	callback string
	key      *rsa.PrivateKey
	version  int
	sent     url.Values
	codes    map[string]url.Values
	keys     int
	abouts   int
}

// Start runs a provider until the test ends.
func Start(t testing.TB) *Provider {
	t.Helper()
	p := &Provider{
		Subject: "subject-1", Claims: map[string]any{}, About: map[string]any{}, codes: map[string]url.Values{},
		callback: "http://127.0.0.1/signin/callback",
	}
	p.key, p.version = first(), 1
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", p.about)
	mux.HandleFunc("GET /keys", p.published)
	mux.HandleFunc("GET /page", p.page)
	mux.HandleFunc("POST /token", p.token)
	p.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		status, huge, hold := p.Status, p.Huge, p.Hold
		p.mu.Unlock()
		if hold != nil {
			select {
			case <-hold:
			case <-r.Context().Done():
				return
			}
		}
		switch {
		case status != 0:
			w.WriteHeader(status)
		case huge:
			w.Header().Set("Content-Type", "application/json")
			w.Write([]byte(`{"filler":"` + strings.Repeat("x", 1<<20) + `"}`))
		default:
			mux.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(p.server.Close)
	return p
}

// first is the key that every provider begins with: making one takes long.
var first = sync.OnceValue(func() *rsa.PrivateKey {
	key, _ := rsa.GenerateKey(rand.Reader, 2048) // never fails
	return key
})

// Calls lets a client call the provider, which is on this machine.
func Calls() gateway.Calls {
	return gateway.Calls{Own: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}
}

// Site is the client as the provider knows it.
func (p *Provider) Site() openid.Site {
	return openid.Site{Issuer: p.server.URL, ID: ID, Secret: Secret, Callback: p.callback}
}

// Bend changes how the provider behaves.
func (p *Provider) Bend(how func(*Provider)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	how(p)
}

// Rotate gives the provider another key; the old one is published no longer.
func (p *Provider) Rotate(t testing.TB) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.key = key
	p.version++
}

// Sent is what a browser brought last.
func (p *Provider) Sent() url.Values {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.sent
}

// KeysAsked is how often the keys were asked for.
func (p *Provider) KeysAsked() int { p.mu.Lock(); defer p.mu.Unlock(); return p.keys }

// AboutAsked is how often it was asked what it publishes about itself.
func (p *Provider) AboutAsked() int { p.mu.Lock(); defer p.mu.Unlock(); return p.abouts }

// Visit opens the provider's page as a browser does, and returns what it is sent
// back with.
func (p *Provider) Visit(t testing.TB, address string) url.Values {
	t.Helper()
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	to, err := res.Location()
	if err != nil {
		t.Fatalf("the provider answers %d: %v", res.StatusCode, err)
	}
	return to.Query()
}

func over(right, bent map[string]any) map[string]any {
	out := maps.Clone(right)
	maps.Copy(out, bent)
	maps.DeleteFunc(out, func(_ string, v any) bool { return v == nil })
	return out
}

func answer(w http.ResponseWriter, status int, what any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(what)
}

func (p *Provider) about(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.abouts++
	if p.Away != "" {
		http.Redirect(w, r, p.Away, http.StatusFound)
		return
	}
	base := p.server.URL
	answer(w, http.StatusOK, over(map[string]any{
		"issuer": base, "authorization_endpoint": base + "/page", "token_endpoint": base + "/token", "jwks_uri": base + "/keys",
		"id_token_signing_alg_values_supported":          []string{"RS256", "HS256", "none"},
		"authorization_response_iss_parameter_supported": !p.Quiet,
	}, p.About))
}

func (p *Provider) published(w http.ResponseWriter, _ *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.keys++
	answer(w, http.StatusOK, map[string]any{"keys": []any{jwk(&p.key.PublicKey, p.version)}})
}

// jwk writes a public key as providers do.
func jwk(key *rsa.PublicKey, version int) map[string]any {
	return map[string]any{
		"kty": "RSA", "use": "sig", "alg": "RS256", "kid": strconv.Itoa(version),
		"n": enc(key.N.Bytes()), "e": enc(big.NewInt(int64(key.E)).Bytes()),
	}
}

func enc(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// page lets people in without asking, and sends them back with a code.
func (p *Provider) page(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sent = r.URL.Query()
	back := url.Values{"state": {p.sent.Get("state")}}
	if !p.Quiet {
		back.Set("iss", p.server.URL)
	}
	if p.Refuses {
		back.Set("error", "access_denied")
	} else {
		code := rand.Text()
		p.codes[code] = p.sent
		back.Set("code", code)
	}
	http.Redirect(w, r, p.sent.Get("redirect_uri")+"?"+back.Encode(), http.StatusFound)
}

// token takes a code once, with the verifier and the secret that belong to it.
func (p *Provider) token(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	id, secret, _ := r.BasicAuth()
	secret, _ = url.QueryUnescape(secret)
	asked, there := p.codes[r.PostFormValue("code")]
	delete(p.codes, r.PostFormValue("code"))
	sum := sha256.Sum256([]byte(r.PostFormValue("code_verifier")))
	switch {
	case id != ID || secret != Secret:
		answer(w, http.StatusUnauthorized, map[string]string{"error": "invalid_client"})
		return
	case !there || asked.Get("code_challenge") != enc(sum[:]) || asked.Get("redirect_uri") != r.PostFormValue("redirect_uri"):
		answer(w, http.StatusBadRequest, map[string]string{"error": "invalid_grant", "error_description": "eyJ words of strangers"})
		return
	}
	now := clock.System()
	claims := over(map[string]any{
		"iss": p.server.URL, "sub": p.Subject, "aud": ID, "nonce": asked.Get("nonce"), "acr": "silver", "amr": []string{"pwd", "otp"},
		"iat": now.Unix(), "exp": now.Unix() + 300, "auth_time": now.Unix(),
	}, p.Claims)
	out := map[string]any{"access_token": "unused", "token_type": "Bearer", "id_token": p.sign(claims)}
	if p.Sign == Nothing {
		delete(out, "id_token")
	}
	answer(w, http.StatusOK, out)
}

// sign makes a token, rightly or not.
func (p *Provider) sign(claims map[string]any) string {
	head := map[string]any{"alg": "RS256", "kid": strconv.Itoa(p.version), "typ": "JWT"}
	key := p.key
	switch p.Sign {
	case None:
		head["alg"] = "none"
	case PublicKeyAsPassword, SecretAsPassword:
		head["alg"] = "HS256"
	case OwnKey:
		key, _ = rsa.GenerateKey(rand.Reader, 2048)
		head["jwk"] = jwk(&key.PublicKey, p.version)
	}
	body := part(head) + "." + part(claims)
	sum := sha256.Sum256([]byte(body))
	var signature []byte
	switch p.Sign {
	case None:
	case PublicKeyAsPassword:
		der, _ := x509.MarshalPKIXPublicKey(&p.key.PublicKey)
		signature = keyed(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}), body)
	case SecretAsPassword:
		signature = keyed([]byte(Secret), body)
	case Changed:
		signature, _ = rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, sum[:])
		claims["sub"] = "subject-2"
		body = part(head) + "." + part(claims)
	default:
		signature, _ = rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, sum[:])
	}
	return body + "." + enc(signature)
}

func part(what map[string]any) string {
	text, _ := json.Marshal(what)
	return enc(text)
}

func keyed(key []byte, body string) []byte {
	sum := hmac.New(sha256.New, key)
	sum.Write([]byte(body))
	return sum.Sum(nil)
}
