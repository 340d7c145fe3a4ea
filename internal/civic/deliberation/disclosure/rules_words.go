// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package disclosure

import (
	"fmt"
	"slices"
	"strconv"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/form"
	"pavilion/internal/base/trace"
	"pavilion/internal/civic/deliberation/tally"
)

// Bounds of what is written, in characters, and of days.
const (
	maxTitle   = 80
	maxIssuer  = 60
	maxBody    = 8000
	maxWhy     = 200
	maxWords   = 2000
	maxName    = 40
	maxPhone   = 40
	maxBoard   = 60
	maxPurpose = 200
	maxBoards  = 20
	maxDays    = 365
)

// usualDays is for how long a notice stands where no law sets it: as long as the
// committees' laws ask of them, 15 days (in force from 2026-01-01).
const usualDays = 15

// least is the fewest days for which a notice has to stand, and the text of the law that
// says so: what the rules ask of the body that decided, or of the committees of villages
// and residents where no body is named. Rules of which none sets days leave it to one day.
func least(rules ...tally.Rule) (days int, basis string) {
	days = 1
	for _, r := range rules {
		if r.Disclosure > days {
			days, basis = r.Disclosure, r.Basis
		}
	}
	return days, basis
}

// daysFor is for how long a notice will stand: as asked, or where nothing was asked the
// usual time or what the law sets, whichever is more. It fails with Invalid for fewer
// days than the law sets: nobody can shorten that.
func daysFor(asked, least int, basis string) (int, error) {
	switch {
	case asked == 0:
		return max(usualDays, least), nil
	case asked < least:
		f := fault.New(fault.Invalid, "disclosure.too_short").At("days").With("days", strconv.Itoa(least))
		f.Basis = basis
		return 0, f
	case asked > maxDays:
		return 0, fault.New(fault.Invalid, "disclosure.too_long").At("days").With("days", strconv.Itoa(maxDays))
	}
	return asked, nil
}

// wording cleans the words of a notice.
func wording(w Wording, correcting bool) (Wording, error) {
	var faults []*fault.Error
	read := func(given *string, field string, longest int, lines bool) {
		out, err := words(*given, field, longest, lines)
		if f, ok := fault.As(err); ok {
			faults = append(faults, f)
		}
		*given = out
	}
	read(&w.Title, "title", maxTitle, false)
	read(&w.Issuer, "issuer", maxIssuer, false)
	read(&w.Body, "text", maxBody, true)
	if correcting {
		read(&w.Why, "why", maxWhy, false)
	} else {
		w.Why = ""
	}
	return w, fault.Join(faults...)
}

// words cleans a text: not empty, and not too long. Traces of persons in it are found
// before somebody releases it.
func words(given, field string, longest int, lines bool) (string, error) {
	out, err := optional(given, field, longest, lines)
	if err == nil && out == "" {
		err = fault.New(fault.Invalid, "form.required").At(field)
	}
	return out, err
}

// optional is words that may be empty.
func optional(given, field string, longest int, lines bool) (string, error) {
	out, err := form.CleanText(given, lines)
	if f, ok := fault.As(err); ok {
		return "", f.At(field)
	}
	if len([]rune(out)) > longest {
		return "", fault.New(fault.Invalid, "form.too_long").At(field).With("max", fmt.Sprint(longest))
	}
	return out, nil
}

// reason cleans why something public is taken back. It is shown at once, so it holds no
// trace of a person.
func reason(given string) (string, error) {
	out, err := words(given, "reason", maxWhy, false)
	if err != nil {
		return "", err
	}
	return out, trace.Gate("reason", out, trace.Line)
}

// oneOf fails with Invalid for what is not on a list.
func oneOf[T comparable](v T, list []T, field string) *fault.Error {
	if slices.Contains(list, v) {
		return nil
	}
	return fault.New(fault.Invalid, "form.not_a_choice").At(field)
}
