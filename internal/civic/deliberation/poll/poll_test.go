// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package poll_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pavilion/catalogue"
	"pavilion/internal/base/fault"
	"pavilion/internal/base/id"
	"pavilion/internal/civic/deliberation/poll"
	"pavilion/internal/civic/deliberation/tally"
	"pavilion/internal/core/identity"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/db/dbtest"
	"pavilion/internal/platform/seal"
)

const realm = "r"

// hall is a poll service with a clock of its own, a chair and two scrutineers.
type hall struct {
	*poll.Service
	t     testing.TB
	now   atomic.Int64
	chair identity.Actor
	first identity.Actor
	other identity.Actor
}

func newHall(t testing.TB, d *db.DB) *hall {
	t.Helper()
	box, err := seal.NewBox([]byte(strings.Repeat("k", 32)))
	if err != nil {
		t.Fatal(err)
	}
	h := &hall{t: t}
	h.now.Store(time.Date(2026, 9, 20, 9, 0, 0, 0, time.UTC).UnixMicro())
	h.Service = &poll.Service{DB: d, Now: func() time.Time { return time.UnixMicro(h.now.Load()) }, Log: slog.New(slog.DiscardHandler), Box: box}
	h.chair, h.first, h.other = actor("chair", "secretary"), actor("first", "scrutineer"), actor("other", "scrutineer")
	return h
}

func actor(account string, role identity.Role) identity.Actor {
	return identity.Actor{Realm: realm, Account: account, Grants: []identity.Grant{{Realm: realm, Account: account, Role: role, Lo: 0, Hi: 100}}}
}

func (h *hall) pass(d time.Duration) { h.now.Add(d.Microseconds()) }

// law is the rule of an assembly as the program comes with it.
func law(t testing.TB, code string) tally.Rule {
	t.Helper()
	body, err := fs.ReadFile(catalogue.FS(), "deliberation/votes.json")
	if err != nil {
		t.Fatal(err)
	}
	b, err := tally.Parse(body)
	if err != nil {
		t.Fatal(err)
	}
	r, ok := b.At(code, "2026-09-20")
	if !ok {
		t.Fatalf("no law for %s", code)
	}
	return r
}

// voters are n who are entitled, each with the same area.
func voters(n int, area int64) []poll.Voter {
	out := make([]poll.Voter, n)
	for i := range out {
		out[i] = poll.Voter{Member: member(i), Share: tally.Sum{People: 1, Area: area}}
	}
	return out
}

func member(i int) string { return fmt.Sprintf("m%05d", i) }

// ask is a question to n voters, in all channels for an hour.
func (h *hall) ask(code string, n int, area int64) poll.Open {
	return poll.Open{
		Realm: realm, Key: id.New(), Subject: "topic/1", Roster: "roster", Voters: voters(n, area), Rule: law(h.t, code), Place: 5, Question: "测试：修缮停车棚",
		Channels: poll.Channels(), Closes: h.Now().Add(time.Hour), By: h.chair,
	}
}

func (h *hall) start(c poll.Open) poll.Poll {
	h.t.Helper()
	p, err := h.Start(h.t.Context(), c)
	if err != nil {
		h.t.Fatal(err)
	}
	return p
}

// secrets are the credentials of a poll by member.
func (h *hall) secrets(p poll.Poll) map[string]string {
	h.t.Helper()
	all, err := h.Issue(h.t.Context(), poll.Issue{Realm: realm, ID: p.ID, By: h.chair})
	if err != nil {
		h.t.Fatal(err)
	}
	out := map[string]string{}
	for _, l := range all {
		out[l.Member] = l.Secret
	}
	return out
}

// each calls do for the numbers below n, several at once.
func each(n int, do func(i int)) {
	var next atomic.Int64
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				do(i)
			}
		})
	}
	wait.Wait()
}

func (h *hall) roll(p poll.Poll, i int, choice string) error {
	return h.Vote(h.t.Context(), poll.Vote{Realm: realm, ID: p.ID, Member: member(i), Channel: poll.Room, Choice: choice, By: h.chair})
}

func cast(p poll.Poll, secret, choice string) poll.Cast {
	return poll.Cast{Realm: realm, ID: p.ID, Secret: secret, Choice: choice, Nonce: id.Secret(20)}
}

func (h *hall) count(p poll.Poll) poll.Result {
	h.t.Helper()
	h.pass(2 * time.Hour)
	r, err := h.Close(context.WithoutCancel(h.t.Context()), poll.Close{Realm: realm, ID: p.ID, By: h.chair})
	if err != nil {
		h.t.Fatal(err)
	}
	if again, err := h.Recount(h.t.Context(), realm, p.ID); err != nil || again.Root != r.Root {
		h.t.Fatalf("counted anew: %v", err)
	}
	return r
}

func wants(t testing.TB, what string, err error, kind fault.Kind, key string) {
	t.Helper()
	if f, ok := fault.As(err); !ok || f.Kind != kind || key != "" && f.Key != key {
		t.Errorf("%s: %v, want %s %s", what, err, kind, key)
	}
}

// TestTheGoldenVotes takes the cases of the handbook and their neighbours from
// opening to result, by roll and in secret.
func TestTheGoldenVotes(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		for _, tt := range []struct {
			name, code           string
			entitled, came, pros int
			want                 tally.Outcome
		}{
			{"40 of 60 are two thirds, 21 are more than half", "villager_reps", 60, 40, 21, tally.Passed},
			{"20 of 40 are not more than half, and level", "villager_reps", 60, 40, 20, tally.Tied},
			{"39 of 60 are too few", "villager_reps", 60, 39, 39, tally.NoQuorum},
			{"party: 20 of 30 came, 16 agree", "party", 30, 20, 16, tally.Passed},
			{"party: 15 are half of 30", "party", 30, 20, 15, tally.Rejected},
			{"party: 19 are too few", "party", 30, 19, 19, tally.NoQuorum},
			{"collective: 134 of 200", "collective", 200, 134, 134, tally.Passed},
			{"collective: 133 in favour", "collective", 200, 134, 133, tally.Rejected},
			{"collective: 133 came", "collective", 200, 133, 133, tally.NoQuorum},
		} {
			for _, secret := range []bool{false, true} {
				h := newHall(t, d)
				c := h.ask(tt.code, tt.entitled, 0)
				c.Secret = secret
				p := h.start(c)
				var codes map[string]string
				if secret {
					codes = h.secrets(p)
				}
				each(tt.came, func(i int) {
					choice := poll.Against
					if i < tt.pros {
						choice = poll.For
					}
					err := error(nil)
					if secret {
						_, err = h.Cast(t.Context(), cast(p, codes[member(i)], choice))
					} else {
						err = h.roll(p, i, choice)
					}
					if err != nil {
						t.Error(err)
					}
				})
				r := h.count(p)
				if r.Verdict.Outcome != tt.want || r.Verdict.Rule != c.Rule.Name() || r.Count.For.People != int64(tt.pros) {
					t.Errorf("%s (secret %v): %+v", tt.name, secret, r.Verdict)
				}
			}
		}
	})
}

// TestOwnersAreCountedByPeopleAndArea has 900 owners of 90,000 square metres.
func TestOwnersAreCountedByPeopleAndArea(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		for _, tt := range []struct {
			name, code string
			came, pros int
			small      bool // one of those in favour owns a little less
			want       tally.Outcome
		}{
			{"more than half of both", "owners", 600, 301, false, tally.Passed},
			{"three quarters of both", "owners.special", 600, 450, false, tally.Passed},
			{"three quarters of the people and not of the area", "owners.special", 600, 450, true, tally.Rejected},
			{"599 are too few", "owners", 599, 599, false, tally.NoQuorum},
		} {
			h := newHall(t, d)
			c := h.ask(tt.code, 900, 10_000)
			if tt.small {
				c.Voters[0].Share.Area, c.Voters[599].Share.Area = 9_900, 10_100
			}
			p := h.start(c)
			each(tt.came, func(i int) {
				choice := poll.Against
				if i < tt.pros {
					choice = poll.For
				}
				if err := h.roll(p, i, choice); err != nil {
					t.Error(err)
				}
			})
			if r := h.count(p); r.Verdict.Outcome != tt.want || r.Count.Entitled != (tally.Sum{People: 900, Area: 9_000_000}) {
				t.Errorf("%s: %+v %+v", tt.name, r.Verdict, r.Count)
			}
		}
	})
}

func TestWhatIsNoVoteIsNotOpened(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHall(t, d)
		for key, change := range map[string]func(*poll.Open){
			"form.required":       func(c *poll.Open) { c.Question = " " },
			"form.too_long":       func(c *poll.Open) { c.Question = strings.Repeat("测", 201) },
			"poll.options_number": func(c *poll.Open) { c.Options = []string{"甲"} },
			"poll.options_twice":  func(c *poll.Open) { c.Options = []string{"甲", "甲"} },
			"form.not_a_choice":   func(c *poll.Open) { c.Channels = []poll.Channel{"pigeon"} },
			"poll.closes_past":    func(c *poll.Open) { c.Closes = h.Now() },
			"poll.closes_late":    func(c *poll.Open) { c.Closes = h.Now().AddDate(1, 0, 0) },
			"poll.secret_by_area": func(c *poll.Open) { c.Secret, c.Rule = true, law(t, "owners") },
			"poll.secret_changes": func(c *poll.Open) { c.Secret, c.Changeable = true, true },
			"poll.no_rule":        func(c *poll.Open) { c.Rule = tally.Rule{} },
			"poll.nobody":         func(c *poll.Open) { c.Voters = nil },
			"poll.voter_twice":    func(c *poll.Open) { c.Voters = append(c.Voters, c.Voters[0]) },
			"poll.voter_share":    func(c *poll.Open) { c.Voters[0].Share.People = 2 },
			"poll.not_chair":      func(c *poll.Open) { c.By = h.first },
			"poll.no_key":         func(c *poll.Open) { c.Key = "x" },
			"poll.missing":        func(c *poll.Open) { c.Former = id.New() },
		} {
			c := h.ask("residents", 10, 0)
			change(&c)
			_, err := h.Start(t.Context(), c)
			if f, ok := fault.As(err); !ok || f.Key != key {
				t.Errorf("%s: %v", key, err)
			}
		}
		c := h.ask("residents", 10, 0)
		if a, b := h.start(c), h.start(c); a.ID != b.ID {
			t.Error("opened twice")
		}
	})
}

func TestNoVoteAfterClosing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHall(t, d)
		c := h.ask("residents", 10, 0)
		c.Secret = true
		p := h.start(c)
		codes := h.secrets(p)
		if _, err := h.Result(t.Context(), realm, p.ID); err == nil {
			t.Error("there is a result before closing")
		}
		_, err := h.Close(t.Context(), poll.Close{Realm: realm, ID: p.ID, By: h.chair})
		wants(t, "counted before the instant", err, fault.Conflict, "poll.not_over")
		h.pass(time.Hour - time.Microsecond)
		if _, err := h.Cast(t.Context(), cast(p, codes[member(0)], poll.For)); err != nil {
			t.Fatal(err)
		}
		// Whatever clock the voter has, and whenever the request began: what counts is
		// this server's clock when the ballot would be kept.
		late := cast(p, codes[member(1)], poll.For)
		h.pass(time.Microsecond)
		_, err = h.Cast(t.Context(), late)
		wants(t, "at the instant, not counted yet", err, fault.Conflict, "poll.closed")
		err = h.Spend(t.Context(), poll.Spend{Realm: realm, ID: p.ID, Member: member(2), Channel: poll.Paper, By: h.first})
		wants(t, "a paper after closing", err, fault.Conflict, "poll.closed")
		if n, err := h.Expire(t.Context(), realm); n != 1 || err != nil {
			t.Fatalf("counted by the clock: %d, %v", n, err)
		}
		_, err = h.Cast(t.Context(), late)
		wants(t, "after counting", err, fault.Conflict, "poll.closed")
		r, err := h.Result(t.Context(), realm, p.ID)
		if err != nil || r.Count.For.People != 1 || r.Count.Attended.People != 1 || r.Verdict.Outcome != tally.NoQuorum {
			t.Errorf("%+v, %v", r, err)
		}
		if n, err := h.Expire(t.Context(), realm); n != 0 || err != nil {
			t.Errorf("counted twice: %d, %v", n, err)
		}
	})
}

// TestTwoChannelsAtOnce has the same people vote online and take a paper at the same
// moment: each of them counts once, and the trace says by which channel.
func TestTwoChannelsAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHall(t, d)
		c := h.ask("residents", 30, 0)
		c.Secret = true
		p := h.start(c)
		codes := h.secrets(p)
		var online, paper, refused atomic.Int64
		each(60, func(i int) {
			who, err := member(i/2), error(nil)
			if i%2 == 0 {
				if _, err = h.Cast(t.Context(), cast(p, codes[who], poll.For)); err == nil {
					online.Add(1)
				}
			} else if err = h.Spend(t.Context(), poll.Spend{Realm: realm, ID: p.ID, Member: who, Channel: poll.Paper, By: h.first}); err == nil {
				paper.Add(1)
			}
			if err != nil {
				f, ok := fault.As(err)
				if !ok || f.Key != "poll.spent_online" && f.Key != "poll.spent_paper" {
					t.Errorf("%s: %v", who, err)
				}
				refused.Add(1)
			}
		})
		if online.Load()+paper.Load() != 30 || refused.Load() != 30 {
			t.Fatalf("%d online, %d on paper, %d refused", online.Load(), paper.Load(), refused.Load())
		}
		h.pass(2 * time.Hour)
		if n := paper.Load(); n > 0 {
			for _, by := range []identity.Actor{h.first, h.other} {
				if err := h.Enter(t.Context(), poll.Enter{Realm: realm, ID: p.ID, By: by, Sheet: poll.Sheet{Counts: map[string]int64{poll.Against: n}}}); err != nil {
					t.Fatal(err)
				}
			}
		}
		r := h.count(p)
		if r.Count.For.People != online.Load() || r.Count.Against.People != paper.Load() || r.By[poll.Online] != online.Load() || r.By[poll.Paper] != paper.Load() {
			t.Errorf("%+v", r)
		}
	})
}

func TestACredentialIsSpentOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHall(t, d)
		c := h.ask("residents", 10, 0)
		c.Secret = true
		c.Voters[3].Aside = true
		p := h.start(c)
		codes := h.secrets(p)
		if len(codes) != 9 {
			t.Errorf("%d letters for 9 who do not stand aside", len(codes))
		}
		one := cast(p, strings.ToLower(poll.Spaced(codes[member(0)])), poll.For)
		one.Mark = "桂花"
		got, err := h.Cast(t.Context(), one)
		if err != nil || got.Again || got.Code != poll.TrackingCode(p.ID, one.Nonce, one.Mark) {
			t.Fatalf("%+v, %v", got, err)
		}
		if again, err := h.Cast(t.Context(), one); err != nil || !again.Again || again.Code != got.Code {
			t.Errorf("the same sent twice: %+v, %v", again, err)
		}
		_, err = h.Cast(t.Context(), cast(p, codes[member(0)], poll.Against))
		wants(t, "another ballot", err, fault.Conflict, "poll.spent_online")
		stolen := one
		stolen.Secret = codes[member(1)]
		_, err = h.Cast(t.Context(), stolen)
		wants(t, "another voter with the same page", err, fault.Conflict, "poll.code_taken")
		_, err = h.Cast(t.Context(), cast(p, id.Secret(16), poll.For))
		wants(t, "a guess", err, fault.Missing, "poll.no_credential")
		_, err = h.Cast(t.Context(), cast(p, "", poll.For))
		wants(t, "nothing", err, fault.Missing, "poll.no_credential")
		_, err = h.Cast(t.Context(), cast(p, codes[member(1)], "o1"))
		wants(t, "no choice", err, fault.Invalid, "poll.no_choice")
		lost, err := h.Issue(t.Context(), poll.Issue{Realm: realm, ID: p.ID, Members: []string{member(1), member(0)}, By: h.chair})
		if err != nil || len(lost) != 1 || lost[0].Member != member(1) {
			t.Fatalf("a lost letter: %+v, %v", lost, err)
		}
		_, err = h.Cast(t.Context(), cast(p, codes[member(1)], poll.For))
		wants(t, "the letter that was lost", err, fault.Missing, "poll.no_credential")
		if _, err = h.Cast(t.Context(), cast(p, lost[0].Secret, poll.For)); err != nil {
			t.Error(err)
		}
		_, err = h.Issue(t.Context(), poll.Issue{Realm: realm, ID: p.ID, By: h.first})
		wants(t, "letters for a scrutineer", err, fault.Denied, "")
		h.count(p)
		list, err := h.Ballots(t.Context(), realm, p.ID)
		if err != nil || len(list) != 2 || !strings.Contains(fmt.Sprint(list), got.Code) {
			t.Errorf("my ballot is not in the list: %+v, %v", list, err)
		}
	})
}

func TestPaperIsCountedTwice(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHall(t, d)
		c := h.ask("residents", 20, 0)
		c.Secret = true
		p := h.start(c)
		codes := h.secrets(p)
		for i := range 12 {
			s := poll.Spend{Realm: realm, ID: p.ID, Member: member(i), Channel: poll.Paper, By: h.first}
			if i%2 == 0 { // by the letter that they bring
				s.Member, s.Secret = "", codes[member(i)]
			}
			if err := errors.Join(h.Spend(t.Context(), s), h.Spend(t.Context(), s)); err != nil {
				t.Fatal(err)
			}
		}
		sheet := poll.Sheet{Counts: map[string]int64{poll.For: 8, poll.Against: 1, poll.Abstain: 1}, Spoilt: 1, Unused: 3}
		enter := func(by identity.Actor, s poll.Sheet) error {
			return h.Enter(t.Context(), poll.Enter{Realm: realm, ID: p.ID, Sheet: s, By: by})
		}
		wants(t, "counted while papers are given out", enter(h.first, sheet), fault.Conflict, "poll.not_over")
		h.pass(2 * time.Hour)
		if n, err := h.Expire(t.Context(), realm); n != 0 || err != nil {
			t.Errorf("papers count themselves: %d, %v", n, err)
		}
		wants(t, "by the chair", enter(h.chair, sheet), fault.Denied, "")
		more := sheet
		more.Spoilt = 3
		wants(t, "more papers than were given out", enter(h.first, more), fault.Invalid, "poll.paper_more")
		if err := enter(h.first, sheet); err != nil {
			t.Fatal(err)
		}
		end := poll.Close{Realm: realm, ID: p.ID, By: h.chair}
		_, err := h.Close(t.Context(), end)
		wants(t, "counted by one", err, fault.Conflict, "poll.paper_uncounted")
		wrong := sheet
		wrong.Counts = map[string]int64{poll.For: 7, poll.Against: 2, poll.Abstain: 1}
		if err := enter(h.other, wrong); err != nil {
			t.Fatal(err)
		}
		_, err = h.Close(t.Context(), end)
		wants(t, "counted differently", err, fault.Conflict, "poll.paper_differs")
		if o, _, err := h.Turnout(t.Context(), realm, p.ID, h.chair); err != nil || strings.Join(o.Differ, " ") != "against for" {
			t.Errorf("what differs: %+v, %v", o, err)
		}
		wants(t, "a third", enter(actor("third", "scrutineer"), sheet), fault.Conflict, "poll.two_count")
		if err := enter(h.other, sheet); err != nil {
			t.Fatal(err)
		}
		r := h.count(p)
		if r.Verdict.Outcome != tally.Passed || r.Count.Attended.People != 12 || r.Count.Spoilt.People != 1 || r.Missing != 1 || r.Unused != 3 {
			t.Errorf("%+v", r)
		}
	})
}

func TestVotesByNameInThreeChannels(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHall(t, d)
		c := h.ask("residents", 6, 0)
		c.Changeable = true
		c.Voters[1].Account, c.Voters[4].Holder = "own", member(0)
		p := h.start(c)
		codes := h.secrets(p)
		vote := func(v poll.Vote) error {
			v.Realm, v.ID = realm, p.ID
			return h.Vote(t.Context(), v)
		}
		own := identity.Actor{Realm: realm, Account: "own"}
		if err := errors.Join(
			h.roll(p, 0, poll.For),
			vote(poll.Vote{Member: member(1), Channel: poll.Online, Choice: poll.Against, By: own}),
			vote(poll.Vote{Member: member(1), Channel: poll.Online, Choice: poll.For, By: own}),
			vote(poll.Vote{Secret: codes[member(2)], Channel: poll.Online, Choice: poll.Against}),
			vote(poll.Vote{Secret: codes[member(4)], Channel: poll.Online, Choice: poll.For}), // by its holder
			h.Spend(t.Context(), poll.Spend{Realm: realm, ID: p.ID, Member: member(3), Channel: poll.Paper, By: h.first}),
		); err != nil {
			t.Fatal(err)
		}
		wants(t, "another's vote", vote(poll.Vote{Member: member(5), Channel: poll.Online, Choice: poll.For, By: own}), fault.Denied, "")
		wants(t, "who voted online is called up", h.roll(p, 2, poll.For), fault.Conflict, "poll.spent_online")
		wants(t, "who has a paper", h.roll(p, 3, poll.For), fault.Conflict, "poll.spent_paper")
		wants(t, "nobody", vote(poll.Vote{Member: "x", Channel: poll.Room, Choice: poll.For, By: h.chair}), fault.Missing, "poll.no_voter")
		h.pass(2 * time.Hour)
		sheet := poll.Sheet{Votes: map[string]string{member(3): poll.Against}}
		for _, by := range []identity.Actor{h.first, h.other} {
			bad := poll.Sheet{Votes: map[string]string{member(5): poll.Against}}
			wants(t, "a paper of who has none", h.Enter(t.Context(), poll.Enter{Realm: realm, ID: p.ID, Sheet: bad, By: by}), fault.Invalid, "poll.paper_member")
			if err := h.Enter(t.Context(), poll.Enter{Realm: realm, ID: p.ID, Sheet: sheet, By: by}); err != nil {
				t.Fatal(err)
			}
		}
		r := h.count(p)
		if r.Count.For.People != 3 || r.Count.Against.People != 2 || r.Verdict.Outcome != tally.Passed || r.By[poll.Room] != 1 || r.By[poll.Online] != 3 {
			t.Errorf("%+v", r)
		}
	})
}

func TestASecondRoundAndARepeatedVote(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHall(t, d)
		c := h.ask("residents", 10, 0)
		c.Options = []string{"甲方案", "乙方案", "丙方案"}
		p := h.start(c)
		for i, o := range []int{0, 0, 0, 1, 1, 1, 1, 2, 2} {
			if err := h.roll(p, i, poll.Option(o)); err != nil {
				t.Fatal(err)
			}
		}
		next := h.ask("residents", 10, 0)
		next.Former, next.Options = p.ID, []string{"甲方案", "乙方案"}
		_, err := h.Start(t.Context(), next)
		wants(t, "before the first is counted", err, fault.Conflict, "poll.former_running")
		r := h.count(p)
		if r.Winner != "" || r.Verdict.Outcome != tally.Rejected || strings.Join(r.Runoff(), " ") != "甲方案 乙方案" {
			t.Fatalf("%+v", r)
		}
		next.Closes = h.Now().Add(time.Hour)
		other := next
		other.Options = []string{"甲方案", "丙方案"}
		_, err = h.Start(t.Context(), other)
		wants(t, "between others than the best two", err, fault.Conflict, "poll.former_decided")
		second := h.start(next)
		for i := range 3 {
			if err := h.roll(second, i, poll.Option(0)); err != nil {
				t.Fatal(err)
			}
		}
		if r = h.count(second); r.Verdict.Outcome != tally.NoQuorum {
			t.Fatalf("%+v", r)
		}
		next.Key, next.Former, next.Closes = id.New(), second.ID, h.Now().Add(time.Hour)
		third := h.start(next)
		for i := range 6 {
			if err := h.roll(third, i, poll.Option(0)); err != nil {
				t.Fatal(err)
			}
		}
		if r = h.count(third); r.Winner != "甲方案" || r.Verdict.Outcome != tally.Passed {
			t.Fatalf("%+v", r)
		}
		next.Key, next.Former, next.Closes = id.New(), third.ID, h.Now().Add(time.Hour)
		_, err = h.Start(t.Context(), next)
		wants(t, "after one has won", err, fault.Conflict, "poll.former_decided")
	})
}
