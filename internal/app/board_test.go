// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package app

import (
	"encoding/xml"
	"io"
	"net/http"
	"strings"
	"testing"

	"pavilion/internal/core/identity"
)

// TestANoticeInTheBrowser has a secretary write a notice, a second person release it, a
// resident read it on a telephone and object, and the answer, a correction and the end of
// it be seen by everybody.
func TestANoticeInTheBrowser(t *testing.T) {
	t.Parallel()
	s := perform(t)
	village, _ := s.Org.AreaByCode(s.Config.Realm, "410928212201")
	s.holder(t, s.Config.Realm, "board secretary", grantIn(village, identity.Grant{Role: identity.Secretary}))
	head := s.holder(t, s.Config.Realm, "board head", grantIn(village, identity.Grant{Role: identity.ShiftHead}))
	s.passwords["board.secretary"] = "a long passphrase"
	b := browser(t)
	desk := s.open(t, b, "board-desk", 1440, 900)
	desk.signIn("board.secretary")
	desk.visit("/desk/board")
	desk.visit("/desk/board/boards")
	desk.fill(`form[action="/desk/board/boards"] input[name=name]`, "测试村口公示栏")
	desk.fill(`form[action="/desk/board/boards"] select[name=area]`, village.ID)
	desk.press(`form[action="/desk/board/boards"] button`)
	desk.says("测试村口公示栏")
	desk.visit("/desk/board/new")
	desk.press(`form[action="/desk/board/new"] button`)
	if !desk.has(`.errors`) {
		t.Error("an empty notice is taken")
	}
	desk.value(`document.querySelector("input[name=kind][value=resolution]").click(), document.querySelector("input[name=boards]").click(), ""`)
	desk.fill(`select[name=area]`, village.ID)
	desk.fill(`select[name=rule]`, "villager_reps")
	desk.fill(`input[name=title]`, "关于村内公共停车位收费的决议")
	desk.fill(`input[name=issuer]`, "测试村村民委员会")
	desk.fill(`textarea[name=text]`, "2026 年村民代表会议应到 60 人，实到 45 人，41 人赞成，决议如下：\n一、本村居民停车免费。\n二、外来单位车辆每次收费 5 元，低于市场价格。\n三、收入用于村内道路照明，每季度公布一次。")
	desk.fill(`input[name=days]`, "7")
	desk.press(`form[action="/desk/board/new"] button`)
	desk.says("不能少于 15 天")
	desk.value(`document.querySelector("input[name=days]").value = ""`)
	desk.press(`form[action="/desk/board/new"] button`)
	desk.says("待发布")
	at := desk.value(`location.pathname`)
	id := strings.TrimPrefix(at, "/desk/board/")
	s.releaseAll(t, "disclosure/"+id, head.actor)
	desk.visit(at)
	desk.value(`document.querySelector("input[name=act][value=up]").click(), ""`)
	desk.press(`form[action$="/hang"] button:not([type=button])`)
	desk.says("起张贴")

	phone := s.open(t, b, "board-phone", 390, 844)
	phone.visit("/board")
	phone.says("公示中", "关于村内公共停车位收费的决议", "共 15 天")
	phone.visit("/board/" + id)
	phone.says("测试村村民委员会", "届满日")
	phone.visit("/board/" + id + "/print")
	phone.visit("/board/" + id + "/object")
	phone.press(`main form button`)
	if !phone.has(`.errors`) {
		t.Error("an empty objection is taken")
	}
	phone.fill(`textarea[name=words]`, "测试：收费标准没有公布成本。")
	phone.press(`main form button`)
	number, code := phone.value(`document.querySelector(".receipt-number").firstChild.textContent.trim()`), phone.value(`document.querySelector(".receipt-code").innerText`)

	desk.visit("/desk/board")
	desk.says("待答复的异议")
	desk.press(`.work-title a`)
	desk.says("收费标准没有公布成本")
	objection := desk.value(`location.pathname`)
	desk.press(`form[action$="/take"] button`)
	desk.value(`document.querySelector("input[name=outcome][value=dismissed]").click(), document.querySelector("input[name=deed][value='']").click(), ""`)
	desk.fill(`textarea[name=answer]`, "成本明细已在会议上说明，并附在会议记录第三项。")
	desk.press(`form[action$="/answer"] button`)
	desk.says("等待另一人审核")
	s.releaseAll(t, "disclosure/objection/"+strings.TrimPrefix(objection, "/desk/objections/"), head.actor)
	phone.visit("/objections")
	phone.fill(`input[name=number]`, number)
	phone.fill(`input[name=code]`, strings.ToLower(code))
	phone.press(`main form button`)
	phone.says("异议不成立", "会议记录第三项")

	desk.visit(at + "/correct")
	desk.fill(`textarea[name=text]`, "一、本村居民停车免费。\n二、外来单位车辆每次收费 4 元。")
	desk.fill(`input[name=why]`, "收费标准写错")
	desk.value(`document.querySelector("input[name=material]").click(), ""`)
	desk.press(`main form button`)
	s.releaseAll(t, "disclosure/"+id, head.actor)
	phone.visit("/board/" + id)
	phone.says("每次收费 4 元", "更正前的文本", "收到异议 1 条")
	wide := s.open(t, b, "board-wide", 1440, 900)
	wide.visit("/board/" + id)
	wide.visit("/board/" + id + "/print")
	wide.visit("/board?lang=en")

	desk.visit(at + "/withdraw")
	desk.fill(`input[name=reason]`, "收费标准另行表决")
	desk.press(`main form button`)
	phone.visit("/board/" + id)
	phone.says("提前撤下", "收费标准另行表决")
	if strings.Contains(phone.value(`document.body.innerText`), "每次收费 4 元") {
		t.Error("the words of a withdrawn notice are still shown")
	}
	phone.visit("/board?past=1")
	phone.says("已撤下")
	s.feeds(t, id)
}

// feeds reads the board's feed as a program does.
func (s *stage) feeds(t *testing.T, notice string) {
	t.Helper()
	res, err := http.Get(s.server.URL + "/board/feed")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	var feed struct {
		Entries []struct {
			ID      string `xml:"id"`
			Content string `xml:"content"`
		} `xml:"entry"`
	}
	if err := xml.Unmarshal(body, &feed); err != nil {
		t.Fatal(err)
	}
	for _, e := range feed.Entries {
		if e.ID == "urn:uuid:"+notice && strings.Contains(e.Content, "收费标准另行表决") {
			return
		}
	}
	t.Errorf("the feed does not say that it was withdrawn: %s", body)
}
