// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package poll_test

import (
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"pavilion/catalogue"
	"pavilion/internal/base/fault"
	"pavilion/internal/base/id"
	"pavilion/internal/civic/deliberation/assembly"
	"pavilion/internal/civic/deliberation/poll"
	"pavilion/internal/civic/deliberation/tally"
	"pavilion/internal/core/edition"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/org"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/db/dbtest"
)

// TestAVoteOfABody has the residents decide: their roster is frozen
// and the vote opened at once, by the rule of the day. The wrong body opens none, and
// one who stands aside should come and does not vote.
func TestAVoteOfABody(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHall(t, d)
		log := slog.New(slog.DiscardHandler)
		places := org.New(d, h.Now, log)
		root, err := places.CreateRealm(t.Context(), org.NewRealm{ID: realm, Name: "测试区", By: "test"})
		if err != nil {
			t.Fatal(err)
		}
		law, table, err := assembly.Load(catalogue.FS())
		if err != nil {
			t.Fatal(err)
		}
		editions := &edition.Service{DB: d, Now: h.Now, Checks: map[string]edition.Check{}}
		h.Bodies = assembly.New(assembly.Service{DB: d, Now: h.Now, Log: log, Zone: time.UTC, Org: places, Box: h.Box, Editions: editions, Law: law, Table: table})
		editions.Checks[assembly.Edition] = h.Bodies.Check
		h.chair = identity.Actor{Realm: realm, Account: "chair", Grants: []identity.Grant{{Realm: realm, Role: identity.Secretary, Lo: root.Lo, Hi: root.Hi}}}
		body, err := h.Bodies.Found(t.Context(), assembly.Found{Realm: realm, Kind: assembly.Residents, Name: "测试居民会议", Area: root.ID, By: h.chair})
		if err != nil {
			t.Fatal(err)
		}
		var members []string
		for i := range 5 {
			join := assembly.Join{Realm: realm, Assembly: body.ID, Name: fmt.Sprintf("测试居民%d", i), Voting: true, Since: "2026-01-01", By: h.chair}
			if i == 0 {
				join.Account = "resident"
			}
			m, err := h.Bodies.Join(t.Context(), join)
			if err != nil {
				t.Fatal(err)
			}
			members = append(members, m.ID)
		}
		c := poll.Call{
			Open: poll.Open{
				Realm: realm, Key: id.New(), Question: "测试：修缮停车棚", Secret: true, Channels: poll.Channels(), Closes: h.Now().Add(time.Hour), By: h.chair,
			},
			Freeze: assembly.Freeze{
				Realm: realm, Assembly: body.ID, Subject: "community_public", Day: h.Bodies.Today(), By: h.chair,
				Aside: []assembly.Aside{{Member: members[4], Conflict: assembly.Contractor}},
			},
		}
		wrong := c
		wrong.Freeze.Subject = "estate_parking"
		if _, err := h.Call(t.Context(), wrong); !strings.HasPrefix(faultKey(err), "assembly.wrong_body") {
			t.Errorf("the residents decide what is the owners': %v", err)
		}
		p, err := h.Call(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := h.Call(t.Context(), c); err != nil || again.ID != p.ID {
			t.Errorf("called twice: %+v, %v", again, err)
		}
		secrets := h.secrets(p)
		if len(secrets) != 4 || secrets[members[4]] != "" {
			t.Errorf("%d letters for four who vote", len(secrets))
		}
		for _, m := range members[:3] {
			if _, err := h.Cast(t.Context(), cast(p, secrets[m], poll.For)); err != nil {
				t.Fatal(err)
			}
		}
		r := h.count(p)
		if r.Count.Entitled.People != 5 || r.Count.For.People != 3 || r.Verdict.Outcome != tally.Passed || r.Rule.Code != "residents" {
			t.Errorf("%+v", r)
		}
		c.Key, c.Secret, c.Closes = id.New(), false, h.Now().Add(time.Hour)
		h.signedIn(c, p, members)
	})
}

// signedIn has a member with an account vote by name without a letter, and for nobody
// else; in a secret vote the account leads to no ballot.
func (h *hall) signedIn(c poll.Call, secret poll.Poll, members []string) {
	h.t.Helper()
	ctx, resident := h.t.Context(), identity.Actor{Realm: realm, Account: "resident"}
	named, err := h.Call(ctx, c)
	if err != nil {
		h.t.Fatal(err)
	}
	if list, err := h.Own(ctx, resident); err != nil || len(list) != 1 || list[0].ID != named.ID {
		h.t.Errorf("the votes of an account: %+v, %v", list, err)
	}
	if _, _, err := h.Mine(ctx, secret.ID, resident); fault.KindOf(err) != fault.Missing {
		h.t.Errorf("an account leads to a secret ballot: %v", err)
	}
	vote := poll.Vote{Realm: realm, ID: named.ID, Member: members[0], Channel: poll.Online, Choice: poll.For, By: resident}
	other := vote
	if other.Member = members[1]; fault.KindOf(h.Vote(ctx, other)) != fault.Denied {
		h.t.Error("it votes for somebody else")
	}
	if err := h.Vote(ctx, vote); err != nil {
		h.t.Fatal(err)
	}
	if _, own, err := h.Mine(ctx, named.ID, resident); err != nil || len(own) != 1 || own[0].Choice != poll.For || own[0].Channel != poll.Online {
		h.t.Errorf("%+v, %v", own, err)
	}
}

func faultKey(err error) string {
	f, ok := fault.As(err)
	if !ok {
		return ""
	}
	return f.Key
}
