// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webgathering

import (
	"net/http"
	"slices"
	"strconv"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/text"
	"pavilion/internal/core/files"
	"pavilion/internal/core/gathering"
	"pavilion/internal/edge/web/webkit"
	"pavilion/internal/edge/web/webmatter"
)

// OutcomeRow is what became of one item, in the form.
type OutcomeRow struct {
	ItemLine
	Outcome, Words webkit.Field
}

// MinutesPage writes the minutes, or corrects them.
type MinutesPage struct {
	webkit.Page
	Form   webkit.Form
	About  string
	Href   string
	Items  []OutcomeRow
	Signed bool
	Former []VersionLine // states of the minutes, the newest first
}

// VersionLine is one state of the minutes.
type VersionLine struct {
	Href, Name, Who, Reason string
}

func (p *Pages) minutesForm(w http.ResponseWriter, r *http.Request) error {
	record, err := p.read(r)
	if err != nil {
		return err
	}
	f, m := webkit.NewForm(""), record.Minutes
	f.Values.Set("revision", revision(record.Gathering))
	f.Values.Set("chair", m.Chair)
	f.Values.Set("writer", m.Writer)
	f.Values.Set("words", m.Words)
	f.Values.Set("objections", m.Objections)
	for n, i := range record.Agenda {
		f.Values.Set("agenda."+strconv.Itoa(n+1)+".outcome", string(i.Outcome))
		f.Values.Set("agenda."+strconv.Itoa(n+1)+".words", i.Words)
	}
	return p.minutesPage(w, r, http.StatusOK, f)
}

// revision is the one that a form is about.
func revision(g gathering.Gathering) string { return strconv.Itoa(g.Revision) }

func (p *Pages) minutesPage(w http.ResponseWriter, r *http.Request, status int, f webkit.Form) error {
	record, err := p.read(r)
	if err != nil {
		return err
	}
	about, err := p.page(r, "gathering.minutes.title")
	if err != nil {
		return err
	}
	say, g := about.Printer, record.Gathering
	view := MinutesPage{Page: about, Form: f, About: g.Title + " · " + p.when(say, g), Href: root + "/" + g.ID, Signed: g.Signed > 0}
	view.Errors = f.Errors
	for n, l := range itemLines(say, g) {
		begin := "agenda." + strconv.Itoa(n+1)
		row := OutcomeRow{ItemLine: l}
		choices := []webkit.Choice{{Label: say.T("gathering.outcome.none")}}
		for _, o := range g.Agenda[n].Kind.Outcomes() {
			choices = append(choices, webkit.Choice{Value: string(o), Label: say.T("gathering.outcome." + string(o))})
		}
		row.Outcome = webkit.Field{
			Form: f, Name: begin + ".outcome", ID: f.ID(begin + ".outcome"), Kind: "select", Label: say.T("gathering.minutes.outcome"), Choices: choices,
			Value: f.Value(begin + ".outcome"), Error: f.Error(begin + ".outcome"), Short: true,
		}
		label := "gathering.minutes.concluded"
		if g.Agenda[n].Kind == gathering.Question {
			label = "gathering.minutes.answer"
		}
		row.Words = webkit.Field{
			Form: f, Name: begin + ".words", ID: f.ID(begin + ".words"), Kind: "text", Label: say.T(label), Value: f.Value(begin + ".words"),
			Error: f.Error(begin + ".words"), Optional: g.Agenda[n].Kind != gathering.Question,
		}
		view.Items = append(view.Items, row)
	}
	for _, v := range record.Versions {
		view.Former = append(view.Former, VersionLine{
			Href: view.Href + "/print?version=" + strconv.Itoa(v.N), Name: say.T("gathering.minutes.version", "n", strconv.Itoa(v.N), "at", say.DateTime(v.At.In(p.Zone))),
			Who: p.Name(r.Context(), v.By), Reason: v.Reason,
		})
	}
	return p.Kit.Render(w, r, status, "gathering_minutes", view)
}

func (p *Pages) write(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	at := p.at(r)
	record, err := p.read(r)
	if err != nil {
		return err
	}
	c := gathering.Write{At: at, Reason: r.PostFormValue("reason"), Minutes: gathering.Minutes{
		Chair: r.PostFormValue("chair"), Writer: r.PostFormValue("writer"), Words: r.PostFormValue("words"), Objections: r.PostFormValue("objections"),
	}}
	for n := range record.Agenda {
		begin := "agenda." + strconv.Itoa(n+1)
		c.Agenda = append(c.Agenda, gathering.Item{Outcome: gathering.Outcome(r.PostFormValue(begin + ".outcome")), Words: r.PostFormValue(begin + ".words")})
	}
	if _, err = p.Meetings.Write(r.Context(), c); correctable(err) {
		return p.minutesPage(w, r, webkit.StatusOf(err), p.Kit.Again(r, err))
	}
	if err != nil {
		return err
	}
	webkit.Done(w, r, root+"/"+at.ID, "gathering.done.written")
	return nil
}

// sign adds photographs of the signed paper.
func (p *Pages) sign(w http.ResponseWriter, r *http.Request) error {
	err := webmatter.Parse(w, r)
	var photos []files.Photo
	if err == nil {
		photos, err = p.Received(r, "photos")
	}
	if err == nil {
		_, err = p.Meetings.Sign(r.Context(), gathering.Sign{At: p.at(r), Photos: photos})
	}
	if correctable(err) {
		return p.onePage(w, r, webkit.StatusOf(err), err)
	}
	if err != nil {
		return err
	}
	webkit.Done(w, r, root+"/"+r.PathValue("gathering"), "gathering.done.signed")
	return nil
}

// signed are the photographs of the signed paper.
func (p *Pages) signed(r *http.Request, say *text.Printer, g gathering.Gathering) ([]webkit.Photo, error) {
	if g.Signed == 0 {
		return nil, nil
	}
	return p.shown(r, say, gathering.SignedOwner(g.ID), root+"/"+g.ID+"/photos/")
}

// shown are the photographs of an owner, at addresses that begin with base.
func (p *Pages) shown(r *http.Request, say *text.Printer, owner, base string) (out []webkit.Photo, err error) {
	list, err := p.Files.List(r.Context(), p.Realm, owner)
	for n, photo := range list {
		at := base + photo.ID + "/"
		out = append(out, webkit.Photo{Thumb: at + files.Thumb, Full: at + files.Full, Alt: say.T("gathering.photo", "n", strconv.Itoa(n+1))})
	}
	return out, err
}

// photo sends a photograph of the signed paper to whoever chairs.
func (p *Pages) photo(w http.ResponseWriter, r *http.Request) error {
	record, err := p.read(r)
	if err != nil {
		return err
	}
	return p.send(w, r, gathering.SignedOwner(record.ID))
}

// send sends one photograph of an owner.
func (p *Pages) send(w http.ResponseWriter, r *http.Request, owner string) error {
	list, err := p.Files.List(r.Context(), p.Realm, owner)
	if err != nil {
		return err
	}
	photo := r.PathValue("photo")
	if !slices.ContainsFunc(list, func(f files.Photo) bool { return f.ID == photo }) {
		return fault.New(fault.Missing, "photo.missing")
	}
	data, err := p.Files.Bytes(r.Context(), p.Realm, photo, r.PathValue("size"))
	if err != nil {
		return err
	}
	private(w)
	w.Header().Set("Content-Type", "image/jpeg")
	w.Header().Set("Content-Length", strconv.Itoa(len(data)))
	_, err = w.Write(data)
	return err
}

// PrintPage is the minutes, to print and to sign.
type PrintPage struct {
	webkit.Page
	Meeting     gathering.Gathering
	Kind        string
	Facts       []webkit.Fact
	Minutes     gathering.Minutes
	Items       []ItemLine
	Came        []PersonLine
	Away        []PersonLine
	Resolutions []ResolutionLine
	Version     string
	Back        string
}

func (p *Pages) print(w http.ResponseWriter, r *http.Request) error {
	private(w)
	record, err := p.read(r)
	if err != nil {
		return err
	}
	g := record.Gathering
	view := PrintPage{Page: p.Kit.Page(r, "gathering.print.title"), Minutes: record.Minutes, Back: root + "/" + g.ID}
	say := view.Printer
	if n, err := strconv.Atoi(r.URL.Query().Get("version")); err == nil {
		if view.Minutes, err = p.Meetings.Version(r.Context(), p.at(r), n); err != nil {
			return err
		}
		g.Agenda = view.Minutes.Agenda
		view.Version = say.T("gathering.print.version", "n", strconv.Itoa(n))
	}
	view.Meeting, view.Kind, view.Items = g, kindName(say, g.Kind), itemLines(say, g)
	view.Facts = append([]webkit.Fact{
		{Term: say.T("gathering.host"), Value: record.Body.Name}, {Term: say.T("gathering.when"), Value: p.when(say, g)},
		{Term: say.T("gathering.where"), Value: g.Where}, {Term: say.T("gathering.minutes.chair"), Value: view.Minutes.Chair},
		{Term: say.T("gathering.minutes.writer"), Value: view.Minutes.Writer},
		{Term: say.T("gathering.attendance"), Value: say.T("gathering.stood", "present", strconv.Itoa(record.Attended()), "due", strconv.Itoa(record.Due()))},
	}, quorumFacts(say, g)...)
	for _, i := range record.Seats {
		switch l := p.person(say, g, i); {
		case !i.Counts():
		case i.Came.IsZero():
			view.Away = append(view.Away, l)
		default:
			view.Came = append(view.Came, l)
		}
	}
	for _, res := range record.Resolutions {
		if res.Dropped == "" {
			view.Resolutions = append(view.Resolutions, p.resolutionLine(say, record, res))
		}
	}
	return p.Kit.Render(w, r, http.StatusOK, "gathering_print", view)
}
