// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package sight

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"time"
	"unicode/utf8"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/form"
	"pavilion/internal/base/trace"
	"pavilion/internal/core/identity"
)

// Limits of what people write here, in characters, and of what is drawn.
const (
	MinWords  = 4
	MaxWords  = 200
	MaxSize   = 200
	maxPeriod = 366 * 24 * time.Hour
	maxSeed   = 40
)

// Purposes lists those that people state before they read, in the order in which
// they are offered.
func Purposes() []Purpose {
	return []Purpose{Handling, Deciding, Checking, Answering, Supervising, Other}
}

// everyPurpose are all that a look may have.
var everyPurpose = append(Purposes(), Contacting, Request, Auditing)

// checkPurpose says what is wrong with a purpose and its words, or nil. Words are
// owed only where the purpose says nothing by itself.
func checkPurpose(p Purpose, words string, of []Purpose) error {
	n := utf8.RuneCountInString(words)
	switch {
	case !slices.Contains(of, p):
		return fault.New(fault.Invalid, "sight.purpose_unknown").At("purpose")
	case p == Other && n < MinWords:
		return fault.New(fault.Invalid, "sight.words_needed").At("words")
	case n > MaxWords:
		return fault.New(fault.Invalid, "form.too_long").At("words").With("max", "200")
	}
	return nil
}

// clean brings what somebody wrote into one line without traces of a person.
func clean(field, words string) (string, error) {
	words, err := form.CleanText(words, false)
	if f, ok := fault.As(err); ok {
		return "", f.At(field)
	}
	if utf8.RuneCountInString(words) > MaxWords {
		return "", fault.New(fault.Invalid, "form.too_long").At(field).With("max", "200")
	}
	return words, trace.Gate(field, words)
}

// Verdict is what an auditor found of a look.
type Verdict string

// The verdicts; none is a look that was drawn and not judged yet.
const (
	InOrder   Verdict = "in_order"
	ToExplain Verdict = "to_explain"
	Wrong     Verdict = "not_in_order"
)

// Verdicts lists them.
func Verdicts() []Verdict { return []Verdict{InOrder, ToExplain, Wrong} }

// checkVerdict says what is wrong with a verdict, or nil: what is not in order, or
// has to be explained, is said in words.
func checkVerdict(v Verdict, words string) error {
	switch {
	case !slices.Contains(Verdicts(), v):
		return fault.New(fault.Invalid, "sight.verdict_unknown").At("verdict")
	case v != InOrder && utf8.RuneCountInString(words) < MinWords:
		return fault.New(fault.Invalid, "sight.words_needed").At("words")
	}
	return nil
}

// checkDraw says what is wrong with what is to be drawn, or nil.
func checkDraw(d Draw) error {
	var out []*fault.Error
	if !d.From.Before(d.To) || d.To.Sub(d.From) > maxPeriod {
		out = append(out, fault.New(fault.Invalid, "sight.bad_period").At("to"))
	}
	if d.Size < 1 || d.Size > MaxSize {
		out = append(out, fault.New(fault.Invalid, "sight.bad_size").At("size"))
	}
	if utf8.RuneCountInString(d.Seed) > maxSeed {
		out = append(out, fault.New(fault.Invalid, "form.too_long").At("seed").With("max", "40"))
	}
	return fault.Join(out...)
}

// lot is the place of a look in the order in which a seed draws: whoever has the
// seed and the looks draws the same ones.
func lot(seed, look string) string {
	sum := sha256.Sum256([]byte(seed + "\x00" + look))
	return hex.EncodeToString(sum[:])
}

// span is an interval of places.
type span struct{ lo, hi int64 }

// audited are the places whose looks somebody may read: those of an auditor's
// grants that count now.
func audited(a identity.Actor, now time.Time) []span {
	var out []span
	for _, g := range a.Grants {
		if g.Role == identity.Auditor && g.Live(now) {
			out = append(out, span{g.Lo, g.Hi})
		}
	}
	return out
}
