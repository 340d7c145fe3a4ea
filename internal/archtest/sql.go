// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package archtest

import (
	"go/ast"
	"regexp"
	"slices"
	"strings"
)

const sqlShape = `SELECT\s.*\sFROM\s|INSERT\s+INTO\s+\w+\s*\(|UPDATE\s+\w+\s+SET\s|DELETE\s+FROM\s|WITH\s+(RECURSIVE\s+)?\w+(\s*\([^)]*\))?\s+AS\s*\(`

var (
	// sqlText matches a string that is an SQL statement. A sentence that begins
	// with such a word begins with one capital.
	sqlText = regexp.MustCompile(`(?s)^\s*(` + sqlShape + `|` + strings.ToLower(sqlShape) + `)`)
	// sqlPart matches a piece of a statement that binds a value.
	sqlPart = regexp.MustCompile(`(?i)(\b(and|where|set|limit|values|in)\b[^?]*\?|[=<>]\s*\?)`)
	// sqlTable finds the tables a statement names.
	sqlTable = regexp.MustCompile(`(?i)\b(?:from|join|into|update)\s+([a-z_]+)`)
	// sqlComma finds the second table of a join that is written with a comma.
	sqlComma = regexp.MustCompile(`(?i)\bfrom\s+[a-z_]+(?:\s+(?:as\s+)?[a-z_]+)?\s*,\s*([a-z_]+)`)
	// sqlWord matches what only SQL writes in capitals.
	sqlWord = regexp.MustCompile(`\b(SELECT|FROM|JOIN|INTO|UPDATE|DELETE|SET|WHERE|AND|RETURNING|ORDER BY|VALUES)\b`)
	// sqlName finds the names that a statement gives to its own parts.
	sqlName = regexp.MustCompile(`(?i)(?:with(?:\s+recursive)?|,)\s+([a-z_]+)(?:\s*\([^)]*\))?\s+as\s*\(`)
	// sqlStar finds a request for every column, but not count(*).
	sqlStar = regexp.MustCompile(`(?i)(\bselect\s+(distinct\s+)?|\breturning\s+|\.|,\s*)\*`)
	// sqlDelete finds the removal of rows.
	sqlDelete = regexp.MustCompile(`(?i)\b(delete\s+from|truncate\s+table)\s`)
	// sqlDialect finds what only one engine, or no distributed one, understands.
	sqlDialect = regexp.MustCompile(`(?i)\bilike\b|\bnow\s*\(\)|\bdate_trunc\b|->>?|\bas\s+jsonb\b|::\s*\w+|\bfor\s+update\b|\blateral\b|\bany\s*\(\?`)
	// sqlWords follow "from" or "update" in other uses than naming a table.
	sqlWords = []string{"set", "skip", "nowait", "of", "excluded", "select"}
)

// bare returns a statement without what stands between quotes.
func bare(text string) string {
	return regexp.MustCompile(`'[^']*'`).ReplaceAllString(text, "''")
}

// statements calls fn for each text of SQL in a file: in a store pieces too,
// elsewhere what looks like a whole statement.
func (f *file) statements(fn func(n ast.Node, text string)) {
	f.strings(func(n ast.Node, text string) {
		if sqlText.MatchString(text) || f.store() && sqlWord.MatchString(text) {
			fn(n, bare(text))
		}
	})
}

// store reports whether the file may hold SQL.
func (f *file) store() bool { return strings.HasPrefix(f.name, "store") }

// foreign returns the tables in an SQL text that do not belong to the package:
// a package's tables are called after it, "matter" or "matter_photo".
func foreign(pkg, text string) []string {
	own := slices.Clone(sqlWords)
	for _, m := range sqlName.FindAllStringSubmatch(text, -1) {
		own = append(own, strings.ToLower(m[1]))
	}
	var out []string
	for _, m := range append(sqlTable.FindAllStringSubmatch(text, -1), sqlComma.FindAllStringSubmatch(text, -1)...) {
		table := strings.ToLower(m[1])
		if table != pkg && !strings.HasPrefix(table, pkg+"_") && !slices.Contains(own, table) {
			out = append(out, table)
		}
	}
	return out
}

func findSQLPlace(t *tree) []finding {
	var out []finding
	for _, f := range t.sources() {
		if f.store() || f.unit == "archtest" || excused("sql place", f.dir) {
			continue
		}
		f.strings(func(n ast.Node, text string) {
			if sqlText.MatchString(text) {
				out = append(out, f.at(n, "SQL belongs in a file called store*.go"))
			}
		})
		ast.Inspect(f.ast, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok && asks(call) {
				out = append(out, f.at(n, "a piece of SQL belongs in a file called store*.go"))
			}
			return true
		})
	}
	return out
}

// asks reports whether a call adds a piece of SQL to a query.
func asks(call *ast.CallExpr) bool {
	sel, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || !slices.Contains([]string{"Q", "Add", "If", "Exec", "Query", "QueryRow"}, sel.Sel.Name) {
		return false
	}
	return slices.ContainsFunc(call.Args, func(arg ast.Expr) bool {
		text, ok := joined(arg)
		return ok && sqlPart.MatchString(text)
	})
}

func findSQLOwner(t *tree) []finding {
	return t.inSQL("sql owner", func(f *file, n ast.Node, text string) []finding {
		_, pkg := split(f.unit)
		var out []finding
		for _, table := range foreign(pkg, text) {
			out = append(out, f.at(n, "table %s is not %s's to touch", table, pkg))
		}
		return out
	})
}

func findSQLStar(t *tree) []finding {
	return t.inSQL("sql columns", func(f *file, n ast.Node, text string) []finding {
		if sqlStar.MatchString(text) {
			return []finding{f.at(n, "list the columns instead of *")}
		}
		return nil
	})
}

// findSQLDialect looks at the domains only: search and jobs differ by engine,
// and exist so that nobody else has to.
func findSQLDialect(t *tree) []finding {
	return t.inSQL("sql dialect", func(f *file, n ast.Node, text string) []finding {
		tier, _ := split(f.unit)
		if word := sqlDialect.FindString(text); word != "" && (tier == "core" || tier == "civic") {
			return []finding{f.at(n, "%q does not mean the same on every engine", word)}
		}
		return nil
	})
}

func findDelete(t *tree) []finding {
	return t.inSQL("sql delete", func(f *file, n ast.Node, text string) []finding {
		if sqlDelete.MatchString(text) && f.name != "store_retention.go" {
			return []finding{f.at(n, "rows are removed in store_retention.go only")}
		}
		return nil
	})
}

// inSQL applies a check to each statement of the packages that are not excused.
func (t *tree) inSQL(rule string, check func(f *file, n ast.Node, text string) []finding) []finding {
	var out []finding
	for _, f := range t.sources() {
		if f.unit == "" || f.unit == "archtest" || excused(rule, f.dir) {
			continue
		}
		f.statements(func(n ast.Node, text string) { out = append(out, check(f, n, text)...) })
	}
	return out
}
