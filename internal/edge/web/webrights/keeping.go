// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webrights

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/text"
	"pavilion/internal/core/retention"
	"pavilion/internal/edge/web/webkit"
)

// KeepingPage is the schedule in force, what is held, and emergencies.
type KeepingPage struct {
	webkit.Page
	Edition     int
	Rows        []RowLine
	Holds       []HoldLine
	Emergencies []EmergencyLine
	MayHold     bool
	MayDeclare  bool
	Areas       []webkit.Choice
	Types       []webkit.Choice
	Hold        webkit.Form
	Declare     webkit.Form
}

// RowLine is one row of the schedule.
type RowLine struct{ Kind, Class, State, Days, Deed, Basis string }

// HoldLine is one hold.
type HoldLine struct {
	Post, What, Reason, By, LiftWhy, LiftBy string
	Until                                   time.Time
	State                                   webkit.Tag
	Live, Asked, May                        bool
	Revision                                int
}

// EmergencyLine is one emergency.
type EmergencyLine struct {
	Post, Name, Where string
	Types             int
	From, Lifted      time.Time
	Ends              time.Time // when its data are destroyed
	State             webkit.Tag
	May               bool
	Revision          int
}

func (p *Pages) schedule(w http.ResponseWriter, r *http.Request) error {
	return p.keepingPage(w, r, http.StatusOK, webkit.Form{Prefix: "hold-"}, webkit.Form{Prefix: "emergency-"})
}

func (p *Pages) keepingPage(w http.ResponseWriter, r *http.Request, status int, hold, declare webkit.Form) error {
	about, err := p.page(r, "retention.title")
	if err != nil {
		return err
	}
	by, now := webkit.ActorOf(r), p.Kit.Now()
	view := KeepingPage{
		Page: about, Hold: hold, Declare: declare, MayHold: holding.Allows(by, now), MayDeclare: declaring.Allows(by, now), Areas: p.areas(about.Printer),
	}
	view.Errors = append(hold.Errors, declare.Errors...)
	say := view.Printer
	schedule, number, err := p.Keeping.Schedule(r.Context(), p.Realm)
	if err != nil {
		return err
	}
	view.Edition = number
	for _, row := range schedule.Rows {
		view.Rows = append(view.Rows, rowLine(say, row))
	}
	if err := p.holds(r, &view); err != nil {
		return err
	}
	list, err := p.Keeping.Emergencies(r.Context(), p.Realm)
	if err != nil {
		return err
	}
	for _, e := range list {
		line := EmergencyLine{
			Post: keeping + "/emergencies/" + e.ID, Name: e.Name, Where: strings.Join(p.Org.Path(p.Realm, e.Area), " "), Types: len(e.Types),
			From: e.From, Lifted: e.LiftedAt, Ends: e.Ends(schedule), Revision: e.Revision, May: view.MayDeclare && e.LiftedAt.IsZero(),
			State: webkit.Tag{Word: say.T("retention.emergency.on"), Colour: "red"},
		}
		if !e.LiftedAt.IsZero() {
			line.State = webkit.Tag{Word: say.T("retention.emergency.lifted"), Colour: "green"}
		}
		view.Emergencies = append(view.Emergencies, line)
	}
	for _, k := range p.Types.Current(p.Realm).All() {
		view.Types = append(view.Types, webkit.Choice{Value: k.Code, Label: say.T("type." + k.Code), Hint: k.Code})
	}
	return p.Kit.Render(w, r, status, "retention", view)
}

func rowLine(say *text.Printer, row retention.Row) RowLine {
	line := RowLine{
		Kind: say.T("rights.kind." + row.Kind), Class: row.Class, Days: say.T("retention.days", "n", row.Days),
		Deed: say.T("retention.deed." + string(row.Deed)), Basis: row.Basis,
	}
	if row.State != "" {
		line.State = say.T("retention.state." + row.State)
	}
	if say.Has(row.Basis) {
		line.Basis = say.T(row.Basis)
	}
	return line
}

func (p *Pages) holds(r *http.Request, view *KeepingPage) error {
	by, now, say := webkit.ActorOf(r), p.Kit.Now(), view.Printer
	list, err := p.Keeping.Holds(r.Context(), by)
	if err != nil {
		return err
	}
	for _, h := range list {
		line := HoldLine{
			Post: keeping + "/holds/" + h.ID, Reason: h.Reason, By: p.Name(r.Context(), h.By), Until: h.Until, LiftWhy: h.LiftWhy,
			LiftBy: p.Name(r.Context(), h.LiftBy), Live: h.Live(now), Asked: h.LiftBy != "", Revision: h.Revision,
			State: webkit.Tag{Word: say.T("retention.hold.live"), Colour: "amber"},
		}
		line.May = line.Live && view.MayHold && h.LiftBy != by.Account
		line.What = say.T("retention.hold.subject", "subject", h.Subject)
		if h.Subject == "" {
			line.What = strings.Join(p.Org.Path(p.Realm, h.Area), " ")
		}
		switch {
		case !line.Live:
			line.State = webkit.Tag{Word: say.T("retention.hold.over")}
		case line.Asked:
			line.State = webkit.Tag{Word: say.T("retention.hold.asked"), Colour: "blue"}
		}
		view.Holds = append(view.Holds, line)
	}
	return nil
}

// areas are the areas that may be chosen, as deep as a village.
func (p *Pages) areas(say *text.Printer) []webkit.Choice {
	out := []webkit.Choice{{Label: say.T("matter.choose_area")}}
	for _, a := range p.Org.Areas(p.Realm) {
		if a.Depth <= 2 {
			out = append(out, webkit.Choice{Value: a.ID, Label: strings.Repeat("\u3000", a.Depth) + a.Name})
		}
	}
	return out
}

// day reads a day of a form; one that is none is the zero time.
func (p *Pages) day(r *http.Request, name string) time.Time {
	at, err := time.ParseInLocation(time.DateOnly, r.PostFormValue(name), p.Kit.Calendar.Zone())
	if err != nil {
		return time.Time{}
	}
	return at
}

func (p *Pages) hold(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	c := retention.PlaceHold{Realm: p.Realm, Area: r.PostFormValue("area"), Reason: r.PostFormValue("reason"), By: webkit.ActorOf(r)}
	if until := p.day(r, "until"); !until.IsZero() {
		c.Until = until.AddDate(0, 0, 1)
	}
	var err error
	if number := strings.Join(strings.Fields(r.PostFormValue("number")), ""); number != "" {
		found, missing := p.Rights.Subjects.Numbered(r.Context(), p.Realm, number)
		if fault.KindOf(missing) == fault.Missing {
			missing = fault.New(fault.Invalid, "rights.number_unknown").At("number")
		}
		err, c.Subject, c.Place = missing, found.Name, found.Place
	}
	if err == nil {
		_, err = p.Keeping.PlaceHold(r.Context(), c)
	}
	if fault.KindOf(err) == fault.Invalid {
		return p.keepingPage(w, r, webkit.StatusOf(err), p.Kit.AgainIn(r, err, "hold-"), webkit.Form{Prefix: "emergency-"})
	}
	if err != nil {
		return err
	}
	webkit.Done(w, r, keeping, "retention.done.held")
	return nil
}

func (p *Pages) lift(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	revision, _ := strconv.Atoi(r.PostFormValue("revision")) // anything else is stale
	h, err := p.Keeping.LiftHold(r.Context(), retention.LiftHold{
		Realm: p.Realm, ID: r.PathValue("hold"), Revision: revision, Reason: r.PostFormValue("reason"), By: webkit.ActorOf(r),
	})
	if err != nil {
		return err
	}
	done := "retention.done.lift_asked"
	if !h.LiftedAt.IsZero() {
		done = "retention.done.lifted"
	}
	webkit.Done(w, r, keeping, done)
	return nil
}

func (p *Pages) declare(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	c := retention.Declare{Realm: p.Realm, Name: r.PostFormValue("name"), Area: r.PostFormValue("area"), From: p.day(r, "from"), By: webkit.ActorOf(r)}
	c.Types = r.PostForm["types"]
	_, err := p.Keeping.Declare(r.Context(), c)
	if fault.KindOf(err) == fault.Invalid {
		return p.keepingPage(w, r, webkit.StatusOf(err), webkit.Form{Prefix: "hold-"}, p.Kit.AgainIn(r, err, "emergency-"))
	}
	if err != nil {
		return err
	}
	webkit.Done(w, r, keeping, "retention.done.declared")
	return nil
}

func (p *Pages) over(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	revision, _ := strconv.Atoi(r.PostFormValue("revision")) // anything else is stale
	_, err := p.Keeping.Lift(r.Context(), retention.Lift{Realm: p.Realm, ID: r.PathValue("emergency"), Revision: revision, By: webkit.ActorOf(r)})
	if err != nil {
		return err
	}
	webkit.Done(w, r, keeping, "retention.done.over")
	return nil
}
