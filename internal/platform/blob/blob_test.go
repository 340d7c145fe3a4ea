// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package blob_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pavilion/internal/platform/blob"
)

func open(t *testing.T) (*blob.Dir, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "blobs")
	d, err := blob.OpenDir(path)
	if err != nil {
		t.Fatal(err)
	}
	return d, path
}

func read(t *testing.T, d *blob.Dir, name string) string {
	t.Helper()
	f, err := d.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	data, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestABlobIsKeptReplacedAndRemoved(t *testing.T) {
	d, path := open(t)
	for _, data := range []string{"first", "", "second"} {
		if err := d.Put(t.Context(), "a-1.jpg", []byte(data)); err != nil {
			t.Fatal(err)
		}
		if got := read(t, d, "a-1.jpg"); got != data {
			t.Errorf("read %q, want %q", got, data)
		}
	}
	if again, err := blob.OpenDir(path); err != nil || read(t, again, "a-1.jpg") != "second" {
		t.Errorf("the blob is lost when the folder is opened again: %v", err)
	}
	for range 2 {
		if err := d.Remove("a-1.jpg"); err != nil {
			t.Error(err)
		}
	}
	if _, err := d.Open("a-1.jpg"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a removed blob gave %v", err)
	}
}

func TestNamesThatLeadElsewhereAreRefused(t *testing.T) {
	d, _ := open(t)
	for _, name := range []string{"", ".", "..", ".put-1", "../x", "a/b", "a\\b", "A", "路灯", "a b", "a\x00", strings.Repeat("a", 201)} {
		_, opened := d.Open(name)
		for _, err := range []error{opened, d.Put(t.Context(), name, nil), d.Remove(name)} {
			if !errors.Is(err, fs.ErrInvalid) {
				t.Errorf("%q gave %v, want it refused", name, err)
			}
		}
	}
}

func TestReadersSeeOneBlobOrTheOther(t *testing.T) {
	d, path := open(t)
	a, b := bytes.Repeat([]byte("a"), 1<<16), bytes.Repeat([]byte("b"), 1<<17)
	if err := d.Put(t.Context(), "x", a); err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			if err := d.Put(t.Context(), "x", [][]byte{a, b}[i%2]); err != nil {
				t.Error(err)
			}
		})
		all.Go(func() {
			if got := read(t, d, "x"); got != string(a) && got != string(b) {
				t.Errorf("a mixture of %d bytes", len(got))
			}
		})
	}
	all.Wait()
	if left, _ := filepath.Glob(filepath.Join(path, "*", "*", ".put-*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestOneWhoGaveUpKeepsNothing(t *testing.T) {
	d, _ := open(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := d.Put(ctx, "x", nil); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if _, err := d.Open("x"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("it was kept: %v", err)
	}
}

func TestEveryBlobIsComeAcrossAndWhatIsTornIsTidiedUp(t *testing.T) {
	d, path := open(t)
	for _, name := range []string{"a", "b", "c.jpg"} {
		if err := d.Put(t.Context(), name, []byte(name)); err != nil {
			t.Fatal(err)
		}
	}
	torn := filepath.Join(path, ".put-1")
	if err := os.WriteFile(torn, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	var names []string
	err := d.Each(t.Context(), func(name string, at time.Time) error {
		if age := time.Since(at); age > time.Minute || age < -time.Minute {
			t.Errorf("%s was put %v ago", name, age)
		}
		names = append(names, name)
		return d.Remove("c.jpg") // one that disappears does no harm
	})
	slices.Sort(names)
	if err != nil || len(names) < 2 || names[0] != "a" || names[1] != "b" {
		t.Errorf("came across %v, %v", names, err)
	}
	for _, c := range []struct {
		before time.Time
		want   int
	}{{time.Now().Add(-time.Hour), 0}, {time.Now().Add(time.Hour), 1}} {
		if n, err := d.Tidy(t.Context(), c.before); n != c.want || err != nil {
			t.Errorf("%d torn files, %v; want %d", n, err, c.want)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := d.Each(ctx, func(string, time.Time) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("one who gave up walked on: %v", err)
	}
}
