// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webprovider

import (
	"pavilion/internal/core/identity"
	"pavilion/internal/edge/web/webkit"
)

// Samples registers a page of each kind with something in every place, so that
// tests can execute every template in every language.
func Samples(k *webkit.Kit) {
	chief := webkit.Page{Actor: identity.Actor{Account: "a", Name: "Test Chief"}}
	f := webkit.NewForm("")
	open := webkit.Tag{Word: "Open", Colour: "green"}
	k.Register("provider_onward", OnwardPage{Name: "Test Sign-in", Href: "https://login.example/auth?client_id=x"})
	k.Register("provider_failed", FailedPage{Text: "Cancelled.", Href: "/signin", Button: "Back"})
	k.Register("providers", ListPage{
		Page: chief, Form: f, May: true, Callback: "https://town.example/signin/callback",
		Lines: []Line{{Name: "Test Sign-in", Issuer: "https://login.example", Href: root + "/1", State: open, Links: 3}},
	})
	k.Register("provider", OnePage{
		Page: chief, Form: f, State: open, Post: root + "/1", Active: true, Keyed: true, May: true,
		Facts: []webkit.Fact{{Term: "Issuer", Value: "https://login.example"}},
	})
}
