// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package archtest

import (
	"fmt"
	"go/ast"
)

// Budgets. Raise one only with an ADR that says what was gained.
const (
	maxFuncLines    = 80
	maxFileLines    = 500
	maxPackageFiles = 18
	maxMethods      = 5
	maxModules      = 20
)

func findSize(t *tree) []finding {
	var out []finding
	dirs, files := t.folders()
	for _, dir := range dirs {
		if n := len(files[dir]); n > maxPackageFiles {
			out = append(out, finding{dir, fmt.Sprintf("has %d files; more than %d means it is two packages", n, maxPackageFiles)})
		}
		for _, f := range files[dir] {
			if n := f.fset.Position(f.ast.FileEnd).Line; n > maxFileLines {
				out = append(out, finding{f.path, fmt.Sprintf("has %d lines, more than %d", n, maxFileLines)})
			}
			for _, d := range f.ast.Decls {
				if fn, ok := d.(*ast.FuncDecl); ok && f.lines(fn) > maxFuncLines {
					out = append(out, f.at(fn, "%s has %d lines, more than %d", fn.Name.Name, f.lines(fn), maxFuncLines))
				}
			}
		}
	}
	return out
}

// findInterfaces finds large interfaces in the tiers that declare what they need.
func findInterfaces(t *tree) []finding {
	var out []finding
	for _, f := range t.sources() {
		if tier, _ := split(f.unit); tier != "core" && tier != "civic" {
			continue
		}
		ast.Inspect(f.ast, func(n ast.Node) bool {
			if i, ok := n.(*ast.InterfaceType); ok && i.Methods.NumFields() > maxMethods {
				out = append(out, f.at(n, "an interface of %d methods; more than %d is too much to ask", i.Methods.NumFields(), maxMethods))
			}
			return true
		})
	}
	return out
}
