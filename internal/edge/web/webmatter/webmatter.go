// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package webmatter draws what the public pages and the desk both show of a
// matter: its history, its state, the forms of its moves, its photos.
//
//	webmatter.go  what it is given; states, places, types in words
//	timeline.go   the history
//	moves.go      the moves somebody may make, with their forms
//	photos.go     photos that are sent, and photos that are shown
package webmatter

import (
	"slices"
	"strings"
	"time"

	"pavilion/internal/base/text"
	"pavilion/internal/civic/matter"
	"pavilion/internal/civic/matter/docket"
	"pavilion/internal/civic/matter/picture"
	"pavilion/internal/core/files"
	"pavilion/internal/core/org"
	"pavilion/internal/core/procedure"
	"pavilion/internal/edge/web/webkit"
	"pavilion/internal/platform/seal"
)

// Shared is what drawing matters takes.
type Shared struct {
	Kit      *webkit.Kit
	Matters  *matter.Service
	Docket   *docket.Docket
	Org      *org.Service
	Files    *files.Service
	Pictures *picture.Service
	Box      *seal.Box
	Realm    string
}

// stateColours tell the states apart besides their words.
var stateColours = map[procedure.State]string{
	"reported": "amber", "registered": "blue", "dispatched": "blue", "signed": "blue", "handled": "blue",
	"checked": "blue", "fed_back": "green", "closed": "green", "clarifying": "amber", "questioned": "amber",
	"objected": "amber", "settled": "green",
}

// paused are the states in which the clocks of a matter stand still.
var paused = []procedure.State{"clarifying", "questioned", "suspended"}

// State is a matter's state as a tag.
func (s *Shared) State(p *text.Printer, state procedure.State) webkit.Tag {
	return webkit.Tag{Word: p.T("matter.state." + string(state)), Colour: stateColours[state]}
}

// Type is what a type of matter is called; nothing while it has none.
func (s *Shared) Type(p *text.Printer, code string) string {
	if code == "" {
		return p.T("matter.type_none")
	}
	return p.T("type." + code)
}

// Heading is what a matter is called where its class keeps back its title: type
// and place.
func (s *Shared) Heading(p *text.Printer, m matter.Matter) string {
	if m.Title != "" {
		return m.Title
	}
	return p.T("matter.instead", "type", s.Type(p, m.Type), "place", s.Place(m.Area))
}

// Place names an area with those above it, the realm left out.
func (s *Shared) Place(area string) string {
	return strings.Join(s.Org.Path(s.Realm, area), " ")
}

// Body is what a body is called; nothing for none.
func (s *Shared) Body(id string) string {
	b, _ := s.Org.Body(s.Realm, id)
	return b.Name
}

// Light is the light of a matter's present term.
func (s *Shared) Light(m matter.Matter, now time.Time) webkit.Light {
	if m.Open && m.Due.IsZero() || slices.Contains(paused, m.State) {
		return webkit.Suspended
	}
	return lights[m.Light(now)]
}
