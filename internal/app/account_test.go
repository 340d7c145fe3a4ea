// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package app

import (
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"
)

// app is what the telephone shows for the secret on the page, so much later.
func (w *window) app(secret string, later time.Duration) string {
	w.Helper()
	code, err := totp.GenerateCode(strings.ReplaceAll(secret, " ", ""), time.Now().Add(later))
	if err != nil {
		w.Fatal(err)
	}
	return code
}

// secret reads the key of the page that sets up a factor.
func (w *window) secret() string {
	w.Helper()
	return w.value(`document.querySelector("p:has(> img) + p code").innerText`)
}

// TestAccountInTheBrowser has somebody look after their account: second factor,
// sessions, password, and the proof that sensitive moves ask for.
func TestAccountInTheBrowser(t *testing.T) {
	t.Parallel()
	s := perform(t)
	b := browser(t)
	for _, size := range []struct {
		login         string
		width, height int64
	}{{"grid", 390, 844}, {"county", 1440, 900}} {
		w := s.open(t, b, size.login, size.width, size.height)
		other := s.open(t, b, size.login+"-other", size.width, size.height)
		other.signIn(size.login)
		w.signIn(size.login)
		w.visit("/desk/account")
		w.says("我的账号", "当前设备", "没有启用")
		w.press(`form[action$="/sessions/end"] button`)
		other.visit("/desk")
		if !other.has(`form[action="/signin"]`) {
			t.Errorf("%s: the other session goes on", size.login)
		}
		w.visit("/desk/account/factor")
		secret := w.secret()
		w.fill(`input[name=code]`, "12345")
		w.press(`form[action="/desk/account/factor"] button`)
		if again := w.secret(); again != secret {
			t.Errorf("a wrong code changes the key from %q to %q", secret, again)
		}
		w.fill(`input[name=code]`, w.app(secret, 0))
		w.press(`form[action="/desk/account/factor"] button`)
		w.says("请保存备用码", "每个只能用一次")
		recovery := w.value(`document.querySelector(".card code").innerText`)
		w.visit("/desk/account")
		w.says("备用码还剩 10 个")
		other.signIn(size.login)
		other.says("输入验证码")
		other.fill(`input[name=code]`, "0000000")
		other.press(`form[action="/signin/code"] button`)
		other.says("验证码不正确")
		other.fill(`input[name=code]`, recovery)
		other.press(`form[action="/signin/code"] button`)
		other.visit("/desk/account/password")
		other.fill(`input[name=old]`, s.passwords[size.login])
		other.fill(`input[name=password]`, "a lamp by the well")
		other.fill(`input[name=again]`, "a lamp by the well")
		other.press(`form[action="/desk/account/password"] button`)
		other.says("密码已修改")
		w.visit("/desk/notices")
		if !w.has(`form[action="/signin"]`) {
			t.Errorf("%s: a session from before the change of password goes on", size.login)
		}
		other.visit("/desk/prove?next=/desk/tokens")
		other.fill(`input[name=code]`, other.app(secret, 30*time.Second))
		other.press(`form[action="/desk/prove"] button`)
		other.says("访问令牌", "新建令牌")
	}
}

// account is the id of the only account of a realm.
func account(t *testing.T, a *App, realm string) string {
	t.Helper()
	id, err := a.Identity.Named(t.Context(), realm, "first")
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// TestTheFirstAdministratorSetsUpAFactor signs in to a realm made with init.
func TestTheFirstAdministratorSetsUpAFactor(t *testing.T) {
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
	w := s.open(t, browser(t), "first", 390, 844)
	opens := made.Powers[0].Link
	w.visit(opens[strings.Index(opens, "/invite/"):])
	w.fill(`input[name=password]`, s.passwords["first"])
	w.fill(`input[name=again]`, s.passwords["first"])
	w.press(`form[action^="/invite/"] button`)
	w.signIn("first")
	w.says("启用两步验证", "用手机扫码")
	w.visit("/desk/areas")
	if !w.has(`form[action="/signin"]`) {
		t.Error("half a session opens the desk")
	}
	w.visit("/signin/enrol")
	w.fill(`input[name=code]`, w.app(w.secret(), 0))
	w.press(`form[action="/signin/enrol"] button`)
	w.says("请保存备用码")
	w.visit("/desk/areas")
	w.says("测试县")
	w.visit("/desk/account")
	if w.has(`form[action$="/factor/remove"]`) {
		t.Error("an administrator is offered to switch it off")
	}
	link, err := a.Recover(t.Context(), "", "first")
	if err != nil {
		t.Fatal(err)
	}
	w.visit(link[strings.Index(link, "/invite/"):])
	w.says("first")
	if st, err := a.Factors.State(t.Context(), made.Realm, account(t, a, made.Realm)); err != nil || st.On() || st.Left != 0 {
		t.Errorf("after recovering it stands %+v, %v", st, err)
	}
}
