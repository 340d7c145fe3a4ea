// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package audit

import (
	"testing"
	"time"
)

// The value was computed by a few lines of Python from the package comment alone.
func TestSumIsWhatThePackageCommentLaysDown(t *testing.T) {
	r := Record{Realm: "r1", Lane: laneOf("matter/1"), Seq: 7, ID: "0195", Subject: "matter/1",
		Act: "matter.accepted", Actor: "account-1", At: time.UnixMicro(1772442000123456),
		Detail: `{"to":"办理"}`, Prev: "ab"}
	const want = "ab1c721bdc1b816ad519edbe0f1803b7ba1e6811871a5647c1b450d503c0e2ab"
	if got := r.Sum(); got != want {
		t.Errorf("sum is %s, want %s", got, want)
	}
}

func TestEveryPartCounts(t *testing.T) {
	base := Record{Realm: "r", Lane: 1, Seq: 1, ID: "i", Subject: "s", Act: "a", Actor: "b",
		At: time.UnixMicro(1), Detail: "{}", Prev: "p"}
	for name, change := range map[string]func(r *Record){
		"realm": func(r *Record) { r.Realm = "x" }, "lane": func(r *Record) { r.Lane = 2 },
		"seq": func(r *Record) { r.Seq = 2 }, "id": func(r *Record) { r.ID = "x" },
		"subject": func(r *Record) { r.Subject = "x" }, "act": func(r *Record) { r.Act = "x" },
		"actor": func(r *Record) { r.Actor = "x" }, "at": func(r *Record) { r.At = time.UnixMicro(2) },
		"detail": func(r *Record) { r.Detail = "x" }, "prev": func(r *Record) { r.Prev = "x" },
		"a border between parts": func(r *Record) { r.Act, r.Actor = "ab", "" },
	} {
		r := base
		change(&r)
		if r.Sum() == base.Sum() {
			t.Errorf("%s does not change the hash", name)
		}
	}
}
