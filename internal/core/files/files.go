// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package files keeps photos: their bytes in a folder, sealed, who they belong to
// in the database.
//
// A photo is stored before the transaction that uses it, because bytes are slow,
// and belongs to nothing until that transaction attaches it. What is never
// attached is swept away, and so are files that no row knows.
//
// A file's name ends with the mark of the key that closed it, and the row says which
// mark counts. So the row decides which file is the photo, and changing the key is
// one update of it.
//
//	files.go            keeping and reading
//	rotate.go           closing again with the newest key
//	collect.go          files that no row knows
//	store_retention.go  photos that belong to nothing
package files

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"time"

	"pavilion/internal/base/clock"
	"pavilion/internal/base/fault"
	"pavilion/internal/base/id"
	"pavilion/internal/platform/blob"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/imaging"
	"pavilion/internal/platform/seal"
)

// Sizes of a photo.
const (
	Full  = "full"
	Thumb = "thumb"
)

// sizes are all sizes of a photo.
var sizes = []string{Full, Thumb}

// maxKept bounds a kept file, in bytes. What imaging draws is far below.
const maxKept = 32 << 20

// Photo is a photo that is kept. Width and Height are those of its full size.
type Photo struct {
	ID, Owner     string
	Width, Height int
	At            time.Time
}

// Service keeps photos.
type Service struct {
	DB    *db.DB
	Blobs *blob.Dir
	Box   *seal.Box
	Now   clock.Clock
}

// Receive cleans a photo as it was sent and keeps it. It fails with Invalid for
// what is no photo, or too large a one, and with Conflict while too many are cleaned.
func (s *Service) Receive(ctx context.Context, realm string, data []byte) (Photo, error) {
	if len(data) > imaging.MaxBytes {
		return Photo{}, fault.New(fault.Invalid, "photo.too_large")
	}
	image, err := imaging.Clean(ctx, data)
	if err != nil {
		return Photo{}, fmt.Errorf("clean photo: %w", err)
	}
	return s.Store(ctx, realm, image)
}

// Store keeps img, sealed and on disk when it returns. The photo belongs to nothing
// yet.
func (s *Service) Store(ctx context.Context, realm string, img imaging.Image) (Photo, error) {
	p := Photo{ID: id.New(), Width: img.Width, Height: img.Height, At: s.Now()}
	mark, err := s.put(ctx, realm, p.ID, img.Full, img.Thumb)
	if err != nil {
		return Photo{}, fault.New(fault.Internal, "storage.failed").Because(err)
	}
	sum := sha256.Sum256(img.Full)
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		return insert(ctx, tx, realm, p, kept{bytes: len(img.Full) + len(img.Thumb), sum: hex.EncodeToString(sum[:]), mark: mark})
	})
	if err != nil {
		return Photo{}, fmt.Errorf("store photo: %w", err)
	}
	return p, nil
}

// put seals both sizes with one key, and returns its mark. If a new key comes
// between them, both are sealed again.
func (s *Service) put(ctx context.Context, realm, photo string, full, thumb []byte) (string, error) {
	for {
		first, a, err := s.Box.SealBytes(realm, about(realm, photo, Full), full)
		if err != nil {
			return "", err
		}
		second, b, err := s.Box.SealBytes(realm, about(realm, photo, Thumb), thumb)
		if err != nil {
			return "", err
		}
		if first == second {
			return first, errors.Join(s.Blobs.Put(ctx, blobName(realm, photo, Full, first), a),
				s.Blobs.Put(ctx, blobName(realm, photo, Thumb, first), b))
		}
	}
}

// about is what a photo's file is sealed for.
func about(realm, photo, size string) string { return "photo/" + realm + "/" + photo + "/" + size }

// Attach gives photos to owner, in the transaction that makes or changes it. Of
// each photo only the ID is believed. It fails with Conflict if one is unknown
// or belongs to another owner, and then attaches none.
func (s *Service) Attach(ctx context.Context, tx *db.Tx, realm, owner string, photos []Photo, by string) error {
	for _, p := range photos {
		n, err := attach(ctx, tx, realm, owner, p.ID, by)
		if err != nil {
			return fmt.Errorf("attach photo: %w", err)
		}
		if n == 0 || owner == "" {
			return fault.New(fault.Conflict, "photo.taken").At("photos")
		}
	}
	return nil
}

// Renamed has the photos of an owner be attached by somebody called otherwise.
func (s *Service) Renamed(ctx context.Context, tx *db.Tx, realm, owner, by string) error {
	return rename(ctx, tx, realm, owner, by)
}

// List returns the photos of owner in the order they were stored.
func (s *Service) List(ctx context.Context, realm, owner string) (out []Photo, err error) {
	if owner == "" {
		return nil, nil
	}
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		out, err = list(ctx, tx, realm, owner)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list photos: %w", err)
	}
	return out, nil
}

// Bytes returns a photo in one of its sizes, a JPEG file. It fails with Missing if
// there is no such photo or size. Whether the person may see the owner is for the
// caller to know.
func (s *Service) Bytes(ctx context.Context, realm, photo, size string) ([]byte, error) {
	missing := fault.New(fault.Missing, "photo.missing")
	if !id.Valid(photo) || size != Full && size != Thumb {
		return nil, missing
	}
	for again := false; ; again = true {
		var mark string
		err := s.DB.View(ctx, func(tx *db.Tx) (err error) {
			mark, err = markOf(ctx, tx, realm, photo)
			return err
		})
		if errors.Is(err, db.ErrNoRows) {
			return nil, missing
		}
		if err != nil {
			return nil, fmt.Errorf("read photo: %w", err)
		}
		data, err := s.read(realm, photo, size, mark)
		if errors.Is(err, fs.ErrNotExist) && !again {
			continue // it was closed again since the row was read
		}
		if errors.Is(err, fs.ErrNotExist) {
			return nil, missing.Because(err)
		}
		return data, err
	}
}

// read reads and opens the file of a mark.
func (s *Service) read(realm, photo, size, mark string) ([]byte, error) {
	f, err := s.Blobs.Open(blobName(realm, photo, size, mark))
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(f, maxKept))
	if err = errors.Join(err, f.Close()); err != nil {
		return nil, fmt.Errorf("read photo: %w", err)
	}
	if mark == "" { // kept before photos were sealed
		return data, nil
	}
	if data, err = s.Box.OpenBytes(data, about(realm, photo, size)); err != nil {
		return nil, fmt.Errorf("open photo %s, %s: %w", photo, size, err)
	}
	return data, nil
}

// blobName names a photo's bytes. Realms are names of more letters than blobs
// may have, so a realm is named by its hash. What no key closed has no mark.
func blobName(realm, photo, size, mark string) string {
	name := realmName(realm) + "-" + photo + "-" + size
	if mark == "" {
		return name + plainEnd
	}
	return name + "." + mark + sealedEnd
}

// The ends of files' names.
const (
	plainEnd  = ".jpg"
	sealedEnd = ".sealed"
)

func realmName(realm string) string {
	sum := sha256.Sum256([]byte(realm))
	return hex.EncodeToString(sum[:8])
}
