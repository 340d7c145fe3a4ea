// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package intake takes matters over from hotlines and other systems, in tables
// whose columns every sender names differently. How a sender's columns are read is
// kept with the source and used again.
//
// A file is received once: its rows are kept, sealed, until the import is over. It
// is then checked as a whole, and only when no line is bad may it be started. From
// there on it is carried to its end in small transactions, whatever happens
// meanwhile: docs/adr/0019 says why that is whole.
//
//	intake.go   what a source, a mapping and a run are
//	rules.go    how a row becomes a report (no I/O)
//	moment.go   how times are written (no I/O)
//	guess.go    which column is probably what (no I/O)
//	source.go   sources are made, found and changed
//	receive.go  a file is received
//	check.go    its lines are checked
//	carry.go    its lines are taken
//	run.go      runs are found, checked again, started, dropped; the worker
//	store*.go   the only SQL
package intake

import (
	"slices"
	"time"

	"pavilion/internal/base/trace"
	"pavilion/internal/civic/matter"
	"pavilion/internal/platform/sheet"
)

// Field is something that a report says.
type Field string

// The fields. Text has to have a column; the others may.
const (
	ID      Field = "id"   // the sender's own number: with it, nothing is taken twice
	Said    Field = "said" // when it was reported there
	Type    Field = "type"
	Title   Field = "title"
	Text    Field = "text"
	Area    Field = "area"
	Address Field = "address"
	Lon     Field = "lon"
	Lat     Field = "lat"
	Name    Field = "name"
	Phone   Field = "phone"
	Mail    Field = "mail"
)

// Fields lists the fields in the order in which people are asked for them.
func Fields() []Field {
	return []Field{ID, Said, Text, Title, Type, Area, Address, Lon, Lat, Name, Phone, Mail}
}

// Translated lists the fields whose values are the sender's words for ours.
func Translated() []Field { return []Field{Type, Area} }

// Origins lists the channels that a source may stand for.
func Origins() []string { return []string{"hotline", "import", "hall", "volunteer", "patrol"} }

// Orders lists in which order dates name day, month and year. A date that begins
// with four digits is read by year, month and day whatever the order.
func Orders() []string { return []string{"ymd", "dmy", "mdy"} }

// Grids lists the ways in which coordinates are given.
func Grids() []string { return []string{"wgs84", "gcj02", "bd09"} }

// Mapping says how a source's columns are read.
type Mapping struct {
	Origin  string                      `json:"origin"`
	Columns map[Field]string            `json:"columns"` // the heading of each field that has a column
	Order   string                      `json:"order"`
	Grid    string                      `json:"grid"`
	Values  map[Field]map[string]string `json:"values,omitempty"` // ours by theirs; empty: the desk decides
}

// Fits reports whether a table with these headings has all the columns.
func (m Mapping) Fits(headings []string) bool {
	for _, heading := range m.Columns {
		if !slices.Contains(headings, heading) {
			return false
		}
	}
	return m.Columns[Text] != ""
}

// Source is where matters come from. What lies outside its area is not taken from
// it, and only those who work for all of its area see it.
type Source struct {
	Realm    string
	ID       string
	Name     string
	Area     string
	Place    int64 // where the area begins
	Mapping  Mapping
	By       string
	At       time.Time
	Revision int
}

// State says how far a run has come.
type State string

// The states. From Read, Faulty and Checked a run may be checked again or dropped;
// what is Importing will be Done.
const (
	Reading   State = "reading"
	Read      State = "read"
	Checking  State = "checking"
	Faulty    State = "faulty"
	Checked   State = "checked"
	Importing State = "importing"
	Done      State = "done"
	Dropped   State = "dropped"
)

// Waits reports whether the next step is a person's.
func (s State) Waits() bool { return s == Read || s == Faulty || s == Checked }

// Moves reports whether the run goes on by itself.
func (s State) Moves() bool { return s == Checking || s == Importing }

// Run is the import of one file.
type Run struct {
	Realm     string
	ID        string
	Source    string
	Place     int64
	File      string
	Hash      string // SHA-256 of the file
	About     sheet.About
	Mapping   Mapping // as it was when the check began
	Found     Found
	State     State
	Lines     int // rows below the heading
	Parts     int
	Next      int // the first part that is not done
	Made      int
	Repeated  int // lines that had been taken before
	By        string
	At        time.Time
	CheckedAt time.Time
	EndedAt   time.Time
	Revision  int
}

// Taken is how many lines have been taken, those that had been taken before too.
func (r Run) Taken() int { return r.Made + r.Repeated }

// Found is what a check finds.
type Found struct {
	Bad      int                 `json:"bad"` // lines that cannot be taken
	Problems []Problem           `json:"problems,omitempty"`
	More     int                 `json:"more,omitempty"` // problems that are not listed
	Unknown  map[Field][]Unknown `json:"unknown,omitempty"`
	Same     int                 `json:"same,omitempty"`   // lines without a number that repeat an earlier one to the letter
	Traces   []Traced            `json:"traces,omitempty"` // lines whose words lead to a person
	Traced   int                 `json:"traced,omitempty"` // how many such lines there are, listed or not
}

// Traced is a line in whose words traces of persons were found: which kinds, never
// the values. It is taken like the others. Nothing of it is shown in public before
// somebody has worded it anew and somebody else has released that.
type Traced struct {
	Line    int          `json:"line"`
	Heading string       `json:"heading"`
	Kinds   []trace.Kind `json:"kinds"`
}

// Problem is one thing that is wrong with a line.
type Problem struct {
	Line    int               `json:"line"`
	Heading string            `json:"heading,omitempty"`
	Key     string            `json:"key"`
	Params  map[string]string `json:"params,omitempty"`
}

// Unknown is a sender's word that nobody has said the meaning of.
type Unknown struct {
	Value string `json:"value"`
	Lines int    `json:"lines"`
}

// Bounds of what a check lists.
const (
	maxProblems = 1000
	maxUnknown  = 200
	maxTraced   = 1000
	maxValue    = 60 // characters of a value that is listed
)

// Service carries out the use cases. Limits that are zero take their usual values.
type Service struct {
	Matters *matter.Service
	Limits  sheet.Limits
}
