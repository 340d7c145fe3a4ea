// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package proceeding

import (
	"bytes"
	"context"
	"encoding/json"
	"strconv"
	"strings"

	"pavilion/internal/base/fault"
	"pavilion/internal/core/edition"
	"pavilion/internal/core/procedure"
)

// Edition is the kind of edition that a realm's own procedure of topics is.
const Edition = "topic_procedure"

// readOwn reads a realm's own procedure.
func readOwn(body []byte) (*procedure.Definition, error) {
	var d procedure.Definition
	in := json.NewDecoder(bytes.NewReader(body))
	in.DisallowUnknownFields()
	if err := in.Decode(&d); err != nil {
		return nil, err
	}
	return &d, nil
}

// Check lists what is wrong with a realm's own procedure. It is assembled from the same
// proofs as those that come with the program, in states and actions that have names.
func (s *Service) Check(_ context.Context, _ string, body []byte) []edition.Problem {
	d, err := readOwn(body)
	if err != nil {
		return []edition.Problem{{Path: "body", Key: "kind.unreadable", Params: map[string]string{"problem": err.Error()}}}
	}
	var out []edition.Problem
	if d.Name != Custom {
		out = append(out, edition.Problem{Path: "name", Key: "proceeding.lint", Params: map[string]string{"problem": "the name is not " + Custom}})
	}
	for n, what := range Lint(d, s.Forms) {
		out = append(out, edition.Problem{Path: strconv.Itoa(n + 1), Key: "proceeding.lint", Params: map[string]string{"problem": what}})
	}
	for state := range d.States {
		if key := "topic.state." + string(state); s.Say(key) == key {
			out = append(out, edition.Problem{Path: string(state), Key: "proceeding.lint", Params: map[string]string{"problem": "there is no text for " + key}})
		}
	}
	for _, m := range d.Moves {
		if key := "topic.action." + string(m.Action); s.Say(key) == key {
			out = append(out, edition.Problem{Path: string(m.Action), Key: "proceeding.lint", Params: map[string]string{"problem": "there is no text for " + key}})
		}
	}
	return out
}

// own has the realm's own procedure ready, where it may stand for the one that law
// names: it leaves nothing out of what that asks for.
func (s *Service) own(ctx context.Context, realm, law string) error {
	d, err := s.ownNow(ctx, realm)
	if err != nil {
		return err
	}
	machine, err := s.machine(ctx, realm, law, 0)
	if err != nil {
		return err
	}
	if left := Covers(d, machine.Definition()); len(left) > 0 {
		return fault.New(fault.Conflict, "proceeding.own_weaker").At("own").With("left", strings.Join(left, ", "))
	}
	return s.Library.Offer(ctx, realm, d, s.Now())
}

// ownNow is the realm's own procedure that is in force. Its version follows from the
// number of the edition; the first is the one that the program comes with.
func (s *Service) ownNow(ctx context.Context, realm string) (*procedure.Definition, error) {
	e, err := s.Editions.At(ctx, realm, Edition, s.Now())
	if fault.KindOf(err) == fault.Missing {
		return nil, fault.New(fault.Conflict, "proceeding.no_own").At("own")
	}
	if err != nil {
		return nil, err
	}
	d, err := readOwn([]byte(e.Body))
	if err != nil {
		return nil, err
	}
	d.Version = e.Number + 1
	return d, nil
}
