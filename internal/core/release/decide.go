// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package release

import (
	"context"
	"fmt"

	"pavilion/internal/base/fault"
	"pavilion/internal/core/identity"
	"pavilion/internal/platform/db"
)

// Act is what somebody decides on a draft.
type Act string

// The acts.
const (
	Release  Act = "release"
	Return   Act = "return"   // to its author, with a reason
	Withdraw Act = "withdraw" // with a reason: before, so that it never becomes public; after, shown in its place
)

// Decide is somebody deciding on a draft.
type Decide struct {
	Realm, ID string
	Revision  int // as they saw it
	Act       Act
	Reason    string // of a return or withdrawal, and of a release with finds
	Seen      string // of a release of a draft with a file: that file, by whoever has shown it
	By        identity.Actor
}

// Decide carries out a decision. It fails with Denied for who may not make it: who
// wrote a version of a draft does not release it. It fails with Invalid without a
// reason where one is needed, with Conflict if the state forbids it or there are
// traces that never may be public, or a file that was not looked at, with Stale if the draft was changed, and with
// Missing for who may not see it.
func (s *Service) Decide(ctx context.Context, c Decide) (d Draft, err error) {
	err = s.DB.InTx(ctx, func(tx *db.Tx) (err error) {
		d, err = s.decide(ctx, tx, c)
		return err
	})
	if err != nil {
		return Draft{}, fmt.Errorf("%s draft %s: %w", c.Act, c.ID, err)
	}
	return d, nil
}

// DecideAll decides on several drafts, each by itself: one that fails leaves the
// others as they are. The answers have the order of the commands.
func (s *Service) DecideAll(ctx context.Context, list []Decide) []error {
	out := make([]error, len(list))
	for i, c := range list {
		_, out[i] = s.Decide(ctx, c)
	}
	return out
}

func (s *Service) decide(ctx context.Context, tx *db.Tx, c Decide) (Draft, error) {
	d, err := s.claim(ctx, tx, c.Realm, c.ID, c.Revision, c.By)
	if err != nil {
		return d, err
	}
	switch c.Act {
	case Release:
		return s.release(ctx, tx, d, c)
	case Return:
		return s.hold(ctx, tx, d, c)
	case Withdraw:
		return s.withdraw(ctx, tx, d, c)
	}
	return d, fault.New(fault.Invalid, "form.not_a_choice").At("act")
}

// release makes a draft public, in the place of the one that was.
func (s *Service) release(ctx context.Context, tx *db.Tx, d Draft, c Decide) (Draft, error) {
	if d.State != Waiting {
		return d, fault.New(fault.Conflict, "release.not_waiting")
	}
	authors, err := authors(ctx, tx, d.Realm, d.ID)
	if err != nil {
		return d, err
	}
	if err := mayRelease(c.By, d, authors, s.Now()); err != nil {
		return d, err
	}
	if Barred(d.Words) { // by what the scanner has learnt since
		return d, fault.New(fault.Conflict, "release.traces")
	}
	if d.File != c.Seen {
		return d, fault.New(fault.Conflict, "release.look_first")
	}
	kinds := Kinds(d.Words)
	if d.Reason, err = reason(c.Reason, len(kinds) > 0); err != nil {
		return d, err
	}
	if err := s.supersede(ctx, tx, d, c.By); err != nil {
		return d, err
	}
	if d, err = s.enter(ctx, tx, d, Released, c.By); err != nil {
		return d, err
	}
	if err := s.publish(ctx, tx, d); err != nil {
		return d, err
	}
	return d, s.tell(ctx, tx, d, Event{Act: "released", Version: d.Version, Kinds: kinds, Reason: d.Reason, Actor: c.By.Account, At: s.Now()})
}

// supersede ends what was public of the same subject, kind and file.
func (s *Service) supersede(ctx context.Context, tx *db.Tx, d Draft, by identity.Actor) error {
	before, err := findReleased(ctx, tx, d)
	for _, old := range before {
		if old, err = s.enter(ctx, tx, old, Superseded, by); err != nil {
			return err
		}
		if err := s.tell(ctx, tx, old, Event{Act: "superseded", Version: old.Version, Actor: by.Account, At: s.Now()}); err != nil {
			return err
		}
	}
	return err
}

// hold gives a draft back to its author.
func (s *Service) hold(ctx context.Context, tx *db.Tx, d Draft, c Decide) (Draft, error) {
	if d.State != Waiting {
		return d, fault.New(fault.Conflict, "release.not_waiting")
	}
	if !desk(c.By.RolesAt(d.Place, "", s.Now())) {
		return d, fault.New(fault.Denied, "release.not_yours")
	}
	return s.end(ctx, tx, d, Returned, "returned", c)
}

// withdraw takes a draft back, before or after it was public.
func (s *Service) withdraw(ctx context.Context, tx *db.Tx, d Draft, c Decide) (Draft, error) {
	if !d.State.Live() && d.State != Released {
		return d, fault.New(fault.Conflict, "release.decided")
	}
	if !mayWithdraw(c.By, d, s.Now()) {
		return d, fault.New(fault.Denied, "release.not_yours")
	}
	public := d.State == Released
	d, err := s.end(ctx, tx, d, Withdrawn, "withdrawn", c)
	if err == nil && public {
		err = s.publish(ctx, tx, d)
	}
	return d, err
}

// end brings a draft into a state that needs a reason.
func (s *Service) end(ctx context.Context, tx *db.Tx, d Draft, to State, act string, c Decide) (Draft, error) {
	why, err := reason(c.Reason, true)
	if err != nil {
		return d, err
	}
	d.Reason = why
	if to == Withdrawn {
		d.Words = kept(d.Words)
	}
	if d, err = s.enter(ctx, tx, d, to, c.By); err != nil {
		return d, err
	}
	return d, s.tell(ctx, tx, d, Event{Act: act, Version: d.Version, Reason: why, Actor: c.By.Account, At: s.Now()})
}

// enter stores a draft in a state that somebody decided.
func (s *Service) enter(ctx context.Context, tx *db.Tx, d Draft, to State, by identity.Actor) (Draft, error) {
	d.State, d.Decided = to, s.Now()
	if to == Released {
		d.Releaser = by.Account
	}
	err := update(ctx, tx, d)
	d.Revision++
	return d, err
}

// publish tells the owner of the subject.
func (s *Service) publish(ctx context.Context, tx *db.Tx, d Draft) error {
	if tell, ok := s.Publishers[d.Kind]; ok {
		return tell(ctx, tx, d)
	}
	return fmt.Errorf("nobody publishes drafts of kind %q", d.Kind)
}

// WhyNot says why somebody may not release a draft as it stands, or nil.
func (s *Service) WhyNot(by identity.Actor, t Trail) *fault.Error {
	var authors []string
	for _, v := range t.Versions {
		authors = append(authors, v.Author)
	}
	if t.State != Waiting {
		return fault.New(fault.Conflict, "release.not_waiting")
	}
	if f, ok := fault.As(mayRelease(by, t.Draft, authors, s.Now())); ok {
		return f
	}
	if Barred(t.Words) {
		return fault.New(fault.Conflict, "release.traces")
	}
	return nil
}

// MayRelease reports whether somebody may release a draft as it stands.
func (s *Service) MayRelease(by identity.Actor, t Trail) bool { return s.WhyNot(by, t) == nil }

// Works reports whether somebody may mend or withdraw a draft while its state
// allows it: the desk of its place, and its author.
func (s *Service) Works(by identity.Actor, d Draft) bool { return mayWithdraw(by, d, s.Now()) }
