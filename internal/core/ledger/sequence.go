// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package ledger

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/transparency-dev/merkle"
	"github.com/transparency-dev/merkle/compact"

	"pavilion/internal/base/clock"
	"pavilion/internal/core/audit"
	"pavilion/internal/platform/db"
)

const (
	batch = 500 // entries taken at once: some milliseconds of the writer

	// After a batch the sequencer rests some times as long as the batch took: the
	// writer belongs to those who wait for an answer.
	rest    = 2
	maxRest = 500 * time.Millisecond
)

// errQuicker says that another sequencer took the entries first.
var errQuicker = errors.New("ledger: the log has grown meanwhile")

// addition is what a batch adds to a log.
type addition struct {
	from   int64
	leaves []leaf
	nodes  []kept
	taken  []audit.Link // the last entry of each lane that went on
	head   Head
}

// Sequence takes all entries of a realm that are not yet in its log, lane by lane
// in their order, and signs a head for each batch. It returns how many it took. Any number
// of sequencers may run at once; what one has not finished is not there.
func (s *Service) Sequence(ctx context.Context, realm string) (total int, err error) {
	for {
		begun := clock.System()
		n, err := s.step(ctx, realm)
		if errors.Is(err, errQuicker) {
			return total, nil // whoever was quicker goes on
		}
		if err != nil {
			return total, fmt.Errorf("sequence the log of realm %s: %w", realm, err)
		}
		if total += n; n < batch {
			return total, nil
		}
		select {
		case <-ctx.Done():
			return total, ctx.Err()
		case <-time.After(min(rest*clock.System().Sub(begun), maxRest)):
		}
	}
}

// step takes one batch. All reading and hashing happens before the writing.
func (s *Service) step(ctx context.Context, realm string) (int, error) {
	var a addition
	err := s.DB.View(ctx, func(tx *db.Tx) (err error) {
		a, err = s.gather(ctx, tx, realm)
		return err
	})
	if err != nil || len(a.leaves) == 0 {
		return 0, err
	}
	a.head.At = s.Now()
	if a.head, err = s.signer(realm).head(a.head); err != nil {
		return 0, err
	}
	return len(a.leaves), s.DB.InTx(ctx, func(tx *db.Tx) error { return a.keep(ctx, tx, realm) })
}

// gather reads what is not yet in the log and computes what it adds to the tree.
func (s *Service) gather(ctx context.Context, tx *db.Tx, realm string) (addition, error) {
	var a addition
	size, err := treeSize(ctx, tx, realm)
	if err != nil {
		return a, err
	}
	at, err := taken(ctx, tx, realm)
	if err != nil {
		return a, err
	}
	var links []audit.Link
	for lane := 0; lane < audit.Lanes && len(links) < batch; lane++ {
		list, err := audit.After(ctx, tx, realm, lane, at[lane], batch-len(links))
		if err != nil {
			return a, err
		}
		if len(list) > 0 {
			links, a.taken = append(links, list...), append(a.taken, list[len(list)-1])
		}
	}
	if len(links) == 0 {
		return a, nil
	}
	hashes, err := hashesOf(ctx, tx, realm, compact.RangeNodes(0, uint64(size), nil))
	if err != nil {
		return a, err
	}
	h := s.algorithms(realm).hasher()
	tree, err := trees(h).NewRange(0, uint64(size), hashes)
	if err != nil {
		return a, err
	}
	return a, a.extend(h, realm, tree, links)
}

// extend appends the leaves of links to the tree and notes every node that is complete now.
func (a *addition) extend(h merkle.LogHasher, realm string, tree *compact.Range, links []audit.Link) error {
	a.from = int64(tree.End())
	for i, l := range links {
		hash := leafHash(h, realm, l)
		l.Hash = hex.EncodeToString(hash)
		a.leaves = append(a.leaves, leaf{a.from + int64(i), l})
		err := tree.Append(hash, func(id compact.NodeID, hash []byte) {
			if id.Level > 0 {
				a.nodes = append(a.nodes, kept{id, hex.EncodeToString(hash)})
			}
		})
		if err != nil {
			return err
		}
	}
	root, err := tree.GetRootHash(nil)
	a.head.Size, a.head.Root = int64(tree.End()), root
	return err
}

// keep writes the batch, if the log is still as it was when the batch was gathered.
func (a *addition) keep(ctx context.Context, tx *db.Tx, realm string) error {
	grown, err := grow(ctx, tx, realm, a.from, a.head.Size)
	if err != nil {
		return err
	}
	if !grown {
		return errQuicker
	}
	if err := insertLeaves(ctx, tx, realm, a.leaves); err != nil {
		return err
	}
	if err := insertNodes(ctx, tx, realm, a.nodes); err != nil {
		return err
	}
	for _, l := range a.taken {
		if err := setTaken(ctx, tx, realm, l); err != nil {
			return err
		}
	}
	return insertHead(ctx, tx, a.head)
}
