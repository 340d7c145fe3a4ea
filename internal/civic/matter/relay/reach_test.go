// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package relay_test

import (
	"log/slog"
	"testing"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/page"
	"pavilion/internal/civic/matter/mattertest"
	"pavilion/internal/civic/matter/relay"
	"pavilion/internal/core/identity"
)

// called has the desk asked for a call.
func (o *town) called(by identity.Actor) (relay.Call, error) {
	return o.Relay.AskCall(o.t.Context(), relay.AskCall{Realm: mattertest.Realm, Matter: o.m.ID, Question: "几点方便？", By: by})
}

// record records that a call was answered.
func (o *town) record(c relay.Call, by identity.Actor) error {
	_, err := o.Relay.Record(o.t.Context(), relay.Record{
		Realm: c.Realm, ID: c.ID, Revision: c.Revision, State: relay.CallAnswer, Outcome: "下午方便", By: by,
	})
	return err
}

func TestWhatWaitsIsKeptFromBodiesConcerned(t *testing.T) {
	each(t, func(o *town) {
		o.m = o.Do(t, o.m, o.asker, "register", map[string][]string{"about": {o.City.ID}})
		r := o.asked()
		call, err := o.called(o.asker)
		o.check(err)
		both := func(role identity.Role, body string) identity.Actor {
			a := o.Actor(role, o.East.Town, "")
			a.Grants = append(a.Grants, o.Actor(identity.Handler, o.East.Town, body).Grants...)
			return a
		}
		for _, tt := range []struct {
			who          string
			by           identity.Actor
			reveal, call bool // kept from them
		}{
			{"a colleague", o.other, false, false}, {"the shift head", o.head, false, false},
			{"who asked decides nothing and may call", o.asker, true, false},
			{"a receptionist calls", o.Actor(identity.Receptionist, o.East.Town, ""), true, false},
			{"a dispatcher of the body complained about", o.Actor(identity.Dispatcher, o.East.Town, o.City.ID), true, true},
			{"a shift head with another post for it", both(identity.ShiftHead, o.City.ID), true, true},
			{"a dispatcher with a post for a body that has no part", both(identity.Dispatcher, o.Works.ID), false, false},
			{"another town's desk", o.Actor(identity.Dispatcher, o.West.Town, ""), true, true},
		} {
			kept, err := o.Relay.Withheld(t.Context(), tt.by, []string{r.Subject(), call.Subject(), o.m.Subject(), "reveal/none"})
			if err != nil || kept[r.Subject()] != tt.reveal || kept[call.Subject()] != tt.call || kept[o.m.Subject()] || !kept["reveal/none"] {
				t.Errorf("%s: %v, %v", tt.who, kept, err)
			}
		}
	})
}

func TestAgreeingAndOpeningAskForAProof(t *testing.T) {
	each(t, func(o *town) {
		r := o.asked()
		o.Time = o.Time.Add(11 * time.Minute)
		_, err := o.decide(r, o.head, true)
		o.want("agreed to long after signing in", err, fault.Denied, "identity.prove_first")
		_, err = o.decide(r, o.Actor(identity.Receptionist, o.East.Town, ""), true)
		o.want("who could not agree anyway", err, fault.Denied, "relay.desk_only")
		o.head.Proved = o.Time
		r, err = o.decide(r, o.head, true)
		o.check(err)
		_, err = o.open(r, o.asker)
		o.want("opened long after signing in", err, fault.Denied, "identity.prove_first")
		if n := o.rows(`SELECT COUNT(*) FROM matter_opening`); n != 0 {
			t.Errorf("%d openings are told of, and there was none", n)
		}
		o.asker.Proved = o.Time
		if c, err := o.open(r, o.asker); err != nil || c.Phone != phone {
			t.Errorf("after the proof: %v, %v", c, err)
		}
		o.Time = o.Time.Add(10 * time.Minute)
		_, err = o.open(r, o.asker)
		o.want("again, ten minutes later", err, fault.Denied, "identity.prove_first")
	})
}

func TestEachRequestStandsInOneList(t *testing.T) {
	each(t, func(o *town) {
		lists := func(when string, waiting, settled int) {
			t.Helper()
			for which, want := range map[relay.Which]int{relay.Waiting: waiting, relay.Settled: settled, relay.Every: waiting + settled} {
				list, err := o.Relay.List(t.Context(), o.head, which, page.Cursor{}, 10)
				if err != nil || len(list.Items) != want {
					t.Errorf("%s: list %d has %d, want %d; %v", when, which, len(list.Items), want, err)
				}
			}
		}
		r := o.asked()
		lists("asked", 1, 0)
		_, err := o.decide(r, o.head, false)
		o.check(err)
		lists("declined", 0, 1)
		o.asked()
		lists("asked anew", 1, 1)
		o.Time = o.Time.Add(relay.AskLasts)
		lists("lapsed, before anybody wrote it down", 0, 2)
	})
}

func TestAGrantForSomeTypesReachesNoOther(t *testing.T) {
	each(t, func(o *town) {
		narrowed := func(role identity.Role, kinds ...string) identity.Actor {
			a := o.Actor(role, o.East.Town, "")
			a.Grants[0].Kinds = kinds
			return a
		}
		r := o.asked()
		call, err := o.called(o.asker)
		o.check(err)
		for _, role := range []identity.Role{identity.Dispatcher, identity.ShiftHead} {
			other := narrowed(role, "06", "0102")
			_, err := o.ask(other)
			o.want("asked for", err, fault.Missing, "matter.missing")
			_, err = o.decide(r, other, true)
			o.want("agreed to", err, fault.Missing, "matter.missing")
			o.want("written", o.write(other, "请问在哪个路口？", ""), fault.Missing, "matter.missing")
			o.want("called", o.record(call, other), fault.Missing, "matter.missing")
			list, err := o.Relay.List(t.Context(), other, relay.Every, page.Cursor{}, 10)
			if err != nil || len(list.Items) != 0 {
				t.Errorf("%s lists %d, %v", role, len(list.Items), err)
			}
			if kept, err := o.Relay.Withheld(t.Context(), other, []string{r.Subject(), call.Subject()}); err != nil || len(kept) != 2 {
				t.Errorf("%s is not kept from %v, %v", role, kept, err)
			}
		}
		o.check(o.record(call, narrowed(identity.Dispatcher, "0201")))
		if _, err := o.decide(r, narrowed(identity.ShiftHead, "06", "0201"), true); err != nil {
			t.Errorf("for its own type: %v", err)
		}
	})
}

// TestAPostThatEndsDuringARequest revokes grants that are kept, between the moment
// at which somebody came in and the one at which they act.
func TestAPostThatEndsDuringARequest(t *testing.T) {
	each(t, func(o *town) {
		people, system := identity.New(o.DB, o.Now, slog.New(slog.DiscardHandler)), identity.System(mattertest.Realm)
		holder := func(login string) identity.Actor {
			t.Helper()
			a := o.Actor(identity.Dispatcher, o.East.Town, "")
			account, err := people.CreateAccount(t.Context(), identity.NewAccount{
				Realm: mattertest.Realm, Login: login, Name: "测试人员", Language: "zh-Hans", Password: "a long passphrase", By: system,
			})
			o.check(err)
			g := a.Grants[0]
			g.Account = account.ID
			g, err = people.Grant(t.Context(), g, system)
			o.check(err)
			a.Account, a.Grants = account.ID, []identity.Grant{g}
			return a
		}
		leaving, staying := holder("leaving"), holder("staying")
		open, err := o.ask(leaving)
		o.check(err)
		open, err = o.decide(open, staying, true)
		o.check(err)
		waiting, err := o.ask(staying)
		o.check(err)
		call, err := o.called(leaving)
		o.check(err)
		o.check(o.write(leaving, "请问在哪个路口？", ""))
		if _, err := o.open(open, leaving); err != nil {
			t.Fatalf("while the post lasts: %v", err)
		}
		o.check(people.Revoke(t.Context(), mattertest.Realm, leaving.Grants[0].ID, system))
		ended := func(what string, err error) { t.Helper(); o.want(what, err, fault.Denied, "identity.post_ended") }
		_, err = o.ask(leaving)
		ended("ask", err)
		_, err = o.decide(waiting, leaving, true)
		ended("agree", err)
		_, err = o.open(open, leaving)
		ended("open", err)
		ended("write", o.write(leaving, "请问在哪个路口？", ""))
		_, err = o.Relay.Read(t.Context(), leaving, mattertest.Realm, o.m.ID)
		ended("read", err)
		ended("record a call", o.record(call, leaving))
		o.check(o.record(call, staying))
		if _, err := o.decide(waiting, o.head, true); err != nil {
			t.Errorf("agreed to by somebody else: %v", err)
		}
	})
}
