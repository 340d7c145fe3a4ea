// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package app

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"pavilion/internal/core/identity"
	"pavilion/internal/core/identity/federation"
	"pavilion/internal/platform/db/dbtest"
)

// house starts a real provider, oidc-provider on Node, which ends with the test, and
// returns its address.
func house(t *testing.T, callback string) string {
	t.Helper()
	missing := ""
	node, err := exec.LookPath("node")
	if err != nil {
		missing = "node is not on the PATH"
	} else if _, err := os.Stat("../../tools/oidc/node_modules/oidc-provider"); err != nil {
		missing = "oidc-provider is not there: run npm ci in tools/oidc"
	}
	if missing != "" && dbtest.Required("oidc") {
		t.Fatalf("a real OpenID provider is required: %s", missing)
	}
	if missing != "" {
		t.Skipf("no OpenID provider for this test: %s", missing)
	}
	run := exec.Command(node, "../../tools/oidc/server.mjs", callback)
	out, err := run.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := run.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { run.Process.Kill(); run.Wait() })
	issuer, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("the provider does not start: %v", err)
	}
	return strings.TrimSpace(issuer)
}

// through presses a button that leads to the provider, does there what it asks of
// somebody with a login, and looks at the page that it leads back to. It returns how
// often the provider asked for the login.
func (w *window) through(button, login string) int {
	w.Helper()
	w.value(`document.body.dataset.before = "1"`)
	w.do(chromedp.Click(chromedp.CSS(button)))
	step := fmt.Sprintf(`(() => {
		if (document.readyState != "complete" || document.body.dataset.before) return "wait";
		document.body.dataset.before = "1";
		if (location.origin == %q) return document.querySelector("a[rel=noreferrer]") ? "onward" : "back";
		const login = document.querySelector("input[name=login]");
		if (login) { login.value = %q; document.querySelector("input[name=password]").value = "any"; }
		document.querySelector("form [type=submit]").click();
		return login ? "login" : "consent";
	})()`, w.stage.server.URL, login)
	asked, steps := 0, ""
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		did, err := chromedp.Run(w.ctx, chromedp.Evaluate[string](step))
		if err != nil || did == "wait" { // between two pages there is none to ask
			continue
		}
		steps += " " + did
		switch did {
		case "login":
			asked++
		case "back":
			w.look(button + " and back")
			return asked
		}
	}
	w.Fatalf("%s does not come back by %s:%s, at %s", w.name, button, steps, w.value(`document.documentElement.innerText`))
	return 0
}

// answering is outside where every issuer is a provider.
type answering struct{ federation.Outside }

func (answering) Discover(context.Context, string) error { return nil }

func (answering) Address(context.Context, federation.Site, federation.Question) (string, error) {
	return "https://login.example/authorize", nil
}

// offer is the one provider of a realm.
func (c *cast) offer(d *demo, _ identity.Actor) thing {
	c.Houses.Outside = answering{c.Houses.Outside}
	for _, there := range must[[]federation.Provider](c)(c.Houses.Providers(c.t.Context(), d.realm)) {
		return thing{values: map[string]string{"id": there.ID}}
	}
	made := must[federation.Provider](c)(c.Houses.Add(c.t.Context(), federation.Add{
		Realm: d.realm, Name: c.words(d, "测试认证"), Issuer: "https://login.example", Client: "pavilion", By: identity.System(d.realm),
	}))
	return thing{values: map[string]string{"id": made.ID}}
}

func (c *cast) invitedOffer(d *demo, owner identity.Actor) thing {
	return thing{values: map[string]string{
		"id": c.offer(d, owner).values["id"], "token": c.invitation(d, owner).values["token"],
	}}
}

// TestSigningInByARealProvider has a security administrator set up a provider, and
// people link, sign in, prove who they are, and unlink.
func TestSigningInByARealProvider(t *testing.T) {
	t.Parallel()
	c := Defaults()
	c.Outgoing = []string{"127.0.0.0/8"}
	s := performWith(t, c)
	issuer := house(t, s.server.URL+"/signin/callback")
	root, _ := s.Org.Root(s.Config.Realm)
	s.holder(t, s.Config.Realm, "chief", grantIn(root, identity.Grant{Role: identity.Security}))
	s.passwords["chief"] = "a long passphrase"
	b := browser(t)
	chief := s.open(t, b, "oidc-chief", 1440, 900)
	chief.signIn("chief")
	chief.visit("/desk/providers")
	chief.says("还没有设置", s.server.URL+"/signin/callback")
	chief.fill(`input[name=name]`, "测试统一认证")
	chief.fill(`input[name=issuer]`, issuer+"/")
	chief.fill(`input[name=client]`, "pavilion")
	chief.fill(`input[name=secret]`, "a secret of the test: +/%")
	chief.press(`form[action="/desk/providers"] button`)
	chief.says("自称的地址与填写的不同")
	chief.fill(`input[name=issuer]`, issuer)
	chief.fill(`input[name=secret]`, "a secret of the test: +/%")
	chief.press(`form[action="/desk/providers"] button`)
	chief.says("已添加", "密钥已加密保存")
	for _, size := range []struct {
		login         string
		width, height int64
	}{{"grid", 390, 844}, {"county", 1440, 900}} {
		w := s.open(t, b, "oidc-"+size.login, size.width, size.height)
		const button = `form[action^="/signin/with/"] button`
		w.visit("/signin")
		w.through(button, "subject-"+size.login)
		w.says("没有绑定到本系统的账号")
		w.signIn(size.login)
		w.visit("/desk/account")
		w.through(`form[action^="/desk/account/links/"] button`, "subject-"+size.login)
		w.says("已绑定", "解除绑定")
		w.visit("/desk/account")
		w.press(`form[action="/signout"] button`)
		w.through(button, "subject-"+size.login)
		if !w.has(`form[action="/signout"]`) {
			t.Errorf("%s is not signed in by the provider", size.login)
		}
		w.visit("/desk/prove?next=/desk/tokens")
		if n := w.through(`form[action^="/desk/prove/with/"] button`, "subject-"+size.login); n != 1 {
			t.Errorf("for a proof the provider asked %d times", n)
		}
		w.says("新建令牌")
		w.visit("/desk/account")
		w.press(`form[action$="/end"][action*="/links/"] button`)
		w.says("已解除绑定")
		w.press(`form[action="/signout"] button`)
		w.through(button, "subject-"+size.login)
		w.says("没有绑定到本系统的账号")
	}
	chief.visit("/desk/providers")
	chief.press(`main a[href^="/desk/providers/"]`)
	chief.press(`form[action$="/close"] button`)
	chief.says("已停用")
	chief.press(`form[action="/signout"] button`)
	chief.visit("/signin")
	if chief.has(`form[action^="/signin/with/"]`) {
		t.Error("a closed provider is offered")
	}
}
