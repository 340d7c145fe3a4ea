// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package app

import (
	"html"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"pavilion/internal/base/geo"
	"pavilion/internal/base/page"
	"pavilion/internal/civic/matter"
	"pavilion/internal/civic/matter/relay"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/notify"
	"pavilion/internal/platform/db"
)

const (
	revealPhone = "13800000000"
	revealMail  = "resident@example.org"
)

// known is a report of the demo that has a contact.
func (s *stage) known(t *testing.T) matter.Matter {
	t.Helper()
	c := &cast{stage: s, t: t, here: &demo{App: s.App, realm: s.Config.Realm}}
	return c.knownOf(c.here)
}

func (c *cast) knownOf(d *demo) matter.Matter {
	c.t.Helper()
	low, high := c.village(d).Shape.Bounds()
	made := must[matter.Receipt](c)(c.Matters.Report(c.t.Context(), matter.Report{
		Realm: d.realm, Origin: "test", Type: "020103", Text: c.words(d, secretWords) + "，留了联系方式", Point: &geo.Point{Lon: (low.Lon + high.Lon) / 2, Lat: (low.Lat + high.Lat) / 2},
		Contact: matter.Contact{Name: "测试居民甲", Phone: revealPhone, Mail: revealMail, Address: "测试街1号"},
	}))
	return must[matter.Detail](c)(c.Matters.Followed(c.t.Context(), d.realm, made.ID)).Matter
}

// reveal is a request that waits.
func (c *cast) reveal(d *demo, owner identity.Actor) thing {
	r := must[relay.Reveal](c)(c.Relay.Ask(c.t.Context(), relay.Ask{
		Realm: d.realm, Matter: c.knownOf(d).ID, Purpose: relay.Visit, Words: c.words(d, "上门核实"), By: owner,
	}))
	return thing{values: map[string]string{"id": r.ID}}
}

// matterCall is a call that waits, by its matter.
func (c *cast) matterCall(d *demo, owner identity.Actor) thing {
	call := must[relay.Call](c)(c.Relay.AskCall(c.t.Context(), relay.AskCall{
		Realm: d.realm, Matter: c.knownOf(d).ID, Question: c.words(d, "几点方便"), By: owner,
	}))
	return thing{values: map[string]string{"id": call.Matter, "call": call.ID}}
}

func (c *cast) call(d *demo, owner identity.Actor) thing {
	return thing{values: map[string]string{"id": c.matterCall(d, owner).values["call"]}}
}

// heard counts the notices with a key that somebody has.
func (s *stage) heard(t *testing.T, w walker, key string) (n int) {
	t.Helper()
	err := s.DB.View(t.Context(), func(tx *db.Tx) error {
		list, err := notify.List(t.Context(), tx, s.Config.Realm, w.actor.Account, page.Cursor{}, 50)
		for _, m := range list.Items {
			if m.Key == key {
				n++
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

var request = regexp.MustCompile(`href="(/desk/reveals/[0-9a-f-]{36})"`)

// TestAContactIsOpenedByTwoPeopleInThePages has a dispatcher ask, the shift head
// agree and the dispatcher look, and the reporter read who looked.
func TestAContactIsOpenedByTwoPeopleInThePages(t *testing.T) {
	s := perform(t)
	s.Listen()
	m := s.known(t)
	desk, county, head, auditor, handler := s.someone(t, "desk"), s.someone(t, "county"), s.someone(t, "head"), s.someone(t, "auditor"), s.someone(t, "utility")
	at := "/desk/matters/" + m.ID + "/reporter"
	want := func(what string, res *http.Response, status int) {
		t.Helper()
		if res.StatusCode != status {
			t.Fatalf("%s: %d, want %d", what, res.StatusCode, status)
		}
	}
	res, text := s.as(t, desk, "/desk/matters/"+m.ID, nil)
	want("the matter", res, http.StatusOK)
	if !strings.Contains(text, at) || strings.Contains(text, revealPhone) {
		t.Error("the matter's page does not lead to the reporter, or shows the telephone")
	}
	res, text = s.as(t, desk, at+"/reveals", url.Values{"purpose": {"visit"}, "words": {"打" + revealPhone + "问"}})
	want("words with a number", res, http.StatusUnprocessableEntity)
	if !strings.Contains(text, `value="visit" selected`) || !strings.Contains(text, "#f-ask-words") {
		t.Error("the form lost what was chosen, or does not lead to the field")
	}
	res, _ = s.as(t, handler, at+"/reveals", url.Values{"purpose": {"visit"}, "words": {"上门核实"}})
	want("a handler asks", res, http.StatusForbidden)
	res, _ = s.as(t, desk, at+"/reveals", url.Values{"purpose": {"visit"}, "words": {"上门核实"}})
	want("asked", res, http.StatusSeeOther)
	if err := s.Queue.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	if s.heard(t, head, "notify.reveal_asked") != 1 || s.heard(t, county, "notify.reveal_asked") != 1 || s.heard(t, desk, "notify.reveal_asked") != 0 {
		t.Error("the wrong people are told")
	}
	for who, w := range map[string]walker{"a colleague": county, "the shift head": head} {
		if _, text = s.as(t, w, "/desk", nil); !strings.Contains(text, "/desk/reveals/") {
			t.Errorf("it does not wait for %s", who)
		}
	}
	if _, text = s.as(t, desk, "/desk", nil); strings.Contains(text, "/desk/reveals/") {
		t.Error("it waits for who asked")
	}
	_, text = s.as(t, desk, "/desk/reveals", nil)
	found := request.FindStringSubmatch(text)
	if found == nil {
		t.Fatal("it is not listed")
	}
	one := found[1]
	agree := url.Values{"act": {"approve"}, "revision": {"1"}}
	if _, text = s.as(t, desk, one, nil); strings.Contains(text, one+"/decision") {
		t.Error("who asked is offered to decide")
	}
	res, _ = s.as(t, desk, one+"/decision", agree)
	want("agreed to by who asked", res, http.StatusForbidden)
	res, _ = s.as(t, auditor, one+"/decision", agree)
	want("agreed to by the auditor", res, http.StatusForbidden)
	res, _ = s.as(t, head, one+"/decision", url.Values{"act": {"decline"}, "revision": {"1"}})
	want("declined without a reason", res, http.StatusUnprocessableEntity)
	head = s.asksProof(t, head, one, one+"/decision", agree)
	res, _ = s.as(t, head, one+"/decision", agree)
	want("agreed to", res, http.StatusSeeOther)
	desk = s.asksProof(t, desk, one, one+"/open", url.Values{})
	res, text = s.as(t, desk, one+"/open", url.Values{})
	want("opened", res, http.StatusOK)
	if !strings.Contains(text, revealPhone) || !strings.Contains(text, "测试街1号") || res.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("opened: %s, %s", res.Header.Get("Cache-Control"), text)
	}
	for who, w := range map[string]walker{"who asked, without opening": desk, "who agreed": head, "the auditor": auditor} {
		if _, text = s.as(t, w, one, nil); strings.Contains(text, revealPhone) || !strings.Contains(text, "上门核实") {
			t.Errorf("%s sees the telephone, or not the request", who)
		}
	}
	if _, text = s.follow(t, m); !strings.Contains(text, "海通乡网格管理中心") || !strings.Contains(text, "约时间见面") {
		t.Error("the reporter is not told who looked")
	}
	res, _ = s.as(t, desk, one+"/end", url.Values{"revision": {"2"}})
	want("closed", res, http.StatusSeeOther)
	res, text = s.as(t, desk, one+"/open", url.Values{})
	want("opened after closing", res, http.StatusConflict)
	if strings.Contains(text, revealPhone) {
		t.Error("and shown")
	}
}

// asksProof sends a form long after the sign-in: it leads to a proof, does nothing, and
// the page it stands on asks for the proof beforehand. It then gives the proof, and
// returns the session as it goes on.
func (s *stage) asksProof(t *testing.T, w walker, page, form string, sent url.Values) walker {
	t.Helper()
	err := s.DB.InTx(t.Context(), func(tx *db.Tx) error {
		return tx.Later(t.Context(), `UPDATE identity_session SET proved_at = 1 WHERE account = ?`, w.actor.Account)
	})
	if err != nil {
		t.Fatal(err)
	}
	to := "/desk/prove?next=" + url.QueryEscape(page)
	if res, text := s.as(t, w, form, sent); res.StatusCode != http.StatusSeeOther || res.Header.Get("Location") != to || strings.Contains(text, revealPhone) {
		t.Errorf("%s without a proof: %d, %s", form, res.StatusCode, res.Header.Get("Location"))
	}
	if _, text := s.as(t, w, page, nil); !strings.Contains(text, to) || strings.Contains(text, `value="approve"`) || strings.Contains(text, page+"/open") {
		t.Errorf("%s does not lead to the proof", page)
	}
	res, _ := s.as(t, w, "/desk/prove", url.Values{"next": {page}, "old": {s.passwords[w.name]}})
	if res.StatusCode != http.StatusSeeOther || res.Header.Get("Location") != page || len(res.Cookies()) == 0 {
		t.Fatalf("the proof leads to %d, %s", res.StatusCode, res.Header.Get("Location"))
	}
	w.cookie = res.Cookies()[0]
	return w
}

// follow opens the reporter's page with number and code.
func (s *stage) follow(t *testing.T, m matter.Matter) (walker, string) {
	t.Helper()
	res, _ := s.as(t, walker{}, "/t/"+m.Number+"/"+s.Matters.Code(m.Realm, m.ID), nil)
	if res.StatusCode != http.StatusSeeOther || len(res.Cookies()) == 0 {
		t.Fatalf("the code opens nothing: %d", res.StatusCode)
	}
	w := walker{name: "reporter", cookie: res.Cookies()[0]}
	_, text := s.as(t, w, "/m/"+m.Number, nil)
	return w, text
}

// TestReporterAndHandlerWriteThroughTheRelay has both write in the pages, and looks
// for traces of the reporter wherever the handler gets to.
func TestReporterAndHandlerWriteThroughTheRelay(t *testing.T) {
	s := perform(t)
	s.Listen()
	m := s.known(t)
	desk, handler := s.someone(t, "desk"), s.someone(t, "utility")
	at := "/desk/matters/" + m.ID + "/reporter"
	for _, step := range []matter.Move{{Action: "register"}, {Action: "dispatch", Answers: map[string][]string{"body": {handler.actor.Grants[0].Body}}}} {
		step.Realm, step.ID, step.Revision, step.By = m.Realm, m.ID, m.Revision, desk.actor
		var err error
		if m, err = s.Matters.Move(t.Context(), step); err != nil {
			t.Fatal(err)
		}
	}
	res, _ := s.as(t, handler, at+"/messages", url.Values{"text": {"井盖多大？"}})
	if res.StatusCode != http.StatusSeeOther {
		t.Fatalf("the handler writes: %d", res.StatusCode)
	}
	if err := s.Queue.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.letter(t, m)
	reporter, text := s.follow(t, m)
	if !strings.Contains(text, "井盖多大？") || strings.Contains(text, handler.actor.Name) {
		t.Error("the reporter does not read it, or reads who wrote")
	}
	to := "/m/" + m.Number + "/messages"
	words := "直径七十公分，电话" + revealPhone
	res, text = s.as(t, reporter, to, url.Values{"text": {words}})
	if res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(text, words) || !strings.Contains(text, `value="remove" checked`) {
		t.Errorf("a telephone goes out unasked, or the way out is not offered: %d", res.StatusCode)
	}
	res, _ = s.as(t, reporter, to, url.Values{"text": {words}, "traces": {"remove"}})
	if res.StatusCode != http.StatusSeeOther {
		t.Errorf("without it: %d", res.StatusCode)
	}
	if res, _ = s.as(t, walker{}, to, url.Values{"text": {"别人"}}); res.StatusCode == http.StatusSeeOther {
		t.Error("somebody without the code answers")
	}
	if err := s.Queue.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	if s.heard(t, handler, "notify.answered") != 1 {
		t.Error("the handler is not told")
	}
	if _, text = s.as(t, handler, "/desk/matters/"+m.ID, nil); !strings.Contains(text, "1 条未读回复") {
		t.Error("the matter's page does not say that there is an answer")
	}
	_, talk := s.as(t, handler, at, nil)
	if !strings.Contains(talk, "直径七十公分") {
		t.Error("the handler does not read the answer")
	}
	s.searched(t, handler, m, talk)
}

// letter reads the one letter there is.
func (s *stage) letter(t *testing.T, m matter.Matter) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(s.Config.Data, "mail", "*"))
	if err != nil || len(files) != 1 {
		t.Fatalf("%d letters, %v", len(files), err)
	}
	raw, err := os.ReadFile(files[0])
	if err != nil || !strings.Contains(string(raw), revealMail) {
		t.Errorf("it goes elsewhere: %v", err)
	}
	for _, word := range []string{m.Number, "井盖", m.ID, secretWords} {
		if strings.Contains(string(raw), word) {
			t.Errorf("it says %q", word)
		}
	}
}

// searched looks for the reporter in all that a handler gets of a matter.
func (s *stage) searched(t *testing.T, handler walker, m matter.Matter, talk string) {
	t.Helper()
	pages := map[string]string{"talk": talk}
	for _, path := range []string{
		"/desk/matters/" + m.ID, "/desk/matters", "/desk/search?q=" + revealPhone, "/desk/export/csv", "/desk/export/jsonl", "/desk/matters/" + m.ID + "/access",
	} {
		_, pages[path] = s.as(t, handler, path, nil)
	}
	for path, text := range pages {
		shown := strings.ReplaceAll(text, `value="`+revealPhone+`"`, "") // what the searcher typed
		for _, word := range []string{revealPhone, revealMail, "测试居民甲", "测试街1号"} {
			if strings.Contains(shown, word) && !(strings.HasPrefix(path, "/desk/search") && word == revealPhone) {
				t.Errorf("%s shows %q", path, word)
			}
		}
	}
}

// TestADispatcherOfABodyComplainedAboutHasNoneOfItInTheInbox gives a dispatcher a
// post for a body besides, and has a matter complain about that body.
func TestADispatcherOfABodyComplainedAboutHasNoneOfItInTheInbox(t *testing.T) {
	s := perform(t)
	s.Listen()
	m, desk := s.known(t), s.someone(t, "desk")
	root, _ := s.Org.Root(m.Realm)
	body := s.Org.Bodies(m.Realm)[1].ID
	theirs := s.holder(t, m.Realm, "theirs", grantIn(root, identity.Grant{Role: identity.Dispatcher, Body: body}))
	ours := s.holder(t, m.Realm, "ours", grantIn(root, identity.Grant{Role: identity.Dispatcher}))
	r, err := s.Relay.Ask(t.Context(), relay.Ask{Realm: m.Realm, Matter: m.ID, Purpose: relay.Visit, Words: "上门核实", By: desk.actor})
	if err == nil {
		_, err = s.Relay.AskCall(t.Context(), relay.AskCall{Realm: m.Realm, Matter: m.ID, Question: "几点方便", By: desk.actor})
	}
	if err != nil {
		t.Fatal(err)
	}
	shown := func(w walker) (reveal, call bool) {
		t.Helper()
		for at := "/desk"; at != ""; {
			_, text := s.as(t, w, at, nil)
			reveal = reveal || strings.Contains(text, "/desk/reveals/"+r.ID)
			call = call || strings.Contains(text, "/desk/matters/"+m.ID+"/reporter")
			next := following.FindStringSubmatch(text)
			if at = ""; next != nil {
				at = html.UnescapeString(next[1])
			}
		}
		return reveal, call
	}
	if reveal, call := shown(theirs); !reveal || !call {
		t.Errorf("before: %t %t", reveal, call)
	}
	if _, err := s.Matters.Move(t.Context(), matter.Move{
		Realm: m.Realm, ID: m.ID, Revision: m.Revision, Action: "register", By: desk.actor, Answers: map[string][]string{"about": {body}},
	}); err != nil {
		t.Fatal(err)
	}
	if reveal, call := shown(theirs); reveal || call {
		t.Errorf("the body complained about is shown %t %t", reveal, call)
	}
	if reveal, call := shown(ours); !reveal || !call {
		t.Errorf("somebody without a post for it is shown %t %t", reveal, call)
	}
}

var following = regexp.MustCompile(`rel="next" href="([^"]*)"`)
