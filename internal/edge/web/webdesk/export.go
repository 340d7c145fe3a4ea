// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webdesk

import (
	"fmt"
	"net/http"

	"pavilion/internal/base/text"
	"pavilion/internal/civic/matter"
	"pavilion/internal/platform/sheet"
)

// exported are the columns of an export, by their text keys. Words of reporters
// and their contacts are not among them.
var exported = []string{
	"matter.number", "desk.export.state", "matter.type", "desk.export.type_name", "matter.place", "matter.owner",
	"desk.matter.origin", "desk.matter.reported", "desk.export.due", "desk.export.light", "desk.export.escalation",
	"desk.export.returns", "desk.export.relation", "desk.export.followers", "desk.export.rating",
}

// export writes all of a filtered list as a table, row by row: what it holds in
// memory does not grow with the list.
func (p *Pages) export(w http.ResponseWriter, r *http.Request) error {
	format := sheet.Format(r.PathValue("format"))
	if format != sheet.CSV && format != sheet.XLSX {
		format = sheet.CSV
	}
	ask := p.asking(r)
	q := known(r.URL.Query())
	rows := p.Docket.All(r.Context(), ask.actor, p.narrow(ask, lasting(q)))
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
	for m, err := range rows {
		if err == nil {
			err = out.Row(p.exportRow(ask.say, m)...)
		}
		if err != nil {
			p.Kit.Log.Error("an export broke off", "error", err)
			return out.Row(ask.say.T("desk.export.broken")) // and no end: a workbook without one does not open
		}
	}
	return out.Close()
}

func (p *Pages) exportRow(say *text.Printer, m matter.Matter) []any {
	zone := p.Matters.Calendar.Zone()
	light, due := "", any(nil)
	if l := m.Light(p.Matters.Now()); l != "" {
		light, due = say.T("desk.queue.light."+string(l)), m.Due.In(zone)
	}
	relation := ""
	if m.Relation != "" {
		relation = say.T("desk.matter.relative." + string(m.Relation))
	}
	return []any{
		m.Number, say.T("matter.state." + string(m.State)), m.Type, p.Type(say, m.Type), p.Place(m.Area), p.Body(m.Owner),
		origin(say, m.Origin), m.ReportedAt.In(zone), due, light, m.Escalation, m.Returns, relation, m.Followers, m.Rating,
	}
}
