// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package evaluation

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
)

// happened is an event as a procedure told it. Instants are microseconds.
type happened struct {
	ID         string `json:"id"`
	Seq        int    `json:"seq"`
	Action     string `json:"action"`
	From       string `json:"from"`
	To         string `json:"to"`
	Final      bool   `json:"final"`
	Type       string `json:"type"`
	Origin     string `json:"origin"`
	Relation   string `json:"relation"`
	Place      int64  `json:"place"`
	Town       int64  `json:"town"`
	Owner      string `json:"owner"`
	Escalation int    `json:"escalation"`
	LeftDue    int64  `json:"left_due"`
	Due        int64  `json:"due"`
	Rating     int    `json:"rating"`
	Reached    string `json:"reached"`
	Solved     string `json:"solved"`
	Satisfied  string `json:"satisfied"`

	at int64
}

func decode(body []byte, at int64) (happened, error) {
	h := happened{at: at}
	err := json.Unmarshal(body, &h)
	h.Seq = max(h.Seq, 1) // the first event of a case has none
	return h, err
}

// Fact is a case as its events tell it: when what was done and how it ended. It
// names no person and holds nobody's words.
type Fact struct {
	Type     string `json:"type,omitempty"`
	Town     int64  `json:"town,omitempty"`
	Place    int64  `json:"place,omitempty"`
	Body     string `json:"body,omitempty"`
	Origin   string `json:"origin,omitempty"`
	Relation string `json:"relation,omitempty"`
	Profile  string `json:"profile,omitempty"`
	State    string `json:"state"`

	Reported   int64 `json:"reported"` // instants in microseconds, 0 for never
	Registered int64 `json:"registered,omitempty"`
	Dispatched int64 `json:"dispatched,omitempty"` // first
	Signed     int64 `json:"signed,omitempty"`     // first
	SignDue    int64 `json:"sign_due,omitempty"`
	Handled    int64 `json:"handled,omitempty"` // first
	HandleDue  int64 `json:"handle_due,omitempty"`
	Answered   int64 `json:"answered,omitempty"`
	Called     int64 `json:"called,omitempty"` // last
	Ended      int64 `json:"ended,omitempty"`
	Due        int64 `json:"due,omitempty"` // of the present state

	Dispatches  int    `json:"dispatches,omitempty"`
	Returns     int    `json:"returns,omitempty"`
	Reworks     int    `json:"reworks,omitempty"`
	Extensions  int    `json:"extensions,omitempty"`
	Suspensions int    `json:"suspensions,omitempty"`
	Reopened    int    `json:"reopened,omitempty"`
	Settled     bool   `json:"settled,omitempty"` // handled on the spot
	Reached     string `json:"reached,omitempty"`
	Solved      string `json:"solved,omitempty"`
	Satisfied   string `json:"satisfied,omitempty"`
	Rating      int    `json:"rating,omitempty"`
}

// fold makes the fact of a case from its events, in any order, each once.
func fold(events []happened) Fact {
	slices.SortFunc(events, func(a, b happened) int { return a.Seq - b.Seq })
	var f Fact
	for _, e := range events {
		f.take(e)
	}
	return f
}

// first keeps the earlier of two instants.
func first(have *int64, at int64) {
	if *have == 0 {
		*have = at
	}
}

// take adds what one event tells. It names the actions of the procedure of
// matters; other procedures tell the same by the same words.
func (f *Fact) take(e happened) {
	f.Type, f.Origin, f.Relation, f.Place, f.Town = e.Type, e.Origin, e.Relation, e.Place, e.Town
	if e.Owner != "" {
		f.Body = e.Owner
	}
	f.Due = e.Due
	if e.To != "" {
		f.State = e.To
	}
	switch e.Action {
	case "": // it was reported
		f.Reported, f.State = e.at, "reported"
	case "register":
		first(&f.Registered, e.at)
	case "dispatch", "reassign", "arbitrate":
		first(&f.Dispatched, e.at)
		f.Dispatches++
	case "object":
		f.Returns++
	case "sign":
		if f.Signed == 0 {
			f.Signed, f.SignDue = e.at, e.LeftDue
		}
	case "handle":
		if f.Handled == 0 {
			f.Handled, f.HandleDue = e.at, e.LeftDue
		}
	case "settle":
		first(&f.Registered, e.at)
		f.Settled, f.Handled, f.HandleDue = true, e.at, e.at
	case "fail", "rework", "sample_fail":
		f.Reworks++
	case "grant_extension":
		f.Extensions++
	case "grant_suspension":
		f.Suspensions++
	case "feed_back":
		first(&f.Answered, e.at)
	case "call_back":
		f.Called, f.Reached, f.Solved, f.Satisfied = e.at, e.Reached, e.Solved, e.Satisfied
	case "rate":
		f.Rating = e.Rating
	case "reopen":
		f.Reopened++
		f.Reached, f.Solved, f.Satisfied = "", "", ""
	case "unmerge":
		f.Ended = 0
	}
	if e.Final {
		first(&f.Ended, e.at)
		f.Due = 0
	}
}

// part is the key of a fact in a dimension, and within which other.
func (f Fact) part(d Dimension) (within, part string) {
	switch d {
	case Town:
		return "", strconv.FormatInt(f.Town, 10)
	case Place:
		return strconv.FormatInt(f.Town, 10), strconv.FormatInt(f.Place, 10)
	case Body:
		return "", f.Body
	case Class:
		return "", fmt.Sprintf("%.2s", f.Type)
	case Kind:
		return fmt.Sprintf("%.2s", f.Type), f.Type
	case Channel:
		return "", f.Origin
	case Profile:
		return "", f.Profile
	default:
		return "", ""
	}
}
