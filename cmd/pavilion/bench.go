// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"

	"pavilion/internal/app"
	"pavilion/internal/app/bench"
)

type benchCommand struct {
	Report  benchReport  `cmd:"" help:"Reports a second over HTTP, beside the engine's bare durable commits."`
	Ballots benchBallots `cmd:"" help:"A secret vote over HTTP, when all voters come at once."`
	Queue   benchQueue   `cmd:"" help:"Pages of the queue over many matters, inside the server."`
	Pages   benchPages   `cmd:"" help:"Lists, a matter's page and statistics over a year of matters, inside the server."`
	Recount benchRecount `cmd:"" help:"Counting running terms again after a notice on holidays."`
	Ledger  benchLedger  `cmd:"" help:"Taking audit entries into the log, and verifying both."`
	Locate  benchLocate  `cmd:"" help:"Finding the grid of a point among very many."`
}

// positive refuses a count below one. Name is the flag's.
func positive(name string, n int) error {
	if n < 1 {
		return fmt.Errorf("--%s must be at least 1", name)
	}
	return nil
}

type benchReport struct {
	Clients int    `help:"Clients that send one report after another." default:"32"`
	Seconds int    `help:"How long is counted, after a second to warm up." default:"10"`
	URL     string `help:"Drive a server that runs already, instead of starting one; what it keeps is not checked." placeholder:"http://127.0.0.1:8080"`
	JSON    bool   `help:"Print one JSON document."`
}

// Run measures in a folder of its own unless --data names one.
func (b benchReport) Run(ctx context.Context, c *cli) error {
	if err := errors.Join(positive("clients", b.Clients), positive("seconds", b.Seconds)); err != nil {
		return err
	}
	if b.URL != "" {
		rate, err := bench.RunURL(b.URL, bench.Report{Clients: b.Clients, Seconds: b.Seconds, Words: bench.Words()})
		if err != nil {
			return err
		}
		return b.print(rate)
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
	rate, err := bench.RunReport(ctx, bench.Report{Config: s, Clients: b.Clients, Seconds: b.Seconds, Program: program, Words: bench.Words()},
		func(s app.Config) (*app.App, error) { return app.Open(ctx, s, quiet()) })
	if err != nil {
		return err
	}
	return b.print(rate)
}

func (b benchReport) print(rate bench.Rate) error {
	if b.JSON {
		return printJSON(rate)
	}
	fmt.Printf("%s, %d clients, %.0f s\n", rate.Engine, rate.Clients, rate.Seconds)
	fmt.Printf("  reports/s        %8.0f   p50 %.1f ms, p95 %.1f ms, p99 %.1f ms, %d errors\n", rate.ReportsPerSecond, rate.P50, rate.P95, rate.P99, rate.Errors)
	if rate.Kept == nil {
		return nil
	}
	fmt.Printf("  bare commits/s   %8.0f   ratio %.2f\n", rate.RawCommits, rate.ReportsPerSecond/rate.RawCommits)
	fmt.Printf("  acknowledged %d, kept %d, audit chain whole: %v\n", rate.Acknowledged, *rate.Kept, *rate.Verified)
	return nil
}

// quiet logs nothing: what is measured is not the log.
func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

// scratch is the configuration with a data folder of its own, unless --data
// names one, and how to remove it.
func (c *cli) scratch() (app.Config, func(), error) {
	s, err := c.settings()
	if err != nil || c.Data != nil {
		return s, func() {}, err
	}
	s.Data, err = os.MkdirTemp("", "pavilion-bench-")
	return s, func() { os.RemoveAll(s.Data) }, err
}

type benchQueue struct {
	Matters int  `help:"How many open matters there are." default:"1000000"`
	JSON    bool `help:"Print one JSON document."`
}

// Run fills a realm and measures its queue.
func (b benchQueue) Run(ctx context.Context, c *cli) error {
	if err := positive("matters", b.Matters); err != nil {
		return err
	}
	return c.measured(ctx, func(a *app.App) error {
		pages, err := bench.RunQueue(ctx, a, b.Matters, progress())
		if err != nil {
			return err
		}
		if b.JSON {
			return printJSON(pages)
		}
		for _, p := range pages {
			fmt.Printf("%-8s %-28s median %6.1f ms, p95 %6.1f ms, %d bytes\n", p.Login, p.Path, p.Median, p.P95, p.Bytes)
		}
		return nil
	})
}

type benchRecount struct {
	Matters int  `help:"How many terms run." default:"100000"`
	JSON    bool `help:"Print one JSON document."`
}

// Run has matters reported and counts their terms again.
func (b benchRecount) Run(ctx context.Context, c *cli) error {
	if err := positive("matters", b.Matters); err != nil {
		return err
	}
	return c.measured(ctx, func(a *app.App) error {
		found, err := bench.RunRecount(ctx, a, b.Matters, progress())
		if err != nil {
			return err
		}
		if b.JSON {
			return printJSON(found)
		}
		fmt.Printf("%d looked at, %d moved: %.1f s; again, none moved: %.1f s\n", found.Looked, found.Moved, found.Seconds, found.Again)
		return nil
	})
}

// measured opens the program over a scratch folder, unless --data names one.
func (c *cli) measured(ctx context.Context, do func(*app.App) error) error {
	s, clean, err := c.scratch()
	if err != nil {
		return err
	}
	defer clean()
	a, err := app.Open(ctx, s, quiet())
	if err != nil {
		return err
	}
	defer a.Close()
	return do(a)
}

type benchLocate struct {
	Grids int  `help:"How many grids there are." default:"1000000"`
	JSON  bool `help:"Print one JSON document."`
}

// Run lays the grids and measures how long finding takes.
func (b benchLocate) Run() error {
	if err := positive("grids", b.Grids); err != nil {
		return err
	}
	found, err := bench.RunLocate(b.Grids)
	if err != nil {
		return err
	}
	if b.JSON {
		return printJSON(found)
	}
	fmt.Printf("%d grids of %d points: %.0f ns a point, %.0f MB, laid in %.1f s\n", found.Grids, found.Points, found.Nanoseconds, found.Megabytes, found.Seconds)
	return nil
}
