// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package apideliberation

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"pavilion/internal/base/fault"
	"pavilion/internal/civic/deliberation/survey"
	"pavilion/internal/core/identity"
	"pavilion/internal/edge/api/apikit"
)

// Survey is a household survey as everybody sees it, with its result once it is counted.
type Survey struct {
	ID       string        `json:"id"`
	Question string        `json:"question" doc:"Empty for a survey that was taken back."`
	About    string        `json:"about,omitempty"`
	Options  []string      `json:"options" nullable:"false" doc:"Empty for a question of for and against."`
	Channels []string      `json:"channels" nullable:"false" doc:"door, paper, online."`
	Area     string        `json:"area"`
	State    string        `json:"state" enum:"running,closed,dropped"`
	Reason   string        `json:"reason,omitempty" doc:"Why it was taken back."`
	Asked    int           `json:"asked" doc:"Households."`
	Closes   time.Time     `json:"closes_at"`
	Result   *SurveyResult `json:"result,omitempty"`
}

// SurveyResult is what was counted. It decides nothing.
type SurveyResult struct {
	Asked    int            `json:"asked"`
	Answered int            `json:"answered"`
	Counts   map[string]int `json:"counts,omitempty" doc:"Households by answer: for, against, none; or o1, o2 … of options, and none. Absent where fewer than five answered."`
	Lines    []SurveyLine   `json:"by_channel" nullable:"false"`
	ClosedAt time.Time      `json:"closed_at"`
}

// SurveyLine is what came by one channel.
type SurveyLine struct {
	Channel  string         `json:"channel" enum:"door,paper,online"`
	Held     bool           `json:"held_back" doc:"Its numbers would tell of few households, and are not shown."`
	Answered int            `json:"answered"`
	Counts   map[string]int `json:"counts,omitempty"`
}

// SurveyProgress is how many have answered, never what.
type SurveyProgress struct {
	Asked    int            `json:"asked"`
	Answered int            `json:"answered"`
	By       map[string]int `json:"by_channel"`
	Letters  int            `json:"letters" doc:"Households that have a letter."`
}

type surveyInput struct {
	Survey string `path:"survey"`
}

type surveyOutput struct{ Body Survey }

type progressOutput struct{ Body SurveyProgress }

type surveyResultOutput struct{ Body SurveyResult }

// SurveyAnswer is what an answer consists of, whoever gives it.
type SurveyAnswer struct {
	Key    string `json:"key" format:"uuid" doc:"Drawn by whoever sends: the same sent again is the same answer."`
	Choice string `json:"choice" doc:"for, against, none; or o1, o2 … of options."`
	Words  string `json:"words,omitempty" doc:"What was said beside; kept apart from the household."`
	Seen   int    `json:"seen,omitempty" minimum:"0" doc:"How many answers the household had given, as you saw it: 0 for the first. A correction names the number that counts."`
}

type codeInput struct {
	Survey string `path:"survey"`
	Body   struct {
		SurveyAnswer
		Code string `json:"code" doc:"From the household's letter."`
	}
}

type doorInput struct {
	Survey string `path:"survey"`
	No     int    `path:"no" minimum:"1" doc:"Number of the household within the survey."`
	Body   struct {
		SurveyAnswer
		Channel string `json:"channel" enum:"door,paper"`
	}
}

type answeredOutput struct {
	Body struct {
		Answers int `json:"answers" doc:"How many the household has given. The last counts."`
	}
}

// surveys adds what programs do with household surveys.
func (s *group) surveys() {
	workers := apikit.SignedIn.AnyOf(identity.Secretary, identity.Scrutineer, identity.GridWorker)
	apikit.Operation(s.Kit, apikit.Public, huma.Operation{
		OperationID: "survey", Tags: []string{apikit.Reporting}, Method: http.MethodGet, Path: "/surveys/{survey}", Summary: "Read a household survey",
		Description: "Once it is released, with its result once it is counted. A survey decides nothing.", Errors: []int{http.StatusNotFound},
	}, s.readSurvey)
	apikit.Operation(s.Kit, apikit.Public, huma.Operation{
		OperationID: "answer-survey", Tags: []string{apikit.Reporting}, Method: http.MethodPost, Path: "/surveys/{survey}/answers", Summary: "Answer with a household's code",
		Description: "One household has one answer, by whatever channel. Tries are limited.", Errors: []int{http.StatusNotFound, http.StatusConflict, http.StatusPreconditionFailed, http.StatusTooManyRequests},
	}, s.answerSurvey)
	apikit.Operation(s.Kit, workers, huma.Operation{
		OperationID: "survey-progress", Tags: []string{apikit.Desk}, Method: http.MethodGet, Path: "/surveys/{survey}/progress", Summary: "Read how many households have answered", Errors: []int{http.StatusNotFound},
	}, s.surveyProgress)
	apikit.Operation(s.Kit, workers, huma.Operation{
		OperationID: "note-answer", Tags: []string{apikit.Desk}, Method: http.MethodPost, Path: "/surveys/{survey}/households/{no}/answers", Summary: "Note a household's answer, or correct it",
		Errors: []int{http.StatusNotFound, http.StatusConflict, http.StatusPreconditionFailed},
	}, s.noteAnswer)
	apikit.Operation(s.Kit, apikit.SignedIn.AnyOf(identity.Secretary), huma.Operation{
		OperationID: "count-survey", Tags: []string{apikit.Desk}, Method: http.MethodPost, Path: "/surveys/{survey}/count", Summary: "Close a survey and count it",
		Description: "Sent again it answers the same.", Errors: []int{http.StatusNotFound, http.StatusConflict},
	}, s.countSurvey)
}

func (s *group) readSurvey(ctx context.Context, in *surveyInput) (*surveyOutput, error) {
	v, err := s.Surveys.Public(ctx, s.Realm, in.Survey)
	if err != nil {
		return nil, err
	}
	out := Survey{
		ID: v.ID, Question: v.Question, About: v.About, Options: append([]string{}, v.Options...), Area: v.Area, State: string(v.State), Reason: v.Reason,
		Asked: v.Asked, Closes: v.Closes.UTC(),
	}
	for _, c := range v.Channels {
		out.Channels = append(out.Channels, string(c))
	}
	if v.Result != nil {
		r := surveyResult(*v.Result)
		out.Result = &r
	}
	return &surveyOutput{out}, nil
}

// surveyResult is a result in JSON.
func surveyResult(r survey.Result) SurveyResult {
	counts := func(list []survey.Count) map[string]int {
		if list == nil {
			return nil
		}
		out := map[string]int{}
		for _, c := range list {
			out[c.Choice] = c.N
		}
		return out
	}
	out := SurveyResult{Asked: r.Asked, Answered: r.Answered, Counts: counts(r.Counts), Lines: make([]SurveyLine, len(r.Lines)), ClosedAt: r.ClosedAt}
	for i, l := range r.Lines {
		out.Lines[i] = SurveyLine{string(l.Channel), l.Held, l.Answered, counts(l.Counts)}
	}
	return out
}

func (s *group) answerSurvey(ctx context.Context, in *codeInput) (*answeredOutput, error) {
	if !s.Tries("survey " + apikit.AskerOf(ctx).Client) {
		return nil, s.Problem(ctx, fault.New(fault.Conflict, "survey.too_many_tries"), http.StatusTooManyRequests)
	}
	return s.put(ctx, survey.Answer{ID: in.Survey, Code: in.Body.Code, Channel: survey.Online}, in.Body.SurveyAnswer)
}

func (s *group) noteAnswer(ctx context.Context, in *doorInput) (*answeredOutput, error) {
	c := survey.Answer{ID: in.Survey, No: in.No, Channel: survey.Channel(in.Body.Channel), By: apikit.AskerOf(ctx).Actor}
	// A survey, or a household, that is not theirs is not there for them.
	if _, _, err := s.Surveys.Household(ctx, s.Realm, in.Survey, in.No, c.By); err != nil {
		return nil, err
	}
	return s.put(ctx, c, in.Body.SurveyAnswer)
}

func (s *group) put(ctx context.Context, c survey.Answer, said SurveyAnswer) (*answeredOutput, error) {
	c.Realm, c.Key, c.Choice, c.Words, c.Seen = s.Realm, said.Key, said.Choice, said.Words, said.Seen
	h, err := s.Surveys.Answer(ctx, c)
	out := &answeredOutput{}
	out.Body.Answers = h.Answers
	return out, err
}

func (s *group) surveyProgress(ctx context.Context, in *surveyInput) (*progressOutput, error) {
	_, p, _, err := s.Surveys.Progress(ctx, s.Realm, in.Survey, apikit.AskerOf(ctx).Actor)
	out := SurveyProgress{Asked: p.Asked, Answered: p.Answered, Letters: p.Letters, By: map[string]int{}}
	for c, n := range p.By {
		out.By[string(c)] = n
	}
	return &progressOutput{out}, err
}

func (s *group) countSurvey(ctx context.Context, in *surveyInput) (*surveyResultOutput, error) {
	by := apikit.AskerOf(ctx).Actor
	v, _, _, err := s.Surveys.Progress(ctx, s.Realm, in.Survey, by)
	if err == nil && !s.Surveys.MayKeep(by, v) {
		err = fault.New(fault.Missing, "survey.missing")
	}
	if err != nil {
		return nil, err
	}
	r, err := s.Surveys.Close(ctx, survey.Close{Realm: s.Realm, ID: v.ID, By: by})
	return &surveyResultOutput{surveyResult(r)}, err
}
