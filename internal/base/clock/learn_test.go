// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package clock

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestAYearPublishedLateIsLearnt(t *testing.T) {
	c := china(t)
	friday := when(t, c, "2027-04-30 09:00")
	day := Term{Unit: Workday, N: 1}
	before := c.Due(friday, day)
	if before.At.Format(minute) != "2027-05-03 18:00" || len(before.Unpublished) != 1 {
		t.Fatalf("before the notice it is due %v, unpublished %v", before.At, before.Unpublished)
	}
	notice := Year{Year: 2027, Source: "test", Off: []Day{{"2027-05-03", "劳动节"}, {"2027-05-04", "劳动节"}}, Worked: []Day{{"2027-05-08", "劳动节"}}}
	var all sync.WaitGroup
	for range 4 { // while terms are counted
		all.Go(func() {
			for range 200 {
				c.Due(friday, day)
			}
		})
	}
	changed, err := c.Learn(notice)
	all.Wait()
	if err != nil || !changed {
		t.Fatalf("the notice changes %v, %v", changed, err)
	}
	after := c.Due(friday, day)
	if after.At.Format(minute) != "2027-05-05 18:00" || len(after.Unpublished) != 0 || !c.Published(2027) {
		t.Errorf("after it, due %v, unpublished %v", after.At, after.Unpublished)
	}
	if changed, err := c.Learn(notice); changed || err != nil {
		t.Errorf("the same notice again changes %v, %v", changed, err)
	}
	if y, ok := c.Notice(2027); !ok || y.Source != "test" {
		t.Errorf("the notice is %+v", y)
	}
	if c.Due(when(t, c, "2026-09-18 09:00"), day).At.Format(minute) != "2026-09-20 18:00" {
		t.Error("another year has changed")
	}
}

func TestFaultyNoticesAreRefused(t *testing.T) {
	c := china(t)
	everyDay := Year{Year: 2027}
	for at := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC); at.Year() == 2027; at = at.AddDate(0, 0, 1) {
		everyDay.Off = append(everyDay.Off, Day{Date: at.Format(time.DateOnly)})
	}
	for want, y := range map[string]Year{
		"0 days to work":      everyDay,
		"no day off":          {Year: 2027},
		"not a year":          {Year: 27, Off: []Day{{Date: "2027-05-03"}}},
		"not in 2027":         {Year: 2027, Off: []Day{{Date: "2025-05-03"}}},
		"both off and worked": {Year: 2027, Off: []Day{{Date: "2027-05-03"}}, Worked: []Day{{Date: "2027-05-03"}}},
		"cannot parse":        {Year: 2027, Off: []Day{{Date: "3. Mai"}}},
		"2026-12-31 is both":  {Year: 2027, Off: []Day{{Date: "2026-12-31"}, {Date: "2027-01-01"}}, Worked: []Day{{Date: "2026-12-31"}}},
	} {
		if _, err := c.Learn(y); err == nil || !strings.Contains(fmt.Sprint(err), want) {
			t.Errorf("%q: %v", want, err)
		}
	}
	if c.Published(2027) {
		t.Error("a faulty notice was learnt")
	}
}
