// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webpublic

import (
	"context"
	"net/http"

	"pavilion/internal/base/page"
	"pavilion/internal/base/text"
	"pavilion/internal/civic/matter"
	"pavilion/internal/core/release"
	"pavilion/internal/edge/web/webkit"
)

// HomePage is the first page.
type HomePage struct {
	webkit.Page
	Form   webkit.Form
	Latest []webkit.Entry
	How    []string // texts of the steps that a matter takes
}

// ListPage is the public list.
type ListPage struct {
	webkit.Page
	Form    webkit.Form
	Towns   []webkit.Choice
	Only    string // the place shown, when it is none of the towns
	Entries []webkit.Entry
	Pager   webkit.Pager
	Empty   webkit.Empty
}

// latest is how many matters the first page shows.
const latest = 6

// how are the texts of what becomes of a report.
func how() []string {
	return []string{"public.home.how.1", "public.home.how.2", "public.home.how.3", "public.home.how.4"}
}

func (p *Pages) home(w http.ResponseWriter, r *http.Request) error {
	view := HomePage{Page: p.Kit.Page(r, "public.home.title"), Form: webkit.NewForm(""), How: how()}
	list, err := p.Docket.Public(r.Context(), p.Realm, 0, 0, page.Cursor{}, latest)
	if err != nil {
		return err
	}
	if view.Latest, err = p.entries(r.Context(), view.Printer, list.Items); err != nil {
		return err
	}
	if err := p.picture(r, view.Latest, list.Items); err != nil {
		return err
	}
	return p.Kit.Render(w, r, http.StatusOK, "home", view)
}

func (p *Pages) list(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	cursor, err := page.ParseCursor(q.Get("after"))
	if err != nil {
		return err
	}
	view := ListPage{Page: p.Kit.Page(r, "public.list.title"), Form: webkit.Form{Values: q}}
	var lo, hi int64
	if area, ok := p.Org.Area(p.Realm, q.Get("area")); ok {
		lo, hi = area.Lo, area.Hi
		if area.Depth > 1 {
			view.Only = p.Place(area.ID)
		}
	}
	list, err := p.Docket.Public(r.Context(), p.Realm, lo, hi, cursor, page.Default)
	if err != nil {
		return err
	}
	view.Towns = p.towns(view.T("public.list.everywhere"))
	if view.Entries, err = p.entries(r.Context(), view.Printer, list.Items); err != nil {
		return err
	}
	if err := p.picture(r, view.Entries, list.Items); err != nil {
		return err
	}
	view.Empty = empty(view.Printer)
	q.Del("after")
	if q.Del("done"); cursor != (page.Cursor{}) {
		view.Pager.Newer = "/matters?" + q.Encode()
	}
	if list.Next.More() {
		q.Set("after", list.Next.String())
		view.Pager.Older = "/matters?" + q.Encode()
	}
	return p.Kit.Render(w, r, http.StatusOK, "list", view)
}

func empty(say *text.Printer) webkit.Empty {
	return webkit.Empty{
		Icon: "list", Heading: say.T("public.list.empty"), Text: say.T("public.list.empty_help"),
		Href: "/report", Action: say.T("public.menu.report"),
	}
}

// entries draws lines that hold nothing but what may be public.
func (p *Pages) entries(ctx context.Context, say *text.Printer, list []matter.Matter) ([]webkit.Entry, error) {
	shown, err := p.told(ctx, list)
	var out []webkit.Entry
	for _, m := range list {
		if shown[m.Subject()].State != release.Withdrawn {
			delete(shown, m.Subject()) // that words wait concerns who reported it
		}
		out = append(out, webkit.Entry{
			Title: p.Type(say, m.Type), Text: publicWords(say, m, shown), Place: p.Place(m.Area), State: p.State(say, m.State), At: m.ReportedAt,
		})
	}
	return out, err
}

// told says of each matter what everybody may know of its words for the public.
func (p *Pages) told(ctx context.Context, list []matter.Matter) (map[string]release.Shown, error) {
	subjects := make([]string, len(list))
	for i, m := range list {
		subjects[i] = m.Subject()
	}
	return p.Matters.Releases.Shown(ctx, p.Realm, matter.PublicWords, subjects)
}

// publicWords are a matter's words for the public; where there are none, that they
// wait, or why they were withdrawn.
func publicWords(say *text.Printer, m matter.Matter, shown map[string]release.Shown) string {
	switch s := shown[m.Subject()]; {
	case m.PublicText != "":
		return m.PublicText
	case s.State == release.Waiting:
		return say.T("release.public_waiting")
	case s.State == release.Withdrawn:
		return say.T("release.public_withdrawn", "reason", s.Reason)
	}
	return ""
}

// picture adds the photos that everybody may see of the matters that entries are about.
func (p *Pages) picture(r *http.Request, entries []webkit.Entry, list []matter.Matter) error {
	var ids []string
	for _, m := range list {
		ids = append(ids, m.ID)
	}
	photos, err := p.PublicPhotos(r.Context(), ids)
	for i, m := range list {
		entries[i].Photos = photos[m.ID]
	}
	return err
}
