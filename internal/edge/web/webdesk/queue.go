// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webdesk

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"pavilion/internal/base/page"
	"pavilion/internal/base/text"
	"pavilion/internal/core/procedure"
	"pavilion/internal/edge/web/webkit"
)

// ListPage is a list by itself.
type ListPage struct {
	webkit.Page
	List List
}

func (p *Pages) queue(w http.ResponseWriter, r *http.Request) error {
	return p.listPage(w, r, "desk.queue.title", p.queueList)
}

// listPage shows a list by itself.
func (p *Pages) listPage(w http.ResponseWriter, r *http.Request, titleKey string,
	draw func(context.Context, asking, url.Values) (List, error)) error {
	l, err := draw(r.Context(), p.asking(r), r.URL.Query())
	if err != nil {
		return err
	}
	view := ListPage{List: l}
	if view.Page, err = p.page(r, titleKey); err != nil {
		return err
	}
	return p.Kit.Render(w, r, http.StatusOK, "desk_queue", view)
}

// queueList draws the open matters that somebody may see.
func (p *Pages) queueList(ctx context.Context, ask asking, given url.Values) (List, error) {
	q := known(given)
	after, err := page.ParseCursor(q.Get(afterParam))
	if err != nil {
		return List{}, err
	}
	found, err := p.Docket.List(ctx, ask.actor, p.narrow(ask, q), after, page.Default)
	if err != nil {
		return List{}, err
	}
	l := List{Title: ask.say.T("desk.queue.title"), Query: lasting(q).Encode(), Href: address("/desk/matters", q), Empty: p.queueEmpty(ask.say, q)}
	for _, m := range found.Items {
		l.Work = append(l.Work, p.line(ask, m, strings.TrimPrefix(l.Href, "/desk/")))
	}
	l.turn("/desk/matters", q, found.Next)
	if l.Filter, err = p.filter(ctx, ask, q); err != nil {
		return l, err
	}
	l.Lights, err = p.lights(ctx, ask, q)
	return l, err
}

func (p *Pages) queueEmpty(say *text.Printer, q url.Values) webkit.Empty {
	if address("", q) == "" {
		return webkit.Empty{Icon: "circle-check", Heading: say.T("desk.queue.empty"), Text: say.T("desk.queue.empty_help")}
	}
	return webkit.Empty{
		Icon: "filter", Heading: say.T("desk.queue.none"), Text: say.T("desk.queue.none_help"),
		Href: "/desk/matters", Action: say.T("desk.queue.all"),
	}
}

// openStates lists the states that a matter may wait in, in the order of the
// procedure.
func (p *Pages) openStates(ctx context.Context) ([]procedure.State, error) {
	d, err := p.definition(ctx)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(inOrder(d), func(s procedure.State) bool { return d.States[s].Final }), nil
}
