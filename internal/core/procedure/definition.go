// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package procedure is the engine that every civic procedure runs on: which
// states there are, who may move a case from one to the next, by when, on which
// form, and on what basis.
//
// A Definition is data, edited by people who are not programmers and checked by
// Lint before it is published. It names guards and terms; it does not contain
// them. Those are Go in the package that owns the subject, so a definition can
// never say more than the code allows. The engine knows states, roles and time.
// It does not know money, votes, maps or people.
//
//	definition.go  what a definition says
//	lint.go        what is wrong with one: its moves and what they lead to
//	lint_time.go   what is wrong with its terms
//	machine.go     running one: what follows from an attempt
//	clocks.go      the terms that run for a case, replayed from its history
//	mermaid.go     drawing one
//	library.go     the published versions of each realm
//	store.go       where they are kept (the only SQL)
package procedure

import "pavilion/internal/base/clock"

// State is a stage of a procedure, such as "registered". Values are stored and
// published: rename one only with a migration.
type State string

// Action is what somebody does to move a case, such as "dispatch".
type Action string

// Role is the capacity in which somebody acts, such as "dispatcher".
type Role string

// System is the role of the program itself, which acts when a term runs out.
const System Role = "system"

// Definition is one version of a procedure. A case keeps the version it began
// with, however often the procedure is revised.
type Definition struct {
	Name    string              `json:"name"`
	Version int                 `json:"version"`
	Basis   string              `json:"basis"` // the rule this carries out
	Start   State               `json:"start"`
	States  map[State]StateRule `json:"states"`
	Whole   *WholeRule          `json:"whole,omitempty"` // the term of the case as a whole, if there is one
	Moves   []Move              `json:"moves"`           // in the order they are offered, the likeliest first
}

// StateRule says what holds while a case is in a state.
type StateRule struct {
	Final    bool        `json:"final,omitempty"`
	Within   *clock.Term `json:"within,omitempty"`   // how long a case may stay
	Term     string      `json:"term,omitempty"`     // the name of a term that depends on the case, instead of Within
	OnExpiry Action      `json:"onExpiry,omitempty"` // what the system does when it has stayed too long
	Repeat   *clock.Term `json:"repeat,omitempty"`   // and again after, when that leaves it in the state
	Pauses   bool        `json:"pauses,omitempty"`   // the term of the state it was entered from stands still meanwhile
	Untimed  bool        `json:"untimed,omitempty"`  // a case may stay for ever, for the reason that Basis gives
	Basis    string      `json:"basis,omitempty"`    // why the state has its named term, or none
}

// WholeRule limits a case as a whole, beside the states' own limits. Its term
// begins when the case first reaches From, stands still where the states' terms
// do, is lengthened with them, and ends with the case.
type WholeRule struct {
	From  State  `json:"from"`
	Term  string `json:"term"` // the name of a term that depends on the case
	Basis string `json:"basis"`
}

// timed reports whether a case's time in the state is limited.
func (r StateRule) timed() bool { return r.Within != nil || r.Term != "" }

// Move is one allowed action. Without To the case stays where it is.
type Move struct {
	Action  Action   `json:"action"`
	From    []State  `json:"from"`
	To      State    `json:"to,omitempty"`
	By      []Role   `json:"by"`
	Form    string   `json:"form,omitempty"`    // what must be filled in
	Guards  []string `json:"guards,omitempty"`  // Go conditions, by name
	Extends string   `json:"extends,omitempty"` // the name of a term granted in addition to the state's; of moves that stay
	Anew    bool     `json:"anew,omitempty"`    // the term of the state begins anew, also when it stood still
	Basis   string   `json:"basis,omitempty"`   // why this move exists
}

// Stays reports whether the move leaves the case in its state.
func (m Move) Stays() bool { return m.To == "" }
