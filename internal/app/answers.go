// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package app

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/page"
	"pavilion/internal/civic/admission"
	"pavilion/internal/civic/evaluation"
	"pavilion/internal/civic/matter"
	"pavilion/internal/civic/matter/docket"
	"pavilion/internal/civic/matter/kind"
	"pavilion/internal/civic/matter/phrase"
	"pavilion/internal/core/edition"
	"pavilion/internal/core/identity/federation"
	"pavilion/internal/core/org"
	"pavilion/internal/core/routing"
	"pavilion/internal/edge/web/webkit"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/gateway/openid"
)

// places answers what evaluation and federation ask of the tree of areas.
type places struct{ org *org.Service }

// Profile is that of the area, or of the nearest one above it that has one.
func (p places) Profile(realm string, place int64) string {
	area, ok := p.org.AreaAt(realm, place)
	for ok && area.Profile == "" {
		area, ok = p.org.Area(realm, area.Parent)
	}
	return area.Profile
}

// Whole is the interval of the realm's root.
func (p places) Whole(realm string) (lo, hi int64) {
	root, _ := p.org.Root(realm)
	return root.Lo, root.Hi
}

// Name is that of the area.
func (p places) Name(realm string, place int64) string {
	area, _ := p.org.AreaAt(realm, place)
	return area.Name
}

// cases answers what bulletins ask about matters.
type cases struct{ matters *matter.Service }

// Subject is the matter's.
func (cases) Subject(ref string) string { return matter.Subject(ref) }

// Act is that of the matter's procedure.
func (cases) Act(action string) string { return "matter." + cmp.Or(action, "reported") }

// Restricted asks the catalogue in force.
func (c cases) Restricted(realm, code string) bool {
	k, known := c.matters.Types.Current(realm).Find(code)
	return known && k.Privacy != kind.PrivacyNone && k.Privacy != kind.PrivacyOrdinary
}

// checkTypes lists what is wrong with a catalogue of types.
func checkTypes(_ context.Context, _ string, body []byte) []edition.Problem {
	b, err := kind.Parse(body)
	if err != nil {
		return []edition.Problem{{Path: "body", Key: "kind.unreadable", Params: map[string]string{"problem": err.Error()}}}
	}
	var out []edition.Problem
	for _, f := range b.Lint() {
		out = append(out, edition.Problem{Path: f.Code + "." + f.Field, Key: f.Key})
	}
	return out
}

// checkReplies lists what is wrong with templates of replies.
func (a *App) checkReplies(ctx context.Context, realm string, body []byte) []edition.Problem {
	b, err := phrase.Parse(body)
	if err != nil {
		return []edition.Problem{{Path: "body", Key: "kind.unreadable", Params: map[string]string{"problem": err.Error()}}}
	}
	actions, err := a.Matters.Wordy(ctx, realm)
	if err != nil {
		return []edition.Problem{{Path: "body", Key: "kind.unreadable", Params: map[string]string{"problem": err.Error()}}}
	}
	var codes []string
	for _, k := range a.Matters.Types.Current(realm).All() {
		codes = append(codes, k.Code)
	}
	var out []edition.Problem
	for _, f := range b.Lint(actions, codes) {
		out = append(out, edition.Problem{Path: f.Path, Key: f.Key, Params: f.Params})
	}
	return out
}

// checkIndicators lists what is wrong with definitions of indicators.
func checkIndicators(_ context.Context, _ string, body []byte) []edition.Problem {
	var b evaluation.Book
	if err := json.Unmarshal(body, &b); err != nil {
		return []edition.Problem{{Key: "edition.not_json"}}
	}
	var out []edition.Problem
	for _, f := range b.Lint() {
		out = append(out, edition.Problem{Path: f.Path, Key: f.Key})
	}
	if _, err := evaluation.Parse(body); err != nil && len(out) == 0 {
		return []edition.Problem{{Path: "body", Key: "kind.unreadable", Params: map[string]string{"problem": err.Error()}}}
	}
	return out
}

// barred says why a body must not get a type of matter, whatever the matter.
func (a *App) barred(realm string) func(code string, b org.Body) error {
	return func(code string, b org.Body) error {
		k, _ := a.Matters.Types.Current(realm).Find(code)
		return matter.Barred(k, matter.Matter{}, b)
	}
}

// recently is how many matters a draft of the routing table is tried on.
const recently = 300

// recent lists what was given out lately to those whose matters the person may
// see, each kind of it once, with how often.
func (a *App) recent(r *http.Request) ([]routing.Case, error) {
	found, err := a.Docket.List(r.Context(), webkit.ActorOf(r), docket.Filter{Ended: true}, page.Cursor{}, recently)
	if err != nil {
		return nil, err
	}
	var out []routing.Case
	at := map[[2]string]int{}
	for _, m := range found.Items {
		key := [2]string{m.Type, m.Area}
		if n, ok := at[key]; ok {
			out[n].Count++
			continue
		}
		k, _ := a.Matters.Types.Current(m.Realm).Find(m.Type)
		at[key] = len(out)
		barred := func(b org.Body) error { return matter.Barred(k, matter.Matter{}, b) }
		out = append(out, routing.Case{Ask: routing.Ask{Realm: m.Realm, Code: m.Type, Lead: k.Lead, Area: m.Area, At: m.ReportedAt, Barred: barred}, Count: 1})
	}
	return out, nil
}

// gate asks the list of the grids' tasks on behalf of matters.
type gate struct{ tasks *admission.Service }

// Admitted fails with Denied for a task that is not on the list.
func (g gate) Admitted(ctx context.Context, tx *db.Tx, a matter.Asked) error {
	return g.tasks.Admitted(ctx, tx, a.Realm, a.Type, a.Place)
}

// Refused keeps that somebody tried.
func (g gate) Refused(ctx context.Context, a matter.Asked, by string) error {
	return g.tasks.Refused(ctx, a.Realm, admission.Attempt{Code: a.Type, Body: a.Body, Place: a.Place, Actor: by})
}

// sendable answers which types of matter a grid may ever get.
type sendable struct{ types *kind.Library }

// Sendable fails for a type that departments lead or keep, whatever the list says.
func (s sendable) Sendable(ctx context.Context, realm, code string) error {
	k, ok := s.types.Current(realm).Find(code)
	if !ok {
		return fault.New(fault.Invalid, "admission.type_unknown").At("types").With("code", code)
	}
	if matter.Barred(k, matter.Matter{}, org.Body{Kind: "GRID"}) != nil {
		return fault.New(fault.Invalid, "admission.type_departments").At("types").With("code", code)
	}
	return nil
}

// nameOf answers what people who work in a realm are called; for programs and
// unknown accounts nothing.
func (a *App) nameOf(realm string) func(ctx context.Context, account string) string {
	return func(ctx context.Context, account string) string {
		who, err := a.Identity.Account(ctx, realm, account)
		if err != nil {
			return ""
		}
		return who.Name
	}
}

// outside asks providers for core/identity/federation.
type outside struct{ *openid.Client }

// Address is where a browser is sent.
func (o outside) Address(ctx context.Context, site federation.Site, q federation.Question) (string, error) {
	return o.Client.Address(ctx, openid.Site(site), openid.Question(q))
}

// From fails unless an answer may be from the site's provider.
func (o outside) From(ctx context.Context, site federation.Site, named string) error {
	return o.Client.From(ctx, openid.Site(site), named)
}

// Redeem says whom a code is about.
func (o outside) Redeem(ctx context.Context, site federation.Site, q federation.Question, code string) (federation.Subject, error) {
	who, err := o.Client.Redeem(ctx, openid.Site(site), openid.Question(q), code)
	return federation.Subject(who), err
}
