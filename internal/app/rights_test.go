// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package app

import (
	"slices"
	"strings"
	"testing"

	"pavilion/internal/base/page"
	"pavilion/internal/civic/matter"
	"pavilion/internal/civic/matter/docket"
	"pavilion/internal/core/identity"
)

// TestAReporterAsksForDeletion takes a person's request from the follow page over two
// people of the desk to the report of what was destroyed, in a browser.
func TestAReporterAsksForDeletion(t *testing.T) {
	t.Parallel()
	s := perform(t)
	b := browser(t)
	root, _ := s.Org.Root(s.Config.Realm)
	clerk := identity.Actor{Realm: s.Config.Realm, Account: "clerk", Grants: []identity.Grant{grantIn(root, identity.Grant{Role: identity.Dispatcher})}}
	list, err := s.Docket.List(t.Context(), clerk, docket.Filter{Ended: true}, page.Cursor{}, page.Max)
	if err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(list.Items, func(m matter.Matter) bool { return m.State == "closed" })
	m := list.Items[at]
	words := m.Title
	code := s.Matters.Code(m.Realm, m.ID)

	she := s.open(t, b, "data", 390, 844)
	she.track(m.Number, code)
	she.visit("/m/" + m.Number + "/data")
	she.says(words)
	she.visit("/m/" + m.Number + "/data")
	she.value(`(() => { document.querySelectorAll("details").forEach(d => d.open = true); return "" })()`)
	she.fill(`form:has(input[name=wish][value=delete]) textarea[name=what]`, "请删除我说的话")
	she.press(`form:has(input[name=wish][value=delete]) button`)
	she.says("请求已收到")
	asked, err := s.Rights.Of(t.Context(), m.Realm, m.Subject())
	if err != nil || len(asked) != 1 {
		t.Fatalf("%d requests, %v", len(asked), err)
	}
	one := "/desk/rights/" + asked[0].ID

	desk := s.open(t, b, "rights", 1440, 900)
	desk.signIn("desk")
	desk.visit("/desk/rights")
	desk.says("删除")
	desk.visit(one)
	desk.value(`(() => { document.querySelectorAll("details").forEach(d => d.open = true); return "" })()`)
	desk.press(`form:has(input[name=action][value=acknowledge]) button`)
	desk.visit(one)
	desk.says(words)
	desk.value(`(() => { document.querySelectorAll("details").forEach(d => d.open = true); return "" })()`)
	desk.press(`form:has(input[name=action][value=propose]) button`)

	head := s.open(t, b, "rights-head", 1440, 900)
	head.signIn("head")
	head.visit(one)
	head.value(`(() => { document.querySelector("input[name=sure]").checked = true; return "" })()`)
	head.value(`(() => { document.querySelectorAll("details").forEach(d => d.open = true); return "" })()`)
	head.press(`form:has(input[name=action][value=carry_out]) button`)
	head.says("已办结")
	head.visit("/desk/retention")
	head.says("期限表")
	head.visit("/desk/retention/report")
	head.says("本人要求")
	head.says("都与审计相符")

	she.visit("/m/" + m.Number)
	if text := she.value(`document.body.innerText`); strings.Contains(text, words) || !strings.Contains(text, "依法删除") {
		t.Errorf("the follow page says %s", text)
	}
	verified, err := s.Verify(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range verified {
		if len(v.Problems) > 0 {
			t.Errorf("%+v", v)
		}
	}
	if held, err := s.Keeping.Held(t.Context(), m.Realm, "account/"+identity.System(m.Realm).Account); err == nil {
		t.Errorf("an account that there is not holds %v", held)
	}
}
