// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package app

import (
	"context"
	"fmt"
	"time"

	"pavilion/internal/civic/deliberation/assembly"
	"pavilion/internal/core/identity"
)

// demoAssembly is a body that decides, with its fictional members.
type demoAssembly struct {
	Kind, Name, Area  string
	Households, Women int
	Members           []demoMember
}

type demoMember struct {
	Name, Household string
	Seat            assembly.Seat
}

// mandate is how long the demo's members have been in their bodies.
const mandate = 200 * 24 * time.Hour

// assemblies founds the bodies of the plan and has their members join.
func (d *demo) assemblies(ctx context.Context, show Progress) error {
	by := d.actor(ctx, func(p demoPerson) bool { return p.Role == string(identity.Secretary) })
	from := d.Now().Add(-mandate).In(d.Calendar.Zone()).Format(time.DateOnly)
	for i, b := range d.plan.Assemblies {
		area, _ := d.Org.AreaByCode(d.realm, b.Area)
		body, err := d.Bodies.Found(ctx, assembly.Found{
			Realm: d.realm, Kind: assembly.Kind(b.Kind), Name: b.Name, Area: area.ID,
			Counts: assembly.Counts{Households: b.Households, Women: b.Women}, By: by,
		})
		if err != nil {
			return fmt.Errorf("%s: %w", b.Name, err)
		}
		for _, m := range b.Members {
			join := assembly.Join{Realm: d.realm, Assembly: body.ID, Name: m.Name, Voting: true, Seat: m.Seat, Since: from, By: by}
			if m.Household != "" {
				join.Holdings = []assembly.Holding{{Household: m.Household}}
			}
			if _, err := d.Bodies.Join(ctx, join); err != nil {
				return fmt.Errorf("%s, %s: %w", b.Name, m.Name, err)
			}
		}
		show.at("assemblies", i+1, len(d.plan.Assemblies))
	}
	return nil
}
