// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webdesk

import (
	"net/http"
	"net/url"
	"time"

	"pavilion/internal/base/page"
	"pavilion/internal/core/notify"
	"pavilion/internal/edge/web/webkit"
	"pavilion/internal/platform/db"
)

// Notice is something this person was told.
type Notice struct {
	Text string
	Link string
	At   time.Time
	Read bool
}

// NoticesPage is what this person was told, the newest first.
type NoticesPage struct {
	webkit.Page
	Notices []Notice
	Unread  int
	First   string
	Next    string
	Empty   webkit.Empty
}

func (p *Pages) notices(w http.ResponseWriter, r *http.Request) error {
	before, err := page.ParseCursor(r.URL.Query().Get(afterParam))
	if err != nil {
		return err
	}
	counts, err := p.counts(r.Context(), webkit.ActorOf(r))
	if err != nil {
		return err
	}
	view := NoticesPage{Page: p.Kit.DeskPage(r, counts, "desk.notices.title"), Unread: counts["/desk/notices"]}
	found, err := p.told(r.Context(), view.Page, before, page.Default)
	if err != nil {
		return err
	}
	var l List
	l.turn("/desk/notices", url.Values{afterParam: {r.URL.Query().Get(afterParam)}}, found.Next)
	view.Notices, view.First, view.Next = found.Items, l.First, l.Next
	view.Empty = webkit.Empty{Icon: "bell", Heading: view.T("desk.notices.empty"), Text: view.T("desk.notices.empty_help")}
	return p.Kit.Render(w, r, http.StatusOK, "desk_notices", view)
}

func (p *Pages) readNotices(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	err := p.DB.InTx(ctx, func(tx *db.Tx) error {
		return notify.MarkRead(ctx, tx, p.Realm, webkit.ActorOf(r).Account, p.Matters.Now())
	})
	if err != nil {
		return err
	}
	webkit.Done(w, r, "/desk/notices", "desk.done.notices_read")
	return nil
}
