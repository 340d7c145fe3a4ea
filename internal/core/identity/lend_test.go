// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package identity_test

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pavilion/internal/core/identity"
)

const (
	denied = "identity.not_yours_to_administer"
	why    = "测试：值班长外出培训"
)

// holder is somebody who has one grant, as they are after signing in.
func (s *town) holder(login string, role identity.Role, lo, hi int64) identity.Actor {
	s.t.Helper()
	a := s.account(login, password)
	s.grant(a.ID, role, lo, hi)
	return s.fresh(a.ID)
}

// fresh is an account's owner with the grants that count now.
func (s *town) fresh(account string) identity.Actor {
	s.t.Helper()
	grants, err := s.Grants(s.t.Context(), realm, account)
	s.ok("grants", err)
	live := slices.DeleteFunc(grants, func(g identity.Grant) bool { return !g.Live(s.now()) })
	return identity.Actor{Realm: realm, Account: account, Grants: live, Proved: s.now()}
}

func TestThePowersStayApart(t *testing.T) {
	each(t, func(t *testing.T, s *town) {
		for _, had := range identity.Powers() {
			for _, more := range identity.Powers() {
				account := s.account("p."+string(had)+"."+string(more), password)
				s.grant(account.ID, had, 0, 10)
				_, err := s.Grant(t.Context(), identity.Grant{Realm: realm, Account: account.ID, Role: more, Area: "a", Lo: 5, Hi: 9}, s.system())
				want := "identity.powers_apart"
				if had == more {
					want = ""
				}
				s.want(string(had)+" and "+string(more), err, want)
			}
		}
		auditor := s.holder("auditor", identity.Auditor, 0, 10)
		_, err := s.Grant(t.Context(), identity.Grant{Realm: realm, Account: auditor.Account, Role: identity.Patrol, Area: "a", Hi: 9}, s.system())
		s.want("an auditor who patrols", err, "identity.auditor_alone")
		inspector := s.holder("inspector", identity.Inspector, 5, 10)
		for role, lo := range map[identity.Role]int64{identity.Secretary: 9, identity.Scrutineer: 5} {
			_, err = s.Grant(t.Context(), identity.Grant{Realm: realm, Account: inspector.Account, Role: role, Area: "a", Lo: lo, Hi: 20}, s.system())
			s.want("an inspector who is "+string(role), err, map[identity.Role]string{identity.Secretary: "identity.inspector_apart"}[role])
		}
		_, err = s.Grant(t.Context(), identity.Grant{Realm: realm, Account: inspector.Account, Role: identity.Secretary, Area: "a", Lo: 10, Hi: 20}, s.system())
		s.want("an inspector who is secretary elsewhere", err, "")
		guard := s.holder("guard", identity.Security, 0, 10)
		_, err = s.Grant(t.Context(), identity.Grant{Realm: realm, Account: guard.Account, Role: identity.Dispatcher, Area: "a", Hi: 9}, guard)
		s.want("grant oneself", err, "identity.own_grant")
		late := guard
		late.Proved = time.Time{}
		_, err = s.Grant(t.Context(), identity.Grant{Realm: realm, Account: s.desk.ID, Role: identity.Dispatcher, Area: "a", Hi: 9}, late)
		s.want("grant without a proof of who one is", err, "identity.prove_first")
		_, err = s.Grant(t.Context(), identity.Grant{Realm: realm, Account: "nobody", Role: identity.Dispatcher, Area: "a", Hi: 9}, guard)
		s.want("grant nobody", err, "identity.account_missing")
	})
}

// Two security administrators who give two powers at the same time cannot make
// one person of both.
func TestTwoPowersAtOnce(t *testing.T) {
	each(t, func(t *testing.T, s *town) {
		account := s.account("both", password)
		var wg sync.WaitGroup
		for _, role := range []identity.Role{identity.Administrator, identity.Security, identity.Auditor} {
			wg.Go(func() {
				g := identity.Grant{Realm: realm, Account: account.ID, Role: role, Area: "a", Hi: 9}
				_, _ = s.Grant(t.Context(), g, s.system()) // one of them succeeds
			})
		}
		wg.Wait()
		if got := s.fresh(account.ID).Grants; len(got) != 1 {
			t.Errorf("%d powers in one hand: %+v", len(got), got)
		}
	})
}

func TestWhoHoldsAPowerIsOutOfTheAdministratorsReach(t *testing.T) {
	each(t, func(t *testing.T, s *town) {
		ctx := t.Context()
		admin := s.holder("admin", identity.Administrator, 0, 100)
		guard := s.holder("guard", identity.Security, 0, 100)
		auditor := s.holder("auditor", identity.Auditor, 0, 100)
		_, err := s.Invite(ctx, realm, auditor.Account, admin)
		s.want("an administrator resets the auditor", err, denied)
		_, err = s.Invite(ctx, realm, auditor.Account, guard)
		s.want("a security administrator resets the auditor", err, "identity.power_on_server")
		_, err = s.Invite(ctx, realm, auditor.Account, s.system())
		s.ok("the server resets the auditor", err)
		s.want("an administrator disables the auditor", s.Disable(ctx, realm, auditor.Account, admin), denied)
		s.want("a security administrator disables themselves", s.Disable(ctx, realm, guard.Account, guard), denied)
		s.ok("a security administrator disables the auditor", s.Disable(ctx, realm, auditor.Account, guard))
	})
}

func TestAPostIsLentToADeputy(t *testing.T) {
	each(t, func(t *testing.T, s *town) {
		ctx := t.Context()
		head := s.holder("head", identity.ShiftHead, 0, 100)
		deputy := s.account("deputy", password)
		loan := identity.Loan{Realm: realm, Grant: head.Grants[0].ID, To: deputy.ID, Until: monday.Add(48 * time.Hour), Reason: why, By: head}
		for _, tt := range []struct {
			name   string
			change func(*identity.Loan)
			want   string
		}{
			{"to oneself", func(c *identity.Loan) { c.To = head.Account }, "identity.loan_to"},
			{"without a reason", func(c *identity.Loan) { c.Reason = "  " }, "identity.reason"},
			{"with a reason of two lines", func(c *identity.Loan) { c.Reason = "long\nreason" }, "identity.reason"},
			{"with a novel", func(c *identity.Loan) { c.Reason = strings.Repeat("x", 201) }, "identity.reason"},
			{"for ever", func(c *identity.Loan) { c.Until = time.Time{} }, "identity.loan_until"},
			{"for half a year", func(c *identity.Loan) { c.Until = monday.Add(180 * 24 * time.Hour) }, "identity.loan_until"},
			{"of somebody else's post", func(c *identity.Loan) { c.By = identity.Actor{Realm: realm, Account: s.desk.ID} }, denied},
			{"of another realm", func(c *identity.Loan) { c.By.Realm = "r2" }, denied},
			{"of nothing", func(c *identity.Loan) { c.Grant = "none" }, "identity.grant_missing"},
			{"to nobody", func(c *identity.Loan) { c.To = "none" }, "identity.account_missing"},
		} {
			c := loan
			tt.change(&c)
			_, err := s.Delegate(ctx, c)
			s.want(tt.name, err, tt.want)
		}
		lent, err := s.Delegate(ctx, loan)
		s.ok("lend", err)
		if lent.Role != identity.ShiftHead || lent.Lo != 0 || lent.Hi != 100 || lent.Basis != identity.Delegated || lent.By != head.Account || lent.Reason != why {
			t.Errorf("lent %+v", lent)
		}
		who := s.fresh(deputy.ID)
		if !who.Holds(identity.ShiftHead, 10, 20, s.now()) {
			t.Fatal("the deputy has nothing")
		}
		again := loan
		again.Grant, again.To, again.By = lent.ID, s.desk.ID, who
		_, err = s.Delegate(ctx, again)
		s.want("lend what is borrowed", err, "identity.not_lent")

		s.pass(48 * time.Hour)
		if s.fresh(deputy.ID).Has(identity.ShiftHead, s.now()) {
			t.Error("the loan outlives its end")
		}
	})
}

func TestALoanEndsWithWhatItComesFrom(t *testing.T) {
	each(t, func(t *testing.T, s *town) {
		ctx := t.Context()
		guard := s.holder("guard", identity.Security, 0, 1000)
		for name, end := range map[string]func(own identity.Grant, owner identity.Actor) error{
			"revoked": func(own identity.Grant, _ identity.Actor) error { return s.Revoke(ctx, realm, own.ID, guard) },
			"disabled": func(_ identity.Grant, owner identity.Actor) error {
				return s.Disable(ctx, realm, owner.Account, s.system())
			},
			"taken back": func(_ identity.Grant, owner identity.Actor) error {
				list, err := s.Given(ctx, owner)
				if err != nil || len(list) != 1 {
					t.Fatalf("given: %v, %v", list, err)
				}
				return s.Revoke(ctx, realm, list[0].ID, owner)
			},
		} {
			head := s.holder("head."+name[:3], identity.ShiftHead, 0, 100)
			deputy := s.account("deputy."+name[:3], password)
			_, err := s.Delegate(ctx, identity.Loan{Realm: realm, Grant: head.Grants[0].ID, To: deputy.ID, Until: monday.Add(48 * time.Hour), Reason: why, By: head})
			s.ok("lend", err)
			s.ok(name, end(head.Grants[0], head))
			if got := s.fresh(deputy.ID).Grants; len(got) != 0 {
				t.Errorf("%s: the deputy keeps %+v", name, got)
			}
		}
	})
}

func TestAnEmergencyIsStaffedByTheShiftHead(t *testing.T) {
	each(t, func(t *testing.T, s *town) {
		ctx := t.Context()
		head := s.holder("head", identity.ShiftHead, 0, 100)
		worker := s.account("worker", password)
		loan := identity.Loan{Realm: realm, Role: identity.Dispatcher, Area: "a", Lo: 10, Hi: 20, To: worker.ID, Until: monday.Add(24 * time.Hour), Reason: why, By: head}
		for _, tt := range []struct {
			name   string
			change func(*identity.Loan)
			want   string
		}{
			{"for a week", func(c *identity.Loan) { c.Until = monday.Add(7 * 24 * time.Hour) }, "identity.loan_until"},
			{"beyond one's places", func(c *identity.Loan) { c.Hi = 101 }, denied},
			{"of one's own post", func(c *identity.Loan) { c.Role = identity.ShiftHead }, "identity.not_lent"},
			{"of a power", func(c *identity.Loan) { c.Role = identity.Auditor }, "identity.not_lent"},
			{"of no role", func(c *identity.Loan) { c.Role = "king" }, "identity.bad_grant"},
			{"by a grid worker", func(c *identity.Loan) { c.By.Grants = []identity.Grant{{Role: identity.GridWorker, Hi: 100}} }, denied},
		} {
			c := loan
			tt.change(&c)
			_, err := s.Assign(ctx, c)
			s.want(tt.name, err, tt.want)
		}
		_, err := s.Assign(ctx, loan)
		s.ok("assign", err)
		if !s.fresh(worker.ID).Holds(identity.Dispatcher, 10, 20, s.now()) {
			t.Error("nothing was assigned")
		}
		s.pass(24 * time.Hour)
		if s.fresh(worker.ID).Has(identity.Dispatcher, s.now()) {
			t.Error("the emergency does not end")
		}
	})
}

func TestBrokenGlassLastsAnHour(t *testing.T) {
	each(t, func(t *testing.T, s *town) {
		ctx := t.Context()
		admin := s.holder("admin", identity.Administrator, 0, 100)
		loan := identity.Loan{Realm: realm, Area: "a", Lo: 10, Hi: 20, Reason: why, By: admin}
		for _, tt := range []struct {
			name   string
			change func(*identity.Loan)
			want   string
		}{
			{"without a reason", func(c *identity.Loan) { c.Reason = "" }, "identity.reason"},
			{"beyond one's places", func(c *identity.Loan) { c.Hi = 101 }, denied},
			{"without a proof of who they are", func(c *identity.Loan) { c.By.Proved = monday.Add(-time.Hour) }, "identity.prove_first"},
			{"by nobody", func(c *identity.Loan) { c.By = identity.Actor{Realm: realm} }, denied},
			{"by a dispatcher", func(c *identity.Loan) { c.By.Grants = []identity.Grant{{Role: identity.Dispatcher, Hi: 100}} }, denied},
		} {
			c := loan
			tt.change(&c)
			_, err := s.BreakGlass(ctx, c)
			s.want(tt.name, err, tt.want)
		}
		g, err := s.BreakGlass(ctx, loan)
		s.ok("break glass", err)
		if g.Basis != identity.Glass || !g.Until.Equal(monday.Add(time.Hour)) || !s.fresh(admin.Account).Holds(identity.Dispatcher, 10, 20, s.now()) {
			t.Errorf("broken: %+v", g)
		}
		s.pass(time.Hour)
		if s.fresh(admin.Account).Has(identity.Dispatcher, s.now()) {
			t.Error("the glass stays broken")
		}
	})
}

func TestWhoCoversAPlace(t *testing.T) {
	each(t, func(t *testing.T, s *town) {
		wide := s.holder("wide", identity.Dispatcher, 0, 100)
		narrow := s.holder("narrow", identity.Dispatcher, 10, 20)
		s.holder("elsewhere", identity.Dispatcher, 30, 40)
		gone := s.holder("gone", identity.Dispatcher, 0, 100)
		s.ok("disable", s.Disable(t.Context(), realm, gone.Account, s.system()))
		list, err := s.Covering(t.Context(), realm, 15, []identity.Role{identity.Auditor, identity.Dispatcher})
		s.ok("covering", err)
		var got []string
		for _, g := range list {
			got = append(got, g.Account)
		}
		if !slices.Equal(got, []string{narrow.Account, wide.Account}) {
			t.Errorf("got %v, want the narrow one and then the wide one", got)
		}
	})
}
