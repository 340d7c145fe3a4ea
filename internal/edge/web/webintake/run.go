// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webintake

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"pavilion/internal/base/text"
	"pavilion/internal/civic/matter/intake"
	"pavilion/internal/edge/web/webkit"
	"pavilion/internal/platform/sheet"
)

const (
	sampleRows   = 5
	shownBad     = 100 // problems on the page; all are in the file
	refreshEvery = "2" // seconds, while the run goes on by itself
)

// RunPage is one run at whatever step it is.
type RunPage struct {
	webkit.Page
	Run      intake.Run
	Source   intake.Source
	State    webkit.Tag
	Step     int // of four
	Facts    []webkit.Fact
	Notices  []webkit.Notice
	Headings []string
	Sample   [][]string
	Columns  *ColumnsForm // nil when the columns cannot be named any more
	Words    *WordsForm   // nil when no word is unknown
	Problems []ProblemLine
	Hidden   int    // problems that the page does not show
	Earlier  string // address of the run of the same file that came first
	Numbers  []webkit.Fact
	Traced   []TracedLine // lines whose words lead to a person, as many as a page bears
}

// TracedLine says which traces of persons the words of a line hold.
type TracedLine struct {
	Line           int
	Heading, Kinds string
}

// ProblemLine is one thing that is wrong with a line.
type ProblemLine struct {
	Line          int
	Heading, Text string
}

// stepOf is where a state stands on the way from a file to matters.
var stepOf = map[intake.State]int{
	intake.Read: 2, intake.Checking: 3, intake.Faulty: 3, intake.Checked: 4, intake.Importing: 4, intake.Done: 5,
}

func (p *Pages) run(w http.ResponseWriter, r *http.Request) error {
	return p.showRun(w, r, http.StatusOK, webkit.Form{}, "")
}

// showRun shows a run. A form that was refused is shown as it was sent; which says
// whether it is that of the columns or of the words.
func (p *Pages) showRun(w http.ResponseWriter, r *http.Request, status int, form webkit.Form, which string) error {
	ctx, actor := r.Context(), webkit.ActorOf(r)
	run, err := p.Intake.Run(ctx, p.Realm, r.PathValue("id"), actor)
	if err != nil {
		return err
	}
	source, err := p.Intake.Source(ctx, p.Realm, run.Source, actor)
	if err != nil {
		return err
	}
	about, err := p.page(r, "intake.run_title", "file", run.File)
	if err != nil {
		return err
	}
	about.Errors = form.Errors
	view := RunPage{Page: about, Run: run, Source: source, State: state(about, run.State), Step: stepOf[run.State], Headings: run.About.Headings}
	view.Facts = p.facts(view)
	if run.State.Waits() {
		if view.Sample, err = p.Intake.Sample(ctx, run, sampleRows); err != nil {
			return err
		}
		view.Columns = p.columnsForm(view, form, which == "columns")
		if len(run.Found.Unknown) > 0 && run.State == intake.Faulty {
			if view.Words, err = p.wordsForm(r, view, form, which == "words"); err != nil {
				return err
			}
		}
	}
	view.list()
	if err := p.remark(r, &view); err != nil {
		return err
	}
	if run.State.Moves() {
		w.Header().Set("Refresh", refreshEvery)
	}
	return p.Kit.Render(w, r, status, "intake_run", view)
}

// facts says where the file comes from and how it was read.
func (p *Pages) facts(v RunPage) []webkit.Fact {
	out := []webkit.Fact{
		{Term: v.T("intake.source"), Value: v.Source.Name},
		{Term: v.T("intake.origin"), Value: v.T("intake.origin." + v.Source.Mapping.Origin)},
		{Term: v.T("intake.area"), Value: p.area(v.Source.Area)},
		{Term: v.T("intake.format"), Value: strings.ToUpper(string(v.Run.About.Format))},
		{Term: v.T("intake.lines"), Value: v.Printer.Number(v.Run.Lines)},
		{Term: v.T("intake.received"), Value: v.Printer.DateTime(v.Run.At.In(p.Matters.Calendar.Zone()))},
	}
	if v.Run.About.Encoding != "" {
		out[3].Value += " · " + v.Run.About.Encoding
	}
	if v.Run.About.Sheet != "" {
		out[3].Value += " · " + v.Run.About.Sheet
	}
	return out
}

// list fills the problems, as many as a page bears.
func (v *RunPage) list() {
	all := v.Run.Found.Problems
	for _, q := range all[:min(len(all), shownBad)] {
		v.Problems = append(v.Problems, ProblemLine{q.Line, q.Heading, explained(v.Printer, q)})
	}
	v.Hidden = len(all) - len(v.Problems) + v.Run.Found.More
	traced := v.Run.Found.Traces
	for _, q := range traced[:min(len(traced), shownBad)] {
		kinds := make([]string, len(q.Kinds))
		for i, k := range q.Kinds {
			kinds[i] = v.T("trace.kind." + string(k))
		}
		v.Traced = append(v.Traced, TracedLine{q.Line, q.Heading, strings.Join(kinds, v.T("intake.comma"))})
	}
}

// explained says what is wrong and what to do.
func explained(say *text.Printer, q intake.Problem) string {
	var args []any
	for name, value := range q.Params {
		args = append(args, name, value)
	}
	return say.T(q.Key, args...)
}

// remark adds what there is to say about a run besides its state.
func (p *Pages) remark(r *http.Request, v *RunPage) error {
	say := func(kind, key string, args ...any) {
		v.Notices = append(v.Notices, webkit.Notice{Kind: kind, Text: v.T(key, args...)})
	}
	found := v.Run.Found
	switch v.Run.State {
	case intake.Read:
		say("info", "intake.notice.read")
	case intake.Faulty:
		say("bad", "intake.notice.faulty", "n", found.Bad, "lines", v.Run.Lines)
	case intake.Checked:
		say("done", "intake.notice.checked", "n", v.Run.Lines)
	case intake.Dropped:
		say("info", "intake.notice.dropped")
	case intake.Done:
		say("done", "intake.notice.done", "n", v.Run.Made)
		v.Numbers = []webkit.Fact{
			{Term: v.T("intake.made"), Value: v.Printer.Number(v.Run.Made)},
			{Term: v.T("intake.repeated"), Value: v.Printer.Number(v.Run.Repeated)},
		}
	}
	if found.Traced > 0 && v.Run.State != intake.Dropped {
		say("warn", "intake.notice.traced", "n", found.Traced)
	}
	if found.Same > 0 && v.Run.State == intake.Checked {
		say("warn", "intake.notice.same", "n", found.Same)
	}
	if n := len(v.Run.About.Others); n > 0 && v.Run.State.Waits() {
		say("warn", "intake.notice.sheets", "name", v.Run.About.Sheet, "others", strings.Join(v.Run.About.Others, v.T("intake.comma")))
	}
	earlier, ok, err := p.Intake.Earlier(r.Context(), v.Run)
	if ok && v.Run.State.Waits() {
		v.Earlier = address(earlier.ID)
		say("warn", "intake.notice.earlier", "at", v.Printer.DateTime(earlier.At.In(p.Matters.Calendar.Zone())))
	}
	return err
}

// problems sends all that is wrong with a run's lines as a table.
func (p *Pages) problems(w http.ResponseWriter, r *http.Request) error {
	run, err := p.Intake.Run(r.Context(), p.Realm, r.PathValue("id"), webkit.ActorOf(r))
	if err != nil {
		return err
	}
	say := p.Kit.Page(r, "intake.title").Printer
	h := w.Header()
	h.Set("Content-Type", sheet.CSV.ContentType())
	h.Set("Content-Disposition", `attachment; filename="problems-`+run.At.In(p.Matters.Calendar.Zone()).Format(time.DateOnly)+`.csv"`)
	h.Set("Cache-Control", "no-store")
	out, err := sheet.NewWriter(w, sheet.CSV, []string{say.T("intake.line"), say.T("intake.column"), say.T("intake.problem")})
	if err != nil {
		return err
	}
	for _, q := range run.Found.Problems {
		if err := out.Row(q.Line, q.Heading, explained(say, q)); err != nil {
			return err
		}
	}
	if run.Found.More > 0 {
		if err := out.Row("", "", say.T("intake.more", "n", strconv.Itoa(run.Found.More))); err != nil {
			return err
		}
	}
	return out.Close()
}
