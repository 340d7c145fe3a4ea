// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package evaluation

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
)

// Edition is the name of the definitions among a realm's rules.
const Edition = "indicators"

// Indicator is the definition of one rate. What it is called and why it is so
// stand in the texts, under "indicator." and its code.
type Indicator struct {
	Code        string   `json:"code"`
	Numerator   string   `json:"numerator"`   // a measure
	Denominator string   `json:"denominator"` // a measure
	Period      string   `json:"period"`      // which date of a case places it in a period
	Exclude     []string `json:"exclude,omitempty"`
	Decimals    int      `json:"decimals"`
	Minimum     int      `json:"minimum,omitempty"` // cases below which it is shown and not ranked or scored
	Better      string   `json:"better"`            // "higher" or "lower"
	Public      bool     `json:"public,omitempty"`
	Basis       string   `json:"basis"`
}

// Weights is the definition of a score: the weights of indicators, in
// hundredths, which sum to 100.
type Weights struct {
	Code    string         `json:"code"`
	Weights map[string]int `json:"weights"`
}

// Book is one edition of the definitions.
type Book struct {
	Indicators []Indicator `json:"indicators"`
	Scores     []Weights   `json:"scores"`
}

// Parse reads definitions and refuses those that name what nobody can count.
func Parse(body []byte) (*Book, error) {
	var b Book
	in := json.NewDecoder(bytes.NewReader(body))
	in.DisallowUnknownFields()
	if err := in.Decode(&b); err != nil {
		return nil, fmt.Errorf("indicators: %w", err)
	}
	if wrong := b.Lint(); len(wrong) > 0 {
		return nil, fmt.Errorf("indicators: %s: %s", wrong[0].Path, wrong[0].Key)
	}
	return &b, nil
}

// Finding is something wrong with definitions.
type Finding struct{ Path, Key string }

// Lint lists what is wrong with definitions.
func (b *Book) Lint() []Finding {
	var out []Finding
	seen := map[string]Indicator{}
	counted, left, dated := Measures()
	for _, i := range b.Indicators {
		bad := func(wrong bool, field, key string) {
			if wrong {
				out = append(out, Finding{i.Code + "." + field, "figures.lint." + key})
			}
		}
		_, twice := seen[i.Code]
		bad(twice || i.Code == "", "code", "code")
		bad(!slices.Contains(counted, i.Numerator), "numerator", "measure")
		bad(!slices.Contains(counted, i.Denominator), "denominator", "measure")
		bad(!slices.Contains(dated, i.Period), "period", "period")
		bad(i.Decimals < 0 || i.Decimals > 4, "decimals", "decimals")
		bad(i.Minimum < 0, "minimum", "minimum")
		bad(i.Better != "higher" && i.Better != "lower", "better", "better")
		bad(i.Basis == "", "basis", "basis")
		for _, e := range i.Exclude {
			bad(!slices.Contains(left, e), "exclude", "exclusion")
		}
		seen[i.Code] = i
	}
	for _, w := range b.Scores {
		sum := 0
		for code, weight := range w.Weights {
			if _, ok := seen[code]; !ok || weight <= 0 {
				out = append(out, Finding{w.Code + "." + code, "figures.lint.weight"})
			}
			sum += weight
		}
		if sum != 100 {
			out = append(out, Finding{w.Code, "figures.lint.weights"})
		}
	}
	return out
}

// counts reports whether a fact counts for the denominator and the numerator of
// i. What is no whole case of its own never counts: its parent does.
func (i Indicator) counts(f Fact, now int64) (denominator, numerator bool) {
	if f.Relation != "" {
		return false, false
	}
	for _, name := range i.Exclude {
		if exclusions()[name](f) {
			return false, false
		}
	}
	if !measures()[i.Denominator](f, now) {
		return false, false
	}
	return true, measures()[i.Numerator](f, now)
}

// rate reads the counts of i.
func (i Indicator) rate(counts map[string]int) Rate {
	return Rate{N: counts[i.Code+".n"], Of: counts[i.Code+".d"], Decimals: i.Decimals, Minimum: i.Minimum}
}
