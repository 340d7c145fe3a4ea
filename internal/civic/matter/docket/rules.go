// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package docket

import (
	"math"
	"slices"
	"time"

	"pavilion/internal/base/geo"
)

// likeness of two reports, in parts that can be said. Each is between 0 and 1.
type likeness struct {
	place float64 // how near
	kind  float64 // the same type, or the same second level
	time  float64 // how recent
	words float64 // how much of the text is shared
}

// Weights of the parts. Basis: local default; a suggestion is advice with a
// visible reason, and a person decides.
const (
	placeWeight = 0.35
	kindWeight  = 0.25
	wordsWeight = 0.30
	timeWeight  = 0.10
	alikeFrom   = 0.55 // suggested from this sum on
)

const (
	nearBy    = 50.0  // metres that count as the same place
	farAway   = 500.0 // metres from which on nothing counts as near
	longAgo   = 90 * 24 * time.Hour
	likeWords = 0.2 // of shared words, from which they are given as a reason
)

func (l likeness) sum() float64 {
	return placeWeight*l.place + kindWeight*l.kind + wordsWeight*l.words + timeWeight*l.time
}

// reasons names what makes two reports alike.
func (l likeness) reasons() []string {
	var out []string
	for _, r := range []struct {
		is   bool
		name string
	}{{l.place >= 0.5, "place"}, {l.kind >= 0.5, "kind"}, {l.words >= likeWords, "words"}, {l.time >= 0.5, "time"}} {
		if r.is {
			out = append(out, r.name)
		}
	}
	return out
}

// nearness is 1 within nearBy and falls to 0 at farAway. Without two points, the
// same smallest area counts half.
func nearness(a, b *geo.Point, sameArea bool) float64 {
	if a == nil || b == nil {
		if sameArea {
			return 0.5
		}
		return 0
	}
	d := metres(*a, *b)
	return min(1, max(0, (farAway-d)/(farAway-nearBy)))
}

// metres is how far two points are apart, near enough for a town.
func metres(a, b geo.Point) float64 {
	const degree = 111_320
	x := (a.Lon - b.Lon) * degree * math.Cos(a.Lat*math.Pi/180)
	y := (a.Lat - b.Lat) * degree
	return math.Hypot(x, y)
}

// sameKind is 1 for one type, 0.5 for one second level, 0.3 while one is not known.
func sameKind(a, b string) float64 {
	switch {
	case a == "" || b == "":
		return 0.3
	case a == b:
		return 1
	case a[:4] == b[:4]:
		return 0.5
	default:
		return 0
	}
}

// recency is 1 for what was reported this moment and falls to 0 at longAgo.
func recency(then, now time.Time) float64 {
	return min(1, max(0, 1-float64(now.Sub(then))/float64(longAgo)))
}

// shared is which part of the shorter of two texts, in grams, the other has too.
func shared(a, b []string) float64 {
	if len(a) == 0 || len(b) == 0 {
		return 0
	}
	if len(a) > len(b) {
		a, b = b, a
	}
	n := 0
	for _, g := range a {
		if slices.Contains(b, g) {
			n++
		}
	}
	return float64(n) / float64(len(a))
}
