// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webdesk

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"pavilion/internal/base/clock"
	"pavilion/internal/base/page"
	"pavilion/internal/base/text"
	"pavilion/internal/civic/matter/docket"
	"pavilion/internal/core/procedure"
	"pavilion/internal/edge/web/webkit"
)

// ListPage is a list by itself.
type ListPage struct {
	webkit.Page
	List List
}

// Filter is the sentence that narrows the queue.
type Filter struct {
	Form   webkit.Form
	Terms  []webkit.Choice
	Types  []webkit.Choice
	Areas  []webkit.Choice
	States []webkit.Choice
	Said   string // the chosen states in words
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

// filterParams are the parameters of the queue's address.
var filterParams = []string{"state", "type", "area", "overdue", afterParam}

// queueList draws the open matters that somebody may see.
func (p *Pages) queueList(ctx context.Context, ask asking, given url.Values) (List, error) {
	q := url.Values{}
	for _, name := range filterParams {
		if v, ok := given[name]; ok {
			q[name] = v
		}
	}
	after, err := page.ParseCursor(q.Get(afterParam))
	if err != nil {
		return List{}, err
	}
	found, err := p.Docket.List(ctx, ask.actor, p.narrow(q), after, page.Default)
	if err != nil {
		return List{}, err
	}
	l := List{Title: ask.say.T("desk.queue.title"), Href: address("/desk/matters", q), Empty: p.queueEmpty(ask.say, q)}
	for _, m := range found.Items {
		l.Work = append(l.Work, p.line(ask, m, strings.TrimPrefix(l.Href, "/desk/")))
	}
	l.turn("/desk/matters", q, found.Next)
	l.Filter, err = p.filter(ctx, ask.say, q)
	return l, err
}

// narrow reads the filter of an address. What it does not know narrows nothing.
func (p *Pages) narrow(q url.Values) docket.Filter {
	f := docket.Filter{Type: q.Get("type")}
	for _, s := range q["state"] {
		if s != "" {
			f.States = append(f.States, procedure.State(s))
		}
	}
	if a, ok := p.Org.Area(p.Realm, q.Get("area")); ok {
		f.Lo, f.Hi = a.Lo, a.Hi
	}
	if q.Get("overdue") != "" {
		f.Light = clock.Red
	}
	return f
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

func (p *Pages) filter(ctx context.Context, say *text.Printer, q url.Values) (*Filter, error) {
	states, err := p.openStates(ctx)
	if err != nil {
		return nil, err
	}
	f := &Filter{
		Form:  webkit.Form{Values: q, Prefix: "filter-"},
		Terms: []webkit.Choice{{Label: say.T("desk.queue.any_term")}, {Value: "1", Label: say.T("desk.queue.overdue")}},
		Types: append([]webkit.Choice{{Label: say.T("desk.queue.any_type")}}, p.Types(say)[1:]...),
		Areas: p.areaChoices(say, q.Get("area")),
	}
	var chosen []string
	for _, s := range states {
		c := webkit.Choice{Value: string(s), Label: say.T("matter.state." + string(s))}
		f.States = append(f.States, c)
		if f.Form.Has("state", c.Value) {
			chosen = append(chosen, c.Label)
		}
	}
	f.Said = strings.Join(chosen, say.T("desk.queue.comma"))
	if len(chosen) == 0 {
		f.Said = say.T("desk.queue.any_state")
	}
	return f, nil
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

// areaChoices lists the towns, and below the chosen area and those above it what
// lies in them.
func (p *Pages) areaChoices(say *text.Printer, chosen string) []webkit.Choice {
	root, _ := p.Org.Root(p.Realm)
	open := map[string]bool{root.ID: true}
	for a, ok := p.Org.Area(p.Realm, chosen); ok && !open[a.ID]; a, ok = p.Org.Area(p.Realm, a.Parent) {
		open[a.ID] = true
	}
	out := []webkit.Choice{{Label: say.T("desk.queue.any_area")}}
	var below func(parent string, depth int)
	below = func(parent string, depth int) {
		for _, a := range p.Org.Children(p.Realm, parent) {
			out = append(out, webkit.Choice{Value: a.ID, Label: strings.Repeat("\u3000", depth) + a.Name})
			if open[a.ID] {
				below(a.ID, depth+1)
			}
		}
	}
	below(root.ID, 0)
	return out
}
