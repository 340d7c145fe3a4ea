// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package archtest

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

var (
	// required matches a line of go.mod that names a module and its version.
	required = regexp.MustCompile(`^\s*(?:require\s+)?([a-z0-9.\-]+\.[a-z]+/\S+|[a-z0-9\-]+\.[a-z]+)\s+v\S+(\s*//\s*indirect)?`)
	// tool matches a line of go.mod that names a tool.
	tool = regexp.MustCompile(`^\s*(?:tool\s+)?([a-z0-9.\-]+\.[a-z]+/\S+)\s*$`)
	// described matches the first cell of a row in docs/dependencies.md.
	described = regexp.MustCompile("(?m)^\\|\\s*`([^`]+)`")
)

// findDependencies compares the modules and tools that we ask for with the rows
// of docs/dependencies.md, counts those that are shipped, and holds the product to
// what the list says is for tests only.
func findDependencies(t *tree) []finding {
	const list = "docs/dependencies.md"
	product, _ := asked(t.texts["go.mod"])
	tests := testsOnly(t.texts[list])
	modules, tools := asked(t.texts["tools/go.mod"])
	var rows []string
	for _, m := range described.FindAllStringSubmatch(t.texts[list], -1) {
		rows = append(rows, m[1])
	}
	var out []finding
	all := slices.Concat(product, modules, tools)
	for _, m := range all {
		if !slices.Contains(rows, m) {
			out = append(out, finding{list, m + " has no row"})
		}
	}
	for _, row := range rows {
		if !slices.Contains(all, row) {
			out = append(out, finding{list, row + " has a row, but is not asked for"})
		}
	}
	shipped := slices.DeleteFunc(slices.Clone(product), func(m string) bool { return slices.Contains(tests, m) })
	if len(shipped) > maxModules {
		out = append(out, finding{"go.mod", fmt.Sprintf("asks for %d modules, more than %d", len(shipped), maxModules)})
	}
	for _, f := range t.sources() {
		out = append(out, f.imported(func(path string) string {
			if i := slices.IndexFunc(tests, func(m string) bool { return under(path, m) }); i >= 0 {
				return tests[i] + " is for tests only, says " + list
			}
			return ""
		})...)
	}
	return out
}

// testsOnly are the modules that the list has in its chapter on tests.
func testsOnly(list string) []string {
	_, chapter, _ := strings.Cut(list, "\n## In tests only\n")
	chapter, _, _ = strings.Cut(chapter, "\n## ")
	var out []string
	for _, m := range described.FindAllStringSubmatch(chapter, -1) {
		out = append(out, m[1])
	}
	return out
}

// asked returns the modules that a go.mod file requires directly, and its tools.
func asked(mod string) (modules, tools []string) {
	for line := range strings.Lines(mod) {
		if m := required.FindStringSubmatch(line); m != nil {
			if m[2] == "" {
				modules = append(modules, m[1])
			}
		} else if m := tool.FindStringSubmatch(line); m != nil {
			tools = append(tools, m[1])
		}
	}
	return modules, tools
}
