// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package app

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// track opens what a reporter sees of their own report.
func (w *window) track(number, code string) {
	w.Helper()
	w.visit("/track")
	w.fill(`input[name=number]`, number)
	w.fill(`input[name=code]`, code)
	w.press(`form[action="/track"] button:not([type=button])`)
}

// choose marks a choice of a move's form.
func (w *window) choose(action, field, value string) {
	w.Helper()
	w.value(fmt.Sprintf(`(() => { document.querySelector('form:has(input[name=action][value=%s]) input[name=%s][value=%s]').checked = true; return "" })()`, action, field, value))
}

// TestDayAtTheDesk takes a matter over the roads that are not straight, in a
// browser: taken in at the hall, kept from a grid that must not get it, lengthened,
// asked about, answered by its reporter, called back, and followed by another.
func TestDayAtTheDesk(t *testing.T) {
	t.Parallel()
	s := perform(t)
	b := browser(t)

	hall := s.open(t, b, "hall", 1280, 900)
	hall.signIn("hall")
	hall.visit("/desk/report")
	village, _ := s.Org.AreaByCode(s.Config.Realm, "410928212201")
	hall.fill(`textarea[name=text]`, "示范路口堆了三天生活垃圾，气味很大。")
	hall.fill(`select[name=category]`, "010101")
	hall.fill(`select[name=area]`, village.ID)
	hall.fill(`input[name=address]`, "示范路口")
	hall.press(`form[action="/desk/report"] .actions-main button`)
	number := hall.value(`document.querySelector("[role=status] .number").innerText`)
	code := strings.ReplaceAll(hall.value(`document.querySelector("[role=status] code").innerText`), " ", "")
	found, err := s.Matters.Track(t.Context(), s.Config.Realm, number, code)
	if err != nil {
		t.Fatal(err)
	}
	page := "/desk/matters/" + found.ID

	desk := s.open(t, b, "desk", 1280, 900)
	desk.signIn("desk")
	desk.visit(page)
	desk.move("register", map[string]string{"select[name=category]": "010101"})
	desk.visit(page)
	desk.move("dispatch", map[string]string{"select[name=body]": bodyCalled(t, s, "COMM")})
	desk.says("不在网格准入清单内")
	head := s.open(t, b, "head", 1280, 900)
	head.signIn("head")
	head.visit("/desk/admissions")
	head.says("暴露垃圾", "示范受理派遣员")
	desk.visit(page)
	desk.move("dispatch", map[string]string{"select[name=body]": bodyCalled(t, s, "URBAN")})

	neighbour := s.open(t, b, "neighbour", 390, 844)
	neighbour.visit("/report")
	neighbour.fill(`textarea[name=text]`, "路口堆了好几天生活垃圾，气味大。")
	neighbour.fill(`select[name=category]`, "010101")
	neighbour.press(`button[value=where]`)
	low, high := village.Shape.Bounds()
	neighbour.value(fmt.Sprintf(`(() => { document.querySelector("[name=lon]").value = %f; document.querySelector("[name=lat]").value = %f; return "" })()`,
		(low.Lon+high.Lon)/2, (low.Lat+high.Lat)/2))
	neighbour.press(`button[value=check]`)
	neighbour.press(`form[action="/report/follow"] button`)
	neighbour.says("海通乡综合执法队（示范）")
	if strings.Contains(neighbour.value(`document.body.innerText`), "示范路口堆了") {
		t.Error("who follows a matter reads its reporter's words")
	}

	city := s.open(t, b, "city", 390, 844)
	city.signIn("city")
	city.visit(page)
	city.move("sign", nil)
	city.visit(page)
	city.move("ask_extension", map[string]string{"input[name=days]": "3", "textarea[name=reason]": "清运车在修"})
	desk.visit(page)
	desk.move("grant_extension", map[string]string{"textarea[name=told]": "清运车在修，延长三个工作日。"})
	city.visit(page)
	city.move("question", map[string]string{"textarea[name=question]": "垃圾在路口的哪一边？"})

	reporter := s.open(t, b, "reporter", 390, 844)
	reporter.track(number, code)
	reporter.says("垃圾在路口的哪一边？", "延长三个工作日")
	reporter.move("answer", map[string]string{"textarea[name=text]": "在东边，墙根下。"})
	reporter.says("在东边，墙根下。")
	city.visit(page)
	city.says("在东边，墙根下。")
	city.do(chromedp.SetUploadFiles(chromedp.CSS(`form:has(input[value=handle]) input[type=file]`), []string{photo(t)}))
	city.move("handle", map[string]string{"textarea[name=note]": "已清运。"})

	grid := s.open(t, b, "grid", 390, 844)
	grid.signIn("grid")
	grid.visit(page)
	grid.move("fail", map[string]string{"textarea[name=reason]": "墙根下还有一堆。"})
	city.visit(page)
	city.do(chromedp.SetUploadFiles(chromedp.CSS(`form:has(input[value=handle]) input[type=file]`), []string{photo(t)}))
	city.move("handle", map[string]string{"textarea[name=note]": "全部清运。"})
	grid.visit(page)
	grid.move("pass", map[string]string{"textarea[name=note]": "现场已干净。"})
	desk.visit(page)
	desk.move("feed_back", map[string]string{"textarea[name=reply]": "垃圾已清走，谢谢您的反映。"})
	desk.visit(page)
	desk.choose("call_back", "reached", "yes")
	desk.choose("call_back", "solved", "yes")
	desk.choose("call_back", "satisfied", "yes")
	desk.move("call_back", nil)
	desk.visit(page)
	desk.move("close", nil)
	desk.visit(page)
	closed, err := s.Matters.Followed(t.Context(), s.Config.Realm, found.ID)
	if err != nil || closed.State != "closed" || closed.Reworks != 1 {
		t.Errorf("in the end it is %s after %d reworks, %v", closed.State, closed.Reworks, err)
	}
	reporter.track(number, code)
	reporter.says("垃圾已清走，谢谢您的反映。")

	desk.visit(page + "/example")
	desk.fill(`input[name=title]`, "路口垃圾四天内清走")
	desk.fill(`textarea[name=story]`, "路口堆放生活垃圾，附近居民反映气味大，电话 13800000000。")
	desk.fill(`textarea[name=result]`, "综合执法队清运后，网格员现场复核，一次返工后全部清净。")
	desk.press(`form[action$="/example"] button`)
	desk.says("手机号码，请删去后再提交")
	desk.fill(`textarea[name=story]`, "路口堆放生活垃圾，附近居民反映气味大。")
	desk.press(`form[action$="/example"] button`)
	head.visit("/desk/examples")
	head.press(`form:has(input[value=release]) button`)
	neighbour.visit("/examples")
	neighbour.says("路口垃圾四天内清走", "全部清净")
}
