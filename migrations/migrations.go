// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package migrations embeds the schema: one numbered sequence of SQL, forward
// only. A file named NNNN_name.sql serves both engines; where they need
// different words there are NNNN_name.sqlite.sql and NNNN_name.postgres.sql.
package migrations

import "embed"

//go:embed *.sql
var files embed.FS

// FS returns the migration files.
func FS() embed.FS { return files }
