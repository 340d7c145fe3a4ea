// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package weboversight

import (
	"net/http"
	"strconv"

	"pavilion/internal/civic/deliberation/oversight"
	"pavilion/internal/edge/web/webkit"
)

// SamplePage is one sample with what was drawn.
type SamplePage struct {
	webkit.Page
	Facts []webkit.Fact
	Lines []Line
	Empty webkit.Empty
}

func (p *Pages) sample(w http.ResponseWriter, r *http.Request) error {
	by := webkit.ActorOf(r)
	c, list, err := p.Oversight.Sample(r.Context(), p.Realm, r.PathValue("sample"), by)
	if err != nil {
		return err
	}
	proof, err := p.Oversight.Prove(r.Context(), p.Realm, c.ID, by)
	if err != nil {
		return err
	}
	about, err := p.page(r, "oversight.sample.title")
	if err != nil {
		return err
	}
	a, _ := p.Org.Area(p.Realm, c.Area)
	view := SamplePage{Page: about}
	view.Facts = []webkit.Fact{
		{Term: about.T("oversight.draw.area"), Value: a.Name},
		{Term: about.T("oversight.sample.period"), Value: p.days(about, c)},
		{Term: about.T("oversight.sample.size"), Value: about.T("oversight.sample.of", "n", strconv.Itoa(len(list)), "of", strconv.Itoa(c.Found))},
		{Term: about.T("oversight.sample.by"), Value: p.Name(r.Context(), c.Inspector)},
		{Term: about.T("oversight.sample.barred"), Value: strconv.Itoa(c.Barred)},
		{Term: about.T("oversight.sample.seed"), Value: c.Seed},
		{Term: about.T("oversight.sample.frame"), Value: c.Frame[:min(16, len(c.Frame))]},
		{Term: about.T("oversight.sample.proof"), Value: about.T(proofKey(proof))},
	}
	for _, i := range list {
		view.Lines = append(view.Lines, Line{Href: oversight.Desk(i.ID), Title: i.Title, Place: p.placeOf(i.Place), State: stateTag(about.Printer, i.State), At: i.At})
	}
	view.Empty = webkit.Empty{Icon: "list", Heading: about.T("oversight.sample.none"), Text: about.T("oversight.sample.none_help"), Href: root, Action: about.T("oversight.title")}
	return p.Kit.Render(w, r, http.StatusOK, "oversight_sample", view)
}

func proofKey(proof oversight.Proof) string {
	switch {
	case !proof.SameFrame:
		return "oversight.sample.proof_frame"
	case proof.SameDraw:
		return "oversight.sample.proof_same"
	}
	return "oversight.sample.proof_other"
}
