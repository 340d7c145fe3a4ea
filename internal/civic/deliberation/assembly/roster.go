// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package assembly

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/civic/deliberation/tally"
)

// Why says why somebody on a roster is not entitled; empty for who is.
type Why string

// The reasons.
const (
	NotYet      Why = "not_yet"     // the mandate begins later
	Lapsed      Why = "lapsed"      // it has ended
	NoVote      Why = "no_vote"     // they have no voting right
	Represented Why = "represented" // another of the household, or of the flat, has its vote
)

// Conflict is why somebody stands aside. What lies behind it is nobody's business and
// is not kept.
type Conflict string

// The conflicts of interest.
const (
	Interested Conflict = "interested" // they gain or lose by it themselves
	Relative   Conflict = "relative"   // somebody near to them does
	Contractor Conflict = "contractor" // they are to be paid for carrying it out
	Judged     Conflict = "judged"     // it is about what they did in office
	OtherCause Conflict = "other"
)

// Conflicts lists the conflicts of interest.
func Conflicts() []Conflict {
	return []Conflict{Interested, Relative, Contractor, Judged, OtherCause}
}

// Aside is a member who does not vote because of a conflict of interest.
type Aside struct {
	Member   string
	Conflict Conflict
}

// Proxy is a member who lets another vote for them, in writing.
type Proxy struct {
	Member  string // who gives it
	Holder  string // who votes for them
	Written string // the day on which it was written
}

// Entry is one member on a roster.
type Entry struct {
	Member    string
	No        int
	Name      string // empty once forgotten
	Household string
	Share     int64 // that counts with their vote, in hundredths of a square metre
	Entitled  bool  // counted among those who should come
	Why       Why
	Aside     bool // entitled, and does not vote
	Conflict  Conflict
	Holder    string   // who votes for them
	Written   string   // the day on which that was written
	ProxyOf   []string // members for whom they vote
}

// Casts reports whether somebody votes, themselves or through a proxy.
func (e Entry) Casts() bool { return e.Entitled && !e.Aside }

// Sum is what an entry's vote weighs.
func (e Entry) Sum() tally.Sum { return tally.Sum{People: 1, Area: e.Share} }

// Roster is who may vote, as it was frozen. It never changes.
type Roster struct {
	Realm     string
	ID        string
	Assembly  string
	For       string // whose vote it is, as its owner names it
	Title     string // what is voted on, in public words
	Subject   string // of the table
	Day       string // of the vote
	Secret    bool
	Rule      tally.Rule // as it was in force on that day
	FrozenAt  time.Time
	By        string // account
	Digest    string // of all that was frozen, names excepted
	Entries   []Entry
	Forgotten bool // the names are gone
}

// Entitled is how many should come, and the area that is theirs. Those who stand aside
// are among them: no law lets a meeting make itself smaller by its conflicts. They are
// never among those who took part.
func (r Roster) Entitled() (sum tally.Sum) {
	for _, e := range r.Entries {
		if e.Entitled {
			sum = sum.Plus(e.Sum())
		}
	}
	return sum
}

// Casting is how many may vote, and their area: the entitled without those who stand aside.
func (r Roster) Casting() (sum tally.Sum) {
	for _, e := range r.Entries {
		if e.Casts() {
			sum = sum.Plus(e.Sum())
		}
	}
	return sum
}

// Entry is a member's entry.
func (r Roster) Entry(member string) (Entry, bool) {
	i := slices.IndexFunc(r.Entries, func(e Entry) bool { return e.Member == member })
	if i < 0 {
		return Entry{}, false
	}
	return r.Entries[i], true
}

// drawing is what a roster is drawn from.
type drawing struct {
	kind    Kind
	rule    tally.Rule
	day     string
	secret  bool
	members []Member
	aside   []Aside
	proxies []Proxy
}

// draw says for each member whether they are entitled and why not, and fails for
// asides and proxies that cannot be.
func draw(d drawing) ([]Entry, error) {
	taken := map[string]string{} // household → member who has its vote
	out := make([]Entry, 0, len(d.members))
	at := map[string]int{}
	for _, m := range inOrder(d.members) {
		e := Entry{Member: m.ID, No: m.No, Name: m.Name, Household: m.households(), Why: m.whyNot(d.day)}
		if e.Why == "" && d.kind.Households() {
			e.Share, e.Why = voice(m, taken)
		}
		if !d.kind.Areas() {
			e.Share = 0
		}
		e.Entitled = e.Why == ""
		at[m.ID] = len(out)
		out = append(out, e)
	}
	faults := append(standAside(out, at, d.aside), entrust(out, at, d)...)
	return out, fault.Join(faults...)
}

// inOrder is members by number: of two of one household the first has its vote.
func inOrder(members []Member) []Member {
	return slices.SortedFunc(slices.Values(members), func(a, b Member) int { return a.No - b.No })
}

// voice gives a member the votes of those of their households that nobody has yet. A
// person with several has one vote, and the area of all of them.
func voice(m Member, taken map[string]string) (share int64, why Why) {
	why = Represented
	for _, h := range m.Holdings {
		if taken[h.Household] == "" {
			taken[h.Household] = m.ID
			share, why = share+h.Share, ""
		}
	}
	return share, why
}

// standAside marks those who do not vote.
func standAside(list []Entry, at map[string]int, aside []Aside) (faults []*fault.Error) {
	for i, a := range aside {
		n, known := at[a.Member]
		field := "aside." + strconv.Itoa(i+1)
		switch {
		case !known:
			faults = append(faults, fault.New(fault.Invalid, "assembly.no_member").At(field))
		case !slices.Contains(Conflicts(), a.Conflict):
			faults = append(faults, fault.New(fault.Invalid, "form.not_a_choice").At(field))
		case !list[n].Entitled:
			faults = append(faults, fault.New(fault.Invalid, "assembly.not_entitled").At(field).With("no", strconv.Itoa(list[n].No)))
		default:
			list[n].Aside, list[n].Conflict = true, a.Conflict
		}
	}
	return faults
}

// entrust gives votes to holders, as far as the rule allows.
func entrust(list []Entry, at map[string]int, d drawing) (faults []*fault.Error) {
	most := d.rule.MayHold()
	for i, p := range d.proxies {
		field := "proxy." + strconv.Itoa(i+1)
		bad := func(key string) { faults = append(faults, fault.New(fault.Invalid, key).At(field)) }
		from, known := at[p.Member]
		to, there := at[p.Holder]
		switch {
		case !known || !there:
			bad("assembly.no_member")
		case most == 0:
			bad("assembly.no_proxies")
		case d.secret && !d.rule.Secret:
			bad("assembly.proxy_secret")
		case from == to:
			bad("assembly.proxy_self")
		case !list[from].Casts() || !list[to].Casts():
			bad("assembly.proxy_not_entitled")
		case list[from].Holder != "":
			bad("assembly.proxy_twice")
		case day(p.Written, "", false) != nil || p.Written > d.day:
			bad("assembly.proxy_unwritten")
		case list[to].Holder != "" || len(list[from].ProxyOf) > 0:
			bad("assembly.proxy_passed_on")
		case len(list[to].ProxyOf) >= most:
			faults = append(faults, fault.New(fault.Invalid, "assembly.proxy_many").At(field).With("max", strconv.Itoa(most)))
		default:
			list[from].Holder, list[from].Written = p.Holder, p.Written
			list[to].ProxyOf = append(list[to].ProxyOf, p.Member)
		}
	}
	return faults
}

// digest is a sum over what was frozen, names excepted, so that the audit can show
// that a roster is the one that was frozen.
func (r Roster) digest() (string, error) {
	type line struct {
		Member, Holder, Written string
		Share                   int64
		Entitled, Aside         bool
		Why                     Why
		Conflict                Conflict
	}
	lines := make([]line, len(r.Entries))
	for i, e := range r.Entries {
		lines[i] = line{e.Member, e.Holder, e.Written, e.Share, e.Entitled, e.Aside, e.Why, e.Conflict}
	}
	body, err := json.Marshal(struct {
		Realm, ID, Assembly, For, Title, Subject, Day string
		Secret                                        bool
		Rule                                          tally.Rule
		Lines                                         []line
	}{r.Realm, r.ID, r.Assembly, r.For, r.Title, r.Subject, r.Day, r.Secret, r.Rule, lines})
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:]), err
}
