// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webdisclosure

import (
	"net/http"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/id"
	"pavilion/internal/civic/deliberation/disclosure"
	"pavilion/internal/edge/web/webkit"
)

// ObjectPage is the form of who objects.
type ObjectPage struct {
	webkit.Page
	Form   webkit.Form
	Notice string // its title
	Back   string
	Last   string // the last day on which somebody may
}

// ObjectedPage is what whoever objected takes along. It is shown as the answer to the form
// and has no address: the code is in none.
type ObjectedPage struct {
	webkit.Page
	Receipt webkit.Receipt
	Take    time.Time
	Back    string
}

// TrackPage asks for number and code, and shows where an objection stands.
type TrackPage struct {
	webkit.Page
	Form     webkit.Form
	Found    bool
	Number   string
	State    webkit.Tag
	Words    string
	Answer   string
	Said     string // what happens next, or what follows
	Until    time.Time
	Timeline []webkit.Event
	Notice   string
}

func (p *Pages) objectForm(w http.ResponseWriter, r *http.Request) error {
	return p.objectPage(w, r, http.StatusOK, webkit.NewForm(id.New()))
}

func (p *Pages) objectPage(w http.ResponseWriter, r *http.Request, status int, f webkit.Form) error {
	d, err := p.Board.Open(r.Context(), p.Realm, r.PathValue("notice"))
	if err != nil {
		return err
	}
	if d.State != disclosure.Stands || d.Standing.Complete {
		return fault.New(fault.Conflict, "disclosure.not_standing")
	}
	view := ObjectPage{Page: p.Kit.Page(r, "disclosure.object.title"), Form: f, Notice: d.Title, Back: board + "/" + d.ID}
	view.Errors, view.Last = f.Errors, p.date(view.Printer, d.Standing.Last)
	w.Header().Set("Cache-Control", "no-store")
	return p.Kit.Render(w, r, status, "disclosure_object", view)
}

func (p *Pages) object(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	c := disclosure.Object{
		Realm: p.Realm, Key: r.PostFormValue("client"), Notice: r.PathValue("notice"), Words: r.PostFormValue("words"),
		Name: r.PostFormValue("name"), Phone: r.PostFormValue("phone"),
	}
	err := p.allow(w, r, p.Reports, "disclosure.too_many")
	var receipt disclosure.Receipt
	if err == nil {
		receipt, err = p.Board.Object(r.Context(), c)
	}
	if again(err) {
		f := p.Kit.Again(r, err)
		if !id.Valid(f.Client) {
			f.Client = id.New()
		}
		return p.objectPage(w, r, status(err), f)
	}
	if err != nil {
		return err
	}
	view := ObjectedPage{Page: p.Kit.Page(r, "disclosure.objected.title"), Take: receipt.Take, Back: board + "/" + c.Notice}
	view.Receipt = webkit.Receipt{
		Number: receipt.Number, Code: receipt.Code[:4] + " " + receipt.Code[4:], Next: view.T("disclosure.objected.next"), Until: receipt.By,
	}
	w.Header().Set("Cache-Control", "no-store")
	return p.Kit.Render(w, r, http.StatusOK, "disclosure_objected", view)
}

func (p *Pages) trackForm(w http.ResponseWriter, r *http.Request) error {
	return p.Kit.Render(w, r, http.StatusOK, "disclosure_track", TrackPage{Page: p.Kit.Page(r, "disclosure.track.title")})
}

func (p *Pages) track(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	view := TrackPage{Page: p.Kit.Page(r, "disclosure.track.title")}
	err := p.allow(w, r, p.Codes, "disclosure.too_many_codes")
	var o disclosure.Objection
	if err == nil {
		o, err = p.Board.Track(r.Context(), p.Realm, r.PostFormValue("number"), r.PostFormValue("code"))
	}
	if kind := fault.KindOf(err); kind == fault.Missing || kind == fault.Conflict {
		view.Form = p.Kit.Again(r, err)
		view.Errors = view.Form.Errors
		return p.Kit.Render(w, r, status(err), "disclosure_track", view)
	}
	if err != nil {
		return err
	}
	say := view.Printer
	view.Found, view.Number, view.Words, view.Answer, view.Notice = true, o.Number, o.Words, o.Answer, board+"/"+o.Notice
	view.State = webkit.Tag{Word: say.T("disclosure.objection.state." + string(o.State)), Colour: objectionColours[o.State]}
	view.Timeline = append(view.Timeline, webkit.Event{State: "done", What: say.T("disclosure.objection.made"), At: o.At, Said: o.Words})
	if !o.TakenAt.IsZero() {
		view.Timeline = append(view.Timeline, webkit.Event{State: "done", What: say.T("disclosure.objection.taken"), At: o.TakenAt})
	}
	if o.State == disclosure.Settled {
		what := say.T("disclosure.objection.ended." + string(o.Outcome))
		if o.Deed != disclosure.NoDeed {
			what += say.T("disclosure.deed.done." + string(o.Deed))
		}
		view.Timeline = append(view.Timeline, webkit.Event{State: "done", What: what, At: o.EndedAt, Said: o.Answer})
	} else {
		next := "disclosure.objection.next.answer"
		if o.State == disclosure.Received {
			next = "disclosure.objection.next.take"
		}
		view.Timeline = append(view.Timeline, webkit.Event{State: "now", What: say.T(next), Due: o.Due, Light: webkit.LightOf(o.At, o.Due, p.Kit.Now(), false)})
	}
	return p.Kit.Render(w, r, http.StatusOK, "disclosure_track", view)
}

// objectionColours are the colours of an objection's states.
var objectionColours = map[disclosure.ObjectionState]string{disclosure.Received: "amber", disclosure.Taken: "blue", disclosure.Proposed: "blue", disclosure.Settled: "green"}
