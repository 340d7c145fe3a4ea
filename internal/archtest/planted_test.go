// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package archtest

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// plant is a small tree and what a rule must say about it; nothing, if says is
// empty.
type plant struct {
	rule, name string
	path, text string
	says       string
}

// beside are files that stand in every planted tree.
var beside = map[string]string{
	"GLOSSARY.md":                     "| report | 上报 | `Ticket`, `WorkOrder` |\n",
	"catalogue/texts/en/a.json":       `{"org.gone": "{name} is gone", "kit.home": "Home"}`,
	"catalogue/texts/zh-Hans/a.json":  `{"org.gone": "{name}已不存在", "kit.home": "首页"}`,
	"go.mod":                          "module x\nrequire github.com/t/t v1.0.0\n",
	"tools/go.mod":                    "module x\n",
	"docs/dependencies.md":            "# Modules\n\n## In tests only\n\n| `github.com/t/t` | trying |\n",
	"internal/platform/db/query.go":   "// Package db is the SQL layer.\npackage db",
	"internal/civic/matter/matter.go": "// Package matter is planted.\npackage matter\nvar kinds = map[string]int{}",
}

var plants = slices.Concat(importPlants, sqlPlants, effectPlants, namePlants, commentPlants, textPlants, securityPlants)

var importPlants = []plant{
	{"tiers", "a core package may not know a domain", "internal/core/org/a.go", "package org\nimport _ \"pavilion/internal/civic/matter\"", "civic is above core"},
	{"tiers", "a domain may not know its neighbour", "internal/civic/centre/a.go", "package centre\nimport _ \"pavilion/internal/civic/matter\"", "use an event"},
	{"tiers", "the order within core holds", "internal/core/outbox/a.go", "package outbox\nimport _ \"pavilion/internal/core/procedure\"", "must not know core/procedure"},
	{"tiers", "a package in no order is found", "internal/core/things/a.go", "package things\nimport _ \"pavilion/internal/base/id\"", "no place in the order"},
	{"tiers", "tests are held to it too", "internal/core/org/a_test.go", "package org\nimport _ \"pavilion/internal/app\"", "app is above core"},
	{"tiers", "groups of operations share apikit only", "internal/edge/api/apidesk/a.go", "package apidesk\nimport _ \"pavilion/internal/edge/api/apihall\"", "webmatter, apikit"},
	{"tiers", "groups of pages share webkit only", "internal/edge/web/webdesk/a.go", "package webdesk\nimport _ \"pavilion/internal/edge/web/webpublic\"", "is in webkit"},
	{"tiers", "data knows nobody", "catalogue/a.go", "package catalogue\nimport _ \"pavilion/internal/base/id\"", "holds data"},
	{"tiers", "downwards is free", "internal/civic/matter/a.go", "package matter\nimport _ \"pavilion/internal/core/org\"", ""},
	{"gateway", "a domain sends nothing itself", "internal/civic/matter/a.go", "package matter\nimport _ \"pavilion/internal/platform/gateway\"", "platform/gateway"},
	{"gateway", "notify sends", "internal/core/notify/a.go", "package notify\nimport _ \"pavilion/internal/platform/gateway\"", ""},
	{"pure rules", "a rule has no context", "internal/civic/matter/rules.go", "package matter\nimport _ \"context\"", "context is not"},
	{"pure rules", "a rule throws no dice", "internal/civic/matter/rules_draw.go", "package matter\nimport _ \"math/rand/v2\"", "math/rand/v2 is not"},
	{"pure rules", "a rule has no transaction", "internal/civic/matter/rules.go", "package matter\nimport _ \"pavilion/internal/platform/db\"", "platform/db is not"},
	{"pure rules", "an address is a value", "internal/civic/matter/rules.go", "package matter\nimport _ \"net/netip\"", ""},
}

var sqlPlants = []plant{
	{"sql place", "a statement in a use case", "internal/civic/matter/a.go", "package matter\nconst q = `SELECT id FROM matter WHERE realm = ?`", "store*.go"},
	{"sql place", "a piece of a statement in a page", "internal/civic/matter/a.go", "package matter\nfunc f(q Q) { q.Add(` AND owner = ?`, 1) }", "piece of SQL"},
	{"sql place", "a statement in small letters", "internal/civic/matter/a.go", "package matter\nconst q = `select id from matter`", "store*.go"},
	{"sql place", "a sentence is not SQL", "internal/civic/matter/a.go", "package matter\nconst s = `Select a body from the list, or update it with care`", ""},
	{"sql owner", "another's table is read", "internal/civic/matter/store.go", "package matter\nconst q = `SELECT a.id FROM matter a JOIN org_area o ON o.realm = a.realm`", "org_area is not matter's"},
	{"sql owner", "another's table is read after a comma", "internal/civic/matter/store.go", "package matter\nconst q = `SELECT m.id FROM matter m, org_area o WHERE m.realm = ?`", "org_area is not matter's"},
	{"sql owner", "another's table is written in a sum of strings", "internal/civic/matter/store.go", "package matter\nfunc f(c string) string { return `INSERT INTO audit_entry (` + c + `) VALUES (?)` }", "audit_entry is not matter's"},
	{"sql owner", "own tables, own names and upserts", "internal/civic/matter/store.go", "package matter\nconst q = `WITH late AS (SELECT id FROM matter_event) INSERT INTO matter (realm) SELECT id FROM late ON CONFLICT DO UPDATE SET n = excluded.n`", ""},
	{"sql columns", "every column", "internal/civic/matter/store.go", "package matter\nconst q = `SELECT * FROM matter`", "instead of *"},
	{"sql columns", "every column of one table", "internal/civic/matter/store.go", "package matter\nconst q = `SELECT m.* FROM matter m`", "instead of *"},
	{"sql columns", "counting rows", "internal/civic/matter/store.go", "package matter\nconst q = `SELECT count(*) FROM matter`", ""},
	{"sql dialect", "a word of one engine", "internal/civic/matter/store.go", "package matter\nconst q = `SELECT id FROM matter WHERE title ILIKE ?`", "ILIKE"},
	{"sql dialect", "the engine's clock", "internal/civic/matter/store.go", "package matter\nconst q = `UPDATE matter SET at = now() WHERE realm = ?`", "now()"},
	{"sql dialect", "a look inside JSON", "internal/civic/matter/store.go", "package matter\nconst q = `SELECT answers ->> 'x' FROM matter`", "->>"},
	{"sql dialect", "a portable statement", "internal/civic/matter/store.go", "package matter\nconst q = `SELECT id FROM matter WHERE realm = ? AND (due_at, id) > (?, ?)`", ""},
	{"sql delete", "a row is removed", "internal/civic/matter/store.go", "package matter\nconst q = `DELETE FROM matter WHERE realm = ?`", "store_retention.go only"},
	{"sql delete", "retention removes", "internal/civic/matter/store_retention.go", "package matter\nconst q = `DELETE FROM matter WHERE realm = ?`", ""},
	{"schema", "a key without the realm", "migrations/1.sql", "CREATE TABLE matter (\n id TEXT NOT NULL, realm TEXT, PRIMARY KEY (id, realm));", `begins with "id"`},
	{"schema", "a key beside its column", "migrations/1.sql", "CREATE TABLE matter (id TEXT PRIMARY KEY, realm TEXT);", `begins with "id"`},
	{"schema", "no key", "migrations/1.sql", "CREATE TABLE matter (realm TEXT);", `begins with ""`},
	{"schema", "a table of nobody", "migrations/1.sql", "CREATE TABLE orphan (realm TEXT, PRIMARY KEY (realm));", "called after no package"},
	{"schema", "an index without the realm", "migrations/1.sql", "CREATE INDEX matter_at ON matter (at, realm);", "index matter_at"},
	{"schema", "a foreign key", "migrations/1.sql", "CREATE TABLE matter (realm TEXT, org TEXT REFERENCES org (id), PRIMARY KEY (realm));", "references"},
	{"schema", "a trigger", "migrations/1.sql", "CREATE TRIGGER matter_t AFTER INSERT ON matter BEGIN SELECT 1; END;", "create trigger"},
	{"schema", "a table as it should be", "migrations/1.sql", "-- references nothing\nCREATE TABLE matter (realm TEXT, n BIGINT DEFAULT (1), PRIMARY KEY (realm, n));\nCREATE UNIQUE INDEX a ON matter (realm, n) WHERE n > 0;", ""},
}

var effectPlants = []plant{
	{"clock", "a look at the clock", "internal/core/org/a.go", "package org\nimport \"time\"\nvar t = time.Now", "time.Now looks"},
	{"clock", "a hidden look at the clock", "cmd/pavilion/a.go", "package main\nimport \"time\"\nfunc f(t time.Time) { _ = time.Since(t) }", "time.Since looks"},
	{"clock", "the clock itself", "internal/base/clock/a.go", "package clock\nimport \"time\"\nvar t = time.Now", ""},
	{"init", "an init function", "internal/core/org/a.go", "package org\nfunc init() {}", "no init"},
	{"init", "a method called init", "internal/core/org/a.go", "package org\nfunc (t T) init() {}", ""},
	{"variables", "a variable of another file is assigned", "internal/civic/matter/a.go", "package matter\nfunc f() { kinds = nil }", "kinds is written"},
	{"variables", "a map is filled", "internal/civic/matter/a.go", "package matter\nfunc f() { kinds[`a`]++ }", "kinds is written"},
	{"variables", "a map is emptied", "internal/civic/matter/a.go", "package matter\nfunc f() { clear(kinds) }", "kinds is written"},
	{"variables", "a local of the same name", "internal/civic/matter/a.go", "package matter\nfunc f() { kinds := 1; kinds = 2 }", ""},
	{"panic", "a panic", "internal/core/org/a.go", "package org\nfunc f() { panic(1) }", "outside a function called Must"},
	{"panic", "a panic at start-up", "internal/core/org/a.go", "package org\nfunc MustLoad() { panic(1) }", ""},
}

var namePlants = []plant{
	{"package names", "two of one name", "internal/edge/matter/a.go", "package matter", "both called matter"},
	{"package names", "a drawer", "internal/core/helpers/a.go", "package helpers", "a drawer"},
	{"package names", "a drawer with a label", "internal/core/orgutil/a.go", "package orgutil", "a drawer"},
	{"package names", "tests in a package of their own", "internal/civic/matter/a_test.go", "package matter_test", ""},
	{"identifiers", "a getter", "internal/core/org/a.go", "package org\nfunc GetArea() {}", "no Get"},
	{"identifiers", "a word that the glossary avoids", "internal/core/org/a.go", "package org\ntype openWorkOrder struct{}", `avoids "WorkOrder"`},
	{"identifiers", "a word that contains one", "internal/core/org/a.go", "package org\nfunc Getaway() {}\nvar tickets int", ""},
	{"core nouns", "a subject in core", "internal/core/inbox/a.go", "package inbox\ntype matterItem struct{}", "knows no matter"},
	{"core nouns", "several subjects in core", "internal/core/inbox/a.go", "package inbox\nfunc f(wishes int) {}", "knows no wishes"},
	{"core nouns", "a domain knows itself", "internal/civic/matter/a.go", "package matter\ntype wish int", ""},
	{"size", "a long function", "internal/core/org/a.go", "package org\nfunc f() {" + strings.Repeat("\n", 80) + "}", "81 lines"},
	{"size", "a long file", "internal/core/org/a.go", "package org" + strings.Repeat("\n", 501), "501 lines"},
	{"size", "a function that fits", "internal/core/org/a.go", "package org\nfunc f() {" + strings.Repeat("\n", 79) + "}", ""},
	{"interfaces", "a large interface", "internal/core/org/a.go", "package org\ntype I interface { A(); B(); C(); D(); E(); F() }", "6 methods"},
	{"interfaces", "a small interface", "internal/core/org/a.go", "package org\ntype I interface { A(); B() }", ""},
}

var commentPlants = []plant{
	{"contracts", "no comment", "internal/core/org/a.go", "// Package org.\npackage org\nfunc Find() {}", "comment of Find"},
	{"contracts", "a comment on something else", "internal/core/org/a.go", "// Package org.\npackage org\n// Looks it up.\nfunc Find() {}", "comment of Find"},
	{"contracts", "a type", "internal/core/org/a.go", "// Package org.\npackage org\ntype Area struct{}", "comment of Area"},
	{"contracts", "a constant in a group", "internal/core/org/a.go", "// Package org.\npackage org\nconst (\n\tA = 1\n)", "A has no comment"},
	{"contracts", "a silent package", "internal/core/org/a.go", "package org", "0 package comments"},
	{"contracts", "all said", "internal/core/org/a.go", "// Package org.\npackage org\n// An Area is a place.\ntype Area struct{}\n// Kinds of area.\nconst (\n\tA = 1\n)\n// Find finds.\nfunc (a Area) Find() {}\nfunc (x inner) Find() {}", ""},
	{"header", "no licence", "internal/core/org/a.go", "package org", "two lines of the licence"},
	{"header", "licence", "internal/core/org/a.go", header[0] + "\n" + header[1] + "\n\npackage org", ""},
	{"comments", "a word that rots", "internal/core/org/a.go", "package org\n// It is simply so.\n", "without simply"},
	{"comments", "a promise", "internal/core/org/a.go", "package org\n// TODO make it better\n", "names its issue"},
	{"comments", "a promise with its issue", "internal/core/org/a.go", "package org\n// TODO(#12): make it better\n", ""},
	{"comments", "an exception without a reason", "internal/core/org/a.go", "package org\n//lint:ignore SA1019 legacy\n", "names the check and the reason"},
	{"comments", "an exception that hides its check", "internal/core/org/a.go", "package org\n//nolint\n", "names the check and the reason"},
	{"comments", "an exception with its reason", "internal/core/org/a.go", "package org\n//lint:ignore SA1019 old clients read this header\n", ""},
}

var textPlants = []plant{
	{"han", "a sentence in Go", "internal/core/org/a.go", "package org\nconst s = `网格`", "Han characters"},
	{"han", "a sentence in disguise", "internal/core/org/a.go", "package org\nconst s = \"\\u7f51\"", "Han characters"},
	{"han", "a comment, and a test", "internal/core/org/a_test.go", "package org // 网格\nconst s = `网格`", ""},
	{"texts", "a fault nobody can read", "internal/core/org/a.go", "package org\nvar e = fault.New(fault.Missing, `org.lost`)", `"org.lost" is missing in en`},
	{"texts", "a fault by way of a function", "internal/core/org/a.go", "package org\nfunc no(key string) error { return fault.New(fault.Missing, key) }\nvar e = no(`org.lost`)", `"org.lost" is missing in en, zh-Hans`},
	{"texts", "a sentence nobody wrote", "internal/core/org/a.go", "package org\nfunc f(p P) { p.T(`org.lost`) }", `"org.lost" is missing`},
	{"texts", "a template's sentence", "web/templates/a.html", `<p>{{t "kit.lost" "name" .Name}}</p>`, `"kit.lost" is missing`},
	{"texts", "a language that lacks one", "catalogue/texts/en/b.json", `{"org.new": "New"}`, `"org.new" is missing; en has it`},
	{"texts", "a place that one language forgot", "catalogue/texts/en/a.json", `{"org.gone": "gone", "kit.home": "Home"}`, "lacks {name}"},
	{"texts", "a key twice", "catalogue/texts/en/b.json", `{"kit.home": "Start"}`, "another file"},
	{"texts", "all there", "web/templates/a.html", `{{template "kit.lost" .}}{{t "kit.home"}} "kit.lost"`, ""},
	{"dependencies", "a module without a row", "go.mod", "module x\nrequire (\n\tgithub.com/a/b v1.0.0\n\tgithub.com/c/d v1.0.0 // indirect\n)", "github.com/a/b has no row"},
	{"dependencies", "a tool without a row", "tools/go.mod", "module x\ntool (\n\thonnef.co/go/tools/cmd/staticcheck\n)", "staticcheck has no row"},
	{"dependencies", "a row without a module", "docs/dependencies.md", "| `github.com/a/b` | it was useful |", "not asked for"},
	{"dependencies", "too many modules", "go.mod", "module x\n" + strings.Repeat("require github.com/a/b v1.0.0\n", 21), "21 modules"},
	{"dependencies", "what tests need counts for nothing", "go.mod", "module x\n" + strings.Repeat("require github.com/t/t v1.0.0\n", 21), ""},
	{"dependencies", "what tests need in the product", "internal/core/org/a.go", "package org\nimport _ \"github.com/t/t/deep\"", "for tests only"},
	{"dependencies", "what tests need in a test", "internal/core/org/a_test.go", "package org\nimport _ \"github.com/t/t/deep\"", ""},
	{"exceptions", "an exception for what is gone", "internal/core/org/a.go", "package org", "internal/base/clock"},
}

// TestPlanted shows that each rule fires where it is broken, and only there.
func TestPlanted(t *testing.T) {
	for _, p := range plants {
		t.Run(p.rule+"/"+p.name, func(t *testing.T) {
			fsys := fstest.MapFS{}
			for path, text := range beside {
				fsys[path] = &fstest.MapFile{Data: []byte(text)}
			}
			fsys[p.path] = &fstest.MapFile{Data: []byte(p.text)}
			tree, err := load(fsys)
			if err != nil {
				t.Fatal(err)
			}
			check(t, p, find(p.rule)(tree))
		})
	}
}

// check compares what a rule found in the planted file, or because of it, with
// what it had to say.
func check(t *testing.T, p plant, found []finding) {
	t.Helper()
	said := ""
	for _, f := range found {
		if beside[strings.SplitN(f.at, ":", 2)[0]] == "" || beside[p.path] != "" {
			said += f.at + ": " + f.what + "\n"
		}
	}
	if p.says == "" && said != "" {
		t.Errorf("nothing is wrong, but it says:\n%s", said)
	}
	if !strings.Contains(said, p.says) {
		t.Errorf("says\n%s\nand not %q", said, p.says)
	}
}

func find(name string) func(*tree) []finding {
	return rules[slices.IndexFunc(rules, func(r rule) bool { return r.name == name })].find
}

// TestEveryRulePlanted holds the list of rules against the plants: a rule that
// was never seen to fire is not one.
func TestEveryRulePlanted(t *testing.T) {
	for _, r := range rules {
		fires := slices.ContainsFunc(plants, func(p plant) bool { return p.rule == r.name && p.says != "" })
		if !fires || r.why == "" {
			t.Errorf("rule %q has no planted violation or no reason", r.name)
		}
	}
	for _, e := range exceptions {
		if e.why == "" || !slices.ContainsFunc(rules, func(r rule) bool { return r.name == e.rule }) {
			t.Errorf("the exception for %s has no reason or no rule", e.where)
		}
	}
}

var securityPlants = []plant{
	{"dangerous", "a use case runs a program", "internal/civic/matter/a.go", "package matter\nimport \"os/exec\"", "os/exec is not used here"},
	{"dangerous", "a page asks another server", "internal/edge/web/webdesk/a.go", "package webdesk\nimport \"net/http\"\nvar _, _ = http.Get(`x`)", "http.Get calls another server"},
	{"dangerous", "a test may", "internal/civic/matter/a_test.go", "package matter\nimport \"os/exec\"", ""},
	{"security", "a test that is gone", "docs/security.md", "see `core/org` TestLost", "core/org has no test TestLost"},
	{"security", "a state of our own making", "docs/security.md", "| 1.1.1 | 2 | all | nearly | soon |", `"nearly", which is none of`},
	{"security", "kept, on our word", "docs/security.md", "| 1.1.1 | 2 | all | kept | believe us |", "no test says so"},
	{"security", "an item twice", "docs/security.md", "| 1.1.1 | 2 | all | not yet | |\n| 1.1.1 | 2 | all | not yet | |", "second row"},
	{"security", "a row without a reason", "docs/security.md", "| 1.1.1 | 2 | all | not yet |", "4 cells"},
	{"security", "sentences and rows in order", "docs/security.md", "in `core/org`\n| 1.1.1 | 2 | all | not applicable | no such thing |", ""},
}
