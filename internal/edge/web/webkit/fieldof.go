// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webkit

import (
	"strconv"

	"pavilion/internal/base/form"
	"pavilion/internal/base/text"
)

// FieldOf draws a field of a form of the catalogue, with the words that the
// catalogue has for it. What bodies and areas there are is for the page to add.
func FieldOf(p *text.Printer, f Form, formName string, d form.Field) Field {
	key := "form." + formName + "." + d.Name
	out := Field{
		Form: f, Name: d.Name, ID: f.ID(d.Name), Kind: string(d.Kind), Label: p.T(key), Optional: !d.Required,
		Value: f.Value(d.Name), Error: f.Error(d.Name), Max: int(d.Max),
	}
	if p.Has(key + ".hint") {
		out.Hint = p.T(key + ".hint")
	}
	switch d.Kind {
	case form.Rating:
		for i := int(d.Max); i >= 1; i-- {
			out.Choices = append(out.Choices, Choice{Value: strconv.Itoa(i), Label: p.T(key + "." + strconv.Itoa(i))})
		}
		out.Kind = "choice"
	case form.Choice:
		for _, c := range d.Choices {
			out.Choices = append(out.Choices, Choice{Value: c, Label: p.T(key + "." + c)})
		}
	case form.Number, form.Date:
		out.Short = true
	}
	return out
}
