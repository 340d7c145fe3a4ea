// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package archtest

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
)

// tree is the repository as the rules see it: Go files parsed, some others read.
type tree struct {
	files []*file
	texts map[string]string // path -> content of what is not Go
	seen  map[string]bool   // every path, folders too
}

// file is one parsed Go file.
type file struct {
	path string // from the root of the repository
	dir  string
	name string
	unit string // the package's place below internal/, such as "civic/matter"; empty outside
	test bool
	fset *token.FileSet
	ast  *ast.File
}

// skipped are folders without sources of ours.
var skipped = []string{"testdata", "vendored", "node_modules", "dist"}

// load reads the tree below fsys.
func load(fsys fs.FS) (*tree, error) {
	t := &tree{texts: map[string]string{}, seen: map[string]bool{}}
	err := fs.WalkDir(fsys, ".", func(p string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && p != "." && (strings.HasPrefix(d.Name(), ".") || slices.Contains(skipped, d.Name())):
			return fs.SkipDir
		}
		t.seen[p] = true
		switch {
		case path.Ext(p) == ".go":
			return t.parse(fsys, p)
		case slices.Contains([]string{".sql", ".json", ".html", ".md", ".mod"}, path.Ext(p)):
			b, err := fs.ReadFile(fsys, p)
			t.texts[p] = string(b)
			return err
		}
		return nil
	})
	return t, err
}

func (t *tree) parse(fsys fs.FS, p string) error {
	b, err := fs.ReadFile(fsys, p)
	if err != nil {
		return err
	}
	f := &file{path: p, dir: path.Dir(p), name: path.Base(p), fset: token.NewFileSet(), test: strings.HasSuffix(p, "_test.go")}
	if inside, ok := strings.CutPrefix(f.dir, "internal/"); ok {
		f.unit = inside
	}
	if f.ast, err = parser.ParseFile(f.fset, p, b, parser.ParseComments|parser.SkipObjectResolution); err != nil {
		return err
	}
	t.files = append(t.files, f)
	return nil
}

// exists reports whether the tree has a file or folder of that path.
func (t *tree) exists(p string) bool { return t.seen[p] }

// sources are the Go files of the product: no tests, no build tools.
func (t *tree) sources() []*file {
	var out []*file
	for _, f := range t.files {
		if !f.test && !under(f.path, "tools") {
			out = append(out, f)
		}
	}
	return out
}

// folders groups the sources by folder, in order.
func (t *tree) folders() (dirs []string, files map[string][]*file) {
	files = map[string][]*file{}
	for _, f := range t.sources() {
		if files[f.dir] == nil {
			dirs = append(dirs, f.dir)
		}
		files[f.dir] = append(files[f.dir], f)
	}
	return dirs, files
}

// at is a finding at a place in the file.
func (f *file) at(n ast.Node, format string, args ...any) finding {
	return finding{f.fset.Position(n.Pos()).String(), fmt.Sprintf(format, args...)}
}

// lines says over how many lines a node reaches.
func (f *file) lines(n ast.Node) int {
	return f.fset.Position(n.End()).Line - f.fset.Position(n.Pos()).Line + 1
}

// strings calls fn for every string in the file, joined where a sum of strings
// is written in pieces; what is not a literal shows as "¤".
func (f *file) strings(fn func(n ast.Node, text string)) {
	ast.Inspect(f.ast, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ImportSpec, *ast.Field:
			_, field := n.(*ast.Field)
			return field && n.(*ast.Field).Tag == nil
		case *ast.BinaryExpr:
			if text, ok := joined(n); ok {
				fn(n, text)
				return false
			}
		case *ast.BasicLit:
			if text, ok := joined(n); ok {
				fn(n, text)
			}
		}
		return true
	})
}

// joined returns the text of a string literal or of a sum that has one.
func joined(e ast.Expr) (text string, ok bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		if e.Kind != token.STRING {
			return "¤", false
		}
		text, err := strconv.Unquote(e.Value)
		return text, err == nil
	case *ast.BinaryExpr:
		left, l := joined(e.X)
		right, r := joined(e.Y)
		return left + right, e.Op == token.ADD && (l || r)
	}
	return "¤", false
}

// under reports whether p is the folder dir or lies in it.
func under(p, dir string) bool { return p == dir || strings.HasPrefix(p, dir+"/") }
