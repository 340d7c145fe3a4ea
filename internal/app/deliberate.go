// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package app

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"pavilion/catalogue"
	"pavilion/internal/base/fault"
	"pavilion/internal/base/text"
	"pavilion/internal/civic/deliberation/assembly"
	"pavilion/internal/civic/deliberation/poll"
	"pavilion/internal/civic/deliberation/survey"
	"pavilion/internal/civic/deliberation/topic"
	"pavilion/internal/civic/matter"
	"pavilion/internal/core/gathering"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/sight"
	"pavilion/internal/edge/api/apideliberation"
	"pavilion/internal/edge/web/webassembly"
	"pavilion/internal/edge/web/webdesk"
	"pavilion/internal/edge/web/webdisclosure"
	"pavilion/internal/edge/web/webkit"
	"pavilion/internal/edge/web/webmatter"
	"pavilion/internal/edge/web/webpoll"
	"pavilion/internal/edge/web/webproceeding"
	"pavilion/internal/edge/web/websurvey"
	"pavilion/internal/edge/web/webtopic"
	"pavilion/internal/platform/db"
)

// deliberate makes the services by which people decide together.
func (a *App) deliberate(zone *time.Location) error {
	law, table, err := assembly.Load(catalogue.FS())
	if err != nil {
		return err
	}
	a.Bodies = assembly.New(assembly.Service{
		DB: a.DB, Now: a.Now, Log: a.Log, Zone: zone, Org: a.Org, Box: a.Box, Editions: a.Editions, Law: law, Table: table,
	})
	a.Polls = &poll.Service{DB: a.DB, Now: a.Now, Log: a.Log, Box: a.Box, Bodies: a.Bodies}
	a.Surveys = &survey.Service{
		DB: a.DB, Now: a.Now, Log: a.Log, Zone: zone, Org: a.Org, Box: a.Box, Bodies: a.Bodies, Releases: a.Releases,
	}
	return a.gather(zone)
}

// topics makes the service of suggestions and topics.
func (a *App) topics() error {
	terms, err := topic.LoadTerms(catalogue.FS())
	if err != nil {
		return err
	}
	a.Topics = &topic.Service{
		DB: a.DB, Now: a.Now, Log: a.Log, Calendar: a.Calendar, Org: a.Org, Box: a.Box, Releases: a.Releases, Terms: terms,
		Sources: sources{a}, Decides: decided{a.Bodies}, Say: func(key string) string { return a.Say(text.First, key) },
	}
	a.Surveys.Suggestions = suggestions{a.Topics}
	return nil
}

// suggestions takes in what households said beside their answers.
type suggestions struct{ topics *topic.Service }

// Suggest keeps a remark, in the words of the desk, as a suggestion.
func (s suggestions) Suggest(ctx context.Context, tx *db.Tx, c survey.Suggestion) (string, error) {
	r, err := s.topics.Take(ctx, tx, topic.Raise{Realm: c.Realm, Key: c.Key, Origin: topic.Survey, Source: c.From, Area: c.Area, Words: c.Words, By: c.By})
	return "suggestion/" + r.ID, err
}

// sources answers what suggestions are made of.
type sources struct{ *App }

// Source is the area of a matter, of a session, or of a body that decides.
func (s sources) Source(ctx context.Context, realm, ref string, by identity.Actor) (string, error) {
	kind, id, _ := strings.Cut(ref, "/")
	switch kind {
	case "matter":
		d, err := s.Matters.Open(ctx, by, id, sight.Page)
		return d.Area, err
	case "assembly":
		body, err := s.Bodies.Of(ctx, realm, id, by)
		return body.Area, err
	case "gathering":
		var held gathering.Record
		err := s.DB.View(ctx, func(tx *db.Tx) (err error) {
			held, err = s.Meetings.Record(ctx, tx, realm, id)
			return err
		})
		if err == nil && !s.Meetings.MayChair(by, held.Gathering.Place) {
			err = fault.New(fault.Missing, "topic.source_unknown")
		}
		return held.Gathering.Area, err
	}
	return "", fault.New(fault.Missing, "topic.source_unknown")
}

// talks lists for a matter's page the suggestions made of it, their topics, and the
// proceedings it led to, as far as the reader may know of them, and says where another is made.
func (a *App) talks(kit *webkit.Kit) func(*http.Request, string) ([]webdesk.Relative, string, error) {
	return func(r *http.Request, id string) (out []webdesk.Relative, suggest string, err error) {
		by, say, source := webkit.ActorOf(r), kit.Page(r, "topic.title").Printer, matter.Subject(id)
		list, topics, err := a.Topics.Of(r.Context(), by.Realm, source)
		for _, g := range list {
			t, part := topics[g.Topic]
			line := webdesk.Relative{What: say.T("topic.origin.matter"), Number: g.Number, Title: say.T("topic.suggestion.title", "number", g.Number), Href: "/desk/suggestions/" + g.ID,
				State: webkit.Tag{Word: say.T("topic.said." + string(g.State))}}
			switch {
			case part && a.Topics.MaySee(by, t.Place):
				line.Title, line.Href = t.Title, topic.Page(t.ID)
			case part && t.Public():
				line.Title, line.Href = t.Shown.Title, "/topics/"+t.ID
			case g.Taker != by.Account && !a.Topics.MayKeep(by, g.Place):
				continue
			}
			if part {
				line.What, line.State.Word = say.T("topic.talk"), say.T("topic.stage."+string(t.Stage))
			}
			out = append(out, line)
		}
		if err == nil {
			var led []webdesk.Relative
			led, err = a.courses(r, say, id)
			out = append(out, led...)
		}
		if by.Has(identity.Dispatcher, a.Now()) || by.Has(identity.ShiftHead, a.Now()) || by.Has(identity.Receptionist, a.Now()) {
			suggest = "/desk/suggestions/new?source=" + source
		}
		return out, suggest, err
	}
}

// decided answers what topics may be about.
type decided struct{ bodies *assembly.Service }

// Known reports whether some body decides the subject today.
func (d decided) Known(subject string) bool {
	return len(d.bodies.Table.Decides(subject, d.bodies.Today())) > 0
}

// decisions are what the API's operations for decisions take. Tries says whether a
// network may try another code of a vote or a survey.
func (a *App) decisions(tries func(string) bool) apideliberation.Deps {
	return apideliberation.Deps{Bodies: a.Bodies, Polls: a.Polls, Surveys: a.Surveys, Board: a.Board, Proceedings: a.Proceedings, Oversight: a.Oversight, Meetings: a.Meetings, Topics: a.Topics, Org: a.Org, Tries: tries}
}

// deciding adds the pages by which people decide together. Tries of codes are limited
// for each network, apart from those of reporters.
func (a *App) deciding(ro *webkit.Router, shared webmatter.Shared, counts func(*http.Request) (map[string]int, error), client func(*http.Request) string, limit limits) {
	kit, realm := shared.Kit, shared.Realm
	(&webassembly.Pages{Kit: kit, Bodies: a.Bodies, Org: a.Org, Texts: a.Texts, Realm: realm, Counts: counts, Accounts: a.Identity}).Register(ro)
	a.meetingPages(ro, shared, counts, client, limit)
	(&webpoll.Pages{
		Kit: kit, Polls: a.Polls, Bodies: a.Bodies, Realm: realm, Zone: a.Bodies.Zone, Counts: counts, Allow: limit.ballots.Allow,
		Client: func(r *http.Request) string { return "vote " + client(r) }, Address: a.Config.PublicURL,
	}).Register(ro)
	(&websurvey.Pages{
		Kit: kit, Surveys: a.Surveys, Bodies: a.Bodies, Org: a.Org, Texts: a.Texts, Realm: realm, Zone: a.Bodies.Zone, Counts: counts,
		Allow: limit.ballots.Allow, Client: func(r *http.Request) string { return "survey " + client(r) }, Address: a.Config.PublicURL,
	}).Register(ro)
	(&webdisclosure.Pages{
		Shared: shared, Board: a.Board, Counts: counts, Reports: limit.reports.Allow, Codes: limit.codes.Allow, Client: client,
		Name: a.nameOf(realm), Address: a.Config.PublicURL,
	}).Register(ro)
	a.proceedings(ro, shared, counts)
	(&webtopic.Pages{
		Kit: kit, Topics: a.Topics, Bodies: a.Bodies, Org: a.Org, Realm: realm, Counts: counts, Reports: limit.reports.Allow, Codes: limit.codes.Allow,
		Client: client, Address: a.Config.PublicURL,
	}).Register(ro)
}

// decidingMenu and decidingDeskMenu are where these pages stand in the menus.
func decidingMenu() []webkit.MenuItem {
	return slices.Concat(webtopic.Menu(), webassembly.Menu(), webdisclosure.Menu())
}

func decidingDeskMenu() []webkit.MenuItem {
	return slices.Concat(webassembly.DeskMenu(), meetingMenu(), webpoll.Menu(), websurvey.DeskMenu(), webtopic.DeskMenu(), webdisclosure.DeskMenu(), webproceeding.Menu())
}
