// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webgathering_test

import (
	"testing"
	"time"

	"pavilion/internal/edge/web/webgathering"
	"pavilion/internal/edge/web/webkit/webkittest"
)

func TestEveryPageIsSoundInEveryLanguage(t *testing.T) {
	k := webkittest.Kit(t, time.Date(2026, 9, 20, 1, 0, 0, 0, time.UTC))
	webgathering.Samples(k)
	webkittest.Pages(t, k, "gathering")
}
