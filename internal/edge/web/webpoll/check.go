// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webpoll

import (
	"math"
	"net/http"
	"strconv"

	"pavilion/internal/base/fault"
	"pavilion/internal/civic/deliberation/poll"
	"pavilion/internal/edge/web/webkit"
)

// CheckPage says whether a ballot is in the count.
type CheckPage struct {
	webkit.Page
	Form   webkit.Form
	Post   string
	Asked  bool
	Found  bool
	Choice string
	Root   string
	Listed int64
}

// tooMany is the fault of trying too many codes.
const tooMany = "poll.too_many_tries"

// allow limits tries from one address, right ones included, so that the limit tells
// nothing.
func (p *Pages) allow(w http.ResponseWriter, r *http.Request) error {
	wait, ok := p.Allow(p.Client(r))
	if ok {
		return nil
	}
	w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
	return fault.New(fault.Conflict, tooMany)
}

func (p *Pages) status(err error) int {
	if f, ok := fault.As(err); ok && f.Key == tooMany {
		return http.StatusTooManyRequests
	}
	return webkit.StatusOf(err)
}

func (p *Pages) checkForm(w http.ResponseWriter, r *http.Request) error {
	view := CheckPage{Page: p.Kit.Page(r, "poll.check.title"), Form: webkit.NewForm(""), Post: voting + r.PathValue("poll") + "/check"}
	return p.Kit.Render(w, r, http.StatusOK, "vote_check", view)
}

// check looks a tracking code up. A vote that is not counted, or that there is not,
// has none.
func (p *Pages) check(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	private(w)
	view := CheckPage{Page: p.Kit.Page(r, "poll.check.title"), Form: webkit.NewForm(""), Post: voting + r.PathValue("poll") + "/check"}
	err := p.allow(w, r)
	if err == nil {
		err = p.look(r, &view)
	}
	if err == nil {
		return p.Kit.Render(w, r, http.StatusOK, "vote_check", view)
	}
	if _, ok := fault.As(err); !ok {
		return err
	}
	view.Form = p.Kit.Again(r, err)
	view.Errors = view.Form.Errors
	return p.Kit.Render(w, r, p.status(err), "vote_check", view)
}

func (p *Pages) look(r *http.Request, view *CheckPage) error {
	q, err := p.Polls.Find(r.Context(), p.Realm, r.PathValue("poll"))
	if fault.KindOf(err) == fault.Missing || err == nil && q.State != poll.Counted {
		return fault.New(fault.Conflict, "poll.uncounted").At("code")
	}
	if err != nil {
		return err
	}
	ballots, err := p.Polls.Ballots(r.Context(), p.Realm, q.ID)
	if err != nil {
		return err
	}
	view.Asked, view.Root, view.Listed = true, poll.Root(q.ID, ballots), int64(len(ballots))
	code := poll.Plain(r.PostFormValue("code"))
	for _, b := range ballots {
		if b.Code == code {
			view.Found, view.Choice = true, words(view.Printer, q, b.Choice)
		}
	}
	return nil
}
