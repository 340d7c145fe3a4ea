// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package picture

import (
	"context"
	"fmt"
	"slices"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/id"
	"pavilion/internal/civic/matter"
	"pavilion/internal/core/audit"
	"pavilion/internal/core/files"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/release"
	"pavilion/internal/core/sight"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/imaging"
)

// Prepare is somebody of the desk marking what of a photo must not be seen.
type Prepare struct {
	Realm, Matter string
	Seq           int    // the event that the photo belongs to
	Photo         string // its id
	Boxes         []Box
	Nothing       bool // they say that there is nothing to hide
	Caption       string
	By            identity.Actor
}

// Prepare makes the copy, which waits for its release by somebody else. One that was
// prepared before and is not decided is replaced; what is public stays until the new
// one is released. It fails with Missing for who may not see the matter or for a photo
// that is not the event's, with Denied for all but the desk of its place, with
// Conflict for a class of matter whose photos are not public, and with Invalid for
// boxes outside the picture or too many, or a caption that is none.
func (s *Service) Prepare(ctx context.Context, c Prepare) (Picture, error) {
	d, photo, err := s.photo(ctx, c.By, c.Matter, c.Seq, c.Photo)
	if err != nil {
		return Picture{}, err
	}
	said, wrong := caption(c.Caption)
	if err := joinFaults(Check(c.Boxes, c.Nothing), wrong); err != nil {
		return Picture{}, err
	}
	full, err := s.Files.Bytes(ctx, c.Realm, photo.ID, files.Full)
	if err != nil {
		return Picture{}, err
	}
	covered, err := imaging.Cover(ctx, full, drawn(c.Boxes))
	if err != nil {
		return Picture{}, err
	}
	kept, err := s.Files.Store(ctx, c.Realm, covered)
	if err != nil {
		return Picture{}, err
	}
	p := Picture{
		Realm: c.Realm, ID: id.New(), Matter: d.ID, Seq: c.Seq, Photo: photo.ID, Copy: kept.ID, Width: kept.Width, Height: kept.Height,
		Boxes: c.Boxes, Caption: said, By: c.By.Account, At: s.Now(),
	}
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		if err := identity.Recheck(ctx, tx, c.By, s.Now()); err != nil {
			return err
		}
		return s.keep(ctx, tx, &p, d.Matter, c.By)
	})
	if err != nil {
		return Picture{}, fmt.Errorf("prepare photo %s: %w", c.Photo, err)
	}
	return p, nil
}

// keep stores a picture with its draft.
func (s *Service) keep(ctx context.Context, tx *db.Tx, p *Picture, m matter.Matter, by identity.Actor) error {
	draft, err := s.Releases.Put(ctx, tx, release.Write{
		Realm: p.Realm, Kind: Kind, Subject: m.Subject(), File: p.Photo, Title: m.Number, Link: Page(p.Matter, p.Seq, p.Photo),
		Area: m.Area, Place: m.Place, Town: m.Town, Avoid: m.About, Words: []release.Part{{Name: CaptionPart, Text: p.Caption}}, By: by,
	})
	if err != nil {
		return err
	}
	p.Draft, p.Version = draft.ID, draft.Version
	if err := insert(ctx, tx, *p); err != nil {
		return err
	}
	audit.Add(ctx, tx, audit.Entry{
		Realm: p.Realm, Subject: m.Subject(), Act: "picture.prepared", Actor: by.Account, At: s.Now(),
		Detail: map[string]any{"picture": p.ID, "photo": p.Photo, "boxes": len(p.Boxes)},
	})
	return s.Files.Attach(ctx, tx, p.Realm, p.owner(), []files.Photo{{ID: p.Copy}}, by.Account)
}

// Page is the address at the desk of the page where a photo is prepared and looked at.
func Page(matter string, seq int, photo string) string {
	return fmt.Sprintf("/desk/matters/%s/photos/%d/%s/public", matter, seq, photo)
}

// Publish shows what was released and hides what was withdrawn: the publisher of
// drafts of this kind. It fails with Conflict if the matter's class has come to be one
// whose photos are not public.
func (s *Service) Publish(ctx context.Context, tx *db.Tx, d release.Draft) error {
	if err := hide(ctx, tx, d.Realm, d.Subject[len(matter.Subject("")):], d.File); err != nil {
		return err
	}
	if d.State != release.Released {
		return nil
	}
	p, err := findDraft(ctx, tx, d.Realm, d.ID, d.Version)
	if err != nil {
		return err
	}
	classes, err := s.Matters.ClassesIn(ctx, tx, d.Realm, []string{p.Matter})
	if err != nil {
		return err
	}
	if !Presentable(classes[p.Matter]) {
		return fault.New(fault.Conflict, "picture.not_presentable")
	}
	return show(ctx, tx, p, d.Text(CaptionPart))
}

// photo finds an event's photo for somebody who may prepare it.
func (s *Service) photo(ctx context.Context, by identity.Actor, id string, seq int, photo string) (matter.Detail, files.Photo, error) {
	d, err := s.Matters.Open(ctx, by, id, sight.Page)
	if err != nil {
		return d, files.Photo{}, err
	}
	if !may(by.RolesAt(d.Place, "", s.Now(), d.Type)) {
		return d, files.Photo{}, fault.New(fault.Denied, "picture.not_yours")
	}
	list, err := s.Files.List(ctx, d.Realm, matter.PhotosOf(d.ID, seq))
	if err != nil {
		return d, files.Photo{}, err
	}
	i := slices.IndexFunc(list, func(f files.Photo) bool { return f.ID == photo })
	if i < 0 {
		return d, files.Photo{}, fault.New(fault.Missing, "photo.missing")
	}
	if !Presentable(d.Privacy) {
		return d, list[i], fault.New(fault.Conflict, "picture.not_presentable")
	}
	return d, list[i], nil
}

// drawn are boxes as imaging knows them.
func drawn(boxes []Box) []imaging.Box {
	out := make([]imaging.Box, len(boxes))
	for i, b := range boxes {
		out[i] = imaging.Box(b)
	}
	return out
}

// joinFaults is all that is wrong with a form.
func joinFaults(errs ...error) error {
	var out []*fault.Error
	for _, err := range errs {
		if f, ok := fault.As(err); ok {
			out = append(out, f)
		}
	}
	return fault.Join(out...)
}
