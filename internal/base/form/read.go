// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package form

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"pavilion/internal/base/fault"
)

// Answers are the answers of one form by field name. Fields left empty are absent.
type Answers map[string]string

// Read checks what was sent for every field of d and returns the clean answers.
// It fails with Invalid, naming each field at fault. Values of fields that d does
// not have are ignored.
func (d *Definition) Read(values map[string][]string) (Answers, error) {
	answers := Answers{}
	var faults []*fault.Error
	for _, f := range d.Fields {
		if f.Kind == Photos || f.Kind == Point {
			continue
		}
		given := ""
		if v := values[f.Name]; len(v) > 0 {
			given = v[0]
			if f.Kind == Bodies {
				given = strings.Join(v, ",")
			}
		}
		clean, err := f.read(given)
		if err != nil {
			faults = append(faults, err.At(f.Name))
		} else if clean != "" {
			answers[f.Name] = clean
		}
	}
	if len(faults) > 0 {
		return nil, fault.Join(faults...)
	}
	return answers, nil
}

func invalid(key string) *fault.Error { return fault.New(fault.Invalid, key) }

func (f Field) read(given string) (string, *fault.Error) {
	text, err := CleanText(given, f.Kind == LongText)
	if bad, ok := fault.As(err); ok {
		return "", bad
	}
	if text == "" {
		if f.Required {
			return "", invalid("form.required")
		}
		return "", nil
	}
	switch f.Kind {
	case Number, Rating:
		return f.number(text)
	case Date:
		if _, err := time.Parse(time.DateOnly, text); err != nil {
			return "", invalid("form.not_a_date")
		}
	case Phone:
		return phone(text)
	case Mail:
		if !mail.MatchString(text) || len(text) > 254 {
			return "", invalid("form.not_a_mail")
		}
	case Choice:
		if len(f.Choices) > 0 && !slices.Contains(f.Choices, text) {
			return "", invalid("form.not_a_choice")
		}
	}
	return text, f.length(text)
}

func (f Field) length(text string) *fault.Error {
	most := f.Max
	if most == 0 {
		most = MaxText
		if f.Kind == LongText || f.Kind == Bodies {
			most = MaxLongText
		}
	}
	switch n := float64(len([]rune(text))); {
	case n > most:
		return invalid("form.too_long").With("max", strconv.Itoa(int(most)))
	case n < f.Min:
		return invalid("form.too_short").With("min", strconv.Itoa(int(f.Min)))
	}
	return nil
}

// number returns the number in its shortest decimal form, so that "5.0" is kept
// as "5". A bound of zero holds for the least and is none for the most.
func (f Field) number(text string) (string, *fault.Error) {
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || !digits.MatchString(text) || (f.Kind == Rating && n != math.Trunc(n)) {
		return "", invalid("form.not_a_number")
	}
	switch {
	case f.Max == 0 && n < f.Min:
		return "", invalid("form.too_small").With("min", decimal(f.Min))
	case n < f.Min || f.Max != 0 && n > f.Max:
		return "", invalid("form.out_of_range").With("min", decimal(f.Min)).With("max", decimal(f.Max))
	}
	return decimal(n + 0), nil // adding 0 makes -0 a 0
}

func decimal(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) }

var (
	digits  = regexp.MustCompile(`^[+-]?[0-9]+(\.[0-9]+)?$`)
	mail    = regexp.MustCompile(`^[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;]+$`)
	dialled = regexp.MustCompile(`^\+?[0-9]{5,15}$`)
)

// phone accepts digits with the usual separators and returns the digits.
func phone(text string) (string, *fault.Error) {
	plain := strings.NewReplacer(" ", "", "-", "", "(", "", ")", "", "\uff08", "", "\uff09", "").Replace(text)
	if !dialled.MatchString(plain) {
		return "", invalid("form.not_a_phone")
	}
	return plain, nil
}
