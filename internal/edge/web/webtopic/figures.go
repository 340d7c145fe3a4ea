// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webtopic

import (
	"net/http"
	"strconv"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/text"
	"pavilion/internal/civic/deliberation/topic"
	"pavilion/internal/edge/web/webkit"
)

// FiguresPage is what became of suggestions in a period and area.
type FiguresPage struct {
	webkit.Page
	Form           webkit.Form
	Areas, Periods []webkit.Choice
	Steps          []Step
	Where, When    string
}

// Step is one stage of the way, with its two counts and their ratio or why there is none.
type Step struct {
	Name  string
	Count int
	Unit  string // of what: suggestions or topics
	Share string // empty when it is not shown
	Why   string
}

// monthsBack is how many months can be chosen.
const monthsBack = 12

// periods lists this year and last, and the months before now.
func periods(say *text.Printer, now time.Time) (out []webkit.Choice) {
	for _, year := range []int{now.Year(), now.Year() - 1} {
		out = append(out, webkit.Choice{Value: strconv.Itoa(year), Label: say.T("topic.figures.year", "year", year)})
	}
	first := time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, now.Location())
	for i := range monthsBack {
		month := first.AddDate(0, -i, 0)
		out = append(out, webkit.Choice{Value: month.Format("2006-01"), Label: say.T("topic.figures.month", "year", month.Year(), "month", int(month.Month()))})
	}
	return out
}

// span reads a period: a year as 2026, or a month as 2026-09.
func span(given string, zone *time.Location) (from, to time.Time, err error) {
	if from, err = time.ParseInLocation("2006", given, zone); err == nil {
		return from, from.AddDate(1, 0, 0), nil
	}
	if from, err = time.ParseInLocation("2006-01", given, zone); err == nil {
		return from, from.AddDate(0, 1, 0), nil
	}
	return from, to, fault.New(fault.Invalid, "form.not_a_choice").At("period")
}

func (p *Pages) figures(w http.ResponseWriter, r *http.Request) error {
	zone := p.Topics.Calendar.Zone()
	now := p.Kit.Now().In(zone)
	view := FiguresPage{Page: p.Kit.Page(r, "topic.figures.title"), Form: webkit.Form{Values: webkit.Printable(r.URL.Query())}}
	say := view.Printer
	period := view.Form.Value("period")
	if period == "" {
		period = strconv.Itoa(now.Year())
		view.Form.Values.Set("period", period)
	}
	from, to, err := span(period, zone)
	if err != nil {
		return err
	}
	area := view.Form.Value("area")
	f, err := p.Topics.Figures(r.Context(), topic.Period{Realm: p.Realm, Area: area, From: from, To: to})
	if err != nil {
		return err
	}
	view.Areas, view.Periods = p.areas(say.T("topic.all_areas"), depths, everywhere), periods(say, now)
	root, _ := p.Org.Root(p.Realm)
	view.Where, view.When = root.Name, period
	if area != "" {
		view.Where = p.place(area)
	}
	for _, c := range view.Periods {
		if c.Value == period {
			view.When = c.Label
		}
	}
	view.Steps = steps(say, f)
	return p.Kit.Render(w, r, http.StatusOK, "topic_figures", view)
}

// steps are the stages of the way from suggestion to solution.
func steps(say *text.Printer, f topic.Figures) []Step {
	units := func(n int, of string) string {
		if n == 1 {
			of += "_one"
		}
		return say.T("topic.figures." + of)
	}
	whole := func(n int) string {
		return percent(topic.Ratio(topic.Sets{Suggestions: f.Suggestions, Topics: n, Behind: n}))
	}
	out := []Step{
		{Name: say.T("topic.figures.raised"), Count: f.Suggestions, Unit: units(f.Suggestions, "suggestions")},
		{Name: say.T("topic.figures.replied"), Count: f.Replied, Unit: units(f.Replied, "suggestions"), Share: whole(f.Replied)},
		{Name: say.T("topic.figures.gathered", "topics", f.Topics), Count: f.InTopics, Unit: units(f.InTopics, "suggestions"), Share: whole(f.InTopics)},
	}
	for _, s := range []struct {
		key string
		of  topic.Sets
	}{{"decided", f.Decided}, {"solved", f.Solved}} {
		step := Step{Name: say.T("topic.figures." + s.key), Count: s.of.Topics, Unit: units(s.of.Topics, "topics")}
		permille, why := topic.Ratio(s.of)
		if why == "" {
			step.Why = say.T("topic.figures.behind", "behind", s.of.Behind, "all", s.of.Suggestions, "share", percent(permille, why))
		} else {
			step.Why = say.T("topic.figures.why."+string(why), "n", map[topic.Why]int{topic.WhyOutside: s.of.Outside, topic.WhyUnlinked: s.of.Unlinked}[why])
		}
		out = append(out, step)
	}
	return out
}

// percent writes thousandths, or nothing where there is no ratio.
func percent(permille int, why topic.Why) string {
	if why != "" {
		return ""
	}
	return webkit.Percent(int64(permille), 1000)
}
