// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webmatter

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"strconv"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/text"
	"pavilion/internal/civic/matter"
	"pavilion/internal/civic/matter/picture"
	"pavilion/internal/core/files"
	"pavilion/internal/edge/web/webkit"
	"pavilion/internal/platform/imaging"
)

// MaxPhotos is how many photos one form may bring.
const MaxPhotos = 9

// maxForm bounds a form with its photos, in bytes.
const maxForm = MaxPhotos*imaging.MaxBytes + 1<<20

// memory is how much of a form is kept in memory while it is read; the rest
// waits in temporary files.
const memory = 4 << 20

// Parse reads a sent form, with or without photos, within its bounds.
func Parse(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	err := r.ParseMultipartForm(memory)
	if errors.Is(err, http.ErrNotMultipart) {
		err = r.ParseForm()
	}
	if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
		return fault.New(fault.Invalid, "photo.too_large").At("photos").Because(err)
	}
	if err != nil {
		return fault.New(fault.Invalid, "matter.form_unreadable").Because(err)
	}
	return nil
}

// Received cleans and stores the photos sent in a field of a form that Parse
// has read. They belong to nothing until a use case attaches them. With a fault
// it returns those that came before the one at fault.
func (s *Shared) Received(r *http.Request, field string) ([]files.Photo, error) {
	if r.MultipartForm == nil {
		return nil, nil
	}
	sent := r.MultipartForm.File[field]
	if len(sent) > MaxPhotos {
		return nil, fault.New(fault.Invalid, "photo.too_many").With("max", strconv.Itoa(MaxPhotos)).At(field)
	}
	var out []files.Photo
	for _, header := range sent {
		if header.Size == 0 {
			continue
		}
		photo, err := s.receive(r.Context(), header)
		if f, ok := fault.As(err); ok {
			return out, f.At(field)
		}
		if err != nil {
			return out, err
		}
		out = append(out, photo)
	}
	return out, nil
}

// receive cleans and stores one photo.
func (s *Shared) receive(ctx context.Context, header *multipart.FileHeader) (files.Photo, error) {
	if header.Size > imaging.MaxBytes {
		return files.Photo{}, fault.New(fault.Invalid, "photo.too_large")
	}
	f, err := header.Open()
	if err != nil {
		return files.Photo{}, fmt.Errorf("read photo: %w", err)
	}
	data, err := io.ReadAll(f)
	if err = errors.Join(err, f.Close()); err != nil {
		return files.Photo{}, fmt.Errorf("read photo: %w", err)
	}
	return s.Files.Receive(ctx, s.Realm, data)
}

// Photos draws the photos of one event of a matter.
func (s *Shared) Photos(ctx context.Context, p *text.Printer, m matter.Matter, seq int) ([]webkit.Photo, error) {
	list, err := s.Files.List(ctx, m.Realm, matter.PhotosOf(m.ID, seq))
	if err != nil {
		return nil, err
	}
	var out []webkit.Photo
	for i, photo := range list {
		at := fmt.Sprintf("/matters/%s/photos/%d/%s/", m.ID, seq, photo.ID)
		out = append(out, webkit.Photo{Thumb: at + "thumb", Full: at + "full", Alt: p.T("matter.photo", "n", i+1)})
	}
	return out, nil
}

// Photo draws a picture that everybody may see.
func (s *Shared) Photo(p picture.Picture) webkit.Photo {
	at := "/pictures/" + p.ID + "/"
	return webkit.Photo{Thumb: at + files.Thumb, Full: at + files.Full, Alt: p.Caption}
}

// PublicPhotos draws what everybody may see of matters, by matter.
func (s *Shared) PublicPhotos(ctx context.Context, matters []string) (map[string][]webkit.Photo, error) {
	found, err := s.Pictures.Public(ctx, s.Realm, matters)
	out := map[string][]webkit.Photo{}
	for id, list := range found {
		for _, p := range list {
			out[id] = append(out[id], s.Photo(p))
		}
	}
	return out, err
}
