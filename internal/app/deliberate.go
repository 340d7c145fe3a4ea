// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package app

import (
	"net/http"
	"slices"
	"time"

	"pavilion/catalogue"
	"pavilion/internal/civic/deliberation/assembly"
	"pavilion/internal/civic/deliberation/poll"
	"pavilion/internal/civic/deliberation/survey"
	"pavilion/internal/edge/api/apideliberation"
	"pavilion/internal/edge/web/webassembly"
	"pavilion/internal/edge/web/webkit"
	"pavilion/internal/edge/web/webmatter"
	"pavilion/internal/edge/web/webpoll"
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
	return nil
}

// decisions are what the API's operations for decisions take.
func (a *App) decisions() apideliberation.Deps {
	return apideliberation.Deps{Bodies: a.Bodies, Polls: a.Polls, Org: a.Org}
}

// deciding adds the pages by which people decide together. Tries of codes are limited
// for each network, apart from those of reporters.
func (a *App) deciding(ro *webkit.Router, shared webmatter.Shared, counts func(*http.Request) (map[string]int, error), client func(*http.Request) string, limit limits) {
	kit, realm := shared.Kit, shared.Realm
	(&webassembly.Pages{Kit: kit, Bodies: a.Bodies, Org: a.Org, Texts: a.Texts, Realm: realm, Counts: counts}).Register(ro)
	(&webpoll.Pages{
		Kit: kit, Polls: a.Polls, Bodies: a.Bodies, Realm: realm, Zone: a.Bodies.Zone, Counts: counts, Allow: limit.codes.Allow,
		Client: func(r *http.Request) string { return "vote " + client(r) }, Address: a.Config.PublicURL,
	}).Register(ro)
}

// decidingMenu and decidingDeskMenu are where these pages stand in the menus.
func decidingMenu() []webkit.MenuItem { return webassembly.Menu() }

func decidingDeskMenu() []webkit.MenuItem {
	return slices.Concat(webassembly.DeskMenu(), webpoll.Menu())
}
