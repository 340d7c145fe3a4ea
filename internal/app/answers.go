// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package app

import (
	"context"
	"encoding/json"

	"pavilion/internal/civic/evaluation"
	"pavilion/internal/civic/matter/kind"
	"pavilion/internal/core/edition"
	"pavilion/internal/core/org"
)

// places answers what evaluation asks of the tree of areas.
type places struct{ org *org.Service }

// Profile is that of the area, or of the nearest one above it that has one.
func (p places) Profile(realm string, place int64) string {
	area, ok := p.org.AreaAt(realm, place)
	for ok && area.Profile == "" {
		area, ok = p.org.Area(realm, area.Parent)
	}
	return area.Profile
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
	return out
}
