// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package apideliberation

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/page"
	"pavilion/internal/civic/deliberation/topic"
	"pavilion/internal/core/identity"
	"pavilion/internal/edge/api/apikit"
)

// Topic is a topic as everybody sees it.
type Topic struct {
	ID      string       `json:"id"`
	Title   string       `json:"title"`
	Text    string       `json:"text"`
	Area    string       `json:"area"`
	Stage   string       `json:"stage" enum:"raised,gathered,deliberating,decided,solved,answered,not_pursued,merged"`
	Into    string       `json:"into,omitempty" doc:"The topic that it was merged with."`
	Level   string       `json:"level" doc:"Of the discussion by levels, as the catalogue names it."`
	Subject string       `json:"subject,omitempty" doc:"Of who decides what."`
	Answer  string       `json:"answer,omitempty"`
	Backing TopicBacking `json:"backing"`
	Raised  time.Time    `json:"raised_at"`
}

// TopicBacking is how many stand behind a topic, by way. The ways have no sum: the same
// household may be in several.
type TopicBacking struct {
	Suggestions int `json:"suggestions"`
	Reps        int `json:"reps" doc:"Residents' representatives, counted on paper."`
	Households  int `json:"households" doc:"Counted on paper."`
	Accounts    int `json:"accounts"`
	Codes       int `json:"codes"`
}

// TopicRecord is a topic at the desk.
type TopicRecord struct {
	Topic
	Public      bool              `json:"public" doc:"Title and text of this record are the desk's; everybody sees those that were released, if any."`
	Revision    int               `json:"revision"`
	Due         *time.Time        `json:"reply_due_at,omitempty" doc:"When the first reply to its suggestions is owed."`
	Proceeding  string            `json:"proceeding,omitempty"`
	Suggestions []TopicSuggestion `json:"suggestions_made_of" nullable:"false" doc:"For its secretary; for others none."`
}

// TopicSuggestion is one suggestion. Its words are for its secretary and whoever made it.
type TopicSuggestion struct {
	ID       string     `json:"id"`
	Number   string     `json:"number"`
	Words    string     `json:"words"`
	Area     string     `json:"area"`
	Origin   string     `json:"origin" enum:"resident,matter,session,party,survey"`
	State    string     `json:"state" enum:"waiting,gathered,answered,declined"`
	Reply    string     `json:"reply,omitempty"`
	Topic    string     `json:"topic,omitempty"`
	Made     time.Time  `json:"made_at"`
	Due      *time.Time `json:"reply_due_at,omitempty"`
	Overdue  bool       `json:"overdue"`
	Revision int        `json:"revision"`
}

func topicOf(t topic.Topic) Topic {
	return Topic{
		ID: t.ID, Title: t.Title, Text: t.Body, Area: t.Area, Stage: string(t.Stage), Into: t.Into, Level: string(t.Level), Subject: t.Subject, Answer: t.Answer,
		Backing: TopicBacking{t.Backing.Suggestions, t.Backing.Reps, t.Backing.Households, t.Backing.Accounts, t.Backing.Codes}, Raised: t.Raised.UTC(),
	}
}

func (s *group) topicAtDesk(d topic.Detail) *topicRecordOutput {
	out := TopicRecord{Topic: topicOf(d.Topic), Public: d.Topic.Public(), Revision: d.Revision, Due: apikit.Instant(d.Due), Proceeding: d.Ref, Suggestions: []TopicSuggestion{}}
	for _, g := range d.Suggestions {
		out.Suggestions = append(out.Suggestions, s.suggestionOf(g))
	}
	return &topicRecordOutput{out}
}

func (s *group) suggestionOf(g topic.Suggestion) TopicSuggestion {
	out := TopicSuggestion{
		ID: g.ID, Number: g.Number, Words: g.Words, Area: g.Area, Origin: string(g.Origin), State: string(g.State), Reply: g.Reply, Topic: g.Topic,
		Made: g.At.UTC(), Overdue: g.Overdue(s.Now()), Revision: g.Revision,
	}
	if g.State.Open() {
		out.Due = apikit.Instant(g.Due)
	}
	return out
}

type topicInput struct {
	Topic string `path:"topic"`
}

type topicsInput struct {
	apikit.PageInput
	Area  string `query:"area"`
	Stage string `query:"stage" doc:"Empty for all."`
	Words string `query:"q" maxLength:"60" doc:"Find by words, in either script. With it the others do not count."`
}

type topicsOutput struct {
	Body struct {
		Items []Topic `json:"items" nullable:"false"`
		Next  string  `json:"next,omitempty"`
	}
}

type (
	topicOutput       struct{ Body Topic }
	topicRecordOutput struct{ Body TopicRecord }
	suggestionOutput  struct{ Body TopicSuggestion }
)

type suggestInput struct {
	apikit.KeyInput
	Body struct {
		Words string `json:"words"`
		Area  string `json:"area,omitempty"`
		Name  string `json:"contact_name,omitempty" doc:"Sealed; each look at it is recorded."`
		Phone string `json:"contact_phone,omitempty"`
	}
}

type suggestedOutput struct {
	Body struct {
		Number string    `json:"number"`
		Code   string    `json:"code" doc:"With the number it opens the suggestion and its reply."`
		Due    time.Time `json:"reply_due_at"`
	}
}

type proofInput struct {
	Body struct {
		Number string `json:"number"`
		Code   string `json:"code"`
	}
}

type supportInput struct {
	Topic string `path:"topic"`
	Body  struct {
		Number string `json:"number" doc:"Of one's own suggestion."`
		Code   string `json:"code"`
	}
}

type suggestionsInput struct {
	apikit.PageInput
	State string `query:"state" enum:"waiting,gathered,answered,declined" default:"waiting"`
}

type suggestionsOutput struct {
	Body struct {
		Items []TopicSuggestion `json:"items" nullable:"false"`
		Next  string            `json:"next,omitempty"`
	}
}

type replyInput struct {
	Suggestion string `path:"suggestion"`
	Body       struct {
		Revision int    `json:"revision"`
		Text     string `json:"text"`
		Declined bool   `json:"declined,omitempty" doc:"It is not pursued, and the text says why."`
	}
}

type gatherInput struct {
	apikit.KeyInput
	Body struct {
		Suggestions []string `json:"suggestions,omitempty" maxItems:"200" nullable:"false" doc:"Ids."`
		Title       string   `json:"title"`
		Body        string   `json:"body" doc:"In the secretary's words."`
		Area        string   `json:"area"`
		Subject     string   `json:"subject,omitempty"`
		Level       string   `json:"level,omitempty"`
	}
}

type changeTopicInput struct {
	Topic string `path:"topic"`
	Body  struct {
		Revision    int      `json:"revision"`
		Act         string   `json:"act" enum:"add,merge,split,count,rise,answer,drop"`
		Suggestions []string `json:"suggestions,omitempty" maxItems:"200" nullable:"false" doc:"Of add."`
		Into        string   `json:"into,omitempty" doc:"Of merge."`
		Reps        int      `json:"reps,omitempty" doc:"Of count: residents' representatives."`
		Households  int      `json:"households,omitempty" doc:"Of count."`
		Level       string   `json:"level,omitempty" doc:"Of rise."`
		Record      string   `json:"record,omitempty" doc:"Of rise: what was said at the level. A second person releases it."`
		Text        string   `json:"text,omitempty" doc:"The answer, or why it is dropped. A second person releases it."`
		Reason      string   `json:"reason,omitempty" doc:"Of rise, where levels are passed over."`
	}
}

// topics adds what programs do with suggestions and topics.
func (s *group) topics() {
	sees := apikit.Reads.AnyOf(identity.Secretary, identity.Scrutineer, identity.ShiftHead, identity.Dispatcher, identity.Auditor, identity.Inspector)
	reads, keeps := apikit.Reads.AnyOf(identity.Secretary), apikit.Moves.AnyOf(identity.Secretary)
	missing, stale := []int{http.StatusNotFound}, []int{http.StatusNotFound, http.StatusConflict, http.StatusPreconditionFailed}
	apikit.Operation(s.Kit, apikit.Public, huma.Operation{
		OperationID: "suggest", Tags: []string{apikit.Reporting}, Method: http.MethodPost, Path: "/suggestions", Summary: "Make a suggestion",
		Description: "Its words are never public. A reply is owed by the day in the answer.", Errors: []int{http.StatusTooManyRequests}, DefaultStatus: http.StatusCreated,
	}, s.suggest)
	apikit.Operation(s.Kit, apikit.Public, huma.Operation{
		OperationID: "follow-suggestion", Tags: []string{apikit.Reporting}, Method: http.MethodPost, Path: "/suggestions/lookups", Summary: "Read one's own suggestion and its reply",
		Description: "With number and code. Tries are limited.", Errors: []int{http.StatusNotFound, http.StatusTooManyRequests},
	}, s.followSuggestion)
	apikit.Operation(s.Kit, apikit.Public, huma.Operation{
		OperationID: "topics", Tags: []string{apikit.Reporting}, Method: http.MethodGet, Path: "/topics", Summary: "List topics, the newest first",
		Description: "Those that are public, in the words that were released.",
	}, s.listTopics)
	apikit.Operation(s.Kit, apikit.Public, huma.Operation{
		OperationID: "topic", Tags: []string{apikit.Reporting}, Method: http.MethodGet, Path: "/topics/{topic}", Summary: "Read a topic",
		Description: "Once it is public, in the words that were released, with how many stand behind it.", Errors: missing,
	}, s.readTopic)
	apikit.Operation(s.Kit, apikit.Public, huma.Operation{
		OperationID: "support-topic", Tags: []string{apikit.Reporting}, Method: http.MethodPost, Path: "/topics/{topic}/support", Summary: "Stand behind a topic",
		Description: "With number and code of one's own suggestion. Everybody counts once.", Errors: []int{http.StatusNotFound, http.StatusConflict, http.StatusTooManyRequests},
	}, s.supportTopic)
	apikit.Operation(s.Kit, reads, huma.Operation{
		OperationID: "suggestions", Tags: []string{apikit.Desk}, Method: http.MethodGet, Path: "/suggestions", Summary: "List suggestions, those first whose reply is owed first",
	}, s.listSuggestions)
	apikit.Operation(s.Kit, keeps, huma.Operation{
		OperationID: "reply-to-suggestion", Tags: []string{apikit.Desk}, Method: http.MethodPost, Path: "/suggestions/{suggestion}/reply", Summary: "Reply to a suggestion", Errors: stale,
	}, s.replyTo)
	apikit.Operation(s.Kit, keeps, huma.Operation{
		OperationID: "gather-topic", Tags: []string{apikit.Desk}, Method: http.MethodPost, Path: "/topics", Summary: "Make a topic of suggestions",
		Description: "A second person releases title and text.", Errors: []int{http.StatusNotFound, http.StatusConflict}, DefaultStatus: http.StatusCreated,
	}, s.gatherTopic)
	apikit.Operation(s.Kit, sees, huma.Operation{
		OperationID: "topic-record", Tags: []string{apikit.Desk}, Method: http.MethodGet, Path: "/topics/{topic}/record", Summary: "Read a topic at the desk", Errors: missing,
	}, s.topicRecord)
	apikit.Operation(s.Kit, keeps, huma.Operation{
		OperationID: "change-topic", Tags: []string{apikit.Desk}, Method: http.MethodPost, Path: "/topics/{topic}/changes", Summary: "Add suggestions, merge, split, count paper, rise, answer or drop",
		Errors: stale,
	}, s.changeTopic)
}

func (s *group) suggest(ctx context.Context, in *suggestInput) (*suggestedOutput, error) {
	client := apikit.AskerOf(ctx).Client
	if !s.Reports(client) {
		return nil, s.Problem(ctx, fault.New(fault.Conflict, "matter.too_many_reports"), http.StatusTooManyRequests)
	}
	key := in.Key
	if key != "" {
		key = client + "\n" + key + "\n" + in.Body.Words
	}
	r, err := s.Topics.Raise(ctx, topic.Raise{
		Realm: s.Realm, Key: key, Origin: topic.Resident, Area: in.Body.Area, Words: in.Body.Words,
		Contact: topic.Contact{Name: in.Body.Name, Phone: in.Body.Phone}, By: identity.Actor{Realm: s.Realm},
	})
	out := &suggestedOutput{}
	out.Body.Number, out.Body.Code, out.Body.Due = r.Number, r.Code, r.Due.UTC()
	return out, err
}

// tried says that a network has tried enough codes, or is nil.
func (s *group) tried(ctx context.Context) error {
	if s.Codes(apikit.AskerOf(ctx).Client) {
		return nil
	}
	return s.Problem(ctx, fault.New(fault.Conflict, "matter.too_many_codes"), http.StatusTooManyRequests)
}

func (s *group) followSuggestion(ctx context.Context, in *proofInput) (*suggestionOutput, error) {
	if err := s.tried(ctx); err != nil {
		return nil, err
	}
	g, err := s.Topics.Follow(ctx, s.Realm, in.Body.Number, in.Body.Code)
	return &suggestionOutput{s.suggestionOf(g)}, err
}

func (s *group) listTopics(ctx context.Context, in *topicsInput) (*topicsOutput, error) {
	after, err := page.ParseCursor(in.Cursor)
	if err != nil {
		return nil, err
	}
	out := &topicsOutput{}
	out.Body.Items = []Topic{}
	var found page.Page[topic.Topic]
	if in.Words != "" {
		found.Items, err = s.Topics.Search(ctx, s.Realm, in.Words, true, identity.Actor{})
	} else {
		found, err = s.Topics.List(ctx, s.Realm, topic.Filter{Area: in.Area, Stage: topic.Stage(in.Stage), Public: true}, identity.Actor{}, after, in.Limit)
	}
	for _, t := range found.Items {
		out.Body.Items = append(out.Body.Items, topicOf(t))
	}
	out.Body.Next = found.Next.String()
	return out, err
}

func (s *group) readTopic(ctx context.Context, in *topicInput) (*topicOutput, error) {
	d, err := s.Topics.Public(ctx, s.Realm, in.Topic)
	return &topicOutput{topicOf(d.Topic)}, err
}

func (s *group) supportTopic(ctx context.Context, in *supportInput) (*topicOutput, error) {
	if err := s.tried(ctx); err != nil {
		return nil, err
	}
	if in.Body.Code == "" {
		return nil, fault.New(fault.Invalid, "topic.code_needed").At("number")
	}
	if _, err := s.Topics.Support(ctx, topic.Support{Realm: s.Realm, ID: in.Topic, Number: in.Body.Number, Code: in.Body.Code}); err != nil {
		return nil, err
	}
	return s.readTopic(ctx, &topicInput{in.Topic})
}

func (s *group) listSuggestions(ctx context.Context, in *suggestionsInput) (*suggestionsOutput, error) {
	after, err := page.ParseCursor(in.Cursor)
	if err != nil {
		return nil, err
	}
	found, err := s.Topics.Waits(ctx, s.Realm, topic.State(in.State), apikit.AskerOf(ctx).Actor, after, in.Limit)
	out := &suggestionsOutput{}
	out.Body.Items, out.Body.Next = []TopicSuggestion{}, found.Next.String()
	for _, g := range found.Items {
		out.Body.Items = append(out.Body.Items, s.suggestionOf(g))
	}
	return out, err
}

func (s *group) replyTo(ctx context.Context, in *replyInput) (*suggestionOutput, error) {
	g, err := s.Topics.Reply(ctx, topic.Reply{
		Realm: s.Realm, ID: in.Suggestion, Revision: in.Body.Revision, Text: in.Body.Text, Declined: in.Body.Declined, By: apikit.AskerOf(ctx).Actor,
	})
	return &suggestionOutput{s.suggestionOf(g)}, err
}

func (s *group) gatherTopic(ctx context.Context, in *gatherInput) (*topicRecordOutput, error) {
	by := apikit.AskerOf(ctx).Actor
	t, err := s.Topics.Gather(ctx, topic.Gather{
		Realm: s.Realm, Key: in.Once(s.Realm, by.Account, "topic"), Suggestions: in.Body.Suggestions, Title: in.Body.Title, Body: in.Body.Body, Area: in.Body.Area,
		Subject: in.Body.Subject, Level: topic.Level(in.Body.Level), By: by,
	})
	if err != nil {
		return nil, err
	}
	return s.topicRecord(ctx, &topicInput{t.ID})
}

func (s *group) topicRecord(ctx context.Context, in *topicInput) (*topicRecordOutput, error) {
	d, err := s.Topics.Open(ctx, s.Realm, in.Topic, apikit.AskerOf(ctx).Actor)
	if err != nil {
		return nil, err
	}
	return s.topicAtDesk(d), nil
}

func (s *group) changeTopic(ctx context.Context, in *changeTopicInput) (*topicRecordOutput, error) {
	by, c := apikit.AskerOf(ctx).Actor, in.Body
	var err error
	switch c.Act {
	case "add":
		_, err = s.Topics.Gather(ctx, topic.Gather{Realm: s.Realm, Topic: in.Topic, Revision: c.Revision, Suggestions: c.Suggestions, By: by})
	case "merge":
		_, err = s.Topics.Merge(ctx, topic.Merge{Realm: s.Realm, ID: in.Topic, Revision: c.Revision, Into: c.Into, By: by})
	case "split":
		_, err = s.Topics.Split(ctx, topic.Split{Realm: s.Realm, ID: in.Topic, Revision: c.Revision, By: by})
	case "count":
		_, err = s.Topics.Count(ctx, topic.Count{Realm: s.Realm, ID: in.Topic, Revision: c.Revision, Reps: c.Reps, Households: c.Households, By: by})
	case "rise":
		_, err = s.Topics.Rise(ctx, topic.Rise{Realm: s.Realm, ID: in.Topic, Revision: c.Revision, Level: topic.Level(c.Level), Record: c.Record, Reason: c.Reason, By: by})
	default:
		_, err = s.Topics.Answer(ctx, topic.Answer{Realm: s.Realm, ID: in.Topic, Revision: c.Revision, Text: c.Text, Drop: c.Act == "drop", By: by})
	}
	if err != nil {
		return nil, err
	}
	return s.topicRecord(ctx, &topicInput{in.Topic})
}
