// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package audit

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"hash/fnv"
	"strconv"
)

// Lanes is how many chains a realm has. Changing it would break the rule that
// all entries of a subject are in one lane.
const Lanes = 16

// version begins what is hashed, so that a later encoding cannot be mistaken
// for this one.
const version = "pavilion-audit-1"

// laneOf tells in which lane a subject's entries are.
func laneOf(subject string) int {
	h := fnv.New32a()
	h.Write([]byte(subject))
	return int(h.Sum32() % Lanes)
}

// Sum is the hash of r over everything but Hash itself, as the package comment
// lays down. An entry is whole when it is r.Hash.
func (r *Record) Sum() string {
	buf := make([]byte, 0, 512+len(r.Detail))
	for _, part := range [...]string{
		version, r.Realm, strconv.Itoa(r.Lane), strconv.FormatInt(r.Seq, 10), r.ID,
		r.Subject, r.Act, r.Actor, strconv.FormatInt(r.At.UnixMicro(), 10), r.Detail, r.Prev,
	} {
		buf = binary.BigEndian.AppendUint64(buf, uint64(len(part)))
		buf = append(buf, part...)
	}
	hash := sha256.Sum256(buf)
	return hex.EncodeToString(hash[:])
}
