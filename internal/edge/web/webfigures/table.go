// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webfigures

import (
	"net/http"

	"pavilion/internal/civic/evaluation"
	"pavilion/internal/platform/sheet"
)

// table writes the breakdown with every indicator, its counts and its score.
func (p *Pages) table(w http.ResponseWriter, r *http.Request) error {
	a, err := p.read(r)
	if err != nil {
		return err
	}
	lines, err := p.lines(r, a)
	if err != nil {
		return err
	}
	format := sheet.Format(r.PathValue("format"))
	if format != sheet.XLSX {
		format = sheet.CSV
	}
	say := p.Kit.Printer(p.Kit.LanguageOf(r))
	headings := []string{say.T("figures.by." + string(a.by))}
	if len(lines) > 0 {
		for _, f := range lines[0].Figures {
			name := say.T("indicator." + f.Indicator.Code)
			headings = append(headings, name, say.T("figures.column_n", "name", name), say.T("figures.column_of", "name", name))
		}
	}
	w.Header().Set("Content-Type", format.ContentType())
	w.Header().Set("Content-Disposition", `attachment; filename="figures-`+a.value+`.`+string(format)+`"`)
	w.Header().Set("Cache-Control", "no-store")
	out, err := sheet.NewWriter(w, format, headings)
	if err != nil {
		return err
	}
	for _, l := range lines {
		cells := []any{p.partName(say, a.by, l.Part)}
		for _, f := range l.Figures {
			cells = append(cells, rateCells(f.Rate)...)
		}
		if err := out.Row(cells...); err != nil {
			return err
		}
	}
	return out.Close()
}

// rateCells are a rate as it prints, and its counts; nothing of what is held back.
func rateCells(r evaluation.Rate) []any {
	if r.Held {
		return []any{evaluation.None, nil, nil}
	}
	return []any{r.String(), r.N, r.Of}
}
