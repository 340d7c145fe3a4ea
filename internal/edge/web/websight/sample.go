// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package websight

import (
	"net/http"
	"net/url"
	"strconv"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/core/sight"
	"pavilion/internal/edge/web/webkit"
)

// SamplesPage lists the samples, draws another, and counts what was found.
type SamplesPage struct {
	webkit.Page
	Form    webkit.Form
	Samples []SampleLine
	Results []ResultLine
	From    time.Time // of the results
}

// SampleLine is one sample.
type SampleLine struct {
	Href, Period, Size, Who string
	At                      time.Time
}

// ResultLine counts what was found of the looks of one body.
type ResultLine struct {
	Body                          string
	Drawn, Good, Asked, Bad, Left int
}

// ResultPeriod is how far back the counts of bodies reach.
const ResultPeriod = 92 * 24 * time.Hour

func (p *Pages) samples(w http.ResponseWriter, r *http.Request) error {
	return p.samplesPage(w, r, http.StatusOK, webkit.Form{})
}

func (p *Pages) samplesPage(w http.ResponseWriter, r *http.Request, status int, f webkit.Form) error {
	actor := webkit.ActorOf(r)
	list, err := p.Sight.Samples(r.Context(), actor)
	if err != nil {
		return err
	}
	now := p.Kit.Now()
	found, err := p.Sight.Results(r.Context(), actor, now.Add(-ResultPeriod), now)
	if err != nil {
		return err
	}
	view := SamplesPage{Form: f, From: now.Add(-ResultPeriod)}
	if view.Page, err = p.page(r, "sight.samples.title"); err != nil {
		return err
	}
	view.Errors = f.Errors
	for _, s := range list {
		view.Samples = append(view.Samples, SampleLine{
			Href: samplePath + "?id=" + s.ID, Period: p.period(view.Page, s), At: s.At, Who: p.Name(r.Context(), s.Auditor),
			Size: view.T("sight.samples.size", "n", strconv.Itoa(min(s.Size, s.Found)), "of", strconv.Itoa(s.Found)),
		})
	}
	view.Results = p.results(view.Page, found)
	return p.Kit.Render(w, r, status, "sight_samples", view)
}

// period says from which day to which a sample reaches.
func (p *Pages) period(about webkit.Page, s sight.Sample) string {
	zone := p.Matters.Calendar.Zone()
	return about.T("sight.samples.period", "from", s.From.In(zone).Format(time.DateOnly), "to", s.To.Add(-time.Second).In(zone).Format(time.DateOnly))
}

// results puts the counts of a body into one line.
func (p *Pages) results(about webkit.Page, list []sight.Result) []ResultLine {
	var out []ResultLine
	last := ""
	for _, r := range list {
		if len(out) == 0 || r.Body != last {
			line := ResultLine{Body: p.Body(r.Body)}
			if line.Body == "" {
				line.Body = about.T("sight.samples.desk")
			}
			out, last = append(out, line), r.Body
		}
		line := &out[len(out)-1]
		line.Drawn += r.N
		switch r.Verdict {
		case sight.InOrder:
			line.Good += r.N
		case sight.ToExplain:
			line.Asked += r.N
		case sight.Wrong:
			line.Bad += r.N
		default:
			line.Left += r.N
		}
	}
	return out
}

func (p *Pages) draw(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	c := sight.Draw{By: webkit.ActorOf(r), Seed: r.PostFormValue("seed")}
	var err error
	if c.From, err = p.day("from_day", r.PostFormValue("from_day")); err == nil {
		c.To, err = p.day("to_day", r.PostFormValue("to_day"))
	}
	if err == nil && !c.To.IsZero() {
		c.To = c.To.AddDate(0, 0, 1)
	}
	c.Size, _ = strconv.Atoi(r.PostFormValue("size")) // what is no number is none
	var drawn sight.Sample
	if err == nil {
		drawn, err = p.Sight.Draw(r.Context(), c)
	}
	if fault.KindOf(err) == fault.Invalid {
		return p.samplesPage(w, r, webkit.StatusOf(err), p.Kit.Again(r, err))
	}
	if err != nil {
		return err
	}
	webkit.Done(w, r, samplePath+"?id="+url.QueryEscape(drawn.ID), "sight.done.drawn")
	return nil
}

// SamplePage is one sample, look by look.
type SamplePage struct {
	webkit.Page
	Facts    []webkit.Fact
	Looks    []JudgedLine
	Verdicts []webkit.Choice
	Empty    webkit.Empty
}

func (p *Pages) sample(w http.ResponseWriter, r *http.Request) error {
	id := r.URL.Query().Get("id")
	if id == "" {
		http.Redirect(w, r, samplesPath, http.StatusSeeOther)
		return nil
	}
	return p.samplePage(w, r, http.StatusOK, id, webkit.Form{})
}

func (p *Pages) samplePage(w http.ResponseWriter, r *http.Request, status int, id string, f webkit.Form) error {
	c, list, err := p.Sight.Open(r.Context(), webkit.ActorOf(r), id)
	if err != nil {
		return err
	}
	view := SamplePage{}
	if view.Page, err = p.page(r, "sight.sample.title"); err != nil {
		return err
	}
	say := view.Printer
	view.Errors = f.Errors
	view.Facts = []webkit.Fact{
		{Term: say.T("sight.samples.period_term"), Value: p.period(view.Page, c)},
		{Term: say.T("sight.samples.drawn"), Value: say.T("sight.samples.size", "n", strconv.Itoa(min(c.Size, c.Found)), "of", strconv.Itoa(c.Found))},
		{Term: say.T("sight.samples.seed"), Value: c.Seed},
	}
	view.Empty = webkit.Empty{Icon: "list", Heading: say.T("sight.log.none"), Text: say.T("sight.sample.none_help")}
	for _, v := range sight.Verdicts() {
		view.Verdicts = append(view.Verdicts, webkit.Choice{Value: string(v), Label: say.T("sight.verdict." + string(v))})
	}
	if view.Looks, err = p.judged(r, say, list, f, true); err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	return p.Kit.Render(w, r, status, "sight_sample", view)
}

func (p *Pages) judge(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	sample, look := r.PostFormValue("sample"), r.PostFormValue("look")
	revision, _ := strconv.Atoi(r.PostFormValue("revision")) // none is stale
	err := p.Sight.Judge(r.Context(), sight.Judge{
		By: webkit.ActorOf(r), Sample: sample, Look: look, Revision: revision,
		Verdict: sight.Verdict(r.PostFormValue("verdict")), Words: r.PostFormValue("words"),
	})
	switch fault.KindOf(err) {
	case fault.Invalid, fault.Stale:
		return p.samplePage(w, r, webkit.StatusOf(err), sample, p.Kit.AgainIn(r, err, look+"-"))
	}
	if err != nil {
		return err
	}
	webkit.Done(w, r, samplePath+"?id="+url.QueryEscape(sample), "sight.done.judged")
	return nil
}
