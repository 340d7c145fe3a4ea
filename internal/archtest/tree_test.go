// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package archtest

import (
	"os"
	"testing"
)

// TestTree holds every rule against this repository.
func TestTree(t *testing.T) {
	tree, err := load(os.DirFS("../.."))
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rules {
		t.Run(r.name, func(t *testing.T) {
			for _, f := range r.find(tree) {
				t.Errorf("%s: %s (%s)", f.at, f.what, r.why)
			}
		})
	}
}
