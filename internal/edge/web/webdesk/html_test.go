// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webdesk_test

import (
	"net/url"
	"strings"

	"golang.org/x/net/html"
)

// all returns the elements below n that fit.
func all(n *html.Node, fits func(*html.Node) bool) []*html.Node {
	var out []*html.Node
	for c := range n.Descendants() {
		if c.Type == html.ElementNode && fits(c) {
			out = append(out, c)
		}
	}
	return out
}

func named(names ...string) func(*html.Node) bool {
	return func(n *html.Node) bool {
		for _, name := range names {
			if n.Data == name {
				return true
			}
		}
		return false
	}
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, name string) bool {
	for _, a := range n.Attr {
		if a.Key == name {
			return true
		}
	}
	return false
}

// words are what an element says, with single spaces.
func words(n *html.Node) string {
	var b strings.Builder
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
			b.WriteByte(' ')
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// words are what the main part of a page says.
func (p page) words() string {
	for _, main := range all(p.Node, named("main")) {
		return words(main)
	}
	return words(p.Node)
}

// says reports whether the page has the words anywhere, its controls included.
func (p page) says(part string) bool {
	if strings.Contains(words(p.Node), part) {
		return true
	}
	for _, n := range all(p.Node, func(n *html.Node) bool { return true }) {
		for _, a := range n.Attr {
			if strings.Contains(a.Val, part) {
				return true
			}
		}
	}
	return false
}

// form returns the form sent to an address whose path ends in path, for a move
// the one with the action.
func (p page) form(path, action string) *html.Node {
	for _, f := range all(p.Node, named("form")) {
		to, _, _ := strings.Cut(attr(f, "action"), "?")
		if strings.HasSuffix(to, path) && (action == "" || filled(f).Get("action") == action) {
			return f
		}
	}
	return nil
}

// moves lists the actions that the page offers, in order.
func (p page) moves() string {
	var out []string
	for _, f := range all(p.Node, named("form")) {
		if action := filled(f).Get("action"); action != "" {
			out = append(out, action)
		}
	}
	return strings.Join(out, " ")
}

// filled is what a browser would send of a form that nobody touched.
func filled(f *html.Node) url.Values {
	out := url.Values{}
	for _, n := range all(f, named("input", "select", "textarea")) {
		name, kind := attr(n, "name"), attr(n, "type")
		switch {
		case n.Data == "textarea":
			out.Add(name, strings.TrimPrefix(contents(n), "\n"))
		case n.Data == "select":
			out.Add(name, selected(n))
		case kind == "file" || (kind == "checkbox" || kind == "radio") && !has(n, "checked"):
		default:
			out.Add(name, attr(n, "value"))
		}
	}
	return out
}

func contents(n *html.Node) string {
	var b strings.Builder
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
		}
	}
	return b.String()
}

// selected is the value that a select shows.
func selected(n *html.Node) string {
	options := all(n, named("option"))
	for _, o := range options {
		if has(o, "selected") {
			return attr(o, "value")
		}
	}
	if len(options) == 0 {
		return ""
	}
	return attr(options[0], "value")
}

// value is what a field of a form shows.
func value(f *html.Node, name string) string { return filled(f).Get(name) }

// listed are the addresses of the matters in the page's list.
func (p page) listed() []string {
	var out []string
	for _, n := range all(p.Node, func(n *html.Node) bool { return n.Data == "p" && attr(n, "class") == "work-title" }) {
		for _, a := range all(n, named("a")) {
			out = append(out, attr(a, "href"))
		}
	}
	return out
}

// link returns the address of the link with a rel or, without one, with the words.
func (p page) link(rel string) string {
	for _, a := range all(p.Node, named("a")) {
		if attr(a, "rel") == rel {
			return attr(a, "href")
		}
	}
	return ""
}
