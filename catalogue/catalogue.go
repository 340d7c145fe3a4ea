// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package catalogue embeds the rules as data: procedures, forms, types of
// matter, calendars, divisions, and every sentence that people read.
package catalogue

import "embed"

//go:embed *.json calendars deliberation divisions forms procedures texts years
var files embed.FS

// FS returns the catalogue's files.
func FS() embed.FS { return files }
