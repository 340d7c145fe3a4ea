// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webaccount_test

import (
	"testing"
	"time"

	"pavilion/internal/edge/web/webaccount"
	"pavilion/internal/edge/web/webkit/webkittest"
)

func TestEveryPageIsSoundInEveryLanguage(t *testing.T) {
	k := webkittest.Kit(t, time.Date(2026, 9, 16, 1, 0, 0, 0, time.UTC))
	webaccount.Samples(k)
	webkittest.Pages(t, k, "account")
}
