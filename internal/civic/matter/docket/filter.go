// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package docket

import (
	"time"

	"pavilion/internal/base/clock"
	"pavilion/internal/core/procedure"
)

// Filter narrows a list. Its zero value lists what is open and narrows nothing.
type Filter struct {
	States     []procedure.State
	Type       string      // two, four or six digits of the catalogue's code
	Lo, Hi     int64       // an area; Hi 0 is everywhere
	Owner      string      // the body that deals with it
	Origin     string      // the channel
	Light      clock.Light // how far the term has run
	Supervised bool        // an answer to supervision is owed
	Applied    string      // "extension", "suspension" or "void" waits for its decision
	Escalated  bool        // a term has run out at least once
	Returned   bool        // a body objected to it
	Parts      bool        // it has open parts
	Keeper     string      // the account that was asked first
	From, To   time.Time   // reported from, and before
	Ended      bool        // those that have ended too, the newest first
	town       int64       // set when the area is exactly one town
	narrow     bool        // to the areas below a town
}

// All reports whether the list holds what has ended too. It is ordered by when
// things were reported then, and else by when they are due.
func (f Filter) All() bool { return f.Ended }
