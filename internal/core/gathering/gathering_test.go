// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package gathering_test

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"pavilion/catalogue"
	"pavilion/internal/base/fault"
	"pavilion/internal/base/id"
	"pavilion/internal/core/edition"
	"pavilion/internal/core/files"
	"pavilion/internal/core/gathering"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/org"
	"pavilion/internal/platform/blob"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/db/dbtest"
	"pavilion/internal/platform/seal"
)

const realm = "r"

// club is a body whose members the test says: a seat has a last day, or none.
type club struct {
	body  gathering.Body
	seats []gathering.Seat
	until map[string]string
	share int // of those due who have to come, in percent; 0 for no bound
}

func (c *club) About(context.Context, *db.Tx, string, string) (gathering.Body, error) {
	return c.body, nil
}

func (c *club) Due(_ context.Context, _ *db.Tx, g gathering.Gathering) (out []gathering.Seat, err error) {
	for _, s := range c.seats {
		if last := c.until[s.ID]; last == "" || g.Starts.Format(time.DateOnly) <= last {
			out = append(out, s)
		}
	}
	return out, nil
}

func (c *club) Quorum(ctx context.Context, tx *db.Tx, g gathering.Gathering, there []string) (gathering.Quorum, error) {
	due, err := c.Due(ctx, tx, g)
	q := gathering.Quorum{Rule: "test@2026-01-01"}
	for _, s := range due {
		if !s.Vacant {
			q.Due++
		}
		if slices.Contains(there, s.ID) {
			q.Present++
		}
	}
	q.Met = q.Present*100 >= q.Due*c.share
	return q, err
}

func (c *club) Offered(context.Context, identity.Actor) ([]gathering.Body, error) {
	return []gathering.Body{c.body}, nil
}

// hall is a gathering service with a clock of its own, a host and a secretary.
type hall struct {
	*gathering.Service
	t     testing.TB
	now   time.Time
	club  *club
	chair identity.Actor
	area  org.Area
	units []org.Body
}

// noon is when tests begin: 1 June 2026.
var noon = time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)

func newHall(t testing.TB, d *db.DB) *hall {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	h := &hall{t: t, now: noon}
	box, err := seal.NewBox([]byte(strings.Repeat("k", 32)))
	must(err)
	blobs, err := blob.OpenDir(t.TempDir())
	must(err)
	kinds, err := gathering.Load(catalogue.FS())
	must(err)
	now := func() time.Time { return h.now }
	places := org.New(d, now, slog.New(slog.DiscardHandler))
	h.area, err = places.CreateRealm(t.Context(), org.NewRealm{ID: realm, Name: "测试镇", By: "t"})
	must(err)
	for _, name := range []string{"测试应急办", "测试民政办", "测试农经站", "测试自然资源所"} {
		b, err := places.AddBody(t.Context(), org.NewBody{Realm: realm, Kind: "DEPT", Name: name, Area: h.area.ID, By: "t"})
		must(err)
		h.units = append(h.units, b)
	}
	h.club = &club{body: gathering.Body{Host: "assembly/1", Name: "测试大会", Sort: "villagers", Area: h.area.ID, Place: h.area.Lo, Notice: 10, Basis: "basis.villagers_law"}, share: 67}
	for i := range 6 {
		h.club.seats = append(h.club.seats, gathering.Seat{ID: "m" + strconv.Itoa(i+1), No: i + 1, Name: "测试" + strconv.Itoa(i+1)})
	}
	h.Service = gathering.New(gathering.Service{
		DB: d, Now: now, Log: slog.New(slog.DiscardHandler), Zone: time.UTC, Box: box, Org: places,
		Files:    &files.Service{DB: d, Blobs: blobs, Box: box, Now: now},
		Editions: &edition.Service{DB: d, Now: now, Checks: map[string]edition.Check{}},
		Kinds:    kinds, Hosts: map[string]gathering.Host{"assembly": h.club, "body": h.club},
	})
	h.chair = h.actor("secretary", identity.Secretary, "")
	return h
}

func (h *hall) actor(account string, role identity.Role, body string) identity.Actor {
	return identity.Actor{Realm: realm, Account: account, Grants: []identity.Grant{
		{Realm: realm, Account: account, Role: role, Body: body, Lo: h.area.Lo, Hi: h.area.Hi},
	}}
}

// ask is a meeting of the villagers in eleven days.
func (h *hall) ask() gathering.Call {
	starts := noon.AddDate(0, 0, 11)
	return gathering.Call{
		Realm: realm, Key: id.New(), Kind: "villagers", Title: "测试村民会议", Host: "assembly/1", For: "proceeding/1/3", Where: "测试会议室",
		Starts: starts, Ends: starts.Add(2 * time.Hour), By: h.chair,
		Agenda: []gathering.Item{{Kind: gathering.Deliberate, Title: "修缮停车棚"}, {Kind: gathering.Question, Title: "路灯何时修好"}},
	}
}

func (h *hall) call(c gathering.Call) gathering.Gathering {
	h.t.Helper()
	g, err := h.Convene(h.t.Context(), c)
	if err != nil {
		h.t.Fatal(err)
	}
	return g
}

func (h *hall) at(g gathering.Gathering) gathering.At {
	return gathering.At{Realm: realm, ID: g.ID, By: h.chair}
}

func (h *hall) read(g gathering.Gathering) gathering.Record {
	h.t.Helper()
	r, err := h.Read(h.t.Context(), h.at(g))
	if err != nil {
		h.t.Fatal(err)
	}
	return r
}

func (h *hall) roll(g gathering.Gathering, act gathering.Act, seats ...string) {
	h.t.Helper()
	if err := h.Roll(h.t.Context(), gathering.Roll{At: h.at(g), Seats: seats, Act: act}); err != nil {
		h.t.Fatal(err)
	}
}

// held is a meeting to which four of six came and which is over.
func (h *hall) held(g gathering.Gathering) {
	h.t.Helper()
	h.now = g.Starts
	h.roll(g, gathering.Came, "m1", "m2", "m3", "m4", "m5")
	for _, step := range []func(context.Context, gathering.At) (gathering.Gathering, error){h.Start, h.Close} {
		if _, err := step(h.t.Context(), h.at(g)); err != nil {
			h.t.Fatal(err)
		}
	}
}

// refused fails unless err is a fault with a key, and returns it.
func refused(t testing.TB, err error, key string) *fault.Error {
	t.Helper()
	f, ok := fault.As(err)
	if !ok || f.Key != key {
		t.Fatalf("the answer is %v, want %s", err, key)
	}
	return f
}

func TestNoticeIsCountedInDays(t *testing.T) {
	d := dbtest.SQLite(t)
	h := newHall(t, d)
	for _, tt := range []struct {
		name   string
		days   int
		hour   int
		wanted string
	}{
		{"nine days and many hours are too late", 9, 23, "gathering.late_notice"},
		{"ten days are enough at whatever hour", 10, 1, ""},
		{"eleven days are enough", 11, 12, ""},
	} {
		c := h.ask()
		c.Starts = time.Date(2026, 6, 1+tt.days, tt.hour, 0, 0, 0, time.UTC)
		c.Ends = c.Starts.Add(time.Hour)
		_, err := h.Convene(t.Context(), c)
		if tt.wanted == "" && err != nil {
			t.Errorf("%s: %v", tt.name, err)
		}
		if tt.wanted != "" {
			if f := refused(t, err, tt.wanted); f.Field != "starts" || f.Params["earliest"] != "2026-06-11" || f.Basis != "basis.villagers_law" {
				t.Errorf("%s: %+v", tt.name, f)
			}
		}
	}
	c := h.ask()
	c.Starts, c.Noticed = noon.AddDate(0, 0, 2), "2026-05-20"
	c.Ends = c.Starts.Add(time.Hour)
	if _, err := h.Convene(t.Context(), c); err != nil {
		t.Errorf("notice was given on paper in time: %v", err)
	}
	h.club.body.Sort, h.club.body.Notice = "villager_reps", 0
	c = h.ask()
	c.Kind, c.Starts = "villager_reps", noon.AddDate(0, 0, 1)
	c.Ends = c.Starts.Add(time.Hour)
	g := h.call(c)
	if w := g.Warnings(h.Day(g)); !slices.Equal(w, []gathering.Warning{gathering.WarnNotice}) {
		t.Errorf("where no law sets the notice, one day has the warnings %v", w)
	}
}

func TestTheFirstTopicOfACommitteeIsStudy(t *testing.T) {
	h := newHall(t, dbtest.SQLite(t))
	h.club.body.Sort, h.club.body.Notice = "joint", 0
	for _, tt := range []struct {
		first gathering.ItemKind
		want  int
	}{{gathering.Study, 0}, {gathering.Deliberate, 1}} {
		c := h.ask()
		c.Kind, c.Agenda[0].Kind = "committee", tt.first
		g := h.call(c)
		if w := g.Warnings(h.Day(g)); len(w) != tt.want {
			t.Errorf("a committee that begins with %s has the warnings %v", tt.first, w)
		}
	}
	c := h.ask()
	c.Kind = "lecture"
	_, err := h.Convene(t.Context(), c)
	refused(t, err, "gathering.kind_other")
}

func TestACallIsOnceAndNumbered(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHall(t, d)
		c := h.ask()
		first, again := h.call(c), h.call(c)
		if first.ID != again.ID || first.Number != "2026-1" || again.Number != "2026-1" {
			t.Errorf("called twice with one key there are %s and %s", first.Number, again.Number)
		}
		c = h.ask()
		c.Nth = 9
		if g := h.call(c); g.Number != "2026-9" {
			t.Errorf("the ninth of the year is %s", g.Number)
		}
		c = h.ask()
		c.Nth = 3
		_, err := h.Convene(t.Context(), c)
		refused(t, err, "gathering.number_taken")
		if g := h.call(h.ask()); g.Number != "2026-10" {
			t.Errorf("after the ninth comes %s", g.Number)
		}
		list, err := forPurpose(t, d, h)
		if err != nil || len(list) != 3 {
			t.Errorf("for the purpose there are %d gatherings, %v", len(list), err)
		}
		c = h.ask()
		c.Title, c.Where, c.Agenda = "请致电13800000000", "", nil
		_, err = h.Convene(t.Context(), c)
		fields := ""
		for _, f := range fault.All(err) {
			fields += f.Field + " "
		}
		if fields != "title where agenda " {
			t.Errorf("the fields at fault are %s", fields)
		}
		c = h.ask()
		c.By = h.actor("else", identity.Dispatcher, "")
		_, err = h.Convene(t.Context(), c)
		refused(t, err, "gathering.not_convener")
	})
}

func forPurpose(t testing.TB, d *db.DB, h *hall) (list []gathering.Gathering, err error) {
	err = d.View(t.Context(), func(tx *db.Tx) error {
		list, err = h.For(t.Context(), tx, realm, "proceeding/1/3")
		return err
	})
	return list, err
}

func TestWhoLostTheMandateDoesNotCount(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHall(t, d)
		h.club.until = map[string]string{}
		g := h.call(h.ask())
		if err := h.Tell(t.Context(), gathering.Tell{At: h.at(g), Seats: []string{"m1", "m2"}, Way: gathering.ByStaff, Received: true}); err != nil {
			t.Fatal(err)
		}
		h.club.until["m1"] = "2026-06-05"
		h.club.seats = append(h.club.seats, gathering.Seat{ID: "m7", No: 7})
		h.now = g.Starts
		r := h.read(g)
		if r.Due() != 6 || r.Seats[0].Standing != gathering.Lapsed || r.Seats[6].Standing != gathering.Joined || r.Seats[1].ReceivedAt.IsZero() {
			t.Errorf("due are %d, the first is %s, the last %s", r.Due(), r.Seats[0].Standing, r.Seats[6].Standing)
		}
		refused(t, h.Roll(t.Context(), gathering.Roll{At: h.at(g), Seats: []string{"m1"}, Act: gathering.Came}), "gathering.not_due")
		h.roll(g, gathering.Came, "m2", "m3", "m4", "m5", "m7")
		if _, err := h.Start(t.Context(), h.at(g)); err != nil {
			t.Fatal(err)
		}
		h.club.until["m2"] = "2026-06-01" // set right afterwards
		r = h.read(g)
		if r.Due() != 6 || r.Attended() != 5 || r.Begin.Due != 6 || r.Begin.Present != 5 {
			t.Errorf("once it has begun, %d are due and %d came; it stood %+v", r.Due(), r.Attended(), r.Begin)
		}
	})
}

func TestWithoutAQuorumNothingBegins(t *testing.T) {
	h := newHall(t, dbtest.SQLite(t))
	g := h.call(h.ask())
	refused(t, h.Roll(t.Context(), gathering.Roll{At: h.at(g), Seats: []string{"m1"}, Act: gathering.Came}), "gathering.door_shut")
	h.now = g.Starts
	h.roll(g, gathering.Came, "m1", "m2", "m3", "m4", "m5")
	h.roll(g, gathering.Left, "m5")
	h.roll(g, gathering.Mistake, "m4")
	_, err := h.Start(t.Context(), h.at(g))
	if f := refused(t, err, "gathering.too_few"); f.Params["present"] != "3" || f.Params["due"] != "6" {
		t.Errorf("present are %s of %s", f.Params["present"], f.Params["due"])
	}
	after, err := h.Close(t.Context(), h.at(g))
	if err != nil || after.State != gathering.NoQuorum || after.Begin.Met {
		t.Fatalf("with too few it is %s, %v", after.State, err)
	}
	if m := h.read(g).Missing(); !slices.Contains(m, "quorum") {
		t.Errorf("missing are %v", m)
	}
	c := h.ask()
	c.Starts, c.Former = c.Starts.AddDate(0, 0, 20), g.ID
	c.Ends = c.Starts.Add(time.Hour)
	if again := h.call(c); again.Former != g.ID {
		t.Error("the meeting that is called anew does not name the former one")
	}
	c.Key, c.Former = id.New(), h.call(h.askLater()).ID
	_, err = h.Convene(t.Context(), c)
	refused(t, err, "gathering.former")
}

// askLater is ask as seen from the day of that meeting.
func (h *hall) askLater() gathering.Call {
	c := h.ask()
	c.Starts = c.Starts.AddDate(0, 0, 20)
	c.Ends = c.Starts.Add(time.Hour)
	return c
}

func TestWordsOfAnyKindAreTakenOrRefused(t *testing.T) {
	h := newHall(t, dbtest.SQLite(t))
	for _, tt := range []struct {
		name, title, want string
	}{
		{"nothing", "   ", "form.required"},
		{"enormous", strings.Repeat("长", 10_000), "form.too_long"},
		{"control characters", "会\x00议", "form.control_characters"},
		{"a person's number", "联系13800000000", "trace.found_phone"},
		{"markup, which is text", "<script>alert(1)</script>", ""},
	} {
		c := h.ask()
		c.Title = tt.title
		_, err := h.Convene(t.Context(), c)
		f, _ := fault.As(err)
		switch {
		case tt.want == "" && err != nil:
			t.Errorf("%s: %v", tt.name, err)
		case tt.want == "":
		case f == nil || f.Key != tt.want || f.Field != "title":
			t.Errorf("%s: %v, want %s", tt.name, err, tt.want)
		}
	}
	c := h.ask()
	c.Agenda = slices.Repeat(c.Agenda, 30)
	_, err := h.Convene(t.Context(), c)
	refused(t, err, "gathering.many_items")
	c = h.ask()
	c.Ends = c.Starts
	_, err = h.Convene(t.Context(), c)
	refused(t, err, "gathering.ends")
}

func TestWhereSomebodyHasComeTheDayStays(t *testing.T) {
	h := newHall(t, dbtest.SQLite(t))
	g := h.call(h.ask())
	h.now = g.Starts.Add(-time.Hour)
	h.roll(g, gathering.Came, "m1")
	move := gathering.Postpone{At: h.at(g), Starts: g.Starts.AddDate(0, 0, 1), Ends: g.Ends.AddDate(0, 0, 1), Where: "测试", Reason: "改期"}
	_, err := h.Postpone(t.Context(), move)
	refused(t, err, "gathering.some_came")
	h.roll(g, gathering.Mistake, "m1")
	if _, err := h.Postpone(t.Context(), move); err != nil {
		t.Error(err)
	}
}

func TestCalledAtOnceEachHasItsNumber(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHall(t, d)
		var wait sync.WaitGroup
		numbers := make([]string, 12)
		for i := range numbers {
			c := h.ask()
			wait.Go(func() {
				g, err := h.Convene(t.Context(), c)
				if err != nil {
					t.Error(err)
				}
				numbers[i] = g.Number
			})
		}
		wait.Wait()
		slices.Sort(numbers)
		if len(slices.Compact(slices.Clone(numbers))) != 12 || !slices.Contains(numbers, "2026-12") {
			t.Errorf("the numbers are %v", numbers)
		}
	})
}

// BenchmarkRoll ticks one of many, with the whole register read as a page does.
func BenchmarkRoll(b *testing.B) {
	for _, n := range []int{60, 1000} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			h := newHall(b, dbtest.SQLite(b))
			h.club.seats = nil
			for i := range n {
				h.club.seats = append(h.club.seats, gathering.Seat{ID: fmt.Sprintf("m%05d", i), No: i + 1})
			}
			g := h.call(h.ask())
			h.now = g.Starts
			i := 0
			for b.Loop() {
				h.roll(g, gathering.Came, h.club.seats[i%n].ID)
				i++
			}
		})
	}
}
