// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webpoll

import (
	"encoding/base64"
	"html/template"
	"net/http"

	"github.com/skip2/go-qrcode"

	"pavilion/internal/base/fault"
	"pavilion/internal/civic/deliberation/poll"
	"pavilion/internal/edge/web/webkit"
)

// LetterView is one credential to print.
type LetterView struct {
	Name, Holder string
	Code         string // in groups
}

// LettersPage is credentials to print. They are shown once.
type LettersPage struct {
	webkit.Page
	Question string
	Closes   string
	Link     string
	QR       template.URL // of the vote's address, never of a credential
	Letters  []LetterView
	Back     string
}

// KeysPage is the codes of an urn's key to print, one for each of three people. They
// are shown once.
type KeysPage struct {
	webkit.Page
	Question string
	Closes   string
	Keys     []KeyView
	Back     string
}

// KeyView is the code of one holder.
type KeyView struct {
	Holder int
	Code   string // in groups
}

// PapersPage is papers to print.
type PapersPage struct {
	webkit.Page
	Question string
	Choices  []webkit.Choice
	Secret   bool
	Papers   []int
	Back     string
}

// qrSize is how wide a QR code is, in pixels.
const qrSize = 240

// mostPapers is how many papers are printed at once.
const mostPapers = 60

// letters makes credentials and shows them, once.
func (p *Pages) letters(w http.ResponseWriter, r *http.Request) error {
	private(w)
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	q, err := p.mine(r, r.PathValue("poll"))
	if err != nil {
		return err
	}
	c := poll.Issue{Realm: p.Realm, ID: q.ID, By: webkit.ActorOf(r)}
	if member := r.PostFormValue("member"); member != "" {
		c.Members = []string{member}
	}
	made, err := p.Polls.Issue(r.Context(), c)
	if fault.KindOf(err) == fault.Conflict {
		return p.chairPage(w, r, http.StatusConflict, err)
	}
	if err != nil {
		return err
	}
	names, err := p.names(r, q)
	if err != nil {
		return err
	}
	view := LettersPage{Page: p.Kit.Page(r, "poll.letters.title"), Question: q.Question, Link: webkit.Origin(r, p.Address) + voting + q.ID, Back: root + "/" + q.ID}
	view.Closes = view.Printer.DateTime(q.Closes.In(p.Zone))
	png, err := qrcode.Encode(view.Link, qrcode.Medium, qrSize)
	if err != nil {
		return err
	}
	view.QR = template.URL("data:image/png;base64," + base64.StdEncoding.EncodeToString(png))
	for _, l := range made {
		view.Letters = append(view.Letters, LetterView{Name: names[l.Member], Holder: names[l.Holder], Code: poll.Spaced(l.Secret)})
	}
	return p.Kit.Render(w, r, http.StatusOK, "vote_letters", view)
}

// keys gives the key of the urn to three people and shows their codes, once.
func (p *Pages) keys(w http.ResponseWriter, r *http.Request) error {
	private(w)
	q, err := p.mine(r, r.PathValue("poll"))
	if err != nil {
		return err
	}
	codes, err := p.Polls.Entrust(r.Context(), poll.Entrust{Realm: p.Realm, ID: q.ID, By: webkit.ActorOf(r)})
	if fault.KindOf(err) == fault.Conflict {
		return p.chairPage(w, r, http.StatusConflict, err)
	}
	if err != nil {
		return err
	}
	view := KeysPage{Page: p.Kit.Page(r, "poll.hands.title"), Question: q.Question, Back: root + "/" + q.ID}
	view.Closes = view.Printer.DateTime(q.Closes.In(p.Zone))
	for i, c := range codes {
		view.Keys = append(view.Keys, KeyView{i + 1, poll.Spaced(c)})
	}
	return p.Kit.Render(w, r, http.StatusOK, "vote_keys", view)
}

func (p *Pages) papers(w http.ResponseWriter, r *http.Request) error {
	q, err := p.mine(r, r.PathValue("poll"))
	if err != nil {
		return err
	}
	view := PapersPage{Page: p.Kit.Page(r, "poll.papers.title"), Question: q.Question, Secret: q.Secret, Back: root + "/" + q.ID}
	view.Choices = choices(view.Printer, q)
	t, _, err := p.Polls.Turnout(r.Context(), p.Realm, q.ID, webkit.ActorOf(r))
	if err != nil {
		return err
	}
	view.Papers = make([]int, min(t.Entitled, mostPapers))
	return p.Kit.Render(w, r, http.StatusOK, "vote_papers", view)
}
