// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package archtest

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
)

var (
	sqlComment  = regexp.MustCompile(`--[^\n]*`)
	createTable = regexp.MustCompile(`(?i)\bcreate\s+table\s+(?:if\s+not\s+exists\s+)?([a-z_]+)\s*\(`)
	createIndex = regexp.MustCompile(`(?i)\bcreate\s+(?:unique\s+)?index\s+(?:if\s+not\s+exists\s+)?([a-z_]+)\s+on\s+([a-z_]+)\s*(using\s+\w+\s*)?\(([^)]*)\)`)
	primaryKey  = regexp.MustCompile(`(?i)\bprimary\s+key\s*\(\s*([a-z_]+)`)
	banned      = regexp.MustCompile(`(?i)\b(references|create\s+trigger|autoincrement|serial)\b`)
)

// keys are the tables whose primary key need not begin with the realm, with the reason.
var keys = map[string]string{
	"org_realm": "its rows are the realms: the key is the realm",
}

// findSchema checks what the migrations create: whose tables, which keys.
func findSchema(t *tree) []finding {
	packages := map[string]bool{}
	for _, f := range t.sources() {
		if _, pkg := split(f.unit); pkg != "" {
			packages[pkg] = true
		}
	}
	var out []finding
	for p, text := range t.texts {
		if path.Dir(p) != "migrations" || path.Ext(p) != ".sql" {
			continue
		}
		text = sqlComment.ReplaceAllString(text, "")
		for _, what := range append(tables(text, packages), indexes(text)...) {
			out = append(out, finding{p, what})
		}
		if word := banned.FindString(text); word != "" {
			out = append(out, finding{p, fmt.Sprintf("%q does not work across shards", strings.ToLower(word))})
		}
	}
	slices.SortFunc(out, func(a, b finding) int { return strings.Compare(a.at+a.what, b.at+b.what) })
	return out
}

// tables says what is wrong with the tables that a migration creates.
func tables(text string, packages map[string]bool) []string {
	var out []string
	for _, m := range createTable.FindAllStringSubmatchIndex(text, -1) {
		name := strings.ToLower(text[m[2]:m[3]])
		body := parenthesis(text[m[1]-1:])
		if !owned(name, packages) {
			out = append(out, fmt.Sprintf("table %s is called after no package", name))
		}
		if key := leading(body); key != "realm" && keys[name] == "" {
			out = append(out, fmt.Sprintf("the primary key of table %s begins with %q, not with realm", name, key))
		}
	}
	return out
}

// indexes says what is wrong with the indexes that a migration creates.
func indexes(text string) []string {
	var out []string
	for _, m := range createIndex.FindAllStringSubmatch(text, -1) {
		first, _, _ := strings.Cut(strings.TrimSpace(m[4]), ",")
		if !strings.EqualFold(strings.TrimSpace(first), "realm") && !strings.HasPrefix(strings.ToLower(m[3]), "using gin") {
			out = append(out, fmt.Sprintf("index %s does not begin with realm", m[1]))
		}
	}
	return out
}

// owned reports whether a table is called after one of the packages.
func owned(table string, packages map[string]bool) bool {
	for pkg := range packages {
		if table == pkg || strings.HasPrefix(table, pkg+"_") {
			return true
		}
	}
	return false
}

// leading returns the first column of the primary key that a table's body
// declares, or nothing.
func leading(body string) string {
	if m := primaryKey.FindStringSubmatch(body); m != nil {
		return strings.ToLower(m[1])
	}
	for column := range strings.SplitSeq(strings.Trim(body, "()"), ",") {
		if words := strings.Fields(column); len(words) > 0 && strings.Contains(strings.ToLower(column), "primary key") {
			return strings.ToLower(words[0])
		}
	}
	return ""
}

// parenthesis returns the balanced parenthesis that the text begins with.
func parenthesis(text string) string {
	depth := 0
	for i, r := range text {
		switch r {
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return text[:i+1]
			}
		}
	}
	return text
}
