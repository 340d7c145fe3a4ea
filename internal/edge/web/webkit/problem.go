// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webkit

import (
	"net/http"
	"net/url"

	"pavilion/internal/base/fault"
)

// status is the whole translation from what went wrong to what HTTP says.
var status = map[fault.Kind]int{
	fault.Invalid:  http.StatusUnprocessableEntity,
	fault.Denied:   http.StatusForbidden,
	fault.Missing:  http.StatusNotFound,
	fault.Conflict: http.StatusConflict,
	fault.Stale:    http.StatusPreconditionFailed,
	fault.Internal: http.StatusInternalServerError,
}

// StatusOf returns the HTTP status of a failure.
func StatusOf(err error) int { return status[fault.KindOf(err)] }

// ErrorPage tells somebody that something did not work and what to do.
type ErrorPage struct {
	Page
	Status  int
	Heading string
	Text    string
	Help    string
	Reload  string // address that shows the present state, for stale answers
}

// provePath is where somebody who is signed in proves that it is still they.
const provePath = "/desk/prove"

// prove sends the reader to prove who they are, and from there back to the page
// that was asked for or that the form stood on.
func prove(w http.ResponseWriter, r *http.Request) {
	to := r.URL.RequestURI()
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		to = refererPath(r)
	}
	http.Redirect(w, r, Proving(to), http.StatusSeeOther)
}

// Proving is the address where somebody proves who they are and is led to a page.
func Proving(to string) string { return provePath + "?next=" + url.QueryEscape(to) }

// Problem answers with a page for a failure. What people cannot act on is
// logged in full and shown to nobody; who was refused what is logged too. The
// route is logged, never the address: addresses hold codes and invitations. Where
// only a proof of who they are is missing (identity.prove_first), it leads to
// giving it.
func (k *Kit) Problem(w http.ResponseWriter, r *http.Request, err error) {
	kind := fault.KindOf(err)
	e, known := fault.As(err)
	if known && e.Key == "identity.prove_first" {
		prove(w, r)
		return
	}
	if kind == fault.Internal || !known {
		k.Log.ErrorContext(r.Context(), "page failed", "route", r.Pattern, "error", err)
	}
	if kind == fault.Denied && known {
		k.Log.InfoContext(r.Context(), "refused", "route", r.Pattern, "account", ActorOf(r).Account, "why", e.Key)
	}
	page := k.errorPage(r, "kit.problem."+string(kind))
	page.Status = StatusOf(err)
	if known && kind != fault.Internal {
		page.Text = Sentence(page.Printer, e)
	}
	if kind == fault.Stale || kind == fault.Conflict {
		page.Reload = refererPath(r)
	}
	k.fail(w, r, page)
}

// Refuse answers with a page for a status that is no fault of a use case, such
// as 405 or 429. Key names the texts key.title and key.help.
func (k *Kit) Refuse(w http.ResponseWriter, r *http.Request, code int, key string) {
	page := k.errorPage(r, key)
	page.Status = code
	k.fail(w, r, page)
}

// errorPage begins an error page with the texts key.title and key.help.
func (k *Kit) errorPage(r *http.Request, key string) ErrorPage {
	page := ErrorPage{Page: k.Page(r, key+".title")}
	page.Flash = ""
	page.Heading, page.Help = page.Title, page.T(key+".help")
	return page
}

// fail writes an error page, or plain text where even that fails.
func (k *Kit) fail(w http.ResponseWriter, r *http.Request, page ErrorPage) {
	if page.Text == page.Help {
		page.Text = ""
	}
	if err := k.Render(w, r, page.Status, "error", page); err != nil {
		k.Log.ErrorContext(r.Context(), "error page failed", "error", err)
		http.Error(w, page.Heading, page.Status)
	}
}

// refererPath returns the path of the page a form was sent from, when it is one
// of ours.
func refererPath(r *http.Request) string {
	u, err := r.URL.Parse(r.Referer())
	if err != nil || r.Referer() == "" || u.Host != r.Host {
		return ""
	}
	return localPath(u.RequestURI())
}
