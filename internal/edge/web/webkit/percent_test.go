// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webkit_test

import (
	"testing"

	"pavilion/internal/edge/web/webkit"
)

func TestAShareInPercent(t *testing.T) {
	for _, tt := range []struct {
		part, whole int64
		want        string
	}{
		{0, 0, "—"}, {3, 0, "—"}, {0, 7, "0%"}, {7, 7, "100%"}, {8, 9, "88.9%"}, {1, 3, "33.3%"}, {2, 3, "66.7%"}, {1, 2, "50%"},
		{1, 2000, "0.1%"}, {1, 2001, "0%"}, {1999, 2000, "100%"}, {17, 32, "53.1%"},
	} {
		if got := webkit.Percent(tt.part, tt.whole); got != tt.want {
			t.Errorf("%d of %d is %s, want %s", tt.part, tt.whole, got, tt.want)
		}
	}
}
