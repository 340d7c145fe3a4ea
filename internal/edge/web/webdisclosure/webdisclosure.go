// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package webdisclosure has the pages of the public board: what stands there and stood,
// each notice with the days it has lawfully stood, its printed form and its feed, the form
// of who objects; and the desk's side of it.
//
//	webdisclosure.go  what it is given, its routes and menus
//	board.go          the public board, the feed
//	notice.go         one notice, also to print
//	object.go         objecting, and following an objection
//	desk.go           the desk: what waits, what stands, one notice
//	write.go          writing, correcting, withdrawing
//	paper.go          paper boards, what hangs there, when a board was down
//	answer.go         an objection at the desk
//	samples.go        one filled page of each kind, for tests
package webdisclosure

import (
	"context"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/text"
	"pavilion/internal/civic/deliberation/disclosure"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/org"
	"pavilion/internal/edge/web/webkit"
	"pavilion/internal/edge/web/webmatter"
)

// Pages is what the pages take. All fields but Address are required.
type Pages struct {
	webmatter.Shared
	Board   *disclosure.Service
	Counts  func(*http.Request) (map[string]int, error) // the numbers beside the menu's entries
	Reports func(key string) (time.Duration, bool)      // bounds objections from one network
	Codes   func(key string) (time.Duration, bool)      // bounds tries of codes
	Client  func(*http.Request) string                  // the network that asks
	Name    func(ctx context.Context, account string) string
	Address string // the site's own, for links that leave it; empty: as it was asked for
}

// Where the pages lie.
const (
	board   = "/board"
	follow  = "/objections"
	root    = "/desk/board"
	boards  = root + "/boards"
	replies = "/desk/objections"
)

// maxForm bounds a sent form, in bytes.
const maxForm = 128 << 10

// Secretaries write and answer; who releases, and auditors, see it.
var (
	writing = webkit.AnyOf(identity.Secretary)
	reading = webkit.AnyOf(identity.Secretary, identity.ShiftHead, identity.Dispatcher, identity.Auditor)
)

// Menu lists what the public menu offers.
func Menu() []webkit.MenuItem {
	return []webkit.MenuItem{{Href: board, Key: "disclosure.menu", Icon: "list", Access: webkit.Public}}
}

// DeskMenu lists what the desk's menu offers.
func DeskMenu() []webkit.MenuItem {
	return []webkit.MenuItem{{Href: root, Key: "disclosure.desk.menu", Icon: "list", Group: webkit.OfPublic, Access: reading}}
}

// Register adds the routes.
func (p *Pages) Register(ro *webkit.Router) {
	Samples(p.Kit)
	ro.Handle("GET "+board, webkit.Public, p.list)
	ro.Handle("GET "+board+"/feed", webkit.Public, p.feed)
	ro.Handle("GET "+board+"/{notice}", webkit.Public, p.notice)
	ro.Handle("GET "+board+"/{notice}/print", webkit.Public, p.print)
	ro.Handle("GET "+board+"/{notice}/object", webkit.Public, p.objectForm)
	ro.Handle("POST "+board+"/{notice}/object", webkit.Public, p.object)
	ro.Handle("GET "+follow, webkit.Public, p.trackForm)
	ro.Handle("POST "+follow, webkit.Public, p.track)
	ro.Handle("GET "+root, reading, p.desk)
	ro.Handle("GET "+root+"/new", writing, p.newForm)
	ro.Handle("POST "+root+"/new", writing, p.publish)
	ro.Handle("GET "+boards, reading, p.boardsPage)
	ro.Handle("POST "+boards, writing, p.setUp)
	ro.Handle("POST "+boards+"/{board}/retire", writing, p.retire)
	ro.Handle("POST "+root+"/gaps", writing, p.reportGap)
	ro.Handle("POST "+root+"/gaps/{gap}/end", writing, p.endGap)
	ro.Handle("GET "+root+"/{notice}", reading, p.one)
	ro.Handle("GET "+root+"/{notice}/correct", writing, p.correctForm)
	ro.Handle("POST "+root+"/{notice}/correct", writing, p.correct)
	ro.Handle("GET "+root+"/{notice}/withdraw", writing, p.withdrawForm)
	ro.Handle("POST "+root+"/{notice}/withdraw", writing, p.withdraw)
	ro.Handle("POST "+root+"/{notice}/hang", writing, p.hang)
	ro.Handle("GET "+root+"/{notice}/proofs/{photo}/{size}", reading, p.proof)
	ro.Handle("GET "+replies+"/{objection}", reading, p.objection)
	ro.Handle("POST "+replies+"/{objection}/take", writing, p.take)
	ro.Handle("POST "+replies+"/{objection}/answer", writing, p.answer)
}

// page begins a page of the desk. No cache keeps it.
func (p *Pages) page(w http.ResponseWriter, r *http.Request, titleKey string, args ...any) (webkit.Page, error) {
	w.Header().Set("Cache-Control", "no-store")
	counts, err := p.Counts(r)
	return p.Kit.DeskPage(r, counts, titleKey, args...), err
}

// readForm reads a sent form within its bounds.
func readForm(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		return fault.New(fault.Invalid, "desk.form_unreadable").Because(err)
	}
	return nil
}

// revision is the one a form was shown with; a wrong one is stale.
func revision(r *http.Request) int {
	n, _ := strconv.Atoi(r.PostFormValue("revision"))
	return n
}

// again reports whether a failure is shown on the form it came from.
func again(err error) bool {
	kind := fault.KindOf(err)
	return kind == fault.Invalid || kind == fault.Stale || kind == fault.Conflict
}

// allow takes one of the tries of who asks, or fails and says when to come back.
func (p *Pages) allow(w http.ResponseWriter, r *http.Request, limit func(string) (time.Duration, bool), key string) error {
	wait, ok := limit("disclosure " + p.Client(r))
	if ok {
		return nil
	}
	w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
	return fault.New(fault.Conflict, key)
}

// status is the status with which a form is shown again.
func status(err error) int {
	if f, ok := fault.As(err); ok && strings.HasPrefix(f.Key, "disclosure.too_many") {
		return http.StatusTooManyRequests
	}
	return webkit.StatusOf(err)
}

// instant reads a day and an hour of a form.
func (p *Pages) instant(day, hour string) (time.Time, error) {
	return time.ParseInLocation("2006-01-02 15:04", strings.TrimSpace(day)+" "+strings.ReplaceAll(strings.TrimSpace(hour), "\uff1a", ":"), p.Kit.Calendar.Zone())
}

// date says a day such as 2026-03-17 in full.
func (p *Pages) date(say *text.Printer, day string) string {
	at, err := time.ParseInLocation(time.DateOnly, day, p.Kit.Calendar.Zone())
	if err != nil {
		return day
	}
	return say.Date(at)
}

// path names the place of an area.
func (p *Pages) path(area string) string { return strings.Join(p.Org.Path(p.Realm, area), " ") }

// shallow is the deepest level of areas that are offered in a list.
const shallow = 3

// areas lists areas to choose from, those that somebody may use.
func (p *Pages) areas(first string, may func(org.Area) bool) []webkit.Choice {
	var out []webkit.Choice
	if first != "" {
		out = append(out, webkit.Choice{Label: first})
	}
	for _, a := range p.Org.Areas(p.Realm) {
		if a.Depth < shallow && may(a) {
			out = append(out, webkit.Choice{Value: a.ID, Label: strings.Repeat("\u3000", a.Depth) + a.Name})
		}
	}
	return out
}

// colours of the states.
func tag(say *text.Printer, n disclosure.Notice) webkit.Tag {
	colour := map[disclosure.State]string{disclosure.Waiting: "amber", disclosure.Stands: "green", disclosure.Withdrawn: "red"}[n.State]
	return webkit.Tag{Word: say.T("disclosure.state." + string(n.State)), Colour: colour}
}

// numbered says the number of a notice as it is printed.
func numbered(say *text.Printer, n disclosure.Notice) string {
	year, no, ok := strings.Cut(n.Number, "-")
	if !ok {
		return ""
	}
	return say.T("disclosure.number", "year", year, "n", no)
}
