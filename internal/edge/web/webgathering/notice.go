// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webgathering

import (
	"encoding/base64"
	"html/template"
	"net/http"
	"net/url"
	"strconv"

	"github.com/skip2/go-qrcode"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/text"
	"pavilion/internal/core/gathering"
	"pavilion/internal/edge/web/webkit"
)

// LetterView is one notice to print.
type LetterView struct {
	Name, Role, Code string
}

// LettersPage is notices to print, each with its code. They are shown once.
type LettersPage struct {
	webkit.Page
	Meeting   gathering.Gathering
	When      string
	Host      string
	Items     []ItemLine
	Link      string
	QR        template.URL // of the gathering's address, never of a code
	Letters   []LetterView
	Back      string
	Organizer string
}

// qrSize is how wide a QR code is, in pixels.
const qrSize = 240

func (p *Pages) told(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	c := gathering.Tell{At: p.at(r), Seats: r.PostForm["seat"], Way: gathering.Way(r.PostFormValue("way")), Received: r.PostFormValue("received") != ""}
	c.Seats = r.PostForm["seat"]
	err := p.Meetings.Tell(r.Context(), c)
	if correctable(err) {
		return p.onePage(w, r, webkit.StatusOf(err), err)
	}
	if err != nil {
		return err
	}
	webkit.Done(w, r, root+"/"+r.PathValue("gathering")+"#people", "gathering.done.told")
	return nil
}

// letters makes links and shows them, once.
func (p *Pages) letters(w http.ResponseWriter, r *http.Request) error {
	private(w)
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	c := gathering.Issue{At: p.at(r)}
	c.Seats = r.PostForm["seat"]
	made, err := p.Meetings.Issue(r.Context(), c)
	if correctable(err) {
		return p.onePage(w, r, webkit.StatusOf(err), err)
	}
	if err != nil {
		return err
	}
	record, err := p.read(r)
	if err != nil {
		return err
	}
	g := record.Gathering
	view := LettersPage{Page: p.Kit.Page(r, "gathering.letters.title"), Meeting: g, Host: record.Body.Name, Back: root + "/" + g.ID}
	say := view.Printer
	view.When, view.Items, view.Link = p.when(say, g), itemLines(say, g), webkit.Origin(r, p.Address)+inviting+g.ID
	png, err := qrcode.Encode(view.Link, qrcode.Medium, qrSize)
	if err != nil {
		return err
	}
	view.QR = template.URL("data:image/png;base64," + base64.StdEncoding.EncodeToString(png))
	for _, l := range made {
		i := gathering.Invitee{Seat: l.Seat}
		view.Letters = append(view.Letters, LetterView{Name: name(say, i), Role: role(say, l.Seat), Code: spaced(l.Secret)})
	}
	return p.Kit.Render(w, r, http.StatusOK, "gathering_letters", view)
}

// spaced writes a code in groups of four.
func spaced(code string) string {
	out := ""
	for i, r := range code {
		if i > 0 && i%4 == 0 {
			out += "-"
		}
		out += string(r)
	}
	return out
}

// invitation sends a gathering as a file for calendars.
func (p *Pages) invitation(w http.ResponseWriter, r *http.Request) error {
	record, err := p.read(r)
	if err != nil {
		return err
	}
	return p.calendar(w, r, record.Gathering)
}

// calendar sends a gathering as a file for calendars.
func (p *Pages) calendar(w http.ResponseWriter, r *http.Request, g gathering.Gathering) error {
	say, origin := p.Kit.Printer(p.Kit.LanguageOf(r)), webkit.Origin(r, p.Address)
	site, err := url.Parse(origin)
	if err != nil {
		return fault.New(fault.Internal, "kit.problem.internal.help").Because(err)
	}
	file := gathering.Calendar(g, gathering.Note{
		Site: site.Hostname(), Link: origin + inviting + g.ID, Organizer: p.Kit.Site, Words: words(say, g), Stamp: p.Kit.Now(),
	})
	w.Header().Set("Content-Type", "text/calendar; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="gathering-`+g.Number+`.ics"`)
	w.Header().Set("Cache-Control", "no-store")
	_, err = w.Write(file)
	return err
}

// words says what a gathering is about, a line for each item.
func words(say *text.Printer, g gathering.Gathering) string {
	out := kindName(say, g.Kind) + " " + g.Number
	for n, i := range g.Agenda {
		out += "\n" + strconv.Itoa(n+1) + " " + say.T("gathering.item."+string(i.Kind)) + " " + i.Title
	}
	if g.Reason != "" {
		out += "\n" + say.T("gathering.reason") + " " + g.Reason
	}
	return out
}
