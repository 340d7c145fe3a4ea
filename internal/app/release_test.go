// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package app

import (
	"testing"
)

// TestWordsForThePublicInABrowser has the desk write and mend words, and the shift
// head read and release them, on both sizes of screen.
func TestWordsForThePublicInABrowser(t *testing.T) {
	t.Parallel()
	tab := browser(t)
	s := perform(t)
	public := s.open(t, tab, "release-public", 390, 844)
	public.visit("/matters")
	public.says("主街一盏路灯不亮")
	if public.has("main") && public.value(`String(document.querySelector("main").innerText.includes("消防通道被占用"))`) == "true" {
		t.Error("words that wait are shown")
	}
	desk := s.open(t, tab, "release-desk", 390, 844)
	desk.signIn("desk")
	desk.visit("/desk/releases")
	desk.says("等您修改", "13800000000", "手机号", "等待审核", "须由另一人审核发布", "已发布")
	desk.look("/desk/releases")
	desk.press(`section:has(#mend-title) a.button`)
	desk.says("不能公开", "建议改为", "【手机号略】")
	desk.look("draft")
	desk.press(`section:has(#proposal-title) button`)
	desk.says("等待另一人审核", "【手机号略】")

	head := s.open(t, tab, "release-head", 1440, 900)
	head.signIn("head")
	head.visit("/desk/releases")
	head.says("等待审核", "固定电话", "消防通道被占用")
	head.look("/desk/releases")
	head.value(`(() => { document.querySelectorAll("input[name=pick]").forEach(b => b.checked = true); return "" })()`)
	head.press(`form[action="/desk/releases"] button[data-key=r]`)
	head.says("有 1 项没有发布", "请写明理由")
	head.look("refused")
	head.fill(`input[name^="reason-"]`, "受理大厅的公开电话")
	head.value(`(() => { document.querySelectorAll("input[name=pick]").forEach(b => b.checked = true); return "" })()`)
	head.press(`form[action="/desk/releases"] button[data-key=r]`)
	head.says("没有等待审核的内容")
	public.visit("/matters")
	public.says("消防通道被占用", "【手机号略】", "咨询电话0393-0000000")

	head.value(`(() => { [...document.querySelectorAll("section:has(#public-title) .entry a")].find(a => a.innerText.includes("占用消防通道") || a.closest(".entry").innerText.includes("消防通道被占用")).id = "mine"; return "" })()`)
	head.press(`#mine`)
	head.look("public")
	head.value(`(() => { document.querySelectorAll("details").forEach(d => d.open = true); return "" })()`)
	head.fill(`#withdraw-reason`, "内容有误")
	head.press(`form:has(#withdraw-reason) button`)
	public.visit("/matters")
	public.says("公开文字已撤回：内容有误")
	public.look("/matters")
	english := s.open(t, tab, "release-english", 1440, 900)
	english.signIn("head")
	english.visit("/desk/releases?lang=en")
	english.look("english")
	english.visit("/desk/export?lang=en")
	english.look("export english")
	desk.visit("/desk/export?state=registered")
	desk.says("隐去可能指向个人的内容", "保留原文")
	desk.look("export")
	desk.value(`(() => { document.querySelector("input[value=complete]").checked = true; return "" })()`)
	desk.press(`form[action="/desk/export"] button`)
	desk.says("请选一项，说明为什么需要查看。")
	desk.look("export refused")
}
