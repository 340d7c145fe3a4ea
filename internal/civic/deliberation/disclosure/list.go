// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package disclosure

import (
	"cmp"
	"context"
	"slices"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/page"
	"pavilion/internal/core/files"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/release"
	"pavilion/internal/platform/db"
)

// reckon is the standing of a notice by now, without its objections.
func (s *Service) reckon(n Notice, f Facts) Standing {
	st := Reckon(f, s.Now(), s.Calendar.Zone(), s.Calendar.Worked)
	st.Notice, st.State, st.Reason, st.Gaps = n.ID, n.State, n.Reason, f.Gaps
	if !st.Until.IsZero() {
		st.Unknown = s.Calendar.Unpublished(n.Counted, st.Until)
	}
	return st
}

// Find returns a notice, within the transaction of another domain.
func (s *Service) Find(ctx context.Context, tx *db.Tx, realm, id string) (Notice, error) {
	return s.dated(find(ctx, tx, realm, id))
}

// ForPurpose lists the notices that were written for a purpose, the first one first.
func (s *Service) ForPurpose(ctx context.Context, tx *db.Tx, realm, purpose string) ([]Notice, error) {
	list, err := ofPurpose(ctx, tx, realm, purpose)
	for i := range list {
		list[i], _ = s.dated(list[i], nil)
	}
	return list, err
}

// dated fills in the days that follow from instants.
func (s *Service) dated(n Notice, err error) (Notice, error) {
	if !n.PostedAt.IsZero() {
		n.Posted = s.day(n.PostedAt)
	}
	return n, err
}

// Standing returns how long a notice has lawfully stood, and what stands in the way. One
// that waits has stood no day.
func (s *Service) Standing(ctx context.Context, tx *db.Tx, realm, id string) (Standing, error) {
	n, err := find(ctx, tx, realm, id)
	if err != nil {
		return Standing{}, err
	}
	return s.standing(ctx, tx, n)
}

func (s *Service) standing(ctx context.Context, tx *db.Tx, n Notice) (Standing, error) {
	f, err := factsOf(ctx, tx, n)
	if err != nil {
		return Standing{}, err
	}
	st := s.reckon(n, f)
	st.Open, st.Objections, st.Upheld, err = countObjections(ctx, tx, n.Realm, n.ID)
	return st, err
}

// Detail is a notice with all that its page shows.
type Detail struct {
	Notice
	Standing Standing
	Wordings []Wording // that were public, the first one first; none of a withdrawn notice
	Boards   []Board   // paper boards on which it has to hang
	Hung     []Hung
	Answers  []Answered // to objections, that were released
}

// Open returns a notice for everybody. One that is not public is Missing; of one that was
// withdrawn the words are gone and the reason is there.
func (s *Service) Open(ctx context.Context, realm, id string) (d Detail, err error) {
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		n, err := find(ctx, tx, realm, id)
		if err != nil {
			return err
		}
		if !n.State.Public() {
			return fault.New(fault.Missing, "disclosure.missing")
		}
		d, err = s.detail(ctx, tx, n)
		return err
	})
	return d, err
}

func (s *Service) detail(ctx context.Context, tx *db.Tx, n Notice) (d Detail, err error) {
	d.Notice, _ = s.dated(n, nil)
	if d.Standing, err = s.standing(ctx, tx, n); err != nil {
		return d, err
	}
	if n.State == Withdrawn {
		d.Notice.Body = ""
	} else if d.Wordings, err = wordings(ctx, tx, n.Realm, n.ID); err != nil {
		return d, err
	}
	for _, one := range n.Boards {
		b, err := findBoard(ctx, tx, n.Realm, one)
		if err != nil {
			return d, err
		}
		d.Boards = append(d.Boards, b)
	}
	if d.Hung, err = hangings(ctx, tx, n.Realm, []string{n.ID}); err != nil {
		return d, err
	}
	d.Answers, err = answersOf(ctx, tx, n.Realm, n.ID)
	return d, err
}

// Listed is a notice in a list, with its standing.
type Listed struct {
	Notice
	Standing Standing // of one that stands
}

// List lists what stands on the board of an area and of all below it, or with past what
// stood there, the newest first.
func (s *Service) List(ctx context.Context, realm, area string, over bool, after page.Cursor, size int) (out page.Page[Listed], err error) {
	section := upNow
	if over {
		section = past
	}
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		all, err := listed(ctx, tx, realm, area, section, after, size+1)
		if err != nil {
			return err
		}
		cut := page.Cut(all, size, func(n Notice) page.Cursor { return page.Cursor{At: n.PostedAt.UnixMicro(), ID: n.ID} })
		out = page.Page[Listed]{Next: cut.Next}
		out.Items, err = s.withStandings(ctx, tx, realm, cut.Items)
		return err
	})
	return out, err
}

// withStandings adds their standing to notices that stand.
func (s *Service) withStandings(ctx context.Context, tx *db.Tx, realm string, list []Notice) ([]Listed, error) {
	var up []Notice
	for _, n := range list {
		if n.State == Stands {
			up = append(up, n)
		}
	}
	facts, err := factsOfAll(ctx, tx, realm, up)
	if err != nil {
		return nil, err
	}
	out := make([]Listed, len(list))
	k := 0
	for i, n := range list {
		out[i].Notice, _ = s.dated(n, nil)
		switch n.State {
		case Stands:
			out[i].Standing = s.reckon(n, facts[k])
			k++
		case Withdrawn:
			out[i].Body = ""
		}
	}
	return out, nil
}

// feedSize is how many notices a feed has.
const feedSize = 50

// Feed lists what changed last on the board of an area: posted, corrected, withdrawn, ended.
func (s *Service) Feed(ctx context.Context, realm, area string) (out []Listed, err error) {
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		all, err := changed(ctx, tx, realm, area, feedSize)
		if err != nil {
			return err
		}
		out, err = s.withStandings(ctx, tx, realm, all)
		return err
	})
	return out, err
}

// AtDesk lists the notices in a state at the places where somebody works with them, what
// changed last first.
func (s *Service) AtDesk(ctx context.Context, by identity.Actor, state State, after page.Cursor, size int) (out page.Page[Listed], err error) {
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		all, err := atDesk(ctx, tx, by.Realm, state, s.spans(by), after, size+1)
		if err != nil {
			return err
		}
		cut := page.Cut(all, size, func(n Notice) page.Cursor { return page.Cursor{At: n.Changed.UnixMicro(), ID: n.ID} })
		out = page.Page[Listed]{Next: cut.Next}
		out.Items, err = s.withStandings(ctx, tx, by.Realm, cut.Items)
		return err
	})
	return out, err
}

// spans are the places where somebody reads the desk's side.
func (s *Service) spans(by identity.Actor) [][2]int64 {
	var out [][2]int64
	for _, g := range by.Grants {
		if g.Live(s.Now()) && g.For() && s.Reads(identity.Actor{Realm: by.Realm, Account: by.Account, Grants: []identity.Grant{g}}, g.Lo) {
			out = append(out, [2]int64{g.Lo, g.Hi})
		}
	}
	return out
}

// DeskDetail is a notice as the desk sees it, with the words that wait.
type DeskDetail struct {
	Detail
	Draft *release.Draft // that waits, or came back; nil without one
}

// Inspect returns a notice for who works with it: its secretary, who releases there, its
// auditors. For others it is Missing.
func (s *Service) Inspect(ctx context.Context, by identity.Actor, id string) (d DeskDetail, err error) {
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		n, err := find(ctx, tx, by.Realm, id)
		if err != nil {
			return err
		}
		if !s.Reads(by, n.Place) {
			return fault.New(fault.Missing, "disclosure.missing")
		}
		if d.Detail, err = s.detail(ctx, tx, n); err != nil {
			return err
		}
		drafts, err := release.About(ctx, tx, n.Realm, n.name())
		for _, one := range drafts {
			if one.State.Live() && one.Kind == Words && release.Sees(by, one, s.Now()) {
				d.Draft = &one
			}
		}
		return err
	})
	return d, err
}

// BoardsAt lists the paper boards where somebody is secretary.
func (s *Service) BoardsAt(ctx context.Context, by identity.Actor) (out []Board, err error) {
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		out = nil
		for _, span := range s.spans(by) {
			some, err := boardsAt(ctx, tx, by.Realm, span[0], span[1])
			if err != nil {
				return err
			}
			out = append(out, some...)
		}
		return nil
	})
	return out, err
}

// Proof lists the photos that show a notice on a paper board, or taken off it.
func (s *Service) Proof(ctx context.Context, realm, posting string) ([]files.Photo, error) {
	return s.Files.List(ctx, realm, proofOf(posting))
}

// NamedGap is a gap with the name of its board; Web has none. Mine is true where whoever
// asks looks after the board.
type NamedGap struct {
	Gap
	Name string
	Mine bool
}

// Bounds of what Gaps lists: so many boards, so many gaps of each.
const (
	gapBoards = 40
	gapEach   = 5
)

// Gaps lists when the web board and the paper boards where somebody works were down, those
// that still are first.
func (s *Service) Gaps(ctx context.Context, by identity.Actor) (out []NamedGap, err error) {
	papers, err := s.BoardsAt(ctx, by)
	if err != nil {
		return nil, err
	}
	root, _ := s.Org.Root(by.Realm)
	papers = append([]Board{{Realm: by.Realm, ID: Web, Place: root.Lo}}, papers...)
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		out = nil
		for _, b := range papers[:min(len(papers), gapBoards)] {
			list, err := lastGaps(ctx, tx, by.Realm, b.ID, gapEach)
			if err != nil {
				return err
			}
			for _, g := range list {
				out = append(out, NamedGap{g, b.Name, s.May(by, b.Place)})
			}
		}
		return nil
	})
	slices.SortStableFunc(out, func(a, b NamedGap) int {
		return cmp.Or(cmp.Compare(upTo(b.To), upTo(a.To)), b.From.Compare(a.From))
	})
	return out, err
}
