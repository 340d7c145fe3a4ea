// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webdisclosure

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/id"
	"pavilion/internal/base/text"
	"pavilion/internal/civic/deliberation/assembly"
	"pavilion/internal/civic/deliberation/disclosure"
	"pavilion/internal/core/org"
	"pavilion/internal/edge/web/webkit"
	"pavilion/internal/platform/db"
)

// WritePage is the form with which a notice is written or corrected.
type WritePage struct {
	webkit.Page
	Form     webkit.Form
	Post     string
	Back     string
	New      bool // the notice is not there yet
	Public   bool // it was public: a correction needs a reason
	Revision int
	Kinds    []webkit.Choice
	Rules    []webkit.Choice
	Areas    []webkit.Choice
	Boards   []webkit.Choice
	Yes      []webkit.Choice
}

// WithdrawPage asks why a notice is taken down.
type WithdrawPage struct {
	webkit.Page
	Form     webkit.Form
	Post     string
	Back     string
	Notice   string
	Said     string          // what will be seen of it
	Hide     []webkit.Choice // of its title; none before its release
	Revision int
}

func (p *Pages) newForm(w http.ResponseWriter, r *http.Request) error {
	f := webkit.NewForm(id.New())
	f.Values.Set("for", r.URL.Query().Get("for"))
	return p.newPage(w, r, http.StatusOK, f)
}

func (p *Pages) newPage(w http.ResponseWriter, r *http.Request, status int, f webkit.Form) error {
	about, err := p.page(w, r, "disclosure.new.title")
	if err != nil {
		return err
	}
	by, say := webkit.ActorOf(r), about.Printer
	view := WritePage{Page: about, Form: f, Post: root + "/new", Back: root, New: true}
	view.Errors = f.Errors
	for _, k := range disclosure.Kinds() {
		view.Kinds = append(view.Kinds, webkit.Choice{Value: string(k), Label: say.T("disclosure.kind." + string(k)), Hint: say.T("disclosure.kind_hint." + string(k))})
	}
	view.Rules = rules(say)
	view.Areas = p.areas(say.T("matter.choose_area"), func(a org.Area) bool { return p.Board.May(by, a.Lo) })
	papers, err := p.Board.BoardsAt(r.Context(), by)
	if err != nil {
		return err
	}
	for _, b := range papers {
		if !b.Retired() && p.Board.May(by, b.Place) {
			view.Boards = append(view.Boards, webkit.Choice{Value: b.ID, Label: b.Name, Hint: p.path(b.Area)})
		}
	}
	return p.Kit.Render(w, r, status, "disclosure_write", view)
}

// rules are the bodies whose rule sets the days.
func rules(say *text.Printer) []webkit.Choice {
	out := []webkit.Choice{{Label: say.T("disclosure.rule.none")}}
	for _, k := range assembly.Kinds() {
		out = append(out, webkit.Choice{Value: string(k), Label: say.T("assembly.kind." + string(k))})
	}
	return out
}

func (p *Pages) publish(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	c := disclosure.Publish{
		Realm: p.Realm, Key: r.PostFormValue("client"), Kind: disclosure.Kind(r.PostFormValue("kind")), For: r.PostFormValue("for"),
		Rule: r.PostFormValue("rule"), Area: r.PostFormValue("area"), Title: r.PostFormValue("title"), Issuer: r.PostFormValue("issuer"),
		Body: r.PostFormValue("text"), Boards: r.PostForm["boards"], By: webkit.ActorOf(r),
	}
	var n disclosure.Notice
	var err error
	if asked := strings.TrimSpace(r.PostFormValue("days")); asked != "" {
		if c.Days, err = strconv.Atoi(asked); err != nil || c.Days < 1 {
			err = fault.New(fault.Invalid, "disclosure.days").At("days")
		}
	}
	if err == nil {
		err = p.Board.DB.InTx(r.Context(), func(tx *db.Tx) error {
			n, err = p.Board.Publish(r.Context(), tx, c)
			return err
		})
	}
	if again(err) {
		return p.newPage(w, r, webkit.StatusOf(err), p.Kit.Again(r, err))
	}
	if err != nil {
		return err
	}
	webkit.Done(w, r, disclosure.DeskPage(n.ID), "disclosure.done.waits")
	return nil
}

func (p *Pages) correctForm(w http.ResponseWriter, r *http.Request) error {
	d, err := p.Board.Inspect(r.Context(), webkit.ActorOf(r), r.PathValue("notice"))
	if err != nil {
		return err
	}
	f := webkit.Form{Values: url.Values{"title": {d.Title}, "issuer": {d.Issuer}, "text": {d.Body}}}
	if d.Draft != nil {
		f.Values = url.Values{"title": {d.Draft.Text("title")}, "issuer": {d.Draft.Text("issuer")}, "text": {d.Draft.Text("text")}, "why": {d.Draft.Text("why")}}
	}
	if d.Material {
		f.Values.Set("material", "yes")
	}
	return p.correctPage(w, r, http.StatusOK, f, d)
}

func (p *Pages) correctPage(w http.ResponseWriter, r *http.Request, status int, f webkit.Form, d disclosure.DeskDetail) error {
	about, err := p.page(w, r, "disclosure.correct.title")
	if err != nil {
		return err
	}
	view := WritePage{
		Page: about, Form: f, Post: root + "/" + d.ID + "/correct", Back: root + "/" + d.ID, Public: d.Version > 0, Revision: d.Revision,
		Yes: []webkit.Choice{{Value: "yes", Label: about.T("disclosure.correct.material"), Hint: about.T("disclosure.correct.material_hint")}},
	}
	view.Errors = f.Errors
	return p.Kit.Render(w, r, status, "disclosure_write", view)
}

func (p *Pages) correct(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	by := webkit.ActorOf(r)
	_, err := p.Board.Correct(r.Context(), disclosure.Correct{
		Realm: p.Realm, ID: r.PathValue("notice"), Revision: revision(r), Title: r.PostFormValue("title"), Issuer: r.PostFormValue("issuer"),
		Body: r.PostFormValue("text"), Why: r.PostFormValue("why"), Material: r.PostFormValue("material") == "yes", By: by,
	})
	if again(err) {
		d, missing := p.Board.Inspect(r.Context(), by, r.PathValue("notice"))
		if missing != nil {
			return missing
		}
		return p.correctPage(w, r, webkit.StatusOf(err), p.Kit.Again(r, err), d)
	}
	if err != nil {
		return err
	}
	webkit.Done(w, r, disclosure.DeskPage(r.PathValue("notice")), "disclosure.done.waits")
	return nil
}

func (p *Pages) withdrawForm(w http.ResponseWriter, r *http.Request) error {
	return p.withdrawPage(w, r, http.StatusOK, webkit.Form{})
}

func (p *Pages) withdrawPage(w http.ResponseWriter, r *http.Request, status int, f webkit.Form) error {
	d, err := p.Board.Inspect(r.Context(), webkit.ActorOf(r), r.PathValue("notice"))
	if err != nil {
		return err
	}
	about, err := p.page(w, r, "disclosure.withdraw.title")
	if err != nil {
		return err
	}
	view := WithdrawPage{Page: about, Form: f, Post: root + "/" + d.ID + "/withdraw", Back: root + "/" + d.ID, Notice: d.Title, Revision: d.Revision}
	view.Errors = f.Errors
	switch st := d.Standing; {
	case !d.State.Public():
		view.Said = about.T("disclosure.withdraw.unseen")
	case st.Complete:
		view.Said = about.T("disclosure.withdraw.complete")
	default:
		view.Said = about.T("disclosure.withdraw.early", "n", st.Stood, "of", st.Needed)
	}
	if d.State.Public() {
		view.Hide = []webkit.Choice{{Value: "yes", Label: about.T("disclosure.withdraw.conceal"), Hint: about.T("disclosure.withdraw.conceal_hint")}}
	}
	return p.Kit.Render(w, r, status, "disclosure_withdraw", view)
}

func (p *Pages) withdraw(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	_, err := p.Board.Withdraw(r.Context(), disclosure.Withdraw{
		Realm: p.Realm, ID: r.PathValue("notice"), Revision: revision(r), Reason: r.PostFormValue("reason"),
		Conceal: r.PostFormValue("conceal") == "yes", By: webkit.ActorOf(r),
	})
	if again(err) {
		return p.withdrawPage(w, r, webkit.StatusOf(err), p.Kit.Again(r, err))
	}
	if err != nil {
		return err
	}
	webkit.Done(w, r, disclosure.DeskPage(r.PathValue("notice")), "disclosure.done.withdrawn")
	return nil
}
