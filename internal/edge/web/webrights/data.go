// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webrights

import (
	"net/http"
	"time"

	"pavilion/internal/base/clock"
	"pavilion/internal/base/fault"
	"pavilion/internal/base/id"
	"pavilion/internal/base/text"
	"pavilion/internal/civic/matter"
	"pavilion/internal/civic/rights"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/retention"
	"pavilion/internal/edge/web/webkit"
)

// DataPage shows somebody their own data, and what they can ask for.
type DataPage struct {
	webkit.Page
	Post     string
	Back     string // to the matter
	Client   string
	Records  []Record
	Contact  bool // there is one, which can be withdrawn
	Matter   bool // it is about a matter, not an account
	Open     bool // it has not ended
	Correct  []webkit.Field
	Delete   webkit.Field
	Requests []Line
}

// Record is one thing that is held.
type Record struct {
	Term, Value string
	At          time.Time
}

// Line is one request of a list.
type Line struct {
	Href, Wish, Number, Door string
	State                    webkit.Tag
	Due, At                  time.Time
	Light                    string
	Told                     string // what the person was told
	Ground                   string
}

// records are what is held, in words.
func records(say *text.Printer, held []retention.Record) []Record {
	out := make([]Record, len(held))
	for i, r := range held {
		out[i] = Record{Term: say.T(r.Key), Value: r.Value, At: r.At}
	}
	return out
}

// data shows a reporter what is held about them.
func (p *Pages) data(w http.ResponseWriter, r *http.Request) error {
	d, err := p.Known(r)
	if err != nil {
		return p.Ask(w, r, err)
	}
	return p.dataPage(w, r, d, http.StatusOK, webkit.Form{})
}

func (p *Pages) dataPage(w http.ResponseWriter, r *http.Request, d matter.Detail, status int, again webkit.Form) error {
	view := DataPage{
		Page: p.Kit.Page(r, "rights.data.title", "number", d.Number), Post: "/m/" + d.Number + "/data", Back: "/m/" + d.Number,
		Contact: d.Contactable, Matter: true, Open: d.Open,
	}
	return p.show(w, r, view, d.Subject(), status, again, "rights_data")
}

// show draws a page of somebody's own data.
func (p *Pages) show(w http.ResponseWriter, r *http.Request, view DataPage, subject string, status int, again webkit.Form, name string) error {
	say := view.Printer
	held, err := p.Keeping.Held(r.Context(), p.Realm, subject)
	if err != nil {
		return err
	}
	view.Records = records(say, held)
	view.Client, view.Errors = id.New(), again.Errors
	for _, field := range p.Rights.Forms["rights.ask"].Fields {
		drawn := webkit.FieldOf(say, again, "rights.ask", field)
		if field.Name == "what" {
			view.Delete = drawn
			continue
		}
		view.Correct = append(view.Correct, drawn)
	}
	asked, err := p.Rights.Of(r.Context(), p.Realm, subject)
	if err != nil {
		return err
	}
	for _, one := range asked {
		line := p.line(say, one)
		if line.Told, err = p.told(r, one); err != nil {
			return err
		}
		view.Requests = append(view.Requests, line)
	}
	private(w)
	return p.Kit.Render(w, r, status, name, view)
}

// line is a request in a list.
func (p *Pages) line(say *text.Printer, one rights.Request) Line {
	l := Line{
		Href: root + "/" + one.ID, Wish: say.T("rights.wish." + string(one.Wish)), Number: one.Number, State: tag(say, one.State), Due: one.Due, At: one.At,
		Door: say.T("rights.door." + string(one.Door)), Light: string(lights[one.Light(p.Kit.Now())]),
	}
	if one.Ground != "" {
		l.Ground = say.T("form.rights.refuse.ground." + one.Ground)
	}
	return l
}

// told is what the person was told at the end of a request.
func (p *Pages) told(r *http.Request, one rights.Request) (string, error) {
	if one.State != "done" && one.State != "refused" {
		return "", nil
	}
	steps, err := p.Rights.History(r.Context(), p.Realm, one.ID)
	if err != nil || len(steps) == 0 {
		return "", err
	}
	return steps[len(steps)-1].Answers["told"], nil
}

// wish carries out, or takes in, what a reporter asks for.
func (p *Pages) wish(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	d, err := p.Known(r)
	if err != nil {
		return p.Ask(w, r, err)
	}
	wish := rights.Wish(r.PostFormValue("wish"))
	about := rights.Subject{Name: d.Subject(), Number: d.Number, Place: d.Place, Town: d.Town, Open: d.Open}
	_, err = p.Rights.Ask(r.Context(), rights.Ask{
		Realm: p.Realm, Key: r.PostFormValue("client"), Door: rights.ByCode, Wish: wish, About: about, Values: r.PostForm,
		By: identity.Actor{Realm: p.Realm},
	})
	if _, ok := fault.As(err); ok {
		return p.dataPage(w, r, d, webkit.StatusOf(err), p.Kit.Again(r, err))
	}
	if err != nil {
		return err
	}
	if wish == rights.Copy || wish == rights.Query {
		return p.copy(w, r, about.Name, "/m/"+d.Number+"/data", r.PostFormValue("as"))
	}
	webkit.Done(w, r, "/m/"+d.Number+"/data", "rights.done."+string(wish))
	return nil
}

// own shows somebody who works here what their account holds.
func (p *Pages) own(w http.ResponseWriter, r *http.Request) error {
	return p.ownPage(w, r, http.StatusOK, webkit.Form{})
}

func (p *Pages) ownPage(w http.ResponseWriter, r *http.Request, status int, again webkit.Form) error {
	about, err := p.page(r, "rights.own.title")
	if err != nil {
		return err
	}
	view := DataPage{Page: about, Post: "/desk/account/data", Back: "/desk/account"}
	return p.show(w, r, view, "account/"+webkit.ActorOf(r).Account, status, again, "rights_own")
}

func (p *Pages) ownWish(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	by, wish := webkit.ActorOf(r), rights.Wish(r.PostFormValue("wish"))
	if wish != rights.Delete && wish != rights.Copy {
		wish = ""
	}
	top, _ := p.Org.Root(p.Realm)
	subject := rights.Subject{Name: "account/" + by.Account, Place: top.Lo, Town: top.Town}
	_, err := p.Rights.Ask(r.Context(), rights.Ask{
		Realm: p.Realm, Key: r.PostFormValue("client"), Door: rights.Own, Wish: wish, About: subject, Values: r.PostForm, By: by,
	})
	if _, ok := fault.As(err); ok {
		return p.ownPage(w, r, webkit.StatusOf(err), p.Kit.Again(r, err))
	}
	if err != nil {
		return err
	}
	if wish == rights.Copy {
		return p.copy(w, r, subject.Name, "/desk/account/data", r.PostFormValue("as"))
	}
	webkit.Done(w, r, "/desk/account/data", "rights.done."+string(wish))
	return nil
}

// lights are the lights of pages by those of terms.
var lights = map[clock.Light]webkit.Light{
	clock.Green: webkit.OnTime, clock.Yellow: webkit.Near, clock.Red: webkit.Over, clock.NoLight: webkit.None,
}
