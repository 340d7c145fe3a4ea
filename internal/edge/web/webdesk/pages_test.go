// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webdesk_test

import (
	"testing"

	"pavilion/internal/edge/web/webdesk"
	"pavilion/internal/edge/web/webkit/webkittest"
)

func TestEveryPageIsSoundInEveryLanguage(t *testing.T) {
	k := webkittest.Kit(t, morning)
	webdesk.Samples(k)
	webkittest.Pages(t, k, "desk_")
	webkittest.Pages(t, k, "signin")
}
