// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webpublic_test

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"pavilion/internal/base/page"
	"pavilion/internal/civic/matter/docket"
	"pavilion/internal/core/sight"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/db/dbtest"
)

// attack is what somebody might write into any field.
const attack = `<script>alert(1)</script><b onclick="x">&"'`

func TestWrongReportsAreShownAgainWithAllThatWasTyped(t *testing.T) {
	s := open(t, dbtest.SQLite(t))
	long := strings.Repeat("长", 100_000)
	for _, c := range []struct {
		name, field, value string
		status             int
		says, screen, at   string
	}{
		{"no text", "text", "", 422, "请写出是什么问题", "what", "#f-text"},
		{"only spaces", "text", " \n ", 422, "请写出是什么问题", "what", "#f-text"},
		{"a very long text", "text", long, 422, "最多 5000 个字", "what", "#f-text"},
		{"control characters", "text", "井盖\x00破了", 422, "控制字符", "what", "#f-text"},
		{"control characters in the address", "address", "门\x07前", 422, "控制字符", "where", "#f-address"},
		{"bytes that are no text", "text", "井盖\xff\xfe破了", 422, "编码", "what", "#f-text"},
		{"a long address", "address", strings.Repeat("长", 201), 422, "最多 200 个字", "where", "#f-address"},
		{"a point in the sea", "lon", "125", 422, "不在本地范围内", "where", "#f-point"},
		{"not a number", "lat", "NaN", 422, "不是数字", "where", "#f-point"},
		{"an infinite number", "lon", "Inf", 422, "坐标", "where", "#f-point"},
		{"no such type", "category", "999999", 422, "没有这个事项类型", "what", "#f-category"},
		{"a wrong phone number", "contact_phone", "12", 422, "5 到 15 位数字", "check", "#f-contact_phone"},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := s.browser("zh-Hans").post("/report", whole("contact_name", "测试居民甲", c.field, c.value))
			if a.status != c.status || !a.has(c.says) || !strings.Contains(a.body, `href="`+c.at+`"`) {
				t.Errorf("%d, wants %d and %q at %s", a.status, c.status, c.says, c.at)
			}
			if got := a.hidden().Get("screen"); got != c.screen {
				t.Errorf("screen %q, want %q", got, c.screen)
			}
			for field, value := range map[string]string{"address": "小卖部门前", "contact_name": "测试居民甲", "text": "村口的井盖破了"} {
				if field != c.field && !a.has(value) {
					t.Errorf("%s was lost", field)
				}
			}
			if field := c.field; field == "address" && !a.has(strings.ReplaceAll(c.value, "\x07", "")) && !a.has(c.value) {
				t.Error("what was typed is not shown again")
			}
		})
	}
	if n := s.count(); n != 0 {
		t.Errorf("%d matters were made", n)
	}
}

func TestSwappedCoordinatesAndNoPlace(t *testing.T) {
	s := open(t, dbtest.SQLite(t))
	b := s.browser("en")
	if a := b.post("/report", whole("lon", "35.701", "lat", "115.001")); a.status != 422 || !a.has("look swapped") {
		t.Errorf("swapped: %d", a.status)
	}
	if a := b.post("/report", whole("lon", "", "lat", "", "address", "")); a.status != 422 || !a.has("Please say where") {
		t.Errorf("nowhere: %d", a.status)
	}
	if a := b.post("/report", whole("lon", "", "lat", "", "area", "none")); a.status != 422 || !a.has("no such area") {
		t.Errorf("an unknown area: %d", a.status)
	}
}

func TestHTMLAndScriptAreShownAsText(t *testing.T) {
	s := open(t, dbtest.SQLite(t))
	b := s.browser("en")
	a := b.post("/report", whole("text", attack+" a", "address", attack, "contact_name", attack, "contact_phone", attack, "category", attack))
	shown := func(what string, a answer) {
		t.Helper()
		if strings.Contains(a.body, "<script>alert") || strings.Contains(a.body, "<b onclick") {
			t.Errorf("%s runs what was written", what)
		}
		if !strings.Contains(a.body, "&lt;script&gt;alert(1)") {
			t.Errorf("%s does not show it as text", what)
		}
	}
	shown("the form", a)
	number := b.report("text", attack+" b", "address", attack, "contact_name", "<script>alert(1)</script>")
	shown("the matter", b.get("/m/"+number))
	answered := b.post("/m/"+number+"/moves", url.Values{"action": {"answer"}, "revision": {"1"}, "text": {attack}})
	shown("the history", b.get(answered.to))
	shown("the form for number and code", b.post("/track", url.Values{"number": {attack}, "code": {attack}}))
	if a := b.get("/matters?area=" + url.QueryEscape(attack) + "&done=" + url.QueryEscape(attack)); a.status != 200 {
		t.Errorf("the list: %d", a.status)
	} else if strings.Contains(a.body, "alert(1)") && strings.Contains(a.body, "<script>alert") {
		t.Error("the list runs what was written")
	}
	if a := b.get("/matters?after=nonsense"); a.status != 422 {
		t.Errorf("a broken cursor: %d", a.status)
	}
}

// bomb is a PNG of a few bytes that claims to be huge.
func bomb() []byte {
	head := binary.BigEndian.AppendUint32([]byte("IHDR"), 60_000)
	head = append(binary.BigEndian.AppendUint32(head, 60_000), 8, 2, 0, 0, 0)
	b := append([]byte("\x89PNG\r\n\x1a\n"), 0, 0, 0, 13)
	return binary.BigEndian.AppendUint32(append(b, head...), crc32.ChecksumIEEE(head))
}

func TestPhotosThatAreNone(t *testing.T) {
	s := open(t, dbtest.SQLite(t))
	first := url.Values{"screen": {"what"}, "go": {"where"}, "client": {"c"}, "text": {"井盖破了"}, "address": {"小卖部门前"}}
	ten := [][]byte{}
	for range 10 {
		ten = append(ten, snapshot())
	}
	for _, c := range []struct {
		name   string
		photos [][]byte
		says   string
		kept   int
	}{
		{"30 MB", [][]byte{bytes.Repeat([]byte{0xff}, 30<<20)}, "不能超过 10 MB", 0},
		{"a renamed PDF", [][]byte{[]byte("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj")}, "不是可用的照片", 0},
		{"a decompression bomb", [][]byte{bomb()}, "不能超过 5000 万像素", 0},
		{"a broken photo after a good one", [][]byte{snapshot(), snapshot()[:100]}, "照片", 1},
		{"ten", ten, "一次最多上传 9 张照片", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := s.browser("zh-Hans").upload(first, c.photos...)
			if a.status != 422 || !a.has(c.says) || !strings.Contains(a.body, `href="#f-photos"`) {
				t.Errorf("%d: %q", a.status, c.says)
			}
			if !a.has("井盖破了") || !a.has("小卖部门前") || a.hidden().Get("client") != "c" {
				t.Error("what was typed is lost")
			}
			if n := strings.Count(a.body, `type="checkbox"`); n != c.kept {
				t.Errorf("%d photos are kept, want %d", n, c.kept)
			}
		})
	}
	if a := s.browser("en").post("/report", whole("photo", "0198c0de-0000-7000-8000-000000000000.forged")); a.status != 303 {
		t.Errorf("a forged photo is not passed over: %d", a.status)
	}
}

// What is sent as a form and is none, or is never finished, is answered or cut off, does
// no harm, and keeps no photo.
func TestUploadsThatAreNoForm(t *testing.T) {
	s := open(t, dbtest.SQLite(t))
	server := httptest.NewUnstartedServer(s.handler)
	server.Config.ReadTimeout = 500 * time.Millisecond
	server.Start()
	t.Cleanup(server.Close)
	part := func(name, file string, data []byte) string {
		return "--x\r\nContent-Disposition: form-data; name=\"" + name + "\"; filename=\"" + file + "\"\r\nContent-Type: text/html\r\n\r\n" + string(data) + "\r\n"
	}
	const end = "--x--\r\n"
	asked := func(length int, body string, pause time.Duration) int {
		t.Helper()
		c, err := net.Dial("tcp", server.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		check(c.SetDeadline(time.Now().Add(20 * time.Second)))
		head := "POST /report HTTP/1.1\r\nHost: test\r\nConnection: close\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: "
		half := len(body) / 2
		io.WriteString(c, head+strconv.Itoa(length)+"\r\n\r\n"+body[:half]) // whether the server still listens shows in its answer
		time.Sleep(pause)
		io.WriteString(c, body[half:])
		res, err := http.ReadResponse(bufio.NewReader(c), nil)
		if err != nil {
			return 0 // closed
		}
		defer res.Body.Close()
		return res.StatusCode
	}
	field := func(name, value string) string {
		return "--x\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n"
	}
	fields := field("screen", "what") + field("go", "where")
	whole := fields + part("photos", "photo.jpg", snapshot()) + end
	many := fields + part("photos", "photo.jpg", snapshot()) + strings.Repeat(part("photos", "a.jpg", nil), 1001) + end
	for _, c := range []struct {
		name   string
		length int
		body   string
		pause  time.Duration
	}{
		{"a thousand parts", len(many), many, 0},
		{"a length that is too short", len(whole) / 2, whole, 0},
		{"an upload that does not end", len(whole), whole, time.Second},
		{"no end of the last part", len(whole) - len(end), whole[:len(whole)-len(end)], 0},
		{"no part", len(end), end, 0},
		{"no bytes", 0, "", 0},
	} {
		if status := asked(c.length, c.body, c.pause); status >= 500 {
			t.Errorf("%s is answered with %d", c.name, status)
		}
	}
	if kept := s.photos(); kept != 0 {
		t.Errorf("%d photos are kept of forms that were none", kept)
	}
	if status := asked(len(whole)+1000, whole, 0); status >= 500 {
		t.Errorf("a length that is too long is answered with %d", status)
	}
	before := s.photos() // what was whole before the promised end is a form
	for _, name := range []string{"page.html", "photo.jpg.exe", "../../etc/passwd", "照片.png", strings.Repeat("a", 300)} {
		body := fields + part("photos", name, snapshot()) + end
		if status := asked(len(body), body, 0); status != 422 { // the text of the report is missing
			t.Errorf("a photo that is called %.20q is answered with %d", name, status)
		}
	}
	if kept := s.photos() - before; kept != 5 {
		t.Errorf("%d photos are kept, want 5: content decides, not the name", kept)
	}
}

// photos counts what is kept, attached or not.
func (s *site) photos() (n int) {
	check(s.db.View(s.t.Context(), func(tx *db.Tx) error {
		return tx.QueryRow(s.t.Context(), `SELECT COUNT(*) FROM files_photo`).Scan(&n)
	}))
	return n
}

func TestAWrongCodeAndAnUnknownNumberAreTheSame(t *testing.T) {
	s := open(t, dbtest.SQLite(t))
	number := s.browser("en").report()
	unknown := number[:9] + "0000000"
	ask := func(address, number, code string) answer {
		b := s.browser("en")
		b.address = address
		return b.post("/track", url.Values{"number": {number}, "code": {code}})
	}
	wrong, missing := ask("a", number, "ABCDEFGH"), ask("b", unknown, "ABCDEFGH")
	if wrong.status != 404 || missing.status != 404 || strings.ReplaceAll(wrong.body, number, unknown) != missing.body {
		t.Errorf("%d and %d differ", wrong.status, missing.status)
	}
	for _, path := range []string{"/m/", "/receipt/"} {
		known, none := s.browser("en").get(path+number), s.browser("en").get(path+unknown)
		if known.status != none.status || strings.ReplaceAll(known.body, number, unknown) != none.body {
			t.Errorf("%s tells whether a number exists", path)
		}
		forger := s.browser("en")
		forger.cookies["pv_m_"+number], forger.cookies["pv_m_"+unknown] = "forged", "forged"
		known, none = forger.get(path+number), forger.get(path+unknown)
		if known.status != 404 || known.status != none.status || strings.ReplaceAll(known.body, number, unknown) != none.body {
			t.Errorf("%s believes a forged cookie", path)
		}
	}
	for range 6 {
		ask("c", number, "ABCDEFGH")
	}
	right := s.matters.Code(realm, s.id(number))
	if a := ask("c", number, right); a.status != http.StatusTooManyRequests || a.header.Get("Retry-After") == "" || !a.has(number) {
		t.Errorf("after six tries: %d", a.status)
	}
	s.pass(2 * time.Minute)
	if a := ask("c", number, right); a.status != http.StatusSeeOther {
		t.Errorf("after a rest: %d", a.status)
	}
	b := s.browser("en")
	if a := b.get("/t/" + number + "/" + right); a.to != "/m/"+number || b.get(a.to).status != 200 {
		t.Errorf("the address on the receipt leads to %q", a.to)
	}
}

// What reminds a browser of a matter goes over encrypted connections only, also
// where a proxy ends them.
func TestWhatABrowserRemembersIsKeptClose(t *testing.T) {
	s := open(t, dbtest.SQLite(t))
	number := s.browser("en").report()
	path := "/t/" + number + "/" + s.matters.Code(realm, s.id(number))
	ask := func(path string, cookies ...*http.Cookie) *http.Response {
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.Header.Set("X-Forwarded-Proto", "https")
		for _, c := range cookies {
			r.AddCookie(c)
		}
		w := httptest.NewRecorder()
		s.handler.ServeHTTP(w, r)
		return w.Result()
	}
	given := ask(path).Cookies()
	if len(given) != 1 || given[0].Name != "__Host-pv_m_"+number || !given[0].Secure || !given[0].HttpOnly || given[0].SameSite != http.SameSiteLaxMode || given[0].Path != "/" || given[0].Domain != "" {
		t.Fatalf("it is given %v", given)
	}
	if res := ask("/m/"+number, given[0]); res.StatusCode != http.StatusOK {
		t.Errorf("with it the matter is answered with %d", res.StatusCode)
	}
	given[0].Name = "pv_m_" + number
	if res := ask("/m/"+number, given[0]); res.StatusCode != http.StatusNotFound {
		t.Errorf("without the prefix it is answered with %d", res.StatusCode)
	}
}

func TestOneReportSentThreeTimesIsOneMatter(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		b := s.browser("en")
		first := b.report()
		if second, third := b.report(), b.report(); first != second || first != third {
			t.Errorf("three numbers: %s, %s, %s", first, second, third)
		}
		if n := s.count(); n != 1 {
			t.Errorf("%d matters", n)
		}
		if other := b.report("text", "路灯也不亮"); other == first {
			t.Error("another report written on the same form was swallowed")
		}
	})
}

func TestAStaleMoveOfTheReporterKeepsItsWords(t *testing.T) {
	s := open(t, dbtest.SQLite(t))
	b := s.browser("en")
	number := b.report()
	id := s.id(number)
	sent := url.Values{"action": {"answer"}, "revision": {"1"}, "text": {"It is worse now."}}
	s.staff(s.dispatcher, id, "register", nil)
	a := b.post("/m/"+number+"/moves", sent)
	if a.status != http.StatusPreconditionFailed || !a.has("changed this matter just before you") || !a.has("It is worse now.") {
		t.Errorf("a stale move: %d", a.status)
	}
	if a.hidden().Get("revision") != "2" {
		t.Errorf("the form has revision %s", a.hidden().Get("revision"))
	}
	d := must(s.matters.Open(t.Context(), s.dispatcher, id, sight.Page))
	if len(d.History) != 2 {
		t.Errorf("%d events", len(d.History))
	}
	a = b.post("/m/"+number+"/moves", url.Values{"action": {"rate"}, "revision": {"2"}, "rating": {"5"}, "comment": {"Early words"}})
	if a.status < 400 || !a.has("Early words") {
		t.Errorf("a move that is not on offer: %d", a.status)
	}
	if a = s.browser("en").post("/m/"+number+"/moves", sent); a.status != 404 {
		t.Errorf("a stranger's move: %d", a.status)
	}
}

func TestTooManyReportsFromOneAddress(t *testing.T) {
	s := open(t, dbtest.SQLite(t))
	b := s.browser("en")
	for i := range 20 {
		b.report("client", string(rune('a'+i)))
	}
	a := b.post("/report", whole("client", "z"))
	if a.status != http.StatusTooManyRequests || !a.has("村口的井盖破了") || a.hidden().Get("client") != "z" {
		t.Errorf("the 21st: %d", a.status)
	}
}

func TestAFullDiskKeepsTheForm(t *testing.T) {
	d := dbtest.SQLiteAt(t, filepath.Join(t.TempDir(), "small.db"), db.Options{MaxPages: 600})
	s := open(t, d)
	b := s.browser("zh-Hans")
	text := strings.Repeat("很长的一段话", 800)
	for i := range 400 {
		b.address = strings.Repeat("x", i/10+1)
		before := s.count()
		a := b.post("/report", whole("client", strings.Repeat("y", i+1), "text", text))
		if a.status == http.StatusSeeOther {
			continue
		}
		if a.status != http.StatusInternalServerError || !a.has("系统存储空间不足") || !a.has(text) || !a.has("小卖部门前") {
			t.Errorf("a full disk: %d %.2000s", a.status, a.body)
		}
		if after := s.count(); after != before {
			t.Errorf("%d matters before, %d after", before, after)
		}
		return
	}
	t.Error("the disk never filled")
}

// count is how many matters wait.
func (s *site) count() int {
	s.t.Helper()
	n := 0
	var after page.Cursor
	for {
		list := must(s.docket.List(s.t.Context(), s.person("all", "dispatcher", s.county, ""), docket.Filter{}, after, 100))
		n += len(list.Items)
		if !list.Next.More() {
			return n
		}
		after = list.Next
	}
}
