// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package webaccount has the pages of somebody's own account: the second step of
// signing in, password, language, second factor and recovery codes, the sessions
// that are open, and the proof that it is still its owner who asks.
//
//	webaccount.go  what it is given, its routes
//	step.go        between password and session
//	account.go     the account, password, language, sessions
//	factor.go      setting up and removing the second factor
//	passkey.go     making, renaming and removing passkeys
//	passkey_use.go signing in with one, the second step, proof
//	prove.go       proving who one is
//	samples.go     one filled page of each kind, for tests
package webaccount

import (
	"encoding/base64"
	"html/template"
	"net/http"
	"net/netip"

	"github.com/skip2/go-qrcode"

	"pavilion/internal/base/fault"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/identity/factor"
	"pavilion/internal/core/identity/federation"
	"pavilion/internal/core/identity/passkey"
	"pavilion/internal/edge/web/webkit"
)

// Pages is what the pages take. All fields but Address and Proxies are required.
type Pages struct {
	Kit      *webkit.Kit
	Identity *identity.Service
	Factors  *factor.Service
	Houses   *federation.Service
	Passkeys *passkey.Service
	Realm    string
	Counts   func(*http.Request) (map[string]int, error) // the numbers beside the menu's entries
	Address  string                                      // where people reach the site
	Proxies  []netip.Prefix                              // whose word about the client's address is believed
}

// root is the address under which the account's pages lie.
const root = "/desk/account"

// maxForm bounds a sent form, in bytes.
const maxForm = 16 << 10

// qrSize is how wide the QR code of a secret is, in pixels.
const qrSize = 480

// Menu lists what the desk's menu offers.
func Menu() []webkit.MenuItem {
	return []webkit.MenuItem{{Href: root, Key: "account.title", Icon: "user", Group: webkit.OfOneself, Access: webkit.SignedIn}}
}

// Register adds the routes.
func (p *Pages) Register(ro *webkit.Router) {
	Samples(p.Kit)
	ro.Handle("GET /signin/code", webkit.Public, p.codeForm)
	ro.Handle("POST /signin/code", webkit.Public, p.code)
	ro.Handle("GET /signin/enrol", webkit.Public, p.enrolForm)
	ro.Handle("POST /signin/enrol", webkit.Public, p.enrol)
	ro.Handle("GET "+root, webkit.SignedIn, p.account)
	ro.Handle("POST "+root+"/language", webkit.SignedIn, p.setLanguage)
	ro.Handle("GET "+root+"/password", webkit.SignedIn, p.passwordForm)
	ro.Handle("POST "+root+"/password", webkit.SignedIn, p.changePassword)
	ro.Handle("POST "+root+"/sessions/end", webkit.SignedIn, p.endOthers)
	ro.Handle("POST "+root+"/sessions/{id}/end", webkit.SignedIn, p.endSession)
	ro.Handle("GET "+root+"/factor", webkit.SignedIn, p.factorForm)
	ro.Handle("POST "+root+"/factor", webkit.SignedIn, p.addFactor)
	ro.Handle("POST "+root+"/factor/remove", webkit.SignedIn, p.removeFactor)
	ro.Handle("POST "+root+"/factor/codes", webkit.SignedIn, p.newCodes)
	ro.Handle("GET /signin/passkey", webkit.Public, p.askSignIn)
	ro.Handle("POST /signin/passkey", webkit.Public, p.signIn)
	ro.Handle("GET /signin/code/passkey", webkit.Public, p.askStep)
	ro.Handle("POST /signin/code/passkey", webkit.Public, p.step)
	ro.Handle("GET /signin/enrol/passkey", webkit.Public, p.askEnrol)
	ro.Handle("POST /signin/enrol/passkey", webkit.Public, p.enrolPasskey)
	ro.Handle("GET /desk/prove/passkey", webkit.SignedIn, p.askProof)
	ro.Handle("POST /desk/prove/passkey", webkit.SignedIn, p.provePasskey)
	ro.Handle("GET "+root+"/passkeys/new", webkit.SignedIn, p.passkeyForm)
	ro.Handle("GET "+root+"/passkeys/question", webkit.SignedIn, p.askNew)
	ro.Handle("POST "+root+"/passkeys", webkit.SignedIn, p.addPasskey)
	ro.Handle("GET "+root+"/passkeys/{id}", webkit.SignedIn, p.passkeyPage)
	ro.Handle("POST "+root+"/passkeys/{id}", webkit.SignedIn, p.renamePasskey)
	ro.Handle("POST "+root+"/passkeys/{id}/remove", webkit.SignedIn, p.removePasskey)
	ro.Handle("GET /desk/prove", webkit.SignedIn, p.proveForm)
	ro.Handle("POST /desk/prove", webkit.SignedIn, p.prove)
}

// Setup is what the form of a new factor shows.
type Setup struct {
	Form   webkit.Form
	Post   string
	Next   string
	Secret string
	Sealed string
	QR     template.URL
}

// setup draws an offer.
func setup(f webkit.Form, o factor.Offer, post, next string) (Setup, error) {
	png, err := qrcode.Encode(o.URL, qrcode.Low, qrSize)
	return Setup{
		Form: f, Post: post, Next: next, Secret: o.Secret, Sealed: o.Sealed,
		QR: template.URL("data:image/png;base64," + base64.StdEncoding.EncodeToString(png)),
	}, err
}

// offer is the one that a form sent back, or a new one.
func (p *Pages) offer(r *http.Request, account, login string) (factor.Offer, error) {
	if sealed := r.PostFormValue("offer"); sealed != "" {
		if o, err := p.Factors.Again(p.Realm, account, sealed); err == nil {
			return o, nil
		}
	}
	return p.Factors.Offer(p.Realm, account, p.Kit.Site, login)
}

func (p *Pages) page(r *http.Request, titleKey string) (webkit.Page, error) {
	counts, err := p.Counts(r)
	return p.Kit.DeskPage(r, counts, titleKey), err
}

// private keeps a page with secrets out of every cache.
func private(w http.ResponseWriter) http.ResponseWriter {
	w.Header().Set("Cache-Control", "no-store")
	return w
}

// readForm reads a sent form within its bounds.
func readForm(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		return fault.New(fault.Invalid, "desk.form_unreadable").Because(err)
	}
	return nil
}

// correctable reports whether a failure is shown beside the form it came from.
func correctable(err error) bool {
	f, known := fault.As(err)
	if !known {
		return false
	}
	switch f.Key {
	case "identity.wrong_login", "identity.too_many_attempts", "identity.factor_wanted", "passkey.refused", "passkey.known", "passkey.many":
		return true
	}
	return f.Kind == fault.Invalid
}
