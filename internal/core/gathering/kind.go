// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package gathering

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"slices"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/core/edition"
	"pavilion/internal/platform/db"
)

// Edition is the kind of edition that a realm's own kinds of gatherings are.
const Edition = "gatherings"

// Part is something that the papers of a gathering have to say.
type Part string

// The parts.
const (
	PartChair      Part = "chair"      // who chaired
	PartWriter     Part = "writer"     // who wrote
	PartNotice     Part = "notice"     // everybody who should come was told
	PartAttendance Part = "attendance" // who came
	PartQuorum     Part = "quorum"     // enough had come when it began
	PartSeats      Part = "seats"      // every seat that must not be empty was there
	PartOutcomes   Part = "outcomes"   // what became of each item
	PartAnswers    Part = "answers"    // what was answered to each question
	PartObjections Part = "objections" // who objected to what, or that nobody did
	PartSigned     Part = "signed"     // photographs of the signed paper
)

// Parts lists the parts in the order in which they are missed.
func Parts() []Part {
	return []Part{
		PartChair, PartWriter, PartNotice, PartAttendance, PartQuorum, PartSeats, PartOutcomes, PartAnswers, PartObjections, PartSigned,
	}
}

// Kind is what is asked of one kind of gathering.
type Kind struct {
	Code   string   `json:"code"`
	For    []string `json:"for"`              // sorts of hosts that hold it
	First  ItemKind `json:"first,omitempty"`  // what the first item has to be; a warning where it is not
	Law    bool     `json:"law,omitempty"`    // the law of the host sets the days of notice, where it says any
	Days   int      `json:"days"`             // between the day of notice and that of the gathering
	Strict bool     `json:"strict,omitempty"` // set when one is called under law: later is refused, not warned of
	Parts  []Part   `json:"parts"`
	Basis  string   `json:"basis,omitempty"` // text that cites where the days come from
}

// under is a kind as it holds for a body: where law says how long before notice is
// given, later is refused.
func (k Kind) under(b Body) Kind {
	if k.Law && b.Notice > 0 {
		k.Days, k.Strict, k.Basis = b.Notice, true, b.Basis
	}
	return k
}

// needs reports whether the papers have to say something.
func (k Kind) needs(p Part) bool { return slices.Contains(k.Parts, p) }

// Book is a set of kinds.
type Book struct {
	Kinds []Kind `json:"kinds"`
}

// Read reads kinds. Lint says whether they will do.
func Read(body []byte) (*Book, error) {
	var b Book
	in := json.NewDecoder(bytes.NewReader(body))
	in.DisallowUnknownFields()
	if err := in.Decode(&b); err != nil {
		return nil, fmt.Errorf("gatherings: %w", err)
	}
	return &b, nil
}

// Load reads the kinds that a catalogue comes with.
func Load(fsys fs.FS) (*Book, error) {
	body, err := fs.ReadFile(fsys, "gatherings.json")
	if err != nil {
		return nil, err
	}
	return Read(body)
}

// Find is a kind by its code.
func (b *Book) Find(code string) (Kind, bool) {
	i := slices.IndexFunc(b.Kinds, func(k Kind) bool { return k.Code == code })
	if i < 0 {
		return Kind{}, false
	}
	return b.Kinds[i], true
}

// Of lists the kinds that a sort of host holds.
func (b *Book) Of(sort string) (out []Kind) {
	for _, k := range b.Kinds {
		if slices.Contains(k.For, sort) {
			out = append(out, k)
		}
	}
	return out
}

// maxDays bounds a term of notice.
const maxDays = 90

// Lint lists what is wrong with a set of kinds.
func (b *Book) Lint() (out []edition.Problem) {
	seen := map[string]bool{}
	for _, k := range b.Kinds {
		bad := func(wrong bool, field string) {
			if wrong {
				out = append(out, edition.Problem{Path: k.Code + "." + field, Key: "gathering.lint." + field})
			}
		}
		bad(k.Code == "" || seen[k.Code], "code")
		bad(len(k.For) == 0 || slices.Contains(k.For, ""), "for")
		bad(k.First != "" && !slices.Contains(ItemKinds(), k.First), "first")
		bad(k.Days < 0 || k.Days > maxDays, "days")
		bad(k.Strict, "strict")
		bad(k.Days > 0 && k.Basis == "", "basis")
		bad(!slices.Contains(k.Parts, PartOutcomes) || !slices.Contains(k.Parts, PartSigned), "parts")
		for _, p := range k.Parts {
			bad(!slices.Contains(Parts(), p), "parts")
		}
		seen[k.Code] = true
	}
	return out
}

// over is the kinds of the program with a realm's own in their place.
func (b *Book) over(own *Book) *Book {
	out := &Book{Kinds: slices.Clone(own.Kinds)}
	for _, k := range b.Kinds {
		if _, mine := own.Find(k.Code); !mine {
			out.Kinds = append(out.Kinds, k)
		}
	}
	return out
}

// Check lists what is wrong with a realm's own kinds. They may ask for more than the
// program's, never for less of what law sets.
func (s *Service) Check(_ context.Context, _ string, body []byte) []edition.Problem {
	own, err := Read(body)
	if err != nil {
		return []edition.Problem{{Path: "body", Key: "kind.unreadable", Params: map[string]string{"problem": err.Error()}}}
	}
	out := own.Lint()
	for _, k := range own.Kinds {
		law, known := s.Kinds.Find(k.Code)
		if !known {
			continue
		}
		if law.Law && !k.Law {
			out = append(out, edition.Problem{Path: k.Code + ".law", Key: "gathering.lint.weaker"})
		}
		for _, p := range law.Parts {
			if !slices.Contains(k.Parts, p) {
				out = append(out, edition.Problem{Path: k.Code + ".parts", Key: "gathering.lint.weaker"})
			}
		}
	}
	return out
}

// KindsAt are the kinds that are in force in a realm at an instant.
func (s *Service) KindsAt(ctx context.Context, realm string, at time.Time) (*Book, error) {
	own, _, err := s.local.At(ctx, realm, at)
	return s.with(own, err)
}

// kindsIn is KindsAt within a transaction.
func (s *Service) kindsIn(ctx context.Context, tx *db.Tx, realm string, at time.Time) (*Book, error) {
	own, _, err := s.local.In(ctx, tx, realm, at)
	return s.with(own, err)
}

// with is the kinds of the program with a realm's own, if it has any.
func (s *Service) with(own *Book, err error) (*Book, error) {
	switch {
	case err == nil:
		return s.Kinds.over(own), nil
	case fault.KindOf(err) == fault.Missing:
		return s.Kinds, nil
	}
	return nil, fmt.Errorf("kinds of gatherings: %w", err)
}
