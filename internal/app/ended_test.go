// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package app

import (
	"testing"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/civic/admission"
	"pavilion/internal/civic/commitment"
	"pavilion/internal/civic/matter/example"
	"pavilion/internal/civic/matter/intake"
	"pavilion/internal/civic/matter/kind"
	"pavilion/internal/core/edition"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/org"
)

// TestAPostThatEndsDuringARequest has somebody come with a post that ends before
// what they asked for is carried out: no use case does it.
func TestAPostThatEndsDuringARequest(t *testing.T) {
	s := perform(t)
	c := s.cast(t)
	realm, ctx := s.Config.Realm, t.Context()
	root, _ := s.Org.Root(realm)
	area, body := c.village(c.here), s.Org.Bodies(realm)[1].ID
	ended := func(role identity.Role) identity.Actor {
		w := s.holder(t, realm, "ended "+string(role), grantIn(root, identity.Grant{Role: role}))
		if err := s.Identity.Revoke(ctx, realm, w.actor.Grants[0].ID, identity.System(realm)); err != nil {
			t.Fatal(err)
		}
		return w.actor
	}
	desk, admin, guard, head := ended(identity.Dispatcher), ended(identity.Administrator), ended(identity.Security), ended(identity.ShiftHead)
	until, why := s.Now().Add(time.Hour), "测试：岗位已经结束"
	story := c.reported(c.here, "走查用的已办结", 7)
	for name, do := range map[string]func() error{
		"announce a promise": func() error {
			_, err := s.Promises.Announce(ctx, commitment.Announce{Realm: realm, Title: "测试承诺", Wording: "2030-09-30", Area: area.ID, Body: body, By: desk})
			return err
		},
		"change a promise": func() error {
			_, err := s.Promises.Change(ctx, commitment.Change{Realm: realm, ID: c.things["promise"].values["id"], Revision: 1, Act: "fulfilled", Reason: "测试：已经做到", By: desk})
			return err
		},
		"propose an example": func() error {
			_, err := s.Examples.Propose(ctx, example.Propose{Realm: realm, Matter: story.ID, Title: "路灯又亮了", Story: "主街的路灯修好了。", Result: "当天恢复照明。", By: desk})
			return err
		},
		"release an example": func() error {
			_, err := s.Examples.Decide(ctx, example.Decide{Realm: realm, ID: c.things["example"].values["id"], Revision: 1, Release: true, By: desk})
			return err
		},
		"move an application": func() error {
			_, err := s.Tasks.Move(ctx, admission.Move{Realm: realm, ID: c.things["task"].values["id"], Revision: 1, Action: "check_law", By: desk})
			return err
		},
		"draft rules": func() error {
			_, err := s.Editions.Save(ctx, edition.Save{Realm: realm, Kind: "test", Body: []byte("{}"), Basis: "basis.practice", By: admin})
			return err
		},
		"discard rules": func() error {
			return s.Editions.Discard(ctx, edition.Discard{Realm: realm, Kind: kind.Edition, Revision: 1, By: admin})
		},
		"grade an area": func() error {
			return s.Org.GradeArea(ctx, org.GradeArea{Realm: realm, ID: area.ID, Revision: area.Revision, Grade: 2, By: admin})
		},
		"add a source": func() error {
			_, err := s.Intake.AddSource(ctx, intake.NewSource{Realm: realm, Name: "测试来源", Origin: intake.Origins()[0], Area: area.ID, By: desk})
			return err
		},
		"drop an import": func() error {
			run := must[intake.Run](c)(s.Intake.Run(ctx, realm, c.things["import"].values["id"], identity.System(realm)))
			_, err := s.Intake.Drop(ctx, realm, run.ID, run.Revision, desk)
			return err
		},
		"grant": func() error {
			_, err := s.Identity.Grant(ctx, grantIn(area, identity.Grant{Realm: realm, Account: c.things["person"].values["id"], Role: identity.Dispatcher}), guard)
			return err
		},
		"revoke": func() error { return s.Identity.Revoke(ctx, realm, c.things["grant"].values["id"], guard) },
		"assign in an emergency": func() error {
			_, err := s.Identity.Assign(ctx, identity.Loan{
				Realm: realm, Role: identity.Dispatcher, Area: area.ID, Lo: area.Lo, Hi: area.Hi, To: c.things["person"].values["id"], Until: until, Reason: why, By: head,
			})
			return err
		},
		"break the glass": func() error {
			_, err := s.Identity.BreakGlass(ctx, identity.Loan{Realm: realm, Area: area.ID, Lo: area.Lo, Hi: area.Hi, Reason: why, By: admin})
			return err
		},
		"disable an account": func() error { return s.Identity.Disable(ctx, realm, c.things["person"].values["id"], admin) },
	} {
		if f, known := fault.As(do()); !known || f.Key != "identity.post_ended" {
			t.Errorf("%s: %v", name, f)
		}
	}
}
