// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package websurvey

import (
	"strconv"

	"pavilion/internal/base/text"
	"pavilion/internal/civic/deliberation/survey"
	"pavilion/internal/edge/web/webkit"
)

// ResultView is a result as pages show it: options down, channels across.
type ResultView struct {
	Facts []webkit.Fact
	Heads []string
	Rows  []ResultRow
	Held  bool // something is held back
	None  bool // the answers are
}

// ResultRow is one answer with how many gave it, in all and by channel.
type ResultRow struct {
	Label string
	All   string
	Cells []string
}

// held stands where a number is held back.
const held = "—"

func (p *Pages) result(say *text.Printer, v survey.Survey, r survey.Result) *ResultView {
	out := &ResultView{None: r.Held, Held: r.Held, Facts: []webkit.Fact{
		{Term: say.T("survey.asked"), Value: say.T("survey.households_n", "n", r.Asked)},
		{Term: say.T("survey.answered"), Value: say.T("survey.households_n", "n", r.Answered)},
		{Term: say.T("survey.rate"), Value: webkit.Percent(int64(r.Answered), int64(r.Asked))},
		{Term: say.T("survey.closed_at"), Value: say.DateTime(r.ClosedAt.In(p.Zone))},
	}}
	for _, l := range r.Lines {
		out.Heads = append(out.Heads, say.T("survey.channel."+string(l.Channel)))
		out.Held = out.Held || l.Held
	}
	row := func(label string, all int, cell func(survey.Line) int) {
		line := ResultRow{Label: label, All: strconv.Itoa(all)}
		for _, l := range r.Lines {
			n := held
			if !l.Held {
				n = strconv.Itoa(cell(l))
			}
			line.Cells = append(line.Cells, n)
		}
		out.Rows = append(out.Rows, line)
	}
	if r.Held {
		return out
	}
	for _, c := range choices(say, v) {
		row(c.Label, r.N(c.Value), func(l survey.Line) int { return l.Of(c.Value) })
	}
	row(say.T("survey.sum"), r.Answered, func(l survey.Line) int { return l.Answered })
	return out
}
