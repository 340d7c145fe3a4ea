// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webdisclosure

import (
	"testing"
	"time"

	"pavilion/internal/edge/web/webkit/webkittest"
)

func TestEveryPageIsSoundInEveryLanguage(t *testing.T) {
	k := webkittest.Kit(t, time.Date(2026, 9, 21, 9, 0, 0, 0, time.UTC))
	Samples(k)
	webkittest.Pages(t, k, "disclosure_")
}
