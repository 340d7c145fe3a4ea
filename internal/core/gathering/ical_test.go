// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package gathering_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	ics "github.com/arran4/golang-ical"

	"pavilion/internal/core/gathering"
)

// invitation is a gathering whose words hold all that a calendar has to escape.
func invitation() (gathering.Gathering, gathering.Note) {
	starts := time.Date(2026, 6, 13, 9, 30, 0, 0, time.FixedZone("", 8*3600))
	return gathering.Gathering{
			ID: "0199", Title: "测试会议：学习、部署；安全, 防汛\\农田" + strings.Repeat("很长的标题", 20), Where: "测试楼; 二层, 会议室",
			Starts: starts, Ends: starts.Add(90 * time.Minute), Sequence: 2, State: gathering.Called,
		}, gathering.Note{
			Site: "pavilion.example", Link: "https://pavilion.example/gatherings/0199", Organizer: `测试"委员会"`,
			Words: "1 学习\n2 部署", Stamp: time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC),
		}
}

func TestACalendarReadsTheInvitation(t *testing.T) {
	g, n := invitation()
	file := gathering.Calendar(g, n)
	for i, line := range strings.Split(strings.TrimSuffix(string(file), "\r\n"), "\r\n") {
		if len(line) > 75 || strings.ContainsAny(line, "\r\n") || !strings.Contains(line, ":") && !strings.HasPrefix(line, " ") {
			t.Errorf("line %d is %q", i+1, line)
		}
		if strings.ToValidUTF8(line, "?") != line {
			t.Errorf("line %d breaks a character", i+1)
		}
	}
	c, err := ics.ParseCalendar(bytes.NewReader(file))
	if err != nil || len(c.Events()) != 1 {
		t.Fatalf("another reader finds %d events, %v", len(c.Events()), err)
	}
	e := c.Events()[0]
	starts, _ := e.GetStartAt()
	ends, _ := e.GetEndAt()
	stamp, _ := e.GetDtStampTime()
	if !starts.Equal(g.Starts) || !ends.Equal(g.Ends) || !stamp.Equal(n.Stamp) {
		t.Errorf("it reads from %v to %v, stamped %v", starts, ends, stamp)
	}
	for prop, want := range map[ics.ComponentProperty]string{
		ics.ComponentPropertyUniqueId: "0199@pavilion.example", ics.ComponentPropertySequence: "2", ics.ComponentPropertySummary: g.Title,
		ics.ComponentPropertyLocation: g.Where, ics.ComponentPropertyDescription: n.Words, ics.ComponentPropertyStatus: "CONFIRMED",
		ics.ComponentPropertyUrl: n.Link, ics.ComponentPropertyOrganizer: n.Link,
	} {
		got := e.GetProperty(prop)
		if got == nil || got.Value != want && ics.FromText(got.Value) != want {
			t.Errorf("%s reads %v, want %q", prop, got, want)
		}
	}
}

func TestACancelledMeetingIsTakenOut(t *testing.T) {
	g, n := invitation()
	g.State, g.Sequence = gathering.Cancelled, 3
	c, err := ics.ParseCalendar(bytes.NewReader(gathering.Calendar(g, n)))
	if err != nil {
		t.Fatal(err)
	}
	method := ""
	for _, p := range c.CalendarProperties {
		if p.IANAToken == "METHOD" {
			method = p.Value
		}
	}
	e := c.Events()[0]
	if method != "CANCEL" || e.GetProperty(ics.ComponentPropertyStatus).Value != "CANCELLED" || e.Id() != "0199@pavilion.example" {
		t.Errorf("the method is %s, the status %v, the identifier %s", method, e.GetProperty(ics.ComponentPropertyStatus), e.Id())
	}
}
