// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package inbox knows who has to do something by when. It does not know what
// the thing is.
package inbox

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"pavilion/internal/base/page"
	"pavilion/internal/platform/db"
)

// Item is something that waits for somebody: whoever holds a role in its place,
// or in its body. A subject has one item at most.
type Item struct {
	Realm   string
	Subject string // such as "matter/…"
	Role    string
	Body    string // empty: anybody with the role in the place
	Kind    string // code of what it is; empty for what is of no kind, or of none yet
	Place   int64
	Town    int64
	Title   string
	Link    string
	Since   time.Time
	Due     time.Time // zero: no term; these come last
}

// Seat is a capacity in which somebody has work: a role in the places from Lo up to
// Hi, of one body there if it names one. Town is set when these are exactly one town.
// Kinds narrow it to what is of a kind that begins with one of them; none is all.
type Seat struct {
	Role, Body   string
	Kinds        []string
	Lo, Hi, Town int64
}

// whole is the width of a realm's interval: a seat that has it needs no places.
const whole = int64(1) << 60

// Put puts an item before those it waits for, in place of the subject's last one.
func Put(ctx context.Context, tx *db.Tx, i Item) error { return upsert(ctx, tx, i) }

// Retitle changes what the item of a subject is called, if it has one. An item
// without a title is one whose words are kept back: pages say what it is.
func Retitle(ctx context.Context, tx *db.Tx, realm, subject, title string) error {
	return retitle(ctx, tx, realm, subject, title)
}

// Clear removes a subject's item: nobody has to do anything.
func Clear(ctx context.Context, tx *db.Tx, realm, subject string) error {
	return remove(ctx, tx, realm, subject)
}

// List lists the items of somebody's seats, the most urgent first, after the
// given one. Its cost does not grow with the items there are.
func List(ctx context.Context, tx *db.Tx, realm string, seats []Seat, after page.Cursor, size int) (page.Page[Item], error) {
	var all []Item
	for _, s := range seats {
		some, err := list(ctx, tx, realm, s, after, size+1)
		if err != nil {
			return page.Page[Item]{}, err
		}
		all = append(all, some...)
	}
	slices.SortFunc(all, func(a, b Item) int {
		return cmp.Or(cmp.Compare(stored(a.Due), stored(b.Due)), strings.Compare(a.Subject, b.Subject))
	})
	all = slices.CompactFunc(all, func(a, b Item) bool { return a.Subject == b.Subject })
	return page.Cut(all[:min(len(all), size+1)], size, func(i Item) page.Cursor {
		return page.Cursor{At: stored(i.Due), ID: i.Subject}
	}), nil
}
