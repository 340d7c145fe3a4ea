// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package intake

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/form"
	"pavilion/internal/base/geo"
	"pavilion/internal/civic/matter"
)

// reading is what reading the rows of one run takes.
type reading struct {
	mapping  Mapping
	headings []string
	at       map[Field]int // the column of each field that has one
	zone     *time.Location
	types    map[string]bool     // codes of the catalogue
	areas    map[string][]string // ids by name and by code
	source   Source
}

// row is one line of a table as it is kept.
type row struct {
	Line   int      `json:"line"`
	Cells  []string `json:"cells"`
	Faults []Fault  `json:"faults,omitempty"`
}

// Fault is what the table itself says is wrong with a line.
type Fault struct {
	Heading string            `json:"heading,omitempty"`
	Key     string            `json:"key"`
	Params  map[string]string `json:"params,omitempty"`
}

// word is a value that has no meaning yet.
type word struct {
	field Field
	value string
}

// look finds the columns of the fields.
func (r *reading) look() {
	r.at = map[Field]int{}
	for field, heading := range r.mapping.Columns {
		if i := slices.Index(r.headings, heading); i >= 0 {
			r.at[field] = i
		}
	}
}

// cell returns what a row says of a field; nothing where it has no column.
func (r *reading) cell(w row, f Field) string {
	if i, ok := r.at[f]; ok && i < len(w.Cells) {
		return w.Cells[i]
	}
	return ""
}

// report makes the report that a row asks for. Words without a meaning are
// returned apart: people answer them once and not for each line.
func (r *reading) report(w row) (c matter.Report, unknown []word, faults []*fault.Error) {
	for _, f := range w.Faults {
		if f.Heading == "" || r.takes(f.Heading) {
			faults = append(faults, (&fault.Error{Kind: fault.Invalid, Key: f.Key, Params: f.Params}).At(f.Heading))
		}
	}
	c = matter.Report{
		Realm: r.source.Realm, Origin: r.mapping.Origin, Key: r.key(w), Area: r.source.Area,
		Title: r.cell(w, Title), Text: r.cell(w, Text), Address: r.cell(w, Address),
	}
	bad := func(field Field, err error) {
		if f, ok := fault.As(err); ok {
			faults = append(faults, f.At(r.mapping.Columns[field]))
		}
	}
	mean := func(field Field, own func(string) (string, bool), into *string) {
		theirs := r.cell(w, field)
		if theirs == "" {
			return
		}
		ours, ok := r.mapping.Values[field][short(theirs)]
		if !ok {
			ours, ok = own(theirs)
		}
		switch {
		case !ok:
			unknown = append(unknown, word{field, short(theirs)})
		case ours != "":
			*into = ours
		}
	}
	mean(Type, func(code string) (string, bool) { return code, r.types[code] }, &c.Type)
	mean(Area, r.area, &c.Area)
	if text := r.cell(w, Said); text != "" {
		at, err := moment(text, r.mapping.Order, r.zone)
		c.Said = at
		bad(Said, err)
	}
	if lon, lat := r.cell(w, Lon), r.cell(w, Lat); lon != "" || lat != "" {
		p, err := geo.ParsePoint(lon, lat)
		p = map[string]func(geo.Point) geo.Point{"gcj02": geo.FromGCJ02, "bd09": geo.FromBD09, "wgs84": same}[r.mapping.Grid](p)
		c.Point = &p
		bad(Lon, err)
	}
	answers, err := contact().Read(r.given(w, Name, Phone, Mail))
	for _, f := range listed(err) {
		bad(Field(f.Field), f)
	}
	c.Contact = matter.Contact{Name: answers[string(Name)], Phone: answers[string(Phone)], Mail: answers[string(Mail)]}
	return c, unknown, faults
}

func same(p geo.Point) geo.Point { return p }

// takes reports whether the mapping has a field for a heading.
func (r *reading) takes(heading string) bool {
	for _, h := range r.mapping.Columns {
		if h == heading {
			return true
		}
	}
	return false
}

// given lists what a row says of some fields, as a form would.
func (r *reading) given(w row, fields ...Field) map[string][]string {
	out := map[string][]string{}
	for _, f := range fields {
		if text := r.cell(w, f); text != "" {
			out[string(f)] = []string{text}
		}
	}
	return out
}

// contact is how the sender of a report may be reached.
func contact() *form.Definition {
	return &form.Definition{Fields: []form.Field{
		{Name: string(Name), Kind: form.Text, Max: 50}, {Name: string(Phone), Kind: form.Phone}, {Name: string(Mail), Kind: form.Mail},
	}}
}

// listed returns a fault and those joined to it, one by one.
func listed(err error) []*fault.Error {
	first, ok := fault.As(err)
	if !ok {
		return nil
	}
	alone := *first
	alone.More = nil
	return append([]*fault.Error{&alone}, first.More...)
}

// area finds the one area of the source that goes by a name or code.
func (r *reading) area(text string) (string, bool) {
	ids := r.areas[text]
	if len(ids) != 1 {
		return "", false
	}
	return ids[0], true
}

// key is by what a line is known when it comes again: its number at the sender,
// or, if it has none, all that it says.
func (r *reading) key(w row) string {
	if number := r.cell(w, ID); number != "" {
		return r.source.ID + "/" + number
	}
	h := sha256.New()
	for i, cell := range w.Cells {
		if cell != "" {
			h.Write([]byte(r.headings[i] + "\x00" + strconv.Itoa(len(cell)) + "\x00" + cell))
		}
	}
	return r.source.ID + "#" + hex.EncodeToString(h.Sum(nil))
}

// headingOf is the heading of the column to which a report's field at fault belongs.
func (m Mapping) headingOf(field string) string {
	f, ok := map[string]Field{"category": Type, "point": Lon}[field]
	if !ok {
		f = Field(field)
	}
	return m.Columns[f]
}

// Check says what is wrong with a mapping: choices that do not exist, no column
// for the text, one column for two fields.
func (m Mapping) Check() error {
	var faults []*fault.Error
	wrong := func(field, key string) { faults = append(faults, fault.New(fault.Invalid, key).At(field)) }
	for field, choice := range map[string]bool{
		"origin": slices.Contains(Origins(), m.Origin), "order": slices.Contains(Orders(), m.Order), "grid": slices.Contains(Grids(), m.Grid),
	} {
		if !choice {
			wrong(field, "intake.choose")
		}
	}
	if m.Columns[Text] == "" {
		wrong(string(Text), "intake.text_column")
	}
	if (m.Columns[Lon] == "") != (m.Columns[Lat] == "") {
		wrong(string(Lat), "intake.both_coordinates")
	}
	used := map[string]bool{}
	for _, f := range Fields() {
		if h := m.Columns[f]; h != "" && used[h] {
			wrong(string(f), "intake.column_twice")
		}
		used[m.Columns[f]] = true
	}
	slices.SortFunc(faults, func(a, b *fault.Error) int { return strings.Compare(a.Field, b.Field) })
	return fault.Join(faults...)
}
