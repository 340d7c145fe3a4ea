// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webdesk

import (
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"strings"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/text"
	"pavilion/internal/base/trace"
	"pavilion/internal/civic/matter/docket"
	"pavilion/internal/core/sight"
	"pavilion/internal/edge/web/webkit"
	"pavilion/internal/platform/sheet"
)

// exported are the columns of an export, by their text keys. What reporters wrote
// and who they are is not among them; the last four are words that a class leaves
// to lists, and what was found in them.
var exported = []string{
	"matter.number", "desk.export.state", "matter.type", "desk.export.type_name", "matter.place", "matter.owner",
	"desk.matter.origin", "desk.matter.reported", "desk.export.due", "desk.export.light", "desk.export.escalation",
	"desk.export.returns", "desk.export.relation", "desk.export.followers", "desk.export.rating",
	"desk.export.title_column", "desk.export.address", "desk.export.public_text", "desk.export.found",
}

// complete is the wording in which words stay as they were written.
const complete = "complete"

// ExportPage asks how a list is to be taken away.
type ExportPage struct {
	webkit.Page
	Query    string // the list's
	Form     webkit.Form
	Formats  []webkit.Choice
	Wordings []webkit.Choice
	Purposes []webkit.Choice
}

func (p *Pages) exportForm(w http.ResponseWriter, r *http.Request) error {
	f := webkit.Form{Values: url.Values{"format": {string(sheet.XLSX)}, "wording": {"redacted"}}}
	return p.exportPage(w, r, http.StatusOK, ExportPage{Form: f, Query: lasting(known(r.URL.Query())).Encode()})
}

func (p *Pages) exportPage(w http.ResponseWriter, r *http.Request, status int, view ExportPage) (err error) {
	if view.Page, err = p.page(r, "desk.export.title"); err != nil {
		return err
	}
	view.Errors = view.Form.Errors
	view.Formats = choices(view.Printer, "desk.export.format.", string(sheet.XLSX), string(sheet.CSV))
	for _, name := range []string{"redacted", complete} {
		view.Wordings = append(view.Wordings, webkit.Choice{
			Value: name, Label: view.T("desk.export.wording." + name), Hint: view.T("desk.export.wording." + name + "_hint"),
		})
	}
	for _, purpose := range sight.Purposes() {
		view.Purposes = append(view.Purposes, webkit.Choice{Value: string(purpose), Label: view.T("sight.purpose." + string(purpose))})
	}
	return p.Kit.Render(w, r, status, "desk_export", view)
}

// exportSent exports as the form says.
func (p *Pages) exportSent(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxBulkForm)
	if err := r.ParseForm(); err != nil {
		return fault.New(fault.Invalid, "matter.form_unreadable")
	}
	q, err := url.ParseQuery(r.PostFormValue("query"))
	if err != nil {
		q = url.Values{} // a list that is not narrowed
	}
	err = p.export(w, r, q, sheet.Format(r.PostFormValue("format")), docket.Export{
		Complete: r.PostFormValue("wording") == complete, Purpose: sight.Purpose(r.PostFormValue("purpose")), Words: r.PostFormValue("words"),
	})
	if fault.KindOf(err) == fault.Invalid {
		view := ExportPage{Form: p.Kit.Again(r, err), Query: lasting(known(q)).Encode()}
		return p.exportPage(w, r, webkit.StatusOf(err), view)
	}
	return err
}

// exportPlain exports with all traces of persons taken out, at an address that can
// be kept.
func (p *Pages) exportPlain(w http.ResponseWriter, r *http.Request) error {
	return p.export(w, r, r.URL.Query(), sheet.Format(r.PathValue("format")), docket.Export{})
}

// export writes all of a filtered list as a table, row by row: what it holds in
// memory does not grow with the list. It fails only before the first byte.
func (p *Pages) export(w http.ResponseWriter, r *http.Request, q url.Values, format sheet.Format, c docket.Export) error {
	if format != sheet.CSV && format != sheet.XLSX {
		format = sheet.CSV
	}
	ask := p.asking(r)
	c.By, c.Filter = ask.actor, p.narrow(ask, lasting(known(q)))
	c.Mark = func(k trace.Kind) string { return ask.say.T("trace.mark." + string(k)) }
	lines, err := p.Docket.Export(r.Context(), c)
	if err != nil {
		return err
	}
	name := fmt.Sprintf("matters-%s.%s", p.Matters.Now().In(p.Matters.Calendar.Zone()).Format("20060102-1504"), format)
	w.Header().Set("Content-Type", format.ContentType())
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
	w.Header().Set("Cache-Control", "no-store")
	headings := make([]string, len(exported))
	for i, key := range exported {
		headings[i] = ask.say.T(key)
	}
	out, err := sheet.NewWriter(w, format, headings)
	if err != nil {
		return err
	}
	return p.exportLines(out, ask.say, lines)
}

func (p *Pages) exportLines(out *sheet.Writer, say *text.Printer, lines iter.Seq2[docket.Line, error]) error {
	for l, err := range lines {
		if err == nil {
			err = out.Row(p.exportRow(say, l)...)
		}
		if err != nil {
			p.Kit.Log.Error("an export broke off", "error", err)
			return out.Row(say.T("desk.export.broken")) // and no end: a workbook without one does not open
		}
	}
	return out.Close()
}

func (p *Pages) exportRow(say *text.Printer, m docket.Line) []any {
	zone := p.Matters.Calendar.Zone()
	light, due := "", any(nil)
	if l := m.Light(p.Matters.Now()); l != "" {
		light, due = say.T("desk.queue.light."+string(l)), m.Due.In(zone)
	}
	relation := ""
	if m.Relation != "" {
		relation = say.T("desk.matter.relative." + string(m.Relation))
	}
	found := make([]string, len(m.Found))
	for i, k := range m.Found {
		found[i] = say.T("trace.mark." + string(k))
	}
	return []any{
		m.Number, say.T("matter.state." + string(m.State)), m.Type, p.Type(say, m.Type), p.Place(m.Area), p.Body(m.Owner),
		origin(say, m.Origin), m.ReportedAt.In(zone), due, light, m.Escalation, m.Returns, relation, m.Followers, m.Rating,
		m.Title, m.Address, m.PublicText, strings.Join(found, ""),
	}
}
