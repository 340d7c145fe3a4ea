// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webkittest

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// labelled are the elements that need a label.
var labelled = []string{"input", "select", "textarea"}

// unlabelled are the types of input that need none.
var unlabelled = []string{"hidden", "submit", "button"}

// finding collects what is known of a page while it is read.
type finding struct {
	problems []string
	ids      map[string]bool
	labels   map[string]bool     // ids that a label is for
	controls []map[string]string // those that no label surrounds
	links    []string            // ids that the page leads to
	level    int                 // of the last heading
	h1       int
	inLabel  int
	naming   string // the button or link being read
	name     string // its words
}

// Lint lists what is wrong with a page: its language, headings, labels, ids,
// names of buttons and pictures, missing texts, and what the page's policy would
// not let a browser do.
func Lint(page []byte) []string {
	f := &finding{ids: map[string]bool{}, labels: map[string]bool{}}
	if i := bytes.Index(page, []byte("⟦")); i >= 0 {
		f.add("missing text: %s", page[i:min(len(page), i+60)])
	}
	if bytes.Contains(page, []byte("ZgotmplZ")) {
		f.add("a value was refused by html/template")
	}
	if err := f.read(page); err != nil {
		f.add("not well formed: %v", err)
	}
	if f.h1 != 1 {
		f.add("%d headings of the first level", f.h1)
	}
	for _, c := range f.controls {
		if !f.labels[c["id"]] && c["aria-label"] == "" && c["aria-labelledby"] == "" {
			f.add("control %q has no label", c["name"])
		}
	}
	for _, id := range f.links {
		if !f.ids[id] {
			f.add("leads to #%s, which is not there", id)
		}
	}
	return f.problems
}

func (f *finding) add(format string, args ...any) {
	f.problems = append(f.problems, fmt.Sprintf(format, args...))
}

// read walks the page. HTML as our templates write it is close enough to XML for
// the standard library's reader.
func (f *finding) read(page []byte) error {
	d := xml.NewDecoder(bytes.NewReader(page))
	d.Strict, d.AutoClose, d.Entity = false, xml.HTMLAutoClose, xml.HTMLEntity
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		switch token := token.(type) {
		case xml.StartElement:
			f.start(token)
		case xml.EndElement:
			f.end(token.Name.Local)
		case xml.CharData:
			f.name += string(token)
		}
	}
}

// start looks at one element.
func (f *finding) start(e xml.StartElement) {
	name, attrs := e.Name.Local, map[string]string{}
	for _, a := range e.Attr {
		attrs[a.Name.Local] = a.Value
		if a.Name.Local == "style" || strings.HasPrefix(a.Name.Local, "on") {
			f.add("<%s> has the attribute %s", name, a.Name.Local)
		}
	}
	if id := attrs["id"]; id != "" {
		if f.ids[id] {
			f.add("the id %q is used twice", id)
		}
		f.ids[id] = true
	}
	switch {
	case name == "html" && attrs["lang"] == "":
		f.add("the page has no language")
	case len(name) == 2 && name[0] == 'h' && name[1] >= '1' && name[1] <= '6':
		f.heading(int(name[1] - '0'))
	case name == "label":
		f.inLabel++
		f.labels[attrs["for"]] = attrs["for"] != ""
	case slices.Contains(labelled, name) && f.inLabel == 0 && !slices.Contains(unlabelled, attrs["type"]):
		f.controls = append(f.controls, attrs)
	case name == "button" || name == "a":
		f.naming, f.name = name, attrs["aria-label"]
	case name == "script" && attrs["src"] == "":
		f.add("a script stands in the page")
	case name == "img":
		f.picture(e)
	}
	if to, ok := strings.CutPrefix(attrs["href"], "#"); ok && to != "" {
		f.links = append(f.links, to)
	}
}

// end looks at what an element contained.
func (f *finding) end(name string) {
	switch {
	case name == "label":
		f.inLabel--
	case name == f.naming:
		if strings.TrimSpace(f.name) == "" {
			f.add("a <%s> has no words", name)
		}
		f.naming = ""
	case name == "title" && strings.TrimSpace(f.name) == "":
		f.add("the page has no title")
	}
}

// heading checks that no level is left out.
func (f *finding) heading(level int) {
	if level == 1 {
		f.h1++
	}
	if level > f.level+1 {
		f.add("a heading of level %d follows one of level %d", level, f.level)
	}
	f.level = level
}

// picture wants a text, which may be empty where a picture only adorns.
func (f *finding) picture(e xml.StartElement) {
	for _, a := range e.Attr {
		if a.Name.Local == "alt" {
			f.name += a.Value
			return
		}
	}
	f.add("a picture has no text")
}
