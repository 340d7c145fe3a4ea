// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webpoll

import (
	"net/http"
	"slices"
	"strconv"

	"pavilion/internal/base/fault"
	"pavilion/internal/civic/deliberation/poll"
	"pavilion/internal/edge/web/webkit"
)

// ChairPage is the chair's screen: how many have voted, never what.
type ChairPage struct {
	webkit.Page
	Poll    poll.Poll
	Href    string
	Link    string // where voters vote
	State   webkit.Tag
	Facts   []webkit.Fact
	Turnout string
	Voted   int64
	Of      int64
	Quorum  []CheckLine
	Met     bool
	Takes   bool
	Live    bool // the page is read again by itself; never while codes are typed on it
	Waits   bool // closed, not counted
	Papers  int64
	Sheets  int
	Differ  bool
	Chairs  bool
	Counts  bool
	Letters bool        // there are some to make
	Hands   bool        // the key of the urn can still be given to three people
	Codes   webkit.Form // of two of them
	Result  *ResultView
	Again   string // where a vote that follows is opened
}

// refresh is how often the chair's screen is read again while votes come in.
const refresh = "20"

// mine returns a vote that somebody chairs or counts; for others there is none.
func (p *Pages) mine(r *http.Request, id string) (poll.Poll, error) {
	q, err := p.Polls.Find(r.Context(), p.Realm, id)
	by := webkit.ActorOf(r)
	if err == nil && !p.Polls.MayChair(by, q.Place) && !p.Polls.MayScrutinise(by, q.Place) {
		err = fault.New(fault.Missing, "poll.missing")
	}
	return q, err
}

func (p *Pages) chair(w http.ResponseWriter, r *http.Request) error {
	return p.chairPage(w, r, http.StatusOK, nil)
}

func (p *Pages) chairPage(w http.ResponseWriter, r *http.Request, status int, why error) error {
	q, err := p.mine(r, r.PathValue("poll"))
	if err != nil {
		return err
	}
	about, err := p.page(r, "poll.desk.title")
	if err != nil {
		return err
	}
	by, now, say := webkit.ActorOf(r), p.Kit.Now(), about.Printer
	t, _, err := p.Polls.Turnout(r.Context(), p.Realm, q.ID, by)
	if err != nil {
		return err
	}
	view := ChairPage{
		Page: about, Poll: q, Href: root + "/" + q.ID, State: tag(say, q, now), Voted: t.Voted, Of: t.Entitled, Met: t.Met, Takes: q.Takes(now),
		Papers: t.By[poll.Paper], Sheets: t.Sheets, Differ: len(t.Differ) > 0, Chairs: p.Polls.MayChair(by, q.Place),
		Counts: p.Polls.MayScrutinise(by, q.Place), Letters: t.Letters < t.Casting,
	}
	if q.Secret {
		view.Papers += t.By[poll.Room]
		view.Hands = view.Takes && t.Letters == 0 && slices.Contains(q.Channels, poll.Online)
	}
	view.Live = view.Takes && !q.Entrusted()
	view.Waits = q.State == poll.Running && !view.Takes
	view.Link = webkit.Origin(r, p.Address) + voting + q.ID
	view.Title = q.Question
	view.Codes = webkit.NewForm("")
	if why != nil {
		view.Codes.Errors = p.Kit.Again(r, why).Errors // the codes typed are not shown again
		view.Errors = view.Codes.Errors
	}
	for i, s := range t.Quorum {
		view.Quorum = append(view.Quorum, line(say, "quorum", q.Rule.Quorum[i], s))
	}
	kind := "open"
	if q.Secret {
		kind = "secret"
	}
	view.Facts = []webkit.Fact{
		{Term: say.T("poll.kind"), Value: say.T("poll.kind." + kind)},
		{Term: say.T("poll.closes"), Value: say.DateTime(q.Closes.In(p.Zone))},
		{Term: say.T("poll.rule"), Value: q.Rule.Name() + " · " + say.T(q.Rule.Basis)},
	}
	if q.Entrusted() {
		view.Facts = append(view.Facts, webkit.Fact{Term: say.T("poll.hands"), Value: say.T("poll.hands.three")})
	}
	for _, c := range q.Channels {
		view.Facts = append(view.Facts, webkit.Fact{Term: say.T("poll.by." + string(c)), Value: strconv.FormatInt(t.By[c], 10)})
	}
	if q.Former != "" {
		view.Facts = append(view.Facts, webkit.Fact{Term: say.T("poll.former"), Value: say.T("poll.former_open"), Href: root + "/" + q.Former})
	}
	if q.State == poll.Counted {
		res, err := p.Polls.Result(r.Context(), p.Realm, q.ID)
		if err != nil {
			return err
		}
		view.Result = p.result(say, q, res)
		if len(view.Result.Runoff) > 0 || res.Verdict.Outcome == "no_quorum" {
			view.Again = root + "/new?former=" + q.ID
		}
	}
	if view.Live && r.Method == http.MethodGet {
		w.Header().Set("Refresh", refresh+"; url="+view.Href)
	}
	return p.Kit.Render(w, r, status, "vote_chair", view)
}

func (p *Pages) close(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	q, err := p.mine(r, r.PathValue("poll"))
	if err != nil {
		return err
	}
	c := poll.Close{Realm: p.Realm, ID: q.ID, By: webkit.ActorOf(r)}
	if q.Entrusted() {
		c.Codes = []string{r.PostFormValue("codes"), r.PostFormValue("second")}
	}
	_, err = p.Polls.Close(r.Context(), c)
	if kind := fault.KindOf(err); kind == fault.Conflict || kind == fault.Invalid {
		return p.chairPage(w, r, webkit.StatusOf(err), err)
	}
	if err != nil {
		return err
	}
	webkit.Done(w, r, root+"/"+q.ID, "poll.done.counted")
	return nil
}

// DropPage gives a vote up.
type DropPage struct {
	webkit.Page
	Form     webkit.Form
	Question string
	Href     string
}

func (p *Pages) dropForm(w http.ResponseWriter, r *http.Request) error {
	return p.dropPage(w, r, http.StatusOK, webkit.NewForm(""))
}

func (p *Pages) dropPage(w http.ResponseWriter, r *http.Request, status int, f webkit.Form) error {
	q, err := p.mine(r, r.PathValue("poll"))
	if err != nil {
		return err
	}
	about, err := p.page(r, "poll.drop.title")
	if err != nil {
		return err
	}
	view := DropPage{Page: about, Form: f, Question: q.Question, Href: root + "/" + q.ID}
	view.Errors = f.Errors
	return p.Kit.Render(w, r, status, "vote_drop", view)
}

func (p *Pages) drop(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	q, err := p.mine(r, r.PathValue("poll"))
	if err != nil {
		return err
	}
	err = p.Polls.Drop(r.Context(), poll.Drop{Realm: p.Realm, ID: q.ID, Reason: r.PostFormValue("reason"), By: webkit.ActorOf(r)})
	switch fault.KindOf(err) {
	case fault.Invalid, fault.Conflict:
		return p.dropPage(w, r, webkit.StatusOf(err), p.Kit.Again(r, err))
	}
	if err != nil {
		return err
	}
	webkit.Done(w, r, root+"/"+q.ID, "poll.done.dropped")
	return nil
}
