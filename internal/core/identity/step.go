// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package identity

import (
	"context"
	"fmt"
	"slices"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/platform/db"
)

// Client is what a sign-in comes from. Agent is the browser's name for itself,
// of which only the family is kept.
type Client struct{ IP, Agent string }

// Step says what a right password has led to.
type Step string

// The steps.
const (
	In    Step = "in"    // a session
	Code  Step = "code"  // half a session: the second factor is asked for
	Enrol Step = "enrol" // half a session: a second factor has to be set up first
)

// Entry is what a right password opens: the token of a session, or of half a
// session, which lasts five minutes and is good for the next step only.
type Entry struct {
	Token string
	Step  Step
}

// Half is who stands between password and session.
type Half struct {
	Actor Actor // without grants
	Login string
	Step  Step
}

// half is half a session as it is kept.
type half struct {
	account, agent, network, via string
	expires                      time.Time
}

var (
	errProve    = fault.New(fault.Denied, "identity.prove_first")
	errRequired = fault.New(fault.Denied, "identity.factor_required")
	errThere    = fault.New(fault.Conflict, "identity.factor_there")
	errFactor   = fault.New(fault.Denied, "identity.factor_wanted")
)

// ProvedLately fails with the fault identity.prove_first unless the actor gave
// password or code in this session within the last ten minutes. What does much
// harm in the wrong hands asks for it first. The system need not.
func (a Actor) ProvedLately(now time.Time) error {
	if a.Account == systemAccount || !a.Proved.IsZero() && now.Sub(a.Proved) < proofLasts {
		return nil
	}
	return errProve
}

// MakeFactorsOptional exempts a realm from the rule that administrators and
// auditors sign in with two factors: it is for realms whose people are fictional.
func (s *Service) MakeFactorsOptional(ctx context.Context, realm string) error {
	return s.DB.InTx(ctx, func(tx *db.Tx) error { return insertOptional(ctx, tx, realm) })
}

// RequiresFactor reports whether an account has to have a second factor: it has a
// privileged role and the realm is not exempt.
func RequiresFactor(ctx context.Context, tx *db.Tx, realm, account string, now time.Time) (bool, error) {
	optional, err := factorsOptional(ctx, tx, realm)
	if err != nil || optional {
		return false, err
	}
	grants, err := grantsOf(ctx, tx, realm, account, now)
	return slices.ContainsFunc(grants, func(g Grant) bool { return g.Live(now) && g.Role.privileged() }), err
}

// KeepsFactor fails where the actor has to have a second factor and has none left
// that works. It is asked after one was removed, in the same transaction; the
// account is locked, so that of two who remove the last two only one can.
func KeepsFactor(ctx context.Context, tx *db.Tx, by Actor, now time.Time) error {
	if n, err := lockEnabled(ctx, tx, by.Realm, by.Account); err != nil || n == 0 {
		return failed(err, errOut)
	}
	must, err := RequiresFactor(ctx, tx, by.Realm, by.Account, now)
	if err != nil || !must {
		return err
	}
	works, err := factorWorks(ctx, tx, by.Realm, by.Account)
	if err == nil && !works {
		err = errRequired
	}
	return err
}

// ProvedFully fails like ProvedLately, and also where the account has a second
// factor and the actor's session was opened without.
func ProvedFully(ctx context.Context, tx *db.Tx, by Actor, now time.Time) error {
	if err := by.ProvedLately(now); err != nil || by.Strong || by.system() {
		return err
	}
	has, err := hasFactor(ctx, tx, by.Realm, by.Account)
	if err == nil && has {
		err = errProve
	}
	return err
}

// Administers fails unless by administers the places of all that the account has
// been granted.
func (s *Service) Administers(ctx context.Context, tx *db.Tx, by Actor, realm, account string) error {
	return s.mayAdminister(ctx, tx, by, realm, account, s.Now())
}

// nextStep says what is still missing after a right password.
func nextStep(ctx context.Context, tx *db.Tx, realm, account string, now time.Time) (Step, error) {
	has, err := hasFactor(ctx, tx, realm, account)
	if err != nil || has {
		return Code, err
	}
	must, err := RequiresFactor(ctx, tx, realm, account, now)
	if must {
		return Enrol, err
	}
	return In, err
}

// Half returns who half a session belongs to. It fails with the fault
// identity.signed_out when it was used, is five minutes old, or the account is
// disabled. A session's token is none.
func (s *Service) Half(ctx context.Context, realm, token string) (h Half, err error) {
	now := s.Now()
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		h.Actor, h.Login, err = halfByToken(ctx, tx, realm, digest(token), now)
		if err != nil {
			return err
		}
		h.Step = Enrol
		has, err := hasFactor(ctx, tx, realm, h.Actor.Account)
		if has {
			h.Step = Code
		}
		return err
	})
	if err != nil {
		return Half{}, fmt.Errorf("read half session: %w", err)
	}
	return h, nil
}

// Finish turns half a session into one that was opened with two factors, and
// returns its token. The half is spent.
func (s *Service) Finish(ctx context.Context, tx *db.Tx, realm, account, token string) (string, error) {
	now := s.Now()
	if n, err := lockEnabled(ctx, tx, realm, account); err != nil || n == 0 {
		return "", failed(err, errOut)
	}
	h, err := spendHalf(ctx, tx, realm, account, digest(token), now)
	if err != nil {
		return "", err
	}
	s.noteEntry(ctx, tx, realm, h.account, h.via, true)
	fresh := newToken()
	return fresh, insertSession(ctx, tx, realm, digest(fresh), session{
		account: h.account, created: now, seen: now, expires: now.Add(absolute), proved: now,
		agent: h.agent, network: h.network, via: h.via, strong: true,
	})
}

// FinishFirst does the same for somebody who sets up their first second factor on
// the way. It fails where there is one: who has the password alone must not add
// another. It is called before the factor is kept.
func (s *Service) FinishFirst(ctx context.Context, tx *db.Tx, realm, account, token string) (string, error) {
	if n, err := lockEnabled(ctx, tx, realm, account); err != nil || n == 0 {
		return "", failed(err, errOut)
	}
	has, err := hasFactor(ctx, tx, realm, account)
	if err == nil && has {
		err = errThere
	}
	if err != nil {
		return "", err
	}
	return s.Finish(ctx, tx, realm, account, token)
}

// Attempt is an attempt to sign in with a passkey alone, counted before it is
// looked at.
type Attempt struct {
	realm   string
	counted []gate
	from    Client
}

// AdmitKey counts an attempt at the gates of a password, with the passkey in the
// login's place, or says how long to wait.
func (s *Service) AdmitKey(ctx context.Context, realm, passkey string, from Client) (Attempt, error) {
	counted, err := s.admit(ctx, realm, gates("passkey\x00"+passkey, network(from.IP)))
	return Attempt{realm: realm, counted: counted, from: from}, err
}

// Enter opens a session, with two factors, for the account of a passkey that was
// right, and returns its token. A disabled account has none.
func (s *Service) Enter(ctx context.Context, tx *db.Tx, a Attempt, account string) (string, error) {
	now, fresh := s.Now(), newToken()
	if n, err := lockEnabled(ctx, tx, a.realm, account); err != nil || n == 0 {
		return "", failed(err, errOut)
	}
	if err := giveBack(ctx, tx, a.realm, a.counted, now); err != nil {
		return "", err
	}
	s.note(ctx, tx, a.realm, account, "identity.signed_in", Actor{Account: account}, now, map[string]any{"factors": 2, "with": "passkey"})
	return fresh, insertSession(ctx, tx, a.realm, digest(fresh), session{
		account: account, created: now, seen: now, expires: now.Add(absolute), proved: now,
		agent: family(a.from.Agent), network: network(a.from.IP), strong: true,
	})
}

// EndEverywhere ends all sessions of an account and all that stand half-way.
func (s *Service) EndEverywhere(ctx context.Context, tx *db.Tx, realm, account string) error {
	return endSessions(ctx, tx, realm, account, "", s.Now())
}

// failed is err, or otherwise where there is none.
func failed(err, otherwise error) error {
	if err != nil {
		return err
	}
	return otherwise
}

// Renew gives the actor's session a new token, because its owner has proved who
// they are a moment ago; strong if with the second factor. The old token ends.
func (s *Service) Renew(ctx context.Context, tx *db.Tx, by Actor, strong bool) (string, error) {
	fresh := newToken()
	n, err := renewSession(ctx, tx, by, digest(fresh), strong, s.Now())
	if err == nil && n == 0 {
		err = errOut
	}
	return fresh, err
}

// Prove takes the password as proof that it is still its owner who uses the
// session, and returns the session's new token. Wrong guesses are throttled. Where
// there is a second factor the password proves nothing.
func (s *Service) Prove(ctx context.Context, by Actor, password string) (token string, err error) {
	counted, phc, err := s.guess(ctx, by, password)
	if err != nil {
		return "", err
	}
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		if n, err := lockAccount(ctx, tx, by.Realm, by.Account, phc); err != nil || n == 0 {
			return failed(err, errStale)
		}
		if err := giveBack(ctx, tx, by.Realm, counted, s.Now()); err != nil {
			return err
		}
		has, err := hasFactor(ctx, tx, by.Realm, by.Account)
		if err == nil && has {
			err = errFactor
		}
		if err != nil {
			return err
		}
		token, err = s.Renew(ctx, tx, by, false)
		return err
	})
	if err != nil {
		return "", fmt.Errorf("prove: %w", err)
	}
	return token, nil
}

// guess checks a password of somebody who is signed in. Their guesses are counted
// apart from sign-ins, which they cannot block.
func (s *Service) guess(ctx context.Context, by Actor, password string) (counted []gate, phc string, err error) {
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		_, phc, err = passwordByID(ctx, tx, by.Realm, by.Account)
		return err
	})
	if err != nil {
		return nil, "", fmt.Errorf("guess: %w", err)
	}
	if counted, err = s.admit(ctx, by.Realm, []gate{narrow("change\x00" + by.Account)}); err != nil {
		return nil, "", err
	}
	right, err := fits(ctx, password, phc)
	if err == nil && !right {
		err = errWrong.At("old")
	}
	return counted, phc, err
}

// AdmitCode counts an attempt at a second factor of an account before it is looked
// at, or says how long to wait. Only who knows the password gets so far, so that
// all attempts at an account are counted together.
func (s *Service) AdmitCode(ctx context.Context, realm, account string) error {
	_, err := s.admit(ctx, realm, []gate{narrow("code\x00" + account)})
	return err
}

// ForgiveCode forgets the attempts at a second factor: one was right.
func (s *Service) ForgiveCode(ctx context.Context, tx *db.Tx, realm, account string) error {
	return giveBack(ctx, tx, realm, []gate{narrow("code\x00" + account)}, s.Now())
}

// SessionLine is a session as its owner sees it.
type SessionLine struct {
	ID            string
	Created, Seen time.Time
	Agent         string // the browser's family
	Network       string // the beginning of the address
	Strong        bool   // opened with two factors
	Here          bool   // the one that asks
}

// Sessions lists the actor's open sessions, the one used last first.
func (s *Service) Sessions(ctx context.Context, by Actor) (out []SessionLine, err error) {
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		out, err = sessionsOf(ctx, tx, by, s.Now())
		return err
	})
	return out, err
}

// EndSession ends one of the actor's sessions. One that has ended already is no
// failure.
func (s *Service) EndSession(ctx context.Context, by Actor, line string) error {
	return s.end(ctx, by, func(l SessionLine) bool { return l.ID == line })
}

// EndOthers ends all of the actor's sessions but the one that asks.
func (s *Service) EndOthers(ctx context.Context, by Actor) error {
	return s.end(ctx, by, func(l SessionLine) bool { return !l.Here })
}

func (s *Service) end(ctx context.Context, by Actor, which func(SessionLine) bool) error {
	now := s.Now()
	return s.DB.InTx(ctx, func(tx *db.Tx) error {
		list, err := sessionsOf(ctx, tx, by, now)
		if err != nil {
			return err
		}
		n := 0
		for _, line := range list {
			if !which(line) {
				continue
			}
			if n++; n == 1 {
				s.note(ctx, tx, by.Realm, by.Account, "identity.sessions_ended", by, now, nil)
			}
			if _, err := endSession(ctx, tx, by.Realm, line.ID, now); err != nil {
				return err
			}
		}
		return nil
	})
}
