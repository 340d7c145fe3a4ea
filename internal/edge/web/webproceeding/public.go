// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webproceeding

import (
	"net/http"
	"strconv"
	"time"

	"pavilion/internal/base/text"
	"pavilion/internal/civic/deliberation/disclosure"
	"pavilion/internal/civic/deliberation/proceeding"
	"pavilion/internal/edge/web/webkit"
)

// CoursePage is what everybody sees: discussion, decision, carrying out, outcome, with
// days and numbers.
type CoursePage struct {
	webkit.Page
	Name    string
	State   webkit.Tag
	Place   string
	Lead    string
	Plan    string
	Topic   string
	Changed string
	Stages  []StageLine
	Parts   []PartLine
	Photos  []webkit.Photo
}

// PartLine is one of the four parts of the way.
type PartLine struct {
	Name string
	Done bool
	Here bool
}

// StageLine is a step in public.
type StageLine struct {
	Class   string // done, now or next, as timelines have them
	Name    string
	Day     string
	Said    []string
	Rule    string
	Notices []webkit.Fact
	Failing string
	Waits   string // what comes next, of the step whose turn it is
}

func (p *Pages) course(w http.ResponseWriter, r *http.Request) error {
	c, err := p.Proceedings.Course(r.Context(), p.Realm, r.PathValue("proceeding"))
	if err != nil {
		return err
	}
	about := p.Kit.Page(r, "proceeding.course.title")
	say := about.Printer
	about.Title = c.Title
	view := CoursePage{
		Page: about, Name: c.Title, State: tag(say, string(c.State)), Place: p.place(c.Area), Plan: c.Plan, Topic: "/topics/" + c.Topic,
		Lead: say.T("proceeding.course.lead", "subject", say.T("assembly.subject."+c.Subject), "procedure", say.T(c.Procedure), "law", say.T(c.Basis)),
	}
	if c.Changed != "" {
		view.Changed = say.T("proceeding.course.changed", "procedure", say.T(c.Changed))
	}
	for _, s := range c.Steps {
		view.Stages = append(view.Stages, p.stage(say, c, s))
	}
	view.Parts = parts(say, c)
	if c.Matter != "" && p.Shown != nil {
		if view.Photos, err = p.Shown(r.Context(), c.Matter); err != nil {
			return err
		}
	}
	return p.Kit.Render(w, r, http.StatusOK, "proceeding_course", view)
}

// partOf are the four parts of the way, as people speak of them.
func partOf(s proceeding.Step) string {
	switch s {
	case proceeding.Survey, proceeding.Proposal, proceeding.Talk, proceeding.Party:
		return "discussion"
	case proceeding.Decision, proceeding.Resolution:
		return "decision"
	case proceeding.Works:
		return "works"
	}
	return "outcome"
}

func parts(say *text.Printer, c proceeding.Course) (out []PartLine) {
	for _, name := range []string{"discussion", "decision", "works", "outcome"} {
		part, any := PartLine{Name: say.T("proceeding.part." + name), Done: true}, false
		for _, s := range c.Steps {
			if partOf(s.Step) != name {
				continue
			}
			any = true
			part.Done = part.Done && s.Status == proceeding.Done
			part.Here = part.Here || s.Status == proceeding.Now
		}
		part.Done = part.Done && any
		out = append(out, part)
	}
	return out
}

// stage is a step in words.
func (p *Pages) stage(say *text.Printer, c proceeding.Course, s proceeding.Stage) StageLine {
	l := StageLine{Class: map[proceeding.Status]string{proceeding.Done: "done", proceeding.Now: "now", proceeding.Failing: "now"}[s.Status], Name: say.T("proceeding.step." + string(s.Step))}
	if l.Class == "" {
		l.Class = "next"
	}
	l.Day = p.day(say, s.Passed)
	if s.Meeting != "" {
		l.Said = append(l.Said, say.T("proceeding.course.met", "day", p.day(say, s.Meeting)))
	}
	l.Said = append(l.Said, numbers(say, s.Numbers)...)
	l.Rule = rule(say, s.Numbers)
	if s.Asked != nil {
		l.Said = append(l.Said, say.T("proceeding.asked", "households", n64(s.Asked.Households), "answered", n64(s.Asked.Answered)))
		for _, n := range s.Asked.Counts {
			if n.Choice == "for" || n.Choice == "against" {
				l.Said = append(l.Said, say.T("survey.choice."+n.Choice)+" "+n64(n.N))
			}
		}
	}
	for _, n := range s.Notices {
		value := say.T("proceeding.stands", "days", strconv.Itoa(n.Days), "of", strconv.Itoa(n.Of)) + " · " + say.T("proceeding.objections", "n", strconv.Itoa(n.All), "open", strconv.Itoa(n.Open))
		if n.Withdrawn {
			value = say.T("proceeding.course.withdrawn", "reason", n.Reason)
		}
		l.Notices = append(l.Notices, webkit.Fact{Term: n.Title, Value: value, Href: disclosure.Page(n.Ref)})
	}
	if s.Step == proceeding.Filing {
		for _, f := range c.Filed {
			l.Said = append(l.Said, say.T("proceeding.course.filed", "with", f.With, "number", f.Number, "day", p.day(say, f.Day)))
		}
	}
	if s.Status == proceeding.Failing {
		l.Failing = say.T("proceeding.course.failing")
	}
	if s.Status == proceeding.Now {
		l.Waits = say.T("proceeding.course.now")
	}
	return l
}

// day writes a day in words.
func (p *Pages) day(say *text.Printer, text string) string {
	at, err := time.ParseInLocation(time.DateOnly, text, p.Zone)
	if err != nil {
		return ""
	}
	return say.Date(at)
}
