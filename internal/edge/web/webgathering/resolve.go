// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webgathering

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/id"
	"pavilion/internal/base/text"
	"pavilion/internal/core/files"
	"pavilion/internal/core/gathering"
	"pavilion/internal/edge/web/webkit"
	"pavilion/internal/edge/web/webmatter"
)

// TermRow is one price, in the form.
type TermRow struct {
	N                       int
	Who, Amount, Unit, Note webkit.Field
}

// ResolvePage writes down what was resolved.
type ResolvePage struct {
	webkit.Page
	Form   webkit.Form
	About  string
	Href   string
	Items  []webkit.Choice
	Duties []webkit.Choice
	Bodies []webkit.Choice
	Terms  []TermRow
	List   []ResolutionLine
}

// termRows is how many rows for prices the form has at least.
const termRows = 3

func (p *Pages) resolveForm(w http.ResponseWriter, r *http.Request) error {
	f := webkit.NewForm(id.New())
	f.Values.Set("duty", string(gathering.Task))
	return p.resolvePage(w, r, http.StatusOK, f)
}

func (p *Pages) resolvePage(w http.ResponseWriter, r *http.Request, status int, f webkit.Form) error {
	record, err := p.read(r)
	if err != nil {
		return err
	}
	about, err := p.page(r, "gathering.resolve.title")
	if err != nil {
		return err
	}
	say, g := about.Printer, record.Gathering
	view := ResolvePage{Page: about, Form: f, About: g.Title + " · " + p.when(say, g), Href: root + "/" + g.ID, Terms: terms(say, f)}
	view.Errors = f.Errors
	view.Items = []webkit.Choice{{Value: "0", Label: say.T("gathering.resolve.no_item")}}
	for _, i := range itemLines(say, g) {
		view.Items = append(view.Items, webkit.Choice{Value: strconv.Itoa(i.N), Label: strconv.Itoa(i.N) + " " + i.Title})
	}
	for _, d := range gathering.Duties() {
		view.Duties = append(view.Duties, webkit.Choice{Value: string(d), Label: say.T("gathering.duty." + string(d)), Hint: say.T("gathering.duty." + string(d) + "_hint")})
	}
	view.Bodies = []webkit.Choice{{Label: say.T("gathering.resolve.no_body")}}
	for _, b := range p.Org.Bodies(p.Realm) {
		view.Bodies = append(view.Bodies, webkit.Choice{Value: b.ID, Label: b.Name})
	}
	for _, res := range record.Resolutions {
		view.List = append(view.List, p.resolutionLine(say, record, res))
	}
	return p.Kit.Render(w, r, status, "gathering_resolve", view)
}

// terms are the rows of a form for prices.
func terms(say *text.Printer, f webkit.Form) (out []TermRow) {
	units := []webkit.Choice{{Label: say.T("gathering.unit.none")}}
	for _, u := range gathering.Units() {
		units = append(units, webkit.Choice{Value: u, Label: say.T("gathering.unit." + u)})
	}
	for n := range max(len(f.Values["term_who"])+1, termRows) {
		no := strconv.Itoa(n + 1)
		field := func(name, kind string) webkit.Field {
			value := ""
			if list := f.Values[name]; n < len(list) {
				value = list[n]
			}
			return webkit.Field{Form: f, Name: name, ID: f.ID(name + "." + no), Kind: kind, Label: say.T("gathering."+name, "n", no), Value: value, Optional: true}
		}
		row := TermRow{N: n + 1, Who: field("term_who", "text"), Amount: field("term_amount", "number"), Unit: field("term_unit", "select"), Note: field("term_note", "text")}
		row.Unit.Choices, row.Unit.Optional = units, false
		row.Who.ID, row.Who.Error = f.ID("terms."+no), f.Error("terms."+no)
		out = append(out, row)
	}
	return out
}

// termsOf reads the rows for prices, the empty ones left out, and leaves the form with
// them in their order.
func termsOf(r *http.Request) (out []gathering.Term, faults []*fault.Error) {
	names := []string{"term_who", "term_amount", "term_unit", "term_note"}
	kept := map[string][]string{}
	for n := range r.PostForm["term_who"] {
		var v [4]string
		for i, name := range names {
			if list := r.PostForm[name]; n < len(list) {
				v[i] = strings.TrimSpace(list[n])
			}
		}
		if v[0] == "" && v[1] == "" && v[3] == "" {
			continue
		}
		for i, name := range names {
			kept[name] = append(kept[name], v[i])
		}
		fen, ok := fen(v[1])
		if !ok {
			faults = append(faults, fault.New(fault.Invalid, "gathering.amount").At("terms."+strconv.Itoa(len(out)+1)))
		}
		out = append(out, gathering.Term{Who: v[0], Amount: fen, Unit: v[2], Note: v[3]})
	}
	for _, name := range names {
		r.PostForm[name] = kept[name]
	}
	return out, faults
}

// fen reads an amount of yuan with at most two places, exactly. Nothing is free.
func fen(text string) (int64, bool) {
	if text == "" {
		return 0, true
	}
	whole, part, _ := strings.Cut(text, ".")
	if len(part) > 2 || len(whole) > 10 || whole == "" {
		return 0, false
	}
	n, err := strconv.ParseUint(whole+(part + "00")[:2], 10, 63)
	return int64(n), err == nil
}

func (p *Pages) resolve(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	at := p.at(r)
	item, _ := strconv.Atoi(r.PostFormValue("item")) // 0 for none
	c := gathering.Resolve{
		At: at, Key: r.PostFormValue("client"), Item: item, Duty: gathering.Duty(r.PostFormValue("duty")), Text: r.PostFormValue("text"),
		Body: r.PostFormValue("body"), Due: r.PostFormValue("due"),
	}
	var faults []*fault.Error
	c.Terms, faults = termsOf(r)
	err := fault.Join(faults...)
	if err == nil {
		_, err = p.Meetings.Resolve(r.Context(), c)
	}
	if correctable(err) {
		return p.resolvePage(w, r, webkit.StatusOf(err), p.Kit.Again(r, err))
	}
	if err != nil {
		return err
	}
	webkit.Done(w, r, root+"/"+at.ID+"/resolutions", "gathering.done.resolved")
	return nil
}

// price is a price in words.
func price(say *text.Printer, t gathering.Term) string {
	if t.Amount == 0 {
		return say.T("gathering.free")
	}
	yuan := strconv.FormatInt(t.Amount/100, 10)
	if t.Amount%100 != 0 {
		yuan = hundredths(t.Amount)
	}
	return say.T("gathering.price."+t.Unit, "yuan", yuan)
}

// resolutionLine is a resolution with its filings, without their photographs.
func (p *Pages) resolutionLine(say *text.Printer, record gathering.Record, res gathering.Resolution) ResolutionLine {
	l := ResolutionLine{Href: resolutions + res.ID, Text: res.Text, N: res.N, Duty: say.T("gathering.duty." + string(res.Duty)), Note: res.Note}
	if b, ok := p.Org.Body(res.Realm, res.Body); ok {
		l.Owner = b.Name
	}
	if res.Due != "" {
		l.Due = p.dated(say, res.Due)
	}
	l.State = resolutionTag(say, res, p.today())
	for _, t := range res.Terms {
		l.Terms = append(l.Terms, TermLine{t.Who, price(say, t), t.Note})
	}
	for _, f := range record.Filings {
		if f.Resolution == res.ID {
			l.Filings = append(l.Filings, FilingLine{Unit: f.Unit, Number: f.Number, Day: p.dated(say, f.Day)})
		}
	}
	return l
}

// resolutionTag is the word and colour of where a resolution stands.
func resolutionTag(say *text.Printer, res gathering.Resolution, today string) webkit.Tag {
	state, colour := "open", "blue"
	switch {
	case res.Dropped != "":
		state, colour = "dropped", ""
	case res.Done != "" && res.Late(today):
		state, colour = "done_late", "amber"
	case res.Done != "":
		state, colour = "done", "green"
	case res.Late(today) && res.Duty == gathering.Task:
		state, colour = "late", "red"
	case res.Duty == gathering.Promise:
		state, colour = "promised", "blue"
	case res.Duty == gathering.Rules:
		state, colour = "holds", "green"
	}
	return webkit.Tag{Word: say.T("gathering.resolution." + state), Colour: colour}
}

// ResolutionPage is one resolution, for its owner and for who chairs.
type ResolutionPage struct {
	webkit.Page
	Line     ResolutionLine
	Post     string
	Revision int
	Facts    []webkit.Fact
	Form     webkit.Form // of what was done
	Drop     webkit.Form // of why it was a mistake
	Filing   webkit.Form
	MayDone  bool
	MayDrop  bool
	MayFile  bool
	Back     string
}

func (p *Pages) resolution(w http.ResponseWriter, r *http.Request) error {
	return p.resolutionPage(w, r, http.StatusOK, p.resolutionForms())
}

// resolutionForms are the forms of a resolution's page, before anything was sent.
func (p *Pages) resolutionForms() ResolutionPage {
	view := ResolutionPage{Form: webkit.NewForm(""), Drop: webkit.NewForm(""), Filing: webkit.NewForm(id.New())}
	view.Drop.Prefix, view.Filing.Prefix = "drop-", "filing-"
	view.Filing.Values.Set("day", p.today())
	return view
}

func (p *Pages) resolutionPage(w http.ResponseWriter, r *http.Request, status int, view ResolutionPage) error {
	by := webkit.ActorOf(r)
	res, body, list, err := p.Meetings.Resolution(r.Context(), p.Realm, r.PathValue("resolution"), by)
	if err != nil {
		return err
	}
	about, err := p.page(r, "gathering.resolution.title")
	if err != nil {
		return err
	}
	say := about.Printer
	view.Page, view.Line, view.Revision, view.Post = about, p.resolutionLine(say, gathering.Record{}, res), res.Revision, resolutions+res.ID
	view.Title = res.Text
	view.Errors = slices.Concat(view.Form.Errors, view.Drop.Errors, view.Filing.Errors)
	for _, one := range list {
		photos, err := p.shown(r, say, gathering.FilingOwner(one.ID), resolutions+res.ID+"/filings/"+one.ID+"/")
		if err != nil {
			return err
		}
		view.Line.Filings = append(view.Line.Filings, FilingLine{one.Unit, one.Number, p.dated(say, one.Day), photos})
	}
	chairs := p.Meetings.MayChair(by, res.Place)
	settled := res.Done != "" || res.Dropped != ""
	view.MayDone = res.Duty == gathering.Task && !settled && p.Meetings.MayDo(by, res)
	view.MayDrop, view.MayFile = chairs && !settled, res.Dropped == ""
	if chairs {
		view.Back = root + "/" + res.Gathering
	}
	view.Facts = []webkit.Fact{{Term: say.T("gathering.resolve.duty"), Value: view.Line.Duty}}
	if body.Name != "" {
		view.Facts = append(view.Facts, webkit.Fact{Term: say.T("gathering.resolve.body"), Value: body.Name})
	}
	if res.Due != "" {
		view.Facts = append(view.Facts, webkit.Fact{Term: say.T("gathering.resolve.due"), Value: view.Line.Due})
	}
	if res.Done != "" {
		view.Facts = append(view.Facts, webkit.Fact{Term: say.T("gathering.resolution.done_on"), Value: p.dated(say, res.Done)}, webkit.Fact{Term: say.T("gathering.resolution.note"), Value: res.Note})
	}
	if res.Dropped != "" {
		view.Facts = append(view.Facts, webkit.Fact{Term: say.T("gathering.resolution.why"), Value: res.Dropped})
	}
	return p.Kit.Render(w, r, status, "gathering_resolution", view)
}

func (p *Pages) settle(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	seen, _ := strconv.Atoi(r.PostFormValue("revision")) // 0 is stale
	act := r.PostFormValue("act")
	_, err := p.Meetings.Settle(r.Context(), gathering.Settle{
		Realm: p.Realm, ID: r.PathValue("resolution"), Revision: seen, Note: r.PostFormValue("note"), Drop: act == "drop", By: webkit.ActorOf(r),
	})
	if correctable(err) {
		view := p.resolutionForms()
		if act == "drop" {
			view.Drop = p.Kit.AgainIn(r, err, view.Drop.Prefix)
		} else {
			view.Form = p.Kit.Again(r, err)
		}
		return p.resolutionPage(w, r, webkit.StatusOf(err), view)
	}
	if err != nil {
		return err
	}
	webkit.Done(w, r, resolutions+r.PathValue("resolution"), "gathering.done.settled")
	return nil
}

// file adds with whom a resolution was filed.
func (p *Pages) file(w http.ResponseWriter, r *http.Request) error {
	err := webmatter.Parse(w, r)
	var photos []files.Photo
	if err == nil {
		photos, err = p.Received(r, "photos")
	}
	if err == nil {
		_, err = p.Meetings.File(r.Context(), gathering.File{
			Realm: p.Realm, Resolution: r.PathValue("resolution"), Key: r.PostFormValue("client"), Unit: r.PostFormValue("unit"), Number: r.PostFormValue("number"),
			Day: r.PostFormValue("day"), Photos: photos, By: webkit.ActorOf(r),
		})
	}
	if correctable(err) {
		view := p.resolutionForms()
		view.Filing = p.Kit.AgainIn(r, err, view.Filing.Prefix)
		return p.resolutionPage(w, r, webkit.StatusOf(err), view)
	}
	if err != nil {
		return err
	}
	webkit.Done(w, r, resolutions+r.PathValue("resolution"), "gathering.done.filed")
	return nil
}

// filed sends a photograph of a filing's receipt to its owner and to who chairs.
func (p *Pages) filed(w http.ResponseWriter, r *http.Request) error {
	_, _, list, err := p.Meetings.Resolution(r.Context(), p.Realm, r.PathValue("resolution"), webkit.ActorOf(r))
	if err != nil {
		return err
	}
	for _, f := range list {
		if f.ID == r.PathValue("filing") {
			return p.send(w, r, gathering.FilingOwner(f.ID))
		}
	}
	return fault.New(fault.Missing, "photo.missing")
}
