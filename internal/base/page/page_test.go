// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package page

import (
	"strings"
	"testing"

	"pavilion/internal/base/fault"
)

func TestCursorComesBack(t *testing.T) {
	for _, c := range []Cursor{{}, {At: 1}, {At: -5, ID: "a.b"}, {At: 1<<63 - 1, ID: "0199"}} {
		if got, err := ParseCursor(c.String()); err != nil || got != c {
			t.Errorf("%v came back as %v, %v", c, got, err)
		}
	}
	for _, bad := range []string{
		"%%%", "AAAA", "bm90IGEgY3Vyc29y",
		Cursor{At: 1, ID: "a\x00"}.String(), Cursor{At: 1, ID: "\xff"}.String(), Cursor{At: 1, ID: strings.Repeat("a", 200)}.String(),
	} {
		if _, err := ParseCursor(bad); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%q was read as a cursor: %v", bad, err)
		}
	}
}

func TestCut(t *testing.T) {
	key := func(n int) Cursor { return Cursor{At: int64(n)} }
	if p := Cut([]int{1, 2, 3}, 2, key); len(p.Items) != 2 || p.Next.At != 2 {
		t.Errorf("a page with more behind it is %v", p)
	}
	if p := Cut([]int{1, 2}, 2, key); len(p.Items) != 2 || p.Next.More() {
		t.Errorf("the last page is %v", p)
	}
	if p := Cut([]int{1, 2}, 0, key); len(p.Items) != 1 || p.Next.At != 1 {
		t.Errorf("a page of no size is %v", p)
	}
}

func FuzzParseCursor(f *testing.F) {
	f.Add("MS5h")
	f.Fuzz(func(t *testing.T, s string) {
		c, err := ParseCursor(s)
		if err == nil && c.More() {
			if again, err := ParseCursor(c.String()); err != nil || again != c {
				t.Fatalf("%v came back as %v, %v", c, again, err)
			}
		}
	})
}
