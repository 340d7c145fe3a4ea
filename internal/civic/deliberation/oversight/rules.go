// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package oversight

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/form"
	"pavilion/internal/base/trace"
	"pavilion/internal/core/identity"
)

// Limits of what is drawn, and of what people write here, in characters.
const (
	MaxSize   = 100
	MaxWords  = 500
	minWords  = 4
	maxPeriod = 366 * 24 * time.Hour
	maxOwn    = 20 // findings that an inspector adds to one inspection
)

// span is an interval of places.
type span struct{ lo, hi int64 }

// spans are the places in which somebody holds one of the roles.
func spans(a identity.Actor, now time.Time, roles ...identity.Role) (out []span) {
	for _, g := range a.Grants {
		if slices.Contains(roles, g.Role) && g.Live(now) {
			out = append(out, span{g.Lo, g.Hi})
		}
	}
	return out
}

// Inspects reports whether somebody inspects the records of a place.
func Inspects(a identity.Actor, place int64, now time.Time) bool {
	return slices.Contains(a.RolesAt(place, "", now), identity.Inspector)
}

// reads reports whether somebody reads what was inspected in a place: inspectors, and
// auditors, who read what these did.
func reads(a identity.Actor, place int64, now time.Time) bool {
	return slices.ContainsFunc(spans(a, now, identity.Inspector, identity.Auditor), func(s span) bool { return s.lo <= place && place < s.hi })
}

// TookPart reports whether an account acted on a proceeding, or is a member of a body
// that met or voted in it.
func (t Trail) TookPart(account string, memberOf []string) bool {
	return slices.Contains(t.Doers, account) || slices.ContainsFunc(t.Bodies, func(b string) bool { return slices.Contains(memberOf, b) })
}

// checkDraw says what is wrong with what is to be drawn, or nil.
func checkDraw(c Draw) error {
	var out []*fault.Error
	if !c.From.Before(c.To) || c.To.Sub(c.From) > maxPeriod {
		out = append(out, fault.New(fault.Invalid, "oversight.bad_period").At("to_day"))
	}
	if c.Size < 1 || c.Size > MaxSize {
		out = append(out, fault.New(fault.Invalid, "oversight.bad_size").At("size").With("max", strconv.Itoa(MaxSize)))
	}
	return fault.Join(out...)
}

// slip is a record that may be drawn.
type slip struct {
	proceeding string
	title      string
	place      int64
	lot        string
	barred     bool
}

// frameOf is the sum over all records there are to draw from, in their order.
func frameOf(all []slip) string {
	sum := sha256.New()
	for _, s := range all {
		sum.Write([]byte(s.proceeding + "\n"))
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// lots brings slips into the order in which a seed draws them.
func lots(seed string, all []slip) []slip {
	out := slices.Clone(all)
	for i := range out {
		sum := sha256.Sum256([]byte(seed + "\x00" + out[i].proceeding))
		out[i].lot = hex.EncodeToString(sum[:])
	}
	slices.SortFunc(out, func(a, b slip) int { return cmp.Compare(a.lot, b.lot) })
	return out
}

// pick takes the first so many that are not barred.
func pick(seed string, all []slip, size int) (out []slip) {
	for _, s := range lots(seed, all) {
		if !s.barred && len(out) < size {
			out = append(out, s)
		}
	}
	return out
}

// clean brings what somebody wrote into lines without traces of a person.
func clean(field, words string) (string, error) {
	words, err := form.CleanText(words, true)
	if f, ok := fault.As(err); ok {
		return "", f.At(field)
	}
	if utf8.RuneCountInString(words) > MaxWords {
		return "", fault.New(fault.Invalid, "form.too_long").At(field).With("max", strconv.Itoa(MaxWords))
	}
	return words, trace.Gate(field, words)
}

// long says that words are needed, or nil.
func long(field, words string) *fault.Error {
	if utf8.RuneCountInString(words) < minWords {
		return fault.New(fault.Invalid, "oversight.words_needed").At(field)
	}
	return nil
}

// open reports whether an inspection waits for its inspector.
func (s State) open() bool { return s == Drawn || s == Answered }

// checkVerdict says why an inspection cannot be judged so, or nil. What lacks
// something is not in order, whatever its inspector thinks.
func checkVerdict(i Inspection, c Judge, findings []Finding) error {
	switch {
	case !slices.Contains([]State{InOrder, Noted, SentBack}, c.Verdict):
		return fault.New(fault.Invalid, "oversight.verdict_unknown").At("verdict")
	case !i.State.open():
		return fault.New(fault.Conflict, "oversight.judged_already")
	case c.Verdict == InOrder && len(findings) > 0:
		return fault.New(fault.Conflict, "oversight.has_findings").At("verdict").With("n", strconv.Itoa(len(findings)))
	case c.Verdict == Noted && len(findings) == 0:
		return fault.New(fault.Invalid, "oversight.no_findings").At("verdict")
	}
	if c.Verdict == InOrder {
		return nil
	}
	if f := long("words", c.Words); f != nil {
		return f
	}
	return nil
}
