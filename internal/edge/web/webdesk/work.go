// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webdesk

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"pavilion/internal/base/page"
	"pavilion/internal/civic/matter"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/inbox"
	"pavilion/internal/core/notify"
	"pavilion/internal/core/org"
	"pavilion/internal/core/sight"
	"pavilion/internal/edge/web/webkit"
	"pavilion/internal/platform/db"
)

// WorkPage is the first page: what waits for this person, and what they were
// told and have not read.
type WorkPage struct {
	webkit.Page
	List    List
	Notices []Notice
	More    bool // unread notices than are shown
}

// latest is how many unread notices the first page shows.
const latest = 5

func (p *Pages) work(w http.ResponseWriter, r *http.Request) error {
	l, err := p.workList(r.Context(), p.asking(r), r.URL.Query())
	if err != nil {
		return err
	}
	view := WorkPage{List: l}
	if view.Page, err = p.page(r, "desk.work.title"); err != nil {
		return err
	}
	all, err := p.told(r.Context(), view.Page, page.Cursor{}, page.Default)
	if err != nil {
		return err
	}
	for _, n := range all.Items {
		if !n.Read {
			view.Notices = append(view.Notices, n)
		}
	}
	if len(view.Notices) > latest {
		view.Notices, view.More = view.Notices[:latest], true
	}
	return p.Kit.Render(w, r, http.StatusOK, "desk_work", view)
}

// workList draws what waits for somebody, the most urgent first.
func (p *Pages) workList(ctx context.Context, ask asking, given url.Values) (List, error) {
	q := url.Values{afterParam: {given.Get(afterParam)}}
	after, err := page.ParseCursor(given.Get(afterParam))
	if err != nil {
		return List{}, err
	}
	found, err := p.inbox(ctx, ask.actor, after)
	if err != nil {
		return List{}, err
	}
	l := List{
		Title: ask.say.T("desk.work.title"), Href: address("/desk", q),
		Empty: webkit.Empty{Icon: "circle-check", Heading: ask.say.T("desk.work.empty"), Text: ask.say.T("desk.work.empty_help")},
	}
	if err := p.nameItems(ctx, ask, found.Items); err != nil {
		return List{}, err
	}
	for _, item := range found.Items {
		l.Work = append(l.Work, p.waiting(ask, item, address("work", q)))
	}
	if len(p.seats(ask.actor)) == 0 {
		l.Empty.Icon, l.Empty.Heading, l.Empty.Text = "user", ask.say.T("desk.work.no_seat"), ask.say.T("desk.work.no_seat_help")
	}
	l.turn("/desk", q, found.Next)
	return l, nil
}

// inbox reads a page of what waits for somebody, without what the relay keeps from
// them. A page of which nothing is left is passed over.
func (p *Pages) inbox(ctx context.Context, a identity.Actor, after page.Cursor) (found page.Page[inbox.Item], err error) {
	seats := append(p.seats(a), inbox.Seat{Role: sight.InboxRole, Body: a.Account})
	for {
		err = p.DB.View(ctx, func(tx *db.Tx) (err error) {
			found, err = inbox.List(ctx, tx, p.Realm, seats, after, page.Default)
			return err
		})
		if err != nil {
			return found, err
		}
		var subjects []string
		for _, i := range found.Items {
			subjects = append(subjects, i.Subject)
		}
		withheld, err := p.Relay.Withheld(ctx, a, subjects)
		found.Items = slices.DeleteFunc(found.Items, func(i inbox.Item) bool { return withheld[i.Subject] })
		if err != nil || len(found.Items) > 0 || !found.Next.More() {
			return found, err
		}
		after = found.Next
	}
}

// nameItems says type and place of items whose titles are kept back.
func (p *Pages) nameItems(ctx context.Context, ask asking, items []inbox.Item) error {
	var ids []string
	for _, i := range items {
		if id, ok := strings.CutPrefix(i.Subject, matter.Subject("")); ok && i.Title == "" {
			ids = append(ids, id)
		}
	}
	for i := range items {
		if items[i].Role == sight.InboxRole && items[i].Title == "" {
			items[i].Title = ask.say.T("sight.inbox")
		}
	}
	named, err := p.Docket.Named(ctx, ask.actor, ids)
	for i := range items {
		id, _ := strings.CutPrefix(items[i].Subject, matter.Subject(""))
		if m, ok := named[id]; ok && items[i].Title == "" {
			items[i].Title = p.Heading(ask.say, m)
		}
	}
	return err
}

// waiting draws one item.
func (p *Pages) waiting(ask asking, i inbox.Item, from string) webkit.Work {
	kind, _, _ := strings.Cut(i.Subject, "/")
	if key := "desk.work.kind." + kind; ask.say.Has(key) {
		i.Title = strings.TrimSpace(ask.say.T(key) + " " + i.Title)
	}
	return webkit.Work{
		Href: i.Link + "?" + url.Values{fromParam: {from}}.Encode(), Title: i.Title, Place: p.placeAt(i.Place), Owner: p.Body(i.Body),
		Tags: []webkit.Tag{{Word: ask.say.T("desk.work.for." + i.Role), Colour: "blue"}}, Due: i.Due,
		Light: webkit.LightOf(i.Since, i.Due, p.Matters.Now(), false), Here: strings.HasSuffix(i.Link, "/"+ask.beside) && ask.beside != "",
	}
}

// placeAt names the area that a place is.
func (p *Pages) placeAt(place int64) string {
	all := p.Org.Areas(p.Realm)
	i, ok := slices.BinarySearchFunc(all, place, func(a org.Area, place int64) int { return cmp.Compare(a.Lo, place) })
	if !ok {
		return ""
	}
	return p.Place(all[i].ID)
}

// told lists what somebody was told.
func (p *Pages) told(ctx context.Context, about webkit.Page, before page.Cursor, size int) (page.Page[Notice], error) {
	var found page.Page[notify.Message]
	err := p.DB.View(ctx, func(tx *db.Tx) (err error) {
		found, err = notify.List(ctx, tx, p.Realm, about.Actor.Account, before, size)
		return err
	})
	out := page.Page[Notice]{Next: found.Next}
	for _, m := range found.Items {
		out.Items = append(out.Items, Notice{Text: notify.Say(about.Printer, m), Link: m.Link, At: m.At, Read: m.Read})
	}
	return out, err
}

// MenuPage is the desk's menu by itself.
type MenuPage struct{ webkit.Page }

// menu shows all of the menu on a page of its own: a telephone has no room for it
// beside the work.
func (p *Pages) menu(w http.ResponseWriter, r *http.Request) error {
	counts, err := p.Counts(r)
	if err != nil {
		return err
	}
	return p.Kit.Render(w, r, http.StatusOK, "desk_menu", MenuPage{p.Kit.DeskPage(r, counts, "kit.menu")})
}
