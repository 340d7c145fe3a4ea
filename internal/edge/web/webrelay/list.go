// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webrelay

import (
	"net/http"

	"pavilion/internal/base/page"
	"pavilion/internal/base/text"
	"pavilion/internal/civic/matter/relay"
	"pavilion/internal/edge/web/webkit"
)

// ListPage is the requests that somebody may know of.
type ListPage struct {
	webkit.Page
	Waiting []Line
	Lines   []Line // all others
	Next    string
}

// list shows what waits first, and then everything else, the latest first.
func (p *Pages) list(w http.ResponseWriter, r *http.Request) error {
	before, err := page.ParseCursor(r.URL.Query().Get("after"))
	if err != nil {
		return err
	}
	about, err := p.page(r, "relay.list.title")
	if err != nil {
		return err
	}
	view := ListPage{Page: about}
	if !before.More() {
		if view.Waiting, err = p.waiting(r, about.Printer); err != nil {
			return err
		}
	}
	all, err := p.Relay.List(r.Context(), webkit.ActorOf(r), relay.Settled, before, page.Default)
	if err != nil {
		return err
	}
	for _, v := range all.Items {
		view.Lines = append(view.Lines, p.line(r, about.Printer, v))
	}
	if all.Next.More() {
		view.Next = root + "?after=" + all.Next.String()
	}
	return p.Kit.Render(w, r, http.StatusOK, "relay_list", view)
}

// waiting draws all that waits: it lapses within days, so that it is never much.
func (p *Pages) waiting(r *http.Request, say *text.Printer) (out []Line, err error) {
	for found := (page.Page[relay.Reveal]{}); ; {
		found, err = p.Relay.List(r.Context(), webkit.ActorOf(r), relay.Waiting, found.Next, page.Max)
		for _, v := range found.Items {
			out = append(out, p.line(r, say, v))
		}
		if err != nil || !found.Next.More() {
			return out, err
		}
	}
}
