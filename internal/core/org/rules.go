// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package org

import (
	"slices"
	"strconv"

	"pavilion/internal/base/fault"
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

// fits says whether an area of a kind may lie in one of another kind.
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
