// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webdesk

import (
	"context"
	"slices"

	"pavilion/internal/civic/matter/relay"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/inbox"
	"pavilion/internal/core/notify"
	"pavilion/internal/core/release"
	"pavilion/internal/platform/db"
)

// seats are the capacities in which somebody has work: one for each grant that
// counts now. A dispatcher sees the grid workers' items of their area too, so
// that nothing lies where no grid worker was appointed.
func (p *Pages) seats(a identity.Actor) []inbox.Seat {
	var out []inbox.Seat
	for _, g := range a.Grants {
		if !g.Live(p.Matters.Now()) {
			continue
		}
		switch g.Role {
		case identity.Handler:
			if g.Body != "" {
				out = append(out, inbox.Seat{Role: string(g.Role), Body: g.Body, Kinds: g.Kinds, Lo: g.Lo, Hi: g.Hi})
			}
		case identity.GridWorker:
			out = append(out, p.seat(g, identity.GridWorker))
		case identity.Secretary:
			out = append(out, p.seat(g, identity.Secretary))
		case identity.Dispatcher:
			out = append(out, p.seat(g, identity.Dispatcher), p.seat(g, identity.GridWorker), p.seat(g, release.Role), p.seat(g, relay.InboxRole))
		case identity.ShiftHead:
			out = append(out, p.seat(g, release.Role), p.seat(g, relay.InboxRole))
		}
	}
	return slices.CompactFunc(out, sameSeat)
}

func sameSeat(a, b inbox.Seat) bool {
	return a.Role == b.Role && a.Body == b.Body && a.Lo == b.Lo && a.Hi == b.Hi && slices.Equal(a.Kinds, b.Kinds)
}

// seat is a role in the places of a grant. Whether these are one town is the
// area's business: a grant below a town has the town's number too.
func (p *Pages) seat(g identity.Grant, role identity.Role) inbox.Seat {
	s := inbox.Seat{Role: string(role), Kinds: g.Kinds, Lo: g.Lo, Hi: g.Hi}
	if area, ok := p.Org.Area(p.Realm, g.Area); ok && area.Depth == 1 {
		s.Town = area.Lo
	}
	return s
}

// counts are the numbers beside the menu's entries.
func (p *Pages) counts(ctx context.Context, a identity.Actor) (map[string]int, error) {
	out := map[string]int{}
	err := p.DB.View(ctx, func(tx *db.Tx) error {
		unread, err := notify.Unread(ctx, tx, p.Realm, a.Account)
		if err != nil {
			return err
		}
		out["/desk/notices"] = unread
		out["/desk/releases"], err = release.Count(ctx, tx, a, p.Matters.Now())
		return err
	})
	if err != nil || p.Stories == nil {
		return out, err
	}
	stories, err := p.Stories(ctx, a)
	out["/desk/releases"] += stories // the examples too are released there, or from there
	return out, err
}
