// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webdisclosure

import (
	"net/http"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/id"
	"pavilion/internal/base/text"
	"pavilion/internal/civic/deliberation/disclosure"
	"pavilion/internal/core/org"
	"pavilion/internal/edge/web/webkit"
	"pavilion/internal/edge/web/webmatter"
)

// BoardsPage is the paper boards, and when boards were down.
type BoardsPage struct {
	webkit.Page
	Set    webkit.Form // naming a board
	Gap    webkit.Form // reporting that one was down
	Lines  []BoardLine
	Gaps   []GapLine
	May    bool
	Areas  []webkit.Choice
	Boards []webkit.Choice
	Causes []webkit.Choice
	Empty  webkit.Empty
}

// BoardLine is one paper board.
type BoardLine struct {
	Name, Place string
	Retire      string // where it is put out of use; empty for who may not, or where it is
	Retired     bool
}

// GapLine is one time during which a board was down.
type GapLine struct {
	Said string
	End  string // where it is said that the board is up again; empty once it was
	Form webkit.Form
}

// down lists the boards that are down now, in words.
func (p *Pages) down(r *http.Request, say *text.Printer) ([]string, error) {
	list, err := p.Board.Gaps(r.Context(), webkit.ActorOf(r))
	var out []string
	for _, g := range list {
		if g.To.IsZero() {
			out = append(out, p.gapSaid(say, g))
		}
	}
	return out, err
}

// gapSaid says when which board was down, and why.
func (p *Pages) gapSaid(say *text.Printer, g disclosure.NamedGap) string {
	zone := p.Kit.Calendar.Zone()
	name := g.Name
	if g.Board == disclosure.Web {
		name = say.T("disclosure.web_board")
	}
	args := []any{"where", name, "from", say.DateTime(g.From.In(zone)), "cause", say.T("disclosure.cause." + string(g.Cause))}
	if g.To.IsZero() {
		return say.T("disclosure.gap.open", args...)
	}
	return say.T("disclosure.gap.over", append(args, "until", say.DateTime(g.To.In(zone)))...)
}

func (p *Pages) boardsPage(w http.ResponseWriter, r *http.Request) error {
	return p.boardsWith(w, r, http.StatusOK, webkit.NewForm(id.New()), webkit.NewForm(id.New()))
}

func (p *Pages) boardsWith(w http.ResponseWriter, r *http.Request, status int, set, gap webkit.Form) error {
	by := webkit.ActorOf(r)
	about, err := p.page(w, r, "disclosure.boards.title")
	if err != nil {
		return err
	}
	set.Prefix, gap.Prefix = "set-", "gap-"
	view, say := BoardsPage{Page: about, Set: set, Gap: gap, May: writing.Allows(by, p.Kit.Now())}, about.Printer
	view.Errors = append(view.Errors, append(set.Errors, gap.Errors...)...)
	papers, err := p.Board.BoardsAt(r.Context(), by)
	if err != nil {
		return err
	}
	view.Causes = []webkit.Choice{{Label: say.T("disclosure.choose")}}
	view.Boards = []webkit.Choice{{Label: say.T("disclosure.choose")}}
	if whole, _ := p.Org.Root(p.Realm); p.Board.May(by, whole.Lo) {
		view.Boards = append(view.Boards, webkit.Choice{Value: disclosure.Web, Label: say.T("disclosure.web_board")})
	}
	for _, b := range papers {
		line := BoardLine{Name: b.Name, Place: p.path(b.Area), Retired: b.Retired()}
		if p.Board.May(by, b.Place) {
			view.Boards = append(view.Boards, webkit.Choice{Value: b.ID, Label: b.Name})
			if !line.Retired {
				line.Retire = boards + "/" + b.ID + "/retire"
			}
		}
		view.Lines = append(view.Lines, line)
	}
	for _, c := range []disclosure.Cause{disclosure.Weather, disclosure.Damaged, disclosure.Moved, disclosure.Network, disclosure.Server} {
		view.Causes = append(view.Causes, webkit.Choice{Value: string(c), Label: say.T("disclosure.cause." + string(c))})
	}
	list, err := p.Board.Gaps(r.Context(), by)
	if err != nil {
		return err
	}
	for _, g := range list {
		line := GapLine{Said: p.gapSaid(say, g)}
		if g.To.IsZero() && g.Mine {
			line.End = root + "/gaps/" + g.ID + "/end"
			line.Form = webkit.Form{Prefix: "end-" + g.ID + "-"}
		}
		view.Gaps = append(view.Gaps, line)
	}
	view.Areas = p.areas(say.T("matter.choose_area"), func(a org.Area) bool { return p.Board.May(by, a.Lo) })
	view.Empty = webkit.Empty{Icon: "map-pin", Heading: say.T("disclosure.boards.none"), Text: say.T("disclosure.boards.none_help")}
	return p.Kit.Render(w, r, status, "disclosure_boards", view)
}

func (p *Pages) setUp(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	_, err := p.Board.SetUp(r.Context(), disclosure.SetUp{
		Realm: p.Realm, Key: r.PostFormValue("client"), Area: r.PostFormValue("area"), Name: r.PostFormValue("name"), By: webkit.ActorOf(r),
	})
	if again(err) {
		return p.boardsWith(w, r, webkit.StatusOf(err), p.Kit.AgainIn(r, err, "set-"), webkit.NewForm(id.New()))
	}
	if err != nil {
		return err
	}
	webkit.Done(w, r, boards, "disclosure.done.set_up")
	return nil
}

func (p *Pages) retire(w http.ResponseWriter, r *http.Request) error {
	if err := p.Board.Retire(r.Context(), p.Realm, r.PathValue("board"), webkit.ActorOf(r)); err != nil {
		return err
	}
	webkit.Done(w, r, boards, "disclosure.done.retired")
	return nil
}

// span reads from when to when; the end may be empty.
func (p *Pages) span(r *http.Request) (from, until time.Time, err error) {
	if from, err = p.instant(r.PostFormValue("from_day"), r.PostFormValue("from")); err != nil {
		return from, until, fault.New(fault.Invalid, "disclosure.instant_form").At("from")
	}
	if r.PostFormValue("until_day") == "" && r.PostFormValue("until") == "" {
		return from, until, nil
	}
	if until, err = p.instant(r.PostFormValue("until_day"), r.PostFormValue("until")); err != nil {
		return from, until, fault.New(fault.Invalid, "disclosure.instant_form").At("until")
	}
	return from, until, nil
}

func (p *Pages) reportGap(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	from, until, err := p.span(r)
	if err == nil {
		err = p.Board.ReportGap(r.Context(), disclosure.ReportGap{
			Realm: p.Realm, Key: r.PostFormValue("client"), Board: r.PostFormValue("board"), Cause: disclosure.Cause(r.PostFormValue("cause")),
			From: from, To: until, By: webkit.ActorOf(r),
		})
	}
	if again(err) {
		return p.boardsWith(w, r, webkit.StatusOf(err), webkit.NewForm(id.New()), p.Kit.AgainIn(r, err, "gap-"))
	}
	if err != nil {
		return err
	}
	webkit.Done(w, r, boards, "disclosure.done.gap")
	return nil
}

// endGap keeps that a board is up again, from now on.
func (p *Pages) endGap(w http.ResponseWriter, r *http.Request) error {
	err := p.Board.EndGap(r.Context(), disclosure.EndGap{Realm: p.Realm, ID: r.PathValue("gap"), At: p.Kit.Now(), By: webkit.ActorOf(r)})
	if err != nil {
		return err
	}
	webkit.Done(w, r, boards, "disclosure.done.gap_ended")
	return nil
}

// hang keeps that a notice was put up on a paper board or taken off it, with photos.
func (p *Pages) hang(w http.ResponseWriter, r *http.Request) error {
	if err := webmatter.Parse(w, r); err != nil {
		return err
	}
	c := disclosure.Hang{Realm: p.Realm, Key: r.PostFormValue("client"), Notice: r.PathValue("notice"), Board: r.PostFormValue("board"), By: webkit.ActorOf(r)}
	d, err := p.Board.Inspect(r.Context(), c.By, c.Notice)
	if err != nil {
		return err
	}
	if !p.Board.May(c.By, d.Place) {
		return fault.New(fault.Denied, "disclosure.not_yours")
	}
	if c.Board == "" && len(d.Boards) == 1 {
		c.Board = d.Boards[0].ID
	}
	if c.At = p.Kit.Now(); r.PostFormValue("day") != "" || r.PostFormValue("at") != "" {
		if c.At, err = p.instant(r.PostFormValue("day"), r.PostFormValue("at")); err != nil {
			err = fault.New(fault.Invalid, "disclosure.instant_form").At("at")
		}
	}
	if err == nil {
		c.Photos, err = p.Received(r, "photos")
	}
	done := "disclosure.done.up"
	if err == nil {
		switch r.PostFormValue("act") {
		case "up":
			err = p.Board.PutUp(r.Context(), c)
		case "off":
			done, err = "disclosure.done.off", p.Board.TakeOff(r.Context(), c)
		default:
			err = fault.New(fault.Invalid, "form.not_a_choice").At("act")
		}
	}
	if again(err) {
		return p.onePage(w, r, webkit.StatusOf(err), p.Kit.Again(r, err))
	}
	if err != nil {
		return err
	}
	webkit.Done(w, r, disclosure.DeskPage(c.Notice), done)
	return nil
}
