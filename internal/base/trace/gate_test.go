// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package trace_test

import (
	"slices"
	"strings"
	"testing"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/trace"
)

func TestTheGateNamesEachKindAndRepeatsNoValue(t *testing.T) {
	err := trace.Gate("reply", "致电010-00000000或13800000000，13900000000，测A00000", trace.Line)
	var keys []string
	for _, f := range fault.All(err) {
		keys = append(keys, f.Field+" "+f.Key)
		if p := f.Params["proposal"]; p != "致电010-00000000或▇▇，▇▇，▇▇" || strings.Contains(f.Error(), "138") {
			t.Errorf("%v: %q", f, p)
		}
	}
	if !slices.Equal(keys, []string{"reply trace.found_phone", "reply trace.found_plate"}) {
		t.Errorf("%q", keys)
	}
	if err := trace.Gate("reply", "请拨打12345"); err != nil {
		t.Error(err)
	}
}
