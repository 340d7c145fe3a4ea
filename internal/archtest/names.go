// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package archtest

import (
	"go/ast"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// drawers are package names that say nothing, so that everything fits in.
var drawers = []string{
	"base", "common", "core", "helper", "helpers", "impl", "lib", "manager", "misc", "model", "models", "shared",
	"types", "util", "utils",
}

// findPackageNames finds drawers, and two packages of one name.
func findPackageNames(t *tree) []finding {
	var out []finding
	first := map[string]string{}
	for _, f := range t.files {
		name := strings.TrimSuffix(f.ast.Name.Name, "_test")
		dir, seen := first[name]
		switch {
		case name == "main" || under(f.path, "tools") || seen && dir == f.dir:
			continue
		case seen:
			out = append(out, f.at(f.ast.Name, "%s and %s are both called %s", dir, f.dir, name))
			continue
		case slices.Contains(drawers, name) || strings.HasSuffix(name, "util") || strings.HasSuffix(name, "utils"):
			out = append(out, f.at(f.ast.Name, "%s is a drawer, not a noun of the town or a tool", name))
		}
		first[name] = f.dir
	}
	return out
}

// avoided are the words that GLOSSARY.md lists in its column "not", as code.
var avoided = regexp.MustCompile("`([A-Z][A-Za-z]+)`")

// findIdentifiers finds declared names that the glossary avoids, and getters.
func findIdentifiers(t *tree) []finding {
	avoid := avoidedWords(t.texts["GLOSSARY.md"])
	var out []finding
	for _, f := range t.sources() {
		if excused("identifiers", f.path) {
			continue
		}
		f.declarations(func(id *ast.Ident, function bool) {
			words := camel(id.Name)
			if function && len(words) > 1 && strings.EqualFold(words[0], "get") {
				out = append(out, f.at(id, "%s: a question has no Get before it", id.Name))
			}
			for word := range avoid {
				if contains(words, camel(word)) {
					out = append(out, f.at(id, "%s: the glossary avoids %q", id.Name, word))
				}
			}
		})
	}
	return out
}

// avoidedWords reads the last column of the glossary's tables.
func avoidedWords(glossary string) map[string]bool {
	words := map[string]bool{}
	for line := range strings.Lines(glossary) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		if len(cells) < 3 {
			continue
		}
		for _, m := range avoided.FindAllStringSubmatch(cells[len(cells)-1], -1) {
			words[m[1]] = true
		}
	}
	return words
}

// contains reports whether the words of part follow one another in all.
func contains(all, part []string) bool {
	for i := 0; i+len(part) <= len(all); i++ {
		if slices.EqualFunc(all[i:i+len(part)], part, strings.EqualFold) {
			return true
		}
	}
	return false
}

// declarations calls fn for the name of each function, type, field, constant and
// variable that the file declares.
func (f *file) declarations(fn func(id *ast.Ident, function bool)) {
	ast.Inspect(f.ast, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl:
			fn(n.Name, true)
		case *ast.TypeSpec:
			fn(n.Name, false)
		case *ast.Field:
			for _, name := range n.Names {
				fn(name, false)
			}
		case *ast.ValueSpec:
			for _, name := range n.Names {
				fn(name, false)
			}
		}
		return true
	})
}

// nouns are words of single domains. What must work for all of them cannot be
// named after one.
var nouns = []string{
	"deliberation", "farmland", "hazard", "inspection", "matter", "mediation", "parcel", "party", "petition",
	"shelter", "volunteer", "wish",
}

func findCivicNouns(t *tree) []finding {
	var out []finding
	for _, f := range t.sources() {
		tier, _ := split(f.unit)
		if tier != "base" && tier != "platform" && tier != "core" {
			continue
		}
		ast.Inspect(f.ast, func(n ast.Node) bool {
			id, ok := n.(*ast.Ident)
			if !ok {
				return true
			}
			for _, word := range camel(id.Name) {
				word = strings.ToLower(word)
				if slices.ContainsFunc(nouns, func(noun string) bool { return word == noun || word == noun+"s" || word == noun+"es" }) {
					out = append(out, f.at(id, "%s: %s knows no %s", id.Name, tier, word))
				}
			}
			return true
		})
	}
	return out
}

// camel splits an identifier into its words.
func camel(name string) []string {
	var words []string
	start := 0
	runes := []rune(name)
	for i := 1; i <= len(runes); i++ {
		if i == len(runes) || runes[i] == '_' || unicode.IsUpper(runes[i]) &&
			(!unicode.IsUpper(runes[i-1]) || i+1 < len(runes) && unicode.IsLower(runes[i+1])) {
			words = append(words, strings.Trim(string(runes[start:i]), "_"))
			start = i
		}
	}
	return words
}
