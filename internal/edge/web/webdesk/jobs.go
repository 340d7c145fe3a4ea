// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webdesk

import (
	"net/http"

	"pavilion/internal/base/page"
	"pavilion/internal/core/audit"
	"pavilion/internal/edge/web/webkit"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/jobs"
)

// JobsPage lists background work that was given up.
type JobsPage struct {
	webkit.Page
	Jobs  []jobs.Job
	First string
	Next  string
	Empty webkit.Empty
}

func (p *Pages) jobs(w http.ResponseWriter, r *http.Request) error {
	about, err := p.page(r, "desk.jobs.title")
	if err != nil {
		return err
	}
	view := JobsPage{Page: about}
	after := r.URL.Query().Get(afterParam)
	err = p.DB.View(r.Context(), func(tx *db.Tx) (err error) {
		view.Jobs, err = jobs.Dead(r.Context(), tx, p.Realm, after, page.Default+1)
		return err
	})
	if err != nil {
		return err
	}
	if after != "" {
		view.First = "/desk/jobs"
	}
	if len(view.Jobs) > page.Default {
		view.Jobs = view.Jobs[:page.Default]
		view.Next = address("/desk/jobs", map[string][]string{afterParam: {view.Jobs[page.Default-1].ID}})
	}
	view.Empty = webkit.Empty{Icon: "circle-check", Heading: view.T("desk.jobs.empty"), Text: view.T("desk.jobs.empty_help")}
	return p.Kit.Render(w, r, http.StatusOK, "desk_jobs", view)
}

// retry puts a job that was given up back into the queue.
func (p *Pages) retry(w http.ResponseWriter, r *http.Request) error {
	ctx, id := r.Context(), r.PathValue("id")
	err := p.DB.InTx(ctx, func(tx *db.Tx) error {
		audit.Add(ctx, tx, audit.Entry{
			Realm: p.Realm, Subject: "job/" + id, Act: "jobs.retried", Actor: webkit.ActorOf(r).Account, At: p.Matters.Now(),
		})
		return jobs.Retry(ctx, tx, p.Realm, id)
	})
	if err != nil {
		return err
	}
	webkit.Done(w, r, "/desk/jobs", "desk.done.job_retried")
	return nil
}
