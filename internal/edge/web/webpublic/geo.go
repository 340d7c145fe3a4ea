// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webpublic

import (
	"encoding/json"
	"net/http"
	"strconv"

	"pavilion/internal/base/geo"
	"pavilion/internal/base/page"
	"pavilion/internal/core/org"
)

// feature is one thing on a map.
type feature struct {
	Type       string            `json:"type"`
	Properties map[string]string `json:"properties"`
	Geometry   json.RawMessage   `json:"geometry"`
}

// collection is what a map reads.
type collection struct {
	Type     string    `json:"type"`
	Features []feature `json:"features"`
}

// grids gives the map the outlines of the areas, and says which are synthetic.
// They change when the areas do: the version is the page's tag.
func (p *Pages) grids(w http.ResponseWriter, r *http.Request) error {
	tag := `"` + strconv.FormatInt(p.Org.Version(p.Realm), 36) + `"`
	w.Header().Set("ETag", tag)
	w.Header().Set("Cache-Control", "no-cache")
	if r.Header.Get("If-None-Match") == tag {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	out := collection{Type: "FeatureCollection", Features: []feature{}}
	for _, a := range p.Org.Shaped(p.Realm) {
		out.Features = append(out.Features, feature{"Feature", properties(a), json.RawMessage(a.Shape.GeoJSON())})
	}
	return writeJSON(w, out)
}

func properties(a org.Area) map[string]string {
	return map[string]string{"name": a.Name, "kind": a.Kind, "synthetic": strconv.FormatBool(a.Synthetic)}
}

// maxPoints is how many of the latest public matters the map shows.
const maxPoints = 500

// points gives the map the latest public matters, each moved to the middle of
// its grid: where exactly somebody reported is not public.
func (p *Pages) points(w http.ResponseWriter, r *http.Request) error {
	list, err := p.Docket.Public(r.Context(), p.Realm, 0, 0, page.Cursor{}, maxPoints)
	if err != nil {
		return err
	}
	t := p.Kit.Printer(p.Kit.LanguageOf(r))
	out := collection{Type: "FeatureCollection", Features: []feature{}}
	for _, m := range list.Items {
		area, ok := p.Org.Area(p.Realm, m.Area)
		if !ok || len(area.Shape) == 0 {
			continue
		}
		at, err := json.Marshal(map[string]any{"type": "Point", "coordinates": middle(area.Shape)})
		if err != nil {
			return err
		}
		out.Features = append(out.Features, feature{"Feature", map[string]string{
			"title": p.Type(t, m.Type), "state": t.T("matter.state." + string(m.State)), "href": "/matters?area=" + m.Area,
		}, at})
	}
	w.Header().Set("Cache-Control", "no-cache")
	return writeJSON(w, out)
}

// middle is the middle of a shape's bounds.
func middle(shape geo.MultiPolygon) [2]float64 {
	low, high := shape.Bounds()
	return [2]float64{(low.Lon + high.Lon) / 2, (low.Lat + high.Lat) / 2}
}

func writeJSON(w http.ResponseWriter, v any) error {
	w.Header().Set("Content-Type", "application/json")
	return json.NewEncoder(w).Encode(v)
}
