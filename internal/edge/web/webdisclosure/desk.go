// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webdisclosure

import (
	"bytes"
	"net/http"
	"slices"
	"strings"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/id"
	"pavilion/internal/base/page"
	"pavilion/internal/base/text"
	"pavilion/internal/civic/deliberation/disclosure"
	"pavilion/internal/core/files"
	"pavilion/internal/core/release"
	"pavilion/internal/edge/web/webkit"
)

// DeskPage is the board as the desk sees it.
type DeskPage struct {
	webkit.Page
	May        bool // this person may write
	Objections []webkit.Work
	MoreLate   string // the next page of objections
	Waiting    []Line
	Standing   []Line
	MoreUp     string // the next page of what stands
	Past       string // where what stood is listed
	Down       []string
	Empty      webkit.Empty
}

// OnePage is a notice at the desk.
type OnePage struct {
	NoticePage
	Post     string
	Public   string // its public page; empty before its release
	Draft    string // what waits for release; empty without it
	Back     string // why it came back
	May      bool
	Dropped  bool
	Revision int
	Form     webkit.Form
	Boards   []webkit.Choice // on which it can be put up, or from which it can be taken
	Acts     []webkit.Choice
	Proofs   []ProofView
}

// ProofView is what shows that a notice hung somewhere.
type ProofView struct {
	Said, Who string
	Photos    []webkit.Photo
}

// deskSize is how many of a kind the desk's page has.
const deskSize = 30

func (p *Pages) desk(w http.ResponseWriter, r *http.Request) error {
	by, q := webkit.ActorOf(r), r.URL.Query()
	up, err := page.ParseCursor(q.Get("after"))
	if err != nil {
		return err
	}
	late, err := page.ParseCursor(q.Get("objections"))
	if err != nil {
		return err
	}
	about, err := p.page(w, r, "disclosure.desk.title")
	if err != nil {
		return err
	}
	view, say := DeskPage{Page: about, May: writing.Allows(by, p.Kit.Now()), Past: board + "?past=1"}, about.Printer
	open, err := p.Board.Objections(r.Context(), by, late, deskSize)
	if err != nil {
		return err
	}
	for _, o := range open.Items {
		view.Objections = append(view.Objections, p.work(say, o))
	}
	if open.Next.More() {
		view.MoreLate = root + "?objections=" + open.Next.String()
	}
	for state, into := range map[disclosure.State]*[]Line{disclosure.Waiting: &view.Waiting, disclosure.Stands: &view.Standing} {
		after := page.Cursor{}
		if state == disclosure.Stands {
			after = up
		}
		found, err := p.Board.AtDesk(r.Context(), by, state, after, deskSize)
		if err != nil {
			return err
		}
		for _, n := range found.Items {
			*into = append(*into, p.line(say, n, root))
		}
		if state == disclosure.Stands && found.Next.More() {
			view.MoreUp = root + "?after=" + found.Next.String()
		}
	}
	if view.Down, err = p.down(r, say); err != nil {
		return err
	}
	view.Empty = webkit.Empty{Icon: "list", Heading: say.T("disclosure.desk.none"), Text: say.T("disclosure.desk.none_help")}
	return p.Kit.Render(w, r, http.StatusOK, "disclosure_desk", view)
}

// work draws an objection of the desk's list. Nothing of who objects is in it.
func (p *Pages) work(say *text.Printer, o disclosure.Objection) webkit.Work {
	return webkit.Work{
		Href: disclosure.ObjectionPage(o.ID), Number: o.Number, Title: say.T("disclosure.objection.of_day", "day", say.Date(o.At.In(p.Kit.Calendar.Zone()))),
		Tags: []webkit.Tag{{Word: say.T("disclosure.objection.state." + string(o.State)), Colour: objectionColours[o.State]}},
		Due:  o.Due, Light: webkit.LightOf(o.At, o.Due, p.Kit.Now(), false),
	}
}

// one shows a notice at the desk.
func (p *Pages) one(w http.ResponseWriter, r *http.Request) error {
	return p.onePage(w, r, http.StatusOK, webkit.NewForm(id.New()))
}

func (p *Pages) onePage(w http.ResponseWriter, r *http.Request, status int, f webkit.Form) error {
	by := webkit.ActorOf(r)
	d, err := p.Board.Inspect(r.Context(), by, r.PathValue("notice"))
	if err != nil {
		return err
	}
	about, err := p.page(w, r, "disclosure.desk.title")
	if err != nil {
		return err
	}
	view, say := OnePage{Post: root + "/" + d.ID, Form: f, Revision: d.Revision, Dropped: d.State == disclosure.Dropped}, about.Printer
	view.Page = about
	p.fill(&view.NoticePage, d.Detail)
	view.Errors = f.Errors
	if d.State.Public() {
		view.Public = board + "/" + d.ID
	}
	if d.Draft != nil {
		view.Draft = release.Page(d.Draft.ID)
		if d.Draft.State == release.Returned {
			view.Back = d.Draft.Reason
		}
		if d.Version == 0 {
			view.Sheet.Title, view.Sheet.Issuer, view.Sheet.Paragraphs = d.Draft.Text("title"), d.Draft.Text("issuer"), paragraphs(d.Draft.Text("text"))
		}
	}
	if view.Sheet.Title == "" {
		view.Sheet.Title = view.Sheet.Kind
	}
	view.Page.Title = view.Sheet.Title
	view.May = p.Board.May(by, d.Place) && d.State != disclosure.Withdrawn && d.State != disclosure.Dropped
	if d.State.Public() {
		for _, b := range d.Boards {
			view.Boards = append(view.Boards, webkit.Choice{Value: b.ID, Label: b.Name})
		}
	}
	for _, act := range []string{"up", "off"} {
		view.Acts = append(view.Acts, webkit.Choice{Value: act, Label: say.T("disclosure.hang." + act)})
	}
	if view.Proofs, err = p.proofs(r, say, d.Detail); err != nil {
		return err
	}
	return p.Kit.Render(w, r, status, "disclosure_one", view)
}

// proofs lists what hung where, by whom, with photos.
func (p *Pages) proofs(r *http.Request, say *text.Printer, d disclosure.Detail) ([]ProofView, error) {
	var out []ProofView
	for _, h := range d.Hung {
		i := slices.IndexFunc(d.Boards, func(b disclosure.Board) bool { return b.ID == h.Board })
		if i < 0 {
			continue
		}
		one := ProofView{Said: p.paper(say, d.Boards[i], []disclosure.Hung{h})}
		var who []string
		for _, account := range []string{h.PutBy, h.DownBy} {
			if account == "" {
				continue
			}
			if name := p.Name(r.Context(), account); name != "" && !slices.Contains(who, name) {
				who = append(who, name)
			}
		}
		one.Who = strings.Join(who, say.T("kit.comma"))
		photos, err := p.Board.Proof(r.Context(), p.Realm, h.ID)
		if err != nil {
			return nil, err
		}
		for k, f := range photos {
			at := root + "/" + d.ID + "/proofs/" + f.ID + "/"
			one.Photos = append(one.Photos, webkit.Photo{Thumb: at + files.Thumb, Full: at + files.Full, Alt: say.T("disclosure.proof.alt", "n", k+1)})
		}
		out = append(out, one)
	}
	return out, nil
}

// proof serves a photo that shows what hung where, to who works with the notice.
func (p *Pages) proof(w http.ResponseWriter, r *http.Request) error {
	d, err := p.Board.Inspect(r.Context(), webkit.ActorOf(r), r.PathValue("notice"))
	if err != nil {
		return err
	}
	name, found := r.PathValue("photo"), false
	for _, h := range d.Hung {
		list, err := p.Board.Proof(r.Context(), p.Realm, h.ID)
		if err != nil {
			return err
		}
		found = found || slices.ContainsFunc(list, func(f files.Photo) bool { return f.ID == name })
	}
	if !found {
		return fault.New(fault.Missing, "photo.missing")
	}
	data, err := p.Files.Bytes(r.Context(), p.Realm, name, r.PathValue("size"))
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "image/jpeg")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(data))
	return nil
}
