// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package text

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"pavilion/catalogue"
)

func TestTheCatalogueIsComplete(t *testing.T) {
	c, err := Load(catalogue.FS())
	if err != nil {
		t.Fatal(err)
	}
	for _, problem := range c.Lint() {
		t.Error(problem)
	}
	if got := c.Languages(); !slices.Equal(got, []string{"zh-Hans", "en"}) {
		t.Errorf("languages are %v", got)
	}
}

func load(t *testing.T, files map[string]string) (*Catalogue, error) {
	t.Helper()
	fs := fstest.MapFS{}
	for name, text := range files {
		fs["texts/"+name] = &fstest.MapFile{Data: []byte(text)}
	}
	return Load(fs)
}

func TestLintFinds(t *testing.T) {
	c, err := load(t, map[string]string{
		"zh-Hans/a.json": `{"a": "共{n}件", "b": "好", "c": " ", "e": "共{N}件"}`,
		"en/a.json":      `{"a": "{count} in all", "d": "spare", "c": "x", "e": "all"}`,
	})
	if err != nil {
		t.Fatal(err)
	}
	all := strings.Join(c.Lint(), "\n")
	for _, want := range []string{"en lacks b", "zh-Hans lacks d, which en has", "zh-Hans: c is empty", "en: a has places {count}", "zh-Hans: e has a brace that is no place"} {
		if !strings.Contains(all, want) {
			t.Errorf("Lint does not say %q:\n%s", want, all)
		}
	}
}

func TestFaultyFilesAreRefused(t *testing.T) {
	for name, files := range map[string]map[string]string{
		"a key in two files":          {"zh-Hans/a.json": `{"k": "1"}`, "zh-Hans/b.json": `{"k": "2"}`},
		"a key twice in a file":       {"zh-Hans/a.json": `{"k": "1", "k": "2"}`},
		"a sentence that is a number": {"zh-Hans/a.json": `{"k": 1}`},
		"a list":                      {"zh-Hans/a.json": `["k"]`},
		"no JSON":                     {"zh-Hans/a.json": `{"k": "1"`},
		"no texts in Chinese":         {"en/a.json": `{"k": "1"}`},
	} {
		if _, err := load(t, files); err == nil {
			t.Errorf("a catalogue with %s was loaded", name)
		}
	}
}

func TestOneAndMany(t *testing.T) {
	c, err := load(t, map[string]string{
		"zh-Hans/a.json": `{"a": "{count} 件"}`, "en/a.json": `{"a": "{count} matters", "a.one": "one matter"}`,
	})
	if err != nil {
		t.Fatal(err)
	}
	for lang, want := range map[string][3]string{"zh-Hans": {"0 件", "1 件", "2 件"}, "en": {"0 matters", "one matter", "2 matters"}} {
		for n, sentence := range want {
			if got := c.Printer(lang).T("a", "count", n); got != sentence {
				t.Errorf("%s says %q, want %q", lang, got, sentence)
			}
		}
	}
	for n, want := range map[int]string{0: "0", 999: "999", 4326: "4,326", -1000000: "-1,000,000"} {
		if got := c.Printer("en").Number(n); got != want {
			t.Errorf("%d is written %s, want %s", n, got, want)
		}
	}
}

func TestALanguageIsMadeFromAnother(t *testing.T) {
	files := fstest.MapFS{
		"texts/zh-Hans/a.json": {Data: []byte(`{"a": "网格", "b": "软件有 {n} 个"}`)},
		"texts/zh-Hant/a.json": {Data: []byte(`{"b": "軟體有 {n} 個"}`)},
	}
	convert := func(s string) string { return strings.ReplaceAll(s, "网", "網") }
	c, err := Load(files, Derived{"zh-Hant", "zh-Hans", convert})
	if err != nil {
		t.Fatal(err)
	}
	p := c.Printer("zh-Hant")
	if p.T("a") != "網格" || p.T("b", "n", 2) != "軟體有 2 個" || len(c.Lint()) > 0 {
		t.Errorf("it says %q and %q, with %q wrong", p.T("a"), p.T("b"), c.Lint())
	}
	for accept, want := range map[string]string{
		"zh-TW": "zh-Hant", "zh-HK,zh;q=0.9": "zh-Hant", "zh-Hant-CN": "zh-Hant", "zh-Hans-HK": "zh-Hans", "zh": "zh-Hans", "zh-SG": "zh-Hans",
	} {
		if got := c.Negotiate(accept); got != want {
			t.Errorf("%q gets %s, want %s", accept, got, want)
		}
	}
	if _, err := Load(files, Derived{"zh-Hant", "ja", convert}); err == nil {
		t.Error("a language was made from one that is not there")
	}
}

func TestPrinter(t *testing.T) {
	c, err := Load(catalogue.FS())
	if err != nil {
		t.Fatal(err)
	}
	day := time.Date(2026, 9, 20, 16, 30, 0, 0, time.UTC)
	for lang, want := range map[string]string{"zh-Hans": "2026年9月20日（周日） 16:30", "en": "Sun 20 Sep 2026 16:30"} {
		if got := c.Printer(lang).DateTime(day); got != want {
			t.Errorf("%s writes %q, want %q", lang, got, want)
		}
	}
	p := c.Printer("xx")
	if p.Lang() != First || p.T("no.such.key") != "⟦no.such.key⟧" || p.T("form.too_long", "max", 5) == p.T("form.too_long") {
		t.Error("an unknown language, key or place is not handled")
	}
}

func TestNegotiate(t *testing.T) {
	c, err := Load(catalogue.FS())
	if err != nil {
		t.Fatal(err)
	}
	for accept, want := range map[string]string{
		"": "zh-Hans", "en-GB,en;q=0.9": "en", "zh-CN,zh;q=0.9,en;q=0.8": "zh-Hans", "fr": "zh-Hans", "fr,en;q=0.3": "en", "zh-TW": "zh-Hans",
		"en;q=0": "zh-Hans", "EN-us": "en", ",;q=,-": "zh-Hans", "zh-CN;q=0.1,en;q=NaN": "zh-Hans", "*": "zh-Hans",
	} {
		if got := c.Negotiate(accept); got != want {
			t.Errorf("%q gets %s, want %s", accept, got, want)
		}
	}
}
