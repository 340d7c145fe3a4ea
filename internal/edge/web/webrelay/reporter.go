// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webrelay

import (
	"net/http"
	"time"

	"pavilion/internal/base/text"
	"pavilion/internal/civic/matter/relay"
	"pavilion/internal/edge/web/webkit"
)

// ReporterPage is what stands between staff and the reporter of one matter.
type ReporterPage struct {
	webkit.Page
	Back   string
	Number string
	Over   string    // why nothing is carried any more
	Closes time.Time // when that will be; zero while the matter is open

	Writes   bool
	Messages []Message
	Message  webkit.Form
	Traces   []webkit.Choice // what may become of words that lead to somebody; none while there are none

	Contactable bool
	Calls       []Call
	Call        webkit.Form
	CallWaits   bool // a question waits already
	Record      webkit.Form
	Outcomes    []webkit.Choice

	Purposes []webkit.Choice
	Ask      webkit.Form
	AskOpen  bool
	Reveals  []Line
}

// Message is one message.
type Message struct {
	Who, Text string
	Mine      bool // of the staff
	At        time.Time
	Read      bool
}

// Call is one question by telephone.
type Call struct {
	ID, Question, Outcome, Who, Tries string
	State                             webkit.Tag
	At                                time.Time
	Post                              string // where its outcome is recorded; empty for those who do not call
	Drop                              bool   // this person may withdraw it
	Revision                          int
}

// forms are what was sent and is shown again.
type forms struct {
	status                     int
	message, call, record, ask webkit.Form
}

// The prefixes of the ids of the page's forms.
const (
	messageForm = "message-"
	callForm    = "call-"
	recordForm  = "record-"
	askForm     = "ask-"
)

func address(id string) string { return "/desk/matters/" + id + "/reporter" }

func (p *Pages) reporter(w http.ResponseWriter, r *http.Request) error {
	return p.reporterPage(w, r, forms{status: http.StatusOK})
}

func (p *Pages) reporterPage(w http.ResponseWriter, r *http.Request, f forms) error {
	actor, id := webkit.ActorOf(r), r.PathValue("id")
	v, err := p.Relay.View(r.Context(), actor, id)
	if err != nil {
		return err
	}
	about, err := p.page(r, "relay.reporter.title", "number", v.Matter.Number)
	if err != nil {
		return err
	}
	say := about.Printer
	view := ReporterPage{
		Page: about, Back: "/desk/matters/" + id, Number: v.Matter.Number, Writes: v.Writes, Closes: v.Closes, Contactable: v.Matter.Contactable,
		Message: f.message, Call: f.call, Record: f.record, Ask: f.ask, AskOpen: len(f.ask.Errors) > 0,
	}
	view.Message.Prefix, view.Call.Prefix, view.Record.Prefix, view.Ask.Prefix = messageForm, callForm, recordForm, askForm
	for _, sent := range []webkit.Form{f.message, f.call, f.record, f.ask} {
		view.Errors = append(view.Errors, sent.Errors...)
	}
	if v.Over {
		view.Over = say.T("relay.over")
		if v.Matter.Relation != "" {
			view.Over = say.T("relay.part")
		}
	}
	if v.Writes {
		said, err := p.Relay.Read(r.Context(), actor, p.Realm, id)
		if err != nil {
			return err
		}
		view.Messages = p.messages(say, said)
	}
	if f.message.Error("traces") != "" {
		view.Traces = Traces(say)
	}
	p.drawCalls(&view, say, v, actor.Account)
	for _, purpose := range v.Purposes {
		view.Purposes = append(view.Purposes, webkit.Choice{Value: string(purpose), Label: say.T("relay.purpose." + string(purpose))})
	}
	for _, line := range v.Reveals {
		view.Reveals = append(view.Reveals, p.line(r, say, line))
	}
	w.Header().Set("Cache-Control", "no-store")
	return p.Kit.Render(w, r, f.status, "relay_reporter", view)
}

// Traces are the choices for words that could lead to somebody: out they go unless
// their writer says otherwise.
func Traces(say *text.Printer) []webkit.Choice {
	return []webkit.Choice{
		{Value: string(relay.Remove), Label: say.T("relay.traces.remove")}, {Value: string(relay.Keep), Label: say.T("relay.traces.keep")},
	}
}

func (p *Pages) messages(say *text.Printer, list []relay.Message) []Message {
	var out []Message
	for _, m := range list {
		drawn := Message{Who: say.T("relay.the_reporter"), Text: m.Text, Mine: m.Side == relay.Staff, At: m.At, Read: !m.Read.IsZero()}
		if drawn.Mine {
			if drawn.Who = p.Body(m.Body); drawn.Who == "" {
				drawn.Who = say.T("role." + string(m.Role))
			}
		}
		out = append(out, drawn)
	}
	return out
}

// callColours tell the states of a call apart besides their words.
var callColours = map[relay.CallState]string{relay.CallWaits: "amber", relay.CallAnswer: "green"}

func (p *Pages) drawCalls(view *ReporterPage, say *text.Printer, v relay.View, account string) {
	for _, c := range v.Calls {
		who := p.Body(c.Body)
		if who == "" {
			who = say.T("relay.the_desk")
		}
		drawn := Call{
			ID: c.ID, Question: c.Question, Outcome: c.Outcome, Who: who, At: c.At, Revision: c.Revision,
			State: webkit.Tag{Word: say.T("relay.call." + string(c.State)), Colour: callColours[c.State]},
		}
		if c.Tries > 0 {
			drawn.Tries = say.T("relay.call.tries", "n", c.Tries)
		}
		if c.State == relay.CallWaits {
			view.CallWaits = true
			drawn.Drop = c.Asker == account
			if v.Makes || drawn.Drop {
				drawn.Post = address(v.Matter.ID) + "/calls/" + c.ID
			}
			if v.Makes {
				view.Outcomes = nil
				for _, s := range []relay.CallState{relay.CallAnswer, relay.CallNobody, relay.CallRefuse, relay.CallNot} {
					view.Outcomes = append(view.Outcomes, webkit.Choice{Value: string(s), Label: say.T("relay.call.is." + string(s))})
				}
			}
		}
		view.Calls = append(view.Calls, drawn)
	}
}

// sent answers a form of the page: with the page again if something was wrong.
func (p *Pages) sent(w http.ResponseWriter, r *http.Request, err error, to func(*forms) *webkit.Form, prefix, done string) error {
	if err == nil {
		webkit.Done(w, r, address(r.PathValue("id")), done)
		return nil
	}
	if !shownAgain(err) {
		return err
	}
	f := forms{status: webkit.StatusOf(err)}
	*to(&f) = p.Kit.AgainIn(r, err, prefix)
	return p.reporterPage(w, r, f)
}

func (p *Pages) write(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	_, err := p.Relay.Write(r.Context(), relay.Write{
		Realm: p.Realm, Matter: r.PathValue("id"), Text: r.PostFormValue("text"), Traces: relay.Traces(r.PostFormValue("traces")), By: webkit.ActorOf(r),
	})
	return p.sent(w, r, err, func(f *forms) *webkit.Form { return &f.message }, messageForm, "relay.done.written")
}

func (p *Pages) askCall(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	_, err := p.Relay.AskCall(r.Context(), relay.AskCall{
		Realm: p.Realm, Matter: r.PathValue("id"), Question: r.PostFormValue("question"), By: webkit.ActorOf(r),
	})
	return p.sent(w, r, err, func(f *forms) *webkit.Form { return &f.call }, callForm, "relay.done.call_asked")
}

func (p *Pages) record(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	_, err := p.Relay.Record(r.Context(), relay.Record{
		Realm: p.Realm, ID: r.PathValue("call"), Revision: revision(r), State: relay.CallState(r.PostFormValue("state")),
		Outcome: r.PostFormValue("outcome"), By: webkit.ActorOf(r),
	})
	return p.sent(w, r, err, func(f *forms) *webkit.Form { return &f.record }, recordForm, "relay.done.call_recorded")
}

func (p *Pages) ask(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	_, err := p.Relay.Ask(r.Context(), relay.Ask{
		Realm: p.Realm, Matter: r.PathValue("id"), Purpose: relay.Purpose(r.PostFormValue("purpose")), Words: r.PostFormValue("words"),
		Call: r.PostFormValue("call"), By: webkit.ActorOf(r),
	})
	return p.sent(w, r, err, func(f *forms) *webkit.Form { return &f.ask }, askForm, "relay.done.asked")
}
