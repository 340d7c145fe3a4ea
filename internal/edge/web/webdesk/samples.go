// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webdesk

import (
	"net/url"
	"time"

	"pavilion/internal/civic/matter/docket"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/org"
	"pavilion/internal/edge/web/webkit"
	"pavilion/internal/edge/web/webmatter"
	"pavilion/internal/platform/jobs"
)

// sampleTime is a moment on a worked day.
var sampleTime = time.Date(2026, 9, 16, 7, 0, 0, 0, time.UTC)

// Samples registers a page of each kind with something in every place, so that
// tests can execute every template in every language.
func Samples(k *webkit.Kit) {
	clerk := webkit.Page{Actor: identity.Actor{Account: "a", Name: "Test Clerk"}}
	list := sampleList()
	searched := List{
		Title: "Search", Href: "/desk/search?q=cover", Search: &webkit.Form{Values: url.Values{"q": {"cover"}}},
		Found: []Found{{list.Work[0], []Piece{{Text: "Broken "}, {Text: "cover", Hit: true}}}},
	}
	nothing := List{Title: "All open", Filter: list.Filter, Empty: webkit.Empty{Icon: "filter", Heading: "None", Text: "Look elsewhere", Href: "/desk", Action: "Look"}}
	told := []Notice{{Text: "New", Link: "/desk/matters/1", At: sampleTime}, {Text: "Old", At: sampleTime, Read: true}}
	k.Register("signin", webkit.SignInPage{Next: "/desk", Passkey: &webkit.PasskeyForm{Ask: "/signin/passkey", Post: "/signin/passkey", Key: "account.passkey.signin"}, Ways: []webkit.SignInWay{{Name: "Test Sign-in", Post: "/signin/with/1"}}})
	k.Register("desk_invite", InvitePage{Token: "token", Name: "Test Clerk", Login: "clerk", Ways: []webkit.SignInWay{{Name: "Test Sign-in", Post: "/invite/token/with/1"}}})
	k.Register("desk_menu", MenuPage{clerk})
	k.Register("desk_work", WorkPage{Page: clerk, List: list, Notices: told, More: true})
	k.Register("desk_queue", ListPage{Page: clerk, List: searched})
	k.Register("desk_matter", sampleMatter(clerk, &nothing))
	k.Register("desk_notices", NoticesPage{Page: clerk, Notices: told, Unread: 1, Next: "/desk/notices?after=x"})
	k.Register("desk_jobs", JobsPage{Page: clerk, Jobs: []jobs.Job{{ID: "1", Kind: "mail", Attempt: 10, Failure: "refused"}}, First: "/desk/jobs"})
	k.Register("desk_procedure", ProcedurePage{
		Page: clerk, Version: 1, Basis: "a rule", Drawing: "stateDiagram-v2",
		Stages: []StageLine{{State: "Reported", Term: "1 hour", Expiry: "Escalate"}, {State: "Closed", Final: true}},
		Moves:  []MoveLine{{Action: "Register", From: "Reported", To: "Registered", By: "Dispatcher", If: "placed"}},
	})
	bulk := BulkPage{Page: clerk, Query: "state=a", Actions: []webkit.Choice{{Value: "remind", Label: "Remind"}}, Next: "/desk/bulk?after=x",
		Rows: []BulkRow{{Work: sampleList().Work[0], Value: "1.2"}}}
	k.Register("desk_bulk", bulk)
	k.Register("desk_export", ExportPage{
		Page: clerk, Query: "state=a", Form: webkit.NewForm("1"), Formats: []webkit.Choice{{Value: "csv", Label: "CSV"}},
		Wordings: []webkit.Choice{{Value: "complete", Label: "As written", Hint: "Recorded"}}, Purposes: []webkit.Choice{{Value: "handling", Label: "Handling"}},
	})
	k.Register("desk_tokens", TokensPage{
		Page: clerk, Scopes: []webkit.Choice{{Value: "matters:read", Label: "Read", Hint: "matters:read"}}, Secret: "pvt_example", Proved: true,
		Tokens: []TokenLine{{ID: "1", Name: "Hotline", Scopes: "Read", Used: "2026-09-16", Until: sampleTime}, {ID: "2", Name: "Old", Ended: true, Until: sampleTime}},
	})
	k.Register("desk_areas", AreasPage{
		Page: clerk, Path: []webkit.Fact{{Value: "County", Href: "/desk/areas"}}, Area: org.Area{Name: "Town"},
		Facts: []webkit.Fact{{Term: "Level", Value: "Township"}},
		May:   true, Form: webkit.NewForm("1"), Grades: []webkit.Choice{{Value: "1", Label: "core"}},
		Areas:  []AreaLine{{Href: "/desk/areas?area=1", Name: "Village", Kind: "Village", Code: "410928", Below: 1, Outline: "None"}},
		Bodies: []BodyLine{{"Office", "URBAN"}},
	})
}

func sampleList() List {
	some := []webkit.Choice{{Label: "any"}, {Value: "a", Label: "one"}}
	return List{
		Title: "All open", Href: "/desk/matters",
		Filter: &Filter{Form: webkit.Form{Values: url.Values{"state": {"a"}}, Prefix: "filter-"}, Lights: some, Types: some, Areas: some, States: some,
			Owners: some, Channels: some, Applied: some, Flags: some, Said: "one", More: true, Query: "state=a",
			Views: []SavedView{{docket.View{ID: "1", Name: "Mine"}, "/desk/matters?state=a"}}},
		Lights: []LightCount{{webkit.Over, 3, "/desk/matters?light=red", true}},
		Work: []webkit.Work{{
			Href: "/desk/matters/1", Number: "20260916-0000001", Title: "Broken cover", Place: "Town", Owner: "Office",
			Tags: []webkit.Tag{{Word: "Reported", Colour: "amber"}}, Due: sampleTime, Light: webkit.Near, Here: true,
		}},
		First: "/desk/matters", Next: "/desk/matters?after=x",
	}
}

func sampleMatter(about webkit.Page, list *List) MatterPage {
	f := webkit.Form{Prefix: "refuse-", Errors: []webkit.FieldError{{Field: "reason", Text: "Write why", Href: "#f-refuse-reason"}}}
	about.Errors = f.Errors
	reason := webkit.Field{Form: f, Name: "reason", ID: f.ID("reason"), Kind: "long_text", Label: "Reason", Error: "Write why", Max: 500}
	facts := []webkit.Fact{{Term: "Number", Value: "20260916-0000001"}}
	return MatterPage{
		Page: about, List: list, Back: "/desk/matters", Number: "20260916-0000001", Heading: "Broken cover",
		Tags: []webkit.Tag{{Word: "Reported"}}, Light: webkit.Over, Due: sampleTime, Text: "A corner is gone.",
		Photos: []webkit.Photo{{Thumb: "/thumb", Full: "/full", Alt: "Photo 1"}}, Facts: facts, Points: "/desk/matters/1/point.json",
		Moves: []MoveForm{
			{MoveForm: webmatter.MoveForm{Action: "register", Label: "Register", Post: "/desk/matters/1/moves", Main: true}, Key: "1"},
			{MoveForm: webmatter.MoveForm{Action: "refuse", Label: "Refuse", Post: "/desk/matters/1/moves", Open: true, Photos: true, Fields: []webkit.Field{reason}}, Key: "2", Hint: "It ends", Danger: true, Begin: []webkit.Choice{{Value: "/desk/matters/1?phrase=refuse%2Fa", Label: "a"}}},
			{MoveForm: webmatter.MoveForm{Action: "pass", Label: "Pass", WhyNot: "It is your own work", Aside: true}},
		},
		Clocks: []webmatter.ClockView{{Heading: "The term", Lines: []string{"It began", "It ends"}}},
		Near:   []Relative{{"Part of", "20260916-0000002", "Broken road", "/desk/matters/2", webkit.Tag{Word: "Reported"}}},
		Alike:  []Relative{{"near", "20260916-0000003", "Broken cover", "/desk/matters/3", webkit.Tag{Word: "Reported"}}},
		Talks:  []Relative{{"Topic", "JY20260916-000001", "A new cover", "/desk/topics/1", webkit.Tag{Word: "Gathered"}}}, Suggest: "/desk/suggestions/new?source=matter/1",
		Why: "/desk/routing?code=020103", Aside: true, AsideOpen: true,
		Stale: "It has changed", Kept: facts, Photo: true,
		Reporter: "/desk/matters/1/reporter", Unread: 2,
		Timeline: []webkit.Event{{State: "done", What: "Reported", Who: "Reporter", At: sampleTime, Said: "Words", Basis: "a rule"}},
	}
}
