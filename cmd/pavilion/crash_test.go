// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os/exec"
	"sync"
	"syscall"
	"testing"
	"time"

	"pavilion/internal/base/id"
	"pavilion/internal/platform/db/dbtest"
)

// clients is how many send reports at once.
const clients = 8

// campaign is all that clients ever sent and what they were told, over the lives
// of several servers. A report without an answer is sent again with its key, as
// a client does that wants to know.
type campaign struct {
	mu    sync.Mutex
	sent  int      // keys
	again int      // sendings of a key that no answer had come for
	open  []string // keys that no answer came for
	all   []kept
	wrong []string
}

// kept is a report that the server has acknowledged.
type kept struct{ key, number, code string }

// post sends JSON and returns the status and the answer.
func (s *server) post(client *http.Client, path, key string, body any) (int, map[string]any, error) {
	text, err := json.Marshal(body)
	if err != nil {
		return 0, nil, err
	}
	r, err := http.NewRequest(http.MethodPost, "http://"+s.address+"/api/v1"+path, bytes.NewReader(text))
	if err != nil {
		return 0, nil, err
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Idempotency-Key", key)
	res, err := client.Do(r)
	if err != nil {
		return 0, nil, err
	}
	defer res.Body.Close()
	var answer map[string]any
	err = json.NewDecoder(res.Body).Decode(&answer)
	return res.StatusCode, answer, err
}

// report sends the report of a key and reads the receipt.
func (s *server) report(client *http.Client, key string) (status int, k kept, err error) {
	status, answer, err := s.post(client, "/reports", key, map[string]string{"text": "测试：路灯不亮了 " + key})
	if err != nil {
		return 0, k, err
	}
	number, _ := answer["number"].(string)
	code, _ := answer["code"].(string)
	return status, kept{key, number, code}, nil
}

// next is the key to send: one that is still open, or a new one.
func (c *campaign) next(fresh bool) (key string, again, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if n := len(c.open); n > 0 {
		key, c.open = c.open[n-1], c.open[:n-1]
		c.again++
		return key, true, true
	}
	if fresh {
		c.sent++
	}
	return id.New(), false, fresh
}

// told notes what was answered to a key. It reports whether the server lives.
func (c *campaign) told(key string, again bool, status int, k kept, err error) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case err != nil:
		c.open = append(c.open, key)
		return false
	case status == http.StatusCreated, again && status == http.StatusOK:
		c.all = append(c.all, k)
	default:
		c.wrong = append(c.wrong, fmt.Sprintf("%s (sent again: %v) got %d", key, again, status))
	}
	return true
}

// send has all clients send reports until they get no more answers or stop is
// closed, or, without fresh ones, until all have an answer. Began is called when
// the first is acknowledged.
func (c *campaign) send(s *server, fresh bool, stop <-chan struct{}, began func()) {
	var first sync.Once
	var wait sync.WaitGroup
	for range clients {
		wait.Go(func() {
			client := &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{}}
			defer client.CloseIdleConnections()
			for {
				select {
				case <-stop:
					return
				default:
				}
				key, again, ok := c.next(fresh)
				if !ok {
					return
				}
				status, k, err := s.report(client, key)
				if !c.told(key, again, status, k, err) {
					return
				}
				first.Do(began)
			}
		})
	}
	wait.Wait()
}

// round starts a server, kills it at the given moment after its first
// acknowledgement, and then kills another while it starts, which may be in the
// middle of recovering.
func (c *campaign) round(t *testing.T, place []string, after, starting time.Duration) {
	t.Helper()
	before := len(c.all)
	s := serve(t, place...)
	c.send(s, true, nil, func() { time.AfterFunc(after, func() { s.cmd.Process.Kill() }) })
	s.cmd.Process.Kill() // it is gone already, unless nothing was acknowledged
	s.cmd.Wait()
	if len(c.all) == before {
		t.Fatalf("nothing was acknowledged: %v %s", c.wrong, s.log.String())
	}
	path, err := program()
	if err != nil {
		t.Fatal(err)
	}
	hasty := exec.Command(path, append([]string{"serve", "--listen", "127.0.0.1:0"}, place...)...)
	if err := hasty.Start(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(starting)
	hasty.Process.Kill()
	hasty.Wait()
}

// settle asks the last server for everything: what has no answer yet gets one,
// and what was ever acknowledged is there with its history. Then it stops it.
func (c *campaign) settle(t *testing.T, place []string) {
	t.Helper()
	s := serve(t, place...)
	c.send(s, false, nil, func() {})
	if len(c.open) > 0 || len(c.wrong) > 0 || len(c.all) != c.sent {
		t.Errorf("%d sent, %d acknowledged, %d open, wrong: %q", c.sent, len(c.all), len(c.open), c.wrong)
	}
	s.check(t, c.all)
	s.cmd.Process.Signal(syscall.SIGTERM)
	if err := s.cmd.Wait(); err != nil {
		t.Errorf("the server ended with %v: %s", err, s.log.String())
	}
	t.Logf("%d reports are there once each; %d were sent again for want of an answer", c.sent, c.again)
}

// check proves that every acknowledged report is there with its first event, and
// that its key makes no other.
func (s *server) check(t *testing.T, all []kept) {
	t.Helper()
	var wait sync.WaitGroup
	for i := range clients {
		wait.Go(func() {
			client := &http.Client{Transport: &http.Transport{}}
			defer client.CloseIdleConnections()
			for n := i; n < len(all); n += clients {
				if problem := s.lacks(client, all[n]); problem != "" {
					t.Errorf("report %s: %s", all[n].number, problem)
					return
				}
			}
		})
	}
	wait.Wait()
	numbers := map[string]bool{}
	for _, k := range all {
		if numbers[k.number] {
			t.Errorf("two reports have the number %s", k.number)
		}
		numbers[k.number] = true
	}
}

// lacks says what is missing of an acknowledged report.
func (s *server) lacks(client *http.Client, k kept) string {
	status, m, err := s.post(client, "/track", "", map[string]string{"number": k.number, "code": k.code})
	if err != nil || status != http.StatusOK {
		return fmt.Sprintf("it is gone: %d %v %v", status, m["code"], err)
	}
	events, _ := m["history"].([]any)
	if len(events) != 1 || events[0].(map[string]any)["action"] != "report" {
		return fmt.Sprintf("its history is %v", events)
	}
	status, again, err := s.report(client, k.key)
	if err != nil || status != http.StatusOK || again != k {
		return fmt.Sprintf("sent again it gave %d, %v, %v", status, again, err)
	}
	return ""
}

// TestNothingAcknowledgedIsLost kills the server again and again, at moments
// drawn from a seed, while reports come in. In the end every report that was
// ever sent is there exactly once, with its first event and its audit entry.
func TestNothingAcknowledgedIsLost(t *testing.T) {
	for _, engine := range []struct {
		name   string
		seed   uint64
		rounds int
		place  func(t *testing.T) []string
	}{
		{"sqlite", 1, 7, func(t *testing.T) []string { return []string{"--data", t.TempDir()} }},
		{"postgres", 2, 4, func(t *testing.T) []string {
			return []string{"--data", t.TempDir(), "--database", dbtest.PostgresURL(t)}
		}},
	} {
		t.Run(engine.name, func(t *testing.T) {
			place := engine.place(t)
			begin(t, place)
			before := audited(t, place)
			moments := rand.New(rand.NewPCG(engine.seed, 0))
			c := &campaign{}
			for range engine.rounds {
				c.round(t, place, time.Duration(moments.IntN(400))*time.Millisecond, time.Duration(moments.IntN(60))*time.Millisecond)
			}
			c.settle(t, place)
			if n := audited(t, place) - before; n != c.sent {
				t.Errorf("%d reports left %d audit entries", c.sent, n)
			}
		})
	}
}

// TestSIGTERMFinishesWhatWasBegun stops a loaded server as an operator does.
func TestSIGTERMFinishesWhatWasBegun(t *testing.T) {
	place := []string{"--data", t.TempDir()}
	begin(t, place)
	before := audited(t, place)
	c := &campaign{}
	s := serve(t, place...)
	stop := make(chan struct{})
	c.send(s, true, stop, func() {
		time.AfterFunc(300*time.Millisecond, func() {
			s.cmd.Process.Signal(syscall.SIGTERM)
			close(stop)
		})
	})
	if err := s.cmd.Wait(); err != nil {
		t.Fatalf("the server ended with %v: %s", err, s.log.String())
	}
	c.settle(t, place)
	if n := audited(t, place) - before; n != c.sent {
		t.Errorf("%d reports left %d audit entries", c.sent, n)
	}
}

// begin makes a realm.
func begin(t *testing.T, place []string) {
	t.Helper()
	if _, bad, code := pavilion(t, append([]string{"init", "--name", "测试县", "--division", "410928"}, place...)...); code != 0 {
		t.Fatal(bad)
	}
}

// audited proves that the audit chain is whole and counts its entries.
func audited(t *testing.T, place []string) int {
	t.Helper()
	out, bad, code := pavilion(t, append([]string{"verify", "--json"}, place...)...)
	var report struct {
		Whole  bool
		Realms []struct{ Entries int }
	}
	if err := json.Unmarshal([]byte(out), &report); err != nil || code != 0 || !report.Whole {
		t.Fatalf("verify: %d %s %s %v", code, out, bad, err)
	}
	return report.Realms[0].Entries
}
