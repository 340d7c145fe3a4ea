// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package weboversight has the pages of those who inspect records of what was decided:
// drawing samples, one record with what its steps lack, deciding about it, and the
// figures of what the bodies dealt with.
//
//	weboversight.go  what it is given, its routes and menu
//	desk.go          what waits, drawing a sample
//	sample.go        one sample, and whether it can be drawn again
//	one.go           one inspection: findings, and the decision
//	record.go        one record, and taking it up
//	figures.go       counts of a period, for the desk, for everybody, as a table
//	samples.go       one filled page of each kind, for tests
package weboversight

import (
	"context"
	"net/http"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/text"
	"pavilion/internal/civic/deliberation/oversight"
	"pavilion/internal/civic/deliberation/proceeding"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/org"
	"pavilion/internal/edge/web/webkit"
)

// Pages is what the pages take. All fields are required.
type Pages struct {
	Kit       *webkit.Kit
	Oversight *oversight.Service
	Org       *org.Service
	Realm     string
	Zone      *time.Location
	Counts    func(*http.Request) (map[string]int, error) // the numbers beside the menu's entries
	Name      func(ctx context.Context, account string) string
}

const (
	root        = "/desk/oversight"
	figuresPath = root + "/figures"
	publicPath  = "/decisions/figures"
	maxForm     = 64 << 10 // bytes of a sent form
)

var (
	reading    = webkit.AnyOf(identity.Inspector, identity.Auditor)
	inspecting = webkit.AnyOf(identity.Inspector)
)

// Menu lists what the desk's menu offers.
func Menu() []webkit.MenuItem {
	return []webkit.MenuItem{
		{Href: root, Key: "oversight.menu", Icon: "eye", Group: webkit.OfAudit, Access: reading},
		{Href: figuresPath, Key: "oversight.figures.menu", Icon: "list", Group: webkit.OfAudit, Access: reading},
	}
}

// Register adds the routes.
func (p *Pages) Register(ro *webkit.Router) {
	Samples(p.Kit)
	ro.Handle("GET "+root, reading, p.desk)
	ro.Handle("POST "+root+"/samples", inspecting, p.draw)
	ro.Handle("GET "+root+"/samples/{sample}", reading, p.sample)
	ro.Handle("GET "+root+"/records/{proceeding}", reading, p.record)
	ro.Handle("POST "+root+"/records/{proceeding}", inspecting, p.takeUp)
	ro.Handle("GET "+root+"/inspections/{inspection}", reading, p.one)
	ro.Handle("POST "+root+"/inspections/{inspection}", inspecting, p.judge)
	ro.Handle("POST "+root+"/inspections/{inspection}/findings", inspecting, p.add)
	ro.Handle("GET "+figuresPath, reading, p.figures)
	ro.Handle("GET "+figuresPath+".csv", reading, p.table)
	ro.Handle("GET "+publicPath, webkit.Public, p.public)
}

// page begins a page of the desk.
func (p *Pages) page(r *http.Request, titleKey string) (webkit.Page, error) {
	counts, err := p.Counts(r)
	return p.Kit.DeskPage(r, counts, titleKey), err
}

// readForm reads a sent form within its bounds.
func readForm(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		return fault.New(fault.Invalid, "desk.form_unreadable").Because(err)
	}
	return nil
}

// again reports whether a form is to be shown again with what is wrong.
func again(err error) bool {
	switch fault.KindOf(err) {
	case fault.Invalid, fault.Conflict, fault.Stale:
		return true
	}
	return false
}

// placeOf names the area that a place belongs to.
func (p *Pages) placeOf(place int64) string {
	a, _ := p.Org.AreaAt(p.Realm, place)
	return a.Name
}

// FindingLine is a finding as pages show it.
type FindingLine struct {
	Sort, Step, Text string
	Own              bool
}

func findingLines(say *text.Printer, all []oversight.Finding) (out []FindingLine) {
	for _, f := range all {
		line := FindingLine{Sort: say.T("oversight.sort." + string(f.Sort)), Text: f.Words, Own: f.Own}
		if f.Step != "" {
			line.Step = say.T("proceeding.step." + string(f.Step))
		}
		if f.Key != "" {
			line.Text = sentence(say, f.Key, f.Params)
		}
		out = append(out, line)
	}
	return out
}

// sentence is a text with its named places.
func sentence(say *text.Printer, key string, params map[string]string) string {
	var args []any
	for name, value := range params {
		args = append(args, name, value)
	}
	return say.T(key, args...)
}

// StepLine is a step of a record with what it lacks.
type StepLine struct {
	Name   string
	Status webkit.Tag
	Lacks  []string
	Red    bool
	Days   int
	Passed bool
}

var colours = map[proceeding.Status]string{proceeding.Done: "green", proceeding.Failing: "red", proceeding.Now: "blue"}

func stepLines(say *text.Printer, d proceeding.Detail) (out []StepLine) {
	for _, v := range d.Steps {
		line := StepLine{
			Name: say.T("proceeding.step." + string(v.Step)), Status: webkit.Tag{Word: say.T("oversight.status." + string(v.Status)), Colour: colours[v.Status]},
			Red: v.Status == proceeding.Failing, Days: v.Days, Passed: !v.Passed.IsZero(),
		}
		if line.Red {
			for _, f := range v.Missing() {
				line.Lacks = append(line.Lacks, sentence(say, f.Key, f.Params))
			}
		}
		out = append(out, line)
	}
	return out
}

var stateColours = map[oversight.State]string{
	oversight.Drawn: "blue", oversight.Answered: "blue", oversight.SentBack: "red", oversight.Noted: "amber", oversight.InOrder: "green",
}

func stateTag(say *text.Printer, s oversight.State) webkit.Tag {
	return webkit.Tag{Word: say.T("oversight.state." + string(s)), Colour: stateColours[s]}
}

// facts says what a record is about.
func (p *Pages) facts(say *text.Printer, d proceeding.Detail) []webkit.Fact {
	return []webkit.Fact{
		{Term: say.T("oversight.record.subject"), Value: say.T("assembly.subject." + d.Subject)},
		{Term: say.T("oversight.draw.area"), Value: p.placeOf(d.Place)},
		{Term: say.T("oversight.record.state"), Value: say.T("topic.state." + string(d.State))},
		{Term: say.T("oversight.record.begun"), Value: say.Date(d.Started.In(p.Zone))},
	}
}
