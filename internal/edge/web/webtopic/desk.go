// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webtopic

import (
	"net/http"
	"slices"

	"pavilion/internal/base/id"
	"pavilion/internal/civic/deliberation/topic"
	"pavilion/internal/core/org"
	"pavilion/internal/edge/web/webkit"
)

func (p *Pages) desk(w http.ResponseWriter, r *http.Request) error {
	about, err := p.page(r, "topic.desk.title")
	if err != nil {
		return err
	}
	view := ListPage{Page: about, Post: desk, May: keeping.Allows(webkit.ActorOf(r), p.Kit.Now())}
	if err := p.fill(r, &view, false); err != nil {
		return err
	}
	view.Empty = webkit.Empty{Icon: "message", Heading: view.T("topic.none"), Text: view.T("topic.desk.none_help")}
	return p.Kit.Render(w, r, http.StatusOK, "topic_desk", view)
}

// GatherPage makes a topic of suggestions, or adds them to one.
type GatherPage struct {
	webkit.Page
	Form                    webkit.Form
	Taken                   []SuggestionLine
	Likely                  []Line // that may say the same, or were looked for
	Find                    string // by which words
	Subjects, Areas, Levels []webkit.Choice
}

func (p *Pages) gatherForm(w http.ResponseWriter, r *http.Request) error {
	f := webkit.NewForm(id.New())
	f.Values["suggestion"] = r.URL.Query()["suggestion"]
	return p.gatherPage(w, r, http.StatusOK, webkit.Form{Values: webkit.Printable(f.Values), Client: f.Client})
}

// gatherMost is how many suggestions the form shows and takes.
const gatherMost = 200

func (p *Pages) gatherPage(w http.ResponseWriter, r *http.Request, status int, f webkit.Form) error {
	about, err := p.page(r, "topic.gather.title")
	if err != nil {
		return err
	}
	view, by, say := GatherPage{Page: about, Form: f}, webkit.ActorOf(r), about.Printer
	view.Errors = f.Errors
	words, area := "", ""
	for i, one := range f.Values["suggestion"] {
		if i == gatherMost {
			break
		}
		g, err := p.Topics.Suggestion(r.Context(), p.Realm, one, by)
		if err != nil {
			return err
		}
		view.Taken = append(view.Taken, p.suggestionLine(say, g))
		words += g.Words + "\n"
		if area == "" {
			area = g.Area
		}
	}
	view.Find = r.URL.Query().Get("find")
	if words != "" {
		likely, err := p.others(r, view.Find, words)
		if err != nil {
			return err
		}
		view.Likely = p.lines(say, likely, false)
	}
	view.Subjects = p.subjects(say.T("topic.subject_none"), say)
	view.Areas = p.areas(say.T("matter.choose_area"), depths+1, func(a org.Area) bool { return p.Topics.MayKeep(by, a.Lo) })
	if f.Value("area") == "" && slices.ContainsFunc(view.Areas, func(c webkit.Choice) bool { return c.Value == area }) {
		view.Form.Values.Set("area", area)
	}
	for _, l := range p.Topics.Terms.Levels {
		view.Levels = append(view.Levels, webkit.Choice{Value: string(l), Label: say.T("topic.level." + string(l))})
	}
	private(w)
	return p.Kit.Render(w, r, status, "topic_gather", view)
}

// gather makes a new topic, or adds to the one whose button was pressed.
func (p *Pages) gather(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	c := topic.Gather{
		Realm: p.Realm, Key: r.PostFormValue("client"), Suggestions: r.PostForm["suggestion"], Title: r.PostFormValue("title"), Body: r.PostFormValue("body"),
		Subject: r.PostFormValue("subject"), Area: r.PostFormValue("area"), Level: topic.Level(r.PostFormValue("level")), By: webkit.ActorOf(r),
	}
	done := "topic.did.made"
	if to := r.PostFormValue("topic"); to != "" {
		d, err := p.Topics.Open(r.Context(), p.Realm, to, c.By)
		if err != nil {
			return err
		}
		c.Topic, c.Revision, done = d.ID, d.Revision, "topic.did.added"
	}
	t, err := p.Topics.Gather(r.Context(), c)
	if again(err) {
		return p.gatherPage(w, r, statusOf(err), p.Kit.Again(r, worded(p.printer(r), err)))
	}
	if err != nil {
		return err
	}
	webkit.Done(w, r, topic.Page(t.ID), done)
	return nil
}
