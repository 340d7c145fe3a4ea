// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package clock is the only place that may ask what time it is, and the only
// place that knows which days and hours are worked.
//
//	clock.go     telling the time
//	calendar.go  the working calendar, read from the catalogue
//	due.go       units, terms, and when one ends
//	run.go       terms that stand still and are extended
//	light.go     how far a term has run
//	explain.go   why a term ends when it does
package clock

import "time"

// Clock tells the time. Tests give a fixed one.
type Clock func() time.Time

// System reads the machine's clock.
func System() time.Time { return time.Now() }

// Fixed returns a clock that stands still at t.
func Fixed(t time.Time) Clock { return func() time.Time { return t } }
