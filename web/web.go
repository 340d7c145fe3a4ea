// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package web holds what browsers are given: templates, icons, and the built
// styles and scripts. It has no code; internal/edge/web/webkit serves it.
package web

import "embed"

//go:generate go -C ../tools run ./assets

// Files is the front end: templates/, icons/, dist/ with its manifest, and the
// vendored files that the manifest names.
//
//go:embed templates icons/*.svg brand dist vendored/maplibre-gl
var Files embed.FS
