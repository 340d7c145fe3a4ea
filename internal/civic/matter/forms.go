// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package matter

import (
	"encoding/json"
	"fmt"
	"io/fs"

	"pavilion/internal/base/form"
)

// Forms are the forms of the catalogue by name.
type Forms map[string]*form.Definition

// LoadForms reads forms/*.json.
func LoadForms(fsys fs.FS) (Forms, error) {
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
		var d form.Definition
		if err := json.Unmarshal(text, &d); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		forms[d.Name] = &d
	}
	return forms, nil
}
