// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package factor_test

import (
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"pavilion/internal/base/fault"
	"pavilion/internal/core/audit"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/identity/factor"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/db/dbtest"
	"pavilion/internal/platform/seal"
)

const (
	realm    = "r1"
	password = "the lamp at the gate"
)

// town is the services on one clock, and an administrator.
type town struct {
	*factor.Service
	t     *testing.T
	at    atomic.Int64
	chief identity.Account
}

func newTown(t *testing.T, d *db.DB) *town {
	s := &town{t: t}
	s.at.Store(time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC).UnixNano())
	now := func() time.Time { return time.Unix(0, s.at.Load()).UTC() }
	box, err := seal.NewBox([]byte("0123456789abcdef0123456789abcdef"))
	s.want("box", err, "")
	s.Service = &factor.Service{DB: d, Now: now, Box: box, Identity: identity.New(d, now, slog.New(slog.DiscardHandler))}
	s.chief = s.account("chief", identity.Administrator)
	return s
}

func (s *town) account(login string, role identity.Role) identity.Account {
	s.t.Helper()
	system := identity.System(realm)
	a, err := s.Identity.CreateAccount(s.t.Context(), identity.NewAccount{Realm: realm, Login: login,
		Name: "测试人员", Language: "zh-Hans", Password: password, By: system})
	s.want("account", err, "")
	_, err = s.Identity.Grant(s.t.Context(), identity.Grant{Realm: realm, Account: a.ID, Role: role, Area: "a", Hi: 100}, system)
	s.want("grant", err, "")
	return a
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

func (s *town) signIn(login string, step identity.Step) string {
	s.t.Helper()
	e, err := s.Identity.SignIn(s.t.Context(), realm, login, password, identity.Client{IP: "198.51.100.7"})
	s.want("sign in", err, "")
	if e.Step != step {
		s.t.Fatalf("a right password leads to %q, want %q", e.Step, step)
	}
	return e.Token
}

func (s *town) session(token string) identity.Actor {
	s.t.Helper()
	a, err := s.Identity.Session(s.t.Context(), realm, token)
	s.want("session", err, "")
	return a
}

// app is what the telephone shows of a secret now, or so much later.
func (s *town) app(secret string, later time.Duration) string {
	s.t.Helper()
	code, err := totp.GenerateCode(strings.ReplaceAll(secret, " ", ""), s.Now().Add(later))
	s.want("code", err, "")
	return code
}

// enrolled sets up the chief's factor at sign-in.
func (s *town) enrolled() (secret string, out factor.Enrolled) {
	s.t.Helper()
	half := s.signIn("chief", identity.Enrol)
	offer, err := s.Offer(realm, s.chief.ID, "测试县", "chief")
	s.want("offer", err, "")
	out, err = s.EnrolHalf(s.t.Context(), realm, half, offer.Sealed, s.app(offer.Secret, 0))
	s.want("enrol", err, "")
	return offer.Secret, out
}

func each(t *testing.T, fn func(t *testing.T, s *town)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) { fn(t, newTown(t, d)) })
}

func TestAnAdministratorSetsUpAFactorBeforeAnythingElse(t *testing.T) {
	each(t, func(t *testing.T, s *town) {
		ctx := t.Context()
		half := s.signIn("chief", identity.Enrol)
		_, err := s.Identity.Session(ctx, realm, half)
		s.want("half a session as a session", err, "identity.signed_out")
		_, err = s.Finish(ctx, realm, half, "000000")
		s.want("a code before there is a secret", err, "factor.none")
		offer, err := s.Offer(realm, s.chief.ID, "测试县", "chief")
		s.want("offer", err, "")
		_, err = s.EnrolHalf(ctx, realm, half, offer.Sealed, "12345")
		s.want("a wrong code", err, "factor.wrong_code")
		other := s.account("other", identity.Administrator)
		foreign, err := s.Offer(realm, other.ID, "测试县", "other")
		s.want("offer", err, "")
		_, err = s.EnrolHalf(ctx, realm, half, foreign.Sealed, s.app(foreign.Secret, 0))
		s.want("somebody else's offer", err, "factor.offer_over")
		out, err := s.EnrolHalf(ctx, realm, half, offer.Sealed, s.app(offer.Secret, 0))
		s.want("enrol", err, "")
		if out.Token == half || len(out.Codes) != 10 {
			t.Errorf("the token stays the same: %v; %d codes", out.Token == half, len(out.Codes))
		}
		if a := s.session(out.Token); !a.Strong || !a.Has(identity.Administrator, s.Now()) {
			t.Errorf("the session is %+v", a)
		}
		_, err = s.EnrolHalf(ctx, realm, half, offer.Sealed, s.app(offer.Secret, 0))
		s.want("the half again", err, "identity.signed_out")
		st, err := s.State(ctx, realm, s.chief.ID)
		if err != nil || !st.On() || st.Left != 10 || !st.Required {
			t.Errorf("it stands %+v, %v", st, err)
		}
		s.want("remove what the role asks for", s.Remove(ctx, s.session(out.Token)), "identity.factor_required")
		report, err := audit.Verify(ctx, s.DB, realm)
		if err != nil || len(report.Problems) > 0 {
			t.Errorf("audit: %v, %v", report.Problems, err)
		}
	})
}

func TestACodeCountsOnce(t *testing.T) {
	each(t, func(t *testing.T, s *town) {
		ctx := t.Context()
		secret, _ := s.enrolled()
		used := s.app(secret, 0)
		half := s.signIn("chief", identity.Code)
		_, err := s.Finish(ctx, realm, half, used)
		s.want("the code it was set up with", err, "factor.wrong_code")
		_, err = s.Finish(ctx, realm, half, s.app(secret, 90*time.Second))
		s.want("a code of the future", err, "factor.wrong_code")
		next := s.app(secret, 30*time.Second)
		spaced := next[:3] + "　" + next[3:]
		token, err := s.Finish(ctx, realm, half, spaced)
		s.want("the next code, with a space", err, "")
		s.session(token)
		_, err = s.Finish(ctx, realm, s.signIn("chief", identity.Code), next)
		s.want("the same again", err, "factor.wrong_code")
	})
}

func TestOneOfManyWithTheSameCode(t *testing.T) {
	each(t, func(t *testing.T, s *town) {
		secret, _ := s.enrolled()
		s.at.Add(int64(time.Minute))
		code := s.app(secret, 0)
		var halves []string
		for range 4 {
			halves = append(halves, s.signIn("chief", identity.Code))
		}
		var won atomic.Int64
		var wg sync.WaitGroup
		for _, half := range halves {
			wg.Go(func() {
				if _, err := s.Finish(t.Context(), realm, half, code); err == nil {
					won.Add(1)
				}
			})
		}
		if wg.Wait(); won.Load() != 1 {
			t.Errorf("%d came in with one code", won.Load())
		}
	})
}

func TestHalfASessionEnds(t *testing.T) {
	each(t, func(t *testing.T, s *town) {
		ctx := t.Context()
		secret, out := s.enrolled()
		s.at.Add(int64(time.Minute))
		half := s.signIn("chief", identity.Code)
		s.at.Add(int64(5 * time.Minute))
		_, err := s.Finish(ctx, realm, half, s.app(secret, 0))
		s.want("after five minutes", err, "identity.signed_out")
		half = s.signIn("chief", identity.Code)
		_, err = s.Identity.ChangePassword(ctx, s.session(out.Token), password, "a lamp by the well")
		s.want("change the password", err, "")
		_, err = s.Finish(ctx, realm, half, s.app(secret, 0))
		s.want("after the password was changed", err, "identity.signed_out")
	})
}

func TestGuessingCodesIsThrottledWhereverItComesFrom(t *testing.T) {
	each(t, func(t *testing.T, s *town) {
		ctx := t.Context()
		secret, _ := s.enrolled()
		s.at.Add(int64(time.Minute))
		for range 5 {
			_, err := s.Finish(ctx, realm, s.signIn("chief", identity.Code), "000000")
			s.want("a guess", err, "factor.wrong_code")
		}
		half := s.signIn("chief", identity.Code)
		_, err := s.Finish(ctx, realm, half, s.app(secret, 0))
		s.want("the sixth, though right", err, "identity.too_many_attempts")
		s.at.Add(int64(2 * time.Second))
		_, err = s.Finish(ctx, realm, half, s.app(secret, 0))
		s.want("after waiting", err, "")
	})
}

func TestRecoveryCodesAreSpentOnce(t *testing.T) {
	each(t, func(t *testing.T, s *town) {
		ctx := t.Context()
		_, out := s.enrolled()
		token, err := s.Finish(ctx, realm, s.signIn("chief", identity.Code), strings.ToLower(out.Codes[0]))
		s.want("a recovery code in small letters", err, "")
		_, err = s.Finish(ctx, realm, s.signIn("chief", identity.Code), out.Codes[0])
		s.want("again", err, "factor.wrong_code")
		st, err := s.State(ctx, realm, s.chief.ID)
		if err != nil || st.Left != 9 {
			t.Errorf("%d are left, %v", st.Left, err)
		}
		more, err := s.NewCodes(ctx, s.session(token))
		s.want("new codes", err, "")
		_, err = s.Finish(ctx, realm, s.signIn("chief", identity.Code), out.Codes[1])
		s.want("one of the old set", err, "factor.wrong_code")
		_, err = s.Finish(ctx, realm, s.signIn("chief", identity.Code), more[1])
		s.want("one of the new set", err, "")
	})
}

func TestWhatAsksForAProof(t *testing.T) {
	each(t, func(t *testing.T, s *town) {
		ctx := t.Context()
		worker := s.account("worker", identity.GridWorker)
		token := s.signIn("worker", identity.In)
		offer, err := s.Offer(realm, worker.ID, "测试县", "worker")
		s.want("offer", err, "")
		s.at.Add(int64(10 * time.Minute))
		_, err = s.Enrol(ctx, s.session(token), offer.Sealed, s.app(offer.Secret, 0))
		s.want("ten minutes after the password", err, "identity.prove_first")
		_, err = s.Identity.Prove(ctx, s.session(token), "wrong")
		s.want("a wrong password", err, "identity.wrong_login")
		before := token
		token, err = s.Identity.Prove(ctx, s.session(before), password)
		s.want("prove", err, "")
		_, err = s.Identity.Session(ctx, realm, before)
		s.want("the token from before", err, "identity.signed_out")
		out, err := s.Enrol(ctx, s.session(token), offer.Sealed, s.app(offer.Secret, 0))
		s.want("enrol", err, "")
		s.at.Add(int64(10 * time.Minute))
		s.want("remove without proof", s.Remove(ctx, s.session(out.Token)), "identity.prove_first")
		token, err = s.Prove(ctx, s.session(out.Token), s.app(offer.Secret, 0))
		s.want("prove by code", err, "")
		s.want("remove", s.Remove(ctx, s.session(token)), "")
		s.signIn("worker", identity.In)
	})
}

func TestAFactorIsResetByWhoAdministersOnly(t *testing.T) {
	each(t, func(t *testing.T, s *town) {
		ctx := t.Context()
		_, out := s.enrolled()
		s.account("worker", identity.GridWorker)
		worker := s.session(s.signIn("worker", identity.In))
		s.want("by a worker", s.Reset(ctx, realm, s.chief.ID, worker), "identity.not_yours_to_administer")
		s.want("by the system", s.Reset(ctx, realm, s.chief.ID, identity.System(realm)), "")
		s.session(out.Token)
		s.signIn("chief", identity.Enrol)
	})
}

func TestPrivilegedGrantsDoNotCountInASessionOfOneFactor(t *testing.T) {
	each(t, func(t *testing.T, s *town) {
		worker := s.account("worker", identity.GridWorker)
		token := s.signIn("worker", identity.In)
		_, err := s.Identity.Grant(t.Context(), identity.Grant{Realm: realm, Account: worker.ID, Role: identity.Administrator, Area: "a", Hi: 100}, identity.System(realm))
		s.want("grant", err, "")
		if a := s.session(token); a.Has(identity.Administrator, s.Now()) || !a.Has(identity.GridWorker, s.Now()) {
			t.Errorf("with one factor the grants are %v", a.Grants)
		}
		secret, _, err := s.Identity.CreateToken(t.Context(), identity.NewToken{
			Name: "测试系统", Scopes: []string{"matters:read"}, Until: s.Now().Add(time.Hour), By: s.session(token),
		})
		s.want("token", err, "")
		program := func() bool {
			a, _, err := s.Identity.UseToken(t.Context(), realm, secret)
			s.want("use token", err, "")
			return a.Has(identity.Administrator, s.Now())
		}
		if program() {
			t.Error("a token goes round the rule")
		}
		offer, err := s.Offer(realm, worker.ID, "测试县", "worker")
		s.want("offer", err, "")
		out, err := s.Enrol(t.Context(), s.session(token), offer.Sealed, s.app(offer.Secret, 0))
		s.want("enrol", err, "")
		if a := s.session(out.Token); !a.Has(identity.Administrator, s.Now()) {
			t.Errorf("with two the grants are %v", a.Grants)
		}
		if !program() {
			t.Error("with a factor the token lacks what its owner may do")
		}
	})
}
