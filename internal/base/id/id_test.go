// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package id

import (
	"slices"
	"strings"
	"testing"
)

func TestNew(t *testing.T) {
	var all []string
	for range 2000 {
		all = append(all, New())
	}
	if !slices.IsSorted(all) || len(slices.Compact(slices.Clone(all))) != len(all) {
		t.Error("identifiers do not sort in the order they were made, or repeat")
	}
	if !Valid(all[0]) || Valid(strings.ToUpper(all[0])) || Valid("42") {
		t.Error("Valid does not tell identifiers from other text")
	}
}

func TestSecrets(t *testing.T) {
	if s := Secret(12); len(s) != 12 || strings.Trim(s, unambiguous) != "" {
		t.Errorf("Secret(12) = %q", s)
	}
	if d := Digits(7); len(d) != 7 || strings.Trim(d, "0123456789") != "" {
		t.Errorf("Digits(7) = %q", d)
	}
	if first, second := Digits(20), Digits(20); first == second {
		t.Errorf("two draws of twenty digits are both %q", first)
	}
}
