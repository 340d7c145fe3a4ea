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

// sample is one line of the corpus; the empty kind has no trace.
type sample struct {
	text string
	kind trace.Kind
}

func digits(r *rand.Rand, n int) string {
	out := ""
	for range n {
		out += string(rune('0' + r.IntN(10)))
	}
	return out
}

func pick(r *rand.Rand, from ...string) string { return from[r.IntN(len(from))] }

// wide writes digits in full width.
func wide(s string) string {
	return strings.Map(func(c rune) rune {
		if c >= '0' && c <= '9' || c == '-' || c == '@' {
			return c + 0xfee0
		}
		return c
	}, s)
}

// broken breaks a value once, at a place and with a sign of chance.
func broken(r *rand.Rand, s string) string {
	i := 1 + r.IntN(len(s)-1)
	return s[:i] + pick(r, "\n", " ", "-", "\r\n  ") + s[i:]
}

// card completes 15 digits by Luhn's formula.
func card(s string) string {
	for last := '0'; ; last++ {
		sum := 0
		for i, c := range s + string(last) {
			d := int(c - '0')
			if (len(s)-i)%2 == 1 {
				d = d*2/10 + d*2%10
			}
			sum += d
		}
		if sum%10 == 0 {
			return s + string(last)
		}
	}
}

// corpus is made with chance that is the same every time. Nobody is in it: the
// divisions of its identity numbers are 000000 and 999999, the lines and cards
// have runs of zeros, the plates a province that does not exist.
func corpus() []sample {
	r := rand.New(rand.NewPCG(1, 2))
	day := func() string { return fmt.Sprintf("%d%02d%02d", 1930+r.IntN(90), 1+r.IntN(12), 1+r.IntN(28)) }
	before := func() string {
		return pick(r, "反映人说", "请联系", "", "现场记录：", "补充：", "2026年9月16日，")
	}
	after := func() string { return pick(r, "。", "，请处理。", "", "\n谢谢", "（已核实）") }
	var out []sample
	add := func(kind trace.Kind, value string) { out = append(out, sample{before() + value + after(), kind}) }
	for range 500 {
		id := pick(r, "000000", "999999") + day() + digits(r, 3)
		id += check(id)
		add(trace.Identity, pick(r, id, strings.ToLower(id), wide(id), broken(r, id), "身份证号：\n"+id, id[:6]+" "+id[6:14]+" "+id[14:]))
		wrong := id[:17] + string("0123456789"[(int(id[16]-'0')+r.IntN(9))%10])
		add(trace.Identity, "身份证号"+pick(r, wrong, wide(wrong)))
		add(trace.Identity, pick(r, "身份证号", "老证号", "")+"000000"+day()[2:]+digits(r, 3))
		mobile := "1" + pick(r, "30", "38", "59", "86", "99") + "0000" + digits(r, 4)
		add(trace.Phone, pick(r, "", "电话", "手机：")+pick(r, mobile, mobile[:3]+" "+mobile[3:7]+" "+mobile[7:], mobile[:3]+"-"+mobile[3:7]+"-"+mobile[7:], "+86 "+mobile, wide(mobile), broken(r, mobile)))
		line := "0000" + digits(r, 4)
		add(trace.Line, pick(r, "010-"+line, "（0393）"+line[1:], "0393 "+line[1:], "电话"+line[1:], wide("010-"+line), "座机：010"+line))
		c := card(pick(r, "620000", "629999") + "00000" + digits(r, 4))
		add(trace.Bank, pick(r, c, "卡号："+c, c[:4]+" "+c[4:8]+" "+c[8:12]+" "+c[12:], wide(c)))
		add(trace.Bill, pick(r, "发票号码：", "收据号", "票据号码 ", "发票代码：", "发票号码:\n")+pick(r, "0000"+digits(r, 4), "000000"+digits(r, 4), "0000000000"+digits(r, 10)))
		plate := "A" + digits(r, 4)
		add(trace.Plate, "测"+pick(r, plate+"0", plate[:1]+"·"+plate[1:]+"0", "AD0"+digits(r, 4), strings.ToLower(plate)+"9"))
		add(trace.Door, pick(r, "3号楼2单元", "12栋", "5幢1单元", "", "1-2-")+fmt.Sprint(101+r.IntN(800))+"室")
		add(trace.Door, pick(r, "某村", "某组", "某胡同")+fmt.Sprint(1+r.IntN(300))+"号")
		mail := "nobody" + digits(r, 3) + "@" + pick(r, "example.org", "mail.example.com.cn")
		add(trace.Mail, pick(r, mail, wide(mail), strings.ToUpper(mail), strings.Replace(mail, "@", pick(r, "(at)", "（at）", "[at]", "【at】"), 1)))
		add(trace.Phone, pick(r, "", "电话")+pick(r, mobile[:3]+"."+mobile[3:7]+"."+mobile[7:], numerals(mobile, "〇一二三四五六七八九"), numerals(mobile, "零壹贰叁肆伍陆柒捌玖")))
		add(trace.Chat, pick(r, "微信号nobody"+digits(r, 3), "微信：nobody_"+digits(r, 3), "QQ100"+digits(r, 5), "QQ号：1000"+digits(r, 4)))
		add(trace.Permit, pick(r, "护照E0000"+digits(r, 4), "护照号：EA000"+digits(r, 4), "通行证C0000"+digits(r, 4), "驾驶证号00000000"+digits(r, 4)))
	}
	for range 10 { // what is known to be missed
		add(trace.Phone, "1三八零零零零"+digits(r, 4))
		add(trace.Mail, "nobody艾特example.org")
	}
	for range 200 {
		add("", "部件编码"+digits(r, 17))
		add("", pick(r, "", "编号")+"410928"+digits(r, 11))
		add("", "统一社会信用代码91410928MA00000"+digits(r, 2)+"X")
		add("", pick(r, "订单号", "工单编号：", "流水号")+"2026"+digits(r, pick2(r)))
		add("", "编号 202609"+fmt.Sprint(10+r.IntN(20))+"-"+digits(r, 7))
		add("", "2026-09-"+fmt.Sprint(10+r.IntN(20))+" 1"+digits(r, 1)+":30")
		add("", "坐标115."+digits(r, 6)+"，35."+digits(r, 6))
		add("", "金额"+digits(r, 7)+"元，"+digits(r, 2)+"."+digits(r, 2)+"万元")
		add("", pick(r, "拨打12345", "报警110", "火警119", "急救120", "热线12345转3"))
		add("", pick(r, "共有", "惠及")+fmt.Sprint(100+r.IntN(800))+pick(r, "户", "人", "盏路灯"))
		add("", pick(r, "3号楼", "5栋")+fmt.Sprint(100+r.IntN(800))+pick(r, "米处", "个车位"))
		add("", pick(r, "某村", "李庄")+fmt.Sprint(1+r.IntN(30))+pick(r, "号井", "号杆", "号路灯"))
		add("", "GB/T "+digits(r, 5)+"-2017 第5.2条")
		add("", "国道G"+digits(r, 3)+"，型号AB"+digits(r, 8))
	}
	return out
}

func pick2(r *rand.Rand) int { return 8 + r.IntN(8) }

// The floors stand a little under what docs/trace.md says was measured.
func TestPrecisionAndRecall(t *testing.T) {
	all := corpus()
	if len(all) < 5000 {
		t.Fatalf("%d lines", len(all))
	}
	precision, recall := measure(t, all)
	if precision < 98 || recall < 98 {
		t.Errorf("the whole is under its floor: precision %.2f, recall %.2f", precision, recall)
	}
}

// measure says how well the traces of lines are found, a line for each kind.
func measure(t *testing.T, all []sample) (precision, recall float64) {
	t.Helper()
	right, missed, wrong := map[trace.Kind]int{}, map[trace.Kind]int{}, map[trace.Kind]int{}
	for _, s := range all {
		hit := false
		for _, f := range trace.Find(s.text) {
			if f.Kind == s.kind {
				hit = true
				continue
			}
			wrong[f.Kind]++
			t.Logf("wrong %s in %q", f.Kind, s.text)
		}
		if hit {
			right[s.kind]++
		} else if s.kind != "" {
			missed[s.kind]++
			t.Logf("missed %s in %q", s.kind, s.text)
		}
	}
	var r, m, w int
	for _, k := range trace.Kinds() {
		r, m, w = r+right[k], m+missed[k], w+wrong[k]
		t.Logf("| %s | %d | %.2f %% | %.2f %% |", k, right[k]+missed[k], share(right[k], wrong[k]), share(right[k], missed[k]))
	}
	t.Logf("| all %d lines | %d | %.2f %% | %.2f %% |", len(all), r+m, share(r, w), share(r, m))
	return share(r, w), share(r, m)
}

func share(part, rest int) float64 { return 100 * float64(part) / float64(max(1, part+rest)) }

func TestRedactedTextHasNoFinds(t *testing.T) {
	for _, s := range corpus() {
		out := trace.Redact(s.text, func(trace.Kind) string { return "▇▇" })
		if found := trace.Find(out); len(found) > 0 {
			t.Fatalf("%q: %q", s.text, out)
		}
	}
}

func TestTheSameValueIsOneHoweverWritten(t *testing.T) {
	text := "13800000000，138 0000 0000，１３８００００００００，13900000000"
	if n := len(trace.Distinct(text, trace.Find(text))); n != 2 {
		t.Errorf("%d", n)
	}
}

func BenchmarkFind(b *testing.B) {
	text := strings.Repeat("路灯坏了三天，电话13800000000，住3号楼2单元501室，编号20260916-0000001。", 10)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		trace.Find(text)
	}
}
