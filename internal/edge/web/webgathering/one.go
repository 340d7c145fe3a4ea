// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webgathering

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"pavilion/internal/base/text"
	"pavilion/internal/core/gathering"
	"pavilion/internal/edge/web/webkit"
)

// PersonLine is one of those who should come.
type PersonLine struct {
	Seat, No, Name, Role string
	Told                 string // by which way and when; empty while not
	Changed              bool   // was not told of the last change
	Receipt              string // what came back
	Standing             webkit.Tag
	Counts               bool
	Must                 bool
	Came                 string // from when until when; empty for who did not
	Here                 bool
	Letter               bool // has a link
}

// ItemLine is one item of an agenda with what became of it.
type ItemLine struct {
	N           int
	Kind, Title string
	Outcome     webkit.Tag
	Words       string
}

// ResolutionLine is one resolution.
type ResolutionLine struct {
	Href, Text, Owner, Due string
	N                      int
	Duty                   string
	State                  webkit.Tag
	Terms                  []TermLine
	Filings                []FilingLine
	Note                   string
}

// TermLine is one price.
type TermLine struct{ Who, Price, Note string }

// FilingLine is one filing.
type FilingLine struct {
	Unit, Number, Day string
	Photos            []webkit.Photo
}

// OnePage is a gathering with all its papers.
type OnePage struct {
	webkit.Page
	Meeting     gathering.Gathering
	Href        string
	State       webkit.Tag
	Kind        string
	Remarks     []string // what is not as it should be, and hinders nothing
	Missing     []string // required parts, in words
	Over        bool     // what is missing is shown
	Facts       []webkit.Fact
	Items       []ItemLine
	People      []PersonLine
	DueN, CameN int
	Written     bool // there are minutes
	Chair       string
	Writer      string
	Resolutions []ResolutionLine
	Signed      []webkit.Photo
	History     []webkit.Event
	Ways        []webkit.Choice
	Form        webkit.Form
	MayStart    bool
	Again       string // where another one is called in its place
}

func (p *Pages) one(w http.ResponseWriter, r *http.Request) error {
	return p.onePage(w, r, http.StatusOK, nil)
}

func (p *Pages) onePage(w http.ResponseWriter, r *http.Request, status int, why error) error {
	record, err := p.read(r)
	if err != nil {
		return err
	}
	about, err := p.page(r, "gathering.title")
	if err != nil {
		return err
	}
	say := about.Printer
	g := record.Gathering
	view := OnePage{
		Page: about, Meeting: g, Href: root + "/" + g.ID, State: tag(say, g), Kind: kindName(say, g.Kind), DueN: record.Due(), CameN: record.Attended(),
		Written: len(record.Versions) > 0, Chair: record.Minutes.Chair, Writer: record.Minutes.Writer, Form: webkit.NewForm(""),
	}
	view.Title = g.Title
	if why != nil {
		view.Form = p.Kit.Again(r, why)
		view.Errors = view.Form.Errors
	}
	view.Over = g.State == gathering.Held || g.State == gathering.NoQuorum || g.State == gathering.Running
	for _, part := range record.Missing() {
		view.Missing = append(view.Missing, p.lacks(say, record, gathering.Part(part)))
	}
	for _, warning := range g.Warnings(p.Meetings.Day(g)) {
		view.Remarks = append(view.Remarks, say.T("gathering.warn."+string(warning), "days", strconv.Itoa(g.Rule.Days)))
	}
	view.Facts = append(p.facts(say, record), quorumFacts(say, g)...)
	view.Items = itemLines(say, g)
	for _, i := range record.Seats {
		view.People = append(view.People, p.person(say, g, i))
	}
	for _, res := range record.Resolutions {
		view.Resolutions = append(view.Resolutions, p.resolutionLine(say, record, res))
	}
	if view.Signed, err = p.signed(r, say, g); err != nil {
		return err
	}
	view.History = p.history(r, say, record)
	for _, way := range []gathering.Way{gathering.ByStaff, gathering.ByPaper, gathering.ByRoll} {
		view.Ways = append(view.Ways, webkit.Choice{Value: string(way), Label: say.T("gathering.way." + string(way))})
	}
	view.MayStart = g.State == gathering.Called && p.today() >= p.Meetings.Day(g)
	if g.State == gathering.NoQuorum {
		view.Again = root + "/new?former=" + g.ID
	}
	return p.Kit.Render(w, r, status, "gathering_one", view)
}

// lacks says what is missing, and of which seats.
func (p *Pages) lacks(say *text.Printer, record gathering.Record, part gathering.Part) string {
	out := say.T("gathering.part." + string(part))
	if part != gathering.PartSeats {
		return out
	}
	for _, i := range record.Empty() {
		out += say.T("gathering.part_seat", "seat", role(say, i.Seat))
	}
	return out
}

// facts are what a gathering is.
func (p *Pages) facts(say *text.Printer, record gathering.Record) []webkit.Fact {
	g := record.Gathering
	out := []webkit.Fact{
		{Term: say.T("gathering.when"), Value: p.when(say, g)}, {Term: say.T("gathering.where"), Value: g.Where},
		{Term: say.T("gathering.host"), Value: record.Body.Name}, {Term: say.T("gathering.number"), Value: g.Number},
	}
	if noticed, err := time.ParseInLocation(time.DateOnly, g.Noticed, p.Zone); err == nil {
		rule := say.T("gathering.notice_free")
		if g.Rule.Days > 0 {
			rule = say.T("gathering.notice_days", "days", strconv.Itoa(g.Rule.Days))
		}
		if g.Rule.Basis != "" && say.Has(g.Rule.Basis) {
			rule += " · " + say.T("kit.basis", "basis", say.T(g.Rule.Basis))
		}
		out = append(out, webkit.Fact{Term: say.T("gathering.noticed_on"), Value: say.Date(noticed)}, webkit.Fact{Term: say.T("gathering.term"), Value: rule})
	}
	if g.Reason != "" {
		out = append(out, webkit.Fact{Term: say.T("gathering.reason"), Value: g.Reason})
	}
	if g.Former != "" {
		out = append(out, webkit.Fact{Term: say.T("gathering.former_of"), Value: say.T("gathering.former_open"), Href: root + "/" + g.Former})
	}
	return out
}

// quorumFacts say how a gathering stood when it began and ended.
func quorumFacts(say *text.Printer, g gathering.Gathering) (out []webkit.Fact) {
	for _, at := range []struct {
		key string
		q   gathering.Quorum
		was bool
	}{{"begin", g.Begin, !g.BegunAt.IsZero() || g.State == gathering.NoQuorum}, {"end", g.End, !g.EndedAt.IsZero() && g.State != gathering.NoQuorum}} {
		if !at.was {
			continue
		}
		value := say.T("gathering.stood", "present", strconv.Itoa(at.q.Present), "due", strconv.Itoa(at.q.Due))
		switch {
		case len(at.q.Bounds) == 0:
		case at.q.Met:
			value += " · " + say.T("gathering.quorum_met")
		default:
			value += " · " + say.T("gathering.quorum_not")
		}
		out = append(out, webkit.Fact{Term: say.T("gathering.quorum_" + at.key), Value: value})
	}
	if rule := g.Begin.Rule; rule != "" {
		code, day, _ := strings.Cut(rule, "@")
		if say.Has("assembly.rule." + code) {
			rule = say.T("gathering.rule_since", "rule", say.T("assembly.rule."+code), "day", day)
		}
		out = append(out, webkit.Fact{Term: say.T("gathering.rule"), Value: rule})
	}
	return out
}

// itemLines are the items of an agenda.
func itemLines(say *text.Printer, g gathering.Gathering) (out []ItemLine) {
	for n, i := range g.Agenda {
		l := ItemLine{N: n + 1, Kind: say.T("gathering.item." + string(i.Kind)), Title: i.Title, Words: i.Words}
		if i.Outcome != "" {
			colour := map[gathering.Outcome]string{gathering.Agreed: "green", gathering.Answered: "green", gathering.Rejected: "red", gathering.Deferred: "amber", gathering.Taken: "amber"}[i.Outcome]
			l.Outcome = webkit.Tag{Word: say.T("gathering.outcome." + string(i.Outcome)), Colour: colour}
		}
		out = append(out, l)
	}
	return out
}

// person is one of those who should come.
func (p *Pages) person(say *text.Printer, g gathering.Gathering, i gathering.Invitee) PersonLine {
	l := PersonLine{
		Seat: i.ID, No: strconv.Itoa(i.No), Name: name(say, i), Role: role(say, i.Seat), Counts: i.Counts(), Must: i.Must, Here: i.Present(), Letter: i.Letters > 0,
		Changed: !i.ToldAt.IsZero() && i.ToldOf < g.Sequence && g.State == gathering.Called,
	}
	if i.Vacant {
		l.No = "—"
	}
	stamp := func(at time.Time) string { return say.DateTime(at.In(p.Zone)) }
	if !i.ToldAt.IsZero() {
		l.Told = say.T("gathering.way."+string(i.ToldWay)) + " " + stamp(i.ToldAt)
	}
	switch {
	case !i.ReceivedAt.IsZero():
		l.Receipt = say.T("gathering.received", "at", stamp(i.ReceivedAt))
	case !i.ReadAt.IsZero():
		l.Receipt = say.T("gathering.read", "at", stamp(i.ReadAt))
	}
	switch {
	case i.Vacant:
		l.Standing = webkit.Tag{Word: say.T("gathering.vacant"), Colour: "red"}
	case i.Standing == gathering.Lapsed:
		l.Standing = webkit.Tag{Word: say.T("gathering.lapsed"), Colour: "amber"}
	case i.Standing == gathering.Joined:
		l.Standing = webkit.Tag{Word: say.T("gathering.joined"), Colour: "blue"}
	}
	if !i.Came.IsZero() {
		l.Came = say.Time(i.Came.In(p.Zone))
		if !i.Left.IsZero() {
			l.Came += "–" + say.Time(i.Left.In(p.Zone))
		}
		l.Came += " " + say.T("gathering.by."+string(i.Way))
	}
	return l
}

// history is what was done, the newest first.
func (p *Pages) history(r *http.Request, say *text.Printer, record gathering.Record) (out []webkit.Event) {
	names := map[string]string{}
	for _, l := range record.History {
		who, known := names[l.By]
		if !known {
			who = p.Name(r.Context(), l.By)
			names[l.By] = who
		}
		out = append(out, webkit.Event{State: "done", What: say.T("gathering.act." + l.Act), Who: who, At: l.At, Said: l.Reason})
	}
	return out
}
