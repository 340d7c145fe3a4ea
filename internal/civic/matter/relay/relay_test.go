// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package relay_test

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/id"
	"pavilion/internal/base/page"
	"pavilion/internal/civic/matter"
	"pavilion/internal/civic/matter/mattertest"
	"pavilion/internal/civic/matter/relay"
	"pavilion/internal/core/audit"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/inbox"
	"pavilion/internal/core/sight"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/db/dbtest"
)

// phone is everybody's number here.
const phone = "13800000000"

// town is a town with a report that has a contact, and the people of its desk.
type town struct {
	*mattertest.Realmful
	t            *testing.T
	m            matter.Matter
	asker, other identity.Actor // two dispatchers
	head         identity.Actor
	handler      identity.Actor // of the body that deals with it
}

// each runs a test in a town of either engine.
func each(t *testing.T, do func(*town)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := mattertest.New(t, d)
		o := &town{
			Realmful: r, t: t, asker: r.Actor(identity.Dispatcher, r.East.Town, ""), other: r.Actor(identity.Dispatcher, r.East.Town, ""),
			head: r.Actor(identity.ShiftHead, r.East.Town, ""), handler: r.Actor(identity.Handler, r.East.Town, r.Works.ID),
		}
		made, err := r.Report(t.Context(), matter.Report{
			Realm: mattertest.Realm, Origin: "web", Type: "020103", Text: "村口的井盖不见了。", Point: r.East.Middle(),
			Contact: matter.Contact{Name: "测试居民甲", Phone: phone, Mail: "test@example.org", Address: "测试街1号"},
		})
		o.check(err)
		d2, err := r.Followed(t.Context(), mattertest.Realm, made.ID)
		o.check(err)
		o.m = d2.Matter
		do(o)
	})
}

func (o *town) check(err error) {
	o.t.Helper()
	if err != nil {
		o.t.Fatal(err)
	}
}

// dispatched sends the matter to the works.
func (o *town) dispatched() {
	o.m = o.Do(o.t, o.m, o.asker, "register", nil)
	o.m = o.Do(o.t, o.m, o.asker, "dispatch", map[string][]string{"body": {o.Works.ID}})
}

func (o *town) ask(by identity.Actor) (relay.Reveal, error) {
	return o.Relay.Ask(o.t.Context(), relay.Ask{Realm: mattertest.Realm, Matter: o.m.ID, Purpose: relay.Clarify, Words: "核实具体位置", By: by})
}

func (o *town) asked() relay.Reveal {
	o.t.Helper()
	r, err := o.ask(o.asker)
	o.check(err)
	return r
}

func (o *town) decide(r relay.Reveal, by identity.Actor, approve bool) (relay.Reveal, error) {
	c := relay.Decide{Realm: r.Realm, ID: r.ID, Revision: r.Revision, Approve: approve, By: by}
	if !approve {
		c.Reason = "可以请办理单位留言"
	}
	return o.Relay.Decide(o.t.Context(), c)
}

func (o *town) open(r relay.Reveal, by identity.Actor) (matter.Contact, error) {
	c, _, err := o.Relay.Open(o.t.Context(), relay.Look{Realm: r.Realm, ID: r.ID, By: by, Way: sight.Page})
	return c, err
}

// is reports whether a fault has a kind and a key.
func is(err error, kind fault.Kind, key string) bool {
	f, ok := fault.As(err)
	return ok && f.Kind == kind && f.Key == key
}

func (o *town) want(what string, err error, kind fault.Kind, key string) {
	o.t.Helper()
	if !is(err, kind, key) {
		o.t.Errorf("%s: %v, want %s %s", what, err, kind, key)
	}
}

// acts lists what the audit has of the matter, the latest first.
func (o *town) acts() string {
	o.t.Helper()
	var out []string
	o.check(o.DB.View(o.t.Context(), func(tx *db.Tx) error {
		list, err := audit.List(o.t.Context(), tx, mattertest.Realm, o.m.Subject(), 50)
		for _, r := range list {
			out = append(out, strings.TrimPrefix(r.Act, "matter.contact_"))
		}
		return err
	}))
	return strings.Join(out, " ")
}

// waiting counts what waits for dispatchers of the town besides matters.
func (o *town) waiting(prefix string) (n int) {
	o.t.Helper()
	o.check(o.DB.View(o.t.Context(), func(tx *db.Tx) error {
		lo, hi := o.East.Town.Lo, o.East.Town.Hi
		seats := []inbox.Seat{{Role: relay.InboxRole, Lo: lo, Hi: hi}, {Role: "dispatcher", Lo: lo, Hi: hi}}
		list, err := inbox.List(o.t.Context(), tx, mattertest.Realm, seats, page.Cursor{}, 50)
		for _, i := range list.Items {
			if strings.HasPrefix(i.Subject, prefix) {
				n++
			}
		}
		return err
	}))
	return n
}

func TestAContactTakesTwoPeopleAndClosesByItself(t *testing.T) {
	each(t, func(o *town) {
		r := o.asked()
		if _, err := o.open(r, o.asker); !is(err, fault.Conflict, "relay.not_open") {
			t.Errorf("opened before anybody agreed: %v", err)
		}
		if o.waiting("reveal/") != 1 {
			t.Error("nobody is told that it waits")
		}
		r, err := o.decide(r, o.head, true)
		o.check(err)
		if o.waiting("reveal/") != 0 {
			t.Error("it waits though it is decided")
		}
		_, err = o.open(r, o.head)
		o.want("opened by who agreed", err, fault.Denied, "relay.other_asker")
		for range 2 {
			c, err := o.open(r, o.asker)
			if err != nil || c.Phone != phone || c.Address != "测试街1号" {
				t.Errorf("the asker got %v, %v", c, err)
			}
		}
		o.Time = o.Time.Add(relay.OpenLasts)
		_, err = o.open(r, o.asker)
		o.want("after half an hour", err, fault.Conflict, "relay.not_open")
		seen, err := o.Relay.Openings(t.Context(), mattertest.Realm, o.m.ID)
		if err != nil || len(seen) != 2 || seen[0].Account != "" || seen[0].Purpose != relay.Clarify {
			t.Errorf("the reporter is told %+v, %v", seen, err)
		}
		if n := o.rows(`SELECT times FROM sight_look WHERE purpose = 'contacting' AND account = ?`, o.asker.Account); n != 2 {
			t.Errorf("the log of looks has %d", n)
		}
		if got := o.acts(); got != "opened opened sight.looked approved asked matter.reported" {
			t.Errorf("the audit has %s", got)
		}
		if _, err := o.ask(o.asker); err != nil { // anew, without a sweep in between
			t.Errorf("asked for again: %v", err)
		}
	})
}

func TestWhoMayAskAndAgree(t *testing.T) {
	each(t, func(o *town) {
		o.dispatched()
		own := o.Actor(identity.Dispatcher, o.East.Town, o.Works.ID)
		clerk := o.Actor(identity.Receptionist, o.East.Town, "")
		for _, tt := range []struct {
			who  string
			by   identity.Actor
			kind fault.Kind
			key  string
		}{
			{"the handler", o.handler, fault.Denied, "relay.concerned"},
			{"a dispatcher of the body that deals with it", own, fault.Denied, "relay.concerned"},
			{"who takes reports in", clerk, fault.Denied, "relay.desk_only"},
			{"a grid worker", o.Actor(identity.GridWorker, o.East.Grid, ""), fault.Denied, "relay.desk_only"},
			{"another town's desk", o.Actor(identity.Dispatcher, o.West.Town, ""), fault.Missing, "matter.missing"},
			{"an auditor", o.Actor(identity.Auditor, o.East.Town, ""), fault.Missing, "matter.missing"},
		} {
			_, err := o.ask(tt.by)
			o.want(tt.who+" asks", err, tt.kind, tt.key)
			_, err = o.decide(o.mine(o.asker), tt.by, true)
			o.want(tt.who+" agrees", err, tt.kind, tt.key)
		}
		_, err := o.ask(o.asker)
		o.want("asked twice", err, fault.Conflict, "relay.asked_already")
	})
}

// mine is the one request of somebody, made if there is none.
func (o *town) mine(by identity.Actor) relay.Reveal {
	o.t.Helper()
	list, err := o.Relay.List(o.t.Context(), by, relay.Waiting, page.Cursor{}, 10)
	o.check(err)
	if len(list.Items) > 0 {
		return list.Items[0]
	}
	return o.asked()
}

func TestNobodyAgreesToTheirOwnRequest(t *testing.T) {
	each(t, func(o *town) {
		both := o.asker
		both.Grants = append(both.Grants[:1:1], o.head.Grants[0])
		both.Grants[1].Account = both.Account
		o.asker = both
		r := o.asked()
		_, err := o.decide(r, both, true)
		o.want("with two roles", err, fault.Denied, "relay.own_request")
		for _, basis := range []identity.Basis{identity.Delegated, identity.Emergency} {
			deputy := o.Actor(identity.Dispatcher, o.East.Town, "")
			deputy.Grants[0].Basis, deputy.Grants[0].By, deputy.Grants[0].Origin = basis, both.Account, id.New()
			_, err = o.decide(r, deputy, true)
			o.want("by a post the asker gave: "+string(basis), err, fault.Denied, "relay.desk_only")
			deputy.Grants[0].By = o.other.Account
			if basis == identity.Emergency {
				if _, err := o.decide(r, deputy, true); err != nil {
					t.Errorf("by a post somebody else gave: %v", err)
				}
			}
		}
	})
}

func TestBrokenGlassOpensNoContact(t *testing.T) {
	each(t, func(o *town) {
		r := o.asked()
		admin := o.Actor(identity.Dispatcher, o.East.Town, "")
		admin.Grants[0].Basis, admin.Grants[0].By = identity.Glass, admin.Account
		if _, err := o.Service.Open(t.Context(), admin, o.m.ID, sight.Page); err != nil {
			t.Errorf("the glass shows the matter: %v", err)
		}
		_, err := o.ask(admin)
		o.want("asked for", err, fault.Denied, "relay.desk_only")
		_, err = o.decide(r, admin, true)
		o.want("agreed to", err, fault.Denied, "relay.desk_only")
		r, err = o.decide(r, o.other, true)
		o.check(err)
		turned := o.asker
		turned.Grants = append([]identity.Grant{}, o.asker.Grants...)
		turned.Grants[0].Basis = identity.Glass
		_, err = o.open(r, turned)
		o.want("opened once the post is gone and the glass is broken", err, fault.Denied, "relay.desk_only")
	})
}

func TestOfTwoWhoDecideAtOnceOneIsTooLate(t *testing.T) {
	each(t, func(o *town) {
		r := o.asked()
		var wait sync.WaitGroup
		failed := make([]error, 2)
		for i, by := range []identity.Actor{o.other, o.head} {
			wait.Go(func() { _, failed[i] = o.decide(r, by, i == 0) })
		}
		wait.Wait()
		if (failed[0] == nil) == (failed[1] == nil) {
			t.Fatalf("both decided, or none: %v", failed)
		}
		late := errors.Join(failed...)
		if kind := fault.KindOf(late); kind != fault.Stale && kind != fault.Conflict {
			t.Errorf("the later one is told %v", late)
		}
		if _, err := o.decide(r, o.head, true); fault.KindOf(err) != fault.Stale {
			t.Errorf("and again: %v", err)
		}
	})
}

func TestWhatARequestRestsOnMustNotChange(t *testing.T) {
	each(t, func(o *town) {
		o.t.Run("complained about before it is decided", func(t *testing.T) {
			r := o.asked()
			o.m = o.Do(t, o.m, o.asker, "register", map[string][]string{"about": {o.City.ID}})
			theirs := o.Actor(identity.ShiftHead, o.East.Town, o.City.ID)
			_, err := o.decide(r, theirs, true)
			o.want("by the body complained about", err, fault.Missing, "matter.missing")
			if list, err := o.Relay.List(t.Context(), theirs, relay.Every, page.Cursor{}, 10); err != nil || len(list.Items) != 0 {
				t.Errorf("it lists %v, %v", list.Items, err)
			}
			_, err = o.decide(r, o.head, true)
			o.want("by somebody else", err, fault.Conflict, "relay.other_ground")
			_, err = o.Relay.End(t.Context(), relay.End{Realm: r.Realm, ID: r.ID, Revision: r.Revision, By: o.asker})
			o.check(err)
		})
		o.t.Run("dispatched while it is open", func(t *testing.T) {
			r, err := o.decide(o.asked(), o.head, true)
			o.check(err)
			o.m = o.Do(t, o.m, o.asker, "dispatch", map[string][]string{"body": {o.Works.ID}})
			_, err = o.open(r, o.asker)
			o.want("opened", err, fault.Conflict, "relay.other_ground")
		})
	})
}

func TestARequestLapsesIsDeclinedAndWithdrawn(t *testing.T) {
	each(t, func(o *town) {
		r := o.asked()
		o.Time = o.Time.Add(relay.AskLasts)
		_, err := o.decide(r, o.head, true)
		o.want("after three days", err, fault.Conflict, "relay.decided")
		o.check(o.Relay.Sweep(t.Context(), mattertest.Realm))
		if o.waiting("reveal/") != 0 || !strings.HasPrefix(o.acts(), "expired") {
			t.Errorf("it still waits, or nobody wrote it down: %s", o.acts())
		}
		r = o.asked()
		_, err = o.Relay.Decide(t.Context(), relay.Decide{Realm: r.Realm, ID: r.ID, Revision: r.Revision, By: o.head})
		o.want("declined without a reason", err, fault.Invalid, "form.required")
		r, err = o.decide(r, o.head, false)
		if err != nil || r.State != relay.Declined || r.Reason == "" {
			t.Errorf("declined: %+v, %v", r, err)
		}
		_, err = o.open(r, o.asker)
		o.want("opened", err, fault.Conflict, "relay.not_open")
		r = o.asked()
		end := relay.End{Realm: r.Realm, ID: r.ID, Revision: r.Revision, By: o.other}
		_, err = o.Relay.End(t.Context(), end)
		o.want("withdrawn by somebody else", err, fault.Denied, "relay.other_asker")
		end.By = o.asker
		r, err = o.Relay.End(t.Context(), end)
		if err != nil || r.State != relay.Withdrawn {
			t.Errorf("withdrawn: %+v, %v", r, err)
		}
		_, err = o.decide(r, o.head, true)
		o.want("agreed to what was withdrawn", err, fault.Conflict, "relay.decided")
	})
}

func TestAskingNeedsAPurposeAndWordsThatLeadToNobody(t *testing.T) {
	each(t, func(o *town) {
		for _, tt := range []struct {
			purpose      relay.Purpose
			words, field string
			key          string
		}{
			{"", "核实", "purpose", "relay.purpose_required"}, {"curiosity", "核实", "purpose", "relay.purpose_required"},
			{relay.Visit, "", "words", "form.required"}, {relay.Visit, strings.Repeat("很", relay.MaxWords+1), "words", "form.too_long"},
			{relay.Visit, "打" + phone, "words", "trace.found_phone"}, {relay.Visit, "a\x00b", "words", "form.bad_text"},
		} {
			_, err := o.Relay.Ask(t.Context(), relay.Ask{Realm: mattertest.Realm, Matter: o.m.ID, Purpose: tt.purpose, Words: tt.words, By: o.asker})
			if f, ok := fault.As(err); !ok || f.Kind != fault.Invalid || f.Field != tt.field || f.Key != tt.key && tt.key != "form.bad_text" {
				t.Errorf("%q %q: %v", tt.purpose, tt.words, err)
			}
		}
		made := o.Reported(t, o.East)
		_, err := o.Relay.Ask(t.Context(), relay.Ask{Realm: made.Realm, Matter: made.ID, Purpose: relay.Visit, Words: "核实", By: o.asker})
		o.want("there is no contact", err, fault.Conflict, "relay.no_contact")
	})
}

func TestAuditorsListAndKnowNoMore(t *testing.T) {
	each(t, func(o *town) {
		r := o.asked()
		for _, tt := range []struct {
			who string
			a   identity.Actor
			n   int
		}{
			{"the auditor of the town", o.Actor(identity.Auditor, o.East.Town, ""), 1}, {"of another", o.Actor(identity.Auditor, o.West.Town, ""), 0},
			{"the asker", o.asker, 1}, {"a colleague", o.other, 1}, {"a handler", o.handler, 0}, {"a grid worker", o.Actor(identity.GridWorker, o.East.Grid, ""), 0},
		} {
			list, err := o.Relay.List(t.Context(), tt.a, relay.Every, page.Cursor{}, 10)
			if err != nil || len(list.Items) != tt.n {
				t.Errorf("%s lists %d, %v", tt.who, len(list.Items), err)
			}
			_, why, err := o.Relay.Request(t.Context(), tt.a, r.ID)
			if (err == nil) != (tt.n == 1) || tt.who != "a colleague" && err == nil && why == nil {
				t.Errorf("%s knows of it: %v; decides: %v", tt.who, err, why)
			}
		}
	})
}

func TestAnApprovalAfterThePostHasEndedIsRefused(t *testing.T) {
	each(t, func(o *town) {
		r := o.asked()
		gone := o.head
		gone.Grants = append([]identity.Grant{}, o.head.Grants...)
		gone.Grants[0].ID = id.New() // of no grant that counts
		_, err := o.decide(r, gone, true)
		o.want("the post of who agrees", err, fault.Denied, "identity.post_ended")
		r, err = o.decide(r, o.other, true)
		o.check(err)
		ended := o.asker
		ended.Grants = append([]identity.Grant{}, o.asker.Grants...)
		ended.Grants[0].ID = id.New()
		_, err = o.open(r, ended)
		o.want("the post of who asked", err, fault.Denied, "identity.post_ended")
		ended.Grants[0].ID, ended.Grants[0].Until = "", o.Time.Add(-time.Minute)
		_, err = o.open(r, ended)
		o.want("its time", err, fault.Missing, "matter.missing")
	})
}
