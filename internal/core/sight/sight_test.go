// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package sight_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/page"
	"pavilion/internal/core/audit"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/sight"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/db/dbtest"
)

const realm = "r"

var monday = time.Date(2026, 9, 21, 9, 0, 0, 0, time.UTC)

// town is a log of looks, at a time that tests move.
type town struct {
	*sight.Service
	t   *testing.T
	now time.Time
}

func each(t *testing.T, fn func(t *testing.T, s *town)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := &town{t: t, now: monday}
		s.Service = &sight.Service{DB: d, Now: func() time.Time { return s.now }}
		fn(t, s)
	})
}

// actor has one grant, of a role for the places from lo up to hi.
func actor(account string, role identity.Role, lo, hi int64) identity.Actor {
	return identity.Actor{Realm: realm, Account: account, Grants: []identity.Grant{{Realm: realm, Account: account, Role: role, Lo: lo, Hi: hi}}}
}

var auditor = actor("auditor-1", identity.Auditor, 0, 100)

// look is the desk reading the nth subject at place n.
func (s *town) look(n int) sight.Look {
	return sight.Look{
		Realm: realm, Subject: fmt.Sprintf("thing/%03d", n), Place: int64(n), Fields: []string{"text", "address"},
		Purpose: sight.Handling, Account: "desk-1", Role: identity.Dispatcher, Body: "desk", Way: sight.Page, At: s.now,
	}
}

func (s *town) record(l sight.Look) error {
	return s.DB.InTx(s.t.Context(), func(tx *db.Tx) error { return sight.Record(s.t.Context(), tx, l) })
}

func (s *town) ok(what string, err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatalf("%s: %v", what, err)
	}
}

// want checks that an error has the key; an empty key is no error.
func (s *town) want(what string, err error, key string) {
	s.t.Helper()
	got := ""
	if f, ok := fault.As(err); ok {
		got = f.Key
	} else if err != nil {
		got = err.Error()
	}
	if got != key {
		s.t.Errorf("%s: got %q, want %q", what, got, key)
	}
}

func (s *town) entries(subject string) (out []audit.Record) {
	s.t.Helper()
	s.ok("audit", s.DB.View(s.t.Context(), func(tx *db.Tx) (err error) {
		out, err = audit.List(s.t.Context(), tx, realm, subject, 1000)
		return err
	}))
	return out
}

func (s *town) log(by identity.Actor, q sight.Question) []sight.Entry {
	s.t.Helper()
	p, err := s.Log(s.t.Context(), by, q, page.Cursor{}, 1000)
	s.ok("log", err)
	return p.Items
}

func TestALookIsKeptAndInTheAuditWithoutItsWords(t *testing.T) {
	each(t, func(t *testing.T, s *town) {
		l := s.look(1)
		l.Purpose, l.Words = sight.Other, "核对测试回访情况"
		s.ok("record", s.record(l))
		got := s.log(auditor, sight.Question{Subject: l.Subject})
		if len(got) != 1 || got[0].Words != l.Words || got[0].Account != "desk-1" || strings.Join(got[0].Fields, " ") != "address text" ||
			!got[0].At.Equal(monday) || got[0].Times != 1 {
			t.Fatalf("got %+v", got)
		}
		kept := s.entries(l.Subject)
		if len(kept) != 1 || kept[0].Act != "sight.looked" || kept[0].Actor != "desk-1" || strings.Contains(kept[0].Detail, "核对") ||
			!strings.Contains(kept[0].Detail, got[0].ID) {
			t.Errorf("audit has %+v", kept)
		}
	})
}

func TestWhatFailsLaterLeavesNoLook(t *testing.T) {
	each(t, func(t *testing.T, s *town) {
		refused := errors.New("refused")
		err := s.DB.InTx(t.Context(), func(tx *db.Tx) error {
			return errors.Join(sight.Record(t.Context(), tx, s.look(1)), refused)
		})
		if !errors.Is(err, refused) || len(s.log(auditor, sight.Question{Subject: "thing/001"})) != 0 {
			t.Errorf("got %v", err)
		}
	})
}

func TestALookThatLacksSomethingIsRefused(t *testing.T) {
	each(t, func(t *testing.T, s *town) {
		for what, change := range map[string]func(l *sight.Look){
			"a subject": func(l *sight.Look) { l.Subject = "" }, "an account": func(l *sight.Look) { l.Account = "" },
			"fields": func(l *sight.Look) { l.Fields = nil }, "a way": func(l *sight.Look) { l.Way = "" },
			"a time": func(l *sight.Look) { l.At = time.Time{} }, "a purpose": func(l *sight.Look) { l.Purpose = "" },
			"a known purpose": func(l *sight.Look) { l.Purpose = "curiosity" }, "words": func(l *sight.Look) { l.Purpose = sight.Other },
		} {
			l := s.look(1)
			change(&l)
			if s.record(l) == nil {
				t.Errorf("a look without %s was kept", what)
			}
		}
		if got := s.log(auditor, sight.Question{Account: "desk-1"}); len(got) != 0 {
			t.Errorf("got %+v", got)
		}
	})
}

func TestTheSameLookWithinTenMinutesIsCounted(t *testing.T) {
	each(t, func(t *testing.T, s *town) {
		for _, after := range []time.Duration{0, 4 * time.Minute, 9 * time.Minute, 11 * time.Minute} {
			s.now = monday.Add(after)
			s.ok("record", s.record(s.look(1)))
		}
		other := s.look(1)
		other.Purpose = sight.Checking
		s.ok("another purpose", s.record(other))
		other.Account = "desk-2"
		s.ok("another person", s.record(other))
		got := s.log(auditor, sight.Question{Subject: "thing/001"})
		var times []int
		for _, e := range got {
			times = append(times, e.Times)
		}
		slices.Sort(times)
		if !slices.Equal(times, []int{1, 1, 1, 3}) || len(s.entries("thing/001")) != 4 {
			t.Errorf("times %v, audit %d", times, len(s.entries("thing/001")))
		}
		first := got[len(got)-1]
		if first.Times != 3 || !first.Last.Equal(monday.Add(9*time.Minute)) || !first.At.Equal(monday) {
			t.Errorf("the first is %+v", first)
		}
	})
}

func TestLooksSideBySideAreAllCounted(t *testing.T) {
	each(t, func(t *testing.T, s *town) {
		var wg sync.WaitGroup
		for i := range 40 {
			wg.Go(func() {
				l := s.look(1)
				l.Account = fmt.Sprint("desk-", i%4)
				if err := s.record(l); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		sum := 0
		for _, e := range s.log(auditor, sight.Question{Subject: "thing/001"}) {
			sum += e.Times
		}
		if sum != 40 {
			t.Errorf("%d of 40 looks were counted", sum)
		}
	})
}

func TestTheLogIsForAuditorsAndOnesOwnForEverybody(t *testing.T) {
	each(t, func(t *testing.T, s *town) {
		for n := range 5 {
			s.ok("record", s.record(s.look(n)))
		}
		desk := actor("desk-1", identity.Dispatcher, 0, 100)
		for _, role := range identity.Roles() {
			_, err := s.Log(t.Context(), actor("a", role, 0, 100), sight.Question{Account: "desk-1"}, page.Cursor{}, 10)
			want := "sight.auditors_only"
			if role == identity.Auditor {
				want = ""
			}
			s.want(string(role)+" reads another's", err, want)
		}
		_, err := s.Log(t.Context(), identity.Actor{Realm: realm}, sight.Question{}, page.Cursor{}, 10)
		s.want("nobody reads it", err, "sight.auditors_only")
		_, err = s.Log(t.Context(), desk, sight.Question{Subject: "thing/001"}, page.Cursor{}, 10)
		s.want("a reader reads by subject", err, "sight.auditors_only")
		own, err := s.Own(t.Context(), desk, page.Cursor{}, 10)
		if s.ok("own", err); len(own.Items) != 5 || len(s.log(desk, sight.Question{Account: "desk-1"})) != 5 {
			t.Errorf("their own are %d", len(own.Items))
		}
		if got := s.log(actor("auditor-2", identity.Auditor, 2, 4), sight.Question{Account: "desk-1"}); len(got) != 2 {
			t.Errorf("an auditor of two places reads %d", len(got))
		}
		ended := auditor
		ended.Grants = slices.Clone(auditor.Grants)
		ended.Grants[0].Until = monday
		_, err = s.Log(t.Context(), ended, sight.Question{}, page.Cursor{}, 10)
		s.want("an auditor whose post ended", err, "sight.auditors_only")
	})
}

func TestReadingTheLogIsALook(t *testing.T) {
	each(t, func(t *testing.T, s *town) {
		s.ok("record", s.record(s.look(1)))
		s.log(auditor, sight.Question{Subject: "thing/001"})
		got := s.log(auditor, sight.Question{Subject: sight.LogSubject})
		if len(got) != 1 || got[0].Account != auditor.Account || got[0].Purpose != sight.Auditing || got[0].Times != 2 {
			t.Errorf("got %+v", got)
		}
		if kept := s.entries(sight.LogSubject); len(kept) != 1 {
			t.Errorf("audit has %d", len(kept))
		}
	})
}

func TestPagesOfTheLogHoldEachLookOnce(t *testing.T) {
	each(t, func(t *testing.T, s *town) {
		for n := range 25 {
			s.now = monday.Add(time.Duration(n/3) * time.Second)
			s.ok("record", s.record(s.look(n)))
		}
		q := sight.Question{Account: "desk-1", From: monday.Add(time.Second), To: monday.Add(7 * time.Second)}
		seen := map[string]bool{}
		for at := (page.Cursor{}); ; {
			p, err := s.Log(t.Context(), auditor, q, at, 4)
			s.ok("log", err)
			for _, e := range p.Items {
				seen[e.Subject] = true
			}
			if at = p.Next; !at.More() {
				break
			}
		}
		if len(seen) != 18 {
			t.Errorf("saw %d of 18", len(seen))
		}
	})
}

func TestTheSubjectIsToldOfficesAndNobodysName(t *testing.T) {
	each(t, func(t *testing.T, s *town) {
		s.ok("record", s.record(s.look(1)))
		s.ok("record", s.record(s.look(2)))
		got, err := s.Told(t.Context(), realm, "thing/001", 10)
		s.ok("told", err)
		if len(got) != 1 || got[0].Body != "desk" || got[0].Role != identity.Dispatcher || got[0].Purpose != sight.Handling {
			t.Fatalf("got %+v", got)
		}
		if strings.Contains(fmt.Sprintf("%+v", got), "desk-1") {
			t.Error("the account is told")
		}
	})
}

func TestAPurposeCountsForOnePersonAndOneSubjectUntilItEnds(t *testing.T) {
	each(t, func(t *testing.T, s *town) {
		say := func(c sight.State) error {
			return s.DB.InTx(t.Context(), func(tx *db.Tx) error { return sight.Say(t.Context(), tx, c) })
		}
		find := func(account, subject string, at time.Time) (out sight.Stated, ok bool) {
			s.ok("find", s.DB.View(t.Context(), func(tx *db.Tx) (err error) {
				out, ok, err = sight.Find(t.Context(), tx, realm, account, subject, at)
				return err
			}))
			return out, ok
		}
		c := sight.State{Realm: realm, Subject: "thing/1", Account: "desk-1", Purpose: sight.Handling, At: monday, Until: monday.Add(8 * time.Hour)}
		s.ok("say", say(c))
		c.Purpose = sight.Checking
		s.ok("say again", say(c))
		if got, ok := find("desk-1", "thing/1", monday.Add(time.Hour)); !ok || got.Purpose != sight.Checking {
			t.Errorf("got %+v, %v", got, ok)
		}
		for what, is := range map[string]bool{
			"another person":  func() bool { _, ok := find("desk-2", "thing/1", monday); return ok }(),
			"another subject": func() bool { _, ok := find("desk-1", "thing/2", monday); return ok }(),
			"the next day":    func() bool { _, ok := find("desk-1", "thing/1", c.Until); return ok }(),
		} {
			if is {
				t.Errorf("it counts for %s", what)
			}
		}
		for _, bad := range []struct {
			purpose    sight.Purpose
			words, key string
		}{
			{"", "", "sight.purpose_unknown"}, {sight.Auditing, "", "sight.purpose_unknown"}, {sight.Other, "看看", "sight.words_needed"},
			{sight.Handling, strings.Repeat("长", sight.MaxWords+1), "form.too_long"}, {sight.Handling, "电话 13800000000", "trace.found_phone"},
			{sight.Handling, "a\x00b", "form.control"},
		} {
			c := c
			c.Purpose, c.Words = bad.purpose, bad.words
			if err := say(c); bad.key == "form.control" && err == nil || bad.key != "form.control" && key(err) != bad.key {
				t.Errorf("%q %q: got %v, want %s", bad.purpose, bad.words, err, bad.key)
			}
		}
		s.now = c.Until
		s.ok("sweep", s.Sweep(t.Context(), realm))
		if _, ok := find("desk-1", "thing/1", monday); ok {
			t.Error("an ended purpose was not swept")
		}
	})
}

func key(err error) string {
	f, _ := fault.As(err)
	if f == nil {
		return ""
	}
	return f.Key
}

// drawn draws a sample and returns its looks.
func (s *town) drawn(size int, seed string) (sight.Sample, []sight.Drawn) {
	s.t.Helper()
	c, err := s.Draw(s.t.Context(), sight.Draw{By: auditor, From: monday.Add(-time.Hour), To: monday.Add(time.Hour), Size: size, Seed: seed})
	s.ok("draw", err)
	c, list, err := s.Open(s.t.Context(), auditor, c.ID)
	s.ok("open", err)
	return c, list
}

func subjects(list []sight.Drawn) (out []string) {
	for _, d := range list {
		out = append(out, d.Subject)
	}
	return out
}

func TestASeedDrawsTheSameLooksAgain(t *testing.T) {
	each(t, func(t *testing.T, s *town) {
		for n := range 60 {
			s.ok("record", s.record(s.look(n)))
		}
		first, one := s.drawn(10, "")
		_, two := s.drawn(10, first.Seed)
		_, three := s.drawn(10, "another")
		if len(one) != 10 || first.Found != 60 || first.Seed == "" || !slices.Equal(subjects(one), subjects(two)) {
			t.Errorf("%+v drew %v, then %v", first, subjects(one), subjects(two))
		}
		if slices.Equal(subjects(one), subjects(three)) {
			t.Error("another seed drew the same")
		}
		if _, all := s.drawn(200, ""); len(all) != 60 {
			t.Errorf("of 60 looks %d were drawn", len(all))
		}
	})
}

func TestWhatCannotBeDrawnAndByWhom(t *testing.T) {
	each(t, func(t *testing.T, s *town) {
		good := sight.Draw{By: auditor, From: monday, To: monday.Add(time.Hour), Size: 5}
		for _, tt := range []struct {
			what   string
			change func(d *sight.Draw)
			key    string
		}{
			{"nothing wrong", func(*sight.Draw) {}, ""},
			{"a period from its end", func(d *sight.Draw) { d.From, d.To = d.To, d.From }, "sight.bad_period"},
			{"ten years", func(d *sight.Draw) { d.From = monday.AddDate(-10, 0, 0) }, "sight.bad_period"},
			{"none", func(d *sight.Draw) { d.Size = 0 }, "sight.bad_size"},
			{"too many", func(d *sight.Draw) { d.Size = sight.MaxSize + 1 }, "sight.bad_size"},
			{"a long seed", func(d *sight.Draw) { d.Seed = strings.Repeat("x", 41) }, "form.too_long"},
			{"a dispatcher", func(d *sight.Draw) { d.By = actor("desk-1", identity.Dispatcher, 0, 100) }, "sight.auditors_only"},
		} {
			d := good
			tt.change(&d)
			_, err := s.Draw(t.Context(), d)
			s.want(tt.what, err, tt.key)
		}
		_, _, err := s.Open(t.Context(), auditor, "no such")
		s.want("an unknown sample", err, "sight.missing")
	})
}

func TestALookIsJudgedAskedAboutAndExplained(t *testing.T) {
	each(t, func(t *testing.T, s *town) {
		for n := range 3 {
			s.ok("record", s.record(s.look(n)))
		}
		c, list := s.drawn(3, "x")
		ctx, d := t.Context(), list[0]
		judge := sight.Judge{By: auditor, Sample: c.ID, Look: d.ID, Revision: d.Revision, Verdict: sight.ToExplain, Words: "请说明查看原因"}
		answer := sight.Answer{By: actor("desk-1", identity.Dispatcher, 0, 100), Sample: c.ID, Look: d.ID, Revision: 2, Words: "当天回访需要核对地址"}
		s.want("an answer nobody asked for", s.Answer(ctx, answer), "sight.not_asked")
		for what, tt := range map[string]struct {
			change func(j *sight.Judge)
			key    string
		}{
			"no verdict":           {func(j *sight.Judge) { j.Verdict = "fine" }, "sight.verdict_unknown"},
			"wrong without words":  {func(j *sight.Judge) { j.Verdict, j.Words = sight.Wrong, "" }, "sight.words_needed"},
			"a dispatcher":         {func(j *sight.Judge) { j.By = answer.By }, "sight.auditors_only"},
			"another's revision":   {func(j *sight.Judge) { j.Revision = 7 }, "sight.stale"},
			"a look not drawn":     {func(j *sight.Judge) { j.Look = "x" }, "sight.missing"},
			"an auditor elsewhere": {func(j *sight.Judge) { j.By = actor("auditor-2", identity.Auditor, 500, 600) }, "sight.missing"},
		} {
			j := judge
			tt.change(&j)
			s.want(what, s.Judge(ctx, j), tt.key)
		}
		s.ok("ask", s.Judge(ctx, judge))
		s.want("asked twice with the same form", s.Judge(ctx, judge), "sight.stale")
		mine, err := s.OfMine(ctx, answer.By)
		if s.ok("mine", err); len(mine) != 1 || mine[0].Remark != judge.Words {
			t.Fatalf("mine are %+v", mine)
		}
		stranger := answer
		stranger.By.Account = "desk-2"
		s.want("a stranger answers", s.Answer(ctx, stranger), "sight.missing")
		s.ok("answer", s.Answer(ctx, answer))
		judge.Verdict, judge.Words, judge.Revision = sight.InOrder, "", 3
		s.ok("judge", s.Judge(ctx, judge))
		_, list, err = s.Open(ctx, auditor, c.ID)
		if s.ok("open", err); list[0].Verdict != sight.InOrder || list[0].Answer != answer.Words {
			t.Errorf("got %+v", list[0])
		}
		results, err := s.Results(ctx, auditor, monday.Add(-time.Hour), monday.Add(time.Hour))
		want := []sight.Result{{Body: "desk", N: 2}, {Body: "desk", Verdict: sight.InOrder, N: 1}}
		if s.ok("results", err); !slices.Equal(results, want) {
			t.Errorf("results are %+v", results)
		}
		_, err = s.Results(ctx, answer.By, monday, monday)
		s.want("results for the desk", err, "sight.auditors_only")
	})
}

func TestJudgingAtOnceCountsOnce(t *testing.T) {
	each(t, func(t *testing.T, s *town) {
		s.ok("record", s.record(s.look(1)))
		c, list := s.drawn(1, "x")
		var wg sync.WaitGroup
		var mu sync.Mutex
		done := 0
		for range 8 {
			wg.Go(func() {
				err := s.Judge(context.WithoutCancel(t.Context()), sight.Judge{By: auditor, Sample: c.ID, Look: list[0].ID, Revision: 1, Verdict: sight.InOrder})
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					done++
				} else if fault.KindOf(err) != fault.Stale {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if done != 1 {
			t.Errorf("%d verdicts counted", done)
		}
	})
}

func TestQuestionsAreServedByIndexes(t *testing.T) {
	d := dbtest.SQLite(t)
	for what, query := range map[string]string{
		"sight_look_subject": `SELECT id FROM sight_look WHERE realm = 'r' AND subject = 's' ORDER BY at DESC, id DESC LIMIT 10`,
		"sight_look_account": `SELECT id FROM sight_look WHERE realm = 'r' AND account = 'a' ORDER BY at DESC, id DESC LIMIT 10`,
		"sight_look_at":      `SELECT id FROM sight_look WHERE realm = 'r' AND at >= 1 AND at < 9 ORDER BY at DESC, id DESC LIMIT 10`,
	} {
		err := d.View(t.Context(), func(tx *db.Tx) error {
			rows, err := tx.Query(t.Context(), `EXPLAIN QUERY PLAN `+query)
			if err != nil {
				return err
			}
			defer rows.Close()
			var plan string
			for rows.Next() {
				var a, b, c int
				var text string
				if err := rows.Scan(&a, &b, &c, &text); err != nil {
					return err
				}
				plan += text + "; "
			}
			if !strings.Contains(plan, what) || strings.Contains(plan, "TEMP B-TREE") {
				t.Errorf("%s: the plan is %s", what, plan)
			}
			return rows.Err()
		})
		if err != nil {
			t.Error(err)
		}
	}
}
