// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package apideliberation

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"pavilion/internal/base/fault"
	"pavilion/internal/civic/deliberation/poll"
	"pavilion/internal/civic/deliberation/tally"
	"pavilion/internal/core/identity"
	"pavilion/internal/edge/api/apikit"
)

// Poll is a vote with its turnout and, once it is counted, its result.
type Poll struct {
	ID       string           `json:"id"`
	Question string           `json:"question"`
	Options  []string         `json:"options" nullable:"false"`
	Secret   bool             `json:"secret"`
	Hands    bool             `json:"key_in_several_hands" doc:"Three people hold the key of the urn, and counting takes two of them."`
	Channels []string         `json:"channels" nullable:"false"`
	State    string           `json:"state" enum:"running,counted,dropped"`
	Closes   time.Time        `json:"closes_at"`
	Entitled int64            `json:"entitled"`
	Voted    int64            `json:"voted" doc:"How many have voted. What they voted nobody sees before it is counted."`
	By       map[string]int64 `json:"by_channel"`
	Quorum   bool             `json:"quorum_met"`
	Result   *PollResult      `json:"result,omitempty"`
}

// PollSum is people, and the area that is theirs in hundredths of a square metre.
type PollSum struct {
	People int64 `json:"people"`
	Area   int64 `json:"area"`
}

// PollCheck is a bound of the rule with what was had and needed.
type PollCheck struct {
	Measure string `json:"measure" enum:"people,area"`
	Of      string `json:"of" enum:"entitled,attended"`
	Share   string `json:"share" doc:"As 2/3."`
	Strict  bool   `json:"strict" doc:"More than the share, and not at least."`
	Had     int64  `json:"had"`
	Needed  int64  `json:"needed"`
	Whole   int64  `json:"whole"`
	Holds   bool   `json:"holds"`
}

// PollResult is what was counted, by which rule.
type PollResult struct {
	Outcome  string             `json:"outcome" enum:"passed,rejected,tied,no_quorum"`
	Rule     string             `json:"rule" doc:"Code and day of effect."`
	Winner   string             `json:"winner,omitempty"`
	Counts   map[string]PollSum `json:"counts" doc:"entitled, attended, for, against, abstained, spoilt."`
	Options  map[string]PollSum `json:"options,omitempty"`
	Quorum   []PollCheck        `json:"quorum" nullable:"false"`
	Pass     []PollCheck        `json:"pass" nullable:"false"`
	Runoff   []string           `json:"runoff,omitempty" nullable:"false"`
	Listed   int64              `json:"listed" doc:"Ballots in the list."`
	Root     string             `json:"root" doc:"Root of the list's Merkle tree, which is in the audit."`
	ClosedAt time.Time          `json:"closed_at"`
}

type pollInput struct {
	Poll string `path:"poll"`
}

type pollOutput struct{ Body Poll }

type countInput struct {
	Poll string `path:"poll"`
	Body *struct {
		Codes []string `json:"codes,omitempty" maxItems:"2" nullable:"false" doc:"Of two of those who hold the key of the urn."`
	}
}

type keysOutput struct {
	Body struct {
		Codes []string `json:"codes" nullable:"false" doc:"One for each holder."`
	}
}

type ballotInput struct {
	Poll string `path:"poll"`
	Body struct {
		Credential string `json:"credential" doc:"From the voter's letter."`
		Choice     string `json:"choice" doc:"for, against, abstain; or o1, o2 … of options."`
		Nonce      string `json:"nonce" minLength:"16" maxLength:"64" doc:"Drawn at random by whoever sends. With the mark it makes the tracking code; the same sent again is the same ballot."`
		Mark       string `json:"mark,omitempty" maxLength:"160" doc:"The voter's own word."`
	}
}

type ballotOutput struct {
	Body struct {
		Code string `json:"code" doc:"The tracking code of a secret ballot. Empty for a vote by name."`
	}
}

type ballotsInput struct {
	Poll string `path:"poll"`
	Body struct {
		Credential string `json:"credential"`
	}
}

type ballotsOutput struct {
	Body struct {
		Result  PollResult   `json:"result"`
		Ballots []PollBallot `json:"ballots" nullable:"false" doc:"In the order of their codes, to be counted again."`
	}
}

// PollBallot is a counted secret ballot.
type PollBallot struct {
	Code   string `json:"code"`
	Choice string `json:"choice"`
}

// polls adds what programs do with votes.
func (s *group) polls() {
	holders := apikit.SignedIn.AnyOf(identity.Secretary, identity.Scrutineer)
	apikit.Operation(s.Kit, apikit.Public, huma.Operation{
		OperationID: "cast", Tags: []string{apikit.Reporting}, Method: http.MethodPost, Path: "/polls/{poll}/ballots", Summary: "Vote with a credential",
		Description: "What counts for closing is when the server keeps it. Tries are limited.", Errors: []int{http.StatusNotFound, http.StatusConflict, http.StatusTooManyRequests},
	}, s.cast)
	apikit.Operation(s.Kit, apikit.Public, huma.Operation{
		OperationID: "poll-result", Tags: []string{apikit.Reporting}, Method: http.MethodPost, Path: "/polls/{poll}/results", Summary: "Read result and ballots with a credential",
		Description: "Once the vote is counted. Nobody sees a part of a result.", Errors: []int{http.StatusNotFound, http.StatusConflict, http.StatusTooManyRequests},
	}, s.pollResult)
	apikit.Operation(s.Kit, holders, huma.Operation{
		OperationID: "poll", Tags: []string{apikit.Desk}, Method: http.MethodGet, Path: "/polls/{poll}", Summary: "Read a vote's turnout, and its result once it is counted", Errors: []int{http.StatusNotFound},
	}, s.readPoll)
	apikit.Operation(s.Kit, apikit.SignedIn.AnyOf(identity.Secretary), huma.Operation{
		OperationID: "count-poll", Tags: []string{apikit.Desk}, Method: http.MethodPost, Path: "/polls/{poll}/count", Summary: "Close a vote and count it",
		Description: "Sent again it answers the same. Where three people hold the key of the urn it takes the codes of two.", Errors: []int{http.StatusNotFound, http.StatusConflict},
	}, s.countPoll)
	apikit.Operation(s.Kit, apikit.SignedIn.AnyOf(identity.Secretary), huma.Operation{
		OperationID: "entrust-poll", Tags: []string{apikit.Desk}, Method: http.MethodPost, Path: "/polls/{poll}/keys", Summary: "Give the key of a secret vote's urn to three people",
		Description: "Answers their codes, which are not kept. Before letters are made; done again it makes new ones.", Errors: []int{http.StatusNotFound, http.StatusConflict},
	}, s.entrustPoll)
}

// tries limits the tries of credentials from one network.
func (s *group) tries(ctx context.Context) error {
	if !s.Tries("vote " + apikit.AskerOf(ctx).Client) {
		return s.Problem(ctx, fault.New(fault.Conflict, "poll.too_many_tries"), http.StatusTooManyRequests)
	}
	return nil
}

func (s *group) cast(ctx context.Context, in *ballotInput) (*ballotOutput, error) {
	if err := s.tries(ctx); err != nil {
		return nil, err
	}
	q, err := s.Polls.Find(ctx, s.Realm, in.Poll)
	if err != nil {
		return nil, err
	}
	out := &ballotOutput{}
	if !q.Secret {
		return out, s.Polls.Vote(ctx, poll.Vote{Realm: s.Realm, ID: q.ID, Secret: in.Body.Credential, Channel: poll.Online, Choice: in.Body.Choice})
	}
	got, err := s.Polls.Cast(ctx, poll.Cast{
		Realm: s.Realm, ID: q.ID, Secret: in.Body.Credential, Choice: in.Body.Choice, Nonce: in.Body.Nonce, Mark: in.Body.Mark,
	})
	out.Body.Code = got.Code
	return out, err
}

func (s *group) pollResult(ctx context.Context, in *ballotsInput) (*ballotsOutput, error) {
	if err := s.tries(ctx); err != nil {
		return nil, err
	}
	if _, err := s.Polls.Voter(ctx, s.Realm, in.Poll, in.Body.Credential); err != nil {
		return nil, err
	}
	r, err := s.Polls.Result(ctx, s.Realm, in.Poll)
	if err != nil {
		return nil, err
	}
	list, err := s.Polls.Ballots(ctx, s.Realm, in.Poll)
	out := &ballotsOutput{}
	out.Body.Result, out.Body.Ballots = pollResult(r), make([]PollBallot, len(list))
	for i, b := range list {
		out.Body.Ballots[i] = PollBallot(b)
	}
	return out, err
}

func (s *group) readPoll(ctx context.Context, in *pollInput) (*pollOutput, error) {
	q, err := s.Polls.Find(ctx, s.Realm, in.Poll)
	if err != nil {
		return nil, err
	}
	by := apikit.AskerOf(ctx).Actor
	if !s.Polls.MayChair(by, q.Place) && !s.Polls.MayScrutinise(by, q.Place) {
		return nil, fault.New(fault.Missing, "poll.missing")
	}
	t, _, err := s.Polls.Turnout(ctx, s.Realm, q.ID, by)
	if err != nil {
		return nil, err
	}
	out := Poll{
		ID: q.ID, Question: q.Question, Options: append([]string{}, q.Options...), Secret: q.Secret, Hands: q.Entrusted(), State: string(q.State), Closes: q.Closes.UTC(),
		Entitled: t.Entitled, Voted: t.Voted, By: map[string]int64{}, Quorum: t.Met,
	}
	for _, c := range q.Channels {
		out.Channels, out.By[string(c)] = append(out.Channels, string(c)), t.By[c]
	}
	if q.State == poll.Counted {
		r, err := s.Polls.Result(ctx, s.Realm, q.ID)
		if err != nil {
			return nil, err
		}
		shown := pollResult(r)
		out.Result = &shown
	}
	return &pollOutput{out}, nil
}

func (s *group) entrustPoll(ctx context.Context, in *pollInput) (*keysOutput, error) {
	q, err := s.chaired(ctx, in.Poll)
	if err != nil {
		return nil, err
	}
	out := &keysOutput{}
	out.Body.Codes, err = s.Polls.Entrust(ctx, poll.Entrust{Realm: s.Realm, ID: q.ID, By: apikit.AskerOf(ctx).Actor})
	return out, err
}

// chaired is a vote that whoever asks chairs; for others there is none.
func (s *group) chaired(ctx context.Context, id string) (poll.Poll, error) {
	q, err := s.Polls.Find(ctx, s.Realm, id)
	if err == nil && !s.Polls.MayChair(apikit.AskerOf(ctx).Actor, q.Place) {
		err = fault.New(fault.Missing, "poll.missing")
	}
	return q, err
}

func (s *group) countPoll(ctx context.Context, in *countInput) (*pollOutput, error) {
	q, err := s.chaired(ctx, in.Poll)
	if err != nil {
		return nil, err
	}
	c := poll.Close{Realm: s.Realm, ID: q.ID, By: apikit.AskerOf(ctx).Actor}
	if in.Body != nil {
		c.Codes = in.Body.Codes
	}
	if _, err := s.Polls.Close(ctx, c); err != nil {
		return nil, err
	}
	return s.readPoll(ctx, &pollInput{q.ID})
}

// pollResult is a result in JSON.
func pollResult(r poll.Result) PollResult {
	c := r.Count
	out := PollResult{
		Outcome: string(r.Verdict.Outcome), Rule: r.Verdict.Rule, Winner: r.Winner, Runoff: r.Runoff(), Listed: r.Listed, Root: r.Root, ClosedAt: r.ClosedAt.UTC(),
		Counts: map[string]PollSum{
			"entitled": PollSum(c.Entitled), "attended": PollSum(c.Attended), "for": PollSum(c.For), "against": PollSum(c.Against),
			"abstained": PollSum(c.Abstained), "spoilt": PollSum(c.Spoilt),
		},
		Quorum: pollChecks(r.Verdict.Quorum), Pass: pollChecks(r.Verdict.Pass),
	}
	for _, o := range r.Options {
		if out.Options == nil {
			out.Options = map[string]PollSum{}
		}
		out.Options[o.Option] = PollSum(o.Votes)
	}
	return out
}

func pollChecks(list []tally.Check) []PollCheck {
	out := make([]PollCheck, len(list))
	for i, k := range list {
		out[i] = PollCheck{string(k.Measure), string(k.Of), k.Share.String(), k.Strict, k.Had, k.Needed, k.Whole, k.Holds}
	}
	return out
}
