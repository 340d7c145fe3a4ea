// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webproceeding

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/id"
	"pavilion/internal/base/page"
	"pavilion/internal/base/text"
	"pavilion/internal/civic/deliberation/disclosure"
	"pavilion/internal/civic/deliberation/poll"
	"pavilion/internal/civic/deliberation/proceeding"
	"pavilion/internal/edge/web/webkit"
	"pavilion/internal/edge/web/webmatter"
)

// Deed is what is done on the screen of a step.
type Deed string

// The deeds.
const (
	Attach   Deed = "attach"   // something that is there already
	Raised   Deed = "hands"    // the show of hands of a meeting
	OpenVote Deed = "vote"     // a vote is opened
	Write    Deed = "notice"   // a notice is written
	Filed    Deed = "filing"   // a receipt
	Errands  Deed = "errand"   // a matter
	Pictured Deed = "pictures" // photos
	TakeOff  Deed = "take"     // a proof is taken away
)

// StepPage is one step, with what can be put to it.
type StepPage struct {
	webkit.Page
	Forms    map[string]webkit.Form // by deed
	Open     string                 // the deed that was sent with a fault
	Line     StepLine
	Back     string
	Revision int
	Lead     bool
	Deeds    map[string]bool
	Calls    string // where a gathering is called or a survey opened with this purpose
	CallKey  string
	There    []webkit.Choice // what can be attached
	Bodies   []webkit.Choice
	Meetings []webkit.Choice // whose show of hands can be entered
	Kinds    []webkit.Choice
	Channels []webkit.Choice
}

func (p *Pages) step(w http.ResponseWriter, r *http.Request) error {
	return p.stepPage(w, r, http.StatusOK, "", webkit.Form{})
}

// forms are empty forms of every deed, but for the one that was sent with a fault.
func forms(sent Deed, again webkit.Form) map[string]webkit.Form {
	out := map[string]webkit.Form{}
	for _, d := range []Deed{Attach, Raised, OpenVote, Write, Filed, Errands, Pictured, TakeOff} {
		f := webkit.NewForm(id.New())
		f.Prefix = string(d) + "-"
		if d == OpenVote {
			f.Values["channel"] = []string{string(poll.Room), string(poll.Paper), string(poll.Online)}
			f.Values.Set("kind", "open")
			f.Values.Set("hour", "18:00")
		}
		out[string(d)] = f
	}
	if sent != "" {
		out[string(sent)] = again
	}
	return out
}

func (p *Pages) stepPage(w http.ResponseWriter, r *http.Request, status int, sent Deed, f webkit.Form) error {
	by, step := webkit.ActorOf(r), proceeding.Step(r.PathValue("step"))
	d, err := p.Proceedings.Open(r.Context(), by, p.Realm, r.PathValue("proceeding"))
	if err != nil {
		return err
	}
	at := slices.IndexFunc(d.Steps, func(v proceeding.StepView) bool { return v.Step == step })
	if at < 0 {
		return fault.New(fault.Missing, "proceeding.missing")
	}
	about, err := p.page(r, "proceeding.title")
	if err != nil {
		return err
	}
	say, v := about.Printer, d.Steps[at]
	view := StepPage{
		Page: about, Forms: forms(sent, f), Open: string(sent), Line: p.stepLine(say, d, v), Back: proceeding.Desk(d.ID), Revision: d.Revision, Lead: d.Lead && !d.Ended,
		Deeds: deeds(step),
	}
	view.Title, view.Errors = view.Line.Name, f.Errors
	if !view.Lead {
		return p.Kit.Render(w, r, status, "proceeding_step", view)
	}
	there, err := p.Proceedings.Candidates(r.Context(), by, d, step)
	if err != nil {
		return err
	}
	for _, c := range there {
		view.There = append(view.There, webkit.Choice{Value: string(c.Kind) + "/" + c.Ref, Label: say.T("proceeding.kind."+string(c.Kind)) + " " + c.Title, Hint: c.Day})
	}
	if err := p.offered(r, say, d, v, &view); err != nil {
		return err
	}
	return p.Kit.Render(w, r, status, "proceeding_step", view)
}

// deeds are what can be done at a step.
func deeds(s proceeding.Step) map[string]bool {
	out := map[string]bool{}
	for _, d := range []Deed{Attach, Raised, OpenVote, Write, Filed, Errands, Pictured} {
		out[string(d)] = false
	}
	for _, d := range map[proceeding.Step][]Deed{
		proceeding.Survey: {Attach}, proceeding.Talk: {Attach}, proceeding.Party: {Attach, Raised, OpenVote}, proceeding.Decision: {Attach, Raised, OpenVote},
		proceeding.Resolution: {Attach, Write}, proceeding.Outcome: {Attach, Write}, proceeding.Works: {Errands, Pictured}, proceeding.Filing: {Filed},
	}[s] {
		out[string(d)] = true
	}
	return out
}

// mostBodies bounds the bodies that a vote may be opened for on one page.
const mostBodies = 100

// offered fills in the choices of a step's forms.
func (p *Pages) offered(r *http.Request, say *text.Printer, d proceeding.Detail, v proceeding.StepView, view *StepPage) error {
	purpose := url.Values{"for": {d.Purpose(v.Step)}, "question": {d.Title}, "title": {d.Title}}.Encode()
	switch {
	case v.Step == proceeding.Survey:
		view.Calls, view.CallKey = "/desk/surveys/new?"+purpose, "proceeding.call.survey"
	case v.Step == proceeding.Talk || view.Deeds[string(Raised)]:
		view.Calls, view.CallKey = "/desk/gatherings/new?"+purpose, "proceeding.call.gathering"
	}
	if notice := view.Forms[string(Write)]; view.Open != string(Write) {
		notice.Values.Set("title", d.Title)
		notice.Values.Set("body", p.draft(say, d, v.Step))
	}
	if view.Open != string(OpenVote) {
		view.Forms[string(OpenVote)].Values.Set("question", d.Title)
	}
	for _, f := range v.Facts {
		if f.Live() && f.Kind == proceeding.Meeting && f.Held {
			view.Meetings = append(view.Meetings, webkit.Choice{Value: f.Ref, Label: f.Title, Hint: f.Day})
		}
	}
	if !view.Deeds[string(OpenVote)] {
		return nil
	}
	found, err := p.Proceedings.Bodies.List(r.Context(), p.Realm, "", webkit.ActorOf(r), page.Cursor{}, mostBodies)
	if err != nil {
		return err
	}
	for _, a := range found.Items {
		if a.Ended == "" && p.Proceedings.Bodies.MayKeep(webkit.ActorOf(r), a) && d.Fits(v.Step, a, p.Proceedings.Today(), p.Proceedings.Bodies.Table) {
			view.Bodies = append(view.Bodies, webkit.Choice{Value: a.ID, Label: a.Name})
		}
	}
	for _, k := range []string{"open", "secret"} {
		view.Kinds = append(view.Kinds, webkit.Choice{Value: k, Label: say.T("poll.kind." + k), Hint: say.T("poll.kind." + k + "_hint")})
	}
	for _, c := range poll.Channels() {
		view.Channels = append(view.Channels, webkit.Choice{Value: string(c), Label: say.T("poll.channel." + string(c))})
	}
	return nil
}

// draft is what a notice says at first: the numbers of the vote, what was resolved with
// its rates and dates. The secretary goes on from there, and a second person releases it.
func (p *Pages) draft(say *text.Printer, d proceeding.Detail, step proceeding.Step) string {
	if step != proceeding.Resolution {
		return ""
	}
	var lines []string
	for _, v := range d.Steps {
		if v.Step != proceeding.Decision {
			continue
		}
		lines = append(lines, numbers(say, v.Numbers)...)
		if by := rule(say, v.Numbers); by != "" {
			lines = append(lines, by)
		}
		for _, f := range v.Facts {
			for _, promised := range p.proofLine(say, f).Promised {
				lines = append(lines, strings.TrimSpace(promised.Value+" "+promised.Term))
			}
		}
	}
	return strings.Join(lines, "\n")
}

// work carries out what was sent from the screen of a step.
func (p *Pages) work(w http.ResponseWriter, r *http.Request) error {
	if err := webmatter.Parse(w, r); err != nil {
		return err
	}
	on := proceeding.On{Realm: p.Realm, ID: r.PathValue("proceeding"), Step: proceeding.Step(r.PathValue("step")), By: webkit.ActorOf(r)}
	on.Revision, _ = strconv.Atoi(r.PostFormValue("revision")) // anything else is stale
	err := p.done(r, on)
	switch fault.KindOf(err) {
	case fault.Invalid, fault.Stale, fault.Conflict:
		sent := Deed(r.PostFormValue("deed"))
		return p.stepPage(w, r, webkit.StatusOf(err), sent, p.Kit.AgainIn(r, err, string(sent)+"-"))
	}
	if err != nil {
		return err
	}
	webkit.Done(w, r, proceeding.Desk(on.ID)+"/steps/"+string(on.Step), "proceeding.done.proved")
	return nil
}

// done does one deed.
func (p *Pages) done(r *http.Request, on proceeding.On) (err error) {
	ctx, v := r.Context(), r.PostFormValue
	c := proceeding.Prove{On: on, Key: v("client")}
	switch Deed(v("deed")) {
	case Attach:
		kind, ref, _ := strings.Cut(v("ref"), "/")
		c.Kind, c.Ref = proceeding.Kind(kind), ref
	case Raised:
		c.Kind, c.Ref = proceeding.Meeting, v("meeting")
		if c.Hands, err = raised(v); err != nil {
			return err
		}
	case Filed:
		c.Kind, c.Paper = proceeding.Receipt, proceeding.Paper{With: v("with"), Number: v("number"), Day: v("day")}
	case Errands:
		c.Kind = proceeding.Errand
		if c.Ref, err = p.Matter(ctx, strings.TrimSpace(v("matter"))); err != nil {
			return fault.New(fault.Invalid, "proceeding.matter_unknown").At("matter")
		}
	case Pictured:
		c.Kind = proceeding.Pictures
		if c.Photos, err = p.Photos(r, "photos"); err != nil {
			return err
		}
	case TakeOff:
		_, err = p.Proceedings.Take(ctx, proceeding.Take{On: on, Proof: v("proof"), Why: v("why")})
		return err
	case Write:
		_, err = p.Proceedings.Post(ctx, proceeding.Post{On: on, Notice: disclosure.Publish{Key: v("client"), Title: v("title"), Issuer: v("issuer"), Body: v("body")}})
		return err
	case OpenVote:
		return p.vote(r, on)
	default:
		return fault.New(fault.Invalid, "form.not_a_choice").At("deed")
	}
	_, err = p.Proceedings.Prove(ctx, c)
	return err
}

// raised reads a show of hands.
func raised(v func(string) string) (*proceeding.Hands, error) {
	var h proceeding.Hands
	var faults []*fault.Error
	for field, n := range map[string]*int64{"for": &h.For, "against": &h.Against, "abstained": &h.Abstained, "spoilt": &h.Spoilt} {
		text := strings.TrimSpace(v(field))
		if text == "" && (field == "abstained" || field == "spoilt") {
			continue
		}
		var err error
		if *n, err = strconv.ParseInt(text, 10, 64); err != nil {
			faults = append(faults, fault.New(fault.Invalid, "form.not_a_number").At(field))
		}
	}
	return &h, fault.Join(faults...)
}

// vote opens a vote from a step.
func (p *Pages) vote(r *http.Request, on proceeding.On) error {
	v := r.PostFormValue
	closes, err := time.ParseInLocation("2006-01-02 15:04", v("day")+" "+strings.TrimSpace(v("hour")), p.Zone)
	if err != nil {
		return fault.New(fault.Invalid, "poll.closes_form").At("hour")
	}
	c := proceeding.Poll{On: on, Body: v("assembly"), Vote: poll.Open{Key: v("client"), Question: v("question"), Secret: v("kind") == "secret", Closes: closes}}
	for _, name := range r.PostForm["channel"] {
		if !slices.Contains(c.Vote.Channels, poll.Channel(name)) {
			c.Vote.Channels = append(c.Vote.Channels, poll.Channel(name))
		}
	}
	_, err = p.Proceedings.Poll(r.Context(), c)
	return err
}
