// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webintake

import (
	"net/http"
	"strconv"

	"pavilion/internal/base/fault"
	"pavilion/internal/edge/web/webkit"
)

// sentForm reads a form of reasonable size.
func sentForm(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		return fault.New(fault.Invalid, "intake.broken").Because(err)
	}
	return nil
}

// number reads a number that a page put into its form; one that is not there is a
// revision that nothing has.
func number(r *http.Request, name string) int {
	n, err := strconv.Atoi(r.PostForm.Get(name))
	if err != nil {
		return -1
	}
	return n
}

// start imports a run in which no line is bad.
func (p *Pages) start(w http.ResponseWriter, r *http.Request) error {
	if err := sentForm(w, r); err != nil {
		return err
	}
	run, err := p.Intake.Start(r.Context(), p.Realm, r.PathValue("id"), number(r, "revision"), webkit.ActorOf(r))
	if err != nil {
		return err
	}
	webkit.Done(w, r, address(run.ID), "")
	return nil
}

// drop gives a run up.
func (p *Pages) drop(w http.ResponseWriter, r *http.Request) error {
	if err := sentForm(w, r); err != nil {
		return err
	}
	_, err := p.Intake.Drop(r.Context(), p.Realm, r.PathValue("id"), number(r, "revision"), webkit.ActorOf(r))
	if err != nil {
		return err
	}
	webkit.Done(w, r, root, "intake.done.dropped")
	return nil
}
