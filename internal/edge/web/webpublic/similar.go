// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webpublic

import (
	"net/http"

	"pavilion/internal/base/geo"
	"pavilion/internal/base/text"
	"pavilion/internal/civic/matter"
	"pavilion/internal/civic/matter/docket"
	"pavilion/internal/core/identity"
	"pavilion/internal/edge/web/webkit"
	"pavilion/internal/edge/web/webmatter"
)

// Similar is a public matter that may be the one somebody is about to report.
type Similar struct {
	ID      string
	Heading string
	Place   string
	State   webkit.Tag
	Since   string
}

// similar suggests public matters that are like the report being made. Failing
// to find any must not keep anybody from reporting.
func (p *Pages) similar(r *http.Request, say *text.Printer, f webkit.Form) []Similar {
	ask := docket.Asked{
		Realm: p.Realm, Type: f.Value("category"), Text: f.Value("text"), Area: f.Value("area"), At: p.Matters.Now(),
	}
	if point, err := geo.ParsePoint(f.Value("lon"), f.Value("lat")); err == nil {
		ask.Point = &point
		if area, ok := p.Org.Locate(p.Realm, point); ok {
			ask.Area = area.ID
		}
	}
	area, _ := p.Org.Area(p.Realm, ask.Area)
	ask.Town = area.Town
	found, err := p.Docket.Similar(r.Context(), identity.Actor{Realm: p.Realm}, ask)
	if err != nil {
		p.Kit.Log.ErrorContext(r.Context(), "no suggestions", "error", err)
	}
	var out []Similar
	for _, m := range found {
		s := Similar{ID: m.ID, Heading: m.PublicText, Place: p.Place(m.Area), State: p.State(say, m.State), Since: p.Kit.Ago(say, m.ReportedAt)}
		if s.Heading == "" {
			s.Heading = p.Type(say, m.Type)
		}
		out = append(out, s)
	}
	return out
}

// followOne is somebody saying "this is it".
func (p *Pages) followOne(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, 4<<10)
	if err := p.allow(w, r, p.Reports, "follow ", "matter.too_many_reports"); err != nil {
		return err
	}
	receipt, err := p.Matters.Follow(r.Context(), matter.Follow{Realm: p.Realm, ID: r.PostFormValue("id")})
	if err != nil {
		return err
	}
	webkit.Done(w, r, "/f/"+receipt.Number+"/"+receipt.Code, "public.done.follow")
	return nil
}

// followed shows the public side of a matter to somebody who follows it.
func (p *Pages) followed(w http.ResponseWriter, r *http.Request) error {
	if err := p.allow(w, r, p.Codes, "", "matter.too_many_codes"); err != nil {
		return p.ask(w, r, err)
	}
	d, err := p.Matters.FollowedPublicly(r.Context(), p.Realm, r.PathValue("number"), r.PathValue("code"))
	if err != nil {
		return p.ask(w, r, err)
	}
	page := FollowPage{Page: p.Kit.Page(r, "public.follow.title", "number", d.Number), Number: d.Number, Heading: d.Title}
	say := page.Printer
	if page.Heading == "" {
		page.Heading = p.Type(say, d.Type)
	}
	page.State = p.State(say, d.State)
	page.Facts = []webkit.Fact{
		{Term: say.T("matter.type"), Value: p.Type(say, d.Type)},
		{Term: say.T("matter.place"), Value: p.Place(d.Area)},
	}
	if page.Facts, err = p.decided(r, d.ID, page.Facts); err != nil {
		return err
	}
	if page.Timeline, err = p.Timeline(r.Context(), say, d, webmatter.Staff); err != nil {
		return err
	}
	photos, err := p.PublicPhotos(r.Context(), []string{d.ID})
	if err != nil {
		return err
	}
	page.Photos = photos[d.ID]
	return p.Kit.Render(private(w), r, http.StatusOK, "follow", page)
}
