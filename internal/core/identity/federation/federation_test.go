// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package federation_test

import (
	"context"
	"log/slog"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pavilion/internal/base/clock"
	"pavilion/internal/base/fault"
	"pavilion/internal/base/page"
	"pavilion/internal/core/audit"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/identity/federation"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/db/dbtest"
	"pavilion/internal/platform/gateway/openid"
	"pavilion/internal/platform/gateway/openid/openidtest"
	"pavilion/internal/platform/seal"
)

const (
	realm    = "r1"
	password = "the lamp at the gate"
	callback = "http://127.0.0.1/signin/callback"
)

// outside is how app has providers asked.
type outside struct{ *openid.Client }

func (o outside) Address(ctx context.Context, site federation.Site, q federation.Question) (string, error) {
	return o.Client.Address(ctx, openid.Site(site), openid.Question(q))
}

func (o outside) From(ctx context.Context, site federation.Site, named string) error {
	return o.Client.From(ctx, openid.Site(site), named)
}

func (o outside) Redeem(ctx context.Context, site federation.Site, q federation.Question, code string) (federation.Subject, error) {
	who, err := o.Client.Redeem(ctx, openid.Site(site), openid.Question(q), code)
	return federation.Subject(who), err
}

type whole struct{}

func (whole) Whole(string) (lo, hi int64) { return 0, 100 }

// town is the services on one clock with one provider, which a security
// administrator has added, and a clerk without powers.
type town struct {
	*federation.Service
	t             testing.TB
	ahead         atomic.Int64
	chief         identity.Actor
	clerk         identity.Account
	outsideServer *openidtest.Provider
	provider      federation.Provider
}

func newTown(t testing.TB, d *db.DB) *town {
	s := &town{t: t, outsideServer: openidtest.Start(t)}
	now := func() time.Time { return clock.System().Add(time.Duration(s.ahead.Load())) }
	box, err := seal.NewBox([]byte("0123456789abcdef0123456789abcdef"))
	s.want("box", err, "")
	log := slog.New(slog.DiscardHandler)
	s.Service = &federation.Service{
		DB: d, Now: now, Log: log, Box: box, Identity: identity.New(d, now, log),
		Outside: outside{openid.New(openidtest.Calls(), now)}, Realms: whole{},
	}
	chief := s.account("chief", identity.Security)
	s.clerk = s.account("clerk", identity.Dispatcher)
	s.chief = identity.Actor{Realm: realm, Account: chief.ID, Strong: true, Proved: now(),
		Grants: []identity.Grant{{Role: identity.Security, Lo: 0, Hi: 100}}}
	s.provider = s.add(s.outsideServer, "")
	return s
}

func (s *town) add(p *openidtest.Provider, strong string) federation.Provider {
	s.t.Helper()
	made, err := s.Add(s.t.Context(), federation.Add{
		Realm: realm, Name: "测试认证", Issuer: p.Site().Issuer, Client: openidtest.ID, Secret: openidtest.Secret, Strong: strong, By: s.chief,
	})
	s.want("add provider", err, "")
	return made
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

// signedIn is the actor of a password's session.
func (s *town) signedIn(login string) identity.Actor {
	s.t.Helper()
	e, err := s.Identity.SignIn(s.t.Context(), realm, login, password, identity.Client{IP: "192.0.2.1"})
	s.want("sign in", err, "")
	return s.session(e)
}

func (s *town) session(e identity.Entry) identity.Actor {
	s.t.Helper()
	a, err := s.Identity.Session(s.t.Context(), realm, e.Token)
	s.want("session", err, "")
	return a
}

// begin begins a flow at the town's provider.
func (s *town) begin(purpose federation.Purpose, by identity.Actor) federation.Begin {
	return federation.Begin{
		Realm: realm, Provider: s.provider.ID, Purpose: purpose, Callback: callback, Next: "/desk/x", By: by, From: identity.Client{IP: "192.0.2.1"},
	}
}

// answer is what the provider sends back through a browser that keeps its token.
func (s *town) answer(c federation.Begin) federation.Answer {
	s.t.Helper()
	on, err := s.Begin(s.t.Context(), c)
	s.want("begin", err, "")
	back := s.outsideServer.Visit(s.t, on.Address)
	return federation.Answer{
		Realm: realm, Token: on.Token, State: back.Get("state"), Code: back.Get("code"), Issuer: back.Get("iss"), Error: back.Get("error"),
		Callback: callback, By: c.By, From: c.From,
	}
}

// through goes to the provider and back.
func (s *town) through(purpose federation.Purpose, by identity.Actor) (federation.Outcome, error) {
	s.t.Helper()
	return s.Answer(s.t.Context(), s.answer(s.begin(purpose, by)))
}

// linked links the provider's subject to the clerk.
func (s *town) linked() identity.Actor {
	s.t.Helper()
	by := s.signedIn("clerk")
	_, err := s.through(federation.Bind, by)
	s.want("link", err, "")
	return by
}

func TestOnlyALinkedSubjectComesIn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newTown(t, d)
		_, err := s.through(federation.SignIn, identity.Actor{})
		s.want("nobody's subject", err, "federation.unknown")
		list, err := s.Identity.Accounts(t.Context(), realm, page.Cursor{}, 10)
		if err != nil || len(list.Items) != 2 {
			t.Errorf("there are %d accounts, %v", len(list.Items), err)
		}
		s.linked()
		out, err := s.through(federation.SignIn, identity.Actor{})
		s.want("the clerk's subject", err, "")
		if out.Entry.Step != identity.In || out.Next != "/desk/x" {
			t.Errorf("it leads to %+v", out)
		}
		if a := s.session(out.Entry); a.Account != s.clerk.ID || a.Strong {
			t.Errorf("it is %+v", a)
		}
		s.outsideServer.Bend(func(p *openidtest.Provider) {
			p.Subject = "subject-2"
			p.Claims["email"], p.Claims["preferred_username"] = "clerk@example.org", "clerk"
		})
		_, err = s.through(federation.SignIn, identity.Actor{})
		s.want("another subject with the clerk's login", err, "federation.unknown")
	})
}

// TestTheSameSubjectOfAnotherProviderIsSomebodyElse keeps people of several
// providers apart.
func TestTheSameSubjectOfAnotherProviderIsSomebodyElse(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newTown(t, d)
		s.linked()
		s.outsideServer = openidtest.Start(t)
		s.provider = s.add(s.outsideServer, "")
		_, err := s.through(federation.SignIn, identity.Actor{})
		s.want("the same word from elsewhere", err, "federation.unknown")
	})
}

func TestAnAnswerIsGoodOnceAndInItsBrowserOnly(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newTown(t, d)
		s.linked()
		for _, tt := range []struct {
			what string
			bend func(*federation.Answer)
			want string
		}{
			{"a browser that began nothing", func(a *federation.Answer) { a.Token = "" }, "federation.over"},
			{"an invented token", func(a *federation.Answer) { a.Token = strings.Repeat("x", len(a.Token)) }, "federation.over"},
			{"another state", func(a *federation.Answer) { a.State = "x" + a.State[1:] }, "federation.other_browser"},
			{"no state", func(a *federation.Answer) { a.State = "" }, "federation.other_browser"},
			{"another browser's token", func(a *federation.Answer) { a.Token = s.answer(s.begin(federation.SignIn, identity.Actor{})).Token }, "federation.other_browser"},
			{"another issuer", func(a *federation.Answer) { a.Issuer = "https://evil.example" }, "openid.bad_answer"},
			{"no issuer", func(a *federation.Answer) { a.Issuer = "" }, "openid.bad_answer"},
			{"an invented code", func(a *federation.Answer) { a.Code = "invented" }, "openid.code_refused"},
			{"another's code", func(a *federation.Answer) { a.Code = s.answer(s.begin(federation.SignIn, identity.Actor{})).Code }, "openid.code_refused"},
			{"no code", func(a *federation.Answer) { a.Code = "" }, "federation.failed"},
			{"an endless code", func(a *federation.Answer) { a.Code = strings.Repeat("x", 5000) }, "federation.failed"},
			{"a refusal", func(a *federation.Answer) { a.Error = "access_denied" }, "federation.declined"},
			{"another error", func(a *federation.Answer) { a.Error = "server_error" }, "federation.failed"},
			{"nothing bent", func(*federation.Answer) {}, ""},
		} {
			a := s.answer(s.begin(federation.SignIn, identity.Actor{}))
			tt.bend(&a)
			out, err := s.Answer(t.Context(), a)
			s.want(tt.what, err, tt.want)
			if err != nil && out.Entry.Token != "" {
				t.Errorf("%s opens something", tt.what)
			}
			if tt.want == "" {
				_, err := s.Answer(t.Context(), a)
				s.want("the same again", err, "federation.over")
			}
		}
		late := s.answer(s.begin(federation.SignIn, identity.Actor{}))
		s.ahead.Add(int64(10 * time.Minute))
		_, err := s.Answer(t.Context(), late)
		s.want("ten minutes later", err, "federation.over")
	})
}

func TestOfManyAnswersOneCounts(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newTown(t, d)
		s.linked()
		a := s.answer(s.begin(federation.SignIn, identity.Actor{}))
		var opened atomic.Int64
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				if _, err := s.Answer(t.Context(), a); err == nil {
					opened.Add(1)
				}
			})
		}
		wg.Wait()
		if opened.Load() != 1 {
			t.Errorf("%d sessions were opened", opened.Load())
		}
	})
}

// TestAProviderThatMisbehaves has what comes from the provider itself bent; openid's
// own test has all the ways.
func TestAProviderThatMisbehaves(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newTown(t, d)
		s.linked()
		for what, bend := range map[string]func(*openidtest.Provider){
			"another nonce":       func(p *openidtest.Provider) { p.Claims["nonce"] = "other" },
			"another audience":    func(p *openidtest.Provider) { p.Claims["aud"] = "other" },
			"alg none":            func(p *openidtest.Provider) { p.Sign = openidtest.None },
			"HS256 by public key": func(p *openidtest.Provider) { p.Sign = openidtest.PublicKeyAsPassword },
			"an expired token":    func(p *openidtest.Provider) { p.Claims["exp"] = time.Now().Add(-time.Hour).Unix() },
		} {
			s.outsideServer.Bend(bend)
			_, err := s.through(federation.SignIn, identity.Actor{})
			s.want(what, err, "openid.bad_answer")
			s.outsideServer.Bend(func(p *openidtest.Provider) { p.Sign, p.Claims = openidtest.Right, map[string]any{} })
		}
		a := s.answer(s.begin(federation.SignIn, identity.Actor{}))
		s.outsideServer.Bend(func(p *openidtest.Provider) { p.Status = 503 })
		_, err := s.Answer(t.Context(), a)
		s.want("a provider that is down", err, "openid.silent")
		s.outsideServer.Bend(func(p *openidtest.Provider) { p.Status = 0 })
		s.outsideServer.Rotate(t)
		_, err = s.through(federation.SignIn, identity.Actor{})
		s.want("a new key", err, "")
	})
}

func TestASlowProviderHoldsNobodyElse(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newTown(t, d)
		s.linked()
		a := s.answer(s.begin(federation.SignIn, identity.Actor{}))
		hold := make(chan struct{})
		s.outsideServer.Bend(func(p *openidtest.Provider) { p.Hold = hold })
		done := make(chan error)
		go func() { _, err := s.Answer(t.Context(), a); done <- err }()
		s.signedIn("clerk") // writes, while the provider is waited for
		s.outsideServer.Bend(func(p *openidtest.Provider) { p.Hold = nil })
		close(hold)
		s.want("the slow answer", <-done, "")
		a = s.answer(s.begin(federation.SignIn, identity.Actor{}))
		never := make(chan struct{})
		defer close(never)
		s.outsideServer.Bend(func(p *openidtest.Provider) { p.Hold = never })
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		if _, err := s.Answer(ctx, a); err == nil {
			t.Error("an answer that never came was taken")
		}
	})
}

func TestAProviderIsOneFactorUnlessTrusted(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newTown(t, d)
		system := identity.System(realm)
		by := s.linked()
		_, err := s.Identity.Grant(t.Context(), identity.Grant{Realm: realm, Account: s.clerk.ID, Role: identity.Administrator, Area: "a", Hi: 100}, system)
		s.want("a power", err, "")
		out, err := s.through(federation.SignIn, by)
		s.want("sign in", err, "")
		if out.Entry.Step != identity.Enrol {
			t.Fatalf("a power comes in with one factor: %+v", out.Entry)
		}
		for strong, want := range map[string]identity.Step{"gold": identity.Enrol, "otp": identity.In, "silver": identity.In, "GOLD hwk": identity.Enrol} {
			p, err := s.Provider(t.Context(), realm, s.provider.ID)
			s.want("provider", err, "")
			s.want("trust", s.Amend(t.Context(), federation.Amend{
				Realm: realm, ID: p.ID, Revision: p.Revision, Name: p.Name, Client: p.Client, Strong: strong, By: s.chief,
			}), "")
			out, err := s.through(federation.SignIn, by)
			s.want("sign in", err, "")
			if out.Entry.Step != want {
				t.Errorf("trusting %q leads to %q, want %q", strong, out.Entry.Step, want)
			}
			if want == identity.In && !s.session(out.Entry).Has(identity.Administrator, s.Now()) {
				t.Errorf("trusting %q the power does not count", strong)
			}
		}
	})
}

func TestLinkingIsTheOwnersAfterAProof(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newTown(t, d)
		by := s.signedIn("clerk")
		unproved := by
		unproved.Proved = s.Now().Add(-10 * time.Minute)
		_, err := s.Begin(t.Context(), s.begin(federation.Bind, unproved))
		s.want("without a proof", err, "identity.prove_first")
		_, err = s.Begin(t.Context(), s.begin(federation.Bind, identity.Actor{}))
		s.want("nobody", err, "federation.other_browser")
		other := s.account("other", identity.Dispatcher)
		a := s.answer(s.begin(federation.Bind, by))
		a.By = identity.Actor{Realm: realm, Account: other.ID}
		_, err = s.Answer(t.Context(), a)
		s.want("another account comes back", err, "federation.other_browser")
		a = s.answer(s.begin(federation.Bind, by))
		a.By = identity.Actor{}
		_, err = s.Answer(t.Context(), a)
		s.want("signed out in between", err, "federation.other_browser")
		s.linked()
		_, err = s.through(federation.Bind, by)
		s.want("the same again", err, "")
		_, err = s.through(federation.Bind, s.signedIn("other"))
		s.want("a subject that is another's", err, "federation.taken")
		s.outsideServer.Bend(func(p *openidtest.Provider) { p.Subject = "subject-2" })
		_, err = s.through(federation.Bind, by)
		s.want("a second subject", err, "federation.has_one")
	})
}

func TestTheLastWayInIsNotTakenAway(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newTown(t, d)
		system := identity.System(realm)
		bare, err := s.Identity.CreateAccount(t.Context(), identity.NewAccount{Realm: realm, Login: "bare", Name: "测试人员", Language: "en", By: system})
		s.want("account without a password", err, "")
		invite, err := s.Identity.Invite(t.Context(), realm, bare.ID, system)
		s.want("invite", err, "")
		c := s.begin(federation.Accept, identity.Actor{})
		c.Invite = "invented"
		_, err = s.Begin(t.Context(), c)
		s.want("an invented invitation", err, "identity.invite_missing")
		c.Invite = invite
		twice := s.answer(c)
		out, err := s.Answer(t.Context(), s.answer(c))
		s.want("accept", err, "")
		by := s.session(out.Entry)
		if by.Account != bare.ID {
			t.Errorf("the invitation opens %q", by.Account)
		}
		_, err = s.Answer(t.Context(), twice)
		s.want("the invitation again", err, "identity.invite_missing")
		s.want("the only way", s.Unlink(t.Context(), s.provider.ID, by), "federation.last_way")
		first := s.provider
		s.outsideServer = openidtest.Start(t)
		s.provider = s.add(s.outsideServer, "")
		_, err = s.through(federation.Bind, by)
		s.want("a second provider", err, "")
		s.want("close it", s.Close(t.Context(), realm, s.provider.ID, s.chief), "")
		s.want("the other is closed", s.Unlink(t.Context(), first.ID, by), "federation.last_way")
		s.want("open it", s.Open(t.Context(), realm, s.provider.ID, s.chief), "")
		var wg sync.WaitGroup
		var ended atomic.Int64
		for _, p := range []string{first.ID, s.provider.ID} {
			wg.Go(func() {
				if s.Unlink(t.Context(), p, by) == nil {
					ended.Add(1)
				}
			})
		}
		wg.Wait()
		if ended.Load() != 1 {
			t.Errorf("%d of the two last ways were taken away at once", ended.Load())
		}
	})
}

func TestUnlinkingEndsTheWayIn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newTown(t, d)
		by := s.linked()
		list, err := s.Ways(t.Context(), by)
		if err != nil || len(list) != 1 || !list[0].Linked() || list[0].Links != 1 {
			t.Errorf("the ways are %+v, %v", list, err)
		}
		unproved := by
		unproved.Proved = time.Time{}
		s.want("without a proof", s.Unlink(t.Context(), s.provider.ID, unproved), "identity.prove_first")
		s.want("unlink", s.Unlink(t.Context(), s.provider.ID, by), "")
		s.want("again", s.Unlink(t.Context(), s.provider.ID, by), "federation.not_linked")
		_, err = s.through(federation.SignIn, identity.Actor{})
		s.want("sign in", err, "federation.unknown")
		s.linked()
		_, err = s.through(federation.SignIn, identity.Actor{})
		s.want("linked once more", err, "")
	})
}

func TestAClosedProviderLetsNobodyIn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newTown(t, d)
		own := s.linked()
		out, err := s.through(federation.SignIn, identity.Actor{})
		s.want("sign in", err, "")
		underWay := s.answer(s.begin(federation.SignIn, identity.Actor{}))
		s.want("close", s.Close(t.Context(), realm, s.provider.ID, s.chief), "")
		_, err = s.Identity.Session(t.Context(), realm, out.Entry.Token)
		s.want("a session it has opened", err, "identity.signed_out")
		if list, err := s.Identity.Sessions(t.Context(), own); err != nil || len(list) != 1 {
			t.Errorf("of the password's sessions are left %d, %v", len(list), err)
		}
		_, err = s.Answer(t.Context(), underWay)
		s.want("an answer on its way", err, "federation.closed")
		_, err = s.Begin(t.Context(), s.begin(federation.SignIn, identity.Actor{}))
		s.want("begin", err, "federation.closed")
		if list, err := s.Offered(t.Context(), realm); err != nil || len(list) != 0 {
			t.Errorf("it is offered: %+v, %v", list, err)
		}
		s.want("open", s.Open(t.Context(), realm, s.provider.ID, s.chief), "")
		_, err = s.through(federation.SignIn, identity.Actor{})
		s.want("sign in again", err, "")
		s.want("remove", s.Remove(t.Context(), realm, s.provider.ID, s.chief), "")
		_, err = s.Begin(t.Context(), s.begin(federation.SignIn, identity.Actor{}))
		s.want("removed", err, "federation.missing")
		s.provider = s.add(s.outsideServer, "")
		_, err = s.through(federation.SignIn, identity.Actor{})
		s.want("added anew", err, "")
		s.want("disable", s.Identity.Disable(t.Context(), realm, s.clerk.ID, identity.System(realm)), "")
		_, err = s.through(federation.SignIn, identity.Actor{})
		s.want("a disabled account", err, "federation.unknown")
	})
}

func TestAProviderProvesWhoAsks(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newTown(t, d)
		by := s.linked()
		by.Proved = time.Time{}
		out, err := s.through(federation.Prove, by)
		s.want("prove", err, "")
		renewed, err := s.Identity.Session(t.Context(), realm, out.Token)
		s.want("session", err, "")
		s.want("proved", renewed.ProvedLately(s.Now()), "")
		s.outsideServer.Bend(func(p *openidtest.Provider) { p.Claims["auth_time"] = time.Now().Add(-time.Hour).Unix() })
		_, err = s.through(federation.Prove, renewed)
		s.want("whom the provider did not ask again", err, "federation.not_afresh")
		s.outsideServer.Bend(func(p *openidtest.Provider) { p.Claims["auth_time"] = nil })
		_, err = s.through(federation.Prove, renewed)
		s.want("a provider that does not say when", err, "federation.not_afresh")
		s.outsideServer.Bend(func(p *openidtest.Provider) { p.Claims, p.Subject = map[string]any{}, "subject-2" })
		_, err = s.through(federation.Prove, renewed)
		s.want("somebody else there", err, "federation.unknown")
	})
}

func TestWhatIsWrittenOfAProvider(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newTown(t, d)
		other := openidtest.Start(t)
		right := federation.Add{Realm: realm, Name: "测试认证", Issuer: other.Site().Issuer, Client: "c", By: s.chief}
		for _, tt := range []struct {
			what       string
			bend       func(*federation.Add)
			key, field string
		}{
			{"no name", func(c *federation.Add) { c.Name = " " }, "federation.bad_name", "name"},
			{"an endless name", func(c *federation.Add) { c.Name = strings.Repeat("名", 21) }, "federation.bad_name", "name"},
			{"a name that turns the text around", func(c *federation.Add) { c.Name = "a\u202eb" }, "federation.bad_name", "name"},
			{"no client", func(c *federation.Add) { c.Client = "" }, "federation.bad_client", "client"},
			{"a client of two words", func(c *federation.Add) { c.Client = "a b" }, "federation.bad_client", "client"},
			{"a secret with a line end", func(c *federation.Add) { c.Secret = "a\nb" }, "federation.bad_secret", "secret"},
			{"a sentence of trust", func(c *federation.Add) { c.Strong = "多因素" }, "federation.bad_strong", "strong"},
			{"too much trust", func(c *federation.Add) { c.Strong = "a b c d e f g h i j k" }, "federation.bad_strong", "strong"},
			{"no address", func(c *federation.Add) { c.Issuer = "" }, "federation.bad_issuer", "issuer"},
			{"http", func(c *federation.Add) { c.Issuer = "http://login.example.org" }, "federation.bad_issuer", "issuer"},
			{"a query", func(c *federation.Add) { c.Issuer = "https://login.example.org/?a=b" }, "federation.bad_issuer", "issuer"},
			{"a password in it", func(c *federation.Add) { c.Issuer = "https://a:b@login.example.org" }, "federation.bad_issuer", "issuer"},
			{"another scheme", func(c *federation.Add) { c.Issuer = "file:///etc/passwd" }, "federation.bad_issuer", "issuer"},
			{"the machine's cloud", func(c *federation.Add) { c.Issuer = "https://169.254.169.254" }, "openid.address", "issuer"},
			{"a network of its own", func(c *federation.Add) { c.Issuer = "https://10.0.0.1" }, "openid.address", "issuer"},
			{"nobody there", func(c *federation.Add) { c.Issuer = "http://127.0.0.1:1" }, "openid.silent", "issuer"},
			{"the same again", func(c *federation.Add) { c.Issuer = s.provider.Issuer }, "federation.issuer_twice", "issuer"},
			{"without a proof", func(c *federation.Add) { c.By.Proved = time.Time{} }, "identity.prove_first", ""},
			{"of another realm", func(c *federation.Add) { c.Realm = "r2" }, "federation.not_yours", ""},
			{"by an administrator", func(c *federation.Add) {
				c.By.Grants = []identity.Grant{{Role: identity.Administrator, Hi: 100}}
			}, "federation.not_yours", ""},
			{"by the security administrator of a part", func(c *federation.Add) {
				c.By.Grants = []identity.Grant{{Role: identity.Security, Hi: 50}}
			}, "federation.not_yours", ""},
			{"nothing", func(*federation.Add) {}, "", ""},
		} {
			c := right
			tt.bend(&c)
			_, err := s.Add(t.Context(), c)
			s.want(tt.what, err, tt.key)
			if f, ok := fault.As(err); ok && f.Field != tt.field {
				t.Errorf("%s is at %q", tt.what, f.Field)
			}
		}
		for range 6 {
			c := right
			c.Issuer = openidtest.Start(t).Site().Issuer
			_, err := s.Add(t.Context(), c)
			s.want("some", err, "")
		}
		c := right
		c.Issuer = openidtest.Start(t).Site().Issuer
		_, err := s.Add(t.Context(), c)
		s.want("one too many", err, "federation.too_many")
	})
}

func TestASecretIsSealedAndKept(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newTown(t, d)
		s.linked()
		var secret, subject string
		err := d.View(t.Context(), func(tx *db.Tx) error {
			if err := tx.QueryRow(t.Context(), `SELECT secret FROM identity_provider`).Scan(&secret); err != nil {
				return err
			}
			return tx.QueryRow(t.Context(), `SELECT subject FROM identity_link`).Scan(&subject)
		})
		if err != nil || secret == "" || strings.Contains(secret, openidtest.Secret) || len(subject) != 64 {
			t.Errorf("of secret and subject is kept %q, %q, %v", secret, subject, err)
		}
		p, err := s.Provider(t.Context(), realm, s.provider.ID)
		s.want("provider", err, "")
		change := federation.Amend{Realm: realm, ID: p.ID, Revision: p.Revision, Name: "新名称", Client: p.Client, By: s.chief}
		s.want("change", s.Amend(t.Context(), change), "")
		s.want("change what has changed", s.Amend(t.Context(), change), "federation.changed")
		_, err = s.through(federation.SignIn, identity.Actor{})
		s.want("with the secret that was kept", err, "")
		change.Revision, change.Secret = p.Revision+1, "wrong"
		s.want("another secret", s.Amend(t.Context(), change), "")
		_, err = s.through(federation.SignIn, identity.Actor{})
		s.want("with the wrong one", err, "openid.code_refused")
		report, err := audit.Verify(t.Context(), d, realm)
		if err != nil || len(report.Problems) > 0 {
			t.Errorf("audit: %v, %v", report.Problems, err)
		}
	})
}

func TestASecretIsSealedAgainWithANewKey(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newTown(t, d)
		box, err := seal.OpenBox(filepath.Join(t.TempDir(), "key"))
		s.want("box", err, "")
		s.Box = box
		s.want("seal with it", s.Amend(t.Context(), federation.Amend{
			Realm: realm, ID: s.provider.ID, Revision: 1, Name: "测试认证", Client: openidtest.ID, Secret: openidtest.Secret, By: s.chief,
		}), "")
		s.linked()
		old := box.Versions()[0]
		_, err = box.Add()
		s.want("a new version", err, "")
		column := federation.Sealed()[0]
		n, err := box.Rotate(t.Context(), d, column, realm, func(int) {})
		if err != nil || n != 1 {
			t.Errorf("%d texts were closed again, %v", n, err)
		}
		if left, err := seal.Uses(t.Context(), d, column, realm, old); err != nil || left != 0 {
			t.Errorf("%d are left with the old one, %v", left, err)
		}
		_, err = s.through(federation.SignIn, identity.Actor{})
		s.want("sign in", err, "")
	})
}

// TestWhoBeginsAndNeverEndsHasToWait keeps a network from sending without end.
func TestWhoBeginsAndNeverEndsHasToWait(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newTown(t, d)
		s.linked()
		c := s.begin(federation.SignIn, identity.Actor{})
		c.From.IP = "198.51.100.1"
		for range 99 {
			_, err := s.Begin(t.Context(), c)
			s.want("begin", err, "")
		}
		for range 3 {
			_, err := s.Answer(t.Context(), s.answer(c))
			s.want("whoever comes back", err, "")
		}
		_, err := s.Begin(t.Context(), c)
		s.want("the hundredth", err, "")
		_, err = s.Begin(t.Context(), c)
		s.want("one more", err, "identity.too_many_attempts")
		_, err = s.through(federation.SignIn, identity.Actor{})
		s.want("from elsewhere", err, "")
	})
}

// FuzzAnswer sends what an attacker may put into an address and a cookie: nothing
// opens, and nothing breaks.
func FuzzAnswer(f *testing.F) {
	s := newTown(f, dbtest.SQLite(f))
	own := s.answer(s.begin(federation.SignIn, identity.Actor{}))
	f.Add("own", "state="+own.State+"&iss="+own.Issuer)
	f.Add("own", "state=&code=y&iss=z")
	f.Add("token", "state=x&code=y&iss=z")
	f.Add(strings.Repeat("A", 43), "error=access_denied&state=")
	f.Fuzz(func(t *testing.T, token, query string) {
		q, err := url.ParseQuery(query)
		if err != nil {
			t.Skip()
		}
		if token == "own" {
			token = own.Token
		}
		out, err := s.Answer(t.Context(), federation.Answer{
			Realm: realm, Token: token, State: q.Get("state"), Code: q.Get("code"), Issuer: q.Get("iss"), Error: q.Get("error"), Callback: callback,
		})
		if f, known := fault.As(err); !known || f.Kind == fault.Internal || out.Entry.Token != "" || out.Token != "" {
			t.Fatalf("%q, %q leads to %+v, %v", token, query, out, err)
		}
	})
}
