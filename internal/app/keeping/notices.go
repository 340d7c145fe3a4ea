// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package keeping

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"pavilion/internal/base/fault"
	"pavilion/internal/core/notify"
	"pavilion/internal/core/retention"
	"pavilion/internal/platform/db"
)

// Notices is what people who work here were told.
type Notices struct{}

const noticeKind = "notice"

// noticeMost is how long a notice may be kept, in days: three years, as what shows
// that duties were done, after PIPL art. 56.
const noticeMost = 1095

// Kinds are the kinds of data that notices are.
func (Notices) Kinds() []retention.Kind {
	return []retention.Kind{{Name: noticeKind, Deeds: []retention.Deed{retention.Destroy}, Max: noticeMost, Basis: "basis.pipl_shortest"}}
}

// Over lists what accounts were told, by thirty days; that of one account for one that
// is to be forgotten.
func (Notices) Over(ctx context.Context, tx *db.Tx, q retention.Question) ([]retention.Item, error) {
	account, all := strings.CutPrefix(q.Subject, "account/")
	if !all {
		account = ""
	}
	one, only := partOf(q.Subject)
	if q.Kind != noticeKind || q.During != nil || q.Subject != "" && !all && !only {
		return nil, nil
	}
	w := notify.Wanted{Realm: q.Realm, Account: account, Before: q.Before, Only: only, Limit: q.Limit}
	if w.Part = one; !only {
		w.Part, _ = partOf(q.After)
	}
	list, err := notify.Parts(ctx, tx, w)
	out := make([]retention.Item, len(list))
	for i, p := range list {
		out[i] = retention.Item{Kind: noticeKind, Subject: fmt.Sprintf("notice/%s/%d", p.Account, p.Number), Ended: p.Latest}
	}
	return out, err
}

// partOf reads the name of a part.
func partOf(subject string) (notify.Part, bool) {
	account, number, _ := strings.Cut(strings.TrimPrefix(subject, "notice/"), "/")
	n, err := strconv.ParseInt(number, 10, 64)
	if err != nil || !strings.HasPrefix(subject, "notice/") {
		return notify.Part{}, false
	}
	return notify.Part{Account: account, Number: n}, true
}

// Forget removes the notices of a part.
func (Notices) Forget(ctx context.Context, tx *db.Tx, s retention.Stone) (int, error) {
	p, ok := partOf(s.Item.Subject)
	if !ok {
		return 0, fault.New(fault.Missing, "rights.missing")
	}
	return notify.Forget(ctx, tx, s.Realm, p)
}

// Held says nothing: who was told something has it in their list.
func (Notices) Held(context.Context, string, string) ([]retention.Record, error) { return nil, nil }

// Correct keeps nothing.
func (Notices) Correct(context.Context, *db.Tx, retention.Correction) (bool, error) {
	return false, nil
}
