// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package org

import (
	"testing"

	"pgregory.net/rapid"

	"pavilion/internal/base/fault"
)

// TestIntervalsNestAndKeepClear grows a random tree and checks that an interval
// lies in another exactly when its area does.
func TestIntervalsNestAndKeepClear(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tree := []Area{{Hi: rootHi}}
		up := []int{-1}
		next := map[int]int{}
		for range rapid.IntRange(1, 40).Draw(t, "areas") {
			parent := rapid.IntRange(0, len(tree)-1).Draw(t, "parent")
			n := next[parent] + rapid.SampledFrom([]int{1, 1, 1, 400, parts - 2}).Draw(t, "step")
			lo, hi, err := part(tree[parent], n)
			if err != nil {
				if fault.KindOf(err) != fault.Invalid || n < parts && tree[parent].Hi-tree[parent].Lo >= parts {
					t.Fatalf("part %d of %+v: %v", n, tree[parent], err)
				}
				continue
			}
			next[parent] = n
			tree, up = append(tree, Area{Lo: lo, Hi: hi}), append(up, parent)
		}
		for i, a := range tree {
			above := map[int]bool{}
			for j := i; j >= 0; j = up[j] {
				above[j] = true
			}
			for j, b := range tree {
				if inside := a.Lo >= b.Lo && a.Hi <= b.Hi; inside != above[j] {
					t.Fatalf("%d %+v lies in %d %+v: %v, want %v", i, a, j, b, inside, above[j])
				}
				if place := a.Lo >= b.Lo && a.Lo < b.Hi; place != above[j] {
					t.Fatalf("the place of %d %+v lies in %d %+v: %v, want %v", i, a, j, b, place, above[j])
				}
				if i != j && a.Lo == b.Lo {
					t.Fatalf("%d and %d have one place", i, j)
				}
			}
		}
	})
}

func TestTheRootHasRoomForSixLevelsOf1023(t *testing.T) {
	a := Area{Hi: rootHi}
	for level := 1; ; level++ {
		lo, hi, err := part(a, parts-1)
		if err != nil {
			if level != 7 {
				t.Errorf("level %d gave %v", level, err)
			}
			return
		}
		if _, _, err := part(a, parts); err == nil {
			t.Errorf("level %d holds %d children", level, parts)
		}
		a = Area{Lo: lo, Hi: hi}
	}
}
