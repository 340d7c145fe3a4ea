// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package assembly

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/form"
	"pavilion/internal/base/id"
	"pavilion/internal/civic/deliberation/tally"
	"pavilion/internal/core/identity"
	"pavilion/internal/platform/db"
)

// Holding is a household that a member is counted in; for owners a flat, with its
// whole area in hundredths of a square metre, whoever else owns it.
type Holding struct {
	Household string `json:"household"`
	Share     int64  `json:"share,omitempty"`
}

// Member is one person of a body. A person who is counted in several households is
// one member with several holdings.
type Member struct {
	Realm     string
	ID        string
	Assembly  string
	No        int // within the body, for good
	Name      string
	Household string // the first of Holdings
	Holdings  []Holding
	Account   string // empty for most people, who have none
	Share     int64  // all of Holdings
	Voting    bool   // has the right to vote
	Seat      Seat
	Since     string // first day of the mandate
	Until     string // its last day; empty while it is open
	Forgotten bool   // name and households are gone
	Revision  int
}

// Live reports whether the mandate holds on a day.
func (m Member) Live(day string) bool { return m.Since <= day && (m.Until == "" || day <= m.Until) }

// whyNot is why a member has no vote on a day, households aside.
func (m Member) whyNot(day string) Why {
	switch {
	case m.Since > day:
		return NotYet
	case !m.Live(day):
		return Lapsed
	case !m.Voting:
		return NoVote
	}
	return ""
}

// households names all households of a member in one line.
func (m Member) households() string {
	names := make([]string, len(m.Holdings))
	for i, h := range m.Holdings {
		names[i] = h.Household
	}
	return strings.Join(names, " · ")
}

// filled is m with what follows from its holdings.
func (m Member) filled() Member {
	m.Household, m.Share = "", 0
	for i, h := range m.Holdings {
		if i == 0 {
			m.Household = h.Household
		}
		m.Share += h.Share
	}
	return m
}

// Cause is why a mandate changed.
type Cause string

// The causes.
const (
	Chosen   Cause = "chosen"   // elected, appointed, moved in, bought
	Righted  Cause = "righted"  // what was written was wrong
	Expired  Cause = "expired"  // the term is over
	Recalled Cause = "recalled" // by those they stood for
	Resigned Cause = "resigned"
	MovedOn  Cause = "moved_on" // away, sold, died, left the branch
)

// Causes lists the causes for which a mandate ends.
func Causes() []Cause { return []Cause{Expired, Recalled, Resigned, MovedOn} }

// Line is one line of the history of a mandate. It names nobody.
type Line struct {
	Act          string // "joined", "changed", "ended"
	Voting       bool
	Seat         Seat
	Since, Until string
	Cause        Cause
	By           string // account
	At           time.Time
}

// Bounds of what is entered of a member.
const (
	maxPerson    = 40
	maxHousehold = 60
	maxShare     = 100_000_000 // a square kilometre
	maxHoldings  = 200
	maxMembers   = 20_000
)

// Another says that somebody of a name that is there is another person.
const Another = "another"

// Join is a secretary adding a person to a body.
type Join struct {
	Realm    string
	Assembly string
	Key      string // a UUID; the same for the same person. Empty: no such guard
	Name     string
	Holdings []Holding
	Account  string
	Voting   bool
	Seat     Seat
	Since    string
	Until    string
	Same     string // where the name is there already: Another, or the number of the member that is the same person
	By       identity.Actor
}

// Join adds a person, or a household to the person who is there. It fails with Conflict
// where a name is there already and it is not said whether it is the same person, and
// where a seat is taken.
func (s *Service) Join(ctx context.Context, c Join) (m Member, err error) {
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		a, err := s.open(ctx, tx, c.Realm, c.Assembly, c.By)
		if err != nil {
			return err
		}
		all, err := s.members(ctx, tx, a.Realm, a.ID)
		if err != nil {
			return err
		}
		m, err = s.join(ctx, tx, a, &all, c)
		return err
	})
	if err != nil {
		return Member{}, fmt.Errorf("join assembly %s: %w", c.Assembly, err)
	}
	return m, nil
}

// open is a body that somebody keeps and that has not ended, locked.
func (s *Service) open(ctx context.Context, tx *db.Tx, realm, id string, by identity.Actor) (Assembly, error) {
	a, err := locked(ctx, tx, realm, id)
	switch {
	case err != nil:
		return a, err
	case !s.MaySee(by, a):
		return a, fault.New(fault.Missing, "assembly.missing")
	case !s.MayKeep(by, a):
		return a, notYours()
	case a.Ended != "" && a.Ended <= s.Today():
		return a, fault.New(fault.Conflict, "assembly.ended")
	}
	return a, nil
}

// join adds a person to those who are there, and keeps the list true.
func (s *Service) join(ctx context.Context, tx *db.Tx, a Assembly, all *[]Member, c Join) (Member, error) {
	m := Member{
		Realm: a.Realm, ID: cmp.Or(c.Key, id.New()), Assembly: a.ID, Name: c.Name, Holdings: c.Holdings, Account: c.Account, Voting: c.Voting,
		Seat: c.Seat, Since: cmp.Or(c.Since, s.Today()), Until: c.Until, Revision: 1,
	}
	if !id.Valid(m.ID) {
		return m, fault.New(fault.Invalid, "form.not_a_choice").At("key")
	}
	for _, there := range *all {
		if there.ID == m.ID {
			return there, nil // sent again
		}
		m.No = max(m.No, there.No)
	}
	m.No++
	m, err := checked(a.Kind, m)
	if err != nil {
		return m, err
	}
	namesake := slices.IndexFunc(*all, func(o Member) bool { return o.Name == m.Name && !o.Forgotten })
	if c.Same != "" && c.Same != Another {
		return s.again(ctx, tx, a, all, m, c)
	}
	switch {
	case namesake >= 0 && c.Same == "":
		return m, fault.New(fault.Conflict, "assembly.same_name").At("same").With("no", strconv.Itoa((*all)[namesake].No))
	case len(*all) >= maxMembers:
		return m, fault.New(fault.Conflict, "assembly.many").With("max", strconv.Itoa(maxMembers))
	}
	if err := fits(a.Kind, m, *all); err != nil {
		return m, err
	}
	made, err := s.insertMember(ctx, tx, m)
	if err == nil && !made {
		err = fault.New(fault.Conflict, "assembly.key_taken")
	}
	if err != nil {
		return m, err
	}
	*all = append(*all, m)
	return m, s.note(ctx, tx, a, m, "joined", Chosen, c.By)
}

// again adds holdings to the person who is there already.
func (s *Service) again(ctx context.Context, tx *db.Tx, a Assembly, all *[]Member, m Member, c Join) (Member, error) {
	at := slices.IndexFunc(*all, func(o Member) bool { return strconv.Itoa(o.No) == c.Same && !o.Forgotten })
	if at < 0 || (*all)[at].Name != m.Name {
		return m, fault.New(fault.Invalid, "assembly.not_the_same").At("same")
	}
	there := (*all)[at]
	had := len(there.Holdings)
	for _, h := range m.Holdings {
		if !slices.ContainsFunc(there.Holdings, func(o Holding) bool { return o.Household == h.Household }) {
			there.Holdings = append(slices.Clip(there.Holdings), h)
		}
	}
	if len(there.Holdings) == had {
		return there, nil // said again
	}
	there, err := checked(a.Kind, there)
	if err == nil {
		err = fits(a.Kind, there, *all)
	}
	if err == nil {
		err = s.updateMember(ctx, tx, there)
	}
	if err != nil {
		return there, err
	}
	there.Revision++
	(*all)[at] = there
	return there, s.note(ctx, tx, a, there, "changed", Chosen, c.By)
}

// note writes a line of a mandate's history, and of the audit.
func (s *Service) note(ctx context.Context, tx *db.Tx, a Assembly, m Member, act string, cause Cause, by identity.Actor) error {
	s.tell(ctx, tx, a, "member_"+act, by, map[string]string{"member": m.ID, "cause": string(cause), "since": m.Since, "until": m.Until})
	return appendMandate(ctx, tx, m, Line{act, m.Voting, m.Seat, m.Since, m.Until, cause, by.Account, s.Now()})
}

// Alter is a secretary setting right what is written of a member, or ending a mandate.
type Alter struct {
	Realm    string
	Assembly string
	Member   string
	Revision int
	Name     string
	Holdings []Holding
	Account  string
	Voting   bool
	Seat     Seat
	Since    string
	Until    string
	Cause    Cause // for ending it; empty where it goes on
	By       identity.Actor
}

// Alter keeps what is written of a member. Rosters that are frozen stay as they are.
func (s *Service) Alter(ctx context.Context, c Alter) (m Member, err error) {
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		a, err := s.open(ctx, tx, c.Realm, c.Assembly, c.By)
		if err != nil {
			return err
		}
		all, err := s.members(ctx, tx, a.Realm, a.ID)
		if err != nil {
			return err
		}
		at := slices.IndexFunc(all, func(o Member) bool { return o.ID == c.Member })
		switch {
		case at < 0:
			return fault.New(fault.Missing, "assembly.no_member")
		case all[at].Forgotten:
			return fault.New(fault.Conflict, "assembly.forgotten")
		case all[at].Revision != c.Revision:
			return fault.New(fault.Stale, "matter.stale")
		}
		before := all[at]
		m = before
		m.Name, m.Holdings, m.Account, m.Voting, m.Seat, m.Since, m.Until = c.Name, c.Holdings, c.Account, c.Voting, c.Seat, c.Since, c.Until
		if m, err = checked(a.Kind, m); err != nil {
			return err
		}
		act, cause, err := ending(before, m, c.Cause)
		if err != nil {
			return err
		}
		if err := fits(a.Kind, m, all); err != nil {
			return err
		}
		if err := s.updateMember(ctx, tx, m); err != nil {
			return err
		}
		m.Revision++
		return s.note(ctx, tx, a, m, act, cause, c.By)
	})
	if err != nil {
		return Member{}, fmt.Errorf("alter member %s: %w", c.Member, err)
	}
	return m, nil
}

// ending says what an alteration is: one that sets or moves the last day says why.
func ending(before, after Member, cause Cause) (act string, why Cause, err error) {
	switch {
	case after.Until == before.Until || after.Until == "":
		return "changed", Righted, nil
	case !slices.Contains(Causes(), cause):
		return "", "", fault.New(fault.Invalid, "assembly.no_cause").At("cause")
	}
	return "ended", cause, nil
}

// checked is a member as it is kept, or what is wrong with it.
func checked(k Kind, m Member) (Member, error) {
	var faults []*fault.Error
	bad := func(key, field string) { faults = append(faults, fault.New(fault.Invalid, key).At(field)) }
	line := func(text *string, field string, most int) {
		out, err := form.CleanText(*text, false)
		f, broken := fault.As(err)
		*text = out
		switch {
		case broken:
			faults = append(faults, f.At(field))
		case len([]rune(out)) > most:
			faults = append(faults, fault.New(fault.Invalid, "form.too_long").At(field).With("max", strconv.Itoa(most)))
		}
	}
	if line(&m.Name, "name", maxPerson); m.Name == "" {
		bad("form.required", "name")
	}
	var held []Holding
	for _, h := range m.Holdings {
		line(&h.Household, "household", maxHousehold)
		if h.Household == "" && h.Share == 0 {
			continue
		}
		switch {
		case h.Household == "":
			bad("form.required", "household")
		case h.Share < 0 || h.Share > maxShare || k.Areas() && h.Share == 0:
			bad("assembly.bad_area", "area")
		case !k.Areas() && h.Share != 0:
			bad("assembly.no_area", "area")
		case slices.ContainsFunc(held, func(o Holding) bool { return o.Household == h.Household }):
			bad("assembly.household_twice", "household")
		}
		held = append(held, h)
	}
	m.Holdings = held
	if k.Households() && len(held) == 0 || len(held) > maxHoldings {
		bad("form.required", "household")
	}
	if !k.seated(m.Seat) {
		bad("form.not_a_choice", "seat")
	}
	for field, text := range map[string]string{"since": m.Since, "until": m.Until} {
		if f := day(text, field, field == "until"); f != nil {
			faults = append(faults, f)
		}
	}
	if len(faults) == 0 && m.Until != "" && m.Until < m.Since {
		bad("assembly.ends_before", "until")
	}
	return m.filled(), fault.Join(faults...)
}

// fits holds a member against the others: one person in a seat of the five-party
// table, and one area of one flat.
func fits(k Kind, m Member, all []Member) error {
	for _, o := range all {
		if o.ID == m.ID || o.Forgotten {
			continue
		}
		if k == FiveParty && o.Seat == m.Seat && o.Since <= cmp.Or(m.Until, "9999") && m.Since <= cmp.Or(o.Until, "9999") {
			return fault.New(fault.Conflict, "assembly.seat_taken").At("seat").With("no", strconv.Itoa(o.No))
		}
		if o.Account != "" && o.Account == m.Account {
			return fault.New(fault.Conflict, "assembly.account_taken").At("account").With("no", strconv.Itoa(o.No))
		}
		for _, h := range o.Holdings {
			i := slices.IndexFunc(m.Holdings, func(n Holding) bool { return n.Household == h.Household })
			if i >= 0 && m.Holdings[i].Share != h.Share {
				return fault.New(fault.Conflict, "assembly.area_differs").At("area").With("no", strconv.Itoa(o.No)).With("household", h.Household)
			}
		}
	}
	return nil
}

// same reports whether two rules ask for the same.
func same(a, b tally.Rule) bool {
	equal := func(x, y []tally.Bound) bool { return slices.Equal(x, y) }
	return a.Name() == b.Name() && equal(a.Quorum, b.Quorum) && equal(a.Pass, b.Pass) && a.Notice == b.Notice && a.Disclosure == b.Disclosure &&
		a.MayHold() == b.MayHold() && a.Secret == b.Secret
}
