// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package files_test

import (
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pavilion/internal/base/clock"
	"pavilion/internal/base/fault"
	"pavilion/internal/base/id"
	"pavilion/internal/core/files"
	"pavilion/internal/platform/blob"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/db/dbtest"
	"pavilion/internal/platform/imaging"
	"pavilion/internal/platform/seal"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// each runs fn on both engines, with a realm "r" of the international suite and "guo"
// of the national.
func each(t *testing.T, fn func(t *testing.T, s *files.Service, blobs string)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		home := t.TempDir()
		path := filepath.Join(home, "blobs")
		dir, err := blob.OpenDir(path)
		if err != nil {
			t.Fatal(err)
		}
		box, err := seal.OpenBox(filepath.Join(home, "secret", "key"))
		if err == nil {
			err = box.Choose("guo", seal.National)
		}
		if err != nil {
			t.Fatal(err)
		}
		fn(t, &files.Service{DB: d, Blobs: dir, Box: box, Now: clock.Fixed(noon)}, path)
	})
}

// read reads a photo of realm r.
func read(t *testing.T, s *files.Service, photo, size string) string {
	t.Helper()
	data, err := s.Bytes(t.Context(), "r", photo, size)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func store(t *testing.T, s *files.Service) files.Photo {
	t.Helper()
	p, err := s.Store(t.Context(), "r", imaging.Image{Full: []byte("large"), Thumb: []byte("small"), Width: 4, Height: 3})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func attach(t *testing.T, s *files.Service, realm, owner string, photos ...files.Photo) error {
	t.Helper()
	return s.DB.InTx(t.Context(), func(tx *db.Tx) error {
		return s.Attach(t.Context(), tx, realm, owner, photos, "by")
	})
}

func list(t *testing.T, s *files.Service, owner string) []files.Photo {
	t.Helper()
	out, err := s.List(t.Context(), "r", owner)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestAPhotoIsStoredAttachedAndShown(t *testing.T) {
	each(t, func(t *testing.T, s *files.Service, _ string) {
		first, second := store(t, s), store(t, s)
		if err := attach(t, s, "r", "matter/1", second, first); err != nil {
			t.Fatal(err)
		}
		got := list(t, s, "matter/1")
		want := files.Photo{ID: first.ID, Owner: "matter/1", Width: 4, Height: 3, At: noon}
		if len(got) != 2 || got[0] != want || got[1].ID != second.ID {
			t.Fatalf("the photos are %+v, want %+v first", got, want)
		}
		for size, want := range map[string]string{files.Full: "large", files.Thumb: "small"} {
			if got := read(t, s, first.ID, size); got != want {
				t.Errorf("%s is %q, want %q", size, got, want)
			}
		}
	})
}

func TestPhotosThatCannotBeAttached(t *testing.T) {
	each(t, func(t *testing.T, s *files.Service, _ string) {
		mine, loose := store(t, s), store(t, s)
		if err := attach(t, s, "r", "matter/1", mine); err != nil {
			t.Fatal(err)
		}
		if err := attach(t, s, "r", "matter/1", mine); err != nil {
			t.Errorf("attaching again to its owner: %v", err)
		}
		mine.Owner = "matter/2" // what the caller says of the owner is not believed
		for name, err := range map[string]error{
			"another's":     attach(t, s, "r", "matter/2", loose, mine),
			"unknown":       attach(t, s, "r", "matter/2", files.Photo{ID: id.New()}),
			"another realm": attach(t, s, "other", "matter/2", loose),
			"to nobody":     attach(t, s, "r", "", loose),
		} {
			if f, _ := fault.As(err); f == nil || f.Kind != fault.Conflict || f.Key != "photo.taken" {
				t.Errorf("%s gave %v, want photo.taken", name, err)
			}
		}
		if got := list(t, s, "matter/2"); len(got) != 0 {
			t.Errorf("%v was attached by a use case that failed", got)
		}
	})
}

func TestOnlyOneOwnerWins(t *testing.T) {
	each(t, func(t *testing.T, s *files.Service, _ string) {
		p := store(t, s)
		var won atomic.Int32
		var all sync.WaitGroup
		for i := range 16 {
			all.Go(func() {
				err := attach(t, s, "r", fmt.Sprint("matter/", i), p)
				if err == nil {
					won.Add(1)
				} else if fault.KindOf(err) != fault.Conflict {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if won.Load() != 1 {
			t.Errorf("%d owners of one photo", won.Load())
		}
	})
}

func TestPhotosThatAreMissing(t *testing.T) {
	each(t, func(t *testing.T, s *files.Service, _ string) {
		p := store(t, s)
		for _, c := range []struct{ realm, photo, size string }{
			{"r", id.New(), "full"}, {"other", p.ID, "full"}, {"r", p.ID, "huge"}, {"r", p.ID, "../full"}, {"r", "../../x", "full"}, {"r", "", ""},
		} {
			_, err := s.Bytes(t.Context(), c.realm, c.photo, c.size)
			if f, _ := fault.As(err); f == nil || f.Kind != fault.Missing || f.Key != "photo.missing" {
				t.Errorf("%v gave %v, want photo.missing", c, err)
			}
		}
		if got := list(t, s, ""); len(got) != 0 {
			t.Errorf("photos of nobody are listed: %v", got)
		}
	})
}

func TestWhatWasNeverAttachedIsSwept(t *testing.T) {
	each(t, func(t *testing.T, s *files.Service, blobs string) {
		kept := store(t, s)
		if err := attach(t, s, "r", "matter/1", kept); err != nil {
			t.Fatal(err)
		}
		for range 120 {
			store(t, s)
		}
		s.Now = clock.Fixed(noon.Add(time.Hour))
		fresh := store(t, s)
		n, err := s.Sweep(t.Context(), "r", noon.Add(time.Minute))
		if err != nil || n != 120 {
			t.Fatalf("%d were swept (%v), want 120", n, err)
		}
		for _, p := range []files.Photo{kept, fresh} {
			read(t, s, p.ID, files.Full)
		}
		if left, _ := filepath.Glob(filepath.Join(blobs, "*", "*", "*.sealed")); len(left) != 4 {
			t.Errorf("%d files are left of 2 photos", len(left))
		}
	})
}
