// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package poll

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/form"
	"pavilion/internal/platform/db"
)

// Cast is a secret ballot with a credential.
type Cast struct {
	Realm  string
	ID     string
	Secret string // the credential
	Choice string
	Nonce  string // drawn for the voter's page
	Mark   string // the voter's own word; may be empty
}

// Receipt is what the voter keeps. It says nothing of the choice.
type Receipt struct {
	Code  string // under which the ballot is listed after counting
	Again bool   // it was there already: the same sent twice
}

const (
	leastNonce = 16
	maxNonce   = 64
	maxMark    = 40
)

// Cast spends the credential and puts the ballot into the urn: both or neither. The
// same ballot sent again is told so. It fails with Missing for a credential that
// there is not, with Conflict naming the channel for one that is spent, and after
// closing by this server's clock at the moment of keeping. Audit and log hold
// nothing of it.
func (s *Service) Cast(ctx context.Context, c Cast) (out Receipt, err error) {
	mark, err := form.CleanText(c.Mark, false)
	if err != nil || len([]rune(mark)) > maxMark {
		return out, fault.New(fault.Invalid, "poll.mark").At("mark")
	}
	if len(c.Nonce) < leastNonce || len(c.Nonce) > maxNonce {
		return out, fault.New(fault.Invalid, "poll.nonce")
	}
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		out = Receipt{Code: TrackingCode(c.ID, c.Nonce, mark)}
		p, key, _, err := find(ctx, tx, c.Realm, c.ID)
		switch {
		case err != nil:
			return err
		case !p.Takes(s.Now()):
			return fault.New(fault.Conflict, "poll.closed")
		case !p.Secret:
			return fault.New(fault.Conflict, "poll.is_open")
		}
		if err := errors.Join(p.chosen(c.Choice), p.by(Online)); err != nil {
			return err
		}
		hash, place := hashOf(p.Realm, p.ID, c.Secret), slot(p.ID, c.Nonce, mark)
		spent, err := spendByHash(ctx, tx, p, hash, Online)
		if err != nil {
			return err
		}
		if !spent {
			out.Again = true
			return s.spent(ctx, tx, p, hash, place)
		}
		return s.drop(ctx, tx, p, key, place, Ballot{out.Code, c.Choice})
	})
	if err != nil {
		return Receipt{}, fmt.Errorf("cast: %w", err)
	}
	return out, nil
}

// drop puts a ballot into the urn.
func (s *Service) drop(ctx context.Context, tx *db.Tx, p Poll, key, place string, b Ballot) error {
	lock, err := s.lock(p, key)
	if err != nil {
		return err
	}
	closed, err := closeBallot(lock, p, place, b)
	if err != nil {
		return err
	}
	made, err := insertUrn(ctx, tx, p, place, closed)
	if err == nil && !made {
		err = fault.New(fault.Conflict, "poll.code_taken") // two voters were given one page
	}
	return err
}

// spent says why a credential could not be spent, and nothing if this very ballot
// had come before.
func (s *Service) spent(ctx context.Context, tx *db.Tx, p Poll, hash, place string) error {
	v, err := voterByHash(ctx, tx, p, hash)
	if err != nil {
		return err
	}
	if v.Channel == Online && place != "" {
		there, err := inUrn(ctx, tx, p, place)
		if err != nil || there {
			return err
		}
	}
	return taken(v)
}

// taken says by which channel somebody has voted.
func taken(v Voter) error {
	switch {
	case v.Aside:
		return fault.New(fault.Conflict, "poll.aside")
	case v.Channel == "":
		return fault.New(fault.Conflict, "poll.closed")
	}
	return fault.New(fault.Conflict, "poll.spent_"+string(v.Channel))
}

// ballotSize is the length to which each ballot is filled up, so that closed ones
// differ in nothing that shows.
const ballotSize = 96

func closeBallot(l locker, p Poll, place string, b Ballot) (string, error) {
	plain, err := json.Marshal(b)
	if err != nil {
		return "", err
	}
	filled := string(plain) + strings.Repeat(" ", max(0, ballotSize-len(plain)))
	return l.Seal(p.name()+"/"+place, []byte(filled))
}

func openBallot(box opener, p Poll, place, closed string) (b Ballot, err error) {
	plain, err := box.Open(closed, p.name()+"/"+place)
	if err != nil {
		return b, err
	}
	return b, json.Unmarshal(plain, &b)
}
