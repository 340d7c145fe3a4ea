// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package identity

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/id"
)

var nine = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

func TestCheckPassword(t *testing.T) {
	for _, tt := range []struct{ name, password, key string }{
		{"a sentence", "the lamp at the gate", ""},
		{"ten characters", "lamp gate9", ""},
		{"ten Chinese characters", "村口路灯坏了三天没修", ""},
		{"nine characters", "lamp gate", "identity.password_short"},
		{"nothing", "", "identity.password_short"},
		{"two hundred characters", strings.Repeat("lamp ", 39) + "gate9", ""},
		{"one more", strings.Repeat("lamp ", 40) + "x", "identity.password_long"},
		{"the login", "Desk.Officer.1", "identity.password_is_login"},
		{"a row of keys", "QwertyUIOP", "identity.password_common"},
		{"a name of the product", "pavilion1234", "identity.password_common"},
		{"three characters again and again", "abcabcabcabc", "identity.password_common"},
		{"a word and a year", "Welcome2024!", "identity.password_common"},
		{"a word with digits for letters", "P@ssw0rd2025", "identity.password_common"},
		{"columns of keys", "1qaz2wsx3edc", "identity.password_common"},
		{"columns of keys with shift", "!QAZ@WSX#EDC", "identity.password_common"},
		{"the alphabet backwards", "zyxwvutsrqponm", "identity.password_common"},
		{"a name and a birthday", "zhangwei19900101", "identity.password_common"},
		{"a short name and a number", "LiuYang888888", "identity.password_common"},
		{"a telephone number", "13900000000", "identity.password_common"},
		{"the login and more", "desk.officer.1!!", "identity.password_common"},
		{"the login backwards", "1.reciffo.ksed9", "identity.password_common"},
		{"a phrase again and again", strings.Repeat("lamp ", 40), "identity.password_common"},
		{"one word again and again", "lantern lantern", "identity.password_common"},
		{"the program and the place", "yishiting@puyang", "identity.password_common"},
		{"characters by chance", "xK7#qB2mVt", ""},
		{"a sentence in pinyin", "cun kou de lu deng huai le", ""},
		{"four words", "tractor violin moss ladder", ""},
		{"bytes that are no text", "lamp gate \xff\xfe", "identity.password_broken"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			key := ""
			if f := checkPassword(tt.password, "desk.officer.1"); f != nil {
				key = f.Key
			}
			if key != tt.key {
				t.Errorf("got %q, want %q", key, tt.key)
			}
		})
	}
}

func TestTheWorstPasswordsAreKeptAsTheyAreCompared(t *testing.T) {
	for _, p := range strings.Fields(worst) {
		if f := checkPassword(strings.ToUpper(p), "login"); f == nil || p != strings.ToLower(p) || len(p) < minPassword {
			t.Errorf("%q could be chosen, or need not be listed", p)
		}
	}
}

func TestCheckAccount(t *testing.T) {
	good := Account{Login: "desk-1", Name: "测试坐席甲", Language: "zh-Hans", Mail: "a@example.org"}
	for _, tt := range []struct {
		name   string
		change func(a *Account)
		field  string
	}{
		{"all is well", func(*Account) {}, ""},
		{"a Chinese login", func(a *Account) { a.Login = "网格员甲" }, ""},
		{"no address", func(a *Account) { a.Mail = "" }, ""},
		{"a login of one letter", func(a *Account) { a.Login = "a" }, "login"},
		{"a login with a space", func(a *Account) { a.Login = "a b" }, "login"},
		{"a login that is far too long", func(a *Account) { a.Login = strings.Repeat("a", 65) }, "login"},
		{"a login with a zero byte", func(a *Account) { a.Login = "ab\x00" }, "login"},
		{"no name", func(a *Account) { a.Name = "" }, "name"},
		{"a name in two lines", func(a *Account) { a.Name = "甲\n乙" }, "name"},
		{"a name that turns the text round", func(a *Account) { a.Name = "甲\u202e乙" }, "name"},
		{"no language", func(a *Account) { a.Language = "" }, "language"},
		{"an address without a host", func(a *Account) { a.Mail = "a@b" }, "mail"},
		{"two addresses", func(a *Account) { a.Mail = "a@b.cn,c@d.cn" }, "mail"},
		{"an address with a line break", func(a *Account) { a.Mail = "a@b.cn\r\nBcc: c@d.cn" }, "mail"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := good
			tt.change(&a)
			field := ""
			if f, ok := fault.As(joined(checkAccount(a))); ok {
				field = f.Field
			}
			if field != tt.field {
				t.Errorf("the fault is at %q, want %q", field, tt.field)
			}
		})
	}
}

func TestCheckGrant(t *testing.T) {
	good := Grant{Role: Handler, Area: "a", Lo: 0, Hi: 10, Body: "b", From: nine, Until: nine.Add(time.Hour)}
	for _, tt := range []struct {
		name   string
		change func(g *Grant)
		ok     bool
	}{
		{"a handler for an hour", func(*Grant) {}, true},
		{"a handler without end", func(g *Grant) { g.Until = time.Time{} }, true},
		{"a dispatcher without a body", func(g *Grant) { g.Role, g.Body = Dispatcher, "" }, true},
		{"a handler without a body", func(g *Grant) { g.Body = "" }, false},
		{"a role that does not exist", func(g *Grant) { g.Role = "king" }, false},
		{"no area", func(g *Grant) { g.Area = "" }, false},
		{"an empty place", func(g *Grant) { g.Hi = 0 }, false},
		{"an end before the beginning", func(g *Grant) { g.Until = nine }, false},
	} {
		g := good
		tt.change(&g)
		if f := checkGrant(g); (f == nil) != tt.ok {
			t.Errorf("%s: %v", tt.name, f)
		}
	}
}

func TestRolesAt(t *testing.T) {
	actor := Actor{Realm: "r", Account: "a", Grants: []Grant{
		{Role: Dispatcher, Lo: 100, Hi: 200, From: nine, Until: nine.Add(time.Hour)},
		{Role: Dispatcher, Lo: 0, Hi: 1000, From: nine.Add(-time.Hour), Until: nine.Add(-time.Minute)},
		{Role: Handler, Lo: 0, Hi: 1000, Body: "water", From: nine},
		{Role: Auditor, Lo: 150, Hi: 151, From: nine},
		{Role: Auditor, Lo: 0, Hi: 1000, From: nine},
	}}
	for _, tt := range []struct {
		name  string
		place int64
		body  string
		at    time.Time
		want  []Role
	}{
		{"inside", 150, "", nine, []Role{Dispatcher, Auditor}},
		{"at the lower edge", 100, "", nine, []Role{Dispatcher, Auditor}},
		{"at the upper edge", 200, "", nine, []Role{Auditor}},
		{"for the handler's body", 500, "water", nine, []Role{Handler, Auditor}},
		{"for another body", 500, "roads", nine, []Role{Auditor}},
		{"at the last moment", 150, "", nine.Add(time.Hour - 1), []Role{Dispatcher, Auditor}},
		{"at the end", 150, "", nine.Add(time.Hour), []Role{Auditor}},
		{"before the beginning", 150, "water", nine.Add(-time.Second), nil},
		{"outside", 1000, "water", nine, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := actor.RolesAt(tt.place, tt.body, tt.at); !slices.Equal(got, tt.want) {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
	if !actor.Has(Handler, nine) || actor.Has(GridWorker, nine) || actor.Has(Handler, nine.Add(-1)) {
		t.Error("Has is wrong")
	}
	if got := actor.Bodies(); !slices.Equal(got, []string{"water"}) {
		t.Errorf("bodies %v", got)
	}
	if actor.Anonymous() || !(Actor{}).Anonymous() {
		t.Error("Anonymous is wrong")
	}
}

func TestAdministersAll(t *testing.T) {
	town := Actor{Grants: []Grant{{Role: Administrator, Lo: 100, Hi: 200}}}
	for _, tt := range []struct {
		name   string
		actor  Actor
		grants []Grant
		want   bool
	}{
		{"an account of the town", town, []Grant{{Lo: 100, Hi: 200}, {Lo: 120, Hi: 130}}, true},
		{"an account without grants", town, nil, true},
		{"an account that also works elsewhere", town, []Grant{{Lo: 120, Hi: 130}, {Lo: 300, Hi: 310}}, false},
		{"an account of the district", town, []Grant{{Lo: 0, Hi: 1000}}, false},
		{"a dispatcher", Actor{Grants: []Grant{{Role: Dispatcher, Lo: 0, Hi: 1000}}}, nil, false},
		{"nobody", Actor{}, nil, false},
		{"the system", System("r"), []Grant{{Lo: 0, Hi: 1 << 60}}, true},
	} {
		if got := tt.actor.holdsAll(Administrator, tt.grants, nine); got != tt.want {
			t.Errorf("%s: %v", tt.name, got)
		}
	}
}

func TestNetwork(t *testing.T) {
	for ip, want := range map[string]string{
		"198.51.100.7": "198.51.100.0/24", "198.51.100.0/24": "198.51.100.0/24", "::ffff:198.51.100.7": "198.51.100.0/24",
		"2001:db8:1:2:3::4": "2001:db8:1:2::/64", "fe80::1%eth0": "fe80::/64", "": "unknown", "rubbish": "unknown",
	} {
		if got := network(ip); got != want {
			t.Errorf("network(%q) = %q, want %q", ip, got, want)
		}
	}
}

func TestAttemptsWaitLongerEachTime(t *testing.T) {
	var a attempts
	now := nine
	for i := range 5 {
		var wait time.Duration
		if a, wait = a.attempt(now, limit{free: freeFailures}); wait != 0 {
			t.Fatalf("attempt %d had to wait", i+1)
		}
	}
	for _, want := range []time.Duration{2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900} {
		want *= time.Second
		same, wait := a.attempt(now, limit{free: freeFailures})
		if wait != want || same != a {
			t.Fatalf("it waits %v, want %v; refused attempts count: %v", wait, want, same != a)
		}
		now = now.Add(want)
		if a, wait = a.attempt(now, limit{free: freeFailures}); wait != 0 {
			t.Fatalf("after %v it waits another %v", want, wait)
		}
	}
	if a, wait := a.attempt(now.Add(forgotten), limit{free: freeFailures}); wait != 0 || a.failures != 1 {
		t.Errorf("after a day it waits %v with %d failures", wait, a.failures)
	}
}

func TestSessionsEnd(t *testing.T) {
	s := session{created: nine, seen: nine, expires: nine.Add(absolute)}
	for _, tt := range []struct {
		name  string
		seen  time.Duration
		now   time.Duration
		alive bool
	}{
		{"at once", 0, 0, true},
		{"idle for just under 12 hours", 0, idle - 1, true},
		{"idle for 12 hours", 0, idle, false},
		{"used on the seventh day", absolute - time.Hour, absolute - 1, true},
		{"after seven days", absolute - time.Hour, absolute, false},
	} {
		s.seen = nine.Add(tt.seen)
		if s.alive(nine.Add(tt.now)) != tt.alive {
			t.Errorf("%s: alive is %v", tt.name, !tt.alive)
		}
	}
}

func TestPasswordHashes(t *testing.T) {
	ctx := t.Context()
	phc, err := hashPassword(ctx, "caf\u00e9 at the gate")
	if err != nil || !strings.HasPrefix(phc, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Fatalf("%q, %v", phc, err)
	}
	if again, _ := hashPassword(ctx, "caf\u00e9 at the gate"); again == phc {
		t.Error("two hashes have one salt")
	}
	for _, tt := range []struct {
		name, password, phc string
		ok, broken          bool
	}{
		{"right", "caf\u00e9 at the gate", phc, true, false},
		{"right, composed otherwise", "cafe\u0301 at the gate", phc, true, false},
		{"wrong", "cafe at the gate", phc, false, false},
		{"in capitals", "CAF\u00c9 AT THE GATE", phc, false, false},
		{"with a space behind it", "caf\u00e9 at the gate ", phc, false, false},
		{"only its beginning", "caf\u00e9 at the gat", phc, false, false},
		{"no account", "", "", false, false},
		{"the reference implementation's example", "password", "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc", true, false},
		{"another kind", "x", "$2a$10$abcdefghijklmnopqrstuv", false, true},
		{"cut off", "x", phc[:len(phc)-20], false, false},
		{"rubbish", "x", "$argon2id$v=19$m=1$?$?", false, true},
	} {
		ok, err := fits(ctx, tt.password, tt.phc)
		if ok != tt.ok || (err != nil) != tt.broken {
			t.Errorf("%s: %v, %v", tt.name, ok, err)
		}
	}
}

func TestHashingDoesNotQueueForEver(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	kiln <- struct{}{}
	kiln <- struct{}{}
	defer func() { <-kiln; <-kiln }()
	if _, err := hashPassword(ctx, "x"); !errors.Is(err, context.Canceled) || fault.KindOf(err) != fault.Internal {
		t.Errorf("got %v", err)
	}
}

func BenchmarkHash(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		hashPassword(b.Context(), "the lamp at the gate")
	}
}

// What is drawn by chance is refused so seldom that drawing again costs nothing.
func TestMadeUpPasswordsMayBeChosen(t *testing.T) {
	const drawn, mayFail = 20_000, 20
	refused := 0
	for range drawn {
		if checkPassword(id.Secret(madeUp), "desk.1") != nil {
			refused++
		}
	}
	if refused > mayFail {
		t.Errorf("%d of %d are refused", refused, drawn)
	}
	if f := checkPassword(MakeUp("desk.1"), "desk.1"); f != nil {
		t.Error(f)
	}
}

func BenchmarkGuessable(b *testing.B) {
	for b.Loop() {
		guessable("the lamp at the gate", "desk.1")
	}
}
