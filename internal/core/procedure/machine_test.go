// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package procedure

import (
	"slices"
	"testing"
	"time"

	"pavilion/catalogue"
	"pavilion/internal/base/clock"
	"pavilion/internal/base/fault"
)

// sample is the smallest procedure that exercises every kind of rule.
func sample() *Definition {
	return &Definition{
		Name: "sample.small", Version: 1, Basis: "made for tests", Start: "reported",
		States: map[State]StateRule{
			"reported": {
				Within: &clock.Term{Unit: clock.CalendarDay, N: 1}, OnExpiry: "escalate",
				Repeat: &clock.Term{Unit: clock.Workday, N: 1},
			},
			"accepted": {Term: "limit", OnExpiry: "expire"},
			"parked":   {Untimed: true, Basis: "waits for spring"},
			"closed":   {Final: true},
		},
		Moves: []Move{
			{Action: "accept", From: []State{"reported"}, To: "accepted", By: []Role{"dispatcher"}, Form: "accept"},
			{Action: "close", From: []State{"accepted"}, To: "closed", By: []Role{"handler"}, Guards: []string{"has_photo"}, Basis: "rule 7"},
			{Action: "park", From: []State{"accepted"}, To: "parked", By: []Role{"dispatcher"}},
			{Action: "resume", From: []State{"parked"}, To: "accepted", By: []Role{"dispatcher"}},
			{Action: "remark", From: []State{"reported", "accepted", "parked"}, By: []Role{"dispatcher", "handler"}},
			{Action: "escalate", From: []State{"reported"}, By: []Role{System}},
			{Action: "expire", From: []State{"accepted"}, To: "closed", By: []Role{System}},
		},
	}
}

type subject struct{ photos int }

var guards = map[string]Guard[subject]{
	"has_photo": func(s subject, _ Attempt) error {
		if s.photos == 0 {
			return fault.New(fault.Invalid, "form.required").At("photos")
		}
		return nil
	},
}

// limits gives a subject with photos longer than one without.
var limits = map[string]TermOf[subject]{
	"limit": func(s subject) clock.Term { return clock.Term{Unit: clock.Workday, N: float64(1 + s.photos)} },
}

func calendar(t testing.TB) *clock.Calendar {
	t.Helper()
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	c, err := clock.LoadCalendar(catalogue.FS(), zone)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func machine(t testing.TB, d *Definition) *Machine[subject] {
	t.Helper()
	m, err := New(d, guards, limits, calendar(t))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// monday is 21 September 2026, nine in the morning.
func monday(t testing.TB) time.Time {
	return time.Date(2026, 9, 21, 9, 0, 0, 0, calendar(t).Zone())
}

func TestDecide(t *testing.T) {
	for _, tt := range []struct {
		name   string
		at     State
		action Action
		roles  []Role
		photos int
		want   State
		fault  fault.Kind
	}{
		{name: "a dispatcher accepts", at: "reported", action: "accept", roles: []Role{"dispatcher"}, want: "accepted"},
		{name: "a dispatcher who is also a stranger accepts", at: "reported", action: "accept", roles: []Role{"stranger", "dispatcher"}, want: "accepted"},
		{name: "a handler may not accept", at: "reported", action: "accept", roles: []Role{"handler"}, fault: fault.Denied},
		{name: "somebody without a role may do nothing", at: "reported", action: "accept", fault: fault.Denied},
		{name: "nothing leaves a final state", at: "closed", action: "accept", roles: []Role{"dispatcher"}, fault: fault.Conflict},
		{name: "nothing leaves a state that is not defined", at: "lost", action: "accept", roles: []Role{"dispatcher"}, fault: fault.Conflict},
		{name: "an action that is not defined is a conflict", at: "reported", action: "burn", roles: []Role{"dispatcher"}, fault: fault.Conflict},
		{name: "closing needs a photo", at: "accepted", action: "close", roles: []Role{"handler"}, fault: fault.Invalid},
		{name: "with a photo it closes", at: "accepted", action: "close", roles: []Role{"handler"}, photos: 1, want: "closed"},
		{name: "whoever may not close is not told what closing needs", at: "accepted", action: "close", roles: []Role{"dispatcher"}, fault: fault.Denied},
		{name: "a person does not escalate", at: "reported", action: "escalate", roles: []Role{"dispatcher", "handler"}, fault: fault.Denied},
		{name: "the system escalates where it is", at: "reported", action: "escalate", roles: []Role{System}, want: "reported"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			step, err := machine(t, sample()).Decide(subject{tt.photos}, tt.at, Attempt{Action: tt.action, Roles: tt.roles, At: monday(t)})
			if tt.fault != "" {
				if got := fault.KindOf(err); got != tt.fault {
					t.Fatalf("fault = %v (%v), want %v", got, err, tt.fault)
				}
				return
			}
			if err != nil || step.From != tt.at || step.To != tt.want || !slices.Contains(tt.roles, step.Role) {
				t.Fatalf("Decide = %+v, %v; want to reach %v", step, err, tt.want)
			}
		})
	}
}

func TestWhenTheSystemActsNext(t *testing.T) {
	m := machine(t, sample())
	const layout = "2006-01-02 15:04"
	try := func(at State, action Action, role Role, photos int) Step {
		step, err := m.Decide(subject{photos}, at, Attempt{Action: action, Roles: []Role{role}, At: monday(t)})
		if err != nil {
			t.Fatal(err)
		}
		return step
	}
	for _, tt := range []struct {
		name       string
		step       Step
		due, timer string
	}{
		{"a case begins with the first state's term", m.Begin(subject{}, monday(t)), "2026-09-22 23:59", "2026-09-22 23:59"},
		{"a named term is asked for", try("reported", "accept", "dispatcher", 0), "2026-09-22 18:00", "2026-09-22 18:00"},
		{"and depends on the case", try("reported", "accept", "dispatcher", 1), "2026-09-23 18:00", "2026-09-23 18:00"},
		{"an escalation sets no new term and comes again", try("reported", "escalate", System, 0), "", "2026-09-22 18:00"},
		{"a remark sets nothing", try("reported", "remark", "handler", 0), "", ""},
		{"an untimed state has no term", try("accepted", "park", "dispatcher", 0), "", ""},
		{"a final state has no term", try("accepted", "close", "handler", 1), "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for what, pair := range map[string][2]string{
				"due": {tt.due, show(tt.step.Due, layout)}, "timer": {tt.timer, show(tt.step.Timer, layout)},
			} {
				if pair[0] != pair[1] {
					t.Errorf("%s is %q, want %q", what, pair[1], pair[0])
				}
			}
		})
	}
	before := monday(t).Add(time.Hour)
	for _, tt := range []struct {
		name string
		step Step
		want time.Time
	}{
		{"a remark leaves the timer alone", try("reported", "remark", "handler", 0), before},
		{"parking stops it", try("accepted", "park", "dispatcher", 0), time.Time{}},
		{"closing stops it", try("accepted", "close", "handler", 1), time.Time{}},
	} {
		if got := tt.step.NextTimer(before); !got.Equal(tt.want) {
			t.Errorf("%s: it is %v, want %v", tt.name, got, tt.want)
		}
	}
	if step := try("reported", "escalate", System, 0); !step.NextTimer(before).Equal(step.Timer) {
		t.Error("an escalation does not set the timer anew")
	}
}

func show(t time.Time, layout string) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(layout)
}

func TestAYearWithoutHolidaysIsSaid(t *testing.T) {
	step := machine(t, sample()).Begin(subject{}, time.Date(2027, 3, 1, 9, 0, 0, 0, time.UTC))
	if !slices.Equal(step.Unpublished, []int{2027}) {
		t.Errorf("unpublished years are %v", step.Unpublished)
	}
}

func TestMovesOfferWhatIsPossible(t *testing.T) {
	m := machine(t, sample())
	for _, tt := range []struct {
		name   string
		at     State
		roles  []Role
		photos int
		want   []Action
		barred []Action
	}{
		{name: "a dispatcher is offered the likeliest move first", at: "reported", roles: []Role{"dispatcher"}, want: []Action{"accept", "remark"}},
		{name: "somebody with two roles is offered each move once", at: "reported", roles: []Role{"dispatcher", "handler"}, want: []Action{"accept", "remark"}},
		{name: "a guard's refusal comes with the offer", at: "accepted", roles: []Role{"handler"}, want: []Action{"close", "remark"}, barred: []Action{"close"}},
		{name: "and goes when it is met", at: "accepted", roles: []Role{"handler"}, photos: 1, want: []Action{"close", "remark"}},
		{name: "a stranger is offered nothing", at: "accepted", roles: []Role{"stranger"}},
		{name: "a final state offers nothing", at: "closed", roles: []Role{"dispatcher", "handler", System}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got, barred []Action
			for _, o := range m.Moves(subject{tt.photos}, tt.at, Attempt{Roles: tt.roles, At: monday(t)}) {
				got = append(got, o.Action)
				if o.Why != nil {
					barred = append(barred, o.Action)
				}
			}
			if !slices.Equal(got, tt.want) || !slices.Equal(barred, tt.barred) {
				t.Errorf("offered %v with %v barred, want %v with %v", got, barred, tt.want, tt.barred)
			}
		})
	}
}

func TestWhoseTurnItIs(t *testing.T) {
	m := machine(t, sample())
	for at, want := range map[State]Role{"reported": "dispatcher", "accepted": "handler", "closed": ""} {
		if got := m.Next(at); got != want {
			t.Errorf("in %s it is the turn of %q, want %q", at, got, want)
		}
	}
	if form, ok := m.Form("reported", "accept"); form != "accept" || !ok {
		t.Errorf("accepting takes form %q, %v", form, ok)
	}
	if _, ok := m.Form("closed", "accept"); ok {
		t.Error("a closed case can be accepted")
	}
	if !m.Final("closed") || m.Final("reported") || m.OnExpiry("accepted") != "expire" {
		t.Error("the states' rules are not those of the definition")
	}
}

func TestAMachineNeedsItsGuardsAndTerms(t *testing.T) {
	if _, err := New[subject](sample(), nil, limits, calendar(t)); err == nil {
		t.Error("a machine without its guard was made")
	}
	if _, err := New[subject](sample(), guards, nil, calendar(t)); err == nil {
		t.Error("a machine without its term was made")
	}
}
