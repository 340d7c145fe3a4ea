// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package evaluation

import (
	"encoding/json"
	"testing"
)

func TestPeriodsAreReadAndWritten(t *testing.T) {
	month := func(year, n int) Month { return Month(year*12 + n - 1) }
	for name, want := range map[string]Period{
		"2026":    {month(2026, 1), month(2026, 12)},
		"2025-Q3": {month(2025, 7), month(2025, 9)},
		"2024-02": {month(2024, 2), month(2024, 2)},
	} {
		got, err := ParsePeriod(name)
		if err != nil || got != want || got.Name() != name {
			t.Errorf("%q is %v (%s), %v", name, got, got.Name(), err)
		}
		text, err := json.Marshal(got)
		var back Period
		if err != nil || json.Unmarshal(text, &back) != nil || back != got {
			t.Errorf("%s became %s and %v, %v", name, text, back, err)
		}
	}
	for _, name := range []string{"", "soon", "2026-13", "2026-00", "2026-Q5", "2026-Q0", "99999", "1999", "2026-", "2026-Q", "-1"} {
		if got, err := ParsePeriod(name); err == nil {
			t.Errorf("%q was taken for %v", name, got)
		}
	}
	if odd := (Period{month(2026, 2), month(2026, 6)}).Name(); odd != "2026-02--2026-06" {
		t.Errorf("an odd period is called %s", odd)
	}
}
