// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package matter_test

import (
	"encoding/json"
	"strings"
	"testing"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/page"
	"pavilion/internal/civic/matter"
	"pavilion/internal/civic/matter/mattertest"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/release"
	"pavilion/internal/core/sight"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/db/dbtest"
)

// said is all that the public and the reporter are given of the matters there are.
func said(t *testing.T, r *mattertest.Realmful, m matter.Matter) string {
	t.Helper()
	var out []any
	list, err := r.Docket.Public(t.Context(), mattertest.Realm, 0, 0, page.Cursor{}, 10)
	if err != nil {
		t.Fatal(err)
	}
	out = append(out, list)
	if m.Published {
		seen, err := r.FollowedPublicly(t.Context(), mattertest.Realm, m.Number, r.FollowCode(mattertest.Realm, m.ID))
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, seen)
	}
	own, err := r.Followed(t.Context(), mattertest.Realm, m.ID)
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(append(out, own))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestWordsAreShownToNobodyUntilASecondPersonReleasesThem(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := mattertest.New(t, d)
		desk := r.Actor(identity.Dispatcher, r.East.Town, "")
		m := r.Do(t, r.Reported(t, r.East), desk, "register", map[string][]string{"public_text": {"村口一处井盖缺损"}})
		m = r.Do(t, m, desk, "dispatch", map[string][]string{"body": {r.Works.ID}})
		if text := said(t, r, m); strings.Contains(text, "井盖缺损") {
			t.Errorf("shown before it was released: %s", text)
		}
		handler := r.Actor(identity.Handler, r.East.Town, r.Works.ID)
		r.Public(t, r.East)
		m = r.Do(t, m, handler, "sign", nil) // at the revision seen before: releasing is no move
		if text := said(t, r, m); strings.Count(text, "井盖缺损") < 3 {
			t.Errorf("not shown after it was released: %s", text)
		}
		drafts, err := r.Releases.Of(t.Context(), mattertest.Realm, m.Subject())
		if err != nil || len(drafts) != 1 {
			t.Fatalf("%+v, %v", drafts, err)
		}
		_, err = r.Releases.Decide(t.Context(), release.Decide{
			Realm: mattertest.Realm, ID: drafts[0].ID, Revision: drafts[0].Revision, Act: release.Withdraw, Reason: "内容有误", By: desk,
		})
		if text := said(t, r, m); err != nil || strings.Contains(text, "井盖缺损") {
			t.Errorf("shown after it was withdrawn: %v, %s", err, text)
		}
	})
}

func TestAMatterIsRegisteredWhateverIsWrongWithItsPublicWords(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := mattertest.New(t, d)
		desk := r.Actor(identity.Dispatcher, r.East.Town, "")
		m := r.Do(t, r.Reported(t, r.East), desk, "register", map[string][]string{"public_text": {"请找测试甲，电话13800000000"}})
		drafts, err := r.Releases.Of(t.Context(), mattertest.Realm, m.Subject())
		if err != nil || len(drafts) != 1 || drafts[0].State != release.Drafted {
			t.Fatalf("%+v, %v", drafts, err)
		}
		own, err := r.Open(t.Context(), desk, m.ID, sight.Page)
		if text, _ := json.Marshal(own); err != nil || strings.Contains(string(text), "13800000000") {
			t.Errorf("the number is in the matter or its history: %s, %v", text, err)
		}
	})
}

func TestWhoMayDescribeAMatterForThePublic(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := mattertest.New(t, d)
		m, handler := r.Handled(t, r.East)
		write := matter.Describe{Realm: mattertest.Realm, ID: m.ID, Text: "村口井盖已补上"}
		for name, c := range map[string]struct {
			by   identity.Actor
			want fault.Kind
		}{
			"the handler":              {handler, fault.Denied},
			"the desk of another town": {r.Actor(identity.Dispatcher, r.West.Town, ""), fault.Missing},
			"nobody":                   {identity.Actor{Realm: mattertest.Realm}, fault.Missing},
		} {
			write.By = c.by
			if _, err := r.Describe(t.Context(), write); fault.KindOf(err) != c.want {
				t.Errorf("%s: %v", name, err)
			}
		}
		write.By = r.Actor(identity.Dispatcher, r.East.Town, "")
		long := write
		long.Text = strings.Repeat("长", 61)
		if _, err := r.Describe(t.Context(), long); fault.KindOf(err) != fault.Invalid {
			t.Errorf("61 characters: %v", err)
		}
		first, err := r.Describe(t.Context(), write)
		if err != nil || first.State != release.Waiting {
			t.Fatalf("%+v, %v", first, err)
		}
		write.Text = "村口井盖当天补上"
		if again, err := r.Describe(t.Context(), write); err != nil || again.ID != first.ID || again.Version != 2 {
			t.Errorf("%+v, %v", again, err)
		}
	})
}
