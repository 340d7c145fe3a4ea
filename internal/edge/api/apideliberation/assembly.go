// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package apideliberation

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/page"
	"pavilion/internal/civic/deliberation/assembly"
	"pavilion/internal/edge/api/apikit"
)

// Decision says who decides a subject.
type Decision struct {
	Subject   string   `json:"subject"`
	Name      string   `json:"name"`
	From      string   `json:"from" doc:"The day it takes effect."`
	Bodies    []string `json:"bodies" nullable:"false" doc:"Kinds of bodies that may decide it, the usual one first."`
	Rule      string   `json:"rule,omitempty" doc:"Of votes of the usual body, by code and day of effect."`
	Rules     []string `json:"rules" nullable:"false" doc:"Of votes of each body, in their order; empty where no law is in force."`
	Procedure string   `json:"procedure"`
	Basis     []string `json:"basis" nullable:"false"`
}

type decisionsOutput struct {
	Body struct {
		Decisions []Decision `json:"decisions" nullable:"false"`
	}
}

// Assembly is a body that decides, in numbers: names are not given to programs.
type Assembly struct {
	ID       string   `json:"id"`
	Kind     string   `json:"kind"`
	Name     string   `json:"name"`
	Place    []string `json:"place" nullable:"false"`
	Members  int      `json:"members"`
	Voting   int      `json:"voting" doc:"Members with a vote today."`
	Missing  []string `json:"missing" nullable:"false" doc:"What the law or good order asks for and is not there."`
	Ended    string   `json:"ended,omitempty"`
	Revision int      `json:"revision"`
}

// Roster is who may vote, as it was frozen, without names.
type Roster struct {
	ID       string       `json:"id"`
	Body     string       `json:"body"`
	Title    string       `json:"title"`
	Subject  string       `json:"subject"`
	Day      string       `json:"day"`
	Secret   bool         `json:"secret"`
	Rule     string       `json:"rule"`
	Entitled int64        `json:"entitled" doc:"People who should come."`
	Area     int64        `json:"area,omitempty" doc:"Of the entitled, in hundredths of a square metre."`
	Casting  int64        `json:"casting" doc:"People who may vote: without those who stand aside."`
	Digest   string       `json:"digest"`
	At       time.Time    `json:"at"`
	Entries  []RosterLine `json:"entries" nullable:"false"`
}

// RosterLine is one member of a roster.
type RosterLine struct {
	Member   string `json:"member"`
	No       int    `json:"no"`
	Entitled bool   `json:"entitled"`
	Why      string `json:"why,omitempty" doc:"Why not."`
	Aside    bool   `json:"aside,omitempty"`
	Holder   string `json:"holder,omitempty" doc:"Member who votes for them."`
	Area     int64  `json:"area,omitempty"`
}

type assemblyInput struct {
	ID string `path:"id"`
}

type assembliesInput struct {
	apikit.PageInput
	Area string `query:"area" doc:"Id of an area; empty for the realm."`
}

type assembliesOutput struct {
	Body struct {
		Assemblies []Assembly `json:"assemblies" nullable:"false"`
		Next       string     `json:"next,omitempty"`
	}
}

type foundInput struct {
	apikit.KeyInput
	Body struct {
		Kind       string `json:"kind"`
		Name       string `json:"name"`
		Area       string `json:"area" doc:"Id of an area."`
		Households int    `json:"households,omitempty"`
		Women      int    `json:"women,omitempty"`
	}
}

type assemblyOutput struct{ Body Assembly }

// RosterAside is a member who does not vote because of a conflict of interest.
type RosterAside struct {
	Member   string `json:"member"`
	Conflict string `json:"conflict" enum:"interested,relative,contractor,judged,other"`
}

// RosterProxy is a member who lets another vote for them, in writing.
type RosterProxy struct {
	Member  string `json:"member"`
	Holder  string `json:"holder"`
	Written string `json:"written" doc:"The day on which it was written."`
}

type freezeInput struct {
	ID string `path:"id"`
	apikit.KeyInput
	Body struct {
		Title   string        `json:"title"`
		Subject string        `json:"subject"`
		Day     string        `json:"day" doc:"Of the vote, not after today."`
		Secret  bool          `json:"secret,omitempty"`
		Aside   []RosterAside `json:"aside,omitempty" nullable:"false" maxItems:"1000"`
		Proxies []RosterProxy `json:"proxies,omitempty" nullable:"false" maxItems:"1000"`
	}
}

type rosterOutput struct{ Body Roster }

// assemblies adds the bodies that decide, who decides what, and rosters.
func (s *group) assemblies() {
	changing := []int{http.StatusForbidden, http.StatusNotFound, http.StatusConflict}
	apikit.Operation(s.Kit, apikit.Public, huma.Operation{
		OperationID: "decisions", Tags: []string{apikit.Reporting}, Method: http.MethodGet, Path: "/decisions", Summary: "List who decides what",
		Description: "The table that the program itself goes by, as it is in force today.",
	}, s.decisions)
	apikit.Operation(s.Kit, readsBodies, huma.Operation{
		OperationID: "assemblies", Tags: []string{apikit.Desk}, Method: http.MethodGet, Path: "/assemblies", Summary: "List the bodies that decide",
		Description: "By place and name, those whose register the account may see.",
	}, s.assemblyList)
	apikit.Operation(s.Kit, keepsBodies, huma.Operation{
		OperationID: "found-assembly", Tags: []string{apikit.Desk}, Method: http.MethodPost, Path: "/assemblies", Summary: "Register a body", DefaultStatus: http.StatusCreated,
	}, s.foundBody)
	apikit.Operation(s.Kit, readsBodies, huma.Operation{
		OperationID: "assembly", Tags: []string{apikit.Desk}, Method: http.MethodGet, Path: "/assemblies/{id}", Summary: "Read a body", Errors: []int{http.StatusNotFound},
		Description: "Numbers and what is missing. Names are not given to programs.",
	}, s.assembly)
	apikit.Operation(s.Kit, keepsBodies, huma.Operation{
		OperationID: "freeze-roster", Tags: []string{apikit.Desk}, Method: http.MethodPost, Path: "/assemblies/{id}/rosters", Summary: "Freeze the roster of a vote", DefaultStatus: http.StatusCreated,
		Description: "A body that does not decide the subject is refused, and the right one named. A roster never changes.", Errors: changing,
	}, s.freezeRoster)
	apikit.Operation(s.Kit, readsBodies, huma.Operation{
		OperationID: "roster", Tags: []string{apikit.Desk}, Method: http.MethodGet, Path: "/rosters/{id}", Summary: "Read a roster", Errors: []int{http.StatusNotFound},
		Description: "Without names.",
	}, s.roster)
}

func (s *group) decisions(ctx context.Context, _ *struct{}) (*decisionsOutput, error) {
	say, today := s.Say(ctx), s.Bodies.Today()
	out := &decisionsOutput{}
	out.Body.Decisions = []Decision{}
	for _, subject := range s.Bodies.Table.Subjects(today) {
		d, _ := s.Bodies.Table.Of(subject, today)
		one := Decision{Subject: subject, Name: say.T("assembly.subject." + subject), From: d.From, Procedure: d.Procedure, Bodies: []string{}, Basis: []string{}, Rules: []string{}}
		for _, k := range d.Kinds {
			one.Bodies = append(one.Bodies, string(k))
		}
		for _, b := range d.Basis {
			one.Basis = append(one.Basis, say.T(b))
		}
		for _, k := range d.Kinds {
			rule, err := s.Bodies.RuleAt(ctx, s.Realm, d.Code(k), today)
			if err != nil && fault.KindOf(err) != fault.Conflict {
				return nil, err
			}
			name := ""
			if err == nil {
				name = rule.Name()
			}
			one.Rules = append(one.Rules, name)
		}
		one.Rule = one.Rules[0]
		out.Body.Decisions = append(out.Body.Decisions, one)
	}
	return out, nil
}

// counted is a body in numbers.
func (s *group) counted(ctx context.Context, a assembly.Assembly) (Assembly, error) {
	who := apikit.AskerOf(ctx)
	out := Assembly{ID: a.ID, Kind: string(a.Kind), Name: a.Name, Place: s.Org.Path(s.Realm, a.Area), Ended: a.Ended, Revision: a.Revision, Missing: []string{}}
	n, err := s.Bodies.Count(ctx, a, who.Actor)
	if err != nil {
		return out, err
	}
	out.Members, out.Voting = n.Live, n.Voting
	for _, f := range n.Findings {
		out.Missing = append(out.Missing, s.Reason(s.Say(ctx), &fault.Error{Key: f.Key, Params: f.Params}))
	}
	return out, nil
}

func (s *group) assemblyList(ctx context.Context, in *assembliesInput) (*assembliesOutput, error) {
	cursor, err := page.ParseCursor(in.Cursor)
	if err != nil {
		return nil, err
	}
	list, err := s.Bodies.List(ctx, s.Realm, in.Area, apikit.AskerOf(ctx).Actor, cursor, in.Limit)
	if err != nil {
		return nil, err
	}
	out := &assembliesOutput{}
	out.Body.Assemblies, out.Body.Next = []Assembly{}, list.Next.String()
	for _, a := range list.Items {
		one, err := s.counted(ctx, a)
		if err != nil {
			return nil, err
		}
		out.Body.Assemblies = append(out.Body.Assemblies, one)
	}
	return out, nil
}

func (s *group) assembly(ctx context.Context, in *assemblyInput) (*assemblyOutput, error) {
	a, err := s.Bodies.Of(ctx, s.Realm, in.ID, apikit.AskerOf(ctx).Actor)
	if err != nil {
		return nil, err
	}
	one, err := s.counted(ctx, a)
	return &assemblyOutput{one}, err
}

func (s *group) foundBody(ctx context.Context, in *foundInput) (*assemblyOutput, error) {
	who := apikit.AskerOf(ctx)
	a, err := s.Bodies.Found(ctx, assembly.Found{
		Realm: s.Realm, Key: in.Once(s.Realm, who.Actor.Account, "assembly"), Kind: assembly.Kind(in.Body.Kind), Name: in.Body.Name, Area: in.Body.Area,
		Counts: assembly.Counts{Households: in.Body.Households, Women: in.Body.Women}, By: who.Actor,
	})
	if err != nil {
		return nil, err
	}
	one, err := s.counted(ctx, a)
	return &assemblyOutput{one}, err
}

func (s *group) freezeRoster(ctx context.Context, in *freezeInput) (*rosterOutput, error) {
	who := apikit.AskerOf(ctx)
	c := assembly.Freeze{
		Realm: s.Realm, Assembly: in.ID, For: "api/" + in.Once(s.Realm, who.Actor.Account, "roster"), Title: in.Body.Title, Subject: in.Body.Subject,
		Day: strings.TrimSpace(in.Body.Day), Secret: in.Body.Secret, By: who.Actor,
	}
	for _, a := range in.Body.Aside {
		c.Aside = append(c.Aside, assembly.Aside{Member: a.Member, Conflict: assembly.Conflict(a.Conflict)})
	}
	for _, p := range in.Body.Proxies {
		c.Proxies = append(c.Proxies, assembly.Proxy{Member: p.Member, Holder: p.Holder, Written: p.Written})
	}
	r, err := s.Bodies.FreezeNow(ctx, c)
	if err != nil {
		return nil, err
	}
	return &rosterOutput{rosterOf(r)}, nil
}

func (s *group) roster(ctx context.Context, in *assemblyInput) (*rosterOutput, error) {
	r, _, err := s.Bodies.Roster(ctx, s.Realm, in.ID, apikit.AskerOf(ctx).Actor)
	if err != nil {
		return nil, err
	}
	return &rosterOutput{rosterOf(r)}, nil
}

// rosterOf is a roster without names.
func rosterOf(r assembly.Roster) Roster {
	sum := r.Entitled()
	out := Roster{
		ID: r.ID, Body: r.Assembly, Title: r.Title, Subject: r.Subject, Day: r.Day, Secret: r.Secret, Rule: r.Rule.Name(), Entitled: sum.People,
		Area: sum.Area, Casting: r.Casting().People, Digest: r.Digest, At: r.FrozenAt, Entries: []RosterLine{},
	}
	for _, e := range r.Entries {
		out.Entries = append(out.Entries, RosterLine{e.Member, e.No, e.Entitled, string(e.Why), e.Aside, e.Holder, e.Share})
	}
	return out
}
