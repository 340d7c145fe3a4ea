// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webpublic

import (
	"testing"
	"time"

	"pavilion/internal/edge/web/webkit/webkittest"
)

func TestEveryPageIsSoundInEveryLanguage(t *testing.T) {
	k := webkittest.Kit(t, time.Date(2026, 9, 16, 15, 0, 0, 0, time.UTC))
	Samples(k)
	for _, name := range []string{"home", "report", "receipt", "track", "follow", "list"} {
		webkittest.Pages(t, k, name)
	}
}
