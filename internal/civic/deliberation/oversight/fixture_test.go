// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package oversight_test

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pavilion/catalogue"
	"pavilion/internal/base/clock"
	"pavilion/internal/base/fault"
	"pavilion/internal/base/form"
	"pavilion/internal/base/id"
	"pavilion/internal/base/text"
	"pavilion/internal/civic/deliberation/assembly"
	"pavilion/internal/civic/deliberation/disclosure"
	"pavilion/internal/civic/deliberation/oversight"
	"pavilion/internal/civic/deliberation/poll"
	"pavilion/internal/civic/deliberation/proceeding"
	"pavilion/internal/civic/deliberation/survey"
	"pavilion/internal/civic/deliberation/tally"
	"pavilion/internal/civic/deliberation/topic"
	"pavilion/internal/core/edition"
	"pavilion/internal/core/gathering"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/org"
	"pavilion/internal/core/procedure"
	"pavilion/internal/core/release"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/seal"
)

const realm = "r"

// town is a realm with a village and all that decides there.
type town struct {
	*proceeding.Service
	over                                *oversight.Service
	t                                   testing.TB
	now                                 time.Time
	area, other                         org.Area
	secretary, head, inspector, auditor identity.Actor
	elsewhere                           identity.Actor
	due                                 map[string]int // members by host
	vacant                              map[string]assembly.Seat
	errands                             map[string]bool // matters, and whether they are closed
}

func open(t testing.TB, d *db.DB) *town {
	t.Helper()
	zone, err := time.LoadLocation("Asia/Shanghai")
	w := &town{t: t, now: time.Date(2026, 3, 2, 9, 0, 0, 0, zone), due: map[string]int{}, vacant: map[string]assembly.Seat{}, errands: map[string]bool{}}
	w.must(err)
	now, log := clock.Clock(func() time.Time { return w.now }), slog.New(slog.DiscardHandler)
	places := org.New(d, now, log)
	root, err := places.CreateRealm(t.Context(), org.NewRealm{ID: realm, Name: "测试区", By: "test"})
	w.must(err)
	for _, at := range []*org.Area{&w.area, &w.other} {
		*at, err = places.AddArea(t.Context(), org.NewArea{Realm: realm, Parent: root.ID, Kind: org.Township, Name: "测试镇" + id.Digits(4), By: "test"})
		w.must(err)
	}
	box, err := seal.OpenBox(filepath.Join(t.TempDir(), "key"))
	w.must(err)
	law, table, err := assembly.Load(catalogue.FS())
	w.must(err)
	calendar, err := clock.LoadCalendar(catalogue.FS(), zone)
	w.must(err)
	forms, err := form.Load(catalogue.FS())
	w.must(err)
	texts := w.texts()
	levels, err := topic.LoadTerms(catalogue.FS())
	w.must(err)
	say := texts.Printer(text.First)
	s := &proceeding.Service{
		DB: d, Now: now, Log: log, Zone: zone, Forms: forms, Library: procedure.NewLibrary(d, calendar), Org: places,
		Editions: &edition.Service{DB: d, Now: now, Checks: map[string]edition.Check{}}, Releases: &release.Service{DB: d, Now: now},
		Errands: w, Say: func(key string) string { return say.T(key) },
	}
	w.Service = s
	s.Editions.Checks[proceeding.Edition] = s.Check
	s.Bodies = assembly.New(assembly.Service{DB: d, Now: now, Log: log, Zone: zone, Org: places, Box: box, Editions: s.Editions, Law: law, Table: table})
	s.Polls = &poll.Service{DB: d, Now: now, Log: log, Box: box, Bodies: s.Bodies}
	s.Surveys = &survey.Service{DB: d, Now: now, Log: log, Zone: zone, Org: places, Box: box, Bodies: s.Bodies, Releases: s.Releases}
	s.Notices = &disclosure.Service{DB: d, Now: now, Log: log, Calendar: calendar, Org: places, Box: box, Bodies: s.Bodies, Releases: s.Releases, Say: s.Say}
	s.Topics = &topic.Service{
		DB: d, Now: now, Log: log, Calendar: calendar, Org: places, Box: box, Releases: s.Releases, Terms: levels, Decides: w, Say: s.Say,
	}
	parts := []gathering.Part{gathering.PartChair, gathering.PartQuorum, gathering.PartSeats, gathering.PartOutcomes}
	book := &gathering.Book{}
	for _, k := range assembly.Kinds() {
		book.Kinds = append(book.Kinds, gathering.Kind{Code: string(k), For: []string{string(k)}, Parts: parts})
	}
	s.Gatherings = gathering.New(gathering.Service{
		DB: d, Now: now, Log: log, Zone: zone, Box: box, Org: places, Editions: s.Editions, Kinds: book, Hosts: map[string]gathering.Host{"assembly": w},
	})
	s.Releases.Publishers = map[string]release.Publisher{
		disclosure.Words: s.Notices.Show, disclosure.Answer: s.Notices.ShowAnswer, proceeding.PlanWords: s.Publish, topic.Kind: s.Topics.Publish, topic.Note: s.Topics.PublishNote,
		survey.Words: s.Surveys.Publish,
	}
	for _, name := range proceeding.Procedures() {
		def, err := procedure.Read(catalogue.FS(), name)
		w.must(err)
		w.must(s.Library.Publish(t.Context(), realm, def, "test", w.now))
	}
	w.over = &oversight.Service{DB: d, Now: now, Zone: zone, Org: places, Bodies: s.Bodies, Proceedings: s}
	w.secretary, w.head = w.actor("secretary", identity.Secretary, w.area), w.actor("head", identity.ShiftHead, w.area)
	w.inspector, w.auditor = w.actor("inspector", "inspector", w.area), w.actor("auditor", identity.Auditor, w.area)
	w.elsewhere = w.actor("elsewhere", identity.Secretary, w.other)
	return w
}

func (w *town) actor(name string, role identity.Role, at org.Area) identity.Actor {
	return identity.Actor{Realm: realm, Account: name, Proved: w.now.AddDate(1, 0, 0), Grants: []identity.Grant{{Realm: realm, Account: name, Role: role, Lo: at.Lo, Hi: at.Hi}}}
}

func (w *town) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func key(err error) string {
	f, _ := fault.As(err)
	if f == nil {
		return ""
	}
	return f.Key
}

// refused says what of an error is not as it has to be.
func (w *town) refused(what string, err error, want string) {
	w.t.Helper()
	if key(err) != want {
		w.t.Errorf("%s: %v, want %s", what, err, want)
	}
}

// Known and Errand answer what other parts know.
func (w *town) Known(subject string) bool { return true }

func (w *town) Errand(_ context.Context, _ *db.Tx, _, matter string) (proceeding.ErrandState, error) {
	done, there := w.errands[matter]
	if !there {
		return proceeding.ErrandState{}, fault.New(fault.Missing, "matter.missing")
	}
	return proceeding.ErrandState{Number: "20260302-0000001", Place: w.area.Lo, Done: done}, nil
}

// About, Due, Quorum and Offered answer for bodies whose members are numbers.
func (w *town) About(ctx context.Context, tx *db.Tx, realm, host string) (gathering.Body, error) {
	a, err := w.Bodies.Find(ctx, tx, realm, strings.TrimPrefix(host, "assembly/"))
	return gathering.Body{Host: host, Name: a.Name, Sort: string(a.Kind), Area: a.Area, Place: a.Place}, err
}

func (w *town) Due(_ context.Context, _ *db.Tx, g gathering.Gathering) (out []gathering.Seat, _ error) {
	for i := range w.due[g.Host] {
		out = append(out, gathering.Seat{ID: fmt.Sprintf("s%03d", i), No: i + 1, Account: fmt.Sprintf("account%d", i)})
	}
	if seat := w.vacant[g.Host]; seat != "" {
		out = append(out, gathering.Seat{ID: "vacant", Role: "assembly.seat." + string(seat), Must: true, Vacant: true})
	}
	return out, nil
}

func (w *town) Quorum(ctx context.Context, tx *db.Tx, g gathering.Gathering, there []string) (gathering.Quorum, error) {
	a, err := w.Bodies.Find(ctx, tx, realm, strings.TrimPrefix(g.Host, "assembly/"))
	if err != nil {
		return gathering.Quorum{}, err
	}
	rule, err := w.Bodies.RuleAt(ctx, realm, string(a.Kind), w.Today())
	each := func(n int) tally.Sum { return tally.Sum{People: int64(n), Area: int64(n) * 10000} }
	_, met := rule.Present(tally.Count{Entitled: each(w.due[g.Host]), Attended: each(len(there))})
	return gathering.Quorum{Due: w.due[g.Host], Present: len(there), Met: met}, err
}

func (w *town) Offered(context.Context, identity.Actor) ([]gathering.Body, error) { return nil, nil }

// body founds a body with n members; those of a party, say, are told apart by numbers.
func (w *town) body(k assembly.Kind, n int) assembly.Assembly {
	w.t.Helper()
	a, err := w.Bodies.Found(w.t.Context(), assembly.Found{Realm: realm, Kind: k, Name: "测试组织" + string(k), Area: w.area.ID, By: w.secretary})
	w.must(err)
	w.due["assembly/"+a.ID] = n
	return a
}

// topic is a topic of the village.
func (w *town) topic() topic.Topic {
	w.t.Helper()
	t, err := w.Topics.Gather(w.t.Context(), topic.Gather{Realm: realm, Key: id.New(), Title: "测试：修缮停车棚", Body: "测试：停车棚漏雨。", Area: w.area.ID, By: w.secretary})
	w.must(err)
	return t
}

// form is a filled form.
func filled(pairs ...string) map[string][]string {
	out := map[string][]string{}
	for i := 0; i+1 < len(pairs); i += 2 {
		out[pairs[i]] = []string{pairs[i+1]}
	}
	return out
}

func (w *town) begin(subject string, more ...string) (proceeding.Proceeding, error) {
	values := filled("subject", subject, "emergency", "no", "one_person", "no", "forbidden", "no", "one_leader", "no")
	for k, v := range filled(more...) {
		values[k] = v
	}
	return w.Start(w.t.Context(), proceeding.Start{Realm: realm, Key: id.New(), Topic: w.topic().ID, Values: values, By: w.secretary})
}

func (w *town) started(subject string, more ...string) *proceeding.Proceeding {
	w.t.Helper()
	p, err := w.begin(subject, more...)
	w.must(err)
	return &p
}

// move makes a move, and keeps how the proceeding is after it.
func (w *town) move(p *proceeding.Proceeding, action procedure.Action, more ...string) error {
	now, err := w.Move(w.t.Context(), proceeding.Move{Realm: realm, ID: p.ID, Revision: p.Revision, Action: action, Values: filled(more...), By: w.secretary})
	if err == nil {
		*p = now
	}
	return err
}

func (w *town) on(p *proceeding.Proceeding, s proceeding.Step) proceeding.On {
	return proceeding.On{Realm: realm, ID: p.ID, Revision: p.Revision, Step: s, By: w.secretary}
}

// again reads a proceeding anew.
func (w *town) again(p *proceeding.Proceeding) proceeding.Detail {
	w.t.Helper()
	d, err := w.Open(w.t.Context(), w.secretary, realm, p.ID)
	w.must(err)
	*p = d.Proceeding
	return d
}

// session is a meeting as it went.
type session struct {
	step  proceeding.Step
	body  assembly.Assembly
	ahead int // days between notice and meeting
	came  int
	hands *proceeding.Hands
	bare  bool // without minutes
}

// meet calls a meeting from a step and holds it.
func (w *town) meet(p *proceeding.Proceeding, m session) (gathering.Gathering, error) {
	w.t.Helper()
	ctx := w.t.Context()
	starts := w.now.AddDate(0, 0, m.ahead)
	g, err := w.Convene(ctx, proceeding.Convene{On: w.on(p, m.step), Gathering: gathering.Call{
		Key: id.New(), Kind: string(m.body.Kind), Title: "测试会议", Host: "assembly/" + m.body.ID, Starts: starts, Ends: starts.Add(2 * time.Hour), Where: "测试会议室",
		Agenda: []gathering.Item{{Kind: gathering.Vote, Title: "测试：修缮停车棚"}},
	}})
	if err != nil {
		return g, err
	}
	w.now = starts
	at := gathering.At{Realm: realm, ID: g.ID, By: w.secretary}
	var seats []string
	for i := range m.came {
		seats = append(seats, fmt.Sprintf("s%03d", i))
	}
	w.must(w.Gatherings.Roll(ctx, gathering.Roll{At: at, Seats: seats, Act: gathering.Came}))
	_, short := w.Gatherings.Start(ctx, at)
	w.now = w.now.Add(time.Hour)
	if short == nil && !m.bare {
		_, err = w.Gatherings.Write(ctx, gathering.Write{At: at, Minutes: gathering.Minutes{
			Chair: "测试主持", Writer: "测试记录", Words: "测试", Objections: "无",
			Agenda: []gathering.Item{{Kind: gathering.Vote, Title: "测试：修缮停车棚", Outcome: gathering.Agreed}},
		}})
		w.must(err)
	}
	_, err = w.Gatherings.Close(ctx, at)
	w.must(err)
	w.again(p)
	if m.hands != nil && short == nil {
		*p, err = w.Prove(ctx, proceeding.Prove{On: w.on(p, m.step), Key: id.New(), Kind: proceeding.Meeting, Ref: g.ID, Hands: m.hands})
	}
	return g, err
}

func (w *town) texts() *text.Catalogue {
	w.t.Helper()
	texts, err := text.Load(catalogue.FS())
	w.must(err)
	return texts
}
