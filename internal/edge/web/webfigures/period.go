// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webfigures

import (
	"fmt"
	"strconv"
	"strings"

	"pavilion/internal/base/text"
	"pavilion/internal/civic/evaluation"
	"pavilion/internal/edge/web/webkit"
)

// month is the month of a year, 1 to 12.
func month(year, n int) evaluation.Month { return evaluation.Month(year*12 + n - 1) }

// parsePeriod reads "2026", "2026-Q3" or "2026-09". What is none is the year so far.
func parsePeriod(s string, now evaluation.Month) (evaluation.Period, string) {
	year, rest, _ := strings.Cut(s, "-")
	y, err := strconv.Atoi(year)
	if err != nil || y < 2000 || y > 2200 {
		return parsePeriod(strconv.Itoa(now.Year()), now)
	}
	if q, ok := strings.CutPrefix(rest, "Q"); ok {
		if n, err := strconv.Atoi(q); err == nil && n >= 1 && n <= 4 {
			return evaluation.Period{From: month(y, 3*n-2), To: month(y, 3*n)}, s
		}
	}
	if n, err := strconv.Atoi(rest); err == nil && n >= 1 && n <= 12 {
		return evaluation.Period{From: month(y, n), To: month(y, n)}, s
	}
	return evaluation.Period{From: month(y, 1), To: month(y, 12)}, year
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
