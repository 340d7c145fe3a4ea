// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package archtest

import (
	"go/ast"

	"regexp"
	"strings"
)

// findContracts finds exported names whose comment does not begin with them,
// and packages that do not say what they are for.
func findContracts(t *tree) []finding {
	var out []finding
	dirs, files := t.folders()
	for _, dir := range dirs {
		said := 0
		for _, f := range files[dir] {
			if f.ast.Doc != nil && strings.TrimSpace(f.ast.Doc.Text()) != "" {
				said++
			}
			for _, d := range f.ast.Decls {
				out = append(out, f.unsaid(d)...)
			}
		}
		if said != 1 {
			f := files[dir][0]
			out = append(out, f.at(f.ast.Name, "package %s has %d package comments, not one", f.ast.Name.Name, said))
		}
	}
	return out
}

// unsaid finds what a declaration exports without a word.
func (f *file) unsaid(d ast.Decl) []finding {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Name.IsExported() && !ofUnexported(d) && !begins(d.Doc, d.Name.Name) {
			return []finding{f.at(d, "the comment of %s does not begin with its name", d.Name.Name)}
		}
	case *ast.GenDecl:
		return f.unsaidGroup(d)
	}
	return nil
}

// unsaidGroup does the same for types, constants and variables. In a group, the
// group's comment speaks for all of it.
func (f *file) unsaidGroup(d *ast.GenDecl) []finding {
	var out []finding
	for _, s := range d.Specs {
		switch s := s.(type) {
		case *ast.TypeSpec:
			doc := s.Doc
			if doc == nil && !d.Lparen.IsValid() {
				doc = d.Doc
			}
			if s.Name.IsExported() && !begins(doc, s.Name.Name) {
				out = append(out, f.at(s, "the comment of %s does not begin with its name", s.Name.Name))
			}
		case *ast.ValueSpec:
			single := !d.Lparen.IsValid()
			for _, name := range s.Names {
				spoken := single && (begins(d.Doc, name.Name) || len(s.Names) > 1 && d.Doc != nil) ||
					!single && (d.Doc != nil || s.Doc != nil || s.Comment != nil)
				if name.IsExported() && !spoken {
					out = append(out, f.at(name, "%s has no comment that says what it is", name.Name))
				}
			}
		}
	}
	return out
}

// begins reports whether a comment begins with the name, an article before it
// allowed.
func begins(doc *ast.CommentGroup, name string) bool {
	words := strings.Fields(doc.Text())
	if len(words) > 1 && (words[0] == "A" || words[0] == "An" || words[0] == "The") {
		words = words[1:]
	}
	return len(words) > 0 && strings.TrimRight(words[0], ",.:;'s") == strings.TrimRight(name, ",.:;'s")
}

// ofUnexported reports whether fn is a method of an unexported type, which
// godoc does not show.
func ofUnexported(fn *ast.FuncDecl) bool {
	if fn.Recv == nil {
		return false
	}
	name := ""
	ast.Inspect(fn.Recv.List[0].Type, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && name == "" {
			name = id.Name
		}
		return true
	})
	return !ast.IsExported(name)
}

// header stands on the first two lines of every Go file.
var header = []string{"// SPDX-License-Identifier: Apache-2.0", "// Copyright The Pavilion Authors"}

func findHeader(t *tree) []finding {
	var out []finding
	for _, f := range t.files {
		first := []*ast.Comment{}
		if len(f.ast.Comments) > 0 {
			first = f.ast.Comments[0].List
		}
		if len(first) != 2 || first[0].Text != header[0] || first[1].Text != header[1] || f.fset.Position(first[0].Pos()).Line != 1 {
			out = append(out, finding{f.path, "does not begin with the two lines of the licence"})
		}
	}
	return out
}

var (
	// rotten are words of comments that repeat the code or describe a world
	// that moves on.
	rotten = regexp.MustCompile(`(?i)\b(currently|for now|simply|just|obviously|temporarily|of course)\b`)
	// owed matches a promise to come back, and issued one that names its issue.
	owed   = regexp.MustCompile(`\b(TODO|FIXME|XXX|HACK)\b`)
	issued = regexp.MustCompile(`\b(TODO|FIXME)\b.*(\bissue \d+|#\d+)`)
	// excuse matches a lint exception, and reasoned one with a reason of some words.
	excuse   = regexp.MustCompile(`^//\s*(lint:|nolint)`)
	reasoned = regexp.MustCompile(`^//lint:(ignore|file-ignore) [A-Z0-9,]+ \S+( \S+){2,}`)
)

func findComments(t *tree) []finding {
	var out []finding
	for _, f := range t.files {
		for _, group := range f.ast.Comments {
			for _, c := range group.List {
				if what := wrong(c.Text); what != "" {
					out = append(out, f.at(c, "%s", what))
				}
			}
		}
	}
	return out
}

// wrong says what is wrong with one comment, or nothing.
func wrong(text string) string {
	switch {
	case excuse.MatchString(text) && !reasoned.MatchString(text):
		return "a lint exception names the check and the reason: //lint:ignore CHECK why it is right here"
	case owed.MatchString(text) && !issued.MatchString(text):
		return "a promise names its issue: TODO(#12)"
	case rotten.MatchString(text):
		return "a comment does without " + strings.ToLower(rotten.FindString(text))
	}
	return ""
}
