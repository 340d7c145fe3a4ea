// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webdisclosure

import (
	"encoding/xml"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/page"
	"pavilion/internal/base/text"
	"pavilion/internal/civic/deliberation/disclosure"
	"pavilion/internal/core/org"
	"pavilion/internal/edge/web/webkit"
)

// BoardPage is the board of an area.
type BoardPage struct {
	webkit.Page
	Form  webkit.Form
	Areas []webkit.Choice
	Past  bool
	Other string // the other section's address
	Feed  string
	Lines []Line
	Pager webkit.Pager
	Empty webkit.Empty
}

// Line is one notice of a list.
type Line struct {
	Href, Title, Number, Place, Issuer string
	Kind, State                        webkit.Tag
	At                                 time.Time // of its first release; zero while it waits
	Said                               string    // how long it stands, or stood
	Reason                             string    // of a withdrawal
	Bars                               Days      // of one that stands
}

// Days is how far a period is, for the template "disclosure_days".
type Days struct {
	Cells []Cell
	Said  string
}

// Cell is one day of a period. Kind is "stood", "lost", "today", "ahead" or "off".
type Cell struct{ Kind, Title string }

// areaOf is the area of the address, the whole realm where none is named.
func (p *Pages) areaOf(r *http.Request) (org.Area, error) {
	asked := r.URL.Query().Get("area")
	if asked == "" {
		root, _ := p.Org.Root(p.Realm)
		return root, nil
	}
	a, ok := p.Org.Area(p.Realm, asked)
	if !ok {
		return a, fault.New(fault.Missing, "matter.area_unknown")
	}
	return a, nil
}

// boardSize is how many notices a page of the board has.
const boardSize = 20

func (p *Pages) list(w http.ResponseWriter, r *http.Request) error {
	area, err := p.areaOf(r)
	if err != nil {
		return err
	}
	after, err := page.ParseCursor(r.URL.Query().Get("after"))
	if err != nil {
		return err
	}
	past := r.URL.Query().Get("past") == "1"
	found, err := p.Board.List(r.Context(), p.Realm, area.ID, past, after, boardSize)
	if err != nil {
		return err
	}
	view := BoardPage{Page: p.Kit.Page(r, "disclosure.board.title"), Form: webkit.Form{Values: url.Values{"area": {area.ID}}}, Past: past}
	say := view.Printer
	view.Areas = p.areas("", func(org.Area) bool { return true })
	view.Other = address(area.ID, !past, "")
	view.Feed = board + "/feed?area=" + url.QueryEscape(area.ID)
	for _, n := range found.Items {
		view.Lines = append(view.Lines, p.line(say, n, board))
	}
	if found.Next.More() {
		view.Pager.Older = address(area.ID, past, found.Next.String())
	}
	view.Empty = webkit.Empty{Icon: "list", Heading: say.T("disclosure.board.none"), Text: say.T("disclosure.board.none_help")}
	return p.Kit.Render(w, r, http.StatusOK, "disclosure_board", view)
}

// address is where a page of an area's board lies.
func address(area string, past bool, after string) string {
	q := url.Values{"area": {area}}
	if past {
		q.Set("past", "1")
	}
	if after != "" {
		q.Set("after", after)
	}
	return board + "?" + q.Encode()
}

// line draws a notice of a list.
func (p *Pages) line(say *text.Printer, n disclosure.Listed, under string) Line {
	l := Line{
		Href: under + "/" + n.ID, Title: n.Title, Number: numbered(say, n.Notice), Place: p.path(n.Area), Issuer: n.Issuer,
		Kind: webkit.Tag{Word: say.T("disclosure.kind." + string(n.Kind))}, State: tag(say, n.Notice), At: n.PostedAt, Reason: n.Reason,
	}
	switch {
	case l.Title == "" && n.State == disclosure.Withdrawn:
		l.Title = say.T("disclosure.no_title")
	case l.Title == "":
		l.Title = l.Kind.Word
	}
	switch n.State {
	case disclosure.Stands:
		l.Said = p.until(say, n.Standing)
		l.Bars = p.days(say, n.Standing)
	case disclosure.Ended:
		l.Said = say.T("disclosure.stood.ended", "last", p.date(say, n.Until), "n", n.Stood)
	case disclosure.Withdrawn:
		l.Said = p.early(say, n.Notice)
	}
	return l
}

// until says how long a notice still stands.
func (p *Pages) until(say *text.Printer, st disclosure.Standing) string {
	return say.T("disclosure.stood.until", "last", p.date(say, st.Last), "n", st.Stood, "of", st.Needed)
}

// early says how long a notice had stood when it was withdrawn.
func (p *Pages) early(say *text.Printer, n disclosure.Notice) string {
	key := "disclosure.stood.withdrawn"
	if n.Stood < n.Days {
		key = "disclosure.stood.early"
	}
	return say.T(key, "day", p.date(say, n.Until), "n", n.Stood, "of", n.Days)
}

// mostCells bounds the days that are drawn.
const mostCells = 62

// days draws a period, day by day.
func (p *Pages) days(say *text.Printer, st disclosure.Standing) Days {
	zone := p.Kit.Calendar.Zone()
	from, err := time.ParseInLocation(time.DateOnly, st.From, zone)
	last, bad := time.ParseInLocation(time.DateOnly, st.Last, zone)
	if err != nil || bad != nil {
		return Days{}
	}
	lost := map[string]bool{}
	for _, l := range st.Lost {
		lost[l.Day] = true
	}
	out := Days{Said: p.until(say, st)}
	today := p.Kit.Now().In(zone).Format(time.DateOnly)
	counted := 0
	for d := from; !d.After(last) && len(out.Cells) < mostCells; d = d.AddDate(0, 0, 1) {
		day, kind := d.Format(time.DateOnly), "ahead"
		if !lost[day] {
			counted++
		}
		switch {
		case lost[day]:
			kind = "lost"
		case day == today:
			kind = "today"
		case counted > st.Needed:
			kind = "off"
		case day < today:
			kind = "stood"
		}
		out.Cells = append(out.Cells, Cell{Kind: kind, Title: say.Date(d) + say.T("kit.comma") + say.T("disclosure.day."+kind)})
	}
	return out
}

// The elements of an Atom feed, RFC 4287.
type atomFeed struct {
	XMLName xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	Lang    string      `xml:"http://www.w3.org/XML/1998/namespace lang,attr"`
	ID      string      `xml:"id"`
	Title   string      `xml:"title"`
	Updated string      `xml:"updated"`
	Links   []atomLink  `xml:"link"`
	Author  atomAuthor  `xml:"author"`
	Entries []atomEntry `xml:"entry"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr,omitempty"`
	Href string `xml:"href,attr"`
}

type atomAuthor struct {
	Name string `xml:"name"`
}

type atomEntry struct {
	ID        string     `xml:"id"`
	Title     string     `xml:"title"`
	Updated   string     `xml:"updated"`
	Published string     `xml:"published"`
	Link      atomLink   `xml:"link"`
	Author    atomAuthor `xml:"author"`
	Summary   string     `xml:"summary"`
	Content   string     `xml:"content,omitempty"`
}

// feed sends what changed last on an area's board. A notice keeps its id when it is
// corrected, withdrawn or ended, and is updated.
func (p *Pages) feed(w http.ResponseWriter, r *http.Request) error {
	area, err := p.areaOf(r)
	if err != nil {
		return err
	}
	list, err := p.Board.Feed(r.Context(), p.Realm, area.ID)
	if err != nil {
		return err
	}
	say := p.Kit.Page(r, "disclosure.board.title").Printer
	origin := webkit.Origin(r, p.Address)
	self := origin + board + "/feed?area=" + url.QueryEscape(area.ID)
	out := atomFeed{
		Lang: say.Lang(), ID: self, Title: say.T("disclosure.feed.title", "place", area.Name), Author: atomAuthor{p.Kit.Site},
		Updated: time.Unix(0, 0).UTC().Format(time.RFC3339),
		Links:   []atomLink{{"self", "application/atom+xml", self}, {"alternate", "text/html", origin + address(area.ID, false, "")}},
	}
	for i, n := range list {
		if i == 0 {
			out.Updated = n.Changed.UTC().Format(time.RFC3339)
		}
		out.Entries = append(out.Entries, p.entry(say, n, origin))
	}
	body, err := xml.MarshalIndent(out, "", " ")
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "application/atom+xml; charset=utf-8")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Length", strconv.Itoa(len(xml.Header)+len(body)+1))
	_, err = w.Write(append(append([]byte(xml.Header), body...), '\n'))
	return err
}

// entry is a notice of the feed: its words, or in the place of one that was withdrawn why.
func (p *Pages) entry(say *text.Printer, n disclosure.Listed, origin string) atomEntry {
	l := p.line(say, n, board)
	e := atomEntry{
		ID: "urn:uuid:" + n.ID, Title: "[" + l.State.Word + "] " + l.Title, Updated: n.Changed.UTC().Format(time.RFC3339),
		Published: n.PostedAt.UTC().Format(time.RFC3339), Link: atomLink{"alternate", "text/html", origin + l.Href}, Author: atomAuthor{n.Issuer},
		Summary: l.Said, Content: n.Body,
	}
	if n.State == disclosure.Withdrawn {
		e.Content = say.T("disclosure.withdrawn_why", "reason", n.Reason)
	}
	if n.Version > 1 && n.State != disclosure.Withdrawn {
		e.Summary += " " + say.T("disclosure.corrected_times", "n", n.Version-1)
	}
	return e
}
