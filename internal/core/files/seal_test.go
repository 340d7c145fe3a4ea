// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package files_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"pavilion/internal/base/clock"
	"pavilion/internal/base/fault"
	"pavilion/internal/core/files"
	"pavilion/internal/platform/blob"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/db/dbtest"
	"pavilion/internal/platform/imaging"
	"pavilion/internal/platform/seal"
)

// onDisk returns the paths of all files below a folder.
func onDisk(t *testing.T, folder string) (paths []string) {
	t.Helper()
	err := filepath.WalkDir(folder, func(path string, e fs.DirEntry, err error) error {
		if err == nil && e.Type().IsRegular() {
			paths = append(paths, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return paths
}

// storeIn keeps a photo in a realm.
func storeIn(t *testing.T, s *files.Service, realm string) files.Photo {
	t.Helper()
	p, err := s.Store(t.Context(), realm, imaging.Image{Full: []byte("large"), Thumb: []byte("small"), Width: 4, Height: 3})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// unseal puts a photo back as it was kept before photos were sealed.
func unseal(t *testing.T, s *files.Service, realm, photo string) {
	t.Helper()
	for _, size := range []string{files.Full, files.Thumb} {
		data, err := s.Bytes(t.Context(), realm, photo, size)
		if err == nil {
			err = s.Blobs.Put(t.Context(), files.BlobName(realm, photo, size, ""), data)
		}
		if err == nil {
			err = s.Blobs.Remove(files.BlobName(realm, photo, size, "1"))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	err := s.DB.InTx(t.Context(), func(tx *db.Tx) error {
		_, err := tx.Exec(t.Context(), `UPDATE files_photo SET sealed = '' WHERE realm = ? AND id = ?`, realm, photo)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestAStolenFolderShowsNothing(t *testing.T) {
	each(t, func(t *testing.T, s *files.Service, blobs string) {
		picture := image.NewRGBA(image.Rect(0, 0, 64, 64))
		var sent bytes.Buffer
		if err := jpeg.Encode(&sent, picture, nil); err != nil {
			t.Fatal(err)
		}
		for _, realm := range []string{"r", "guo"} {
			p, err := s.Receive(t.Context(), realm, sent.Bytes())
			if err != nil {
				t.Fatal(err)
			}
			data, err := s.Bytes(t.Context(), realm, p.ID, files.Full)
			if _, _, broken := image.Decode(bytes.NewReader(data)); err != nil || broken != nil {
				t.Errorf("%s: the photo does not come back: %v, %v", realm, err, broken)
			}
		}
		marks := map[string]int{}
		for _, path := range onDisk(t, blobs) {
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			mark, _, _ := strings.Cut(string(data[:4]), ".")
			marks[mark]++
			if bytes.Contains(data, []byte{0xFF, 0xD8, 0xFF}) || bytes.Contains(data, []byte("JFIF")) {
				t.Errorf("%s holds a picture in the clear", filepath.Base(path))
			}
		}
		if marks["1"] != 2 || marks["n1"] != 2 {
			t.Errorf("the files begin with %v, want two of each suite", marks)
		}
	})
}

func TestAFileOpensOnlyAsWhatItIs(t *testing.T) {
	each(t, func(t *testing.T, s *files.Service, blobs string) {
		name := func(realm string, p files.Photo, size string) string { return files.BlobName(realm, p.ID, size, "1") }
		raw := func(name string) []byte {
			f, err := s.Blobs.Open(name)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			var b bytes.Buffer
			if _, err := b.ReadFrom(f); err != nil {
				t.Fatal(err)
			}
			return b.Bytes()
		}
		p := store(t, s)
		full := raw(name("r", p, files.Full))
		flipped := bytes.Clone(full)
		flipped[len(flipped)-1] ^= 1
		for what, data := range map[string][]byte{
			"another photo's": raw(name("r", store(t, s), files.Full)), "another realm's": raw(name("other", storeIn(t, s, "other"), files.Full)),
			"the other size": raw(name("r", p, files.Thumb)), "an altered one": flipped, "one that was cut off": full[:len(full)-1],
			"an empty one": nil, "a picture in the clear": {0xFF, 0xD8, 0xFF, 0xE0}, "one of another suite": append([]byte("n"), full...),
		} {
			if err := s.Blobs.Put(t.Context(), name("r", p, files.Full), data); err != nil {
				t.Fatal(err)
			}
			if got, err := s.Bytes(t.Context(), "r", p.ID, files.Full); !errors.Is(err, seal.ErrBroken) {
				t.Errorf("%s in its place gave %q, %v", what, got, err)
			}
		}
		if err := s.Blobs.Put(t.Context(), name("r", p, files.Full), full); err != nil || read(t, s, p.ID, files.Full) != "large" {
			t.Errorf("the right one does not open: %v", err)
		}
	})
}

func TestPlainFilesAreReadAndClosedByRotation(t *testing.T) {
	each(t, func(t *testing.T, s *files.Service, blobs string) {
		var all []files.Photo
		for range 45 { // more than two batches
			all = append(all, store(t, s))
			unseal(t, s, "r", all[len(all)-1].ID)
		}
		other := storeIn(t, s, "guo")
		if n, err := s.Plain(t.Context(), "r"); err != nil || n != 45 {
			t.Fatalf("%d photos are plain, %v; want 45", n, err)
		}
		if got := read(t, s, all[0].ID, files.Thumb); got != "small" {
			t.Fatalf("a plain photo reads %q", got)
		}
		broken, stop := context.WithCancel(t.Context())
		n, err := s.Rotate(broken, "r", func(int) { stop() })
		if !errors.Is(err, context.Canceled) || n == 0 || n == 45 {
			t.Fatalf("broken off: %d, %v", n, err)
		}
		m, err := s.Rotate(t.Context(), "r", func(int) {})
		if err != nil || n+m != 45 {
			t.Fatalf("going on: %d after %d, %v", m, n, err)
		}
		if n, err := s.Plain(t.Context(), "r"); err != nil || n != 0 {
			t.Errorf("%d photos are plain, %v", n, err)
		}
		for _, p := range all {
			if read(t, s, p.ID, files.Full) != "large" || read(t, s, p.ID, files.Thumb) != "small" {
				t.Errorf("%s is another photo", p.ID)
			}
		}
		if data, err := s.Bytes(t.Context(), "guo", other.ID, files.Full); err != nil || string(data) != "large" {
			t.Errorf("another realm's photo: %q, %v", data, err)
		}
		paths := onDisk(t, blobs)
		if left, _ := filepath.Glob(filepath.Join(blobs, "*", "*", "*.jpg")); len(left) > 0 || len(paths) != 92 {
			t.Errorf("%d files, %d of them plain; want 92 and none", len(paths), len(left))
		}
	})
}

func TestANewKeyClosesPhotosAgainWhileTheyAreRead(t *testing.T) {
	each(t, func(t *testing.T, s *files.Service, blobs string) {
		var all []files.Photo
		for range 30 {
			all = append(all, store(t, s))
		}
		if _, err := s.Box.Add(); err != nil {
			t.Fatal(err)
		}
		uses := func(version int) int {
			n, err := s.Uses(t.Context(), "r", version)
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		all = append(all, store(t, s))
		if uses(1) != 30 || uses(2) != 1 {
			t.Fatalf("%d photos use the first version, %d the second", uses(1), uses(2))
		}
		var work sync.WaitGroup
		for range 2 { // two rotations at once, and readers
			work.Go(func() {
				if _, err := s.Rotate(t.Context(), "r", func(int) {}); err != nil {
					t.Error(err)
				}
			})
			work.Go(func() {
				for _, p := range all {
					if data, err := s.Bytes(t.Context(), "r", p.ID, files.Full); err != nil || string(data) != "large" {
						t.Errorf("while it is closed again a photo reads %q, %v", data, err)
					}
				}
			})
		}
		work.Wait()
		if uses(1) != 0 || uses(2) != 31 {
			t.Errorf("%d photos use the first version, %d the second", uses(1), uses(2))
		}
		if paths := onDisk(t, blobs); len(paths) != 62 {
			t.Errorf("%d files of 31 photos", len(paths))
		}
	})
}

func TestAPhotoThatDoesNotOpenIsToldOfAndLeft(t *testing.T) {
	each(t, func(t *testing.T, s *files.Service, _ string) {
		bad, good := store(t, s), store(t, s)
		if err := s.Blobs.Put(t.Context(), files.BlobName("r", bad.ID, files.Full, "1"), []byte("1.garbage")); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Box.Add(); err != nil {
			t.Fatal(err)
		}
		n, err := s.Rotate(t.Context(), "r", func(int) {})
		if n != 1 || !errors.Is(err, seal.ErrBroken) || !strings.Contains(err.Error(), bad.ID) || strings.Contains(err.Error(), good.ID) {
			t.Errorf("%d photos, %v", n, err)
		}
		if n, err := s.Uses(t.Context(), "r", 1); err != nil || n != 1 {
			t.Errorf("%d photos use the first version, %v: dropping it must be refused", n, err)
		}
	})
}

// A crash leaves a file without its row, a half-written file, and beside a photo
// the files of another key.
func TestWhatACrashLeavesIsCollected(t *testing.T) {
	each(t, func(t *testing.T, s *files.Service, blobs string) {
		kept, ahead := store(t, s), store(t, s)
		put := func(name string) {
			if err := s.Blobs.Put(t.Context(), name, []byte("x")); err != nil {
				t.Fatal(err)
			}
		}
		const gone = "01936f2e-0000-7000-8000-000000000001"
		put(files.BlobName("r", gone, files.Full, "1"))        // no row
		put(files.BlobName("r", gone, files.Thumb, ""))        // no row, plain
		put(files.BlobName("r", kept.ID, files.Full, ""))      // the row names a later key
		put(files.BlobName("r", ahead.ID, files.Full, "2"))    // a rotation that was broken off
		put(files.BlobName("other", gone, files.Full, "1"))    // nobody asked about that realm
		put("something-else.jpg")                              // not ours
		put(files.BlobName("r", gone, files.Full, "1") + ".x") // not a name that we write
		torn := filepath.Join(filepath.Dir(onDisk(t, blobs)[0]), ".put-123")
		if err := os.WriteFile(torn, []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
		if n, err := s.Collect(t.Context(), "r", time.Now().Add(-time.Hour)); err != nil || n != 0 {
			t.Errorf("%d fresh files were collected, %v", n, err)
		}
		before := len(onDisk(t, blobs))
		if n, err := s.Collect(t.Context(), "r", time.Now().Add(time.Hour)); err != nil || n != 3 {
			t.Errorf("%d files were collected, %v; want 3", n, err)
		}
		if after := len(onDisk(t, blobs)); after != before-4 {
			t.Errorf("%d files are left of %d", after, before)
		}
		if read(t, s, kept.ID, files.Full) != "large" || read(t, s, ahead.ID, files.Thumb) != "small" {
			t.Error("a photo was lost")
		}
	})
}

func TestADatabaseOfAnotherFolderLosesNothing(t *testing.T) {
	each(t, func(t *testing.T, s *files.Service, blobs string) {
		dbtest.Each(t, func(t *testing.T, empty *db.DB) {
			for range 51 {
				store(t, s)
			}
			before := len(onDisk(t, blobs))
			wrong := *s
			wrong.DB = empty
			if n, err := wrong.Collect(t.Context(), "r", time.Now().Add(time.Hour)); !errors.Is(err, files.ErrTooManyLost) || n != 0 {
				t.Errorf("%d files, %v", n, err)
			}
			if after := len(onDisk(t, blobs)); after != before {
				t.Errorf("%d files are left of %d", after, before)
			}
		})
	})
}

func TestAFullDiskKeepsNoPhoto(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		path := t.TempDir()
		dir, err := blob.OpenDir(path)
		if err != nil {
			t.Fatal(err)
		}
		box, err := seal.NewBox(make([]byte, 32))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.RemoveAll(path); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, nil, 0o600); err != nil { // no folder can be made there
			t.Fatal(err)
		}
		s := &files.Service{DB: d, Blobs: dir, Box: box, Now: clock.Fixed(noon)}
		_, err = s.Store(t.Context(), "r", imaging.Image{Full: []byte("x"), Thumb: []byte("y")})
		if f, _ := fault.As(err); f == nil || f.Key != "storage.failed" {
			t.Errorf("got %v", err)
		}
		if n, err := s.Uses(t.Context(), "r", 1); err != nil || n != 0 {
			t.Errorf("%d photos are known, %v", n, err)
		}
	})
}

// BenchmarkReceive has, in one run, what cleaning a photo costs and what sealing it
// adds.
func BenchmarkReceive(b *testing.B) {
	noise := rand.New(rand.NewPCG(1, 2))
	m := image.NewRGBA(image.Rect(0, 0, 4000, 3000))
	for y := range 3000 {
		for x := range 4000 {
			m.SetRGBA(x, y, color.RGBA{uint8(x / 16), uint8(y/12) ^ uint8(noise.IntN(16)), uint8(x*y/50000) + uint8(noise.IntN(8)), 255})
		}
	}
	var sent bytes.Buffer
	if err := jpeg.Encode(&sent, m, &jpeg.Options{Quality: 85}); err != nil {
		b.Fatal(err)
	}
	clean, err := imaging.Clean(b.Context(), sent.Bytes())
	if err != nil {
		b.Fatal(err)
	}
	box, err := seal.OpenBox(filepath.Join(b.TempDir(), "secret", "key"))
	if err == nil {
		err = box.Choose("guo", seal.National)
	}
	if err != nil {
		b.Fatal(err)
	}
	b.Run(fmt.Sprintf("clean/%d KB", sent.Len()>>10), func(b *testing.B) {
		for b.Loop() {
			if _, err := imaging.Clean(b.Context(), sent.Bytes()); err != nil {
				b.Fatal(err)
			}
		}
	})
	for suite, realm := range map[string]string{seal.International: "r", seal.National: "guo"} {
		b.Run(fmt.Sprintf("seal/%s/%d KB", suite, (len(clean.Full)+len(clean.Thumb))>>10), func(b *testing.B) {
			for b.Loop() {
				for _, data := range [][]byte{clean.Full, clean.Thumb} {
					if _, _, err := box.SealBytes(realm, "photo/r/1/full", data); err != nil {
						b.Fatal(err)
					}
				}
			}
		})
		_, closed, err := box.SealBytes(realm, "photo/r/1/full", clean.Full)
		if err != nil {
			b.Fatal(err)
		}
		b.Run("open/"+suite, func(b *testing.B) {
			for b.Loop() {
				if _, err := box.OpenBytes(bytes.Clone(closed), "photo/r/1/full"); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
