// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"time"

	"pavilion/catalogue"
	"pavilion/internal/app"
	"pavilion/internal/app/simulate"
)

// simulateCommand plays a described year.
type simulateCommand struct {
	Year string `arg:"" help:"Description of the year (JSON), or the name of one that comes with the program: gaoming."`
}

// Run plays the year into the data folder and prints what came of it.
func (s *simulateCommand) Run(ctx context.Context, c *cli) error {
	text, err := os.ReadFile(s.Year)
	if os.IsNotExist(err) {
		text, err = fs.ReadFile(catalogue.FS(), "years/"+s.Year+".json")
	}
	if err != nil {
		return fmt.Errorf("the description %s cannot be read: %w", s.Year, err)
	}
	plan, err := simulate.Parse(text)
	if err != nil {
		return err
	}
	return c.with(ctx, func(a *app.App) error {
		began := a.Now()
		out, err := simulate.Run(ctx, a, plan, func(done, of int, at time.Time) {
			left := time.Duration(float64(a.Now().Sub(began)) / float64(max(done, 1)) * float64(of-done)).Round(time.Second)
			fmt.Fprintf(os.Stderr, "\r%s: %d of %d matters, about %v left   ", at.Format(time.DateOnly), done, of, left)
		})
		fmt.Fprintln(os.Stderr)
		if err != nil {
			return err
		}
		printed := json.NewEncoder(os.Stdout)
		printed.SetIndent("", "  ")
		return printed.Encode(out)
	})
}
