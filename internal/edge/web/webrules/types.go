// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webrules

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"pavilion/internal/base/clock"
	"pavilion/internal/base/fault"
	"pavilion/internal/base/text"
	"pavilion/internal/civic/matter/kind"
	"pavilion/internal/edge/web/webkit"
	"pavilion/internal/edge/web/webmatter"
)

// TypesPage is the catalogue of types.
type TypesPage struct {
	webkit.Page
	Form    webkit.Form
	Groups  []webkit.Choice
	Lists   []webkit.Choice
	Classes []TypeClass
	Edition int
	Found   int
	Empty   webkit.Empty
}

// TypeClass is a first level of the catalogue with its types.
type TypeClass struct {
	Name  string
	Types []TypeLine
}

// TypeLine is one type of a list.
type TypeLine struct {
	Code, Name, Href, List, Lead, Respond, Handle string
	Priority                                      webkit.Tag
	Withdrawn                                     bool
}

// TypePage is one type.
type TypePage struct {
	webkit.Page
	Code, Name string
	Facts      []webkit.Fact
	Limits     []LimitLine
	Editions   []webkit.Fact // how its terms were in each edition

	May    bool // this person may change it in the draft
	Form   webkit.Form
	Post   string
	Units  []webkit.Choice
	Lists  []webkit.Choice
	Ranks  []webkit.Choice // of priority
	Levels []webkit.Choice // of privacy
	Yes    []webkit.Choice
}

// LimitLine is the limit of a type under one condition, by grade of area.
type LimitLine struct {
	Condition string
	Grades    [3]string
}

// typeName is what a type is called.
func typeName(say *text.Printer, k kind.Kind) string {
	if say.Has("type." + k.Code) {
		return say.T("type." + k.Code)
	}
	return k.Name
}

func (p *Pages) types(w http.ResponseWriter, r *http.Request) error {
	book, err := p.Types.At(r.Context(), p.Realm, p.Kit.Now())
	if err != nil {
		return err
	}
	view := TypesPage{Edition: book.Number}
	if view.Page, err = p.page(r, "rules.types.title"); err != nil {
		return err
	}
	say, q := view.Printer, r.URL.Query()
	view.Form = webkit.Form{Values: url.Values{"group": q["group"], "list": q["list"], "q": q["q"]}}
	view.Groups = []webkit.Choice{{Label: say.T("rules.types.all")}}
	view.Lists = []webkit.Choice{{Label: say.T("rules.types.any_list")}}
	for _, l := range []string{"B", "C", "R", "S", "T"} {
		view.Lists = append(view.Lists, webkit.Choice{Value: l, Label: say.T("rules.list." + l)})
	}
	for _, k := range book.Listed() {
		group := say.T("type.group." + k.Group())
		if n := len(view.Groups); view.Groups[n-1].Value != k.Group() {
			view.Groups = append(view.Groups, webkit.Choice{Value: k.Group(), Label: group})
		}
		name := typeName(say, k)
		if g := q.Get("group"); g != "" && g != k.Group() || q.Get("list") != "" && q.Get("list") != k.List ||
			!strings.Contains(strings.ToLower(name+k.Code), strings.ToLower(strings.TrimSpace(q.Get("q")))) {
			continue
		}
		if n := len(view.Classes); n == 0 || view.Classes[n-1].Name != group {
			view.Classes = append(view.Classes, TypeClass{Name: group})
		}
		class := &view.Classes[len(view.Classes)-1]
		class.Types = append(class.Types, p.typeLine(say, k, name))
		view.Found++
	}
	view.Empty = webkit.Empty{Icon: "filter", Heading: say.T("rules.types.none"), Text: say.T("rules.types.none_help"), Href: "/desk/types", Action: say.T("rules.types.all")}
	return p.Kit.Render(w, r, http.StatusOK, "rules_types", view)
}

// priorityColours tell danger and haste from the rest.
var priorityColours = map[string]string{"P1": "red", "P2": "amber"}

func (p *Pages) typeLine(say *text.Printer, k kind.Kind, name string) TypeLine {
	return TypeLine{
		Code: k.Code, Name: name, Href: "/desk/types/" + k.Code, List: say.T("rules.list." + k.List), Lead: k.Lead,
		Respond: limit(say, k.Respond), Handle: limit(say, k.Handle), Withdrawn: k.Withdrawn,
		Priority: webkit.Tag{Word: say.T("rules.priority." + k.Priority), Colour: priorityColours[k.Priority]},
	}
}

// limit says a term, or that a date is set in each case.
func limit(say *text.Printer, t clock.Term) string {
	if t.N == 0 {
		return say.T("rules.types.by_date")
	}
	return webmatter.Term(say, t)
}

func (p *Pages) oneType(w http.ResponseWriter, r *http.Request) error {
	return p.typePage(w, r, http.StatusOK, webkit.Form{})
}

// typePage shows a type; again is the form of a change as it was sent with a
// fault, if any.
func (p *Pages) typePage(w http.ResponseWriter, r *http.Request, status int, again webkit.Form) error {
	book, err := p.Types.At(r.Context(), p.Realm, p.Kit.Now())
	if err != nil {
		return err
	}
	k, ok := book.Find(r.PathValue("code"))
	if !ok {
		return fault.New(fault.Missing, "matter.type_unknown")
	}
	view := TypePage{Code: k.Code}
	if view.Page, err = p.page(r, "rules.types.title"); err != nil {
		return err
	}
	say := view.Printer
	view.Name = typeName(say, k)
	view.Facts = facts(say, k)
	for _, name := range append([]string{""}, conditions(k)...) {
		line := LimitLine{Condition: name}
		if name == "" {
			line.Condition = say.T("matter.condition_none")
		}
		for g := range line.Grades {
			line.Grades[g] = limit(say, k.Limit(name, g+1))
		}
		view.Limits = append(view.Limits, line)
	}
	list, err := p.Editions.List(r.Context(), p.Realm, kind.Edition)
	if err != nil {
		return err
	}
	edited := k // as the draft has it, if there is one
	for _, e := range list {
		if old, err := kind.Parse(e.Body); err == nil {
			then, ok := old.Find(k.Code)
			if !ok {
				continue
			}
			if e.Number == 0 {
				edited = then
				continue
			}
			view.Editions = append(view.Editions, webkit.Fact{
				Term:  say.T("rules.edition", "n", strconv.Itoa(e.Number)),
				Value: say.T("rules.types.then", "respond", limit(say, then.Respond), "handle", limit(say, then.Handle), "lead", then.Lead),
			})
		}
	}
	if p.Editions.May(p.Realm, webkit.ActorOf(r)) {
		view.changing(say, edited, again)
	}
	return p.Kit.Render(w, r, status, "rules_type", view)
}

// conditions are the names of a type's conditions.
func conditions(k kind.Kind) []string {
	var out []string
	for _, c := range k.Conditions {
		out = append(out, c.Name)
	}
	return out
}

// facts are what a type's page says of it.
func facts(say *text.Printer, k kind.Kind) []webkit.Fact {
	all := []webkit.Fact{
		{Term: say.T("rules.types.list"), Value: say.T("rules.list." + k.List)},
		{Term: say.T("rules.types.priority"), Value: say.T("rules.priority." + k.Priority)},
		{Term: say.T("rules.types.respond"), Value: limit(say, k.Respond)},
		{Term: say.T("rules.types.lead"), Value: k.Lead},
		{Term: say.T("rules.types.assist"), Value: strings.Join(k.Assist, ", ")},
		{Term: say.T("rules.types.evidence"), Value: strings.Join(k.Evidence, ", ")},
		{Term: say.T("rules.types.privacy"), Value: say.T("rules.privacy." + k.Privacy)},
		{Term: say.T("rules.types.emergency"), Value: strings.Join(k.Emergency, ", ")},
		{Term: say.T("rules.types.gb"), Value: strings.Join(k.GB, ", ")},
	}
	if k.Statutory.N > 0 {
		all = append(all, webkit.Fact{Term: say.T("rules.types.statutory"), Value: webmatter.Term(say, k.Statutory)})
	}
	var out []webkit.Fact
	for _, f := range all {
		if f.Value != "" {
			out = append(out, f)
		}
	}
	return out
}
