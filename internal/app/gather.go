// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package app

import (
	"context"
	"fmt"
	"io/fs"
	"net/http"
	"slices"
	"strings"
	"time"

	"pavilion/catalogue"
	"pavilion/internal/base/fault"
	"pavilion/internal/base/page"
	"pavilion/internal/civic/commitment"
	"pavilion/internal/civic/deliberation/assembly"
	"pavilion/internal/core/gathering"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/notify"
	"pavilion/internal/core/org"
	"pavilion/internal/core/outbox"
	"pavilion/internal/edge/web/webgathering"
	"pavilion/internal/edge/web/webkit"
	"pavilion/internal/edge/web/webmatter"
	"pavilion/internal/platform/db"
)

// What the references of hosts begin with.
const (
	assemblyHost = "assembly/"
	unitHost     = "body/"
)

// gather makes the service by which people meet.
func (a *App) gather(zone *time.Location) error {
	kinds, err := gathering.Load(catalogue.FS())
	if err != nil {
		return err
	}
	a.Meetings = gathering.New(gathering.Service{
		DB: a.DB, Now: a.Now, Log: a.Log, Zone: zone, Box: a.Box, Org: a.Org, Files: a.Files, Editions: a.Editions, Kinds: kinds,
		Hosts: map[string]gathering.Host{"assembly": assemblies{a.Bodies}, "body": units{a.Org}},
	})
	return nil
}

// meetingPages adds the pages of gatherings. Tries of codes are limited for each
// network, apart from those of others.
func (a *App) meetingPages(ro *webkit.Router, shared webmatter.Shared, counts func(*http.Request) (map[string]int, error), client func(*http.Request) string, limit limits) {
	(&webgathering.Pages{
		Shared: shared, Meetings: a.Meetings, Zone: a.Bodies.Zone, Name: a.nameOf(shared.Realm), Counts: counts, Allow: limit.codes.Allow,
		Client: func(r *http.Request) string { return "gathering " + client(r) }, Address: a.Config.PublicURL,
	}).Register(ro)
}

// meetingMenu is where these pages stand in the desk's menu.
func meetingMenu() []webkit.MenuItem {
	return slices.Concat(webgathering.Menu(), webgathering.OwnMenu())
}

// assemblies answers for the bodies that decide.
type assemblies struct{ bodies *assembly.Service }

// About is the body, with the notice that the law of its kind asks for today.
func (h assemblies) About(ctx context.Context, tx *db.Tx, realm, host string) (gathering.Body, error) {
	a, err := h.bodies.Find(ctx, tx, realm, strings.TrimPrefix(host, assemblyHost))
	if err != nil {
		return gathering.Body{}, err
	}
	b := h.body(a)
	rule, err := h.bodies.RuleIn(ctx, tx, realm, string(a.Kind), h.bodies.Today())
	if fault.KindOf(err) == fault.Conflict {
		return b, nil // no rule is in force
	}
	b.Notice, b.Basis = rule.Notice, rule.Basis
	return b, err
}

func (h assemblies) body(a assembly.Assembly) gathering.Body {
	return gathering.Body{
		Host: assemblyHost + a.ID, Name: a.Name, Sort: string(a.Kind), Area: a.Area, Place: a.Place, Confidential: a.Kind.Confidential(),
		Ended: a.Ended != "" && a.Ended <= h.bodies.Today(),
	}
}

// calling is the body on the day of a gathering.
func (h assemblies) calling(ctx context.Context, tx *db.Tx, g gathering.Gathering) (assembly.Calling, error) {
	day := g.Starts.In(h.bodies.Zone).Format(time.DateOnly)
	return h.bodies.Calling(ctx, tx, g.Realm, strings.TrimPrefix(g.Host, assemblyHost), day)
}

// Due lists the members whose mandate holds on the day, and at a table with fixed seats
// those that are empty.
func (h assemblies) Due(ctx context.Context, tx *db.Tx, g gathering.Gathering) ([]gathering.Seat, error) {
	c, err := h.calling(ctx, tx, g)
	var out []gathering.Seat
	for _, m := range c.Members {
		out = append(out, gathering.Seat{
			ID: m.ID, No: m.No, Name: m.Name, Role: seatKey(m.Seat), Account: m.Account, Must: c.Kind == assembly.FiveParty,
		})
	}
	for _, seat := range c.Empty() {
		out = append(out, gathering.Seat{ID: "vacant/" + string(seat), Role: seatKey(seat), Must: true, Vacant: true})
	}
	return out, err
}

// seatKey is the text key of a seat's name.
func seatKey(s assembly.Seat) string {
	if s == "" {
		return ""
	}
	return "assembly.seat." + string(s)
}

// Quorum holds the rule of the body against who is there.
func (h assemblies) Quorum(ctx context.Context, tx *db.Tx, g gathering.Gathering, there []string) (gathering.Quorum, error) {
	c, err := h.calling(ctx, tx, g)
	if err != nil {
		return gathering.Quorum{}, err
	}
	count, checks, met := c.Present(there)
	q := gathering.Quorum{Due: int(count.Entitled.People), Present: int(count.Attended.People), Met: met}
	if c.Ruled {
		q.Rule = c.Rule.Name()
	}
	for _, k := range checks {
		q.Bounds = append(q.Bounds, gathering.Bound{Had: k.Had, Needed: k.Needed, Whole: k.Whole, Area: k.Measure == "area", Holds: k.Holds})
	}
	return q, nil
}

// Offered lists the bodies that somebody keeps.
func (h assemblies) Offered(ctx context.Context, by identity.Actor) (out []gathering.Body, err error) {
	for next := (page.Cursor{}); ; {
		found, err := h.bodies.List(ctx, by.Realm, "", by, next, page.Max)
		if err != nil {
			return nil, err
		}
		for _, a := range found.Items {
			out = append(out, h.body(a))
		}
		if next = found.Next; !next.More() {
			return out, nil
		}
	}
}

// units answers for bodies that have no members of their own here: who should come are
// the units that were invited.
type units struct{ org *org.Service }

// About is the body.
func (h units) About(_ context.Context, _ *db.Tx, realm, host string) (gathering.Body, error) {
	b, ok := h.org.Body(realm, strings.TrimPrefix(host, unitHost))
	if !ok {
		return gathering.Body{}, fault.New(fault.Missing, "matter.body_unknown").At("host")
	}
	return unitBody(b), nil
}

func unitBody(b org.Body) gathering.Body {
	return gathering.Body{Host: unitHost + b.ID, Name: b.Name, Sort: "body", Area: b.Area, Place: b.Lo}
}

// Due lists the invited units.
func (h units) Due(_ context.Context, _ *db.Tx, g gathering.Gathering) (out []gathering.Seat, err error) {
	for i, guest := range g.Guests {
		b, _ := h.org.Body(g.Realm, strings.TrimPrefix(guest, unitHost))
		out = append(out, gathering.Seat{ID: guest, No: i + 1, Name: b.Name})
	}
	return out, nil
}

// Quorum is met by whoever comes: no law says how many units have to.
func (units) Quorum(_ context.Context, _ *db.Tx, g gathering.Gathering, there []string) (gathering.Quorum, error) {
	return gathering.Quorum{Due: len(g.Guests), Present: len(there), Met: true}, nil
}

// Offered lists the bodies of the realm.
func (h units) Offered(_ context.Context, by identity.Actor) (out []gathering.Body, err error) {
	for _, b := range h.org.Bodies(by.Realm) {
		out = append(out, unitBody(b))
	}
	return out, nil
}

// tellInvited tells those invited who have accounts that a gathering was called, or
// changed.
func (a *App) tellInvited(ctx context.Context, events []outbox.Event) error {
	return hear(ctx, events, func(ctx context.Context, e outbox.Event, said gathering.Happened) error {
		switch said.Act {
		case "called", "amended", "postponed", "cancelled":
		default:
			return nil
		}
		return a.DB.InTx(ctx, func(tx *db.Tx) error {
			g, err := a.Meetings.Find(ctx, tx, e.Realm, said.Gathering)
			if err != nil {
				return err
			}
			accounts, err := a.Meetings.Accounts(ctx, tx, g)
			if err != nil {
				return err
			}
			return a.send(ctx, tx, accounts, notify.Message{
				Realm: e.Realm, ID: e.ID, Key: "notify.gathering_" + said.Act, Link: "/gatherings/" + g.ID, At: e.At,
				Params: map[string]string{"title": g.Title, "day": g.Starts.In(a.Calendar.Zone()).Format("2006-01-02 15:04")},
			})
		})
	})
}

// promiseResolved makes promises of resolutions that are to be kept in public: proposed
// by who wrote them down, announced once another has released the words.
func (a *App) promiseResolved(ctx context.Context, events []outbox.Event) error {
	return hear(ctx, events, func(ctx context.Context, e outbox.Event, said gathering.Happened) error {
		var r gathering.Resolution
		var g gathering.Gathering
		err := a.DB.View(ctx, func(tx *db.Tx) (err error) {
			if r, err = a.Meetings.ResolutionIn(ctx, tx, e.Realm, said.Resolution); err == nil {
				g, err = a.Meetings.Find(ctx, tx, e.Realm, said.Gathering)
			}
			return err
		})
		if err != nil || r.Duty != gathering.Promise || r.Dropped != "" {
			return err
		}
		about := g.For
		if about == "" {
			about = gathering.Subject(g.ID)
		}
		// The body was bound by the gathering; who wrote that down speaks for it in this alone.
		by := identity.Actor{Realm: e.Realm, Account: said.By, Grants: []identity.Grant{
			{Realm: e.Realm, Account: said.By, Role: identity.Handler, Lo: r.Place, Hi: r.Place + 1, Body: r.Body},
		}}
		_, err = a.Promises.Announce(ctx, commitment.Announce{
			Realm: e.Realm, Key: r.ID, Title: r.Text, Wording: r.Due, Area: g.Area, Body: r.Body, Subject: about, By: by,
		})
		return err
	})
}

// checkGatherings lints the kinds of gatherings.
func checkGatherings(rules fs.FS, need func(key string), bad func(error)) {
	book, err := gathering.Load(rules)
	if bad(err); err != nil {
		return
	}
	for _, p := range book.Lint() {
		bad(fmt.Errorf("gatherings, %s: %s", p.Path, p.Key))
	}
	for _, k := range book.Kinds {
		need("gathering.kind." + k.Code)
		if k.Basis != "" {
			need(k.Basis)
		}
	}
	for _, p := range gathering.Parts() {
		need("gathering.part." + string(p))
	}
}
