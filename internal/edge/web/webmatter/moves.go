// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webmatter

import (
	"net/http"
	"slices"
	"strconv"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/form"
	"pavilion/internal/base/text"
	"pavilion/internal/civic/matter"
	"pavilion/internal/core/procedure"
	"pavilion/internal/edge/web/webkit"
)

// MoveForm is one move that somebody may make, with the form it takes.
type MoveForm struct {
	Action   procedure.Action
	Label    string
	Post     string // where it is sent
	Revision int
	Fields   []webkit.Field
	Photos   bool // the form is sent in parts
	Main     bool // the likeliest, if it takes the matter on
	Aside    bool // seldom made: shown among others when asked for
	Open     bool // shown unfolded: it was sent and something was wrong
	Errors   []webkit.FieldError
	WhyNot   string // why it cannot be made now, as a sentence; then it has no fields
}

// Moves draws the moves that d offers. Again is the form that was sent with a
// fault, if any, for the move with the action sent.
func (s *Shared) Moves(p *text.Printer, d matter.Detail, post string, again webkit.Form, sent procedure.Action) []MoveForm {
	var out []MoveForm
	for _, o := range d.Offers {
		m := MoveForm{
			Action: o.Action, Label: p.T("matter.action." + string(o.Action)), Post: post, Revision: d.Revision,
			Main: len(out) == 0 && o.To != "",
		}
		m.Aside = !m.Main && (o.To == "" || slices.Contains(seldom, o.Action))
		f := webkit.Form{Prefix: string(o.Action) + "-"}
		if o.Action == sent {
			f.Values, f.Errors = again.Values, again.Errors
			m.Open, m.Errors = true, again.Errors
		}
		if why, ok := fault.As(o.Why); ok && why.Kind != fault.Invalid {
			m.WhyNot = p.T(why.Key)
			m.Main = false
			out = append(out, m)
			continue
		}
		if def := s.Matters.Forms[o.Form]; def != nil {
			for _, field := range def.Fields {
				drawn := s.Field(p, d.Matter, f, def.Name, field)
				if field.Name == "condition" && len(drawn.Choices) < 2 {
					continue
				}
				m.Photos = m.Photos || drawn.Kind == "photos"
				m.Fields = append(m.Fields, drawn)
			}
		}
		out = append(out, m)
	}
	return out
}

// seldom are moves that leave the state and are nobody's daily work.
var seldom = []procedure.Action{"merge", "reassign", "settle", "close"}

// Field draws one field of a move's form.
func (s *Shared) Field(p *text.Printer, m matter.Matter, f webkit.Form, formName string, d form.Field) webkit.Field {
	out := webkit.FieldOf(p, f, formName, d)
	switch d.Kind {
	case form.Body:
		out.Kind, out.Choices = "select", s.bodies(p, m)
	case form.Bodies:
		out.Kind, out.Choices = "checks", s.bodies(p, m)[1:]
	case form.Area:
		out.Kind, out.Choices = "select", s.areas(p, m)
		out.Value = either(out.Value, m.Area)
	case form.Choice:
		if d.Name == "condition" {
			out.Kind, out.Choices = "select", s.conditions(p, m)
		}
		if d.Name == "category" {
			out.Kind, out.Choices = "select", s.Types(p)
			out.Value = either(out.Value, m.Type)
		}
	}
	return out
}

// Types lists the types of matter to choose from, after "not decided".
func (s *Shared) Types(p *text.Printer) []webkit.Choice {
	out := []webkit.Choice{{Label: p.T("matter.type_none")}}
	for _, k := range s.Matters.Types.Current(s.Realm).All() {
		out = append(out, webkit.Choice{Value: k.Code, Label: p.T("type.group."+k.Group()) + " · " + p.T("type."+k.Code)})
	}
	return out
}

// bodies lists the bodies that serve a matter's place, those that lead its type first.
func (s *Shared) bodies(p *text.Printer, m matter.Matter) []webkit.Choice {
	out := []webkit.Choice{{Label: p.T("matter.choose_body")}}
	kind, _ := s.Matters.Types.Current(s.Realm).Find(m.Type)
	var rest []webkit.Choice
	for _, b := range s.Org.BodiesServing(s.Realm, m.Place) {
		c := webkit.Choice{Value: b.ID, Label: b.Name}
		if b.Kind == kind.Lead {
			c.Label = p.T("matter.leading_body", "body", b.Name)
			out = append(out, c)
			continue
		}
		rest = append(rest, c)
	}
	return append(out, rest...)
}

// conditions lists the circumstances under which a matter's type may take
// another time, after "none of them".
func (s *Shared) conditions(p *text.Printer, m matter.Matter) []webkit.Choice {
	out := []webkit.Choice{{Label: p.T("matter.condition_none")}}
	kind, _ := s.Matters.Types.Current(s.Realm).Find(m.Type)
	for _, c := range kind.Conditions {
		out = append(out, webkit.Choice{Value: c.Name, Label: c.Name})
	}
	return out
}

// areas lists where a matter may lie: the areas of its town, or the towns while
// only the realm is known.
func (s *Shared) areas(p *text.Printer, m matter.Matter) []webkit.Choice {
	root, _ := s.Org.Root(s.Realm)
	top := root.ID
	if a, ok := s.Org.Area(s.Realm, m.Area); ok && a.Depth > 0 {
		for a.Depth > 1 {
			a, _ = s.Org.Area(s.Realm, a.Parent)
		}
		top = a.ID
	}
	out := []webkit.Choice{{Label: p.T("matter.choose_area")}}
	if top != root.ID {
		out = append(out, webkit.Choice{Value: top, Label: s.Place(top)})
	}
	for _, a := range s.Org.Children(s.Realm, top) {
		out = append(out, webkit.Choice{Value: a.ID, Label: a.Name})
		if a.Depth < 2 {
			continue
		}
		for _, b := range s.Org.Children(s.Realm, a.ID) {
			out = append(out, webkit.Choice{Value: b.ID, Label: a.Name + " " + b.Name})
		}
	}
	return out
}

// Link leads each fault to its field in the form of a move, whose ids begin with
// the move's name.
func Link(errors []webkit.FieldError, action procedure.Action) {
	for i, e := range errors {
		if e.Field != "" {
			errors[i].Href = "#" + webkit.Form{Prefix: string(action) + "-"}.ID(e.Field)
		}
	}
}

func either(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// Sent reads a move that was sent: its action, the revision it was made on, its
// answers and photos.
func (s *Shared) Sent(r *http.Request) (matter.Move, error) {
	photos, err := s.Received(r, "photos")
	revision, _ := strconv.Atoi(r.PostFormValue("revision")) // a wrong one is stale
	return matter.Move{
		Realm: s.Realm, Revision: revision, Action: procedure.Action(r.PostFormValue("action")),
		Answers: r.PostForm, Photos: photos,
	}, err
}
