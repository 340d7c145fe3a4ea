// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webrelease

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/page"
	"pavilion/internal/core/release"
	"pavilion/internal/edge/web/webkit"
)

// ListPage is what waits, with what is public below.
type ListPage struct {
	webkit.Page
	Mend    []Line // that this person, or their desk, has to word anew
	Waiting []Line
	Public  []Line
	More    string // of what waits
	Older   string // of what is public
	Stories string // that examples wait, which are released on a page of their own
	Some    bool   // of what waits, this person may release something
	Result  []string
	Empty   webkit.Empty
}

// outcome is what a sent list of picks led to.
type outcome struct {
	done   int
	failed map[string]error // by draft
	said   map[string]string
}

func (p *Pages) list(w http.ResponseWriter, r *http.Request) error {
	return p.listPage(w, r, http.StatusOK, outcome{})
}

func (p *Pages) listPage(w http.ResponseWriter, r *http.Request, status int, o outcome) error {
	about, err := p.page(r, "release.title")
	if err != nil {
		return err
	}
	view := ListPage{Page: about}
	q := r.URL.Query()
	after, err := page.ParseCursor(q.Get("after"))
	older, worse := page.ParseCursor(q.Get("older"))
	if err = errors.Join(err, worse); err != nil {
		return err
	}
	var next, past page.Cursor
	for _, part := range []struct {
		state  release.State
		cursor page.Cursor
		size   int
		into   *[]Line
		next   *page.Cursor
	}{
		{release.Drafted, page.Cursor{}, page.Default, &view.Mend, new(page.Cursor)}, {release.Returned, page.Cursor{}, page.Default, &view.Mend, new(page.Cursor)},
		{release.Waiting, after, page.Default, &view.Waiting, &next}, {release.Released, older, page.Default, &view.Public, &past},
	} {
		found, err := p.Releases.List(r.Context(), webkit.ActorOf(r), part.state, part.cursor, part.size)
		if err != nil {
			return err
		}
		for _, t := range found.Items {
			*part.into = append(*part.into, p.line(r, about.Printer, t))
		}
		*part.next = found.Next
	}
	if next.More() {
		view.More = root + "?after=" + next.String()
	}
	if past.More() {
		view.Older = root + "?older=" + past.String()
	}
	if p.Stories != nil {
		n, err := p.Stories(r.Context(), webkit.ActorOf(r))
		if err != nil {
			return err
		}
		if n > 0 {
			view.Stories = about.T("release.stories", "n", n)
		}
	}
	view.tell(o)
	view.Empty = webkit.Empty{Icon: "circle-check", Heading: about.T("release.none"), Text: about.T("release.none_help")}
	return p.Kit.Render(w, r, status, "release_list", view)
}

// tell writes what a sent list led to beside the drafts that it was about.
func (v *ListPage) tell(o outcome) {
	left := 0
	for i := range v.Waiting {
		l := &v.Waiting[i]
		v.Some = v.Some || l.May
		l.Said = o.said[l.ID]
		if err := o.failed[l.ID]; err != nil {
			l.Failed = v.T("kit.problem.internal.help")
			if f, ok := fault.As(err); ok {
				l.Failed = webkit.Sentence(v.Printer, f)
			}
		}
	}
	left = len(o.failed)
	if o.done > 0 {
		v.Result = append(v.Result, v.T("release.batch_done", "done", o.done))
	}
	if left > 0 {
		v.Result = append(v.Result, v.T("release.batch_left", "n", left))
	}
}

// releaseAll releases the drafts that were ticked, each by itself.
func (p *Pages) releaseAll(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		return fault.New(fault.Invalid, "release.select_none")
	}
	o := outcome{failed: map[string]error{}, said: map[string]string{}}
	var list []release.Decide
	for _, pick := range r.PostForm["pick"] {
		id, revision, _ := strings.Cut(pick, ":")
		n, _ := strconv.Atoi(revision) // anything else is stale
		o.said[id] = r.PostFormValue("reason-" + id)
		list = append(list, release.Decide{
			Realm: p.Realm, ID: id, Revision: n, Act: release.Release, Reason: o.said[id], By: webkit.ActorOf(r),
		})
	}
	if len(list) == 0 || len(list) > page.Max {
		return fault.New(fault.Invalid, "release.select_none")
	}
	for i, err := range p.Releases.DecideAll(r.Context(), list) {
		if err == nil {
			o.done++
			continue
		}
		if fault.KindOf(err) == fault.Internal {
			p.Kit.Log.ErrorContext(r.Context(), "release", "draft", list[i].ID, "err", err)
		}
		o.failed[list[i].ID] = err
	}
	if len(o.failed) == 0 {
		webkit.Done(w, r, root, "release.done.released")
		return nil
	}
	return p.listPage(w, r, http.StatusUnprocessableEntity, o)
}
