// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package holding_test

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pavilion/catalogue"
	"pavilion/internal/base/fault"
	"pavilion/internal/base/page"
	"pavilion/internal/civic/matter"
	"pavilion/internal/civic/matter/example"
	"pavilion/internal/civic/matter/holding"
	"pavilion/internal/civic/matter/mattertest"
	"pavilion/internal/civic/matter/relay"
	"pavilion/internal/core/audit"
	"pavilion/internal/core/edition"
	"pavilion/internal/core/files"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/ledger"
	"pavilion/internal/core/outbox"
	"pavilion/internal/core/retention"
	"pavilion/internal/core/sight"
	"pavilion/internal/platform/blob"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/db/dbtest"
	"pavilion/internal/platform/jobs"
	"pavilion/internal/platform/migrate"
	"pavilion/internal/platform/seal"
	"pavilion/internal/platform/search"
	"pavilion/migrations"
)

const sentence = "（内容已依法删除）"

// traces are what only the subject has said, or is.
var traces = []string{"测试甲某", "13800000000", "紫藤花架", "示范路九号院", "蓝色三轮车", "灰雁歌声", "青铜罗盘"}

// town is a realm with what it takes to forget.
type town struct {
	*mattertest.Realmful
	keep     *retention.Service
	examples *example.Service
	log      *ledger.Service
	queue    *jobs.Queue
}

func newTown(t *testing.T, d *db.DB) *town {
	t.Helper()
	r := mattertest.New(t, d)
	s := &town{Realmful: r}
	editions := &edition.Service{DB: d, Now: r.Now, Checks: map[string]edition.Check{}}
	s.keep = retention.New(retention.Service{
		DB: d, Now: r.Now, Log: r.Log, Org: r.Org, Editions: editions,
		Keepers: []retention.Keeper{&holding.Keeper{Matters: r.Service, Files: r.Files, Relay: r.Relay, Sentence: sentence}},
	})
	editions.Checks[retention.Edition] = s.keep.Check
	body, err := fs.ReadFile(catalogue.FS(), "retention.json")
	if err == nil {
		err = editions.Seed(t.Context(), mattertest.Realm, retention.Edition, body, "basis.practice")
	}
	if err != nil {
		t.Fatal(err)
	}
	s.examples = &example.Service{DB: d, Now: r.Now, Log: r.Log, Org: r.Org, Matters: r.Service}
	s.log = &ledger.Service{DB: d, Now: r.Now, Seed: make([]byte, 32)}
	s.queue = jobs.New(d, r.Now, r.Log)
	s.queue.Realms = func() []string { return []string{mattertest.Realm} }
	outbox.Deliver(s.queue, map[string][]outbox.Subscriber{"matter.reported": {r.Docket.IndexReported}, "matter.moved": {r.Docket.IndexMoved}})
	r.Files.Work(s.queue)
	s.queue.Handle(retention.Scrub, func(ctx context.Context, list []jobs.Job) []error {
		err := errors.Join(search.Purge(ctx, d), d.Scrub(ctx))
		return []error{err}[:len(list)]
	})
	return s
}

// photo is a small picture.
func photo(t *testing.T) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 64, 48))
	for i := range 64 {
		img.Set(i, i%48, color.RGBA{uint8(i * 4), 90, 200, 255})
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, img, nil); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// told makes a matter that holds traces of its reporter everywhere, and ends it.
func (s *town) told(t *testing.T) matter.Matter {
	t.Helper()
	pic, err := s.Files.Receive(t.Context(), mattertest.Realm, photo(t))
	if err != nil {
		t.Fatal(err)
	}
	made, err := s.Report(t.Context(), matter.Report{
		Realm: mattertest.Realm, Origin: "web", Type: "020103", Text: "紫藤花架旁边的井盖不见了。我的蓝色三轮车掉进去了。", Address: "示范路九号院",
		Point: s.East.Middle(), Photos: []files.Photo{pic}, Contact: matter.Contact{Name: "测试甲某", Phone: "13800000000"},
	})
	if err != nil {
		t.Fatal(err)
	}
	desk := s.Actor(identity.Dispatcher, s.East.Town, "")
	handler := s.Actor(identity.Handler, s.East.Town, s.Works.ID)
	checker := s.Actor(identity.GridWorker, s.East.Grid, "")
	m := s.open(t, made.ID)
	m = s.Do(t, m, desk, "register", map[string][]string{"public_text": {"井盖缺失，青铜罗盘广场"}, "publish": {"yes"}})
	s.talk(t, m, desk)
	m = s.Do(t, m, desk, "dispatch", map[string][]string{"body": {s.Works.ID}, "note": {"灰雁歌声小区门口，紫藤花架"}})
	m = s.Do(t, m, handler, "sign", nil)
	pic, err = s.Files.Receive(t.Context(), mattertest.Realm, photo(t))
	if err != nil {
		t.Fatal(err)
	}
	m, err = s.Move(t.Context(), matter.Move{
		Realm: mattertest.Realm, ID: m.ID, Revision: m.Revision, Action: "handle", By: handler, Photos: []files.Photo{pic},
		Answers: map[string][]string{"note": {"在紫藤花架旁换了井盖"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	m = s.Do(t, m, checker, "pass", map[string][]string{"note": {"蓝色三轮车已取出"}})
	m = s.Do(t, m, desk, "feed_back", map[string][]string{"reply": {"您说的紫藤花架旁井盖已换好"}})
	m, err = s.Move(t.Context(), matter.Move{
		Realm: mattertest.Realm, ID: m.ID, Revision: m.Revision, Action: "rate", Reporter: true, By: identity.Actor{Realm: mattertest.Realm},
		Answers: map[string][]string{"rating": {"5"}, "comment": {"灰雁歌声小区谢谢"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if m.Open {
		t.Fatalf("the matter is still %s", m.State)
	}
	if _, err := s.examples.Propose(t.Context(), example.Propose{
		Realm: mattertest.Realm, Matter: m.ID, Title: "青铜罗盘广场的井盖", Story: "居民说紫藤花架旁的井盖不见了", Result: "当天换好", By: desk,
	}); err != nil {
		t.Fatal(err)
	}
	s.drain(t)
	return m
}

// talk has the desk and the reporter write to each other, a question put by
// telephone, and a request to open the contact.
func (s *town) talk(t *testing.T, m matter.Matter, desk identity.Actor) {
	t.Helper()
	_, err := s.Relay.Write(t.Context(), relay.Write{Realm: mattertest.Realm, Matter: m.ID, Text: "是紫藤花架旁边吗？", By: desk})
	if err == nil {
		_, err = s.Relay.Answer(t.Context(), relay.Answer{Realm: mattertest.Realm, Matter: m.ID, Text: "对，灰雁歌声门口"})
	}
	if err == nil {
		_, err = s.Relay.AskCall(t.Context(), relay.AskCall{Realm: mattertest.Realm, Matter: m.ID, Question: "青铜罗盘在哪一侧", By: desk})
	}
	if err == nil {
		_, err = s.Relay.Ask(t.Context(), relay.Ask{Realm: mattertest.Realm, Matter: m.ID, Purpose: relay.Clarify, Words: "核实蓝色三轮车的位置", By: desk})
	}
	if err != nil {
		t.Fatal(err)
	}
}

func (s *town) open(t *testing.T, id string) matter.Matter {
	t.Helper()
	d, err := s.Followed(t.Context(), mattertest.Realm, id)
	if err != nil {
		t.Fatal(err)
	}
	return d.Matter
}

func (s *town) drain(t *testing.T) {
	t.Helper()
	if err := s.queue.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := s.log.Sequence(t.Context(), mattertest.Realm); err != nil {
		t.Fatal(err)
	}
}

// sound checks the audit and the log over it.
func (s *town) sound(t *testing.T, d *db.DB) {
	t.Helper()
	r, err := audit.Verify(t.Context(), d, mattertest.Realm)
	if err != nil || len(r.Problems) > 0 || r.Entries == 0 {
		t.Errorf("audit: %+v, %v", r, err)
	}
	l, err := s.log.Verify(t.Context(), mattertest.Realm)
	if err != nil || len(l.Problems) > 0 || l.Leaves == 0 {
		t.Errorf("log: %+v, %v", l, err)
	}
}

func (s *town) run(t *testing.T, want retention.Outcome) {
	t.Helper()
	got, err := s.keep.Run(t.Context(), mattertest.Realm)
	if err != nil || got != want {
		t.Fatalf("the run did %+v, %v; want %+v", got, err, want)
	}
}

func (s *town) finds(t *testing.T, words string) int {
	t.Helper()
	p, err := s.Docket.Find(t.Context(), s.Actor(identity.Dispatcher, s.East.Town, ""), words, page.Cursor{}, 10)
	if err != nil {
		t.Fatal(err)
	}
	return len(p.Items)
}

const day = 24 * time.Hour

func TestWhatEndedLongAgoIsForgottenByTheSchedule(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newTown(t, d)
		m := s.told(t)
		other := s.Reported(t, s.West)
		if s.finds(t, "紫藤花架") != 1 {
			t.Fatal("the matter is not found by its words")
		}
		s.run(t, retention.Outcome{})
		s.Time = s.Time.Add(366 * day)
		s.run(t, retention.Outcome{Gone: 1})
		if m = s.open(t, m.ID); m.Contactable || m.Text == sentence {
			t.Errorf("after a year the contact goes and the words stay: %+v", m)
		}
		s.Time = s.Time.Add(5 * 366 * day)
		s.run(t, retention.Outcome{Gone: 2})
		s.run(t, retention.Outcome{})
		s.Time = s.Time.Add(time.Minute)
		s.drain(t)
		s.forgotten(t, d, m)
		if s.open(t, other.ID).Text == sentence {
			t.Error("an open matter was forgotten")
		}
		s.sound(t, d)
		report, err := s.keep.Report(t.Context(), mattertest.Realm, s.Time.Add(-10*366*day), s.Time.Add(day))
		if err != nil || report.Stones != 3 || report.Wrong != 0 || len(report.Lines) != 3 {
			t.Errorf("the report says %+v, %v", report, err)
		}
	})
}

// forgotten checks that nothing that people see holds a trace.
func (s *town) forgotten(t *testing.T, d *db.DB, m matter.Matter) {
	t.Helper()
	for _, words := range traces {
		if s.finds(t, words) != 0 {
			t.Errorf("%s is still found", words)
		}
	}
	detail, err := s.Open(t.Context(), s.Actor(identity.Dispatcher, s.East.Town, ""), m.ID, sight.Page)
	if err != nil {
		t.Fatal(err)
	}
	if detail.Point != nil || detail.Address != "" || detail.Reply != "" || detail.Published || detail.Contactable || detail.State != "closed" {
		t.Errorf("of the matter is left %+v", detail.Matter)
	}
	steps := map[string]bool{}
	for _, e := range detail.History {
		steps[string(e.Action)] = true
		for _, answer := range e.Answers {
			for _, words := range traces {
				if strings.Contains(answer, words) {
					t.Errorf("step %s says %s", e.Action, answer)
				}
			}
		}
		if e.Photos != 0 {
			t.Errorf("step %s has photos", e.Action)
		}
	}
	for _, want := range []string{"report", "register", "dispatch", "handle", "pass", "rate", "forget_words", "forget_photo", "forget_contact"} {
		if !steps[want] {
			t.Errorf("the history has no step %s: %v", want, steps)
		}
	}
	if list, err := s.Files.List(t.Context(), mattertest.Realm, matter.PhotosOf(m.ID, 1)); err != nil || len(list) != 0 {
		t.Errorf("%d photos are listed, %v", len(list), err)
	}
	held, err := s.keep.Held(t.Context(), mattertest.Realm, m.Subject())
	for _, r := range held {
		for _, words := range traces {
			if strings.Contains(r.Value, words) {
				t.Errorf("held: %s", r.Value)
			}
		}
	}
	if err != nil {
		t.Error(err)
	}
	stories, err := s.examples.List(t.Context(), mattertest.Realm, example.Proposed, page.Cursor{}, 10)
	if err != nil || len(stories.Items) != 0 {
		t.Errorf("%d stories are proposed, %v", len(stories.Items), err)
	}
}

// TestNoByteOfAForgottenPersonIsOnDisk forgets a person on request and looks for
// their words in every file there is.
func TestNoByteOfAForgottenPersonIsOnDisk(t *testing.T) {
	folder := t.TempDir()
	d, err := db.Open(t.Context(), db.Options{Path: filepath.Join(folder, "pavilion.db")})
	if err == nil {
		_, err = migrate.Up(t.Context(), d, migrations.FS())
	}
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	s := newTown(t, d)
	if s.Files.Blobs, err = blob.OpenDir(filepath.Join(folder, "photos")); err != nil {
		t.Fatal(err)
	}
	m := s.told(t)
	contact, message := s.sealed(t, d, matter.Sealed()), s.sealed(t, d, relay.Sealed())
	if held, err := s.keep.Held(t.Context(), mattertest.Realm, m.Subject()); err != nil || !slices.ContainsFunc(held, func(r retention.Record) bool { return r.Value == "是紫藤花架旁边吗？" }) {
		t.Errorf("the copy has no messages: %v", err)
	}
	if n := len(found(t, folder, "紫藤花架")); n == 0 {
		t.Fatal("the words are not on disk before: this test finds nothing")
	}
	before := pictures(t, folder)
	err = d.InTx(t.Context(), func(tx *db.Tx) error {
		_, err := s.keep.Forget(t.Context(), tx, retention.Forget{
			Realm: mattertest.Realm, Subject: m.Subject(), Cause: "request", Rule: "request/1", By: "desk", Ended: true,
		})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	s.Time = s.Time.Add(time.Minute)
	s.drain(t)
	s.forgotten(t, d, m)
	s.sound(t, d)
	if left := pictures(t, folder); before != 4 || left != 0 {
		t.Errorf("of %d pictures %d are left", before, left)
	}
	for _, words := range []string{contact, message} {
		for _, at := range found(t, folder, words) {
			t.Errorf("a sealed text is still in %s", at)
		}
	}
	for _, words := range traces {
		for _, at := range found(t, folder, words) {
			t.Errorf("%s is still in %s", words, at)
		}
		for _, gram := range grams(words) { // how the index writes them
			for _, at := range found(t, folder, gram) {
				t.Errorf("%s is still in %s", gram, at)
			}
		}
	}
}

// sealed is the last text that lies sealed in some columns.
func (s *town) sealed(t *testing.T, d *db.DB, columns []seal.Column) (text string) {
	t.Helper()
	for _, c := range columns {
		err := d.View(t.Context(), func(tx *db.Tx) error {
			list, err := c.Find(t.Context(), tx, mattertest.Realm, "", "none", 10)
			for _, one := range list {
				text = one.Sealed
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if text == "" {
		t.Fatal("nothing is sealed")
	}
	return text
}

// grams are tokens of the index that only these words have.
func grams(words string) (out []string) {
	for _, g := range search.Grams(words) {
		if len([]rune(g)) > 1 && g != "测试" && !strings.ContainsAny(g, "0123456789") {
			out = append(out, g)
		}
	}
	return out
}

// found lists the files of a folder that hold some bytes.
func found(t *testing.T, folder, words string) (out []string) {
	t.Helper()
	err := filepath.WalkDir(folder, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if bytes.Contains(data, []byte(words)) {
			out = append(out, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// pictures counts the pictures of a folder.
func pictures(t *testing.T, folder string) (n int) {
	t.Helper()
	err := filepath.WalkDir(filepath.Join(folder, "photos"), func(_ string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			n++
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestTwoRunsAtOnceForgetOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newTown(t, d)
		s.told(t)
		s.told(t)
		s.Time = s.Time.Add(10 * 366 * day)
		var all sync.WaitGroup
		var mu sync.Mutex
		total := 0
		for range 4 {
			all.Go(func() {
				got, err := s.keep.Run(context.WithoutCancel(t.Context()), mattertest.Realm)
				mu.Lock()
				defer mu.Unlock()
				total += got.Gone
				if err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		report, err := s.keep.Report(t.Context(), mattertest.Realm, time.UnixMicro(1), s.Time.Add(day))
		if err != nil || total != 6 || report.Stones != 6 || report.Wrong != 0 {
			t.Errorf("%d items went, %d tombstones stand, %d batches are wrong, %v", total, report.Stones, report.Wrong, err)
		}
	})
}

func TestAHoldKeepsWhatTheScheduleWouldDestroy(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newTown(t, d)
		m := s.told(t)
		s.told(t)
		head, other := s.Actor(identity.ShiftHead, s.East.Town, ""), s.Actor(identity.Security, s.East.Town, "")
		s.Time = s.Time.Add(10 * 366 * day)
		hold, err := s.keep.PlaceHold(t.Context(), retention.PlaceHold{
			Realm: mattertest.Realm, Subject: m.Subject(), Place: m.Place, Reason: "法院调取证据", Until: s.Time.Add(30 * day), By: head,
		})
		if err != nil {
			t.Fatal(err)
		}
		s.run(t, retention.Outcome{Gone: 3, Held: 3})
		err = d.InTx(t.Context(), func(tx *db.Tx) error {
			_, err := s.keep.Forget(t.Context(), tx, retention.Forget{Realm: mattertest.Realm, Subject: m.Subject(), Cause: "request", Rule: "r", By: "desk"})
			return err
		})
		if f, ok := fault.As(err); !ok || f.Key != "retention.held" {
			t.Errorf("what is held was forgotten on request: %v", err)
		}
		lift := func(by identity.Actor, revision int) error {
			_, err := s.keep.LiftHold(t.Context(), retention.LiftHold{Realm: mattertest.Realm, ID: hold.ID, Revision: revision, Reason: "案件已结", By: by})
			return err
		}
		if err := lift(s.Actor(identity.Dispatcher, s.East.Town, ""), 1); fault.KindOf(err) != fault.Denied {
			t.Errorf("a dispatcher lifts: %v", err)
		}
		if err := lift(head, 1); err != nil {
			t.Fatal(err)
		}
		if err := lift(head, 2); fault.KindOf(err) != fault.Denied {
			t.Errorf("one person lifts alone: %v", err)
		}
		s.run(t, retention.Outcome{Held: 3})
		if err := lift(other, 1); fault.KindOf(err) != fault.Stale {
			t.Errorf("an old page lifts: %v", err)
		}
		if err := lift(other, 2); err != nil {
			t.Fatal(err)
		}
		s.run(t, retention.Outcome{Gone: 3})
		s.sound(t, d)
	})
}

// TestAHoldPlacedWhileTheScheduleRuns has a hold come in the middle of a run: what was
// there when it was placed is there afterwards, whole, and what went had gone before.
func TestAHoldPlacedWhileTheScheduleRuns(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newTown(t, d)
		m := s.told(t)
		s.told(t)
		s.Time = s.Time.Add(10 * 366 * day)
		var all sync.WaitGroup
		for range 2 {
			all.Go(func() {
				if _, err := s.keep.Run(context.WithoutCancel(t.Context()), mattertest.Realm); err != nil {
					t.Error(err)
				}
			})
		}
		var stones []retention.Stone
		all.Go(func() {
			head := s.Actor(identity.ShiftHead, s.East.Town, "")
			ctx := context.WithoutCancel(t.Context())
			_, err := s.keep.PlaceHold(ctx, retention.PlaceHold{
				Realm: mattertest.Realm, Subject: m.Subject(), Place: m.Place, Reason: "法院调取证据", Until: s.Time.Add(30 * day), By: head,
			})
			if err != nil {
				t.Error(err)
			}
			if stones, err = s.keep.Stones(ctx, mattertest.Realm, m.Subject()); err != nil {
				t.Error(err)
			}
		})
		all.Wait()
		now, err := s.keep.Stones(t.Context(), mattertest.Realm, m.Subject())
		if err != nil || len(now) != len(stones) {
			t.Errorf("%d tombstones when the hold was placed, %d after the run, %v", len(stones), len(now), err)
		}
		s.run(t, retention.Outcome{Held: 3 - len(now)})
		s.sound(t, d)
	})
}

func TestAHoldEndsWithItsPeriod(t *testing.T) {
	s := newTown(t, dbtest.SQLite(t))
	s.told(t)
	head := s.Actor(identity.ShiftHead, s.East.Town, "")
	s.Time = s.Time.Add(10 * 366 * day)
	place := retention.PlaceHold{Realm: mattertest.Realm, Area: s.East.Town.ID, Reason: "专项检查调取", Until: s.Time.Add(30 * day), By: head}
	if _, err := s.keep.PlaceHold(t.Context(), place); err != nil {
		t.Fatal(err)
	}
	s.run(t, retention.Outcome{Held: 3})
	s.Time = s.Time.Add(31 * day)
	s.run(t, retention.Outcome{Gone: 3})
	for name, c := range map[string]struct {
		change func(*retention.PlaceHold)
		kind   fault.Kind
	}{
		"without a reason":            {func(c *retention.PlaceHold) { c.Reason = " " }, fault.Invalid},
		"for a reason with a number":  {func(c *retention.PlaceHold) { c.Reason = "请联系 13800000000" }, fault.Invalid},
		"for a reason of 600 letters": {func(c *retention.PlaceHold) { c.Reason = strings.Repeat("由", 600) }, fault.Invalid},
		"until yesterday":             {func(c *retention.PlaceHold) { c.Until = s.Time.Add(-day) }, fault.Invalid},
		"for a hundred years":         {func(c *retention.PlaceHold) { c.Until = s.Time.Add(36500 * day) }, fault.Invalid},
		"in no area":                  {func(c *retention.PlaceHold) { c.Area = "nowhere" }, fault.Invalid},
		"in somebody else's town":     {func(c *retention.PlaceHold) { c.Area = s.West.Town.ID }, fault.Denied},
	} {
		c2 := place
		c2.Until = s.Time.Add(day)
		c.change(&c2)
		if _, err := s.keep.PlaceHold(t.Context(), c2); fault.KindOf(err) != c.kind {
			t.Errorf("a hold %s: %v, want %v", name, err, c.kind)
		}
	}
}

func TestEmergencyDataGoThirtyDaysAfterTheLift(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newTown(t, d)
		head := s.Actor(identity.ShiftHead, s.East.Town, "")
		e, err := s.keep.Declare(t.Context(), retention.Declare{Realm: mattertest.Realm, Name: "暴雨内涝", Area: s.East.Town.ID, Types: []string{"020103"}, By: head})
		if err != nil {
			t.Fatal(err)
		}
		m := s.told(t)
		open := s.Reported(t, s.East)
		s.Time = s.Time.Add(10 * day)
		if _, err := s.keep.Lift(t.Context(), retention.Lift{Realm: mattertest.Realm, ID: e.ID, Revision: 1, By: s.Actor(identity.ShiftHead, s.West.Town, "")}); fault.KindOf(err) != fault.Denied {
			t.Errorf("the neighbour lifts: %v", err)
		}
		if _, err = s.keep.Lift(t.Context(), retention.Lift{Realm: mattertest.Realm, ID: e.ID, Revision: 1, By: head}); err != nil {
			t.Fatal(err)
		}
		later := s.told(t)
		s.Time = s.Time.Add(29 * day)
		s.run(t, retention.Outcome{})
		s.Time = s.Time.Add(2 * day)
		s.run(t, retention.Outcome{Gone: 3})
		s.Time = s.Time.Add(time.Minute)
		s.drain(t)
		if s.open(t, m.ID).Text != sentence || s.open(t, later.ID).Text == sentence || s.open(t, open.ID).Text == sentence {
			t.Error("what was collected for the emergency goes, and nothing else")
		}
		report, err := s.keep.Report(t.Context(), mattertest.Realm, time.UnixMicro(1), s.Time.Add(day))
		if err != nil || report.Stones != 3 || report.Lines[0].Cause != "emergency" || report.Lines[0].State != retention.Urgent {
			t.Errorf("the report says %+v, %v", report, err)
		}
	})
}

func TestWhoMovesAMatterThatIsForgottenIsToldSo(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newTown(t, d)
		made, err := s.Report(t.Context(), matter.Report{
			Realm: mattertest.Realm, Origin: "web", Type: "020103", Text: "紫藤花架旁边的井盖不见了。", Point: s.East.Middle(), Contact: matter.Contact{Phone: "13800000000"},
		})
		if err != nil {
			t.Fatal(err)
		}
		seen := s.open(t, made.ID)
		forget := func(kinds ...string) error {
			return d.InTx(t.Context(), func(tx *db.Tx) error {
				_, err := s.keep.Forget(t.Context(), tx, retention.Forget{
					Realm: mattertest.Realm, Subject: seen.Subject(), Kinds: kinds, Cause: "consent", Rule: "withdrawn", Ended: len(kinds) == 0,
				})
				return err
			})
		}
		if f, ok := fault.As(forget()); !ok || f.Key != "retention.open" {
			t.Errorf("an open matter was forgotten whole: %v", f)
		}
		if err := forget(holding.Contact); err != nil {
			t.Fatal(err)
		}
		desk := s.Actor(identity.Dispatcher, s.East.Town, "")
		move := matter.Move{Realm: mattertest.Realm, ID: seen.ID, Revision: seen.Revision, Action: "register", By: desk}
		if _, err := s.Move(t.Context(), move); fault.KindOf(err) != fault.Stale {
			t.Errorf("an old page moves: %v", err)
		}
		now := s.open(t, seen.ID)
		if now.Contactable {
			t.Error("the contact is still there")
		}
		move.Revision = now.Revision
		if _, err := s.Move(t.Context(), move); err != nil {
			t.Errorf("after looking again: %v", err)
		}
	})
}

func TestAReporterSetsTheirContactRight(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newTown(t, d)
		m := s.told(t)
		correct := func(values map[string]string) error {
			return d.InTx(t.Context(), func(tx *db.Tx) error {
				return s.keep.Correct(t.Context(), tx, retention.Correction{Realm: mattertest.Realm, Subject: m.Subject(), Values: values, At: s.Time})
			})
		}
		if err := correct(map[string]string{"contact_phone": "13800000001", "contact_name": "测试乙某"}); err != nil {
			t.Fatal(err)
		}
		held, err := s.keep.Held(t.Context(), mattertest.Realm, m.Subject())
		if err != nil || held[0].Value != "测试乙某" || held[1].Value != "13800000001" {
			t.Errorf("held is %+v, %v", held, err)
		}
		for name, values := range map[string]map[string]string{
			"nothing": {}, "no number": {"contact_phone": "abc"}, "what was masked": {"contact_phone": "", "contact_name": "测**"},
		} {
			if err := correct(values); fault.KindOf(err) != fault.Invalid {
				t.Errorf("%s is a contact: %v", name, err)
			}
		}
	})
}
