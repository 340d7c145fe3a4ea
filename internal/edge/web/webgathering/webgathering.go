// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package webgathering has the pages of gatherings: calling one, its agenda and
// notices, the roll and the chair's live screen, minutes, resolutions with their
// filings, what is printed; and the page that somebody invited opens on the telephone.
//
//	webgathering.go  what it is given, its routes and menu
//	list.go          the desk's list, calling a gathering
//	one.go           a gathering with all its papers
//	change.go        another agenda, another hour, cancelled
//	notice.go        who was told, letters, invitations for calendars
//	roll.go          the roll, the paper list, the steps of a session, the live screen
//	minutes.go       minutes, signed paper, what is printed
//	resolve.go       resolutions at the desk of the chair and of their owner
//	guest.go         what somebody invited sees
//	samples.go       one filled page of each kind, for tests
package webgathering

import (
	"context"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/text"
	"pavilion/internal/core/gathering"
	"pavilion/internal/core/identity"
	"pavilion/internal/edge/web/webkit"
	"pavilion/internal/edge/web/webmatter"
)

// Pages is what the pages take. All fields are required, but Address.
type Pages struct {
	webmatter.Shared
	Meetings *gathering.Service
	Zone     *time.Location
	Name     func(ctx context.Context, account string) string // what people who work here are called
	Counts   func(*http.Request) (map[string]int, error)      // the numbers beside the menu's entries
	Allow    func(client string) (time.Duration, bool)        // whether somebody may try a code once more
	Client   func(*http.Request) string                       // the network that a request comes from
	Address  string                                           // of this site; empty takes the request's
}

const (
	root        = "/desk/gatherings"
	resolutions = "/desk/resolutions/"
	inviting    = "/gatherings/"

	maxForm = 1 << 20 // bytes of a sent form without photos
)

var (
	chairing = webkit.AnyOf(identity.Secretary)
	owning   = webkit.AnyOf(identity.Secretary, identity.Handler)
)

// Menu lists what the desk's menu offers.
func Menu() []webkit.MenuItem {
	return []webkit.MenuItem{{Href: root, Key: "gathering.menu", Icon: "users", Access: chairing}}
}

// OwnMenu lists what the desk's menu offers of what is one's own.
func OwnMenu() []webkit.MenuItem {
	return []webkit.MenuItem{{Href: "/gatherings", Key: "gathering.own.menu", Icon: "calendar", Access: webkit.SignedIn, Group: webkit.OfOneself}}
}

// Register adds the routes.
func (p *Pages) Register(ro *webkit.Router) {
	Samples(p.Kit)
	ro.Handle("GET /gatherings", webkit.SignedIn, p.own)
	ro.Handle("GET /gatherings/{gathering}", webkit.Public, p.ask)
	ro.Handle("POST /gatherings/{gathering}", webkit.Public, p.visit)
	ro.Handle("GET "+root, chairing, p.list)
	ro.Handle("GET "+root+"/new", chairing, p.callForm)
	ro.Handle("POST "+root, chairing, p.call)
	one := root + "/{gathering}"
	ro.Handle("GET "+one, chairing, p.one)
	ro.Handle("GET "+one+"/agenda", chairing, p.agendaForm)
	ro.Handle("POST "+one+"/agenda", chairing, p.amend)
	ro.Handle("GET "+one+"/postpone", chairing, p.postponeForm)
	ro.Handle("POST "+one+"/postpone", chairing, p.postpone)
	ro.Handle("GET "+one+"/cancel", chairing, p.cancelForm)
	ro.Handle("POST "+one+"/cancel", chairing, p.cancel)
	ro.Handle("POST "+one+"/told", chairing, p.told)
	ro.Handle("POST "+one+"/letters", chairing, p.letters)
	ro.Handle("GET "+one+"/invitation", chairing, p.invitation)
	ro.Handle("GET "+one+"/roll", chairing, p.roll)
	ro.Handle("POST "+one+"/roll", chairing, p.tick)
	ro.Handle("POST "+one+"/paper", chairing, p.paper)
	ro.Handle("POST "+one+"/step", chairing, p.step)
	ro.Handle("GET "+one+"/screen", chairing, p.screen)
	ro.Handle("GET "+one+"/sheet", chairing, p.sheet)
	ro.Handle("GET "+one+"/minutes", chairing, p.minutesForm)
	ro.Handle("POST "+one+"/minutes", chairing, p.write)
	ro.Handle("POST "+one+"/signed", chairing, p.sign)
	ro.Handle("GET "+one+"/print", chairing, p.print)
	ro.Handle("GET "+one+"/photos/{photo}/{size}", chairing, p.photo)
	ro.Handle("GET "+one+"/resolutions", chairing, p.resolveForm)
	ro.Handle("POST "+one+"/resolutions", chairing, p.resolve)
	ro.Handle("GET "+resolutions+"{resolution}", owning, p.resolution)
	ro.Handle("POST "+resolutions+"{resolution}", owning, p.settle)
	ro.Handle("POST "+resolutions+"{resolution}/filings", owning, p.file)
	ro.Handle("GET "+resolutions+"{resolution}/filings/{filing}/{photo}/{size}", owning, p.filed)
}

// page begins a page of the desk: its menu says how much waits.
func (p *Pages) page(r *http.Request, titleKey string) (webkit.Page, error) {
	counts, err := p.Counts(r)
	return p.Kit.DeskPage(r, counts, titleKey), err
}

// at says which gathering a request is about. A revision that was sent is the one seen.
func (p *Pages) at(r *http.Request) gathering.At {
	revision, _ := strconv.Atoi(r.PostFormValue("revision")) // 0 for none
	return gathering.At{Realm: p.Realm, ID: r.PathValue("gathering"), Revision: revision, By: webkit.ActorOf(r)}
}

// read returns everything of the gathering that a request is about.
func (p *Pages) read(r *http.Request) (gathering.Record, error) {
	return p.Meetings.Read(r.Context(), p.at(r))
}

// private keeps an answer out of every cache: it shows a code, or belongs to one.
func private(w http.ResponseWriter) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Referrer-Policy", "no-referrer")
}

// tooMany is the key of the fault for too many tries.
const tooMany = "gathering.too_many_tries"

// allow limits the tries of one client.
func (p *Pages) allow(w http.ResponseWriter, client string) error {
	wait, ok := p.Allow(client)
	if ok {
		return nil
	}
	seconds := strconv.Itoa(int(math.Ceil(wait.Seconds())))
	w.Header().Set("Retry-After", seconds)
	return fault.New(fault.Conflict, tooMany).With("wait", seconds)
}

func statusOf(err error) int {
	if f, ok := fault.As(err); ok && f.Key == tooMany {
		return http.StatusTooManyRequests
	}
	return webkit.StatusOf(err)
}

// correctable reports whether a form is shown again with what was wrong with it.
func correctable(err error) bool {
	switch fault.KindOf(err) {
	case fault.Invalid, fault.Conflict, fault.Stale:
		return err != nil
	}
	return false
}

// tag is the word and colour of a gathering's state. What is over and lacks a part is red.
func tag(say *text.Printer, g gathering.Gathering) webkit.Tag {
	colour := map[gathering.State]string{
		gathering.Called: "blue", gathering.Running: "amber", gathering.Held: "red", gathering.Complete: "green", gathering.NoQuorum: "amber",
	}[g.State]
	return webkit.Tag{Word: say.T("gathering.state." + string(g.State)), Colour: colour}
}

// when says from when until when a gathering is.
func (p *Pages) when(say *text.Printer, g gathering.Gathering) string {
	from, to := g.Starts.In(p.Zone), g.Ends.In(p.Zone)
	if from.Format(time.DateOnly) == to.Format(time.DateOnly) {
		return say.DateTime(from) + "–" + say.Time(to)
	}
	return say.DateTime(from) + " – " + say.DateTime(to)
}

// role is what somebody is, in words.
func role(say *text.Printer, s gathering.Seat) string {
	if s.Role == "" {
		return ""
	}
	return say.T(s.Role)
}

// name is what somebody is called; a number where no name is known.
func name(say *text.Printer, i gathering.Invitee) string {
	if i.Name != "" {
		return i.Name
	}
	if i.Vacant {
		return say.T("gathering.vacant")
	}
	return say.T("gathering.unnamed", "no", strconv.Itoa(i.No))
}

// stamp reads a day and an hour as people type them, where the realm is.
func (p *Pages) stamp(day, hour string) time.Time {
	hour = strings.NewReplacer("：", ":", "\u3000", "").Replace(strings.TrimSpace(hour))
	at, err := time.ParseInLocation("2006-01-02 15:04", strings.TrimSpace(day)+" "+hour, p.Zone)
	if err != nil {
		return time.Time{}
	}
	return at
}
