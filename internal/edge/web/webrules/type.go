// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webrules

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"

	"pavilion/internal/base/clock"
	"pavilion/internal/base/fault"
	"pavilion/internal/base/text"
	"pavilion/internal/civic/matter/kind"
	"pavilion/internal/core/edition"
	"pavilion/internal/edge/web/webkit"
)

// changing fills in what the form of a type needs.
func (view *TypePage) changing(say *text.Printer, k kind.Kind, again webkit.Form) {
	view.May, view.Post, view.Form = true, "/desk/types/"+k.Code, again
	view.Errors = again.Errors
	for _, u := range clock.Units() {
		view.Units = append(view.Units, webkit.Choice{Value: string(u), Label: say.T("rules.unit." + string(u))})
	}
	for _, l := range []string{"B", "C", "R", "S", "T"} {
		view.Lists = append(view.Lists, webkit.Choice{Value: l, Label: say.T("rules.list." + l)})
	}
	for _, p := range []string{"P1", "P2", "P3", "P4"} {
		view.Ranks = append(view.Ranks, webkit.Choice{Value: p, Label: say.T("rules.priority." + p)})
	}
	for _, c := range []string{kind.PrivacyNone, kind.PrivacyOrdinary, kind.PrivacyRestricted, kind.PrivacySealed} {
		view.Levels = append(view.Levels, webkit.Choice{Value: c, Label: say.T("rules.privacy." + c)})
	}
	view.Yes = []webkit.Choice{{Value: "yes", Label: say.T("rules.types.withdrawn_yes")}}
	if again.Values == nil {
		view.Form.Values = url.Values{
			"list": {k.List}, "priority": {k.Priority}, "privacy": {k.Privacy}, "lead": {k.Lead},
			"respond_n": {number(k.Respond.N)}, "respond_unit": {string(k.Respond.Unit)},
			"handle_n": {number(k.Handle.N)}, "handle_unit": {string(k.Handle.Unit)},
		}
		if k.Withdrawn {
			view.Form.Values.Set("withdrawn", "yes")
		}
	}
}

func number(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) }

// changeType writes one type into the draft of the catalogue, which begins as the
// edition in force.
func (p *Pages) changeType(w http.ResponseWriter, r *http.Request) error {
	if !p.Editions.May(p.Realm, webkit.ActorOf(r)) {
		return fault.New(fault.Denied, "edition.not_yours")
	}
	r.Body = http.MaxBytesReader(w, r.Body, 64<<10)
	code := r.PathValue("code")
	change, err := typeSent(r)
	if err == nil {
		err = p.intoDraft(r.Context(), code, change, r)
	}
	if fault.KindOf(err) == fault.Invalid {
		return p.typePage(w, r, webkit.StatusOf(err), p.Kit.Again(r, err))
	}
	if err != nil {
		return err
	}
	webkit.Done(w, r, "/desk/rules/"+kind.Edition, "rules.done.saved")
	return nil
}

// typeSent reads the form, and returns what it changes of a type.
func typeSent(r *http.Request) (func(*kind.Kind), error) {
	var faults []*fault.Error
	term := func(field string) clock.Term {
		n, err := strconv.ParseFloat(r.PostFormValue(field+"_n"), 64)
		if err != nil || !(n >= 0 && n <= 1000) {
			faults = append(faults, fault.New(fault.Invalid, "form.not_a_number").At(field+"_n"))
		}
		return clock.Term{Unit: clock.Unit(r.PostFormValue(field + "_unit")), N: n}
	}
	respond, handle := term("respond"), term("handle")
	return func(k *kind.Kind) {
		k.List, k.Priority, k.Privacy, k.Lead = r.PostFormValue("list"), r.PostFormValue("priority"), r.PostFormValue("privacy"), r.PostFormValue("lead")
		k.Respond, k.Handle, k.Withdrawn = respond, handle, r.PostFormValue("withdrawn") == "yes"
	}, fault.Join(faults...)
}

// intoDraft changes a type in the draft. What is wrong with it is shown beside the
// draft, where it keeps it from being published.
func (p *Pages) intoDraft(ctx context.Context, code string, change func(*kind.Kind), r *http.Request) error {
	draft, there, err := p.Editions.Draft(ctx, p.Realm, kind.Edition)
	if err != nil {
		return err
	}
	body := draft.Body
	if !there {
		now, err := p.Editions.At(ctx, p.Realm, kind.Edition, p.Kit.Now())
		if err != nil {
			return err
		}
		body = now.Body
		draft.Basis, draft.Note = r.PostFormValue("basis"), ""
	}
	var book map[string]json.RawMessage
	var types []json.RawMessage
	if err := json.Unmarshal(body, &book); err != nil {
		return fault.New(fault.Invalid, "edition.not_json").At("list")
	}
	if err := json.Unmarshal(book["types"], &types); err != nil {
		return fault.New(fault.Invalid, "edition.not_json").At("list")
	}
	found := false
	for i, text := range types {
		var k kind.Kind
		if err := json.Unmarshal(text, &k); err != nil || k.Code != code {
			continue
		}
		found = true
		change(&k)
		if types[i], err = json.Marshal(k); err != nil {
			return err
		}
	}
	if !found {
		return fault.New(fault.Missing, "matter.type_unknown")
	}
	if book["types"], err = json.Marshal(types); err != nil {
		return err
	}
	if body, err = json.MarshalIndent(book, "", "  "); err != nil {
		return err
	}
	_, err = p.Editions.Save(ctx, edition.Save{
		Realm: p.Realm, Kind: kind.Edition, Body: body, Basis: draft.Basis, Note: draft.Note, Revision: draft.Revision, By: webkit.ActorOf(r),
	})
	return err
}
