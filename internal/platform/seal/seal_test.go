// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package seal

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"
)

func TestWhatIsSealedOpensForItsOwnPlaceOnly(t *testing.T) {
	b, err := NewBox(bytes.Repeat([]byte{7}, keySize))
	if err != nil {
		t.Fatal(err)
	}
	sealed := b.Seal([]byte("13800000000"), "matter/1")
	if plain, err := b.Open(sealed, "matter/1"); err != nil || string(plain) != "13800000000" {
		t.Errorf("Open = %q, %v", plain, err)
	}
	altered := []byte(sealed)
	altered[10] ^= 1
	for name, try := range map[string][2]string{
		"for another row": {sealed, "matter/2"}, "altered": {string(altered), "matter/1"},
		"empty": {"", "matter/1"}, "of no version": {sealed[2:], "matter/1"},
	} {
		if _, err := b.Open(try[0], try[1]); !errors.Is(err, ErrBroken) {
			t.Errorf("a text %s gave %v", name, err)
		}
	}
	if b.Sum("a", "bc") == b.Sum("ab", "c") {
		t.Error("the border between parts is not signed")
	}
}

func TestLoadKey(t *testing.T) {
	path := filepath.Join(t.TempDir(), "secret", "key")
	first, err := LoadKey(path)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := LoadKey(path); err != nil || !bytes.Equal(first, again) {
		t.Errorf("the key changed between two starts (%v)", err)
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := LoadKey(path); err == nil {
		t.Error("a key that others may read was accepted")
	}
	if err := os.WriteFile(path, []byte("short"), 0o600); err != nil {
		t.Fatal(err)
	}
	os.Chmod(path, 0o600)
	if _, err := LoadKey(path); err == nil {
		t.Error("five bytes were accepted as a key")
	}
}
