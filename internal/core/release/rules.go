// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package release

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/form"
	"pavilion/internal/base/trace"
	"pavilion/internal/core/identity"
)

// releasing are the roles of a desk that release.
var releasing = []identity.Role{identity.Dispatcher, identity.ShiftHead}

// maxReason bounds a reason, in characters.
const maxReason = 200

// Lettable reports whether a releaser may let a find through with a reason: the
// fixed line of an office, and what only looks like a trace. What is sure to lead
// to a person never becomes public.
func Lettable(t trace.Trace) bool { return t.Kind == trace.Line || !t.Sure }

// Barred reports whether there is a find in the words that nobody may let through.
func Barred(words []Part) bool {
	return slices.ContainsFunc(words, func(p Part) bool {
		return slices.ContainsFunc(trace.Find(p.Text), func(t trace.Trace) bool { return !Lettable(t) })
	})
}

// Kinds lists the kinds found in the words, each once, in the order of trace.Kinds.
func Kinds(words []Part) []trace.Kind {
	texts := make([]string, len(words))
	for i, p := range words {
		texts[i] = p.Text
	}
	return trace.KindsOf(texts...)
}

// Redacted returns the words with every find replaced by what mark writes.
func Redacted(words []Part, mark func(trace.Kind) string) []Part {
	out := slices.Clone(words)
	for i := range out {
		out[i].Text = trace.Redact(out[i].Text, mark)
	}
	return out
}

// hidden stands for a find in what is kept of a version that was mended.
func hidden(trace.Kind) string { return "\u2587\u2587" }

// kept is what the trail keeps of a version.
func kept(words []Part) []Part {
	if Barred(words) {
		return Redacted(words, hidden)
	}
	return words
}

// clean checks the words as they were sent: one part at least says something, and
// none has control characters.
func clean(words []Part) ([]Part, error) {
	out := slices.Clone(words)
	var faults []*fault.Error
	said := false
	for i, p := range out {
		text, err := form.CleanText(p.Text, true)
		if f, ok := fault.As(err); ok {
			faults = append(faults, f.At(p.Name))
			continue
		}
		out[i].Text = text
		said = said || text != ""
	}
	if len(faults) == 0 && !said && len(out) > 0 {
		faults = append(faults, fault.New(fault.Invalid, "form.required").At(out[0].Name))
	}
	return out, fault.Join(faults...)
}

// reason checks why something is done. It is shown, so it holds no trace either.
func reason(given string, required bool) (string, error) {
	text, err := form.CleanText(given, false)
	if f, ok := fault.As(err); ok {
		return "", f.At("reason")
	}
	switch n := utf8.RuneCountInString(text); {
	case n == 0 && required:
		return "", fault.New(fault.Invalid, "release.reason_required").At("reason")
	case n > maxReason:
		return "", fault.New(fault.Invalid, "form.too_long").At("reason").With("max", "200")
	}
	return text, trace.Gate("reason", text, trace.Line)
}

// Sees reports whether somebody may see a draft: the desk of its place, its
// author, and the auditors of the place; never who works for the body it avoids.
func Sees(a identity.Actor, d Draft, now time.Time) bool {
	if a.Anonymous() || a.Realm != d.Realm || d.Avoid != "" && slices.Contains(a.Bodies(), d.Avoid) {
		return false
	}
	roles := a.RolesAt(d.Place, "", now)
	return wrote(a, d, now) || slices.Contains(roles, identity.Auditor) || desk(roles)
}

// veiled is a draft with its trail as somebody who may see it may read it. Auditors
// judge who wrote and who released, and what was found: they read the words that
// everybody may read, and no others.
func veiled(t Trail, a identity.Actor, now time.Time) Trail {
	if wrote(a, t.Draft, now) || desk(a.RolesAt(t.Place, "", now)) {
		return t
	}
	public := t.State == Released
	if !public {
		t.Withheld, t.File, t.Words = true, "", emptied(t.Words)
	}
	t.Link = ""
	t.Versions = slices.Clone(t.Versions)
	for i := range t.Versions {
		if v := &t.Versions[i]; !public || v.Number != t.Version {
			v.Words, v.Withheld = emptied(v.Words), true
		}
	}
	return t
}

// emptied are parts without their texts.
func emptied(words []Part) []Part {
	out := slices.Clone(words)
	for i := range out {
		out[i].Text = ""
	}
	return out
}

// wrote reports whether somebody wrote the draft's words, and still works at its
// place in whatever role.
func wrote(a identity.Actor, d Draft, now time.Time) bool {
	return d.Author == a.Account && slices.ContainsFunc(a.Grants, func(g identity.Grant) bool { return g.Live(now) && g.Covers(d.Place) })
}

func desk(roles []identity.Role) bool {
	return slices.ContainsFunc(roles, func(r identity.Role) bool { return slices.Contains(releasing, r) })
}

// mayRelease says why somebody may not release a draft that the given accounts
// wrote, or nil: who is not of the desk, who wrote any version of it, and who is of
// the desk only because one of these lent or gave them their own post for a time.
func mayRelease(a identity.Actor, d Draft, authors []string, now time.Time) error {
	if !Sees(a, d, now) || !desk(a.RolesAt(d.Place, "", now)) {
		return fault.New(fault.Denied, "release.not_yours")
	}
	if slices.Contains(authors, a.Account) {
		return fault.New(fault.Denied, "release.own")
	}
	own := slices.ContainsFunc(a.Grants, func(g identity.Grant) bool {
		return g.Live(now) && g.For() && g.Covers(d.Place) && slices.Contains(releasing, g.Role) && !lentBy(g, authors)
	})
	if !own {
		return fault.New(fault.Denied, "release.lent_by_author")
	}
	return nil
}

// lentBy reports whether a grant for a time was given by one of these.
func lentBy(g identity.Grant, accounts []string) bool {
	return g.Basis != identity.Appointed && g.Basis != "" && slices.Contains(accounts, g.By)
}

// mayWithdraw reports whether somebody may take a draft back: the desk, also who
// wrote it, and its author.
func mayWithdraw(a identity.Actor, d Draft, now time.Time) bool {
	return Sees(a, d, now) && (wrote(a, d, now) || desk(a.RolesAt(d.Place, "", now)))
}

// joined and parted write kinds as one text.
func joined(kinds []trace.Kind) string {
	out := make([]string, len(kinds))
	for i, k := range kinds {
		out[i] = string(k)
	}
	return strings.Join(out, " ")
}

func parted(text string) []trace.Kind {
	var out []trace.Kind
	for _, k := range strings.Fields(text) {
		out = append(out, trace.Kind(k))
	}
	return out
}

// shown is what everybody may know of a draft. That one was given up before it was
// public is nobody's business.
func shown(d Draft) Shown {
	switch {
	case d.State == Released:
		return Shown{State: Released}
	case d.State == Withdrawn && d.Releaser != "":
		return Shown{State: Withdrawn, Reason: d.Reason}
	case d.State.Live():
		return Shown{State: Waiting}
	}
	return Shown{}
}
