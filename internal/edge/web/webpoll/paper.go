// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webpoll

import (
	"net/http"
	"strconv"
	"strings"

	"pavilion/internal/base/fault"
	"pavilion/internal/civic/deliberation/poll"
	"pavilion/internal/edge/web/webkit"
)

// CountPage is what a scrutineer enters: numbers in a secret vote, in an open one
// each paper.
type CountPage struct {
	webkit.Page
	Form     webkit.Form
	Question string
	Href     string
	Secret   bool
	Given    int
	Sheets   int
	Differ   []string // fields in which the two differ, in words
	Numbers  []webkit.Field
	Votes    []webkit.Field
	Done     bool
}

func (p *Pages) countForm(w http.ResponseWriter, r *http.Request) error {
	return p.countPage(w, r, http.StatusOK, webkit.NewForm(""))
}

func (p *Pages) countPage(w http.ResponseWriter, r *http.Request, status int, f webkit.Form) error {
	q, err := p.mine(r, r.PathValue("poll"))
	if err != nil {
		return err
	}
	about, err := p.page(r, "poll.sheet.title")
	if err != nil {
		return err
	}
	t, voters, err := p.Polls.Turnout(r.Context(), p.Realm, q.ID, webkit.ActorOf(r))
	if err != nil {
		return err
	}
	names, err := p.names(r, q)
	if err != nil {
		return err
	}
	view, say := CountPage{Page: about, Form: f, Question: q.Question, Href: root + "/" + q.ID, Secret: q.Secret, Sheets: t.Sheets}, about.Printer
	view.Errors, view.Done = f.Errors, q.State != poll.Running
	label := func(name string) string {
		switch {
		case name == poll.Spoilt || name == "unused":
			return say.T("poll.sheet." + name)
		case strings.HasPrefix(name, "vote-"):
			return names[strings.TrimPrefix(name, "vote-")]
		}
		return words(say, q, name)
	}
	number := func(name string) webkit.Field {
		return webkit.Field{Form: f, Name: name, ID: f.ID(name), Kind: "number", Label: label(name), Value: f.Value(name), Error: f.Error(name), Short: true}
	}
	if q.Secret {
		for _, c := range q.Choices() {
			view.Numbers = append(view.Numbers, number(c))
		}
		view.Numbers = append(view.Numbers, number(poll.Spoilt))
	}
	view.Numbers = append(view.Numbers, number("unused"))
	papers := append(choices(say, q), webkit.Choice{Value: poll.Spoilt, Label: say.T("poll.sheet.spoilt")})
	for _, v := range voters {
		if v.Channel != poll.Paper && (!q.Secret || v.Channel != poll.Room) {
			continue
		}
		view.Given++
		if !q.Secret {
			name := "vote-" + v.Member
			view.Votes = append(view.Votes, webkit.Field{
				Form: f, Name: name, ID: f.ID(name), Kind: "choice", Label: label(name), Value: f.Value(name), Error: f.Error(name), Choices: papers, Row: true,
			})
		}
	}
	for _, name := range t.Differ {
		view.Differ = append(view.Differ, label(name))
	}
	return p.Kit.Render(w, r, status, "vote_count", view)
}

func (p *Pages) count(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	q, err := p.mine(r, r.PathValue("poll"))
	if err != nil {
		return err
	}
	sheet, err := sheetOf(r, q)
	if err == nil {
		err = p.Polls.Enter(r.Context(), poll.Enter{Realm: p.Realm, ID: q.ID, Sheet: sheet, By: webkit.ActorOf(r)})
	}
	switch fault.KindOf(err) {
	case fault.Invalid, fault.Conflict:
		return p.countPage(w, r, webkit.StatusOf(err), p.Kit.Again(r, err))
	}
	if err != nil {
		return err
	}
	webkit.Done(w, r, root+"/"+q.ID+"/count", "poll.done.entered")
	return nil
}

// sheetOf reads a sheet as it was sent. A number that is not there is none.
func sheetOf(r *http.Request, q poll.Poll) (poll.Sheet, error) {
	var faults []*fault.Error
	number := func(name string) int64 {
		typed := strings.TrimSpace(r.PostFormValue(name))
		if typed == "" {
			typed = "0"
		}
		n, err := strconv.ParseInt(typed, 10, 64)
		if err != nil || n < 0 {
			faults = append(faults, fault.New(fault.Invalid, "poll.paper_number").At(name))
		}
		return n
	}
	c := poll.Sheet{Unused: number("unused")}
	if q.Secret {
		c.Counts = map[string]int64{}
		for _, choice := range q.Choices() {
			c.Counts[choice] = number(choice)
		}
		c.Spoilt = number(poll.Spoilt)
		return c, fault.Join(faults...)
	}
	c.Votes = map[string]string{}
	for name := range r.PostForm {
		if member, ok := strings.CutPrefix(name, "vote-"); ok && r.PostFormValue(name) != "" {
			c.Votes[member] = r.PostFormValue(name)
		}
	}
	return c, fault.Join(faults...)
}
