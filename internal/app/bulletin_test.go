// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package app

import (
	"encoding/json"
	"html"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pavilion/internal/core/ledger"
	"pavilion/internal/edge/api"
)

// TestStatisticsArePublishedAndProved has a shift head publish the month of the
// demo's matters, once it is over, and anybody check what was published.
func TestStatisticsArePublishedAndProved(t *testing.T) {
	s := perform(t)
	m := s.secret(t)
	head, desk := s.someone(t, "head"), s.someone(t, "desk")
	s.Listen()
	s.Figures.Work(s.Queue)
	if err := s.Queue.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Ledger.Sequence(t.Context(), s.Config.Realm); err != nil {
		t.Fatal(err)
	}
	receipt, err := s.Ledger.Prove(t.Context(), s.Config.Realm, m.Subject(), "matter.reported", m.Number)
	if err != nil {
		t.Fatal(err)
	}
	month := s.Now().In(s.Calendar.Zone()).Format("2006-01")
	s.Figures.Now = func() time.Time { return s.Now().AddDate(0, 1, 1) }
	ask := url.Values{"period": {month}}
	if res, _ := s.as(t, desk, "/figures/bulletins", ask); res.StatusCode != http.StatusForbidden {
		t.Errorf("a dispatcher publishes: %d", res.StatusCode)
	}
	if res, body := s.as(t, head, "/figures/bulletins", url.Values{"period": {"2999"}}); res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(body, `href="#f-period"`) {
		t.Errorf("a period that is none: %d", res.StatusCode)
	}
	res, _ := s.as(t, head, "/figures/bulletins", ask)
	to := res.Header.Get("Location")
	if res.StatusCode != http.StatusSeeOther || to == "" {
		t.Fatalf("publish: %d", res.StatusCode)
	}
	if res, body := s.as(t, head, "/figures/bulletins", ask); res.StatusCode != http.StatusConflict || !strings.Contains(body, "正在计算") {
		t.Errorf("publish twice at once: %d", res.StatusCode)
	}
	number := month + ".1"
	if _, body := s.as(t, walker{}, "/figures/bulletins/"+number, nil); !strings.Contains(body, "正在按办理记录计算") {
		t.Error("the page does not say that it is being made")
	}
	if err := s.Figures.Make(t.Context(), s.Config.Realm, number); err != nil {
		t.Fatal(err)
	}
	if res, _ := s.as(t, walker{}, "/figures/bulletins/"+number+"/file", nil); res.StatusCode != http.StatusConflict {
		t.Errorf("its file before it is in the log: %d", res.StatusCode)
	}
	if _, err := s.Ledger.Sequence(t.Context(), s.Config.Realm); err != nil {
		t.Fatal(err)
	}
	_, body := s.as(t, walker{}, "/figures/bulletins/"+number, nil)
	for _, want := range []string{"办结率", "pavilion verify statistics", "/figures/bulletins/" + number + "/file", s.Ledger.Key(s.Config.Realm)} {
		if !strings.Contains(html.UnescapeString(body), want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if _, body := s.as(t, walker{}, "/figures?period="+month, nil); !strings.Contains(body, "/figures/bulletins/"+number) {
		t.Error("the figures of the period do not lead to what was published")
	}
	if _, body := s.as(t, walker{}, api.Prefix+"/bulletins/"+number, nil); !strings.Contains(body, `"by":"all"`) || !strings.Contains(body, `"made":true`) {
		t.Errorf("the API says %s", body)
	}
	_, file := s.as(t, walker{}, "/figures/bulletins/"+number+"/file", nil)
	s.countsAnew(t, file, receipt, m.ID)
}

// countsAnew checks a bulletin's file as somebody does who has nothing else.
func (s *stage) countsAnew(t *testing.T, file string, receipt ledger.Receipt, id string) {
	t.Helper()
	if strings.Contains(file, id) {
		t.Error("the file holds the id of a matter")
	}
	kept, err := json.Marshal(receipt)
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	at, own := filepath.Join(folder, "bulletin.jsonl.gz"), filepath.Join(folder, "receipt.json")
	for name, text := range map[string][]byte{at: []byte(file), own: kept} {
		if err := os.WriteFile(name, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	d, counted, err := VerifyBulletin(at, s.Ledger.Key(s.Config.Realm), own)
	if err != nil || !counted || d.Cases == 0 {
		t.Errorf("%d cases, one's own counted: %v, %v", d.Cases, counted, err)
	}
	report, err := s.VerifyStatistics(t.Context())
	if err != nil || len(report[0].Bulletins) != 1 || len(report[0].Bulletins[0].Problems) > 0 {
		t.Errorf("derived anew: %+v, %v", report, err)
	}
}
