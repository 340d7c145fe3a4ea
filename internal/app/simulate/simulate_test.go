// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package simulate_test

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"log/slog"
	"reflect"
	"strings"
	"testing"

	"pavilion/catalogue"
	"pavilion/internal/app"
	"pavilion/internal/app/simulate"
	"pavilion/internal/core/audit"
	"pavilion/internal/platform/db/dbtest"
)

// small is the year that comes with the program with few matters in it.
func small(t *testing.T, each, open int) *simulate.Plan {
	t.Helper()
	text, err := fs.ReadFile(catalogue.FS(), "years/gaoming.json")
	if err != nil {
		t.Fatal(err)
	}
	p, err := simulate.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	p.Groups, p.Open = 90, open
	for i := range p.Mechanisms {
		p.Mechanisms[i].Count = each
	}
	return p
}

// play plays a plan into an empty database: PostgreSQL's at the given address, or
// SQLite.
func play(t *testing.T, p *simulate.Plan, address string) simulate.Outcome {
	t.Helper()
	c, err := app.Load("", nil)
	if err != nil {
		t.Fatal(err)
	}
	c.Data, c.Database = t.TempDir(), address
	a, err := app.Open(t.Context(), c, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	out, err := simulate.Run(t.Context(), a, p, nil)
	if err != nil {
		t.Fatal(err)
	}
	report, err := audit.Verify(t.Context(), a.DB, out.Realm)
	if err != nil || len(report.Problems) > 0 {
		t.Errorf("the audit: %v, %v", report.Problems, err)
	}
	published, err := a.VerifyStatistics(t.Context())
	if err != nil || len(published) != 1 || len(published[0].Bulletins) != 1 {
		t.Fatalf("published: %+v, %v", published, err)
	}
	if b := published[0].Bulletins[0]; len(b.Problems) > 0 || b.Cases < out.Matters*9/10 || b.Steps < int64(2*b.Cases) {
		t.Errorf("the bulletin of %d matters: %+v", out.Matters, b)
	}
	out.Seconds, out.Link = 0, ""
	return out
}

func TestAYearIsPlayedAsDescribed(t *testing.T) {
	outcomes := []simulate.Outcome{play(t, small(t, 30, 4), ""), play(t, small(t, 30, 4), "")}
	t.Run("postgres", func(t *testing.T) { outcomes = append(outcomes, play(t, small(t, 30, 4), dbtest.PostgresURL(t))) })
	for _, out := range outcomes {
		if out.Matters != 150 || out.Figures["completion"] != "97.33% (146/150)" || out.Figures["overdue"] != "0.00% (0/4)" && out.Figures["overdue"] != "100.00% (4/4)" {
			t.Errorf("it has %d matters, completion %s, overdue %s", out.Matters, out.Figures["completion"], out.Figures["overdue"])
		}
		for _, channel := range []string{"grid", "patrol", "volunteer", "hotline", "hall"} {
			if out.Channels[channel] != 30 {
				t.Errorf("%d matters came by %s, want 30", out.Channels[channel], channel)
			}
		}
		if out.Classes["04"] != 30 || out.Classes["05"] != 30 {
			t.Errorf("%d hazards and %d emergencies, want 30 of each", out.Classes["04"], out.Classes["05"])
		}
	}
	for _, again := range outcomes[1:] {
		if !reflect.DeepEqual(outcomes[0], again) {
			t.Errorf("played again, the figures are\n%+v and not\n%+v", again, outcomes[0])
		}
	}
}

func TestADescriptionIsReadWholeOrListed(t *testing.T) {
	if _, err := simulate.Parse([]byte(`{"yaer": 2024}`)); err == nil || !strings.Contains(err.Error(), "yaer") {
		t.Errorf("a field nobody knows: %v", err)
	}
	_, err := simulate.Parse([]byte(`{"year": 1, "season": [1], "mechanisms": [{"count": -1}], "chances": {"luck": 2}, "delays": {"handle": 3}}`))
	for _, want := range []string{"root:", "year:", "bodies:", "season:", "weekday:", "hour:", "mechanisms[0].count", "mechanisms[0].types", "mechanisms[0].words", `no "luck"`, "chances.luck", "delays.handle"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s is not listed in: %v", want, err)
		}
	}
	text, err := json.Marshal(small(t, 1, 0))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := simulate.Parse(text); err != nil {
		t.Errorf("what was read is not read again: %v", err)
	}
}

func TestItPlaysIntoAnEmptyRealmOnly(t *testing.T) {
	c, err := app.Load("", nil)
	if err != nil {
		t.Fatal(err)
	}
	c.Data = t.TempDir()
	a, err := app.Open(t.Context(), c, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	if _, err := a.Init(t.Context(), app.InitRealm{Name: "测试区", Division: "440608", Admin: "admin"}); err != nil {
		t.Fatal(err)
	}
	if _, err := simulate.Run(t.Context(), a, small(t, 1, 0), nil); err == nil || !strings.Contains(err.Error(), "is there already") {
		t.Error(fmt.Sprint("played into a realm that was there: ", err))
	}
}
