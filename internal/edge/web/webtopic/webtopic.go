// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package webtopic has the pages of suggestions and topics: suggesting and following a
// suggestion with number and code, topics as everybody sees them, what became of
// suggestions in numbers; and the desk's, where suggestions are answered and gathered.
//
//	webtopic.go    what it is given, its routes and menus
//	public.go      topics for everybody, standing behind one
//	suggest.go     suggesting, and following a suggestion
//	figures.go     from suggestions to solutions, in numbers
//	desk.go        the desk's list, gathering
//	one.go         a topic at the desk, and what can be done with it
//	suggestion.go  suggestions at the desk
//	samples.go     one filled page of each kind, for tests
package webtopic

import (
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/text"
	"pavilion/internal/civic/deliberation/assembly"
	"pavilion/internal/civic/deliberation/topic"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/org"
	"pavilion/internal/edge/web/webkit"
)

// Pages is what the pages take. All fields are required, but Address.
type Pages struct {
	Kit     *webkit.Kit
	Topics  *topic.Service
	Bodies  *assembly.Service // who decides what
	Org     *org.Service
	Realm   string
	Counts  func(*http.Request) (map[string]int, error) // the numbers beside the menu's entries
	Reports func(client string) (time.Duration, bool)   // whether somebody may suggest once more
	Codes   func(client string) (time.Duration, bool)   // whether somebody may try a code once more
	Client  func(*http.Request) string                  // the network that a request comes from
	Address string                                      // of this site; empty takes the request's
}

const (
	public  = "/topics"
	desk    = "/desk/topics"
	inbox   = "/desk/suggestions"
	maxForm = 64 << 10 // bytes of a sent form
)

var (
	keeping = webkit.AnyOf(identity.Secretary)
	seeing  = webkit.AnyOf(identity.Secretary, identity.Scrutineer, identity.ShiftHead, identity.Dispatcher, identity.Auditor, identity.Inspector)
	taking  = webkit.AnyOf(identity.Secretary, identity.Dispatcher, identity.ShiftHead, identity.Receptionist)
)

// Menu lists what the public menu offers.
func Menu() []webkit.MenuItem {
	return []webkit.MenuItem{{Href: public, Key: "topic.menu", Icon: "message", Access: webkit.Public}}
}

// DeskMenu lists what the desk's menu offers.
func DeskMenu() []webkit.MenuItem {
	return []webkit.MenuItem{
		{Href: inbox, Key: "topic.menu.suggestions", Icon: "inbox", Access: keeping},
		{Href: desk, Key: "topic.menu.desk", Icon: "message", Access: seeing},
	}
}

// Register adds the routes.
func (p *Pages) Register(ro *webkit.Router) {
	Samples(p.Kit)
	ro.Handle("GET "+public, webkit.Public, p.list)
	ro.Handle("GET "+public+"/suggest", webkit.Public, p.suggestForm)
	ro.Handle("POST "+public+"/suggest", webkit.Public, p.suggest)
	ro.Handle("GET "+public+"/follow", webkit.Public, p.followForm)
	ro.Handle("POST "+public+"/follow", webkit.Public, p.follow)
	ro.Handle("GET "+public+"/s/{number}/{code}", webkit.Public, p.followLink)
	ro.Handle("GET "+public+"/mine/{number}", webkit.Public, p.mine)
	ro.Handle("GET "+public+"/figures", webkit.Public, p.figures)
	ro.Handle("GET "+public+"/{topic}", webkit.Public, p.one)
	ro.Handle("POST "+public+"/{topic}/support", webkit.Public, p.support)
	ro.Handle("GET "+desk, seeing, p.desk)
	ro.Handle("GET "+desk+"/new", keeping, p.gatherForm)
	ro.Handle("POST "+desk, keeping, p.gather)
	ro.Handle("GET "+desk+"/{topic}", seeing, p.open)
	ro.Handle("POST "+desk+"/{topic}/{act}", keeping, p.act)
	ro.Handle("GET "+inbox, keeping, p.waiting)
	ro.Handle("GET "+inbox+"/new", taking, p.takeForm)
	ro.Handle("POST "+inbox, taking, p.take)
	ro.Handle("GET "+inbox+"/{suggestion}", taking, p.suggestion)
	ro.Handle("POST "+inbox+"/{suggestion}/reply", keeping, p.reply)
	ro.Handle("POST "+inbox+"/{suggestion}/contact", keeping, p.contact)
}

// page begins a page of the desk: its menu says how much waits.
func (p *Pages) page(r *http.Request, titleKey string, args ...any) (webkit.Page, error) {
	counts, err := p.Counts(r)
	return p.Kit.DeskPage(r, counts, titleKey, args...), err
}

// private keeps an answer out of every cache.
func private(w http.ResponseWriter) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Referrer-Policy", "no-referrer")
}

// allow takes one of the tries of whoever asks, or fails and says when to come back.
func (p *Pages) allow(w http.ResponseWriter, r *http.Request, of func(string) (time.Duration, bool), key string) error {
	wait, ok := of("topic " + p.Client(r))
	if ok {
		return nil
	}
	w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
	return fault.New(fault.Conflict, key)
}

// statusOf is the status with which a form is shown again.
func statusOf(err error) int {
	if f, ok := fault.As(err); ok && (f.Key == "matter.too_many_codes" || f.Key == "matter.too_many_reports") {
		return http.StatusTooManyRequests
	}
	return webkit.StatusOf(err)
}

// again reports whether a fault is shown on the form it comes from.
func again(err error) bool {
	switch fault.KindOf(err) {
	case fault.Invalid, fault.Conflict, fault.Stale:
		return true
	}
	return false
}

// worded says the stage of a fault in words: rules name its code.
func worded(say *text.Printer, err error) error {
	f, ok := fault.As(err)
	if ok && f.Params["stage"] != "" && say.Has("topic.stage."+f.Params["stage"]) {
		return f.With("stage", say.T("topic.stage."+f.Params["stage"]))
	}
	return err
}

// colours of stages.
var colours = map[topic.Stage]string{
	topic.Deliberating: "blue", topic.Decided: "blue", topic.Solved: "green", topic.Answered: "green", topic.NotPursued: "amber",
}

// stage is a topic's stage as a word with its colour.
func stage(say *text.Printer, s topic.Stage) webkit.Tag {
	return webkit.Tag{Word: say.T("topic.stage." + string(s)), Colour: colours[s]}
}

// state is a suggestion's state as a word with its colour; one that is late is red.
func state(say *text.Printer, g topic.Suggestion, now time.Time) webkit.Tag {
	colour := map[topic.State]string{topic.Waiting: "amber", topic.Together: "blue", topic.Replied: "green"}[g.State]
	if g.Overdue(now) {
		return webkit.Tag{Word: say.T("topic.overdue"), Colour: "red"}
	}
	return webkit.Tag{Word: say.T("topic.said." + string(g.State)), Colour: colour}
}

// place names an area with those above it, the realm itself by its name.
func (p *Pages) place(area string) string {
	path := p.Org.Path(p.Realm, area)
	if len(path) == 0 {
		root, _ := p.Org.Root(p.Realm)
		return root.Name
	}
	return strings.Join(path, " ")
}

// areas lists the areas down to a depth, after a choice of none.
func (p *Pages) areas(none string, depth int, fits func(org.Area) bool) []webkit.Choice {
	out := []webkit.Choice{{Label: none}}
	for _, a := range p.Org.Areas(p.Realm) {
		if a.Depth <= depth && fits(a) {
			out = append(out, webkit.Choice{Value: a.ID, Label: strings.Repeat("\u3000", max(a.Depth-1, 0)) + a.Name})
		}
	}
	return out
}

// everywhere fits every area but the realm.
func everywhere(a org.Area) bool { return a.Depth > 0 }

// depths of the areas that forms offer: towns and villages.
const depths = 2

// stages lists the stages to choose from, after a choice of none.
func stages(say *text.Printer) []webkit.Choice {
	out := []webkit.Choice{{Label: say.T("topic.all_stages")}}
	for _, s := range topic.Stages() {
		out = append(out, webkit.Choice{Value: string(s), Label: say.T("topic.stage." + string(s))})
	}
	return out
}

// backing says how many stand behind a topic, by way; those by which nobody does are
// left out.
func backing(say *text.Printer, b topic.Backing) (out []webkit.Fact) {
	for _, n := range []struct {
		key string
		n   int
	}{{"suggestions", b.Suggestions}, {"reps", b.Reps}, {"households", b.Households}, {"accounts", b.Accounts}, {"codes", b.Codes}} {
		if n.n > 0 || n.key == "suggestions" {
			out = append(out, webkit.Fact{Term: say.T("topic.backing." + n.key), Value: strconv.Itoa(n.n)})
		}
	}
	return out
}

// decides says who decides a subject and by which procedure.
func (p *Pages) decides(say *text.Printer, subject string) (out []webkit.Fact) {
	d, ok := p.Bodies.Table.Of(subject, p.Bodies.Today())
	if !ok {
		return nil
	}
	names := make([]string, len(d.Kinds))
	for i, k := range d.Kinds {
		names[i] = say.T("assembly.kind." + string(k))
	}
	basis := make([]string, len(d.Basis))
	for i, b := range d.Basis {
		basis[i] = say.T(b)
	}
	out = []webkit.Fact{
		{Term: say.T("topic.subject"), Value: say.T("assembly.subject." + subject)},
		{Term: say.T("topic.decides"), Value: strings.Join(names, say.T("topic.or")), Href: "/decisions"},
	}
	if key := "topic.procedure." + strings.TrimPrefix(d.Procedure, "topic."); say.Has(key) {
		out = append(out, webkit.Fact{Term: say.T("topic.procedure"), Value: say.T(key)})
	}
	return append(out, webkit.Fact{Term: say.T("topic.basis"), Value: strings.Join(basis, say.T("kit.comma"))})
}

// history is what happened to a topic; for everybody without names and the desk's words.
func (p *Pages) history(say *text.Printer, list []topic.Event, staff bool) []webkit.Event {
	out := make([]webkit.Event, 0, len(list))
	level := topic.Level("")
	for _, e := range list {
		if !staff && slices.Contains([]string{"reworded", "counted"}, e.Act) {
			level = e.Level
			continue
		}
		key := "topic.act." + e.Act
		if e.Act == "moved" {
			key = "topic.stage_now." + string(e.Stage)
		}
		line := webkit.Event{State: "done", At: e.At, What: say.T(key), Said: e.Shown}
		switch e.Act {
		case "rose":
			line.What = say.T("topic.act.rose", "from", say.T("topic.level."+string(level)), "to", say.T("topic.level."+string(e.Level)))
			if e.Skipped {
				line.What = say.T("topic.act.rose_past", "from", say.T("topic.level."+string(level)), "to", say.T("topic.level."+string(e.Level)))
			}
		case "gathered", "joined", "left", "parted":
			line.What = say.T(key, "n", e.Numbers[0])
		case "counted":
			line.What = say.T(key, "reps", e.Numbers[0], "households", e.Numbers[1])
		}
		if staff && e.Shown == "" {
			line.Said = e.Words
			if e.Words != "" {
				line.Basis = say.T("topic.words_wait")
			}
		}
		level = e.Level
		out = append(out, line)
	}
	if len(out) > 0 {
		out[len(out)-1].State = "now"
	}
	return out
}
