// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"

	"pavilion/internal/app"
)

type benchCommand struct {
	Report benchReport `cmd:"" help:"Reports a second over HTTP, beside the engine's bare durable commits."`
}

type benchReport struct {
	Clients int  `help:"Clients that send one report after another." default:"32"`
	Seconds int  `help:"How long is counted, after a second to warm up." default:"10"`
	JSON    bool `help:"Print one JSON document."`
}

// Run measures in a folder of its own unless --data names one.
func (b benchReport) Run(ctx context.Context, c *cli) error {
	s, err := c.settings()
	if err != nil {
		return err
	}
	if c.Data == nil {
		if s.Data, err = os.MkdirTemp("", "pavilion-bench-"); err != nil {
			return err
		}
		defer os.RemoveAll(s.Data)
	}
	program, err := os.Executable()
	if err != nil {
		return err
	}
	quiet := slog.New(slog.DiscardHandler)
	rate, err := app.RunBenchReport(ctx, app.BenchReport{Config: s, Clients: b.Clients, Seconds: b.Seconds, Program: program, Words: app.BenchWords()},
		func(s app.Config) (*app.App, error) { return app.Open(ctx, s, quiet) })
	if err != nil {
		return err
	}
	if b.JSON {
		return printJSON(rate)
	}
	fmt.Printf("%s, %d clients, %.0f s\n", rate.Engine, rate.Clients, rate.Seconds)
	fmt.Printf("  reports/s        %8.0f   p50 %.1f ms, p95 %.1f ms, p99 %.1f ms, %d errors\n", rate.ReportsPerSecond, rate.P50, rate.P95, rate.P99, rate.Errors)
	fmt.Printf("  bare commits/s   %8.0f   ratio %.2f\n", rate.RawCommits, rate.ReportsPerSecond/rate.RawCommits)
	fmt.Printf("  acknowledged %d, kept %d, audit chain whole: %v\n", rate.Acknowledged, rate.Kept, rate.Verified)
	return nil
}
