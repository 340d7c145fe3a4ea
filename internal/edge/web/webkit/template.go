// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webkit

import (
	"bytes"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"strings"
)

// templates are the pages of one language. Each language has its own set, so
// that a component can say a sentence without being handed a printer; which set
// is used travels in the page data.
type templates map[string]*template.Template

// parse reads every page in every language.
func (k *Kit) parse() (map[string]templates, error) {
	shared, pages, err := k.templateFiles()
	if err != nil {
		return nil, err
	}
	out := map[string]templates{}
	for lang, printer := range k.printers {
		base := template.New("base").Funcs(k.funcs(printer)).Option("missingkey=error")
		if base, err = base.ParseFS(k.Files, shared...); err != nil {
			return nil, err
		}
		set := templates{}
		for _, file := range pages {
			t, err := template.Must(base.Clone()).ParseFS(k.Files, file)
			if err != nil {
				return nil, err
			}
			name := strings.TrimSuffix(strings.TrimPrefix(file, "templates/"), ".html")
			set[name] = t.Lookup(path.Base(file))
		}
		out[lang] = set
	}
	return out, nil
}

// templateFiles tells layouts and partials, which every page may use, from pages.
func (k *Kit) templateFiles() (shared, pages []string, err error) {
	err = fs.WalkDir(k.Files, "templates", func(file string, d fs.DirEntry, err error) error {
		switch {
		case err != nil || d.IsDir() || path.Ext(file) != ".html":
		case strings.HasPrefix(file, "templates/partials/"), strings.HasPrefix(file, "templates/layout_"):
			shared = append(shared, file)
		default:
			pages = append(pages, file)
		}
		return err
	})
	return shared, pages, err
}

// Templates lists the names of the pages that can be rendered.
func (k *Kit) Templates() []string {
	var out []string
	for name := range k.templates[k.Texts.Languages()[0]] {
		out = append(out, name)
	}
	return out
}

// Base is implemented by every page struct through the Page it embeds.
type Base interface{ Common() Page }

// Execute returns a page as HTML. It is what Render writes.
func (k *Kit) Execute(name string, page Base) ([]byte, error) {
	t, ok := k.templates[k.Printer(page.Common().Lang).Lang()][name]
	if !ok {
		return nil, fmt.Errorf("no template %q", name)
	}
	var out bytes.Buffer
	if err := t.Execute(&out, page); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// policy lets a page load only what this server gives it. The map library draws
// images from data addresses and starts its worker from a blob where it must.
const policy = "default-src 'self'; img-src 'self' data: blob:; worker-src 'self' blob:; " +
	"object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

// Render writes a page. Nothing reaches the client if the template fails.
func (k *Kit) Render(w http.ResponseWriter, r *http.Request, status int, name string, page Base) error {
	body, err := k.Execute(name, page)
	if err != nil {
		return fmt.Errorf("render %s: %w", name, err)
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Language", page.Common().Lang)
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	switch {
	case !page.Common().Actor.Anonymous():
		h.Set("Cache-Control", "no-store")
	case h.Get("Cache-Control") == "":
		h.Set("Cache-Control", "no-cache")
	}
	h.Add("Vary", "Cookie, Accept-Language")
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, err = w.Write(body)
	}
	return err
}
