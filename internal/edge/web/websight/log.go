// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package websight

import (
	"net/http"
	"net/url"
	"strings"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/page"
	"pavilion/internal/civic/matter"
	"pavilion/internal/core/sight"
	"pavilion/internal/edge/web/webkit"
)

// LogPage is the log of looks, narrowed.
type LogPage struct {
	webkit.Page
	Form   webkit.Form
	Looks  []LookLine
	Said   string // what it is narrowed to besides the form
	All    string // the log without that
	Itself string // who read the log
	Next   string
	Empty  webkit.Empty
}

func (p *Pages) log(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	f := webkit.Form{Values: webkit.Printable(q)}
	asked, err := p.question(r, q)
	if fault.KindOf(err) == fault.Invalid {
		again := p.Kit.Again(r, err)
		f.Errors = again.Errors
		return p.logPage(w, r, webkit.StatusOf(err), LogPage{Form: f}, page.Page[sight.Entry]{})
	}
	if err != nil {
		return err
	}
	after, err := page.ParseCursor(q.Get("after"))
	if err != nil {
		return err
	}
	found, err := p.Sight.Log(r.Context(), webkit.ActorOf(r), asked, after, page.Default)
	if err != nil {
		return err
	}
	view := LogPage{Form: f, Itself: logPath + "?itself=1"}
	say := p.Kit.Printer(p.Kit.LanguageOf(r))
	switch {
	case asked.Account != "":
		view.Said = say.T("sight.log.of_person", "name", p.Name(r.Context(), asked.Account))
	case asked.Subject == sight.LogSubject:
		view.Said = say.T("sight.log.of_itself")
	case q.Get("matter") != "":
		view.Said = say.T("sight.log.of_matter")
	}
	if view.Said != "" {
		view.All = logPath
	}
	return p.logPage(w, r, http.StatusOK, view, found)
}

// question reads what the log is narrowed to.
func (p *Pages) question(r *http.Request, q url.Values) (asked sight.Question, err error) {
	asked.Account = q.Get("account")
	if id := q.Get("matter"); id != "" {
		asked.Subject = matter.Subject(id)
	}
	if q.Get("itself") != "" {
		asked.Subject = sight.LogSubject
	}
	if number := strings.TrimSpace(q.Get("number")); number != "" {
		if asked.Subject, err = p.Matters.SubjectOf(r.Context(), p.Realm, number); err != nil {
			return asked, fault.New(fault.Invalid, "sight.number_unknown").At("number")
		}
	}
	if asked.From, err = p.day("from_day", q.Get("from_day")); err != nil {
		return asked, err
	}
	if asked.To, err = p.day("to_day", q.Get("to_day")); err == nil && !asked.To.IsZero() {
		asked.To = asked.To.AddDate(0, 0, 1)
	}
	return asked, err
}

func (p *Pages) logPage(w http.ResponseWriter, r *http.Request, status int, view LogPage, found page.Page[sight.Entry]) (err error) {
	if view.Page, err = p.page(r, "sight.log.title"); err != nil {
		return err
	}
	view.Errors = view.Form.Errors
	view.Empty = webkit.Empty{Icon: "list", Heading: view.T("sight.log.none"), Text: view.T("sight.log.none_help")}
	if view.Looks, err = p.lines(r, view.Printer, found.Items, true); err != nil {
		return err
	}
	if found.Next.More() {
		q := r.URL.Query()
		q.Set("after", found.Next.String())
		view.Next = logPath + "?" + q.Encode()
	}
	w.Header().Set("Cache-Control", "no-store")
	return p.Kit.Render(w, r, status, "sight_log", view)
}
