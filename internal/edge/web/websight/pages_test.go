// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package websight_test

import (
	"testing"
	"time"

	"pavilion/internal/edge/web/webkit/webkittest"
	"pavilion/internal/edge/web/websight"
)

func TestEveryPageIsSoundInEveryLanguage(t *testing.T) {
	k := webkittest.Kit(t, time.Date(2026, 9, 16, 1, 0, 0, 0, time.UTC))
	websight.Samples(k)
	webkittest.Pages(t, k, "sight_")
}
