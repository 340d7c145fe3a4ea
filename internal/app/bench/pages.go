// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"time"

	"pavilion/catalogue"
	"pavilion/internal/app"
	"pavilion/internal/base/clock"
	"pavilion/internal/base/id"
	"pavilion/internal/base/page"
	"pavilion/internal/base/text"
	"pavilion/internal/civic/matter"
	"pavilion/internal/civic/matter/docket"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/outbox"
)

// PagesOfYear is what RunPages measured. Durations are in seconds.
type PagesOfYear struct {
	Pages   []QueuePage `json:"pages"`
	Events  int         `json:"events"`
	Folded  float64     `json:"folded"`  // taking the events in
	Counted float64     `json:"counted"` // counting all months
	Again   float64     `json:"again"`   // counting the busiest of them again
}

// yearEnded is how many of each hundred matters of a measured year have ended.
const yearEnded = 98

// RunPages fills the demo realm with a year of matters, tells the statistics
// of them by events, and measures pages, template included, inside the server.
func RunPages(ctx context.Context, a *app.App, matters int, show app.Progress) (out PagesOfYear, err error) {
	signs, err := a.Demo(ctx, nil)
	if err != nil {
		return out, err
	}
	realm := a.Config.Realm
	var types []string
	for _, k := range a.Matters.Types.Current(realm).All() {
		types = append(types, k.Code)
	}
	err = a.Matters.Seed(ctx, matter.Seeding{
		Realm: realm, Words: a.Say(text.First, "app.bench_words"), Types: types, Bodies: a.Org.Bodies(realm), N: matters,
		Ended: yearEnded, Over: 365 * 24 * time.Hour,
		Each: func(batch []matter.Matter) error {
			begin := clock.System()
			told := lives(batch)
			err := a.Figures.Hear(ctx, told)
			out.Events += len(told)
			out.Folded += clock.System().Sub(begin).Seconds()
			return err
		},
		Done: func(done int) { at(show, "matters", done, matters) },
	})
	if err != nil {
		return out, err
	}
	begin := clock.System()
	if _, err := a.Figures.Count(ctx, realm); err != nil {
		return out, err
	}
	out.Counted = clock.System().Sub(begin).Seconds()
	// One more event makes one month be counted anew, as each second of a working day does.
	if err := a.Figures.Hear(ctx, lives([]matter.Matter{{Realm: realm, ID: id.New(), Type: types[0], ReportedAt: a.Now()}})); err != nil {
		return out, err
	}
	begin = clock.System()
	if _, err := a.Figures.Count(ctx, realm); err != nil {
		return out, err
	}
	out.Again = clock.System().Sub(begin).Seconds()
	return out, measurePages(ctx, a, signs, &out)
}

// lives are the events of matters as far as statistics ask: reported, given out,
// dealt with, ended.
func lives(batch []matter.Matter) []outbox.Event {
	var out []outbox.Event
	tell := func(m matter.Matter, seq int, action, to string, at time.Time) {
		body, _ := json.Marshal(map[string]any{ // of plain values
			"id": m.ID, "seq": seq, "action": action, "to": to, "final": to == "closed", "type": m.Type, "origin": m.Origin,
			"place": m.Place, "town": m.Town, "owner": m.Owner, "left_due": at.Add(time.Hour).UnixMicro(), "due": m.Due.UnixMicro(),
		})
		out = append(out, outbox.Event{Realm: m.Realm, ID: id.New(), Name: "matter.moved", At: at, Body: body})
	}
	for _, m := range batch {
		tell(m, 1, "", "reported", m.ReportedAt)
		if m.Owner == "" {
			continue
		}
		tell(m, 2, "dispatch", "dispatched", m.ReportedAt.Add(time.Hour))
		if !m.Open {
			tell(m, 3, "settle", "closed", m.ReportedAt.Add(24*time.Hour))
		}
	}
	return out
}

// measurePages asks for each page as somebody who may see it.
func measurePages(ctx context.Context, a *app.App, signs []app.SignIn, out *PagesOfYear) error {
	a.Config.AccountLimit = -1
	site, err := a.Handler()
	if err != nil {
		return err
	}
	seen, err := livelyMatter(ctx, a, signs)
	if err != nil {
		return err
	}
	asked := map[string][]string{
		"county": {
			"/desk/matters", "/desk/matters?light=red", "/desk/matters?state=signed", "/desk/matters?type=020103", "/desk/matters?ended=1",
			"/desk/matters/" + seen.ID, "/desk/figures?period=2026", "/desk/figures?period=2026&by=town", "/desk/figures?period=2026&by=body",
			"/desk/figures?period=2026&by=kind", "/figures?period=2026",
		},
		"desk": {"/desk", "/desk/matters", "/desk/matters?light=red"}, "grid": {"/desk/matters", "/desk/matters?light=red"},
	}
	for _, s := range signs {
		for _, path := range asked[s.Login] {
			p, err := queuePage(ctx, a, site, s, path)
			if err != nil {
				return err
			}
			out.Pages = append(out.Pages, p)
		}
	}
	return nil
}

// livelyMatter is the demo's matter with the most steps, as the county sees it.
func livelyMatter(ctx context.Context, a *app.App, signs []app.SignIn) (seen matter.Matter, err error) {
	for _, s := range signs {
		if s.Login != "county" {
			continue
		}
		entry, err := a.Identity.SignIn(ctx, a.Config.Realm, s.Login, s.Password, identity.Client{IP: "127.0.0.1"})
		if err != nil {
			return seen, err
		}
		county, err := a.Identity.Session(ctx, a.Config.Realm, entry.Token)
		if err != nil {
			return seen, err
		}
		found, err := a.Docket.List(ctx, county, docket.Filter{Origin: "demo", Ended: true}, page.Cursor{}, page.Default)
		if err != nil {
			return seen, err
		}
		for _, m := range found.Items {
			if m.Revision > seen.Revision {
				seen = m
			}
		}
	}
	return seen, nil
}

// Recounts is what RunRecount measured. Durations are in seconds.
type Recounts struct {
	Looked  int     `json:"looked"`
	Moved   int     `json:"moved"`
	Seconds float64 `json:"seconds"`
	Again   float64 `json:"again"` // when nothing moves
}

// RunRecount has matters reported in the demo realm, makes the days that
// follow holidays, and counts all terms again.
func RunRecount(ctx context.Context, a *app.App, matters int, show app.Progress) (out Recounts, err error) {
	if _, err := a.Demo(ctx, nil); err != nil {
		return out, err
	}
	realm := a.Config.Realm
	grids := a.Org.Areas(realm)
	for i := range matters {
		if _, err := a.Matters.Report(ctx, matter.Report{
			Realm: realm, Origin: "bench", Type: "020101", Text: a.Say(text.First, "app.bench_words"), Area: grids[i%len(grids)].ID,
		}); err != nil {
			return out, err
		}
		at(show, "matters", i+1, matters)
	}
	if err := closeDays(a, a.Now(), 4); err != nil {
		return out, err
	}
	for _, seconds := range []*float64{&out.Seconds, &out.Again} {
		begin := clock.System()
		done, err := a.Matters.RecountAll(ctx, matter.Recount{Realm: realm, Basis: "basis.calendar", By: identity.System(realm)})
		if err != nil {
			return out, err
		}
		*seconds = clock.System().Sub(begin).Seconds()
		out.Looked, out.Moved = done.Looked, out.Moved+done.Changed
	}
	return out, nil
}

// closeDays teaches this process, and nobody else, that some days are holidays.
func closeDays(a *app.App, from time.Time, days int) error {
	year := from.Year()
	body, err := fs.ReadFile(catalogue.FS(), fmt.Sprintf("calendars/%d.json", year))
	if err != nil {
		return err
	}
	y, err := clock.ParseYear(body)
	if err != nil {
		return err
	}
	for i := range days {
		y.Off = append(y.Off, clock.Day{Date: from.AddDate(0, 0, i).Format(time.DateOnly), Name: "bench"})
	}
	_, err = a.Calendar.Learn(y)
	return err
}
