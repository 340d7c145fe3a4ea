// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/page"
	"pavilion/internal/civic/matter/relay"
	"pavilion/internal/core/sight"
	"pavilion/internal/edge/api/apikit"
)

// Reveal is a request to open a reporter's contact.
type Reveal struct {
	ID       string     `json:"id"`
	Matter   string     `json:"matter"`
	Number   string     `json:"number"`
	Purpose  string     `json:"purpose"`
	Words    string     `json:"words"`
	State    string     `json:"state" enum:"asked,approved,declined,withdrawn,expired,closed"`
	AskedAt  time.Time  `json:"asked_at"`
	Ends     time.Time  `json:"ends" doc:"When the request lapses; once approved, when the contact closes."`
	Decided  *time.Time `json:"decided,omitempty"`
	Reason   string     `json:"reason,omitempty" doc:"Why it was declined."`
	Openings int        `json:"openings" doc:"How often the contact was opened."`
	Own      bool       `json:"own" doc:"Whoever asks for this list asked for the contact."`
	Revision int        `json:"revision"`
}

// RelayMessage is what one side wrote to the other.
type RelayMessage struct {
	Side string     `json:"side" enum:"staff,reporter"`
	Body string     `json:"body,omitempty" doc:"For which staff wrote."`
	Text string     `json:"text"`
	At   time.Time  `json:"at"`
	Read *time.Time `json:"read,omitempty" doc:"When the other side had it before them."`
}

// RelayCall is a question that the desk puts by telephone.
type RelayCall struct {
	ID       string     `json:"id"`
	Question string     `json:"question"`
	Body     string     `json:"body,omitempty" doc:"That asked."`
	State    string     `json:"state" enum:"waits,answered,refused,unreached,declined,withdrawn"`
	Outcome  string     `json:"outcome,omitempty"`
	AskedAt  time.Time  `json:"asked_at"`
	Done     *time.Time `json:"done,omitempty"`
	Tries    int        `json:"tries"`
	Revision int        `json:"revision"`
}

// RelayOpening is one time that a contact was opened, as its owner is told.
type RelayOpening struct {
	Body    string    `json:"body,omitempty" doc:"The office; none for the desk itself."`
	Purpose string    `json:"purpose"`
	At      time.Time `json:"at"`
}

type revealAskInput struct {
	ID   string `path:"id"`
	Body struct {
		Purpose string `json:"purpose" enum:"clarify,call_back,result,visit,danger,order"`
		Words   string `json:"words" maxLength:"200" doc:"Why, without anything that leads to a person."`
		Call    string `json:"call,omitempty" doc:"Id of the call it is for."`
	}
}

type revealOutput struct{ Body Reveal }

type revealsInput struct {
	apikit.PageInput
	Waiting bool `query:"waiting" doc:"Only those that wait for a decision."`
}

type revealsOutput struct {
	Body struct {
		Reveals []Reveal `json:"reveals" nullable:"false"`
		Next    string   `json:"next,omitempty"`
	}
}

type revealDecideInput struct {
	ID   string `path:"id"`
	Body struct {
		Revision int    `json:"revision"`
		Approve  bool   `json:"approve"`
		Reason   string `json:"reason,omitempty" maxLength:"200" doc:"Of a refusal."`
	}
}

type revealInput struct {
	ID string `path:"id"`
}

type revealEndInput struct {
	ID   string `path:"id"`
	Body struct {
		Revision int `json:"revision"`
	}
}

type contactOutput struct{ Body Contact }

type messagesOutput struct {
	Body struct {
		Messages []RelayMessage `json:"messages" nullable:"false"`
	}
}

type messageOutput struct{ Body RelayMessage }

type messageInput struct {
	ID   string `path:"id"`
	Body struct {
		Text   string `json:"text" maxLength:"1000"`
		Traces string `json:"traces,omitempty" enum:",remove,keep" doc:"What becomes of words that could lead to a person. Without it such words are 422 at traces."`
	}
}

type answerInput struct {
	Body struct {
		Number string `json:"number"`
		Code   string `json:"code"`
		Text   string `json:"text" maxLength:"1000"`
		Traces string `json:"traces,omitempty" enum:",remove,keep" doc:"As for staff."`
	}
}

type heardOutput struct {
	Body struct {
		Messages []RelayMessage `json:"messages" nullable:"false"`
		Openings []RelayOpening `json:"openings" nullable:"false" doc:"Each time that the contact was opened."`
	}
}

type callsOutput struct {
	Body struct {
		Calls []RelayCall `json:"calls" nullable:"false"`
	}
}

type callOutput struct{ Body RelayCall }

type callInput struct {
	ID   string `path:"id"`
	Body struct {
		Question string `json:"question" maxLength:"200"`
	}
}

type callRecordInput struct {
	ID   string `path:"id"`
	Body struct {
		Revision int    `json:"revision"`
		State    string `json:"state" enum:"answered,refused,unreached,declined,withdrawn" doc:"unreached counts one try of three."`
		Outcome  string `json:"outcome,omitempty" maxLength:"1000"`
	}
}

// between adds what stands between staff and reporters.
func (s *Server) between() {
	refused := []int{http.StatusForbidden, http.StatusNotFound, http.StatusConflict}
	changed := append([]int{http.StatusPreconditionFailed}, refused...)
	add := func(id, method, path, summary, description string, errors []int) huma.Operation {
		return huma.Operation{
			OperationID: id, Tags: []string{apikit.Desk}, Method: method, Path: path, Summary: summary, Description: description, Errors: errors,
		}
	}
	apikit.Operation(s.Kit, reveals, add("ask-reveal", http.MethodPost, "/matters/{id}/reveals", "Ask to open the sealed contact of a matter",
		"For the desk of its place. A second person of the desk decides; programs cannot take part.", refused), s.askReveal)
	apikit.Operation(s.Kit, knowsReveals, add("reveals", http.MethodGet, "/reveals", "List the requests to open contacts that one may know of",
		"One's own, those of places where one decides, and for auditors those of their places.", nil), s.reveals)
	apikit.Operation(s.Kit, reveals, add("decide-reveal", http.MethodPost, "/reveals/{id}/decision", "Agree to a request to open a contact, or decline it",
		"Never one's own, nor through a post that its asker gave. A request that was decided by somebody else meanwhile is 412. More than ten minutes after signing in, an approval is 403, identity.prove_first: sign in again.", changed), s.decideReveal)
	apikit.Operation(s.Kit, reveals, add("open-reveal", http.MethodPost, "/reveals/{id}/openings", "Open the contact by an approved request",
		"For its asker, within half an hour. Each time is recorded, and its owner can see it. More than ten minutes after signing in it is 403, identity.prove_first: sign in again.", refused), s.openReveal)
	apikit.Operation(s.Kit, reveals, add("end-reveal", http.MethodPost, "/reveals/{id}/end", "Withdraw a request, or close the contact before its time",
		"For its asker.", changed), s.endReveal)
	apikit.Operation(s.Kit, readsRelay, add("messages", http.MethodGet, "/matters/{id}/messages", "Read what staff and the reporter wrote to each other",
		"It does not say who the reporter is. Answers count as read.", refused[:2]), s.messages)
	apikit.Operation(s.Kit, writesRelay, add("write-message", http.MethodPost, "/matters/{id}/messages", "Write to the reporter of a matter",
		"They read it with number and code. Five in a row without an answer are enough.", refused), s.writeMessage)
	apikit.Operation(s.Kit, readsRelay, add("calls", http.MethodGet, "/matters/{id}/calls", "List the questions that the desk puts to the reporter by telephone",
		"With what was said.", refused[:2]), s.calls)
	apikit.Operation(s.Kit, writesRelay, add("ask-call", http.MethodPost, "/matters/{id}/calls", "Have the desk put a question by telephone",
		"One waits at a time.", refused), s.askCall)
	apikit.Operation(s.Kit, writesRelay, add("record-call", http.MethodPost, "/calls/{id}/outcome", "Record what became of a call",
		"For the desk; withdrawn is for whoever asked. The contact that was opened for the call closes.", changed), s.recordCall)
	heard := add("track-messages", http.MethodPost, "/track/messages", "Read messages with number and code",
		"And who opened the contact, when and what for.", []int{http.StatusNotFound, http.StatusTooManyRequests})
	heard.Tags = []string{apikit.Reporting}
	apikit.Operation(s.Kit, apikit.Public, heard, s.heard)
	answer := add("track-answer", http.MethodPost, "/track/answers", "Answer a message",
		"Once staff have written, and until thirty days after the end.", []int{http.StatusNotFound, http.StatusConflict, http.StatusTooManyRequests})
	answer.Tags = []string{apikit.Reporting}
	apikit.Operation(s.Kit, apikit.Public, answer, s.answer)
}

// reveal writes a request as whoever asks may know it.
func (s *Server) reveal(ctx context.Context, r relay.Reveal) Reveal {
	return Reveal{
		ID: r.ID, Matter: r.Matter, Number: r.Number, Purpose: string(r.Purpose), Words: r.Words, State: string(r.Standing(s.Now())),
		AskedAt: r.At.UTC(), Ends: r.Ends.UTC(), Decided: apikit.Instant(r.Decided), Reason: r.Reason, Openings: r.Openings,
		Own: r.Asker == apikit.AskerOf(ctx).Actor.Account, Revision: r.Revision,
	}
}

func (s *Server) askReveal(ctx context.Context, in *revealAskInput) (*revealOutput, error) {
	r, err := s.Relay.Ask(ctx, relay.Ask{
		Realm: s.Realm, Matter: in.ID, Purpose: relay.Purpose(in.Body.Purpose), Words: in.Body.Words, Call: in.Body.Call, By: apikit.AskerOf(ctx).Actor,
	})
	return &revealOutput{s.reveal(ctx, r)}, err
}

func (s *Server) reveals(ctx context.Context, in *revealsInput) (*revealsOutput, error) {
	cursor, err := page.ParseCursor(in.Cursor)
	if err != nil {
		return nil, err
	}
	which := relay.Every
	if in.Waiting {
		which = relay.Waiting
	}
	list, err := s.Relay.List(ctx, apikit.AskerOf(ctx).Actor, which, cursor, in.Limit)
	out := &revealsOutput{}
	out.Body.Reveals, out.Body.Next = []Reveal{}, list.Next.String()
	for _, r := range list.Items {
		out.Body.Reveals = append(out.Body.Reveals, s.reveal(ctx, r))
	}
	return out, err
}

func (s *Server) decideReveal(ctx context.Context, in *revealDecideInput) (*revealOutput, error) {
	r, err := s.Relay.Decide(ctx, relay.Decide{
		Realm: s.Realm, ID: in.ID, Revision: in.Body.Revision, Approve: in.Body.Approve, Reason: in.Body.Reason, By: apikit.AskerOf(ctx).Actor,
	})
	return &revealOutput{s.reveal(ctx, r)}, err
}

func (s *Server) openReveal(ctx context.Context, in *revealInput) (*contactOutput, error) {
	c, _, err := s.Relay.Open(ctx, relay.Look{Realm: s.Realm, ID: in.ID, By: apikit.AskerOf(ctx).Actor, Way: sight.API})
	return &contactOutput{Contact(c)}, err
}

func (s *Server) endReveal(ctx context.Context, in *revealEndInput) (*revealOutput, error) {
	r, err := s.Relay.End(ctx, relay.End{Realm: s.Realm, ID: in.ID, Revision: in.Body.Revision, By: apikit.AskerOf(ctx).Actor})
	return &revealOutput{s.reveal(ctx, r)}, err
}

func (s *Server) message(m relay.Message) RelayMessage {
	body, _ := s.Org.Body(s.Realm, m.Body)
	return RelayMessage{Side: string(m.Side), Body: body.Name, Text: m.Text, At: m.At.UTC(), Read: apikit.Instant(m.Read)}
}

func (s *Server) messages(ctx context.Context, in *matterInput) (*messagesOutput, error) {
	list, err := s.Relay.Read(ctx, apikit.AskerOf(ctx).Actor, s.Realm, in.ID)
	out := &messagesOutput{}
	out.Body.Messages = []RelayMessage{}
	for _, m := range list {
		out.Body.Messages = append(out.Body.Messages, s.message(m))
	}
	return out, err
}

func (s *Server) writeMessage(ctx context.Context, in *messageInput) (*messageOutput, error) {
	m, err := s.Relay.Write(ctx, relay.Write{
		Realm: s.Realm, Matter: in.ID, Text: in.Body.Text, Traces: relay.Traces(in.Body.Traces), By: apikit.AskerOf(ctx).Actor,
	})
	return &messageOutput{s.message(m)}, err
}

func (s *Server) call(c relay.Call) RelayCall {
	body, _ := s.Org.Body(s.Realm, c.Body)
	return RelayCall{
		ID: c.ID, Question: c.Question, Body: body.Name, State: string(c.State), Outcome: c.Outcome, AskedAt: c.At.UTC(), Done: apikit.Instant(c.Done),
		Tries: c.Tries, Revision: c.Revision,
	}
}

func (s *Server) calls(ctx context.Context, in *matterInput) (*callsOutput, error) {
	v, err := s.Relay.View(ctx, apikit.AskerOf(ctx).Actor, in.ID)
	if err == nil && !v.Writes {
		err = fault.New(fault.Denied, "relay.not_yours")
	}
	out := &callsOutput{}
	out.Body.Calls = []RelayCall{}
	for _, c := range v.Calls {
		out.Body.Calls = append(out.Body.Calls, s.call(c))
	}
	return out, err
}

func (s *Server) askCall(ctx context.Context, in *callInput) (*callOutput, error) {
	c, err := s.Relay.AskCall(ctx, relay.AskCall{Realm: s.Realm, Matter: in.ID, Question: in.Body.Question, By: apikit.AskerOf(ctx).Actor})
	return &callOutput{s.call(c)}, err
}

func (s *Server) recordCall(ctx context.Context, in *callRecordInput) (*callOutput, error) {
	c, err := s.Relay.Record(ctx, relay.Record{
		Realm: s.Realm, ID: in.ID, Revision: in.Body.Revision, State: relay.CallState(in.Body.State), Outcome: in.Body.Outcome, By: apikit.AskerOf(ctx).Actor,
	})
	return &callOutput{s.call(c)}, err
}

func (s *Server) heard(ctx context.Context, in *trackInput) (*heardOutput, error) {
	m, err := s.prove(ctx, in.Body.Number, in.Body.Code)
	if err != nil {
		return nil, err
	}
	list, err := s.Relay.Heard(ctx, s.Realm, m.ID)
	if err != nil {
		return nil, err
	}
	out := &heardOutput{}
	out.Body.Messages, out.Body.Openings = []RelayMessage{}, []RelayOpening{}
	for _, m := range list {
		out.Body.Messages = append(out.Body.Messages, s.message(m))
	}
	opened, err := s.Relay.Openings(ctx, s.Realm, m.ID)
	for _, o := range opened {
		body, _ := s.Org.Body(s.Realm, o.Body)
		out.Body.Openings = append(out.Body.Openings, RelayOpening{Body: body.Name, Purpose: string(o.Purpose), At: o.At.UTC()})
	}
	return out, err
}

func (s *Server) answer(ctx context.Context, in *answerInput) (*messageOutput, error) {
	m, err := s.prove(ctx, in.Body.Number, in.Body.Code)
	if err != nil {
		return nil, err
	}
	said, err := s.Relay.Answer(ctx, relay.Answer{Realm: s.Realm, Matter: m.ID, Text: in.Body.Text, Traces: relay.Traces(in.Body.Traces)})
	return &messageOutput{s.message(said)}, err
}
