// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package trace_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"pavilion/internal/base/trace"
)

// numerals writes digits as people write them out.
func numerals(s, alphabet string) string {
	out := ""
	for _, c := range s {
		out += string([]rune(alphabet)[c-'0'])
	}
	return out
}

// heldOut are lines with other sentences and other forms than the corpus. They were
// written before the scanner was run on them, and nothing is tuned on them: what is
// missed here stays missed and is published. Nobody is in them either.
func heldOut() []sample {
	r := rand.New(rand.NewPCG(7, 11))
	var out []sample
	say := func(kind trace.Kind, form string, values ...any) {
		head := pick(r, "", "来电人称", "群众留言：", "网格员日志　", "【补充】", "关于小区停水一事，", "经核实，", "备注(", "老王讲，")
		tail := pick(r, "", "，盼复", "！", "；其他情况待查", "\n——值班室", ")", "，谢谢工作人员", " 。")
		out = append(out, sample{head + fmt.Sprintf(form, values...) + tail, kind})
	}
	const plain, formal = "零一二三四五六七八九", "零壹贰叁肆伍陆柒捌玖"
	for range 100 {
		id := pick(r, "000000", "999999") + fmt.Sprintf("%d%02d%02d", 1935+r.IntN(80), 1+r.IntN(12), 1+r.IntN(28)) + digits(r, 3)
		id += check(id)
		say(trace.Identity, pick(r, "公民身份号码为%s", "身份证：%s", "持证人%s到场", "ID:%s", "（证件%s）", "身份证号码是\n%s"), id)
		say(trace.Identity, "证件号码%s", id[:10]+pick(r, "\n", " ", "-")+id[10:])
		mobile := "1" + pick(r, "33", "57", "78", "95", "81") + "0000" + digits(r, 4)
		say(trace.Phone, pick(r, "请回拨%s", "手机%s随时接听", "打%s找我", "联系人电话:%s", "（%s）", "机主%s"), mobile)
		say(trace.Phone, pick(r, "号码%s", "我的号是%s", "电话：%s"), pick(r, mobile[:3]+"."+mobile[3:7]+"."+mobile[7:], mobile[:3]+"_"+mobile[3:7]+"_"+mobile[7:],
			mobile[:3]+"·"+mobile[3:7]+"·"+mobile[7:], mobile[:4]+" "+mobile[4:7]+" "+mobile[7:]))
		say(trace.Phone, pick(r, "电话%s", "手机号是%s", "打%s"), pick(r, numerals(mobile, plain), numerals(mobile, formal), numerals(mobile, "〇一二三四五六七八九"), numerals(mobile, "零幺二三四五六七八九")))
		line := "0000" + digits(r, 4)
		say(trace.Line, pick(r, "办公室%s", "请打%s咨询", "值班电话：%s", "传真%s"), pick(r, "021-"+line, "0371-"+line, "(0391)"+line[:7], "0391－"+line[:7], "+86-21-"+line))
		say(trace.Bank, pick(r, "退款到%s", "账户%s", "工资卡号%s", "开户行账号: %s"), card(pick(r, "622200", "621700")+"00000"+digits(r, 4)))
		say(trace.Bill, pick(r, "发票号%s", "票据代码：%s", "收据编号 %s", "缴款书%s"), pick(r, "0000"+digits(r, 4), "00000000"+digits(r, 4), "000000000000"+digits(r, 8)))
		say(trace.Plate, pick(r, "车辆测%s违停", "号牌为测%s", "一辆测%s的面包车", "测%s占道"), pick(r, "B"+digits(r, 5), "C·"+digits(r, 4)+"K", "D "+digits(r, 5), "AF"+digits(r, 5)))
		n := func(most int) int { return 1 + r.IntN(most) }
		say(trace.Door, pick(r, "在%s", "住户地址%s", "%s漏水", "请到%s看看"), pick(r,
			fmt.Sprintf("%d号楼%d单元%d%02d", n(30), n(4), n(17), n(4)), fmt.Sprintf("%d栋%d%02d室", n(30), n(17), n(4)), fmt.Sprintf("%d单元%d户", n(5), n(3)),
			fmt.Sprintf("%d幢%d单元%d楼东户", n(20), n(4), n(6)), fmt.Sprintf("%d号楼%d单元西户", n(20), n(4)), fmt.Sprintf("%d-%d-%d%02d室", n(20), n(4), n(9), n(4)), fmt.Sprintf("某庄%d号", n(200)), fmt.Sprintf("某弄%d号%d%02d室", n(99), n(6), n(4))))
		say(trace.Mail, pick(r, "发至%s", "邮箱%s", "材料发%s即可"), pick(r, "no.body@example.net", "nobody_"+digits(r, 3)+"@post.example.com", "nobody"+digits(r, 2)+"(at)example.org",
			"nobody[at]example.com", "nobody（at）example.org", "nobody＠example.cn", "NOBODY+x@EXAMPLE.ORG"))
		say(trace.Chat, pick(r, "加微信%s", "微信号：%s", "微信 %s", "微信号是%s"), pick(r, "nobody_", "wxid_0000", "ceshi-")+digits(r, 5))
		say(trace.Chat, pick(r, "QQ%s", "QQ号：%s", "qq:%s", "QQ号码 %s"), "10000"+digits(r, 3))
		say(trace.Permit, pick(r, "护照号%s", "护照：%s", "护照号码为%s"), pick(r, "E0000", "G0000", "EA000")+digits(r, 4))
		say(trace.Permit, pick(r, "港澳通行证%s", "通行证号：%s", "台胞证号码%s"), pick(r, "C0000", "H0000", "T0000")+digits(r, 4))
		say(trace.Permit, pick(r, "驾驶证档案编号%s", "驾驶证号：%s", "驾照%s"), "00000000"+digits(r, 4))
	}
	for range 100 {
		n := func(most int) int { return 1 + r.IntN(most) }
		for _, text := range []string{
			fmt.Sprintf("第%d网格巡查%d次，发现问题%d件，办结%d件", n(30), 100+n(900), n(99), n(99)),
			fmt.Sprintf("全镇%d户%d人参保，收缴%d.%02d万元", 1000+n(9000), 10000+n(90000), n(99), n(99)),
			fmt.Sprintf("井盖编号%s，型号SMC-%s", digits(r, 17), digits(r, 4)),
			"企业代码91410900MA00000" + digits(r, 2) + "8",
			fmt.Sprintf("受理号%s，办理期限%d个工作日", "2026"+digits(r, 9), n(15)),
			fmt.Sprintf("%d年%d月%d日%d时%d分到达现场", 2020+n(6), n(12), n(28), n(23), n(59)),
			fmt.Sprintf("二〇二%s年十二月三十一日前完成", pick(r, "四", "五", "六")),
			fmt.Sprintf("关注微信公众号gaoxin%s了解进度", digits(r, 3)),
			fmt.Sprintf("%d单元%d户居民停水", n(5), 10+n(50)),
			fmt.Sprintf("%d号楼东侧%d米处路灯不亮", n(30), n(300)),
			fmt.Sprintf("S%s省道K%d+%d处", digits(r, 3), n(99), 100+n(800)),
			fmt.Sprintf("设备IP 192.168.%d.%d，版本%d.%d.%d", n(250), n(250), n(9), n(20), n(300)),
			fmt.Sprintf("合同价%s元，税率%d%%", digits(r, 8), n(13)),
			fmt.Sprintf("坐标 %d.%s,%d.%s", 110+n(9), digits(r, 6), 30+n(9), digits(r, 6)),
			"热线" + pick(r, "12345", "12315", "12350", "96518", "400转人工") + "有人接听",
			fmt.Sprintf("许可证编号JY%s", digits(r, 14)),
			fmt.Sprintf("第%d号井、%d号杆、%d号路灯", n(30), n(99), n(99)),
			fmt.Sprintf("QQ群里反映、微信群里接龙%d人", n(300)),
		} {
			out = append(out, sample{pick(r, "", "今日：", "汇总，", "（附）") + text + pick(r, "", "。", "，特此报告"), ""})
		}
	}
	return out
}

// The figures are in docs/trace.md. The floors are far under what was measured: they
// notice what breaks, and invite nobody to tune.
func TestLinesThatWereHeldOut(t *testing.T) {
	all := heldOut()
	if len(all) < 2000 {
		t.Fatalf("%d lines", len(all))
	}
	precision, recall := measure(t, all)
	if precision < 95 || recall < 85 {
		t.Errorf("precision %.2f, recall %.2f", precision, recall)
	}
	if strings.Contains(fmt.Sprint(all), "138") {
		t.Log("chance made a familiar number") // no fault: the lines are of nobody
	}
}
