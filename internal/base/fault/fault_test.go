// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package fault

import (
	"errors"
	"fmt"
	"testing"
)

func TestKindOf(t *testing.T) {
	stale := New(Stale, "matter.stale")
	for _, tt := range []struct {
		err  error
		want Kind
	}{
		{stale, Stale},
		{fmt.Errorf("accept: %w", stale), Stale},
		{errors.New("the disk is gone"), Internal},
		{Join(New(Invalid, "a").At("x"), New(Invalid, "b").At("y")), Invalid},
	} {
		if got := KindOf(tt.err); got != tt.want {
			t.Errorf("KindOf(%v) = %s, want %s", tt.err, got, tt.want)
		}
	}
}

func TestCopiesDoNotShare(t *testing.T) {
	first := New(Invalid, "form.too_long").With("max", "5")
	second := first.With("max", "9").At("text").Because(errors.New("why"))
	if first.Params["max"] != "5" || first.Field != "" || first.Err != nil || second.Params["max"] != "9" {
		t.Errorf("changing a copy changed the first: %v %v", first, second)
	}
	if Join() != nil {
		t.Error("no faults are an error")
	}
}
