// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package archtest keeps the house rules: what may import what, where SQL may
// stand, how large a thing may grow, what must be documented. It reads the tree
// and compiles nothing. ARCHITECTURE.md explains the rules to people; removing
// one takes a paragraph in docs/adr.
//
//	archtest.go  the rules, and how one is applied
//	tree.go      the tree as the rules see it
//	imports.go   tiers, gateways, pure rules
//	sql.go       statements in Go          schema.go  tables in migrations
//	effects.go   clocks, init, mutable variables, panic
//	names.go     packages, identifiers     size.go    budgets
//	comments.go  contracts, headers, words that rot
//	texts.go     what people read          deps.go    the list of dependencies
//	danger.go    what leaves the process   security.go  docs/security.md
package archtest

import "fmt"

// rule is one house rule: what it finds in a tree, and why it is kept.
type rule struct {
	name string
	why  string
	find func(t *tree) []finding
}

// finding is one place where a rule is broken.
type finding struct {
	at   string // path, or path:line:column
	what string
}

// rules are all house rules, each with the reason that its messages end with.
var rules = []rule{
	{"tiers", "the import path says who may know whom, so that a part can be read, tested and left out alone", findTiers},
	{"gateway", "nothing leaves the machine inside a use case: core and civic write to the outbox, notify sends", findGateway},
	{"pure rules", "a rule that reads only its arguments can be tested with a table of sentences", findImpure},
	{"sql place", "whoever looks for a table's statements looks in store*.go and nowhere else", findSQLPlace},
	{"sql owner", "a table has one writer: other packages ask its owner", findSQLOwner},
	{"sql columns", "a statement that lists its columns survives a migration", findSQLStar},
	{"sql dialect", "one text runs on both engines and on a distributed one", findSQLDialect},
	{"sql delete", "what an authority may have to account for is not removed, except by a procedure of retention", findDelete},
	{"schema", "keys that begin with the realm are what lets a realm move to another machine", findSchema},
	{"clock", "time comes in as an argument, so that a term can be tested", findClock},
	{"init", "importing a package has no effects: wiring is in app, where it can be read", findInit},
	{"variables", "a package variable that changes is state that no caller can see", findMutable},
	{"panic", "only Must… at start-up may end the program; everybody else returns an error", findPanic},
	{"package names", "one name, one package, one purpose: nobody needs an alias or guesses what a drawer holds", findPackageNames},
	{"identifiers", "names are the glossary's, so that code, tables and people say the same word", findIdentifiers},
	{"core nouns", "core serves every domain because it knows none", findCivicNouns},
	{"size", "what fits on a screen gets read; raise a budget only with an ADR that says what was gained", findSize},
	{"interfaces", "an interface is what its asker needs: a large one is somebody's whole self", findInterfaces},
	{"contracts", "an exported name promises something, and its comment says what", findContracts},
	{"header", "every file carries its licence when it travels alone", findHeader},
	{"comments", "a comment gives a contract or a reason, and both must stay true", findComments},
	{"han", "sentences that people read live in catalogue/texts, where they are translated and corrected", findHan},
	{"texts", "nobody is shown a key, in any language", findTexts},
	{"dangerous", "what runs other programs, calls other servers or steps around the types is found before it is used", findDangerous},
	{"security", "docs/security.md answers \"how do you know\": a test it names is there, and every item has a state", findSecurity},
	{"dependencies", "each module we rely on has a reason and a way out, written down", findDependencies},
	{"exceptions", "an exception that excuses nothing hides the next mistake", findIdleExceptions},
}

// exception excuses one place from one rule.
type exception struct {
	rule  string
	where string // a folder, a file, or a table
	why   string
}

// exceptions are the places where a rule would do harm. The list fails when one
// of them no longer exists.
var exceptions = []exception{
	{"tiers", "internal/platform/db/dbtest", "test support: it migrates the databases it hands out"},
	{"dangerous", "internal/platform/db/dbtest/cluster.go", "test support: it starts a private PostgreSQL"},
	{"dangerous", "internal/platform/gateway/client.go", "the one client there is: it looks at the address that is dialled"},
	{"dangerous", "internal/platform/gateway/openid", "it takes the client that gateway made, and makes none"},
	{"dangerous", "internal/app/bench/report.go", "the benchmark starts a server of its own and sends it reports"},
	{"sql owner", "internal/platform/db", "the engines' own settings and catalogues are nobody's tables"},
	{"sql place", "internal/platform/db", "it is the SQL layer"},
	{"sql delete", "internal/platform/jobs", "a job that is done is settled by removing it; what it did is in the audit"},
	{"sql delete", "internal/platform/search", "an index entry is replaced when its text changes; the text is kept by its owner"},
	{"panic", "internal/platform/db/writer.go", "a use case's own panic is carried from the writer back to its caller"},
	{"clock", "internal/base/clock", "somebody has to look at the clock"},
	{"han", "internal/base/trace", "the words are what is looked for in people's texts: nobody reads them"},
	{"han", "internal/civic/matter/mattertest", "test support: what its fictional people say is read by tests only"},
	{"identifiers", "internal/edge/api/apikit/problem.go", "huma asks its errors for GetStatus"},
}

// excused reports whether the place is excepted from the rule.
func excused(rule, where string) bool {
	for _, e := range exceptions {
		if e.rule == rule && (where == e.where || under(where, e.where)) {
			return true
		}
	}
	return false
}

// findIdleExceptions finds exceptions for what is not in the tree.
func findIdleExceptions(t *tree) []finding {
	var out []finding
	for _, e := range exceptions {
		if !t.exists(e.where) {
			out = append(out, finding{e.where, fmt.Sprintf("is excepted from %q (%s) but does not exist", e.rule, e.why)})
		}
	}
	return out
}
