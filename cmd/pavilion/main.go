// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Command pavilion is the whole of Pavilion: the server, its tools and a demo.
package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"

	"pavilion/internal/app"
)

// version is set when a release is built; see the Makefile.
var version = "development"

// cli is the command line. A field is a command or a flag; its help is in its tag.
type cli struct {
	Config   string  `help:"Configuration file (JSON)." env:"PAVILION_CONFIG" type:"path"`
	Listen   *string `help:"Address to serve on; port 0 picks a free one." placeholder:"127.0.0.1:8080"`
	Data     *string `help:"Data folder." placeholder:"data" type:"path"`
	Database *string `help:"PostgreSQL address (postgres://…); without it, SQLite in the data folder."`

	Demo      demoCommand      `cmd:"" help:"Serve a demo realm with fictional matters; the quickest way to look around."`
	Init      initCommand      `cmd:"" help:"Create a realm with its areas and invite the first holders of its three powers."`
	Appoint   appointCommand   `cmd:"" help:"Give one of the three powers, or set its holder's password anew."`
	Recover   recoverCommand   `cmd:"" help:"Take away somebody's second factor and print a link that sets a new password."`
	Serve     serveCommand     `cmd:"" help:"Serve the site, the API and the background work."`
	Migrate   migrateCommand   `cmd:"" help:"Bring the database to the schema of this program."`
	Catalogue catalogueCommand `cmd:"" help:"Work with the catalogue: procedures, forms, types, calendars, texts."`
	Import    importCommand    `cmd:"" help:"Import from files, whole or not at all."`
	Check     checkCommand     `cmd:"" help:"Explain and check the configuration."`
	Verify    verifyCommand    `cmd:"" help:"Prove that the audit chain and the log of every realm are whole, or that a receipt holds."`
	Bench     benchCommand     `cmd:"" help:"Measure."`
	Calendar  calendarCommand  `cmd:"" help:"Look after the working calendar."`
	Keys      keysCommand      `cmd:"" help:"Look after the versions of the key that seals contacts."`
	Simulate  simulateCommand  `cmd:"" help:"Play a described year through the real use cases, into an empty data folder."`
	Scan      scanCommand      `cmd:"" help:"List what in a text file could lead to a private person, without its values."`
	Version   versionCommand   `cmd:"" help:"Print the version."`
}

// oneLine puts an error that has several lines, as a driver's may, on one.
var oneLine = strings.NewReplacer("\n\t", " ", "\n", "; ")

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "pavilion:", oneLine.Replace(err.Error()))
		os.Exit(1)
	}
}

// run carries out one command line.
func run(ctx context.Context, args []string) error {
	var c cli
	parser, err := kong.New(&c, kong.Name("pavilion"), kong.Description("Community governance: reports, their handling, and the proof of both."),
		kong.UsageOnError(), kong.BindTo(ctx, (*context.Context)(nil)))
	if err != nil {
		return err
	}
	k, err := parser.Parse(args)
	if err != nil {
		return err
	}
	return k.Run(&c)
}

// settings reads the configuration and lets the command line have the last word.
func (c *cli) settings() (app.Config, error) {
	s, err := app.Load(c.Config, os.Environ())
	if err != nil {
		return s, err
	}
	for flag, field := range map[*string]*string{c.Listen: &s.Listen, c.Data: &s.Data, c.Database: &s.Database} {
		if flag != nil {
			*field = *flag
		}
	}
	return s, s.Check()
}

// open opens the application that the configuration describes.
func (c *cli) open(ctx context.Context) (*app.App, error) {
	s, err := c.settings()
	if err != nil {
		return nil, err
	}
	return app.Open(ctx, s, logger(s))
}

// with opens the application, runs fn and closes it.
func (c *cli) with(ctx context.Context, fn func(*app.App) error) error {
	a, err := c.open(ctx)
	if err != nil {
		return err
	}
	return errors.Join(fn(a), a.Close())
}

func logger(s app.Config) *slog.Logger {
	var level slog.Level
	if level.UnmarshalText([]byte(s.LogLevel)) != nil {
		level = slog.LevelInfo
	}
	return slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: level}))
}
