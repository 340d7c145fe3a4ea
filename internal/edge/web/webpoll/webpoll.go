// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package webpoll has the pages of votes: a voter's, one decision a screen and with
// nothing but a credential; the chair's with turnout, roll, letters and papers; the
// scrutineers'; and the result.
//
//	webpoll.go  what it is given, its routes and menu
//	voter.go    a voter's screens
//	check.go    whether my ballot is in the count
//	desk.go     the desk's list, opening a vote
//	chair.go    the chair's screen, closing, giving up
//	roll.go     calling the roll, giving out papers
//	letter.go   letters and papers to print
//	paper.go    what a scrutineer counted
//	own.go      votes by name of who is signed in
//	result.go   a result as pages show it
//	samples.go  one filled page of each kind, for tests
package webpoll

import (
	"net/http"
	"time"

	"pavilion/internal/base/text"
	"pavilion/internal/civic/deliberation/assembly"
	"pavilion/internal/civic/deliberation/poll"
	"pavilion/internal/core/identity"
	"pavilion/internal/edge/web/webkit"
)

// Pages is what the pages take. All fields are required, but Address.
type Pages struct {
	Kit     *webkit.Kit
	Polls   *poll.Service
	Bodies  *assembly.Service
	Realm   string
	Zone    *time.Location
	Counts  func(*http.Request) (map[string]int, error) // the numbers beside the menu's entries
	Allow   func(client string) (time.Duration, bool)   // whether somebody may try a code once more
	Client  func(*http.Request) string                  // the network that a request comes from
	Address string                                      // of this site; empty takes the request's
}

const (
	root   = "/desk/votes"
	voting = "/votes/"
	mine   = root + "/mine" // the list of those in which somebody votes signed in
	own    = "/desk/ballots"

	maxForm = 1 << 20 // bytes of a sent form: a sheet names every paper
)

var (
	holding  = webkit.AnyOf(identity.Secretary, identity.Scrutineer)
	chairing = webkit.AnyOf(identity.Secretary)
	counting = webkit.AnyOf(identity.Scrutineer)
)

// Menu lists what the desk's menu offers.
func Menu() []webkit.MenuItem {
	return []webkit.MenuItem{
		{Href: root, Key: "poll.menu", Icon: "check", Access: holding},
		{Href: mine, Key: "poll.own.title", Icon: "check", Access: webkit.SignedIn, Group: webkit.OfOneself},
	}
}

// Register adds the routes.
func (p *Pages) Register(ro *webkit.Router) {
	Samples(p.Kit)
	ro.Handle("GET /votes/{poll}", webkit.Public, p.ask)
	ro.Handle("POST /votes/{poll}", webkit.Public, p.step)
	ro.Handle("GET /votes/{poll}/check", webkit.Public, p.checkForm)
	ro.Handle("POST /votes/{poll}/check", webkit.Public, p.check)
	ro.Handle("GET "+mine, webkit.SignedIn, p.own)
	ro.Handle("GET "+own+"/{poll}", webkit.SignedIn, p.ballot)
	ro.Handle("POST "+own+"/{poll}", webkit.SignedIn, p.give)
	ro.Handle("GET "+root, holding, p.desk)
	ro.Handle("GET "+root+"/new", chairing, p.openForm)
	ro.Handle("POST "+root, chairing, p.open)
	ro.Handle("GET "+root+"/{poll}", holding, p.chair)
	ro.Handle("POST "+root+"/{poll}/close", chairing, p.close)
	ro.Handle("GET "+root+"/{poll}/drop", chairing, p.dropForm)
	ro.Handle("POST "+root+"/{poll}/drop", chairing, p.drop)
	ro.Handle("GET "+root+"/{poll}/roll", holding, p.roll)
	ro.Handle("POST "+root+"/{poll}/roll", holding, p.call)
	ro.Handle("POST "+root+"/{poll}/letters", chairing, p.letters)
	ro.Handle("POST "+root+"/{poll}/keys", chairing, p.keys)
	ro.Handle("GET "+root+"/{poll}/papers", holding, p.papers)
	ro.Handle("GET "+root+"/{poll}/count", counting, p.countForm)
	ro.Handle("POST "+root+"/{poll}/count", counting, p.count)
}

// page begins a page of the desk: its menu says how much waits.
func (p *Pages) page(r *http.Request, titleKey string) (webkit.Page, error) {
	counts, err := p.Counts(r)
	return p.Kit.DeskPage(r, counts, titleKey), err
}

// private keeps an answer out of every cache: it shows a credential, or belongs to one.
func private(w http.ResponseWriter) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Referrer-Policy", "no-referrer")
}

// choices are what can be chosen, in words.
func choices(say *text.Printer, q poll.Poll) (out []webkit.Choice) {
	for i, c := range q.Choices() {
		label := ""
		if i < len(q.Options) {
			label = q.Options[i]
		} else {
			label = say.T("poll.choice." + c)
		}
		out = append(out, webkit.Choice{Value: c, Label: label})
	}
	return out
}

// words is one choice in words.
func words(say *text.Printer, q poll.Poll, choice string) string {
	for _, c := range choices(say, q) {
		if c.Value == choice {
			return c.Label
		}
	}
	return ""
}

// tag is the word and colour of a vote's state.
func tag(say *text.Printer, q poll.Poll, now time.Time) webkit.Tag {
	switch {
	case q.Takes(now):
		return webkit.Tag{Word: say.T("poll.state.running"), Colour: "blue"}
	case q.State == poll.Running:
		return webkit.Tag{Word: say.T("poll.state.waiting"), Colour: "amber"}
	case q.State == poll.Counted:
		return webkit.Tag{Word: say.T("poll.state.counted"), Colour: "green"}
	}
	return webkit.Tag{Word: say.T("poll.state.dropped"), Colour: "red"}
}
