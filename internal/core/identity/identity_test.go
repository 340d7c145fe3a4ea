// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package identity_test

import (
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/page"
	"pavilion/internal/core/audit"
	"pavilion/internal/core/identity"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/db/dbtest"
)

const (
	realm    = "r1"
	password = "the lamp at the gate"
	home     = "198.51.100.7"
	abroad   = "203.0.113.9"
)

var monday = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// town is a service whose clock the test moves, and one account in it.
type town struct {
	*identity.Service
	t    *testing.T
	at   atomic.Int64
	desk identity.Account
}

func newTown(t *testing.T, d *db.DB) *town {
	s := &town{t: t}
	s.at.Store(monday.UnixNano())
	s.Service = identity.New(d, s.now, slog.New(slog.DiscardHandler))
	s.desk = s.account("desk.1", password)
	return s
}

func (s *town) now() time.Time          { return time.Unix(0, s.at.Load()).UTC() }
func (s *town) pass(d time.Duration)    { s.at.Add(int64(d)) }
func (s *town) system() identity.Actor  { return identity.System(realm) }
func (s *town) ok(what string, e error) { s.t.Helper(); s.want(what, e, "") }

func (s *town) account(login, password string) identity.Account {
	s.t.Helper()
	a, err := s.CreateAccount(s.t.Context(), identity.NewAccount{Realm: realm, Login: login,
		Name: "测试人员", Language: "zh-Hans", Password: password, By: s.system()})
	s.ok("create account", err)
	return a
}

func (s *town) grant(account string, role identity.Role, lo, hi int64) identity.Grant {
	s.t.Helper()
	g, err := s.Grant(s.t.Context(), identity.Grant{Realm: realm, Account: account, Role: role,
		Area: "area", Lo: lo, Hi: hi, Body: "water"}, s.system())
	s.ok("grant", err)
	return g
}

// want fails the test unless err has the message key, or is nil for "".
func (s *town) want(what string, err error, key string) {
	s.t.Helper()
	got := ""
	if f, ok := fault.As(err); ok {
		got = f.Key
	}
	if got != key || key == "" && err != nil {
		s.t.Fatalf("%s: %v, want %q", what, err, key)
	}
}

func (s *town) signIn(login, password, ip string) (string, error) {
	e, err := s.SignIn(s.t.Context(), realm, login, password, identity.Client{IP: ip})
	return e.Token, err
}

func (s *town) actor(token string) identity.Actor {
	s.t.Helper()
	a, err := s.Session(s.t.Context(), realm, token)
	s.ok("session", err)
	return a
}

func (s *town) signedOut(what, token string) {
	s.t.Helper()
	_, err := s.Session(s.t.Context(), realm, token)
	s.want(what, err, "identity.signed_out")
}

func each(t *testing.T, fn func(t *testing.T, s *town)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) { fn(t, newTown(t, d)) })
}

func TestSigningInAndOut(t *testing.T) {
	each(t, func(t *testing.T, s *town) {
		s.grant(s.desk.ID, identity.Dispatcher, 0, 10)
		token, err := s.signIn(" DESK.1 ", password, home)
		s.ok("sign in", err)
		a := s.actor(token)
		if a.Account != s.desk.ID || a.Name != "测试人员" || len(a.Grants) != 1 || a.Realm != realm {
			t.Errorf("got %+v", a)
		}
		_, err = s.Session(t.Context(), "r2", token)
		s.want("another realm", err, "identity.signed_out")
		s.signedOut("an invented token", strings.Repeat("A", len(token)))
		s.signedOut("no token", "")
		s.ok("sign out", s.SignOut(t.Context(), realm, token))
		s.ok("sign out again", s.SignOut(t.Context(), realm, token))
		s.signedOut("after signing out", token)
	})
}

func TestEveryFailureIsTheSame(t *testing.T) {
	each(t, func(t *testing.T, s *town) {
		s.account("invited", "")
		gone := s.account("gone", password)
		s.ok("disable", s.Disable(t.Context(), realm, gone.ID, s.system()))
		for _, login := range []string{"desk.1", "nobody", "invited", "gone", "", "x\x00y", "\xff", strings.Repeat("x", 9999)} {
			for _, wrong := range []string{"", "wrong", "\x00"} {
				_, err := s.signIn(login, wrong, home)
				s.want(fmt.Sprintf("%.20q with %q", login, wrong), err, "identity.wrong_login")
			}
		}
		_, err := s.signIn("gone", password, home)
		s.want("a disabled account", err, "identity.wrong_login")
		s.ok("enable", s.Enable(t.Context(), realm, gone.ID, s.system()))
		_, err = s.signIn("gone", password, home)
		s.ok("enabled again", err)
	})
}

func TestGuessingIsThrottledForThePairOnly(t *testing.T) {
	each(t, func(t *testing.T, s *town) {
		var wrong, waits atomic.Int64
		var wg sync.WaitGroup
		for range 12 {
			wg.Go(func() {
				_, err := s.signIn("desk.1", "a wrong guess", abroad)
				switch f, _ := fault.As(err); {
				case f != nil && f.Key == "identity.wrong_login":
					wrong.Add(1)
				case f != nil && f.Key == "identity.too_many_attempts" && f.Params["seconds"] == "2":
					waits.Add(1)
				default:
					t.Errorf("got %v", err)
				}
			})
		}
		if wg.Wait(); wrong.Load() != 5 || waits.Load() != 7 {
			t.Errorf("%d guesses were looked at, %d had to wait", wrong.Load(), waits.Load())
		}
		_, err := s.signIn("desk.1", password, "203.0.113.200")
		s.want("the right password from the same network", err, "identity.too_many_attempts")
		_, err = s.signIn("desk.1", password, home)
		s.ok("the owner from elsewhere", err)
		_, err = s.signIn("nobody", "x", abroad)
		s.want("another login from there", err, "identity.wrong_login")
		s.pass(2 * time.Second)
		_, err = s.signIn("desk.1", password, abroad)
		s.ok("after waiting", err)
		_, err = s.signIn("desk.1", "wrong", abroad)
		s.want("counted anew", err, "identity.wrong_login")
	})
}

func TestSessionsLast(t *testing.T) {
	each(t, func(t *testing.T, s *town) {
		token, err := s.signIn("desk.1", password, home)
		s.ok("sign in", err)
		for range 15 {
			s.pass(11 * time.Hour)
			s.actor(token)
		}
		s.pass(4 * time.Hour) // 169 hours
		s.signedOut("after seven days", token)
		token, err = s.signIn("desk.1", password, home)
		s.ok("sign in", err)
		s.pass(12 * time.Hour)
		s.signedOut("idle for twelve hours", token)
		s.ok("sweep", s.Sweep(t.Context(), realm))
		s.signedOut("swept", token)
	})
}

func TestAPostsEndClosesAccessAtOnce(t *testing.T) {
	each(t, func(t *testing.T, s *town) {
		s.ok("exempt the realm", s.MakeFactorsOptional(t.Context(), realm))
		token, err := s.signIn("desk.1", password, home)
		s.ok("sign in", err)
		g := s.grant(s.desk.ID, identity.Handler, 0, 10)
		if got := s.actor(token).RolesAt(5, "water", s.now()); !slices.Equal(got, []identity.Role{identity.Handler}) {
			t.Errorf("granted, yet the roles are %v", got)
		}
		s.ok("revoke", s.Revoke(t.Context(), realm, g.ID, s.system()))
		if got := s.actor(token).Grants; len(got) != 0 {
			t.Errorf("revoked, yet the grants are %v", got)
		}
		s.want("revoke again", s.Revoke(t.Context(), realm, g.ID, s.system()), "identity.grant_ended")
		s.want("revoke nothing", s.Revoke(t.Context(), realm, "none", s.system()), "identity.grant_missing")
		_, err = s.Grant(t.Context(), identity.Grant{Realm: realm, Account: s.desk.ID, Role: identity.Auditor,
			Area: "a", Hi: 10, From: s.now().Add(time.Hour), Until: s.now().Add(2 * time.Hour)}, s.system())
		s.ok("grant for an hour", err)
		for _, want := range []int{0, 1, 0} {
			if got := s.actor(token).Grants; len(got) != want {
				t.Errorf("at %v there are %d grants, want %d", s.now(), len(got), want)
			}
			s.pass(time.Hour)
		}
		s.ok("disable", s.Disable(t.Context(), realm, s.desk.ID, s.system()))
		s.signedOut("disabled", token)
		s.ok("enable", s.Enable(t.Context(), realm, s.desk.ID, s.system()))
		s.signedOut("enabled again, but signed out", token)
	})
}

func TestHolders(t *testing.T) {
	each(t, func(t *testing.T, s *town) {
		s.grant(s.desk.ID, identity.Dispatcher, 0, 10)
		s.grant(s.desk.ID, identity.Dispatcher, 5, 6)
		worker := s.account("worker", "")
		s.grant(worker.ID, identity.Handler, 0, 10)
		ended := s.grant(worker.ID, identity.Dispatcher, 0, 10)
		s.ok("revoke", s.Revoke(t.Context(), realm, ended.ID, s.system()))
		for _, tt := range []struct {
			role  identity.Role
			place int64
			body  string
			want  []string
		}{
			{identity.Dispatcher, 5, "", []string{s.desk.ID}},
			{identity.Dispatcher, 10, "", nil},
			{identity.Handler, 5, "water", []string{worker.ID}},
			{identity.Handler, 5, "roads", nil},
		} {
			err := s.DB.View(t.Context(), func(tx *db.Tx) error {
				got, err := identity.Holders(t.Context(), tx, realm, tt.role, identity.Asked{Place: tt.place, Body: tt.body}, s.now())
				if !slices.Equal(got, tt.want) {
					t.Errorf("%s at %d for %q: %v", tt.role, tt.place, tt.body, got)
				}
				return err
			})
			s.ok("holders", err)
		}
	})
}

func TestInvitation(t *testing.T) {
	each(t, func(t *testing.T, s *town) {
		const chosen = "a lamp by the well"
		ctx := t.Context()
		old, err := s.signIn("desk.1", password, home)
		s.ok("sign in", err)
		first, err := s.Invite(ctx, realm, s.desk.ID, s.system())
		s.ok("invite", err)
		token, err := s.Invite(ctx, realm, s.desk.ID, s.system())
		s.ok("invite again", err)
		s.want("the first invitation", s.AcceptInvite(ctx, realm, first, chosen), "identity.invite_missing")
		s.want("an invented one", s.AcceptInvite(ctx, realm, "rubbish", chosen), "identity.invite_missing")
		s.want("a bad password", s.AcceptInvite(ctx, realm, token, "short"), "identity.password_short")
		if a, err := s.Invited(ctx, realm, token); err != nil || a.Login != "desk.1" {
			t.Errorf("invited %+v, %v", a, err)
		}
		s.ok("accept", s.AcceptInvite(ctx, realm, token, chosen))
		s.want("accept again", s.AcceptInvite(ctx, realm, token, chosen), "identity.invite_missing")
		s.signedOut("the session of the old password", old)
		_, err = s.signIn("desk.1", password, home)
		s.want("the old password", err, "identity.wrong_login")
		_, err = s.signIn("desk.1", chosen, home)
		s.ok("the new password", err)
		token, err = s.Invite(ctx, realm, s.desk.ID, s.system())
		s.ok("invite", err)
		s.pass(24 * time.Hour)
		s.want("a day later", s.AcceptInvite(ctx, realm, token, chosen), "identity.invite_missing")
	})
}

func TestAnInvitationCountsOnce(t *testing.T) {
	each(t, func(t *testing.T, s *town) {
		token, err := s.Invite(t.Context(), realm, s.desk.ID, s.system())
		s.ok("invite", err)
		var won atomic.Int64
		var wg sync.WaitGroup
		for i := range 4 {
			wg.Go(func() {
				if s.AcceptInvite(t.Context(), realm, token, fmt.Sprintf("the lamp %d by the well", i)) == nil {
					won.Add(1)
				}
			})
		}
		if wg.Wait(); won.Load() != 1 {
			t.Errorf("%d people set the password", won.Load())
		}
	})
}

func TestChangingThePassword(t *testing.T) {
	each(t, func(t *testing.T, s *town) {
		const chosen = "a lamp by the well"
		token, err := s.signIn("desk.1", password, home)
		s.ok("sign in", err)
		a := s.actor(token)
		stolen, err := s.signIn("desk.1", password, abroad)
		s.ok("sign in elsewhere", err)
		before := token
		change := func(by identity.Actor, old, new string) (err error) {
			token, err = s.ChangePassword(t.Context(), by, old, new)
			return err
		}
		s.want("a short one", change(a, password, "short"), "identity.password_short")
		s.want("the old one wrong", change(a, "wrong", chosen), "identity.wrong_login")
		s.ok("change", change(a, password, chosen))
		s.signedOut("a stolen cookie", stolen)
		s.signedOut("the token from before", before)
		a = s.actor(token)
		_, err = s.signIn("desk.1", chosen, home)
		s.ok("sign in", err)
		for range 5 {
			s.want("guessing the old one", change(a, "wrong", chosen), "identity.wrong_login")
		}
		s.want("guessing on", change(a, chosen, chosen), "identity.too_many_attempts")
	})
}

func TestNobodyReachesAbove(t *testing.T) {
	each(t, func(t *testing.T, s *town) {
		ctx := t.Context()
		s.ok("exempt the realm", s.MakeFactorsOptional(ctx, realm))
		s.grant(s.desk.ID, identity.Administrator, 100, 200)
		token, err := s.signIn("desk.1", password, home)
		s.ok("sign in", err)
		local := s.actor(token)
		chief := s.account("chief", password)
		above := s.grant(chief.ID, identity.Administrator, 0, 1000)
		worker := s.account("worker", password)
		s.grant(worker.ID, identity.GridWorker, 150, 160)

		const no = "identity.not_yours_to_administer"
		wide := identity.Grant{Realm: realm, Account: s.desk.ID, Role: identity.Administrator, Area: "a", Hi: 1000}
		_, err = s.Grant(ctx, wide, local)
		s.want("grant oneself more", err, no)
		s.want("revoke the chief's", s.Revoke(ctx, realm, above.ID, local), no)
		_, err = s.Invite(ctx, realm, chief.ID, local)
		s.want("reset the chief's password", err, no)
		s.want("disable the chief", s.Disable(ctx, realm, chief.ID, local), no)
		amend := identity.Amend{Realm: realm, Account: chief.ID, Revision: 1, Name: "甲", Language: "en", By: local}
		s.want("redirect the chief's mail", s.Amend(ctx, amend), no)
		foreign := local
		foreign.Realm = "r2"
		s.want("from another realm", s.Disable(ctx, realm, worker.ID, foreign), no)
		_, err = s.CreateAccount(ctx, identity.NewAccount{Realm: realm, Login: "new", Name: "甲", Language: "en",
			By: identity.Actor{Realm: realm, Account: worker.ID}})
		s.want("create without being administrator", err, no)

		narrow := identity.Grant{Realm: realm, Account: worker.ID, Role: identity.GridWorker, Area: "a", Lo: 150, Hi: 200}
		_, err = s.Grant(ctx, narrow, local)
		s.want("an administrator does not grant", err, no)
		warden := s.account("warden", password)
		s.grant(warden.ID, identity.Security, 100, 200)
		guard := identity.Actor{Realm: realm, Account: warden.ID, Proved: s.now(), Grants: []identity.Grant{{Role: identity.Security, Lo: 100, Hi: 200}}}
		_, err = s.Grant(ctx, narrow, guard)
		s.ok("grant within the town", err)
		_, err = s.Grant(ctx, wide, guard)
		s.want("grant more than one's own places", err, no)
		_, err = s.Invite(ctx, realm, worker.ID, local)
		s.ok("invite a worker of the town", err)
	})
}

func TestAccounts(t *testing.T) {
	each(t, func(t *testing.T, s *town) {
		ctx := t.Context()
		_, err := s.CreateAccount(ctx, identity.NewAccount{Realm: realm, Login: "Desk.1", Name: "乙", Language: "en", By: s.system()})
		s.want("a login that is taken", err, "identity.login_taken")
		_, err = s.CreateAccount(ctx, identity.NewAccount{Realm: realm, Login: "x", Password: "short", Language: "en", By: s.system()})
		if f, ok := fault.As(err); !ok || len(f.More) != 2 {
			t.Errorf("three faults were expected together, got %+v", err)
		}
		me := identity.Actor{Realm: realm, Account: s.desk.ID}
		amend := identity.Amend{Realm: realm, Account: s.desk.ID, Revision: 1, Name: "丙", Language: "en", Mail: "c@example.org", By: me}
		s.ok("amend oneself", s.Amend(ctx, amend))
		s.want("amend what was changed", s.Amend(ctx, amend), "identity.account_changed")
		a, err := s.Account(ctx, realm, s.desk.ID)
		if err != nil || a.Name != "丙" || a.Mail != "c@example.org" || a.Revision != 2 || !a.Ready || !a.Created.Equal(monday) {
			t.Errorf("got %+v, %v", a, err)
		}
		_, err = s.Account(ctx, realm, "none")
		s.want("no such account", err, "identity.account_missing")
		for i := range 6 {
			s.pass(time.Second)
			s.account(fmt.Sprintf("worker.%d", i), "")
		}
		var logins []string
		for c, more := (page.Cursor{}), true; more; {
			p, err := s.Accounts(ctx, realm, c, 3)
			s.ok("accounts", err)
			for _, a := range p.Items {
				logins = append(logins, a.Login)
			}
			c = p.Next
			more = c.More()
		}
		if got := strings.Join(logins, " "); got != "worker.5 worker.4 worker.3 worker.2 worker.1 worker.0 desk.1" {
			t.Errorf("accounts: %s", got)
		}
	})
}

func TestAllIsAuditedWithoutPersonalData(t *testing.T) {
	each(t, func(t *testing.T, s *town) {
		token, err := s.signIn("desk.1", password, home)
		s.ok("sign in", err)
		g := s.grant(s.desk.ID, identity.Handler, 0, 10)
		s.ok("revoke", s.Revoke(t.Context(), realm, g.ID, s.system()))
		s.ok("sign out", s.SignOut(t.Context(), realm, token))
		var acts []string
		err = s.DB.View(t.Context(), func(tx *db.Tx) error {
			list, err := audit.List(t.Context(), tx, realm, "account/"+s.desk.ID, 100)
			for _, r := range list {
				acts = append(acts, strings.TrimPrefix(r.Act, "identity."))
				if strings.Contains(r.Detail, "测试") || strings.Contains(r.Detail, "desk.1") {
					err = errors.Join(err, fmt.Errorf("personal data in %s", r.Detail))
				}
			}
			return err
		})
		s.ok("list", err)
		slices.Sort(acts)
		if got := strings.Join(acts, " "); got != "account_created granted revoked signed_in signed_out" {
			t.Errorf("acts: %s", got)
		}
		if r, err := audit.Verify(t.Context(), s.DB, realm); err != nil || len(r.Problems) > 0 {
			t.Errorf("%+v, %v", r, err)
		}
	})
}

func BenchmarkSession(b *testing.B) {
	for name, open := range map[string]func(testing.TB) *db.DB{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
		b.Run(name, func(b *testing.B) {
			s := identity.New(open(b), func() time.Time { return monday }, slog.New(slog.DiscardHandler))
			a, err := s.CreateAccount(b.Context(), identity.NewAccount{Realm: realm, Login: "desk.1",
				Name: "测试人员", Language: "en", Password: password, By: identity.System(realm)})
			if err != nil {
				b.Fatal(err)
			}
			for range 3 {
				if _, err := s.Grant(b.Context(), identity.Grant{Realm: realm, Account: a.ID,
					Role: identity.Dispatcher, Area: "a", Hi: 10}, identity.System(realm)); err != nil {
					b.Fatal(err)
				}
			}
			e, err := s.SignIn(b.Context(), realm, "desk.1", password, identity.Client{IP: home})
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				if _, err := s.Session(b.Context(), realm, e.Token); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
