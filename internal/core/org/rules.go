// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package org

import (
	"regexp"
	"slices"
	"strconv"
	"unicode/utf8"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/form"
	"pavilion/internal/base/geo"
)

// The root's interval, and how many parts an area's interval is cut into. Part 0
// stays the area's own, so that a place tells an area from its first child.
const (
	rootHi = int64(1) << 60
	parts  = 1024
)

// part returns the nth child's interval, counted from 1.
func part(parent Area, n int) (lo, hi int64, err error) {
	width := (parent.Hi - parent.Lo) / parts
	if width == 0 {
		return 0, 0, fault.New(fault.Invalid, "org.too_deep").At("parent")
	}
	if n >= parts {
		return 0, 0, fault.New(fault.Invalid, "org.too_many_children").With("max", strconv.Itoa(parts-1)).At("parent")
	}
	lo = parent.Lo + int64(n)*width
	return lo, lo + width, nil
}

// fits says whether an area of a kind may lie in one of another kind; the root
// lies in none.
func fits(child, parent string) error {
	i, j := slices.Index(kinds, child), slices.Index(kinds, parent)
	if i < 0 {
		return fault.New(fault.Invalid, "org.kind_unknown").With("kind", child).At("kind")
	}
	if i <= j {
		return fault.New(fault.Invalid, "org.kind_not_below").With("kind", child).With("parent", parent).At("kind")
	}
	return nil
}

// realmID is what a realm may be called: its id stands in links.
var realmID = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{0,39}$`)

// checkRealmID refuses an id that cannot stand in a link.
func checkRealmID(id string) error {
	if !realmID.MatchString(id) {
		return fault.New(fault.Invalid, "org.realm_id").At("realm")
	}
	return nil
}

// line reads a name: one line that is not empty.
func line(text, field string) (string, error) {
	return word(text, field, 1, 100, "org.name_length")
}

// code reads an official code, which may be missing.
func code(text, field string) (string, error) {
	return word(text, field, 0, 40, "org.code_length")
}

// word reads one line of a length from least to most; key says what it should be.
func word(text, field string, least, most int, key string) (string, error) {
	out, err := form.CleanText(text, false)
	if f, ok := fault.As(err); ok {
		return "", f.At(field)
	}
	if n := utf8.RuneCountInString(out); n < least || n > most {
		return "", fault.New(fault.Invalid, key).At(field)
	}
	return out, nil
}

// outline returns a shape as it reads after it was stored, and refuses one that
// could not be read again. An area may have none.
func outline(m geo.MultiPolygon) (geo.MultiPolygon, error) {
	if len(m) == 0 {
		return nil, nil
	}
	out, err := geo.ParseGeoJSON(m.GeoJSON())
	if f, ok := fault.As(err); ok {
		return nil, f.At("shape")
	}
	return out, nil
}

// profiles are written in small letters and underscores.
var profiles = regexp.MustCompile(`^[a-z_]{0,20}$`)

// checkGrade refuses grades other than 1 to 3, and malformed profiles.
func checkGrade(grade int, profile string) error {
	switch {
	case grade < 0 || grade > 3:
		return fault.New(fault.Invalid, "org.grade").At("grade")
	case !profiles.MatchString(profile):
		return fault.New(fault.Invalid, "org.profile").At("profile")
	}
	return nil
}
