// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package trace

import (
	"strings"

	"pavilion/internal/base/fault"
)

// rounds bounds how often Redact looks again: what two finds shared may be one
// more.
const rounds = 8

// Redact returns the text with every find, sure or not, replaced by what mark
// writes for its kind. A mark must not itself look like a trace.
func Redact(text string, mark func(Kind) string) string {
	return redact(text, mark, nil)
}

func redact(text string, mark func(Kind) string, allowed []Kind) string {
	for range rounds {
		found := without(Find(text), allowed)
		if len(found) == 0 {
			break
		}
		var out strings.Builder
		last := 0
		for _, t := range found {
			out.WriteString(text[last:t.From])
			out.WriteString(mark(t.Kind))
			last = t.To
		}
		text = out.String() + text[last:]
	}
	return text
}

func without(found []Trace, allowed []Kind) []Trace {
	var out []Trace
	for _, t := range found {
		keep := true
		for _, kind := range allowed {
			keep = keep && t.Kind != kind
		}
		if keep {
			out = append(out, t)
		}
	}
	return out
}

// Gate refuses words that are to become public, or to be sent, while there are
// traces in them, sure or not, of kinds that are not allowed. Each kind found is
// Invalid at the field; the message proposes the words without the finds, and
// never holds one.
func Gate(field, text string, allowed ...Kind) error {
	var faults []*fault.Error
	seen := map[Kind]bool{}
	for _, t := range without(Find(text), allowed) {
		if !seen[t.Kind] {
			seen[t.Kind] = true
			proposal := redact(text, func(Kind) string { return "\u2587\u2587" }, allowed)
			faults = append(faults, fault.New(fault.Invalid, "trace.found_"+string(t.Kind)).At(field).With("proposal", proposal))
		}
	}
	return fault.Join(faults...)
}
