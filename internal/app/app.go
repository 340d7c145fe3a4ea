// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package app puts the parts together: it is the only package that knows
// everyone, and the only one that reads the configuration.
//
//	app.go      opening and closing; the parts and who is given what
//	serve.go    the site: routes, layers, background work, shutdown
//	hear.go     who hears of what happened
//	answers.go  what one part asks of another
//	calendar.go notices on holidays, and what they move
//	config.go   what a deployment may set
//	deliberate.go the parts by which people decide together, and their pages
//	gather.go   whose gatherings there are, and what follows from them
//	proceed.go  what proceedings and supervision ask and hear
//	realm.go    making a realm, and the demo's
//	appoint.go  the three powers, and what their holders are told
//	demo.go     the demo's people and matters
//	demo_decide.go its bodies that decide, and what is suggested to them
//	demo_course.go topics on their way through a proceeding
//	tools.go    what the command line asks besides
//	bench/      measuring
package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"pavilion/catalogue"
	"pavilion/internal/base/clock"
	"pavilion/internal/base/form"
	"pavilion/internal/base/text"
	"pavilion/internal/civic/admission"
	"pavilion/internal/civic/commitment"
	"pavilion/internal/civic/deliberation/assembly"
	"pavilion/internal/civic/deliberation/disclosure"
	"pavilion/internal/civic/deliberation/oversight"
	"pavilion/internal/civic/deliberation/poll"
	"pavilion/internal/civic/deliberation/proceeding"
	"pavilion/internal/civic/deliberation/survey"
	"pavilion/internal/civic/deliberation/topic"
	"pavilion/internal/civic/evaluation"
	"pavilion/internal/civic/matter"
	"pavilion/internal/civic/matter/docket"
	"pavilion/internal/civic/matter/example"
	"pavilion/internal/civic/matter/intake"
	"pavilion/internal/civic/matter/kind"
	"pavilion/internal/civic/matter/phrase"
	"pavilion/internal/civic/matter/picture"
	"pavilion/internal/civic/matter/relay"
	"pavilion/internal/civic/rights"
	"pavilion/internal/core/edition"
	"pavilion/internal/core/files"
	"pavilion/internal/core/gathering"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/identity/factor"
	"pavilion/internal/core/identity/federation"
	"pavilion/internal/core/identity/passkey"
	"pavilion/internal/core/ledger"
	"pavilion/internal/core/org"
	"pavilion/internal/core/procedure"
	"pavilion/internal/core/release"
	"pavilion/internal/core/retention"
	"pavilion/internal/core/routing"
	"pavilion/internal/core/sight"
	"pavilion/internal/platform/blob"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/gateway"
	"pavilion/internal/platform/gateway/openid"
	"pavilion/internal/platform/httpkit"
	"pavilion/internal/platform/jobs"
	"pavilion/internal/platform/migrate"
	"pavilion/internal/platform/seal"
	"pavilion/migrations"
)

// zoneName is the time zone of all realms: the country has one.
const zoneName = "Asia/Shanghai"

// App is an open Pavilion.
type App struct {
	Config      Config
	Log         *slog.Logger
	Now         clock.Clock
	DB          *db.DB
	Texts       *text.Catalogue
	Calendar    *clock.Calendar
	Org         *org.Service
	Identity    *identity.Service
	Factors     *factor.Service
	Houses      *federation.Service
	Passkeys    *passkey.Service
	Sight       *sight.Service // who saw what
	Files       *files.Service
	Meetings    *gathering.Service
	Editions    *edition.Service
	Library     *procedure.Library
	Matters     *matter.Service
	Intake      *intake.Service
	Docket      *docket.Docket
	Figures     *evaluation.Service
	Routing     *routing.Service
	Promises    *commitment.Service
	Bodies      *assembly.Service   // that decide, and who may vote
	Polls       *poll.Service       // votes
	Board       *disclosure.Service // public notices
	Surveys     *survey.Service     // of households
	Topics      *topic.Service      // suggestions, and what they are gathered into
	Proceedings *proceeding.Service // topics on their way through a procedure
	Oversight   *oversight.Service  // who looks at the records of what was decided
	Replies     *phrase.Library
	Examples    *example.Service
	Pictures    *picture.Service // photos that are public
	Relay       *relay.Service
	Tasks       *admission.Service // what the grids may be asked
	Releases    *release.Service   // what is to become public
	Rights      *rights.Service    // what people ask about their data
	Keeping     *retention.Service // how long what is kept
	Box         *seal.Box
	Ledger      *ledger.Service
	Queue       *jobs.Queue
	Limits      *httpkit.Limits

	countFrom atomic.Int64 // when statistics may be counted again, in microseconds
}

// Open opens the database, brings it to the present schema, and puts the parts
// together. It fails with one clear line if the folder cannot be written, the
// database is newer than this program, or the catalogue is faulty.
func Open(ctx context.Context, c Config, log *slog.Logger) (*App, error) {
	if err := writable(c.Data); err != nil {
		return nil, err
	}
	d, err := openDB(ctx, c)
	if err != nil {
		return nil, err
	}
	a := &App{Config: c, Log: log, Now: clock.System, DB: d}
	if err := a.assemble(ctx); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return a, nil
}

// writable makes the data folder and proves that files can be made in it.
func writable(folder string) error {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return fmt.Errorf("data folder: %w", err)
	}
	probe, err := os.CreateTemp(folder, ".probe-*")
	if err != nil {
		return fmt.Errorf("data folder %s cannot be written: %w", folder, err)
	}
	return errors.Join(probe.Close(), os.Remove(probe.Name()))
}

// openDB opens the database and migrates it.
func openDB(ctx context.Context, c Config) (*db.DB, error) {
	d, err := db.Open(ctx, db.Options{Path: c.sqliteFile(), URL: c.Database})
	if err != nil {
		return nil, err
	}
	if _, err := migrate.Up(ctx, d, migrations.FS()); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return d, nil
}

// assemble makes the services over the open database.
func (a *App) assemble(ctx context.Context) error {
	zone, err := time.LoadLocation(zoneName)
	if err != nil {
		return err
	}
	rules := catalogue.FS()
	if a.Calendar, err = clock.LoadCalendar(rules, zone); err != nil {
		return err
	}
	if a.Texts, err = text.Load(rules); err != nil {
		return err
	}
	forms, err := form.Load(rules)
	if err != nil {
		return err
	}
	if a.Box, err = seal.OpenBox(a.Config.keyFile()); err != nil {
		return err
	}
	seed, err := seal.LoadKey(a.Config.ledgerKeyFile())
	if err != nil {
		return err
	}
	a.Ledger = &ledger.Service{DB: a.DB, Now: a.Now, Seed: seed, Suite: a.Box.Suite}
	blobs, err := blob.OpenDir(filepath.Join(a.Config.Data, "photos"))
	if err != nil {
		return err
	}
	bulletins, err := blob.OpenDir(filepath.Join(a.Config.Data, "bulletins"))
	if err != nil {
		return err
	}
	if a.Limits, err = httpkit.OpenLimits(filepath.Join(a.Config.Data, "limits.json"), a.Now); err != nil {
		a.Log.WarnContext(ctx, "limits begin anew", "err", err)
	}
	a.Org = org.New(a.DB, a.Now, a.Log)
	a.Editions = &edition.Service{DB: a.DB, Now: a.Now, Checks: map[string]edition.Check{}, Whole: places{a.Org}.Whole}
	a.Files = &files.Service{DB: a.DB, Blobs: blobs, Box: a.Box, Now: a.Now}
	a.Releases = &release.Service{DB: a.DB, Now: a.Now, Publishers: map[string]release.Publisher{}}
	if err := errors.Join(a.waysIn(), a.deliberate(zone), a.gather(zone)); err != nil {
		return err
	}
	a.Sight = &sight.Service{DB: a.DB, Now: a.Now}
	a.Library = procedure.NewLibrary(a.DB, a.Calendar)
	a.Matters = &matter.Service{
		DB: a.DB, Now: a.Now, Log: a.Log, Calendar: a.Calendar, Types: kind.NewLibrary(a.Editions), Forms: forms,
		Library: a.Library, Org: a.Org, Files: a.Files, Box: a.Box, Releases: a.Releases,
	}
	a.Identity.Known = func(realm, code string) bool { return a.Matters.Types.Current(realm).Known(code) }
	a.Docket = &docket.Docket{DB: a.DB, Now: a.Now, Org: a.Org, Matters: a.Matters}
	a.Figures = evaluation.New(evaluation.Service{
		DB: a.DB, Now: a.Now, Log: a.Log, Zone: zone, Editions: a.Editions, Places: places{a.Org},
		Cases: cases{a.Matters}, Ledger: a.Ledger, Blobs: bulletins,
	})
	a.Promises = &commitment.Service{DB: a.DB, Now: a.Now, Log: a.Log, Zone: zone, Org: a.Org, Releases: a.Releases}
	a.Tasks = &admission.Service{
		DB: a.DB, Now: a.Now, Log: a.Log, Zone: zone, Forms: forms, Library: a.Library, Org: a.Org, Types: sendable{a.Matters.Types}, Releases: a.Releases,
	}
	a.Matters.Admission = gate{a.Tasks}
	a.Pictures = &picture.Service{DB: a.DB, Now: a.Now, Files: a.Files, Matters: a.Matters, Releases: a.Releases}
	a.Examples = &example.Service{DB: a.DB, Now: a.Now, Log: a.Log, Org: a.Org, Matters: a.Matters}
	a.Relay = &relay.Service{DB: a.DB, Now: a.Now, Org: a.Org, Matters: a.Matters, Box: a.Box}
	a.Routing = routing.New(a.Editions, a.Org, zone)
	a.disclose()
	if err := a.topics(); err != nil {
		return err
	}
	a.keep(forms)
	a.introduce()
	a.proceed(zone, forms)
	a.oversee(zone)
	a.Replies = phrase.NewLibrary(a.Editions)
	a.Intake = &intake.Service{Matters: a.Matters}
	a.Queue = jobs.New(a.DB, a.Now, a.Log)
	a.Queue.Realms = a.realms
	return a.ready(ctx)
}

// ready reads what the parts keep in memory, and brings what realms have to the
// present form.
func (a *App) ready(ctx context.Context) error {
	if err := a.Org.Load(ctx); err != nil {
		return err
	}
	for _, realm := range a.realms() {
		if err := a.publish(ctx, realm); err != nil {
			return err
		}
		if n, err := a.Matters.Unname(ctx, realm); err != nil {
			return err
		} else if n > 0 {
			a.Log.InfoContext(ctx, "accounts of reporters were sealed", "realm", realm, "matters", n)
		}
	}
	_, err := a.learn(ctx)
	return err
}

// waysIn makes the services by which people come in.
func (a *App) waysIn() error {
	a.Identity = identity.New(a.DB, a.Now, a.Log)
	a.Factors = &factor.Service{DB: a.DB, Now: a.Now, Box: a.Box, Identity: a.Identity}
	a.Passkeys = &passkey.Service{DB: a.DB, Now: a.Now, Log: a.Log, Box: a.Box, Identity: a.Identity}
	var calls gateway.Calls
	for _, text := range a.Config.Outgoing {
		own, err := netip.ParsePrefix(text)
		if err != nil {
			return fmt.Errorf("outgoing_networks: %w", err)
		}
		calls.Own = append(calls.Own, own)
	}
	a.Houses = &federation.Service{
		DB: a.DB, Now: a.Now, Log: a.Log, Box: a.Box, Identity: a.Identity,
		Outside: outside{openid.New(calls, a.Now)}, Realms: places{a.Org},
	}
	return nil
}

// Close finishes what was begun and closes the database.
func (a *App) Close() error { return a.DB.Close() }

// realms lists the ids of the realms.
func (a *App) realms() []string {
	var out []string
	for _, r := range a.Org.Realms() {
		out = append(out, r.ID)
	}
	return out
}

// site is the realm that the pages show: the one that is configured, or the first.
func (a *App) site() (org.Realm, error) {
	if a.Config.Realm != "" {
		r, ok := a.Org.Realm(a.Config.Realm)
		if !ok {
			return r, fmt.Errorf("there is no realm %q: make it with pavilion init", a.Config.Realm)
		}
		return r, nil
	}
	all := a.Org.Realms()
	if len(all) == 0 {
		return org.Realm{}, errors.New("there is no realm yet: make one with pavilion init, or look around with pavilion demo")
	}
	return all[0], nil
}

// mailPassword reads the SMTP password from its file.
func (c Config) mailPassword() (string, error) {
	if c.MailPassword == "" {
		return "", nil
	}
	text, err := os.ReadFile(c.MailPassword)
	return strings.TrimSpace(string(text)), err
}
