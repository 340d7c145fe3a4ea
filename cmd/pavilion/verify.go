// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package main

import (
	"context"
	"fmt"
	"time"

	"pavilion/internal/app"
	"pavilion/internal/civic/evaluation"
)

type verifyCommand struct {
	Audit   verifyAudit   `cmd:"" default:"withargs" help:"Check the audit chain of every realm and compute its log anew (default)."`
	Receipt verifyReceipt `cmd:"" help:"Check a receipt's file, without a database."`

	Statistics verifyStatistics `cmd:"" help:"Count published statistics anew: those of a file without a database, else those of every realm from its events and its log."`
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

type verifyStatistics struct {
	File    string `arg:"" optional:"" help:"The file of a bulletin; without it, all that were published." type:"existingfile"`
	Key     string `help:"Verifier key, as the site publishes it; default: the one in the file."`
	Receipt string `help:"A receipt's file: say whether that report was counted." type:"existingfile"`
	JSON    bool   `help:"Print one JSON document."`
}

// Run counts anew; what does not come out the same is a failure.
func (v verifyStatistics) Run(ctx context.Context, c *cli) error {
	if v.File == "" {
		return c.with(ctx, func(a *app.App) error { return v.all(ctx, a) })
	}
	d, counted, err := app.VerifyBulletin(v.File, v.Key, v.Receipt)
	if err != nil {
		return err
	}
	if v.JSON {
		return printJSON(map[string]any{
			"holds": true, "realm": d.Realm, "number": d.Number, "as_of": d.AsOf, "cases": d.Cases, "counts": d.Counts, "key": d.Receipt.Key,
			"key_given": v.Key != "", "own_counted": counted,
		})
	}
	fmt.Printf("The statistics hold: bulletin %s of %s tells of %d cases as of %s, and counting them anew gives the same %d counts.\n",
		d.Number, d.Name, d.Cases, d.AsOf.Format(time.RFC3339), len(d.Counts))
	for _, n := range d.Counts {
		if n.By == evaluation.All {
			fmt.Printf("  %-14s %d of %d\n", n.Code, n.N, n.Of)
		}
	}
	if v.Receipt != "" {
		fmt.Println(map[bool]string{true: "The report of the receipt is among them.", false: "The report of the receipt is not among them: it does not fall into this period."}[counted])
	}
	if v.Key == "" {
		fmt.Printf("The key was taken from the file. Compare it with the one you trust, or give that with --key:\n  %s\n", d.Receipt.Key)
	}
	return nil
}

// all derives what every realm has published.
func (v verifyStatistics) all(ctx context.Context, a *app.App) error {
	report, err := a.VerifyStatistics(ctx)
	if err != nil {
		return err
	}
	problems := 0
	for _, r := range report {
		if !v.JSON && len(r.Bulletins) == 0 {
			fmt.Printf("%s: no statistics were published\n", r.Realm)
		}
		for _, b := range r.Bulletins {
			problems += len(b.Problems)
			if v.JSON {
				continue
			}
			fmt.Printf("%s: bulletin %s, %d cases, %d steps found in the log\n", r.Realm, b.Number, b.Cases, b.Steps)
			for _, p := range b.Problems {
				fmt.Println("  " + p)
			}
		}
	}
	if v.JSON {
		if err := printJSON(map[string]any{"realms": report, "whole": problems == 0}); err != nil {
			return err
		}
	}
	if problems > 0 {
		return fmt.Errorf("the published statistics have %d problems", problems)
	}
	return nil
}
