// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webdesk

import (
	"net/http"

	"strconv"
	"strings"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/page"
	"pavilion/internal/base/text"
	"pavilion/internal/civic/matter"
	"pavilion/internal/civic/matter/docket"
	"pavilion/internal/core/procedure"
	"pavilion/internal/edge/web/webkit"
)

// bulkPage is how many matters a page offers to choose from.
const bulkPage = 100

// maxBulkForm bounds a sent choice of matters with the answers, in bytes.
const maxBulkForm = 1 << 20

// BulkPage lets somebody make one move on many matters.
type BulkPage struct {
	webkit.Page
	Query   string
	Actions []webkit.Choice
	Rows    []BulkRow
	Next    string
	Chosen  procedure.Action // the move, once it is chosen
	Label   string
	Fields  []webkit.Field
	Picked  []string // "id.revision" of each matter, once they are chosen
	Results []BulkResult
	Done    int
	Failed  int
	Empty   webkit.Empty
}

// BulkRow is a matter to choose.
type BulkRow struct {
	webkit.Work
	Value string // "id.revision"
}

// BulkResult says what happened to one matter.
type BulkResult struct {
	Number, Href string
	State        webkit.Tag
	Why          string // empty when it was moved
}

// bulkable are the moves that can be made on many at once: those that ask for
// nothing that differs from matter to matter.
var bulkable = []procedure.Action{"register", "dispatch", "reassign", "remind", "supervise", "remark", "merge", "feed_back", "refuse"}

// bulk offers the matters of a filtered list, and the moves.
func (p *Pages) bulk(w http.ResponseWriter, r *http.Request) error {
	ask := p.asking(r)
	q := known(r.URL.Query())
	after, err := page.ParseCursor(q.Get(afterParam))
	if err != nil {
		return err
	}
	found, err := p.Docket.List(r.Context(), ask.actor, p.narrow(ask, lasting(q)), after, bulkPage)
	if err != nil {
		return err
	}
	view := BulkPage{Query: lasting(q).Encode(), Actions: choices(ask.say, "matter.action.", plain(bulkable)...)}
	for _, m := range found.Items {
		line := p.line(ask, m, "")
		view.Rows = append(view.Rows, BulkRow{Work: line, Value: m.ID + "." + strconv.Itoa(m.Revision)})
	}
	if found.Next.More() {
		at := lasting(q)
		at.Set(afterParam, found.Next.String())
		view.Next = address("/desk/bulk", at)
	}
	view.Empty = p.queueEmpty(ask.say, q)
	if view.Page, err = p.page(r, "desk.bulk.title"); err != nil {
		return err
	}
	return p.Kit.Render(w, r, http.StatusOK, "desk_bulk", view)
}

// plain are actions as plain words.
func plain(list []procedure.Action) []string {
	out := make([]string, len(list))
	for i, a := range list {
		out[i] = string(a)
	}
	return out
}

// bulkMove asks for the move's answers once, or makes it on all that were chosen.
func (p *Pages) bulkMove(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxBulkForm)
	if err := r.ParseForm(); err != nil {
		return fault.New(fault.Invalid, "matter.form_unreadable")
	}
	ask := p.asking(r)
	action, picked := procedure.Action(r.PostFormValue("action")), r.PostForm["row"]
	view := BulkPage{Query: r.PostFormValue("query"), Chosen: action, Picked: picked, Label: ask.say.T("matter.action." + string(action))}
	rows, err := pickedRows(picked)
	if err != nil {
		return err
	}
	d, err := p.definition(r.Context())
	if err != nil {
		return err
	}
	form := formOf(d, action)
	if def := p.Matters.Forms[form]; def != nil {
		again := webkit.Form{Prefix: "bulk-"}
		if r.PostFormValue("go") != "" {
			if _, wrong := def.Read(r.PostForm); wrong != nil {
				again = p.Kit.Again(r, wrong)
				again.Prefix = "bulk-"
			}
		}
		for _, f := range def.Fields {
			if drawn := p.Field(ask.say, matter.Matter{Realm: p.Realm}, again, def.Name, f); drawn.Kind != "photos" {
				view.Fields = append(view.Fields, drawn)
			}
		}
		if r.PostFormValue("go") == "" || len(again.Errors) > 0 {
			linked(again.Errors, "bulk-")
			if view.Page, err = p.page(r, "desk.bulk.title"); err != nil {
				return err
			}
			view.Errors = again.Errors
			return p.Kit.Render(w, r, http.StatusOK, "desk_bulk", view)
		}
	}
	outcomes, err := p.Docket.Bulk(r.Context(), docket.Bulk{
		Realm: p.Realm, Action: action, Answers: r.PostForm, Rows: rows, By: ask.actor,
	})
	if err != nil {
		return err
	}
	for _, o := range outcomes {
		view.add(p, ask.say, o)
	}
	if view.Page, err = p.page(r, "desk.bulk.title"); err != nil {
		return err
	}
	return p.Kit.Render(w, r, http.StatusOK, "desk_bulk", view)
}

// add tells of one outcome.
func (v *BulkPage) add(p *Pages, say *text.Printer, o docket.Outcome) {
	line := BulkResult{Number: o.Matter.Number, Href: matterAddress(o.ID, "matters")}
	if o.Err == nil {
		v.Done++
		line.State = p.State(say, o.Matter.State)
	} else {
		v.Failed++
		line.Number, line.Why = o.ID, say.T("kit.problem.internal.title")
		if f, ok := fault.As(o.Err); ok {
			line.Why = say.T(f.Key, pairs(f.Params)...)
		}
	}
	v.Results = append(v.Results, line)
}

// pairs are named values as a text takes them.
func pairs(params map[string]string) []any {
	var out []any
	for name, value := range params {
		out = append(out, name, value)
	}
	return out
}

// formOf is the form that an action takes from any state.
func formOf(d *procedure.Definition, action procedure.Action) string {
	for _, m := range d.Moves {
		if m.Action == action {
			return m.Form
		}
	}
	return ""
}

// pickedRows reads "id.revision" of each matter that was chosen.
func pickedRows(picked []string) ([]docket.Row, error) {
	if len(picked) == 0 {
		return nil, fault.New(fault.Invalid, "desk.bulk.none").At("row")
	}
	rows := make([]docket.Row, len(picked))
	for i, p := range picked {
		id, revision, _ := strings.Cut(p, ".")
		n, err := strconv.Atoi(revision)
		if err != nil {
			return nil, fault.New(fault.Invalid, "desk.bulk.none").At("row")
		}
		rows[i] = docket.Row{ID: id, Revision: n}
	}
	return rows, nil
}
