// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package trace_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pavilion/internal/base/trace"
)

// The identity numbers are of nobody: their division 000000 does not exist.
func TestFind(t *testing.T) {
	for text, want := range map[string]string{
		"":       "",
		"路灯坏了三天": "",
		"证号00000019900101001" + check("00000019900101001"): "identity",
		"证号000000199001010010":                             "identity", // its check character is wrong: it looks like one
		"老证000000900101001":                                "identity",
		"老证000000901301001":                                "", // there is no thirteenth month
		"电话13800000000":                                    "phone",
		"电话138 0000 0000，或010-00000000":                    "phone line",
		"部件编码13800000000000000":                            "", // seventeen digits are a component
		"发到 nobody@example.org 即可":                         "mail",
		"车牌测A00000挡了路":                                     "plate",
		"3号楼2单元501室":                                       "door",
		"住501室":                                            "door",
		"共清运垃圾200吨，花了3天":                                   "",
		"编号 20260916-0000001":                              "",
		"路口有3栋楼":                                           "",
		"GB/T 34300-2017 第5.2条":                            "",
	} {
		var kinds []string
		for _, found := range trace.Find(text) {
			kinds = append(kinds, string(found.Kind))
		}
		if got := strings.Join(kinds, " "); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// check is the check character of an identity number by ISO 7064, MOD 11-2.
func check(number string) string {
	sum := 0
	for _, digit := range number {
		sum = (sum + int(digit-'0')) * 2 % 11
	}
	return string("0123456789X"[(12-sum)%11])
}

func FuzzFind(f *testing.F) {
	f.Add("3号楼2单元501室 13800000000 测A00000")
	f.Fuzz(func(t *testing.T, text string) {
		last := 0
		for _, found := range trace.Find(text) {
			if found.From < last || found.To <= found.From || found.To > len(text) {
				t.Fatalf("%q: %+v", text, found)
			}
			last = found.To
			if utf8.ValidString(text) && !utf8.ValidString(text[found.From:found.To]) {
				t.Fatalf("%q: %+v cuts a character", text, found)
			}
		}
		for _, found := range trace.Find(trace.Redact(text, func(trace.Kind) string { return "▇▇" })) {
			if found.Sure {
				t.Fatalf("%q: %+v after redaction", text, found)
			}
		}
	})
}
