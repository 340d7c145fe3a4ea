// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package picture

import (
	"context"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/id"
	"pavilion/internal/core/files"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/release"
	"pavilion/internal/platform/db"
)

// perMatter bounds how many pictures of a matter are shown.
const perMatter = 9

// Look is what the desk sees of a photo that is prepared for the public.
type Look struct {
	Photo  files.Photo
	Latest *Picture      // nil if none was made
	Trail  release.Trail // of its draft
	Shown  *Picture      // what is public now; nil for nothing
	May    bool          // this person may release the latest
}

// Look opens a photo of a matter for somebody of the desk. It fails as Prepare does.
func (s *Service) Look(ctx context.Context, by identity.Actor, matter string, seq int, photo string) (out Look, err error) {
	if _, out.Photo, err = s.photo(ctx, by, matter, seq, photo); err != nil {
		return out, err
	}
	var all []Picture
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		all, err = ofPhoto(ctx, tx, by.Realm, matter, photo)
		return err
	})
	if err != nil || len(all) == 0 {
		return out, err
	}
	out.Latest = &all[0]
	for i := range all {
		if all[i].Shown {
			out.Shown = &all[i]
		}
	}
	if out.Trail, err = s.Releases.Open(ctx, by, all[0].Draft); err != nil {
		return out, err
	}
	out.May = s.Releases.MayRelease(by, out.Trail)
	return out, nil
}

// Decide is somebody deciding on what was made of a photo.
type Decide struct {
	Matter   string
	Seq      int
	Photo    string
	Picture  string // the one that they have seen
	Revision int    // of its draft
	Act      release.Act
	Reason   string
	By       identity.Actor
}

// Decide releases, returns or withdraws the latest picture of a photo, as
// release.Decide does. It fails with Stale if another was made since.
func (s *Service) Decide(ctx context.Context, c Decide) error {
	l, err := s.Look(ctx, c.By, c.Matter, c.Seq, c.Photo)
	if err != nil {
		return err
	}
	if l.Latest == nil || l.Latest.ID != c.Picture {
		return fault.New(fault.Stale, "release.stale")
	}
	_, err = s.Releases.Decide(ctx, release.Decide{
		Realm: c.By.Realm, ID: l.Latest.Draft, Revision: c.Revision, Act: c.Act, Reason: c.Reason, Seen: c.Photo, By: c.By,
	})
	return err
}

// Draft returns a copy that was made of a photo, public or not, for somebody of the desk.
func (s *Service) Draft(ctx context.Context, by identity.Actor, matter string, seq int, photo, picture, size string) ([]byte, error) {
	if _, _, err := s.photo(ctx, by, matter, seq, photo); err != nil {
		return nil, err
	}
	p, err := s.find(ctx, by.Realm, picture)
	if err == nil && (p.Photo != photo || p.Matter != matter) {
		err = missing()
	}
	if err != nil {
		return nil, err
	}
	return s.Files.Bytes(ctx, by.Realm, p.Copy, size)
}

// Original returns the photo itself, for somebody of the desk who prepares or looks.
func (s *Service) Original(ctx context.Context, by identity.Actor, matter string, seq int, photo string) ([]byte, error) {
	if _, _, err := s.photo(ctx, by, matter, seq, photo); err != nil {
		return nil, err
	}
	return s.Files.Bytes(ctx, by.Realm, photo, files.Full)
}

// Open returns a public picture for everybody. One that is not public, or not any
// more, is Missing.
func (s *Service) Open(ctx context.Context, realm, picture, size string) ([]byte, error) {
	p, err := s.find(ctx, realm, picture)
	if err != nil {
		return nil, err
	}
	if !p.Shown {
		return nil, missing()
	}
	public, err := s.Public(ctx, realm, []string{p.Matter})
	if err != nil {
		return nil, err
	}
	if len(public[p.Matter]) == 0 {
		return nil, missing()
	}
	return s.Files.Bytes(ctx, realm, p.Copy, size)
}

func missing() error { return fault.New(fault.Missing, "photo.missing") }

func (s *Service) find(ctx context.Context, realm, picture string) (p Picture, err error) {
	if !id.Valid(picture) {
		return p, missing()
	}
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		p, err = find(ctx, tx, realm, picture)
		return err
	})
	return p, err
}

// Public lists the public pictures of matters, by matter, in the order of their
// events. A matter whose class has come to be one whose photos are not public has none.
func (s *Service) Public(ctx context.Context, realm string, matters []string) (out map[string][]Picture, err error) {
	if len(matters) == 0 {
		return nil, nil
	}
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		out = map[string][]Picture{}
		found, err := shown(ctx, tx, realm, matters)
		if err != nil || len(found) == 0 {
			return err
		}
		classes, err := s.Matters.ClassesIn(ctx, tx, realm, matters)
		for _, p := range found {
			if Presentable(classes[p.Matter]) && len(out[p.Matter]) < perMatter {
				out[p.Matter] = append(out[p.Matter], p)
			}
		}
		return err
	})
	return out, err
}
