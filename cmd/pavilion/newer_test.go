// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package main

import (
	"database/sql"
	"testing"
)

// tooNew marks a database as migrated by a program from the future.
func tooNew(t *testing.T, path string) {
	t.Helper()
	d, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if _, err := d.Exec(`INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, 1)`); err != nil {
		t.Fatal(err)
	}
}
