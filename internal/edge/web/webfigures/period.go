// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webfigures

import (
	"fmt"
	"strconv"

	"pavilion/internal/base/text"
	"pavilion/internal/civic/evaluation"
	"pavilion/internal/edge/web/webkit"
)

// parsePeriod reads "2026", "2026-Q3" or "2026-09". What is none is the year so far.
func parsePeriod(s string, now evaluation.Month) (evaluation.Period, string) {
	period, err := evaluation.ParsePeriod(s)
	if err != nil {
		s = strconv.Itoa(now.Year())
		period, _ = evaluation.ParsePeriod(s) // a year of the calendar
	}
	return period, s
}

// yearsBack is how many years the picker offers besides the present one.
const yearsBack = 3

// periods lists what can be chosen: years, and the quarters and months of the
// one that is chosen.
func periods(say *text.Printer, now evaluation.Month, chosen evaluation.Period) []webkit.Choice {
	var out []webkit.Choice
	years := []int{chosen.From.Year()}
	for y := now.Year(); y >= now.Year()-yearsBack; y-- {
		if y != years[0] {
			years = append(years, y)
		}
	}
	for _, y := range years {
		out = append(out, webkit.Choice{Value: strconv.Itoa(y), Label: say.T("figures.year", "year", strconv.Itoa(y))})
		if y != years[0] {
			continue
		}
		for q := 1; q <= 4; q++ {
			out = append(out, webkit.Choice{Value: fmt.Sprintf("%d-Q%d", y, q), Label: say.T("figures.quarter", "year", strconv.Itoa(y), "n", q)})
		}
		for m := 1; m <= 12; m++ {
			out = append(out, webkit.Choice{
				Value: fmt.Sprintf("%d-%02d", y, m),
				Label: say.T("figures.month", "year", strconv.Itoa(y), "month", say.T(fmt.Sprintf("kit.month.%d", m))),
			})
		}
	}
	return out
}
