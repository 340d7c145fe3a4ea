// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package apideliberation

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/page"
	"pavilion/internal/core/gathering"
	"pavilion/internal/core/identity"
	"pavilion/internal/edge/api/apikit"
)

// Meeting is a gathering in a list.
type Meeting struct {
	ID       string    `json:"id"`
	Kind     string    `json:"kind"`
	Number   string    `json:"number" doc:"Within the year, of this kind and host: 2026-9."`
	Title    string    `json:"title"`
	Host     string    `json:"host" doc:"Whose it is, as assembly/… or body/…"`
	For      string    `json:"for,omitempty"`
	Starts   time.Time `json:"starts_at"`
	Ends     time.Time `json:"ends_at"`
	Where    string    `json:"where"`
	State    string    `json:"state" enum:"called,running,held,complete,no_quorum,cancelled"`
	Revision int       `json:"revision"`
}

// MeetingItem is one item of an agenda.
type MeetingItem struct {
	Kind    string `json:"kind" enum:"study,deliberate,vote,report,question"`
	Title   string `json:"title"`
	Outcome string `json:"outcome,omitempty" enum:"noted,agreed,rejected,deferred,answered,taken"`
	Words   string `json:"words,omitempty" doc:"What was concluded, or the answer."`
}

// MeetingSeat is one of those who should come, without a name.
type MeetingSeat struct {
	Seat     string     `json:"seat"`
	No       int        `json:"no"`
	Standing string     `json:"standing" enum:"due,joined,lapsed"`
	Must     bool       `json:"must" doc:"Without this seat the papers are never complete."`
	Vacant   bool       `json:"vacant"`
	Told     *time.Time `json:"told_at,omitempty"`
	Read     *time.Time `json:"read_at,omitempty"`
	Received *time.Time `json:"received_at,omitempty"`
	Came     *time.Time `json:"came_at,omitempty"`
	Left     *time.Time `json:"left_at,omitempty"`
}

// MeetingQuorum is how a gathering stood.
type MeetingQuorum struct {
	Due     int    `json:"due"`
	Present int    `json:"present"`
	Met     bool   `json:"met"`
	Rule    string `json:"rule,omitempty"`
}

// MeetingTerm is one price that a resolution fixes.
type MeetingTerm struct {
	Who    string `json:"who" maxLength:"200"`
	Amount int64  `json:"amount" minimum:"0" doc:"In fen; 0 is free."`
	Unit   string `json:"unit,omitempty" enum:"once,hour,day,month,year"`
	Note   string `json:"note,omitempty" maxLength:"600"`
}

// MeetingFiling is a unit having been given a resolution.
type MeetingFiling struct {
	Unit   string `json:"unit" maxLength:"200"`
	Number string `json:"number" maxLength:"200"`
	Day    string `json:"day" doc:"As 2026-06-12."`
}

// MeetingResolution is one thing that was resolved.
type MeetingResolution struct {
	ID       string          `json:"id"`
	N        int             `json:"n"`
	Duty     string          `json:"duty" enum:"task,commitment,rules"`
	Text     string          `json:"text"`
	Body     string          `json:"body,omitempty"`
	Due      string          `json:"due,omitempty"`
	Terms    []MeetingTerm   `json:"terms" nullable:"false"`
	Done     string          `json:"done,omitempty" doc:"The day on which its owner reported it done."`
	Note     string          `json:"note,omitempty"`
	Dropped  string          `json:"dropped,omitempty" doc:"Why it was a mistake."`
	Filings  []MeetingFiling `json:"filings" nullable:"false"`
	Revision int             `json:"revision"`
}

// MeetingRecord is a gathering with its papers, without names and without the words of
// its minutes.
type MeetingRecord struct {
	Meeting
	Agenda      []MeetingItem       `json:"agenda" nullable:"false"`
	Noticed     string              `json:"noticed"`
	Days        int                 `json:"days" doc:"Of notice that its kind asks for."`
	Warnings    []string            `json:"warnings" nullable:"false" doc:"first: the first item is not study; notice: it came late; left: when it ended there was no quorum."`
	Missing     []string            `json:"missing" nullable:"false" doc:"Required parts that its papers lack."`
	Begin       *MeetingQuorum      `json:"begin,omitempty"`
	End         *MeetingQuorum      `json:"end,omitempty"`
	Seats       []MeetingSeat       `json:"seats" nullable:"false"`
	Versions    int                 `json:"versions" doc:"Of the minutes."`
	Signed      int                 `json:"signed" doc:"Photographs of the signed paper."`
	Resolutions []MeetingResolution `json:"resolutions" nullable:"false"`
}

type meetingsInput struct {
	apikit.PageInput
	State string `query:"state" enum:"called,running,held,complete,no_quorum,cancelled"`
	From  string `query:"from" doc:"A day."`
	Until string `query:"until" doc:"A day."`
}

type meetingsOutput struct {
	Body struct {
		Meetings []Meeting `json:"meetings" nullable:"false"`
		Next     string    `json:"next,omitempty"`
	}
}

type meetingInput struct {
	Gathering string `path:"meeting"`
}

type meetingCallInput struct {
	apikit.KeyInput
	Body struct {
		Kind    string        `json:"kind"`
		Title   string        `json:"title"`
		Host    string        `json:"host"`
		For     string        `json:"for,omitempty" maxLength:"200"`
		Starts  time.Time     `json:"starts_at"`
		Ends    time.Time     `json:"ends_at"`
		Where   string        `json:"where"`
		Agenda  []MeetingItem `json:"agenda" maxItems:"40" nullable:"false"`
		Noticed string        `json:"noticed,omitempty" doc:"The day of notice, where it was given on paper before today."`
		Nth     int           `json:"nth,omitempty" minimum:"0" doc:"Its number within the year, where earlier ones were numbered on paper."`
		Former  string        `json:"former,omitempty"`
		Guests  []string      `json:"guests,omitempty" maxItems:"100" nullable:"false" doc:"Units as body/…, for a host that has no members of its own."`
	}
}

type meetingOutput struct{ Body Meeting }

type meetingRecordOutput struct{ Body MeetingRecord }

type meetingAttendanceInput struct {
	Gathering string `path:"meeting"`
	Body      struct {
		Numbers []int `json:"numbers" minItems:"1" maxItems:"2000" nullable:"false" doc:"Of those who came. One at fault, and none is taken."`
	}
}

type meetingStepInput struct {
	Gathering string `path:"meeting"`
	Body      struct {
		Revision int    `json:"revision"`
		Act      string `json:"act" enum:"start,close,finish"`
	}
}

type meetingResolveInput struct {
	Gathering string `path:"meeting"`
	apikit.KeyInput
	Body struct {
		Item  int           `json:"item,omitempty" minimum:"0"`
		Duty  string        `json:"duty" enum:"task,commitment,rules"`
		Text  string        `json:"text"`
		Body  string        `json:"body,omitempty"`
		Due   string        `json:"due,omitempty"`
		Terms []MeetingTerm `json:"terms,omitempty" maxItems:"20" nullable:"false"`
	}
}

type meetingResolutionOutput struct{ Body MeetingResolution }

type meetingDoneInput struct {
	Resolution string `path:"resolution"`
	Body       struct {
		Revision int    `json:"revision"`
		Note     string `json:"note"`
	}
}

type meetingFilingInput struct {
	Resolution string `path:"resolution"`
	apikit.KeyInput
	Body MeetingFiling
}

type meetingFilingOutput struct{ Body MeetingFiling }

// meetings adds what programs do with gatherings.
func (s *group) meetings() {
	reads, calls := apikit.Reads.AnyOf(identity.Secretary), apikit.Moves.AnyOf(identity.Secretary)
	owns := apikit.Moves.AnyOf(identity.Secretary, identity.Handler)
	changing := []int{http.StatusForbidden, http.StatusNotFound, http.StatusConflict, http.StatusPreconditionFailed}
	add := func(method, path, name, summary, words string) huma.Operation {
		return huma.Operation{OperationID: name, Tags: []string{apikit.Desk}, Method: method, Path: path, Summary: summary, Description: words, Errors: changing}
	}
	list := add(http.MethodGet, "/meetings", "meetings", "List meetings", "The latest day first, those whose place the account chairs.")
	list.Errors = nil
	apikit.Operation(s.Kit, reads, list, s.meetingList)
	call := add(http.MethodPost, "/meetings", "call-meeting", "Call a meeting", "A day too near for the notice that law asks for is refused, with the earliest one.")
	call.DefaultStatus = http.StatusCreated
	apikit.Operation(s.Kit, calls, call, s.callMeeting)
	apikit.Operation(s.Kit, reads, huma.Operation{
		OperationID: "meeting", Tags: []string{apikit.Desk}, Method: http.MethodGet, Path: "/meetings/{meeting}", Summary: "Read a meeting with its papers",
		Description: "Without names, and without the words of its minutes.", Errors: []int{http.StatusNotFound},
	}, s.meeting)
	apikit.Operation(s.Kit, calls, add(http.MethodPost, "/meetings/{meeting}/attendance", "attendance", "Enter who came by the list they signed",
		"Whole or not at all; each number at fault is named."), s.attendance)
	apikit.Operation(s.Kit, calls, add(http.MethodPost, "/meetings/{meeting}/steps", "step-meeting", "Begin a session, end it, or say that its papers are complete",
		"It begins only with a quorum where its kind asks for one, and is complete only when nothing is missing."), s.stepMeeting)
	resolve := add(http.MethodPost, "/meetings/{meeting}/resolutions", "resolve", "Write down what was resolved", "A task waits before its owner from then on.")
	resolve.DefaultStatus = http.StatusCreated
	apikit.Operation(s.Kit, calls, resolve, s.resolveMeeting)
	apikit.Operation(s.Kit, owns, add(http.MethodPost, "/resolutions/{resolution}/outcome", "settle-resolution", "Report a task as done", "By its owner."), s.settleTask)
	file := add(http.MethodPost, "/resolutions/{resolution}/filings", "file-resolution", "Add with whom a resolution was filed", "")
	file.DefaultStatus = http.StatusCreated
	apikit.Operation(s.Kit, owns, file, s.fileResolution)
}

func (s *group) meetingList(ctx context.Context, in *meetingsInput) (*meetingsOutput, error) {
	cursor, err := page.ParseCursor(in.Cursor)
	if err != nil {
		return nil, err
	}
	f := gathering.Filter{State: gathering.State(in.State), From: in.From, Until: in.Until}
	list, err := s.Meetings.List(ctx, s.Realm, f, apikit.AskerOf(ctx).Actor, cursor, in.Limit)
	if err != nil {
		return nil, err
	}
	out := &meetingsOutput{}
	out.Body.Meetings, out.Body.Next = []Meeting{}, list.Next.String()
	for _, g := range list.Items {
		out.Body.Meetings = append(out.Body.Meetings, meetingOf(g))
	}
	return out, nil
}

func meetingOf(g gathering.Gathering) Meeting {
	return Meeting{
		ID: g.ID, Kind: g.Kind, Number: g.Number, Title: g.Title, Host: g.Host, For: g.For, Starts: g.Starts.UTC(), Ends: g.Ends.UTC(), Where: g.Where,
		State: string(g.State), Revision: g.Revision,
	}
}

func (s *group) callMeeting(ctx context.Context, in *meetingCallInput) (*meetingOutput, error) {
	who, b := apikit.AskerOf(ctx), in.Body
	c := gathering.Call{
		Realm: s.Realm, Key: in.Once(s.Realm, who.Actor.Account, "gathering"), Kind: b.Kind, Title: b.Title, Host: b.Host, For: b.For, Starts: b.Starts,
		Ends: b.Ends, Where: b.Where, Noticed: b.Noticed, Nth: b.Nth, Former: b.Former, Guests: b.Guests, By: who.Actor,
	}
	for _, i := range b.Agenda {
		c.Agenda = append(c.Agenda, gathering.Item{Kind: gathering.ItemKind(i.Kind), Title: i.Title})
	}
	g, err := s.Meetings.Convene(ctx, c)
	if err != nil {
		return nil, err
	}
	return &meetingOutput{meetingOf(g)}, nil
}

// at is the gathering that an operation is about.
func (s *group) at(ctx context.Context, id string, revision int) gathering.At {
	return gathering.At{Realm: s.Realm, ID: id, Revision: revision, By: apikit.AskerOf(ctx).Actor}
}

func (s *group) meeting(ctx context.Context, in *meetingInput) (*meetingRecordOutput, error) {
	r, err := s.Meetings.Read(ctx, s.at(ctx, in.Gathering, 0))
	if err != nil {
		return nil, err
	}
	return &meetingRecordOutput{s.recordOf(r)}, nil
}

// recordOf is a record without names and without words of the minutes.
func (s *group) recordOf(r gathering.Record) MeetingRecord {
	out := MeetingRecord{
		Meeting: meetingOf(r.Gathering), Agenda: []MeetingItem{}, Noticed: r.Noticed, Days: r.Rule.Days, Warnings: []string{}, Missing: r.Missing(),
		Seats: []MeetingSeat{}, Versions: len(r.Versions), Signed: r.Signed, Resolutions: []MeetingResolution{},
	}
	for _, w := range r.Warnings(s.Meetings.Day(r.Gathering)) {
		out.Warnings = append(out.Warnings, string(w))
	}
	for _, i := range r.Agenda {
		out.Agenda = append(out.Agenda, MeetingItem{string(i.Kind), i.Title, string(i.Outcome), i.Words})
	}
	stood := func(q gathering.Quorum, was bool) *MeetingQuorum {
		if !was {
			return nil
		}
		return &MeetingQuorum{q.Due, q.Present, q.Met, q.Rule}
	}
	out.Begin = stood(r.Begin, !r.BegunAt.IsZero() || r.State == gathering.NoQuorum)
	out.End = stood(r.End, !r.EndedAt.IsZero())
	for _, i := range r.Seats {
		out.Seats = append(out.Seats, MeetingSeat{
			Seat: i.ID, No: i.No, Standing: string(i.Standing), Must: i.Must, Vacant: i.Vacant, Told: apikit.Instant(i.ToldAt), Read: apikit.Instant(i.ReadAt),
			Received: apikit.Instant(i.ReceivedAt), Came: apikit.Instant(i.Came), Left: apikit.Instant(i.Left),
		})
	}
	for _, res := range r.Resolutions {
		out.Resolutions = append(out.Resolutions, resolutionOf(res, r.Filings))
	}
	return out
}

// resolutionOf is a resolution with those of some filings that are of it.
func resolutionOf(r gathering.Resolution, filings []gathering.Filing) MeetingResolution {
	out := MeetingResolution{
		ID: r.ID, N: r.N, Duty: string(r.Duty), Text: r.Text, Body: r.Body, Due: r.Due, Terms: []MeetingTerm{}, Done: r.Done, Note: r.Note, Dropped: r.Dropped,
		Filings: []MeetingFiling{}, Revision: r.Revision,
	}
	for _, t := range r.Terms {
		out.Terms = append(out.Terms, MeetingTerm(t))
	}
	for _, f := range filings {
		if f.Resolution == r.ID {
			out.Filings = append(out.Filings, MeetingFiling{f.Unit, f.Number, f.Day})
		}
	}
	return out
}

func (s *group) attendance(ctx context.Context, in *meetingAttendanceInput) (*meetingRecordOutput, error) {
	var typed []string
	for _, n := range in.Body.Numbers {
		typed = append(typed, strconv.Itoa(n))
	}
	if _, err := s.Meetings.Paper(ctx, gathering.Paper{At: s.at(ctx, in.Gathering, 0), Numbers: strings.Join(typed, " ")}); err != nil {
		return nil, err
	}
	return s.meeting(ctx, &meetingInput{in.Gathering})
}

func (s *group) stepMeeting(ctx context.Context, in *meetingStepInput) (*meetingOutput, error) {
	step := map[string]func(context.Context, gathering.At) (gathering.Gathering, error){
		"start": s.Meetings.Start, "close": s.Meetings.Close, "finish": s.Meetings.Finish,
	}[in.Body.Act]
	if step == nil {
		return nil, fault.New(fault.Invalid, "form.not_a_choice").At("act")
	}
	g, err := step(ctx, s.at(ctx, in.Gathering, in.Body.Revision))
	if err != nil {
		return nil, err
	}
	return &meetingOutput{meetingOf(g)}, nil
}

func (s *group) resolveMeeting(ctx context.Context, in *meetingResolveInput) (*meetingResolutionOutput, error) {
	c := gathering.Resolve{
		At: s.at(ctx, in.Gathering, 0), Key: in.Once(s.Realm, apikit.AskerOf(ctx).Actor.Account, "resolution"), Item: in.Body.Item,
		Duty: gathering.Duty(in.Body.Duty), Text: in.Body.Text, Body: in.Body.Body, Due: in.Body.Due,
	}
	for _, t := range in.Body.Terms {
		c.Terms = append(c.Terms, gathering.Term(t))
	}
	r, err := s.Meetings.Resolve(ctx, c)
	if err != nil {
		return nil, err
	}
	return &meetingResolutionOutput{resolutionOf(r, nil)}, nil
}

func (s *group) settleTask(ctx context.Context, in *meetingDoneInput) (*meetingResolutionOutput, error) {
	r, err := s.Meetings.Settle(ctx, gathering.Settle{
		Realm: s.Realm, ID: in.Resolution, Revision: in.Body.Revision, Note: in.Body.Note, By: apikit.AskerOf(ctx).Actor,
	})
	if err != nil {
		return nil, err
	}
	return &meetingResolutionOutput{resolutionOf(r, nil)}, nil
}

func (s *group) fileResolution(ctx context.Context, in *meetingFilingInput) (*meetingFilingOutput, error) {
	who := apikit.AskerOf(ctx).Actor
	f, err := s.Meetings.File(ctx, gathering.File{
		Realm: s.Realm, Resolution: in.Resolution, Key: in.Once(s.Realm, who.Account, "filing"), Unit: in.Body.Unit, Number: in.Body.Number, Day: in.Body.Day, By: who,
	})
	if err != nil {
		return nil, err
	}
	return &meetingFilingOutput{MeetingFiling{f.Unit, f.Number, f.Day}}, nil
}
