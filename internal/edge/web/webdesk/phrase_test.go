// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webdesk_test

import (
	"net/http"
	"net/url"
	"testing"

	"pavilion/internal/civic/matter"
	"pavilion/internal/platform/db/dbtest"
)

func TestPhrasesAreOfferedWhereTheyFitAndWriteNothingOver(t *testing.T) {
	k := open(t, dbtest.SQLite(t))
	id := k.report(matter.Report{Type: cover, Text: "A cover is missing"})
	dispatcher := k.as("dispatcher")
	page := "/desk/matters/" + id
	seen := dispatcher.get(page)
	if !seen.says("非受理范围") || seen.says("垃圾已清运") {
		t.Error("the page does not offer the phrases of its moves")
	}
	chosen := page + "?phrase=" + url.QueryEscape("refuse/非受理范围")
	if got := value(dispatcher.get(chosen).form("/moves", "refuse"), "reason"); got != "您反映的事不属于本平台受理范围。请向有管辖权的单位反映：" {
		t.Errorf("the form begins with %q", got)
	}
	if got := value(dispatcher.get(page+"?phrase=refuse/none").form("/moves", "refuse"), "reason"); got != "" {
		t.Errorf("a phrase that nobody wrote gives %q", got)
	}
	p := dispatcher.post(page+"/moves?phrase="+url.QueryEscape("refuse/非受理范围"), url.Values{"action": {"refuse"}, "revision": {"1"}, "reason": {"不"}})
	if p.status != http.StatusUnprocessableEntity || value(p.form("/moves", "refuse"), "reason") != "不" {
		t.Errorf("status %d: what was typed became %q", p.status, value(p.form("/moves", "refuse"), "reason"))
	}
}
