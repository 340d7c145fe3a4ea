// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package tally

import (
	"cmp"
	"slices"
)

// Level is who made a rule.
type Level string

// The levels, from the widest.
const (
	National   Level = "national"
	Provincial Level = "province"
	Local      Level = "realm"
)

// Levels lists the levels, the widest first.
func Levels() []Level { return []Level{National, Provincial, Local} }

// Rule is how one kind of assembly decides, from a day on.
type Rule struct {
	Code       string  `json:"code"`              // of the assembly, and "special" where more is asked: owners, owners.special
	Level      Level   `json:"level"`             // who made it
	From       string  `json:"from"`              // the day it takes effect, as 2026-01-01
	Basis      string  `json:"basis"`             // text that cites it
	Quorum     []Bound `json:"quorum"`            // all of them have to hold
	Pass       []Bound `json:"pass"`              // all of them have to hold
	Notice     int     `json:"notice"`            // days between notice and meeting, at least
	Disclosure int     `json:"disclosure"`        // days for which the resolution is published, at least
	Proxies    *int    `json:"proxies,omitempty"` // that one person may hold, at most; nil where nothing is said
	Secret     bool    `json:"secret,omitempty"`  // the ballot has to be
}

// Name is a rule's code and day of effect, as records cite it.
func (r Rule) Name() string { return r.Code + "@" + r.From }

// Strictest is the rule that asks for the most of several about the same assembly:
// for each share the larger, for each term the longer, of proxies the fewer, secret
// if any says so. It bears the name of the last of them. Of none it is the zero Rule.
func Strictest(rules ...Rule) Rule {
	if len(rules) == 0 {
		return Rule{}
	}
	out := rules[len(rules)-1]
	out.Quorum, out.Pass, out.Proxies = nil, nil, nil
	for _, r := range rules {
		out.Quorum, out.Pass = stricter(out.Quorum, r.Quorum), stricter(out.Pass, r.Pass)
		out.Notice, out.Disclosure = max(out.Notice, r.Notice), max(out.Disclosure, r.Disclosure)
		out.Secret = out.Secret || r.Secret
		if r.Proxies != nil && (out.Proxies == nil || *r.Proxies < *out.Proxies) {
			out.Proxies = r.Proxies
		}
	}
	return out
}

// stricter joins bounds: of two on the same measure and base the one that asks for more.
func stricter(have, more []Bound) []Bound {
	out := slices.Clone(have)
	for _, b := range more {
		i := slices.IndexFunc(out, func(o Bound) bool { return o.Measure == b.Measure && o.Of == b.Of })
		switch {
		case i < 0:
			out = append(out, b)
		case out[i].less(b):
			out[i] = b
		}
	}
	slices.SortFunc(out, func(a, b Bound) int {
		return cmp.Or(cmp.Compare(a.Measure, b.Measure), cmp.Compare(a.Of, b.Of))
	})
	return out
}

// MayHold is how many proxies one person may hold. Where no rule says, none.
func (r Rule) MayHold() int {
	if r.Proxies == nil {
		return 0
	}
	return *r.Proxies
}

// less reports whether o asks for more than b.
func (b Bound) less(o Bound) bool {
	c := b.Share.Compare(o.Share)
	return c < 0 || c == 0 && !b.Strict && o.Strict
}
