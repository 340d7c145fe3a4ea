// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package webkittest checks pages as HTML: it makes a kit with the real texts
// and templates, executes templates with their samples, and tells what is wrong
// with what comes out.
package webkittest

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"time"

	"pavilion/catalogue"
	"pavilion/internal/base/clock"
	"pavilion/internal/base/text"
	"pavilion/internal/core/identity"
	"pavilion/internal/edge/web/webkit"
	"pavilion/web"
)

// Kit returns a kit with the real texts and templates, at a fixed moment.
func Kit(t testing.TB, now time.Time) *webkit.Kit {
	t.Helper()
	texts, err := text.Load(catalogue.FS())
	if err != nil {
		t.Fatal(err)
	}
	calendar, err := clock.LoadCalendar(catalogue.FS(), time.FixedZone("CST", 8*60*60))
	if err != nil {
		t.Fatal(err)
	}
	k, err := webkit.New(webkit.Options{
		Files: web.Files, Texts: texts, Calendar: calendar, Now: clock.Fixed(now),
		Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// Pages executes every template whose name begins with prefix, in every
// language, with its registered sample, and fails on what Lint finds. A template
// without a sample fails too.
func Pages(t *testing.T, k *webkit.Kit, prefix string) {
	t.Helper()
	samples := k.Samples()
	for _, name := range k.Templates() {
		if !strings.HasPrefix(name, prefix) {
			continue
		}
		for _, lang := range k.Languages() {
			t.Run(name+"/"+lang, func(t *testing.T) {
				sample, ok := samples[name]
				if !ok {
					t.Fatal("no sample is registered")
				}
				out, err := k.Execute(name, In(k, sample, lang))
				if err != nil {
					t.Fatal(err)
				}
				for _, problem := range Lint(out) {
					t.Error(problem)
				}
			})
		}
	}
}

// In returns a sample as it would be shown in a language: its Page is filled as
// for a request, and what the sample set itself is kept.
func In(k *webkit.Kit, sample any, lang string) webkit.Base {
	r := webkit.WithActor(httptest.NewRequest(http.MethodGet, "/sample", nil), identity.Actor{}, lang)
	page := k.Page(r, "kit.name")
	out := reflect.New(reflect.TypeOf(sample)).Elem()
	out.Set(reflect.ValueOf(sample))
	own := out.FieldByName("Page").Addr().Interface().(*webkit.Page)
	page.Errors, page.Menu, page.Flash = own.Errors, own.Menu, own.Flash
	page.Warnings, page.Actor = own.Warnings, own.Actor
	if own.Title != "" {
		page.Title = own.Title
	}
	*own = page
	return out.Interface().(webkit.Base)
}
