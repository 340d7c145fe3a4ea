// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package docket

import (
	"context"
	"iter"

	"pavilion/internal/base/page"
	"pavilion/internal/civic/matter"
	"pavilion/internal/core/identity"
)

// exportPage is how many matters are read at a time.
const exportPage = 1000

// All yields every matter of a list, in its order, reading a page at a time: the
// memory it takes does not grow with the list. Each page is a snapshot of its own.
// An error ends it.
func (s *Docket) All(ctx context.Context, a identity.Actor, f Filter) iter.Seq2[matter.Matter, error] {
	return func(yield func(matter.Matter, error) bool) {
		for after := (page.Cursor{}); ; {
			found, err := s.List(ctx, a, f, after, exportPage)
			if err != nil {
				yield(matter.Matter{}, err)
				return
			}
			for _, m := range found.Items {
				if !yield(m, nil) {
					return
				}
			}
			if after = found.Next; !after.More() {
				return
			}
		}
	}
}
