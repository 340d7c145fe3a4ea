// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package ledger

import (
	"bytes"
	"encoding/hex"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emmansun/gmsm/sm3"
	"github.com/transparency-dev/merkle/compact"
	"github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"
	"golang.org/x/mod/sumdb/note"
	"pgregory.net/rapid"

	"pavilion/internal/core/audit"
	"pavilion/internal/platform/seal"
)

// The value was computed by a few lines of Python from the package comment alone.
func TestALeafIsWhatThePackageCommentLaysDown(t *testing.T) {
	const want = "28a5c55dca013e280e81c6ce70c29b28fd195cac288140e46cd5331fe62c3fef"
	if got := hex.EncodeToString(leafHash(rfc6962.DefaultHasher, "r1", audit.Link{Lane: 3, Seq: 7, Hash: "ab"})); got != want {
		t.Errorf("the leaf's hash is %s, want %s", got, want)
	}
}

func TestAHeadSaysWhatItIs(t *testing.T) {
	for _, name := range []string{seal.International, seal.National} {
		suite, err := seal.SuiteNamed(name)
		if err != nil {
			t.Fatal(err)
		}
		s, err := newSigner("410928", suite, bytes.Repeat([]byte{7}, 32))
		if err != nil {
			t.Fatal(err)
		}
		h, err := s.head(Head{Size: 5, Root: bytes.Repeat([]byte{1}, 32), At: time.UnixMicro(1772442000123456)})
		if err != nil {
			t.Fatal(err)
		}
		const text = "pavilion/410928\n5\nAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=\nat 2026-03-02T09:00:00.123456Z\n"
		if h.text() != text {
			t.Errorf("got %q", h.text())
		}
		opened, err := OpenHead(h.Note, s.String())
		if err != nil || opened.Size != 5 || !opened.At.Equal(h.At) || opened.Note != h.Note {
			t.Errorf("%s: got %+v, %v", name, opened, err)
		}
		for i := range len(h.Note) - 1 {
			altered := []byte(h.Note)
			altered[i] ^= 1
			if _, err := OpenHead(string(altered), s.String()); err == nil {
				t.Errorf("%s: a head altered at byte %d opens: %q", name, i, altered)
			}
		}
	}
}

// TestKeysAreThoseOfSignedNotes reads the international key with the library that
// laid down its form.
func TestKeysAreThoseOfSignedNotes(t *testing.T) {
	suite, err := seal.SuiteNamed(seal.International)
	if err != nil {
		t.Fatal(err)
	}
	s, err := newSigner("410928", suite, bytes.Repeat([]byte{7}, 32))
	if err != nil {
		t.Fatal(err)
	}
	theirs, err := note.NewVerifier(s.String())
	if err != nil || theirs.KeyHash() != s.KeyHash() || theirs.Name() != s.Name() {
		t.Fatal(theirs, err)
	}
	h, err := s.head(Head{Size: 1, Root: make([]byte, 32), At: time.UnixMicro(1)})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := note.Open([]byte(h.Note), note.VerifierList(theirs)); err != nil {
		t.Error(err)
	}
	for _, bad := range []string{"", "a", "a+b", "a+b+c", s.String() + "A", strings.Replace(s.String(), "pavilion", "Pavilion", 1), "x+00000000+AA=="} {
		if _, err := parseKey(bad); err == nil {
			t.Errorf("%q was taken for a key", bad)
		}
	}
	if _, err := newSigner("r", suite, []byte("short")); err == nil {
		t.Error("a short seed signs")
	}
}

// TestTheNationalTreeIsRFC6962OverSM3 compares with SM3 itself, whose vector is the
// standard's (GB/T 32905, "abc").
func TestTheNationalTreeIsRFC6962OverSM3(t *testing.T) {
	suite, err := seal.SuiteNamed(seal.National)
	if err != nil {
		t.Fatal(err)
	}
	h := algorithms{suite}.hasher()
	if got := hex.EncodeToString(hasher(algorithms{suite}).sum([]byte("abc"))); got != "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0" {
		t.Errorf("SM3 of abc is %s", got)
	}
	whole := sm3.Sum([]byte("\x00leaf"))
	if !bytes.Equal(h.HashLeaf([]byte("leaf")), whole[:]) || h.Size() != 32 {
		t.Error("a leaf is not the hash of 0 and itself")
	}
	pair := sm3.Sum([]byte("\x01ab"))
	if none := sm3.Sum(nil); !bytes.Equal(h.HashChildren([]byte("a"), []byte("b")), pair[:]) || !bytes.Equal(h.EmptyRoot(), none[:]) {
		t.Error("a node is not the hash of 1 and its children")
	}
}

// grown is a log in memory, made batch by batch as the sequencer makes it.
type grown struct {
	leaves []leaf
	nodes  map[compact.NodeID][]byte
	roots  map[uint64][]byte // by the size of a head
	sizes  []uint64
}

func growLog(t *rapid.T) grown {
	g := grown{nodes: map[compact.NodeID][]byte{}, roots: map[uint64][]byte{}}
	tree := trees(rfc6962.DefaultHasher).NewEmptyRange(0)
	var seqs [audit.Lanes]int64
	for _, lanes := range rapid.SliceOfN(rapid.SliceOfN(rapid.IntRange(0, audit.Lanes-1), 1, 40), 1, 8).Draw(t, "batches") {
		var links []audit.Link
		for _, lane := range lanes {
			seqs[lane]++
			links = append(links, audit.Link{Lane: lane, Seq: seqs[lane], Hash: hex.EncodeToString([]byte{byte(lane), byte(seqs[lane])})})
		}
		var a addition
		hashes := g.hashes(t, compact.RangeNodes(0, tree.End(), nil))
		tree, _ = trees(rfc6962.DefaultHasher).NewRange(0, tree.End(), hashes)
		if err := a.extend(rfc6962.DefaultHasher, "r1", tree, links); err != nil {
			t.Fatal(err)
		}
		g.leaves = append(g.leaves, a.leaves...)
		for _, l := range a.leaves {
			g.nodes[compact.NewNodeID(0, uint64(l.index))], _ = hex.DecodeString(l.Hash)
		}
		for _, n := range a.nodes {
			g.nodes[n.NodeID], _ = hex.DecodeString(n.hash)
		}
		g.sizes, g.roots[tree.End()] = append(g.sizes, tree.End()), a.head.Root
	}
	return g
}

// hashes are nodes that are kept; one that is not is a failure.
func (g grown) hashes(t *rapid.T, ids []compact.NodeID) [][]byte {
	var out [][]byte
	for _, id := range ids {
		if g.nodes[id] == nil {
			t.Fatalf("node %d/%d is not kept", id.Level, id.Index)
		}
		out = append(out, bytes.Clone(g.nodes[id]))
	}
	return out
}

func (g grown) prove(t *rapid.T, needed proof.Nodes, err error) [][]byte {
	if err != nil {
		t.Fatal(err)
	}
	list, err := needed.Rehash(g.hashes(t, needed.IDs), rfc6962.DefaultHasher.HashChildren)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// The size is bound by the head that is signed with the root: see the receipts.
func TestAnyLeafIsProvedAndNothingElse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := growLog(t)
		size := rapid.SampledFrom(g.sizes).Draw(t, "size")
		index := rapid.Uint64Range(0, size-1).Draw(t, "index")
		needed, err := proof.Inclusion(index, size)
		path := g.prove(t, needed, err)
		hash := g.nodes[compact.NewNodeID(0, index)]
		holds := func(index, size uint64, hash []byte, path [][]byte, root []byte) bool {
			return proof.VerifyInclusion(rfc6962.DefaultHasher, index, size, hash, path, root) == nil
		}
		if !holds(index, size, hash, path, g.roots[size]) {
			t.Fatalf("leaf %d of %d is not proved", index, size)
		}
		bit := rapid.IntRange(0, 255).Draw(t, "bit")
		flip := func(hash []byte) []byte {
			hash = bytes.Clone(hash)
			hash[bit/8] ^= 1 << (bit % 8)
			return hash
		}
		if holds(index, size, flip(hash), path, g.roots[size]) || holds(index, size, hash, path, flip(g.roots[size])) {
			t.Error("an altered leaf or root is proved")
		}
		for i := range path {
			altered := slices.Clone(path)
			altered[i] = flip(path[i])
			if holds(index, size, hash, altered, g.roots[size]) {
				t.Errorf("a proof altered at %d holds", i)
			}
		}
		other := rapid.Uint64Range(0, size-1).Filter(func(i uint64) bool { return i != index || size == 1 }).Draw(t, "other")
		if other != index && holds(other, size, hash, path, g.roots[size]) {
			t.Errorf("the leaf is proved at %d too", other)
		}
		for another, root := range g.roots {
			if another != size && index < another && holds(index, size, hash, path, root) {
				t.Errorf("the proof holds for the root of size %d", another)
			}
		}
	})
}

func TestAnyTwoHeadsAreConsistent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := growLog(t)
		from, to := rapid.SampledFrom(g.sizes).Draw(t, "from"), rapid.SampledFrom(g.sizes).Draw(t, "to")
		from, to = min(from, to), max(from, to)
		needed, err := proof.Consistency(from, to)
		path := g.prove(t, needed, err)
		if err := proof.VerifyConsistency(rfc6962.DefaultHasher, from, to, path, g.roots[from], g.roots[to]); err != nil {
			t.Fatalf("from %d to %d: %v", from, to, err)
		}
		altered := bytes.Clone(g.roots[from])
		altered[0] ^= 1
		if proof.VerifyConsistency(rfc6962.DefaultHasher, from, to, path, altered, g.roots[to]) == nil {
			t.Error("another root is consistent too")
		}
	})
}
