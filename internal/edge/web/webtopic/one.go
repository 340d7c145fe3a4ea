// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webtopic

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/text"
	"pavilion/internal/civic/deliberation/topic"
	"pavilion/internal/edge/web/webkit"
)

// DeskOnePage is one topic at the desk, with what its secretary may do.
type DeskOnePage struct {
	webkit.Page
	Topic       topic.Topic
	Href        string
	Place       string
	Stage       webkit.Tag
	Level       string
	Light       webkit.Light
	Waits       bool   // not public yet
	Course      string // address of its proceeding, or of where one begins; empty for neither
	Begun       bool   // there is one
	Find        string // words by which others were looked for
	Public      string // its public page
	Into        *Line
	Merged      []Line
	Backing     []webkit.Fact
	Decides     []webkit.Fact
	Suggestions []SuggestionLine
	Timeline    []webkit.Event
	May         bool
	Free, Takes bool // without a proceeding; others may be added
	Open        string
	Subjects    []webkit.Choice
	Levels      []webkit.Choice // above
	Others      []webkit.Choice // that it may be merged into
	Forms       map[string]webkit.Form
}

func (p *Pages) open(w http.ResponseWriter, r *http.Request) error {
	return p.openPage(w, r, http.StatusOK, "", webkit.Form{})
}

// course is what the name of a proceeding begins with.
const course = "proceeding/"

// acts are the forms of the page.
var acts = []string{"reword", "count", "rise", "answer", "drop", "merge", "split", "part"}

func (p *Pages) openPage(w http.ResponseWriter, r *http.Request, status int, act string, f webkit.Form) error {
	by := webkit.ActorOf(r)
	d, err := p.Topics.Open(r.Context(), p.Realm, r.PathValue("topic"), by)
	if err != nil {
		return err
	}
	about, err := p.page(r, "topic.desk.title")
	if err != nil {
		return err
	}
	say := about.Printer
	view := DeskOnePage{
		Page: about, Topic: d.Topic, Href: topic.Page(d.ID), Place: p.place(d.Area), Stage: stage(say, d.Stage), Level: say.T("topic.level." + string(d.Level)),
		Light: webkit.LightOf(d.Entered, d.Due, p.Kit.Now(), false), Waits: !d.Topic.Public(), Merged: p.lines(say, d.Merged, false), Backing: backing(say, d.Backing),
		Decides: p.decides(say, d.Subject), Timeline: p.history(say, d.History, true), May: p.Topics.MayKeep(by, d.Place), Free: d.Stage.Free(), Takes: d.Stage.Takes(),
		Open: act, Forms: map[string]webkit.Form{},
	}
	view.Title, view.Errors = d.Title, f.Errors
	if d.Topic.Public() {
		view.Public = public + "/" + d.ID
	}
	if id, ok := strings.CutPrefix(d.Ref, course); ok {
		view.Course, view.Begun = "/desk/proceedings/"+id, true
	} else if view.May && view.Free && d.Subject != "" {
		view.Course = "/desk/proceedings/new?topic=" + d.ID
	}
	for _, g := range d.Suggestions {
		view.Suggestions = append(view.Suggestions, p.suggestionLine(say, g))
	}
	if d.Into != "" {
		other, err := p.Topics.Open(r.Context(), p.Realm, d.Into, by)
		if err == nil {
			line := p.lines(say, []topic.Topic{other.Topic}, false)[0]
			view.Into = &line
		} else if fault.KindOf(err) != fault.Missing {
			return err
		}
	}
	if err := p.offer(r, &view, d.Topic, f); err != nil {
		return err
	}
	private(w)
	return p.Kit.Render(w, r, status, "topic_open", view)
}

// offer draws the forms of a topic for its secretary, the one that failed as it was sent.
func (p *Pages) offer(r *http.Request, view *DeskOnePage, t topic.Topic, failed webkit.Form) error {
	for _, a := range acts {
		form := webkit.NewForm("")
		form.Prefix = a + "-"
		view.Forms[a] = form
	}
	view.Forms["reword"].Values.Set("title", t.Title)
	view.Forms["reword"].Values.Set("body", t.Body)
	view.Forms["reword"].Values.Set("subject", t.Subject)
	view.Forms["count"].Values.Set("reps", strconv.Itoa(t.Backing.Reps))
	view.Forms["count"].Values.Set("households", strconv.Itoa(t.Backing.Households))
	if view.Open != "" {
		view.Forms[view.Open] = failed
	}
	say := view.Printer
	view.Subjects = p.subjects(say.T("topic.subject_none"), say)
	for _, l := range p.Topics.Terms.Above(t.Level) {
		view.Levels = append(view.Levels, webkit.Choice{Value: string(l), Label: say.T("topic.level." + string(l))})
	}
	if !view.May || !view.Free {
		return nil
	}
	if view.Find = r.URL.Query().Get("find"); view.Find != "" {
		view.Open = "merge"
	}
	likely, err := p.others(r, view.Find, t.Title+"\n"+t.Body)
	for _, other := range likely {
		if other.ID != t.ID {
			view.Others = append(view.Others, webkit.Choice{Value: other.ID, Label: other.Title, Hint: p.place(other.Area)})
		}
	}
	return err
}

// others lists topics that may say the same as some words; those that have what was
// looked for, where something was.
func (p *Pages) others(r *http.Request, find, words string) ([]topic.Topic, error) {
	by := webkit.ActorOf(r)
	if find == "" {
		return p.Topics.Likely(r.Context(), p.Realm, words, by)
	}
	found, err := p.Topics.Search(r.Context(), p.Realm, find, false, by)
	if fault.KindOf(err) == fault.Invalid {
		return nil, nil // no word in it
	}
	return slices.DeleteFunc(found, func(t topic.Topic) bool { return !t.Stage.Takes() || !p.Topics.MayKeep(by, t.Place) }), err
}

// subjects lists what topics may be about, after a choice of none.
func (p *Pages) subjects(none string, say *text.Printer) []webkit.Choice {
	out := []webkit.Choice{{Label: none}}
	for _, s := range p.Bodies.Table.Subjects(p.Bodies.Today()) {
		out = append(out, webkit.Choice{Value: s, Label: say.T("assembly.subject." + s)})
	}
	return out
}

// act does one thing with a topic.
func (p *Pages) act(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	act := r.PathValue("act")
	err := p.do(r, act)
	if again(err) {
		return p.openPage(w, r, statusOf(err), act, p.Kit.AgainIn(r, worded(p.printer(r), err), act+"-"))
	}
	if err != nil {
		return err
	}
	webkit.Done(w, r, topic.Page(r.PathValue("topic")), "topic.did."+act)
	return nil
}

// do carries an act out.
func (p *Pages) do(r *http.Request, act string) (err error) {
	id, by := r.PathValue("topic"), webkit.ActorOf(r)
	revision, _ := strconv.Atoi(r.PostFormValue("revision")) // a wrong one is stale
	value, ctx := r.PostFormValue, r.Context()
	switch act {
	case "reword":
		_, err = p.Topics.Reword(ctx, topic.Reword{Realm: p.Realm, ID: id, Revision: revision, Title: value("title"), Body: value("body"), Subject: value("subject"), By: by})
	case "part":
		_, err = p.Topics.Part(ctx, topic.Part{Realm: p.Realm, ID: id, Revision: revision, Suggestion: value("suggestion"), By: by})
	case "merge":
		_, err = p.Topics.Merge(ctx, topic.Merge{Realm: p.Realm, ID: id, Revision: revision, Into: value("into"), By: by})
	case "split":
		_, err = p.Topics.Split(ctx, topic.Split{Realm: p.Realm, ID: id, Revision: revision, By: by})
	case "count":
		reps, bad := whole(value("reps"), "reps")
		households, worse := whole(value("households"), "households")
		if err := fault.Join(append(bad, worse...)...); err != nil {
			return err
		}
		_, err = p.Topics.Count(ctx, topic.Count{Realm: p.Realm, ID: id, Revision: revision, Reps: reps, Households: households, By: by})
	case "rise":
		_, err = p.Topics.Rise(ctx, topic.Rise{Realm: p.Realm, ID: id, Revision: revision, Level: topic.Level(value("level")), Record: value("record"), Reason: value("reason"), By: by})
	case "answer", "drop":
		_, err = p.Topics.Answer(ctx, topic.Answer{Realm: p.Realm, ID: id, Revision: revision, Text: value("text"), Drop: act == "drop", By: by})
	default:
		err = fault.New(fault.Missing, "kit.no_page")
	}
	return err
}

// whole reads a number that was counted; nothing is none.
func whole(given, field string) (int, []*fault.Error) {
	if given == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(given)
	if err != nil {
		return 0, []*fault.Error{fault.New(fault.Invalid, "form.not_a_number").At(field)}
	}
	return n, nil
}

// printer says sentences in the reader's language.
func (p *Pages) printer(r *http.Request) *text.Printer { return p.Kit.Page(r, "topic.title").Printer }
