// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webpoll

import (
	"net/http"
	"net/url"
	"strconv"

	"pavilion/internal/base/fault"
	"pavilion/internal/civic/deliberation/poll"
	"pavilion/internal/edge/web/webkit"
)

// RollLine is one voter on the roll.
type RollLine struct {
	Member, Name, Holder string
	Done                 string // by which channel the vote came, in words
	Aside                bool
}

// RollPage calls the roll, and gives out papers.
type RollPage struct {
	webkit.Page
	Form     webkit.Form
	Question string
	Href     string
	Lines    []RollLine
	Choices  []webkit.Choice // in an open vote that is taken in the room
	Papers   []webkit.Choice // channels by which papers are given out
	Takes    bool
	Anew     bool   // another letter may be made
	After    string // the voter before the first of this page
	Next     string
}

// rollSize is how many voters stand on a page of the roll.
const rollSize = 200

// names are the names on a vote's roster, as far as they are there to be seen.
func (p *Pages) names(r *http.Request, q poll.Poll) (map[string]string, error) {
	out := map[string]string{}
	roster, _, err := p.Bodies.Roster(r.Context(), p.Realm, q.Roster, webkit.ActorOf(r))
	if fault.KindOf(err) == fault.Missing {
		return out, nil
	}
	for _, e := range roster.Entries {
		out[e.Member] = strconv.Itoa(e.No) + " " + e.Name
	}
	return out, err
}

func (p *Pages) roll(w http.ResponseWriter, r *http.Request) error {
	return p.rollPage(w, r, http.StatusOK, webkit.NewForm(""))
}

func (p *Pages) rollPage(w http.ResponseWriter, r *http.Request, status int, f webkit.Form) error {
	q, err := p.mine(r, r.PathValue("poll"))
	if err != nil {
		return err
	}
	about, err := p.page(r, "poll.roll.title")
	if err != nil {
		return err
	}
	by, say := webkit.ActorOf(r), about.Printer
	_, voters, err := p.Polls.Turnout(r.Context(), p.Realm, q.ID, by)
	if err != nil {
		return err
	}
	names, err := p.names(r, q)
	if err != nil {
		return err
	}
	view := RollPage{Page: about, Form: f, Question: q.Question, Href: root + "/" + q.ID, Takes: q.Takes(p.Kit.Now()), Anew: p.Polls.MayChair(by, q.Place)}
	view.Errors = f.Errors
	for _, c := range q.Channels {
		switch {
		case c == poll.Room && !q.Secret && view.Anew:
			view.Choices = choices(say, q)
		case c == poll.Paper, c == poll.Room && q.Secret:
			view.Papers = append(view.Papers, webkit.Choice{Value: string(c), Label: say.T("poll.roll.give_" + string(c))})
		}
	}
	view.After = r.FormValue("after")
	for _, v := range voters {
		if v.Member <= view.After {
			continue
		}
		if len(view.Lines) == rollSize {
			view.Next = view.Href + "/roll?after=" + view.Lines[rollSize-1].Member
			break
		}
		l := RollLine{Member: v.Member, Name: names[v.Member], Aside: v.Aside}
		if l.Name == "" {
			l.Name = v.Member
		}
		if v.Holder != "" {
			l.Holder = names[v.Holder]
		}
		if v.Channel != "" {
			l.Done = say.T("poll.by." + string(v.Channel))
		}
		view.Lines = append(view.Lines, l)
	}
	return p.Kit.Render(w, r, status, "vote_roll", view)
}

// call keeps what was called up for one voter: a choice, or that a paper was given.
func (p *Pages) call(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	q, err := p.mine(r, r.PathValue("poll"))
	if err != nil {
		return err
	}
	by, member := webkit.ActorOf(r), r.PostFormValue("member")
	if give := poll.Channel(r.PostFormValue("give")); give != "" {
		code := poll.Plain(r.PostFormValue("code"))
		if code == "" && member == "" {
			err = fault.New(fault.Invalid, "poll.no_credential").At("code")
		} else {
			err = p.Polls.Spend(r.Context(), poll.Spend{Realm: p.Realm, ID: q.ID, Member: member, Secret: code, Channel: give, By: by})
		}
	} else {
		err = p.Polls.Vote(r.Context(), poll.Vote{Realm: p.Realm, ID: q.ID, Member: member, Channel: poll.Room, Choice: r.PostFormValue("choice"), By: by})
	}
	switch fault.KindOf(err) {
	case fault.Invalid, fault.Conflict, fault.Missing:
		if err != nil {
			return p.rollPage(w, r, webkit.StatusOf(err), p.Kit.Again(r, err))
		}
	}
	if err != nil {
		return err
	}
	to := root + "/" + q.ID + "/roll"
	if after := r.PostFormValue("after"); after != "" {
		to += "?after=" + url.QueryEscape(after)
	}
	webkit.Done(w, r, to, "poll.done.called")
	return nil
}
