// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webpoll

import (
	"encoding/json"
	"net/http"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/id"
	"pavilion/internal/civic/deliberation/poll"
	"pavilion/internal/edge/web/webkit"
)

// VoterPage is one screen of a voter's. What it was told on the screens before goes
// along, and nothing is kept until the last.
type VoterPage struct {
	webkit.Page
	Form     webkit.Form
	Post     string
	Question string
	Secret   bool // the ballot is
	Code     string
	Nonce    string
	Choices  []webkit.Choice
	Choice   string
	Chosen   string // in words
	Mark     string
	Tracking string // in groups
	Closes   string
	Until    string // said of a vote that is not counted yet
	Result   *ResultView
	Check    string // address
}

// nonceLength is the characters drawn for a page, of five bits each.
const nonceLength = 20

// ask asks for the credential. It says nothing of a vote, not even that there is one.
func (p *Pages) ask(w http.ResponseWriter, r *http.Request) error {
	return p.askPage(w, r, http.StatusOK, webkit.NewForm(""))
}

func (p *Pages) askPage(w http.ResponseWriter, r *http.Request, status int, f webkit.Form) error {
	private(w)
	view := VoterPage{Page: p.Kit.Page(r, "poll.voter.title"), Form: f, Post: voting + r.PathValue("poll"), Check: voting + r.PathValue("poll") + "/check"}
	f.Values.Del("code")
	view.Errors = f.Errors
	return p.Kit.Render(w, r, status, "vote_ask", view)
}

// step takes one screen and shows the next.
func (p *Pages) step(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	private(w)
	again := func(err error) error {
		if f, ok := fault.As(err); !ok || f.Kind == fault.Internal {
			return err
		}
		return p.askPage(w, r, p.status(err), p.Kit.Again(r, err))
	}
	step := r.PostFormValue("step")
	if step == "" || step == "list" {
		if err := p.allow(w, r); err != nil {
			return again(err)
		}
	}
	code := poll.Plain(r.PostFormValue("code"))
	v, err := p.Polls.Voter(r.Context(), p.Realm, r.PathValue("poll"), code)
	if fault.KindOf(err) == fault.Missing {
		if step != "" && step != "list" { // a guess that did not come by the first screen
			if bad := p.allow(w, r); bad != nil {
				return again(bad)
			}
		}
		return again(fault.New(fault.Missing, "poll.no_credential").At("code"))
	}
	if err != nil {
		return err
	}
	q, err := p.Polls.Find(r.Context(), p.Realm, r.PathValue("poll"))
	if err != nil {
		return again(err)
	}
	view := p.voterPage(r, q, code)
	switch {
	case step == "list":
		return p.list(w, r, q)
	case q.State == poll.Counted:
		return p.ended(w, r, q, view)
	case v.Channel != "" && step != "cast" && !q.Changeable, v.Channel != "" && v.Channel != poll.Online, v.Aside, !q.Takes(p.Kit.Now()):
		return p.waiting(w, r, q, v, view)
	case step == "cast":
		return p.cast(w, r, q, view)
	case step == "choose":
		return p.chosen(w, r, q, view)
	}
	return p.Kit.Render(w, r, http.StatusOK, "vote_choose", view)
}

func (p *Pages) voterPage(r *http.Request, q poll.Poll, code string) VoterPage {
	view := VoterPage{Page: p.Kit.Page(r, "poll.voter.title"), Form: p.sent(r), Post: voting + q.ID, Question: q.Question, Secret: q.Secret, Code: code}
	view.Choices = choices(view.Printer, q)
	view.Closes = view.Printer.DateTime(q.Closes.In(p.Zone))
	view.Nonce, view.Choice, view.Mark = r.PostFormValue("nonce"), r.PostFormValue("choice"), r.PostFormValue("mark")
	view.Chosen = words(view.Printer, q, view.Choice)
	view.Check = voting + q.ID + "/check"
	if view.Nonce == "" {
		view.Nonce = id.Secret(nonceLength)
	}
	return view
}

func (p *Pages) sent(r *http.Request) webkit.Form {
	f := webkit.NewForm("")
	f.Values = webkit.Printable(r.PostForm)
	return f
}

// chosen shows what was chosen, to be confirmed.
func (p *Pages) chosen(w http.ResponseWriter, r *http.Request, q poll.Poll, view VoterPage) error {
	if view.Chosen == "" {
		view.Form = p.Kit.Again(r, fault.New(fault.Invalid, "poll.no_choice").At("choice"))
		view.Errors = view.Form.Errors
		return p.Kit.Render(w, r, http.StatusUnprocessableEntity, "vote_choose", view)
	}
	return p.Kit.Render(w, r, http.StatusOK, "vote_confirm", view)
}

// cast keeps the vote and shows the tracking code, or why it could not be kept.
func (p *Pages) cast(w http.ResponseWriter, r *http.Request, q poll.Poll, view VoterPage) error {
	var err error
	if q.Secret {
		var got poll.Receipt
		got, err = p.Polls.Cast(r.Context(), poll.Cast{
			Realm: p.Realm, ID: q.ID, Secret: view.Code, Choice: view.Choice, Nonce: view.Nonce, Mark: view.Mark,
		})
		view.Tracking = poll.Spaced(got.Code)
	} else {
		err = p.Polls.Vote(r.Context(), poll.Vote{Realm: p.Realm, ID: q.ID, Secret: view.Code, Channel: poll.Online, Choice: view.Choice})
	}
	f, known := fault.As(err)
	switch {
	case err == nil:
		return p.Kit.Render(w, r, http.StatusOK, "vote_done", view)
	case !known:
		return err
	case f.Key == "poll.code_taken":
		view.Nonce = id.Secret(nonceLength)
	}
	view.Form = p.Kit.Again(r, err)
	view.Errors = view.Form.Errors
	return p.Kit.Render(w, r, webkit.StatusOf(err), "vote_confirm", view)
}

// waiting says that a vote has come, or that no more are taken.
func (p *Pages) waiting(w http.ResponseWriter, r *http.Request, q poll.Poll, v poll.Voter, view VoterPage) error {
	say := view.Printer
	switch {
	case v.Aside:
		view.Until = say.T("poll.aside")
	case v.Channel != "":
		view.Until = say.T("poll.spent_" + string(v.Channel))
	case q.State == poll.Dropped:
		view.Until = say.T("poll.dropped")
	default:
		view.Until = say.T("poll.closed")
	}
	return p.Kit.Render(w, r, http.StatusOK, "vote_wait", view)
}

// ended shows the result to who was entitled.
func (p *Pages) ended(w http.ResponseWriter, r *http.Request, q poll.Poll, view VoterPage) error {
	res, err := p.Polls.Result(r.Context(), p.Realm, q.ID)
	if err != nil {
		return err
	}
	view.Result = p.result(view.Printer, q, res)
	return p.Kit.Render(w, r, http.StatusOK, "vote_result", view)
}

// list sends all ballots as a file from which anybody counts them anew.
func (p *Pages) list(w http.ResponseWriter, r *http.Request, q poll.Poll) error {
	ballots, err := p.Polls.Ballots(r.Context(), p.Realm, q.ID)
	if err != nil {
		return err
	}
	raw, err := json.MarshalIndent(map[string]any{"poll": q.ID, "options": q.Options, "root": poll.Root(q.ID, ballots), "ballots": ballots}, "", "  ")
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Disposition", `attachment; filename="ballots-`+q.ID+`.json"`)
	_, err = w.Write(append(raw, '\n'))
	return err
}
