// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package websurvey

import (
	"net/http"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/page"
	"pavilion/internal/civic/deliberation/survey"
	"pavilion/internal/edge/web/webkit"
)

// RemarkLine is one remark with the form that settles it.
type RemarkLine struct {
	ID    string
	Words string
	State webkit.Tag
	Open  bool
	Form  webkit.Form
}

// RemarksPage lists what was said beside answers.
type RemarksPage struct {
	webkit.Page
	Question string
	Href     string
	Lines    []RemarkLine
	Takes    bool // somebody takes suggestions
	Next     string
	Empty    webkit.Empty
}

func (p *Pages) remarks(w http.ResponseWriter, r *http.Request) error {
	return p.remarksPage(w, r, http.StatusOK, "", webkit.Form{})
}

// remarksPage shows remarks; where one could not be settled, its form as it was sent.
func (p *Pages) remarksPage(w http.ResponseWriter, r *http.Request, status int, failed string, f webkit.Form) error {
	after, err := page.ParseCursor(r.URL.Query().Get("after"))
	if err != nil {
		return err
	}
	v, list, err := p.Surveys.Remarks(r.Context(), p.Realm, r.PathValue("survey"), webkit.ActorOf(r), after, page.Default)
	if err != nil {
		return err
	}
	about, err := p.begin(r, "survey.remarks.title")
	if err != nil {
		return err
	}
	say := about.Printer
	view := RemarksPage{Page: about, Question: v.Question, Href: survey.Desk(v.ID), Takes: p.Surveys.Suggestions != nil}
	view.Errors = f.Errors
	for _, one := range list.Items {
		l := RemarkLine{ID: one.ID, Words: one.Words, Open: one.State == survey.Fresh, Form: webkit.NewForm("")}
		colour := map[survey.RemarkState]string{survey.Fresh: "amber", survey.Suggested: "green"}[one.State]
		l.State = webkit.Tag{Word: say.T("survey.remark." + string(one.State)), Colour: colour}
		if one.Words == "" {
			l.Words = say.T("survey.remark.gone")
		}
		l.Form.Prefix = one.ID + "-"
		l.Form.Values.Set("words", one.Words)
		if one.ID == failed {
			l.Form = f
		}
		view.Lines = append(view.Lines, l)
	}
	if list.Next.More() {
		view.Next = view.Href + "/remarks?after=" + list.Next.String()
	}
	view.Empty = webkit.Empty{Icon: "message", Heading: say.T("survey.remarks.none"), Text: say.T("survey.remarks.none_help")}
	return p.Kit.Render(w, r, status, "survey_remarks", view)
}

// settle makes a remark a suggestion, or lays it aside.
func (p *Pages) settle(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if _, err := p.kept(r); err != nil {
		return err
	}
	c := survey.Settle{Realm: p.Realm, ID: r.PathValue("survey"), Remark: r.PathValue("remark"), By: webkit.ActorOf(r)}
	var err error
	switch r.PostFormValue("act") {
	case "suggest":
		if c.Words = r.PostFormValue("words"); c.Words == "" {
			err = fault.New(fault.Invalid, "form.required").At("words")
		}
	case "aside":
	default:
		err = fault.New(fault.Invalid, "form.not_a_choice").At("words")
	}
	if err == nil {
		_, err = p.Surveys.Settle(r.Context(), c)
	}
	if err != nil && again(err) {
		return p.remarksPage(w, r, webkit.StatusOf(err), c.Remark, p.Kit.AgainIn(r, err, c.Remark+"-"))
	}
	if err != nil {
		return err
	}
	webkit.Done(w, r, survey.Desk(c.ID)+"/remarks", "survey.done.settled")
	return nil
}
