// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package app

import (
	"encoding/json"
	"net/http"
	"testing"

	"pavilion/internal/base/id"
	"pavilion/internal/civic/deliberation/proceeding"
	"pavilion/internal/civic/deliberation/topic"
	"pavilion/internal/core/identity"
)

// lacking are proceedings of the village whose proposal was taken away after it had been
// passed.
func (s *stage) lacking(t *testing.T, area string, n int, by identity.Actor) (out []proceeding.Proceeding) {
	t.Helper()
	titles := []string{"修缮村口停车棚", "村内道路加装路灯", "活动室开放时间"}
	for i := range n {
		raised, err := s.Topics.Gather(t.Context(), topic.Gather{Realm: s.Config.Realm, Key: id.New(), Title: titles[i%3], Body: "停车棚漏雨，居民多次反映。", Area: area, By: by})
		if err != nil {
			t.Fatal(err)
		}
		p, err := s.Proceedings.Start(t.Context(), proceeding.Start{Realm: s.Config.Realm, Key: id.New(), Topic: raised.ID, By: by, Values: map[string][]string{
			"subject": {"village_public"}, "emergency": {"no"}, "one_person": {"no"}, "forbidden": {"no"}, "one_leader": {"no"},
		}})
		if err != nil {
			t.Fatal(err)
		}
		p, err = s.Proceedings.Move(t.Context(), proceeding.Move{Realm: p.Realm, ID: p.ID, Revision: p.Revision, Action: "propose", By: by, Values: map[string][]string{
			"from": {"branch"}, "plan": {"把停车棚修好，加装照明，费用公开。"},
		}})
		if err != nil {
			t.Fatal(err)
		}
		if i > 0 {
			continue
		}
		d, err := s.Proceedings.Open(t.Context(), by, p.Realm, p.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range d.Steps {
			for _, f := range v.Facts {
				p, err = s.Proceedings.Take(t.Context(), proceeding.Take{On: proceeding.On{Realm: p.Realm, ID: p.ID, Revision: p.Revision, Step: v.Step, By: by}, Proof: f.ID, Why: "提议有误，重新写"})
				if err != nil {
					t.Fatal(err)
				}
			}
		}
		out = append(out, p)
	}
	s.Listen()
	if err := s.Queue.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	return out
}

// TestAnInspectorSendsARecordBack has an inspector draw a sample, read in red what a
// record lacks, send it back, and find the figures changed.
func TestAnInspectorSendsARecordBack(t *testing.T) {
	t.Parallel()
	s := perform(t)
	realm := s.Config.Realm
	village, _ := s.Org.AreaByCode(realm, "410928212201")
	chair := s.holder(t, realm, "oversight secretary", grantIn(village, identity.Grant{Role: identity.Secretary}))
	s.holder(t, realm, "oversight inspector", grantIn(village, identity.Grant{Role: identity.Inspector}))
	s.passwords["oversight.inspector"] = "a long passphrase"
	p := s.lacking(t, village.ID, 3, chair.actor)[0]
	b := browser(t)
	desk := s.open(t, b, "oversight-desk", 1440, 900)
	desk.signIn("oversight.inspector")
	desk.visit("/desk/oversight")
	desk.says("缺证明的记录", "修缮村口停车棚", "缺 1 步的证明")
	desk.fill(`input[name=size]`, "500")
	desk.press(`form[action="/desk/oversight/samples"] button`)
	desk.says("1 到 100")
	desk.fill(`input[name=size]`, "3")
	desk.press(`form[action="/desk/oversight/samples"] button`)
	desk.says("3 份，共", "与记录一致", "待检查")
	desk.visit("/desk/oversight/records/" + p.ID)
	desk.says("还没有提议", "缺证明")
	desk.value(`(document.querySelector("[name=words]").value = "公示后有人反映，直接看一看", "")`)
	desk.press(`form[action^="/desk/oversight/records/"] button`)
	desk.says("缺少证明", "还没有提议", "直接检查")
	at := desk.value(`location.pathname`)
	desk.value(`(document.querySelector("details:has([name=sort])").open = true, "")`)
	desk.fill(`select[name=sort]`, "minutes")
	desk.fill(`form[action$="/findings"] textarea`, "签到表没有附上")
	desk.press(`form[action$="/findings"] button`)
	desk.says("签到表没有附上", "监督员写的")
	desk.value(`(document.querySelector("input[name=verdict][value=sent_back]").click(), "")`)
	desk.fill(`select[name=back_to]`, "proposal")
	desk.press(`form[action="` + at + `"] button`)
	desk.says("至少四个字")
	desk.fill(`form[action="`+at+`"] textarea`, "缺提议的文本，请补齐后再继续")
	desk.press(`form[action="` + at + `"] button`)
	desk.says("已退回", "退回次数")
	phone := s.open(t, b, "oversight-phone", 390, 844)
	phone.signIn("oversight.inspector")
	phone.visit(at)
	phone.visit("/desk/oversight")
	phone.says("已退回，等答复")
	if err := s.Queue.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	desk.visit("/desk/oversight/figures")
	desk.says("启动", "退回", "合计", "100%")
	phone.visit("/decisions/figures")
	desk.visit("/decisions/figures?lang=en")
	phone.says("不排名次", "中位")
	s.counted(t)
}

// counted reads the figures as a program that nobody knows.
func (s *stage) counted(t *testing.T) {
	t.Helper()
	res, err := http.Get(s.server.URL + "/api/v1/decisions/figures?period=" + s.Now().In(s.Calendar.Zone()).Format("2006"))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var f struct {
		All struct{ Counts map[string]int64 }
	}
	if err := json.NewDecoder(res.Body).Decode(&f); err != nil || f.All.Counts["sent_back"] != 1 || f.All.Counts["inspected"] != 1 {
		t.Errorf("the figures for programs: %+v, %v", f, err)
	}
}
