// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package gathering_test

import (
	"bytes"
	"image"
	"image/jpeg"
	"slices"
	"strings"
	"testing"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/id"
	"pavilion/internal/base/page"
	"pavilion/internal/core/files"
	"pavilion/internal/core/gathering"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/inbox"
	"pavilion/internal/core/retention"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/db/dbtest"
)

// photo is a photograph that is stored and belongs to nothing yet.
func (h *hall) photo() files.Photo {
	h.t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 40, 30)), nil); err != nil {
		h.t.Fatal(err)
	}
	p, err := h.Files.Receive(h.t.Context(), realm, b.Bytes())
	if err != nil {
		h.t.Fatal(err)
	}
	return p
}

// waiting lists what waits before a body.
func (h *hall) waiting(body string) (out []inbox.Item) {
	h.t.Helper()
	err := h.DB.View(h.t.Context(), func(tx *db.Tx) error {
		p, err := inbox.List(h.t.Context(), tx, realm, []inbox.Seat{{Role: "handler", Body: body}}, page.Cursor{}, 10)
		out = p.Items
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return out
}

// TestTheNinthOf2026HasFourTasks follows the joint meeting of 13 June 2026, a Saturday.
func TestTheNinthOf2026HasFourTasks(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHall(t, d)
		h.club.body.Sort, h.club.body.Notice = "body", 0
		c := h.ask()
		c.Kind, c.Nth, c.Starts = "joint_meeting", 9, time.Date(2026, 6, 13, 9, 0, 0, 0, time.UTC)
		c.Ends = c.Starts.Add(2 * time.Hour)
		c.Agenda = []gathering.Item{{Kind: gathering.Study, Title: "学习"}, {Kind: gathering.Report, Title: "部署"}, {Kind: gathering.Deliberate, Title: "研究"}}
		g := h.call(c)
		if g.Number != "2026-9" || len(g.Warnings(h.Day(g))) != 0 {
			t.Fatalf("it is %s with the warnings %v", g.Number, g.Warnings(h.Day(g)))
		}
		h.held(g)
		var first gathering.Resolution
		for i, text := range []string{"开展安全生产检查", "检查避灾安置点", "清理农村集体资金", "核查耕地保护"} {
			ask := gathering.Resolve{
				At: h.at(g), Key: id.New(), Item: 3, Duty: gathering.Task, Text: text, Body: h.units[i].ID, Due: time.Date(2026, 6, 20+i, 0, 0, 0, 0, time.UTC).Format(time.DateOnly),
			}
			r, err := h.Resolve(t.Context(), ask)
			if err != nil {
				t.Fatal(err)
			}
			if again, err := h.Resolve(t.Context(), ask); err != nil || again.N != r.N {
				t.Errorf("sent again it is resolution %d, %v", again.N, err)
			}
			if i == 0 {
				first = r
			}
		}
		record := h.read(g)
		if len(record.Resolutions) != 4 {
			t.Fatalf("there are %d tasks", len(record.Resolutions))
		}
		for i, r := range record.Resolutions {
			wait := h.waiting(h.units[i].ID)
			if r.Body != h.units[i].ID || r.Due == "" || len(wait) != 1 || wait[0].Title != r.Text || wait[0].Due.Format(time.DateOnly) != r.Due {
				t.Errorf("task %d is of %s, due %s, and before its owner wait %+v", r.N, r.Body, r.Due, wait)
			}
		}
		settle := gathering.Settle{Realm: realm, ID: first.ID, Revision: 1, Note: "检查了十二处，隐患都已整改", By: h.actor("else", identity.Handler, h.units[1].ID)}
		_, err := h.Settle(t.Context(), settle)
		refused(t, err, "gathering.resolution_missing")
		settle.By = h.chair
		_, err = h.Settle(t.Context(), settle)
		refused(t, err, "gathering.not_owner")
		settle.By = h.actor("owner", identity.Handler, h.units[0].ID)
		h.now = time.Date(2026, 6, 21, 9, 0, 0, 0, time.UTC)
		done, err := h.Settle(t.Context(), settle)
		if err != nil || done.Done != "2026-06-21" || !done.Late("2026-06-21") || len(h.waiting(h.units[0].ID)) != 0 {
			t.Errorf("done on %s, late %v, %v", done.Done, done.Late("2026-06-21"), err)
		}
		_, err = h.Settle(t.Context(), settle)
		refused(t, err, "gathering.stale")
	})
}

func TestASessionWithoutASeatThatMustBeThereIsIncomplete(t *testing.T) {
	h := newHall(t, dbtest.SQLite(t))
	h.club.body.Sort, h.club.body.Notice, h.club.share = "five_party", 0, 100
	h.club.seats = nil
	for _, seat := range []string{"branch", "building", "company", "owner_committee", "resident"} {
		h.club.seats = append(h.club.seats, gathering.Seat{ID: seat, Role: "assembly.seat." + seat, Must: true, No: len(h.club.seats) + 1})
	}
	for _, tt := range []struct {
		name   string
		vacant bool
		came   []string
		want   bool
	}{
		{"all five came", false, []string{"branch", "building", "company", "owner_committee", "resident"}, false},
		{"the owners' committee did not come", false, []string{"branch", "building", "company", "resident"}, true},
		{"nobody has the owners' committee's seat", true, []string{"branch", "building", "company", "resident"}, true},
	} {
		h.now = noon
		h.club.seats[3].Vacant = tt.vacant
		c := h.ask()
		c.Kind = "five_party"
		g := h.call(c)
		h.now = g.Starts
		h.roll(g, gathering.Came, tt.came...)
		if _, err := h.Start(t.Context(), h.at(g)); err != nil {
			t.Fatalf("%s: %v", tt.name, err)
		}
		r := h.read(g)
		if got := slices.Contains(r.Missing(), "seats"); got != tt.want {
			t.Errorf("%s: missing are %v", tt.name, r.Missing())
		}
		if tt.want && (len(r.Empty()) != 1 || r.Empty()[0].Role != "assembly.seat.owner_committee") {
			t.Errorf("%s: empty are %+v", tt.name, r.Empty())
		}
	}
}

func TestPapersAreCompleteOnlyWhenNothingIsMissing(t *testing.T) {
	h := newHall(t, dbtest.SQLite(t))
	g := h.call(h.ask())
	h.held(g)
	finish := func() error {
		_, err := h.Finish(t.Context(), h.at(g))
		return err
	}
	want := []string{"chair", "writer", "notice", "outcomes", "answers", "objections", "signed"}
	if m := h.read(g).Missing(); !slices.Equal(m, want) {
		t.Errorf("missing are %v, want %v", m, want)
	}
	if f := refused(t, finish(), "gathering.incomplete"); f.Params["missing"] != "7" {
		t.Errorf("%s are missing", f.Params["missing"])
	}
	seats := []string{"m1", "m2", "m3", "m4", "m5", "m6"}
	if err := h.Tell(t.Context(), gathering.Tell{At: h.at(g), Seats: seats, Way: gathering.ByPaper}); err != nil {
		t.Fatal(err)
	}
	write := gathering.Write{At: h.at(g), Minutes: gathering.Minutes{
		Chair: "测试主持", Writer: "测试记录", Words: "先后发言", Objections: "无",
		Agenda: []gathering.Item{{Outcome: gathering.Agreed, Words: "同意修缮"}, {Outcome: gathering.Taken}},
	}}
	if _, err := h.Write(t.Context(), write); err != nil {
		t.Fatal(err)
	}
	if m := h.read(g).Missing(); !slices.Equal(m, []string{"answers", "signed"}) {
		t.Errorf("a question without words, and an unsigned paper, miss %v", m)
	}
	write.Minutes.Agenda[1].Words = "六月底前修好"
	for range 2 {
		if _, err := h.Write(t.Context(), write); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := h.Sign(t.Context(), gathering.Sign{At: h.at(g), Photos: []files.Photo{h.photo()}}); err != nil {
		t.Fatal(err)
	}
	if err := finish(); err != nil {
		t.Fatal(err)
	}
	write.Minutes.Writer = "测试另一人"
	_, err := h.Write(t.Context(), write)
	refused(t, err, "gathering.signed_reason")
	write.Reason, write.Minutes.Chair = "记录人写错了", ""
	_, err = h.Write(t.Context(), write)
	refused(t, err, "gathering.incomplete")
	write.Minutes.Chair = "测试主持"
	if _, err := h.Write(t.Context(), write); err != nil {
		t.Fatal(err)
	}
	r := h.read(g)
	if r.State != gathering.Complete || len(r.Versions) != 4 || r.Minutes.Writer != "测试另一人" || r.Versions[0].Reason != "记录人写错了" || !r.Versions[0].Signed || r.Versions[1].Signed {
		t.Errorf("it is %s with %d versions, the last %+v", r.State, len(r.Versions), r.Versions[0])
	}
	old, err := h.Version(t.Context(), h.at(g), 3)
	if err != nil || old.Writer != "测试记录" {
		t.Errorf("the version before reads %q, %v", old.Writer, err)
	}
}

func TestMinutesAreSealedAndForgotten(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHall(t, d)
		g := h.call(h.ask())
		h.held(g)
		if _, err := h.Write(t.Context(), gathering.Write{At: h.at(g), Minutes: gathering.Minutes{Chair: "测试主持"}}); err != nil {
			t.Fatal(err)
		}
		if _, err := h.Sign(t.Context(), gathering.Sign{At: h.at(g), Photos: []files.Photo{h.photo()}}); err != nil {
			t.Fatal(err)
		}
		column := gathering.Sealed()[0]
		var texts int
		err := d.View(t.Context(), func(tx *db.Tx) error {
			all, err := column.Find(t.Context(), tx, realm, "", "0.", 10)
			texts = len(all)
			for _, one := range all {
				if strings.Contains(one.Sealed, "测试") {
					t.Error("minutes are stored in the clear")
				}
				if _, err := h.Box.Open(one.Sealed, one.About); err != nil {
					t.Error(err)
				}
				if more, err := column.Find(t.Context(), tx, realm, one.Key, "0.", 10); err != nil || len(more) != 0 {
					t.Errorf("after the last there are %d, %v", len(more), err)
				}
			}
			return err
		})
		if err != nil || texts != 1 {
			t.Fatalf("%d texts are sealed, %v", texts, err)
		}
		keeper := gathering.Keeper{Service: h.Service}
		err = d.InTx(t.Context(), func(tx *db.Tx) error {
			items, err := keeper.Over(t.Context(), tx, retention.Question{Realm: realm, Kind: gathering.DataKind, Before: h.now.Add(time.Hour), Limit: 10})
			if err != nil || len(items) != 1 || items[0].Open {
				t.Errorf("over are %+v, %v", items, err)
				return err
			}
			n, err := keeper.Forget(t.Context(), tx, retention.Stone{Realm: realm, Item: items[0]})
			if n != 2 {
				t.Errorf("%d are gone, minutes and photograph are two", n)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		photos, err := h.Files.List(t.Context(), realm, gathering.SignedOwner(g.ID))
		if r := h.read(g); r.Minutes.Chair != "" || len(r.Versions) != 1 || len(photos) != 0 || err != nil {
			t.Errorf("forgotten minutes read %q, %d photographs are left, %v", r.Minutes.Chair, len(photos), err)
		}
	})
}

func TestAResolutionHasPricesAndFilings(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHall(t, d)
		g := h.call(h.ask())
		h.held(g)
		ask := gathering.Resolve{
			At: h.at(g), Key: id.New(), Duty: gathering.Rules, Text: "小区停车收费办法",
			Terms: []gathering.Term{{Who: "居民"}, {Who: "外来单位", Amount: 300, Unit: "hour", Note: "低于市场价"}, {Who: "外来单位包月", Amount: 12000, Unit: "month"}},
		}
		r, err := h.Resolve(t.Context(), ask)
		if err != nil {
			t.Fatal(err)
		}
		for _, tt := range []struct {
			name, key string
			change    func(c *gathering.Resolve)
		}{
			{"a price without a unit", "gathering.unit", func(c *gathering.Resolve) { c.Terms = []gathering.Term{{Who: "居民", Amount: 1}} }},
			{"a price below nothing", "gathering.amount", func(c *gathering.Resolve) { c.Terms = []gathering.Term{{Who: "居民", Amount: -1}} }},
			{"a task without an owner", "gathering.no_owner", func(c *gathering.Resolve) { c.Duty = gathering.Task }},
			{"a promise without a day", "gathering.no_day", func(c *gathering.Resolve) { c.Duty, c.Body = gathering.Promise, h.units[0].ID }},
			{"an owner that is not there", "matter.body_unknown", func(c *gathering.Resolve) { c.Body = "none" }},
			{"a person's number", "trace.found_phone", func(c *gathering.Resolve) { c.Text = "请致电13800000000" }},
			{"a day before the meeting", "gathering.due_past", func(c *gathering.Resolve) { c.Due = "2026-06-01" }},
		} {
			bad := ask
			bad.Key = id.New()
			tt.change(&bad)
			if _, err := h.Resolve(t.Context(), bad); err == nil || !slices.ContainsFunc(fault.All(err), func(f *fault.Error) bool { return f.Key == tt.key }) {
				t.Errorf("%s: %v", tt.name, err)
			}
		}
		file := gathering.File{
			Realm: realm, Resolution: r.ID, Key: id.New(), Unit: "测试发展和改革局", Number: "停备〔2026〕7号", Day: "2026-06-12", Photos: []files.Photo{h.photo()}, By: h.chair,
		}
		for range 2 {
			if _, err := h.File(t.Context(), file); err != nil {
				t.Fatal(err)
			}
		}
		record := h.read(g)
		photos, err := h.Files.List(t.Context(), realm, gathering.FilingOwner(file.Key))
		if len(record.Filings) != 1 || record.Filings[0].Number != file.Number || len(photos) != 1 || err != nil {
			t.Errorf("filings are %+v with %d photographs, %v", record.Filings, len(photos), err)
		}
		if got := record.Resolutions[0].Terms; !slices.Equal(got, ask.Terms) {
			t.Errorf("the prices are %+v", got)
		}
		drop := gathering.Settle{Realm: realm, ID: r.ID, Revision: 1, Note: "写重了", Drop: true, By: h.chair}
		if _, err := h.Settle(t.Context(), drop); err != nil {
			t.Fatal(err)
		}
		file.Key = id.New()
		_, err = h.File(t.Context(), file)
		refused(t, err, "gathering.settled")
	})
}
