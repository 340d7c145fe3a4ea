// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package matter_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/geo"
	"pavilion/internal/base/page"
	"pavilion/internal/civic/matter"
	"pavilion/internal/civic/matter/docket"
	"pavilion/internal/civic/matter/mattertest"
	"pavilion/internal/core/audit"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/inbox"
	"pavilion/internal/core/outbox"
	"pavilion/internal/core/procedure"
	"pavilion/internal/core/sight"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/db/dbtest"
	"pavilion/internal/platform/jobs"
)

func TestAReportTravels(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := mattertest.New(t, d)
		m, handler := r.Handled(t, r.East)
		if m.State != "handled" || m.Handler != handler.Account || m.Area != r.East.Grid.ID {
			t.Fatalf("after handling it is %s, by %q, in %s", m.State, m.Handler, m.Area)
		}
		grid := r.Actor(identity.GridWorker, r.East.Grid, "")
		desk := r.Actor(identity.Dispatcher, r.East.Town, "")
		m = r.Do(t, m, grid, "pass", map[string][]string{"note": {"现场看过"}})
		m = r.Do(t, m, desk, "feed_back", map[string][]string{"reply": {"井盖已经补好"}})
		if got := m.Due.In(r.Calendar.Zone()).Format(time.DateOnly); got != "2026-09-27" && got != "2026-09-28" {
			t.Errorf("the reporter has until %s, want seven days that end on a worked one", got)
		}
		closed, err := r.Move(t.Context(), matter.Move{
			Realm: mattertest.Realm, ID: m.ID, Revision: m.Revision, Action: "rate", Reporter: true,
			By: identity.Actor{Realm: mattertest.Realm}, Answers: map[string][]string{"rating": {"5"}},
		})
		if err != nil || closed.State != "closed" || closed.Open || closed.Rating != 5 {
			t.Fatalf("rating gave %s, %d, %v", closed.State, closed.Rating, err)
		}
		seen, err := r.Followed(t.Context(), mattertest.Realm, m.ID)
		if err != nil || len(seen.History) != 8 || len(seen.Offers) != 0 {
			t.Errorf("its history has %d steps and offers %v, %v; want 8 and none", len(seen.History), seen.Offers, err)
		}
		report, err := audit.Verify(t.Context(), d, mattertest.Realm)
		if err != nil || len(report.Problems) > 0 {
			t.Errorf("the audit chain: %v, %v", report.Problems, err)
		}
	})
}

func TestWhoMayNot(t *testing.T) {
	d := dbtest.SQLite(t)
	r := mattertest.New(t, d)
	m, handler := r.Handled(t, r.East)
	both := handler
	both.Grants = append(both.Grants, r.Actor(identity.Dispatcher, r.East.Town, "").Grants...)
	colleague := r.Actor(identity.Handler, r.East.Town, r.Works.ID)
	colleague.Grants = append(colleague.Grants, r.Actor(identity.GridWorker, r.East.Grid, "").Grants...)
	note := map[string][]string{"note": {"好"}, "reason": {"没有修好"}}
	for _, tt := range []struct {
		name   string
		by     identity.Actor
		action procedure.Action
		want   fault.Kind
	}{
		{"the handler does not check the own work, even as dispatcher", both, "pass", fault.Denied},
		{"a colleague of the handler's does not check it either", colleague, "pass", fault.Denied},
		{"a handler alone has no such move", handler, "pass", fault.Denied},
		{"a dispatcher of another town sees no such matter", r.Actor(identity.Dispatcher, r.West.Town, ""), "pass", fault.Missing},
		{"a handler of another body sees no such matter", r.Actor(identity.Handler, r.East.Town, r.City.ID), "remark", fault.Missing},
		{"somebody who has not signed in sees no such matter", identity.Actor{Realm: mattertest.Realm}, "pass", fault.Missing},
		{"an auditor has no such move and sees no such matter", r.Actor(identity.Auditor, r.East.Town, ""), "pass", fault.Missing},
		{"what the state does not allow is a conflict", r.Actor(identity.Dispatcher, r.East.Town, ""), "feed_back", fault.Conflict},
		{"the system's move is nobody else's", r.Actor(identity.Dispatcher, r.East.Town, ""), "escalate", fault.Denied},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := r.Move(t.Context(), matter.Move{
				Realm: mattertest.Realm, ID: m.ID, Revision: m.Revision, Action: tt.action, By: tt.by, Answers: note,
			})
			if fault.KindOf(err) != tt.want || err == nil {
				t.Errorf("got %v, want %s", err, tt.want)
			}
		})
	}
}

func TestEightDispatchersOneWins(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := mattertest.New(t, d)
		m := r.Reported(t, r.East)
		var won, late atomic.Int32
		var all sync.WaitGroup
		for range 8 {
			by := r.Actor(identity.Dispatcher, r.East.Town, "")
			all.Go(func() {
				_, err := r.Move(t.Context(), matter.Move{Realm: mattertest.Realm, ID: m.ID, Revision: m.Revision, Action: "register", By: by})
				switch {
				case err == nil:
					won.Add(1)
				case fault.KindOf(err) == fault.Stale:
					late.Add(1)
				default:
					t.Error(err)
				}
			})
		}
		all.Wait()
		after, err := r.Followed(t.Context(), mattertest.Realm, m.ID)
		if won.Load() != 1 || late.Load() != 7 || err != nil || after.State != "registered" || len(after.History) != 2 {
			t.Errorf("%d won, %d were late; it is %s with %d steps (%v)", won.Load(), late.Load(), after.State, len(after.History), err)
		}
	})
}

func TestTheSameKeyMakesOneMatter(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := mattertest.New(t, d)
		numbers := make(chan string, 16)
		var all sync.WaitGroup
		for range 16 {
			all.Go(func() {
				got, err := r.Report(t.Context(), matter.Report{Realm: mattertest.Realm, Origin: "web", Key: "one-key", Text: "路灯不亮了", Point: r.East.Middle()})
				if err != nil {
					t.Error(err)
				}
				numbers <- got.Number + " " + got.Code
			})
		}
		all.Wait()
		close(numbers)
		first := <-numbers
		for other := range numbers {
			if other != first {
				t.Errorf("one key gave %q and %q", first, other)
			}
		}
	})
}

func TestBadReports(t *testing.T) {
	r := mattertest.New(t, dbtest.SQLite(t))
	good := matter.Report{Realm: mattertest.Realm, Origin: "web", Text: "路灯不亮了", Point: r.East.Middle()}
	for _, tt := range []struct {
		name, field, key string
		spoil            func(*matter.Report)
	}{
		{"no text", "text", "matter.text_required", func(c *matter.Report) { c.Text = " \n " }},
		{"a hundred thousand characters", "text", "form.too_long", func(c *matter.Report) { c.Text = strings.Repeat("长", 100_000) }},
		{"control characters", "text", "form.control_characters", func(c *matter.Report) { c.Text = "路灯\x00不亮" }},
		{"a point in the sea", "point", "matter.outside", func(c *matter.Report) { c.Point = &geo.Point{Lon: 123, Lat: 30} }},
		{"an area that is none", "area", "matter.area_unknown", func(c *matter.Report) { c.Point, c.Area = nil, "nowhere" }},
		{"a type that is none", "category", "matter.type_unknown", func(c *matter.Report) { c.Type = "999999" }},
		{"an address of two lines", "address", "form.control_characters", func(c *matter.Report) { c.Address = "a\nb" }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := good
			tt.spoil(&c)
			_, err := r.Report(t.Context(), c)
			f, ok := fault.As(err)
			if !ok || f.Field != tt.field || f.Key != tt.key {
				t.Errorf("got %v, want %s at %s", err, tt.key, tt.field)
			}
		})
	}
	if got := queue(t, r, r.Actor(identity.Dispatcher, r.East.Town, "")); len(got) != 0 {
		t.Errorf("%d bad reports were kept", len(got))
	}
}

func queue(t *testing.T, r *mattertest.Realmful, a identity.Actor) []matter.Matter {
	t.Helper()
	p, err := r.Docket.List(t.Context(), a, docket.Filter{}, page.Cursor{}, 50)
	if err != nil {
		t.Fatal(err)
	}
	return p.Items
}

func TestTrackingNeedsTheCode(t *testing.T) {
	r := mattertest.New(t, dbtest.SQLite(t))
	m := r.Reported(t, r.East)
	code := r.Code(mattertest.Realm, m.ID)
	if got, err := r.Track(t.Context(), mattertest.Realm, m.Number, strings.ToLower(code[:4])+" "+code[4:]); err != nil || got.ID != m.ID {
		t.Errorf("the right code gave %v, %v", got.ID, err)
	}
	var said []string
	for _, try := range [][2]string{{m.Number, "ZZZZZZZZ"}, {"20260918-0000000", code}, {m.Number, ""}, {"", ""}} {
		_, err := r.Track(t.Context(), mattertest.Realm, try[0], try[1])
		f, _ := fault.As(err)
		if f == nil {
			t.Fatalf("%q was let in", try)
		}
		said = append(said, f.Error())
	}
	for _, s := range said[1:] {
		if s != said[0] {
			t.Errorf("a wrong code and an unknown number can be told apart: %q", said)
		}
	}
}

func TestTermsRunOut(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := mattertest.New(t, d)
		m := r.Reported(t, r.East)
		r.Time = m.Due.Add(time.Minute)
		if n, err := r.Expire(t.Context(), mattertest.Realm); n != 1 || err != nil {
			t.Fatalf("%d terms ran out, %v; want 1", n, err)
		}
		if n, _ := r.Expire(t.Context(), mattertest.Realm); n != 0 {
			t.Error("the same term ran out twice")
		}
		after, err := r.Followed(t.Context(), mattertest.Realm, m.ID)
		if err != nil || after.State != "reported" || after.Escalation != 1 || !after.Due.Equal(m.Due) || after.Timer.Before(r.Time) {
			t.Errorf("after that it is %s, escalated %d times, due %v, %v", after.State, after.Escalation, after.Due, err)
		}
	})
}

func TestARemarkDoesNotStopTheClock(t *testing.T) {
	r := mattertest.New(t, dbtest.SQLite(t))
	m := r.Reported(t, r.East)
	m = r.Do(t, m, r.Actor(identity.Dispatcher, r.East.Town, ""), "remark", map[string][]string{"note": {"已电话核实"}})
	r.Time = m.Due.Add(time.Minute)
	if n, err := r.Expire(t.Context(), mattertest.Realm); n != 1 || err != nil {
		t.Errorf("after a remark %d terms ran out, %v; want 1", n, err)
	}
}

func TestTheSystemClosesWhatNobodyAnswers(t *testing.T) {
	r := mattertest.New(t, dbtest.SQLite(t))
	m, _ := r.Handled(t, r.East)
	desk := r.Actor(identity.Dispatcher, r.East.Town, "")
	m = r.Do(t, m, desk, "pass", nil)
	m = r.Do(t, m, desk, "feed_back", map[string][]string{"reply": {"已修好"}})
	r.Time = m.Due.Add(time.Second)
	if n, err := r.Expire(t.Context(), mattertest.Realm); n != 1 || err != nil {
		t.Fatalf("%d matters moved, %v", n, err)
	}
	after, _ := r.Followed(t.Context(), mattertest.Realm, m.ID)
	last := after.History[len(after.History)-1]
	if after.State != "closed" || last.Role != procedure.System || after.Rating != 0 {
		t.Errorf("it is %s by %s, rated %d", after.State, last.Role, after.Rating)
	}
}

func TestTheReporterReopens(t *testing.T) {
	r := mattertest.New(t, dbtest.SQLite(t))
	m, _ := r.Handled(t, r.East)
	desk := r.Actor(identity.Dispatcher, r.East.Town, "")
	m = r.Do(t, m, desk, "pass", nil)
	m = r.Do(t, m, desk, "feed_back", map[string][]string{"reply": {"已修好"}})
	again, err := r.Move(t.Context(), matter.Move{
		Realm: mattertest.Realm, ID: m.ID, Revision: m.Revision, Action: "reopen", Reporter: true,
		By: identity.Actor{Realm: mattertest.Realm}, Answers: map[string][]string{"reason": {"又坏了"}},
	})
	if err != nil || again.State != "registered" || !again.Open || again.Reply != "" {
		t.Errorf("it is %s, %v", again.State, err)
	}
}

func TestWhatStaffSayAmongThemselvesStaysThere(t *testing.T) {
	r := mattertest.New(t, dbtest.SQLite(t))
	desk := r.Actor(identity.Dispatcher, r.East.Town, "")
	m := r.Do(t, r.Reported(t, r.East), desk, "register", nil)
	m = r.Do(t, m, desk, "remark", map[string][]string{"note": {"内部的话"}})
	m = r.Do(t, m, desk, "dispatch", map[string][]string{"body": {r.Works.ID}, "note": {"内部的话"}})
	seen, err := r.Followed(t.Context(), mattertest.Realm, m.ID)
	if err != nil || len(seen.History) != 3 || seen.History[2].Answers["body"] != r.Works.ID {
		t.Fatalf("the reporter sees %+v, %v", seen.History, err)
	}
	if text := fmt.Sprint(seen.History); strings.Contains(text, "内部的话") {
		t.Errorf("the reporter reads %s", text)
	}
	all, err := r.Open(t.Context(), desk, m.ID, sight.Page)
	if err != nil || len(all.History) != 4 {
		t.Errorf("the desk sees %d steps, %v", len(all.History), err)
	}
}

func TestContactsAreSealed(t *testing.T) {
	r := mattertest.New(t, dbtest.SQLite(t))
	made, err := r.Report(t.Context(), matter.Report{
		Realm: mattertest.Realm, Origin: "web", Text: "路灯不亮了", Point: r.East.Middle(),
		Contact: matter.Contact{Name: "测试居民甲", Phone: "13800000000"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if c, err := r.Revealed(t, made.ID, r.Actor(identity.Dispatcher, r.East.Town, "")); err != nil || c.Phone != "13800000000" {
		t.Errorf("the dispatcher got %v, %v", c, err)
	}
	var kept string
	err = r.DB.View(t.Context(), func(tx *db.Tx) error {
		if err := tx.QueryRow(t.Context(), `SELECT sealed FROM matter_contact`).Scan(&kept); err != nil {
			return err
		}
		trail, err := audit.List(t.Context(), tx, mattertest.Realm, matter.Subject(made.ID), 10)
		if err != nil || len(trail) != 6 || trail[1].Act != "matter.contact_opened" {
			t.Errorf("the audit has %v, %v", trail, err)
		}
		return err
	})
	if err != nil || strings.Contains(kept, "138") {
		t.Errorf("the row holds %q, %v", kept, err)
	}
}

func TestTheInboxFollowsTheMatter(t *testing.T) {
	r := mattertest.New(t, dbtest.SQLite(t))
	m, _ := r.Handled(t, r.East)
	items := func(s inbox.Seat) int {
		var p page.Page[inbox.Item]
		err := r.DB.View(t.Context(), func(tx *db.Tx) (err error) {
			p, err = inbox.List(t.Context(), tx, mattertest.Realm, []inbox.Seat{s}, page.Cursor{}, 10)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return len(p.Items)
	}
	grid := inbox.Seat{Role: "grid_worker", Lo: r.East.Grid.Lo, Hi: r.East.Grid.Hi}
	works := inbox.Seat{Role: "handler", Body: r.Works.ID}
	if items(grid) != 1 || items(works) != 0 {
		t.Errorf("handled: %d for the grid worker, %d for the handlers; want 1 and 0", items(grid), items(works))
	}
	r.Do(t, m, r.Actor(identity.GridWorker, r.East.Grid, ""), "fail", map[string][]string{"reason": {"还是松的"}})
	if items(grid) != 0 || items(works) != 1 {
		t.Errorf("sent back: %d for the grid worker, %d for the handlers; want 0 and 1", items(grid), items(works))
	}
}

func TestASealedMatterIsForFew(t *testing.T) {
	r := mattertest.New(t, dbtest.SQLite(t))
	made, err := r.Report(t.Context(), matter.Report{
		Realm: mattertest.Realm, Origin: "web", Type: "060204", Text: "资金使用有问题，请核查。", Point: r.East.Middle(),
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		by   identity.Actor
		want int
	}{
		{r.Actor(identity.Dispatcher, r.East.Town, ""), 1},
		{r.Actor(identity.GridWorker, r.East.Grid, ""), 0},
		{r.Actor(identity.Handler, r.East.Town, r.Works.ID), 0},
	} {
		_, err := r.Open(t.Context(), tt.by, made.ID, sight.Page)
		if got := len(queue(t, r, tt.by)); got != tt.want || (err == nil) != (tt.want == 1) {
			t.Errorf("a %s has %d in the queue and opens it with %v", tt.by.Grants[0].Role, got, err)
		}
	}
}

// TestAFullDiskKeepsNothingOfAReport fills the disk while reports come in.
func TestAFullDiskKeepsNothingOfAReport(t *testing.T) {
	d := dbtest.SQLiteAt(t, filepath.Join(t.TempDir(), "small.db"), db.Options{MaxPages: 700})
	r := mattertest.New(t, d)
	kept, full := 0, error(nil)
	for range 2000 {
		_, full = r.Report(t.Context(), matter.Report{
			Realm: mattertest.Realm, Origin: "web", Text: strings.Repeat("路灯不亮了。", 300), Point: r.East.Middle(),
			Contact: matter.Contact{Phone: "13800000000"},
		})
		if full != nil {
			break
		}
		kept++
	}
	if f, ok := fault.As(full); !ok || f.Key != "storage.full" {
		t.Fatalf("after %d reports: %v, want an honest fault", kept, full)
	}
	for _, table := range []string{"matter", "matter_event", "matter_contact", "inbox_item"} {
		var n int
		err := d.View(t.Context(), func(tx *db.Tx) error {
			return tx.QueryRow(t.Context(), `SELECT count(*) FROM `+table).Scan(&n)
		})
		if err != nil || n != kept {
			t.Errorf("%s has %d rows for %d acknowledged reports, %v", table, n, kept, err)
		}
	}
}

func TestSearchFindsChineseWords(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := mattertest.New(t, d)
		r.Reported(t, r.East)
		r.Reported(t, r.West)
		q := jobs.New(d, r.Now, r.Log)
		outbox.Deliver(q, map[string][]outbox.Subscriber{"matter.reported": {r.Docket.IndexReported}})
		if err := q.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		root, _ := r.Org.Root(mattertest.Realm)
		for _, tt := range []struct {
			words string
			by    identity.Actor
			want  int
		}{
			{"井盖", r.Actor(identity.Dispatcher, root, ""), 2},
			{"井蓋", r.Actor(identity.Dispatcher, root, ""), 2},
			{"井盖", r.Actor(identity.Dispatcher, r.East.Town, ""), 1},
			{"井盖 危险", r.Actor(identity.GridWorker, r.West.Grid, ""), 1},
			{"路灯", r.Actor(identity.Dispatcher, root, ""), 0},
			{"井盖", r.Actor(identity.Handler, root, r.Works.ID), 0},
		} {
			p, err := r.Docket.Find(t.Context(), tt.by, tt.words, page.Cursor{}, 10)
			if err != nil || len(p.Items) != tt.want {
				t.Errorf("%q as %s finds %d, %v; want %d", tt.words, tt.by.Grants[0].Role, len(p.Items), err, tt.want)
			}
		}
	})
}

func TestImportIsWholeOrNotAtAll(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := mattertest.New(t, d)
		var lines strings.Builder
		for i := 1; i <= 5000; i++ {
			if i == 4000 {
				lines.WriteString("{\"id\": broken\n")
				continue
			}
			fmt.Fprintf(&lines, "{\"id\":\"%d\",\"user\":\"A1\",\"title\":\"第%d件\",\"time\":\"2019-02-28T11:25:05\",\"body\":\"路灯不亮\",\"up\":0,\"down\":0}\n", i, i)
		}
		c := matter.ImportMessages{Realm: mattertest.Realm, By: identity.System(mattertest.Realm)}
		c.Lines = strings.NewReader(lines.String())
		got, err := r.ImportMessages(t.Context(), c)
		if fault.KindOf(err) != fault.Invalid || got.Rejected != 1 || got.Created != 0 || got.Problems[0].Line != 4000 {
			t.Fatalf("with a broken line 4000: %+v, %v", got, err)
		}
		c.Lines = strings.NewReader(strings.Replace(lines.String(), "{\"id\": broken\n", "", 1))
		if got, err = r.ImportMessages(t.Context(), c); err != nil || got.Created != 4999 || got.Existing != 0 {
			t.Fatalf("without it: %+v, %v", got, err)
		}
		c.Lines = strings.NewReader(strings.Replace(lines.String(), "{\"id\": broken\n", "", 1))
		if got, err = r.ImportMessages(t.Context(), c); err != nil || got.Created != 0 || got.Existing != 4999 {
			t.Fatalf("a second time: %+v, %v", got, err)
		}
	})
}

func TestABadLineIsNamed(t *testing.T) {
	r := mattertest.New(t, dbtest.SQLite(t))
	text := "{\"id\":\"1\",\"title\":\"a\",\"time\":\"2019-02-28T11:25:05\",\"body\":\"路灯\"}\n" +
		"{\"id\":\"\",\"title\":\"a\",\"time\":\"2019-02-28T11:25:05\",\"body\":\"路灯\"}\n" +
		"\n" +
		"{\"id\":\"2\",\"title\":\"a\",\"time\":\"yesterday\",\"body\":\"路灯\"}\n" +
		"{\"id\":\"3\",\"title\":\"\",\"time\":\"2019-02-28T11:25:05\",\"body\":\" \"}\n" +
		"{\"id\":\"4\",\"title\":\"a\",\"time\":\"2019-02-28T11:25:05\",\"body\":\"bell\\u0007\"}\n"
	got, err := r.ImportMessages(t.Context(), matter.ImportMessages{
		Realm: mattertest.Realm, By: identity.System(mattertest.Realm), Lines: strings.NewReader(text),
	})
	var lines []int
	for _, p := range got.Problems {
		lines = append(lines, p.Line)
	}
	if err == nil || fmt.Sprint(lines) != "[2 4 5 6]" || got.Read != 5 {
		t.Errorf("bad lines %v of %d read, %v; want 2, 4, 5 and 6 of 5", lines, got.Read, err)
	}
}

func FuzzImportMessages(f *testing.F) {
	f.Add("{\"id\":\"1\",\"title\":\"a\",\"time\":\"2019-02-28T11:25:05\",\"body\":\"路灯\"}\n")
	r := mattertest.New(f, dbtest.SQLite(f))
	f.Fuzz(func(t *testing.T, text string) {
		got, err := r.ImportMessages(t.Context(), matter.ImportMessages{
			Realm: mattertest.Realm, By: identity.System(mattertest.Realm), Lines: strings.NewReader(text),
		})
		if err != nil && (fault.KindOf(err) != fault.Invalid || got.Created != 0) {
			t.Fatalf("%+v, %v", got, err)
		}
		if err == nil && got.Created+got.Existing != got.Read {
			t.Fatalf("%d read, %d created, %d existing", got.Read, got.Created, got.Existing)
		}
	})
}
