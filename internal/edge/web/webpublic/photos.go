// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webpublic

import (
	"bytes"
	"net/http"
	"slices"
	"strconv"

	"pavilion/internal/base/fault"
	"pavilion/internal/civic/matter"
	"pavilion/internal/core/files"
	"pavilion/internal/edge/web/webkit"
)

// photo serves a photo to those who may see its matter: its reporter, who has
// shown the code in this browser, and staff of its place or body. For everybody
// else there is none.
func (p *Pages) photo(w http.ResponseWriter, r *http.Request) error {
	missing := fault.New(fault.Missing, "photo.missing")
	seq, err := strconv.Atoi(r.PathValue("seq"))
	if err != nil {
		return missing
	}
	d, err := p.Matters.Followed(r.Context(), p.Realm, r.PathValue("id"))
	if fault.KindOf(err) == fault.Missing {
		return missing
	}
	if err != nil {
		return err
	}
	actor := webkit.ActorOf(r)
	actor.Realm = p.Realm
	if _, err := p.Matters.Pictured(r.Context(), actor, d.ID, p.remembers(r, d.Matter)); err != nil {
		return err
	}
	list, err := p.Files.List(r.Context(), p.Realm, matter.PhotosOf(d.ID, seq))
	if err != nil {
		return err
	}
	name := r.PathValue("photo")
	if !slices.ContainsFunc(list, func(f files.Photo) bool { return f.ID == name }) {
		return missing
	}
	data, err := p.Files.Bytes(r.Context(), p.Realm, name, r.PathValue("size"))
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "image/jpeg")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	http.ServeContent(w, r, "", d.UpdatedAt, bytes.NewReader(data))
	return nil
}
