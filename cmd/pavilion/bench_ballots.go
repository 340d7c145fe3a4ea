// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"pavilion/internal/app"
	"pavilion/internal/app/bench"
)

type benchBallots struct {
	Voters  int  `help:"Voters, each with a letter." default:"10000"`
	Clients int  `help:"That send at once." default:"32"`
	Pages   bool `help:"Three screens for each voter, as a telephone does, instead of one call of the API."`
	JSON    bool `help:"Print one JSON document."`
}

// Run measures in a folder of its own unless --data names one.
func (b benchBallots) Run(ctx context.Context, c *cli) error {
	if err := errors.Join(positive("voters", b.Voters), positive("clients", b.Clients)); err != nil {
		return err
	}
	s, clean, err := c.scratch()
	if err != nil {
		return err
	}
	defer clean()
	program, err := os.Executable()
	if err != nil {
		return err
	}
	cast, err := bench.RunBallots(ctx, bench.Ballots{Config: s, Voters: b.Voters, Clients: b.Clients, Pages: b.Pages, Program: program},
		func(s app.Config) (*app.App, error) { return app.Open(ctx, s, quiet()) })
	if err != nil {
		return err
	}
	if b.JSON {
		return printJSON(cast)
	}
	fmt.Printf("%s, %s, %d voters, %d at once\n", cast.Engine, cast.Way, cast.Voters, cast.Clients)
	fmt.Printf("  all voted in %.1f s   p50 %.1f ms, p95 %.1f ms, p99 %.1f ms, %d errors\n", cast.Seconds, cast.P50, cast.P95, cast.P99, cast.Errors)
	fmt.Printf("  kept %d, listed %d, counted in %.1f s; counts and list are what was sent: %v\n", cast.Kept, cast.Listed, cast.Counting, cast.Same)
	return nil
}
