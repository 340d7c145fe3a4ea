// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"

	"pavilion/internal/app"
	"pavilion/internal/civic/matter"
	"pavilion/internal/civic/matter/intake"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/org"
)

// printJSON writes one JSON document to standard output.
func printJSON(v any) error {
	out := json.NewEncoder(os.Stdout)
	out.SetIndent("", "  ")
	return out.Encode(v)
}

type serveCommand struct{}

// Run serves until the process is told to stop.
func (serveCommand) Run(ctx context.Context, c *cli) error {
	return c.with(ctx, func(a *app.App) error {
		return a.Serve(ctx, func(address string) { fmt.Printf("Pavilion is served on http://%s\n", address) })
	})
}

type demoCommand struct{}

// Run builds the demo realm if it is not there, prints its sign-ins and serves.
func (demoCommand) Run(ctx context.Context, c *cli) error {
	return c.with(ctx, func(a *app.App) error {
		sign, err := a.Demo(ctx, progress())
		if err != nil {
			return err
		}
		return a.Serve(ctx, func(address string) { greet(address, sign) })
	})
}

// greet tells where the demo is served and how to sign in.
func greet(address string, sign []app.SignIn) {
	fmt.Printf("\nPavilion demo\n  Public site  http://%s/\n  Desk         http://%s/desk\n\nSign-ins (made for this run)\n", address, address)
	for _, s := range sign {
		fmt.Printf("  %-12s %-16s %s\n", s.Login, s.Password, s.What)
	}
	fmt.Printf("\nStop with Ctrl+C.\n")
}

type initCommand struct {
	Name     string `help:"What the realm is called." required:""`
	Division string `help:"Division code whose townships and villages become its areas, such as 410928." xor:"areas"`
	Areas    string `help:"CSV file of areas: code,name,kind,parent_code." xor:"areas" type:"existingfile"`
	Admin    string `help:"Sign-in name of the first system administrator." default:"admin"`
	Security string `help:"Sign-in name of the first security administrator." default:"security"`
	Auditor  string `help:"Sign-in name of the first auditor." default:"auditor"`
	Suite    string `help:"Algorithms it seals with, for good: international (AES-256-GCM, SHA-256) or national (SM4-GCM, SM3)." enum:"international,national" default:"international"`
}

// Run creates the realm and prints a one-time link for each of the three powers.
func (i initCommand) Run(ctx context.Context, c *cli) error {
	return c.with(ctx, func(a *app.App) error {
		made, err := a.Init(ctx, app.InitRealm{
			Name: i.Name, Division: i.Division, AreasFile: i.Areas, Admin: i.Admin, Security: i.Security, Auditor: i.Auditor, Suite: i.Suite,
		})
		if err != nil {
			return err
		}
		fmt.Printf("Realm %s with %d areas.\nThree people hold the three powers. Each opens their link once, within 24 hours, and chooses a password:\n", made.Realm, made.Areas)
		for _, p := range made.Powers {
			fmt.Printf("  %-14s %-12s %s\n", p.Role, p.Login, p.Link)
		}
		return nil
	})
}

type appointCommand struct {
	Login string `arg:"" help:"Sign-in name; an account is made where there is none."`
	Role  string `arg:"" enum:"administrator,security,auditor" help:"administrator, security or auditor."`
	Realm string `help:"Realm; default: the only one."`
}

// Run gives one of the three powers and prints a one-time link.
func (c appointCommand) Run(ctx context.Context, all *cli) error {
	return all.with(ctx, func(a *app.App) error {
		p, err := a.Appoint(ctx, c.Realm, c.Login, identity.Role(c.Role))
		if err != nil {
			return err
		}
		fmt.Printf("%s is %s. The link sets their password, once, within 24 hours:\n  %s\n", p.Login, p.Role, p.Link)
		return nil
	})
}

type recoverCommand struct {
	Login string `arg:"" help:"Sign-in name of who has lost password, telephone and passkeys."`
	Realm string `help:"Realm of the account; the site's if there is none."`
}

// Run prints the one-time link. Who may run it may read the database and its key.
func (r recoverCommand) Run(ctx context.Context, c *cli) error {
	return c.with(ctx, func(a *app.App) error {
		link, err := a.Recover(ctx, r.Realm, r.Login)
		if err != nil {
			return err
		}
		fmt.Printf("%q has no second factor now. This link sets a password once, within 24 hours:\n  %s\n", r.Login, link)
		return nil
	})
}

type migrateCommand struct{}

// Run migrates and lists what it applied.
func (migrateCommand) Run(ctx context.Context, c *cli) error {
	s, err := c.settings()
	if err != nil {
		return err
	}
	names, err := app.Migrate(ctx, s)
	if err != nil {
		return err
	}
	if len(names) == 0 {
		fmt.Println("The schema is up to date.")
	}
	for _, name := range names {
		fmt.Println("applied", name)
	}
	return nil
}

type catalogueCommand struct {
	Check catalogueCheck `cmd:"" help:"Lint the catalogue built into this program."`
}

type catalogueCheck struct {
	JSON bool `help:"Print one JSON document."`
}

// Run prints what is wrong with the catalogue; any problem is a failure.
func (k catalogueCheck) Run() error {
	report := app.CheckCatalogue()
	if k.JSON {
		if err := printJSON(report); err != nil {
			return err
		}
	} else {
		for _, p := range report.Problems {
			fmt.Println(p)
		}
		fmt.Printf("%d procedures, %d forms, %d matter types, %d decisions, %d texts in %d languages, %d calendar years.\n",
			report.Procedures, report.Forms, report.Types, report.Decisions, report.Texts, report.Languages, report.Years)
	}
	if n := len(report.Problems); n > 0 {
		return fmt.Errorf("the catalogue has %d problems", n)
	}
	return nil
}

type importCommand struct {
	Areas    importAreas    `cmd:"" help:"Areas from CSV (code,name,kind,parent_code), or their outlines from GeoJSON (features with the property code)."`
	Bodies   importBodies   `cmd:"" help:"Bodies from CSV."`
	Matters  importMatters  `cmd:"" help:"Matters of a hotline or another system: CSV, XLSX or JSON Lines."`
	Messages importMessages `cmd:"" help:"Messages of an earlier system: one JSON object a line with id, title, time, body."`
}

type importAreas struct {
	File  string `arg:"" help:"The file." type:"existingfile"`
	Realm string `help:"Realm that takes them; default: the only one."`
	JSON  bool   `help:"Print one JSON document."`
}

// Run imports areas from CSV, or their outlines from GeoJSON, by the file's ending.
func (i importAreas) Run(ctx context.Context, c *cli) error {
	return i.run(ctx, c, (*app.App).ImportAreas)
}

type importBodies struct{ importAreas }

// Run imports bodies from CSV.
func (i importBodies) Run(ctx context.Context, c *cli) error {
	return i.run(ctx, c, (*app.App).ImportBodies)
}

// run imports a file by what read does and lists every bad line.
func (i importAreas) run(ctx context.Context, c *cli, read func(*app.App, context.Context, string, string) (org.Imported, error)) error {
	return c.with(ctx, func(a *app.App) error {
		report, err := read(a, ctx, i.Realm, i.File)
		if i.JSON {
			return errors.Join(printJSON(report), err)
		}
		for _, p := range report.Problems {
			fmt.Printf("line %d: %s\n", p.Line, strings.TrimSpace(p.Field+" "+a.SayWith("en", p.Key, p.Params)))
		}
		fmt.Printf("%d read, %d created, %d existing, %d rejected\n", report.Read, report.Created, report.Existing, report.Rejected)
		return err
	})
}

type importMatters struct {
	File    string `arg:"" help:"The file." type:"existingfile"`
	Source  string `help:"Source whose columns are known, by its name." required:""`
	Channel string `help:"Make the source if it is not there, for this channel, and guess its columns." enum:",hotline,import,hall,volunteer,patrol" default:""`
	Realm   string `help:"Realm that takes them; default: the only one."`
	JSON    bool   `help:"Print one JSON document."`
}

// Run imports a table and lists every bad line with its number and reason.
func (i importMatters) Run(ctx context.Context, c *cli) error {
	return c.with(ctx, func(a *app.App) error {
		var show app.Progress
		if !i.JSON {
			show = progress()
		}
		run, err := a.ImportMatters(ctx, i.Realm, i.File, i.Source, i.Channel, show)
		if i.JSON {
			problems := append([]intake.Problem{}, run.Found.Problems...)
			report := map[string]any{
				"read": run.Lines, "created": run.Made, "existing": run.Repeated, "rejected": run.Found.Bad, "problems": problems,
			}
			return errors.Join(printJSON(report), err)
		}
		for _, p := range run.Found.Problems {
			fmt.Printf("line %d: %s\n", p.Line, strings.TrimSpace(p.Heading+" "+a.SayWith("en", p.Key, p.Params)))
		}
		fmt.Printf("%d read, %d created, %d existing, %d rejected\n", run.Lines, run.Made, run.Repeated, run.Found.Bad)
		return err
	})
}

type importMessages struct {
	File  string `arg:"" help:"The file." type:"existingfile"`
	Realm string `help:"Realm that takes them; default: the only one."`
	Open  bool   `help:"Take them on as new reports with running terms, instead of filing them."`
	JSON  bool   `help:"Print one JSON document."`
}

// Run imports and lists every bad line with its number and reason.
func (i importMessages) Run(ctx context.Context, c *cli) error {
	return c.with(ctx, func(a *app.App) error {
		var show app.Progress
		if !i.JSON {
			show = progress()
		}
		report, err := a.ImportMessages(ctx, i.Realm, i.File, i.Open, show)
		if i.JSON {
			if failed := printJSON(report); failed != nil {
				return failed
			}
			return err
		}
		printImport(a, report)
		return err
	})
}

func printImport(a *app.App, r matter.Imported) {
	for _, p := range r.Problems {
		fmt.Printf("line %d: %s\n", p.Line, strings.TrimSpace(p.Field+" "+a.Say("en", p.Key)))
	}
	fmt.Printf("%d read, %d created, %d existing, %d rejected\n", r.Read, r.Created, r.Existing, r.Rejected)
}

type checkCommand struct {
	Config checkConfig `cmd:"" help:"Print the configuration in force, with what is wrong with it."`
}

type checkConfig struct {
	Reference bool `help:"Print the reference of all settings instead."`
}

// Run prints the configuration in force. Secrets stand in files and are not read.
func (k checkConfig) Run(c *cli) error {
	if k.Reference {
		fmt.Print(app.Reference())
		return nil
	}
	s, err := c.settings()
	if err != nil {
		return err
	}
	if s.Database != "" {
		s.Database = "postgres://…"
	}
	return printJSON(s)
}

type versionCommand struct {
	JSON bool `help:"Print one JSON document."`
}

// Run prints the version of the program and of Go.
func (v versionCommand) Run() error {
	if v.JSON {
		return printJSON(map[string]string{"version": version, "go": runtime.Version()})
	}
	fmt.Println("pavilion", version, runtime.Version())
	return nil
}
