// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"pavilion/internal/app"
)

// calendarCommand looks after the working calendar.
type calendarCommand struct {
	Import calendarImport `cmd:"" help:"Publish the notice on a year's holidays, and count running terms again."`
}

// calendarImport publishes a notice.
type calendarImport struct {
	File  string `arg:"" type:"existingfile" help:"The notice: {\"year\", \"source\", \"off\": [{\"date\", \"name\"}], \"worked\": […]}."`
	Basis string `required:"" help:"The document it comes from."`
	Realm string `help:"Realm; the first one when left out."`
}

// Run publishes the notice and lists what moved.
func (i *calendarImport) Run(ctx context.Context, c *cli) error {
	text, err := os.ReadFile(i.File)
	if err != nil {
		return err
	}
	return c.with(ctx, func(a *app.App) error {
		realm := i.Realm
		if all := a.Org.Realms(); realm == "" && len(all) > 0 {
			realm = all[0].ID
		}
		if _, ok := a.Org.Realm(realm); !ok {
			return errors.New("there is no such realm")
		}
		out, err := a.LearnYear(ctx, realm, text, i.Basis)
		if err != nil {
			return err
		}
		for _, m := range out.Moved {
			fmt.Printf("%s  %s -> %s\n", m.Number, m.Before.Format(time.RFC3339), m.Now.Format(time.RFC3339))
		}
		fmt.Printf("%d running matters looked at, %d moved.\n", out.Looked, out.Changed)
		return nil
	})
}
