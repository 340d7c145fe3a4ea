// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webintake

import (
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"path"
	"strings"

	"pavilion/internal/base/fault"
	"pavilion/internal/civic/matter/intake"
	"pavilion/internal/core/identity"
	"pavilion/internal/edge/web/webkit"
)

const (
	maxFile  = 64 << 20 // bytes of a file that is sent
	maxValue = 4 << 10  // bytes of another field
	maxName  = 200      // bytes of a file's name
)

// sent is an upload as it was read.
type sent struct {
	values url.Values
	file   *os.File // removed already from its folder; nil without one
	name   string
	size   int64
}

// close lets the file go.
func (s *sent) close() {
	if s.file != nil {
		s.file.Close() // nothing was written that has to stay
	}
}

// upload takes a file, and makes a source if none was chosen.
func (p *Pages) upload(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxFile+maxForm)
	s, err := receive(r)
	defer s.close()
	r.PostForm = s.values
	var run intake.Run
	if err == nil {
		run, err = p.take(r, &s)
	}
	if err == nil {
		webkit.Done(w, r, address(run.ID), "")
		return nil
	}
	if fault.KindOf(err) != fault.Invalid {
		return err
	}
	return p.show(w, r, http.StatusUnprocessableEntity, p.Kit.Again(r, atFile(err)))
}

// take hands the file to its source.
func (p *Pages) take(r *http.Request, s *sent) (intake.Run, error) {
	if s.file == nil || s.size == 0 {
		return intake.Run{}, fault.New(fault.Invalid, "intake.no_file").At("file")
	}
	actor := webkit.ActorOf(r)
	source, err := p.source(r, s.values, actor)
	if err != nil {
		return intake.Run{}, err
	}
	s.values.Set("source", source.ID) // it is there now, whatever becomes of the file
	return p.Intake.Receive(r.Context(), intake.Receive{
		Realm: p.Realm, Source: source.ID, File: s.name, In: s.file, Size: s.size, By: actor,
	})
}

// source is the one that was chosen, or a new one.
func (p *Pages) source(r *http.Request, values url.Values, actor identity.Actor) (intake.Source, error) {
	if id := values.Get("source"); id != "" {
		found, err := p.Intake.Source(r.Context(), p.Realm, id, actor)
		if fault.KindOf(err) == fault.Missing {
			err = fault.New(fault.Invalid, "intake.source_missing").At("source")
		}
		return found, err
	}
	return p.Intake.AddSource(r.Context(), intake.NewSource{
		Realm: p.Realm, Name: values.Get("name"), Origin: values.Get("origin"), Area: values.Get("area"), By: actor,
	})
}

// atFile points a fault that names no field at the file.
func atFile(err error) error {
	first, ok := fault.As(err)
	if !ok {
		return err
	}
	var out []*fault.Error
	alone := *first
	alone.More = nil
	for _, f := range append([]*fault.Error{&alone}, first.More...) {
		if f.Field == "" {
			f = f.At("file")
		}
		out = append(out, f)
	}
	return fault.Join(out...)
}

// receive reads a form with a file. The file goes to disk as it comes: it may be
// much larger than what one request should hold in memory.
func receive(r *http.Request) (sent, error) {
	s := sent{values: url.Values{}}
	form, err := r.MultipartReader()
	if err != nil {
		return s, fault.New(fault.Invalid, "intake.no_file").At("file").Because(err)
	}
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			return s, nil
		}
		if err == nil && part.FileName() != "" && s.file == nil {
			err = s.keep(part)
		} else if err == nil {
			var text []byte
			text, err = io.ReadAll(io.LimitReader(part, maxValue))
			s.values.Add(part.FormName(), string(text))
		}
		if large := (*http.MaxBytesError)(nil); errors.As(err, &large) {
			return s, fault.New(fault.Invalid, "intake.large").With("max", fmt.Sprint(maxFile>>20)).At("file")
		}
		if err != nil {
			return s, fault.New(fault.Invalid, "intake.broken").At("file").Because(err)
		}
	}
}

// keep puts the file where it can be read more than once. It has no name there and
// is gone with the request, also when the server is.
func (s *sent) keep(part *multipart.Part) error {
	file, err := os.CreateTemp("", "pavilion-intake-*")
	if err != nil {
		return err
	}
	s.file = file
	if err := os.Remove(file.Name()); err != nil {
		return err
	}
	name := strings.ToValidUTF8(path.Base(strings.ReplaceAll(part.FileName(), `\`, "/")), "")
	s.name = strings.ToValidUTF8(name[:min(len(name), maxName)], "")
	s.size, err = io.Copy(file, part)
	return err
}
