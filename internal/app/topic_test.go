// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package app

import (
	"strings"
	"testing"

	"pavilion/internal/core/identity"
)

// TestFromASuggestionToAnAnswerInTheBrowser has two residents suggest the same on their
// telephones, the secretary gather it, count paper, take it a level up and answer it, a
// second person release the words, and one of the residents read it all.
func TestFromASuggestionToAnAnswerInTheBrowser(t *testing.T) {
	t.Parallel()
	chromium(t)
	s := perform(t)
	village, _ := s.Org.AreaByCode(s.Config.Realm, "410928212201")
	for name, role := range map[string]identity.Role{"village secretary": identity.Secretary, "village head": identity.ShiftHead} {
		s.holder(t, s.Config.Realm, name, grantIn(village, identity.Grant{Role: role}))
		s.passwords[strings.ReplaceAll(name, " ", ".")] = "a long passphrase"
	}
	b := browser(t)
	phone := s.open(t, b, "topic-phone", 390, 844)
	phone.visit("/topics")
	phone.visit("/topics/suggest")
	phone.press(`form[action="/topics/suggest"] button`)
	if !phone.has(`.errors`) {
		t.Error("an empty suggestion is taken")
	}
	for _, words := range []string{"村里老人没有地方下棋，希望有间棋牌室", "冬天下棋太冷，能不能腾一间屋做棋牌室"} {
		phone.visit("/topics/suggest")
		phone.fill(`textarea[name=words]`, words)
		phone.fill(`select[name=area]`, village.ID)
		phone.fill(`input[name=contact_name]`, "测试居民")
		phone.press(`form[action="/topics/suggest"] button`)
		phone.says("待归并或答复", "JY20")
	}
	number := phone.value(`location.pathname.split("/").pop()`)
	code := strings.ReplaceAll(phone.value(`document.querySelector(".receipt-code").innerText`), " ", "")

	desk := s.open(t, b, "topic-desk", 1440, 900)
	desk.signIn("village.secretary")
	desk.visit("/desk/suggestions")
	desk.says("棋牌室")
	desk.value(`document.querySelectorAll("input[name=suggestion]").forEach(c => c.click()), ""`)
	desk.press(`form[action="/desk/topics/new"] button`)
	desk.press(`form[action="/desk/topics"] section:last-of-type button`)
	if !desk.has(`.errors`) {
		t.Error("a topic without words is made")
	}
	desk.fill(`input[name=title]`, "村部腾一间屋做棋牌室")
	desk.fill(`textarea[name=body]`, "两位居民提出：老人下棋没有地方，冬天在外面冷，希望腾一间屋做棋牌室。")
	desk.fill(`select[name=subject]`, "village_public")
	desk.press(`form[action="/desk/topics"] section:last-of-type button`)
	desk.says("等第二个人发布", "四议两公开", "2")
	topic := desk.value(`location.pathname`)
	in := func(act, field, words string) {
		desk.value(`document.querySelector("form[action$='/` + act + `']").closest("details").open = true, ""`)
		desk.fill(`form[action$="/`+act+`"] [name=`+field+`]`, words)
	}
	in("count", "reps", "12")
	in("count", "households", "48")
	desk.press(`form[action$="/count"] button`)
	in("rise", "record", "楼栋内同意，但没有房子")
	desk.value(`document.querySelector("form[action$='/rise'] input[value=branch]").click(), ""`)
	desk.press(`form[action$="/rise"] button`)
	desk.says("跳过了中间的层级，请写明原因")
	in("rise", "reason", "党小组长空缺")
	desk.press(`form[action$="/rise"] button`)
	desk.says("从楼栋提到党支部，跳过了中间层级")
	in("answer", "text", "村部东屋十月起做棋牌室，早八点到晚八点开。")
	desk.press(`form[action$="/answer"] button`)

	head := s.open(t, b, "topic-head", 1440, 900)
	head.signIn("village.head")
	head.visit("/desk/releases")
	head.value(`document.querySelectorAll("input[name=pick]").forEach(c => c.click()), ""`)
	head.press(`form:has(input[name=pick]) button`)

	public := strings.Replace(topic, "/desk", "", 1)
	phone.visit(public)
	phone.says("棋牌室", "已答复", "村部东屋", "48", "跳过了中间层级")
	phone.visit("/topics/follow")
	phone.fill(`input[name=number]`, number)
	phone.fill(`input[name=code]`, "WRONG234")
	phone.press(`form[action="/topics/follow"] button`)
	phone.says("对不上")
	phone.fill(`input[name=code]`, strings.ToLower(code))
	phone.press(`form[action="/topics/follow"] button`)
	phone.says("已答复", "村部东屋")
	phone.visit("/topics?q=棋牌")
	phone.says("村部腾一间屋做棋牌室")
	phone.visit("/topics/figures")
	phone.says("100%")
	desk.visit(topic)
	desk.visit("/desk/topics")
	dispatcher := s.open(t, b, "topic-dispatcher", 1440, 900)
	dispatcher.signIn("desk")
	dispatcher.visit("/desk/matters")
	dispatcher.visit(dispatcher.value(`[...document.querySelectorAll("main a[href^='/desk/matters/']")].map(a => a.getAttribute("href").split("?")[0]).find(h => h.split("/").length === 4)`))
	matter := dispatcher.value(`location.pathname`)
	dispatcher.visit(strings.Replace(dispatcher.value(`document.querySelector("a[href^='/desk/suggestions/new']").getAttribute("href")`), s.server.URL, "", 1))
	dispatcher.fill(`textarea[name=words]`, "这条路老坏，建议大家商量怎么管")
	dispatcher.press(`form[action="/desk/suggestions"] button`)
	dispatcher.visit(matter)
	dispatcher.says("议事协商", "JY20")
	desk.visit("/desk/suggestions?state=answered")
	desk.press(`main article a.number`)
	desk.press(`form[action$="/contact"] button`)
	desk.says("测试居民", "这次查看已记录")
}
