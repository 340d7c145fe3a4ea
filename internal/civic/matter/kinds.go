// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package matter

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"pavilion/internal/base/clock"
	"pavilion/internal/base/form"
)

// Privacy classes of matter types.
const (
	PrivacyNone     = "A" // no personal data
	PrivacyOrdinary = "B" // ordinary contact data
	PrivacySealed   = "D" // special roles only, never public
)

// Kind is one entry of the catalogue of matters. What it is called stands in
// the texts, under "type." and its code.
type Kind struct {
	Code     string     `json:"code"`     // 2+2+2 digits: three levels
	List     string     `json:"list"`     // whose duty it is: B, C, R, S or T
	Priority string     `json:"priority"` // P1, danger, to P4, planned
	Respond  clock.Term `json:"respond"`  // until the body has signed for it
	Handle   clock.Term `json:"handle"`   // until it is dealt with; zero: a date set in each case
	Lead     string     `json:"lead"`     // kind of body that leads
	Assist   []string   `json:"assist"`   // kinds of body that help
	Privacy  string     `json:"privacy"`  // class A to D
}

// Group is the code of the first level that k belongs to.
func (k Kind) Group() string { return k.Code[:2] }

// Kinds is the catalogue of matter types.
type Kinds struct {
	list     []Kind
	byCode   map[string]Kind
	frequent []string
}

// LoadKinds reads matters.json and refuses codes that are malformed or twice there.
func LoadKinds(fsys fs.FS) (*Kinds, error) {
	text, err := fs.ReadFile(fsys, "matters.json")
	if err != nil {
		return nil, err
	}
	var file struct {
		Types    []Kind   `json:"types"`
		Frequent []string `json:"frequent"`
	}
	if err := json.Unmarshal(text, &file); err != nil {
		return nil, fmt.Errorf("matters.json: %w", err)
	}
	k := &Kinds{list: file.Types, byCode: map[string]Kind{}, frequent: file.Frequent}
	for _, kind := range k.list {
		if _, twice := k.byCode[kind.Code]; twice || len(kind.Code) != 6 {
			return nil, fmt.Errorf("matters.json: code %q is malformed or twice there", kind.Code)
		}
		k.byCode[kind.Code] = kind
	}
	return k, nil
}

// Find returns the type with the given code.
func (k *Kinds) Find(code string) (Kind, bool) {
	found, ok := k.byCode[code]
	return found, ok
}

// All lists the types in the order of the catalogue.
func (k *Kinds) All() []Kind { return slices.Clone(k.list) }

// Lint lists what is wrong with the catalogue of types. Basis: the check rules
// for the catalogue: danger is counted in hours without a break, what a
// department must lead is not led by a village or a grid, and no limit is
// shorter than its response.
func (k *Kinds) Lint() []string {
	var out []string
	bad := func(kind Kind, what string) { out = append(out, "type "+kind.Code+" "+what) }
	for _, kind := range k.list {
		if kind.Priority == "P1" && kind.Respond.Unit != clock.UrgentHour {
			bad(kind, "is dangerous but its response is not counted in urgent hours")
		}
		if strings.Contains("CRT", kind.List) && (kind.Lead == "COMM" || kind.Lead == "GRID") {
			bad(kind, "is a department's but led by "+kind.Lead)
		}
		if kind.Lead == "" || kind.Privacy == "" || kind.Respond.N <= 0 {
			bad(kind, "lacks a lead, a privacy class or a response")
		}
		if kind.Handle.N > 0 && length(kind.Handle) < length(kind.Respond) {
			bad(kind, "is to be handled sooner than answered")
		}
	}
	for _, code := range k.frequent {
		if _, ok := k.byCode[code]; !ok {
			out = append(out, "frequent type "+code+" is not in the catalogue")
		}
	}
	return out
}

// length is a term in hours of work, roughly: enough to compare two.
func length(t clock.Term) float64 {
	return t.N * map[clock.Unit]float64{clock.UrgentHour: 1, clock.WorkHour: 1, clock.Workday: 8, clock.CalendarDay: 5}[t.Unit]
}

// Frequent lists the codes that reporters are offered first.
func (k *Kinds) Frequent() []string { return slices.Clone(k.frequent) }

// Offered lists the types that a reporter may choose from: all but those that
// have a sealed path of their own.
func (k *Kinds) Offered() []Kind {
	return slices.DeleteFunc(k.All(), func(kind Kind) bool { return kind.Privacy == PrivacySealed })
}

// Forms are the forms of the catalogue by name.
type Forms map[string]*form.Definition

// LoadForms reads forms/*.json.
func LoadForms(fsys fs.FS) (Forms, error) {
	names, err := fs.Glob(fsys, "forms/*.json")
	if err != nil {
		return nil, err
	}
	forms := Forms{}
	for _, name := range names {
		text, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, err
		}
		var d form.Definition
		if err := json.Unmarshal(text, &d); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		forms[d.Name] = &d
	}
	return forms, nil
}
