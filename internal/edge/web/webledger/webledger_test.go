// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webledger_test

import (
	"bytes"
	"encoding/json"
	"html"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"pavilion/internal/core/audit"
	"pavilion/internal/core/ledger"
	"pavilion/internal/edge/web/webkit/webkittest"
	"pavilion/internal/edge/web/webledger"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/db/dbtest"
)

var morning = time.Date(2026, 9, 16, 1, 0, 0, 0, time.UTC)

func TestEveryPageIsSoundInEveryLanguage(t *testing.T) {
	k := webkittest.Kit(t, morning)
	webledger.Samples(k)
	webkittest.Pages(t, k, "ledger")
}

// site is the page over a real log.
type site struct {
	log     *ledger.Service
	handler http.Handler
}

func open(t *testing.T) site {
	t.Helper()
	s := site{log: &ledger.Service{DB: dbtest.SQLite(t), Now: func() time.Time { return morning }, Seed: bytes.Repeat([]byte{7}, 32)}}
	k := webkittest.Kit(t, morning)
	ro := k.Router()
	(&webledger.Pages{Kit: k, Ledger: s.log, Realm: "r1"}).Register(ro)
	s.handler = ro
	return s
}

// receipt keeps an entry, has it taken, and returns the proof.
func (s site) receipt(t *testing.T) []byte {
	t.Helper()
	err := s.log.DB.InTx(t.Context(), func(tx *db.Tx) error {
		audit.Add(t.Context(), tx, audit.Entry{
			Realm: "r1", Subject: "matter/1", Act: "matter.reported", At: morning, Detail: map[string]string{"number": "20260916-1234567"},
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.log.Sequence(t.Context(), "r1"); err != nil {
		t.Fatal(err)
	}
	r, err := s.log.Prove(t.Context(), "r1", "matter/1", "matter.reported", "20260916-1234567")
	if err != nil {
		t.Fatal(err)
	}
	raw, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func (s site) do(t *testing.T, r *http.Request) (int, string) {
	t.Helper()
	r.Header.Set("Accept-Language", "en")
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	return w.Code, html.UnescapeString(w.Body.String())
}

// send sends the form with a file, what was pasted, or neither.
func (s site) send(t *testing.T, file, pasted []byte) (int, string) {
	t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("file", "receipt.json")
	if err != nil {
		t.Fatal(err)
	}
	part.Write(file)
	form.WriteField("receipt", string(pasted))
	form.Close()
	r := httptest.NewRequest(http.MethodPost, "/ledger", &body)
	r.Header.Set("Content-Type", form.FormDataContentType())
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return s.do(t, r)
}

func TestThePageShowsTheNewestHead(t *testing.T) {
	s := open(t)
	code, text := s.do(t, httptest.NewRequest(http.MethodGet, "/ledger", nil))
	if code != http.StatusOK || !strings.Contains(text, s.log.Key("r1")) {
		t.Errorf("before the first head: %d %s", code, text)
	}
	s.receipt(t)
	code, text = s.do(t, httptest.NewRequest(http.MethodGet, "/ledger", nil))
	head, err := s.log.Head(t.Context(), "r1")
	if err != nil {
		t.Fatal(err)
	}
	signature := strings.Fields(head.Note)[len(strings.Fields(head.Note))-1]
	if code != http.StatusOK || !strings.Contains(text, signature) {
		t.Errorf("%d, without the signature %s: %s", code, signature, text)
	}
}

func TestAReceiptIsVerifiedAsAFileOrPasted(t *testing.T) {
	s := open(t)
	good := s.receipt(t)
	forged := bytes.Replace(good, []byte("20260916-1234567"), []byte("20260916-7654321"), 1)
	const holds, number = "The receipt holds", "20260916-1234567"
	for name, tt := range map[string]struct {
		file, pasted []byte
		code         int
		want         string
	}{
		"a file":         {good, nil, http.StatusOK, holds},
		"pasted":         {nil, good, http.StatusOK, holds},
		"neither":        {nil, nil, http.StatusUnprocessableEntity, "Choose a file"},
		"no receipt":     {[]byte("hello"), nil, http.StatusUnprocessableEntity, "no receipt"},
		"a forged one":   {forged, nil, http.StatusUnprocessableEntity, "number"},
		"a large one":    {bytes.Repeat([]byte("x"), 100<<10), nil, http.StatusUnprocessableEntity, "no receipt"},
		"a very large":   {bytes.Repeat([]byte("x"), 1<<20), nil, http.StatusUnprocessableEntity, "no receipt"},
		"control bytes":  {nil, []byte("\x00\x01{"), http.StatusUnprocessableEntity, "no receipt"},
		"a file and two": {good, []byte("{}"), http.StatusOK, number},
	} {
		code, text := s.send(t, tt.file, tt.pasted)
		if code != tt.code || !strings.Contains(text, tt.want) || strings.Contains(text, holds) != (tt.code == http.StatusOK) {
			t.Errorf("%s: %d, %s", name, code, text)
		}
	}
}
