// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package tally

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// Book is the rules that there are, of all levels and days.
type Book struct {
	Rules []Rule `json:"rules"`
}

// Finding is something wrong with rules.
type Finding struct{ Path, Key string }

// Read reads rules as they stand. Lint says whether they will do: a realm's own
// make sense only over the law.
func Read(body []byte) (*Book, error) {
	var b Book
	in := json.NewDecoder(bytes.NewReader(body))
	in.DisallowUnknownFields()
	if err := in.Decode(&b); err != nil {
		return nil, fmt.Errorf("rules of votes: %w", err)
	}
	return &b, nil
}

// Parse reads rules and refuses what nobody could decide by, and what is weaker than
// the law.
func Parse(body []byte) (*Book, error) {
	b, err := Read(body)
	if err != nil {
		return nil, err
	}
	if wrong := b.Lint(); len(wrong) > 0 {
		return nil, fmt.Errorf("rules of votes: %s: %s", wrong[0].Path, wrong[0].Key)
	}
	return b, nil
}

// longestTerm bounds the terms that a rule may set, in days.
const longestTerm = 365

// Lint lists what is wrong with rules.
func (b *Book) Lint() []Finding {
	var out []Finding
	seen := map[string]bool{}
	for _, r := range b.Rules {
		path := fmt.Sprintf("%s.%s", r.Name(), r.Level)
		bad := func(wrong bool, field, key string) {
			if wrong {
				out = append(out, Finding{path + "." + field, "tally.lint." + key})
			}
		}
		_, err := time.Parse(time.DateOnly, r.From)
		bad(seen[path] || r.Code == "", "code", "code")
		bad(err != nil, "from", "from")
		bad(!slices.Contains(Levels(), r.Level), "level", "level")
		bad(r.Basis == "", "basis", "basis")
		bad(len(r.Quorum) == 0 && r.Level == National, "quorum", "empty")
		bad(len(r.Pass) == 0 && r.Level == National, "pass", "empty")
		bad(r.Notice < 0 || r.Notice > longestTerm, "notice", "term")
		bad(r.Disclosure < 0 || r.Disclosure > longestTerm, "disclosure", "term")
		bad(r.MayHold() < 0, "proxies", "term")
		for _, bound := range slices.Concat(r.Quorum, r.Pass) {
			bad(bound.Measure != People && bound.Measure != Area, "measure", "measure")
			bad(bound.Of != Entitled && bound.Of != Attended, "of", "base")
			bad(bound.Share.Den == 0, "share", "share")
		}
		for _, bound := range r.Quorum {
			bad(bound.Of != Entitled, "quorum", "base")
		}
		if err == nil && slices.Index(Levels(), r.Level) > 0 {
			b.weaker(r, bad)
		}
		seen[path] = true
	}
	return out
}

// weaker finds where a rule asks for less than a wider one that is in force when it
// takes effect. A statutory minimum may be raised and never lowered.
func (b *Book) weaker(r Rule, bad func(wrong bool, field, key string)) {
	var above []Rule
	for _, level := range Levels()[:slices.Index(Levels(), r.Level)] {
		if wide, ok := b.of(r.Code, level, r.From); ok {
			above = append(above, wide)
		}
	}
	bad(len(above) == 0, "code", "no_law")
	law := Strictest(above...)
	for field, pair := range map[string][2][]Bound{"quorum": {law.Quorum, r.Quorum}, "pass": {law.Pass, r.Pass}} {
		for _, own := range pair[1] {
			i := slices.IndexFunc(pair[0], func(o Bound) bool { return o.Measure == own.Measure && o.Of == own.Of })
			bad(i >= 0 && own.less(pair[0][i]), field, "weaker")
		}
	}
	bad(r.Notice > 0 && r.Notice < law.Notice, "notice", "shorter")
	bad(r.Disclosure > 0 && r.Disclosure < law.Disclosure, "disclosure", "shorter")
	bad(r.MayHold() > law.MayHold(), "proxies", "weaker")
}

// of is the rule of a level that is in force on a day.
func (b *Book) of(code string, level Level, day string) (found Rule, ok bool) {
	for _, r := range b.Rules {
		if r.Code == code && r.Level == level && r.From <= day && (!ok || r.From > found.From) {
			found, ok = r, true
		}
	}
	return found, ok
}

// At is how an assembly decides on a day, as 2026-09-20: the strictest of what nation,
// province and realm say. It is false where no law is in force.
func (b *Book) At(code, day string) (Rule, bool) {
	var rules []Rule
	for _, level := range Levels() {
		if r, ok := b.of(code, level, day); ok {
			rules = append(rules, r)
		}
	}
	if len(rules) == 0 || rules[0].Level != National {
		return Rule{}, false
	}
	return Strictest(rules...), true
}
