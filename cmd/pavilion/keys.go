// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package main

import (
	"context"
	"fmt"

	"pavilion/internal/app"
)

type keysCommand struct {
	List   keysList   `cmd:"" help:"List the versions and how many texts and photos are sealed with each."`
	Add    keysAdd    `cmd:"" help:"Make a new version, with which is sealed from now on. Back it up."`
	Rotate keysRotate `cmd:"" help:"Seal again with the newest version, while the server runs; broken off, it goes on where it was."`
	Drop   keysDrop   `cmd:"" help:"Remove a version that seals nothing any more, for good."`
}

type keysList struct {
	JSON bool `help:"Print one JSON document."`
}

// Run lists the versions.
func (l keysList) Run(ctx context.Context, c *cli) error {
	return c.with(ctx, func(a *app.App) error {
		keys, err := a.Keys(ctx)
		if err != nil {
			return err
		}
		if l.JSON {
			return printJSON(keys)
		}
		for _, k := range keys {
			note := ""
			if k.Newest {
				note = "  (newest)"
			}
			if k.Version == 0 {
				fmt.Printf("not sealed yet: %d photos; run: pavilion keys rotate\n", k.Photos)
				continue
			}
			fmt.Printf("version %d: %d texts, %d photos%s\n", k.Version, k.Texts, k.Photos, note)
		}
		for _, r := range a.Org.Realms() {
			fmt.Printf("realm %s: suite %s\n", r.ID, a.Box.Suite(r.ID).Name())
		}
		return nil
	})
}

type keysAdd struct{}

// Run makes a version.
func (keysAdd) Run(ctx context.Context, c *cli) error {
	return c.with(ctx, func(a *app.App) error {
		n, err := a.AddKey(ctx)
		if err == nil {
			fmt.Printf("Version %d is there. Back it up now, apart from the database; then run: pavilion keys rotate\n", n)
		}
		return err
	})
}

type keysRotate struct{}

// Run seals again what is sealed with an older version.
func (keysRotate) Run(ctx context.Context, c *cli) error {
	return c.with(ctx, func(a *app.App) error {
		texts, photos, err := a.RotateKeys(ctx, progress())
		fmt.Printf("%d texts sealed again, %d photos.\n", texts, photos)
		return err
	})
}

type keysDrop struct {
	Version int `arg:"" help:"Its number."`
}

// Run removes a version.
func (d keysDrop) Run(ctx context.Context, c *cli) error {
	return c.with(ctx, func(a *app.App) error {
		if err := a.DropKey(ctx, d.Version); err != nil {
			return err
		}
		fmt.Printf("Version %d is gone. What was sealed with it in older backups does not open any more.\n", d.Version)
		return nil
	})
}
