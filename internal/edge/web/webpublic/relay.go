// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webpublic

import (
	"net/http"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/text"
	"pavilion/internal/civic/matter"
	"pavilion/internal/civic/matter/relay"
	"pavilion/internal/edge/web/webkit"
)

// Relay is what was written between staff and the reporter, and who has asked to
// know who the reporter is.
type Relay struct {
	Messages    []Message
	Form        webkit.Form
	Post        string          // where an answer is sent; empty if none can be
	Traces      []webkit.Choice // what may become of words that lead to the reporter; none while there are none
	Closed      bool            // the matter ended long ago
	Contactable bool            // a contact is kept
	Openings    []Opening
}

// Message is one message.
type Message struct {
	Who, Text string
	Mine      bool // the reporter's
	At        time.Time
}

// Opening is one time that the contact was opened.
type Opening struct {
	Who, Purpose string
	At           time.Time
}

// messagePrefix keeps the ids of the answer's form apart.
const messagePrefix = "message-"

// relay draws it. Staff are named by their office, never as persons.
func (p *Pages) relay(r *http.Request, say *text.Printer, d matter.Detail, f webkit.Form) (Relay, error) {
	said, err := p.Relay.Heard(r.Context(), p.Realm, d.ID)
	if err != nil {
		return Relay{}, err
	}
	closes := relay.Closes(d.Matter)
	out := Relay{Form: f, Contactable: d.Contactable, Closed: !closes.IsZero() && !p.Matters.Now().Before(closes)}
	out.Form.Prefix = messagePrefix
	for _, m := range said {
		drawn := Message{Who: say.T("matter.you"), Text: m.Text, Mine: m.Side == relay.Reporter, At: m.At}
		if !drawn.Mine {
			drawn.Who = p.office(say, m.Body)
		}
		out.Messages = append(out.Messages, drawn)
	}
	if len(said) > 0 && !out.Closed {
		out.Post = "/m/" + d.Number + "/messages"
	}
	if f.Error("traces") != "" {
		out.Traces = []webkit.Choice{
			{Value: string(relay.Remove), Label: say.T("relay.traces.remove")}, {Value: string(relay.Keep), Label: say.T("relay.traces.keep")},
		}
	}
	opened, err := p.Relay.Openings(r.Context(), p.Realm, d.ID)
	for _, o := range opened {
		out.Openings = append(out.Openings, Opening{Who: p.office(say, o.Body), Purpose: say.T("relay.purpose." + string(o.Purpose)), At: o.At})
	}
	return out, err
}

// office is what a body is called, or the desk itself.
func (p *Pages) office(say *text.Printer, body string) string {
	if name := p.Body(body); name != "" {
		return name
	}
	return say.T("relay.the_desk")
}

// answerMessage takes what the reporter writes back.
func (p *Pages) answerMessage(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxAnswer)
	if err := r.ParseForm(); err != nil {
		return fault.New(fault.Invalid, "desk.form_unreadable").Because(err)
	}
	d, err := p.known(r)
	if err != nil {
		return p.ask(w, r, err)
	}
	_, err = p.Relay.Answer(r.Context(), relay.Answer{
		Realm: p.Realm, Matter: d.ID, Text: r.PostFormValue("text"), Traces: relay.Traces(r.PostFormValue("traces")),
	})
	if err == nil {
		webkit.Done(w, r, "/m/"+d.Number, "relay.done.answered")
		return nil
	}
	if _, ok := fault.As(err); !ok {
		return err
	}
	return p.matterPage(w, r, d, answer{status: statusOf(err), message: p.Kit.AgainIn(r, err, messagePrefix)})
}

// maxAnswer bounds a sent answer, in bytes.
const maxAnswer = 64 << 10
