// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package holding

import (
	"slices"
	"strings"

	"pavilion/internal/base/form"
)

// facts are answers that the program writes itself; they hold nobody's words.
var facts = []string{"before", "now", "matter", "relation", "state", "rule", "kind"}

// wordless is what is left of a step's answers: choices, numbers, places and bodies
// stay; words give way to a sentence; what no form knows goes.
func wordless(a form.Answers, forms form.Forms, sentence string) form.Answers {
	out := form.Answers{}
	for name, value := range a {
		kinds := kindsOf(forms, name)
		switch {
		case value == "":
		case slices.Contains(facts, name):
			out[name] = value
		case len(kinds) == 0:
		case slices.ContainsFunc(kinds, wordy):
			out[name] = sentence
		default:
			out[name] = value
		}
	}
	return out
}

// wordy reports whether a field takes what people write.
func wordy(k form.Kind) bool {
	return k == form.Text || k == form.LongText || k == form.Phone || k == form.Mail
}

// kindsOf lists what sorts of field the forms of matters have under a name.
func kindsOf(forms form.Forms, name string) (out []form.Kind) {
	for _, f := range forms {
		if !strings.HasPrefix(f.Name, "matter.") {
			continue
		}
		for _, field := range f.Fields {
			if field.Name == name {
				out = append(out, field.Kind)
			}
		}
	}
	return out
}
