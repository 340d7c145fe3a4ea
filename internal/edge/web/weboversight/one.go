// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package weboversight

import (
	"net/http"
	"strconv"

	"pavilion/internal/base/text"
	"pavilion/internal/civic/deliberation/oversight"
	"pavilion/internal/civic/deliberation/proceeding"
	"pavilion/internal/edge/web/webkit"
)

// OnePage is one inspection.
type OnePage struct {
	webkit.Page
	Heading          string
	State            webkit.Tag
	Link             string
	Facts            []webkit.Fact
	Steps            []StepLine
	Findings         []FindingLine
	Judged           bool // the findings are those of the last decision
	May              bool // this person decides
	Barred           bool // they took part
	Open             bool // somebody has to decide
	Again            bool // it was sent back and answered
	Revision         int
	Add, Form        webkit.Form
	Sorts            []webkit.Choice
	AllSteps, Passed []webkit.Choice
	Verdicts         []webkit.Choice
	Post             string
}

func (p *Pages) one(w http.ResponseWriter, r *http.Request) error {
	return p.onePage(w, r, http.StatusOK, webkit.Form{Prefix: "add-"}, webkit.Form{})
}

func (p *Pages) onePage(w http.ResponseWriter, r *http.Request, status int, add, f webkit.Form) error {
	v, err := p.Oversight.Inspection(r.Context(), p.Realm, r.PathValue("inspection"), webkit.ActorOf(r))
	if err != nil {
		return err
	}
	about, err := p.page(r, "oversight.one.title")
	if err != nil {
		return err
	}
	say := about.Printer
	open := v.State == oversight.Drawn || v.State == oversight.Answered
	view := OnePage{
		Page: about, Heading: v.Record.Title, State: stateTag(say, v.State), Link: proceeding.Desk(v.Proceeding), Facts: p.facts(say, v.Record),
		Steps: stepLines(say, v.Record), Findings: findingLines(say, v.Findings), Judged: !open, Open: open, May: v.Own && open, Barred: v.Barred,
		Again: v.State == oversight.Answered, Revision: v.Revision, Add: add, Form: f, Post: oversight.Desk(v.ID),
	}
	view.Errors = append(add.Errors, f.Errors...)
	view.Facts = append(view.Facts, p.course(r, say, v)...)
	for _, s := range oversight.Sorts() {
		view.Sorts = append(view.Sorts, webkit.Choice{Value: string(s), Label: say.T("oversight.sort." + string(s))})
	}
	view.AllSteps = []webkit.Choice{{Label: say.T("oversight.add.no_step")}}
	view.Passed = []webkit.Choice{{Label: say.T("oversight.judge.stop")}}
	for _, s := range v.Record.Steps {
		c := webkit.Choice{Value: string(s.Step), Label: say.T("proceeding.step." + string(s.Step))}
		view.AllSteps = append(view.AllSteps, c)
		if s.Status == proceeding.Done || s.Status == proceeding.Failing {
			view.Passed = append(view.Passed, c)
		}
	}
	for _, s := range []oversight.State{oversight.InOrder, oversight.Noted, oversight.SentBack} {
		if (s == oversight.InOrder) == (len(v.Findings) > 0) && s != oversight.SentBack {
			continue
		}
		view.Verdicts = append(view.Verdicts, webkit.Choice{
			Value: string(s), Label: say.T("oversight.verdict." + string(s)), Hint: say.T("oversight.judge." + string(s) + "_hint"),
		})
	}
	w.Header().Set("Cache-Control", "no-store")
	return p.Kit.Render(w, r, status, "oversight_one", view)
}

// course says how an inspection came about and what was decided last.
func (p *Pages) course(r *http.Request, say *text.Printer, v oversight.View) []webkit.Fact {
	how := webkit.Fact{Term: say.T("oversight.record.how"), Value: say.T("oversight.record.by_lot"), Href: root + "/samples/" + v.Sample}
	if v.Sample == "" {
		how.Value, how.Href = say.T("oversight.record.picked", "why", v.Why), ""
	}
	out := []webkit.Fact{how, {Term: say.T("oversight.sample.by"), Value: p.Name(r.Context(), v.Inspector)}}
	if v.Rounds > 0 {
		out = append(out, webkit.Fact{Term: say.T("oversight.judge.rounds"), Value: strconv.Itoa(v.Rounds)})
	}
	if !v.Judged.IsZero() && v.Words != "" {
		out = append(out, webkit.Fact{Term: say.T("oversight.judge.words_were"), Value: v.Words})
	}
	return out
}

func (p *Pages) add(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	revision, _ := strconv.Atoi(r.PostFormValue("revision")) // none is stale
	err := p.Oversight.Add(r.Context(), oversight.Add{
		Realm: p.Realm, ID: r.PathValue("inspection"), Revision: revision, Sort: oversight.Sort(r.PostFormValue("sort")),
		Step: proceeding.Step(r.PostFormValue("step")), Words: r.PostFormValue("words"), By: webkit.ActorOf(r),
	})
	if again(err) {
		return p.onePage(w, r, webkit.StatusOf(err), p.Kit.AgainIn(r, err, "add-"), webkit.Form{})
	}
	if err != nil {
		return err
	}
	webkit.Done(w, r, oversight.Desk(r.PathValue("inspection")), "oversight.done.found")
	return nil
}

func (p *Pages) judge(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	revision, _ := strconv.Atoi(r.PostFormValue("revision")) // none is stale
	err := p.Oversight.Judge(r.Context(), oversight.Judge{
		Realm: p.Realm, ID: r.PathValue("inspection"), Revision: revision, Verdict: oversight.State(r.PostFormValue("verdict")),
		Step: proceeding.Step(r.PostFormValue("back_to")), Words: r.PostFormValue("words"), By: webkit.ActorOf(r),
	})
	if again(err) {
		return p.onePage(w, r, webkit.StatusOf(err), webkit.Form{Prefix: "add-"}, p.Kit.Again(r, err))
	}
	if err != nil {
		return err
	}
	webkit.Done(w, r, oversight.Desk(r.PathValue("inspection")), "oversight.done.judged")
	return nil
}
