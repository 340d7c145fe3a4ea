// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webdesk

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"

	"pavilion/internal/base/text"
	"pavilion/internal/civic/matter"
	"pavilion/internal/civic/matter/docket"
	"pavilion/internal/civic/matter/example"
	"pavilion/internal/civic/matter/picture"
	"pavilion/internal/civic/matter/relay"
	"pavilion/internal/core/files"
	"pavilion/internal/core/procedure"
	"pavilion/internal/core/release"
	"pavilion/internal/core/sight"
	"pavilion/internal/edge/web/webkit"
	"pavilion/internal/edge/web/webmatter"
)

// MatterPage is one matter, with the moves this person may make.
type MatterPage struct {
	webkit.Page
	List    *List // beside the matter; nil for none
	Back    string
	Number  string
	Heading string
	Tags    []webkit.Tag
	Light   webkit.Light
	Due     time.Time
	Text    string
	Photos  []webkit.Photo
	Facts   []webkit.Fact
	Points  string // address of the matter's point for the map; empty without one

	Clocks []webmatter.ClockView
	Near   []Relative
	Alike  []Relative
	Talks  []Relative // suggestions made of it, and their topics

	Suggest   string // where a suggestion is made of it; empty for who may not
	Tell      string // address of the form that tells it as an example; empty if it cannot be
	Access    string // address of the page that says who can see it
	Describe  string // where words for the public are written; empty for who may not
	Why       string // address of the page that says why a body is proposed
	Next      string // the likeliest move
	Moves     []MoveForm
	Aside     bool          // some of them are seldom made
	AsideOpen bool          // and one of those was sent with a fault
	Stale     string        // how the matter stands, when somebody changed it first
	Kept      []webkit.Fact // what was written for a move that is no longer possible
	Photo     bool          // photos were sent and have to be chosen again

	Reporter string // address of the page that leads to who reported; empty for those who do not write
	Unread   int    // answers of the reporter that nobody has read
	Timeline []webkit.Event
}

// answer is what a sent form adds to the page that is shown again.
type answer struct {
	status int
	err    error       // what was wrong
	sent   matter.Move // the move it was wrong with
	form   webkit.Form // what was sent
}

func (p *Pages) matter(w http.ResponseWriter, r *http.Request) error {
	d, err := p.Matters.Open(r.Context(), webkit.ActorOf(r), r.PathValue("id"), sight.Page)
	if err != nil {
		return err
	}
	if d.Asks && d.Stated.Purpose == "" {
		http.Redirect(w, r, matterForm(r, d.ID, "purpose"), http.StatusSeeOther)
		return nil
	}
	return p.matterPage(w, r, d, answer{status: http.StatusOK})
}

func (p *Pages) matterPage(w http.ResponseWriter, r *http.Request, d matter.Detail, a answer) error {
	about, err := p.page(r, "desk.matter.title", "number", d.Number)
	if err != nil {
		return err
	}
	view := MatterPage{
		Page: about, List: p.listBeside(r), Back: "/desk/matters", Number: d.Number, Heading: p.Heading(about.Printer, d.Matter),
		Tags: p.tags(about.Printer, d.Matter), Due: d.Due, Light: p.Light(d.Matter, p.Matters.Now()), Text: d.Text,
		Facts: p.facts(about.Printer, d.Matter),
	}
	if d.Asks {
		view.Warnings = append(view.Warnings, said(view.Printer, d))
	}
	if view.List != nil {
		view.Back = view.List.Href
		from, _, _ := strings.Cut(view.List.Href, "?")
		for i := range view.Menu {
			view.Menu[i].Here = view.Menu[i].Href == from
		}
	}
	view.Access = "/desk/matters/" + d.ID + "/access"
	if err := p.publicWords(r, &view, d.Matter); err != nil {
		return err
	}
	if example.Tellable(d.Matter) && deciding.Allows(webkit.ActorOf(r), p.Matters.Now()) {
		view.Tell = "/desk/matters/" + d.ID + "/example"
	}
	if writing.Allows(webkit.ActorOf(r), p.Matters.Now()) {
		view.Reporter = "/desk/matters/" + d.ID + "/reporter"
		if view.Unread, err = p.Relay.Unread(r.Context(), p.Realm, d.ID, relay.Staff); err != nil {
			return err
		}
	}
	view.Clocks, view.Near = p.Clocks(about.Printer, d), p.relatives(about.Printer, r, d)
	if view.Alike, err = p.alike(about.Printer, r, d); err != nil {
		return err
	}
	if p.Talks != nil {
		if view.Talks, view.Suggest, err = p.Talks(r, d.ID); err != nil {
			return err
		}
	}
	if d.Point != nil {
		view.Points = "/desk/matters/" + d.ID + "/point.json"
	}
	for _, year := range d.Warning {
		if s := view.T("kit.calendar_unpublished", "year", year); !slices.Contains(view.Warnings, s) {
			view.Warnings = append(view.Warnings, s)
		}
	}
	if view.Timeline, err = p.Timeline(r.Context(), about.Printer, d, webmatter.Staff); err != nil {
		return err
	}
	p.leadToPublic(r, &view, d.Matter)
	if first := &view.Timeline[0]; len(d.History) > 0 && d.History[0].Action == "report" {
		view.Photos, first.Photos = first.Photos, nil
	}
	if err := p.offer(r, &view, d, a); err != nil {
		return err
	}
	return p.Kit.Render(w, r, a.status, "desk_matter", view)
}

// publicWords says where the words for the public stand, and leads to them.
func (p *Pages) publicWords(r *http.Request, view *MatterPage, m matter.Matter) error {
	if m.Privacy != matter.PrivacyNone || !deciding.Allows(webkit.ActorOf(r), p.Matters.Now()) {
		return nil
	}
	drafts, err := p.Matters.Releases.Of(r.Context(), m.Realm, m.Subject())
	drafts = slices.DeleteFunc(drafts, func(d release.Draft) bool { return d.Kind != matter.PublicWords })
	if len(drafts) > 0 && drafts[0].State != release.Withdrawn {
		view.Facts = append(view.Facts, webkit.Fact{
			Term: view.T("release.kind." + matter.PublicWords), Value: view.T("release.state." + string(drafts[0].State)), Href: release.Page(drafts[0].ID),
		})
	}
	view.Describe = "/desk/matters/" + m.ID + "/public"
	return err
}

// said tells what somebody is shown a matter's words for, or that they are kept back.
func said(say *text.Printer, d matter.Detail) string {
	if d.Stated.Purpose == "" {
		return say.T("desk.matter.withheld")
	}
	return say.T("desk.matter.looked", "purpose", say.T("sight.purpose."+string(d.Stated.Purpose)))
}

// leadToPublic gives each photo the page where it is made public, for those who may.
func (p *Pages) leadToPublic(r *http.Request, view *MatterPage, m matter.Matter) {
	if !picture.Presentable(m.Privacy) || !deciding.Allows(webkit.ActorOf(r), p.Matters.Now()) {
		return
	}
	for _, e := range view.Timeline {
		for i := range e.Photos {
			e.Photos[i].Public = "/desk" + strings.TrimSuffix(e.Photos[i].Full, files.Full) + "public"
		}
	}
}

// Relative is a line about a matter that belongs to this one.
type Relative struct {
	What, Number, Title, Href string
	State                     webkit.Tag
}

// relatives draws those relatives that this person may see.
func (p *Pages) relatives(say *text.Printer, r *http.Request, d matter.Detail) []Relative {
	var out []Relative
	for _, m := range d.Near {
		if !p.Matters.Sees(webkit.ActorOf(r), m) {
			continue
		}
		what := "merged"
		switch {
		case m.ID == d.Parent:
			what = "parent"
		case m.ID == d.Main:
			what = "main"
		case m.Parent == d.ID:
			what = string(m.Relation)
		}
		out = append(out, Relative{
			What: say.T("desk.matter.relative." + what), Number: m.Number, Title: p.Heading(say, m),
			Href: matterAddress(m.ID, r.URL.Query().Get(fromParam)), State: p.State(say, m.State),
		})
	}
	return out
}

// alike suggests which matters this one may be the same as, while nobody has
// sent it out, to those who could merge it.
func (p *Pages) alike(say *text.Printer, r *http.Request, d matter.Detail) ([]Relative, error) {
	if !slices.ContainsFunc(d.Offers, func(o procedure.Offer) bool { return o.Action == "merge" && o.Why == nil }) {
		return nil, nil
	}
	found, err := p.Docket.Similar(r.Context(), webkit.ActorOf(r), docket.Asked{
		Realm: p.Realm, ID: d.ID, Type: d.Type, Text: d.Text, Area: d.Area, Town: d.Town, Point: d.Point, At: p.Matters.Now(),
	})
	var out []Relative
	for _, m := range found {
		var why []string
		for _, reason := range m.Reasons {
			why = append(why, say.T("desk.matter.alike."+reason))
		}
		out = append(out, Relative{
			What: strings.Join(why, say.T("desk.queue.comma")), Number: m.Number, Title: p.Heading(say, m.Matter),
			Href: matterAddress(m.ID, r.URL.Query().Get(fromParam)), State: p.State(say, m.State),
		})
	}
	return out, err
}

// facts are what is known of a matter besides its words.
func (p *Pages) facts(say *text.Printer, m matter.Matter) []webkit.Fact {
	all := []webkit.Fact{
		{Term: say.T("matter.number"), Value: m.Number},
		{Term: say.T("matter.type"), Value: p.Type(say, m.Type)},
		{Term: say.T("matter.place"), Value: p.Place(m.Area)},
		{Term: say.T("desk.matter.address"), Value: m.Address},
		{Term: say.T("matter.owner"), Value: p.Body(m.Owner)},
		{Term: say.T("desk.matter.reported"), Value: say.DateTime(m.ReportedAt.In(p.Matters.Calendar.Zone()))},
		{Term: say.T("desk.matter.reporter"), Value: reporter(say, m)},
		{Term: say.T("desk.matter.origin"), Value: origin(say, m.Origin)},
		{Term: say.T("desk.matter.about"), Value: p.Body(m.About)},
		{Term: say.T("desk.matter.followers"), Value: some(say, "desk.matter.followers_n", m.Followers)},
		{Term: say.T("desk.matter.applied"), Value: applied(say, m.Applied)},
		{Term: say.T("desk.matter.tries"), Value: some(say, "desk.matter.tries_n", m.Tries)},
		{Term: say.T("desk.matter.public_text"), Value: m.PublicText},
		{Term: say.T("desk.matter.reply"), Value: m.Reply},
	}
	return slices.DeleteFunc(all, func(f webkit.Fact) bool { return f.Value == "" })
}

// some says a number of things; nothing for none.
func some(say *text.Printer, key string, n int) string {
	if n == 0 {
		return ""
	}
	return say.T(key, "n", n)
}

// applied says what waits for its decision.
func applied(say *text.Printer, a matter.Application) string {
	if a.Kind == "" {
		return ""
	}
	return say.T("desk.matter.applied_"+a.Kind, "n", a.Days)
}

// reporter says what is known of who reported, and never who it is.
func reporter(say *text.Printer, m matter.Matter) string {
	switch {
	case m.Contactable:
		return say.T("desk.matter.contactable")
	case m.Reporter != "":
		return say.T("desk.matter.by_staff")
	}
	return say.T("desk.matter.anonymous")
}

// origin names the channel a matter came by.
func origin(say *text.Printer, origin string) string {
	channel, _, _ := strings.Cut(origin, ":")
	if say.Has("desk.origin." + channel) {
		return say.T("desk.origin." + channel)
	}
	return origin
}

// matterForm is where a form of a matter's page is sent: the list beside it is
// kept.
func matterForm(r *http.Request, id, what string) string {
	to := "/desk/matters/" + id + "/" + what
	return address(to, map[string][]string{fromParam: {r.URL.Query().Get(fromParam)}})
}

// point gives the map where a matter is.
func (p *Pages) point(w http.ResponseWriter, r *http.Request) error {
	d, err := p.Matters.Open(r.Context(), webkit.ActorOf(r), r.PathValue("id"), sight.Page)
	if err != nil {
		return err
	}
	say := p.Kit.Printer(p.Kit.LanguageOf(r))
	features := []any{}
	if d.Point != nil {
		features = append(features, map[string]any{
			"type": "Feature", "properties": map[string]string{"title": p.Heading(say, d.Matter), "href": matterAddress(d.ID, "")},
			"geometry": map[string]any{"type": "Point", "coordinates": []float64{d.Point.Lon, d.Point.Lat}},
		})
	}
	w.Header().Set("Content-Type", "application/geo+json")
	w.Header().Set("Cache-Control", "no-store")
	return json.NewEncoder(w).Encode(map[string]any{"type": "FeatureCollection", "features": features})
}
