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
// of docs/dependencies.md.
func findDependencies(t *tree) []finding {
	const list = "docs/dependencies.md"
	product, _ := asked(t.texts["go.mod"])
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
	if len(product) > maxModules {
		out = append(out, finding{"go.mod", fmt.Sprintf("asks for %d modules, more than %d", len(product), maxModules)})
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
