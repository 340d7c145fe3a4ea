// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package api

import (
	"time"

	"pavilion/internal/base/text"
	"pavilion/internal/civic/matter"
	"pavilion/internal/edge/api/apikit"
)

// Matter is a matter as its reporter and staff see it.
type Matter struct {
	ID         string     `json:"id,omitempty" doc:"For staff."`
	Number     string     `json:"number" example:"20260918-4821079"`
	Revision   int        `json:"revision" doc:"Sent back with a move, so that two people do not undo one another."`
	State      string     `json:"state" example:"registered"`
	StateName  string     `json:"state_name"`
	Type       string     `json:"type,omitempty"`
	TypeName   string     `json:"type_name,omitempty"`
	Title      string     `json:"title"`
	Text       string     `json:"text,omitempty"`
	Address    string     `json:"address,omitempty"`
	Place      []string   `json:"place" nullable:"false" doc:"The areas it lies in, from the largest."`
	Owner      string     `json:"owner,omitempty" doc:"The body that deals with it."`
	Reply      string     `json:"reply,omitempty"`
	Rating     int        `json:"rating,omitempty"`
	Escalation int        `json:"escalation,omitempty" doc:"How often a term ran out."`
	ReportedAt time.Time  `json:"reported_at"`
	Due        *time.Time `json:"due,omitempty" doc:"End of the present state's term."`
	Withheld   []string   `json:"withheld,omitempty" nullable:"false" doc:"Fields that are left out because the class of the matter keeps them back. They are shown by the matter itself when a purpose has been stated."`
	History    []Event    `json:"history,omitempty" nullable:"false"`
	Moves      []Move     `json:"moves,omitempty" nullable:"false" doc:"What whoever asks may do now, the likeliest first."`
}

// Event is one line of a matter's history.
type Event struct {
	Seq     int               `json:"seq"`
	Action  string            `json:"action"`
	From    string            `json:"from,omitempty"`
	To      string            `json:"to"`
	Role    string            `json:"role"`
	Body    string            `json:"body,omitempty"`
	Answers map[string]string `json:"answers,omitempty"`
	Basis   string            `json:"basis,omitempty"`
	At      time.Time         `json:"at"`
	Due     *time.Time        `json:"due,omitempty"`
}

// Move is a move that may be made, or why not.
type Move struct {
	Action string `json:"action"`
	To     string `json:"to,omitempty"`
	Form   string `json:"form,omitempty" doc:"Name of the form to fill in, as GET /forms/{name} describes it."`
	Why    string `json:"why,omitempty" doc:"Why it cannot be made now."`
}

// summary writes a line of a list.
func (s *Server) summary(say *text.Printer, m matter.Matter) Matter {
	owner, _ := s.Org.Body(s.Realm, m.Owner)
	out := Matter{
		ID: m.ID, Number: m.Number, Revision: m.Revision, State: string(m.State), StateName: say.T("matter.state." + string(m.State)),
		Type: m.Type, Title: m.Title, Address: m.Address, Place: s.Org.Path(s.Realm, m.Area), Owner: owner.Name,
		Escalation: m.Escalation, ReportedAt: m.ReportedAt.UTC(), Due: apikit.Instant(m.Due),
	}
	for _, f := range m.Withheld {
		out.Withheld = append(out.Withheld, string(f))
	}
	if m.Type != "" {
		out.TypeName = say.T("type." + m.Type)
	}
	return out
}

// detail writes a matter with its history. For its reporter it leaves out what
// concerns staff alone.
func (s *Server) detail(say *text.Printer, d matter.Detail, reporter bool) Matter {
	out := s.summary(say, d.Matter)
	out.Text, out.Reply, out.Rating = d.Text, d.Reply, d.Rating
	for _, e := range d.History {
		body, _ := s.Org.Body(s.Realm, e.Body)
		out.History = append(out.History, Event{
			Seq: e.Seq, Action: string(e.Action), From: string(e.From), To: string(e.To), Role: string(e.Role), Body: body.Name,
			Answers: e.Answers, Basis: apikit.Basis(say, e.Basis), At: e.At.UTC(), Due: apikit.Instant(e.Due),
		})
	}
	for _, o := range d.Offers {
		move := Move{Action: string(o.Action), To: string(o.To), Form: o.Form}
		if o.Why != nil {
			move.Why = s.Reason(say, o.Why)
		}
		out.Moves = append(out.Moves, move)
	}
	if reporter {
		out.ID = ""
	}
	return out
}
