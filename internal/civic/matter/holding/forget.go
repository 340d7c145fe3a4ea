// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package holding

import (
	"context"
	"fmt"
	"strings"

	"pavilion/internal/base/fault"
	"pavilion/internal/civic/matter"
	"pavilion/internal/civic/matter/picture"
	"pavilion/internal/civic/matter/relay"
	"pavilion/internal/core/inbox"
	"pavilion/internal/core/release"
	"pavilion/internal/core/retention"
	"pavilion/internal/core/sight"
	"pavilion/internal/platform/db"
)

// Forget destroys one kind of what a matter holds. The matter's revision is raised,
// so that whoever is about to move it is told to look again.
func (k *Keeper) Forget(ctx context.Context, tx *db.Tx, s retention.Stone) (int, error) {
	id, ok := strings.CutPrefix(s.Item.Subject, "matter/")
	if !ok {
		return 0, fault.New(fault.Missing, "matter.missing")
	}
	var n int
	var err error
	switch s.Item.Kind {
	case Contact:
		n, err = forgetContact(ctx, tx, s.Realm, id)
	case Words:
		n, err = k.forgetWords(ctx, tx, s.Realm, id)
	case Photos:
		n, err = k.forgetPhotos(ctx, tx, s.Realm, id)
	}
	if err != nil {
		return n, err
	}
	if err := setTomb(ctx, tx, s.Realm, id, s.Item.Kind, s.At); err != nil {
		return n, err
	}
	return n, bury(ctx, tx, s, id)
}

// forgetWords puts the sentence in the place of all that was written: in the matter
// and its steps, in the index, before those who have it to do, and in what was told
// of it in public.
func (k *Keeper) forgetWords(ctx context.Context, tx *db.Tx, realm, id string) (int, error) {
	if err := blank(ctx, tx, realm, id, k.Sentence); err != nil {
		return 0, err
	}
	steps, err := events(ctx, tx, realm, id)
	if err != nil {
		return 0, err
	}
	n := 1
	for _, step := range steps {
		answers, err := answersOf(step.answers)
		if err != nil {
			return n, fmt.Errorf("step %d: %w", step.seq, err)
		}
		left := wordless(answers, k.Matters.Forms, k.Sentence)
		if len(answers) == 0 {
			continue
		}
		if err := setAnswers(ctx, tx, realm, id, step.seq, left); err != nil {
			return n, err
		}
		n++
	}
	told, err := blankExamples(ctx, tx, realm, id, k.Sentence)
	if err != nil {
		return n, err
	}
	if err := inbox.Retitle(ctx, tx, realm, matter.Subject(id), k.Sentence); err != nil {
		return n, err
	}
	if _, err := picture.Forget(ctx, tx, realm, id); err != nil {
		return n, err
	}
	drafts, err := release.Forget(ctx, tx, realm, matter.Subject(id), k.Sentence)
	if err != nil {
		return n, err
	}
	if err := sight.Forget(ctx, tx, realm, matter.Subject(id)); err != nil {
		return n, err
	}
	said, err := relay.Forget(ctx, tx, realm, id, k.Sentence)
	if err != nil {
		return n, err
	}
	return n + int(told) + drafts + said, k.reindex(ctx, tx, realm, id)
}

// forgetPhotos detaches the photos of all steps, and what was made of them for the
// public, and has their bytes removed after the commit.
func (k *Keeper) forgetPhotos(ctx context.Context, tx *db.Tx, realm, id string) (int, error) {
	total := 0
	steps, err := events(ctx, tx, realm, id)
	if err != nil {
		return 0, err
	}
	for _, step := range steps {
		if step.photos == 0 {
			continue
		}
		n, err := k.Files.Destroy(ctx, tx, realm, matter.PhotosOf(id, step.seq))
		if err != nil {
			return total, err
		}
		total += n
	}
	n, err := picture.Destroy(ctx, tx, k.Files, realm, id)
	if err != nil {
		return total, err
	}
	return total + n, clearPhotos(ctx, tx, realm, id)
}
