// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package webpicture has the pages on which photos of matters are prepared for the
// public and released, and gives everybody those that are public.
//
//	webpicture.go  what it is given, its routes, samples
//	page.go        a photo at the desk: marking, looking, deciding
//	serve.go       the pictures themselves
package webpicture

import (
	"context"
	"net/http"
	"time"

	"pavilion/internal/civic/matter/picture"
	"pavilion/internal/core/identity"
	"pavilion/internal/edge/web/webkit"
	"pavilion/internal/edge/web/webmatter"
)

// Pages is what the pages take. All fields are required.
type Pages struct {
	webmatter.Shared
	Counts func(*http.Request) (map[string]int, error)      // the numbers beside the menu's entries
	Name   func(ctx context.Context, account string) string // of a person who works here
}

// root is the address of a photo at the desk.
const root = "/desk/matters/{id}/photos/{seq}/{photo}"

// maxForm bounds a sent form, in bytes.
const maxForm = 64 << 10

var preparing = webkit.AnyOf(identity.Dispatcher, identity.ShiftHead)

// Register adds the routes.
func (p *Pages) Register(ro *webkit.Router) {
	Samples(p.Kit)
	ro.Handle("GET "+root+"/public", preparing, p.look)
	ro.Handle("POST "+root+"/public", preparing, p.prepare)
	ro.Handle("POST "+root+"/public/decide", preparing, p.decide)
	ro.Handle("GET "+root+"/original", preparing, p.original)
	ro.Handle("GET "+root+"/drafts/{picture}/{size}", preparing, p.drafted)
	ro.Handle("GET /pictures/{picture}/{size}", webkit.Public, p.public)
}

// Samples registers a page of each kind with something in every place, so that
// tests can execute every template in every language.
func Samples(k *webkit.Kit) {
	at := time.Date(2026, 9, 16, 7, 0, 0, 0, time.UTC)
	f := webkit.NewForm("1")
	f.Errors = []webkit.FieldError{{Field: "boxes", Text: "Error", Href: "#f-boxes"}}
	f.Values.Set("cell", "3")
	made := &Made{
		Image: webkit.Photo{Thumb: "/thumb", Full: "/full", Alt: "A lamp"}, Boxes: []picture.Box{{Left: 1, Top: 1, Width: 9, Height: 9}},
		Caption: "A lamp", By: "Clerk", At: at, State: webkit.Tag{Word: "Waiting", Colour: "amber"}, Reason: "Once more", ID: "1", Revision: 1,
		May: true, Returns: true, Withdraws: true, Trail: []webkit.Event{{State: "done", What: "Sent", Who: "Clerk", At: at}},
	}
	page := webkit.Page{Actor: identity.Actor{Account: "a", Name: "Test Clerk"}}
	page.Errors = f.Errors
	k.Register("picture", PicturePage{
		Page: page, Form: f, Back: "/desk/matters/1", Post: "/post", Original: "/original", Width: 400, Height: 300,
		Latest: made, Shown: &webkit.Photo{Thumb: "/t", Full: "/f", Alt: "A lamp"}, Cells: cells(k.Printer("en"), f), Open: true,
	})
}
