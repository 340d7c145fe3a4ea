// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package privacy says what is shown of a matter, by its class, to whom. It is one
// table and one function, and every way out asks it: pages, lists, search and its
// index, exports, the API, notices, the inbox, what lies on disk.
//
//	rules.go  the table, and Decide
package privacy

import (
	"slices"
	"strings"

	"pavilion/internal/civic/matter/kind"
	"pavilion/internal/core/identity"
)

// Field is a part of a matter that its class may keep from somebody.
type Field string

// The fields. Number, type, area, body, state and times are no part of the table:
// they say nothing of a person, and work needs them.
const (
	Title      Field = "title"
	Text       Field = "text"
	Address    Field = "address"
	Point      Field = "point"       // the exact one
	Photos     Field = "photos"      // and whatever else is attached
	Steps      Field = "steps"       // what people wrote at steps
	Reply      Field = "reply"       // to the reporter
	PublicText Field = "public_text" // the desk's words for the public
	Contact    Field = "contact"     // of the reporter
)

// Fields lists them.
func Fields() []Field {
	return []Field{Title, Text, Address, Point, Photos, Steps, Reply, PublicText, Contact}
}

// Audience is for whom something is shown.
type Audience string

// The audiences.
const (
	Public    Audience = "public"
	Reporter  Audience = "reporter" // has shown number and code
	Desk      Audience = "desk"     // dispatches
	Head      Audience = "head"     // of the shift
	Handling  Audience = "handling" // works for the body that has it
	Reception Audience = "reception"
	Grid      Audience = "grid"
	Watching  Audience = "watching" // administrators, security administrators, auditors
)

// Audiences lists them.
func Audiences() []Audience {
	return []Audience{Public, Reporter, Desk, Head, Handling, Reception, Grid, Watching}
}

// Shown is how much of a field is shown. Of two, the larger shows more.
type Shown int

// From nothing to all.
const (
	Hidden    Shown = iota
	Masked          // something else stands in its place: type and area for a title
	OnPurpose       // to whoever has stated what for, and the look is recorded
	Open
)

// letters are how the table writes them.
const letters = "-mpo"

// classes are the columns of the table, in their order.
const classes = kind.PrivacyNone + kind.PrivacyOrdinary + kind.PrivacyRestricted + kind.PrivacySealed

// table says for each audience and field what is shown of classes A, B, C and D:
// o open, p on a stated purpose, m masked, - not at all. What is missing is not
// shown. Basis: guards 2 to 5 and the classes of the catalogue of matters.
//
// Nobody in public reads a reporter's words, of whatever class. Of D even the
// reporter's page repeats nothing that she wrote: whoever else gets hold of her
// receipt may be the one it is about.
var table = map[Audience]map[Field]string{
	Public:    {Title: "m---", PublicText: "o---"},
	Reporter:  {Title: "ooom", Text: "ooo-", Address: "ooo-", Point: "ooo-", Photos: "ooo-", Steps: "oooo", Reply: "oooo", PublicText: "ooo-"},
	Desk:      {Title: "oopp", Text: "oopp", Address: "oopp", Point: "oopp", Photos: "oopp", Steps: "oopp", Reply: "oopp", PublicText: "oopp", Contact: "pppp"},
	Head:      {Title: "oopp", Text: "oopp", Address: "oopp", Point: "oopp", Photos: "oopp", Steps: "oopp", Reply: "oopp", PublicText: "oopp"},
	Handling:  {Title: "oopp", Text: "oopp", Address: "oopp", Point: "oopp", Photos: "oopp", Steps: "oopp", Reply: "oopp", PublicText: "oopp"},
	Reception: {Title: "oop-", Text: "oop-", Address: "oop-", Point: "oop-", Photos: "oop-", Steps: "oop-", Reply: "oop-", PublicText: "oop-"},
	Grid:      {Title: "oop-", Text: "oop-", Address: "oop-", Point: "oop-", Photos: "oop-", Steps: "oop-", Reply: "oop-", PublicText: "oop-"},
	Watching:  {},
}

// Decide says how much of a field of a matter of the given class is shown to
// somebody who belongs to some audiences: the most that one of them sees. A class
// that does not exist shows as little as the strictest.
func Decide(class string, audiences []Audience, f Field) Shown {
	column := strings.Index(classes, class)
	if column < 0 || len(class) != 1 {
		column = len(classes) - 1
	}
	most := Hidden
	for _, a := range audiences {
		if row := table[a][f]; row != "" {
			most = max(most, Shown(strings.IndexByte(letters, row[column])))
		}
	}
	return most
}

// Of is the audience that somebody with a role belongs to, for a matter that the
// role may see.
func Of(r identity.Role) Audience {
	switch r {
	case identity.Dispatcher:
		return Desk
	case identity.ShiftHead:
		return Head
	case identity.Handler:
		return Handling
	case identity.Receptionist:
		return Reception
	case identity.GridWorker:
		return Grid
	default:
		return Watching
	}
}

// staff are the audiences that work with matters.
var staff = []Audience{Desk, Head, Handling, Reception, Grid}

// Everyday reports whether all who work with matters of a class read a field
// without a word. What is not everyday stands in no list, no inbox, no search
// index, and in nothing that is sent.
func Everyday(class string, f Field) bool {
	return !slices.ContainsFunc(staff, func(a Audience) bool { return Decide(class, []Audience{a}, f) < Open })
}

// Asks reports whether somebody would see more of a matter's words by stating a
// purpose.
func Asks(class string, audiences []Audience) bool {
	return slices.ContainsFunc(Fields(), func(f Field) bool {
		return f != Contact && Decide(class, audiences, f) == OnPurpose
	})
}

// Sealed reports whether the words of a class lie sealed in the database, and so
// in its backups.
func Sealed(class string) bool { return class == kind.PrivacySealed }
