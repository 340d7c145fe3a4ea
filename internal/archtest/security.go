// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package archtest

import (
	"fmt"
	"go/ast"
	"regexp"
	"slices"
	"strings"
)

// securityDoc says how what is promised is known.
const securityDoc = "docs/security.md"

// states are what an item of the standard may be in.
var states = []string{"kept", "not applicable", "not yet"}

var (
	// cited is a package in backquotes, or a test of the last one named.
	cited = regexp.MustCompile("`([a-z]+(?:/[a-z]+)*)`|\\b((?:Test|Fuzz)[A-Z]\\w*)")
	// item is a row of the standard: number, level, requirement, state, test or reason.
	item = regexp.MustCompile(`^\| (\d+\.\d+\.\d+) \|`)
)

// findSecurity holds the tests that the document names against the tree, and its
// rows against the known states. A row that is kept names a test.
func findSecurity(t *tree) []finding {
	tests := t.tests()
	var out []finding
	seen := map[string]bool{}
	n := 0
	for line := range strings.Lines(t.texts[securityDoc]) {
		n++
		bad := func(format string, args ...any) {
			out = append(out, finding{fmt.Sprintf("%s:%d", securityDoc, n), fmt.Sprintf(format, args...)})
		}
		found := 0
		unit := ""
		for _, m := range cited.FindAllStringSubmatch(line, -1) {
			switch {
			case m[1] != "":
				unit = m[1]
			case !tests[unit+" "+m[2]]:
				bad("%s has no test %s", unit, m[2])
			default:
				found++
			}
		}
		row := item.FindStringSubmatch(line)
		if row == nil {
			continue
		}
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), " | ")
		switch {
		case seen[row[1]]:
			bad("%s has a second row", row[1])
		case len(cells) != 5:
			bad("%s has %d cells and not number, level, requirement, state, test or reason", row[1], len(cells))
		case !slices.Contains(states, cells[3]):
			bad("%s is in the state %q, which is none of %s", row[1], cells[3], strings.Join(states, ", "))
		case cells[3] == "kept" && found == 0:
			bad("%s is kept, but no test says so", row[1])
		}
		seen[row[1]] = true
	}
	return out
}

// tests are all test functions, as "package name".
func (t *tree) tests() map[string]bool {
	out := map[string]bool{}
	for _, f := range t.files {
		if !f.test {
			continue
		}
		for _, d := range f.ast.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil {
				out[strings.TrimPrefix(f.dir, "internal/")+" "+fn.Name.Name] = true
			}
		}
	}
	return out
}
