// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webpublic

import (
	"net/http"
	"slices"
	"strings"

	"pavilion/internal/base/geo"
	"pavilion/internal/base/text"
	"pavilion/internal/civic/matter"
	"pavilion/internal/edge/web/webkit"
	"pavilion/internal/edge/web/webmatter"
)

// ReportPage is one of the three screens. What the other screens asked travels
// with it in hidden fields, so that nothing is kept for a report not yet sent.
type ReportPage struct {
	webkit.Page
	Form      webkit.Form
	Screen    string
	At        int // 1 to 3
	Types     []webkit.Choice
	Areas     []webkit.Choice
	Carried   []Carried
	Photos    []webkit.Choice // taken already
	Summary   []webkit.Fact
	Similar   []Similar
	MaxText   int
	MaxPhotos int
}

// Carried is a field of another screen.
type Carried struct{ Name, Value string }

// screens lists the screens in their order.
func screens() []string { return []string{screenWhat, screenWhere, screenCheck} }

// fieldsOf lists which fields a screen asks; none for a screen there is not.
func fieldsOf(screen string) []string {
	switch screen {
	case screenWhat:
		return []string{"text", "category", "photo"}
	case screenWhere:
		return []string{"lon", "lat", "area", "address"}
	case screenCheck:
		return []string{"contact_name", "contact_phone", "contact_mail", "contact_address"}
	}
	return nil
}

func (p *Pages) screen(w http.ResponseWriter, r *http.Request, status int, f webkit.Form, screen string) error {
	page := ReportPage{
		Page: p.Kit.Page(r, "public.report.title"), Form: f, Screen: screen, At: slices.Index(screens(), screen) + 1,
		MaxText: matter.MaxText, MaxPhotos: webmatter.MaxPhotos,
	}
	page.Errors = f.Errors
	say := page.Printer
	for n, photo := range p.ids(f.Values["photo"]) {
		page.Photos = append(page.Photos, webkit.Choice{Value: p.token(photo), Label: say.T("matter.photo", "n", n+1)})
	}
	for _, other := range screens() {
		if other != screen {
			page.Carried = append(page.Carried, carried(f, fieldsOf(other))...)
		}
	}
	switch screen {
	case screenWhat:
		page.Types = p.types(say)
	case screenWhere:
		page.Areas = p.towns(say.T("public.report.area_none"))
	case screenCheck:
		page.Summary = p.summary(say, f, len(page.Photos))
		page.Similar = p.similar(r, say, f)
	}
	return p.Kit.Render(private(w), r, status, "report", page)
}

// carried are the values sent for fields.
func carried(f webkit.Form, names []string) []Carried {
	var out []Carried
	for _, name := range names {
		for _, v := range f.Values[name] {
			out = append(out, Carried{name, v})
		}
	}
	return out
}

// types lists "something else", and then the frequent types.
func (p *Pages) types(say *text.Printer) []webkit.Choice {
	out := []webkit.Choice{{Label: say.T("public.report.other")}}
	for _, code := range p.Matters.Types.Current(p.Realm).Frequent() {
		out = append(out, webkit.Choice{Value: code, Label: say.T("type." + code)})
	}
	return out
}

// towns lists the towns after a choice of none.
func (p *Pages) towns(none string) []webkit.Choice {
	out := []webkit.Choice{{Label: none}}
	root, _ := p.Org.Root(p.Realm)
	for _, town := range p.Org.Children(p.Realm, root.ID) {
		out = append(out, webkit.Choice{Value: town.ID, Label: town.Name})
	}
	return out
}

// summary repeats what will be sent.
func (p *Pages) summary(say *text.Printer, f webkit.Form, photos int) []webkit.Fact {
	facts := []webkit.Fact{{Term: say.T("matter.text"), Value: f.Value("text")}}
	if _, ok := p.Matters.Types.Current(p.Realm).Find(f.Value("category")); ok {
		facts = append(facts, webkit.Fact{Term: say.T("matter.type"), Value: p.Type(say, f.Value("category"))})
	}
	place := p.Place(f.Value("area"))
	if point, err := geo.ParsePoint(f.Value("lon"), f.Value("lat")); err == nil {
		if area, ok := p.Org.Locate(p.Realm, point); ok {
			place = p.Place(area.ID)
		}
	}
	facts = append(facts, webkit.Fact{Term: say.T("matter.place"), Value: strings.TrimSpace(place + " " + f.Value("address"))})
	if photos > 0 {
		facts = append(facts, webkit.Fact{Term: say.T("public.report.photos"), Value: say.T("public.report.photo_count", "n", photos)})
	}
	return facts
}
