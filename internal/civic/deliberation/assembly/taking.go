// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package assembly

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/id"
	"pavilion/internal/base/text"
	"pavilion/internal/core/identity"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/sheet"
)

// Take is a secretary adding the people of a table to a body.
type Take struct {
	Realm    string
	Assembly string
	In       io.ReaderAt
	Size     int64
	Words    map[string]string // headings and cells as people write them, to codes
	By       identity.Actor
}

// Problem is a line of a table that cannot be taken. Line 0 is the table itself.
type Problem struct {
	Line  int
	Fault *fault.Error
}

// Taken is what became of a table: either everybody in it was added, or nobody, and
// Problems says why.
type Taken struct {
	Joined   int // people
	Lines    int
	Problems []Problem
}

// maxLines bounds the lines of a table, and the problems that are listed.
const (
	maxLines    = 5000
	maxProblems = 200
)

// columnsOf are the columns that a table may have. Person tells namesakes apart: the
// same mark is the same person, another is another, and #12 is no. 12 of the register.
func columnsOf() []string {
	return []string{"name", "household", "area", "voting", "seat", "since", "until", "person"}
}

// Words are the headings and cells of tables in every language.
func Words(t *text.Catalogue) map[string]string {
	out := map[string]string{}
	for _, lang := range t.Languages() {
		say := t.Printer(lang)
		for _, c := range columnsOf() {
			out[strings.ToLower(say.T("assembly.column."+c))] = c
			out[c] = c
		}
		for _, k := range Kinds() {
			for _, s := range k.Seats() {
				out[strings.ToLower(say.T("assembly.seat."+string(s)))] = string(s)
			}
		}
		out[strings.ToLower(say.T("assembly.yes"))], out[strings.ToLower(say.T("assembly.no_vote"))] = "yes", "no"
	}
	return out
}

// line is one line of a table.
type line struct {
	at     int
	person string
	join   Join
	faults []*fault.Error
}

// errUntaken rolls back a table of which not every line can be taken.
var errUntaken = errors.New("assembly: not every line can be taken")

// Take adds everybody in a table, or nobody if a line cannot be taken. The same table
// sent again adds nobody twice. A name that stands twice has to be said to be one
// person or two.
func (s *Service) Take(ctx context.Context, c Take) (done Taken, err error) {
	lines, err := readLines(c)
	if f, ok := fault.As(err); ok && f.Kind == fault.Invalid {
		return done, err
	}
	if err != nil {
		return done, fmt.Errorf("read list of members: %w", err)
	}
	sameNames(lines)
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		done = Taken{Lines: len(lines)}
		a, err := s.open(ctx, tx, c.Realm, c.Assembly, c.By)
		if err != nil {
			return err
		}
		all, err := s.members(ctx, tx, a.Realm, a.ID)
		if err != nil {
			return err
		}
		before := len(all)
		persons := map[string]int{} // name and mark → number
		for i := range lines {
			l := lines[i]
			key := l.join.Name + "\x1f" + l.person
			if no := persons[key]; no > 0 && l.person != "" {
				l.join.Same = strconv.Itoa(no)
			}
			if a.Kind.Areas() && len(l.join.Holdings) == 0 {
				l.faults = append(l.faults, fault.New(fault.Invalid, "form.required").At("household"))
			}
			if len(l.faults) == 0 {
				m, err := s.join(ctx, tx, a, &all, l.join)
				persons[key] = m.No
				if f, ok := fault.As(err); ok {
					l.faults = append(l.faults, append([]*fault.Error{f}, f.More...)...)
				} else if err != nil {
					return err
				}
			}
			for _, f := range l.faults {
				done.Problems = append(done.Problems, Problem{l.at, f})
			}
			if len(done.Problems) >= maxProblems {
				break
			}
		}
		if done.Joined = len(all) - before; len(done.Problems) > 0 {
			done.Joined = 0
			return errUntaken
		}
		return nil
	})
	if errors.Is(err, errUntaken) {
		return done, nil
	}
	return done, err
}

// readLines reads a table.
func readLines(c Take) (out []line, err error) {
	sum := sha256.New()
	if _, err := io.Copy(sum, io.NewSectionReader(c.In, 0, c.Size)); err != nil {
		return nil, err
	}
	t, err := sheet.Open(c.In, c.Size, sheet.Limits{Rows: maxLines})
	if err != nil {
		return nil, err
	}
	columns := make([]string, len(t.Headings))
	named := false
	for i, h := range t.Headings {
		columns[i] = c.Words[strings.ToLower(h)]
		if columns[i] == "" {
			return nil, fault.New(fault.Invalid, "assembly.heading_unknown").At("file").With("heading", h)
		}
		named = named || columns[i] == "name"
	}
	if !named {
		return nil, fault.New(fault.Invalid, "assembly.no_names").At("file")
	}
	mark := hex.EncodeToString(sum.Sum(nil))
	for {
		row, err := t.Next()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		l := line{at: row.Line, faults: row.Faults}
		l.join = Join{
			Realm: c.Realm, Assembly: c.Assembly, Key: id.Of(c.Realm, c.Assembly, "list", mark, strconv.Itoa(row.Line)), Voting: true, By: c.By,
		}
		var flat Holding
		for i, cell := range row.Cells {
			l.read(columns[i], strings.TrimSpace(cell), c.Words, &flat)
		}
		if flat != (Holding{}) {
			l.join.Holdings = []Holding{flat}
		}
		out = append(out, l)
	}
}

// read takes one cell.
func (l *line) read(column, cell string, words map[string]string, flat *Holding) {
	if cell == "" {
		return
	}
	code := words[strings.ToLower(cell)]
	switch column {
	case "name":
		l.join.Name = strings.Join(strings.Fields(cell), " ")
	case "household":
		flat.Household = cell
	case "area":
		n, err := ParseShare(cell)
		if flat.Share = n; err != nil {
			l.faults = append(l.faults, err)
		}
	case "voting":
		if l.join.Voting = code == "yes"; code != "yes" && code != "no" {
			l.faults = append(l.faults, fault.New(fault.Invalid, "assembly.yes_or_no").At("voting"))
		}
	case "seat":
		l.join.Seat = Seat(cmp.Or(code, cell))
	case "since":
		l.join.Since = cell
	case "until":
		l.join.Until = cell
	case "person":
		l.person = cell
	}
}

// sameNames has each name that stands twice be said to be one person or two.
func sameNames(lines []line) {
	times := map[string]int{}
	for _, l := range lines {
		times[l.join.Name]++
	}
	for i := range lines {
		l := &lines[i]
		no, there := strings.CutPrefix(l.person, "#")
		switch {
		case there:
			l.join.Same = no
		case l.person != "":
			l.join.Same = Another
		case times[l.join.Name] > 1 && l.join.Name != "":
			l.faults = append(l.faults, fault.New(fault.Invalid, "assembly.name_twice").At("person"))
		}
	}
}

// ParseShare reads an area such as 89.50 as hundredths of a square metre.
func ParseShare(text string) (int64, *fault.Error) {
	whole, part, _ := strings.Cut(strings.TrimSpace(text), ".")
	n, err := strconv.ParseInt(whole, 10, 64)
	for len(part) < 2 {
		part += "0"
	}
	cents, bad := strconv.ParseUint(part, 10, 8)
	if err != nil || bad != nil || len(part) > 2 || n < 0 || n > maxShare/100 {
		return 0, fault.New(fault.Invalid, "assembly.bad_area").At("area")
	}
	return n*100 + int64(cents), nil
}
