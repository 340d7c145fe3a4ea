// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package archtest

import (
	"go/ast"
	"go/token"
	"slices"
	"strings"
)

// clocked are the functions of package time that look at the clock.
var clocked = []string{"Now", "Since", "Until"}

func findClock(t *tree) []finding {
	var out []finding
	for _, f := range t.sources() {
		if excused("clock", f.dir) {
			continue
		}
		ast.Inspect(f.ast, func(n ast.Node) bool {
			if sel, ok := n.(*ast.SelectorExpr); ok && slices.Contains(clocked, sel.Sel.Name) {
				if id, ok := sel.X.(*ast.Ident); ok && id.Name == "time" {
					out = append(out, f.at(n, "time.%s looks at the clock: ask a clock.Clock", sel.Sel.Name))
				}
			}
			return true
		})
	}
	return out
}

func findInit(t *tree) []finding {
	var out []finding
	for _, f := range t.sources() {
		for _, d := range f.ast.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == "init" {
				out = append(out, f.at(fn, "there are no init functions here"))
			}
		}
	}
	return out
}

func findPanic(t *tree) []finding {
	var out []finding
	for _, f := range t.sources() {
		if excused("panic", f.path) {
			continue
		}
		for _, d := range f.ast.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && strings.HasPrefix(strings.ToLower(fn.Name.Name), "must") {
				continue
			}
			ast.Inspect(d, func(n ast.Node) bool {
				if call, ok := n.(*ast.CallExpr); ok {
					if id, ok := call.Fun.(*ast.Ident); ok && id.Name == "panic" {
						out = append(out, f.at(n, "panic outside a function called Must…"))
					}
				}
				return true
			})
		}
	}
	return out
}

// findMutable finds functions that write to a variable of their package. A name
// that the function declares itself is taken to be its own throughout.
func findMutable(t *tree) []finding {
	var out []finding
	dirs, files := t.folders()
	for _, dir := range dirs {
		vars := map[string]bool{}
		for _, f := range files[dir] {
			packageVars(f.ast, vars)
		}
		for _, f := range files[dir] {
			for _, d := range f.ast.Decls {
				fn, ok := d.(*ast.FuncDecl)
				if !ok || fn.Body == nil || len(vars) == 0 {
					continue
				}
				own := declared(fn)
				written(fn.Body, func(id *ast.Ident) {
					if vars[id.Name] && !own[id.Name] {
						out = append(out, f.at(id, "package variable %s is written here", id.Name))
					}
				})
			}
		}
	}
	return out
}

// packageVars adds the names of a file's package variables.
func packageVars(f *ast.File, vars map[string]bool) {
	for _, d := range f.Decls {
		g, ok := d.(*ast.GenDecl)
		if !ok || g.Tok != token.VAR {
			continue
		}
		for _, s := range g.Specs {
			for _, name := range s.(*ast.ValueSpec).Names {
				vars[name.Name] = name.Name != "_"
			}
		}
	}
}

// declared returns the names that a function declares anywhere in it.
func declared(fn *ast.FuncDecl) map[string]bool {
	own := map[string]bool{}
	add := func(exprs ...ast.Expr) {
		for _, e := range exprs {
			if id, ok := e.(*ast.Ident); ok {
				own[id.Name] = true
			}
		}
	}
	ast.Inspect(fn, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Field:
			for _, name := range n.Names {
				add(name)
			}
		case *ast.ValueSpec:
			for _, name := range n.Names {
				add(name)
			}
		case *ast.AssignStmt:
			if n.Tok == token.DEFINE {
				add(n.Lhs...)
			}
		case *ast.RangeStmt:
			if n.Tok == token.DEFINE {
				add(n.Key, n.Value)
			}
		}
		return true
	})
	return own
}

// written calls fn for the root of everything that is assigned to.
func written(body ast.Node, fn func(*ast.Ident)) {
	ast.Inspect(body, func(n ast.Node) bool {
		var targets []ast.Expr
		switch n := n.(type) {
		case *ast.AssignStmt:
			if n.Tok != token.DEFINE {
				targets = n.Lhs
			}
		case *ast.IncDecStmt:
			targets = []ast.Expr{n.X}
		case *ast.CallExpr:
			if id, ok := n.Fun.(*ast.Ident); ok && (id.Name == "delete" || id.Name == "clear") && len(n.Args) > 0 {
				targets = n.Args[:1]
			}
		}
		for _, e := range targets {
			if id := root(e); id != nil {
				fn(id)
			}
		}
		return true
	})
}

// root returns the variable that an expression reaches into: m for m[k].f.
func root(e ast.Expr) *ast.Ident {
	for {
		switch x := e.(type) {
		case *ast.Ident:
			return x
		case *ast.IndexExpr:
			e = x.X
		case *ast.SelectorExpr:
			e = x.X
		case *ast.StarExpr:
			e = x.X
		case *ast.ParenExpr:
			e = x.X
		default:
			return nil
		}
	}
}
