// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package procedure

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"sync"
	"time"

	"pavilion/internal/base/clock"
	"pavilion/internal/base/fault"
	"pavilion/internal/platform/db"
)

// Library holds the published versions of each realm and the machines made of
// them. A published version never changes, so what was read once is kept. Which
// version is the latest is read once too: a process follows what another one
// publishes after its next start.
type Library struct {
	db  *db.DB
	cal *clock.Calendar

	mu       sync.RWMutex
	latest   map[string]int // realm/name to version
	machines map[string]any // realm/name/version to *Machine[S]
}

// NewLibrary returns a library over d whose terms are counted on cal.
func NewLibrary(d *db.DB, cal *clock.Calendar) *Library {
	return &Library{db: d, cal: cal, latest: map[string]int{}, machines: map[string]any{}}
}

// Read reads a definition from the catalogue.
func Read(fsys fs.FS, name string) (*Definition, error) {
	text, err := fs.ReadFile(fsys, "procedures/"+name+".json")
	if err != nil {
		return nil, err
	}
	var d Definition
	in := json.NewDecoder(bytes.NewReader(text))
	in.DisallowUnknownFields()
	if err := in.Decode(&d); err != nil {
		return nil, fmt.Errorf("procedure %s: %w", name, err)
	}
	return &d, nil
}

// Publish makes d the version that new cases of a realm follow. Publishing what
// is published already does nothing; another text under the same version, or a
// version that is not the next one, is a Conflict; a realm may begin with any.
func (l *Library) Publish(ctx context.Context, realm string, d *Definition, by string, at time.Time) error {
	return l.publish(ctx, realm, d, by, at, func(last int) bool { return last == 0 || d.Version == last+1 })
}

// publish stores d if it is sound and its version may follow the last one.
func (l *Library) publish(ctx context.Context, realm string, d *Definition, by string, at time.Time, follows func(last int) bool) error {
	if problems := Lint(d, Known{}); len(problems) > 0 {
		return fault.New(fault.Invalid, "procedure.faulty").With("problem", problems[0])
	}
	text, err := json.Marshal(d)
	if err != nil {
		return err
	}
	keep := func(tx *db.Tx) error {
		last, stored, err := newest(ctx, tx, realm, d.Name)
		switch {
		case err != nil:
			return err
		case last == d.Version && stored == string(text):
			return nil
		case !follows(last):
			return fault.New(fault.Conflict, "procedure.version_taken")
		}
		return insert(ctx, tx, realm, d, string(text), by, at)
	}
	if err = l.db.InTx(ctx, keep); db.IsDuplicate(err) {
		err = l.db.InTx(ctx, keep) // another process was quicker: see what it published
	}
	if err != nil {
		return fmt.Errorf("publish %s v%d: %w", d.Name, d.Version, err)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.follow(realm, d)
	return nil
}

// Offer publishes d for a realm that has no version of the procedure, or an
// earlier one, whatever its number. It is how a new release of the program
// brings its definitions.
func (l *Library) Offer(ctx context.Context, realm string, d *Definition, at time.Time) error {
	last := 0
	err := l.db.View(ctx, func(tx *db.Tx) (err error) {
		last, _, err = newest(ctx, tx, realm, d.Name)
		return err
	})
	if err != nil || last >= d.Version {
		return err
	}
	return l.publish(ctx, realm, d, string(System), at, func(last int) bool { return d.Version > last })
}

// follow makes d the version that new cases follow, unless a later one is known.
// The caller holds mu.
func (l *Library) follow(realm string, d *Definition) {
	if name := realm + "/" + d.Name; l.latest[name] < d.Version {
		l.latest[name] = d.Version
	}
}

// Machines returns the machine of a version, or of the latest for version 0. It
// reads the database only for versions not used before.
func Machines[S any](ctx context.Context, l *Library, realm, name string, version int,
	guards map[string]Guard[S], terms map[string]TermOf[S]) (*Machine[S], error) {
	l.mu.RLock()
	if version == 0 {
		version = l.latest[realm+"/"+name]
	}
	m, ok := l.machines[key(realm, name, version)].(*Machine[S])
	l.mu.RUnlock()
	if ok {
		return m, nil
	}
	d, err := l.load(ctx, realm, name, version)
	if err != nil {
		return nil, err
	}
	if m, err = New(d, guards, terms, l.cal); err != nil {
		return nil, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if version == 0 {
		l.follow(realm, d)
	}
	l.machines[key(realm, name, d.Version)] = m
	return m, nil
}

func key(realm, name string, version int) string {
	return fmt.Sprintf("%s/%s/%d", realm, name, version)
}

func (l *Library) load(ctx context.Context, realm, name string, version int) (*Definition, error) {
	var d Definition
	err := l.db.View(ctx, func(tx *db.Tx) error {
		text, err := find(ctx, tx, realm, name, version)
		if err != nil {
			return err
		}
		return json.Unmarshal([]byte(text), &d)
	})
	if err != nil {
		return nil, fmt.Errorf("procedure %s v%d: %w", name, version, err)
	}
	return &d, nil
}
