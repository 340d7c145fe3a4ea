// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package archtest

import (
	"go/ast"
	"slices"
	"strconv"
)

// dangerous are packages that run programs, read any type, step around the
// types, make templates without escaping, or encrypt as nobody should.
var dangerous = []string{
	"os/exec", "plugin", "unsafe", "encoding/gob", "text/template", "crypto/md5", "crypto/des", "crypto/rc4",
}

// outgoing are the names in package http that call other servers.
var outgoing = []string{"Client", "DefaultClient", "Transport", "DefaultTransport", "Get", "Head", "Post", "PostForm"}

func findDangerous(t *tree) []finding {
	var out []finding
	for _, f := range t.sources() {
		if excused("dangerous", f.path) {
			continue
		}
		for _, i := range f.ast.Imports {
			if p, _ := strconv.Unquote(i.Path.Value); slices.Contains(dangerous, p) {
				out = append(out, f.at(i, "%s is not used here", p))
			}
		}
		ast.Inspect(f.ast, func(n ast.Node) bool {
			if sel, ok := n.(*ast.SelectorExpr); ok && slices.Contains(outgoing, sel.Sel.Name) {
				if id, ok := sel.X.(*ast.Ident); ok && id.Name == "http" {
					out = append(out, f.at(n, "http.%s calls another server", sel.Sel.Name))
				}
			}
			return true
		})
	}
	return out
}
