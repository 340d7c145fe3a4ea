// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package app

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"pavilion/internal/base/clock"
	"pavilion/internal/civic/matter/relay"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/identity/passkey"
	"pavilion/internal/core/notify"
	"pavilion/internal/core/org"
	"pavilion/internal/core/outbox"
	"pavilion/internal/core/retention"
	"pavilion/internal/edge/api"
	"pavilion/internal/edge/api/apikit"
	"pavilion/internal/edge/web/webaccount"
	"pavilion/internal/edge/web/webadmission"
	"pavilion/internal/edge/web/webcommitment"
	"pavilion/internal/edge/web/webdesk"
	"pavilion/internal/edge/web/webexample"
	"pavilion/internal/edge/web/webfigures"
	"pavilion/internal/edge/web/webintake"
	"pavilion/internal/edge/web/webkit"
	"pavilion/internal/edge/web/webledger"
	"pavilion/internal/edge/web/webmatter"
	"pavilion/internal/edge/web/weboversight"
	"pavilion/internal/edge/web/webpeople"
	"pavilion/internal/edge/web/webpicture"
	"pavilion/internal/edge/web/webprovider"
	"pavilion/internal/edge/web/webpublic"
	"pavilion/internal/edge/web/webrelay"
	"pavilion/internal/edge/web/webrelease"
	"pavilion/internal/edge/web/webrights"
	"pavilion/internal/edge/web/webrules"
	"pavilion/internal/edge/web/websight"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/gateway"
	"pavilion/internal/platform/httpkit"
	"pavilion/web"
)

const (
	expireEvery  = 20 * time.Second // how often terms that ran out are looked for
	countEvery   = 5 * time.Second  // how often statistics are brought up to date
	followEvery  = time.Minute      // how often another process's notices on holidays are looked for
	takeEvery    = 5 * time.Second  // how often audit entries are taken into the log
	sweepEvery   = time.Hour
	collectEvery = 24 * time.Hour // how often files that no row knows are looked for
	orphanAge    = 24 * time.Hour // photos that no report was sent with
	limitMinute  = time.Minute
	limitClients = 100_000 // addresses a limit remembers
	unlimited    = 1 << 30
)

// Serve serves the site until ctx ends, then finishes the requests and the work
// in hand. Ready is told the address once it is listened on.
func (a *App) Serve(ctx context.Context, ready func(address string)) error {
	handler, err := a.Handler()
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", a.Config.Listen)
	if errors.Is(err, syscall.EADDRINUSE) {
		return fmt.Errorf("cannot serve on %s: the port is in use; choose another with --listen", a.Config.Listen)
	}
	if err != nil {
		return fmt.Errorf("cannot serve on %s: %w", a.Config.Listen, err)
	}
	if err := a.background(); err != nil {
		return errors.Join(err, l.Close())
	}
	work, stop := context.WithCancel(context.WithoutCancel(ctx))
	done := make(chan error, 2)
	go func() { done <- a.Queue.Run(work) }()
	go func() { done <- a.Org.Follow(work) }()
	ready(l.Addr().String())
	err = httpkit.Serve(ctx, l, handler, a.Log)
	stop()
	return errors.Join(err, <-done, <-done, a.Limits.Save())
}

// Handler returns the whole site.
func (a *App) Handler() (http.Handler, error) {
	ro, programs, err := a.Edges()
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle(api.Prefix+"/", programs)
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	mux.HandleFunc("GET /readyz", a.readyz)
	if a.Config.Security != "" {
		mux.HandleFunc("GET "+securityPath, a.securityTxt)
	}
	mux.Handle("/", ro)
	return httpkit.Chain(mux,
		httpkit.Recover(a.Log, http.HandlerFunc(ro.Failed)),
		httpkit.AccessLog(a.Log, a.Now),
		httpkit.SecurityHeaders(),
		httpkit.Compress,
		httpkit.Routed,
	), nil
}

// readyz says whether the database answers.
func (a *App) readyz(w http.ResponseWriter, r *http.Request) {
	err := a.DB.View(r.Context(), func(tx *db.Tx) error { return nil })
	if err != nil {
		http.Error(w, "the database does not answer", http.StatusServiceUnavailable)
		return
	}
	fmt.Fprintln(w, "ready")
}

// Edges returns the pages and the API with all their routes.
func (a *App) Edges() (*webkit.Router, *api.Server, error) {
	realm, err := a.site()
	if err != nil {
		return nil, nil, err
	}
	kit, err := a.kit(realm)
	if err != nil {
		return nil, nil, err
	}
	proxies, err := httpkit.ParseProxies(a.Config.Proxies)
	if err != nil {
		return nil, nil, err
	}
	from := a.client(proxies)
	limit := limits{
		a.limiter("reports", a.Config.ReportLimit), a.limiter("codes", a.Config.CodeLimit), a.limiter("accounts", a.Config.AccountLimit),
		a.limiter("ballots", a.Config.BallotLimit),
	}
	shared := webmatter.Shared{Kit: kit, Matters: a.Matters, Docket: a.Docket, Org: a.Org, Files: a.Files, Pictures: a.Pictures, Box: a.Box, Realm: realm.ID}
	kit.Allow = limit.accounts.Allow
	ro := kit.Router()
	public := &webpublic.Pages{
		Shared: shared, Ledger: a.Ledger, Relay: a.Relay, Reports: limit.reports, Codes: limit.codes,
		Client: func(r *http.Request) string { return a.unnamed(from(r)) }, Address: a.Config.PublicURL,
		Decided: a.courseFacts(kit),
	}
	public.Register(ro)
	houses := &webprovider.Pages{Kit: kit, Identity: a.Identity, Houses: a.Houses, Realm: realm.ID, Proxies: proxies, Address: a.Config.PublicURL}
	desk := &webdesk.Pages{
		Shared: shared, DB: a.DB, Identity: a.Identity, Routing: a.Routing, Replies: a.Replies, Relay: a.Relay, Proxies: proxies, Ways: houses.Ways, Stories: a.Examples.Waiting,
		Talks: a.talks(kit),
	}
	own := &webaccount.Pages{
		Kit: kit, Identity: a.Identity, Factors: a.Factors, Passkeys: a.Passkeys, Houses: a.Houses, Realm: realm.ID, Counts: desk.Counts,
		Address: a.Config.PublicURL, Proxies: proxies,
	}
	desk.Passkey = own.SignInForm
	desk.Register(ro)
	houses.Counts = desk.Counts
	houses.Register(ro)
	own.Register(ro)
	(&webintake.Pages{Shared: shared, Intake: a.Intake, Counts: desk.Counts}).Register(ro)
	figures := &webfigures.Pages{
		Kit: kit, Evaluation: a.Figures, Org: a.Org, Realm: realm.ID, Counts: desk.Counts,
		Restricted: func(code string) bool { return cases{a.Matters}.Restricted(realm.ID, code) }, Ledger: a.Ledger,
	}
	figures.Register(ro)
	a.deciding(ro, shared, desk.Counts, func(r *http.Request) string { return a.unnamed(from(r)) }, limit)
	(&webcommitment.Pages{Kit: kit, Commitments: a.Promises, Org: a.Org, Realm: realm.ID}).Register(ro)
	(&webexample.Pages{Shared: shared, Examples: a.Examples, Counts: desk.Counts}).Register(ro)
	(&webrelease.Pages{Shared: shared, Releases: a.Releases, Counts: desk.Counts, Name: a.nameOf(realm.ID), Stories: a.Examples.Waiting}).Register(ro)
	(&webpicture.Pages{Shared: shared, Counts: desk.Counts, Name: a.nameOf(realm.ID)}).Register(ro)
	(&webrelay.Pages{Shared: shared, Relay: a.Relay, Counts: desk.Counts, Name: a.nameOf(realm.ID)}).Register(ro)
	tasks := &webadmission.Pages{
		Kit: kit, Tasks: a.Tasks, Types: a.Matters.Types, Org: a.Org, Realm: realm.ID, Counts: desk.Counts, Name: a.nameOf(realm.ID),
	}
	tasks.Register(ro)
	asked := &webrights.Pages{
		Kit: kit, Rights: a.Rights, Keeping: a.Keeping, Org: a.Org, Types: a.Matters.Types, Realm: realm.ID, Counts: desk.Counts,
		Known: public.Known, Ask: public.AskCode, Name: a.nameOf(realm.ID),
	}
	asked.Register(ro)
	(&webledger.Pages{Kit: kit, Ledger: a.Ledger, Realm: realm.ID}).Register(ro)
	rules := &webrules.Pages{
		Kit: kit, Editions: a.Editions, Types: a.Matters.Types, Routing: a.Routing, Org: a.Org, Realm: realm.ID,
		Counts: desk.Counts, Barred: a.barred(realm.ID), Recent: a.recent,
	}
	rules.Register(ro)
	programs := a.programs(realm.ID, from, limit)
	looks := &websight.Pages{Shared: shared, Sight: a.Sight, Counts: desk.Counts, Name: a.nameOf(realm.ID)}
	looks.Register(ro)
	people := &webpeople.Pages{Shared: shared, DB: a.DB, Identity: a.Identity, Counts: desk.Counts, Address: a.Config.PublicURL}
	people.Reset = func(ctx context.Context, account string, by identity.Actor) error {
		return a.resetFactors(ctx, realm.ID, account, by)
	}
	people.Routes = func() []webpeople.Rule { return policy(ro, programs) }
	people.Register(ro)
	return ro, programs, nil
}

// limits bound what comes from one network, or one account.
type limits struct{ reports, codes, accounts, ballots *httpkit.RateLimiter }

// programs is the API.
func (a *App) programs(realm string, from func(*http.Request) string, limit limits) *api.Server {
	return api.New(api.Deps{
		Matters: a.Matters, Docket: a.Docket, Figures: a.Figures, Promises: a.Promises, Tasks: a.Tasks,
		Ledger: a.Ledger, Examples: a.Examples, Relay: a.Relay, Releases: a.Releases, Pictures: a.Pictures, Rights: a.Rights, Keeping: a.Keeping, Intake: a.Intake, Editions: a.Editions, Routing: a.Routing, Files: a.Files, Factors: a.Factors, Org: a.Org,
		Means: apikit.Means{
			Identity: a.Identity, Texts: a.Texts, Log: a.Log, Now: a.Now, Realm: realm,
			Client: from, Reports: a.allows(limit.reports), Codes: a.allows(limit.codes), Accounts: limit.accounts.Allow,
		},
		Deliberation: a.decisions(a.allows(limit.ballots)),
	})
}

// policy is every route of the pages and of the API, and who may use it.
func policy(ro *webkit.Router, programs *api.Server) []webpeople.Rule {
	var out []webpeople.Rule
	for _, r := range ro.Routes() {
		out = append(out, webpeople.Rule{Route: r.Pattern, Access: r.Access})
	}
	for _, r := range programs.Routes() {
		access, scope := webkit.SignedIn, ""
		switch roles := r.Access.Roles(); {
		case r.Access == apikit.Public:
			access = webkit.Public
		case len(roles) > 0:
			access = webkit.AnyOf(roles...)
		}
		if slices.Contains(identity.Scopes(), string(r.Access.Scope())) {
			scope = string(r.Access.Scope())
		}
		out = append(out, webpeople.Rule{Route: r.Method + " " + api.Prefix + strings.TrimPrefix(r.Path, api.Prefix), Access: access, Scope: scope})
	}
	return out
}

// unnamed stands for a client in a limit's file: a sum that only this server can
// make, so that no address is kept.
func (a *App) unnamed(client string) string { return a.Box.Sum("client", "", client) }

// allows asks a limiter without the time to wait.
func (a *App) allows(l *httpkit.RateLimiter) func(string) bool {
	return func(client string) bool {
		_, ok := l.Allow(a.unnamed(client))
		return ok
	}
}

func (a *App) kit(realm org.Realm) (*webkit.Kit, error) {
	return webkit.New(webkit.Options{
		Files: web.Files, Texts: a.Texts, Calendar: a.Calendar, Now: a.Now, Log: a.Log, Site: realm.Name,
		Session: func(ctx context.Context, token string) (identity.Actor, error) {
			return a.Identity.Session(ctx, realm.ID, token)
		},
		Public: slices.Concat(webpublic.Menu(), webcommitment.Menu(), webadmission.Menu(), webexample.Menu(), decidingMenu()),
		Desk:   slices.Concat(webdesk.Menu(), decidingDeskMenu(), webrelease.Menu(), webaccount.Menu(), webfigures.Menu(), webrules.Menu(), webintake.Menu(), webadmission.DeskMenu(), webexample.DeskMenu(), webrelay.Menu(), webpeople.Menu(), websight.Menu(), weboversight.Menu(), webrights.Menu(), webprovider.Menu()),
	})
}

// limiter allows so many a minute for each key; below zero, any number.
func (a *App) limiter(name string, perMinute int) *httpkit.RateLimiter {
	if perMinute < 0 {
		return httpkit.NewRateLimiter(a.Now, time.Nanosecond, unlimited, limitClients)
	}
	return a.Limits.Limiter(name, limitMinute/time.Duration(max(perMinute, 1)), max(perMinute, 1), limitClients)
}

// client names the network that a request comes from.
func (a *App) client(proxies []netip.Prefix) func(*http.Request) string {
	return func(r *http.Request) string { return httpkit.Network(httpkit.ClientIP(r, proxies)) }
}

// background tells the queue what there is to do besides answering requests.
func (a *App) background() error {
	mailer, err := a.mailer()
	if err != nil {
		return err
	}
	a.Listen()
	a.Intake.Work(a.Queue)
	a.Figures.Work(a.Queue)
	notify.Deliver(a.Queue, mailer, a.Texts, a.Config.PublicURL)
	a.Files.Work(a.Queue)
	a.Queue.Handle(retention.Scrub, a.scrub)
	a.Queue.Every("retention.run", retainEvery, a.retain)
	a.Queue.Every("matter.expire", expireEvery, a.expire)
	a.Queue.Every("admission.expire", sweepEvery, a.review)
	a.Queue.Every("poll.expire", expireEvery, a.countVotes)
	a.Queue.Every("proceeding.expire", sweepEvery, a.advance)
	a.Queue.Every("disclosure.watch", limitMinute, a.watchBoard)
	a.Queue.Every("evaluation.count", countEvery, a.count)
	a.Queue.Every("ledger.sequence", takeEvery, a.take)
	a.Queue.Every("calendar.follow", followEvery, a.follow)
	a.Queue.Every("sweep", sweepEvery, a.sweep)
	a.Queue.Every("files.collect", collectEvery, a.collect)
	a.Queue.Every("matter.cover", sweepEvery, a.cover)
	a.Queue.Every("limits.keep", limitMinute, func(context.Context) error { return a.Limits.Save() })
	return nil
}

// Listen has those hear of events who are to.
func (a *App) Listen() {
	outbox.Deliver(a.Queue, map[string][]outbox.Subscriber{
		"edition.published":    {a.hearCalendar},
		identity.GlassBroken:   {a.tellAuditors},
		passkey.Locked:         {a.tellOwner},
		"sight.alarmed":        {a.tellAlarmed},
		"sight.asked":          {a.tellAsked},
		"sight.answered":       {a.tellAsked},
		"sight.judged":         {a.tellAsked},
		"disclosure.objected":  {a.hearObjections, a.Oversight.Hear},
		"proceeding.moved":     {a.tellLate, a.Oversight.Hear},
		"proceeding.started":   {a.Oversight.Hear},
		"disclosure.posted":    {a.Oversight.Hear},
		"disclosure.ended":     {a.Oversight.Hear},
		"disclosure.withdrawn": {a.Oversight.Hear},
		"gathering.called":     {a.tellInvited, a.adoptGathering},
		"survey.opened":        {a.adoptSurvey},
		"gathering.changed":    {a.tellInvited, a.Oversight.Hear},
		"gathering.resolved":   {a.promiseResolved},
		"matter.covered":       {a.Docket.IndexReported},
		relay.RevealAsked:      {a.tellDesk},
		relay.RevealDecided:    {a.tellAsker},
		relay.Written:          {a.writeLetters},
		relay.Answered:         {a.tellAnswered},
		relay.CallMade:         {a.tellCalled},
		"matter.reported":      {a.Docket.IndexReported, a.Figures.Hear},
		"matter.moved":         {a.Docket.IndexMoved, a.tellHandlers, a.tellEscalated, a.Matters.CloseMerged, a.Figures.Hear},
	})
}

func (a *App) mailer() (gateway.Mailer, error) {
	if a.Config.MailHost == "" {
		return gateway.Folder{Path: filepath.Join(a.Config.Data, "mail"), From: a.Config.MailFrom}, nil
	}
	password, err := a.Config.mailPassword()
	return gateway.SMTP{
		Host: a.Config.MailHost, Port: a.Config.MailPort, User: a.Config.MailUser, Password: password,
		From: a.Config.MailFrom, TLS: a.Config.MailTLS,
	}, err
}

// expire makes the moves of matters whose term has run out, in every realm.
func (a *App) expire(ctx context.Context) error {
	var failures []error
	for _, realm := range a.realms() {
		n, err := a.Matters.Expire(ctx, realm)
		if n > 0 {
			a.Log.Info("terms ran out", "realm", realm, "matters", n)
		}
		failures = append(failures, err)
	}
	return errors.Join(failures...)
}

// countVotes counts the votes and surveys that have reached their closing instant, in every realm.
func (a *App) countVotes(ctx context.Context) error {
	var failures []error
	for _, realm := range a.realms() {
		_, err := a.Polls.Expire(ctx, realm)
		_, bad := a.Surveys.Expire(ctx, realm)
		failures = append(failures, err, bad)
	}
	return errors.Join(failures...)
}

// review makes the moves of the grids' tasks, and of requests about personal data,
// whose term has run out, in every realm.
func (a *App) review(ctx context.Context) error {
	var failures []error
	for _, realm := range a.realms() {
		_, err := a.Tasks.Expire(ctx, realm)
		_, late := a.Rights.Expire(ctx, realm)
		failures = append(failures, err, late)
	}
	return errors.Join(failures...)
}

// countShare is which part of the time counting may take: where a month has very
// many matters, statistics follow a little later and the desk stays quick.
const countShare = 20

// count brings the statistics of every realm up to date.
func (a *App) count(ctx context.Context) error {
	begin := clock.System()
	if begin.UnixMicro() < a.countFrom.Load() {
		return nil
	}
	defer func() {
		end := clock.System()
		a.countFrom.Store(end.Add(countShare * end.Sub(begin)).UnixMicro())
	}()
	var failures []error
	for _, realm := range a.realms() {
		_, err := a.Figures.Count(ctx, realm)
		failures = append(failures, err)
	}
	return errors.Join(failures...)
}

// take takes audit entries into the log of every realm.
func (a *App) take(ctx context.Context) error {
	var failures []error
	for _, realm := range a.realms() {
		_, err := a.Ledger.Sequence(ctx, realm)
		failures = append(failures, err)
	}
	return errors.Join(failures...)
}

// cover covers what the classes of matters of before keep back, in every realm.
func (a *App) cover(ctx context.Context) error {
	var failures []error
	for _, realm := range a.realms() {
		n, err := a.Matters.Cover(ctx, realm)
		if n > 0 {
			a.Log.Info("words were covered", "realm", realm, "matters", n)
		}
		failures = append(failures, err)
	}
	return errors.Join(failures...)
}

// sweep removes what nobody will ask for any more.
func (a *App) sweep(ctx context.Context) error {
	var failures []error
	for _, realm := range a.realms() {
		_, err := a.Files.Sweep(ctx, realm, a.Now().Add(-orphanAge))
		failures = append(failures, err, a.Identity.Sweep(ctx, realm), a.Intake.Sweep(ctx, realm), a.Sight.Sweep(ctx, realm), a.Relay.Sweep(ctx, realm))
	}
	return errors.Join(failures...)
}

// collect removes files of photos that no row knows, in every realm.
func (a *App) collect(ctx context.Context) error {
	var failures []error
	for _, realm := range a.realms() {
		n, err := a.Files.Collect(ctx, realm, a.Now().Add(-orphanAge))
		if n > 0 {
			a.Log.Info("files without a row were removed", "realm", realm, "files", n)
		}
		failures = append(failures, err)
	}
	return errors.Join(failures...)
}
