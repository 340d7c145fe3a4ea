// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package main

import (
	"database/sql"
	"testing"
)

// alter changes a database behind the program's back.
func alter(t *testing.T, path, statement string) {
	t.Helper()
	d, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if _, err := d.Exec(statement); err != nil {
		t.Fatal(err)
	}
}
