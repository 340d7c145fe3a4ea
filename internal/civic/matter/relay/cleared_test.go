// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package relay

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pavilion/catalogue"
	"pavilion/internal/base/fault"
	"pavilion/internal/base/form"
	"pavilion/internal/base/text"
	"pavilion/internal/base/trace"
)

// FuzzWhatIsSentThroughTheRelay sends whatever people type into the form. No find
// goes out unless its writer said so; what is found is pointed out by its kind, and
// never repeated.
func FuzzWhatIsSentThroughTheRelay(f *testing.F) {
	for _, said := range []string{
		"东边那个路口", "打13800000000", "138 0000\u20030000", "１３８００００００００", "一三八零零零零零零零零", "微信号test_resident", "QQ：10000",
		"000000199001010000", "3号楼2单元501室", "resident@example.org", "测A00000", "010-00000000 转 1", "a\x00b", "\xff\xfe", "", "   ",
		strings.Repeat("很", MaxMessage+1), "<script>13800000000</script>", "\u202e13800000000", "13800\u200b000000", "1380000\n0000",
	} {
		for _, traces := range []string{"", "remove", "keep", "send"} {
			f.Add(said, traces)
		}
	}
	f.Fuzz(func(t *testing.T, given, traces string) {
		clean, refused := form.CleanText(given, true)
		out, err := cleared(given, Traces(traces))
		if err != nil {
			pointsOut(t, clean, Traces(traces), err)
			return
		}
		switch {
		case refused != nil, out == "", !utf8.ValidString(out), strings.ContainsRune(out, 0):
			t.Fatalf("%q went out as %q", given, out)
		case Traces(traces) == Keep && out != clean:
			t.Fatalf("%q was to be kept and is %q", clean, out)
		case Traces(traces) != Keep && len(trace.Find(out)) > 0:
			t.Fatalf("%q went out with %v", out, trace.KindsOf(out))
		case Traces(traces) != Keep && Traces(traces) != Remove && out != clean:
			t.Fatalf("%q was changed unasked: %q", clean, out)
		}
	})
}

// pointsOut fails unless a refusal names the field and each kind found, and holds
// nothing of the words.
func pointsOut(t *testing.T, clean string, traces Traces, err error) {
	t.Helper()
	var kinds []string
	for _, bad := range fault.All(err) {
		if bad.Kind != fault.Invalid || bad.Field != "text" && bad.Field != "traces" {
			t.Fatalf("%q: refused with %v", clean, bad)
		}
		if kind, ok := strings.CutPrefix(bad.Key, "relay.shows_"); ok {
			kinds = append(kinds, kind)
		}
	}
	if traces != AskMe || len(kinds) == 0 {
		return
	}
	for _, kind := range trace.KindsOf(clean) {
		if !slices.Contains(kinds, string(kind)) {
			t.Fatalf("%q: %s is not pointed out: %v", clean, kind, kinds)
		}
	}
}

func TestEveryKindOfTraceIsPointedOutInWords(t *testing.T) {
	texts, err := text.Load(catalogue.FS())
	if err != nil {
		t.Fatal(err)
	}
	for _, language := range []string{"zh-Hans", "en"} {
		for _, kind := range trace.Kinds() {
			if !texts.Printer(language).Has("relay.shows_" + string(kind)) {
				t.Errorf("%s: nothing is said for %s", language, kind)
			}
		}
	}
}
