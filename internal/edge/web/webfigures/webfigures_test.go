// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webfigures

import (
	"testing"
	"time"

	"pavilion/internal/civic/evaluation"
	"pavilion/internal/edge/web/webkit/webkittest"
)

func TestEveryPageIsSoundInEveryLanguage(t *testing.T) {
	k := webkittest.Kit(t, time.Date(2026, 9, 21, 9, 0, 0, 0, time.UTC))
	Samples(k)
	webkittest.Pages(t, k, "figures")
}

func TestWithoutAPeriodItIsTheYear(t *testing.T) {
	now, err := evaluation.ParsePeriod("2026-09")
	if err != nil {
		t.Fatal(err)
	}
	for given, want := range map[string]string{"": "2026", "2025-Q3": "2025-Q3", "soon": "2026"} {
		if got, name := parsePeriod(given, now.From); got.Name() != want || name != want {
			t.Errorf("%q is %v, %s, want %s", given, got, name, want)
		}
	}
}
