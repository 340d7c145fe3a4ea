// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package webkit is what every page is made with: templates and their
// components, forms and their errors, routes that state who may use them,
// sessions, languages and assets. It knows no subject.
//
//	webkit.go    the kit and what it is given
//	template.go  reading templates, one set for each language, and rendering
//	funcs.go     what templates may call
//	page.go      what every page carries
//	form.go      what a form shows again, and what was wrong with it
//	field.go     one field of a form
//	part.go      the other components
//	due.go       moments as people say them
//	problem.go   what is answered when something fails
//	router.go    routes and who may use them
//	session.go   cookies, language, and the word after a deed
//	asset.go     styles, scripts and icons
package webkit

import (
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"time"

	"pavilion/internal/base/clock"
	"pavilion/internal/base/text"
	"pavilion/internal/core/identity"
)

// Options is what a Kit is given.
type Options struct {
	Files    fs.FS // templates/, icons/, brand/ and dist/, as package web embeds them
	Texts    *text.Catalogue
	Calendar *clock.Calendar
	Now      clock.Clock
	Log      *slog.Logger
	Site     string // the authority's name, beside the mark

	// Session finds who a session token belongs to. An error means nobody.
	Session func(ctx context.Context, token string) (identity.Actor, error)

	// Allow takes one of an account's requests of this minute, or says how long to
	// wait. Nil limits nobody.
	Allow func(account string) (wait time.Duration, ok bool)

	Public []MenuItem // the menu of the public pages
	Desk   []MenuItem // the menu of the desk
}

// Kit holds the parsed templates and everything pages share. It is safe for
// concurrent use once every page has been registered.
type Kit struct {
	Options
	printers  map[string]*text.Printer
	templates map[string]templates // by language
	assets    assets
	icons     map[string]string
	samples   map[string]any
}

// New reads the templates, icons and the list of assets.
func New(o Options) (*Kit, error) {
	k := &Kit{Options: o, printers: map[string]*text.Printer{}, samples: map[string]any{}}
	var err error
	if k.assets, err = readAssets(o.Files); err != nil {
		return nil, fmt.Errorf("read assets: %w", err)
	}
	if k.icons, err = readIcons(o.Files); err != nil {
		return nil, fmt.Errorf("read icons: %w", err)
	}
	for _, lang := range o.Texts.Languages() {
		k.printers[lang] = o.Texts.Printer(lang)
	}
	if k.templates, err = k.parse(); err != nil {
		return nil, fmt.Errorf("read templates: %w", err)
	}
	k.Register("error", ErrorPage{Status: 404, Heading: "…"})
	return k, nil
}

// Register keeps a sample of the struct a template is given. Tests execute
// every template with its sample in every language.
func (k *Kit) Register(name string, sample any) { k.samples[name] = sample }

// Samples returns the registered samples by template name.
func (k *Kit) Samples() map[string]any { return k.samples }

// Languages returns the languages pages can be shown in, in their order.
func (k *Kit) Languages() []string { return k.Texts.Languages() }

// Printer returns the sentences of one language, or of the first language where
// the asked one is unknown.
func (k *Kit) Printer(lang string) *text.Printer {
	if p, ok := k.printers[lang]; ok {
		return p
	}
	return k.printers[k.Texts.Languages()[0]]
}

// here returns a moment in the place's own time zone.
func (k *Kit) here(t time.Time) time.Time { return t.In(k.Calendar.Zone()) }
