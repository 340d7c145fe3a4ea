// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package app

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/form"
	"pavilion/internal/base/text"
	"pavilion/internal/civic/deliberation/disclosure"
	"pavilion/internal/civic/deliberation/oversight"
	"pavilion/internal/civic/deliberation/proceeding"
	"pavilion/internal/civic/deliberation/survey"
	"pavilion/internal/civic/matter"
	"pavilion/internal/core/gathering"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/notify"
	"pavilion/internal/core/outbox"
	"pavilion/internal/edge/web/webdesk"
	"pavilion/internal/edge/web/webkit"
	"pavilion/internal/edge/web/webmatter"
	"pavilion/internal/edge/web/weboversight"
	"pavilion/internal/edge/web/webproceeding"
	"pavilion/internal/platform/db"
)

// proceed makes the service that carries topics through their procedures.
func (a *App) proceed(zone *time.Location, forms form.Forms) {
	a.Proceedings = &proceeding.Service{
		DB: a.DB, Now: a.Now, Log: a.Log, Zone: zone, Forms: forms, Library: a.Library, Org: a.Org, Editions: a.Editions, Files: a.Files,
		Releases: a.Releases, Bodies: a.Bodies, Polls: a.Polls, Surveys: a.Surveys, Notices: a.Board, Topics: a.Topics, Gatherings: a.Meetings,
		Errands: errands{a.Matters}, Say: func(key string) string { return a.Say(text.First, key) },
	}
	a.Editions.Checks[proceeding.Edition] = a.Proceedings.Check
	a.Releases.Publishers[proceeding.PlanWords] = a.Proceedings.Publish
}

// errands answers what proceedings ask about matters.
type errands struct{ matters *matter.Service }

// Errand says whether a matter is closed: by then somebody else than its handler has
// looked at what was done.
func (e errands) Errand(ctx context.Context, tx *db.Tx, realm, id string) (proceeding.ErrandState, error) {
	m, err := e.matters.In(ctx, tx, realm, id)
	return proceeding.ErrandState{Number: m.Number, Place: m.Place, Done: m.State == "closed"}, err
}

// advance reminds of proceedings whose term has run out, in every realm.
func (a *App) advance(ctx context.Context) error {
	var failures []error
	for _, realm := range a.realms() {
		_, err := a.Proceedings.Expire(ctx, realm)
		failures = append(failures, err)
	}
	return errors.Join(failures...)
}

// hearObjections has proceedings wait for objections to what was resolved, and go on once
// they are answered, or back where one was upheld.
func (a *App) hearObjections(ctx context.Context, events []outbox.Event) error {
	return hear(ctx, events, func(ctx context.Context, e outbox.Event, said disclosure.Happened) error {
		return a.Proceedings.Objected(ctx, e.Realm, said.Notice, said.State == disclosure.Settled && said.Deed == disclosure.SendBack)
	})
}

// adoptGathering and adoptSurvey put what was begun for a step to it.
func (a *App) adoptGathering(ctx context.Context, events []outbox.Event) error {
	return hear(ctx, events, func(ctx context.Context, e outbox.Event, said gathering.Happened) error {
		return a.Proceedings.Adopt(ctx, e.Realm, said.For, proceeding.Meeting, said.Gathering)
	})
}

func (a *App) adoptSurvey(ctx context.Context, events []outbox.Event) error {
	return hear(ctx, events, func(ctx context.Context, e outbox.Event, said survey.Happened) error {
		return a.Proceedings.Adopt(ctx, e.Realm, said.For, proceeding.Inquiry, said.Survey)
	})
}

// proceedings adds the pages of proceedings.
func (a *App) proceedings(ro *webkit.Router, shared webmatter.Shared, counts func(*http.Request) (map[string]int, error)) {
	(&webproceeding.Pages{
		Kit: shared.Kit, Proceedings: a.Proceedings, Org: a.Org, Realm: shared.Realm, Zone: a.Bodies.Zone, Counts: counts, Photos: shared.Received,
		Name: a.nameOf(shared.Realm),
		Matter: func(ctx context.Context, number string) (string, error) {
			subject, err := a.Matters.SubjectOf(ctx, shared.Realm, number)
			return strings.TrimPrefix(subject, matter.Subject("")), err
		},
		Shown: func(ctx context.Context, id string) ([]webkit.Photo, error) {
			found, err := shared.PublicPhotos(ctx, []string{id})
			return found[id], err
		},
	}).Register(ro)
	a.overseeing(ro, shared, counts)
}

// courses lists for a matter's page the proceedings that it led to: where they are led for
// who sees them there, where everybody reads of them for others.
func (a *App) courses(r *http.Request, say *text.Printer, matter string) (out []webdesk.Relative, err error) {
	by := webkit.ActorOf(r)
	list, err := a.Proceedings.OfMatter(r.Context(), by.Realm, matter)
	for _, p := range list {
		line := webdesk.Relative{
			What: say.T(p.Procedure), Title: p.Title, Href: proceeding.Desk(p.ID), State: webkit.Tag{Word: say.T("topic.state." + string(p.State))},
		}
		if !proceeding.MaySee(by, p, a.Now()) {
			c, err := a.Proceedings.Course(r.Context(), by.Realm, p.ID)
			if fault.KindOf(err) == fault.Missing {
				continue // nobody has released a word of it
			}
			if err != nil {
				return nil, err
			}
			line.Title, line.Href = c.Title, proceeding.Page(p.ID)
		}
		out = append(out, line)
	}
	return out, err
}

// courseFacts leads from a matter to how something about it was decided, where that is public.
func (a *App) courseFacts(kit *webkit.Kit) func(*http.Request, string) ([]webkit.Fact, error) {
	return func(r *http.Request, matter string) (out []webkit.Fact, err error) {
		realm, err := a.site()
		if err != nil {
			return nil, err
		}
		list, err := a.Proceedings.OfMatter(r.Context(), realm.ID, matter)
		for _, p := range list {
			c, bad := a.Proceedings.Course(r.Context(), p.Realm, p.ID)
			switch {
			case fault.KindOf(bad) == fault.Missing:
			case bad != nil:
				return nil, bad
			default:
				out = append(out, webkit.Fact{Term: kit.Page(r, "topic.title").T("proceeding.course.title"), Value: c.Title, Href: proceeding.Page(c.ID)})
			}
		}
		return out, err
	}
}

// tellLate tells the secretaries of a place that a step of a proceeding is late.
func (a *App) tellLate(ctx context.Context, events []outbox.Event) error {
	return hear(ctx, events, func(ctx context.Context, e outbox.Event, said proceeding.Happened) error {
		if said.Action != "remind" {
			return nil
		}
		return a.DB.InTx(ctx, func(tx *db.Tx) error {
			accounts, err := identity.Holders(ctx, tx, e.Realm, identity.Secretary, identity.Asked{Place: said.Place}, a.Now())
			if err != nil {
				return err
			}
			return a.send(ctx, tx, accounts, notify.Message{
				Realm: e.Realm, ID: e.ID, Key: "notify.proceeding_late", Link: proceeding.Desk(said.Proceeding), At: e.At,
			})
		})
	})
}

// oversee makes the service of those who inspect the records of what was decided.
func (a *App) oversee(zone *time.Location) {
	a.Oversight = &oversight.Service{DB: a.DB, Now: a.Now, Zone: zone, Org: a.Org, Bodies: a.Bodies, Proceedings: a.Proceedings}
}

// overseeing adds the pages of inspectors, and the figures that everybody reads.
func (a *App) overseeing(ro *webkit.Router, shared webmatter.Shared, counts func(*http.Request) (map[string]int, error)) {
	(&weboversight.Pages{
		Kit: shared.Kit, Oversight: a.Oversight, Org: a.Org, Realm: shared.Realm, Zone: a.Bodies.Zone, Counts: counts, Name: a.nameOf(shared.Realm),
	}).Register(ro)
}
