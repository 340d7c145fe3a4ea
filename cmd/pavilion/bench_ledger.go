// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package main

import (
	"context"
	"fmt"

	"pavilion/internal/app"
	"pavilion/internal/app/bench"
)

type benchLedger struct {
	Entries int  `help:"How many audit entries there are." default:"1000000"`
	JSON    bool `help:"Print one JSON document."`
}

// Run writes the entries, takes them into the log and verifies them.
func (b benchLedger) Run(ctx context.Context, c *cli) error {
	if err := positive("entries", b.Entries); err != nil {
		return err
	}
	return c.measured(ctx, func(a *app.App) error {
		found, err := bench.RunLedger(ctx, a, b.Entries, progress())
		if err != nil {
			return err
		}
		if b.JSON {
			return printJSON(found)
		}
		fmt.Printf("%d entries: taken into the log in %.1f s with its rests; verified: chain %.1f s, log %.1f s\n", found.Entries, found.Sequence, found.Chain, found.Log)
		return nil
	})
}
