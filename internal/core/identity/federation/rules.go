// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package federation

import (
	"crypto/sha256"
	"encoding/base64"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/form"
)

// Bounds of what is written about a provider, and how many a realm has.
const (
	maxName      = 20
	maxIssuer    = 300
	maxClient    = 200
	maxSecret    = 500
	maxWords     = 10
	maxWord      = 100
	maxProviders = 8
)

// onItsWay is how long a sign-in may take at the provider. clocks is how far its
// clock may be behind ours.
const (
	onItsWay = 10 * time.Minute
	clocks   = time.Minute
)

// maxCode bounds what comes back in an address. Codes are short; some providers put
// a token into them.
const maxCode = 4096

// checkIssuer says why an address can be no issuer, or nil. It is compared letter by
// letter with what the provider says of itself.
func checkIssuer(issuer string) *fault.Error {
	bad := fault.New(fault.Invalid, "federation.bad_issuer").At("issuer")
	u, err := url.Parse(issuer)
	if err != nil || len(issuer) > maxIssuer || !printable(issuer) || u.Host == "" || u.User != nil ||
		strings.ContainsAny(issuer, "?#\\") {
		return bad
	}
	addr, err := netip.ParseAddr(u.Hostname())
	if u.Scheme != "https" && !(u.Scheme == "http" && err == nil && addr.IsLoopback()) {
		return bad
	}
	return nil
}

// checkName cleans what stands on the button.
func checkName(name string) (string, *fault.Error) {
	clean, err := form.CleanText(name, false)
	if n := utf8.RuneCountInString(clean); err != nil || n == 0 || n > maxName {
		return name, fault.New(fault.Invalid, "federation.bad_name").At("name")
	}
	return clean, nil
}

// checkClient says why something can be no client's id, or nil.
func checkClient(client string) *fault.Error {
	if client == "" || len(client) > maxClient || !printable(client) {
		return fault.New(fault.Invalid, "federation.bad_client").At("client")
	}
	return nil
}

// checkSecret says why something can be no client's secret, or nil; there may be none.
func checkSecret(secret string) *fault.Error {
	if len(secret) > maxSecret || !printable(strings.ReplaceAll(secret, " ", "")) {
		return fault.New(fault.Invalid, "federation.bad_secret").At("secret")
	}
	return nil
}

// wordsOf reads the words that stand for two factors.
func wordsOf(text string) ([]string, *fault.Error) {
	list := strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(",;，；、", r) })
	list = slices.Compact(slices.Sorted(slices.Values(list)))
	bad := func(word string) bool { return len(word) > maxWord || !printable(word) }
	if len(list) > maxWords || slices.ContainsFunc(list, bad) {
		return nil, fault.New(fault.Invalid, "federation.bad_strong").At("strong")
	}
	return list, nil
}

// printable reports whether a text is of visible ASCII characters.
func printable(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r >= 0x7f })
}

// trusts reports whether a provider has said in words that we trust that it has asked
// for two factors.
func trusts(strong []string, who Subject) bool {
	return slices.Contains(strong, who.Level) && who.Level != "" ||
		slices.ContainsFunc(who.Methods, func(m string) bool { return slices.Contains(strong, m) })
}

// question computes the secrets of a flow from what the browser holds of it. None
// tells of another, nor of the token.
func question(token string, afresh bool, levels []string) Question {
	part := func(use string) string {
		sum := sha256.Sum256([]byte("flow/" + use + "\x00" + token))
		return base64.RawURLEncoding.EncodeToString(sum[:])
	}
	return Question{State: part("state"), Nonce: part("nonce"), Verifier: part("verifier"), Afresh: afresh, Levels: levels}
}

// digest is what is kept of a flow's token.
func digest(token string) string {
	sum := sha256.Sum256([]byte("flow/digest\x00" + token))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// fresh reports whether somebody was asked by the provider after a flow began.
func fresh(who Subject, began time.Time) bool {
	return !who.Since.IsZero() && who.Since.After(began.Add(-clocks))
}
