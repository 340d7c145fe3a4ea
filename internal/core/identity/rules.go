// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package identity

import (
	_ "embed"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
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

// How long what is lent lasts at most, and how long broken glass.
const (
	longestLoan      = 92 * 24 * time.Hour
	longestEmergency = 72 * time.Hour
	glassLasts       = time.Hour
	minReason        = 4
	maxReason        = 200
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

// words are those that passwords are made of first, one a line: in English, in
// pinyin, of this program and of the offices that use it.
//
//go:embed words.txt
var words string

// minUnits is how much of a password must be left when every part that is guessed
// as a whole counts for two characters.
const minUnits = 8

var (
	// dated matches a day, a month or a year as people write those of their lives.
	dated = regexp.MustCompile(`^(19|20)\d\d((0[1-9]|1[0-2])([0-2]\d|3[01])?)?`)
	// syllable matches one of pinyin of three letters or more.
	syllable = regexp.MustCompile(`^([zcs]h|[bpmfdtnlgkhjqxrzcsyw])(iang|iong|uang|ang|eng|ing|ong|ian|iao|uai|uan|ai|ei|ui|ao|ou|iu|ie|ue|an|en|in|un|ia|ua|uo)|^[zcs]h[aeiu]`)
)

// keyboard is the rows of keys, each key below the one it is reached from.
const keyboard = "1234567890-=|qwertyuiop[]|asdfghjkl;'|zxcvbnm,./"

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
	case fewRunes(password) || slices.Contains(strings.Fields(worst), lower) || guessable(lower, fold(login)):
		return refused("identity.password_common")
	}
	return nil
}

// normal makes a password the same however the keyboard composed it.
func normal(password string) string { return norm.NFC.String(password) }

// guessable reports whether little of a password in small letters is left when what
// is guessed as a whole is taken out: known words, also with digits for letters,
// the login forwards and backwards, days, names in pinyin, sequences and walks over
// the keyboard. What is said twice counts once.
func guessable(lower, login string) bool {
	lower = once(unshift.Replace(norm.NFKC.String(lower)))
	known := append(strings.Fields(words), login, reversed(login))
	digitsOnly := strings.Trim(lower, "0123456789") == ""
	return digitsOnly || units(lower, known) < minUnits || units(unleet.Replace(lower), known) < minUnits
}

var (
	// unshift gives the key of a sign that takes the shift key.
	unshift = strings.NewReplacer("!", "1", "@", "2", "#", "3", "$", "4", "%", "5", "^", "6", "&", "7", "*", "8", "(", "9", ")", "0")
	// unleet gives the letter that a digit is written for; 2 and 4 are @ and $ too.
	unleet = strings.NewReplacer("0", "o", "1", "i", "2", "a", "3", "e", "4", "a", "5", "s", "7", "t")
)

// units is how long a text is when each part that is guessed as a whole counts for
// two, and for nothing when it comes again.
func units(text string, known []string) int {
	n, seen := 0, map[string]bool{}
	for rest := text; rest != ""; {
		_, one := utf8.DecodeRuneInString(rest)
		size := max(one, walk(rest), len(dated.FindString(rest)), len(syllable.FindString(rest)))
		for _, word := range known {
			if len(word) >= 4 && strings.HasPrefix(rest, word) {
				size = max(size, len(word))
			}
		}
		part := rest[:size]
		switch {
		case size == one:
			n++
		case !seen[part]:
			n += 2
		}
		seen[part], rest = true, rest[size:]
	}
	return n
}

// once is a text without its repetitions: what it consists of again and again.
func once(text string) string {
	for p := 1; p <= (len(text)+1)/2; p++ {
		if text[p:] == text[:len(text)-p] {
			return text[:p]
		}
	}
	return text
}

// walk is how long the run at the beginning of a text is in which each character is
// the one before, its neighbour in the alphabet, or beside or below it on the
// keyboard; zero below three.
func walk(text string) int {
	n := 1
	for n < len(text) && text[n] < utf8.RuneSelf && text[n-1] < utf8.RuneSelf && near(text[n-1], text[n]) {
		n++
	}
	if n < 3 {
		return 0
	}
	return n
}

// near reports whether two keys follow one another.
func near(a, b byte) bool {
	if d := int(a) - int(b); d >= -1 && d <= 1 {
		return true
	}
	rowA, atA := key(a)
	rowB, atB := key(b)
	switch rowB - rowA {
	case 0:
		return rowA >= 0 && (atB-atA == 1 || atA-atB == 1)
	case 1, -1:
		return rowA >= 0 && rowB >= 0 && atA == atB
	}
	return false
}

// key is where a key lies; the row is negative where it is none.
func key(c byte) (row, at int) {
	for row, keys := range strings.Split(keyboard, "|") {
		if at := strings.IndexByte(keys, c); at >= 0 {
			return row, at
		}
	}
	return -1, -1
}

// reversed is a text from its end.
func reversed(text string) string {
	runes := []rune(text)
	slices.Reverse(runes)
	return string(runes)
}

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
	case len(g.Kinds) > 0 && !g.Role.Narrowable():
		return fault.New(fault.Invalid, "identity.kinds_role").At("kinds")
	case len(g.Kinds) > maxKinds:
		return fault.New(fault.Invalid, "identity.kinds_many").At("kinds").With("max", strconv.Itoa(maxKinds))
	}
	for _, code := range g.Kinds {
		if len(code) > maxKind || strings.Trim(code, "0123456789") != "" {
			return fault.New(fault.Invalid, "identity.kinds_unknown").At("kinds").With("codes", strings.ToValidUTF8(code[:min(len(code), 2*maxKind)], ""))
		}
	}
	return nil
}

// maxKinds bounds the kinds that a grant names, maxKind the digits of one.
const (
	maxKinds = 40
	maxKind  = 12
)

// Narrowable reports whether a role may be given for things of some kinds only. The
// powers are never halved, and who only reports sees none of them.
func (r Role) Narrowable() bool { return !r.privileged() && r != Patrol }

// tidied are kinds in order, each once, without those that another begins.
func tidied(kinds []string) []string {
	var out []string
	for _, code := range slices.Sorted(slices.Values(kinds)) {
		if n := len(out); code != "" && (n == 0 || !strings.HasPrefix(code, out[n-1])) {
			out = append(out, code)
		}
	}
	return out
}

// Powers are the three that are kept apart: one runs the system, one gives
// rights, one looks at what both did (GB/T 22239-2019, level 3).
func Powers() []Role { return []Role{Administrator, Security, Auditor} }

// power reports whether the grant is one of the three powers.
func (g Grant) power() bool { return g.Role.privileged() }

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
		case t.inspects(g) || g.inspects(t):
			return fault.New(fault.Conflict, "identity.inspector_apart").At("role")
		}
	}
	return nil
}

// inspects reports whether the grant is to look at what another one's holder carries
// out: who supervises is no member of the committee that leads (Organic Law of the
// Villagers' Committees, on the body that supervises).
func (g Grant) inspects(other Grant) bool {
	return g.Role == Inspector && other.Role == Secretary && g.Lo < other.Hi && other.Lo < g.Hi
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
		onNetwork(net),
	}
}

// onNetwork is the gate for all that comes from a network.
func onNetwork(net string) gate { return gate{digest("network\x00" + net), limit{freeOnNet, leak}} }

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
func (r Role) privileged() bool { return slices.Contains(Powers(), r) }

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
