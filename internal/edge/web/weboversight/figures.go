// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package weboversight

import (
	"net/http"
	"strconv"

	"pavilion/internal/base/text"
	"pavilion/internal/civic/deliberation/oversight"
	"pavilion/internal/edge/web/webkit"
	"pavilion/internal/platform/sheet"
)

// FiguresPage is the counts of a period by body.
type FiguresPage struct {
	webkit.Page
	Form        webkit.Form
	Periods     []webkit.Choice
	Headings    []string
	Rows        []FigureRow
	Definitions []webkit.Fact
	CSV         string
	Path        string
	Desk        bool
	Empty       webkit.Empty
}

// FigureRow is one body.
type FigureRow struct {
	Name  string
	Cells []Cell
	Small []string // what stands small beside some, in columns of their own in a file
	Sum   bool
}

// Cell is a figure of a row, with what it is called and what stands small beside it.
type Cell struct{ Name, Value, Beside string }

// months is how far back the choice of periods reaches.
const months = 12

// period is what a request asks for: the present year if nothing that can be read.
func (p *Pages) period(r *http.Request) (value string, from, to oversight.Month) {
	value = r.URL.Query().Get("period")
	from, to, ok := oversight.ParsePeriod(value)
	if !ok {
		value = strconv.Itoa(p.Kit.Now().In(p.Zone).Year())
		from, to, _ = oversight.ParsePeriod(value)
	}
	return value, from, to
}

// periods are the present year, the one before, and the last months.
func (p *Pages) periods(say *text.Printer) (out []webkit.Choice) {
	now := p.Kit.Now().In(p.Zone)
	for _, y := range []int{now.Year(), now.Year() - 1} {
		out = append(out, webkit.Choice{Value: strconv.Itoa(y), Label: say.T("oversight.figures.year", "year", strconv.Itoa(y))})
	}
	for m := range oversight.Month(months) {
		at := oversight.MonthOf(now, p.Zone) - m
		out = append(out, webkit.Choice{Value: at.Text(), Label: say.T("oversight.figures.month", "year", at.Text()[:4], "month", at.Text()[5:])})
	}
	return out
}

// rows draws counts: each body, and all of them last.
func rows(say *text.Printer, f oversight.Figures) (out []FigureRow) {
	for _, r := range append(f.Rows, f.All) {
		row := FigureRow{Name: r.Name}
		switch {
		case len(out) == len(f.Rows):
			row.Name, row.Sum = say.T("oversight.figures.all"), true
		case r.Body == "":
			row.Name = say.T("oversight.figures.no_body")
		case r.Name == "":
			row.Name = say.T("oversight.figures.forgotten")
		}
		row.Small = []string{webkit.Percent(r.N[oversight.Deficient], r.N[oversight.Inspected]), r.Decided.Text(), r.Finished.Text()}
		for _, m := range oversight.Measures() {
			c := Cell{Name: say.T("oversight.measure." + string(m)), Value: strconv.FormatInt(r.N[m], 10)}
			switch m {
			case oversight.Deficient:
				c.Beside = row.Small[0]
			case oversight.Decided:
				c.Beside = median(say, r.Decided)
			case oversight.Finished:
				c.Beside = median(say, r.Finished)
			}
			row.Cells = append(row.Cells, c)
		}
		out = append(out, row)
	}
	return out
}

// median is a median in words; a dash where there is none.
func median(say *text.Printer, m oversight.Median) string {
	if m.N == 0 {
		return m.Text()
	}
	return say.T("oversight.figures.median", "days", m.Text())
}

func headings(say *text.Printer) []string {
	out := []string{say.T("oversight.figures.body")}
	for _, m := range oversight.Measures() {
		out = append(out, say.T("oversight.measure."+string(m)))
	}
	return out
}

// fill draws a page of counts.
func (p *Pages) fill(view *FiguresPage, value string, f oversight.Figures) {
	say := view.Printer
	view.Form, view.Periods, view.Headings = webkit.NewForm(""), p.periods(say), headings(say)
	view.Form.Values.Set("period", value)
	if len(f.Rows) > 0 {
		view.Rows = rows(say, f)
	}
	for _, m := range oversight.Measures() {
		view.Definitions = append(view.Definitions, webkit.Fact{Term: say.T("oversight.measure." + string(m)), Value: say.T("oversight.measure_def." + string(m))})
	}
	for _, name := range []string{"median_decided", "median_finished"} {
		view.Definitions = append(view.Definitions, webkit.Fact{Term: say.T("oversight.figures." + name), Value: say.T("oversight.measure_def." + name)})
	}
	view.Empty = webkit.Empty{Icon: "list", Heading: say.T("oversight.figures.none"), Text: say.T("oversight.figures.none_help")}
}

func (p *Pages) figures(w http.ResponseWriter, r *http.Request) error {
	value, from, to := p.period(r)
	f, err := p.Oversight.Count(r.Context(), webkit.ActorOf(r), from, to)
	if err != nil {
		return err
	}
	view := FiguresPage{CSV: figuresPath + ".csv?period=" + value, Path: figuresPath, Desk: true}
	if view.Page, err = p.page(r, "oversight.figures.title"); err != nil {
		return err
	}
	p.fill(&view, value, f)
	return p.Kit.Render(w, r, http.StatusOK, "oversight_figures", view)
}

func (p *Pages) public(w http.ResponseWriter, r *http.Request) error {
	value, from, to := p.period(r)
	f, err := p.Oversight.CountAll(r.Context(), p.Realm, from, to)
	if err != nil {
		return err
	}
	view := FiguresPage{Page: p.Kit.Page(r, "oversight.figures.title"), Path: publicPath}
	p.fill(&view, value, f)
	return p.Kit.Render(w, r, http.StatusOK, "oversight_public", view)
}

// table writes the counts as CSV.
func (p *Pages) table(w http.ResponseWriter, r *http.Request) error {
	value, from, to := p.period(r)
	f, err := p.Oversight.Count(r.Context(), webkit.ActorOf(r), from, to)
	if err != nil {
		return err
	}
	say := p.Kit.Printer(p.Kit.LanguageOf(r))
	w.Header().Set("Content-Type", sheet.CSV.ContentType())
	w.Header().Set("Content-Disposition", `attachment; filename="decisions-`+value+`.csv"`)
	w.Header().Set("Cache-Control", "no-store")
	out, err := sheet.NewWriter(w, sheet.CSV, append(headings(say),
		say.T("oversight.figures.share"), say.T("oversight.figures.median_decided"), say.T("oversight.figures.median_finished")))
	if err != nil {
		return err
	}
	for _, row := range rows(say, f) {
		cells := []any{row.Name}
		for _, c := range row.Cells {
			cells = append(cells, c.Value)
		}
		for _, small := range row.Small {
			cells = append(cells, small)
		}
		if err := out.Row(cells...); err != nil {
			return err
		}
	}
	return out.Close()
}
