// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package evaluation

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"slices"

	"pavilion/internal/base/fault"
	"pavilion/internal/core/audit"
	"pavilion/internal/platform/db"
)

// refsAtOnce is how many cases are read in one go.
const refsAtOnce = 200

// trail walks cases along the log and tells them as a bulletin does.
type trail struct {
	s          *Service
	b          Bulletin
	indicators []Indicator
	reach      [audit.Lanes]int64 // up to which entry each lane is in the log
	lines      []string           // as JSON, each with its line break
	tallied    tallied
	steps      int64 // that were found both in the log and among the events
	problems   []*fault.Error
}

// trail begins a walk for a bulletin that is counted from the log of a size.
func (s *Service) trail(ctx context.Context, b Bulletin, size int64) (*trail, error) {
	book, err := s.reader.Version(ctx, b.Realm, b.Edition)
	if err != nil {
		return nil, err
	}
	t := &trail{s: s, b: b, indicators: book.open(), tallied: tallied{}}
	err = s.DB.View(ctx, func(tx *db.Tx) (err error) {
		t.reach, err = s.Ledger.Reach(ctx, tx, b.Realm, size)
		return err
	})
	return t, err
}

// read tells some cases.
func (t *trail) read(ctx context.Context, tx *db.Tx, refs []string) error {
	events, err := eventsOf(ctx, tx, t.b.Realm, refs)
	if err != nil {
		return err
	}
	for _, ref := range refs {
		list := slices.DeleteFunc(events[ref], func(e happened) bool { return e.at > t.b.AskedAt.UnixMicro() })
		f := fold(list)
		if f.Reported == 0 || f.Relation != "" {
			continue
		}
		months := t.s.months(f)
		if !slices.ContainsFunc([]Month{months["reported"], months["dispatched"], months["handled"], months["called"]}, t.b.Period.has) {
			continue
		}
		if err := t.compare(ctx, tx, ref, list); err != nil {
			return err
		}
		l := lineOf(f, months, t.s.Cases.Restricted(t.b.Realm, f.Type), t.b.AskedAt.UnixMicro())
		l.Pseudonym = Pseudonym(t.b.Realm, t.b.Number, ref)
		t.tallied.add(t.indicators, t.b.Period, l)
		text, err := json.Marshal(l)
		if err != nil {
			return err
		}
		t.lines = append(t.lines, string(text)+"\n")
	}
	return nil
}

// step is what both the log and the events know of something that was done.
type step struct {
	act string
	at  int64
}

// mostSteps is how many entries of one case are compared.
const mostSteps = 100_000

// compare finds steps that were counted and are not in the log, and steps in the log
// that were not counted.
func (t *trail) compare(ctx context.Context, tx *db.Tx, ref string, events []happened) error {
	entries, err := audit.List(ctx, tx, t.b.Realm, t.s.Cases.Subject(ref), mostSteps)
	if err != nil {
		return err
	}
	left := map[step]int{}
	for _, e := range entries {
		var about struct {
			Revision int `json:"revision"`
		}
		if err := json.Unmarshal([]byte(e.Detail), &about); err != nil || e.At.After(t.b.AskedAt) || e.Seq > t.reach[e.Lane] {
			continue
		}
		if about.Revision > 0 || e.Act == t.s.Cases.Act("") {
			left[step{e.Act, e.At.UnixMicro()}]++
		}
	}
	for _, e := range events {
		of := step{t.s.Cases.Act(e.Action), e.at}
		if left[of] == 0 {
			t.problem("bulletin.not_in_log")
			continue
		}
		left[of]--
		t.steps++
	}
	for _, n := range left {
		if n > 0 {
			t.problem("bulletin.not_counted")
		}
	}
	return nil
}

func (t *trail) problem(key string) {
	t.problems = append(t.problems, fault.New(fault.Conflict, key).With("number", t.b.Number))
}

// has reports whether a month is in the period.
func (p Period) has(m Month) bool { return p.From <= m && m <= p.To }

// packed writes the lines in the order of their pseudonyms, compressed, and the
// SHA-256 of what was written, in hexadecimal.
func (t *trail) packed() (file []byte, digest string, err error) {
	slices.Sort(t.lines) // a line begins with its pseudonym
	var out bytes.Buffer
	zip, sum := gzip.NewWriter(&out), sha256.New()
	for _, l := range t.lines {
		if _, err := io.WriteString(io.MultiWriter(zip, sum), l); err != nil {
			return nil, "", err
		}
	}
	err = zip.Close()
	return out.Bytes(), hex.EncodeToString(sum.Sum(nil)), err
}
