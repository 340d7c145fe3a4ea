// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package seal

import (
	"bytes"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// home is a realm with the international suite, guo one with the national.
const home, guo = "home", "guo"

// open opens a box in a folder of its own, with a realm of each suite.
func open(t testing.TB) *Box {
	t.Helper()
	b, err := OpenBox(filepath.Join(t.TempDir(), "secret", "key"))
	if err == nil {
		err = b.Choose(guo, National)
	}
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func sealed(t testing.TB, b *Box, realm, about, plain string) string {
	t.Helper()
	text, err := b.Seal(realm, about, []byte(plain))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestWhatIsSealedOpensForItsOwnPlaceOnly(t *testing.T) {
	b := open(t)
	for _, realm := range []string{home, guo} {
		text := sealed(t, b, realm, "matter/1", "00000000000")
		if plain, err := b.Open(text, "matter/1"); err != nil || string(plain) != "00000000000" {
			t.Errorf("Open = %q, %v", plain, err)
		}
		altered := []byte(text)
		altered[10] ^= 1
		mark, body, _ := strings.Cut(text, ".")
		other := map[string]string{"1": "n1", "n1": "1"}[mark]
		for name, try := range map[string][2]string{
			"for another row": {text, "matter/2"}, "altered": {string(altered), "matter/1"}, "cut off": {text[:len(text)-1], "matter/1"},
			"of one nonce": {text[:20], "matter/1"}, "empty": {"", "matter/1"}, "of no version": {body, "matter/1"},
			"of the other suite": {other + "." + body, "matter/1"}, "of a version written otherwise": {"0" + text, "matter/1"},
			"with a tail": {text + "A", "matter/1"}, "with a break": {text + "\n", "matter/1"},
		} {
			if _, err := b.Open(try[0], try[1]); !errors.Is(err, ErrBroken) {
				t.Errorf("%s: a text %s gave %v", realm, name, err)
			}
		}
	}
}

// What was written by the program before there were versions and suites.
func TestWhatWasSealedBeforeOpens(t *testing.T) {
	b, err := NewBox(bytes.Repeat([]byte{7}, keySize))
	if err != nil {
		t.Fatal(err)
	}
	plain, err := b.Open("1.4a4BYv8XpgnIgEK3Au9jG600XnhiAFDhYxE71Z7y7HWhA-H4PLWy", "matter/1")
	if err != nil || string(plain) != "00000000000" {
		t.Errorf("Open = %q, %v", plain, err)
	}
	if sum := b.Sum("track", "r", "1"); sum != "4f22d8d0b33caf5ca9698e1a2e8498259bfc48298400cda333670f94820c9c44" {
		t.Errorf("Sum = %s: codes that people hold would change", sum)
	}
}

func TestSumsAreAPurposesAndARealms(t *testing.T) {
	b := open(t)
	seen := map[string]bool{}
	for _, s := range []string{
		b.Sum("a", home, "bc"), b.Sum("a", home, "b", "c"), b.Sum("ab", home, "c"), b.Sum("a", guo, "bc"), b.Sum("a", "other", "bc"),
	} {
		if seen[s] || len(s) != 64 {
			t.Errorf("the sum %s is another's", s)
		}
		seen[s] = true
	}
}

func TestWhateverIsSealedOpens(t *testing.T) {
	b := open(t)
	rapid.Check(t, func(r *rapid.T) {
		realm := rapid.SampledFrom([]string{home, guo}).Draw(r, "realm")
		plain := rapid.SliceOf(rapid.Byte()).Draw(r, "plain")
		about, other := rapid.String().Draw(r, "about"), rapid.String().Draw(r, "other")
		text, err := b.Seal(realm, about, plain)
		if err != nil {
			r.Fatal(err)
		}
		if got, err := b.Open(text, about); err != nil || !bytes.Equal(got, plain) {
			r.Fatalf("Open = %q, %v", got, err)
		}
		if _, err := b.Open(text, other); (err == nil) != (about == other) {
			r.Fatalf("sealed for %q, opened for %q: %v", about, other, err)
		}
		i := rapid.IntRange(0, len(text)-1).Draw(r, "at")
		c := rapid.Byte().Draw(r, "by")
		if altered := text[:i] + string([]byte{c}) + text[i+1:]; altered != text {
			if _, err := b.Open(altered, about); err == nil {
				r.Fatalf("%q opens like %q", altered, text)
			}
		}
	})
}

func TestBytesAreClosedAsTextsAre(t *testing.T) {
	b := open(t)
	rapid.Check(t, func(r *rapid.T) {
		realm := rapid.SampledFrom([]string{home, guo}).Draw(r, "realm")
		plain := rapid.SliceOf(rapid.Byte()).Draw(r, "plain")
		mark, closed, err := b.SealBytes(realm, "photo/1", plain)
		now, _ := b.Mark(realm)
		if err != nil || mark != now || !bytes.HasPrefix(closed, []byte(mark+".")) || VersionOf(mark) != 1 {
			r.Fatalf("SealBytes = %q, %.9q, %v", mark, closed, err)
		}
		altered := bytes.Clone(closed)
		at := rapid.IntRange(0, len(closed)-1).Draw(r, "at")
		altered[at] ^= 1 << rapid.IntRange(0, 7).Draw(r, "bit")
		if _, err := b.OpenBytes(altered, "photo/1"); err == nil {
			r.Fatalf("a bit at %d makes no difference", at)
		}
		if _, err := b.OpenBytes(bytes.Clone(closed), "photo/2"); !errors.Is(err, ErrBroken) {
			r.Fatalf("another's bytes: %v", err)
		}
		if got, err := b.OpenBytes(closed, "photo/1"); err != nil || !bytes.Equal(got, plain) {
			r.Fatalf("OpenBytes = %q, %v", got, err)
		}
	})
	for _, data := range []string{"", ".", "1.", "1", "n", "n1.short", strings.Repeat("1", 99) + "."} {
		if _, err := b.OpenBytes([]byte(data), ""); !errors.Is(err, ErrBroken) && !errors.Is(err, ErrNoKey) {
			t.Errorf("%q gave %v", data, err)
		}
	}
	for mark, want := range map[string]int{"": 0, "1": 1, "n12": 12, "x1": 0, "01": 0} {
		if got := VersionOf(mark); got != want {
			t.Errorf("the version of %q is %d, want %d", mark, got, want)
		}
	}
}

func FuzzOpen(f *testing.F) {
	b := open(f)
	known := map[string]bool{}
	for _, realm := range []string{home, guo} {
		text := sealed(f, b, realm, "a", "plain")
		known[text] = true
		f.Add(text)
	}
	for _, text := range []string{"", ".", "1.", "n1.", "n.", "2.AAAA", "n999999999.", "1.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if plain, err := b.Open(text, "a"); (err == nil) != known[text] {
			t.Errorf("Open(%q) = %q, %v", text, plain, err)
		}
	})
}

func BenchmarkSeal(b *testing.B) {
	box := open(b)
	contact := []byte(`{"name":"Test Person","phone":"00000000000","mail":"nobody@example.org"}`)
	for name, realm := range map[string]string{International: home, National: guo} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := box.Seal(realm, "matter_contact/home/0000", contact); err != nil {
					b.Fatal(err)
				}
			}
		})
		text := sealed(b, box, realm, "a", string(contact))
		b.Run(name+"/open", func(b *testing.B) {
			for b.Loop() {
				if _, err := box.Open(text, "a"); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(name+"/sum", func(b *testing.B) {
			for b.Loop() {
				box.Sum("matter_code", realm, "0000")
			}
		})
	}
}
