// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webpoll

import (
	"net/http"
	"slices"
	"strconv"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/text"
	"pavilion/internal/civic/deliberation/poll"
	"pavilion/internal/edge/web/webkit"
)

// OwnPage lists the votes by name in which somebody votes signed in.
type OwnPage struct {
	webkit.Page
	Lines []Line
	Empty webkit.Empty
}

// BallotPage is what somebody may vote in one of them: for themselves, and for those
// whose proxy they hold.
type BallotPage struct {
	webkit.Page
	Question string
	Post     string
	Closes   string
	State    webkit.Tag
	Takes    bool
	Online   bool
	Votes    []BallotView
	Result   *ResultView
}

// BallotView is one vote. Done says what was voted, or by which channel.
type BallotView struct {
	Member string
	Name   string // for whom, where that is not oneself
	Done   string
	Aside  bool
	Open   bool // it may be given, or changed
	Form   webkit.Form
	Field  webkit.Field
}

func (p *Pages) own(w http.ResponseWriter, r *http.Request) error {
	about, err := p.page(r, "poll.own.title")
	if err != nil {
		return err
	}
	found, err := p.Polls.Own(r.Context(), webkit.ActorOf(r))
	if err != nil {
		return err
	}
	view := OwnPage{Page: about, Empty: webkit.Empty{Icon: "check", Heading: about.T("poll.own.none"), Text: about.T("poll.own.none_help")}}
	for _, q := range found {
		view.Lines = append(view.Lines, Line{Href: own + "/" + q.ID, Question: q.Question, State: tag(about.Printer, q, p.Kit.Now()), Closes: q.Closes})
	}
	return p.Kit.Render(w, r, http.StatusOK, "vote_own", view)
}

func (p *Pages) ballot(w http.ResponseWriter, r *http.Request) error {
	return p.ballotPage(w, r, http.StatusOK, "", webkit.Form{})
}

// ballotPage shows what somebody may vote; where a vote failed, its form as it was sent.
func (p *Pages) ballotPage(w http.ResponseWriter, r *http.Request, status int, failed string, f webkit.Form) error {
	private(w)
	q, votes, err := p.Polls.Mine(r.Context(), r.PathValue("poll"), webkit.ActorOf(r))
	if err != nil {
		return err
	}
	about, err := p.page(r, "poll.own.title")
	if err != nil {
		return err
	}
	say := about.Printer
	view := BallotPage{
		Page: about, Question: q.Question, Post: own + "/" + q.ID, Closes: say.DateTime(q.Closes.In(p.Zone)), State: tag(say, q, p.Kit.Now()),
		Takes: q.Takes(p.Kit.Now()), Online: slices.Contains(q.Channels, poll.Online),
	}
	view.Title, view.Errors = q.Question, f.Errors
	var names map[string]string
	if slices.ContainsFunc(votes, func(v poll.OwnBallot) bool { return v.Holder != "" }) {
		if names, err = p.names(r, q); err != nil {
			return err
		}
	}
	for i, v := range votes {
		b := p.ballotView(say, q, v, i)
		if v.Holder != "" {
			b.Name = names[v.Member]
		}
		if v.Member == failed {
			b.Form = f
		}
		b.Field.Form, b.Field.ID = b.Form, b.Form.ID("choice")
		b.Field.Value, b.Field.Error = b.Form.Value("choice"), b.Form.Error("choice")
		b.Open = b.Open && view.Takes && view.Online
		view.Votes = append(view.Votes, b)
	}
	if q.State == poll.Counted {
		res, err := p.Polls.Result(r.Context(), p.Realm, q.ID)
		if err != nil {
			return err
		}
		view.Result = p.result(say, q, res)
	}
	return p.Kit.Render(w, r, status, "vote_ballot", view)
}

// ballotView draws one vote.
func (p *Pages) ballotView(say *text.Printer, q poll.Poll, v poll.OwnBallot, i int) BallotView {
	b := BallotView{Member: v.Member, Aside: v.Aside, Form: webkit.NewForm("")}
	b.Form.Prefix = strconv.Itoa(i) + "-"
	b.Form.Values.Set("choice", v.Choice)
	b.Field = webkit.Field{Name: "choice", Kind: "choice", Label: say.T("poll.voter.choose"), Choices: choices(say, q)}
	switch {
	case v.Choice != "":
		b.Done = say.T("poll.own.voted", "choice", words(say, q, v.Choice), "how", say.T("poll.by."+string(v.Channel)))
	case v.Channel != "":
		b.Done = say.T("poll.spent_" + string(v.Channel))
	}
	b.Open = !v.Aside && (v.Channel == "" || v.Channel == poll.Online && q.Changeable)
	return b
}

// give keeps a vote by name of somebody who is signed in.
func (p *Pages) give(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	q, votes, err := p.Polls.Mine(r.Context(), r.PathValue("poll"), webkit.ActorOf(r))
	if err != nil {
		return err
	}
	member := r.PostFormValue("member")
	at := slices.IndexFunc(votes, func(v poll.OwnBallot) bool { return v.Member == member })
	if at < 0 {
		return fault.New(fault.Missing, "poll.missing")
	}
	err = p.Polls.Vote(r.Context(), poll.Vote{
		Realm: p.Realm, ID: q.ID, Member: member, Channel: poll.Online, Choice: r.PostFormValue("choice"), By: webkit.ActorOf(r),
	})
	switch fault.KindOf(err) {
	case fault.Invalid, fault.Conflict:
		return p.ballotPage(w, r, webkit.StatusOf(err), member, p.Kit.AgainIn(r, err, strconv.Itoa(at)+"-"))
	}
	if err != nil {
		return err
	}
	webkit.Done(w, r, own+"/"+q.ID, "poll.done.voted")
	return nil
}
