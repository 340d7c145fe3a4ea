// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package app

import (
	"context"
	"strings"
	"testing"
	"time"

	"pavilion/internal/core/identity"
)

// TestAMeetingInTheBrowser has a secretary call the representatives of a village
// together, these open their invitations on the telephone and check in, and the chair
// begin, end and write it down: what is missing is red until nothing is.
func TestAMeetingInTheBrowser(t *testing.T) {
	t.Parallel()
	s := perform(t)
	village, _ := s.Org.AreaByCode(s.Config.Realm, "410928212201")
	chair := s.holder(t, s.Config.Realm, "meeting secretary", grantIn(village, identity.Grant{Role: identity.Secretary}))
	s.passwords["meeting.secretary"] = "a long passphrase"
	body := s.representatives(t, chair.actor, village.ID)
	b := browser(t)
	desk := s.open(t, b, "meeting-desk", 1440, 900)
	desk.signIn("meeting.secretary")
	desk.visit("/desk/gatherings")
	desk.visit("/desk/gatherings/new")
	desk.visit("/desk/gatherings/new?host=assembly/" + body.ID)
	desk.press(`form[action="/desk/gatherings"] button`)
	if !desk.has(`.errors`) {
		t.Error("an empty form is taken")
	}
	today := s.Now().In(s.Calendar.Zone()).Format(time.DateOnly)
	desk.fill(`input[name=title]`, "测试：公共停车怎么管")
	desk.fill(`input[name=day]`, today)
	desk.fill(`input[name=from]`, "0:01")
	desk.fill(`input[name=to]`, "23：58")
	desk.fill(`input[name=where]`, "测试村委会二楼")
	desk.fill(`input[name=item]`, "商量收费办法")
	desk.value(`(document.querySelectorAll("input[name=item]")[1].value = "路灯什么时候修", document.querySelectorAll("select[name=item_kind]")[1].value = "question", "")`)
	desk.press(`form[action="/desk/gatherings"] button`)
	desk.says("测试：公共停车怎么管", "通知偏晚", "测试代表甲", "未通知")
	meeting := desk.value(`location.pathname`)
	desk.press(`button[formaction$="/letters"]`)
	codes := strings.Fields(desk.value(`[...document.querySelectorAll("section.card .receipt-number")].map(e => e.innerText).join(" ")`))
	if len(codes) != 3 {
		t.Fatalf("%d letters for three representatives", len(codes))
	}
	s.visitMeeting(t, b, desk, meeting, codes)
	desk.visit(meeting + "/roll")
	desk.says("测试代表乙", "1", "/ 3", "未达到")
	desk.press(`button[value=start]`)
	desk.says("未达到法定人数")
	desk.value(`(document.querySelectorAll('input[name=seat]')[0].click(), "")`)
	desk.press(`button[value=came]`)
	desk.press(`button[value=start]`)
	desk.says("会议开始", "2", "/ 3")
	desk.press(`button[value=close]`)
	desk.says("还缺", "主持人", "签字原件的照片")
	desk.visit(meeting + "/minutes")
	desk.fill(`input[name=chair]`, "测试主持")
	desk.fill(`input[name=writer]`, "测试记录")
	desk.fill(`select[name="agenda.1.outcome"]`, "agreed")
	desk.fill(`input[name="agenda.1.words"]`, "居民免费，外来车收费")
	desk.fill(`select[name="agenda.2.outcome"]`, "taken")
	desk.fill(`input[name="agenda.2.words"]`, "月底前修好")
	desk.fill(`textarea[name=objections]`, "无")
	desk.press(`form[action$="/minutes"] button`)
	desk.says("会议记录已保存", "居民免费")
	s.resolveMeeting(t, desk, meeting)
	desk.visit(meeting + "/print")
	desk.visit(meeting + "/sheet")
	desk.visit(meeting)
	phone := s.open(t, b, "meeting-small", 390, 844)
	phone.signIn("meeting.secretary")
	for _, page := range []string{"", "/roll", "/minutes", "/resolutions"} {
		phone.visit(meeting + page)
	}
}

// visitMeeting has somebody open an invitation on the telephone, and check in with the
// code that the screen in the room shows.
func (s *stage) visitMeeting(t *testing.T, b context.Context, desk *window, meeting string, codes []string) {
	t.Helper()
	guest := strings.TrimPrefix(meeting, "/desk")
	phone := s.open(t, b, "meeting-guest", 390, 844)
	phone.visit(guest)
	phone.fill(`input[name=code]`, "WRONG-CODE-HERE-2345")
	phone.press(`main form button`)
	if !phone.has(`.errors`) {
		t.Error("a wrong code opens a meeting")
	}
	phone.fill(`input[name=code]`, strings.ToLower(codes[1]))
	phone.press(`main form button`)
	phone.says("测试：公共停车怎么管", "测试村委会二楼")
	desk.visit(meeting + "/screen")
	door := desk.value(`document.querySelector(".screen-code").innerText`)
	phone.fill(`input[name=door]`, "000000")
	phone.press(`button[value=came]`)
	phone.fill(`input[name=door]`, door)
	phone.press(`button[value=came]`)
	phone.says("已签到")
}

// resolveMeeting writes a resolution with prices down and files it.
func (s *stage) resolveMeeting(t *testing.T, desk *window, meeting string) {
	t.Helper()
	desk.visit(meeting + "/resolutions")
	desk.fill(`textarea[name=text]`, "公共停车：居民免费，外来单位收费")
	desk.value(`(document.querySelector("input[name=duty][value=rules]").click(), document.querySelector("form details").open = true, "")`)
	desk.value(`(document.querySelectorAll("input[name=term_who]")[0].value = "居民", document.querySelectorAll("input[name=term_who]")[1].value = "外来单位",
		document.querySelectorAll("input[name=term_amount]")[1].value = "3.50", document.querySelectorAll("select[name=term_unit]")[1].value = "hour", "")`)
	desk.press(`form[action$="/resolutions"] button`)
	desk.says("3.50 元/小时", "免费")
	desk.press(`.card a[href^="/desk/resolutions/"]`)
	desk.value(`(document.querySelector("form[action$='/filings']").closest("details").open = true, "")`)
	desk.fill(`input[name=unit]`, "测试发改局")
	desk.fill(`input[name=number]`, "停备7号")
	desk.press(`form[action$="/filings"] button`)
	desk.says("停备7号")
}
