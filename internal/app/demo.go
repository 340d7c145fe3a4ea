// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package app

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"strconv"
	"time"

	"pavilion/catalogue"
	"pavilion/internal/base/clock"
	"pavilion/internal/base/geo"
	"pavilion/internal/base/page"
	"pavilion/internal/civic/matter"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/org"
	"pavilion/internal/core/procedure"
	"pavilion/internal/core/release"
)

// SignIn is how to sign in to the demo.
type SignIn struct{ Login, Password, What string }

// demoPlan is the demo as the catalogue has it: real divisions, fictional
// bodies, people and matters.
type demoPlan struct {
	Root    string       `json:"root"`
	GridsIn string       `json:"grids_in"`
	Outline [][2]float64 `json:"outline"`
	Bodies  []struct {
		Kind, Name, Area string
	} `json:"bodies"`
	People  []demoPerson `json:"people"`
	Reports []demoReport `json:"reports"`

	Assemblies []demoAssembly    `json:"assemblies"`
	Topics     []demoTopic       `json:"topics"`
	Words      map[string]string `json:"words"`
}

type demoPerson struct{ Login, Name, Role, Area, Body string }

// demoReport is a matter that has gone some steps of its way.
type demoReport struct {
	Type     string  `json:"type"`
	Text     string  `json:"text"`
	Address  string  `json:"address"`
	Village  string  `json:"village"`
	Body     string  `json:"body"`
	Public   string  `json:"public"` // what the desk writes for the public; empty for nothing
	Told     bool    `json:"told"`   // the shift head has released it
	Steps    int     `json:"steps"`
	HoursAgo float64 `json:"hours_ago"`
}

// Demo makes the demo realm if it is not there, gives its people new random
// passwords, and returns them.
func (a *App) Demo(ctx context.Context, show Progress) ([]SignIn, error) {
	d := &demo{App: a}
	if err := d.readPlan(); err != nil {
		return nil, err
	}
	d.realm = d.plan.Root
	if _, there := a.Org.Realm(d.realm); !there {
		if err := d.build(ctx, show); err != nil {
			return nil, a.explained(err)
		}
	}
	a.Config.Realm = d.realm
	return d.signIns(ctx, show)
}

// demo is the making of the demo realm.
type demo struct {
	*App
	plan  demoPlan
	realm string
}

// readPlan reads the catalogue's demo.
func (d *demo) readPlan() error {
	text, err := fs.ReadFile(catalogue.FS(), "demo.json")
	if err != nil {
		return err
	}
	if err := json.Unmarshal(text, &d.plan); err != nil {
		return fmt.Errorf("demo.json: %w", err)
	}
	return nil
}

func (d *demo) build(ctx context.Context, show Progress) error {
	list, err := org.LoadDivisions(catalogue.FS())
	if err != nil {
		return err
	}
	_, err = d.Org.CreateFromDivisions(ctx, org.FromDivisions{
		Realm: d.realm, Root: d.plan.Root, GridsIn: d.plan.GridsIn, Outline: ring(d.plan.Outline), Divisions: list,
		By: "system", Progress: func(done, total int) { show.at("areas", done, total) },
	})
	if err != nil {
		return err
	}
	if err := d.publish(ctx, d.realm); err != nil {
		return err
	}
	if err := d.Identity.MakeFactorsOptional(ctx, d.realm); err != nil {
		return err // its people are fictional and have no telephones
	}
	for _, b := range d.plan.Bodies {
		area, _ := d.Org.AreaByCode(d.realm, b.Area)
		if _, err := d.Org.AddBody(ctx, org.NewBody{Realm: d.realm, Kind: b.Kind, Name: b.Name, Area: area.ID, By: "system"}); err != nil {
			return fmt.Errorf("body %s: %w", b.Name, err)
		}
	}
	for i, p := range d.plan.People {
		if err := d.person(ctx, p); err != nil {
			return fmt.Errorf("account %s: %w", p.Login, err)
		}
		show.at("accounts", i+1, len(d.plan.People))
	}
	for i, r := range d.plan.Reports {
		if err := d.report(ctx, r); err != nil {
			return fmt.Errorf("matter %d: %w", i+1, err)
		}
		show.at("matters", i+1, len(d.plan.Reports))
	}
	if err := d.assemblies(ctx, show); err != nil {
		return err
	}
	if err := d.topics(ctx, show); err != nil {
		return err
	}
	d.Listen()
	return d.Queue.Drain(ctx)
}

// since is how long the demo's people have held their posts.
const since = 150 * 24 * time.Hour

func (d *demo) person(ctx context.Context, p demoPerson) error {
	system := identity.System(d.realm)
	account, err := d.Identity.CreateAccount(ctx, identity.NewAccount{
		Realm: d.realm, Login: p.Login, Name: p.Name, Language: "zh-Hans", By: system,
	})
	if err != nil {
		return err
	}
	area, ok := d.Org.AreaByCode(d.realm, p.Area)
	if !ok {
		return fmt.Errorf("there is no area %s", p.Area)
	}
	_, err = d.Identity.Grant(ctx, grantIn(area, identity.Grant{
		Realm: d.realm, Account: account.ID, Role: identity.Role(p.Role), Body: d.body(p.Body), From: d.Now().Add(-since),
	}), system)
	return err
}

// body finds a body by what it is called.
func (d *demo) body(name string) string {
	for _, b := range d.Org.Bodies(d.realm) {
		if b.Name == name {
			return b.ID
		}
	}
	return ""
}

// signIns sets new passwords by the way every account gets its own.
func (d *demo) signIns(ctx context.Context, show Progress) ([]SignIn, error) {
	list, err := d.Identity.Accounts(ctx, d.realm, page.Cursor{}, page.Max)
	if err != nil {
		return nil, err
	}
	byLogin := map[string]identity.Account{}
	for _, account := range list.Items {
		byLogin[account.Login] = account
	}
	var out []SignIn
	for i, p := range d.plan.People {
		account := byLogin[p.Login].ID
		if account == "" { // the folder is of a version that did not have them
			if err := d.person(ctx, p); err != nil {
				return nil, err
			}
			if account, err = d.Identity.Named(ctx, d.realm, p.Login); err != nil {
				return nil, err
			}
		}
		token, err := d.Identity.Invite(ctx, d.realm, account, identity.System(d.realm))
		if err != nil {
			return nil, err
		}
		password := identity.MakeUp(p.Login)
		if err := d.Identity.AcceptInvite(ctx, d.realm, token, password); err != nil {
			return nil, err
		}
		out = append(out, SignIn{p.Login, password, d.Say("en", "role."+p.Role) + ", " + p.Name})
		show.at("passwords", i+1, len(d.plan.People))
	}
	return out, nil
}

// way is how a matter goes from the desk to its reporter: who takes each step.
var way = []struct {
	action procedure.Action
	login  string // empty: whoever works for the matter's body, or its reporter
}{
	{"register", "desk"}, {"dispatch", "desk"}, {"sign", ""}, {"handle", ""}, {"pass", "desk"}, {"feed_back", "desk"}, {"rate", ""},
}

// report has a matter reported some hours ago and go its steps, an hour each.
func (d *demo) report(ctx context.Context, r demoReport) error {
	at := d.Now().Add(-time.Duration(r.HoursAgo * float64(time.Hour)))
	past := *d.Matters
	past.Now = clock.Clock(func() time.Time { return at })
	village, ok := d.Org.AreaByCode(d.realm, r.Village)
	if !ok {
		return fmt.Errorf("there is no village %s", r.Village)
	}
	low, high := village.Shape.Bounds()
	middle := geo.Point{Lon: (low.Lon + high.Lon) / 2, Lat: (low.Lat + high.Lat) / 2}
	made, err := past.Report(ctx, matter.Report{
		Realm: d.realm, Origin: "demo", Type: r.Type, Text: r.Text, Address: r.Address, Point: &middle,
	})
	if err != nil {
		return err
	}
	for i := range r.Steps {
		at = at.Add(time.Hour)
		if err := d.step(ctx, &past, made.ID, i+1, r); err != nil {
			return fmt.Errorf("%s: %w", way[i].action, err)
		}
	}
	if r.Told {
		return d.tell(ctx, made.ID)
	}
	return nil
}

// tell has the shift head release what the desk wrote of a matter for the public.
func (d *demo) tell(ctx context.Context, id string) error {
	drafts, err := d.Releases.Of(ctx, d.realm, matter.Subject(id))
	head := d.actor(ctx, func(p demoPerson) bool { return p.Role == string(identity.ShiftHead) })
	for _, w := range drafts {
		if _, err := d.Releases.Decide(ctx, release.Decide{Realm: d.realm, ID: w.ID, Revision: w.Revision, Act: release.Release, By: head}); err != nil {
			return err
		}
	}
	return err
}

// step makes the nth step of a matter's way.
func (d *demo) step(ctx context.Context, past *matter.Service, id string, n int, r demoReport) error {
	step := way[n-1]
	move := matter.Move{Realm: d.realm, ID: id, Revision: n, Action: step.action, Answers: d.answers(r)}
	if step.action == "dispatch" {
		delete(move.Answers, "note") // it says what was done
	}
	switch {
	case step.action == "rate":
		move.Reporter, move.By.Realm = true, d.realm
	case step.login != "":
		move.By = d.actor(ctx, func(p demoPerson) bool { return p.Login == step.login })
	default:
		move.By = d.actor(ctx, func(p demoPerson) bool { return p.Body == r.Body })
	}
	_, err := past.Move(ctx, move)
	return err
}

// answers fills in whatever form a step may ask for.
func (d *demo) answers(r demoReport) map[string][]string {
	return map[string][]string{
		"category": {r.Type}, "body": {d.body(r.Body)}, "note": {d.plan.Words["handle"]}, "reply": {d.plan.Words["reply"]},
		"rating": {strconv.Itoa(5)}, "comment": {d.plan.Words["comment"]}, "public_text": {r.Public},
	}
}

// actor is the first person of the plan for whom is holds, with their grants.
func (d *demo) actor(ctx context.Context, is func(demoPerson) bool) identity.Actor {
	for _, p := range d.plan.People {
		if !is(p) {
			continue
		}
		list, err := d.Identity.Accounts(ctx, d.realm, page.Cursor{}, page.Max)
		if err != nil {
			return identity.Actor{}
		}
		for _, account := range list.Items {
			if account.Login == p.Login {
				grants, _ := d.Identity.Grants(ctx, d.realm, account.ID)
				return identity.Actor{Realm: d.realm, Account: account.ID, Name: account.Name, Grants: grants}
			}
		}
	}
	return identity.Actor{}
}
