// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webrelay

import (
	"net/http"

	"pavilion/internal/base/page"
	"pavilion/internal/edge/web/webkit"
)

// ListPage is the requests that somebody may know of.
type ListPage struct {
	webkit.Page
	Waiting []Line
	Lines   []Line
	Next    string
}

// list shows what waits first, and then everything, the latest first.
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
		waiting, err := p.Relay.List(r.Context(), webkit.ActorOf(r), true, page.Cursor{}, page.Max)
		if err != nil {
			return err
		}
		for _, v := range waiting.Items {
			view.Waiting = append(view.Waiting, p.line(r, about.Printer, v))
		}
	}
	all, err := p.Relay.List(r.Context(), webkit.ActorOf(r), false, before, page.Default)
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
