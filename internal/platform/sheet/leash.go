// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package sheet

import (
	"errors"
	"io"
)

const (
	maxRecord   = 1 << 20 // bytes of one row, one line or one piece of a workbook
	maxInflated = 1 << 30 // bytes of one part of a workbook when unpacked
)

var (
	errLong     = errors.New("sheet: one record is too long")
	errInflated = errors.New("sheet: a part unpacks to more than it may")
)

// leash reads at most so much between two calls of slack. Parsers hold what they
// have not finished in memory: a quote that is never closed would otherwise take
// all there is.
type leash struct {
	in    io.Reader
	used  int
	total int64
}

// Read reads unless the leash is taut.
func (l *leash) Read(p []byte) (int, error) {
	switch {
	case l.used > maxRecord:
		return 0, errLong
	case l.total > maxInflated:
		return 0, errInflated
	}
	n, err := l.in.Read(p)
	l.used += n
	l.total += int64(n)
	return n, err
}

// slack lets the next record begin.
func (l *leash) slack() { l.used = 0 }
