// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webrules

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/text"
	"pavilion/internal/core/edition"
	"pavilion/internal/edge/web/webkit"
)

// RulesPage lists the sets of rules of a realm.
type RulesPage struct {
	webkit.Page
	Sets []RuleSet
}

// RuleSet is one set of rules.
type RuleSet struct {
	Kind, Name, Href string
	InForce          string // number of the edition
	From             time.Time
	Draft, Coming    bool
}

// EditionsPage is one set of rules: its editions, its draft, and what changed.
type EditionsPage struct {
	webkit.Page
	Kind, Name string
	Editions   []EditionLine
	Draft      *edition.Edition
	Form       webkit.Form
	Problems   []string
	Between    string // which two are compared
	Changes    []edition.Change
	More       int // changes that are not shown
	Choices    []webkit.Choice
	May        bool // this person may change the rules
}

// EditionLine is one edition of a list.
type EditionLine struct {
	Number      int
	State       webkit.Tag
	From, At    time.Time
	Basis, Note string
	Href        string // of its text
}

// sets are the rules that every realm has; calendars come by year.
var sets = []string{"matter.types", "routing", "indicators", "replies", "retention", "topic_procedure"}

// kindName matches what a set of rules may be called.
var kindName = regexp.MustCompile(`^(matter\.types|routing|indicators|replies|retention|topic_procedure|calendar\.20[0-9][0-9])$`)

// name says what a set of rules is about.
func name(say *text.Printer, kind string) string {
	if year, ok := cutYear(kind); ok {
		return say.T("rules.kind.calendar", "year", year)
	}
	return say.T("rules.kind." + kind)
}

func cutYear(kind string) (string, bool) {
	const family = "calendar."
	if len(kind) > len(family) && kind[:len(family)] == family {
		return kind[len(family):], true
	}
	return "", false
}

func (p *Pages) rules(w http.ResponseWriter, r *http.Request) error {
	view := RulesPage{}
	var err error
	if view.Page, err = p.page(r, "rules.title"); err != nil {
		return err
	}
	there, err := p.Editions.Kinds(r.Context(), p.Realm)
	if err != nil {
		return err
	}
	all := slices.Clone(sets)
	year := p.Kit.Now().Year()
	for _, k := range append(there, "calendar."+strconv.Itoa(year), "calendar."+strconv.Itoa(year+1)) {
		if kindName.MatchString(k) && !slices.Contains(all, k) {
			all = append(all, k)
		}
	}
	slices.Sort(all[len(sets):])
	for _, k := range all {
		list, err := p.Editions.List(r.Context(), p.Realm, k)
		if err != nil {
			return err
		}
		set := RuleSet{Kind: k, Name: name(view.Printer, k), Href: "/desk/rules/" + k}
		for _, e := range list {
			set.Draft = set.Draft || e.State == edition.Draft
			set.Coming = set.Coming || e.State == edition.Coming
			if e.State == edition.InForce {
				set.InForce, set.From = strconv.Itoa(e.Number), e.From
			}
		}
		view.Sets = append(view.Sets, set)
	}
	return p.Kit.Render(w, r, http.StatusOK, "rules", view)
}

// kind is the set of rules that the address names.
func (p *Pages) kind(r *http.Request) (string, error) {
	k := r.PathValue("kind")
	if !kindName.MatchString(k) {
		return "", fault.New(fault.Missing, "edition.missing")
	}
	return k, nil
}

func (p *Pages) editions(w http.ResponseWriter, r *http.Request) error {
	k, err := p.kind(r)
	if err != nil {
		return err
	}
	return p.editionsPage(w, r, k, http.StatusOK, webkit.Form{})
}

// maxChanges bounds the changes that a page shows.
const maxChanges = 300

// editionsPage shows a set of rules; again is the draft's form as it was sent
// with a fault, if any.
func (p *Pages) editionsPage(w http.ResponseWriter, r *http.Request, k string, status int, again webkit.Form) error {
	list, err := p.Editions.List(r.Context(), p.Realm, k)
	if err != nil {
		return err
	}
	view := EditionsPage{Kind: k, May: p.Editions.May(p.Realm, webkit.ActorOf(r))}
	if view.Page, err = p.page(r, "rules.title"); err != nil {
		return err
	}
	say := view.Printer
	view.Name = name(say, k)
	view.Form, view.Errors = again, again.Errors
	var inForce []byte
	for i, e := range list {
		if e.State == edition.Draft {
			view.Draft = &list[i]
			for _, problem := range p.Editions.Problems(r.Context(), p.Realm, k, e.Body) {
				view.Problems = append(view.Problems, say.T("rules.problem", "path", problem.Path, "text", say.T(problem.Key, pairs(problem.Params)...)))
			}
			continue
		}
		if e.State == edition.InForce {
			inForce = e.Body
		}
		view.Editions = append(view.Editions, EditionLine{
			Number: e.Number, State: state(say, e.State), From: e.From, At: e.PublishedAt, Basis: basis(say, e.Basis), Note: e.Note,
			Href: "/desk/rules/" + k + "/" + strconv.Itoa(e.Number),
		})
		view.Choices = append(view.Choices, webkit.Choice{Value: strconv.Itoa(e.Number), Label: strconv.Itoa(e.Number)})
	}
	switch now := draftValues(view.Draft, inForce); {
	case again.Values == nil:
		view.Form.Values = now
	case status == http.StatusPreconditionFailed:
		again.Values["revision"] = now["revision"] // told so, they may send theirs again
	}
	return p.compared(w, r, view, list, inForce, status)
}

// draftValues are what the form of the draft begins with.
func draftValues(draft *edition.Edition, inForce []byte) url.Values {
	if draft == nil {
		return url.Values{"body": {pretty(inForce)}, "revision": {"0"}}
	}
	return url.Values{
		"body": {pretty(draft.Body)}, "basis": {draft.Basis}, "note": {draft.Note}, "revision": {strconv.Itoa(draft.Revision)},
	}
}

// compared adds what changed: between the two editions that were asked for, or
// from what is in force to the draft.
func (p *Pages) compared(w http.ResponseWriter, r *http.Request, view EditionsPage, list []edition.Edition, inForce []byte, status int) error {
	body := func(number string) []byte {
		for _, e := range list {
			if strconv.Itoa(e.Number) == number {
				return e.Body
			}
		}
		return nil
	}
	from, to := body(r.URL.Query().Get("from")), body(r.URL.Query().Get("to"))
	view.Between = view.T("rules.between", "from", r.URL.Query().Get("from"), "to", r.URL.Query().Get("to"))
	if from == nil || to == nil {
		view.Between = view.T("rules.between_draft")
		if view.Draft == nil || inForce == nil {
			return p.Kit.Render(w, r, status, "rules_editions", view)
		}
		from, to = inForce, view.Draft.Body
	}
	changes, err := edition.Compare(from, to)
	if err != nil {
		return err
	}
	view.More = max(0, len(changes)-maxChanges)
	view.Changes = changes[:min(len(changes), maxChanges)]
	return p.Kit.Render(w, r, status, "rules_editions", view)
}

// stateColours tell the states apart besides their words.
var stateColours = map[edition.State]string{edition.InForce: "green", edition.Coming: "blue", edition.Draft: "amber"}

func state(say *text.Printer, s edition.State) webkit.Tag {
	return webkit.Tag{Word: say.T("edition.state." + string(s)), Colour: stateColours[s]}
}

// basis says the decision that rules rest on, which may be a text of ours.
func basis(say *text.Printer, key string) string {
	if say.Has(key) {
		return say.T(key)
	}
	return key
}

// pairs are named values as a text takes them.
func pairs(params map[string]string) []any {
	var out []any
	for name, value := range params {
		out = append(out, name, value)
	}
	return out
}

// pretty is JSON as people edit it.
func pretty(body []byte) string {
	var b bytes.Buffer
	if json.Indent(&b, bytes.TrimSpace(body), "", "  ") != nil {
		return string(body)
	}
	return b.String()
}

// export gives the text of one edition, to be taken into another realm.
func (p *Pages) export(w http.ResponseWriter, r *http.Request) error {
	k, err := p.kind(r)
	if err != nil {
		return err
	}
	number, err := strconv.Atoi(r.PathValue("number"))
	if err != nil {
		return fault.New(fault.Missing, "edition.missing")
	}
	e, err := p.Editions.Version(r.Context(), p.Realm, k, number)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Disposition", `attachment; filename="`+k+"-"+strconv.Itoa(number)+`.json"`)
	_, err = w.Write([]byte(pretty(e.Body) + "\n"))
	return err
}
