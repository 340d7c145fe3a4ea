// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package app

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"pavilion/internal/base/page"
	"pavilion/internal/core/notify"
	"pavilion/internal/platform/db"
)

// device is an authenticator in a window's browser: of a computer, with a finger
// that always fits.
type device struct {
	*window
	id string
}

// key is a passkey as the browser's tools show it.
type key struct {
	CredentialID         string `json:"credentialId"`
	IsResidentCredential bool   `json:"isResidentCredential"`
	RpID                 string `json:"rpId"`
	PrivateKey           string `json:"privateKey"`
	UserHandle           string `json:"userHandle"`
	UserName             string `json:"userName"`
	SignCount            int    `json:"signCount"`
}

// tell sends a command of the browser's tools.
func (w *window) tell(method string, params map[string]any, answer any) {
	w.Helper()
	w.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		return t.Call(ctx, method, params, answer)
	}))
}

// authenticator gives a window's browser a device.
func (w *window) authenticator() *device {
	w.Helper()
	var none, made struct {
		AuthenticatorID string `json:"authenticatorId"`
	}
	w.tell("WebAuthn.enable", map[string]any{"enableUI": false}, &none)
	w.tell("WebAuthn.addVirtualAuthenticator", map[string]any{"options": map[string]any{
		"protocol": "ctap2", "ctap2Version": "ctap2_1", "transport": "internal", "hasResidentKey": true,
		"hasUserVerification": true, "isUserVerified": true, "automaticPresenceSimulation": true,
	}}, &made)
	return &device{w, made.AuthenticatorID}
}

func (d *device) keys() []key {
	d.Helper()
	var out struct {
		Credentials []key `json:"credentials"`
	}
	d.tell("WebAuthn.getCredentials", map[string]any{"authenticatorId": d.id}, &out)
	return out.Credentials
}

// put has the device forget its passkeys and hold this one.
func (d *device) put(k key) {
	d.Helper()
	var none struct{}
	d.tell("WebAuthn.clearCredentials", map[string]any{"authenticatorId": d.id}, &none)
	var params map[string]any
	text, err := json.Marshal(k)
	if err == nil {
		err = json.Unmarshal(text, &params)
	}
	if err != nil {
		d.Fatal(err)
	}
	d.tell("WebAuthn.addCredential", map[string]any{"authenticatorId": d.id, "credential": params}, &none)
}

// verified says whether the finger fits.
func (d *device) verified(yes bool) {
	d.Helper()
	var none struct{}
	d.tell("WebAuthn.setUserVerified", map[string]any{"authenticatorId": d.id, "isUserVerified": yes}, &none)
}

// reads waits until a script has written words on the page.
func (w *window) reads(words string) {
	w.Helper()
	for range 100 {
		if strings.Contains(w.value(`document.querySelector("main").innerText`), words) {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	w.says(words)
}

// local serves a realm where browsers have passkeys without encryption.
func (s *stage) local() { s.server.URL = strings.Replace(s.server.URL, "127.0.0.1", "localhost", 1) }

const withPasskey = `form[action="/signin/passkey"] button`

// TestPasskeysInTheBrowser has somebody make a passkey, sign in with it, use it as
// the second step and as proof, have it copied, and remove it.
func TestPasskeysInTheBrowser(t *testing.T) {
	t.Parallel()
	s := perform(t)
	numbers := s.open(t, browser(t), "numbers", 390, 844)
	numbers.visit("/signin")
	if numbers.has("form[data-passkey]") {
		t.Error("a passkey is offered at an address in numbers")
	}
	s.local()
	w := s.open(t, browser(t), "passkey", 390, 844)
	d := w.authenticator()
	w.visit("/signin")
	w.do(chromedp.Click(chromedp.CSS(withPasskey)))
	w.reads("这台设备上没有本系统的通行密钥")
	w.signIn("grid")
	w.visit("/desk/account")
	w.says("通行密钥", "还没有添加")
	w.visit("/desk/account/passkeys/new")
	w.fill(`input[name=name]`, "测试手机")
	w.press(`form[data-passkey] button`)
	w.says("通行密钥已添加", "测试手机", "未使用过", "localhost")
	if keys := d.keys(); len(keys) != 1 || !keys[0].IsResidentCredential || keys[0].RpID != "localhost" || strings.Contains(keys[0].UserHandle, "grid") {
		t.Fatalf("the device holds %+v", keys)
	}
	w.visit("/desk/account/passkeys/new")
	w.do(chromedp.Click(chromedp.CSS(`form[data-passkey] button`)))
	w.reads("不必重复添加")

	w.press(`form[action="/signout"] button`)
	w.visit("/signin?next=/desk/account")
	d.verified(false)
	w.do(chromedp.Click(chromedp.CSS(withPasskey)))
	w.reads("没有完成")
	d.verified(true)
	w.visit("/signin?next=/desk/account")
	w.press(withPasskey)
	w.says("我的账号", "当前设备", "两步验证")
	if w.value("location.pathname") != "/desk/account" {
		t.Errorf("it leads to %s", w.value("location.pathname"))
	}

	w.press(`form[action="/signout"] button`)
	w.signIn("grid")
	w.says("请使用通行密钥", "第一步已通过")
	w.press(`form[action="/signin/code/passkey"] button`)
	w.visit("/desk/prove?next=/desk/tokens")
	if w.has(`input[name=old]`) {
		t.Error("the password proves something beside a passkey")
	}
	w.press(`form[action="/desk/prove/passkey"] button`)
	w.says("访问令牌")

	copied := d.keys()[0]
	copied.SignCount = 1
	d.put(copied)
	w.press(`form[action="/signout"] button`)
	w.visit("/signin")
	w.press(withPasskey)
	w.says("通行密钥没有通过验证")
	w.signIn("grid")
	w.says("通行密钥已停用", "请联系管理员重置")
	s.told(t, "grid", "notify.passkey_locked")
}

// told fails unless the owner of an account is told this, and once.
func (s *stage) told(t *testing.T, login, key string) {
	t.Helper()
	account, err := s.Identity.Named(t.Context(), s.Config.Realm, login)
	if err != nil {
		t.Fatal(err)
	}
	s.Listen()
	if err := s.Queue.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	var list page.Page[notify.Message]
	err = s.DB.View(t.Context(), func(tx *db.Tx) error {
		list, err = notify.List(t.Context(), tx, s.Config.Realm, account, page.Cursor{}, 20)
		return err
	})
	n := 0
	for _, m := range list.Items {
		if m.Key == key {
			n++
		}
	}
	if err != nil || n != 1 {
		t.Errorf("%s is told %q %d times, %v", login, key, n, err)
	}
}

// TestTheFirstAdministratorSetsUpAPasskey signs in to a realm made with init, with a
// passkey as the second factor, manages them, and is recovered.
func TestTheFirstAdministratorSetsUpAPasskey(t *testing.T) {
	t.Parallel()
	c := Defaults()
	c.Data = t.TempDir()
	a, err := Open(t.Context(), c, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	made, err := a.Init(t.Context(), InitRealm{Name: "测试县", Admin: "first"})
	if err != nil {
		t.Fatal(err)
	}
	site, err := a.Handler()
	if err != nil {
		t.Fatal(err)
	}
	s := &stage{App: a, server: httptest.NewServer(site), passwords: map[string]string{"first": "a lamp by the well"}}
	t.Cleanup(s.server.Close)
	s.local()
	w := s.open(t, browser(t), "passkey-first", 1440, 900)
	w.authenticator()
	opens := made.Powers[0].Link
	w.visit(opens[strings.Index(opens, "/invite/"):])
	w.fill(`input[name=password]`, s.passwords["first"])
	w.fill(`input[name=again]`, s.passwords["first"])
	w.press(`form[action^="/invite/"] button`)
	w.signIn("first")
	w.says("方式一：通行密钥", "方式二：手机验证码")
	w.press(`form[action="/signin/enrol/passkey"] button`)
	w.visit("/desk/areas")
	w.says("测试县")
	w.visit("/desk/account")
	w.says("通行密钥 1")
	w.press(`section[aria-labelledby=passkeys-title] .entry a`)
	w.says("不能删除")
	w.fill(`input[name=name]`, "测试电脑")
	w.press(`form[action^="/desk/account/passkeys/"] button`)
	w.says("名称已保存", "测试电脑")

	w.visit("/desk/account/factor")
	w.fill(`input[name=code]`, w.app(w.secret(), 0))
	w.press(`form[action="/desk/account/factor"] button`)
	w.visit("/desk/account")
	w.press(`section[aria-labelledby=passkeys-title] .entry a`)
	w.press(`form[action$="/remove"] button`)
	w.says("通行密钥已删除", "还没有添加")
	if w.has(`form[action$="/factor/remove"]`) {
		t.Error("an administrator is offered to remove the last factor")
	}
	w.press(`form[action="/signout"] button`)
	w.visit("/signin")
	w.press(withPasskey)
	w.says("通行密钥没有通过验证")

	if _, err := a.Recover(t.Context(), "", "first"); err != nil {
		t.Fatal(err)
	}
	if list, err := a.Passkeys.List(t.Context(), made.Realm, account(t, a, made.Realm)); err != nil || len(list) > 0 {
		t.Errorf("after recovering there are %+v, %v", list, err)
	}
}
