// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package files keeps photos: their bytes in a folder, who they belong to in the
// database.
//
// A photo is stored before the transaction that uses it, because bytes are slow,
// and belongs to nothing until that transaction attaches it. What is never
// attached is swept away.
package files

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"pavilion/internal/base/clock"
	"pavilion/internal/base/fault"
	"pavilion/internal/base/id"
	"pavilion/internal/platform/blob"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/imaging"
)

// Sizes of a photo.
const (
	Full  = "full"
	Thumb = "thumb"
)

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
	Now   clock.Clock
}

// Receive cleans a photo as it was sent and keeps it. It fails with Invalid for
// what is no photo, or too large a one.
func (s *Service) Receive(ctx context.Context, realm string, data []byte) (Photo, error) {
	if len(data) > imaging.MaxBytes {
		return Photo{}, fault.New(fault.Invalid, "photo.too_large")
	}
	image, err := imaging.Clean(data)
	if err != nil {
		return Photo{}, fmt.Errorf("clean photo: %w", err)
	}
	return s.Store(ctx, realm, image)
}

// Store keeps img, on disk when it returns. The photo belongs to nothing yet.
func (s *Service) Store(ctx context.Context, realm string, img imaging.Image) (Photo, error) {
	p := Photo{ID: id.New(), Width: img.Width, Height: img.Height, At: s.Now()}
	for size, data := range map[string][]byte{Full: img.Full, Thumb: img.Thumb} {
		if err := s.Blobs.Put(ctx, blobName(realm, p.ID, size), data); err != nil {
			return Photo{}, fault.New(fault.Internal, "storage.failed").Because(err)
		}
	}
	sum := sha256.Sum256(img.Full)
	err := s.DB.InTx(ctx, func(tx *db.Tx) error {
		return insert(ctx, tx, realm, p, len(img.Full)+len(img.Thumb), hex.EncodeToString(sum[:]))
	})
	if err != nil {
		return Photo{}, fmt.Errorf("store photo: %w", err)
	}
	return p, nil
}

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

// Open opens a photo in one of its sizes, a JPEG file that the caller closes. It
// fails with Missing if there is no such photo or size. Whether the person may
// see the owner is for the caller to know.
func (s *Service) Open(ctx context.Context, realm, photo, size string) (*os.File, error) {
	missing := fault.New(fault.Missing, "photo.missing")
	if !id.Valid(photo) || size != Full && size != Thumb {
		return nil, missing
	}
	var known bool
	err := s.DB.View(ctx, func(tx *db.Tx) (err error) {
		known, err = exists(ctx, tx, realm, photo)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("open photo: %w", err)
	}
	if !known {
		return nil, missing
	}
	f, err := s.Blobs.Open(blobName(realm, photo, size))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, missing.Because(err)
	}
	return f, err
}

// blobName names a photo's bytes. Realms are names of more letters than blobs
// may have, so a realm is named by its hash.
func blobName(realm, photo, size string) string {
	sum := sha256.Sum256([]byte(realm))
	return hex.EncodeToString(sum[:8]) + "-" + photo + "-" + size + ".jpg"
}
