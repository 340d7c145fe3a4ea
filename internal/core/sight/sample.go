// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package sight

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/id"
	"pavilion/internal/core/audit"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/outbox"
	"pavilion/internal/platform/db"
)

// batch is how many looks drawing holds in memory besides those drawn.
const batch = 1000

// Draw is an auditor drawing looks of a period by chance. An empty Seed is made
// up; with the seed of another sample of the same period the same looks are drawn.
type Draw struct {
	By       identity.Actor
	From, To time.Time
	Size     int
	Seed     string
}

// Sample is what was drawn.
type Sample struct {
	Realm    string
	ID       string
	From, To time.Time
	Size     int // asked for
	Seed     string
	Found    int // how many looks there were to draw from
	Auditor  string
	At       time.Time
}

// Drawn is one look of a sample and what became of it.
type Drawn struct {
	Entry
	Sample   string
	Verdict  Verdict // empty until it is judged
	Remark   string  // the auditor's words
	Judge    string  // the auditor's account
	Judged   time.Time
	Answer   string // of the person asked
	Answered time.Time
	Revision int
}

// Asked is the body of the events "sight.asked", "sight.answered" and
// "sight.judged": they name the look and those concerned.
type Asked struct {
	Sample  string  `json:"sample"`
	Look    string  `json:"look"`
	Account string  `json:"account"` // whose look it is
	Auditor string  `json:"auditor"`
	Verdict Verdict `json:"verdict"`
	Place   int64   `json:"place"`
}

// InboxRole is the role of inbox items that wait for one account, which stands in
// the place of their body.
const InboxRole = "account"

// Draw draws and keeps a sample. It fails with Denied for all but auditors, and
// with Invalid for a period or a size that cannot be. The auditor's own looks,
// which are at this log, are not drawn.
func (s *Service) Draw(ctx context.Context, c Draw) (Sample, error) {
	if err := checkDraw(c); err != nil {
		return Sample{}, err
	}
	if c.Seed == "" {
		c.Seed = id.Secret(16)
	}
	out := Sample{Realm: c.By.Realm, ID: id.New(), From: c.From, To: c.To, Size: c.Size, Seed: c.Seed, Auditor: c.By.Account, At: s.Now()}
	err := s.DB.InTx(ctx, func(tx *db.Tx) error {
		places, err := s.mayRead(ctx, tx, c.By, "", Page)
		if err != nil {
			return err
		}
		drawn, found, err := draw(ctx, tx, out, places)
		if err != nil {
			return err
		}
		out.Found = found
		if err := insertSample(ctx, tx, out, drawn); err != nil {
			return err
		}
		audit.Add(ctx, tx, audit.Entry{
			Realm: out.Realm, Subject: LogSubject, Act: "sight.drawn", Actor: c.By.Account, At: out.At,
			Detail: map[string]any{"sample": out.ID, "seed": out.Seed, "from": out.From.UnixMicro(), "to": out.To.UnixMicro(), "size": out.Size, "found": found},
		})
		return nil
	})
	if err != nil {
		return Sample{}, fmt.Errorf("draw looks: %w", err)
	}
	return out, nil
}

// draw returns the looks that the sample's seed picks, in the order of their lots,
// and how many there were.
func draw(ctx context.Context, tx *db.Tx, c Sample, places []span) (picked []slip, found int, err error) {
	for after := (slip{}); ; {
		some, err := slips(ctx, tx, c, places, after, batch)
		if err != nil {
			return nil, 0, err
		}
		for _, t := range some {
			if t.account != c.Auditor {
				found++
				picked = append(picked, slip{id: t.id, account: t.account, lot: lot(c.Seed, t.id)})
			}
		}
		slices.SortFunc(picked, func(a, b slip) int { return cmp.Compare(a.lot, b.lot) })
		picked = picked[:min(len(picked), c.Size)]
		if len(some) < batch {
			return picked, found, nil
		}
		after = some[len(some)-1]
	}
}

// slip is a look that may be drawn.
type slip struct {
	id, account string
	at          int64
	lot         string
}

// Samples lists the samples there are, the newest first.
func (s *Service) Samples(ctx context.Context, by identity.Actor) (out []Sample, err error) {
	if len(audited(by, s.Now())) == 0 {
		return nil, errDenied
	}
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		out, err = samples(ctx, tx, by.Realm)
		return err
	})
	return out, err
}

// Open returns a sample and its looks, in the order in which they happened. That
// the auditor read them is recorded.
func (s *Service) Open(ctx context.Context, by identity.Actor, sample string) (c Sample, list []Drawn, err error) {
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		places, err := s.mayRead(ctx, tx, by, "", Page)
		if err != nil {
			return err
		}
		if c, err = findSample(ctx, tx, by.Realm, sample); err != nil {
			return err
		}
		list, err = drawnOf(ctx, tx, by.Realm, places, chosen{sample: sample})
		return err
	})
	return c, list, err
}

// Judge is an auditor saying what to think of a look that was drawn.
type Judge struct {
	By       identity.Actor
	Sample   string
	Look     string
	Revision int // as the auditor saw it
	Verdict  Verdict
	Words    string
}

// Judge keeps the verdict. Whoever looked is told of it after the commit, unless
// all was in order and nothing had been asked. It fails with Stale when somebody
// judged or answered first.
func (s *Service) Judge(ctx context.Context, c Judge) error {
	words, err := clean("words", c.Words)
	if err != nil {
		return err
	}
	if err := checkVerdict(c.Verdict, words); err != nil {
		return err
	}
	return s.DB.InTx(ctx, func(tx *db.Tx) error {
		places, err := s.mayRead(ctx, tx, c.By, "", Page)
		if err != nil {
			return err
		}
		d, err := oneDrawn(ctx, tx, c.By.Realm, places, chosen{sample: c.Sample, look: c.Look})
		if err != nil {
			return err
		}
		asked := d.Verdict == ToExplain
		d.Verdict, d.Remark, d.Judge, d.Judged = c.Verdict, words, c.By.Account, s.Now()
		if err := updateDrawn(ctx, tx, d, c.Revision); err != nil {
			return err
		}
		event := map[Verdict]string{ToExplain: "sight.asked", Wrong: "sight.judged"}[c.Verdict]
		if event == "" && asked {
			event = "sight.judged"
		}
		return s.tell(ctx, tx, d, "sight.judged", event, c.By.Account)
	})
}

// Answer is somebody explaining a look that they were asked about.
type Answer struct {
	By       identity.Actor
	Sample   string
	Look     string
	Revision int
	Words    string
}

// Answer keeps the explanation. It fails with Missing for a look that is not the
// actor's, with Conflict for one that nobody asked about, and with Stale when it
// was judged since.
func (s *Service) Answer(ctx context.Context, c Answer) error {
	words, err := clean("words", c.Words)
	if err != nil {
		return err
	}
	if len([]rune(words)) < MinWords {
		return fault.New(fault.Invalid, "sight.words_needed").At("words")
	}
	return s.DB.InTx(ctx, func(tx *db.Tx) error {
		d, err := oneDrawn(ctx, tx, c.By.Realm, nil, chosen{sample: c.Sample, look: c.Look, account: c.By.Account})
		if err != nil {
			return err
		}
		if d.Verdict != ToExplain {
			return fault.New(fault.Conflict, "sight.not_asked")
		}
		d.Answer, d.Answered = words, s.Now()
		if err := updateDrawn(ctx, tx, d, c.Revision); err != nil {
			return err
		}
		return s.tell(ctx, tx, d, "sight.answered", "sight.answered", c.By.Account)
	})
}

// tell keeps in the audit what became of a look, and tells of it after the commit
// if there is an event to tell.
func (s *Service) tell(ctx context.Context, tx *db.Tx, d Drawn, act, event, by string) error {
	audit.Add(ctx, tx, audit.Entry{
		Realm: d.Realm, Subject: LogSubject, Act: act, Actor: by, At: s.Now(),
		Detail: map[string]string{"sample": d.Sample, "look": d.ID, "verdict": string(d.Verdict)},
	})
	if event == "" {
		return nil
	}
	return outbox.Add(ctx, tx, d.Realm, event, s.Now(), Asked{
		Sample: d.Sample, Look: d.ID, Account: d.Account, Auditor: d.Judge, Verdict: d.Verdict, Place: d.Place,
	})
}

// OfMine lists the looks of somebody's own that an auditor judged, the newest
// verdict first.
func (s *Service) OfMine(ctx context.Context, by identity.Actor) (list []Drawn, err error) {
	if by.Anonymous() {
		return nil, errDenied
	}
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		list, err = drawnOf(ctx, tx, by.Realm, nil, chosen{account: by.Account})
		return err
	})
	list = slices.DeleteFunc(list, func(d Drawn) bool { return d.Verdict == "" })
	slices.SortFunc(list, func(a, b Drawn) int { return b.Judged.Compare(a.Judged) })
	return list, err
}

// Result counts the looks of a body that were drawn in samples of a period, by
// verdict. It speaks of how an office goes about what it may read, and of nobody
// who is read about.
type Result struct {
	Body    string
	Verdict Verdict // empty: not judged yet
	N       int
}

// Results counts what was found of the looks that happened in a period.
func (s *Service) Results(ctx context.Context, by identity.Actor, from, to time.Time) (out []Result, err error) {
	places := audited(by, s.Now())
	if len(places) == 0 {
		return nil, errDenied
	}
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		out, err = results(ctx, tx, by.Realm, places, from, to)
		return err
	})
	return out, err
}
