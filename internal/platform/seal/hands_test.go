// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package seal_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"pavilion/internal/platform/seal"
)

func TestAnyTwoOfThreeOpenALock(t *testing.T) {
	made, codes, err := seal.Entrust(3)
	if err != nil {
		t.Fatal(err)
	}
	stored, err := json.Marshal(made)
	if err != nil {
		t.Fatal(err)
	}
	var lock seal.Hands
	if err := json.Unmarshal(stored, &lock); err != nil {
		t.Fatal(err)
	}
	sealed, err := lock.Seal("poll/1", []byte("a ballot"))
	if err != nil {
		t.Fatal(err)
	}
	other, foreign, err := seal.Entrust(3)
	if err != nil {
		t.Fatal(err)
	}
	for _, two := range [][2]string{{codes[0], codes[1]}, {codes[2], codes[0]}, {codes[2], codes[1]}} {
		o, err := lock.Open(two[0], two[1])
		if err != nil {
			t.Fatalf("two of the three: %v", err)
		}
		if plain, err := o.Open(sealed, "poll/1"); err != nil || string(plain) != "a ballot" {
			t.Errorf("opens as %q, %v", plain, err)
		}
		if _, err := o.Open(sealed, "poll/2"); err == nil {
			t.Error("what was closed for one thing opens for another")
		}
	}
	for name, two := range map[string][2]string{
		"one code twice": {codes[0], codes[0]}, "one and nothing": {codes[0], ""}, "one and another lock's": {codes[0], foreign[1]},
		"two of another lock": {foreign[0], foreign[1]}, "nothing": {},
	} {
		if _, err := lock.Open(two[0], two[1]); !errors.Is(err, seal.ErrCodes) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if o, err := other.Open(foreign[0], foreign[2]); err != nil {
		t.Error(err)
	} else if _, err := o.Open(sealed, "poll/1"); err == nil {
		t.Error("another lock's key opens it")
	}
	for _, code := range codes {
		if strings.Contains(string(stored), code) {
			t.Error("a code is stored")
		}
	}
	if _, _, err := seal.Entrust(1); err == nil {
		t.Error("a lock for one person")
	}
}

func BenchmarkHandsSeal(b *testing.B) {
	lock, _, err := seal.Entrust(3)
	if err != nil {
		b.Fatal(err)
	}
	ballot := make([]byte, 96)
	for b.Loop() {
		if _, err := lock.Seal("poll/1", ballot); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkHandsOpen(b *testing.B) {
	lock, codes, err := seal.Entrust(3)
	if err != nil {
		b.Fatal(err)
	}
	sealed, err := lock.Seal("poll/1", make([]byte, 96))
	if err != nil {
		b.Fatal(err)
	}
	o, err := lock.Open(codes[0], codes[1])
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := o.Open(sealed, "poll/1"); err != nil {
			b.Fatal(err)
		}
	}
}
