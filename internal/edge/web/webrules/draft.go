// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webrules

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/core/edition"
	"pavilion/internal/edge/web/webkit"
)

// maxForm bounds a sent draft, in bytes: the largest rules and their encoding.
const maxForm = 16 << 20

// sent reads a form about the draft.
func (p *Pages) sent(w http.ResponseWriter, r *http.Request) (kind string, revision int, err error) {
	if kind, err = p.kind(r); err != nil {
		return kind, 0, err
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		return kind, 0, fault.New(fault.Invalid, "matter.form_unreadable")
	}
	revision, _ = strconv.Atoi(r.PostFormValue("revision")) // a wrong one is stale
	return kind, revision, nil
}

// save keeps the draft. What is wrong with it is shown, and keeps nothing from
// being saved but what is not JSON.
func (p *Pages) save(w http.ResponseWriter, r *http.Request) error {
	k, revision, err := p.sent(w, r)
	if err != nil {
		return err
	}
	_, err = p.Editions.Save(r.Context(), edition.Save{
		Realm: p.Realm, Kind: k, Body: json.RawMessage(r.PostFormValue("body")), Basis: r.PostFormValue("basis"),
		Note: r.PostFormValue("note"), Revision: revision, By: webkit.ActorOf(r),
	})
	return p.answer(w, r, k, err, "rules.done.saved")
}

// publish puts the draft in force, at once or from the beginning of a day.
func (p *Pages) publish(w http.ResponseWriter, r *http.Request) error {
	k, revision, err := p.sent(w, r)
	if err != nil {
		return err
	}
	c := edition.Publish{Realm: p.Realm, Kind: k, Revision: revision, By: webkit.ActorOf(r)}
	if day := r.PostFormValue("from"); day != "" {
		at, bad := time.ParseInLocation(time.DateOnly, day, p.Kit.Calendar.Zone())
		if bad != nil {
			return p.answer(w, r, k, fault.New(fault.Invalid, "form.not_a_date").At("from"), "")
		}
		if day != p.Kit.Now().In(at.Location()).Format(time.DateOnly) {
			c.From = at // today is at once
		}
	}
	_, err = p.Editions.Publish(r.Context(), c)
	return p.answer(w, r, k, err, "rules.done.published")
}

// discard gives the draft up.
func (p *Pages) discard(w http.ResponseWriter, r *http.Request) error {
	k, revision, err := p.sent(w, r)
	if err != nil {
		return err
	}
	err = p.Editions.Discard(r.Context(), edition.Discard{Realm: p.Realm, Kind: k, Revision: revision, By: webkit.ActorOf(r)})
	return p.answer(w, r, k, err, "rules.done.discarded")
}

// fields are those that the forms about a draft have.
var fields = []string{"", "body", "basis", "note", "from"}

// answer leads back to the set of rules, or shows it with what was sent and what
// was wrong with it.
func (p *Pages) answer(w http.ResponseWriter, r *http.Request, k string, err error, done string) error {
	if err == nil {
		webkit.Done(w, r, "/desk/rules/"+k, done)
		return nil
	}
	if _, known := fault.As(err); !known {
		return err
	}
	again := p.Kit.Again(r, err)
	for i, e := range again.Errors {
		if !slices.Contains(fields, e.Field) {
			again.Errors[i].Field, again.Errors[i].Href = "body", "#f-body" // a place within the rules
			again.Errors[i].Text = e.Field + ": " + e.Text
		}
	}
	if !r.PostForm.Has("body") {
		again.Values = nil // it was not the draft's own form
	}
	return p.editionsPage(w, r, k, webkit.StatusOf(err), again)
}
