// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webdesk

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/form"
	"pavilion/internal/base/text"
	"pavilion/internal/civic/matter"
	"pavilion/internal/civic/matter/phrase"
	"pavilion/internal/core/org"
	"pavilion/internal/core/procedure"
	"pavilion/internal/core/routing"
	"pavilion/internal/core/sight"
	"pavilion/internal/edge/web/webkit"
	"pavilion/internal/edge/web/webmatter"
)

// move makes the move that was sent. Those who may not see the matter learn
// nothing, before any of their photos is kept.
func (p *Pages) move(w http.ResponseWriter, r *http.Request) error {
	actor, id := webkit.ActorOf(r), r.PathValue("id")
	if _, err := p.Matters.Open(r.Context(), actor, id, sight.Page); err != nil {
		return err
	}
	var c matter.Move
	err := webmatter.Parse(w, r)
	if err == nil {
		c, err = p.Sent(r)
	}
	c.ID, c.By = id, actor
	var m matter.Matter
	if err == nil {
		m, err = p.Matters.Move(r.Context(), c)
	}
	if err != nil {
		return p.moveFailed(w, r, c, err)
	}
	to := "/desk"
	if p.Matters.Sees(actor, m) {
		to = matterAddress(id, r.URL.Query().Get(fromParam))
	}
	webkit.Done(w, r, to, "desk.done."+string(c.Action))
	return nil
}

// moveFailed shows the matter as it stands, with what was written and what was
// wrong with it.
func (p *Pages) moveFailed(w http.ResponseWriter, r *http.Request, c matter.Move, err error) error {
	if _, known := fault.As(err); !known {
		return err
	}
	d, gone := p.Matters.Open(r.Context(), c.By, c.ID, sight.Page)
	if gone != nil {
		return gone
	}
	return p.matterPage(w, r, d, answer{status: webkit.StatusOf(err), err: err, sent: c, form: p.Kit.Again(r, err)})
}

// MoveForm is a move with its shortcut and what people should know before they
// make it.
type MoveForm struct {
	webmatter.MoveForm
	Key    string          // opens it
	Hint   string          // its consequence
	Danger bool            // it ends the matter
	Begin  []webkit.Choice // phrases to begin with: where each leads, and its name
}

// ending are the moves that end a matter against somebody's wish.
var ending = []procedure.Action{"refuse", "grant_void"}

// offer draws the moves, and what a failed one leaves.
func (p *Pages) offer(r *http.Request, view *MatterPage, d matter.Detail, a answer) (err error) {
	linked(a.form.Errors, string(a.sent.Action)+"-")
	view.Errors = slices.Clone(a.form.Errors)
	open := false
	phrases := p.Replies.At(r.Context(), p.Realm, p.Matters.Now())
	for n, m := range p.Moves(view.Printer, d, matterForm(r, d.ID, "moves"), a.form, a.sent.Action) {
		drawn := MoveForm{MoveForm: m, Danger: slices.Contains(ending, m.Action)}
		if key := "desk.hint." + string(m.Action); view.Printer.Has(key) {
			drawn.Hint = view.T(key)
		}
		if m.Main {
			view.Next = m.Label
		}
		if m.Action == "dispatch" {
			if err := p.propose(r, view, d, drawn.Fields); err != nil {
				return err
			}
		}
		p.begin(r, view, d, &drawn, phrases)
		if n < 9 && m.WhyNot == "" {
			drawn.shortcut(strconv.Itoa(n + 1))
		}
		view.Aside = view.Aside || m.Aside
		view.AsideOpen = view.AsideOpen || m.Aside && m.Open
		view.Moves = append(view.Moves, drawn)
		open = open || m.Open && m.WhyNot == ""
		view.Photo = view.Photo || m.Open && m.Photos && r.MultipartForm != nil
	}
	if a.err == nil {
		return nil
	}
	if kind := fault.KindOf(a.err); kind == fault.Stale || kind == fault.Conflict {
		view.Stale = view.T("desk.matter.stale", "state", view.T("matter.state."+string(d.State)))
	}
	if !open {
		unlink(view.Errors)
		view.Kept, err = p.kept(r, view.Printer, a)
	}
	return err
}

// propose chooses in the form of a dispatch whoever should get the matter, and
// says so. A person decides.
func (p *Pages) propose(r *http.Request, view *MatterPage, d matter.Detail, fields []webkit.Field) error {
	kind, ok := p.Matters.Types.Current(p.Realm).Find(d.Type)
	i := slices.IndexFunc(fields, func(f webkit.Field) bool { return f.Name == "body" })
	if !ok || i < 0 || fields[i].Value != "" {
		return nil
	}
	proposal, err := p.Routing.Propose(r.Context(), routing.Ask{
		Realm: p.Realm, Code: d.Type, Lead: kind.Lead, Area: d.Area, At: p.Matters.Now(),
		Barred: func(b org.Body) error { return matter.Barred(kind, d.Matter, b) },
	})
	if err != nil || proposal.Body.ID == "" {
		return err
	}
	fields[i].Value = proposal.Body.ID
	fields[i].Hint = view.T("desk.matter.proposed", "body", proposal.Body.Name)
	view.Why = "/desk/routing?" + url.Values{"code": {d.Type}, "area": {d.Area}}.Encode()
	return nil
}

// shortcut gives a move its key. Where the form stands open the key leads into
// it, so that no key alone sends anything that was to be filled in.
func (m *MoveForm) shortcut(key string) {
	if !m.Main || len(m.Fields) == 0 {
		m.Key = key
		return
	}
	m.Fields[0].UseKey = key
}

// linked leads from each fault to its field, whose id begins with a prefix.
func linked(errors []webkit.FieldError, prefix string) {
	for i, e := range errors {
		if e.Field != "" {
			errors[i].Href = "#" + webkit.Form{Prefix: prefix}.ID(e.Field)
		}
	}
}

// kept are the words that were written for a move that can no longer be made.
func (p *Pages) kept(r *http.Request, say *text.Printer, a answer) ([]webkit.Fact, error) {
	d, err := p.definition(r.Context())
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(d.Moves, func(m procedure.Move) bool { return m.Action == a.sent.Action && p.Matters.Forms[m.Form] != nil })
	if i < 0 {
		return nil, nil
	}
	var out []webkit.Fact
	def := p.Matters.Forms[d.Moves[i].Form]
	for _, f := range def.Fields {
		if v := a.form.Value(f.Name); v != "" && (f.Kind == form.Text || f.Kind == form.LongText) {
			out = append(out, webkit.Fact{Term: say.T("form." + def.Name + "." + f.Name), Value: v})
		}
	}
	return out, nil
}

// unlink takes the addresses of fields away that the page no longer has.
func unlink(errors []webkit.FieldError) {
	for i := range errors {
		errors[i].Href = ""
	}
}

// phraseParam names the phrase that a move's form is to begin with, as
// "action/name".
const phraseParam = "phrase"

// begin offers the phrases of a move beside its form, and writes the one that was
// asked for into it. Nothing that was sent is written over.
func (p *Pages) begin(r *http.Request, view *MatterPage, d matter.Detail, m *MoveForm, book *phrase.Book) {
	i := slices.IndexFunc(m.Fields, func(f webkit.Field) bool { return f.Kind == "long_text" })
	if i < 0 {
		return
	}
	asked := r.URL.Query().Get(phraseParam)
	for _, ph := range book.For(string(m.Action), d.Type) {
		name := string(m.Action) + "/" + ph.Name
		query := url.Values{phraseParam: {name}}
		if from := r.URL.Query().Get(fromParam); from != "" {
			query.Set(fromParam, from)
		}
		m.Begin = append(m.Begin, webkit.Choice{Value: matterAddress(d.ID, "") + "?" + query.Encode() + "#" + m.Fields[i].ID, Label: ph.Name})
		if name == asked && m.Fields[i].Value == "" {
			m.Fields[i].Value = phrase.Fill(ph.Text, map[string]string{
				"number": d.Number, "type": strings.TrimSpace(p.Type(view.Printer, d.Type)), "place": p.Place(d.Area), "body": p.Body(d.Owner),
			})
			m.Open = true
		}
	}
}
