// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package identity

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/id"
	"pavilion/internal/base/page"
	"pavilion/internal/core/audit"
	"pavilion/internal/platform/db"
)

// NewAccount asks for an account. Without a password nobody can sign in until an
// invitation was accepted.
type NewAccount struct {
	Realm    string
	Login    string
	Name     string
	Language string
	Mail     string
	Password string
	By       Actor
}

// CreateAccount makes an account without grants. Any administrator may.
func (s *Service) CreateAccount(ctx context.Context, c NewAccount) (Account, error) {
	now := s.Now()
	if c.By.Realm != c.Realm || !c.By.Has(Administrator, now) {
		return Account{}, errDenied
	}
	a := Account{Realm: c.Realm, ID: id.New(), Login: fold(c.Login), Name: strings.TrimSpace(c.Name),
		Language: c.Language, Mail: strings.TrimSpace(c.Mail), Ready: c.Password != "",
		Created: now, Revision: 1}
	faults := checkAccount(a)
	if c.Password != "" {
		faults = append(faults, checkPassword(c.Password, a.Login))
	}
	if err := joined(faults); err != nil {
		return Account{}, err
	}
	phc := ""
	if c.Password != "" {
		var err error
		if phc, err = hashPassword(ctx, c.Password); err != nil {
			return Account{}, fmt.Errorf("create account: %w", err)
		}
	}
	err := s.DB.InTx(ctx, func(tx *db.Tx) error {
		s.note(ctx, tx, a.Realm, a.ID, "identity.account_created", c.By, now, nil)
		return insertAccount(ctx, tx, a, phc)
	})
	if db.IsDuplicate(err) {
		return Account{}, fault.New(fault.Conflict, "identity.login_taken").At("login")
	}
	if err != nil {
		return Account{}, fmt.Errorf("create account: %w", err)
	}
	return a, nil
}

// checkAccount lists what is wrong with what people wrote into an account.
func checkAccount(a Account) []*fault.Error {
	return []*fault.Error{
		checkLogin(a.Login),
		checkLine(a.Name, "name", "identity.bad_name", maxName),
		checkLine(a.Language, "language", "identity.bad_language", maxLanguage),
		checkMail(a.Mail),
	}
}

// Amend asks for a change of an account's name, language and address, which its
// owner or an administrator of its places may make. Revision is the one they saw.
type Amend struct {
	Realm    string
	Account  string
	Revision int
	Name     string
	Language string
	Mail     string
	By       Actor
}

// Amend changes what an account says about its owner.
func (s *Service) Amend(ctx context.Context, c Amend) error {
	a := Account{Realm: c.Realm, ID: c.Account, Login: "unchanged", Name: strings.TrimSpace(c.Name),
		Language: c.Language, Mail: strings.TrimSpace(c.Mail), Revision: c.Revision}
	if err := joined(checkAccount(a)); err != nil {
		return err
	}
	now := s.Now()
	return s.DB.InTx(ctx, func(tx *db.Tx) error {
		if c.By.Account != c.Account || c.By.Realm != c.Realm {
			if err := s.mayAdminister(ctx, tx, c.By, c.Realm, c.Account, now); err != nil {
				return err
			}
		}
		if err := amendAccount(ctx, tx, a); err != nil {
			return fmt.Errorf("amend account: %w", err)
		}
		s.note(ctx, tx, c.Realm, c.Account, "identity.account_amended", c.By, now, nil)
		return nil
	})
}

// Disable keeps an account's owner out from the next request on, and ends what
// they had delegated.
func (s *Service) Disable(ctx context.Context, realm, account string, by Actor) error {
	now := s.Now()
	return s.DB.InTx(ctx, func(tx *db.Tx) error {
		if err := s.mayAdminister(ctx, tx, by, realm, account, now); err != nil {
			return err
		}
		if err := setDisabled(ctx, tx, realm, account, now); err != nil {
			return fmt.Errorf("disable account: %w", err)
		}
		if err := revokeDelegated(ctx, tx, realm, account, now); err != nil {
			return fmt.Errorf("disable account: %w", err)
		}
		s.note(ctx, tx, realm, account, "identity.account_disabled", by, now, nil)
		return endSessions(ctx, tx, realm, account, "", now)
	})
}

// Enable lets a disabled account's owner sign in again.
func (s *Service) Enable(ctx context.Context, realm, account string, by Actor) error {
	now := s.Now()
	return s.DB.InTx(ctx, func(tx *db.Tx) error {
		if err := s.mayAdminister(ctx, tx, by, realm, account, now); err != nil {
			return err
		}
		if err := setDisabled(ctx, tx, realm, account, time.Time{}); err != nil {
			return fmt.Errorf("enable account: %w", err)
		}
		s.note(ctx, tx, realm, account, "identity.account_enabled", by, now, nil)
		return nil
	})
}

// Account returns one account.
func (s *Service) Account(ctx context.Context, realm, account string) (a Account, err error) {
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		a, err = Load(ctx, tx, realm, account)
		return err
	})
	return a, err
}

// Load returns one account inside a transaction.
func Load(ctx context.Context, tx *db.Tx, realm, account string) (Account, error) {
	a, err := accountByID(ctx, tx, realm, account)
	if err != nil {
		return Account{}, fmt.Errorf("load account: %w", err)
	}
	return a, nil
}

// Hold returns an account that is not disabled, which does not change until the
// commit.
func Hold(ctx context.Context, tx *db.Tx, realm, account string) (Account, error) {
	if n, err := lockEnabled(ctx, tx, realm, account); err != nil || n == 0 {
		return Account{}, failed(err, errMissing)
	}
	return Load(ctx, tx, realm, account)
}

// Accounts returns a realm's accounts, the newest first.
func (s *Service) Accounts(ctx context.Context, realm string, c page.Cursor, size int) (p page.Page[Account], err error) {
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		list, err := accounts(ctx, tx, realm, c, size+1)
		p = page.Cut(list, size, func(a Account) page.Cursor {
			return page.Cursor{At: a.Created.UnixMicro(), ID: a.ID}
		})
		return err
	})
	if err != nil {
		return p, fmt.Errorf("list accounts: %w", err)
	}
	return p, nil
}

// mayAdminister fails unless by administers the places of all that the account
// has been granted. An account that holds one of the three powers is looked after
// by the security administrators, and nobody looks after their own.
func (s *Service) mayAdminister(ctx context.Context, tx *db.Tx, by Actor, realm, account string, now time.Time) error {
	if by.Realm != realm || by.Account == account {
		return errDenied
	}
	if err := Recheck(ctx, tx, by, now); err != nil {
		return err
	}
	if _, err := Load(ctx, tx, realm, account); err != nil {
		return err
	}
	grants, err := grantsOf(ctx, tx, realm, account, now)
	if err != nil {
		return fmt.Errorf("read grants: %w", err)
	}
	role := Administrator
	if slices.ContainsFunc(grants, Grant.power) {
		role = Security
	}
	if !by.holdsAll(role, grants, now) {
		return errDenied
	}
	return nil
}

// note adds to the audit what was done to an account.
func (s *Service) note(ctx context.Context, tx *db.Tx, realm, account, act string, by Actor, at time.Time, detail any) {
	audit.Add(ctx, tx, audit.Entry{Realm: realm, Subject: "account/" + account, Act: act,
		Actor: by.Account, At: at, Detail: detail})
}

// joined is all faults of a form as one error, or nil.
func joined(list []*fault.Error) error {
	var found []*fault.Error
	for _, f := range list {
		if f != nil {
			found = append(found, f)
		}
	}
	return fault.Join(found...)
}

// ByLogin returns the id of the account that signs in with login. It is Missing
// if there is none.
func ByLogin(ctx context.Context, tx *db.Tx, realm, login string) (string, error) {
	id, _, err := passwordByLogin(ctx, tx, realm, login)
	if err == nil && id == "" {
		err = errMissing
	}
	return id, err
}

// Named returns what ByLogin does, of a login as people type it.
func (s *Service) Named(ctx context.Context, realm, login string) (account string, err error) {
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		account, err = ByLogin(ctx, tx, realm, fold(login))
		return err
	})
	return account, err
}
