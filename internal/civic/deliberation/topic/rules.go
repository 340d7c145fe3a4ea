// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package topic

import (
	"slices"

	"pavilion/internal/base/fault"
)

// Stage is how far a topic has come.
type Stage string

// The stages.
const (
	Raised       Stage = "raised"       // put forward, with no suggestion behind it yet
	Gathered     Stage = "gathered"     // made of suggestions
	Deliberating Stage = "deliberating" // it has a proceeding
	Decided      Stage = "decided"
	Solved       Stage = "solved"
	Answered     Stage = "answered" // explained; nothing had to be decided
	NotPursued   Stage = "not_pursued"
	Merged       Stage = "merged" // into another
)

// Stages lists every stage, in the order in which a topic goes through them.
func Stages() []Stage {
	return []Stage{Raised, Gathered, Deliberating, Decided, Solved, Answered, NotPursued, Merged}
}

// Open reports whether something is still to happen to a topic.
func (s Stage) Open() bool {
	return s == Raised || s == Gathered || s == Deliberating || s == Decided
}

// Free reports whether the desk still has the topic to itself: it has no proceeding.
func (s Stage) Free() bool { return s == Raised || s == Gathered }

// Takes reports whether suggestions and other topics may still be added.
func (s Stage) Takes() bool { return s.Free() || s == Deliberating }

// follows lists the stages into which a proceeding may bring a topic.
func (s Stage) follows() []Stage {
	switch s {
	case Raised, Gathered:
		return []Stage{Deliberating}
	case Deliberating:
		return []Stage{Decided, NotPursued, Gathered}
	case Decided:
		return []Stage{Solved, NotPursued, Deliberating}
	}
	return nil
}

// marking says why a proceeding may not bring a topic into a stage, or nil.
func marking(t Topic, to Stage, ref string) error {
	switch {
	case ref == "":
		return fault.New(fault.Invalid, "form.required").At("ref")
	case t.Stage == Merged:
		return fault.New(fault.Conflict, "topic.merged").With("into", t.Into)
	case t.Ref != "" && t.Ref != ref:
		return fault.New(fault.Conflict, "topic.in_proceeding")
	case !slices.Contains(t.Stage.follows(), to):
		return fault.New(fault.Conflict, "topic.stage_wrong").With("stage", string(t.Stage))
	}
	return nil
}

// merging says why one topic may not be merged into another, or nil.
func merging(t, into Topic) error {
	switch {
	case t.ID == into.ID:
		return fault.New(fault.Invalid, "topic.same").At("into")
	case t.Stage == Merged:
		return fault.New(fault.Conflict, "topic.merged").With("into", t.Into)
	case into.Stage == Merged:
		return fault.New(fault.Conflict, "topic.into_merged").At("into").With("into", into.Into)
	case !t.Stage.Free():
		return fault.New(fault.Conflict, "topic.has_proceeding")
	case !into.Stage.Takes():
		return fault.New(fault.Conflict, "topic.into_ended").At("into")
	}
	return nil
}

// rising says why a topic may not rise to a level, or nil, and whether levels are
// passed over.
func rising(levels []Level, from, to Level, reason string) (skipped bool, err error) {
	at, next := slices.Index(levels, from), slices.Index(levels, to)
	switch {
	case next < 0:
		return false, fault.New(fault.Invalid, "form.not_a_choice").At("level")
	case next <= at:
		return false, fault.New(fault.Conflict, "topic.level_not_above").At("level")
	case next > at+1 && reason == "":
		return true, fault.New(fault.Invalid, "topic.skip_reason").At("reason")
	}
	return next > at+1, nil
}

// Why says why a ratio is not shown.
type Why string

// The reasons. Empty is none: the ratio is shown.
const (
	WhyNothing  Why = "nothing"  // nothing was suggested
	WhyOutside  Why = "outside"  // some come from suggestions of another time or place
	WhyUnlinked Why = "unlinked" // some come from no suggestion at all
)

// Sets are the suggestions of a time and area, and the topics that reached a stage in
// it, held against each other.
type Sets struct {
	Suggestions int // of the time and area
	Topics      int // that reached the stage
	Unlinked    int // of these, with no suggestion behind them
	Behind      int // suggestions behind these topics, each once
	Outside     int // of these, of another time or area
}

// Ratio returns the share, in thousandths, of the suggestions that led to the stage. It
// says why there is none where the two numbers are not of one set: what was solved must
// come from what was suggested.
func Ratio(s Sets) (permille int, why Why) {
	switch {
	case s.Suggestions == 0:
		return 0, WhyNothing
	case s.Unlinked > 0:
		return 0, WhyUnlinked
	case s.Outside > 0:
		return 0, WhyOutside
	}
	return (s.Behind*1000 + s.Suggestions/2) / s.Suggestions, ""
}

// alike returns how much of the shorter of two lists of tokens is in the other, in
// thousandths, each token once.
func alike(a, b []string) int {
	a, b = distinct(a), distinct(b)
	if len(a) == 0 || len(b) == 0 {
		return 0
	}
	both := 0
	for _, token := range a {
		if _, ok := slices.BinarySearch(b, token); ok {
			both++
		}
	}
	return both * 1000 / min(len(a), len(b))
}

// distinct returns the tokens of two characters and more, sorted, each once: a single
// character is in every text.
func distinct(tokens []string) []string {
	out := slices.DeleteFunc(slices.Clone(tokens), func(t string) bool { return len([]rune(t)) < 2 })
	slices.Sort(out)
	return slices.Compact(out)
}
