// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package evaluation

import (
	"maps"
	"slices"
)

// measure is something that a case counts for or not, at an instant.
type measure func(f Fact, now int64) bool

// measures are what indicators may name. A definition can never count what no
// line here says.
func measures() map[string]measure {
	return map[string]measure{
		"reported":        func(Fact, int64) bool { return true },
		"registered":      func(f Fact, _ int64) bool { return f.Registered > 0 },
		"dispatched":      func(f Fact, _ int64) bool { return f.Dispatches > 0 },
		"dispatched_once": func(f Fact, _ int64) bool { return f.Dispatches == 1 && f.Returns == 0 },
		"signed_in_time":  func(f Fact, _ int64) bool { return f.Signed > 0 && f.Signed <= f.SignDue },
		"handled":         func(f Fact, _ int64) bool { return f.Handled > 0 },
		"handled_in_time": func(f Fact, _ int64) bool { return f.Handled > 0 && f.Handled <= f.HandleDue },
		"completed":       func(f Fact, _ int64) bool { return f.State == "closed" },
		"ended":           func(f Fact, _ int64) bool { return f.Ended > 0 },
		"reworked":        func(f Fact, _ int64) bool { return f.Reworks > 0 },
		"extended":        func(f Fact, _ int64) bool { return f.Extensions > 0 },
		"reopened":        func(f Fact, _ int64) bool { return f.Reopened > 0 },
		"overdue":         func(f Fact, now int64) bool { return f.Ended == 0 && f.Due > 0 && f.Due < now },
		"open":            func(f Fact, _ int64) bool { return f.Ended == 0 },
		"called":          func(f Fact, _ int64) bool { return f.Reached == "yes" },
		"solved":          func(f Fact, _ int64) bool { return f.Reached == "yes" && f.Solved == "yes" },
		"satisfied":       func(f Fact, _ int64) bool { return f.Reached == "yes" && f.Satisfied == "yes" },
		"asked_satisfied": func(f Fact, _ int64) bool { return f.Reached == "yes" && f.Satisfied != "" },
	}
}

// exclusions are cases that an indicator may leave out, from both its counts.
func exclusions() map[string]func(f Fact) bool {
	return map[string]func(f Fact) bool{
		"refused":     func(f Fact) bool { return f.State == "refused" },
		"void":        func(f Fact) bool { return f.State == "void" },
		"merged":      func(f Fact) bool { return f.State == "merged" },
		"filed":       func(f Fact) bool { return f.State == "filed" },
		"settled":     func(f Fact) bool { return f.Settled },
		"not_reached": func(f Fact) bool { return f.Reached == "no" },
	}
}

// dates are the instants of a case by which a period may be meant.
func dates() map[string]func(f Fact) int64 {
	return map[string]func(f Fact) int64{
		"reported":   func(f Fact) int64 { return f.Reported },
		"dispatched": func(f Fact) int64 { return f.Dispatched },
		"handled":    func(f Fact) int64 { return f.Handled },
		"called":     func(f Fact) int64 { return f.Called },
	}
}

// Measures lists what definitions may name, in order: measures, exclusions, dates.
func Measures() (counted, left, dated []string) {
	return slices.Sorted(maps.Keys(measures())), slices.Sorted(maps.Keys(exclusions())), slices.Sorted(maps.Keys(dates()))
}
