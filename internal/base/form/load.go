// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package form

import (
	"encoding/json"
	"fmt"
	"io/fs"
)

// Forms are the forms of a catalogue by name.
type Forms map[string]*Definition

// Load reads forms/*.json.
func Load(fsys fs.FS) (Forms, error) {
	names, err := fs.Glob(fsys, "forms/*.json")
	if err != nil {
		return nil, err
	}
	forms := Forms{}
	for _, name := range names {
		text, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, err
		}
		var d Definition
		if err := json.Unmarshal(text, &d); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		forms[d.Name] = &d
	}
	return forms, nil
}

// Read reads what was sent for the form of a name.
func (f Forms) Read(name string, values map[string][]string) (Answers, error) {
	d, ok := f[name]
	if !ok {
		return nil, fmt.Errorf("form %s is not in the catalogue", name)
	}
	return d.Read(values)
}
