// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webrights

import (
	"encoding/csv"
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/text"
	"pavilion/internal/core/retention"
	"pavilion/internal/edge/web/webkit"
)

// ReportPage says what was destroyed in a period.
type ReportPage struct {
	webkit.Page
	From, To string // days, both included
	Report   retention.Report
	Lines    []ReportLine
	CSV      string
	JSON     string
}

// ReportLine counts what was destroyed by one rule.
type ReportLine struct {
	Kind, Class, State, Deed, Cause, Rule, Edition, By string
	Stones, Records                                    int
}

// period reads the days that are asked for: the last thirty without any.
func (p *Pages) period(r *http.Request) (from, to time.Time, err error) {
	zone := p.Kit.Calendar.Zone()
	to = p.Kit.Now().In(zone)
	from = to.AddDate(0, 0, -30)
	for name, at := range map[string]*time.Time{"from": &from, "to": &to} {
		if given := r.URL.Query().Get(name); given != "" {
			if *at, err = time.ParseInLocation(time.DateOnly, given, zone); err != nil {
				return from, to, fault.New(fault.Invalid, "form.not_a_date").At(name)
			}
		}
	}
	if to.Before(from) {
		from, to = to, from
	}
	return from, to, nil
}

func (p *Pages) report(w http.ResponseWriter, r *http.Request) error {
	from, to, err := p.period(r)
	if err != nil {
		return err
	}
	first, last := from.Format(time.DateOnly), to.Format(time.DateOnly)
	begin, _ := time.ParseInLocation(time.DateOnly, first, from.Location()) // it was written a line above
	end, _ := time.ParseInLocation(time.DateOnly, last, to.Location())
	report, err := p.Keeping.Report(r.Context(), p.Realm, begin, end.AddDate(0, 0, 1))
	if err != nil {
		return err
	}
	about, err := p.page(r, "retention.report.title")
	if err != nil {
		return err
	}
	view := ReportPage{Page: about, From: first, To: last, Report: report}
	for _, l := range report.Lines {
		view.Lines = append(view.Lines, p.reportLine(r, about.Printer, l))
	}
	link := keeping + "/report?from=" + first + "&to=" + last + "&format="
	view.CSV, view.JSON = link+"csv", link+"json"
	switch r.URL.Query().Get("format") {
	case "json":
		attach(w, "application/json", "destroyed-"+first+"-"+last+".json")
		return json.NewEncoder(w).Encode(report)
	case "csv":
		attach(w, "text/csv; charset=utf-8", "destroyed-"+first+"-"+last+".csv")
		return writeCSV(w, about.Printer, view)
	}
	return p.Kit.Render(w, r, http.StatusOK, "retention_report", view)
}

func attach(w http.ResponseWriter, kind, name string) {
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
}

func (p *Pages) reportLine(r *http.Request, say *text.Printer, l retention.Line) ReportLine {
	out := ReportLine{
		Kind: say.T("rights.kind." + l.Kind), Class: l.Class, Deed: say.T("retention.deed." + string(l.Deed)), Cause: say.T("retention.cause." + l.Cause),
		Rule: l.Rule, Stones: l.Stones, Records: l.Records, By: p.Name(r.Context(), l.By),
	}
	if l.State != "" && say.Has("retention.state."+l.State) {
		out.State = say.T("retention.state." + l.State)
	}
	if l.Edition > 0 {
		out.Edition = strconv.Itoa(l.Edition)
	}
	if out.By == "" {
		out.By = say.T("role.system")
	}
	return out
}

// writeCSV writes the lines of a report, then its batches with their hashes.
func writeCSV(w http.ResponseWriter, say *text.Printer, view ReportPage) error {
	if _, err := w.Write([]byte("\ufeff")); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	rows := [][]string{{
		say.T("retention.column.kind"), say.T("retention.column.class"), say.T("retention.column.state"), say.T("retention.column.deed"),
		say.T("retention.column.cause"), say.T("retention.column.rule"), say.T("retention.column.edition"), say.T("retention.column.by"),
		say.T("retention.column.items"), say.T("retention.column.records"),
	}}
	for _, l := range view.Lines {
		rows = append(rows, []string{l.Kind, l.Class, l.State, l.Deed, l.Cause, l.Rule, l.Edition, l.By, strconv.Itoa(l.Stones), strconv.Itoa(l.Records)})
	}
	rows = append(rows, []string{}, []string{
		say.T("retention.column.batch"), say.T("retention.column.at"), say.T("retention.column.items"), say.T("retention.column.records"),
		say.T("retention.column.sum"), say.T("retention.column.sound"),
	})
	for _, b := range view.Report.Batches {
		rows = append(rows, []string{b.ID, b.At.UTC().Format(time.RFC3339), strconv.Itoa(b.Stones), strconv.Itoa(b.Records), b.Sum, strconv.FormatBool(b.Sound)})
	}
	return out.WriteAll(rows)
}
