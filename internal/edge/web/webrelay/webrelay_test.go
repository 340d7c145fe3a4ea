// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webrelay_test

import (
	"testing"
	"time"

	"pavilion/internal/edge/web/webkit/webkittest"
	"pavilion/internal/edge/web/webrelay"
)

func TestEveryPageIsSoundInEveryLanguage(t *testing.T) {
	k := webkittest.Kit(t, time.Date(2026, 9, 16, 1, 0, 0, 0, time.UTC))
	webrelay.Samples(k)
	webkittest.Pages(t, k, "relay_")
}
