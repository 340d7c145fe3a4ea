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
	halfway  = 5 * time.Minute    // half a session

	proofLasts = 10 * time.Minute // a proof that it is still the owner
)

// Throttling. A login from one network has few attempts free; all networks on a
// login, and all logins from a network, have more, and get one back from time to
// time. These two do not bind a login from where it was signed in with lately.
const (
	freeFailures = 5
	freeOnLogin  = 50
	freeOnNet    = 100
	leak         = 5 * time.Minute // until one failure of the two is forgiven
	knownFor     = 90 * 24 * time.Hour
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

// network is the part of an address that one person is likely to keep: /24 of
// IPv4, /64 of IPv6. A network stays what it is.
func network(ip string) string {
	if prefix, err := netip.ParsePrefix(ip); err == nil {
		return prefix.Masked().String()
	}
	addr, err := netip.ParseAddr(ip)
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

// attempts are the failed sign-ins counted at one gate. Known is when the last
// right password came through it.
type attempts struct {
	failures    int
	last, known time.Time
}

// limit says how many failures are free, and how long until one is forgiven; zero
// for all of them together, a day after the last.
type limit struct {
	free int
	leak time.Duration
}

// gate is one count that an attempt adds to.
type gate struct {
	pair string
	limit
}

// narrow is the gate for what names one login from one network, or the like.
func narrow(what string) gate { return gate{digest(what), limit{free: freeFailures}} }

// gates are those of a sign-in, in the order in which they are locked. The first
// knows places.
func gates(login, net string) []gate {
	return []gate{
		narrow(login + "\x00" + net),
		{digest("login\x00" + login), limit{freeOnLogin, leak}},
		{digest("network\x00" + net), limit{freeOnNet, leak}},
	}
}

// isKnown reports whether the right password came from there lately.
func (a attempts) isKnown(now time.Time) bool {
	return !a.known.IsZero() && now.Sub(a.known) < knownFor
}

// wait is how long after the last failure the next attempt may be made.
func (a attempts) wait(free int) time.Duration {
	if a.failures < free {
		return 0
	}
	doublings := min(a.failures-free, 20)
	return min(firstWait<<doublings, longestWait)
}

// attempt counts one more attempt as failed, until it is known to be right, or
// says how long it has to wait.
func (a attempts) attempt(now time.Time, l limit) (next attempts, wait time.Duration) {
	since := now.Sub(a.last)
	if since >= forgotten {
		a.failures = 0
	}
	if wait = a.wait(l.free) - since; wait > 0 && a.failures >= l.free {
		return a, wait
	}
	if l.leak > 0 {
		a.failures = max(0, a.failures-int(since/l.leak))
	}
	return attempts{failures: a.failures + 1, last: now, known: a.known}, 0
}

// right is what is left when the attempt was right: at the first gate nothing but
// the knowledge of the place, at the others all but this one attempt.
func (a attempts) right(now time.Time, first bool) attempts {
	if first {
		return attempts{last: now, known: now}
	}
	a.failures = max(0, a.failures-1)
	return a
}

// privileged reports whether a role is so powerful that its holders sign in with
// two factors.
func (r Role) privileged() bool { return r == Administrator || r == Auditor }

// alive reports whether a session still counts.
func (s session) alive(now time.Time) bool {
	return now.Before(s.expires) && now.Sub(s.seen) < idle
}

// families are the words in what a browser says of itself, and what people call
// it; the first that fits counts.
func families() [2][][2]string {
	return [2][][2]string{
		{{"MicroMessenger", "WeChat"}, {"DingTalk", "DingTalk"}, {"QQBrowser", "QQ"}, {"UCBrowser", "UC"}, {"HuaweiBrowser", "Huawei"},
			{"Edg", "Edge"}, {"Firefox", "Firefox"}, {"Chrome", "Chrome"}, {"Safari", "Safari"}},
		{{"HarmonyOS", "HarmonyOS"}, {"OpenHarmony", "HarmonyOS"}, {"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Android", "Android"},
			{"Windows", "Windows"}, {"Mac OS", "macOS"}, {"Linux", "Linux"}},
	}
}

// family is what is kept of a browser's name for itself: too little to tell one
// person's from another's, enough to tell one's own devices apart.
func family(agent string) string {
	var found []string
	for _, list := range families() {
		for _, pair := range list {
			if strings.Contains(agent, pair[0]) {
				found = append(found, pair[1])
				break
			}
		}
	}
	return strings.Join(found, ", ")
}
