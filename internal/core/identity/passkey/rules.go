// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package passkey

import (
	"net/netip"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/form"
)

const (
	ceremony   = 5 * time.Minute // from the question to the answer
	most       = 10              // passkeys of one account
	maxName    = 40              // characters
	maxAnswer  = 16 << 10        // bytes of what a browser answers
	handleSize = 32              // bytes of what an account is called in devices
	local      = "localhost"     // the one host that needs no encryption
)

// Site is what passkeys are made for. ID is its host, Origin what a browser calls
// its pages' home, Name what the device shows.
type Site struct{ ID, Origin, Name string }

// SiteOf returns the site of a configured address or, where there is none, of a
// request to localhost. No other host is believed of a request: it says what its
// sender likes. Ok is false where browsers have no passkeys: at addresses in
// numbers, and without encryption.
func SiteOf(public, host string) (s Site, ok bool) {
	if public == "" {
		public = "http://" + host
		if u, err := url.Parse(public); err != nil || !strings.EqualFold(u.Hostname(), local) {
			return Site{}, false
		}
	}
	u, err := url.Parse(public)
	if err != nil || u.Hostname() == "" {
		return Site{}, false
	}
	id := strings.ToLower(u.Hostname())
	if _, err := netip.ParseAddr(id); err == nil {
		return Site{}, false
	}
	if u.Scheme != "https" && (u.Scheme != "http" || id != local) {
		return Site{}, false
	}
	at := id
	if port := u.Port(); port != "" && port != map[string]string{"https": "443", "http": "80"}[u.Scheme] {
		at += ":" + port
	}
	return Site{ID: id, Origin: u.Scheme + "://" + at}, true
}

// checkName returns a passkey's name as it is kept.
func checkName(text string) (string, error) {
	name, err := form.CleanText(text, false)
	if err != nil || name == "" || utf8.RuneCountInString(name) > maxName {
		return "", fault.New(fault.Invalid, "passkey.bad_name").At("name")
	}
	return name, nil
}
