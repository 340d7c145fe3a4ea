// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webpicture

import (
	"bytes"
	"net/http"
	"time"

	"pavilion/internal/core/files"
	"pavilion/internal/edge/web/webkit"
)

// public gives everybody a picture that is public. Its bytes never change under its
// address, so whoever keeps it may go on using it, after asking each time whether it
// is still public: withdrawn, it is gone for all who ask.
func (p *Pages) public(w http.ResponseWriter, r *http.Request) error {
	id, size := r.PathValue("picture"), r.PathValue("size")
	data, err := p.Pictures.Open(r.Context(), p.Realm, id, size)
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "public, no-cache")
	w.Header().Set("ETag", `"`+id+"-"+size+`"`)
	send(w, r, data)
	return nil
}

// original gives the desk the photo that it prepares.
func (p *Pages) original(w http.ResponseWriter, r *http.Request) error {
	at, err := place(r)
	if err != nil {
		return err
	}
	data, err := p.Pictures.Original(r.Context(), webkit.ActorOf(r), at.matter, at.seq, at.photo)
	if err != nil {
		return err
	}
	private(w, r, data)
	return nil
}

// drafted gives the desk what was made of a photo.
func (p *Pages) drafted(w http.ResponseWriter, r *http.Request) error {
	at, err := place(r)
	if err != nil {
		return err
	}
	size := files.Full
	if r.PathValue("size") != files.Full {
		size = files.Thumb
	}
	data, err := p.Pictures.Draft(r.Context(), webkit.ActorOf(r), at.matter, at.seq, at.photo, r.PathValue("picture"), size)
	if err != nil {
		return err
	}
	private(w, r, data)
	return nil
}

func private(w http.ResponseWriter, r *http.Request, data []byte) {
	w.Header().Set("Cache-Control", "no-store")
	send(w, r, data)
}

func send(w http.ResponseWriter, r *http.Request, data []byte) {
	w.Header().Set("Content-Type", "image/jpeg")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(data))
}
