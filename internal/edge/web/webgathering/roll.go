// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webgathering

import (
	"net/http"
	"strconv"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/text"
	"pavilion/internal/core/gathering"
	"pavilion/internal/edge/web/webkit"
)

// RollPage is the roll: who is there, and whether that is enough.
type RollPage struct {
	webkit.Page
	Form     webkit.Form
	Meeting  gathering.Gathering
	Href     string
	State    webkit.Tag
	Now      gathering.Quorum
	Needs    bool // a quorum is asked for
	Bounds   []BoundLine
	Here     []PersonLine
	Gone     []PersonLine
	Away     []PersonLine
	Door     string
	Open     bool
	MayStart bool
	MayClose bool
}

// BoundLine is one bound of a quorum, in words.
type BoundLine struct {
	What               string
	Had, Needed, Whole string
	Holds              bool
}

// refresh is how often the live screen is read again.
const refresh = "10"

func (p *Pages) roll(w http.ResponseWriter, r *http.Request) error {
	return p.rollPage(w, r, http.StatusOK, nil)
}

func (p *Pages) rollPage(w http.ResponseWriter, r *http.Request, status int, why error) error {
	view, err := p.live(r)
	if err != nil {
		return err
	}
	if why != nil {
		view.Form = p.Kit.Again(r, why)
		view.Errors = view.Form.Errors
	}
	return p.Kit.Render(w, r, status, "gathering_roll", view)
}

// live is how a gathering stands now.
func (p *Pages) live(r *http.Request) (RollPage, error) {
	live, err := p.Meetings.Live(r.Context(), p.at(r))
	if err != nil {
		return RollPage{}, err
	}
	about, err := p.page(r, "gathering.roll.title")
	if err != nil {
		return RollPage{}, err
	}
	say, g := about.Printer, live.Gathering
	view := RollPage{
		Page: about, Form: webkit.NewForm(""), Meeting: g, Href: root + "/" + g.ID, State: tag(say, g), Now: live.Now, Needs: len(live.Now.Bounds) > 0,
		Door: live.Door, Open: live.Door != "", MayStart: g.State == gathering.Called && live.Door != "",
		MayClose: g.State == gathering.Running || g.State == gathering.Called && live.Door != "" && !live.Now.Met && !live.At.Before(g.Starts),
	}
	for _, b := range live.Now.Bounds {
		view.Bounds = append(view.Bounds, boundLine(say, b))
	}
	for _, i := range live.Seats {
		l := p.person(say, g, i)
		switch {
		case i.Present():
			view.Here = append(view.Here, l)
		case !i.Came.IsZero():
			view.Gone = append(view.Gone, l)
		default:
			view.Away = append(view.Away, l)
		}
	}
	return view, nil
}

// boundLine is a bound in words; areas are in square metres.
func boundLine(say *text.Printer, b gathering.Bound) BoundLine {
	if !b.Area {
		return BoundLine{say.T("gathering.bound.people"), strconv.FormatInt(b.Had, 10), strconv.FormatInt(b.Needed, 10), strconv.FormatInt(b.Whole, 10), b.Holds}
	}
	return BoundLine{say.T("gathering.bound.area"), hundredths(b.Had), hundredths(b.Needed), hundredths(b.Whole), b.Holds}
}

// hundredths writes a number of hundredths with two places.
func hundredths(n int64) string {
	rest := strconv.FormatInt(n%100, 10)
	if len(rest) < 2 {
		rest = "0" + rest
	}
	return strconv.FormatInt(n/100, 10) + "." + rest
}

func (p *Pages) tick(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	c := gathering.Roll{At: p.at(r), Act: gathering.Act(r.PostFormValue("act"))}
	c.Seats = r.PostForm["seat"]
	return p.back(w, r, p.Meetings.Roll(r.Context(), c), "gathering.done.ticked")
}

func (p *Pages) paper(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	_, err := p.Meetings.Paper(r.Context(), gathering.Paper{At: p.at(r), Numbers: r.PostFormValue("numbers")})
	return p.back(w, r, err, "gathering.done.listed")
}

// back leads to the roll, or shows it with what was wrong.
func (p *Pages) back(w http.ResponseWriter, r *http.Request, err error, done string) error {
	if correctable(err) {
		return p.rollPage(w, r, webkit.StatusOf(err), err)
	}
	if err != nil {
		return err
	}
	webkit.Done(w, r, root+"/"+r.PathValue("gathering")+"/roll", done)
	return nil
}

// step begins or ends a session, or says that its papers are complete.
func (p *Pages) step(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	var err error
	act, at := r.PostFormValue("act"), p.at(r)
	to := root + "/" + at.ID
	switch act {
	case "start":
		_, err = p.Meetings.Start(r.Context(), at)
		to += "/roll"
	case "close":
		_, err = p.Meetings.Close(r.Context(), at)
	case "finish":
		_, err = p.Meetings.Finish(r.Context(), at)
	default:
		err = fault.New(fault.Invalid, "form.not_a_choice").At("act")
	}
	switch {
	case correctable(err) && act == "finish":
		return p.onePage(w, r, webkit.StatusOf(err), err)
	case correctable(err):
		return p.rollPage(w, r, webkit.StatusOf(err), err)
	case err != nil:
		return err
	}
	webkit.Done(w, r, to, "gathering.done."+act)
	return nil
}

// ScreenPage is what everybody in the room sees: the code of the day and how many have
// come. It names nobody.
type ScreenPage struct {
	webkit.Page
	Meeting gathering.Gathering
	When    string
	Door    string
	Link    string
	Now     gathering.Quorum
	Needs   bool
	Bounds  []BoundLine
	Items   []ItemLine
	Back    string
}

func (p *Pages) screen(w http.ResponseWriter, r *http.Request) error {
	private(w)
	live, err := p.live(r)
	if err != nil {
		return err
	}
	g := live.Meeting
	view := ScreenPage{
		Page: p.Kit.Page(r, "gathering.screen.title"), Meeting: g, Door: live.Door, Link: webkit.Origin(r, p.Address) + inviting + g.ID, Now: live.Now,
		Needs: live.Needs, Bounds: live.Bounds, Back: root + "/" + g.ID + "/roll",
	}
	view.When, view.Items = p.when(view.Printer, g), itemLines(view.Printer, g)
	if live.Open {
		w.Header().Set("Refresh", refresh)
	}
	return p.Kit.Render(w, r, http.StatusOK, "gathering_screen", view)
}

// SheetPage is the list that people sign, to print.
type SheetPage struct {
	webkit.Page
	Meeting gathering.Gathering
	When    string
	Host    string
	People  []PersonLine
	Back    string
}

func (p *Pages) sheet(w http.ResponseWriter, r *http.Request) error {
	private(w)
	record, err := p.read(r)
	if err != nil {
		return err
	}
	g := record.Gathering
	view := SheetPage{Page: p.Kit.Page(r, "gathering.sheet.title"), Meeting: g, Host: record.Body.Name, Back: root + "/" + g.ID}
	view.When = p.when(view.Printer, g)
	for _, i := range record.Seats {
		if i.Counts() {
			view.People = append(view.People, p.person(view.Printer, g, i))
		}
	}
	return p.Kit.Render(w, r, http.StatusOK, "gathering_sheet", view)
}
