// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webfigures

import (
	"net/http"
	"net/url"
	"strconv"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/page"
	"pavilion/internal/base/text"
	"pavilion/internal/civic/evaluation"
	"pavilion/internal/core/ledger"
	"pavilion/internal/edge/web/webkit"
)

// BulletinsPage lists the statistics that were published.
type BulletinsPage struct {
	webkit.Page
	Lines   []BulletinLine
	Next    string
	May     bool // publish
	Form    webkit.Form
	Periods []webkit.Choice
	Empty   webkit.Empty
}

// BulletinLine is one of them.
type BulletinLine struct {
	Href, Number, Name string
	At                 time.Time
	Cases              int
	State              webkit.Tag
	Problem            string
}

// BulletinPage is what was published about one period.
type BulletinPage struct {
	webkit.Page
	Line    BulletinLine
	Ready   bool // its file can be had
	Cards   []Card
	Parts   []BulletinParts
	Facts   []webkit.Fact // of the head
	Key     string
	Command string
}

// BulletinParts are the counts of one dimension.
type BulletinParts struct {
	Heading  string
	ID       string
	Headings []string
	Rows     []Row
}

// bulletins lists what was published.
func (p *Pages) bulletins(w http.ResponseWriter, r *http.Request) error {
	return p.bulletinsPage(w, r, http.StatusOK, webkit.NewForm(""))
}

func (p *Pages) bulletinsPage(w http.ResponseWriter, r *http.Request, status int, f webkit.Form) error {
	view := BulletinsPage{Page: p.Kit.Page(r, "bulletin.title"), Form: f}
	view.Errors = f.Errors
	after, err := page.ParseCursor(r.URL.Query().Get("after"))
	if err != nil {
		return err
	}
	list, err := p.Evaluation.Bulletins(r.Context(), p.Realm, after, page.Default)
	if err != nil {
		return err
	}
	for _, b := range list.Items {
		view.Lines = append(view.Lines, line(view.Printer, b))
	}
	if list.Next.More() {
		view.Next = "/figures/bulletins?after=" + list.Next.String()
	}
	now := evaluation.MonthOf(p.Kit.Now(), p.Evaluation.Zone)
	if view.May = p.Evaluation.MayPublish(webkit.ActorOf(r)); view.May {
		view.Periods = closed(view.Printer, now)
	}
	view.Empty = webkit.Empty{Icon: "list", Heading: view.T("bulletin.none"), Text: view.T("bulletin.none_help")}
	return p.Kit.Render(w, r, status, "bulletins", view)
}

// closed are the periods of this year and the last that are over, the latest first.
func closed(say *text.Printer, now evaluation.Month) []webkit.Choice {
	var out []webkit.Choice
	for _, year := range []int{now.Year(), now.Year() - 1} {
		span, err := evaluation.ParsePeriod(strconv.Itoa(year))
		if err != nil {
			continue
		}
		for _, c := range periods(say, now, span) {
			period, err := evaluation.ParsePeriod(c.Value)
			if err == nil && period.To < now && period.From.Year() == year {
				out = append(out, c)
			}
		}
	}
	return out
}

// line is a bulletin in a list.
func line(say *text.Printer, b evaluation.Bulletin) BulletinLine {
	out := BulletinLine{Href: "/figures/bulletins/" + b.Number, Number: b.Number, Name: named(say, b.Period), At: b.AskedAt, Cases: b.Cases}
	out.State = webkit.Tag{Word: say.T("bulletin.state.published"), Colour: "green"}
	if b.MadeAt.IsZero() {
		out.State = webkit.Tag{Word: say.T("bulletin.state.making"), Colour: "blue"}
	}
	if b.Problem != "" {
		out.State, out.Problem = webkit.Tag{Word: say.T("bulletin.state.kept"), Colour: "red"}, say.T(b.Problem)
	}
	return out
}

// named is what people call a period.
func named(say *text.Printer, p evaluation.Period) string {
	for _, c := range periods(say, p.To, p) {
		if c.Value == p.Name() {
			return c.Label
		}
	}
	return p.Name()
}

// bulletin shows one.
func (p *Pages) bulletin(w http.ResponseWriter, r *http.Request) error {
	b, err := p.Evaluation.Bulletin(r.Context(), p.Realm, r.PathValue("number"))
	if err != nil {
		return err
	}
	view := BulletinPage{Page: p.Kit.Page(r, "bulletin.one", "name", named(p.Kit.Printer(p.Kit.LanguageOf(r)), b.Period)), Key: p.Ledger.Key(p.Realm)}
	view.Line = line(view.Printer, b)
	if b.MadeAt.IsZero() {
		return p.Kit.Render(w, r, http.StatusOK, "bulletin", view)
	}
	answer, err := p.Evaluation.Published(r.Context(), b)
	if err != nil {
		return err
	}
	view.Cards = cards(view.Printer, answer[evaluation.All], true)
	for _, by := range []evaluation.Dimension{evaluation.Town, evaluation.Class, evaluation.Channel} {
		view.Parts = append(view.Parts, p.parts(view.Printer, by, answer[by].Lines))
	}
	_, err = p.Evaluation.Document(r.Context(), p.Realm, b.Number)
	if err != nil && fault.KindOf(err) != fault.Conflict {
		return err
	}
	view.Ready = err == nil
	head, err := ledger.OpenHead(b.Head, view.Key)
	if err != nil {
		return err
	}
	view.Facts = []webkit.Fact{
		{Term: view.T("ledger.size"), Value: strconv.FormatInt(head.Size, 10)},
		{Term: view.T("ledger.signed_at"), Value: view.Printer.DateTime(head.At.In(p.Evaluation.Zone))},
		{Term: view.T("bulletin.facts"), Value: b.Facts},
	}
	view.Command = "pavilion verify statistics " + fileName(b.Number) + " --key " + view.Key
	return p.Kit.Render(w, r, http.StatusOK, "bulletin", view)
}

// parts draws the counts of a dimension.
func (p *Pages) parts(say *text.Printer, by evaluation.Dimension, lines []evaluation.Line) BulletinParts {
	out := BulletinParts{Heading: say.T("figures.by." + string(by)), ID: "by-" + string(by)}
	out.Headings = []string{out.Heading}
	for _, l := range lines {
		row := Row{Name: p.partName(say, by, l.Part)}
		if l.Part == "" || l.Part == "0" {
			row.Name = say.T("bulletin.withheld")
		}
		for _, f := range l.Figures {
			if len(out.Rows) == 0 {
				out.Headings = append(out.Headings, say.T("indicator."+f.Indicator.Code))
			}
			row.Cells = append(row.Cells, Cell{f.Rate.String(), f.Rate.N, f.Rate.Of, false})
		}
		out.Rows = append(out.Rows, row)
	}
	return out
}

func fileName(number string) string { return "bulletin-" + number + ".jsonl.gz" }

// bulletinFile sends the facts of a bulletin with what proves them.
func (p *Pages) bulletinFile(w http.ResponseWriter, r *http.Request) error {
	d, err := p.Evaluation.Document(r.Context(), p.Realm, r.PathValue("number"))
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/gzip")
	w.Header().Set("Content-Disposition", `attachment; filename="`+fileName(d.Number)+`"`)
	return p.Evaluation.WriteBulletin(w, d)
}

// maxForm bounds a sent form, in bytes.
const maxForm = 4 << 10

// publish has the statistics of a period made.
func (p *Pages) publish(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	b, err := p.Evaluation.AskBulletin(r.Context(), evaluation.AskBulletin{
		Realm: p.Realm, Period: r.PostFormValue("period"), By: webkit.ActorOf(r),
	})
	if kind := fault.KindOf(err); kind == fault.Invalid || kind == fault.Conflict {
		return p.bulletinsPage(w, r, webkit.StatusOf(err), p.Kit.Again(r, err))
	}
	if err != nil {
		return err
	}
	webkit.Done(w, r, "/figures/bulletins/"+url.PathEscape(b.Number), "bulletin.asked")
	return nil
}

// publishedAs leads from the figures of a period to what was published about it; the
// number is empty where nothing was.
func (p *Pages) publishedAs(r *http.Request, say *text.Printer, period evaluation.Period) (BulletinLine, error) {
	b, err := p.Evaluation.BulletinOf(r.Context(), p.Realm, period)
	if fault.KindOf(err) == fault.Missing {
		return BulletinLine{}, nil
	}
	return line(say, b), err
}
