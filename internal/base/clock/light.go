// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package clock

import "time"

// WarnShare is the share of a term after which its light turns yellow. Basis:
// practice of digital city management, in which at most 80 % is green.
const WarnShare = 0.8

// Light says how far a term has run.
type Light string

// The lights. A term that stands still, or none, has no light.
const (
	NoLight Light = ""
	Green   Light = "green"  // up to 80 % of the term
	Yellow  Light = "yellow" // up to its end
	Red     Light = "red"    // past its end
)

// LightAt returns the light at now of a term that ends at due and of which
// WarnShare is used up at warn. Whoever has no due date has no light.
func LightAt(now, warn, due time.Time) Light {
	switch {
	case due.IsZero():
		return NoLight
	case now.After(due):
		return Red
	case !warn.IsZero() && now.After(warn):
		return Yellow
	default:
		return Green
	}
}
