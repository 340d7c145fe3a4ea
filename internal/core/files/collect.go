// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package files

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"pavilion/internal/base/id"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/seal"
)

// suspicious is how many lost files may be removed although they are more than
// half of all there are.
const suspicious = 100

// ErrTooManyLost says that most files belong to no row, which looks less like
// crashes than like a database that belongs to another folder.
var ErrTooManyLost = errors.New("files: most photos in the folder are unknown to the database; none was removed")

// lost is a file that may belong to no row.
type lost struct{ photo, mark, name string }

// Collect removes files that were put before olderThan and that no row of the realm
// knows, and says how many: what a crash between a file and its row leaves, or between
// a row and the removal of its file. Files of realms that it is not asked about stay.
// It removes nothing if that would be most of what there is.
func (s *Service) Collect(ctx context.Context, realm string, olderThan time.Time) (int, error) {
	if _, err := s.Blobs.Tidy(ctx, olderThan); err != nil {
		return 0, fmt.Errorf("collect photos: %w", err)
	}
	var some, gone []lost
	all := 0
	look := func() error {
		found, err := s.unknown(ctx, realm, some)
		gone, some = append(gone, found...), some[:0]
		return err
	}
	err := s.Blobs.Each(ctx, func(name string, at time.Time) error {
		l, ok := parse(realm, name)
		if !ok || !at.Before(olderThan) {
			return nil
		}
		all++
		if some = append(some, l); len(some) < batch {
			return nil
		}
		return look()
	})
	if err == nil {
		err = look()
	}
	if err == nil && len(gone) > suspicious && len(gone) > all/2 {
		err = fmt.Errorf("%w (%d of %d)", ErrTooManyLost, len(gone), all)
	}
	if err != nil {
		return 0, fmt.Errorf("collect photos: %w", err)
	}
	for i, l := range gone {
		if err := s.Blobs.Remove(l.name); err != nil {
			return i, fmt.Errorf("collect photos: %w", err)
		}
	}
	return len(gone), nil
}

// unknown returns those files whose photo has no row, or whose row names a later key.
// Neither will ever count again. A file of a later key than the row names was made by
// a rotation that was broken off, and waits for the next.
func (s *Service) unknown(ctx context.Context, realm string, files []lost) (out []lost, err error) {
	if len(files) == 0 {
		return nil, nil
	}
	var ids []string
	for _, l := range files {
		ids = append(ids, l.photo)
	}
	var marks map[string]string
	err = s.DB.View(ctx, func(tx *db.Tx) (err error) {
		marks, err = known(ctx, tx, realm, ids)
		return err
	})
	for _, l := range files {
		if mark, ok := marks[l.photo]; !ok || seal.VersionOf(mark) > seal.VersionOf(l.mark) {
			out = append(out, l)
		}
	}
	return out, err
}

// parse reads what blobName wrote for a realm.
func parse(realm, name string) (lost, bool) {
	rest, ok := strings.CutPrefix(name, realmName(realm)+"-")
	if !ok {
		return lost{}, false
	}
	for _, size := range sizes {
		photo, end, ok := strings.Cut(rest, "-"+size+".")
		if !ok || !id.Valid(photo) {
			continue
		}
		mark, sealed := strings.CutSuffix(end, sealedEnd)
		if sealed || "."+end == plainEnd {
			if !sealed {
				mark = ""
			}
			return lost{photo: photo, mark: mark, name: name}, true
		}
	}
	return lost{}, false
}
