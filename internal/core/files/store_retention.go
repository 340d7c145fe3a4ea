// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package files

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"pavilion/internal/platform/db"
	"pavilion/internal/platform/jobs"
)

// batch is how many photos one transaction of Sweep takes.
const batch = 100

// Sweep removes the photos that were stored before olderThan and never attached,
// and says how many. The rows go first, so that no photo that is attached at the
// same moment loses its bytes.
func (s *Service) Sweep(ctx context.Context, realm string, olderThan time.Time) (int, error) {
	swept := 0
	for {
		var gone []marked
		err := s.DB.InTx(ctx, func(tx *db.Tx) (err error) {
			gone, err = removeLoose(ctx, tx, realm, olderThan.UnixMicro())
			return err
		})
		if err != nil {
			return swept, fmt.Errorf("sweep photos: %w", err)
		}
		for _, photo := range gone {
			if err := s.removeBlobs(realm, photo.id, photo.mark); err != nil {
				return swept, fmt.Errorf("sweep photos: %w", err)
			}
		}
		if swept += len(gone); len(gone) < batch {
			return swept, nil
		}
	}
}

// removing is the kind of job that removes a photo's bytes.
const removing = "files.remove"

// removal names the files of a photo.
type removal struct {
	Photo string `json:"photo"`
	Mark  string `json:"mark"`
}

// Destroy removes the photos of owner, when tx commits, and says how many. Their
// bytes go after that, by a job that is tried until they are gone.
func (s *Service) Destroy(ctx context.Context, tx *db.Tx, realm, owner string) (int, error) {
	if owner == "" {
		return 0, nil
	}
	gone, err := db.All(ctx, tx, db.Q(`DELETE FROM files_photo WHERE realm = ? AND owner = ? RETURNING id, sealed`, realm, owner), (*marked).fields)
	if err != nil {
		return 0, fmt.Errorf("destroy photos: %w", err)
	}
	for _, photo := range gone {
		body, err := jobs.Encode(removal{photo.id, photo.mark})
		if err == nil {
			err = jobs.Add(ctx, tx, jobs.Job{Realm: realm, Kind: removing, Body: body})
		}
		if err != nil {
			return 0, fmt.Errorf("destroy photos: %w", err)
		}
	}
	return len(gone), nil
}

// Work has q remove the bytes of destroyed photos.
func (s *Service) Work(q *jobs.Queue) {
	q.Handle(removing, func(_ context.Context, list []jobs.Job) []error {
		answers := make([]error, len(list))
		for i, j := range list {
			var r removal
			if answers[i] = json.Unmarshal(j.Body, &r); answers[i] == nil {
				answers[i] = s.removeBlobs(j.Realm, r.Photo, r.Mark)
			}
		}
		return answers
	})
}

// removeBlobs removes the files of a mark.
func (s *Service) removeBlobs(realm, photo, mark string) error {
	return errors.Join(s.Blobs.Remove(blobName(realm, photo, Full, mark)), s.Blobs.Remove(blobName(realm, photo, Thumb, mark)))
}

// removeLoose removes a batch of rows without an owner. The condition is in the
// removal too: a photo may have been attached since it was listed.
func removeLoose(ctx context.Context, tx *db.Tx, realm string, before int64) ([]marked, error) {
	q := db.Q(`
		SELECT id, sealed FROM files_photo
		WHERE realm = ? AND owner = '' AND created_at < ?
		ORDER BY id LIMIT ?`, realm, before, batch)
	loose, err := db.All(ctx, tx, q, (*marked).fields)
	if err != nil {
		return nil, err
	}
	var gone []marked
	for _, photo := range loose {
		n, err := tx.Exec(ctx, `DELETE FROM files_photo WHERE realm = ? AND id = ? AND owner = ''`, realm, photo.id)
		if err != nil {
			return nil, err
		}
		if n == 1 {
			gone = append(gone, photo)
		}
	}
	return gone, nil
}
