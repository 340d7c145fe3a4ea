// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package matter_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/page"
	"pavilion/internal/civic/matter"
	"pavilion/internal/civic/matter/docket"
	"pavilion/internal/civic/matter/mattertest"
	"pavilion/internal/core/audit"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/sight"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/db/dbtest"
)

// Words of a report, and types of class B, C and D.
const (
	veilTitle, veilText, veilAddress = "测试家事标题", "测试家事经过，请帮助。", "测试巷九号"

	ordinaryType, restrictedType, sealedType = "010304", "060101", "060102"
)

// told reports in the east something of a type, or of none.
func told(t *testing.T, r *mattertest.Realmful, code string) matter.Receipt {
	t.Helper()
	made, err := r.Report(t.Context(), matter.Report{
		Realm: mattertest.Realm, Origin: "test", Type: code, Title: veilTitle, Text: veilText, Address: veilAddress, Point: r.East.Middle(),
	})
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func opened(t *testing.T, r *mattertest.Realmful, a identity.Actor, id string) matter.Detail {
	t.Helper()
	d, err := r.Open(t.Context(), a, id, sight.Page)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func state(t *testing.T, r *mattertest.Realmful, a identity.Actor, id string) error {
	t.Helper()
	return r.StatePurpose(t.Context(), matter.StatePurpose{Realm: mattertest.Realm, ID: id, By: a, Purpose: sight.Handling})
}

func faultKey(err error) string {
	if f, ok := fault.As(err); ok {
		return f.Key
	}
	return ""
}

func TestWhatIsKeptBackIsShownOnAPurposeAndRecorded(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := mattertest.New(t, d)
		desk, colleague := r.Actor(identity.Dispatcher, r.East.Town, ""), r.Actor(identity.Dispatcher, r.East.Town, "")
		for _, code := range []string{restrictedType, sealedType} {
			made := told(t, r, code)
			before := opened(t, r, desk, made.ID)
			if !before.Asks || before.Title+before.Text+before.Address != "" || before.Point != nil || len(before.Withheld) == 0 {
				t.Errorf("%s: without a purpose %+v is shown", code, before.Matter)
			}
			if err := state(t, r, desk, made.ID); err != nil {
				t.Fatal(err)
			}
			after := opened(t, r, desk, made.ID)
			if after.Title != veilTitle || after.Text != veilText || after.Address != veilAddress || after.Point == nil || after.Stated.Purpose != sight.Handling {
				t.Errorf("%s: with a purpose %+v is shown", code, after.Matter)
			}
			if other := opened(t, r, colleague, made.ID); other.Text != "" {
				t.Errorf("%s: a colleague reads it by another's purpose", code)
			}
			looks, err := r.Told(t.Context(), mattertest.Realm, made.ID)
			if err != nil || len(looks) != 1 || looks[0].Role != identity.Dispatcher || !slices.Contains(looks[0].Fields, "text") {
				t.Errorf("%s: the looks are %+v, %v", code, looks, err)
			}
		}
		last := told(t, r, sealedType)
		if err := state(t, r, desk, last.ID); err != nil {
			t.Fatal(err)
		}
		r.Time = r.Time.Add(24 * time.Hour)
		if opened(t, r, desk, last.ID).Text != "" {
			t.Error("a purpose counts on the next day")
		}
		if err := state(t, r, desk, told(t, r, ordinaryType).ID); faultKey(err) != "matter.no_purpose_asked" {
			t.Errorf("a purpose for what asks none: %v", err)
		}
		if err := state(t, r, r.Actor(identity.GridWorker, r.East.Town, ""), last.ID); fault.KindOf(err) != fault.Missing {
			t.Errorf("a grid worker states a purpose for a sealed one: %v", err)
		}
	})
}

func TestALookThatCannotBeRecordedShowsNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := mattertest.New(t, d)
		desk, made := r.Actor(identity.Dispatcher, r.East.Town, ""), told(t, r, restrictedType)
		if err := state(t, r, desk, made.ID); err != nil {
			t.Fatal(err)
		}
		run(t, d, `ALTER TABLE sight_look RENAME TO sight_gone`)
		if got, err := r.Open(t.Context(), desk, made.ID, sight.Page); err == nil || got.Text != "" || got.Title != "" {
			t.Errorf("got %+v, %v", got.Matter, err)
		}
		run(t, d, `ALTER TABLE sight_gone RENAME TO sight_look`)
	})
}

func run(t *testing.T, d *db.DB, statement string, args ...any) {
	t.Helper()
	if err := d.InTx(t.Context(), func(tx *db.Tx) error { _, err := tx.Exec(t.Context(), statement, args...); return err }); err != nil {
		t.Fatal(err)
	}
}

// atRest is all that the tables of matters and the inbox hold, as one text.
func atRest(t *testing.T, d *db.DB) string {
	t.Helper()
	var out strings.Builder
	err := d.View(t.Context(), func(tx *db.Tx) error {
		for _, query := range []string{
			`SELECT title || body || address || public_text || reply FROM matter`, `SELECT answers FROM matter_event`, `SELECT title FROM inbox_item`,
		} {
			lines, err := db.All(t.Context(), tx, db.Q(query), func(s *string) []any { return []any{s} })
			if err != nil {
				return err
			}
			out.WriteString(strings.Join(lines, "\n"))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestWhenTheClassChangesWordsAreSealedAndOpened(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := mattertest.New(t, d)
		desk := r.Actor(identity.Dispatcher, r.East.Town, "")
		made := told(t, r, "")
		if !strings.Contains(atRest(t, d), veilText) {
			t.Fatal("an ordinary report does not lie open")
		}
		m := opened(t, r, desk, made.ID).Matter
		m = r.Do(t, m, desk, "clarify", map[string][]string{"question": {"测试追问经过"}})
		m, err := r.Move(t.Context(), matter.Move{Realm: m.Realm, ID: m.ID, Revision: m.Revision, Action: "answer", Reporter: true,
			By: identity.Actor{Realm: m.Realm}, Answers: map[string][]string{"text": {"测试补充经过"}}})
		if err != nil {
			t.Fatal(err)
		}
		m = r.Do(t, m, desk, "register", map[string][]string{"category": {sealedType}})
		for _, word := range []string{veilTitle, veilText, veilAddress, "测试追问经过", "测试补充经过"} {
			if strings.Contains(atRest(t, d), word) {
				t.Errorf("%q lies open", word)
			}
		}
		if err := state(t, r, desk, m.ID); err != nil {
			t.Fatal(err)
		}
		seen := opened(t, r, desk, m.ID)
		if said := fmt.Sprint(seen.History); seen.Text != veilText || !strings.Contains(said, "测试追问经过") || !strings.Contains(said, "测试补充经过") {
			t.Errorf("with a purpose %+v is shown", seen)
		}
		second := opened(t, r, desk, told(t, r, sealedType).ID).Matter
		second = r.Do(t, second, desk, "clarify", map[string][]string{"question": {"测试再问经过"}})
		second, err = r.Move(t.Context(), matter.Move{Realm: m.Realm, ID: second.ID, Revision: second.Revision, Action: "answer", Reporter: true,
			By: identity.Actor{Realm: m.Realm}, Answers: map[string][]string{"text": {"测试再答经过"}}})
		if err != nil {
			t.Fatal(err)
		}
		second = r.Do(t, second, desk, "register", map[string][]string{"category": {ordinaryType}})
		if kept := atRest(t, d); !strings.Contains(kept, veilText) || !strings.Contains(kept, "测试再答经过") || !strings.Contains(kept, "测试再问经过") {
			t.Error("what is found to be ordinary is still sealed")
		}
		if opened(t, r, desk, second.ID).Text != veilText {
			t.Error("what is found to be ordinary is not shown")
		}
	})
}

func TestMattersOfBeforeAreCovered(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := mattertest.New(t, d)
		made, other := told(t, r, sealedType), told(t, r, restrictedType)
		run(t, d, `UPDATE matter SET title = ?, body = ?, address = ?, sealed = '', covered = 0`, veilTitle, veilText, veilAddress)
		run(t, d, `UPDATE matter_event SET answers = ?, sealed = ''`, `{"note": "测试办理经过"}`)
		run(t, d, `UPDATE inbox_item SET title = ?`, veilTitle)
		if n, err := r.Cover(t.Context(), mattertest.Realm); n != 2 || err != nil {
			t.Fatalf("covered %d, %v", n, err)
		}
		if n, err := r.Cover(t.Context(), mattertest.Realm); n != 0 || err != nil {
			t.Errorf("covered %d again, %v", n, err)
		}
		kept := atRest(t, d)
		if strings.Count(kept, veilText) != 1 || strings.Count(kept, "测试办理经过") != 1 || strings.Count(kept, veilTitle) != 1 {
			t.Errorf("at rest lies %q", kept)
		}
		desk := r.Actor(identity.Dispatcher, r.East.Town, "")
		for _, id := range []string{made.ID, other.ID} {
			if err := state(t, r, desk, id); err != nil {
				t.Fatal(err)
			}
			if got := opened(t, r, desk, id); got.Text != veilText {
				t.Errorf("got %+v", got.Matter)
			}
		}
	})
}

func TestSealedWordsAreClosedAgainWithANewKey(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := mattertest.New(t, d)
		desk := r.Actor(identity.Dispatcher, r.East.Town, "")
		made := told(t, r, sealedType)
		r.Do(t, opened(t, r, desk, made.ID).Matter, desk, "clarify", map[string][]string{"question": {"测试追问经过"}})
		n := 0
		for _, c := range matter.Sealed() {
			err := d.View(t.Context(), func(tx *db.Tx) error {
				texts, err := c.Find(t.Context(), tx, mattertest.Realm, "", "nothing", 1)
				for len(texts) > 0 && err == nil {
					plain, wrong := r.Box.Open(texts[0].Sealed, texts[0].About)
					if wrong != nil || len(plain) == 0 {
						t.Errorf("%s %s: %q, %v", c.Name, texts[0].Key, plain, wrong)
					}
					n++
					texts, err = c.Find(t.Context(), tx, mattertest.Realm, texts[0].Key, "nothing", 1)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		if n != 3 { // the words, and two steps
			t.Errorf("%d sealed texts are listed", n)
		}
		for _, c := range matter.Sealed() {
			err := d.InTx(t.Context(), func(tx *db.Tx) error {
				texts, err := c.Find(t.Context(), tx, mattertest.Realm, "", "nothing", 10)
				for _, one := range texts {
					plain, _ := r.Box.Open(one.Sealed, one.About)
					again, wrong := r.Box.Seal(mattertest.Realm, one.About, plain)
					if wrong != nil {
						return wrong
					}
					if err := c.Replace(t.Context(), tx, mattertest.Realm, one, again); err != nil {
						return err
					}
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := state(t, r, desk, made.ID); err != nil {
			t.Fatal(err)
		}
		if got := opened(t, r, desk, made.ID); got.Text != veilText || !strings.Contains(fmt.Sprint(got.History), "测试追问经过") {
			t.Errorf("after it %+v is shown", got)
		}
	})
}

func TestListsShowTypeAndPlaceOfWhatIsKeptBack(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := mattertest.New(t, d)
		desk := r.Actor(identity.Dispatcher, r.East.Town, "")
		for _, code := range []string{ordinaryType, restrictedType, sealedType} {
			made := told(t, r, code)
			if code != ordinaryType {
				if err := state(t, r, desk, made.ID); err != nil {
					t.Fatal(err)
				}
			}
		}
		list, err := r.Docket.List(t.Context(), desk, docket.Filter{}, page.Cursor{}, 10)
		if err != nil || len(list.Items) != 3 {
			t.Fatalf("listed %d, %v", len(list.Items), err)
		}
		for _, m := range list.Items {
			if shown := m.Title != "" || m.Address != "" || m.Point != nil; shown != (m.Type == ordinaryType) {
				t.Errorf("%s is listed as %q at %q", m.Type, m.Title, m.Address)
			}
		}
	})
}

func TestWhoReachesForASealedOneIsInTheAudit(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := mattertest.New(t, d)
		made := told(t, r, sealedType)
		grid := r.Actor(identity.GridWorker, r.East.Grid, "")
		if _, err := r.Open(t.Context(), grid, made.ID, sight.Page); fault.KindOf(err) != fault.Missing {
			t.Errorf("a grid worker got %v", err)
		}
		if err := state(t, r, r.Actor(identity.Dispatcher, r.East.Town, ""), made.ID); err != nil {
			t.Fatal(err)
		}
		var acts []string
		err := d.View(t.Context(), func(tx *db.Tx) error {
			trail, err := audit.List(t.Context(), tx, mattertest.Realm, matter.Subject(made.ID), 10)
			for _, e := range trail {
				acts = append(acts, e.Act)
			}
			return err
		})
		if err != nil || !slices.Equal(acts, []string{"sight.alarmed", "sight.purpose_stated", "sight.alarmed", "matter.reported"}) &&
			!slices.Equal(acts, []string{"sight.purpose_stated", "sight.alarmed", "sight.alarmed", "matter.reported"}) {
			t.Errorf("the audit has %v, %v", acts, err)
		}
	})
}

// TestTheExactPointIsSealedWithTheWords has matters change their class at the desk:
// the point lies open or sealed as the class asks for, and is never lost.
func TestTheExactPointIsSealedWithTheWords(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := mattertest.New(t, d)
		desk := r.Actor(identity.Dispatcher, r.East.Town, "")
		look := func(id string, open bool) (m matter.Matter) {
			t.Helper()
			var lies int
			err := d.View(t.Context(), func(tx *db.Tx) (err error) {
				if m, err = r.In(t.Context(), tx, mattertest.Realm, id); err != nil {
					return err
				}
				return tx.QueryRow(t.Context(), `SELECT CASE WHEN lon IS NULL AND lat IS NULL THEN 0 ELSE 1 END FROM matter WHERE realm = ? AND id = ?`, mattertest.Realm, id).Scan(&lies)
			})
			if err != nil || m.Point == nil || *m.Point != *r.East.Middle() {
				t.Fatalf("the point is %v, %v", m.Point, err)
			}
			if (lies == 1) != open {
				t.Errorf("in class %s it lies open: %v", m.Privacy, !open)
			}
			return m
		}
		for _, step := range []struct {
			from, to         string
			open, openBefore bool
		}{{sealedType, ordinaryType, true, false}, {ordinaryType, sealedType, false, true}, {sealedType, restrictedType, true, false}} {
			id := told(t, r, step.from).ID
			m := look(id, step.openBefore)
			r.Do(t, m, desk, "register", map[string][]string{"category": {step.to}})
			look(id, step.open)
		}
	})
}
