// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webkit

import (
	"fmt"
	"html/template"
	"time"

	"pavilion/internal/base/text"
)

// funcs returns what templates of one language may call.
//
//	t "key" "name" value …    a sentence
//	date, datetime            a moment in full
//	day                       a moment in short: "9月20日 16:30"
//	due                       a term: "today 16:30", "2 workdays over"
//	ago                       how long since: "5 minutes ago"
//	iso                       a moment for machines
//	asset "main.css"          the address of an asset
//	icon "search"             an icon, hidden from screen readers
//	light "near"              a light: colour, shape and word
//	field form "name" …       a Field for the template "field"
//	steps 2 "key" "key" …     Steps for the template "steps"
//	list a b …, dict "k" v …  arguments for a partial
func (k *Kit) funcs(p *text.Printer) template.FuncMap {
	return template.FuncMap{
		"t":        p.T,
		"date":     func(at time.Time) string { return p.Date(k.here(at)) },
		"datetime": func(at time.Time) string { return p.DateTime(k.here(at)) },
		"day":      func(at time.Time) string { return k.Day(p, at) },
		"due":      func(at time.Time) string { return k.Due(p, at) },
		"ago":      func(at time.Time) string { return k.Ago(p, at) },
		"iso":      func(at time.Time) string { return k.here(at).Format(time.RFC3339) },
		"asset":    k.assets.address,
		"icon":     k.icon,
		"light":    func(l any) (template.HTML, error) { return lightHTML(p, Light(fmt.Sprint(l))) },
		"field":    func(f Form, name string, pairs ...any) (Field, error) { return newField(p, f, name, pairs) },
		"steps":    newSteps,
		"list":     func(items ...any) []any { return items },
		"dict":     dict,
		"lang":     p.Lang,
	}
}

// dict makes a map of pairs, for partials that take several things.
func dict(pairs ...any) (map[string]any, error) {
	if len(pairs)%2 != 0 {
		return nil, fmt.Errorf("dict takes pairs, got %d arguments", len(pairs))
	}
	out := make(map[string]any, len(pairs)/2)
	for i := 0; i < len(pairs); i += 2 {
		name, ok := pairs[i].(string)
		if !ok {
			return nil, fmt.Errorf("dict: %v is not a name", pairs[i])
		}
		out[name] = pairs[i+1]
	}
	return out, nil
}
