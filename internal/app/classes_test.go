// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package app

import (
	"archive/zip"
	"bytes"
	"database/sql"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pavilion/internal/base/id"
	"pavilion/internal/base/page"
	"pavilion/internal/civic/matter"
	"pavilion/internal/civic/matter/privacy"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/notify"
	"pavilion/internal/core/org"
	"pavilion/internal/core/procedure"
	"pavilion/internal/core/sight"
	"pavilion/internal/edge/api"
	"pavilion/internal/platform/db"
)

// written are the fields whose words the test can tell apart; wordOf is the word.
var written = []privacy.Field{privacy.Title, privacy.Text, privacy.Address, privacy.Steps, privacy.Reply}

func wordOf(class string, f privacy.Field) string {
	return "识" + map[string]string{"A": "春", "B": "夏", "C": "秋", "D": "冬", "Z": "岁"}[class] +
		map[privacy.Field]string{privacy.Title: "标签", privacy.Text: "正句", privacy.Address: "巷口", privacy.Steps: "经过", privacy.Reply: "回话"}[f]
}

// classTypes are types of the catalogue, by class.
var classTypes = map[string]string{"A": "010101", "B": "010304", "C": "060101", "D": "060102"}

// seers are people of the demo and what they are to a matter that the utility has.
var seers = map[string]privacy.Audience{
	"desk": privacy.Desk, "head": privacy.Head, "utility": privacy.Handling, "hall": privacy.Reception, "grid": privacy.Grid,
	"admin": privacy.Watching, "security": privacy.Watching, "auditor": privacy.Watching,
}

// classes is a site with one matter of each class, in the hands of the utility.
type classes struct {
	*stage
	matters map[string]matter.Matter
	log     *bytes.Buffer
}

// act makes a move as somebody with one role in the place of m.
func (c *classes) act(t *testing.T, m matter.Matter, role identity.Role, body string, action procedure.Action, answers url.Values) matter.Matter {
	t.Helper()
	account := id.New()
	moved, err := c.Matters.Move(t.Context(), matter.Move{
		Realm: m.Realm, ID: m.ID, Revision: m.Revision, Action: action, Answers: answers,
		By: identity.Actor{Realm: m.Realm, Account: account, Grants: []identity.Grant{{
			Realm: m.Realm, Account: account, Role: role, Lo: 0, Hi: 1 << 60, Body: body, From: c.Now().Add(-time.Hour),
		}}},
	})
	if err != nil {
		t.Fatalf("%s: %v", action, err)
	}
	return moved
}

// lived makes a matter with words in each field, up to the reply. It begins with a
// type of its own, or gets it from the desk.
func (c *classes) lived(t *testing.T, class, first, code string, body org.Body) matter.Matter {
	t.Helper()
	village, _ := c.Org.AreaByCode(c.Config.Realm, walkVillage)
	low, high := village.Shape.Bounds()
	middle := low
	middle.Lon, middle.Lat = (low.Lon+high.Lon)/2, (low.Lat+high.Lat)/2
	made, err := c.Matters.Report(t.Context(), matter.Report{
		Realm: c.Config.Realm, Origin: "web", Type: first, Title: wordOf(class, privacy.Title), Text: wordOf(class, privacy.Text),
		Address: wordOf(class, privacy.Address), Point: &middle,
	})
	if err != nil {
		t.Fatal(err)
	}
	m, err := c.Matters.Track(t.Context(), c.Config.Realm, made.Number, made.Code)
	if err != nil {
		t.Fatal(err)
	}
	steps := wordOf(class, privacy.Steps)
	m = c.act(t, m, identity.Dispatcher, "", "register", url.Values{"category": {code}})
	m = c.act(t, m, identity.Dispatcher, "", "dispatch", url.Values{"body": {body.ID}, "note": {steps}})
	m = c.act(t, m, identity.Handler, body.ID, "sign", nil)
	m = c.act(t, m, identity.Handler, body.ID, "handle", url.Values{"note": {steps}})
	m = c.act(t, m, identity.Dispatcher, "", "pass", url.Values{"note": {steps}})
	return c.act(t, m, identity.Dispatcher, "", "feed_back", url.Values{"reply": {wordOf(class, privacy.Reply)}})
}

func classify(t *testing.T) *classes {
	t.Helper()
	c := &classes{stage: perform(t), matters: map[string]matter.Matter{}, log: new(bytes.Buffer)}
	c.unlimitedClasses(t)
	i := slices.IndexFunc(c.Org.Bodies(c.Config.Realm), func(b org.Body) bool { return b.Kind == "UTIL" })
	body := c.Org.Bodies(c.Config.Realm)[i]
	for class, code := range classTypes {
		c.matters[class] = c.lived(t, class, code, code, body)
	}
	c.matters["Z"] = c.lived(t, "Z", "", classTypes["D"], body)
	if err := c.background(); err != nil {
		t.Fatal(err)
	}
	if err := c.Queue.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	return c
}

// unlimitedClasses has the site answer as often as it is asked, and logs.
func (c *classes) unlimitedClasses(t *testing.T) {
	t.Helper()
	c.Config.ReportLimit, c.Config.CodeLimit, c.Config.AccountLimit, c.Config.BallotLimit = -1, -1, -1, -1
	c.Log = slog.New(slog.NewTextHandler(c.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	site, err := c.Handler()
	if err != nil {
		t.Fatal(err)
	}
	c.server.Config.Handler = site
}

// classOf is the class of the matter whose words carry a letter.
func classOf(letter string) string {
	if letter == "Z" {
		return "D"
	}
	return letter
}

// ask gets a page, or a path of the API, as somebody.
func (c *classes) ask(t *testing.T, w walker, path string, cookies ...*http.Cookie) (int, string) {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	if w.cookie != nil && !strings.HasPrefix(path, api.Prefix) {
		r.AddCookie(w.cookie)
	}
	if w.token != "" && strings.HasPrefix(path, api.Prefix) {
		r.Header.Set("Authorization", "Bearer "+w.token)
	}
	for _, cookie := range cookies {
		r.AddCookie(cookie)
	}
	res := httptest.NewRecorder()
	c.server.Config.Handler.ServeHTTP(res, r)
	return res.Code, unpacked(t, res.Body.Bytes())
}

// unpacked is what a workbook holds, or the bytes as they are.
func unpacked(t *testing.T, body []byte) string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
	if err != nil {
		return string(body)
	}
	var out strings.Builder
	for _, f := range z.File {
		part, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(&out, part); err != nil {
			t.Fatal(err)
		}
		part.Close()
	}
	return out.String()
}

// ways are all that can be got, with the places of each filled by each matter.
func (c *classes) ways(t *testing.T) map[string]string {
	t.Helper()
	ro, programs, err := c.Edges()
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for letter, m := range c.matters {
		values := map[string]string{
			"id": m.ID, "number": m.Number, "code": "ZZZZZZZZ", "seq": "1", "photo": m.ID, "size": "full", "format": "xlsx", "token": "nobody",
			"kind": "matter.types", "name": "matter.rate",
		}
		for _, r := range policy(ro, programs) {
			if path, ok := strings.CutPrefix(r.Route, "GET "); ok && !strings.HasPrefix(path, "/assets/") {
				out[fill(path, values)] = letter
			}
		}
	}
	out["/desk/matters?ended=1&state=fed_back"], out["/desk/export/csv"], out[api.Prefix+"/matters?ended=true"] = "", "", ""
	out["/desk/matters/"+c.matters["A"].ID+"?from=matters"] = "A"
	return out
}

// TestEveryClassIsShownToWhomTheTableSays asks for every page and every way of the
// API as everybody, before and after they have stated a purpose: each field's word
// is shown on the matter's own page and by the API to those to whom the table of
// classes shows it, and nowhere else that the class keeps it from.
func TestEveryClassIsShownToWhomTheTableSays(t *testing.T) {
	c := classify(t)
	ways := c.ways(t)
	for _, stated := range []bool{false, true} {
		for login, audience := range seers {
			w := c.someone(t, login)
			if stated {
				c.state(t, w, audience)
			}
			c.readAll(t, w, login, audience, stated, ways)
		}
	}
	c.readAll(t, walker{name: "nobody"}, "nobody", privacy.Public, false, ways)
}

// state states a purpose for the matters whose class asks for one. Where nothing
// can be shown it is refused.
func (c *classes) state(t *testing.T, w walker, audience privacy.Audience) {
	t.Helper()
	for letter, m := range c.matters {
		err := c.Matters.StatePurpose(t.Context(), matter.StatePurpose{
			Realm: m.Realm, ID: m.ID, By: w.actor, Purpose: sight.Handling,
		})
		if want := privacy.Asks(classOf(letter), []privacy.Audience{audience}); (err == nil) != want {
			t.Errorf("%s states a purpose for %s: %v", w.name, letter, err)
		}
	}
}

// readAll reads every way as somebody and judges each word.
func (c *classes) readAll(t *testing.T, w walker, name string, audience privacy.Audience, stated bool, ways map[string]string) {
	t.Helper()
	for path := range ways {
		_, body := c.ask(t, w, path)
		for letter, m := range c.matters {
			own := path == "/desk/matters/"+m.ID || path == api.Prefix+"/matters/"+m.ID
			for _, f := range written {
				how := privacy.Decide(classOf(letter), []privacy.Audience{audience}, f)
				near := own || strings.HasPrefix(path, "/desk/matters/"+m.ID+"/") // opened the same way, and recorded
				may := how == privacy.Open || how == privacy.OnPurpose && stated && near
				has := strings.Contains(body, wordOf(letter, f))
				switch {
				case has && !may:
					t.Errorf("%s (purpose stated: %v) reads %s of class %s on %s", name, stated, f, letter, path)
				case !has && may && own:
					t.Errorf("%s (purpose stated: %v) does not read %s of class %s on %s", name, stated, f, letter, path)
				}
			}
		}
	}
}

// TestTheReporterReadsWhatTheClassShowsHer follows matters with number and code.
func TestTheReporterReadsWhatTheClassShowsHer(t *testing.T) {
	c := classify(t)
	desk := c.someone(t, "desk")
	c.state(t, desk, privacy.Desk)
	c.ask(t, desk, "/desk/matters/"+c.matters["D"].ID)
	for letter, m := range c.matters {
		r := httptest.NewRequest(http.MethodGet, "/t/"+m.Number+"/"+c.Matters.Code(m.Realm, m.ID), nil)
		res := httptest.NewRecorder()
		c.server.Config.Handler.ServeHTTP(res, r)
		_, page := c.ask(t, walker{}, "/m/"+m.Number, res.Result().Cookies()...)
		r = httptest.NewRequest(http.MethodPost, api.Prefix+"/track", strings.NewReader(
			fmt.Sprintf(`{"number": %q, "code": %q}`, m.Number, c.Matters.Code(m.Realm, m.ID))))
		r.Header.Set("Content-Type", "application/json")
		told := httptest.NewRecorder()
		c.server.Config.Handler.ServeHTTP(told, r)
		for way, body := range map[string]string{"page": page, "API": told.Body.String()} {
			for _, f := range written {
				want := privacy.Decide(classOf(letter), []privacy.Audience{privacy.Reporter}, f) == privacy.Open
				if has := strings.Contains(body, wordOf(letter, f)); has != want {
					t.Errorf("the reporter of %s reads %s on the %s: %v, want %v", letter, f, way, has, want)
				}
			}
		}
		if looked := strings.Contains(page, "/seen") || strings.Contains(page, "Who looked") || strings.Contains(page, "谁看过您"); looked != (letter == "D") {
			t.Errorf("the reporter of %s is told of looks: %v", letter, looked)
		}
		if strings.Contains(page, desk.actor.Name) || strings.Contains(page, desk.actor.Account) {
			t.Error("a name is told")
		}
	}
}

// TestWhatIsKeptBackIsFoundBySearchOnlyByItsNumber searches as those who may see
// everything, with a stated purpose.
func TestWhatIsKeptBackIsFoundBySearchOnlyByItsNumber(t *testing.T) {
	c := classify(t)
	w := c.someone(t, "desk")
	c.state(t, w, privacy.Desk)
	for letter, m := range c.matters {
		for _, f := range []privacy.Field{privacy.Title, privacy.Text, privacy.Address} {
			found, err := c.Docket.Find(t.Context(), w.actor, wordOf(letter, f), page.Cursor{}, 10)
			if want := privacy.Everyday(classOf(letter), f); err != nil || (len(found.Items) > 0) != want {
				t.Errorf("%s of class %s is found: %d, %v", f, letter, len(found.Items), err)
			}
		}
		if found, err := c.Docket.Find(t.Context(), w.actor, m.Number, page.Cursor{}, 10); err != nil || len(found.Items) != 1 {
			t.Errorf("%s is not found by its number: %v", letter, err)
		}
	}
}

// TestSealedWordsAreInNoBackupLogOrLetter reads the bytes of a backup of the
// database, of the letters that were sent, and of the log.
func TestSealedWordsAreInNoBackupLogOrLetter(t *testing.T) {
	c := classify(t)
	w := c.someone(t, "desk")
	c.state(t, w, privacy.Desk)
	c.readAll(t, w, "desk", privacy.Desk, true, c.ways(t))
	if err := c.Queue.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	backup := filepath.Join(t.TempDir(), "backup.db")
	pool, err := sql.Open("sqlite", "file:"+c.Config.sqliteFile()+"?mode=ro")
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	if _, err := pool.ExecContext(t.Context(), `VACUUM INTO ?`, backup); err != nil {
		t.Fatal(err)
	}
	kept, err := os.ReadFile(backup)
	if err != nil {
		t.Fatal(err)
	}
	live, err := os.ReadFile(c.Config.sqliteFile()) // what a careless copy takes; the journal is apart
	if err != nil {
		t.Fatal(err)
	}
	var open, sealed int
	points := `SELECT COUNT(CASE WHEN privacy <> 'D' THEN lon END), COUNT(CASE WHEN privacy = 'D' THEN lon END) FROM matter`
	if err := pool.QueryRowContext(t.Context(), points).Scan(&open, &sealed); err != nil || open == 0 || sealed != 0 {
		t.Errorf("%d points of other classes and %d of D lie open, %v", open, sealed, err)
	}
	letters := everything(t, filepath.Join(c.Config.Data, "mail"))
	for _, f := range written {
		for letter := range c.matters {
			word := []byte(wordOf(letter, f))
			if sealed := classOf(letter) == "D"; bytes.Contains(kept, word) == sealed {
				t.Errorf("%s of class %s in the backup: %v", f, letter, !sealed)
			}
			if classOf(letter) == "D" && bytes.Contains(live, word) {
				t.Errorf("%s of class %s is in the database's file", f, letter)
			}
			if bytes.Contains(letters, word) || bytes.Contains(c.log.Bytes(), word) {
				t.Errorf("%s of class %s is in a letter or in the log", f, letter)
			}
		}
	}
}

// everything is the bytes of all files below a folder.
func everything(t *testing.T, folder string) []byte {
	t.Helper()
	var out []byte
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return nil // no letter was sent
		}
		data, err := os.ReadFile(path)
		out = append(out, data...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// notices are what somebody was told, by the keys of the sentences.
func (s *stage) notices(t *testing.T, account string) []string {
	t.Helper()
	if err := s.Queue.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	var keys []string
	err := s.DB.View(t.Context(), func(tx *db.Tx) error {
		list, err := notify.List(t.Context(), tx, s.Config.Realm, account, page.Cursor{}, 50)
		for _, m := range list.Items {
			keys = append(keys, m.Key)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

// TestReachingForWhatIsSealedTellsTheAuditors has somebody open a sealed matter,
// twice, and somebody else try what is not for them.
func TestReachingForWhatIsSealedTellsTheAuditors(t *testing.T) {
	s := perform(t)
	s.Listen()
	desk, grid, auditor := s.someone(t, "desk"), s.someone(t, "grid"), s.someone(t, "auditor")
	village, _ := s.Org.AreaByCode(s.Config.Realm, walkVillage)
	made, err := s.Matters.Report(t.Context(), matter.Report{
		Realm: s.Config.Realm, Origin: "test", Type: classTypes["D"], Text: "测试家中有事", Area: village.ID,
	})
	if err != nil {
		t.Fatal(err)
	}
	path := "/desk/matters/" + made.ID
	for range 2 {
		if res, _ := s.as(t, grid, path, nil); res.StatusCode != http.StatusNotFound {
			t.Errorf("a grid worker gets %d", res.StatusCode)
		}
		res, _ := s.as(t, desk, path+"/purpose", url.Values{"purpose": {"handling"}})
		if res.StatusCode != http.StatusSeeOther {
			t.Errorf("a purpose is answered with %d", res.StatusCode)
		}
	}
	told := s.notices(t, auditor.actor.Account)
	slices.Sort(told)
	if !slices.Equal(told, []string{"notify.sight_alarmed", "notify.sight_refused"}) {
		t.Errorf("the auditor was told %v", told)
	}
}

// TestAnAuditorDrawsAsksAndIsAnswered goes over the pages of an auditor and of the
// person asked.
func TestAnAuditorDrawsAsksAndIsAnswered(t *testing.T) {
	s := perform(t)
	s.Listen()
	desk, auditor := s.someone(t, "desk"), s.someone(t, "auditor")
	village, _ := s.Org.AreaByCode(s.Config.Realm, walkVillage)
	made, err := s.Matters.Report(t.Context(), matter.Report{
		Realm: s.Config.Realm, Origin: "test", Type: classTypes["C"], Text: "测试邻里有事", Area: village.ID,
	})
	if err != nil {
		t.Fatal(err)
	}
	path := "/desk/matters/" + made.ID
	if res, _ := s.as(t, desk, path, nil); !strings.HasSuffix(res.Header.Get("Location"), "/purpose") {
		t.Errorf("the matter opens without a purpose: %d", res.StatusCode)
	}
	if res, body := s.as(t, desk, path+"/purpose", url.Values{"purpose": {"other"}, "words": {"看"}}); res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(body, `value="看"`) {
		t.Errorf("too few words are answered with %d", res.StatusCode)
	}
	s.as(t, desk, path+"/purpose", url.Values{"purpose": {"other"}, "words": {"核对经办情况"}})
	if _, body := s.as(t, desk, path, nil); !strings.Contains(body, "测试邻里有事") {
		t.Error("the words are not shown on a purpose")
	}
	for _, way := range []string{logPage, logPage + "?number=" + made.Number, logPage + "?matter=" + made.ID, logPage + "?account=" + desk.actor.Account} {
		if _, body := s.as(t, auditor, way, nil); !strings.Contains(body, "核对经办情况") || !strings.Contains(body, desk.actor.Name) || strings.Contains(body, "测试邻里有事") {
			t.Errorf("the auditor does not read the look on %s", way)
		}
	}
	if _, body := s.as(t, auditor, logPage+"?itself=1", nil); !strings.Contains(body, auditor.actor.Name) {
		t.Error("that the log was read is not on its page")
	}
	if res, _ := s.as(t, desk, logPage, nil); res.StatusCode != http.StatusForbidden {
		t.Errorf("the desk reads the log: %d", res.StatusCode)
	}
	today := s.Now().In(s.Calendar.Zone()).Format(time.DateOnly)
	res, _ := s.as(t, auditor, "/desk/audit/samples", url.Values{"from_day": {today}, "to_day": {today}, "size": {"5"}, "seed": {"测试"}})
	at := res.Header.Get("Location")
	_, body := s.as(t, auditor, at, nil)
	sample, look := between(body, `name="sample" value="`, `"`), between(body, `name="look" value="`, `"`)
	if res.StatusCode != http.StatusSeeOther || look == "" {
		t.Fatalf("drawing is answered with %d, to %s", res.StatusCode, at)
	}
	verdict := url.Values{"sample": {sample}, "look": {look}, "revision": {"1"}, "verdict": {"to_explain"}}
	if res, _ := s.as(t, auditor, "/desk/audit/sample", verdict); res.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("a question without words is answered with %d", res.StatusCode)
	}
	verdict.Set("words", "请说明为何查看")
	s.as(t, auditor, "/desk/audit/sample", verdict)
	if told := s.notices(t, desk.actor.Account); !slices.Contains(told, "notify.sight_asked") {
		t.Errorf("the person asked was told %v", told)
	}
	asks := s.Say("en", "sight.inbox")
	if _, body := s.as(t, desk, "/desk?lang=en", nil); !strings.Contains(body, asks) && !strings.Contains(body, s.Say("zh-Hans", "sight.inbox")) {
		t.Error("the question is not in the inbox")
	}
	s.as(t, desk, "/desk/looks", url.Values{"sample": {sample}, "look": {look}, "revision": {"2"}, "words": {"当天回访时核对"}})
	if told := s.notices(t, auditor.actor.Account); !slices.Contains(told, "notify.sight_answered") {
		t.Errorf("the auditor was told %v", told)
	}
	if _, body := s.as(t, desk, "/desk", nil); strings.Contains(body, s.Say("zh-Hans", "sight.inbox")) {
		t.Error("what was answered is still in the inbox")
	}
	if _, body := s.as(t, auditor, at, nil); !strings.Contains(body, "当天回访时核对") {
		t.Error("the auditor does not read the answer")
	}
}

// logPage is the log of looks.
const logPage = "/desk/audit/looks"

// between is what stands between two pieces of a text; nothing if they are not there.
func between(text, from, to string) string {
	_, rest, ok := strings.Cut(text, from)
	found, _, end := strings.Cut(rest, to)
	if !ok || !end {
		return ""
	}
	return found
}

// TestAMaskedValueIsNeverTaken sends what somebody was shown of a contact back over
// every way by which a contact is told.
func TestAMaskedValueIsNeverTaken(t *testing.T) {
	s := &classes{stage: perform(t), log: new(bytes.Buffer)}
	s.unlimitedClasses(t)
	hall := s.someone(t, "hall")
	village, _ := s.Org.AreaByCode(s.Config.Realm, walkVillage)
	before, err := s.Matters.Count(t.Context(), s.Config.Realm)
	if err != nil {
		t.Fatal(err)
	}
	for _, masked := range []string{"138****0000", "测试某＊", "138●●●●0000", "t***@example.invalid"} {
		for _, field := range []string{"name", "phone", "mail"} {
			if field != "mail" { // the desk's form has none
				s.sentBack(t, hall, village.ID, field, masked)
			}
			body := fmt.Sprintf(`{"text": "测试路面破损", "area": %q, "contact": {%q: %q}}`, village.ID, field, masked)
			r := httptest.NewRequest(http.MethodPost, api.Prefix+"/reports", strings.NewReader(body))
			r.Header.Set("Content-Type", "application/json")
			r.Header.Set("Idempotency-Key", id.New())
			res := httptest.NewRecorder()
			s.server.Config.Handler.ServeHTTP(res, r)
			if res.Code != http.StatusUnprocessableEntity {
				t.Errorf("the API takes %q as %s: %d", masked, field, res.Code)
			}
		}
	}
	after, err := s.Matters.Count(t.Context(), s.Config.Realm)
	if err != nil || after != before {
		t.Errorf("there were %d matters, and are %d, %v", before, after, err)
	}
}

// sentBack sends a masked contact over the desk's form.
func (c *classes) sentBack(t *testing.T, w walker, area, field, masked string) {
	t.Helper()
	sent := url.Values{"channel": {"hall"}, "category": {"020103"}, "text": {"测试路面破损"}, "area": {area}, "contact_" + field: {masked}}
	if res, _ := c.as(t, w, "/desk/report", sent); res.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("the desk takes %q as %s: %d", masked, field, res.StatusCode)
	}
}
