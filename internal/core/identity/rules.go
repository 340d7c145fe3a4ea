// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package identity

import (
	_ "embed"
	"net/netip"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"pavilion/internal/base/fault"
)

// Limits of what people choose. Long passwords are worth more than odd
// characters; the upper bounds keep the work for a request small.
const (
	minPassword = 10
	maxPassword = 200
	minLogin    = 2
	maxLogin    = 64
	maxName     = 60
	maxMail     = 254
	maxLanguage = 20
)

// How long things last.
const (
	idle     = 12 * time.Hour     // a session that is not used
	absolute = 7 * 24 * time.Hour // any session
	seen     = 5 * time.Minute    // between two notes that a session is used
	inviting = 24 * time.Hour     // an invitation
)

// How long what is lent lasts at most, and how long broken glass.
const (
	longestLoan      = 92 * 24 * time.Hour
	longestEmergency = 72 * time.Hour
	glassLasts       = time.Hour
	minReason        = 4
	maxReason        = 200
)

// Throttling of a login from one network.
const (
	freeFailures = 5
	firstWait    = 2 * time.Second
	longestWait  = 15 * time.Minute
	forgotten    = 24 * time.Hour // after the last failure
)

// worst holds passwords that are guessed first, one a line.
//
//go:embed worst.txt
var worst string

// fold brings a login to the form in which it is kept and looked for.
func fold(login string) string {
	return strings.ToLower(norm.NFKC.String(strings.TrimSpace(login)))
}

// checkLogin says what is wrong with a folded login, or nil.
func checkLogin(login string) *fault.Error {
	n := utf8.RuneCountInString(login)
	odd := func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("._-@", r)
	}
	if n < minLogin || n > maxLogin || !utf8.ValidString(login) || strings.ContainsFunc(login, odd) {
		return fault.New(fault.Invalid, "identity.bad_login").At("login")
	}
	return nil
}

// checkLine says whether text is one to most runes in one line, without
// characters that do not show.
func checkLine(text, field, key string, most int) *fault.Error {
	n := utf8.RuneCountInString(text)
	hidden := func(r rune) bool { return unicode.Is(unicode.C, r) }
	if n == 0 || n > most || !utf8.ValidString(text) || strings.ContainsFunc(text, hidden) {
		return fault.New(fault.Invalid, key).At(field)
	}
	return nil
}

// checkMail says whether an address could be one; empty is allowed. Whether it
// works is found out by writing to it.
func checkMail(mail string) *fault.Error {
	if mail == "" {
		return nil
	}
	name, host, ok := strings.Cut(mail, "@")
	if !ok || name == "" || !strings.Contains(host, ".") || strings.ContainsAny(mail, " ,;<>\"") {
		return fault.New(fault.Invalid, "identity.bad_mail").At("mail")
	}
	return checkLine(mail, "mail", "identity.bad_mail", maxMail)
}

// checkPassword says why a password may not be chosen for a login, or nil.
func checkPassword(password, login string) *fault.Error {
	refused := func(key string) *fault.Error { return fault.New(fault.Invalid, key).At("password") }
	password = normal(password)
	n := utf8.RuneCountInString(password)
	lower := strings.ToLower(password)
	switch {
	case !utf8.ValidString(password):
		return refused("identity.password_broken")
	case n < minPassword:
		return refused("identity.password_short")
	case n > maxPassword:
		return refused("identity.password_long")
	case fold(password) == fold(login):
		return refused("identity.password_is_login")
	case fewRunes(password) || slices.Contains(strings.Fields(worst), lower):
		return refused("identity.password_common")
	}
	return nil
}

// normal makes a password the same however the keyboard composed it.
func normal(password string) string { return norm.NFC.String(password) }

// fewRunes reports whether text repeats three characters or fewer.
func fewRunes(text string) bool {
	different := map[rune]bool{}
	for _, r := range text {
		different[r] = true
	}
	return len(different) <= 3
}

// checkGrant says why a grant may not be given, or nil.
func checkGrant(g Grant) *fault.Error {
	bad := func(field string) *fault.Error {
		return fault.New(fault.Invalid, "identity.bad_grant").At(field)
	}
	switch {
	case !slices.Contains(Roles(), g.Role):
		return bad("role")
	case g.Area == "" || g.Lo < 0 || g.Lo >= g.Hi:
		return bad("area")
	case g.Role == Handler && g.Body == "":
		return bad("body")
	case !g.Until.IsZero() && !g.From.Before(g.Until):
		return bad("until")
	}
	return nil
}

// Powers are the three that are kept apart: one runs the system, one gives
// rights, one looks at what both did (GB/T 22239-2019, level 3).
func Powers() []Role { return []Role{Administrator, Security, Auditor} }

// power reports whether the grant is one of the three powers.
func (g Grant) power() bool { return slices.Contains(Powers(), g.Role) }

// Lendable reports whether the grant is one that its holder may lend: the powers
// are not, nor what was given for a time.
func (g Grant) Lendable() bool { return !g.power() && g.Basis == Appointed }

// apart says why g may not stand beside what the account has, or nil: nobody
// holds two of the three powers, and an auditor nothing that could be audited.
// Glass that an administrator breaks is told to the auditors and ends by itself.
func apart(there []Grant, g Grant) *fault.Error {
	for _, t := range there {
		switch {
		case t.power() && g.power() && t.Role != g.Role:
			return fault.New(fault.Conflict, "identity.powers_apart").At("role")
		case (t.Role == Auditor) != (g.Role == Auditor):
			return fault.New(fault.Conflict, "identity.auditor_alone").At("role")
		}
	}
	return nil
}

// checkLoan says why nothing may be lent so, or nil.
func checkLoan(c Loan, now time.Time, longest time.Duration) error {
	var until, to *fault.Error
	if !c.Until.After(now) || c.Until.After(now.Add(longest)) {
		until = fault.New(fault.Invalid, "identity.loan_until").At("until")
	}
	if c.To == "" || c.To == c.By.Account {
		to = fault.New(fault.Invalid, "identity.loan_to").At("to")
	}
	return joined([]*fault.Error{to, until, checkReason(c.Reason)})
}

// checkReason says whether a reason says something, in one line.
func checkReason(reason string) *fault.Error {
	if utf8.RuneCountInString(strings.TrimSpace(reason)) < minReason {
		return fault.New(fault.Invalid, "identity.reason").At("reason")
	}
	return checkLine(reason, "reason", "identity.reason", maxReason)
}

// network is the part of an address, or of a network, that one person is likely
// to keep: /24 of IPv4, /64 of IPv6.
func network(ip string) string {
	addr, err := netip.ParseAddr(ip)
	if p, wide := netip.ParsePrefix(ip); wide == nil {
		addr, err = p.Addr(), nil
	}
	if err != nil {
		return "unknown"
	}
	addr = addr.Unmap().WithZone("")
	bits := 64
	if addr.Is4() {
		bits = 24
	}
	return netip.PrefixFrom(addr, bits).Masked().String()
}

// attempts are the failed sign-ins with one login from one network.
type attempts struct {
	failures int
	last     time.Time
}

// wait is how long after the last failure the next attempt may be made.
func (a attempts) wait() time.Duration {
	if a.failures < freeFailures {
		return 0
	}
	doublings := min(a.failures-freeFailures, 20)
	return min(firstWait<<doublings, longestWait)
}

// attempt counts one more attempt as failed, until it is known to be right, or
// says how long it has to wait.
func (a attempts) attempt(now time.Time) (next attempts, wait time.Duration) {
	if now.Sub(a.last) >= forgotten {
		a.failures = 0
	}
	if wait = a.last.Add(a.wait()).Sub(now); wait > 0 && a.failures >= freeFailures {
		return a, wait
	}
	return attempts{failures: a.failures + 1, last: now}, 0
}

// alive reports whether a session still counts.
func (s session) alive(now time.Time) bool {
	return now.Before(s.expires) && now.Sub(s.seen) < idle
}
