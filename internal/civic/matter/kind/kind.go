// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package kind keeps the catalogue of what kinds of matter there are: in three
// levels, with whose duty each is, how long it may take, who leads and helps, and
// what proves that it is done. The catalogue is data in editions; a matter keeps
// the edition it was dispatched under.
//
//	kind.go     one type of matter, and its terms
//	book.go     one edition of the catalogue
//	rules.go    what is wrong with one (no I/O)
//	library.go  the editions of each realm
package kind

import (
	"math"

	"pavilion/internal/base/clock"
)

// Edition is the name of the catalogue among a realm's rules.
const Edition = "matter.types"

// Privacy classes of types.
const (
	PrivacyNone       = "A" // no personal data
	PrivacyOrdinary   = "B" // ordinary contact data
	PrivacyRestricted = "C" // need to know; the public view is masked
	PrivacySealed     = "D" // special roles only, never public
)

// Kind is one type of matter. What it is called stands in the texts, under
// "type." and its code, unless Name says it.
type Kind struct {
	Code       string      `json:"code"`           // 2+2+2 digits: three levels
	Name       string      `json:"name,omitempty"` // of a type that a realm added
	List       string      `json:"list"`           // whose duty it is: B, C, R, S or T
	Priority   string      `json:"priority"`       // P1, danger, to P4, planned
	Respond    clock.Term  `json:"respond"`        // until the body has signed for it
	Handle     clock.Term  `json:"handle"`         // until it is dealt with; zero: a date set in each case
	Conditions []Condition `json:"conditions,omitempty"`
	Interim    string      `json:"interim,omitempty"`   // how danger is held off while handling takes days
	Lead       string      `json:"lead"`                // kind of body that leads
	Assist     []string    `json:"assist,omitempty"`    // kinds of body that help
	Evidence   []string    `json:"evidence"`            // what proves that it is done
	Privacy    string      `json:"privacy"`             // class A to D
	About      string      `json:"about,omitempty"`     // what it is about; empty: a place
	GB         []string    `json:"gb,omitempty"`        // codes of GB/T 47678.5
	Emergency  []string    `json:"emergency,omitempty"` // numbers to call first: 110, 119, 120
	Statutory  clock.Term  `json:"statutory,omitzero"`  // what the law allows at most for handling
	Withdrawn  bool        `json:"withdrawn,omitempty"` // kept for the matters that have it; not offered
}

// Condition is a circumstance under which handling may take another time.
type Condition struct {
	Name   string     `json:"name"`
	Handle clock.Term `json:"handle"`
}

// Group is the code of the first level that k belongs to.
func (k Kind) Group() string { return k.Code[:2] }

// Factors by which the terms of an area's grade are longer. Basis: practice of
// city management, core 1, second 2, rural 3; on working time only.
var factors = [...]float64{1: 1, 2: 1.5, 3: 2}

// Limit is how long handling may take under a condition, in an area of the given
// grade, 1 to 3. It is zero where a date is set in each case.
func (k Kind) Limit(condition string, grade int) clock.Term {
	t := k.Handle
	for _, c := range k.Conditions {
		if c.Name == condition {
			t = c.Handle
		}
	}
	return k.Scaled(t, grade)
}

// Scaled is a term in an area of the given grade, 1 to 3. Working hours keep
// their half hours, workdays are rounded up; danger and calendar days, which
// laws set, are the same everywhere.
func (k Kind) Scaled(t clock.Term, grade int) clock.Term {
	if grade < 1 || grade >= len(factors) {
		return t
	}
	switch t.Unit {
	case clock.WorkHour:
		t.N *= factors[grade]
	case clock.Workday:
		t.N = math.Ceil(t.N * factors[grade])
	}
	return t
}
