// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webkit

import "strconv"

// Percent writes a share with one decimal, rounded half up; a share of nothing is a
// dash. The two numbers stand beside it wherever it is shown: a rounded share decides
// nothing.
func Percent(part, whole int64) string {
	if whole <= 0 {
		return "—"
	}
	tenths := (part*2000 + whole) / (2 * whole)
	out := strconv.FormatInt(tenths/10, 10)
	if rest := tenths % 10; rest != 0 {
		out += "." + strconv.FormatInt(rest, 10)
	}
	return out + "%"
}
