// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package app

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"pavilion/internal/base/fault"
	"pavilion/internal/civic/matter"
	"pavilion/internal/core/release"
	"pavilion/internal/core/sight"
)

// TestWhatIsSaidOfSomebodyIsWhatTryingDoes has a security administrator ask about
// every person of the demo and several matters, and has these people try: what they
// see, and every move.
func TestWhatIsSaidOfSomebodyIsWhatTryingDoes(t *testing.T) {
	s := perform(t)
	c := &cast{stage: s, t: t, here: &demo{App: s.App, realm: s.Config.Realm}}
	if err := c.here.readPlan(); err != nil {
		t.Fatal(err)
	}
	guard, auditor := s.someone(t, "security").actor, s.someone(t, "auditor").actor
	body := s.someone(t, "city").actor.Bodies()[0]
	village := c.village(c.here)
	reported := func(kind, about string) matter.Matter {
		made := must[matter.Receipt](c)(s.Matters.Report(t.Context(), matter.Report{
			Realm: s.Config.Realm, Origin: "test", Type: kind, Text: secretWords, Area: village.ID, About: about,
		}))
		return must[matter.Detail](c)(s.Matters.Followed(t.Context(), s.Config.Realm, made.ID)).Matter
	}
	matters := map[string]matter.Matter{
		"an everyday one": reported("020103", ""), "one without a type": reported("", ""), "one about a body": reported("020103", body), "one given out": c.secretOf(c.here),
	}
	tried, refused, hidden := 0, map[string]bool{}, map[string]bool{}
	for name, m := range matters {
		for login := range s.passwords {
			who := s.someone(t, login).actor
			said := must[matter.Access](c)(s.Matters.Access(t.Context(), guard, m.ID, who.Account, s.Identity))
			same := must[matter.Access](c)(s.Matters.Access(t.Context(), auditor, m.ID, who.Account, s.Identity))
			d, err := s.Matters.Open(t.Context(), who, m.ID, sight.Page)
			if (err == nil) != (said.Against == nil) || (same.Against == nil) != (said.Against == nil) {
				t.Errorf("%s and %s: opening answers %v, said is %v", name, login, err, said.Against)
				continue
			}
			if said.Against != nil {
				hidden[said.Against.Key] = true
			} else if len(said.By) == 0 || said.Purpose != d.Asks {
				t.Errorf("%s and %s: by %d posts, purpose %v", name, login, len(said.By), said.Purpose)
			}
		moves:
			for _, v := range said.Moves {
				_, err := s.Matters.Move(t.Context(), matter.Move{Realm: m.Realm, ID: m.ID, Revision: m.Revision, Action: v.Action, By: who})
				switch kind := fault.KindOf(err); {
				case err == nil && v.Why != nil:
					t.Errorf("%s: %s may not %s, and did", name, login, v.Action)
				case err == nil: // the matter is another now, and what was said of the old one
					m, tried = must[matter.Detail](c)(s.Matters.Followed(t.Context(), m.Realm, m.ID)).Matter, tried+1
					break moves
				case v.Why == nil && len(v.Grants) == 0:
					t.Errorf("%s: %s may %s by no post", name, login, v.Action)
				case v.Why == nil && (kind == fault.Denied || kind == fault.Missing || kind == fault.Conflict):
					t.Errorf("%s: %s may %s, and trying answers %v", name, login, v.Action, err)
				case v.Why == nil:
					tried++
				case said.Against != nil && kind != fault.Missing:
					t.Errorf("%s: %s sees nothing, and %s answers %v", name, login, v.Action, err)
				case v.Why != nil:
					if f, ok := fault.As(v.Why); ok {
						refused[f.Key] = true
					}
				}
			}
		}
	}
	for _, key := range []string{"matter.hidden_about", "matter.hidden_role", "matter.hidden_body"} {
		if !hidden[key] {
			t.Errorf("nobody was told %s: %v", key, hidden)
		}
	}
	if tried == 0 || !refused["procedure.not_your_role"] {
		t.Errorf("%d moves were open, refused were %v", tried, refused)
	}
	desk := s.someone(t, "desk").actor
	if _, err := s.Matters.Access(t.Context(), desk, matters["an everyday one"].ID, guard.Account, s.Identity); fault.KindOf(err) != fault.Denied {
		t.Errorf("the desk asks about another: %v", err)
	}
	of := "/desk/matters/" + matters["one about a body"].ID + "/access"
	for login, want := range map[string]string{"city": "岗位属于这件事反映的单位", "desk": "可以看到内容", "no-such-login": "href=\"#f-who\""} {
		res, page := s.as(t, s.someone(t, "security"), of+"?"+url.Values{"who": {login}}.Encode(), nil)
		if !strings.Contains(page, want) || strings.Contains(page, secretWords) {
			t.Errorf("asked about %s it answers %d, without %q or with the matter's words", login, res.StatusCode, want)
		}
	}
	if res, _ := s.as(t, s.someone(t, "city"), of, nil); res.StatusCode != http.StatusNotFound {
		t.Errorf("the body it is about opens the page: %d", res.StatusCode)
	}
}

// TestABodyNeverMeetsAComplaintAboutIt has the people of a body visit every page and
// operation without a variable, and search by its words and number, while a complaint
// about the body, its part, its draft for the public and what waits are there.
func TestABodyNeverMeetsAComplaintAboutIt(t *testing.T) {
	s := perform(t)
	c := &cast{stage: s, t: t, here: &demo{App: s.App, realm: s.Config.Realm}}
	if err := c.here.readPlan(); err != nil {
		t.Fatal(err)
	}
	city, desk := s.someone(t, "city"), s.someone(t, "desk")
	made := must[matter.Receipt](c)(s.Matters.Report(t.Context(), matter.Report{
		Realm: s.Config.Realm, Origin: "test", Type: "020103", Text: secretWords, Area: c.village(c.here).ID, About: city.actor.Bodies()[0],
	}))
	must[matter.Matter](c)(s.Matters.Move(t.Context(), matter.Move{Realm: s.Config.Realm, ID: made.ID, Revision: 1, Action: "register", By: desk.actor}))
	must[release.Draft](c)(s.Matters.Describe(t.Context(), matter.Describe{Realm: s.Config.Realm, ID: made.ID, Text: secretWords, By: desk.actor}))
	s.Listen()
	if err := s.Queue.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	ro, programs, err := s.Edges()
	if err != nil {
		t.Fatal(err)
	}
	paths := []string{"/desk/search?q=" + url.QueryEscape(secretWords), "/desk/search?q=" + made.Number, "/desk/matters?ended=yes", "/desk/export/csv?ended=yes", "/desk/export/json?ended=yes"}
	for _, r := range policy(ro, programs) {
		if path, ok := strings.CutPrefix(r.Route, "GET "); ok && !strings.Contains(strings.ReplaceAll(path, "{$}", ""), "{") {
			paths = append(paths, strings.ReplaceAll(path, "{$}", ""))
		}
	}
	met := 0
	for _, path := range paths {
		for _, w := range []walker{city, desk} {
			res := s.send(t, cell{pattern: "GET " + path, who: w}, deed{})
			raw, err := io.ReadAll(res.Body)
			res.Body.Close()
			if err != nil {
				t.Fatal(err)
			}
			page := strings.ReplaceAll(string(raw), `value="`+secretWords, "")
			page = strings.ReplaceAll(page, `value="`+made.Number, "")
			for _, trace := range []string{made.ID, "/" + made.Number, secretWords} {
				if strings.Contains(page, trace) {
					if met++; w.name == "city" && !strings.Contains(path, "?q=") {
						t.Errorf("%s shows the body %s", path, trace)
					} else if w.name == "city" && strings.Contains(page, made.ID) {
						t.Errorf("%s finds the complaint for the body", path)
					}
				}
			}
		}
	}
	if met == 0 {
		t.Error("nobody met it anywhere")
	}
}
