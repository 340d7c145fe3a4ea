// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webpublic

import (
	"net/http"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/id"
	"pavilion/internal/civic/matter"
	"pavilion/internal/edge/web/webkit"
	"pavilion/internal/edge/web/webmatter"
)

// Screens of reporting, as the buttons name them.
const (
	screenWhat  = "what"
	screenWhere = "where"
	screenCheck = "check"
	screenSend  = "send"
)

// what shows the first screen.
func (p *Pages) what(w http.ResponseWriter, r *http.Request) error {
	return p.screen(w, r, http.StatusOK, webkit.NewForm(id.New()), screenWhat)
}

// report takes what a screen sent and shows the next one, or sends the report.
// Going back keeps everything and checks nothing.
func (p *Pages) report(w http.ResponseWriter, r *http.Request) error {
	if err := webmatter.Parse(w, r); err != nil {
		return p.again(w, r, err, screenWhat)
	}
	at, next := r.PostFormValue("screen"), r.PostFormValue("go")
	if at == screenWhat {
		if err := p.take(w, r); err != nil {
			return p.again(w, r, err, screenWhat)
		}
	}
	if next == screenSend {
		return p.send(w, r)
	}
	if at == screenWhat && next == screenWhere {
		if err := checkText(r.PostFormValue("text")); err != nil {
			return p.again(w, r, err, screenWhat)
		}
	}
	if at == screenWhere && next == screenCheck {
		if _, err := p.where(r); err != nil {
			return p.again(w, r, err, screenWhere)
		}
	}
	if fieldsOf(next) == nil {
		next = screenWhat
	}
	f := webkit.Form{Values: webkit.Printable(r.PostForm), Client: r.PostFormValue("client")}
	return p.screen(w, r, http.StatusOK, f, next)
}

// send makes the report. What is wrong leads back to its screen.
func (p *Pages) send(w http.ResponseWriter, r *http.Request) error {
	at, err := p.where(r)
	if err != nil {
		return p.again(w, r, err, screenWhere)
	}
	contact, err := p.contact(r)
	if err != nil {
		return p.again(w, r, err, screenCheck)
	}
	if err := p.allow(w, r, p.Reports, "report ", "matter.too_many_reports"); err != nil {
		return p.again(w, r, err, screenCheck)
	}
	receipt, err := p.Matters.Report(r.Context(), matter.Report{
		Realm: p.Realm, Origin: "web", Key: key(r), Type: r.PostFormValue("category"), Text: r.PostFormValue("text"),
		Address: r.PostFormValue("address"), Area: at.area, Point: at.point, Photos: p.photos(r), Contact: contact,
		By: webkit.ActorOf(r),
	})
	if err != nil {
		return p.again(w, r, err, screenOf(err))
	}
	p.remember(w, r, receipt.Number, receipt.ID)
	http.Redirect(w, r, "/receipt/"+receipt.Number, http.StatusSeeOther)
	return nil
}

// key makes sending one report again harmless. Somebody who goes back from the
// receipt and writes of another matter has made another report.
func key(r *http.Request) string {
	client := r.PostFormValue("client")
	if client == "" {
		return ""
	}
	return client + "\n" + r.PostFormValue("text")
}

// screenOf is the screen that has the field at fault.
func screenOf(err error) string {
	f, ok := fault.As(err)
	if !ok {
		return screenCheck
	}
	switch f.Field {
	case "text", "category", "photos":
		return screenWhat
	case "point", "area", "address":
		return screenWhere
	}
	return screenCheck
}

// again shows a screen with what was sent and what was wrong with it.
func (p *Pages) again(w http.ResponseWriter, r *http.Request, err error, screen string) error {
	if _, ok := fault.As(err); !ok {
		return err
	}
	if fault.KindOf(err) == fault.Internal {
		p.Kit.Log.ErrorContext(r.Context(), "report not kept", "error", err)
	}
	f := p.Kit.Again(r, err)
	if f.Client == "" {
		f.Client = id.New()
	}
	return p.screen(w, r, statusOf(err), f, screen)
}
