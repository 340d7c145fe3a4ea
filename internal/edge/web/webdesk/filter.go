// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webdesk

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"pavilion/internal/base/clock"
	"pavilion/internal/base/text"
	"pavilion/internal/civic/matter/docket"
	"pavilion/internal/core/procedure"
	"pavilion/internal/edge/web/webkit"
)

// filterParams are the parameters of the queue's address.
var filterParams = []string{
	"state", "type", "area", "light", "owner", "origin", "applied", "flag", "from_day", "to_day", "ended", afterParam,
}

// flags are conditions that hold or do not.
var flags = []string{"supervised", "escalated", "returned", "parts", "mine"}

// channels are the origins that people tell apart.
var channels = []string{"web", "hall", "hotline", "grid", "volunteer", "patrol", "desk", "api", "import"}

// Filter is the sentence that narrows the queue.
type Filter struct {
	Form     webkit.Form
	Lights   []webkit.Choice
	Types    []webkit.Choice
	Areas    []webkit.Choice
	States   []webkit.Choice
	Owners   []webkit.Choice
	Channels []webkit.Choice
	Applied  []webkit.Choice
	Flags    []webkit.Choice
	Said     string // the chosen states in words
	More     bool   // one of the further conditions is chosen
	Views    []SavedView
	Query    string // what a view of this filter would keep
}

// SavedView is a filter that somebody keeps, as a link.
type SavedView struct {
	docket.View
	Href string
}

// LightCount is how many open matters have a light, with the list of them.
type LightCount struct {
	Light webkit.Light
	N     int
	Href  string
	Here  bool
}

// known keeps of an address what the queue knows.
func known(given url.Values) url.Values {
	q := url.Values{}
	for _, name := range filterParams {
		if v, ok := given[name]; ok {
			q[name] = v
		}
	}
	return q
}

// lasting is a filter without the place in its list, and without what is empty.
func lasting(q url.Values) url.Values {
	out := url.Values{}
	for name, values := range q {
		for _, v := range values {
			if v != "" && name != afterParam {
				out.Add(name, v)
			}
		}
	}
	return out
}

// narrow reads the filter of an address. What it does not know narrows nothing.
func (p *Pages) narrow(ask asking, q url.Values) docket.Filter {
	f := docket.Filter{
		Type: digits(q.Get("type")), Origin: q.Get("origin"), Applied: q.Get("applied"), Ended: q.Get("ended") != "",
		Light: clock.Light(q.Get("light")), From: p.date(q.Get("from_day")), To: p.date(q.Get("to_day")),
	}
	if !f.To.IsZero() {
		f.To = f.To.AddDate(0, 0, 1) // the day itself too
	}
	for _, s := range q["state"] {
		if s != "" {
			f.States = append(f.States, procedure.State(s))
		}
	}
	for _, flag := range q["flag"] {
		f.Supervised = f.Supervised || flag == "supervised"
		f.Escalated = f.Escalated || flag == "escalated"
		f.Returned = f.Returned || flag == "returned"
		f.Parts = f.Parts || flag == "parts"
		if flag == "mine" {
			f.Keeper = ask.actor.Account
		}
	}
	if a, ok := p.Org.Area(p.Realm, q.Get("area")); ok {
		f.Lo, f.Hi = a.Lo, a.Hi
	}
	if b, ok := p.Org.Body(p.Realm, q.Get("owner")); ok {
		f.Owner = b.ID
	}
	return f
}

// digits is a code of the catalogue, or nothing.
func digits(code string) string {
	if strings.Trim(code, "0123456789") != "" || len(code) > 6 {
		return "none"
	}
	return code
}

// date reads a day; what is none is no bound.
func (p *Pages) date(day string) time.Time {
	at, err := time.ParseInLocation(time.DateOnly, day, p.Matters.Calendar.Zone())
	if err != nil {
		return time.Time{}
	}
	return at
}

func (p *Pages) filter(ctx context.Context, ask asking, q url.Values) (*Filter, error) {
	say := ask.say
	states, err := p.openStates(ctx)
	if err != nil {
		return nil, err
	}
	f := &Filter{
		Form:     webkit.Form{Values: q, Prefix: "filter-"},
		Lights:   choices(say, "desk.queue.light.", "any", string(clock.Red), string(clock.Yellow), string(clock.Green)),
		Types:    append([]webkit.Choice{{Label: say.T("desk.queue.any_type")}}, p.Types(say)[1:]...),
		Areas:    p.areaChoices(say, q.Get("area")),
		Owners:   []webkit.Choice{{Label: say.T("desk.queue.any_owner")}},
		Channels: append([]webkit.Choice{{Label: say.T("desk.queue.any_origin")}}, choices(say, "desk.origin.", channels...)...),
		Applied:  choices(say, "desk.queue.applied.", "any", "extension", "suspension", "void"),
		Flags:    choices(say, "desk.queue.flag.", flags...),
		Query:    lasting(q).Encode(),
	}
	for _, b := range p.Org.Bodies(p.Realm) {
		f.Owners = append(f.Owners, webkit.Choice{Value: b.ID, Label: b.Name})
	}
	for _, name := range []string{"owner", "origin", "applied", "flag", "from_day", "to_day", "ended"} {
		f.More = f.More || q.Get(name) != ""
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
	views, err := p.Docket.Views(ctx, ask.actor)
	for _, v := range views {
		f.Views = append(f.Views, SavedView{v, "/desk/matters?" + v.Query})
	}
	return f, err
}

// choices are values with their texts; the value "any" is none.
func choices(say *text.Printer, prefix string, values ...string) []webkit.Choice {
	out := make([]webkit.Choice, len(values))
	for i, v := range values {
		out[i] = webkit.Choice{Value: v, Label: say.T(prefix + v)}
		if v == "any" {
			out[i].Value = ""
		}
	}
	return out
}

// lights counts the open matters of a filter by the light of their term.
func (p *Pages) lights(ctx context.Context, ask asking, q url.Values) ([]LightCount, error) {
	f := p.narrow(ask, q)
	if f.Ended {
		return nil, nil
	}
	counts, err := p.Docket.Lights(ctx, ask.actor, f)
	if err != nil {
		return nil, err
	}
	var out []LightCount
	for _, l := range []struct {
		light clock.Light
		drawn webkit.Light
	}{{clock.Red, webkit.Over}, {clock.Yellow, webkit.Near}, {clock.Green, webkit.OnTime}} {
		to := lasting(q)
		to.Set("light", string(l.light))
		here := q.Get("light") == string(l.light)
		if here {
			to.Del("light")
		}
		out = append(out, LightCount{l.drawn, counts[l.light], address("/desk/matters", to), here})
	}
	return out, nil
}

// saveView keeps a filter under a name.
func (p *Pages) saveView(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	given, err := url.ParseQuery(r.PostFormValue("query"))
	if err != nil {
		given = url.Values{}
	}
	query := lasting(known(given)).Encode()
	_, err = p.Docket.SaveView(r.Context(), docket.SaveView{
		Realm: p.Realm, Name: r.PostFormValue("name"), Query: query, By: webkit.ActorOf(r),
	})
	if err != nil {
		return err
	}
	webkit.Done(w, r, "/desk/matters?"+query, "desk.done.save_view")
	return nil
}

// dropView forgets one of somebody's own filters.
func (p *Pages) dropView(w http.ResponseWriter, r *http.Request) error {
	if err := p.Docket.DropView(r.Context(), webkit.ActorOf(r), r.PathValue("id")); err != nil {
		return err
	}
	webkit.Done(w, r, "/desk/matters", "desk.done.drop_view")
	return nil
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
