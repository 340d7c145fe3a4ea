// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webassembly

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/id"
	"pavilion/internal/base/text"
	"pavilion/internal/civic/deliberation/assembly"
	"pavilion/internal/civic/deliberation/tally"
	"pavilion/internal/edge/web/webkit"
)

// FreezePage is the form with which a roster is frozen, and what it would be.
type FreezePage struct {
	webkit.Page
	Back, Body, Post string
	Form             webkit.Form
	Subjects         []webkit.Choice
	Conflicts        string // the words that may stand behind a number
	Secrets          []webkit.Choice
	Preview          *RosterPage
}

// RosterPage is a roster.
type RosterPage struct {
	webkit.Page
	Back, Body, Title, Subject string
	Facts                      []webkit.Fact
	Lines                      []RosterEntry
	Out                        []RosterEntry
	Areas                      bool
	Changed                    string // the rule that is in force now, if it is another
	Broken                     bool   // it is not the one that was frozen
	Forgotten                  bool
	Next                       string // the page after this one
	All                        string // the whole, to print and to hold against its sum
	Secret                     bool   // who belongs to the body is nobody's business
}

// RosterEntry is one member on a roster.
type RosterEntry struct {
	No                          int
	Name, Household, Area, Says string
}

func (p *Pages) freezing(w http.ResponseWriter, r *http.Request) error {
	return p.freezePage(w, r, http.StatusOK, webkit.Form{Client: id.New(), Values: values("day", p.Bodies.Today(), "secret", "no")}, nil)
}

func (p *Pages) freezePage(w http.ResponseWriter, r *http.Request, status int, f webkit.Form, preview *RosterPage) error {
	a, err := p.Bodies.Of(r.Context(), p.Realm, r.PathValue("id"), webkit.ActorOf(r))
	if err != nil {
		return err
	}
	about, err := p.page(w, r, "assembly.freeze")
	if err != nil {
		return err
	}
	say := about.Printer
	view := FreezePage{
		Page: about, Back: root + "/" + a.ID, Body: a.Name, Post: root + "/" + a.ID + "/freeze", Form: f, Preview: preview,
		Secrets: []webkit.Choice{{Value: "no", Label: say.T("assembly.vote.open")}, {Value: "yes", Label: say.T("assembly.vote.secret")}},
	}
	view.Errors = f.Errors
	view.Subjects = []webkit.Choice{{Label: say.T("assembly.choose_subject")}}
	own, other := []webkit.Choice{}, []webkit.Choice{}
	for _, s := range p.Bodies.Table.Subjects(p.Bodies.Today()) {
		c := webkit.Choice{Value: s, Label: say.T("assembly.subject." + s)}
		if slices.Contains(p.Bodies.Table.Decides(s, p.Bodies.Today()), a.Kind) {
			own = append(own, c)
		} else {
			other = append(other, c)
		}
	}
	view.Subjects = append(append(view.Subjects, own...), other...)
	var words []string
	for _, c := range assembly.Conflicts() {
		words = append(words, say.T("assembly.conflict."+string(c)))
	}
	view.Conflicts = strings.Join(words, say.T("kit.comma"))
	return p.Kit.Render(w, r, status, "assembly_freeze", view)
}

func (p *Pages) freeze(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	actor, v := webkit.ActorOf(r), r.PostFormValue
	_, members, err := p.Bodies.Members(r.Context(), p.Realm, r.PathValue("id"), actor)
	if err != nil {
		return err
	}
	c := assembly.Freeze{
		Realm: p.Realm, Assembly: r.PathValue("id"), For: "page/" + v("client"), Title: v("title"), Subject: v("subject"), Day: v("day"),
		Secret: v("secret") == "yes", By: actor,
	}
	say := p.Kit.Page(r, "assembly.freeze").Printer
	if c.Aside, c.Proxies, err = said(say, members, r.PostForm); err == nil && v("act") == "preview" {
		drawn, failed := p.Bodies.Preview(r.Context(), c)
		if err = failed; err == nil {
			view := p.rosterView(say, drawn, sums{entitled: drawn.Entitled(), casting: drawn.Casting()})
			again := webkit.Form{Values: webkit.Printable(r.PostForm), Client: v("client")}
			return p.freezePage(w, r, http.StatusOK, again, &view)
		}
	}
	var made assembly.Roster
	if err == nil {
		made, err = p.Bodies.FreezeNow(r.Context(), c)
	}
	if err != nil && again(err) {
		return p.freezePage(w, r, webkit.StatusOf(err), p.Kit.Again(r, fields(err)), nil)
	}
	if err != nil {
		return err
	}
	webkit.Done(w, r, rosters+"/"+made.ID, "assembly.done.frozen")
	return nil
}

// fields points faults of single lines at the field that they stand in.
func fields(err error) error {
	all := fault.All(err)
	for i, f := range all {
		alone := *f
		alone.More = nil
		name, _, _ := strings.Cut(f.Field, ".")
		all[i] = alone.At(name)
	}
	return fault.Join(all...)
}

// said reads who stands aside, a number and a word on each line, and who votes for
// whom, two numbers and the day of the paper.
func said(say *text.Printer, members []assembly.Member, form url.Values) (aside []assembly.Aside, proxies []assembly.Proxy, err error) {
	byNo := map[string]string{}
	for _, m := range members {
		byNo[strconv.Itoa(m.No)] = m.ID
	}
	words := map[string]assembly.Conflict{}
	for _, c := range assembly.Conflicts() {
		words[strings.ToLower(say.T("assembly.conflict."+string(c)))], words[string(c)] = c, c
	}
	for line := range strings.Lines(form.Get("aside")) {
		no, why, _ := strings.Cut(strings.TrimSpace(line), " ")
		if no == "" {
			continue
		}
		a := assembly.Aside{Member: byNo[no], Conflict: words[strings.ToLower(strings.TrimSpace(why))]}
		if a.Member == "" || a.Conflict == "" {
			return nil, nil, fault.New(fault.Invalid, "assembly.aside_unreadable").At("aside").With("line", strings.TrimSpace(line))
		}
		aside = append(aside, a)
	}
	for line := range strings.Lines(form.Get("proxy")) {
		parts := strings.Fields(line)
		if len(parts) == 0 {
			continue
		}
		if len(parts) != 3 || byNo[parts[0]] == "" || byNo[parts[1]] == "" {
			return nil, nil, fault.New(fault.Invalid, "assembly.proxy_unreadable").At("proxy").With("line", strings.TrimSpace(line))
		}
		proxies = append(proxies, assembly.Proxy{Member: byNo[parts[0]], Holder: byNo[parts[1]], Written: parts[2]})
	}
	return aside, proxies, nil
}

// rosterPage is how many entries of a roster stand on a page. A roster with no more is
// shown whole, and held against its sum.
const rosterPage = 200

func (p *Pages) roster(w http.ResponseWriter, r *http.Request) error {
	actor, id := webkit.ActorOf(r), r.PathValue("id")
	after, _ := strconv.Atoi(r.URL.Query().Get("after")) // what is none begins at the beginning
	part, a, err := p.part(r, max(0, after))
	if err != nil {
		return err
	}
	whole := after <= 0 && !part.More
	about, err := p.page(w, r, "assembly.roster")
	if err != nil {
		return err
	}
	now, changed, err := p.Bodies.Changed(r.Context(), part.Roster)
	if err != nil {
		return err
	}
	view := p.rosterView(about.Printer, part.Roster, sums{part.Entitled, part.Casting, part.Numbers})
	view.Page, view.Body, view.Forgotten, view.Secret = about, a.Name, part.Forgotten, a.Kind.Confidential()
	view.Broken = whole && !part.Roster.Proved()
	if !whole {
		view.All = rosters + "/" + id + "?all=1"
	}
	if part.More {
		view.Next = rosters + "/" + id + "?after=" + strconv.Itoa(part.Entries[len(part.Entries)-1].No)
	}
	if p.Bodies.MaySee(actor, a) {
		view.Back = root + "/" + a.ID
	}
	if changed {
		view.Changed = now.Name()
	}
	return p.Kit.Render(w, r, http.StatusOK, "assembly_roster", view)
}

// part is a page of a roster after a number; all of it where that was asked for.
func (p *Pages) part(r *http.Request, after int) (assembly.RosterPart, assembly.Assembly, error) {
	actor, id := webkit.ActorOf(r), r.PathValue("id")
	if r.URL.Query().Get("all") == "" {
		return p.Bodies.RosterPart(r.Context(), p.Realm, id, actor, after, rosterPage)
	}
	all, a, err := p.Bodies.Roster(r.Context(), p.Realm, id, actor)
	return assembly.RosterPart{Roster: all, Entitled: all.Entitled(), Casting: all.Casting()}, a, err
}

// sums are what is true of a whole roster, whatever part of it is shown, and numbers of
// members outside that part.
type sums struct {
	entitled, casting tally.Sum
	numbers           map[string]int
}

// rosterView says a roster.
func (p *Pages) rosterView(say *text.Printer, r assembly.Roster, whole sums) RosterPage {
	entitled, casting := whole.entitled, whole.casting
	view := RosterPage{Title: r.Title, Subject: say.T("assembly.subject." + r.Subject), Areas: entitled.Area > 0}
	fact := func(key, value string) {
		view.Facts = append(view.Facts, webkit.Fact{Term: say.T(key), Value: value})
	}
	fact("assembly.day", r.Day)
	fact("assembly.entitled", sum(say, entitled))
	if casting != entitled {
		fact("assembly.casting", sum(say, casting))
	}
	fact("assembly.quorum", strings.Join(Bounds(say, r.Rule.Quorum), say.T("kit.comma")))
	fact("assembly.pass", strings.Join(Bounds(say, r.Rule.Pass), say.T("kit.comma")))
	fact("assembly.rule", r.Rule.Name())
	fact("assembly.basis", say.T(r.Rule.Basis))
	fact("assembly.ballot", say.T(map[bool]string{true: "assembly.vote.secret", false: "assembly.vote.open"}[r.Secret]))
	if r.Digest != "" {
		fact("assembly.digest", r.Digest[:16])
	}
	numbers := map[string]int{}
	maps.Copy(numbers, whole.numbers)
	for _, e := range r.Entries {
		numbers[e.Member] = e.No
	}
	for _, e := range r.Entries {
		line := RosterEntry{No: e.No, Name: e.Name, Household: e.Household, Area: metres(e.Share), Says: says(say, e, numbers)}
		if line.Name == "" {
			line.Name = say.T("assembly.name_gone")
		}
		if e.Entitled {
			view.Lines = append(view.Lines, line)
		} else {
			view.Out = append(view.Out, line)
		}
	}
	return view
}

// sum says people, and the area that is theirs.
func sum(say *text.Printer, s tally.Sum) string {
	if s.Area == 0 {
		return say.T("assembly.people", "n", s.People)
	}
	return say.T("assembly.people_area", "n", s.People, "area", metres(s.Area))
}

// says is what a roster says of a member besides name and number.
func says(say *text.Printer, e assembly.Entry, numbers map[string]int) string {
	switch {
	case e.Why != "":
		return say.T("assembly.why." + string(e.Why))
	case e.Aside:
		return say.T("assembly.stands_aside", "why", say.T("assembly.conflict."+string(e.Conflict)))
	case e.Holder != "":
		return say.T("assembly.voted_for_by", "no", numbers[e.Holder], "day", e.Written)
	case len(e.ProxyOf) > 0:
		var nos []string
		for _, m := range e.ProxyOf {
			nos = append(nos, strconv.Itoa(numbers[m]))
		}
		return say.T("assembly.votes_for", "nos", strings.Join(nos, say.T("kit.comma")))
	}
	return ""
}
