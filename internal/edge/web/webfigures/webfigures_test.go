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

func TestPeriods(t *testing.T) {
	now := month(2026, 9)
	for given, want := range map[string]evaluation.Period{
		"2026":    {From: month(2026, 1), To: month(2026, 12)},
		"2025-Q3": {From: month(2025, 7), To: month(2025, 9)},
		"2024-02": {From: month(2024, 2), To: month(2024, 2)},
		"":        {From: month(2026, 1), To: month(2026, 12)},
		"2025-13": {From: month(2025, 1), To: month(2025, 12)},
		"2025-Q5": {From: month(2025, 1), To: month(2025, 12)},
		"99999":   {From: month(2026, 1), To: month(2026, 12)},
		"x-y":     {From: month(2026, 1), To: month(2026, 12)},
	} {
		if got, _ := parsePeriod(given, now); got != want {
			t.Errorf("%q is %v, want %v", given, got, want)
		}
	}
}
