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
	"pavilion/internal/civic/deliberation/disclosure"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/sight"
	"pavilion/internal/edge/api/apikit"
	"pavilion/internal/platform/db"
)

// Notice is a notice on the public board.
type Notice struct {
	ID       string         `json:"id"`
	Number   string         `json:"number,omitempty" doc:"Of the year, as 2026-12. A notice that waits has none."`
	Kind     string         `json:"kind" enum:"resolution,outcome,finance,general"`
	For      string         `json:"for,omitempty"`
	State    string         `json:"state" enum:"waiting,standing,ended,withdrawn,dropped"`
	Title    string         `json:"title"`
	Issuer   string         `json:"issuer"`
	Text     string         `json:"text,omitempty" doc:"Nothing for one that was withdrawn."`
	Place    []string       `json:"place" nullable:"false"`
	Version  int            `json:"version" doc:"Of the words."`
	Days     int            `json:"days" doc:"For which it has to stand."`
	Basis    string         `json:"basis,omitempty"`
	PostedAt *time.Time     `json:"posted_at,omitempty"`
	Reason   string         `json:"reason,omitempty" doc:"Why it was withdrawn."`
	Standing NoticeStanding `json:"standing"`
	Revision int            `json:"revision"`
}

// NoticeStanding is how long a notice has lawfully stood.
type NoticeStanding struct {
	Stood    int         `json:"stood" doc:"Days that are over and count."`
	From     string      `json:"from,omitempty" doc:"The first day that can count."`
	Last     string      `json:"last,omitempty" doc:"The last day, if nothing more is lost."`
	Complete bool        `json:"complete" doc:"It stood all its days, and they are over."`
	Early    bool        `json:"early" doc:"It was withdrawn before they were."`
	Lost     []NoticeDay `json:"lost" nullable:"false" doc:"Days that do not count."`
	Open     int         `json:"objections_open"`
	All      int         `json:"objections"`
}

// NoticeDay is a day that does not count.
type NoticeDay struct {
	Day   string `json:"day"`
	Board string `json:"board" doc:"web, or the id of a paper board."`
	Cause string `json:"cause"`
}

// NoticeVersion is a wording that was public.
type NoticeVersion struct {
	Version  int       `json:"version"`
	Title    string    `json:"title"`
	Text     string    `json:"text"`
	Why      string    `json:"why,omitempty" doc:"It took the place of the one before."`
	Material bool      `json:"material" doc:"The period began anew with it."`
	At       time.Time `json:"at"`
}

// NoticeAnswer is a released answer to an objection.
type NoticeAnswer struct {
	Outcome string    `json:"outcome" enum:"upheld,dismissed"`
	Deed    string    `json:"deed,omitempty" enum:",withdraw,send_back"`
	Answer  string    `json:"answer"`
	At      time.Time `json:"at"`
}

// NoticeObjection is an objection as the desk, or whoever made it, sees it.
type NoticeObjection struct {
	ID       string     `json:"id"`
	Number   string     `json:"number"`
	Notice   string     `json:"notice"`
	State    string     `json:"state" enum:"received,taken,proposed,answered"`
	Outcome  string     `json:"outcome,omitempty" enum:",upheld,dismissed"`
	Words    string     `json:"words,omitempty" doc:"For the secretary, whose look is recorded, and for whoever made it."`
	Answer   string     `json:"answer,omitempty"`
	At       time.Time  `json:"at"`
	Due      *time.Time `json:"due_at,omitempty"`
	Revision int        `json:"revision"`
}

type noticesInput struct {
	apikit.PageInput
	Area string `query:"area" doc:"Id of an area; empty for the realm."`
	Past bool   `query:"past" doc:"What stood, and does not any more."`
}

type noticesOutput struct {
	Body struct {
		Notices []Notice `json:"notices" nullable:"false"`
		Next    string   `json:"next,omitempty"`
	}
}

type noticeInput struct {
	Notice string `path:"notice"`
}

type noticeOutput struct{ Body Notice }

type noticeDetailOutput struct {
	Body struct {
		Notice
		Versions []NoticeVersion `json:"versions" nullable:"false"`
		Answers  []NoticeAnswer  `json:"answers" nullable:"false"`
	}
}

type noticePublishInput struct {
	apikit.KeyInput
	Body struct {
		Kind   string   `json:"kind" enum:"resolution,outcome,finance,general"`
		Area   string   `json:"area" doc:"Id of an area."`
		Rule   string   `json:"rule,omitempty" doc:"Code of the rule of the body that decided, as in decisions."`
		For    string   `json:"for,omitempty" doc:"What it is published for."`
		Title  string   `json:"title"`
		Issuer string   `json:"issuer"`
		Text   string   `json:"text"`
		Days   int      `json:"days,omitempty" minimum:"0" doc:"0 for the usual. Fewer than the law sets are refused."`
		Boards []string `json:"boards,omitempty" nullable:"false" maxItems:"20" doc:"Paper boards on which it has to hang as well."`
	}
}

type noticeCorrectInput struct {
	Notice string `path:"notice"`
	Body   struct {
		Revision int    `json:"revision"`
		Title    string `json:"title"`
		Issuer   string `json:"issuer"`
		Text     string `json:"text"`
		Why      string `json:"why,omitempty"`
		Material bool   `json:"material,omitempty" doc:"What was decided changes: the period begins anew."`
	}
}

type noticeWithdrawInput struct {
	Notice string `path:"notice"`
	Body   struct {
		Revision int    `json:"revision"`
		Reason   string `json:"reason" doc:"Shown in its place."`
		Conceal  bool   `json:"conceal,omitempty" doc:"Its title leads to a person and is not shown either."`
	}
}

type noticeObjectInput struct {
	Notice string `path:"notice"`
	apikit.KeyInput
	Body struct {
		Words string `json:"words"`
		Name  string `json:"name,omitempty"`
		Phone string `json:"phone,omitempty"`
	}
}

type noticeObjectOutput struct {
	Body struct {
		Number string    `json:"number"`
		Code   string    `json:"code" doc:"With the number it leads to the answer."`
		Take   time.Time `json:"taken_by"`
		Answer time.Time `json:"answered_by"`
	}
}

type objectionFollowInput struct {
	Body struct {
		Number string `json:"number"`
		Code   string `json:"code"`
	}
}

type objectionInput struct {
	Objection string `path:"objection"`
}

type objectionOutput struct{ Body NoticeObjection }

type objectionsOutput struct {
	Body struct {
		Objections []NoticeObjection `json:"objections" nullable:"false"`
		Next       string            `json:"next,omitempty"`
	}
}

type objectionTakeInput struct {
	Objection string `path:"objection"`
	Body      struct {
		Revision int `json:"revision"`
	}
}

type objectionReplyInput struct {
	Objection string `path:"objection"`
	Body      struct {
		Revision int    `json:"revision"`
		Outcome  string `json:"outcome" enum:"upheld,dismissed"`
		Deed     string `json:"deed,omitempty" enum:",withdraw,send_back" doc:"Follows one that is upheld."`
		Answer   string `json:"answer"`
	}
}

// Who sees and writes notices at the desk.
var (
	readsBoard  = apikit.Reads.AnyOf(identity.Secretary, identity.ShiftHead, identity.Dispatcher, identity.Auditor)
	writesBoard = apikit.Moves.AnyOf(identity.Secretary)
)

// board adds the public board and objections.
func (s *group) board() {
	changing := []int{http.StatusForbidden, http.StatusNotFound, http.StatusConflict}
	add := func(o huma.Operation, method, path string, errors ...int) huma.Operation {
		o.Method, o.Path, o.Errors = method, path, errors
		return o
	}
	open, desk := []string{apikit.Reporting}, []string{apikit.Desk}
	apikit.Operation(s.Kit, apikit.Public, add(huma.Operation{
		OperationID: "notices", Tags: open, Summary: "List the notices on an area's board", Description: "The newest first, of the area and all below it.",
	}, http.MethodGet, "/notices", http.StatusNotFound), s.notices)
	apikit.Operation(s.Kit, apikit.Public, add(huma.Operation{
		OperationID: "notice", Tags: open, Summary: "Read a notice", Description: "With its earlier wordings, how long it has lawfully stood, and answers to objections.",
	}, http.MethodGet, "/notices/{notice}", http.StatusNotFound), s.notice)
	apikit.Operation(s.Kit, apikit.Public, add(huma.Operation{
		OperationID: "object", Tags: open, Summary: "Object to a notice", DefaultStatus: http.StatusCreated, Description: "While it stands, its last day included.",
	}, http.MethodPost, "/notices/{notice}/objections", http.StatusNotFound, http.StatusConflict, http.StatusTooManyRequests), s.object)
	apikit.Operation(s.Kit, apikit.Public, add(huma.Operation{
		OperationID: "follow-objection", Tags: open, Summary: "Follow an objection", Description: "With number and code of its receipt. Tries are limited.",
	}, http.MethodPost, "/objections/follow", http.StatusNotFound, http.StatusTooManyRequests), s.followObjection)
	apikit.Operation(s.Kit, writesBoard, add(huma.Operation{
		OperationID: "publish-notice", Tags: desk, Summary: "Write a notice", DefaultStatus: http.StatusCreated, Description: "It stands from the day on which a second person releases it.",
	}, http.MethodPost, "/notices", http.StatusConflict), s.publishNotice)
	apikit.Operation(s.Kit, writesBoard, add(huma.Operation{
		OperationID: "correct-notice", Tags: desk, Summary: "Word a notice anew", Description: "Until a second person releases the new words the old ones stand.",
	}, http.MethodPost, "/notices/{notice}/correction", changing...), s.correctNotice)
	apikit.Operation(s.Kit, writesBoard, add(huma.Operation{
		OperationID: "withdraw-notice", Tags: desk, Summary: "Take a notice down", Description: "The reason stands in its place. Asks for a proof of who does it, given lately.",
	}, http.MethodPost, "/notices/{notice}/withdrawal", changing...), s.withdrawNotice)
	apikit.Operation(s.Kit, readsBoard, add(huma.Operation{
		OperationID: "objections", Tags: desk, Summary: "List objections that are not answered", Description: "The most urgent first, without their words.",
	}, http.MethodGet, "/objections"), s.objections)
	apikit.Operation(s.Kit, readsBoard, add(huma.Operation{
		OperationID: "objection", Tags: desk, Summary: "Read an objection", Description: "Its words for the secretary alone, whose look is recorded.",
	}, http.MethodGet, "/objections/{objection}", http.StatusNotFound), s.readObjection)
	apikit.Operation(s.Kit, writesBoard, add(huma.Operation{
		OperationID: "take-objection", Tags: desk, Summary: "Take an objection up",
	}, http.MethodPost, "/objections/{objection}/take", changing...), s.takeObjection)
	apikit.Operation(s.Kit, writesBoard, add(huma.Operation{
		OperationID: "answer-objection", Tags: desk, Summary: "Answer an objection", Description: "A second person releases the answer. Asks for a proof of who does it, given lately.",
	}, http.MethodPost, "/objections/{objection}/answer", changing...), s.answerObjection)
}

// noticeOf writes a notice for JSON.
func (s *group) noticeOf(ctx context.Context, n disclosure.Notice, st disclosure.Standing) Notice {
	out := Notice{
		ID: n.ID, Number: n.Number, Kind: string(n.Kind), For: n.For, State: string(n.State), Title: n.Title, Issuer: n.Issuer, Text: n.Body,
		Place: s.Org.Path(s.Realm, n.Area), Version: n.Version, Days: n.Days, PostedAt: apikit.Instant(n.PostedAt), Reason: n.Reason, Revision: n.Revision,
		Standing: NoticeStanding{Stood: n.Stood, Last: n.Until, Complete: n.State == disclosure.Ended, Early: n.State == disclosure.Withdrawn && n.Stood < n.Days, Lost: []NoticeDay{}},
	}
	if n.Basis != "" {
		out.Basis = apikit.Basis(s.Say(ctx), n.Basis)
	}
	if st.Notice != "" {
		out.Standing = NoticeStanding{Stood: st.Stood, From: st.From, Last: st.Last, Complete: st.Complete, Early: st.Early, Lost: []NoticeDay{}, Open: st.Open, All: st.Objections}
	}
	for _, l := range st.Lost {
		out.Standing.Lost = append(out.Standing.Lost, NoticeDay{l.Day, l.Board, string(l.Cause)})
	}
	return out
}

func (s *group) notices(ctx context.Context, in *noticesInput) (*noticesOutput, error) {
	cursor, err := page.ParseCursor(in.Cursor)
	if err != nil {
		return nil, err
	}
	area, ok := s.Org.Root(s.Realm)
	if in.Area != "" {
		area, ok = s.Org.Area(s.Realm, in.Area)
	}
	if !ok {
		return nil, fault.New(fault.Missing, "matter.area_unknown")
	}
	list, err := s.Board.List(ctx, s.Realm, area.ID, in.Past, cursor, in.Limit)
	if err != nil {
		return nil, err
	}
	out := &noticesOutput{}
	out.Body.Notices, out.Body.Next = []Notice{}, list.Next.String()
	for _, n := range list.Items {
		out.Body.Notices = append(out.Body.Notices, s.noticeOf(ctx, n.Notice, n.Standing))
	}
	return out, nil
}

func (s *group) notice(ctx context.Context, in *noticeInput) (*noticeDetailOutput, error) {
	d, err := s.Board.Open(ctx, s.Realm, in.Notice)
	if err != nil {
		return nil, err
	}
	out := &noticeDetailOutput{}
	out.Body.Notice, out.Body.Versions, out.Body.Answers = s.noticeOf(ctx, d.Notice, d.Standing), []NoticeVersion{}, []NoticeAnswer{}
	for _, w := range d.Wordings {
		out.Body.Versions = append(out.Body.Versions, NoticeVersion{w.Version, w.Title, w.Body, w.Why, w.Material, w.At.UTC()})
	}
	for _, a := range d.Answers {
		out.Body.Answers = append(out.Body.Answers, NoticeAnswer{string(a.Outcome), string(a.Deed), a.Answer, a.EndedAt.UTC()})
	}
	return out, nil
}

func (s *group) publishNotice(ctx context.Context, in *noticePublishInput) (*noticeOutput, error) {
	by, b := apikit.AskerOf(ctx).Actor, in.Body
	var n disclosure.Notice
	err := s.Board.DB.InTx(ctx, func(tx *db.Tx) (err error) {
		n, err = s.Board.Publish(ctx, tx, disclosure.Publish{
			Realm: s.Realm, Key: in.Once(s.Realm, by.Account, "notice"), Kind: disclosure.Kind(b.Kind), For: b.For, Rule: b.Rule, Days: b.Days, Area: b.Area,
			Title: b.Title, Issuer: b.Issuer, Body: b.Text, Boards: b.Boards, By: by,
		})
		return err
	})
	return &noticeOutput{s.noticeOf(ctx, n, disclosure.Standing{})}, err
}

func (s *group) correctNotice(ctx context.Context, in *noticeCorrectInput) (*noticeOutput, error) {
	b := in.Body
	n, err := s.Board.Correct(ctx, disclosure.Correct{
		Realm: s.Realm, ID: in.Notice, Revision: b.Revision, Title: b.Title, Issuer: b.Issuer, Body: b.Text, Why: b.Why, Material: b.Material, By: apikit.AskerOf(ctx).Actor,
	})
	return &noticeOutput{s.noticeOf(ctx, n, disclosure.Standing{})}, err
}

func (s *group) withdrawNotice(ctx context.Context, in *noticeWithdrawInput) (*noticeOutput, error) {
	n, err := s.Board.Withdraw(ctx, disclosure.Withdraw{Realm: s.Realm, ID: in.Notice, Revision: in.Body.Revision, Reason: in.Body.Reason, Conceal: in.Body.Conceal, By: apikit.AskerOf(ctx).Actor})
	n.Body = ""
	return &noticeOutput{s.noticeOf(ctx, n, disclosure.Standing{})}, err
}

func (s *group) object(ctx context.Context, in *noticeObjectInput) (*noticeObjectOutput, error) {
	who := apikit.AskerOf(ctx)
	if !s.Reports("disclosure " + who.Client) {
		return nil, s.Problem(ctx, fault.New(fault.Conflict, "disclosure.too_many"), http.StatusTooManyRequests)
	}
	r, err := s.Board.Object(ctx, disclosure.Object{
		Realm: s.Realm, Key: in.Once(s.Realm, "", "objection/"+in.Notice), Notice: in.Notice, Words: in.Body.Words, Name: in.Body.Name, Phone: in.Body.Phone,
	})
	out := &noticeObjectOutput{}
	out.Body.Number, out.Body.Code, out.Body.Take, out.Body.Answer = r.Number, r.Code, r.Take.UTC(), r.By.UTC()
	return out, err
}

// objectionOf writes an objection for JSON.
func objectionOf(o disclosure.Objection) NoticeObjection {
	return NoticeObjection{
		ID: o.ID, Number: o.Number, Notice: o.Notice, State: string(o.State), Outcome: string(o.Outcome), Words: o.Words, Answer: o.Answer, At: o.At.UTC(),
		Due: apikit.Instant(o.Due), Revision: o.Revision,
	}
}

func (s *group) followObjection(ctx context.Context, in *objectionFollowInput) (*objectionOutput, error) {
	if !s.Codes("disclosure " + apikit.AskerOf(ctx).Client) {
		return nil, s.Problem(ctx, fault.New(fault.Conflict, "disclosure.too_many_codes"), http.StatusTooManyRequests)
	}
	o, err := s.Board.Track(ctx, s.Realm, in.Body.Number, in.Body.Code)
	if o.State != disclosure.Settled {
		o.Outcome = "" // proposed, and not released
	}
	return &objectionOutput{objectionOf(o)}, err
}

func (s *group) objections(ctx context.Context, in *apikit.PageInput) (*objectionsOutput, error) {
	cursor, err := page.ParseCursor(in.Cursor)
	if err != nil {
		return nil, err
	}
	list, err := s.Board.Objections(ctx, apikit.AskerOf(ctx).Actor, cursor, in.Limit)
	if err != nil {
		return nil, err
	}
	out := &objectionsOutput{}
	out.Body.Objections, out.Body.Next = []NoticeObjection{}, list.Next.String()
	for _, o := range list.Items {
		out.Body.Objections = append(out.Body.Objections, objectionOf(o))
	}
	return out, nil
}

func (s *group) readObjection(ctx context.Context, in *objectionInput) (*objectionOutput, error) {
	o, _, err := s.Board.Objection(ctx, apikit.AskerOf(ctx).Actor, in.Objection, sight.API)
	return &objectionOutput{objectionOf(o)}, err
}

func (s *group) takeObjection(ctx context.Context, in *objectionTakeInput) (*objectionOutput, error) {
	o, err := s.Board.Take(ctx, disclosure.Take{Realm: s.Realm, ID: in.Objection, Revision: in.Body.Revision, By: apikit.AskerOf(ctx).Actor})
	o.Words = ""
	return &objectionOutput{objectionOf(o)}, err
}

func (s *group) answerObjection(ctx context.Context, in *objectionReplyInput) (*objectionOutput, error) {
	b := in.Body
	o, err := s.Board.Reply(ctx, disclosure.Reply{
		Realm: s.Realm, ID: in.Objection, Revision: b.Revision, Outcome: disclosure.ObjectionOutcome(b.Outcome), Deed: disclosure.Deed(b.Deed), Answer: b.Answer,
		By: apikit.AskerOf(ctx).Actor,
	})
	o.Words = ""
	return &objectionOutput{objectionOf(o)}, err
}
