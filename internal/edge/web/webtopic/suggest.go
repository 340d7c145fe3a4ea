// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webtopic

import (
	"crypto/hmac"
	"encoding/base64"
	"html/template"
	"net/http"
	"strings"
	"time"

	"github.com/skip2/go-qrcode"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/id"
	"pavilion/internal/civic/deliberation/topic"
	"pavilion/internal/core/identity"
	"pavilion/internal/edge/web/webkit"
)

// SuggestPage asks for a suggestion.
type SuggestPage struct {
	webkit.Page
	Form  webkit.Form
	Areas []webkit.Choice
	Max   int
}

func (p *Pages) suggestForm(w http.ResponseWriter, r *http.Request) error {
	return p.suggestPage(w, r, http.StatusOK, webkit.NewForm(id.New()))
}

func (p *Pages) suggestPage(w http.ResponseWriter, r *http.Request, status int, f webkit.Form) error {
	view := SuggestPage{Page: p.Kit.Page(r, "topic.suggest.title"), Form: f, Max: topic.MaxWords}
	view.Errors = f.Errors
	view.Areas = p.areas(view.T("topic.suggest.area_none"), depths, everywhere)
	private(w)
	return p.Kit.Render(w, r, status, "topic_suggest", view)
}

// suggest keeps a suggestion. Sent again it makes no second one; somebody who goes back
// and writes something else has made another.
func (p *Pages) suggest(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	key := r.PostFormValue("client")
	if key != "" {
		key += "\n" + r.PostFormValue("words")
	}
	err := p.allow(w, r, p.Reports, "matter.too_many_reports")
	made := topic.Receipt{}
	if err == nil {
		made, err = p.Topics.Raise(r.Context(), topic.Raise{
			Realm: p.Realm, Key: key, Origin: topic.Resident, Area: r.PostFormValue("area"), Words: r.PostFormValue("words"),
			Contact: topic.Contact{Name: r.PostFormValue("contact_name"), Phone: r.PostFormValue("contact_phone")}, By: identity.Actor{Realm: p.Realm},
		})
	}
	if again(err) {
		f := p.Kit.Again(r, err)
		if f.Client == "" {
			f.Client = id.New()
		}
		return p.suggestPage(w, r, statusOf(err), f)
	}
	if err != nil {
		return err
	}
	p.remember(w, r, made.Suggestion)
	http.Redirect(w, r, public+"/mine/"+made.Number, http.StatusSeeOther)
	return nil
}

// cookieAge is how long a browser remembers that it has shown a code, in seconds.
const cookieAge = 30 * 24 * 3600

func cookie(number string) string { return "pv_s_" + number }

// shown proves that the code of a suggestion was shown.
func (p *Pages) shown(id string) string { return p.Topics.Box.Sum("suggestion_shown", p.Realm, id) }

// remember lets this browser follow a suggestion without showing the code again.
func (p *Pages) remember(w http.ResponseWriter, r *http.Request, g topic.Suggestion) {
	webkit.SetCookie(w, r, cookie(g.Number), p.shown(g.ID), cookieAge)
}

// FollowPage asks for number and code.
type FollowPage struct {
	webkit.Page
	Form webkit.Form
}

func (p *Pages) followForm(w http.ResponseWriter, r *http.Request) error {
	f := webkit.NewForm("")
	f.Values.Set("number", r.URL.Query().Get("number"))
	return p.followPage(w, r, http.StatusOK, webkit.Form{Values: webkit.Printable(f.Values)})
}

func (p *Pages) followPage(w http.ResponseWriter, r *http.Request, status int, f webkit.Form) error {
	view := FollowPage{Page: p.Kit.Page(r, "topic.follow.title"), Form: f}
	view.Errors = f.Errors
	return p.Kit.Render(w, r, status, "topic_follow", view)
}

func (p *Pages) follow(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	return p.prove(w, r, r.PostFormValue("number"), r.PostFormValue("code"))
}

// followLink is where the QR code on a receipt leads.
func (p *Pages) followLink(w http.ResponseWriter, r *http.Request) error {
	return p.prove(w, r, r.PathValue("number"), r.PathValue("code"))
}

// prove checks number and code. Tries are limited, right ones included, so that the
// limit tells nothing.
func (p *Pages) prove(w http.ResponseWriter, r *http.Request, number, code string) error {
	err := p.allow(w, r, p.Codes, "matter.too_many_codes")
	g := topic.Suggestion{}
	if err == nil {
		g, err = p.Topics.Follow(r.Context(), p.Realm, number, code)
	}
	if _, known := fault.As(err); known {
		return p.followPage(w, r, statusOf(err), p.Kit.Again(r, err))
	}
	if err != nil {
		return err
	}
	p.remember(w, r, g)
	http.Redirect(w, r, public+"/mine/"+g.Number, http.StatusSeeOther)
	return nil
}

// MinePage is a suggestion as whoever made it sees it.
type MinePage struct {
	webkit.Page
	Receipt webkit.Receipt
	State   webkit.Tag
	Facts   []webkit.Fact
	Reply   string
	Replied time.Time
	Due     time.Time
	Topic   *Line // that it is part of, once that is public
	Answer  string
}

// qrSize is how wide a receipt's QR code is, in pixels.
const qrSize = 480

// mine shows a suggestion to a browser that has shown its code. A number that does not
// exist is the same as one whose code is wanted.
func (p *Pages) mine(w http.ResponseWriter, r *http.Request) error {
	number := r.PathValue("number")
	g, err := p.Topics.Numbered(r.Context(), p.Realm, number)
	if err != nil && fault.KindOf(err) != fault.Missing {
		return err
	}
	if err != nil || !hmac.Equal([]byte(webkit.Cookie(r, cookie(g.Number))), []byte(p.shown(g.ID))) {
		f := webkit.NewForm("")
		f.Values.Set("number", number)
		return p.followPage(w, r, http.StatusNotFound, webkit.Form{Values: webkit.Printable(f.Values)})
	}
	view := MinePage{Page: p.Kit.Page(r, "topic.mine.title", "number", g.Number), Reply: g.Reply, Replied: g.RepliedAt}
	say := view.Printer
	view.State = state(say, g, p.Kit.Now())
	if g.State.Open() {
		view.Due = g.Due
	}
	words := g.Words
	if g.Forgotten {
		words = say.T("topic.forgotten")
	}
	view.Facts = []webkit.Fact{{Term: say.T("topic.words"), Value: words}, {Term: say.T("matter.place"), Value: p.place(g.Area)}}
	code := p.Topics.Code(p.Realm, g.ID)
	link := webkit.Origin(r, p.Address) + public + "/s/" + g.Number + "/" + code
	png, err := qrcode.Encode(link, qrcode.Medium, qrSize)
	if err != nil {
		return err
	}
	view.Receipt = webkit.Receipt{
		Number: g.Number, Code: code[:4] + " " + code[4:], Link: link, QR: template.URL("data:image/png;base64," + base64.StdEncoding.EncodeToString(png)),
		Next: say.T("topic.said_next." + string(g.State)), Until: view.Due,
	}
	if g.Topic != "" {
		d, err := p.Topics.Public(r.Context(), p.Realm, g.Topic)
		switch {
		case err == nil:
			line := p.lines(say, []topic.Topic{d.Topic}, true)[0]
			view.Topic, view.Answer = &line, strings.TrimSpace(d.Answer)
		case fault.KindOf(err) != fault.Missing:
			return err
		}
	}
	private(w)
	return p.Kit.Render(w, r, http.StatusOK, "topic_mine", view)
}
