// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webdesk

import (
	"context"
	"net/http"
	"net/url"

	"pavilion/internal/base/page"
	"pavilion/internal/base/text"
	"pavilion/internal/civic/matter"
	"pavilion/internal/core/identity"
	"pavilion/internal/edge/web/webkit"
)

// List is some lines of matters: a page of its own, or beside one of them.
type List struct {
	Title  string
	Href   string // of the list as a page
	Filter *Filter
	Lights []LightCount
	Query  string // of a list that can be moved and exported as a whole
	Search *webkit.Form
	Work   []webkit.Work
	Found  []Found
	First  string // where the list begins, when this is not its beginning
	Next   string // where it goes on
	Empty  webkit.Empty
}

// None reports whether the list has no lines.
func (l List) None() bool { return len(l.Work)+len(l.Found) == 0 }

// asking is who wants a list, in which words, and which matter stands beside it.
type asking struct {
	actor  identity.Actor
	say    *text.Printer
	beside string
}

func (p *Pages) asking(r *http.Request) asking {
	return asking{webkit.ActorOf(r), p.Kit.Printer(p.Kit.LanguageOf(r)), r.PathValue("id")}
}

// name of the parameter that says which list a matter was opened from, and of
// the one that says where a list begins.
const (
	fromParam  = "from"
	afterParam = "after"
)

// listBeside draws the list that a matter was opened from, as its address names
// it below /desk: "work", "matters?state=reported". An address that names none,
// or one that cannot be drawn, has no list beside it.
func (p *Pages) listBeside(r *http.Request) *List {
	from, err := url.Parse(r.URL.Query().Get(fromParam))
	if err != nil {
		return nil
	}
	draw, ok := map[string]func(context.Context, asking, url.Values) (List, error){
		"work": p.workList, "matters": p.queueList, "search": p.searchList,
	}[from.Path]
	if !ok {
		return nil
	}
	l, err := draw(r.Context(), p.asking(r), from.Query())
	if err != nil {
		return nil
	}
	return &l
}

// address is a list's own, with the parameters that are not empty.
func address(path string, q url.Values) string {
	kept := url.Values{}
	for name, values := range q {
		for _, v := range values {
			if v != "" {
				kept.Add(name, v)
			}
		}
	}
	if len(kept) == 0 {
		return path
	}
	return path + "?" + kept.Encode()
}

// turn sets where a list begins and goes on.
func (l *List) turn(path string, q url.Values, next page.Cursor) {
	at := url.Values{}
	for name, values := range q {
		if name != afterParam {
			at[name] = values
		}
	}
	if q.Get(afterParam) != "" {
		l.First = address(path, at)
	}
	if next.More() {
		at.Set(afterParam, next.String())
		l.Next = address(path, at)
	}
}

// matterAddress is the address of a matter, beside the list it is opened from.
func matterAddress(id, from string) string {
	to := "/desk/matters/" + url.PathEscape(id)
	if from != "" {
		to += "?" + url.Values{fromParam: {from}}.Encode()
	}
	return to
}

// line draws one matter of a list.
func (p *Pages) line(ask asking, m matter.Matter, from string) webkit.Work {
	return webkit.Work{
		Href: matterAddress(m.ID, from), Number: m.Number, Title: p.Heading(ask.say, m), Place: p.Place(m.Area), Owner: p.Body(m.Owner),
		Tags: p.tags(ask.say, m), Due: m.Due, Light: p.Light(m, p.Matters.Now()), Here: m.ID == ask.beside,
	}
}

// tags are the state, and what deserves a second look.
func (p *Pages) tags(say *text.Printer, m matter.Matter) []webkit.Tag {
	out := []webkit.Tag{p.State(say, m.State)}
	if m.Privacy == matter.PrivacySealed {
		out = append(out, webkit.Tag{Word: say.T("desk.matter.sealed"), Colour: "red"})
	}
	if m.Escalation > 0 {
		out = append(out, webkit.Tag{Word: say.T("desk.matter.escalated", "n", m.Escalation), Colour: "red"})
	}
	return out
}
