// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package webledger has the page on which everybody sees the newest head of the
// log and verifies a receipt's file.
package webledger

import (
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/ledger"
	"pavilion/internal/edge/web/webkit"
)

// Pages is what the pages take. All fields are required.
type Pages struct {
	Kit    *webkit.Kit
	Ledger *ledger.Service
	Realm  string
}

// Page shows the newest head, and what became of a receipt that was sent.
type Page struct {
	webkit.Page
	Form   webkit.Form
	Facts  []webkit.Fact // of the newest head
	Key    string        // the verifier key
	Note   []string      // the signed head, line by line
	Proved []webkit.Fact // of a receipt that holds
}

// maxForm bounds a sent form, in bytes: a file and the words pasted beside it.
const maxForm = 4 * ledger.MaxReceipt

// Register adds the routes and the sample.
func (p *Pages) Register(ro *webkit.Router) {
	Samples(p.Kit)
	ro.Handle("GET /ledger", webkit.Public, p.show)
	ro.Handle("POST /ledger", webkit.Public, p.verify)
}

func (p *Pages) show(w http.ResponseWriter, r *http.Request) error {
	return p.page(w, r, http.StatusOK, webkit.NewForm(""), nil)
}

// page shows the head, the form, and what was proved.
func (p *Pages) page(w http.ResponseWriter, r *http.Request, status int, f webkit.Form, proved []webkit.Fact) error {
	view := Page{Page: p.Kit.Page(r, "ledger.title"), Form: f, Key: p.Ledger.Key(p.Realm), Proved: proved}
	view.Errors = f.Errors
	head, err := p.Ledger.Head(r.Context(), p.Realm)
	if err != nil && fault.KindOf(err) != fault.Missing {
		return err
	}
	if err == nil {
		view.Note = strings.Split(head.Note, "\n")
		view.Facts = []webkit.Fact{
			{Term: view.T("ledger.size"), Value: strconv.FormatInt(head.Size, 10)},
			{Term: view.T("ledger.at"), Value: view.Printer.DateTime(p.here(head.At))},
			{Term: view.T("ledger.root"), Value: hex.EncodeToString(head.Root)},
		}
	}
	return p.Kit.Render(w, r, status, "ledger", view)
}

// here is a moment in the place's own time.
func (p *Pages) here(t time.Time) time.Time { return t.In(p.Kit.Calendar.Zone()) }

// verify checks a receipt that was uploaded or pasted with this site's own key.
func (p *Pages) verify(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	raw, err := sent(r)
	if err == nil {
		var facts []webkit.Fact
		if facts, err = p.check(r, raw); err == nil {
			return p.page(w, r, http.StatusOK, webkit.NewForm(""), facts)
		}
	}
	return p.page(w, r, webkit.StatusOf(err), p.Kit.Again(r, err), nil)
}

func (p *Pages) check(r *http.Request, raw []byte) ([]webkit.Fact, error) {
	receipt, err := ledger.ParseReceipt(raw)
	if err != nil {
		return nil, err
	}
	head, err := receipt.Check(p.Ledger.Key(p.Realm))
	if err != nil {
		return nil, err
	}
	say := p.Kit.Page(r, "ledger.title")
	return []webkit.Fact{
		{Term: say.T("ledger.number"), Value: receipt.Number},
		{Term: say.T("ledger.kept_at"), Value: say.Printer.DateTime(p.here(time.UnixMicro(receipt.Entry.At)))},
		{Term: say.T("ledger.index"), Value: strconv.FormatInt(receipt.Index+1, 10)},
		{Term: say.T("ledger.signed_at"), Value: say.Printer.DateTime(p.here(head.At))},
	}, nil
}

// sent is the file of a form, or what was pasted instead.
func sent(r *http.Request) ([]byte, error) {
	unreadable := fault.New(fault.Invalid, "ledger.receipt.unreadable").At("receipt")
	if err := r.ParseMultipartForm(maxForm); err != nil {
		return nil, unreadable.Because(err)
	}
	file, _, err := r.FormFile("file")
	if err == nil {
		defer file.Close()
		raw, err := io.ReadAll(file)
		if err != nil {
			return nil, unreadable.Because(err)
		}
		if len(raw) > 0 {
			return raw, nil
		}
	} else if !errors.Is(err, http.ErrMissingFile) {
		return nil, unreadable.Because(err)
	}
	pasted := strings.TrimSpace(r.PostFormValue("receipt"))
	if pasted == "" {
		return nil, fault.New(fault.Invalid, "ledger.receipt.none").At("receipt")
	}
	return []byte(pasted), nil
}

// Samples registers a page with something in every place, so that tests can
// execute the template in every language.
func Samples(k *webkit.Kit) {
	facts := []webkit.Fact{{Term: "Size", Value: "9"}}
	k.Register("ledger", Page{
		Page: webkit.Page{Actor: identity.Actor{}, Lang: "en", Printer: k.Printer("en"), Title: "Log"},
		Form: webkit.NewForm(""), Facts: facts, Key: "pavilion/1+0+A", Note: []string{"pavilion/1", "9"}, Proved: facts,
	})
}
