// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webkit

import (
	"fmt"
	"html/template"
	"time"

	"pavilion/internal/base/text"
)

// Light says how a term stands.
type Light string

// The lights. None is for what has no term.
const (
	OnTime    Light = "on_time"
	Near      Light = "near"
	Over      Light = "over"
	Suspended Light = "suspended"
	None      Light = "none"
)

// nearShare of a term's length is left when its light turns to near.
const nearShare = 4

// LightOf returns the light of a term that began at since and ends at due.
func LightOf(since, due, now time.Time, suspended bool) Light {
	switch {
	case due.IsZero():
		return None
	case suspended:
		return Suspended
	case !now.Before(due):
		return Over
	case due.Sub(now) <= due.Sub(since)/nearShare:
		return Near
	}
	return OnTime
}

// shapes are drawn so that the lights differ without colour.
var shapes = map[Light]string{
	OnTime:    `<circle cx="6" cy="6" r="5.5"/>`,
	Near:      `<circle cx="6" cy="6" r="5" fill="none" stroke="currentColor"/><path d="M6 1a5 5 0 0 0 0 10z"/>`,
	Over:      `<path d="M6 .5 12 11.5H0z"/>`,
	Suspended: `<path d="M1.5 1h3v10h-3zM7.5 1h3v10h-3z"/>`,
	None:      `<path d="M1 5h10v2H1z"/>`,
}

// lightHTML draws a light with its word.
func lightHTML(p *text.Printer, l Light) (template.HTML, error) {
	shape, ok := shapes[l]
	if !ok {
		return "", fmt.Errorf("no light %q", l)
	}
	return template.HTML(fmt.Sprintf(
		`<span class="light light-%s"><svg viewBox="0 0 12 12" fill="currentColor" aria-hidden="true">%s</svg>%s</span>`,
		l, shape, template.HTMLEscapeString(p.T("kit.light."+string(l))))), nil
}

// Event is one step of a history, for the template "timeline".
type Event struct {
	State  string // "done", "now" or "next"
	What   string // a sentence: "海通乡城管所签收"
	Who    string
	At     time.Time // zero for what lies ahead
	Due    time.Time // until when, of a step that is not done
	Light  Light     // of Due; empty shows none
	Said   string    // what the person wrote
	Basis  string    // the rule it rests on
	Photos []Photo
}

// Photo is a picture with its thumbnail, for the template "photos". Public is the page
// where it is made public, for those who may.
type Photo struct{ Thumb, Full, Alt, Public string }

// Pager leads to newer and older entries, for the template "pager". Either may
// be empty.
type Pager struct{ Newer, Older string }

// Fact is a term and its value, for the template "facts". Href makes it a link.
type Fact struct{ Term, Value, Href string }

// Receipt is what a reporter keeps, for the template "receipt".
type Receipt struct {
	Number string
	Code   string       // in groups, as people read it aloud
	QR     template.URL // a data: address of an image
	Link   string       // where the matter can be followed
	Next   string       // what happens next, as a sentence
	Until  time.Time    // by when; zero where no term runs
}

// Work is one line of a queue, for the template "work".
type Work struct {
	Href, Number, Title, Place, Owner string
	Tags                              []Tag
	Due                               time.Time
	Light                             Light
	Here                              bool // shown beside the list
}

// Tag is a short word. Colour is "", "blue", "green", "amber" or "red".
type Tag struct{ Word, Colour string }

// Entry is one matter of a public list, for the template "entries". Without an
// address its title is no link.
type Entry struct {
	Href, Title, Number, Place, Thumb string
	Text                              string // what the public may know besides
	State                             Tag
	At                                time.Time
	Photos                            []Photo
}

// Empty says that there is nothing and what to do, for the template "empty".
type Empty struct {
	Icon, Heading, Text string
	Href, Action        string // optional
}

// Notice is a sentence that stands out, for the template "notice". Kind is
// "info", "done", "warn" or "bad".
type Notice struct{ Kind, Text string }

// Step is one step of a way through several pages.
type Step struct {
	Key   string
	State string // "done", "now" or ""
}

// Steps is the way, for the template "steps".
type Steps struct {
	At, Of int
	List   []Step
}

// newSteps marks the steps before the given one as done.
func newSteps(at int, keys ...string) Steps {
	s := Steps{At: at, Of: len(keys)}
	for i, key := range keys {
		step := Step{Key: key}
		switch {
		case i+1 < at:
			step.State = "done"
		case i+1 == at:
			step.State = "now"
		}
		s.List = append(s.List, step)
	}
	return s
}
