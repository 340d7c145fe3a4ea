// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package files

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"time"

	"pavilion/internal/platform/db"
	"pavilion/internal/platform/seal"
)

const (
	together = 20                    // photos whose rows one transaction changes
	rest     = 10 * time.Millisecond // between transactions: the writer belongs to those who wait
	named    = 10                    // broken photos that an error names; the others it counts
)

// Uses counts the photos of a realm that are sealed with a version of the key.
func (s *Service) Uses(ctx context.Context, realm string, version int) (int, error) {
	return s.count(ctx, realm, seal.Marks(version))
}

// Plain counts the photos of a realm that were kept before photos were sealed, and
// that Rotate has not closed yet.
func (s *Service) Plain(ctx context.Context, realm string) (int, error) {
	return s.count(ctx, realm, []string{""})
}

func (s *Service) count(ctx context.Context, realm string, marks []string) (total int, err error) {
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		total = 0
		for _, mark := range marks {
			n, err := count(ctx, tx, realm, mark)
			if err != nil {
				return err
			}
			total += n
		}
		return nil
	})
	return total, err
}

// Rotate seals again, with the newest version of the key, all photos of a realm that
// are sealed with another or not at all, and returns how many. It may be broken off at
// any time and begun again, also beside another: a photo has its old files or its new
// ones, the row says which, and both open. A photo that does not open is left and told
// of in the error.
func (s *Service) Rotate(ctx context.Context, realm string, progress func(done int)) (done int, err error) {
	var broken []error
	lost, after := 0, ""
	told := func(err error) error {
		if lost > 0 {
			err = errors.Join(err, fmt.Errorf("%d photos do not open, the first of them: %w", lost, errors.Join(broken...)))
		}
		return err
	}
	for {
		mark, err := s.Box.Mark(realm)
		if err != nil {
			return done, told(err)
		}
		var old []marked
		err = s.DB.View(ctx, func(tx *db.Tx) (err error) {
			old, err = otherwise(ctx, tx, realm, after, mark, together)
			return err
		})
		if err != nil || len(old) == 0 {
			return done, told(err)
		}
		after = old[len(old)-1].id
		var again []renewed
		for _, p := range old {
			mark, err := s.again(ctx, realm, p)
			switch {
			case err == nil:
				again = append(again, renewed{p, mark})
			case errors.Is(err, fs.ErrNotExist) && s.overtaken(ctx, realm, p):
			default:
				if lost++; lost <= named {
					broken = append(broken, err)
				}
			}
		}
		if err := s.switchOver(ctx, realm, again); err != nil {
			return done, told(err)
		}
		done += len(again)
		progress(done)
		select {
		case <-ctx.Done():
			return done, told(ctx.Err())
		case <-time.After(rest):
		}
	}
}

// renewed is a photo that has files of another mark besides.
type renewed struct {
	marked
	to string
}

// again puts beside a photo's files the same, sealed anew.
func (s *Service) again(ctx context.Context, realm string, p marked) (mark string, err error) {
	var data [2][]byte
	for i, size := range sizes {
		if data[i], err = s.read(realm, p.id, size, p.mark); err != nil {
			return "", err
		}
	}
	return s.put(ctx, realm, p.id, data[0], data[1])
}

// overtaken reports whether a photo's row names another file than it did: another
// rotation was quicker, or the photo was removed.
func (s *Service) overtaken(ctx context.Context, realm string, p marked) bool {
	now := p.mark
	err := s.DB.View(ctx, func(tx *db.Tx) (err error) {
		now, err = markOf(ctx, tx, realm, p.id)
		return err
	})
	return errors.Is(err, db.ErrNoRows) || err == nil && now != p.mark
}

// switchOver lets the new files count and removes those that no longer do. Where
// another rotation was quicker, its files count.
func (s *Service) switchOver(ctx context.Context, realm string, photos []renewed) error {
	if len(photos) == 0 {
		return nil
	}
	var count map[string]string
	err := s.DB.InTx(ctx, func(tx *db.Tx) (err error) {
		var ids []string
		for _, p := range photos {
			if err := remark(ctx, tx, realm, p.marked, p.to); err != nil {
				return err
			}
			ids = append(ids, p.id)
		}
		count, err = known(ctx, tx, realm, ids)
		return err
	})
	if err != nil {
		return fmt.Errorf("seal photos again: %w", err)
	}
	for _, p := range photos {
		now, there := count[p.id]
		for _, mark := range slices.Compact([]string{p.mark, p.to}) {
			if there && mark == now {
				continue
			}
			if err := s.removeBlobs(realm, p.id, mark); err != nil {
				return fmt.Errorf("seal photos again: %w", err)
			}
		}
	}
	return nil
}
