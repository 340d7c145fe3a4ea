// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package intake

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/id"
	"pavilion/internal/core/identity"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/sheet"
)

const (
	partRows  = 100 // rows of a part: as many as one transaction takes
	partBatch = 10  // parts that are kept in one transaction while a file is received
	maxFile   = 100 // characters of a file's name
)

// Receive is somebody sending a file.
type Receive struct {
	Realm  string
	Source string // its id
	File   string // what it is called
	In     io.ReaderAt
	Size   int64
	By     identity.Actor
}

// Receive keeps the rows of a file until it is imported or dropped. If the source's
// mapping fits, the check begins at once. It fails with Invalid, and keeps nothing,
// for what is no table.
func (s *Service) Receive(ctx context.Context, c Receive) (Run, error) {
	source, err := s.Source(ctx, c.Realm, c.Source, c.By)
	if err != nil {
		return Run{}, err
	}
	table, err := sheet.Open(c.In, c.Size, s.Limits)
	if err != nil {
		return Run{}, err
	}
	sum := sha256.New()
	if _, err := io.Copy(sum, io.NewSectionReader(c.In, 0, c.Size)); err != nil {
		return Run{}, fmt.Errorf("receive file: %w", err)
	}
	name := []rune(c.File)
	run := Run{
		Realm: c.Realm, ID: id.New(), Source: source.ID, Place: source.Place, File: string(name[:min(len(name), maxFile)]),
		Hash: hex.EncodeToString(sum.Sum(nil)), About: table.About, Mapping: source.Mapping, State: Reading,
		By: c.By.Account, At: s.Matters.Now(), Revision: 1,
	}
	err = s.Matters.DB.InTx(ctx, func(tx *db.Tx) error { return s.insertRun(ctx, tx, run) })
	if err == nil {
		err = s.keepRows(ctx, &run, table)
	}
	if err == nil && run.Lines == 0 {
		err = fault.New(fault.Invalid, "intake.no_rows")
	}
	if err != nil {
		return Run{}, errors.Join(err, s.forget(context.WithoutCancel(ctx), run))
	}
	err = s.Matters.DB.InTx(ctx, func(tx *db.Tx) error {
		s.note(ctx, tx, run.Realm, run.ID, "matter.intake_received", c.By, map[string]any{"lines": run.Lines, "hash": run.Hash})
		run.State = Read
		if source.Mapping.Fits(run.About.Headings) {
			return s.beginCheck(ctx, tx, &run, source)
		}
		return s.updateRun(ctx, tx, &run)
	})
	return run, err
}

// keepRows reads the table to its end and keeps it in parts.
func (s *Service) keepRows(ctx context.Context, run *Run, table *sheet.Reader) error {
	var parts [][]row
	var part []row
	flush := func() error {
		first := run.Parts
		run.Parts += len(parts)
		kept := parts
		parts = nil
		return s.keepParts(ctx, *run, first, kept)
	}
	for {
		r, err := table.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		run.Lines++
		part = append(part, kept(r))
		if len(part) == partRows {
			parts, part = append(parts, part), nil
		}
		if len(parts) == partBatch {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	if len(part) > 0 {
		parts = append(parts, part)
	}
	return flush()
}

// kept is a row as it is kept.
func kept(r sheet.Row) row {
	out := row{Line: r.Line, Cells: r.Cells}
	for _, f := range r.Faults {
		out.Faults = append(out.Faults, Fault{Heading: f.Field, Key: f.Key, Params: f.Params})
	}
	return out
}

// keepParts seals parts and stores them, the first under the given number.
func (s *Service) keepParts(ctx context.Context, run Run, first int, parts [][]row) error {
	sealed := make([]string, len(parts))
	for i, rows := range parts {
		var packed bytes.Buffer
		z := gzip.NewWriter(&packed)
		if err := errors.Join(json.NewEncoder(z).Encode(rows), z.Close()); err != nil {
			return err
		}
		var err error
		if sealed[i], err = s.Matters.Box.Seal(run.Realm, partName(run, first+i), packed.Bytes()); err != nil {
			return err
		}
	}
	return s.Matters.DB.InTx(ctx, func(tx *db.Tx) error {
		for i, text := range sealed {
			if err := insertPart(ctx, tx, run.Realm, run.ID, first+i, text); err != nil {
				return err
			}
		}
		return nil
	})
}

// partName is what a part is sealed for: it opens as nothing else.
func partName(run Run, part int) string {
	return "intake " + run.Realm + " " + run.ID + " " + strconv.Itoa(part)
}

// part opens one part of a run.
func (s *Service) part(ctx context.Context, run Run, number int) (rows []row, err error) {
	var sealed string
	err = s.Matters.DB.View(ctx, func(tx *db.Tx) error {
		sealed, err = findPart(ctx, tx, run.Realm, run.ID, number)
		return err
	})
	if err != nil {
		return nil, err
	}
	packed, err := s.Matters.Box.Open(sealed, partName(run, number))
	if err != nil {
		return nil, err
	}
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	return rows, json.NewDecoder(z).Decode(&rows)
}

// Sample returns the first rows of a run, at most n, as the sender wrote them.
func (s *Service) Sample(ctx context.Context, run Run, n int) ([][]string, error) {
	rows, err := s.part(ctx, run, 0)
	var out [][]string
	for _, r := range rows[:min(n, len(rows))] {
		out = append(out, r.Cells)
	}
	return out, err
}
