// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package app

import (
	"net/http"
	"time"

	"pavilion/internal/civic/deliberation/oversight"
	"pavilion/internal/edge/web/webkit"
	"pavilion/internal/edge/web/webmatter"
	"pavilion/internal/edge/web/weboversight"
)

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
