// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webrights_test

import (
	"testing"
	"time"

	"pavilion/internal/edge/web/webkit/webkittest"
	"pavilion/internal/edge/web/webrights"
)

func TestEveryPageIsSoundInEveryLanguage(t *testing.T) {
	k := webkittest.Kit(t, time.Date(2026, 9, 16, 1, 0, 0, 0, time.UTC))
	webrights.Samples(k)
	webkittest.Pages(t, k, "rights")
	webkittest.Pages(t, k, "retention")
}
