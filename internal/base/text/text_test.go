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
		"zh-Hans/a.json": `{"a": "共{n}件", "b": "好", "c": " "}`,
		"en/a.json":      `{"a": "{count} in all", "d": "spare", "c": "x"}`,
	})
	if err != nil {
		t.Fatal(err)
	}
	all := strings.Join(c.Lint(), "\n")
	for _, want := range []string{"en lacks b", "zh-Hans lacks d, which en has", "zh-Hans: c is empty", "en: a has places {count}"} {
		if !strings.Contains(all, want) {
			t.Errorf("Lint does not say %q:\n%s", want, all)
		}
	}
}

func TestAKeyInTwoFilesIsRefused(t *testing.T) {
	if _, err := load(t, map[string]string{"zh-Hans/a.json": `{"k": "1"}`, "zh-Hans/b.json": `{"k": "2"}`}); err == nil {
		t.Error("it was loaded")
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
	} {
		if got := c.Negotiate(accept); got != want {
			t.Errorf("%q gets %s, want %s", accept, got, want)
		}
	}
}
