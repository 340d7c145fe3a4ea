// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package ledger

import (
	"bytes"
	"context"
	"encoding/hex"
	"fmt"
	"math/bits"

	"github.com/transparency-dev/merkle"
	"github.com/transparency-dev/merkle/compact"

	"pavilion/internal/core/audit"
	"pavilion/internal/platform/db"
)

const (
	stride = 4096 // leaves that Verify reads at once
	listed = 200  // problems that a Report spells out

	aheadOf = 1000 // entries of a lane that are read at once
)

// Report is what Verify found. The log is whole when Problems is empty.
type Report struct {
	Leaves   int64    `json:"leaves"`
	Heads    int      `json:"heads"`
	Problems []string `json:"problems"`
}

// Verify computes the log of a realm anew from its audit entries and compares
// every leaf, every node and every head with what is kept. The entries themselves
// are checked by package audit. Entries may be added while it runs.
func (s *Service) Verify(ctx context.Context, realm string) (Report, error) {
	h := s.algorithms(realm).hasher()
	c := checker{realm: realm, key: s.Key(realm), hasher: h, tree: trees(h).NewEmptyRange(0), bad: map[compact.NodeID]bool{}, report: Report{Problems: []string{}}}
	var size int64
	var at [audit.Lanes]int64
	err := s.DB.View(ctx, func(tx *db.Tx) (err error) {
		if size, err = treeSize(ctx, tx, realm); err != nil {
			return err
		}
		if at, err = taken(ctx, tx, realm); err != nil {
			return err
		}
		return c.around(ctx, tx, size)
	})
	for err == nil && !c.stopped && c.next() < size {
		err = s.DB.View(ctx, func(tx *db.Tx) error { return c.part(ctx, tx, min(c.next()+stride, size)) })
	}
	if err != nil {
		return Report{}, fmt.Errorf("verify the log of realm %s: %w", realm, err)
	}
	for lane, seq := range at {
		if !c.stopped && seq != c.last[lane] {
			c.problem("lane %d is in the log up to entry %d, and noted up to %d", lane, c.last[lane], seq)
		}
	}
	if c.unlisted > 0 {
		c.report.Problems = append(c.report.Problems, fmt.Sprintf("and %d more problems", c.unlisted))
	}
	return c.report, nil
}

// checker walks along the log.
type checker struct {
	realm, key string
	hasher     merkle.LogHasher
	report     Report
	unlisted   int

	tree    *compact.Range            // computed anew
	last    [audit.Lanes]int64        // the entry of each lane that came last
	ahead   [audit.Lanes][]audit.Link // entries read before they are wanted
	stored  map[compact.NodeID]string // nodes that this part completes
	bad     map[compact.NodeID]bool   // nodes that differ
	fits    int64                     // size of the last head that fits
	broken  bool                      // a signed head names another root
	stopped bool
}

// next is the index of the leaf that comes next.
func (c *checker) next() int64 { return int64(c.tree.End()) }

func (c *checker) problem(format string, args ...any) {
	if len(c.report.Problems) == listed {
		c.unlisted++
		return
	}
	c.report.Problems = append(c.report.Problems, "log: "+fmt.Sprintf(format, args...))
}

// around checks what lies outside the log, and that its newest head is the log's.
func (c *checker) around(ctx context.Context, tx *db.Tx, size int64) error {
	inner := size - int64(bits.OnesCount64(uint64(size)))
	n, err := outside(ctx, tx, c.realm, size, inner)
	if err != nil {
		return err
	}
	if n > 0 {
		c.problem("%d rows are outside the log of %d leaves", n, size)
	}
	list, err := heads(ctx, tx, c.realm, 0, size, true, 1)
	if err == nil && size > 0 && (len(list) == 0 || list[0].size != size) {
		c.problem("the head of size %d is missing", size)
	}
	return err
}

// part checks the leaves up to end, the nodes they complete and the heads on the way.
func (c *checker) part(ctx context.Context, tx *db.Tx, end int64) error {
	begin := c.next()
	list, err := leaves(ctx, tx, c.realm, begin, end)
	if err != nil {
		return err
	}
	if err := c.read(ctx, tx, begin, end); err != nil {
		return err
	}
	signed, err := heads(ctx, tx, c.realm, begin, end, false, int(end-begin))
	if err != nil {
		return err
	}
	for i := begin; i < end; i++ {
		if len(list) == 0 || list[0].index != i {
			c.problem("leaf %d is missing; what follows it cannot be checked", i)
			c.stopped = true
			return nil
		}
		if err := c.leaf(ctx, tx, list[0]); err != nil {
			return err
		}
		list = list[1:]
		for len(signed) > 0 && signed[0].size == c.next() {
			if err := c.head(signed[0]); err != nil {
				return err
			}
			signed = signed[1:]
		}
	}
	return nil
}

// read reads the nodes that are complete once the log grows from begin to end.
func (c *checker) read(ctx context.Context, tx *db.Tx, begin, end int64) error {
	c.stored = map[compact.NodeID]string{}
	for level := uint(1); end>>level > begin>>level; level++ {
		list, err := nodes(ctx, tx, c.realm, level, begin>>level, end>>level)
		if err != nil {
			return err
		}
		for _, n := range list {
			c.stored[n.NodeID] = n.hash
		}
	}
	return nil
}

// leaf checks one leaf against its entry and adds it to the tree. The tree goes
// on from the leaf that is kept, so that one alteration is reported once.
func (c *checker) leaf(ctx context.Context, tx *db.Tx, l leaf) error {
	where := fmt.Sprintf("leaf %d (lane %d, entry %d)", l.index, l.Lane, l.Seq)
	entry, found, err := c.entry(ctx, tx, l)
	if err != nil {
		return err
	}
	switch {
	case l.Lane < 0 || l.Lane >= audit.Lanes:
		c.problem("%s is of no lane", where)
	case l.Seq != c.last[l.Lane]+1:
		c.problem("%s stands where entry %d belongs", where, c.last[l.Lane]+1)
	case !found:
		c.problem("%s: its entry is missing", where)
	}
	if found && hex.EncodeToString(leafHash(c.hasher, c.realm, entry)) != l.Hash {
		c.problem("%s does not fit its entry", where)
	}
	hash, err := hex.DecodeString(l.Hash)
	if err != nil {
		hash = leafHash(c.hasher, c.realm, entry)
	}
	if l.Lane >= 0 && l.Lane < audit.Lanes {
		c.last[l.Lane] = l.Seq
	}
	c.report.Leaves++
	return c.tree.Append(hash, c.node)
}

// entry returns the entry of a leaf, read ahead as long as leaves follow one another.
func (c *checker) entry(ctx context.Context, tx *db.Tx, l leaf) (audit.Link, bool, error) {
	if l.Lane < 0 || l.Lane >= audit.Lanes {
		return audit.Link{}, false, nil
	}
	ahead := c.ahead[l.Lane]
	if len(ahead) == 0 || ahead[0].Seq != l.Seq {
		var err error
		if ahead, err = audit.After(ctx, tx, c.realm, l.Lane, l.Seq-1, aheadOf); err != nil {
			return audit.Link{}, false, err
		}
	}
	if len(ahead) == 0 || ahead[0].Seq != l.Seq {
		c.ahead[l.Lane] = ahead
		return audit.Link{}, false, nil
	}
	c.ahead[l.Lane] = ahead[1:]
	return ahead[0], true, nil
}

// node compares a node that is complete now with the one kept. One that differs
// because of one below it is not reported again.
func (c *checker) node(id compact.NodeID, hash []byte) {
	if id.Level == 0 {
		return
	}
	text, ok := c.stored[id]
	if text == hex.EncodeToString(hash) {
		return
	}
	c.bad[id] = true
	left := compact.NewNodeID(id.Level-1, 2*id.Index)
	if c.bad[left] || c.bad[left.Sibling()] {
		return
	}
	begin, end := id.Coverage()
	what := "does not fit them"
	if !ok {
		what = "is missing"
	}
	c.problem("the node over leaves %d to %d (level %d, %d) %s", begin, end-1, id.Level, id.Index, what)
}

// head checks a head against its signature and the tree. Once a signed head names
// another root all later ones do.
func (c *checker) head(h keptHead) error {
	c.report.Heads++
	signed, err := OpenHead(h.note, c.key)
	if err != nil || signed.Realm != c.realm || signed.Size != h.size {
		c.problem("the head of size %d was rewritten: its signature does not fit", h.size)
		return nil
	}
	root, err := c.tree.GetRootHash(nil)
	if err != nil {
		return err
	}
	switch {
	case bytes.Equal(root, signed.Root):
		c.fits = h.size
	case !c.broken:
		c.broken = true
		c.problem("among leaves %d to %d something was rewritten: the signed head of size %d names another root", c.fits, h.size-1, h.size)
	}
	return nil
}
