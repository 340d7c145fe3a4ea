// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"pavilion/internal/app"
	"pavilion/internal/app/bench"
	"pavilion/internal/base/clock"
	"pavilion/internal/base/page"
	"pavilion/internal/base/text"
	"pavilion/internal/civic/matter"
	"pavilion/internal/civic/matter/docket"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/org"
	"pavilion/internal/core/outbox"
	"pavilion/internal/edge/web/webkit"
)

// findable is the number of a seeded matter that search is asked for.
const findable = "seed-000000123"

// pageRuns is how often each page is asked for, unless it takes so long that
// slowRuns are enough.
const (
	pageRuns = 21
	slowRuns = 3
	slow     = 500 * time.Millisecond
)

// seedDays is how many days ago the demo's own matters had not been reported yet.
const seedDays = 61

type benchPages struct {
	Matters        int    `help:"How many matters the year had; two of a hundred are open. A data folder or database that an earlier run filled is measured as it is." default:"1000000"`
	Beside         int    `help:"Measure a second realm of so many matters in turn with the first, and give the ratio."`
	BesideDatabase string `help:"PostgreSQL address of the second realm's database." placeholder:"postgres://…"`
	JSON           bool   `help:"Print one JSON document."`
}

// yearFound is what one run found. Durations of pages are in milliseconds.
type yearFound struct {
	Filled  *bench.PagesOfYear `json:"filled,omitempty"` // nil if the realm was filled before
	Pages   []pageFound        `json:"pages"`
	Exports []exportFound      `json:"exports"`
}

// pageFound is one page, as one person sees it.
type pageFound struct {
	Login  string  `json:"login"`
	What   string  `json:"what"`
	Median float64 `json:"median_ms"`
	P95    float64 `json:"p95_ms"`
	Bytes  int     `json:"bytes"`
	Beside float64 `json:"beside_ms,omitempty"` // the median in the second realm
}

// Run fills realms with a year and measures their pages and exports.
func (b benchPages) Run(ctx context.Context, c *cli) error {
	if err := positive("matters", b.Matters); err != nil {
		return err
	}
	s, clean, err := c.scratch()
	if err != nil {
		return err
	}
	defer clean()
	var out yearFound
	first, filled, err := openYear(ctx, s, b.Matters)
	if err != nil {
		return err
	}
	defer first.Close()
	out.Filled = filled
	years := []*year{first}
	if b.Beside > 0 {
		s.Data, s.Database = filepath.Join(s.Data, "beside"), b.BesideDatabase
		second, _, err := openYear(ctx, s, b.Beside)
		if err != nil {
			return err
		}
		defer second.Close()
		years = append(years, second)
	}
	if out.Pages, err = measurePages(years); err != nil {
		return err
	}
	counts, err := measureCounts(ctx, years)
	if err != nil {
		return err
	}
	out.Pages = append(out.Pages, counts...)
	if out.Exports, err = measureExports(ctx, first); err != nil {
		return err
	}
	if b.JSON {
		return printJSON(out)
	}
	out.print()
	return nil
}

func (f yearFound) print() {
	for _, p := range f.Pages {
		fmt.Printf("%-8s %-44s median %7.2f ms, p95 %7.2f ms, %d bytes", p.Login, p.What, p.Median, p.P95, p.Bytes)
		if p.Beside > 0 {
			fmt.Printf("; beside %7.2f ms, ratio %.2f", p.Beside, p.Median/p.Beside)
		}
		fmt.Println()
	}
	for _, e := range f.Exports {
		fmt.Printf("export %-5s %d rows %.2f s, %.1f MB, heap %.0f MB more, process %.0f MB (%.0f MB before)\n",
			e.Format, e.Rows, e.Seconds, float64(e.Bytes)/1e6, e.Heap, e.Resident, e.Before)
	}
	if f.Filled != nil {
		fmt.Printf("folding %d events %.1f s, counting all months %.1f s, one month again %.2f s\n", f.Filled.Events, f.Filled.Folded, f.Filled.Counted, f.Filled.Again)
	}
}

// year is an open realm that holds a year of matters, and who looks at it.
type year struct {
	*app.App
	site    http.Handler
	cookies map[string][]*http.Cookie
	actors  map[string]identity.Actor
	seen    matter.Matter // one with a history
	town    org.Area
	village org.Area
	body    org.Body
}

// openYear opens a realm and fills it, unless an earlier run did.
func openYear(ctx context.Context, s app.Config, matters int) (*year, *bench.PagesOfYear, error) {
	a, err := app.Open(ctx, s, quiet())
	if err != nil {
		return nil, nil, err
	}
	y := &year{App: a, cookies: map[string][]*http.Cookie{}, actors: map[string]identity.Actor{}}
	filled, err := y.fill(ctx, matters)
	if err != nil {
		return nil, nil, errors.Join(err, a.Close())
	}
	return y, filled, nil
}

func (y *year) fill(ctx context.Context, matters int) (*bench.PagesOfYear, error) {
	signs, err := y.Demo(ctx, nil)
	if err != nil {
		return nil, err
	}
	if err := y.signIn(ctx, signs); err != nil {
		return nil, err
	}
	var filled *bench.PagesOfYear
	seeds := docket.Filter{Ended: true, To: y.Now().AddDate(0, 0, -seedDays)}
	found, err := y.Docket.List(ctx, y.actors["county"], seeds, page.Cursor{}, 1)
	if err == nil && len(found.Items) == 0 {
		filled = &bench.PagesOfYear{}
		*filled, err = bench.RunPages(ctx, y.App, matters, progress())
	}
	if err != nil {
		return nil, err
	}
	if found, err = y.Docket.Find(ctx, y.actors["county"], findable, page.Cursor{}, 1); err == nil && len(found.Items) == 0 {
		err = y.index(ctx, matters)
	}
	if err != nil {
		return nil, err
	}
	if err := y.signAgain(ctx); err != nil {
		return nil, err
	}
	y.Config.AccountLimit = -1
	if y.site, err = y.Handler(); err != nil {
		return nil, err
	}
	return filled, y.choose(ctx)
}

// signAgain signs in anew: filling gives everybody another password.
func (y *year) signAgain(ctx context.Context) error {
	signs, err := y.Demo(ctx, nil)
	if err != nil {
		return err
	}
	return y.signIn(ctx, signs)
}

func (y *year) signIn(ctx context.Context, signs []app.SignIn) error {
	for _, s := range signs {
		entry, err := y.Identity.SignIn(ctx, y.Config.Realm, s.Login, s.Password, identity.Client{IP: "127.0.0.1"})
		if err != nil {
			return err
		}
		if y.actors[s.Login], err = y.Identity.Session(ctx, y.Config.Realm, entry.Token); err != nil {
			return err
		}
		jar := httptest.NewRecorder()
		webkit.SetSession(jar, httptest.NewRequest(http.MethodGet, "/", nil), entry.Token)
		y.cookies[s.Login] = jar.Result().Cookies()
	}
	return nil
}

// index makes the seeded matters findable, as their events would.
func (y *year) index(ctx context.Context, of int) error {
	show, done := progress(), 0
	var batch []outbox.Event
	put := func() error {
		done += len(batch)
		show("search", done, of)
		err := y.Docket.IndexReported(ctx, batch)
		batch = batch[:0]
		return err
	}
	for m, err := range y.Docket.All(ctx, y.actors["county"], docket.Filter{Ended: true}) {
		if err != nil {
			return err
		}
		body, err := json.Marshal(matter.Reported{ID: m.ID})
		if err != nil {
			return err
		}
		if batch = append(batch, outbox.Event{Realm: m.Realm, Body: body}); len(batch) == 500 {
			if err := put(); err != nil {
				return err
			}
		}
	}
	return put()
}

// choose picks what pages are asked for: the demo's matter with the most steps, and
// where the village's grid worker is.
func (y *year) choose(ctx context.Context) error {
	found, err := y.Docket.List(ctx, y.actors["county"], docket.Filter{Origin: "demo", Ended: true}, page.Cursor{}, page.Default)
	if err != nil {
		return err
	}
	for _, m := range found.Items {
		if m.Revision > y.seen.Revision {
			y.seen = m
		}
	}
	if y.seen.ID == "" {
		return errors.New("the demo realm has no matter of its own")
	}
	for _, g := range y.actors["grid"].Grants {
		y.village, _ = y.Org.Area(y.Config.Realm, g.Area)
	}
	y.town, _ = y.Org.Area(y.Config.Realm, y.village.Parent)
	for _, b := range y.Org.Bodies(y.Config.Realm) {
		y.body = b
	}
	return nil
}

// asked is a page, in words that are the same for every realm.
type asked struct{ login, what, path string }

func (y *year) asked() []asked {
	all := y.Now().In(y.Calendar.Zone()).Year()
	figures := "/desk/figures?period=" + strconv.Itoa(all)
	search := "/desk/search?q="
	var out []asked
	for _, a := range []asked{
		{"county", "/desk/matters", ""},
		{"county", "/desk/matters?light=red", ""},
		{"county", "/desk/matters?state=signed", ""},
		{"county", "/desk/matters?state=signed&light=red", ""},
		{"county", "/desk/matters?type=020103", ""},
		{"county", "/desk/matters?type=02", ""},
		{"county", "/desk/matters?area=(town)", "/desk/matters?area=" + y.town.ID},
		{"county", "/desk/matters?area=(village)", "/desk/matters?area=" + y.village.ID},
		{"county", "/desk/matters?owner=(body)", "/desk/matters?owner=" + y.body.ID},
		{"county", "/desk/matters?origin=patrol", ""},
		{"county", "/desk/matters?origin=volunteer", ""},
		{"county", "/desk/matters?from_day=(a month ago)", "/desk/matters?from_day=" + y.Now().AddDate(0, -1, 0).Format(time.DateOnly)},
		{"county", "/desk/matters?flag=escalated", ""},
		{"county", "/desk/matters?ended=1", ""},
		{"county", "/desk/matters?ended=1&type=020103", ""},
		{"county", "/desk/matters?ended=1&area=(village)", "/desk/matters?ended=1&area=" + y.village.ID},
		{"county", "/desk/matters?ended=1&owner=(body)", "/desk/matters?ended=1&owner=" + y.body.ID},
		{"county", "/desk/matters?ended=1&area=(town)", "/desk/matters?ended=1&area=" + y.town.ID},
		{"county", "/desk/matters?ended=1&origin=patrol", ""},
		{"county", "/desk/matters?ended=1&origin=volunteer", ""},
		{"county", "/desk/matters?ended=1&state=signed", ""},
		{"county", "/desk/matters?ended=1&state=refused", ""},
		{"county", "/desk/matters?ended=1&flag=escalated", ""},
		{"county", "/desk/matters?ended=1&flag=parts", ""},
		{"county", "/desk/matters?ended=1&flag=mine", ""},
		{"county", "/desk/search?q=(words)", search + url.QueryEscape(y.Say(text.First, "app.bench_words"))},
		{"county", "/desk/search?q=(number)", search + findable},
		{"county", "/desk/matters/(id)", "/desk/matters/" + y.seen.ID},
		{"desk", "/desk", ""},
		{"desk", "/desk/matters", ""},
		{"desk", "/desk/matters?light=red", ""},
		{"desk", "/desk/matters?ended=1", ""},
		{"utility", "/desk/matters", ""},
		{"utility", "/desk/matters?ended=1", ""},
		{"grid", "/desk", ""},
		{"grid", "/desk/matters", ""},
		{"grid", "/desk/matters?light=red", ""},
		{"grid", "/desk/matters?ended=1", ""},
		{"county", "/desk/figures", figures},
		{"county", "/desk/figures?by=place&within=(town)", figures + "&by=place&within=" + strconv.FormatInt(y.town.Lo, 10)},
		{"county", "/desk/figures?by=body", figures + "&by=body"},
		{"county", "/desk/figures?by=class", figures + "&by=class"},
		{"county", "/desk/figures?by=kind&within=02", figures + "&by=kind&within=02"},
		{"county", "/desk/figures?by=channel", figures + "&by=channel"},
		{"public", "/figures", "/figures?period=" + strconv.Itoa(all)},
	} {
		if a.path == "" {
			a.path = a.what
		}
		out = append(out, a)
	}
	return out
}

// measurePages asks for each page in turn in each realm.
func measurePages(years []*year) ([]pageFound, error) {
	var out []pageFound
	pages := make([][]asked, len(years))
	for i, y := range years {
		pages[i] = y.asked()
	}
	show := progress()
	for n := range pages[0] {
		show("pages", n+1, len(pages[0]))
		p := pageFound{Login: pages[0][n].login, What: pages[0][n].what}
		times := make([][]time.Duration, len(years))
		for run := range pageRuns {
			if run >= slowRuns && times[0][0] > slow {
				break
			}
			for i, y := range years {
				took, size, err := y.ask(pages[i][n])
				if err != nil {
					return nil, err
				}
				if times[i] = append(times[i], took); i == 0 {
					p.Bytes = size
				}
			}
		}
		p.take(times)
		out = append(out, p)
	}
	return out, nil
}

// take notes the medians of what was measured.
func (p *pageFound) take(times [][]time.Duration) {
	for i, list := range times {
		slices.Sort(list)
		middle := list[len(list)/2].Seconds() * 1000
		if i > 0 {
			p.Beside = middle
			continue
		}
		p.Median, p.P95 = middle, list[len(list)*95/100].Seconds()*1000
	}
}

func (y *year) ask(a asked) (time.Duration, int, error) {
	r := httptest.NewRequest(http.MethodGet, a.path, nil)
	for _, c := range y.cookies[a.login] {
		r.AddCookie(c)
	}
	w := httptest.NewRecorder()
	begin := clock.System()
	y.site.ServeHTTP(w, r)
	took := clock.System().Sub(begin)
	if w.Code != http.StatusOK {
		return 0, 0, fmt.Errorf("%s as %s: %d", a.path, a.login, w.Code)
	}
	return took, w.Body.Len(), nil
}

// measureCounts measures what counting costs without the page around it.
func measureCounts(ctx context.Context, years []*year) ([]pageFound, error) {
	var out []pageFound
	for _, login := range []string{"county", "desk", "utility", "grid"} {
		for _, c := range []struct {
			what string
			do   func(y *year) error
		}{
			{"counts by light", func(y *year) error {
				_, err := y.Docket.Lights(ctx, y.actors[login], docket.Filter{})
				return err
			}},
			{"total of the open", func(y *year) error {
				_, err := y.Docket.Total(ctx, y.actors[login], docket.Filter{})
				return err
			}},
			{"total of all", func(y *year) error {
				_, err := y.Docket.Total(ctx, y.actors[login], docket.Filter{Ended: true})
				return err
			}},
		} {
			p := pageFound{Login: login, What: c.what}
			times := make([][]time.Duration, len(years))
			for range 5 {
				for i, y := range years {
					begin := clock.System()
					if err := c.do(y); err != nil {
						return nil, err
					}
					times[i] = append(times[i], clock.System().Sub(begin))
				}
			}
			p.take(times)
			out = append(out, p)
		}
	}
	return out, nil
}
