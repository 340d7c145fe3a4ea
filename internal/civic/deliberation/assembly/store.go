// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package assembly

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/page"
	"pavilion/internal/civic/deliberation/tally"
	"pavilion/internal/platform/db"
)

const columns = `realm, id, kind, name, area, place, households, women, ended_on, revision`

func (a *Assembly) fields() []any {
	return []any{&a.Realm, &a.ID, &a.Kind, &a.Name, &a.Area, &a.Place, &a.Counts.Households, &a.Counts.Women, &a.Ended, &a.Revision}
}

// insert stores a body, unless it is there.
func insert(ctx context.Context, tx *db.Tx, a Assembly) (made bool, err error) {
	n, err := tx.Exec(ctx, `INSERT INTO deliberation_assembly (`+columns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		a.Realm, a.ID, a.Kind, a.Name, a.Area, a.Place, a.Counts.Households, a.Counts.Women, a.Ended, a.Revision)
	return n > 0, err
}

func update(ctx context.Context, tx *db.Tx, a Assembly) error {
	n, err := tx.Exec(ctx, `
		UPDATE deliberation_assembly SET name = ?, households = ?, women = ?, ended_on = ?, revision = revision + 1
		WHERE realm = ? AND id = ? AND revision = ?`, a.Name, a.Counts.Households, a.Counts.Women, a.Ended, a.Realm, a.ID, a.Revision)
	if err == nil && n == 0 {
		err = fault.New(fault.Stale, "matter.stale")
	}
	return err
}

func find(ctx context.Context, tx *db.Tx, realm, id string) (Assembly, error) {
	return one(ctx, tx, db.Q(`SELECT `+columns+` FROM deliberation_assembly WHERE realm = ? AND id = ?`, realm, id))
}

// locked is a body that stays as it is, with its members, until the transaction ends.
func locked(ctx context.Context, tx *db.Tx, realm, id string) (Assembly, error) {
	return one(ctx, tx, db.Q(`SELECT `+columns+` FROM deliberation_assembly WHERE realm = ? AND id = ?`, realm, id).Locked(tx))
}

func one(ctx context.Context, tx *db.Tx, q *db.Query) (a Assembly, err error) {
	err = q.Row(ctx, tx).Scan(a.fields()...)
	if errors.Is(err, db.ErrNoRows) {
		err = fault.New(fault.Missing, "assembly.missing")
	}
	return a, err
}

// list lists the bodies whose place lies from lo up to but not at hi, by name.
func list(ctx context.Context, tx *db.Tx, realm string, lo, hi int64, after page.Cursor, limit int) ([]Assembly, error) {
	name, id, _ := strings.Cut(after.ID, "\x1f")
	return db.All(ctx, tx, db.Q(`SELECT `+columns+` FROM deliberation_assembly WHERE realm = ? AND place >= ? AND place < ?`, realm, lo, hi).
		If(after.More(), ` AND (place, name, id) > (?, ?, ?)`, after.At, name, id).Add(` ORDER BY place, name, id LIMIT ?`, limit), (*Assembly).fields)
}

// person is what is sealed of a member.
type person struct {
	Name     string    `json:"name"`
	Holdings []Holding `json:"holdings,omitempty"`
}

const memberColumns = `realm, id, assembly, no, sealed, account, voting, seat, since_on, until_on, revision`

type memberRow struct {
	Member
	sealed string
	voting int64
}

func (r *memberRow) fields() []any {
	return []any{&r.Realm, &r.ID, &r.Assembly, &r.No, &r.sealed, &r.Account, &r.voting, &r.Seat, &r.Since, &r.Until, &r.Revision}
}

// memberText names the row that a sealed person belongs to.
func memberText(realm, id string) string { return "deliberation_member/" + realm + "/" + id }

func (s *Service) decode(r memberRow) (Member, error) {
	m := r.Member
	m.Voting = r.voting != 0
	if m.Forgotten = r.sealed == ""; m.Forgotten {
		return m, nil
	}
	plain, err := s.Box.Open(r.sealed, memberText(m.Realm, m.ID))
	if err != nil {
		return m, fmt.Errorf("open member %s: %w", m.ID, err)
	}
	var p person
	err = json.Unmarshal(plain, &p)
	m.Name, m.Holdings = p.Name, p.Holdings
	return m.filled(), err
}

func (s *Service) sealed(m Member) (string, error) {
	plain, err := json.Marshal(person{m.Name, m.Holdings})
	if err != nil {
		return "", err
	}
	return s.Box.Seal(m.Realm, memberText(m.Realm, m.ID), plain)
}

// accounts are the accounts of a body's members who have one, by member.
func accounts(ctx context.Context, tx *db.Tx, realm, assembly string) (map[string]string, error) {
	rows, err := db.All(ctx, tx, db.Q(`SELECT id, account FROM deliberation_member WHERE realm = ? AND assembly = ? AND account <> '' ORDER BY no`, realm, assembly),
		func(r *[2]string) []any { return []any{&r[0], &r[1]} })
	out := make(map[string]string, len(rows))
	for _, r := range rows {
		out[r[0]] = r[1]
	}
	return out, err
}

// members lists all members of a body, former ones too, by number.
func (s *Service) members(ctx context.Context, tx *db.Tx, realm, assembly string) ([]Member, error) {
	return s.readMembers(ctx, tx, db.Q(`SELECT `+memberColumns+` FROM deliberation_member WHERE realm = ? AND assembly = ? ORDER BY no`, realm, assembly))
}

// mine lists the members that an account is.
func (s *Service) mine(ctx context.Context, tx *db.Tx, realm, account string) ([]Member, error) {
	return s.readMembers(ctx, tx, db.Q(`SELECT `+memberColumns+` FROM deliberation_member WHERE realm = ? AND account = ? AND account <> '' ORDER BY assembly, no`,
		realm, account))
}

func (s *Service) readMembers(ctx context.Context, tx *db.Tx, q *db.Query) ([]Member, error) {
	rows, err := db.All(ctx, tx, q, (*memberRow).fields)
	out := make([]Member, 0, len(rows))
	for _, r := range rows {
		m, bad := s.decode(r)
		if bad != nil {
			return nil, bad
		}
		out = append(out, m)
	}
	return out, err
}

func (s *Service) findMember(ctx context.Context, tx *db.Tx, realm, assembly, id string) (Member, error) {
	m, err := s.anyMember(ctx, tx, realm, id)
	if err == nil && m.Assembly != assembly {
		err = fault.New(fault.Missing, "assembly.no_member")
	}
	return m, err
}

func (s *Service) anyMember(ctx context.Context, tx *db.Tx, realm, id string) (Member, error) {
	var r memberRow
	err := tx.QueryRow(ctx, `SELECT `+memberColumns+` FROM deliberation_member WHERE realm = ? AND id = ?`, realm, id).Scan(r.fields()...)
	if errors.Is(err, db.ErrNoRows) {
		return Member{}, fault.New(fault.Missing, "assembly.no_member")
	}
	if err != nil {
		return Member{}, err
	}
	return s.decode(r)
}

func (s *Service) insertMember(ctx context.Context, tx *db.Tx, m Member) (made bool, err error) {
	text, err := s.sealed(m)
	if err != nil {
		return false, err
	}
	n, err := tx.Exec(ctx, `INSERT INTO deliberation_member (`+memberColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		m.Realm, m.ID, m.Assembly, m.No, text, m.Account, flag(m.Voting), m.Seat, m.Since, m.Until, m.Revision)
	return n > 0, err
}

func (s *Service) updateMember(ctx context.Context, tx *db.Tx, m Member) error {
	text, err := s.sealed(m)
	if err != nil {
		return err
	}
	n, err := tx.Exec(ctx, `
		UPDATE deliberation_member SET sealed = ?, account = ?, voting = ?, seat = ?, since_on = ?, until_on = ?, revision = revision + 1
		WHERE realm = ? AND id = ? AND revision = ? AND sealed <> ''`,
		text, m.Account, flag(m.Voting), m.Seat, m.Since, m.Until, m.Realm, m.ID, m.Revision)
	if err == nil && n == 0 {
		err = fault.New(fault.Stale, "matter.stale")
	}
	return err
}

func flag(yes bool) int64 {
	if yes {
		return 1
	}
	return 0
}

func appendMandate(ctx context.Context, tx *db.Tx, m Member, l Line) error {
	return tx.Later(ctx, `
		INSERT INTO deliberation_mandate (realm, member, seq, act, voting, seat, since_on, until_on, cause, account, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		m.Realm, m.ID, m.Revision, l.Act, flag(l.Voting), l.Seat, l.Since, l.Until, l.Cause, l.By, l.At.UnixMicro())
}

func mandates(ctx context.Context, tx *db.Tx, realm, member string) ([]Line, error) {
	type row struct {
		Line
		voting, at int64
	}
	rows, err := db.All(ctx, tx, db.Q(`
		SELECT act, voting, seat, since_on, until_on, cause, account, at FROM deliberation_mandate WHERE realm = ? AND member = ? ORDER BY seq`, realm, member),
		func(r *row) []any {
			return []any{&r.Act, &r.voting, &r.Seat, &r.Since, &r.Until, &r.Cause, &r.By, &r.at}
		})
	out := make([]Line, len(rows))
	for i, r := range rows {
		out[i] = r.Line
		out[i].Voting, out[i].At = r.voting != 0, time.UnixMicro(r.at)
	}
	return out, err
}

const rosterColumns = `realm, id, assembly, vote, title, subject, day, secret, rule, people, area, digest, account, frozen_at`

type rosterRow struct {
	Roster
	rule           string
	secret, frozen int64
	people, area   int64
}

func (r *rosterRow) fields() []any {
	return []any{
		&r.Realm, &r.ID, &r.Assembly, &r.For, &r.Title, &r.Subject, &r.Day, &r.secret, &r.rule, &r.people, &r.area, &r.Digest, &r.By, &r.frozen,
	}
}

func (r *rosterRow) roster() (Roster, error) {
	out := r.Roster
	out.Secret, out.FrozenAt = r.secret != 0, time.UnixMicro(r.frozen)
	return out, json.Unmarshal([]byte(r.rule), &out.Rule)
}

// entryText names the row that a sealed entry belongs to.
func entryText(realm, key string) string { return "deliberation_entry/" + realm + "/" + key }

func (s *Service) insertRoster(ctx context.Context, tx *db.Tx, r Roster) error {
	rule, err := json.Marshal(r.Rule)
	if err != nil {
		return err
	}
	sum := r.Entitled()
	if _, err := tx.Exec(ctx, `INSERT INTO deliberation_roster (`+rosterColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		r.Realm, r.ID, r.Assembly, r.For, r.Title, r.Subject, r.Day, flag(r.Secret), string(rule), sum.People, sum.Area, r.Digest, r.By,
		r.FrozenAt.UnixMicro()); err != nil {
		return err
	}
	for _, e := range r.Entries {
		plain, err := json.Marshal(person{Name: e.Name, Holdings: []Holding{{Household: e.Household}}})
		if err != nil {
			return err
		}
		text := ""
		if e.Name != "" {
			if text, err = s.Box.Seal(r.Realm, entryText(r.Realm, r.ID+"/"+e.Member), plain); err != nil {
				return err
			}
		}
		if err := tx.Later(ctx, `
			INSERT INTO deliberation_entry (realm, roster, member, no, sealed, share, entitled, why, aside, conflict, holder, written_on)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, r.Realm, r.ID, e.Member, e.No, text, e.Share, flag(e.Entitled), e.Why, flag(e.Aside),
			e.Conflict, e.Holder, e.Written); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) findRoster(ctx context.Context, tx *db.Tx, realm, id string) (Roster, error) {
	return s.readRoster(ctx, tx, db.Q(`SELECT `+rosterColumns+` FROM deliberation_roster WHERE realm = ? AND id = ?`, realm, id))
}

// rosterFor is the roster of a vote.
func (s *Service) rosterFor(ctx context.Context, tx *db.Tx, realm, assembly, vote string) (Roster, error) {
	return s.readRoster(ctx, tx, db.Q(`SELECT `+rosterColumns+` FROM deliberation_roster WHERE realm = ? AND assembly = ? AND vote = ?`, realm, assembly, vote))
}

func (s *Service) readRoster(ctx context.Context, tx *db.Tx, q *db.Query) (Roster, error) {
	var row rosterRow
	err := q.Row(ctx, tx).Scan(row.fields()...)
	if errors.Is(err, db.ErrNoRows) {
		return Roster{}, fault.New(fault.Missing, "assembly.no_roster")
	}
	if err != nil {
		return Roster{}, err
	}
	r, err := row.roster()
	if err == nil {
		r.Entries, r.Forgotten, err = s.entries(ctx, tx, r.Realm, r.ID)
	}
	return r, err
}

func (s *Service) entries(ctx context.Context, tx *db.Tx, realm, roster string) (out []Entry, forgotten bool, err error) {
	out, forgotten, err = s.readEntries(ctx, tx, realm, roster, entriesOf(realm, roster).Add(` ORDER BY no`))
	at := map[string]int{}
	for i, e := range out {
		at[e.Member] = i
	}
	for _, e := range out {
		if i, ok := at[e.Holder]; ok && e.Holder != "" {
			out[i].ProxyOf = append(out[i].ProxyOf, e.Member)
		}
	}
	return out, forgotten, err
}

// Frozen is a roster as lists show it.
type Frozen struct {
	ID, Assembly, Title, Subject, Day, Rule string
	Entitled                                tally.Sum
	FrozenAt                                time.Time
}

// rosters lists a body's rosters, the newest first.
func rosters(ctx context.Context, tx *db.Tx, realm, assembly string, after page.Cursor, limit int) ([]Frozen, error) {
	rows, err := db.All(ctx, tx, db.Q(`SELECT `+rosterColumns+` FROM deliberation_roster WHERE realm = ? AND assembly = ?`, realm, assembly).
		If(after.More(), ` AND (frozen_at, id) < (?, ?)`, after.At, after.ID).Add(` ORDER BY frozen_at DESC, id DESC LIMIT ?`, limit), (*rosterRow).fields)
	out := make([]Frozen, len(rows))
	for i := range rows {
		r, bad := rows[i].roster()
		if err = cmp.Or(err, bad); err != nil {
			return nil, err
		}
		out[i] = rows[i].frozenAs(r)
	}
	return out, err
}

func (r *rosterRow) frozenAs(f Roster) Frozen {
	return Frozen{f.ID, f.Assembly, f.Title, f.Subject, f.Day, f.Rule.Name(), tally.Sum{People: r.people, Area: r.area}, f.FrozenAt}
}

// summary is a roster without its people.
func summary(ctx context.Context, tx *db.Tx, realm, id string) (Frozen, error) {
	var row rosterRow
	err := tx.QueryRow(ctx, `SELECT `+rosterColumns+` FROM deliberation_roster WHERE realm = ? AND id = ?`, realm, id).Scan(row.fields()...)
	if errors.Is(err, db.ErrNoRows) {
		return Frozen{}, fault.New(fault.Missing, "assembly.no_roster")
	}
	if err != nil {
		return Frozen{}, err
	}
	r, err := row.roster()
	return row.frozenAs(r), err
}
