// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package id_test

import (
	"testing"

	"pavilion/internal/base/id"
)

func TestOf(t *testing.T) {
	a := id.Of("realm", "key")
	if !id.Valid(a) || a[14] != '8' || a != id.Of("realm", "key") {
		t.Errorf("%q is no UUID of version 8, or another each time", a)
	}
	for _, other := range [][]string{{"realmkey"}, {"realm", "key", ""}, {"realmk", "ey"}, {"key", "realm"}} {
		if id.Of(other...) == a {
			t.Errorf("%q has the same", other)
		}
	}
}
