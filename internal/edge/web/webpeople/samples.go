// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webpeople

import "pavilion/internal/edge/web/webkit"

// Samples gives the kit one filled page of each kind, so that tests can draw
// every template in every language.
func Samples(k *webkit.Kit) {
	line := GrantLine{
		ID: "grant", Role: "Dispatcher", Area: "Test Town", Body: "Test Office", Kinds: "06 Order, 0601 Noise", Who: "Test Clerk", Href: root + "/1",
		Basis: "Appointed", Reason: "Test reason", Giver: "Test Officer", From: k.Now(), Until: k.Now(), Revocable: true,
	}
	choice := []webkit.Choice{{Value: "a", Label: "A", Hint: "An A"}}
	tag := webkit.Tag{Word: "Active", Colour: "green"}
	k.Register("people", ListPage{
		Lines: []PersonLine{{Href: root + "/1", Name: "Test Clerk", Login: "clerk", Posts: []string{"Dispatcher, Test Town"}, State: tag}},
		Next:  root + "?after=1", May: true, Languages: choice,
	})
	k.Register("people_person", PersonPage{
		Name: "Test Clerk", State: tag, Facts: []webkit.Fact{{Term: "Login", Value: "clerk"}}, Grants: []GrantLine{line},
		Done: []DoneLine{{What: "Granted", Who: "Test Officer", At: k.Now()}}, Link: "https://example.org/invite/x",
		Roles: choice, Bodies: choice, Kinds: []KindGroup{{"06", "Order", []KindLine{{Code: "0601", Name: "Noise"}, {Code: "060101", Name: "Noise at night", Deep: true}}}}, Post: root + "/1", Grant: true, Prove: "/desk/prove", Invite: true, Disable: true,
	})
	k.Register("people_posts", PostsPage{
		Own: []GrantLine{line}, Given: []GrantLine{line}, Posts: choice, Roles: choice, Bodies: choice, Heads: true, Breaks: true,
		Lend: webkit.Form{Prefix: "lend-"}, Assign: webkit.Form{Prefix: "assign-"}, Glass: webkit.Form{Prefix: "glass-"},
	})
	k.Register("people_policy", PolicyPage{Roles: choice, Routes: []RouteLine{{Route: "GET /desk", Who: "Signed in", May: true}, {Route: "GET /api/v1/matters", Who: "Dispatcher", Scope: "matters:read"}}})
	k.Register("people_matter", MatterPage{
		Facts: []webkit.Fact{{Term: "Number", Value: "1"}}, Seen: []GrantLine{line}, By: []GrantLine{line}, Back: "/desk/matters/1",
		Asking: true, Form: webkit.NewForm(""), Post: "/desk/matters/1/access", About: "Test Clerk", Sees: "They see it.", Not: "Another place.",
		Moves: []MoveLine{{Name: "Sign", Who: "Handler", May: true, By: []string{"Handler, Test Town"}}, {Name: "Close", Who: "Dispatcher", Why: "Not yours."}},
	})
}
