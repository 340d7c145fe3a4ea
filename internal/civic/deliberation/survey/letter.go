// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package survey

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/id"
	"pavilion/internal/civic/deliberation/poll"
	"pavilion/internal/core/identity"
	"pavilion/internal/platform/db"
)

// codeLength is the characters of a household's code, of five bits each: nobody tries
// 2^80 of them.
const codeLength = 16

// Letter is a code for one household. It is shown once: only its hash is kept.
type Letter struct {
	No    int
	Label string
	Code  string
}

// Issue is a secretary having letters made.
type Issue struct {
	Realm string
	ID    string
	No    int // for this household alone, in place of the code it had; 0 for all that have none yet
	By    identity.Actor
}

// Issue makes codes and returns them in the order of households. A new one ends the one
// before. A household that has answered gets one too, to see and correct its answer.
func (s *Service) Issue(ctx context.Context, c Issue) (v Survey, out []Letter, err error) {
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		out = nil
		if v, err = find(ctx, tx, c.Realm, c.ID); err != nil {
			return err
		}
		switch {
		case !s.MayKeep(c.By, v):
			return fault.New(fault.Denied, "survey.not_yours")
		case !v.Takes(s.Now()):
			return fault.New(fault.Conflict, "survey.closed")
		}
		list, err := s.lettered(ctx, tx, v, c.No)
		if err != nil {
			return err
		}
		for _, h := range list {
			l := Letter{h.No, h.Label, id.Secret(codeLength)}
			if err := setHash(ctx, tx, v, h.No, hashOf(v, l.Code)); err != nil {
				return err
			}
			out = append(out, l)
		}
		if len(out) == 0 {
			return fault.New(fault.Conflict, "survey.no_letters")
		}
		s.note(ctx, tx, v, "issued", c.By, map[string]any{"letters": len(out), "again": c.No > 0})
		return nil
	})
	if err != nil {
		return v, nil, fmt.Errorf("issue codes: %w", err)
	}
	return v, out, nil
}

// hashOf is what is kept of a code.
func hashOf(v Survey, code string) string { return digest("code", v, poll.Plain(code)) }

// markOf is what a household keeps of the form of its last answer. From it nobody can
// work out the name of the remark that came with the form.
func markOf(v Survey, key string) string { return digest("form", v, key) }

func digest(purpose string, v Survey, text string) string {
	sum := sha256.Sum256([]byte(strings.Join([]string{"pavilion/survey", purpose, v.Realm, v.ID, text}, "\x00")))
	return hex.EncodeToString(sum[:])
}
