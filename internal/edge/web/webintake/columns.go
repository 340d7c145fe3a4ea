// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webintake

import (
	"fmt"
	"hash/fnv"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/text"
	"pavilion/internal/civic/matter/intake"
	"pavilion/internal/civic/matter/kind"
	"pavilion/internal/edge/web/webkit"
)

// ColumnsForm asks what each column is.
type ColumnsForm struct {
	Form     webkit.Form
	Fields   []webkit.Field
	Revision int // of the source
	Run      int // revision of the run
}

// WordsForm asks what the sender's words mean.
type WordsForm struct {
	Form     webkit.Form
	Types    []webkit.Field
	Areas    []webkit.Field
	Hidden   int // words that are asked for later
	Revision int
	Run      int
}

// askedWords is how many words of a field a page asks for at once.
const askedWords = 30

// leave is the answer that leaves a type to the desk.
const leave = "-"

// columnsForm fills the form with what the source says, and where it says nothing
// that fits with a guess.
func (p *Pages) columnsForm(v RunPage, form webkit.Form, again bool) *ColumnsForm {
	if !again {
		form = webkit.Form{Values: url.Values{}, Prefix: "c-"}
		m := v.Source.Mapping
		if !m.Fits(v.Headings) {
			guessed := intake.Guess(v.Headings, intake.Names(p.Kit.Texts))
			for f, heading := range m.Columns {
				if slices.Contains(v.Headings, heading) && !slices.Contains(slices.Collect(maps.Values(guessed)), heading) {
					guessed[f] = heading
				}
			}
			m.Columns = guessed
		}
		for f, heading := range m.Columns {
			form.Values.Set(string(f), heading)
		}
		form.Values.Set("order", m.Order)
		form.Values.Set("grid", m.Grid)
	}
	out := &ColumnsForm{Form: form, Revision: v.Source.Revision, Run: v.Run.Revision}
	headings := []webkit.Choice{{Label: v.T("intake.not_taken")}}
	for _, h := range v.Headings {
		headings = append(headings, webkit.Choice{Value: h, Label: h})
	}
	for _, f := range intake.Fields() {
		out.Fields = append(out.Fields, choose(form, string(f), v.T("intake.field."+string(f)), hint(v.Page, "intake.hint."+string(f)), headings))
	}
	out.Fields = append(out.Fields,
		choose(form, "order", v.T("intake.order"), v.T("intake.order_hint"), options(v.Page, "intake.order.", intake.Orders())),
		choose(form, "grid", v.T("intake.grid"), "", options(v.Page, "intake.grid.", intake.Grids())))
	return out
}

// hint is the text of a key if there is one.
func hint(about webkit.Page, key string) string {
	if !about.Printer.Has(key) {
		return ""
	}
	return about.T(key)
}

func options(about webkit.Page, prefix string, values []string) []webkit.Choice {
	out := make([]webkit.Choice, len(values))
	for i, value := range values {
		out[i] = webkit.Choice{Value: value, Label: about.T(prefix + value)}
	}
	return out
}

// choose is a field with a list to choose from.
func choose(form webkit.Form, name, label, hint string, choices []webkit.Choice) webkit.Field {
	return webkit.Field{
		Form: form, Name: name, ID: form.ID(name), Kind: "select", Label: label, Hint: hint, Choices: choices,
		Value: form.Value(name), Error: form.Error(name),
	}
}

// wordsForm asks for the words that most lines use.
func (p *Pages) wordsForm(r *http.Request, v RunPage, form webkit.Form, again bool) (*WordsForm, error) {
	book, err := p.Matters.Types.At(r.Context(), p.Realm, p.Matters.Now())
	if err != nil {
		return nil, err
	}
	if !again {
		form = webkit.Form{Values: url.Values{}, Prefix: "w-"}
	}
	out := &WordsForm{Form: form, Revision: v.Source.Revision, Run: v.Run.Revision}
	types := []webkit.Choice{{Label: v.T("intake.choose_type")}, {Value: leave, Label: v.T("intake.leave")}}
	codes := map[string]string{}
	for _, k := range book.All() {
		types = append(types, webkit.Choice{Value: k.Code, Label: k.Code + " " + named(v.Printer, k)})
		for _, lang := range p.Kit.Languages() {
			codes[named(p.Kit.Printer(lang), k)] = k.Code
		}
	}
	for i, u := range v.Run.Found.Unknown[intake.Type] {
		if i == askedWords {
			out.Hidden += len(v.Run.Found.Unknown[intake.Type]) - i
			break
		}
		f := ask(form, intake.Type, u, v.T("intake.word_lines", "n", u.Lines), types)
		if !again {
			f.Value = codes[u.Value]
		}
		out.Types = append(out.Types, f)
	}
	for i, u := range v.Run.Found.Unknown[intake.Area] {
		if i == askedWords {
			out.Hidden += len(v.Run.Found.Unknown[intake.Area]) - i
			break
		}
		f := ask(form, intake.Area, u, v.T("intake.word_lines", "n", u.Lines), nil)
		f.Kind = "text"
		out.Areas = append(out.Areas, f)
	}
	return out, nil
}

// named is what a type is called.
func named(say *text.Printer, k kind.Kind) string {
	if k.Name != "" {
		return k.Name
	}
	return say.T("type." + k.Code)
}

// ask is a field that asks what a word means. Its name holds the word, its id must
// not.
func ask(form webkit.Form, field intake.Field, u intake.Unknown, hint string, choices []webkit.Choice) webkit.Field {
	f := choose(form, string(field)+":"+u.Value, u.Value, hint, choices)
	f.ID = form.ID(wordID(f.Name))
	return f
}

// wordID stands for a word where no spaces may be.
func wordID(name string) string {
	h := fnv.New32a()
	h.Write([]byte(name))
	return strconv.FormatUint(uint64(h.Sum32()), 16)
}

// name keeps what each column is and has the run checked.
func (p *Pages) name(w http.ResponseWriter, r *http.Request) error {
	if err := sentForm(w, r); err != nil {
		return err
	}
	m := intake.Mapping{Columns: map[intake.Field]string{}, Order: r.PostForm.Get("order"), Grid: r.PostForm.Get("grid")}
	for _, f := range intake.Fields() {
		if heading := r.PostForm.Get(string(f)); heading != "" {
			m.Columns[f] = heading
		}
	}
	return p.mapped(w, r, "columns", func(source intake.Source, revision int) error {
		m.Values = source.Mapping.Values
		_, err := p.Intake.Map(r.Context(), p.Realm, source.ID, revision, m, webkit.ActorOf(r))
		return err
	})
}

// translate keeps what the sender's words mean and has the run checked.
func (p *Pages) translate(w http.ResponseWriter, r *http.Request) error {
	if err := sentForm(w, r); err != nil {
		return err
	}
	return p.mapped(w, r, "words", func(source intake.Source, revision int) error {
		values, err := p.meanings(r.PostForm, source)
		if err != nil {
			return err
		}
		_, err = p.Intake.Translate(r.Context(), p.Realm, source.ID, revision, values, webkit.ActorOf(r))
		return err
	})
}

// meanings reads what was answered. Words without an answer stay unknown.
func (p *Pages) meanings(sent url.Values, source intake.Source) (map[intake.Field]map[string]string, error) {
	out := map[intake.Field]map[string]string{intake.Type: {}, intake.Area: {}}
	var faults []*fault.Error
	for name := range sent {
		field, theirs, ok := strings.Cut(name, ":")
		ours := strings.TrimSpace(sent.Get(name))
		switch {
		case !ok || ours == "":
		case field == string(intake.Type) && ours == leave:
			out[intake.Type][theirs] = ""
		case field == string(intake.Type):
			out[intake.Type][theirs] = ours
		case field == string(intake.Area):
			id, found := p.Intake.AreaOf(source, ours)
			if !found {
				faults = append(faults, fault.New(fault.Invalid, "intake.area_unknown").With("name", ours).At(name))
			}
			out[intake.Area][theirs] = id
		}
	}
	slices.SortFunc(faults, func(a, b *fault.Error) int { return strings.Compare(a.Field, b.Field) })
	return out, fault.Join(faults...)
}

// mapped changes the mapping of a run's source by do and has the run checked. What
// was wrong with the form is shown beside it.
func (p *Pages) mapped(w http.ResponseWriter, r *http.Request, which string, do func(source intake.Source, revision int) error) error {
	ctx, actor := r.Context(), webkit.ActorOf(r)
	run, err := p.Intake.Run(ctx, p.Realm, r.PathValue("id"), actor)
	if err != nil {
		return err
	}
	source, err := p.Intake.Source(ctx, p.Realm, run.Source, actor)
	if err != nil {
		return err
	}
	err = do(source, number(r, "source"))
	if err == nil {
		_, err = p.Intake.Check(ctx, p.Realm, run.ID, number(r, "revision"), actor)
	}
	if fault.KindOf(err) == fault.Invalid && err != nil {
		form := p.Kit.Again(r, err)
		form.Prefix = map[string]string{"columns": "c-", "words": "w-"}[which]
		for i, e := range form.Errors {
			if strings.Contains(e.Field, ":") {
				e.Field = wordID(e.Field)
			}
			if e.Field != "" {
				form.Errors[i].Href = "#" + form.ID(e.Field)
			}
		}
		return p.showRun(w, r, http.StatusUnprocessableEntity, form, which)
	}
	if err != nil {
		return fmt.Errorf("map columns: %w", err)
	}
	webkit.Done(w, r, address(run.ID), "")
	return nil
}
