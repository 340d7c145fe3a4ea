// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package app

import (
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"pavilion/catalogue"
	"pavilion/internal/base/fault"
	"pavilion/internal/base/geo"
	"pavilion/internal/base/id"
	"pavilion/internal/base/text"
	"pavilion/internal/civic/admission"
	"pavilion/internal/civic/deliberation/proceeding"
	"pavilion/internal/civic/evaluation"
	"pavilion/internal/civic/matter"
	"pavilion/internal/civic/rights"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/notify"
	"pavilion/internal/core/org"
	"pavilion/internal/core/procedure"
	"pavilion/internal/core/retention"
	"pavilion/internal/platform/db"
)

// InitRealm asks for a realm: from an official division, or from a CSV file of
// areas below a root of the given name.
type InitRealm struct {
	Name      string
	Division  string
	AreasFile string
	Admin     string // sign-in names of the first holders of the three powers;
	Security  string // empty: "admin", "security", "auditor"
	Auditor   string
	Suite     string // of algorithms, for good; empty for the international one
}

// Made is a new realm and the first holders of its three powers.
type Made struct {
	Realm  string
	Areas  int
	Powers []Appointed
}

// Init makes a realm with its areas, publishes the procedures for it, and
// invites the first holders of its three powers.
func (a *App) Init(ctx context.Context, c InitRealm) (Made, error) {
	realm := c.Division
	if realm == "" {
		realm = "realm-1"
	}
	if _, there := a.Org.Realm(realm); !there && c.Suite != "" {
		// Before the realm: nothing may be sealed for it with another suite.
		if err := a.Box.Choose(realm, c.Suite); err != nil {
			return Made{}, err
		}
	}
	areas, err := a.initAreas(ctx, realm, c)
	if err != nil {
		return Made{}, a.explained(err)
	}
	if err := a.publish(ctx, realm); err != nil {
		return Made{}, err
	}
	made := Made{Realm: realm, Areas: areas}
	for _, p := range []Appointed{
		{Role: identity.Administrator, Login: cmp.Or(c.Admin, "admin")},
		{Role: identity.Security, Login: cmp.Or(c.Security, "security")},
		{Role: identity.Auditor, Login: cmp.Or(c.Auditor, "auditor")},
	} {
		p, err := a.Appoint(ctx, realm, p.Login, p.Role)
		if err != nil {
			return Made{}, err
		}
		made.Powers = append(made.Powers, p)
	}
	return made, nil
}

// Recover helps somebody who has lost password, telephone, recovery codes and
// passkeys, when nobody at the desk can: it takes away what is their second factor
// and returns a one-time link that sets a password. Without a realm it is the site's.
func (a *App) Recover(ctx context.Context, realm, login string) (link string, err error) {
	if realm, err = a.into(realm); err != nil {
		return "", err
	}
	var account string
	err = a.DB.View(ctx, func(tx *db.Tx) error {
		account, err = identity.ByLogin(ctx, tx, realm, login)
		return err
	})
	if err != nil {
		return "", a.explained(err)
	}
	system := identity.System(realm)
	if err := a.resetFactors(ctx, realm, account, system); err != nil {
		return "", a.explained(err)
	}
	token, err := a.Identity.Invite(ctx, realm, account, system)
	return a.address() + "/invite/" + token, err
}

// resetFactors takes away all that is somebody's second factor, and tells them. By
// must administer the account and have proved who they are.
func (a *App) resetFactors(ctx context.Context, realm, account string, by identity.Actor) error {
	if err := a.Factors.Reset(ctx, realm, account, by); err != nil && fault.KindOf(err) != fault.Missing {
		return err
	}
	if err := a.Passkeys.Reset(ctx, realm, account, by); err != nil {
		return err
	}
	return a.DB.InTx(ctx, func(tx *db.Tx) error {
		return a.send(ctx, tx, []string{account}, notify.Message{
			Realm: realm, ID: id.New(), Key: "notify.factors_reset", Link: "/desk/account", At: a.Now(),
		})
	})
}

func (a *App) initAreas(ctx context.Context, realm string, c InitRealm) (int, error) {
	if c.Division != "" {
		list, err := org.LoadDivisions(catalogue.FS())
		if err != nil {
			return 0, err
		}
		return a.Org.CreateFromDivisions(ctx, org.FromDivisions{
			Realm: realm, Name: c.Name, Root: c.Division, Divisions: list, By: "system",
		})
	}
	if _, err := a.Org.CreateRealm(ctx, org.NewRealm{ID: realm, Name: c.Name, By: "system"}); err != nil || c.AreasFile == "" {
		return 1, err
	}
	f, err := os.Open(c.AreasFile)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	report, err := a.Org.ImportAreas(ctx, realm, f, "system")
	for _, p := range report.Problems {
		fmt.Fprintf(os.Stderr, "line %d: %s\n", p.Line, strings.TrimSpace(p.Field+" "+a.SayWith("en", p.Key, p.Params)))
	}
	return report.Created + 1, err
}

// address is where people reach the site, as far as is known before it is served.
func (a *App) address() string {
	if a.Config.PublicURL != "" {
		return a.Config.PublicURL
	}
	return "http://" + a.Config.Listen
}

// publish makes the rules that come with the program those of a realm, unless it
// has its own.
func (a *App) publish(ctx context.Context, realm string) error {
	for _, name := range append([]string{matter.Procedure, admission.Procedure, rights.Procedure}, proceeding.Procedures()...) {
		d, err := procedure.Read(catalogue.FS(), name)
		if err != nil {
			return err
		}
		if err := a.Library.Offer(ctx, realm, d, a.Now()); err != nil {
			return err
		}
	}
	if err := a.Matters.Types.Seed(ctx, realm, catalogue.FS()); err != nil {
		return err
	}
	if err := a.Replies.Seed(ctx, realm, catalogue.FS()); err != nil {
		return err
	}
	indicators, err := fs.ReadFile(catalogue.FS(), "indicators.json")
	if err != nil {
		return err
	}
	if err := a.Editions.Seed(ctx, realm, evaluation.Edition, indicators, "basis.practice"); err != nil {
		return err
	}
	schedule, err := fs.ReadFile(catalogue.FS(), "retention.json")
	if err != nil {
		return err
	}
	if err := a.Editions.Seed(ctx, realm, retention.Edition, schedule, "basis.practice"); err != nil {
		return err
	}
	own, err := fs.ReadFile(catalogue.FS(), "procedures/"+proceeding.Custom+".json")
	if err != nil {
		return err
	}
	if err := a.Editions.Seed(ctx, realm, proceeding.Edition, own, "basis.local_deliberation"); err != nil {
		return err
	}
	return a.beginList(ctx, realm)
}

// beginList gives a realm the list of tasks of the grids that it begins with: the
// types of matter that are the communities' own.
func (a *App) beginList(ctx context.Context, realm string) error {
	root, ok := a.Org.Root(realm)
	if !ok {
		return nil
	}
	var codes []string
	for _, k := range a.Matters.Types.Current(realm).All() {
		helps := slices.ContainsFunc(k.Assist, matter.Local)
		if (k.List == "B" || k.List == "S") && (matter.Local(k.Lead) || helps) {
			codes = append(codes, k.Code)
		}
	}
	return a.Tasks.Seed(ctx, realm, root, a.Say(text.First, "admission.initial"), codes)
}

// grantIn gives a grant the places of an area.
func grantIn(area org.Area, g identity.Grant) identity.Grant {
	g.Area, g.Lo, g.Hi, g.Town = area.ID, area.Lo, area.Hi, area.Town
	return g
}

// ring turns coordinates into a closed line.
func ring(points [][2]float64) geo.Ring {
	out := make(geo.Ring, len(points))
	for i, p := range points {
		out[i] = geo.Point{Lon: p[0], Lat: p[1]}
	}
	return out
}
