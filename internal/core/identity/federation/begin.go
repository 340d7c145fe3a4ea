// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package federation

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"time"

	"pavilion/internal/core/identity"
	"pavilion/internal/platform/db"
)

// Purpose is what a flow is for.
type Purpose string

// The purposes.
const (
	SignIn Purpose = "signin" // a session
	Bind   Purpose = "link"   // linking a subject to one's own account
	Accept Purpose = "invite" // accepting an invitation by linking a subject
	Prove  Purpose = "prove"  // proving that it is still the owner who asks
)

// Begin asks to send a browser to a provider. Next is where it goes afterwards,
// Callback where the provider sends its answer. Invite is an invitation's token.
type Begin struct {
	Realm, Provider string
	Purpose         Purpose
	Callback, Next  string
	Invite          string
	By              identity.Actor
	From            identity.Client
}

// Onward is where a browser goes now, and the token it keeps until it comes back.
type Onward struct{ Token, Address, Name string }

// flow is a sign-in on its way, as it is kept.
type flow struct {
	provider string
	purpose  Purpose
	account  string // whose link or proof
	invite   string // what is kept of an invitation
	next     string
	began    time.Time
}

// Begin begins a flow. Linking is for somebody who has proved a moment ago who they
// are, with the second factor where there is one. A network that begins many and finishes none has to wait.
func (s *Service) Begin(ctx context.Context, c Begin) (Onward, error) {
	f := flow{provider: c.Provider, purpose: c.Purpose, next: c.Next, began: s.Now()}
	switch c.Purpose {
	case Bind:
		if err := s.mayBind(ctx, c.By); err != nil {
			return Onward{}, err
		}
		f.account = c.By.Account
	case Prove:
		f.account = c.By.Account
	case Accept:
		kept, err := s.Identity.KeptInvite(ctx, c.Realm, c.Invite)
		if err != nil {
			return Onward{}, err
		}
		f.invite = kept
	}
	p, err := s.Provider(ctx, c.Realm, c.Provider)
	if err != nil {
		return Onward{}, err
	}
	if !p.Active {
		return Onward{}, errClosed
	}
	if err := s.Identity.AdmitFrom(ctx, c.Realm, c.From); err != nil {
		return Onward{}, err
	}
	token := newToken()
	site := Site{Issuer: p.Issuer, ID: p.Client, Callback: c.Callback}
	to, err := s.Outside.Address(ctx, site, question(token, c.Purpose == Prove, p.Strong))
	if err != nil {
		return Onward{}, fmt.Errorf("begin sign-in by provider: %w", err)
	}
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		return insertFlow(ctx, tx, c.Realm, digest(token), f, f.began.Add(onItsWay))
	})
	if err != nil {
		return Onward{}, fmt.Errorf("begin sign-in by provider: %w", err)
	}
	return Onward{Token: token, Address: to, Name: p.Name}, nil
}

// mayBind fails unless the actor may add a way in to their account.
func (s *Service) mayBind(ctx context.Context, by identity.Actor) error {
	if by.Anonymous() {
		return errOther
	}
	return s.DB.View(ctx, func(tx *db.Tx) error { return identity.ProvedFully(ctx, tx, by, s.Now()) })
}

// newToken returns 256 random bits.
func newToken() string {
	b := make([]byte, 32)
	rand.Read(b)
	return base64.RawURLEncoding.EncodeToString(b)
}
