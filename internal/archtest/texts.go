// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package archtest

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/token"
	"maps"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

func findHan(t *tree) []finding {
	var out []finding
	for _, f := range t.sources() {
		if excused("han", f.dir) {
			continue
		}
		ast.Inspect(f.ast, func(n ast.Node) bool {
			lit, ok := n.(*ast.BasicLit)
			if !ok || lit.Kind != token.STRING && lit.Kind != token.CHAR {
				return true
			}
			if text, err := strconv.Unquote(lit.Value); err == nil && strings.ContainsFunc(text, han) {
				out = append(out, f.at(n, "Han characters in a Go literal"))
			}
			return true
		})
	}
	return out
}

func han(r rune) bool { return unicode.Is(unicode.Han, r) }

var (
	// action matches what a template carries out, and quoted a string in it with
	// the word before.
	action = regexp.MustCompile(`(?s)\{\{.*?\}\}`)
	quoted = regexp.MustCompile(`(\w+)?\s*"([^"]+)"`)
	// textKey is the shape of a key, and named a place in a text.
	textKey = regexp.MustCompile(`^[a-z0-9_]+(\.[a-z0-9_]+)+$`)
	named   = regexp.MustCompile(`\{[a-z_]+\}`)
)

// findTexts compares the keys that Go and the templates name with the texts in
// every language, and the languages with one another.
func findTexts(t *tree) []finding {
	languages, out := t.languages()
	if len(languages) == 0 {
		return out
	}
	for _, place := range t.textKeys() {
		var lacking []string
		for _, lang := range slices.Sorted(maps.Keys(languages)) {
			if _, ok := languages[lang][place.what]; !ok {
				lacking = append(lacking, lang)
			}
		}
		if len(lacking) > 0 {
			out = append(out, finding{place.at, fmt.Sprintf("text %q is missing in %s", place.what, strings.Join(lacking, ", "))})
		}
	}
	for _, a := range slices.Sorted(maps.Keys(languages)) {
		for _, b := range slices.Sorted(maps.Keys(languages)) {
			if a != b {
				out = append(out, differences(a, languages[a], b, languages[b])...)
			}
		}
	}
	return out
}

// differences finds what language b lacks of language a, and named places that
// only one of them has.
func differences(a string, as map[string]string, b string, bs map[string]string) []finding {
	var out []finding
	for _, key := range slices.Sorted(maps.Keys(as)) {
		other, ok := bs[key]
		if !ok {
			out = append(out, finding{"catalogue/texts/" + b, fmt.Sprintf("text %q is missing; %s has it", key, a)})
			continue
		}
		for _, place := range named.FindAllString(as[key], -1) {
			if !strings.Contains(other, place) {
				out = append(out, finding{"catalogue/texts/" + b, fmt.Sprintf("text %q lacks %s, which %s has", key, place, a)})
			}
		}
	}
	return out
}

// languages reads catalogue/texts/<language>/*.json.
func (t *tree) languages() (map[string]map[string]string, []finding) {
	all := map[string]map[string]string{}
	var out []finding
	for _, p := range slices.Sorted(maps.Keys(t.texts)) {
		lang := path.Base(path.Dir(p))
		if path.Dir(path.Dir(p)) != "catalogue/texts" {
			continue
		}
		var texts map[string]string
		if err := json.Unmarshal([]byte(t.texts[p]), &texts); err != nil {
			out = append(out, finding{p, err.Error()})
		}
		if all[lang] == nil {
			all[lang] = map[string]string{}
		}
		for key, text := range texts {
			if _, twice := all[lang][key]; twice {
				out = append(out, finding{p, fmt.Sprintf("text %q is in another file of %s too", key, lang)})
			}
			all[lang][key] = text
		}
	}
	return all, out
}

// textKeys are all keys of texts that Go and the templates name literally.
func (t *tree) textKeys() []finding {
	var out []finding
	dirs, files := t.folders()
	for _, dir := range dirs {
		passers := map[string]int{}
		for _, f := range files[dir] {
			f.passers(passers)
		}
		for _, f := range files[dir] {
			ast.Inspect(f.ast, func(n ast.Node) bool {
				if e := textArgument(n, passers); e != nil {
					if key, ok := joined(e); ok && textKey.MatchString(key) {
						out = append(out, f.at(e, "%s", key))
					}
				}
				return true
			})
		}
	}
	for _, p := range slices.Sorted(maps.Keys(t.texts)) {
		if under(p, "web") && path.Ext(p) == ".html" {
			for _, key := range templateKeys(t.texts[p]) {
				out = append(out, finding{p, key})
			}
		}
	}
	return out
}

// templateKeys returns the strings in a template's actions that have the shape
// of a key, unless they name a template or a file.
func templateKeys(text string) []string {
	var keys []string
	for _, a := range action.FindAllString(text, -1) {
		for _, m := range quoted.FindAllStringSubmatch(a, -1) {
			if !slices.Contains([]string{"template", "block", "define", "asset", "icon"}, m[1]) && textKey.MatchString(m[2]) {
				keys = append(keys, m[2])
			}
		}
	}
	return keys
}

// passers adds the functions that pass one of their arguments on as the key of
// a fault or a text, with the argument's place.
func (f *file) passers(found map[string]int) {
	for _, d := range f.ast.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok || fn.Body == nil {
			continue
		}
		var params []string
		for _, field := range fn.Type.Params.List {
			for _, name := range field.Names {
				params = append(params, name.Name)
			}
		}
		ast.Inspect(fn.Body, func(n ast.Node) bool {
			if id, ok := textArgument(n, nil).(*ast.Ident); ok && slices.Contains(params, id.Name) {
				found[fn.Name.Name] = slices.Index(params, id.Name)
			}
			return true
		})
	}
}

// textArgument returns what a node takes for the key of a text: the second
// argument of fault.New, the first of T, what a passer passes on, a field Key,
// and what is assigned to a variable called key.
func textArgument(n ast.Node, passers map[string]int) ast.Expr {
	switch n := n.(type) {
	case *ast.CallExpr:
		return calledWith(n, passers)
	case *ast.KeyValueExpr:
		if id, ok := n.Key.(*ast.Ident); ok && id.Name == "Key" {
			return n.Value
		}
	case *ast.AssignStmt:
		if id, ok := n.Lhs[0].(*ast.Ident); ok && id.Name == "key" && len(n.Rhs) == 1 {
			return n.Rhs[0]
		}
	}
	return nil
}

func calledWith(call *ast.CallExpr, passers map[string]int) ast.Expr {
	place := -1
	switch fun := call.Fun.(type) {
	case *ast.SelectorExpr:
		pkg, _ := fun.X.(*ast.Ident)
		switch {
		case fun.Sel.Name == "T":
			place = 0
		case fun.Sel.Name == "New" && pkg != nil && pkg.Name == "fault":
			place = 1
		}
	case *ast.Ident:
		if i, ok := passers[fun.Name]; ok {
			place = i
		}
	}
	if place < 0 || place >= len(call.Args) {
		return nil
	}
	return call.Args[place]
}
