// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package topic

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"slices"

	"pavilion/internal/base/clock"
)

// Level is one step of the discussion by levels.
type Level string

// Terms are the levels there are and how long a reply may take, as the catalogue has them.
type Terms struct {
	Reply  clock.Term `json:"reply"`
	Levels []Level    `json:"levels"` // the lowest first
}

// ParseTerms reads terms. Lint says whether they will do.
func ParseTerms(body []byte) (*Terms, error) {
	var t Terms
	in := json.NewDecoder(bytes.NewReader(body))
	in.DisallowUnknownFields()
	if err := in.Decode(&t); err != nil {
		return nil, fmt.Errorf("topics: %w", err)
	}
	return &t, nil
}

// LoadTerms reads the terms of a catalogue.
func LoadTerms(fsys fs.FS) (*Terms, error) {
	body, err := fs.ReadFile(fsys, "deliberation/topics.json")
	if err != nil {
		return nil, err
	}
	return ParseTerms(body)
}

// Lint lists what is wrong with the terms.
func (t *Terms) Lint() (out []string) {
	if !slices.Contains(clock.Units(), t.Reply.Unit) || t.Reply.N <= 0 || t.Reply.Basis == "" {
		out = append(out, "topics: a reply has a term with its basis")
	}
	if len(t.Levels) == 0 {
		out = append(out, "topics: there is one level at least")
	}
	seen := map[Level]bool{}
	for _, l := range t.Levels {
		if l == "" || seen[l] {
			out = append(out, fmt.Sprintf("topics: level %q is empty or there twice", l))
		}
		seen[l] = true
	}
	return out
}

// Above lists the levels above one, the next first.
func (t *Terms) Above(l Level) []Level { return t.Levels[slices.Index(t.Levels, l)+1:] }
