// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package simulate

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"pavilion/internal/app"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/org"
)

// world is the realm and its people.
type world struct {
	*app.App
	realm  string
	places map[string][]org.Area    // smallest areas by profile
	desk   map[int64]identity.Actor // dispatchers by town
	second map[int64]identity.Actor // a colleague of each, who decides what the first applied for
	grid   map[int64]identity.Actor // grid workers by town
	head   identity.Actor
	works  map[string]identity.Actor // handlers by body
	byKind map[string]org.Body
	bodies []org.Body
	link   string // for the administrator, opened once
}

// build makes the realm of a plan.
func build(ctx context.Context, a *app.App, p *Plan) (*world, error) {
	w := &world{
		App: a, realm: p.Root, places: map[string][]org.Area{}, desk: map[int64]identity.Actor{}, second: map[int64]identity.Actor{},
		grid: map[int64]identity.Actor{}, works: map[string]identity.Actor{}, byKind: map[string]org.Body{},
	}
	if _, there := a.Org.Realm(w.realm); there {
		return nil, fmt.Errorf("realm %s is there already: simulate into an empty data folder", w.realm)
	}
	made, err := a.Init(ctx, app.InitRealm{Name: p.Name, Division: p.Root})
	if err != nil {
		return nil, err
	}
	w.link = made.Powers[0].Link
	if err := w.grids(ctx, p); err != nil {
		return nil, err
	}
	root, _ := a.Org.Root(w.realm)
	for _, b := range p.Bodies {
		body, err := a.Org.AddBody(ctx, org.NewBody{Realm: w.realm, Kind: b.Kind, Name: b.Name, Area: root.ID, By: "system"})
		if err != nil {
			return nil, fmt.Errorf("body %s: %w", b.Name, err)
		}
		w.byKind[b.Kind], w.bodies = body, append(w.bodies, body)
	}
	return w, w.people(ctx, p, root)
}

// grids spreads the plan's groups over the villages and adds the parks.
func (w *world) grids(ctx context.Context, p *Plan) error {
	var villages []org.Area
	for _, a := range w.Org.Areas(w.realm) {
		if a.Depth == 2 {
			villages = append(villages, a)
		}
	}
	if len(villages) == 0 {
		return fmt.Errorf("division %s has no villages", p.Root)
	}
	for n := range p.Groups {
		village := villages[n%len(villages)]
		made, err := w.Org.AddArea(ctx, org.NewArea{
			Realm: w.realm, Parent: village.ID, Kind: org.Grid, By: "system",
			Name: fmt.Sprintf("%s%d", village.Name, n/len(villages)+1), Grade: 1 + n%3,
		})
		if err != nil {
			return err
		}
		w.places[""] = append(w.places[""], made)
	}
	if p.Groups == 0 {
		w.places[""] = villages
	}
	for _, park := range p.Parks {
		town, ok := w.Org.AreaByCode(w.realm, park.Town)
		if !ok {
			return fmt.Errorf("park %s: there is no town %s", park.Name, park.Town)
		}
		made, err := w.Org.AddArea(ctx, org.NewArea{Realm: w.realm, Parent: town.ID, Kind: org.Grid, Name: park.Name, Profile: "park", By: "system"})
		if err != nil {
			return err
		}
		w.places["park"] = append(w.places["park"], made)
	}
	return nil
}

// people makes the accounts: fictional, and visibly so by their names.
func (w *world) people(ctx context.Context, p *Plan, root org.Area) error {
	since := time.Date(p.Year-1, 12, 1, 0, 0, 0, 0, w.Calendar.Zone())
	if err := w.Identity.MakeFactorsOptional(ctx, w.realm); err != nil {
		return err
	}
	add := func(login string, role identity.Role, area org.Area, body string) (identity.Actor, error) {
		system := identity.System(w.realm)
		account, err := w.Identity.CreateAccount(ctx, identity.NewAccount{Realm: w.realm, Login: login, Name: login, Language: "zh-Hans", By: system})
		if err != nil {
			return identity.Actor{}, fmt.Errorf("account %s: %w", login, err)
		}
		g := identity.Grant{
			Realm: w.realm, Account: account.ID, Role: role, Area: area.ID, Lo: area.Lo, Hi: area.Hi, Town: area.Town, Body: body, From: since,
		}
		_, err = w.Identity.Grant(ctx, g, system)
		return identity.Actor{Realm: w.realm, Account: account.ID, Name: login, Language: "zh-Hans", Grants: []identity.Grant{g}}, err
	}
	var err error
	if w.head, err = add("simulated-head", identity.ShiftHead, root, ""); err != nil {
		return err
	}
	if _, err = add("simulated-county", identity.Dispatcher, root, ""); err != nil {
		return err
	}
	for n, town := range w.Org.Children(w.realm, root.ID) {
		for _, post := range []struct {
			name string
			role identity.Role
			of   map[int64]identity.Actor
		}{{"desk", identity.Dispatcher, w.desk}, {"second", identity.Dispatcher, w.second}, {"grid", identity.GridWorker, w.grid}} {
			if post.of[town.Lo], err = add(fmt.Sprintf("simulated-%s-%d", post.name, n+1), post.role, town, ""); err != nil {
				return err
			}
		}
	}
	for n, b := range w.bodies {
		if w.works[b.ID], err = add(fmt.Sprintf("simulated-works-%d", n+1), identity.Handler, root, b.ID); err != nil {
			return err
		}
	}
	return nil
}

// minor reports whether a grid worker may settle a type on the spot.
func (w *world) minor(code string) bool {
	k, _ := w.Matters.Types.Current(w.realm).Find(code)
	return k.Priority != "P1" && (k.List == "B" || k.List == "S")
}

// receiver is the body that a type goes to.
func (w *world) receiver(code string) org.Body {
	k, _ := w.Matters.Types.Current(w.realm).Find(code)
	if b, ok := w.byKind[k.Lead]; ok {
		return b
	}
	kinds := slices.Sorted(maps.Keys(w.byKind))
	for _, kind := range kinds { // whoever may get it
		if kind != "COMM" && kind != "GRID" {
			return w.byKind[kind]
		}
	}
	return w.bodies[0]
}
