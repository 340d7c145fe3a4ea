// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webfigures

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/text"
	"pavilion/internal/civic/evaluation"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/org"
	"pavilion/internal/edge/web/webkit"
)

// FiguresPage is the figures of a period.
type FiguresPage struct {
	webkit.Page
	Form      webkit.Form
	Periods   []webkit.Choice
	Ways      []webkit.Choice
	Whose     string // the place the cards are about
	Cards     []Card
	Trend     []Bar
	TrendOf   string
	Heading   string // of the breakdown
	Headings  []string
	Rows      []Row
	Held      bool // something is held back
	AsOf      time.Time
	Edition   int
	Query     string
	Up        string // to the breakdown above
	Empty     webkit.Empty
	PublicOne bool // the page is the public one
	Published BulletinLine
}

// Card is one indicator.
type Card struct {
	Code, Name, Value string
	N, Of             int
	What              string // the definition in words
	Basis             string
	Few               bool // too few cases to rank by
}

// Bar is one month of the trend.
type Bar struct {
	Label, Value string
	Height, X, Y int // of the drawing, in its units
	N, Of        int
}

// Row is one part of the breakdown.
type Row struct {
	Name, Href string
	Cells      []Cell
}

// Cell is one figure of a part.
type Cell struct {
	Value string
	N, Of int
	Held  bool
}

// shown are the indicators of the breakdown; the table has all of them.
var shown = []string{"completion", "response", "on_time", "solution", "satisfaction", "rework"}

// asked is what the page was asked for.
type asked struct {
	period evaluation.Period
	value  string
	by     evaluation.Dimension
	within string
	towns  []org.Area // the person's own; nil for all of the realm
}

// read reads the question, narrowed to what the person may see.
func (p *Pages) read(r *http.Request) (asked, error) {
	q := r.URL.Query()
	a := asked{by: evaluation.Dimension(q.Get("by")), within: q.Get("within")}
	a.period, a.value = parsePeriod(q.Get("period"), evaluation.MonthOf(p.Kit.Now(), p.Evaluation.Zone))
	actor := webkit.ActorOf(r)
	a.towns = p.own(actor)
	if a.towns != nil && len(a.towns) == 0 {
		return a, fault.New(fault.Denied, "kit.not_yours")
	}
	known := append(evaluation.Dimensions(), evaluation.Place, evaluation.Kind)
	if !slices.Contains(known, a.by) {
		a.by = evaluation.Town
	}
	if a.by != evaluation.Place && a.by != evaluation.Kind {
		a.within = ""
	}
	if a.towns != nil && a.by != evaluation.Town && (a.by != evaluation.Place || !a.has(a.within)) {
		a.by, a.within = evaluation.Town, ""
	}
	return a, nil
}

// has reports whether a town is among the person's own.
func (a asked) has(town string) bool {
	return a.towns == nil || slices.ContainsFunc(a.towns, func(t org.Area) bool { return strconv.FormatInt(t.Lo, 10) == town })
}

// own lists the towns whose figures somebody may see; nil for the whole realm. They
// are of all types: who has a grant for some has none for them.
func (p *Pages) own(actor identity.Actor) []org.Area {
	root, _ := p.Org.Root(p.Realm)
	out := []org.Area{}
	for _, g := range actor.Grants {
		if !slices.Contains(seeing, g.Role) || !g.For() || !g.Live(p.Kit.Now()) {
			continue
		}
		if g.Lo <= root.Lo && g.Hi >= root.Hi {
			return nil
		}
		for _, town := range p.Org.Children(p.Realm, root.ID) {
			if g.Lo <= town.Lo && town.Hi <= g.Hi {
				out = append(out, town)
			}
		}
	}
	return out
}

// figures shows the figures to staff.
func (p *Pages) figures(w http.ResponseWriter, r *http.Request) error {
	a, err := p.read(r)
	if err != nil {
		return err
	}
	counts, err := p.Counts(r)
	if err != nil {
		return err
	}
	view := FiguresPage{Page: p.Kit.DeskPage(r, counts, "figures.title")}
	say := view.Printer
	total, err := p.total(r, a)
	if err != nil {
		return err
	}
	view.Form = webkit.Form{Values: url.Values{"period": {a.value}, "by": {string(a.by)}}}
	view.Periods = periods(say, evaluation.MonthOf(p.Kit.Now(), p.Evaluation.Zone), a.period)
	for _, d := range evaluation.Dimensions() {
		if a.towns == nil || d == evaluation.Town {
			view.Ways = append(view.Ways, webkit.Choice{Value: string(d), Label: say.T("figures.by." + string(d))})
		}
	}
	view.AsOf, view.Edition, view.Query = total.AsOf, total.Edition, query(a)
	view.Cards = cards(say, total, false)
	if err := p.breakdown(r, &view, a); err != nil {
		return err
	}
	if a.towns == nil {
		if view.Trend, err = p.trend(r, say, a.period); err != nil {
			return err
		}
	}
	view.Empty = webkit.Empty{Icon: "list", Heading: say.T("figures.none"), Text: say.T("figures.none_help")}
	return p.Kit.Render(w, r, http.StatusOK, "figures_desk", view)
}

// query is the address of the same question.
func query(a asked) string {
	q := url.Values{"period": {a.value}, "by": {string(a.by)}}
	if a.within != "" {
		q.Set("within", a.within)
	}
	return q.Encode()
}

// total are the figures of all that somebody may see, as one line.
func (p *Pages) total(r *http.Request, a asked) (evaluation.Answer, error) {
	by := evaluation.All
	if a.towns != nil {
		by = evaluation.Town
	}
	answer, err := p.Evaluation.Figures(r.Context(), evaluation.Ask{Realm: p.Realm, Period: a.period, By: by})
	answer.Lines = slices.DeleteFunc(answer.Lines, func(l evaluation.Line) bool { return !a.has(l.Part) && by == evaluation.Town })
	answer.Lines = evaluation.Sum(answer.Lines)
	return answer, err
}

// cards draws each indicator of the first line.
func cards(say *text.Printer, answer evaluation.Answer, public bool) []Card {
	var out []Card
	for _, l := range answer.Lines[:min(1, len(answer.Lines))] {
		for _, f := range l.Figures {
			if public && !f.Indicator.Public {
				continue
			}
			key := "indicator." + f.Indicator.Code
			out = append(out, Card{
				Code: f.Indicator.Code, Name: say.T(key), Value: f.Rate.String(), N: f.Rate.N, Of: f.Rate.Of,
				What: say.T(key + ".what"), Basis: say.T(f.Indicator.Basis), Few: !f.Rate.Enough() && f.Rate.Of > 0,
			})
		}
	}
	return out
}

// breakdown draws the parts of the question.
func (p *Pages) breakdown(r *http.Request, view *FiguresPage, a asked) error {
	say := view.Printer
	lines, err := p.lines(r, a)
	if err != nil {
		return err
	}
	view.Heading = say.T("figures.by." + string(a.by))
	if a.within != "" {
		view.Heading = say.T("figures.within", "by", view.Heading, "name", p.partName(say, above(a.by), a.within))
		up := a
		up.by, up.within = above(a.by), ""
		view.Up = "/desk/figures?" + query(up)
	}
	view.Headings = []string{view.Heading, say.T("figures.cases")}
	for _, code := range shown {
		view.Headings = append(view.Headings, say.T("indicator."+code))
	}
	for _, l := range lines {
		row := Row{Name: p.partName(say, a.by, l.Part)}
		if below := below(a.by); below != "" {
			down := a
			down.by, down.within = below, l.Part
			row.Href = "/desk/figures?" + query(down)
		}
		row.Cells = append(row.Cells, cases(l))
		for _, code := range shown {
			i := slices.IndexFunc(l.Figures, func(f evaluation.Figure) bool { return f.Indicator.Code == code })
			if i < 0 {
				row.Cells = append(row.Cells, Cell{Value: evaluation.None})
				continue
			}
			rate := l.Figures[i].Rate
			view.Held = view.Held || rate.Held
			row.Cells = append(row.Cells, Cell{rate.String(), rate.N, rate.Of, rate.Held})
		}
		view.Rows = append(view.Rows, row)
	}
	return nil
}

// lines are the parts of the question, with what would tell of few held back.
func (p *Pages) lines(r *http.Request, a asked) ([]evaluation.Line, error) {
	answer, err := p.Evaluation.Figures(r.Context(), evaluation.Ask{Realm: p.Realm, Period: a.period, By: a.by, Within: a.within})
	if err != nil {
		return nil, err
	}
	lines := answer.Lines
	if a.by == evaluation.Town {
		lines = slices.DeleteFunc(lines, func(l evaluation.Line) bool { return !a.has(l.Part) })
	}
	if a.by == evaluation.Place || a.by == evaluation.Kind && slices.ContainsFunc(lines, func(l evaluation.Line) bool { return p.Restricted(l.Part) }) {
		lines = evaluation.HoldBack(lines)
	}
	slices.SortStableFunc(lines, func(a, b evaluation.Line) int { return cases(b).Of - cases(a).Of })
	return lines, nil
}

// cases is how many there were.
func cases(l evaluation.Line) Cell {
	for _, f := range l.Figures {
		if f.Indicator.Code == "registration" {
			if f.Rate.Held {
				return Cell{Value: evaluation.None, Held: true}
			}
			return Cell{Value: strconv.Itoa(f.Rate.Of), Of: f.Rate.Of}
		}
	}
	return Cell{Value: evaluation.None}
}

// below is the dimension that a part can be opened in; none for most.
func below(d evaluation.Dimension) evaluation.Dimension {
	return map[evaluation.Dimension]evaluation.Dimension{evaluation.Town: evaluation.Place, evaluation.Class: evaluation.Kind}[d]
}

// above is the dimension that a part was opened from.
func above(d evaluation.Dimension) evaluation.Dimension {
	return map[evaluation.Dimension]evaluation.Dimension{evaluation.Place: evaluation.Town, evaluation.Kind: evaluation.Class}[d]
}

// partName is what people call a part.
func (p *Pages) partName(say *text.Printer, d evaluation.Dimension, part string) string {
	switch d {
	case evaluation.Town, evaluation.Place:
		lo, err := strconv.ParseInt(part, 10, 64)
		if area, ok := p.Org.AreaAt(p.Realm, lo); ok && err == nil {
			return area.Name
		}
		return say.T("figures.no_place")
	case evaluation.Body:
		if b, ok := p.Org.Body(p.Realm, part); ok {
			return b.Name
		}
		return say.T("figures.no_body")
	}
	if part == "" {
		return say.T("figures.no_" + string(d))
	}
	for _, key := range []string{"type.group." + part, "type." + part, "desk.origin." + part, "figures.profile." + part} {
		if say.Has(key) {
			return say.T(key)
		}
	}
	return part
}

// The trend's drawing, in its own units.
const (
	barWidth  = 24
	barHeight = 100
)

// trend draws the completion of the twelve months up to the end of a period.
func (p *Pages) trend(r *http.Request, say *text.Printer, period evaluation.Period) ([]Bar, error) {
	span := evaluation.Period{From: period.To - 11, To: period.To}
	byMonth, err := p.Evaluation.Trend(r.Context(), p.Realm, span)
	var out []Bar
	most := 1
	for _, figures := range byMonth {
		most = max(most, cases(evaluation.Line{Figures: figures}).Of)
	}
	for n, m := range span.Months() {
		bar := Bar{Label: say.T("kit.month." + strconv.Itoa(m.Number())), X: n * barWidth, Value: evaluation.None}
		for _, f := range byMonth[m] {
			if f.Indicator.Code == "completion" {
				bar.Value, bar.N, bar.Of = f.Rate.String(), f.Rate.N, f.Rate.Of
			}
		}
		bar.Height = cases(evaluation.Line{Figures: byMonth[m]}).Of * barHeight / most
		bar.Y = barHeight - bar.Height
		out = append(out, bar)
	}
	return out, err
}

// public shows the indicators that everybody may see, for the realm as a whole.
func (p *Pages) public(w http.ResponseWriter, r *http.Request) error {
	view := FiguresPage{Page: p.Kit.Page(r, "figures.public_title"), PublicOne: true}
	now := evaluation.MonthOf(p.Kit.Now(), p.Evaluation.Zone)
	period, value := parsePeriod(r.URL.Query().Get("period"), now)
	answer, err := p.Evaluation.Figures(r.Context(), evaluation.Ask{Realm: p.Realm, Period: period, By: evaluation.All})
	if err != nil {
		return err
	}
	say := view.Printer
	view.Form = webkit.Form{Values: url.Values{"period": {value}}}
	view.Periods, view.AsOf, view.Edition = periods(say, now, period), answer.AsOf, answer.Edition
	view.Cards = cards(say, answer, true)
	if view.Published, err = p.publishedAs(r, say, period); err != nil {
		return err
	}
	view.Empty = webkit.Empty{Icon: "list", Heading: say.T("figures.none"), Text: say.T("figures.none_help")}
	return p.Kit.Render(w, r, http.StatusOK, "figures", view)
}
