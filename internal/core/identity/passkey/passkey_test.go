// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package passkey

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
	password = "three blue kettles"
)

// town0 is the site that the tests' people sign in to.
var town0 = Site{ID: "town.example", Origin: "https://town.example", Name: "测试县"}

// town is the services over a real database, and an administrator with a passkey.
type town struct {
	*Service
	t     *testing.T
	at    *atomic.Int64
	codes *factor.Service
	chief identity.Account
	phone *device
	token string // of the session in which the passkey was made
}

func newTown(t *testing.T, d *db.DB) *town {
	t.Helper()
	s := &town{t: t, at: &atomic.Int64{}}
	s.at.Store(time.Date(2026, 9, 16, 1, 0, 0, 0, time.UTC).UnixMicro())
	now := func() time.Time { return time.UnixMicro(s.at.Load()).UTC() }
	box, err := seal.NewBox([]byte("0123456789abcdef0123456789abcdef"))
	s.want("box", err, "")
	log := slog.New(slog.DiscardHandler)
	who := identity.New(d, now, log)
	s.Service = &Service{DB: d, Now: now, Log: log, Box: box, Identity: who}
	s.codes = &factor.Service{DB: d, Now: now, Box: box, Identity: who}
	s.chief = s.account("chief", identity.Administrator)
	s.phone = newDevice(t)
	s.token = s.enrol(s.phone)
	return s
}

func each(t *testing.T, fn func(t *testing.T, s *town)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) { fn(t, newTown(t, d)) })
}

// want checks which fault, or none, something ended with.
func (s *town) want(what string, err error, key string) {
	s.t.Helper()
	got := ""
	if f, ok := fault.As(err); ok {
		got = f.Key
	} else if err != nil {
		got = err.Error()
	}
	if got != key {
		s.t.Errorf("%s: %q, want %q", what, got, key)
	}
}

func (s *town) after(d time.Duration) { s.at.Add(d.Microseconds()) }

func (s *town) account(login string, role identity.Role) identity.Account {
	s.t.Helper()
	system := identity.System(realm)
	a, err := s.Identity.CreateAccount(s.t.Context(), identity.NewAccount{Realm: realm, Login: login, Name: "测试人员", Language: "en", Password: password, By: system})
	s.want("account", err, "")
	_, err = s.Identity.Grant(s.t.Context(), identity.Grant{Realm: realm, Account: a.ID, Role: role, Area: "a", Hi: 100}, system)
	s.want("grant", err, "")
	return a
}

// knock gives the right password and says what it leads to.
func (s *town) knock(login string, step identity.Step) string {
	s.t.Helper()
	e, err := s.Identity.SignIn(s.t.Context(), realm, login, password, identity.Client{IP: "192.0.2.1"})
	s.want("password of "+login, err, "")
	if e.Step != step {
		s.t.Errorf("the password of %s leads to %q, want %q", login, e.Step, step)
	}
	return e.Token
}

// enrol makes the chief's first passkey between password and session.
func (s *town) enrol(d *device) string {
	s.t.Helper()
	half := s.knock("chief", identity.Enrol)
	c, err := s.OfferHalf(s.t.Context(), realm, half, town0)
	s.want("offer", err, "")
	token, err := s.AddHalf(s.t.Context(), realm, half, Made{c.Sealed, d.make(c), "手机"})
	s.want("enrol", err, "")
	return token
}

// add makes another passkey in a session, which gets another token.
func (s *town) add(token string, d *device) (string, error) {
	s.t.Helper()
	by := s.actor(token)
	c, err := s.Offer(s.t.Context(), by, town0)
	if err != nil {
		return "", err
	}
	return s.Add(s.t.Context(), by, Made{c.Sealed, d.make(c), "测试钥匙"})
}

func (s *town) actor(token string) identity.Actor {
	s.t.Helper()
	a, err := s.Identity.Session(s.t.Context(), realm, token)
	s.want("session", err, "")
	return a
}

func (s *town) ask() Ceremony {
	s.t.Helper()
	c, err := s.Ask(realm, town0)
	s.want("ask", err, "")
	return c
}

// enter signs in with a passkey alone.
func (s *town) enter(c Ceremony, answer string) (string, error) {
	return s.SignIn(s.t.Context(), realm, c.Sealed, answer, identity.Client{IP: "192.0.2.1", Agent: "Firefox"})
}

func (s *town) keys() []Passkey {
	s.t.Helper()
	list, err := s.List(s.t.Context(), realm, s.chief.ID)
	s.want("list", err, "")
	return list
}

func TestAPasskeyAloneCountsAsBothFactors(t *testing.T) {
	each(t, func(t *testing.T, s *town) {
		if a := s.actor(s.token); !a.Strong || !a.Has(identity.Administrator, s.Now()) {
			t.Errorf("the session it was made in is %+v", a)
		}
		s.knock("chief", identity.Code) // the password alone opens no session any more
		s.after(time.Minute)
		c := s.ask()
		token, err := s.enter(c, s.phone.use(c))
		s.want("sign in", err, "")
		if a := s.actor(token); a.Account != s.chief.ID || !a.Strong || a.ProvedLately(s.Now()) != nil || !a.Has(identity.Administrator, s.Now()) {
			t.Errorf("the session is %+v", a)
		}
		k := s.keys()[0]
		if k.Name != "手机" || k.Site != town0.ID || !k.Used.Equal(s.Now()) || k.Created.Equal(k.Used) || k.Synced {
			t.Errorf("the passkey is %+v", k)
		}
		if strings.Contains(string(s.phone.handle), "chief") || len(s.phone.handle) != handleSize {
			t.Errorf("the device calls the account %x", s.phone.handle)
		}
		report, err := audit.Verify(t.Context(), s.DB, realm)
		if err != nil || len(report.Problems) > 0 {
			t.Errorf("audit: %v, %v", report.Problems, err)
		}
	})
}

func TestWhatIsNoRightPasskey(t *testing.T) {
	each(t, func(t *testing.T, s *town) {
		for name, tt := range map[string]struct {
			bend func(d *device, answer func() string) string
			want string
		}{
			"another origin":                {func(d *device, use func() string) string { d.origin = "https://evil.example"; return use() }, "passkey.refused"},
			"the origin without encryption": {func(d *device, use func() string) string { d.origin = "http://town.example"; return use() }, "passkey.refused"},
			"another site":                  {func(d *device, use func() string) string { d.site = "evil.example"; return use() }, "passkey.refused"},
			"a wrong signature":             {func(d *device, use func() string) string { d.forged = true; return use() }, "passkey.refused"},
			"an owner who was not verified": {func(d *device, use func() string) string { d.verified = false; return use() }, "passkey.refused"},
			"another account's name":        {func(d *device, use func() string) string { d.handle = []byte("chief"); return use() }, "passkey.refused"},
			"no name":                       {func(d *device, use func() string) string { d.handle = nil; return use() }, "passkey.refused"},
			"a passkey nobody has":          {func(d *device, use func() string) string { d.id = []byte("0123456789abcdef"); return use() }, "passkey.refused"},
			"nothing":                       {func(*device, func() string) string { return "" }, "passkey.refused"},
			"something enormous":            {func(*device, func() string) string { return strings.Repeat("{", 1<<20) }, "passkey.refused"},
			"more after the end":            {func(_ *device, use func() string) string { return use() + "{}" }, "passkey.refused"},
			"what is right":                 {func(_ *device, use func() string) string { return use() }, ""},
		} {
			bent := *s.phone
			c := s.ask()
			answer := tt.bend(&bent, func() string { return bent.use(c) })
			s.phone.count = max(s.phone.count, bent.count)
			_, err := s.enter(c, answer)
			s.want(name, err, tt.want)
			s.after(time.Minute)
		}
	})
}

func TestAChallengeIsAnsweredOnce(t *testing.T) {
	each(t, func(t *testing.T, s *town) {
		c := s.ask()
		answer := s.phone.use(c)
		_, err := s.enter(c, answer)
		s.want("once", err, "")
		_, err = s.enter(c, answer)
		s.want("the same again", err, "passkey.over")
		_, err = s.enter(c, s.phone.use(c))
		s.want("the same question, answered anew", err, "passkey.over")
		c = s.ask()
		wrong := *s.phone
		wrong.forged = true
		_, err = s.enter(c, wrong.use(c))
		s.want("wrongly", err, "passkey.refused")
		_, err = s.enter(c, s.phone.use(c))
		s.want("rightly after wrongly", err, "passkey.over")
		c = s.ask()
		s.after(ceremony)
		_, err = s.enter(c, s.phone.use(c))
		s.want("after five minutes", err, "passkey.over")
		_, err = s.enter(Ceremony{Sealed: "1.rubbish"}, answer)
		s.want("a question nobody asked", err, "passkey.over")
		other := s.ask()
		_, err = s.enter(Ceremony{Sealed: s.ask().Sealed}, s.phone.use(other))
		s.want("the answer to another question", err, "passkey.refused")
		if n := len(s.keys()); n != 1 || !s.keys()[0].Locked.IsZero() {
			t.Errorf("of %d passkeys the first is locked: %v", n, s.keys()[0].Locked)
		}
	})
}

// Two servers on one database share nothing but it and the key.
func TestOfManyWithOneAnswerOneComesIn(t *testing.T) {
	each(t, func(t *testing.T, s *town) {
		box, err := seal.NewBox([]byte("0123456789abcdef0123456789abcdef"))
		s.want("box", err, "")
		other := &Service{DB: s.DB, Now: s.Now, Log: s.Log, Box: box, Identity: identity.New(s.DB, s.Now, s.Log)}
		c := s.ask()
		answer := s.phone.use(c)
		var in atomic.Int64
		var wg sync.WaitGroup
		for i := range 4 {
			wg.Go(func() {
				at := []*Service{s.Service, other}[i%2]
				if _, err := at.SignIn(t.Context(), realm, c.Sealed, answer, identity.Client{IP: "192.0.2.1"}); err == nil {
					in.Add(1)
				}
			})
		}
		if wg.Wait(); in.Load() != 1 {
			t.Errorf("%d came in with one answer", in.Load())
		}
		if !s.keys()[0].Locked.IsZero() {
			t.Error("sending twice looks like a copy")
		}
	})
}

func TestACopiedPasskeyIsLockedAndItsOwnerTold(t *testing.T) {
	each(t, func(t *testing.T, s *town) {
		copied := *s.phone
		c := s.ask()
		open, err := s.enter(c, s.phone.use(c))
		s.want("the owner", err, "")
		c = s.ask()
		_, err = s.enter(c, copied.use(c))
		s.want("the copy, whose count is behind", err, "passkey.refused")
		if s.keys()[0].Locked.IsZero() {
			t.Fatal("it is not locked")
		}
		_, err = s.Identity.Session(t.Context(), realm, open)
		s.want("the session of whoever was first", err, "identity.signed_out")
		s.phone.count += 10
		c = s.ask()
		_, err = s.enter(c, s.phone.use(c))
		s.want("the owner, afterwards", err, "passkey.refused")
		half := s.knock("chief", identity.Code) // and not straight in: it still is a factor
		_, err = s.OfferHalf(t.Context(), realm, half, town0)
		s.want("offer another to who has the password", err, "")
		_, err = s.AskHalf(t.Context(), realm, half, town0)
		s.want("ask for the locked one", err, "passkey.none_here")
		var told, noted int
		err = s.DB.View(t.Context(), func(tx *db.Tx) error {
			if err := tx.QueryRow(t.Context(), `SELECT count(*) FROM jobs_job WHERE realm = ? AND body LIKE ?`, realm, "%"+Locked+"%").Scan(&told); err != nil {
				return err
			}
			return tx.QueryRow(t.Context(), `SELECT count(*) FROM audit_entry WHERE realm = ? AND act = ?`, realm, Locked).Scan(&noted)
		})
		if err != nil || told != 1 || noted != 1 {
			t.Errorf("told %d times, noted %d times, %v", told, noted, err)
		}
	})
}

func TestAnAuthenticatorThatCountsNothingIsNoCopy(t *testing.T) {
	each(t, func(t *testing.T, s *town) {
		synced := newDevice(t)
		synced.count = 0
		_, err := s.add(s.token, synced)
		s.want("add", err, "")
		for range 3 {
			c := s.ask()
			_, err := s.enter(c, synced.use(c))
			s.want("sign in", err, "")
		}
		synced.count = 4
		c := s.ask()
		_, err = s.enter(c, synced.use(c))
		s.want("one that begins to count", err, "")
		synced.count = 0
		c = s.ask()
		_, err = s.enter(c, synced.use(c))
		s.want("and ceases to", err, "passkey.refused")
	})
}

func TestAPasskeyOpensItsOwnRealmOnly(t *testing.T) {
	each(t, func(t *testing.T, s *town) {
		c, err := s.Ask("r2", town0)
		s.want("ask", err, "")
		_, err = s.SignIn(t.Context(), "r2", c.Sealed, s.phone.use(c), identity.Client{IP: "192.0.2.1"})
		s.want("in another realm", err, "passkey.refused")
		c = s.ask()
		_, err = s.SignIn(t.Context(), "r2", c.Sealed, s.phone.use(c), identity.Client{IP: "192.0.2.1"})
		s.want("another realm's question", err, "passkey.over")
		elsewhere := Site{ID: "other.example", Origin: "https://other.example", Name: "测试"}
		c, err = s.Ask(realm, elsewhere)
		s.want("ask at another address", err, "")
		moved := *s.phone
		moved.site, moved.origin = elsewhere.ID, elsewhere.Origin
		_, err = s.enter(c, moved.use(c))
		s.want("at another address", err, "passkey.refused")
	})
}

func TestADisabledAccountsPasskeyOpensNothing(t *testing.T) {
	each(t, func(t *testing.T, s *town) {
		s.want("disable", s.Identity.Disable(t.Context(), realm, s.chief.ID, identity.System(realm)), "")
		c := s.ask()
		_, err := s.enter(c, s.phone.use(c))
		s.want("disabled", err, "passkey.refused")
		s.want("enable", s.Identity.Enable(t.Context(), realm, s.chief.ID, identity.System(realm)), "")
		c = s.ask()
		_, err = s.enter(c, s.phone.use(c))
		s.want("enabled", err, "")
	})
}

func TestTryingPasskeysIsThrottledLikePasswords(t *testing.T) {
	each(t, func(t *testing.T, s *town) {
		forged := *s.phone
		forged.forged = true
		for range 5 {
			c := s.ask()
			_, err := s.enter(c, forged.use(c))
			s.want("a try", err, "passkey.refused")
		}
		c := s.ask()
		s.phone.count = forged.count
		_, err := s.enter(c, s.phone.use(c))
		s.want("the sixth, though right", err, "identity.too_many_attempts")
		_, err = s.SignIn(t.Context(), realm, c.Sealed, s.phone.use(c), identity.Client{IP: "198.51.100.7"})
		s.want("the owner elsewhere", err, "")
		s.want("the password is not held up", func() error { s.knock("chief", identity.Code); return nil }(), "")
	})
}

func TestTheSecondStepTakesOnesOwnPasskey(t *testing.T) {
	each(t, func(t *testing.T, s *town) {
		ctx := t.Context()
		half := s.knock("chief", identity.Code)
		c, err := s.AskHalf(ctx, realm, half, town0)
		s.want("ask", err, "")
		_, err = s.enter(c, s.phone.use(c))
		s.want("the answer without the password", err, "passkey.over")
		_, err = s.Finish(ctx, realm, s.knock("chief", identity.Code), c.Sealed, s.phone.use(c))
		s.want("in another half", err, "passkey.over")
		stranger := newDevice(t)
		stranger.handle = s.phone.handle
		_, err = s.Finish(ctx, realm, half, c.Sealed, stranger.use(c))
		s.want("a passkey nobody has", err, "passkey.refused")
		c, err = s.AskHalf(ctx, realm, half, town0)
		s.want("ask again", err, "")
		token, err := s.Finish(ctx, realm, half, c.Sealed, s.phone.use(c))
		s.want("right", err, "")
		if a := s.actor(token); !a.Strong {
			t.Errorf("the session is %+v", a)
		}
		_, err = s.AskHalf(ctx, realm, half, town0)
		s.want("the half again", err, "identity.signed_out")
	})
}

func TestAPasskeyProvesAndThePasswordDoesNot(t *testing.T) {
	each(t, func(t *testing.T, s *town) {
		ctx := t.Context()
		s.after(10 * time.Minute)
		_, err := s.add(s.token, newDevice(t))
		s.want("add without proof", err, "identity.prove_first")
		_, err = s.Identity.Prove(ctx, s.actor(s.token), password)
		s.want("by password", err, "identity.factor_wanted")
		c, err := s.AskProof(ctx, s.actor(s.token), town0)
		s.want("ask", err, "")
		token, err := s.Prove(ctx, s.actor(s.token), c.Sealed, s.phone.use(c))
		s.want("prove", err, "")
		_, err = s.Identity.Session(ctx, realm, s.token)
		s.want("the token from before", err, "identity.signed_out")
		_, err = s.add(token, newDevice(t))
		s.want("add", err, "")
	})
}

// Who has learned the password adds no factor of their own to an account that has
// one, neither a passkey nor an app.
func TestThePasswordAloneAddsNoFactor(t *testing.T) {
	each(t, func(t *testing.T, s *town) {
		ctx := t.Context()
		half := s.knock("chief", identity.Code)
		own := newDevice(t)
		c, err := s.OfferHalf(ctx, realm, half, town0)
		s.want("offer", err, "")
		_, err = s.AddHalf(ctx, realm, half, Made{c.Sealed, own.make(c), "测试"})
		s.want("a passkey", err, "identity.factor_there")
		o, err := s.codes.Offer(realm, s.chief.ID, "测试县", "chief")
		s.want("offer of an app", err, "")
		_, err = s.codes.EnrolHalf(ctx, realm, half, o.Sealed, code(t, o.Secret, s.Now()))
		s.want("an app", err, "identity.factor_there")
		s.account("worker", identity.GridWorker)
		weak, after := s.knock("worker", identity.In), s.knock("worker", identity.In)
		_, err = s.add(after, newDevice(t))
		s.want("the owner's first", err, "")
		_, err = s.add(weak, newDevice(t))
		s.want("in a session of one factor", err, "identity.prove_first")
	})
}

func TestTwoWhoSetUpTheFirstFactorAtOnce(t *testing.T) {
	each(t, func(t *testing.T, s *town) {
		s.account("other", identity.Auditor)
		var in atomic.Int64
		var wg sync.WaitGroup
		var halves []string
		for range 4 {
			halves = append(halves, s.knock("other", identity.Enrol))
		}
		for _, half := range halves {
			d := newDevice(t)
			c, err := s.OfferHalf(t.Context(), realm, half, town0)
			s.want("offer", err, "")
			answer := d.make(c)
			wg.Go(func() {
				if _, err := s.AddHalf(t.Context(), realm, half, Made{c.Sealed, answer, "测试"}); err == nil {
					in.Add(1)
				}
			})
		}
		if wg.Wait(); in.Load() != 1 {
			t.Errorf("%d set up the first factor", in.Load())
		}
	})
}

func TestTheLastFactorOfAPowerStays(t *testing.T) {
	each(t, func(t *testing.T, s *town) {
		ctx := t.Context()
		first := s.keys()[0].ID
		s.want("the only one", s.Remove(ctx, s.actor(s.token), first), "identity.factor_required")
		if len(s.keys()) != 1 {
			t.Fatal("it is gone")
		}
		token, err := s.add(s.token, newDevice(t))
		s.want("another", err, "")
		s.want("one of two", s.Remove(ctx, s.actor(token), first), "")
		s.want("the same again", s.Remove(ctx, s.actor(token), first), "passkey.missing")
		last := s.keys()[0].ID
		s.want("the last", s.Remove(ctx, s.actor(token), last), "identity.factor_required")
		o, err := s.codes.Offer(realm, s.chief.ID, "测试县", "chief")
		s.want("offer of an app", err, "")
		out, err := s.codes.Enrol(ctx, s.actor(token), o.Sealed, code(t, o.Secret, s.Now()))
		s.want("an app", err, "")
		s.want("the last, with an app", s.Remove(ctx, s.actor(out.Token), last), "")
		s.want("then the app", s.codes.Remove(ctx, s.actor(out.Token)), "identity.factor_required")
		c := s.ask()
		_, err = s.enter(c, s.phone.use(c))
		s.want("a passkey that was removed", err, "passkey.refused")
	})
}

func TestOfTwoWhoRemoveTheLastTwoOneCan(t *testing.T) {
	each(t, func(t *testing.T, s *town) {
		token, err := s.add(s.token, newDevice(t))
		s.want("another", err, "")
		by := s.actor(token)
		var done atomic.Int64
		var wg sync.WaitGroup
		for _, k := range s.keys() {
			wg.Go(func() {
				if s.Remove(t.Context(), by, k.ID) == nil {
					done.Add(1)
				}
			})
		}
		if wg.Wait(); done.Load() != 1 || len(s.keys()) != 1 {
			t.Errorf("%d were removed, %d are left", done.Load(), len(s.keys()))
		}
	})
}

func TestWhatMakesNoPasskey(t *testing.T) {
	each(t, func(t *testing.T, s *town) {
		ctx := t.Context()
		token := s.token
		for name, tt := range map[string]struct {
			bend func(d *device)
			name string
			want string
		}{
			"another origin":                {func(d *device) { d.origin = "https://evil.example" }, "测试", "passkey.refused"},
			"another site":                  {func(d *device) { d.site = "evil.example" }, "测试", "passkey.refused"},
			"an owner who was not verified": {func(d *device) { d.verified = false }, "测试", "passkey.refused"},
			"one that is somebody's":        {func(d *device) { d.id = s.phone.id }, "测试", "passkey.known"},
			"no name":                       {func(*device) {}, " ", "passkey.bad_name"},
			"a long name":                   {func(*device) {}, strings.Repeat("长", maxName+1), "passkey.bad_name"},
			"a name in two lines":           {func(*device) {}, "一\n二", "passkey.bad_name"},
		} {
			d := newDevice(t)
			c, err := s.Offer(ctx, s.actor(token), town0)
			s.want("offer", err, "")
			tt.bend(d)
			_, err = s.Add(ctx, s.actor(token), Made{c.Sealed, d.make(c), tt.name})
			s.want(name, err, tt.want)
		}
		c, err := s.Offer(ctx, s.actor(token), town0)
		s.want("offer", err, "")
		_, err = s.Add(ctx, s.actor(token), Made{c.Sealed, s.phone.use(s.ask()), "测试"})
		s.want("the answer to another kind of question", err, "passkey.refused")
		for range most - 1 {
			token, err = s.add(token, newDevice(t))
			s.want("one more", err, "")
		}
		_, err = s.add(token, newDevice(t))
		s.want("one too many", err, "passkey.many")
	})
}

func TestRenamingAndRecovering(t *testing.T) {
	each(t, func(t *testing.T, s *town) {
		ctx := t.Context()
		first := s.keys()[0].ID
		s.want("rename", s.Rename(ctx, s.actor(s.token), first, " 办公电脑 "), "")
		if k, err := s.One(ctx, s.actor(s.token), first); err != nil || k.Name != "办公电脑" {
			t.Errorf("it is called %q, %v", k.Name, err)
		}
		s.account("worker", identity.GridWorker)
		worker := s.actor(s.knock("worker", identity.In))
		s.want("somebody else's", s.Rename(ctx, worker, first, "测试"), "passkey.missing")
		s.want("remove somebody else's", s.Remove(ctx, worker, first), "passkey.missing")
		s.want("reset by a worker", s.Reset(ctx, realm, s.chief.ID, worker), "identity.not_yours_to_administer")
		s.want("reset by the system", s.Reset(ctx, realm, s.chief.ID, identity.System(realm)), "")
		s.want("reset again", s.Reset(ctx, realm, s.chief.ID, identity.System(realm)), "")
		s.knock("chief", identity.Enrol)
		c := s.ask()
		_, err := s.enter(c, s.phone.use(c))
		s.want("one that was taken away", err, "passkey.refused")
	})
}

func TestSpentChallengesAreForgottenWhenTheyExpire(t *testing.T) {
	each(t, func(t *testing.T, s *town) {
		left := func() (n int) {
			s.want("count", s.DB.View(t.Context(), func(tx *db.Tx) error {
				return tx.QueryRow(t.Context(), `SELECT count(*) FROM identity_ceremony WHERE realm = ?`, realm).Scan(&n)
			}), "")
			return n
		}
		s.want("sweep", s.Identity.Sweep(t.Context(), realm), "")
		if left() == 0 {
			t.Error("the spent challenge is forgotten at once")
		}
		s.after(ceremony)
		s.want("sweep", s.Identity.Sweep(t.Context(), realm), "")
		if n := left(); n != 0 {
			t.Errorf("%d are left", n)
		}
	})
}

func code(t *testing.T, secret string, at time.Time) string {
	t.Helper()
	out, err := totp.GenerateCode(strings.ReplaceAll(secret, " ", ""), at)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestSiteOf(t *testing.T) {
	for _, tt := range []struct {
		public, host, id, origin string
	}{
		{"https://Town.example/", "evil.example", "town.example", "https://town.example"},
		{"https://town.example:8443", "", "town.example", "https://town.example:8443"},
		{"https://town.example:443", "", "town.example", "https://town.example"},
		{"http://town.example", "", "", ""},
		{"https://192.0.2.1", "", "", ""},
		{"https://[2001:db8::1]", "", "", ""},
		{"http://localhost:8080", "", "localhost", "http://localhost:8080"},
		{"", "localhost:8080", "localhost", "http://localhost:8080"},
		{"", "LOCALHOST", "localhost", "http://localhost"},
		{"", "127.0.0.1:8080", "", ""},
		{"", "town.example", "", ""},
		{"", "localhost.evil.example", "", ""},
		{"", "localhost@evil.example", "", ""},
		{"", "evil.example/localhost", "", ""},
		{"", "", "", ""},
	} {
		s, ok := SiteOf(tt.public, tt.host)
		if ok != (tt.id != "") || s.ID != tt.id || s.Origin != tt.origin {
			t.Errorf("SiteOf(%q, %q) is %+v, %v", tt.public, tt.host, s, ok)
		}
	}
}
