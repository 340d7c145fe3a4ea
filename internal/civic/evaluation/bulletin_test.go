// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package evaluation_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/page"
	"pavilion/internal/civic/evaluation"
	"pavilion/internal/core/audit"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/outbox"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/db/dbtest"
	"pavilion/internal/platform/jobs"
)

// head is a shift head of the whole realm.
var head = identity.Actor{Realm: realm, Account: "head", Grants: []identity.Grant{{Role: identity.ShiftHead, Lo: 1, Hi: 100}}}

// happens tells events as they really come: each with its entry in the audit.
func (o *office) happens(events ...outbox.Event) {
	o.t.Helper()
	err := o.DB.InTx(o.t.Context(), func(tx *db.Tx) error {
		for _, e := range events {
			o.audited(tx, e)
		}
		return nil
	})
	if err != nil {
		o.t.Fatal(err)
	}
	o.hear(events...)
}

func (o *office) audited(tx *db.Tx, e outbox.Event) {
	o.t.Helper()
	var told struct {
		ID, Action string
		Seq        int
	}
	if err := json.Unmarshal(e.Body, &told); err != nil {
		o.t.Fatal(err)
	}
	audit.Add(o.t.Context(), tx, audit.Entry{
		Realm: e.Realm, Subject: cases{}.Subject(told.ID), Act: cases{}.Act(told.Action), Actor: "somebody", At: e.At,
		Detail: map[string]int{"revision": told.Seq},
	})
}

// september has cases happen in September and the clock stand in October.
func (o *office) september() {
	o.t.Helper()
	for i := range 7 {
		o.happens(o.life(fmt.Sprint("in-time-", i), false, nil)...)
	}
	for i := range 2 {
		o.happens(o.life(fmt.Sprint("late-", i), true, map[string]any{"town": 9, "origin": "hall", "type": "010101"})...)
	}
	o.happens(o.life("family", false, map[string]any{"type": "060102"})...)
	o.happens(o.life("a part", false, map[string]any{"relation": "assist"})...)
	o.now = o.now.AddDate(0, 1, 0)
}

// queue makes what was asked for.
func (o *office) queue() *jobs.Queue {
	q := jobs.New(o.DB, func() time.Time { return o.now }, o.Log)
	q.Realms = func() []string { return []string{realm} }
	o.Work(q)
	return q
}

// drained does what waits, two minutes later.
func (o *office) drained() {
	o.t.Helper()
	o.now = o.now.Add(2 * time.Minute)
	if err := o.queue().Drain(o.t.Context()); err != nil {
		o.t.Fatal(err)
	}
}

// published asks for a bulletin and makes it.
func (o *office) published(period string) evaluation.Bulletin {
	o.t.Helper()
	b, err := o.AskBulletin(o.t.Context(), evaluation.AskBulletin{Realm: realm, Period: period, By: head})
	if err != nil {
		o.t.Fatal(err)
	}
	o.drained()
	if b, err = o.Bulletin(o.t.Context(), realm, b.Number); err != nil || b.MadeAt.IsZero() {
		o.t.Fatalf("it was not made: %+v, %v", b, err)
	}
	return b
}

// file is a bulletin's file once it is in the log.
func (o *office) file(number string) []byte {
	o.t.Helper()
	if _, err := o.Ledger.Sequence(o.t.Context(), realm); err != nil {
		o.t.Fatal(err)
	}
	d, err := o.Document(o.t.Context(), realm, number)
	if err != nil {
		o.t.Fatal(err)
	}
	var out bytes.Buffer
	if err := o.WriteBulletin(&out, d); err != nil {
		o.t.Fatal(err)
	}
	return out.Bytes()
}

func keyOf(err error) string {
	f, ok := fault.As(err)
	if !ok {
		return fmt.Sprint(err)
	}
	return f.Key
}

func TestABulletinIsProvedFromItsFileAlone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		o.september()
		b := o.published("2026-09")
		if b.Number != "2026-09.1" || b.Cases != 10 {
			t.Errorf("it is %s of %d cases, want 2026-09.1 of 10", b.Number, b.Cases)
		}
		file := o.file(b.Number)
		got, mine, err := evaluation.VerifyFile(bytes.NewReader(file), o.Ledger.Key(realm), "in-time-3")
		if err != nil || !mine {
			t.Fatalf("its own case found: %v, %v", mine, err)
		}
		counts := map[string]string{}
		for _, c := range got.Counts {
			counts[fmt.Sprint(c.By, " ", c.Part, " ", c.Code)] = fmt.Sprint(c.N, "/", c.Of)
		}
		for what, want := range map[string]string{
			"all  completion": "10/10", "all  on_time": "8/10", "town 9 on_time": "0/2", "class 02 on_time": "7/7", "class  on_time": "1/1", "channel hall response": "0/2",
		} {
			if counts[what] != want {
				t.Errorf("%s is %q, want %s", what, counts[what], want)
			}
		}
		if got.Towns["4"] != "测试地4" || got.Name != "测试地1" {
			t.Errorf("names are %v, %q", got.Towns, got.Name)
		}
		if _, mine, _ := evaluation.VerifyFile(bytes.NewReader(file), "", "nobody's"); mine {
			t.Error("a case that is not there was found")
		}
		report, err := o.VerifyBulletins(t.Context(), realm)
		if err != nil || len(report) != 1 || len(report[0].Problems) > 0 || report[0].Cases != 10 || report[0].Steps != 90 {
			t.Errorf("derived anew: %+v, %v", report, err)
		}
	})
}

func TestAPublishedBulletinStaysWhatItWas(t *testing.T) {
	o := open(t, dbtest.SQLite(t))
	o.september()
	b := o.published("2026-Q3")
	file := o.file(b.Number)
	o.happens(o.life("later", true, nil)...)
	o.happens(o.event("in-time-1", 10, "reopen", "registered", nil), o.event("in-time-1", 11, "call_back", "fed_back", map[string]any{"reached": "no"}))
	if _, _, err := evaluation.VerifyFile(bytes.NewReader(o.file(b.Number)), o.Ledger.Key(realm), ""); err != nil {
		t.Error(err)
	}
	if _, _, err := evaluation.VerifyFile(bytes.NewReader(file), o.Ledger.Key(realm), ""); err != nil {
		t.Errorf("a file that was kept: %v", err)
	}
	report, err := o.VerifyBulletins(t.Context(), realm)
	if err != nil || len(report[0].Problems) > 0 {
		t.Errorf("derived anew after more has happened: %+v, %v", report, err)
	}
	if again := o.published("2026-Q3"); again.Number != "2026-Q3.2" {
		t.Errorf("published again it is %s", again.Number)
	}
	if latest, err := o.BulletinOf(t.Context(), realm, b.Period); err != nil || latest.Number != "2026-Q3.2" {
		t.Errorf("the latest is %s, %v", latest.Number, err)
	}
	if list, err := o.Bulletins(t.Context(), realm, page.Cursor{}, 1); err != nil || len(list.Items) != 1 || !list.Next.More() {
		t.Errorf("listed: %+v, %v", list, err)
	}
}

// TestFactsTellOfNobody reads what leaves the house: no id, no place below the town,
// no moment, and nothing of what could tell of a person.
func TestFactsTellOfNobody(t *testing.T) {
	o := open(t, dbtest.SQLite(t))
	o.september()
	text := unpacked(t, o.file(o.published("2026-09").Number))
	_, facts, _ := strings.Cut(text, "\n")
	for _, word := range []string{"in-time", "family", "0601", "020103", `"place"`, `"body"`, fmt.Sprint(o.now.Year() - 1), "179"} {
		if strings.Contains(facts, word) {
			t.Errorf("the facts hold %q", word)
		}
	}
	withheld := 0
	for line := range strings.Lines(facts) {
		if !strings.Contains(line, `"town"`) && !strings.Contains(line, `"type"`) && !strings.Contains(line, `"origin"`) {
			withheld++
		}
	}
	if withheld != 1 {
		t.Errorf("%d cases are told without town, class and channel, want the restricted one", withheld)
	}
	if evaluation.Pseudonym(realm, "2026-09.1", "a") == evaluation.Pseudonym(realm, "2026-09.2", "a") {
		t.Error("bulletins can be joined")
	}
}

func unpacked(t *testing.T, file []byte) string {
	t.Helper()
	zip, err := gzip.NewReader(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(zip)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func packed(t *testing.T, text string) []byte {
	t.Helper()
	var out bytes.Buffer
	zip := gzip.NewWriter(&out)
	if _, err := io.WriteString(zip, text); err != nil {
		t.Fatal(err)
	}
	if err := zip.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestAForgedBulletinIsRefusedAndSaysWhy(t *testing.T) {
	o := open(t, dbtest.SQLite(t))
	o.september()
	text := unpacked(t, o.file(o.published("2026-09").Number))
	lines := strings.SplitAfter(text, "\n")
	swapped := slices.Clone(lines)
	swapped[1], swapped[2] = lines[2], lines[1]
	other := o.Ledger.Key("other")
	for name, tt := range map[string]struct{ text, key, want string }{
		"as it is":               {text, "", "<nil>"},
		"signed by another":      {text, other, "ledger.receipt.head"},
		"a count":                {strings.Replace(text, `"n":8,"of":10`, `"n":9,"of":10`, 1), "", "bulletin.bad_document"},
		"a definition":           {strings.Replace(text, `"decimals":2`, `"decimals":1`, 1), "", "bulletin.bad_document"},
		"the instant":            {strings.Replace(text, `"as_of":"2026-10`, `"as_of":"2026-11`, 1), "", "bulletin.bad_document"},
		"the number":             {strings.Replace(text, `"number":"2026-09.1"`, `"number":"2026-08.1"`, 1), "", "bulletin.bad_receipt"},
		"a fact":                 {strings.Replace(text, `"dispatches":1`, `"dispatches":2`, 1), "", "bulletin.bad_facts"},
		"a fact dropped":         {strings.Join(append([]string{lines[0]}, lines[2:]...), ""), "", "bulletin.bad_facts"},
		"a fact twice":           {text + lines[len(lines)-2], "", "bulletin.bad_facts"},
		"another order":          {strings.Join(swapped, ""), "", "bulletin.bad_facts"},
		"cut off within a line":  {text[:len(text)-5], "", "bulletin.bad_facts"},
		"a line without end":     {text + strings.Repeat("x", 1<<16), "", "bulletin.bad_facts"},
		"no document":            {"{}\n", "", "bulletin.unreadable"},
		"a document without end": {strings.Repeat("x", 5<<20), "", "bulletin.unreadable"},
		"an invented measure":    {strings.Replace(text, `"numerator":"completed"`, `"numerator":"guessed"`, 1), "", "bulletin.unreadable"},
		"nothing":                {"", "", "bulletin.unreadable"},
	} {
		if tt.text == text && tt.want != "<nil>" && tt.key == "" {
			t.Errorf("%s: the forgery changed nothing", name)
		}
		if _, _, err := evaluation.VerifyFile(bytes.NewReader(packed(t, tt.text)), tt.key, ""); keyOf(err) != tt.want {
			t.Errorf("%s: %v, want %s", name, keyOf(err), tt.want)
		}
	}
	if _, _, err := evaluation.VerifyFile(strings.NewReader("no archive"), "", ""); keyOf(err) != "bulletin.unreadable" {
		t.Error(err)
	}
}

func TestWhatTheLogDoesNotKnowIsNotPublished(t *testing.T) {
	for name, tt := range map[string]struct {
		spoil func(o *office)
		want  string
	}{
		"counted, and not in the log": {func(o *office) { o.hear(o.life("invented", false, nil)...) }, "bulletin.not_in_log"},
		"in the log, and not counted": {func(o *office) {
			events := o.life("half", false, nil)
			o.happens(events[:4]...)
			err := o.DB.InTx(o.t.Context(), func(tx *db.Tx) error { o.audited(tx, events[4]); return nil })
			if err != nil {
				o.t.Fatal(err)
			}
		}, "bulletin.not_counted"},
	} {
		t.Run(name, func(t *testing.T) {
			o := open(t, dbtest.SQLite(t))
			tt.spoil(o)
			o.september()
			b, err := o.AskBulletin(t.Context(), evaluation.AskBulletin{Realm: realm, Period: "2026-09", By: head})
			if err != nil {
				t.Fatal(err)
			}
			o.drained()
			b, err = o.Bulletin(t.Context(), realm, b.Number)
			if err != nil || !b.MadeAt.IsZero() || b.Problem != tt.want {
				t.Errorf("made %v, problem %q, %v", b.MadeAt, b.Problem, err)
			}
			if _, err := o.Document(t.Context(), realm, b.Number); keyOf(err) != "bulletin.in_the_making" {
				t.Error(err)
			}
		})
	}
}

func TestTamperingWithWhatWasPublishedIsFound(t *testing.T) {
	for name, tt := range map[string]struct{ statement, want string }{
		"a count":         {`UPDATE evaluation_bulletin SET counts = replace(counts, '"n":8', '"n":9')`, "bulletin.bad_counts"},
		"an event":        {`UPDATE evaluation_event SET body = replace(body, '"town":4', '"town":9')`, "bulletin.bad_facts"},
		"a dropped event": {`UPDATE evaluation_event SET at = at + 99999999999999 WHERE seq > 8`, "bulletin.not_counted"},
		"the head":        {`UPDATE evaluation_bulletin SET head = replace(head, 'at 20', 'at 19')`, "bulletin.bad_head"},
	} {
		t.Run(name, func(t *testing.T) {
			o := open(t, dbtest.SQLite(t))
			o.september()
			o.published("2026-09")
			err := o.DB.InTx(t.Context(), func(tx *db.Tx) error {
				n, err := tx.Exec(t.Context(), tt.statement)
				if n == 0 {
					t.Error("nothing was altered")
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			report, err := o.VerifyBulletins(t.Context(), realm)
			if err != nil || !slices.Contains(report[0].Problems, tt.want) {
				t.Errorf("found %v, want %s (%v)", report, tt.want, err)
			}
		})
	}
}

func TestWhoMayNotPublish(t *testing.T) {
	o := open(t, dbtest.SQLite(t))
	o.september()
	part, desk, foreign := head, head, head
	part.Grants = []identity.Grant{{Role: identity.ShiftHead, Lo: 1, Hi: 50}}
	desk.Grants = []identity.Grant{{Role: identity.Dispatcher, Lo: 1, Hi: 100}}
	foreign.Realm = "other"
	for name, tt := range map[string]struct {
		by     identity.Actor
		period string
		want   string
	}{
		"a shift head of a part": {part, "2026-09", "bulletin.not_yours"}, "a dispatcher": {desk, "2026-09", "bulletin.not_yours"},
		"of another realm": {foreign, "2026-09", "bulletin.not_yours"}, "nobody": {identity.Actor{}, "2026-09", "bulletin.not_yours"},
		"a month that is not over": {head, "2026-10", "bulletin.not_over"}, "a year that is not over": {head, "2026", "bulletin.not_over"},
		"no period": {head, "soon", "figures.no_period"},
	} {
		_, err := o.AskBulletin(t.Context(), evaluation.AskBulletin{Realm: realm, Period: tt.period, By: tt.by})
		if keyOf(err) != tt.want {
			t.Errorf("%s: %v, want %s", name, err, tt.want)
		}
	}
}

func TestABulletinIsMadeOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		o.september()
		var all sync.WaitGroup
		answers := make([]error, 8)
		for i := range answers {
			all.Go(func() {
				_, answers[i] = o.AskBulletin(t.Context(), evaluation.AskBulletin{Realm: realm, Period: "2026-09", By: head})
			})
		}
		all.Wait()
		taken := 0
		for _, err := range answers {
			if err == nil {
				taken++
			} else if keyOf(err) != "bulletin.in_the_making" {
				t.Error(err)
			}
		}
		if taken != 1 {
			t.Errorf("%d were taken", taken)
		}
		o.drained()
		o.drained()
		list, err := o.Bulletins(t.Context(), realm, page.Cursor{}, 10)
		if err != nil || len(list.Items) != 1 || list.Items[0].MadeAt.IsZero() {
			t.Errorf("%+v, %v", list.Items, err)
		}
	})
}

func FuzzVerifyFile(f *testing.F) {
	f.Add([]byte("{}\n{}\n"))
	f.Add([]byte(`{"format":"pavilion-bulletin-1","indicators":[]}` + "\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		if _, _, err := evaluation.VerifyFile(bytes.NewReader(packed(t, string(text))), "", ""); err == nil {
			t.Error("a file that nobody signed was proved")
		}
	})
}
