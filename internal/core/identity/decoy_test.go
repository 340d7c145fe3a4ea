// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package identity

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/platform/db/dbtest"
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
	// And the sign-in itself has no quicker way: while nobody may hash, no login is
	// told that it is wrong.
	svc := New(dbtest.SQLite(t), func() time.Time { return nine }, slog.New(slog.DiscardHandler))
	for _, login := range []string{"nobody", "no login at all, ever"} {
		ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		_, err := svc.SignIn(ctx, "r", login, "a wrong guess", Client{IP: "192.0.2.1"})
		cancel()
		if fault.KindOf(err) != fault.Internal {
			t.Errorf("%q: answered without hashing: %v", login, err)
		}
	}
}
