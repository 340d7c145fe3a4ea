// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package main

import (
	"context"
	"fmt"
	"time"

	"pavilion/internal/app"
)

type verifyCommand struct {
	Audit   verifyAudit   `cmd:"" default:"withargs" help:"Check the audit chain of every realm and compute its log anew (default)."`
	Receipt verifyReceipt `cmd:"" help:"Check a receipt's file, without a database."`
}

type verifyAudit struct {
	JSON bool `help:"Print one JSON document."`
}

// Run verifies the audit chain and the log of every realm; any problem is a failure.
func (v verifyAudit) Run(ctx context.Context, c *cli) error {
	return c.with(ctx, func(a *app.App) error {
		report, err := a.Verify(ctx)
		if err != nil {
			return err
		}
		problems := 0
		for _, r := range report {
			problems += len(r.Problems)
			if v.JSON {
				continue
			}
			fmt.Printf("%s: %d entries in %d lanes, %d of them in the log under %d signed heads\n", r.Realm, r.Entries, r.Lanes, r.Leaves, r.Heads)
			for _, p := range r.Problems {
				fmt.Println("  " + p)
			}
		}
		if v.JSON {
			if err := printJSON(map[string]any{"realms": report, "whole": problems == 0}); err != nil {
				return err
			}
		}
		if problems > 0 {
			return fmt.Errorf("the audit has %d problems", problems)
		}
		return nil
	})
}

type verifyReceipt struct {
	File string `arg:"" help:"The file." type:"existingfile"`
	Key  string `help:"Verifier key, as the site publishes it; default: the one in the file."`
	JSON bool   `help:"Print one JSON document."`
}

// Run checks the file; one that does not hold is a failure.
func (v verifyReceipt) Run() error {
	r, head, err := app.VerifyReceipt(v.File, v.Key)
	if err != nil {
		return err
	}
	reported := time.UnixMicro(r.Entry.At).UTC()
	if v.JSON {
		return printJSON(map[string]any{
			"holds": true, "realm": r.Realm, "number": r.Number, "reported_at": reported, "leaf_index": r.Index,
			"size": head.Size, "signed_at": head.At, "key": r.Key, "key_given": v.Key != "",
		})
	}
	fmt.Printf("The receipt holds: %s, recorded %s, is entry %d of %d in the log of %s signed %s.\n",
		r.Number, reported.Format(time.RFC3339), r.Index+1, head.Size, r.Realm, head.At.Format(time.RFC3339))
	if v.Key == "" {
		fmt.Printf("The key was taken from the file. Compare it with the one you trust, or give that with --key:\n  %s\n", r.Key)
	}
	return nil
}
