// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webpicture

import (
	"net/http"
	"strconv"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/text"
	"pavilion/internal/civic/matter/picture"
	"pavilion/internal/core/release"
	"pavilion/internal/edge/web/webkit"
)

// PicturePage is a photo that is prepared for the public.
type PicturePage struct {
	webkit.Page
	Form          webkit.Form
	Back, Post    string
	Original      string
	Width, Height int
	Latest        *Made         // what was made of it last
	Shown         *webkit.Photo // what is public, if that is another
	Cells         []Cell
	Open          bool // the form is, and not what was made
}

// Made is what was made of a photo.
type Made struct {
	Image     webkit.Photo
	Boxes     []picture.Box
	Caption   string
	By        string
	At        time.Time
	State     webkit.Tag
	Reason    string // why it was returned or withdrawn
	ID        string
	Revision  int
	May       bool // this person may release it
	WhyNot    string
	Returns   bool // or return it
	Withdraws bool // or take it back
	Trail     []webkit.Event
}

// Cell is a square of the grid that can be hidden.
type Cell struct {
	Value, Label string
	On           bool
}

// spot is where a photo is.
type spot struct {
	matter, photo string
	seq           int
}

func (s spot) back() string { return "/desk/matters/" + s.matter }

func place(r *http.Request) (spot, error) {
	seq, err := strconv.Atoi(r.PathValue("seq"))
	if err != nil {
		return spot{}, fault.New(fault.Missing, "photo.missing")
	}
	return spot{matter: r.PathValue("id"), seq: seq, photo: r.PathValue("photo")}, nil
}

func (p *Pages) look(w http.ResponseWriter, r *http.Request) error {
	return p.page(w, r, http.StatusOK, webkit.Form{})
}

// page shows the photo; f is what was sent, if it could not be done.
func (p *Pages) page(w http.ResponseWriter, r *http.Request, status int, f webkit.Form) error {
	at, err := place(r)
	if err != nil {
		return err
	}
	l, err := p.Pictures.Look(r.Context(), webkit.ActorOf(r), at.matter, at.seq, at.photo)
	if err != nil {
		return err
	}
	counts, err := p.Counts(r)
	if err != nil {
		return err
	}
	view := PicturePage{
		Page: p.Kit.DeskPage(r, counts, "picture.title"), Form: f, Back: at.back(), Post: picture.Page(at.matter, at.seq, at.photo),
		Original: "/desk/matters/" + at.matter + "/photos/" + strconv.Itoa(at.seq) + "/" + at.photo + "/original",
		Width:    l.Photo.Width, Height: l.Photo.Height, Open: l.Latest == nil || f.Values != nil && f.Values.Get("act") == "",
	}
	view.Errors = f.Errors
	if f.Values == nil {
		view.Form = webkit.NewForm("")
		if l.Latest != nil {
			view.Form.Values.Set("boxes", picture.Write(l.Latest.Boxes))
			view.Form.Values.Set("caption", l.Trail.Text(picture.CaptionPart))
		}
	}
	if l.Latest != nil {
		view.Latest = p.made(r, view.Printer, at, l)
	}
	if l.Shown != nil && l.Shown.ID != l.Latest.ID {
		shown := p.Photo(*l.Shown)
		view.Shown = &shown
	}
	view.Cells = cells(view.Printer, view.Form)
	return p.Kit.Render(w, r, status, "picture", view)
}

// colours of the states.
var colours = map[release.State]string{
	release.Drafted: "red", release.Waiting: "amber", release.Returned: "amber", release.Released: "green",
}

func (p *Pages) made(r *http.Request, say *text.Printer, at spot, l picture.Look) *Made {
	by, t := webkit.ActorOf(r), l.Trail
	root := "/desk/matters/" + at.matter + "/photos/" + strconv.Itoa(at.seq) + "/" + at.photo + "/drafts/" + l.Latest.ID + "/"
	m := &Made{
		Image: webkit.Photo{Thumb: root + "thumb", Full: root + "full", Alt: say.T("picture.result_alt")},
		Boxes: l.Latest.Boxes, Caption: t.Text(picture.CaptionPart), By: p.Name(r.Context(), l.Latest.By), At: l.Latest.At,
		State:  webkit.Tag{Word: say.T("release.state." + string(t.State)), Colour: colours[t.State]},
		Reason: t.Reason, ID: l.Latest.ID, Revision: t.Revision, May: l.May,
		Returns:   t.State == release.Waiting && t.Author != by.Account,
		Withdraws: t.State.Live() || t.State == release.Released,
	}
	if t.State == release.Waiting && t.Author == by.Account {
		m.WhyNot = say.T("release.own")
	}
	if t.State == release.Drafted {
		m.WhyNot = say.T("release.traces")
	}
	for _, e := range t.Events {
		m.Trail = append(m.Trail, webkit.Event{State: "done", What: say.T("release.act." + e.Act), Who: p.Name(r.Context(), e.Actor), At: e.At, Said: e.Reason})
	}
	return m
}

// cells are the squares of the grid, with those that were chosen.
func cells(say *text.Printer, f webkit.Form) []Cell {
	var out []Cell
	for i := range picture.Rows * picture.Columns {
		value := strconv.Itoa(i)
		out = append(out, Cell{
			Value: value, On: f.Has("cell", value),
			Label: say.T("picture.cell", "row", i/picture.Columns+1, "column", i%picture.Columns+1),
		})
	}
	return out
}

// prepare makes a picture of what was marked: by drawing, by numbers, by squares.
func (p *Pages) prepare(w http.ResponseWriter, r *http.Request) error {
	at, err := place(r)
	if err != nil {
		return err
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		return fault.New(fault.Invalid, "picture.too_many_boxes").With("max", strconv.Itoa(picture.MaxBoxes))
	}
	err = p.sent(r, at)
	switch fault.KindOf(err) {
	case fault.Invalid, fault.Stale:
		return p.page(w, r, webkit.StatusOf(err), p.Kit.Again(r, err))
	}
	if err != nil {
		return err
	}
	webkit.Done(w, r, picture.Page(at.matter, at.seq, at.photo), "picture.done.prepared")
	return nil
}

func (p *Pages) sent(r *http.Request, at spot) error {
	boxes, err := picture.Read(r.PostFormValue("boxes"))
	if err != nil {
		return err
	}
	squares, err := picture.Cells(r.PostForm["cell"])
	if err != nil {
		return err
	}
	_, err = p.Pictures.Prepare(r.Context(), picture.Prepare{
		Realm: p.Realm, Matter: at.matter, Seq: at.seq, Photo: at.photo, Boxes: append(boxes, squares...),
		Nothing: r.PostFormValue("nothing") != "", Caption: r.PostFormValue("caption"), By: webkit.ActorOf(r),
	})
	return err
}

// decide releases, returns or withdraws what was made.
func (p *Pages) decide(w http.ResponseWriter, r *http.Request) error {
	at, err := place(r)
	if err != nil {
		return err
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	act := release.Act(r.PostFormValue("act"))
	revision, _ := strconv.Atoi(r.PostFormValue("revision")) // anything else is stale
	err = p.Pictures.Decide(r.Context(), picture.Decide{
		Matter: at.matter, Seq: at.seq, Photo: at.photo, Picture: r.PostFormValue("picture"), Revision: revision,
		Act: act, Reason: r.PostFormValue("reason"), By: webkit.ActorOf(r),
	})
	switch fault.KindOf(err) {
	case fault.Invalid, fault.Stale:
		return p.page(w, r, webkit.StatusOf(err), p.Kit.Again(r, err))
	}
	if err != nil {
		return err
	}
	webkit.Done(w, r, picture.Page(at.matter, at.seq, at.photo), "picture.done."+string(act))
	return nil
}
