// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"pavilion/catalogue"
	"pavilion/internal/base/clock"
	"pavilion/internal/base/fault"
	"pavilion/internal/base/form"
	"pavilion/internal/base/text"
	"pavilion/internal/civic/admission"
	"pavilion/internal/civic/deliberation/assembly"
	"pavilion/internal/civic/deliberation/proceeding"
	"pavilion/internal/civic/deliberation/topic"
	"pavilion/internal/civic/evaluation"
	"pavilion/internal/civic/matter"
	"pavilion/internal/civic/matter/intake"
	"pavilion/internal/civic/matter/kind"
	"pavilion/internal/civic/rights"
	"pavilion/internal/core/audit"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/ledger"
	"pavilion/internal/core/org"
	"pavilion/internal/core/procedure"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/migrate"
	"pavilion/migrations"
)

// Progress is told how far something long has come.
type Progress func(stage string, done, total int)

// at calls p if somebody wants to know.
func (p Progress) at(stage string, done, total int) {
	if p != nil {
		p(stage, done, total)
	}
}

// Migrate brings the configured database to the present schema and returns the
// names of the migrations it applied.
func Migrate(ctx context.Context, c Config) ([]string, error) {
	if err := writable(c.Data); err != nil {
		return nil, err
	}
	d, err := db.Open(ctx, db.Options{Path: c.sqliteFile(), URL: c.Database})
	if err != nil {
		return nil, err
	}
	names, err := migrate.Up(ctx, d, migrations.FS())
	return names, errors.Join(err, d.Close())
}

// Verified says what was found in one realm's audit chain and in the log over it.
type Verified struct {
	Realm    string   `json:"realm"`
	Entries  int      `json:"entries"`
	Lanes    int      `json:"lanes"`
	Leaves   int64    `json:"leaves"`
	Heads    int      `json:"heads"`
	Problems []string `json:"problems"`
}

// Verify checks the audit chain of every realm, and computes its log anew.
func (a *App) Verify(ctx context.Context) ([]Verified, error) {
	out := []Verified{}
	for _, realm := range a.realms() {
		r, err := audit.Verify(ctx, a.DB, realm)
		if err != nil {
			return nil, err
		}
		log, err := a.Ledger.Verify(ctx, realm)
		if err != nil {
			return nil, err
		}
		out = append(out, Verified{realm, r.Entries, r.Lanes, log.Leaves, log.Heads, append(r.Problems, log.Problems...)})
	}
	return out, nil
}

// VerifyReceipt checks a receipt's file with a verifier key, from the file alone;
// without a key, with the one in the file.
func VerifyReceipt(file, key string) (ledger.Receipt, ledger.Head, error) {
	raw, err := os.ReadFile(file)
	if err != nil {
		return ledger.Receipt{}, ledger.Head{}, err
	}
	texts, err := text.Load(catalogue.FS())
	if err != nil {
		return ledger.Receipt{}, ledger.Head{}, err
	}
	a := &App{Texts: texts}
	r, err := ledger.ParseReceipt(raw)
	if err != nil {
		return r, ledger.Head{}, a.explained(err)
	}
	if key == "" {
		key = r.Key
	}
	head, err := r.Check(key)
	if err != nil {
		err = a.explained(err)
	}
	return r, head, err
}

// VerifiedStatistics is what deriving a realm's published statistics anew has found.
type VerifiedStatistics struct {
	Realm     string                        `json:"realm"`
	Bulletins []evaluation.VerifiedBulletin `json:"bulletins"`
}

// VerifyStatistics derives the published statistics of every realm anew from the
// events and the log.
func (a *App) VerifyStatistics(ctx context.Context) ([]VerifiedStatistics, error) {
	out := []VerifiedStatistics{}
	for _, realm := range a.realms() {
		list, err := a.Figures.VerifyBulletins(ctx, realm)
		if err != nil {
			return nil, err
		}
		for _, b := range list {
			for i, key := range b.Problems {
				b.Problems[i] = a.Say("en", key)
			}
		}
		out = append(out, VerifiedStatistics{realm, list})
	}
	return out, nil
}

// VerifyBulletin checks the file of published statistics as VerifyReceipt does a
// receipt's. With a receipt's file besides it says whether that report was counted.
func VerifyBulletin(file, key, receipt string) (d evaluation.Document, counted bool, err error) {
	texts, err := text.Load(catalogue.FS())
	if err != nil {
		return d, false, err
	}
	a := &App{Texts: texts}
	own := ""
	if receipt != "" {
		r, _, err := VerifyReceipt(receipt, key)
		if err != nil {
			return d, false, err
		}
		own = strings.TrimPrefix(r.Entry.Subject, matter.Subject(""))
	}
	f, err := os.Open(file)
	if err != nil {
		return d, false, err
	}
	defer f.Close()
	if d, counted, err = evaluation.VerifyFile(f, key, own); err != nil {
		err = a.explained(err)
	}
	return d, counted, err
}

// ImportAreas imports areas from a CSV file, or outlines from a GeoJSON file,
// into a realm; without a name, into the realm of the site.
func (a *App) ImportAreas(ctx context.Context, realm, file string) (org.Imported, error) {
	if strings.HasSuffix(strings.ToLower(file), "json") {
		return a.importOrg(ctx, realm, file, a.Org.ImportShapes)
	}
	return a.importOrg(ctx, realm, file, a.Org.ImportAreas)
}

// ImportBodies imports bodies from a CSV file as ImportAreas does areas.
func (a *App) ImportBodies(ctx context.Context, realm, file string) (org.Imported, error) {
	return a.importOrg(ctx, realm, file, a.Org.ImportBodies)
}

func (a *App) importOrg(ctx context.Context, realm, file string,
	read func(context.Context, string, io.Reader, string) (org.Imported, error)) (org.Imported, error) {
	none := org.Imported{Problems: []org.Problem{}}
	realm, err := a.into(realm)
	if err != nil {
		return none, err
	}
	f, err := os.Open(file)
	if err != nil {
		return none, err
	}
	defer f.Close()
	report, err := read(ctx, realm, f, "system")
	if err != nil {
		err = a.explained(err)
	}
	return report, err
}

// into is the realm of a name, or the site's without one.
func (a *App) into(realm string) (string, error) {
	if realm != "" {
		return realm, nil
	}
	site, err := a.site()
	return site.ID, err
}

// ImportMessages imports a file of messages into a realm; without a name, into
// the realm of the site.
func (a *App) ImportMessages(ctx context.Context, realm, file string, open bool, show Progress) (matter.Imported, error) {
	none := matter.Imported{Problems: []matter.Problem{}}
	realm, err := a.into(realm)
	if err != nil {
		return none, err
	}
	f, err := os.Open(file)
	if err != nil {
		return none, err
	}
	defer f.Close()
	lines, err := countLines(f)
	if err != nil {
		return none, err
	}
	report, err := a.Matters.ImportMessages(ctx, matter.ImportMessages{
		Realm: realm, Lines: f, Open: open, By: identity.System(realm),
		Progress: func(done int) { show.at("messages", done, lines) },
	})
	if err != nil {
		return report, a.explained(err)
	}
	show.at("messages", lines, lines)
	a.Listen()
	return report, a.Queue.Drain(ctx)
}

// ImportMatters imports a table of matters from a source into a realm, whole or not
// at all; without a name, into the realm of the site. With a channel a source that
// is not there is made, and its columns are guessed from their headings. What was
// found to be wrong is in the run that is returned.
func (a *App) ImportMatters(ctx context.Context, realm, file, source, channel string, show Progress) (intake.Run, error) {
	realm, err := a.into(realm)
	if err != nil {
		return intake.Run{}, err
	}
	f, err := os.Open(file)
	if err != nil {
		return intake.Run{}, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return intake.Run{}, err
	}
	system := identity.System(realm)
	from, err := a.Intake.SourceNamed(ctx, realm, source, system)
	if fault.KindOf(err) == fault.Missing && channel != "" {
		from, err = a.Intake.AddSource(ctx, intake.NewSource{Realm: realm, Name: source, Origin: channel, By: system})
	}
	if err != nil {
		return intake.Run{}, a.explained(err)
	}
	run, err := a.Intake.Receive(ctx, intake.Receive{
		Realm: realm, Source: from.ID, File: filepath.Base(file), In: f, Size: info.Size(), By: system,
	})
	if err == nil && run.State == intake.Read {
		run, err = a.Intake.CheckGuessed(ctx, run, from, intake.Names(a.Texts), system)
	}
	if err == nil {
		run, err = a.finish(ctx, run, "check", show)
	}
	if err == nil && run.State == intake.Checked {
		if run, err = a.Intake.Start(ctx, realm, run.ID, run.Revision, system); err == nil {
			run, err = a.finish(ctx, run, "import", show)
		}
	}
	if err != nil {
		return run, a.explained(err)
	}
	if run.State != intake.Done {
		return run, a.explained(fault.New(fault.Invalid, "intake.rejected").With("n", fmt.Sprint(run.Found.Bad)))
	}
	a.Listen()
	a.Intake.Work(a.Queue)
	return run, a.Queue.Drain(ctx)
}

// finish goes on with a run until it needs a decision.
func (a *App) finish(ctx context.Context, run intake.Run, stage string, show Progress) (intake.Run, error) {
	return a.Intake.Finish(ctx, run.Realm, run.ID, func(r intake.Run) { show.at(stage, r.Next, r.Parts) })
}

// countLines counts the lines of a file and goes back to its beginning.
func countLines(f io.ReadSeeker) (int, error) {
	n := 0
	buffer := make([]byte, 64<<10)
	for {
		k, err := f.Read(buffer)
		n += strings.Count(string(buffer[:k]), "\n")
		if err == io.EOF {
			_, err = f.Seek(0, io.SeekStart)
			return n, err
		}
		if err != nil {
			return n, err
		}
	}
}

// CatalogueReport says what the catalogue holds and what is wrong with it.
type CatalogueReport struct {
	Procedures int      `json:"procedures"`
	Forms      int      `json:"forms"`
	Types      int      `json:"types"`
	Texts      int      `json:"texts"`
	Languages  int      `json:"languages"`
	Years      int      `json:"years"`
	Decisions  int      `json:"decisions"`
	Problems   []string `json:"problems"`
}

// CheckCatalogue lints the catalogue built into this program.
func CheckCatalogue() CatalogueReport {
	rules := catalogue.FS()
	r := CatalogueReport{Problems: []string{}}
	bad := func(err error) {
		if err != nil {
			r.Problems = append(r.Problems, err.Error())
		}
	}
	calendar, err := clock.LoadCalendar(rules, time.UTC)
	bad(err)
	texts, err := text.Load(rules)
	bad(err)
	types, err := kind.Load(rules)
	bad(err)
	forms, err := form.Load(rules)
	bad(err)
	if len(r.Problems) > 0 {
		return r
	}
	r.Years, r.Types, r.Forms = len(calendar.Years()), len(types.All()), len(forms)
	r.Languages, r.Texts = len(texts.Languages()), len(texts.Keys(text.First))
	r.Problems = append(r.Problems, texts.Lint()...)
	say := texts.Printer(text.First)
	need := func(key string) {
		if !say.Has(key) {
			r.Problems = append(r.Problems, "there is no text for "+key)
		}
	}
	for _, k := range types.All() {
		need("type." + k.Code)
	}
	for _, f := range types.Lint() {
		r.Problems = append(r.Problems, fmt.Sprintf("type %s, %s: %s", f.Code, f.Field, texts.Printer("en").T(f.Key)))
	}
	for name, f := range forms {
		r.Problems = append(r.Problems, f.Lint()...)
		for _, field := range f.Fields {
			need("form." + name + "." + field.Name)
		}
	}
	lints := map[string]func(*procedure.Definition, form.Forms) []string{matter.Procedure: matter.Lint, admission.Procedure: admission.Lint, rights.Procedure: rights.Lint}
	for _, name := range proceeding.Procedures() {
		lints[name] = proceeding.Lint
		need(name)
	}
	for name, lint := range lints {
		d, err := procedure.Read(rules, name)
		if bad(err); err != nil {
			continue
		}
		r.Procedures++
		r.Problems = append(r.Problems, lint(d, forms)...)
		subject, _, _ := strings.Cut(name, ".")
		for state := range d.States {
			need(subject + ".state." + string(state))
			need(subject + ".next." + string(state))
		}
		for _, m := range d.Moves {
			need(subject + ".action." + string(m.Action))
			need(subject + ".done." + string(m.Action))
		}
	}
	r.Decisions = checkDecisions(rules, need, bad)
	checkGatherings(rules, need, bad)
	checkTopics(rules, need, bad)
	slices.Sort(r.Problems)
	return r
}

// checkDecisions lints who decides what, and the rules of votes it rests on, and
// returns how many rows there are.
func checkDecisions(rules fs.FS, need func(key string), bad func(error)) int {
	law, table, err := assembly.Load(rules)
	if bad(err); err != nil {
		return 0
	}
	for _, f := range table.Lint(law) {
		bad(fmt.Errorf("decisions, %s: %s", f.Path, f.Key))
	}
	for _, k := range assembly.Kinds() {
		need("assembly.kind." + string(k))
		need("assembly.wrong_body." + string(k))
	}
	for _, d := range table.Decisions {
		need("assembly.subject." + d.Subject)
		for _, basis := range append(slices.Clone(d.Basis), cmp.Or(d.Filing, d.Basis[0])) {
			need(basis)
		}
	}
	for _, r := range law.Rules {
		need("assembly.rule." + r.Code)
		need(r.Basis)
	}
	return len(table.Decisions)
}

// checkTopics lints the levels of discussion and the terms of replies.
func checkTopics(rules fs.FS, need func(key string), bad func(error)) {
	terms, err := topic.LoadTerms(rules)
	if bad(err); err != nil {
		return
	}
	for _, wrong := range terms.Lint() {
		bad(errors.New(wrong))
	}
	need(terms.Reply.Basis)
	for _, l := range terms.Levels {
		need("topic.level." + string(l))
	}
	for _, s := range topic.Stages() {
		need("topic.stage." + string(s))
	}
}

// Say says the sentence of a key in a language.
func (a *App) Say(lang, key string, args ...any) string { return a.Texts.Printer(lang).T(key, args...) }

// SayWith says the sentence of a key with the values of its named places.
func (a *App) SayWith(lang, key string, params map[string]string) string {
	var args []any
	for name, value := range params {
		args = append(args, name, value)
	}
	return a.Say(lang, key, args...)
}

// explained turns a fault into a line for the command line.
func (a *App) explained(err error) error {
	f, ok := fault.As(err)
	if !ok {
		return err
	}
	says := a.SayWith("en", f.Key, f.Params)
	if f.Err != nil {
		return fmt.Errorf("%s (%w)", says, f.Err)
	}
	return errors.New(says)
}
