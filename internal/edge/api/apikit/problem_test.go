// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package apikit

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"pavilion/catalogue"
	"pavilion/internal/base/fault"
	"pavilion/internal/base/text"
)

func TestEveryKindOfFaultHasItsStatus(t *testing.T) {
	texts, err := text.Load(catalogue.FS())
	if err != nil {
		t.Fatal(err)
	}
	k := New(Means{Texts: texts, Log: slog.New(slog.DiscardHandler)})
	seen := map[int]fault.Kind{}
	for _, kind := range fault.Kinds() {
		p := k.Problem(context.Background(), fault.New(kind, "kit.sign_in_first"), 0)
		if p.Status != status[kind] || p.Status < 400 || http.StatusText(p.Status) != p.Title {
			t.Errorf("%s is answered with %d %s", kind, p.Status, p.Title)
		}
		if seen[p.Status] != "" {
			t.Errorf("%s and %s are both %d", kind, seen[p.Status], p.Status)
		}
		seen[p.Status] = kind
	}
	if p := k.Problem(context.Background(), errors.New("disk secrets"), 0); p.Status != http.StatusInternalServerError || strings.Contains(p.Detail, "disk") {
		t.Errorf("a plain error is answered with %d %q", p.Status, p.Detail)
	}
}
