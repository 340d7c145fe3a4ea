// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package archtest

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

const module = "pavilion/internal/"

// tiers from the ground up. A package may import any tier below its own.
var tiers = []string{"base", "platform", "core", "civic", "edge", "app"}

// order lists the packages of the tiers whose members may know one another: each
// may import those before it. Civic and edge have no order: their packages never
// import one another, so any of them can be left out of a build.
var order = map[string][]string{
	"base":     {"fault", "id", "clock", "page", "geo", "form", "text", "trace"},
	"platform": {"db", "migrate", "blob", "seal", "gateway", "search", "jobs", "httpkit", "imaging", "sheet"},
	"core":     {"audit", "ledger", "outbox", "identity", "sight", "org", "files", "edition", "retention", "procedure", "inbox", "release", "notify", "routing", "gathering"},
}

// sharedGroups are the parts of edge/web and edge/api that their groups of pages and
// operations are made of.
var sharedGroups = []string{"webkit", "webmatter", "apikit"}

// allowed says why a package may not import another, or nil if it may. Both are
// paths below internal/, such as "civic/matter".
func allowed(from, to string) error {
	fromTier, fromPkg := split(from)
	toTier, toPkg := split(to)
	f, t := slices.Index(tiers, fromTier), slices.Index(tiers, toTier)
	switch {
	case f < 0:
		return fmt.Errorf("%s is in no tier", from)
	case t < 0:
		return fmt.Errorf("%s is in no tier", to)
	case order[fromTier] != nil && !slices.Contains(order[fromTier], fromPkg):
		return fmt.Errorf("%s has no place in the order of %s", from, fromTier)
	case t > f:
		return fmt.Errorf("%s must not know %s: %s is above %s", from, to, toTier, fromTier)
	case t == f && fromTier == "app":
		return nil
	case t == f && fromPkg != toPkg && !before(fromTier, toPkg, fromPkg):
		return fmt.Errorf("%s must not know %s: use an event, or an interface that app fills", from, to)
	case group(from) != "" && group(to) != "" && group(from) != group(to) && !slices.Contains(sharedGroups, group(to)):
		return fmt.Errorf("%s must not know %s: what groups share is in %s", from, to, strings.Join(sharedGroups, ", "))
	}
	return nil
}

// before reports whether package a comes before package b in its tier's order.
func before(tier, a, b string) bool {
	i, j := slices.Index(order[tier], a), slices.Index(order[tier], b)
	return i >= 0 && j >= 0 && i < j
}

// split returns the tier and package of a path: what lies deeper is the
// package's own business.
func split(path string) (tier, pkg string) {
	parts := strings.Split(path, "/")
	if len(parts) < 2 {
		return parts[0], ""
	}
	return parts[0], parts[1]
}

// group returns which group of pages or operations a path belongs to: "webdesk" for
// "edge/web/webdesk". It is empty for everything else.
func group(path string) string {
	for _, folder := range []string{"edge/web/", "edge/api/"} {
		if rest, ok := strings.CutPrefix(path, folder); ok {
			name, _, _ := strings.Cut(rest, "/")
			return name
		}
	}
	return ""
}

// imported calls fn for each import of the file.
func (f *file) imported(fn func(path string) string) []finding {
	var out []finding
	for _, spec := range f.ast.Imports {
		path, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			continue
		}
		if what := fn(path); what != "" {
			out = append(out, f.at(spec, "%s", what))
		}
	}
	return out
}

func findTiers(t *tree) []finding {
	var out []finding
	for _, f := range t.files {
		if excused("tiers", f.dir) || f.unit == "archtest" {
			continue
		}
		out = append(out, f.imported(func(path string) string {
			to, own := strings.CutPrefix(path, module)
			switch {
			case !own || under(f.dir, "cmd"):
				return ""
			case f.unit == "" && !f.test:
				return fmt.Sprintf("%s holds data and must not know %s", f.dir, to)
			case f.unit == "":
				return ""
			}
			if err := allowed(f.unit, to); err != nil {
				return err.Error()
			}
			return ""
		})...)
	}
	return out
}

// findGateway finds core and civic packages, notify excepted, that reach for
// the outside.
func findGateway(t *tree) []finding {
	var out []finding
	for _, f := range t.sources() {
		tier, pkg := split(f.unit)
		if tier != "core" && tier != "civic" || pkg == "notify" {
			continue
		}
		out = append(out, f.imported(func(path string) string {
			if under(path, module+"platform/gateway") {
				return f.unit + " must not know platform/gateway"
			}
			return ""
		})...)
	}
	return out
}

// impure are the packages that a rules file may not import, with all below them
// but the pure ones.
var impure = []string{
	"context", "crypto/rand", "database", "io/fs", "log", "math/rand", "net", "os", "syscall",
	module + "platform",
}

var pure = []string{"net/netip", "net/url"}

func findImpure(t *tree) []finding {
	var out []finding
	for _, f := range t.sources() {
		if f.unit == "" || !strings.HasPrefix(f.name, "rules") {
			continue
		}
		out = append(out, f.imported(func(path string) string {
			if !slices.Contains(pure, path) && slices.ContainsFunc(impure, func(dir string) bool { return under(path, dir) }) {
				return "rules are pure; " + path + " is not"
			}
			return ""
		})...)
	}
	return out
}
