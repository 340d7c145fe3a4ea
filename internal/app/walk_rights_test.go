// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package app

import (
	"time"

	"pavilion/internal/base/id"
	"pavilion/internal/civic/matter"
	"pavilion/internal/civic/rights"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/retention"
)

// request is what a reporter asks about a matter of the village that has ended.
func (c *cast) request(d *demo, _ identity.Actor) thing {
	m := c.reported(d, c.words(d, "走查用的请求"), 7)
	made := must[rights.Request](c)(c.Rights.Ask(c.t.Context(), rights.Ask{
		Realm: d.realm, Key: id.New(), Door: rights.ByCode, Wish: rights.Delete, By: identity.Actor{Realm: d.realm},
		About: rights.Subject{Name: matter.Subject(m.ID), Number: m.Number, Place: m.Place, Town: m.Town},
	}))
	return thing{values: map[string]string{"request": made.ID}}
}

func (c *cast) hold(d *demo, _ identity.Actor) thing {
	made := must[retention.Hold](c)(c.Keeping.PlaceHold(c.t.Context(), retention.PlaceHold{
		Realm: d.realm, Area: c.village(d).ID, Reason: c.words(d, "走查用的保全"), Until: c.Now().Add(48 * time.Hour), By: identity.System(d.realm),
	}))
	return thing{values: map[string]string{"hold": made.ID}}
}

func (c *cast) emergency(d *demo, _ identity.Actor) thing {
	v := c.village(d)
	head := identity.Actor{Realm: d.realm, Account: "walk", Grants: []identity.Grant{grantIn(v, identity.Grant{Role: identity.ShiftHead})}}
	made := must[retention.Emergency](c)(c.Keeping.Declare(c.t.Context(), retention.Declare{
		Realm: d.realm, Name: c.words(d, "走查用的应急"), Area: v.ID, Types: []string{"030202"}, From: c.Now().Add(-time.Minute), By: head,
	}))
	return thing{values: map[string]string{"emergency": made.ID}}
}
