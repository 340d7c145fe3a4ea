// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package websurvey has the pages of household surveys: everybody's with the question,
// the closing day and, once it is counted, the result; a household's with the code of
// its letter; the grid worker's round from door to door; and the desk's.
//
//	websurvey.go  what it is given, its routes and menus
//	public.go     everybody's pages
//	answer.go     a household answers with its code
//	desk.go       the desk's list, opening a survey
//	one.go        one survey at the desk: how far it is, closing, giving up
//	round.go      from door to door
//	paper.go      papers typed in
//	house.go      the households, and one of them
//	letter.go     letters to print
//	remark.go     what was said beside
//	result.go     a result as pages show it
//	samples.go    one filled page of each kind, for tests
package websurvey

import (
	"net/http"
	"strconv"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/text"
	"pavilion/internal/civic/deliberation/assembly"
	"pavilion/internal/civic/deliberation/survey"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/org"
	"pavilion/internal/edge/web/webkit"
)

// Pages is what the pages take. All fields are required, but Address.
type Pages struct {
	Kit     *webkit.Kit
	Surveys *survey.Service
	Bodies  *assembly.Service
	Org     *org.Service
	Texts   *text.Catalogue
	Realm   string
	Zone    *time.Location
	Counts  func(*http.Request) (map[string]int, error) // the numbers beside the menu's entries
	Allow   func(client string) (time.Duration, bool)   // whether somebody may try a code once more
	Client  func(*http.Request) string                  // the network that a request comes from
	Address string                                      // of this site; empty takes the request's
}

const (
	root    = "/desk/surveys"
	public  = "/surveys"
	maxForm = 64 << 10 // bytes of a sent form
	maxList = 8 << 20  // of one with a list of households
)

var (
	working  = webkit.AnyOf(identity.Secretary, identity.Scrutineer, identity.GridWorker)
	visiting = webkit.AnyOf(identity.Secretary, identity.GridWorker)
	typing   = webkit.AnyOf(identity.Secretary, identity.Scrutineer)
	keeping  = webkit.AnyOf(identity.Secretary)
)

// DeskMenu lists what the desk's menu offers.
func DeskMenu() []webkit.MenuItem {
	return []webkit.MenuItem{{Href: root, Key: "survey.menu", Icon: "message", Access: working}}
}

// Register adds the routes.
func (p *Pages) Register(ro *webkit.Router) {
	Samples(p.Kit)
	ro.Handle("GET "+public, webkit.Public, p.list)
	ro.Handle("GET "+public+"/{survey}", webkit.Public, p.page)
	ro.Handle("POST "+public+"/{survey}", webkit.Public, p.answer)
	ro.Handle("GET "+root, working, p.desk)
	ro.Handle("GET "+root+"/new", keeping, p.openForm)
	ro.Handle("POST "+root, keeping, p.open)
	ro.Handle("GET "+root+"/{survey}", working, p.one)
	ro.Handle("POST "+root+"/{survey}/close", keeping, p.close)
	ro.Handle("GET "+root+"/{survey}/drop", keeping, p.dropForm)
	ro.Handle("POST "+root+"/{survey}/drop", keeping, p.drop)
	ro.Handle("POST "+root+"/{survey}/letters", keeping, p.letters)
	ro.Handle("GET "+root+"/{survey}/round", visiting, p.round)
	ro.Handle("POST "+root+"/{survey}/round", visiting, p.called)
	ro.Handle("GET "+root+"/{survey}/paper", typing, p.paperForm)
	ro.Handle("POST "+root+"/{survey}/paper", typing, p.paper)
	ro.Handle("GET "+root+"/{survey}/households", working, p.houses)
	ro.Handle("GET "+root+"/{survey}/households/{no}", working, p.house)
	ro.Handle("POST "+root+"/{survey}/households/{no}", working, p.correct)
	ro.Handle("GET "+root+"/{survey}/remarks", keeping, p.remarks)
	ro.Handle("POST "+root+"/{survey}/remarks/{remark}", keeping, p.settle)
}

// begin begins a page of the desk: its menu says how much waits.
func (p *Pages) begin(r *http.Request, titleKey string) (webkit.Page, error) {
	counts, err := p.Counts(r)
	return p.Kit.DeskPage(r, counts, titleKey), err
}

// private keeps an answer out of every cache: it shows a code, or belongs to one.
func private(w http.ResponseWriter) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Referrer-Policy", "no-referrer")
}

// again reports whether a failure is shown on the form it came from.
func again(err error) bool {
	switch fault.KindOf(err) {
	case fault.Invalid, fault.Stale, fault.Conflict:
		return true
	}
	return false
}

// number reads a number; what is none is -1, which nothing has.
func number(text string) int {
	n, err := strconv.Atoi(text)
	if err != nil {
		return -1
	}
	return n
}

// choices are what can be answered, in words.
func choices(say *text.Printer, v survey.Survey) (out []webkit.Choice) {
	for i, c := range v.Choices() {
		label := ""
		if i < len(v.Options) {
			label = v.Options[i]
		} else {
			label = say.T("survey.choice." + c)
		}
		out = append(out, webkit.Choice{Value: c, Label: label})
	}
	return out
}

// words is one answer in words.
func words(say *text.Printer, v survey.Survey, choice string) string {
	for _, c := range choices(say, v) {
		if c.Value == choice {
			return c.Label
		}
	}
	return ""
}

// tag is the word and colour of a survey's state.
func tag(say *text.Printer, v survey.Survey, now time.Time) webkit.Tag {
	switch {
	case v.Takes(now):
		return webkit.Tag{Word: say.T("survey.state.running"), Colour: "blue"}
	case v.State == survey.Running:
		return webkit.Tag{Word: say.T("survey.state.over"), Colour: "amber"}
	case v.State == survey.Closed:
		return webkit.Tag{Word: say.T("survey.state.closed"), Colour: "green"}
	case v.State == survey.Drafted:
		return webkit.Tag{Word: say.T("survey.state.drafted"), Colour: "amber"}
	}
	return webkit.Tag{Word: say.T("survey.state.dropped"), Colour: "red"}
}
