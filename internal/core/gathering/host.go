// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package gathering

import (
	"context"
	"strings"

	"pavilion/internal/base/fault"
	"pavilion/internal/core/identity"
	"pavilion/internal/platform/db"
)

// Host answers for the bodies whose gatherings are kept here. app fills one for each
// beginning of a reference.
type Host interface {
	// About says what a body is. It fails with Missing for one that is not there.
	About(ctx context.Context, tx *db.Tx, realm, host string) (Body, error)
	// Due lists who should come to a gathering on its day, empty seats among them.
	Due(ctx context.Context, tx *db.Tx, g Gathering) ([]Seat, error)
	// Quorum says how a gathering stands with those who are present.
	Quorum(ctx context.Context, tx *db.Tx, g Gathering, present []string) (Quorum, error)
	// Offered lists the bodies for which somebody may call a gathering.
	Offered(ctx context.Context, by identity.Actor) ([]Body, error)
}

// Body is whose gathering it is.
type Body struct {
	Host         string // reference
	Name         string
	Sort         string // as kinds of gatherings name it
	Area         string
	Place        int64
	Notice       int    // days of notice that law sets; 0 where it sets none
	Basis        string // text that cites it
	Confidential bool   // who belongs to it is recorded as a look when it is read
	Ended        bool
}

// Seat is somebody who should come, or a seat that is empty.
type Seat struct {
	ID      string // opaque; what people are called by here
	No      int    // as on paper
	Name    string // for pages; not kept here
	Role    string // text key of what they are; empty for an ordinary member
	Account string // empty for most people
	Must    bool   // without them the gathering is incomplete
	Vacant  bool   // nobody has the seat
}

// Quorum is how a gathering stands: how many should come, how many have, and each
// bound that the rule sets. Without bounds it is met by whoever comes.
type Quorum struct {
	Due     int     `json:"due"`
	Present int     `json:"present"`
	Rule    string  `json:"rule,omitempty"`
	Bounds  []Bound `json:"bounds,omitempty"`
	Met     bool    `json:"met"`
}

// Bound is one bound of a quorum held against who has come.
type Bound struct {
	Had    int64 `json:"had"`
	Needed int64 `json:"needed"`
	Whole  int64 `json:"whole"`
	Area   bool  `json:"area,omitempty"` // in hundredths of a square metre, not people
	Holds  bool  `json:"holds"`
}

// host finds who answers for a reference.
func (s *Service) host(ref string) (Host, error) {
	begin, _, _ := strings.Cut(ref, "/")
	h := s.Hosts[begin]
	if h == nil {
		return nil, fault.New(fault.Invalid, "gathering.host_unknown").At("host")
	}
	return h, nil
}

// due lists who should come.
func (s *Service) due(ctx context.Context, tx *db.Tx, g Gathering) ([]Seat, error) {
	h, err := s.host(g.Host)
	if err != nil {
		return nil, err
	}
	return h.Due(ctx, tx, g)
}

// Offered lists the bodies for which somebody may call a gathering.
func (s *Service) Offered(ctx context.Context, by identity.Actor) (out []Body, err error) {
	for _, name := range []string{"assembly", "body"} {
		h := s.Hosts[name]
		if h == nil {
			continue
		}
		some, err := h.Offered(ctx, by)
		if err != nil {
			return nil, err
		}
		for _, b := range some {
			if s.MayChair(by, b.Place) && !b.Ended {
				out = append(out, b)
			}
		}
	}
	return out, nil
}
