// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package websurvey

import (
	"encoding/base64"
	"html/template"
	"net/http"

	"github.com/skip2/go-qrcode"

	"pavilion/internal/base/fault"
	"pavilion/internal/civic/deliberation/poll"
	"pavilion/internal/civic/deliberation/survey"
	"pavilion/internal/edge/web/webkit"
)

// LetterView is one household's letter, with the paper below that it may hand in.
type LetterView struct {
	No    int
	Label string
	Code  string // in groups
}

// LettersPage is letters to print. Their codes are shown once.
type LettersPage struct {
	webkit.Page
	Question string
	About    string
	Closes   string
	Link     string
	QR       template.URL // of the survey's address, never of a code
	Choices  []webkit.Choice
	Letters  []LetterView
	Paper    bool
	Back     string
}

// qrSize is how wide a QR code is, in pixels.
const qrSize = 240

// letters makes codes and shows them, once.
func (p *Pages) letters(w http.ResponseWriter, r *http.Request) error {
	private(w)
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if _, err := p.kept(r); err != nil {
		return err
	}
	v, made, err := p.Surveys.Issue(r.Context(), survey.Issue{
		Realm: p.Realm, ID: r.PathValue("survey"), No: max(0, number(r.PostFormValue("no"))), By: webkit.ActorOf(r),
	})
	if fault.KindOf(err) == fault.Conflict {
		return p.onePage(w, r, http.StatusConflict, err)
	}
	if err != nil {
		return err
	}
	view := LettersPage{
		Page: p.Kit.Page(r, "survey.letters.title"), Question: v.Question, About: v.About, Link: webkit.Origin(r, p.Address) + survey.Page(v.ID),
		Back: survey.Desk(v.ID),
	}
	view.Closes, view.Choices = view.Printer.DateTime(v.Closes.In(p.Zone)), choices(view.Printer, v)
	for _, c := range v.Channels {
		view.Paper = view.Paper || c == survey.Paper
	}
	png, err := qrcode.Encode(view.Link, qrcode.Medium, qrSize)
	if err != nil {
		return err
	}
	view.QR = template.URL("data:image/png;base64," + base64.StdEncoding.EncodeToString(png))
	for _, l := range made {
		view.Letters = append(view.Letters, LetterView{No: l.No, Label: l.Label, Code: poll.Spaced(l.Code)})
	}
	return p.Kit.Render(w, r, http.StatusOK, "survey_letters", view)
}
