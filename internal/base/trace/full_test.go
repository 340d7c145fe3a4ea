// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package trace

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

// full finds what Find finds without looking first where something could begin: it
// asks every expression about all of the text.
func full(text string) []Trace {
	f := fold(text)
	out := f.numbers()
	for _, p := range patterns {
		form := regexp.MustCompile(strings.TrimPrefix(p.form.String(), "^"))
		for _, at := range form.FindAllStringSubmatchIndex(f.text, -1) {
			from, to := at[len(at)-2], at[len(at)-1]
			if p.kind == Door && (at[0] > 0 && digit(f.text[at[0]-1]) || to < len(f.text) && digit(f.text[to])) {
				continue
			}
			if at[0] > 0 && p.kind == Chat && f.text[at[0]]|0x20 == 'q' && alnum(f.text[at[0]-1]) {
				continue
			}
			if p.check == nil || p.check(f.text, from, to) {
				out = append(out, Trace{Kind: p.kind, From: from, To: to, Sure: true})
			}
		}
	}
	for _, form := range []*regexp.Regexp{mails, uttered} {
		for _, at := range form.FindAllStringIndex(f.text, -1) {
			out = append(out, Trace{Kind: Mail, From: at[0], To: at[1], Sure: true})
		}
	}
	return f.place(out)
}

func TestLookingFirstFindsTheSame(t *testing.T) {
	for _, text := range []string{"", "qq12345678", "aqq12345678", "微信号abcdefg 护照E00000000", "１３８００００００００", "一三八〇〇〇〇〇〇〇〇", "12345号楼2单元501室",
		"nobody【at】example.org", "3号楼 2单元 501", "村1号村2号井村3号", "测A00000测B00000", "501室501室", "1-2-501室", "微信微信号abcdefg", "驾驶证档案编号：000000001234"} {
		if a, b := Find(text), full(text); !slices.Equal(a, b) {
			t.Errorf("%q: %v, in full %v", text, a, b)
		}
	}
}

func FuzzLookingFirst(f *testing.F) {
	for _, text := range []string{"3号楼2单元501室 13800000000 测A00000", "微信号abcdefg，QQ 12345678", "nobody（at）example.org", "护照E00000000 一三八 〇〇〇〇 〇〇〇〇", "2单元3户 某村12号"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if a, b := Find(text), full(text); !slices.Equal(a, b) {
			t.Fatalf("%q: %v, in full %v", text, a, b)
		}
	})
}

func BenchmarkFull(b *testing.B) {
	text := strings.Repeat("路灯坏了三天，电话13800000000，住3号楼2单元501室，编号20260916-0000001。", 10)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		full(text)
	}
}
