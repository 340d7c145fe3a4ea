// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package evaluation says what the procedures' events add up to: how many cases
// there were, and how they were dealt with. Facts come from events alone; what an
// indicator counts is data in editions; counts are kept by month, so that a page
// costs the same however much history there is.
//
//	evaluation.go  the service, periods and the questions pages ask
//	fact.go        a case, folded from its events
//	measure.go     what can be counted of a case
//	indicator.go   definitions of indicators, as data
//	rules.go       rates, scores and what is held back (no I/O)
//	hear.go        taking in events
//	count.go       making the counts of a month
//	store*.go      the only SQL
package evaluation

import (
	"context"
	"log/slog"
	"time"

	"pavilion/internal/base/clock"
	"pavilion/internal/core/edition"
	"pavilion/internal/core/ledger"
	"pavilion/internal/platform/blob"
	"pavilion/internal/platform/db"
)

// Places names the areas that cases lie in. App fills it from the tree of areas.
type Places interface {
	// Profile is what sort of place it is, such as "park"; empty for an ordinary one.
	Profile(realm string, place int64) string
	// Whole is where the realm begins and ends in the order of places.
	Whole(realm string) (lo, hi int64)
	// Name is what the area that begins at a place is called.
	Name(realm string, place int64) string
}

// Service keeps facts and counts.
type Service struct {
	DB       *db.DB
	Now      clock.Clock
	Log      *slog.Logger
	Zone     *time.Location
	Editions *edition.Service
	Places   Places
	Cases    Cases
	Ledger   *ledger.Service
	Blobs    *blob.Dir

	reader *edition.Reader[*Book]
}

// New returns a service over the parts given; its definitions are those in force.
func New(s Service) *Service {
	s.reader = edition.NewReader(s.Editions, Edition, Parse)
	return &s
}

// Book returns the definitions in force in a realm now.
func (s *Service) Book(ctx context.Context, realm string) (*Book, int, error) {
	return s.reader.At(ctx, realm, s.Now())
}

// Dimension is what counts are told apart by.
type Dimension string

// The dimensions. Town, Place and Body count cases by where they lie and who had
// them; Kind by the six digits of the type, Class by the first two.
const (
	All     Dimension = "all"
	Town    Dimension = "town"
	Place   Dimension = "place" // within a town
	Body    Dimension = "body"
	Class   Dimension = "class"
	Kind    Dimension = "kind" // within a class
	Channel Dimension = "channel"
	Profile Dimension = "profile"
)

// Dimensions lists them in the order in which pages offer them.
func Dimensions() []Dimension { return []Dimension{Town, Body, Class, Channel, Profile} }

// Ask is what somebody wants to know.
type Ask struct {
	Realm  string
	Period Period
	By     Dimension
	Within string // for Place the town, for Kind the class
}

// Figure is one indicator for one part.
type Figure struct {
	Indicator Indicator
	Rate      Rate
}

// Line is one part of a breakdown with all its figures, in the order of the
// definitions.
type Line struct {
	Part    string // id, code or name of the part; empty for all
	Figures []Figure
	Scores  []Score
}

// Answer is a breakdown, its definitions' edition, and how old its counts are.
type Answer struct {
	Edition int
	AsOf    time.Time // the oldest of the counts; zero if there are none
	Lines   []Line
}

// Figures answers what somebody wants to know from the counts of the months.
func (s *Service) Figures(ctx context.Context, a Ask) (Answer, error) {
	book, number, err := s.Book(ctx, a.Realm)
	if err != nil {
		return Answer{}, err
	}
	counts := map[string]map[string]int{}
	out := Answer{Edition: number}
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		if counts, err = sums(ctx, tx, a); err != nil {
			return err
		}
		out.AsOf, err = asOf(ctx, tx, a.Realm, a.Period)
		return err
	})
	for _, part := range parts(counts) {
		line := Line{Part: part}
		for _, i := range book.Indicators {
			line.Figures = append(line.Figures, Figure{i, i.rate(counts[part])})
		}
		line.Scores = book.scores(line.Figures)
		out.Lines = append(out.Lines, line)
	}
	return out, err
}

// Trend is one indicator month by month.
func (s *Service) Trend(ctx context.Context, realm string, p Period) (map[Month][]Figure, error) {
	book, _, err := s.Book(ctx, realm)
	if err != nil {
		return nil, err
	}
	var byMonth map[Month]map[string]int
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		byMonth, err = monthly(ctx, tx, realm, p)
		return err
	})
	out := map[Month][]Figure{}
	for m, counts := range byMonth {
		for _, i := range book.Indicators {
			out[m] = append(out[m], Figure{i, i.rate(counts)})
		}
	}
	return out, err
}
