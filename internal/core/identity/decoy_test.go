// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package identity

import (
	"context"
	"testing"

	"pavilion/internal/base/fault"
)

// TestUnknownLoginsTakeAsLong has what is compared for nobody's login wait for its
// turn to hash, as everybody's does: no answer comes without the work. Times are not
// compared: other work on the machine decides them.
func TestUnknownLoginsTakeAsLong(t *testing.T) {
	known, err := hashPassword(t.Context(), "the lamp at the gate")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for range cap(kiln) {
		kiln <- struct{}{}
	}
	defer func() {
		for range cap(kiln) {
			<-kiln
		}
	}()
	for name, phc := range map[string]string{"a known login": known, "an unknown or disabled one": ""} {
		right, err := fits(ctx, "the lamp at the gate", phc)
		if f, ok := fault.As(err); right || !ok || f.Key != "identity.busy" {
			t.Errorf("%s: answered without hashing: %v, %v", name, right, err)
		}
	}
}
