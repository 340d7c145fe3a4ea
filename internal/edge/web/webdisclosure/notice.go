// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webdisclosure

import (
	"encoding/base64"
	"html/template"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/skip2/go-qrcode"

	"pavilion/internal/base/text"
	"pavilion/internal/civic/deliberation/disclosure"
	"pavilion/internal/edge/web/webkit"
)

// Sheet is a notice as it is read: for the templates "disclosure_sheet" and "disclosure_print".
type Sheet struct {
	Kind, Number  string
	Title, Issuer string
	Paragraphs    []string
	At            time.Time // of the wording with which the period began
	Signed        string    // that day, as notices are dated; empty before its release
	Corrected     time.Time // of the wording that is shown, if it is not the first
}

// NoticePage is one notice.
type NoticePage struct {
	webkit.Page
	Sheet     Sheet
	State     webkit.Tag
	Said      string
	Withdrawn bool
	Reason    string
	Bars      Days
	Facts     []webkit.Fact
	Lost      []string // days that do not count, each with its cause
	Notes     []string
	Papers    []string // where it hangs as well
	Older     []OldWording
	Answers   []AnswerView
	Objected  string // how many objections there are
	Object    string // where somebody may object; empty when the period is over
	Print     string
}

// OldWording is a version that was replaced, with why.
type OldWording struct {
	Heading, Why string
	Sheet        Sheet
}

// AnswerView is a released answer to an objection.
type AnswerView struct {
	Outcome      webkit.Tag
	Answer, Deed string
	At, Made     time.Time
}

// PrintPage is a notice on paper.
type PrintPage struct {
	webkit.Page
	Sheet     Sheet
	Withdrawn bool
	Period    string // from when to when, how many days
	Place     string
	QR        template.URL
	Link      string
	Back      string
}

// qrSize is how wide a notice's QR code is, in pixels.
const qrSize = 480

// qr draws an address as a data: address of an image.
func qr(link string) (template.URL, error) {
	png, err := qrcode.Encode(link, qrcode.Medium, qrSize)
	return template.URL("data:image/png;base64," + base64.StdEncoding.EncodeToString(png)), err
}

func (p *Pages) notice(w http.ResponseWriter, r *http.Request) error {
	d, err := p.Board.Open(r.Context(), p.Realm, r.PathValue("notice"))
	if err != nil {
		return err
	}
	view := NoticePage{Page: p.Kit.Page(r, "disclosure.board.title")}
	p.fill(&view, d)
	view.Title = view.Sheet.Title
	if d.State == disclosure.Stands && !d.Standing.Complete {
		view.Object = board + "/" + d.ID + "/object"
	}
	return p.Kit.Render(w, r, http.StatusOK, "disclosure_notice", view)
}

// fill puts a notice into the page that everybody sees.
func (p *Pages) fill(view *NoticePage, d disclosure.Detail) {
	say := view.Printer
	view.Sheet, view.State = p.sheet(say, d), tag(say, d.Notice)
	view.Withdrawn, view.Reason = d.State == disclosure.Withdrawn, d.Reason
	view.Print = board + "/" + d.ID + "/print"
	switch st := d.Standing; {
	case view.Withdrawn:
		view.Said = p.early(say, d.Notice)
	case st.Complete:
		view.Said = say.T("disclosure.stood.ended", "last", p.date(say, st.Last), "n", st.Stood)
	case d.State.Public():
		view.Said = p.until(say, st)
		view.Bars = p.days(say, st)
	}
	view.Facts = p.facts(say, d)
	for _, l := range d.Standing.Lost {
		view.Lost = append(view.Lost, p.lostDay(say, l, d.Boards))
	}
	if d.Standing.Moved > 0 && !view.Withdrawn {
		view.Notes = append(view.Notes, say.T("disclosure.note.holiday", "n", d.Standing.Moved))
	}
	for _, g := range d.Standing.Gaps {
		if g.To.IsZero() && d.State == disclosure.Stands {
			view.Notes = append(view.Notes, p.gapSaid(say, disclosure.NamedGap{Gap: g, Name: nameOf(d.Boards, g.Board)}))
		}
	}
	for _, year := range d.Standing.Unknown {
		view.Notes = append(view.Notes, say.T("disclosure.note.unknown", "year", year))
	}
	for _, b := range d.Boards {
		view.Papers = append(view.Papers, p.paper(say, b, d.Hung))
	}
	for i := len(d.Wordings) - 2; i >= 0; i-- {
		view.Older = append(view.Older, p.older(say, d, i))
	}
	for _, a := range d.Answers {
		colour := map[disclosure.ObjectionOutcome]string{disclosure.Upheld: "amber"}[a.Outcome]
		one := AnswerView{Outcome: webkit.Tag{Word: say.T("disclosure.outcome." + string(a.Outcome)), Colour: colour}, Answer: a.Answer, At: a.EndedAt, Made: a.At}
		if a.Deed != disclosure.NoDeed {
			one.Deed = say.T("disclosure.deed.done." + string(a.Deed))
		}
		view.Answers = append(view.Answers, one)
	}
	if n := d.Standing.Objections; n > 0 {
		view.Objected = say.T("disclosure.objected", "n", n, "open", d.Standing.Open)
	}
}

// sheet is what stands on a notice.
func (p *Pages) sheet(say *text.Printer, d disclosure.Detail) Sheet {
	s := Sheet{Kind: say.T("disclosure.kind." + string(d.Kind)), Number: numbered(say, d.Notice), Title: d.Title, Issuer: d.Issuer, At: d.PostedAt, Paragraphs: paragraphs(d.Body)}
	for i, w := range d.Wordings {
		if i > 0 {
			s.Corrected = w.At
		}
		if w.Material {
			s.At = w.At
		}
	}
	s.Signed = p.signed(say, s.At)
	if s.Title == "" && d.State == disclosure.Withdrawn {
		s.Title = say.T("disclosure.no_title")
	}
	return s
}

// signed dates a notice, without the day of the week.
func (p *Pages) signed(say *text.Printer, at time.Time) string {
	if at.IsZero() {
		return ""
	}
	at = at.In(p.Kit.Calendar.Zone())
	return say.T("disclosure.signed", "year", at.Year(), "month", say.T("date.month."+strconv.Itoa(int(at.Month()))), "day", at.Day())
}

// paragraphs are the lines of a text that say something.
func paragraphs(body string) []string {
	var out []string
	for _, line := range strings.Split(body, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}

// facts are the terms of a period.
func (p *Pages) facts(say *text.Printer, d disclosure.Detail) []webkit.Fact {
	st := d.Standing
	out := []webkit.Fact{
		{Term: say.T("disclosure.fact.place"), Value: p.path(d.Area)},
		{Term: say.T("disclosure.fact.posted"), Value: say.DateTime(d.PostedAt.In(p.Kit.Calendar.Zone()))},
	}
	if st.From != "" {
		out = append(out, webkit.Fact{Term: say.T("disclosure.fact.from"), Value: p.date(say, st.From)})
	}
	days := say.T("disclosure.fact.days_n", "n", d.Days)
	if d.Basis != "" {
		days = say.T("kit.with_basis", "text", days, "basis", say.T(d.Basis))
	}
	out = append(out, webkit.Fact{Term: say.T("disclosure.fact.days"), Value: days})
	if st.Last != "" {
		out = append(out, webkit.Fact{Term: say.T("disclosure.fact.last"), Value: p.date(say, st.Last)})
	}
	return out
}

// lostDay says which day does not count, and why.
func (p *Pages) lostDay(say *text.Printer, l disclosure.Lost, papers []disclosure.Board) string {
	where := nameOf(papers, l.Board)
	if where == "" {
		where = say.T("disclosure.web_board")
	}
	return say.T("disclosure.lost", "day", p.date(say, l.Day), "where", where, "cause", say.T("disclosure.cause."+string(l.Cause)))
}

// nameOf is the name of a paper board; the web board has none.
func nameOf(papers []disclosure.Board, id string) string {
	for _, b := range papers {
		if b.ID == id {
			return b.Name
		}
	}
	return ""
}

// paper says from when to when a notice hung on a paper board.
func (p *Pages) paper(say *text.Printer, b disclosure.Board, hung []disclosure.Hung) string {
	zone := p.Kit.Calendar.Zone()
	out := say.T("disclosure.paper.not_yet", "where", b.Name)
	for _, h := range hung {
		switch {
		case h.Board != b.ID:
		case h.Down.IsZero():
			out = say.T("disclosure.paper.hangs", "where", b.Name, "since", say.DateTime(h.Put.In(zone)))
		default:
			out = say.T("disclosure.paper.hung", "where", b.Name, "since", say.DateTime(h.Put.In(zone)), "until", say.DateTime(h.Down.In(zone)))
		}
	}
	return out
}

// older is a version that was replaced by the next one, with its reason.
func (p *Pages) older(say *text.Printer, d disclosure.Detail, i int) OldWording {
	was, by := d.Wordings[i], d.Wordings[i+1]
	key := "disclosure.version.small"
	if by.Material {
		key = "disclosure.version.material"
	}
	return OldWording{
		Heading: say.T("disclosure.version.until", "n", was.Version, "day", say.Date(by.At.In(p.Kit.Calendar.Zone()))), Why: say.T(key, "why", by.Why),
		Sheet: Sheet{Title: was.Title, Issuer: was.Issuer, Paragraphs: paragraphs(was.Body), At: was.At, Signed: p.signed(say, was.At)},
	}
}

// print shows a notice as it is hung up.
func (p *Pages) print(w http.ResponseWriter, r *http.Request) error {
	d, err := p.Board.Open(r.Context(), p.Realm, r.PathValue("notice"))
	if err != nil {
		return err
	}
	view := PrintPage{Page: p.Kit.Page(r, "disclosure.board.title"), Withdrawn: d.State == disclosure.Withdrawn, Back: board + "/" + d.ID}
	say := view.Printer
	view.Sheet = p.sheet(say, d)
	view.Title, view.Place = view.Sheet.Title, p.path(d.Area)
	view.Link = webkit.Origin(r, p.Address) + board + "/" + d.ID
	if view.QR, err = qr(view.Link); err != nil {
		return err
	}
	if !view.Withdrawn {
		view.Period = say.T("disclosure.print.period", "from", p.date(say, d.Standing.From), "last", p.date(say, d.Standing.Last), "n", strconv.Itoa(d.Days))
	}
	return p.Kit.Render(w, r, http.StatusOK, "disclosure_print", view)
}
