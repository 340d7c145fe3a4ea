// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package app

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestAnImportAtTheDesk takes a hotline's table in a browser from the file to
// matters, in a wide window and in a narrow one, every page looked at by axe-core.
func TestAnImportAtTheDesk(t *testing.T) {
	t.Parallel()
	s := perform(t)
	s.Intake.Work(s.Queue)
	b := browser(t)
	work := func() {
		t.Helper()
		if err := s.Queue.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	table := func(name, rows string) string {
		t.Helper()
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, []byte("\ufeff工单编号,受理时间,诉求类型,诉求内容,所属社区,来电人,联系电话,坐席\n"+rows), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	desk := s.open(t, b, "import", 1280, 1500)
	phone := s.open(t, b, "import-phone", 360, 1800)
	phone.signIn("county")
	desk.signIn("county")
	desk.visit("/desk/intake")
	phone.visit("/desk/intake")
	bad := table("九月热线.csv", "HT-0001,2026-09-18 08:10,井盖缺失,村口的井盖不见了，晚上很危险,宋锁城村,测试来电人,13800000001,3 号\n"+
		"HT-0002,2026-02-30,路灯,天黑了路灯不亮,老城根,测试来电人,13800000002,3 号\nHT-0003,2026年9月18日 9时5分,路灯,东头第二盏也不亮,宋锁城村,,123,5 号\n")
	desk.do(chromedp.SetUploadFiles(chromedp.CSS(`input[type=file]`), []string{bad}))
	desk.fill(`input[name=name]`, "县热线")
	desk.press(`form[action="/desk/intake"] button`)
	desk.says("九月热线.csv", "UTF-8", "村口的井盖不见了", "每一列是什么")
	run := desk.value(`location.pathname`)
	phone.visit(run)
	if got := desk.value(`document.querySelector("select[name=text]").value + " " + document.querySelector("select[name=area]").value`); got != "诉求内容 所属社区" {
		t.Errorf("the columns are guessed as %q", got)
	}
	desk.press(`form[action="` + run + `/columns"] button`)
	desk.says("正在检查 3 行")
	work()
	desk.visit(run)
	desk.says("3 行里有 3 行不能导入", "“2026-02-30”读不出日期", "老城根", "对照")
	phone.visit(run)
	source := desk.value(`(() => { const words = document.querySelector("form[action$='/words']");
		words.querySelector("[name='type:井盖缺失']").value = "020103"; words.querySelector("[name='type:路灯']").value = "-";
		words.querySelector("[name='area:老城根']").value = "宋锁城村"; return "answered" })()`)
	if source != "answered" {
		t.Fatal(source)
	}
	desk.press(`form[action="` + run + `/words"] button`)
	work()
	desk.visit(run)
	desk.says("3 行里有 2 行不能导入")
	desk.press(`form[action="` + run + `/drop"] button`)
	good := table("九月热线（改）.csv", "HT-0001,2026-09-18 08:10,井盖缺失,村口的井盖不见了，晚上很危险,宋锁城村,测试来电人,13800000001,3 号\n"+
		"HT-0002,2026-09-17,路灯,天黑了路灯不亮,老城根,测试来电人,13800000002,3 号\n")
	desk.do(chromedp.SetUploadFiles(chromedp.CSS(`input[type=file]`), []string{good}))
	desk.press(`form[action="/desk/intake"] button`)
	work()
	run = desk.value(`location.pathname`)
	desk.visit(run)
	desk.says("2 行全部检查通过")
	phone.visit(run)
	desk.press(`form[action="` + run + `/start"] button`)
	desk.says("已导入 0 行，共 2 行")
	work()
	desk.visit(run)
	desk.says("新增 2 件事项")
	desk.visit("/desk/intake")
	desk.says("九月热线（改）.csv", "已导入", "县热线")
	phone.visit("/desk/intake")
}
