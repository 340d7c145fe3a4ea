// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webassembly

import (
	"net/http"
	"strconv"
	"strings"

	"pavilion/internal/base/id"
	"pavilion/internal/base/page"
	"pavilion/internal/base/text"
	"pavilion/internal/civic/deliberation/assembly"
	"pavilion/internal/edge/web/webkit"
)

// ListPage is the bodies of the places that somebody looks after.
type ListPage struct {
	webkit.Page
	Lines []Line
	Next  string
	May   bool
	Form  webkit.Form
	Kinds []webkit.Choice
	Areas []webkit.Choice
	Empty webkit.Empty
}

// Line is one body of a list.
type Line struct {
	Href, Name, Kind, Place string
	Ended                   bool
}

func (p *Pages) list(w http.ResponseWriter, r *http.Request) error {
	return p.listPage(w, r, http.StatusOK, webkit.NewForm(id.New()))
}

func (p *Pages) listPage(w http.ResponseWriter, r *http.Request, status int, f webkit.Form) error {
	about, err := p.page(w, r, "assembly.title")
	if err != nil {
		return err
	}
	view := ListPage{Page: about, Form: f, May: keeping.Allows(about.Actor, p.Kit.Now()), Kinds: kinds(about.Printer), Empty: webkit.Empty{Icon: "users", Text: "assembly.none"}}
	view.Errors = f.Errors
	after, err := page.ParseCursor(r.URL.Query().Get("after"))
	if err != nil {
		return err
	}
	found, err := p.Bodies.List(r.Context(), p.Realm, "", about.Actor, after, page.Default)
	if err != nil {
		return err
	}
	for _, a := range found.Items {
		view.Lines = append(view.Lines, p.line(about.Printer, a))
	}
	if found.Next.More() {
		view.Next = root + "?after=" + found.Next.String()
	}
	view.Areas = []webkit.Choice{{Label: view.T("matter.choose_area")}}
	for _, a := range p.Org.Areas(p.Realm) {
		if p.Bodies.MayKeep(about.Actor, assembly.Assembly{Realm: p.Realm, Place: a.Lo}) {
			view.Areas = append(view.Areas, webkit.Choice{Value: a.ID, Label: strings.Repeat("\u3000", a.Depth) + a.Name})
		}
	}
	return p.Kit.Render(w, r, status, "assemblies", view)
}

func (p *Pages) line(say *text.Printer, a assembly.Assembly) Line {
	return Line{
		Href: root + "/" + a.ID, Name: a.Name, Kind: say.T("assembly.kind." + string(a.Kind)),
		Place: strings.Join(p.Org.Path(p.Realm, a.Area), " "), Ended: a.Ended != "" && a.Ended <= p.Bodies.Today(),
	}
}

func (p *Pages) found(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	v := r.PostFormValue
	a, err := p.Bodies.Found(r.Context(), assembly.Found{
		Realm: p.Realm, Key: v("client"), Kind: assembly.Kind(v("kind")), Name: v("name"), Area: v("area"),
		Counts: assembly.Counts{Households: number(v("households")), Women: number(v("women"))}, By: webkit.ActorOf(r),
	})
	if err != nil && again(err) {
		return p.listPage(w, r, webkit.StatusOf(err), p.Kit.Again(r, err))
	}
	if err != nil {
		return err
	}
	webkit.Done(w, r, root+"/"+a.ID, "assembly.done.founded")
	return nil
}

// OnePage is one body with its members, what it lacks, and its rosters.
type OnePage struct {
	webkit.Page
	Body     Line
	Facts    []webkit.Fact
	Findings []FindingLine
	Members  []MemberLine
	Former   []MemberLine
	Live     int
	Votes    int
	Areas    bool // flats and areas are entered
	Houses   bool // households are entered
	Secret   bool // who belongs to it is nobody's business
	May      bool
	Ended    bool
	Rosters  []RosterLine
	Post     string
	Revision int
	Form     webkit.Form // of the body
	Join     webkit.Form
	List     webkit.Form
	Problems []ProblemLine // of a table that was not taken
	Columns  string
	Seats    []webkit.Choice
	Voting   []webkit.Choice
	Same     []webkit.Choice // where a name is there already
}

// FindingLine is something that a body lacks.
type FindingLine struct{ Text, Basis string }

// MemberLine is one member of a list.
type MemberLine struct {
	Href, Name, Household, Area, Seat, Since, Until string
	No                                              int
	Voting                                          bool
}

// RosterLine is one frozen roster of a list.
type RosterLine struct {
	Href, Title, Subject, Day, Area string
	Entitled                        int64
}

// ProblemLine is a line of a table that cannot be taken.
type ProblemLine struct {
	Line        int
	Field, Text string
}

func (p *Pages) one(w http.ResponseWriter, r *http.Request) error {
	return p.onePage(w, r, http.StatusOK, webkit.Form{}, nil)
}

// latest is how many rosters a body's page shows.
const latest = 20

// onePage shows a body. What was sent is shown again in the form it was sent from,
// which its prefix names.
func (p *Pages) onePage(w http.ResponseWriter, r *http.Request, status int, sent webkit.Form, problems []assembly.Problem) error {
	actor := webkit.ActorOf(r)
	a, members, err := p.Bodies.Members(r.Context(), p.Realm, r.PathValue("id"), actor)
	if err != nil {
		return err
	}
	about, err := p.page(w, r, "assembly.one", "name", a.Name)
	if err != nil {
		return err
	}
	frozen, err := p.Bodies.Rosters(r.Context(), p.Realm, a.ID, actor, page.Cursor{}, latest)
	if err != nil {
		return err
	}
	say, today := about.Printer, p.Bodies.Today()
	view := OnePage{
		Page: about, Body: p.line(say, a), May: p.Bodies.MayKeep(actor, a), Areas: a.Kind.Areas(), Houses: !a.Kind.Confidential(), Secret: a.Kind.Confidential(),
		Post: root + "/" + a.ID, Revision: a.Revision, Seats: seats(say, a.Kind), Voting: voting(say), Columns: columns(say, a.Kind),
		Form: webkit.Form{Values: values("name", a.Name, "households", count(a.Counts.Households), "women", count(a.Counts.Women), "ended", a.Ended)},
		Join: webkit.Form{Prefix: "join-", Client: id.New(), Values: values("voting", "yes", "since", today)}, List: webkit.Form{Prefix: "list-"},
	}
	view.Ended = view.Body.Ended
	view.members(a, members, today)
	for _, f := range assembly.Findings(a, members, today) {
		view.Findings = append(view.Findings, finding(say, f))
	}
	for _, f := range frozen.Items {
		view.Rosters = append(view.Rosters, RosterLine{rosters + "/" + f.ID, f.Title, say.T("assembly.subject." + f.Subject), f.Day, metres(f.Entitled.Area), f.Entitled.People})
	}
	if sent.Values != nil {
		for _, f := range []*webkit.Form{&view.Form, &view.Join, &view.List} {
			if f.Prefix == sent.Prefix {
				*f = sent
			}
		}
	}
	view.Errors = sent.Errors
	if sent.Error("same") != "" {
		view.Same = namesakes(say, members, sent.Value("name"))
	}
	for _, pr := range problems {
		view.Problems = append(view.Problems, ProblemLine{pr.Line, column(say, pr.Fault.Field), webkit.Sentence(say, pr.Fault)})
	}
	return p.Kit.Render(w, r, status, "assembly", view)
}

// members fills the two lists of members.
func (v *OnePage) members(a assembly.Assembly, members []assembly.Member, today string) {
	for _, m := range members {
		l := MemberLine{
			Href: v.Post + "/members/" + m.ID, Name: m.Name, Household: m.Household, Area: metres(m.Share), Since: m.Since, Until: m.Until, No: m.No, Voting: m.Voting,
		}
		if len(m.Holdings) > 1 {
			l.Household = v.T("assembly.and_more", "first", m.Household, "n", len(m.Holdings))
		}
		if m.Seat != "" {
			l.Seat = v.T("assembly.seat." + string(m.Seat))
		}
		if m.Forgotten {
			l.Name = v.T("assembly.name_gone")
		}
		if m.Until != "" && m.Until < today {
			v.Former = append(v.Former, l)
			continue
		}
		v.Members = append(v.Members, l)
		if v.Live++; m.Voting && m.Live(today) {
			v.Votes++
		}
	}
}

func finding(say *text.Printer, f assembly.Finding) FindingLine {
	var args []any
	for name, value := range f.Params {
		args = append(args, name, value)
	}
	out := FindingLine{Text: say.T(f.Key, args...)}
	if f.Basis != "" {
		out.Basis = say.T(f.Basis)
	}
	return out
}

func count(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// seats are the seats of a kind to choose from; none where all are the same.
func seats(say *text.Printer, k assembly.Kind) (out []webkit.Choice) {
	for _, s := range k.Seats() {
		out = append(out, webkit.Choice{Value: string(s), Label: say.T("assembly.seat." + string(s))})
	}
	return out
}

// voting is the choice of having a vote or none.
func voting(say *text.Printer) []webkit.Choice {
	return []webkit.Choice{{Value: "yes", Label: say.T("assembly.yes")}, {Value: "no", Label: say.T("assembly.no_vote")}}
}

// columns names the columns that a table of a kind of body may have.
func columns(say *text.Printer, k assembly.Kind) string {
	names := []string{"name", "household", "voting", "since", "until", "person"}
	if k.Areas() {
		names = append(names, "area")
	}
	if len(k.Seats()) > 0 {
		names = append(names, "seat")
	}
	for i, n := range names {
		names[i] = say.T("assembly.column." + n)
	}
	return strings.Join(names, say.T("kit.comma"))
}

// column names the column of a problem, if it has one.
func column(say *text.Printer, field string) string {
	if key := "assembly.column." + field; say.Has(key) {
		return say.T(key)
	}
	return field
}

// namesakes are the answers to whether somebody is there already.
func namesakes(say *text.Printer, members []assembly.Member, name string) (out []webkit.Choice) {
	for _, m := range members {
		if m.Name == strings.TrimSpace(name) && !m.Forgotten {
			out = append(out, webkit.Choice{Value: strconv.Itoa(m.No), Label: say.T("assembly.same_person", "no", m.No), Hint: m.Household})
		}
	}
	return append(out, webkit.Choice{Value: assembly.Another, Label: say.T("assembly.another_person")})
}

func (p *Pages) change(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	v := r.PostFormValue
	revision, _ := strconv.Atoi(v("revision")) // a wrong one is stale
	a, err := p.Bodies.Change(r.Context(), assembly.Change{
		Realm: p.Realm, ID: r.PathValue("id"), Revision: revision, Name: v("name"), Ended: v("ended"),
		Counts: assembly.Counts{Households: number(v("households")), Women: number(v("women"))}, By: webkit.ActorOf(r),
	})
	if err != nil && again(err) {
		return p.onePage(w, r, webkit.StatusOf(err), p.Kit.Again(r, err), nil)
	}
	if err != nil {
		return err
	}
	webkit.Done(w, r, root+"/"+a.ID, "assembly.done.kept")
	return nil
}
