// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webrelease

import (
	"net/http"
	"strconv"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/text"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/release"
	"pavilion/internal/edge/web/webkit"
)

// VersionLine is one wording of a draft.
type VersionLine struct {
	Number int
	Name   string
	At     time.Time
	Parts  []Part
	Masked bool
	Hidden bool // its words are not for this person
}

// DraftPage is one draft.
type DraftPage struct {
	webkit.Page
	Line
	Form     webkit.Form
	Help     string // what its state means
	Mends    bool   // this person may word it anew
	Decides  bool   // return it
	Takes    bool   // withdraw it
	Wordings []VersionLine
	Trail    []webkit.Event
}

func (p *Pages) draft(w http.ResponseWriter, r *http.Request) error {
	return p.draftPage(w, r, http.StatusOK, webkit.Form{})
}

func (p *Pages) draftPage(w http.ResponseWriter, r *http.Request, status int, f webkit.Form) error {
	t, err := p.Releases.Open(r.Context(), webkit.ActorOf(r), r.PathValue("id"))
	if err != nil {
		return err
	}
	about, err := p.page(r, "release.kind."+t.Kind)
	if err != nil {
		return err
	}
	say := about.Printer
	view := DraftPage{Page: about, Line: p.line(r, say, t), Form: f, Help: say.T("release.state_help." + string(t.State))}

	view.Errors = f.Errors
	if f.Values == nil {
		view.Form = webkit.NewForm("")
	}
	by := webkit.ActorOf(r)
	works := p.Releases.Works(by, t.Draft)
	view.Mends = works && t.State.Live()
	view.Takes = works && (t.State.Live() || t.State == release.Released)
	view.Decides = t.State == release.Waiting && t.Author != by.Account && works
	for _, v := range t.Versions {
		view.Wordings = append(view.Wordings, p.version(r, say, v, v.Number == t.Version))
	}
	for _, e := range t.Events {
		drawn := webkit.Event{State: "done", What: say.T("release.act." + e.Act), Who: p.Name(r.Context(), e.Actor), At: e.At, Said: e.Reason}
		for i, k := range e.Kinds {
			if i > 0 {
				drawn.What += say.T("desk.queue.comma")
			} else {
				drawn.What += say.T("kit.colon")
			}
			drawn.What += say.T("trace.kind." + string(k))
		}
		view.Trail = append(view.Trail, drawn)
	}
	return p.Kit.Render(w, r, status, "release_draft", view)
}

func (p *Pages) version(r *http.Request, say *text.Printer, v release.Version, now bool) VersionLine {
	out := VersionLine{Number: v.Number, Name: p.Name(r.Context(), v.Author), At: v.At, Hidden: v.Withheld}
	if v.Withheld {
		return out
	}
	out.Masked = !now && len(v.Kinds) > 0 && len(release.Kinds(v.Words)) < len(v.Kinds)
	for _, part := range v.Words {
		out.Parts = append(out.Parts, Part{Name: part.Name, Label: say.T("release.part." + part.Name), Text: part.Text})
	}
	return out
}

// decide mends a draft, or decides on it.
func (p *Pages) decide(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		return fault.New(fault.Invalid, "form.not_a_choice").At("act")
	}
	d, err := p.sent(r, webkit.ActorOf(r))
	switch fault.KindOf(err) {
	case fault.Invalid, fault.Stale, fault.Conflict:
		return p.draftPage(w, r, webkit.StatusOf(err), p.Kit.Again(r, err))
	}
	if err != nil {
		return err
	}
	done, to := "release.done."+string(d.State), root
	switch {
	case d.State == release.Drafted:
		to = release.Page(d.ID)
	case d.State == release.Waiting:
		done = "release.done.mended"
	}
	webkit.Done(w, r, to, done)
	return nil
}

// sent carries out what a form asks for.
func (p *Pages) sent(r *http.Request, by identity.Actor) (release.Draft, error) {
	id := r.PathValue("id")
	revision, _ := strconv.Atoi(r.PostFormValue("revision")) // anything else is stale
	if r.PostFormValue("act") != "mend" {
		return p.Releases.Decide(r.Context(), release.Decide{
			Realm: p.Realm, ID: id, Revision: revision, Act: release.Act(r.PostFormValue("act")), Reason: r.PostFormValue("reason"), By: by,
		})
	}
	t, err := p.Releases.Open(r.Context(), by, id)
	if err != nil {
		return release.Draft{}, err
	}
	words := make([]release.Part, len(t.Words))
	for i, part := range t.Words {
		words[i] = release.Part{Name: part.Name, Text: r.PostFormValue(part.Name)}
	}
	return p.Releases.Mend(r.Context(), release.Mend{Realm: p.Realm, ID: id, Revision: revision, Words: words, By: by})
}
