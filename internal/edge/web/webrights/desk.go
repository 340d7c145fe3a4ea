// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webrights

import (
	"net/http"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/id"
	"pavilion/internal/base/page"
	"pavilion/internal/civic/rights"
	"pavilion/internal/edge/web/webkit"
)

// DeskPage lists the requests of the desk.
type DeskPage struct {
	webkit.Page
	Waiting, Ended []Line
	May            bool // this person takes requests in
	Next           string
}

// TakePage writes a request down.
type TakePage struct {
	webkit.Page
	Form   webkit.Form
	Wishes []webkit.Choice
	Fields []webkit.Field
}

func (p *Pages) desk(w http.ResponseWriter, r *http.Request) error {
	after, err := page.ParseCursor(r.URL.Query().Get("after"))
	if err != nil {
		return err
	}
	about, err := p.page(r, "rights.desk.title")
	if err != nil {
		return err
	}
	by := webkit.ActorOf(r)
	view := DeskPage{Page: about, May: taking.Allows(by, p.Kit.Now())}
	waiting, err := p.Rights.List(r.Context(), by, rights.Waiting, page.Cursor{}, page.Default)
	if err != nil {
		return err
	}
	ended, err := p.Rights.List(r.Context(), by, rights.Ended, after, page.Default)
	if err != nil {
		return err
	}
	for _, one := range waiting.Items {
		view.Waiting = append(view.Waiting, p.line(about.Printer, one))
	}
	for _, one := range ended.Items {
		view.Ended = append(view.Ended, p.line(about.Printer, one))
	}
	if ended.Next.More() {
		view.Next = root + "?after=" + ended.Next.String()
	}
	return p.Kit.Render(w, r, http.StatusOK, "rights_desk", view)
}

func (p *Pages) takeForm(w http.ResponseWriter, r *http.Request) error {
	return p.takePage(w, r, http.StatusOK, webkit.NewForm(id.New()))
}

func (p *Pages) takePage(w http.ResponseWriter, r *http.Request, status int, f webkit.Form) error {
	about, err := p.page(r, "rights.take.title")
	if err != nil {
		return err
	}
	view, say := TakePage{Page: about, Form: f}, about.Printer
	view.Errors = f.Errors
	for _, wish := range rights.Wishes() {
		view.Wishes = append(view.Wishes, webkit.Choice{Value: string(wish), Label: say.T("rights.wish." + string(wish))})
	}
	for _, field := range p.Rights.Forms["rights.take"].Fields {
		view.Fields = append(view.Fields, webkit.FieldOf(say, f, "rights.take", field))
	}
	return p.Kit.Render(w, r, status, "rights_take", view)
}

func (p *Pages) take(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	one, err := p.Rights.Ask(r.Context(), rights.Ask{
		Realm: p.Realm, Key: r.PostFormValue("client"), Door: rights.AtDesk, Wish: rights.Wish(r.PostFormValue("wish")),
		Number: r.PostFormValue("number"), Values: r.PostForm, By: webkit.ActorOf(r),
	})
	if fault.KindOf(err) == fault.Invalid {
		return p.takePage(w, r, webkit.StatusOf(err), p.Kit.Again(r, err))
	}
	if err != nil {
		return err
	}
	webkit.Done(w, r, root+"/"+one.ID, "rights.done_taken")
	return nil
}
