// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"pavilion/internal/base/id"
	"pavilion/internal/platform/db/dbtest"
)

// program is this command, built once for all tests of the process.
var program = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "pavilion-cmd-")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "pavilion")
	out, err := exec.Command("go", "build", "-o", path, ".").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return path, nil
})

func TestMain(m *testing.M) {
	code := m.Run()
	if path, err := program(); err == nil {
		os.RemoveAll(filepath.Dir(path))
	}
	os.Exit(code)
}

// pavilion runs the program to its end and returns what it printed.
func pavilion(t *testing.T, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	path, err := program()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(path, args...)
	var out, bad bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &bad
	err = cmd.Run()
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		return out.String(), bad.String(), exit.ExitCode()
	}
	if err != nil {
		t.Fatal(err)
	}
	return out.String(), bad.String(), 0
}

// server is a running pavilion serve.
type server struct {
	cmd     *exec.Cmd
	address string
	log     bytes.Buffer
}

func serve(t *testing.T, args ...string) *server {
	t.Helper()
	path, err := program()
	if err != nil {
		t.Fatal(err)
	}
	s := &server{cmd: exec.Command(path, append([]string{"serve", "--listen", "127.0.0.1:0"}, args...)...)}
	s.cmd.Env = append(os.Environ(), "PAVILION_REPORT_LIMIT=-1", "PAVILION_CODE_LIMIT=-1", "PAVILION_LOG_LEVEL=warn")
	s.cmd.Stderr = &s.log
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	_, address, ok := strings.Cut(strings.TrimSpace(line), "http://")
	if err != nil || !ok {
		s.cmd.Wait()
		t.Fatalf("the server did not start: %q %v %s", line, err, s.log.String())
	}
	go io.Copy(io.Discard, out)
	s.address = address
	return s
}

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

// kept is a report that the server has acknowledged.
type kept struct{ key, number, code string }

// load sends reports from several clients until they get no more answers, and
// returns those that were acknowledged.
func (s *server) load(clients int, stop <-chan struct{}) []kept {
	var mu sync.Mutex
	var all []kept
	var wait sync.WaitGroup
	for range clients {
		wait.Go(func() {
			client := &http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{}}
			defer client.CloseIdleConnections()
			for {
				select {
				case <-stop:
					return
				default:
				}
				key := id.New()
				status, answer, err := s.post(client, "/reports", key, map[string]string{"text": "测试：路灯不亮了 " + key})
				if err != nil {
					return
				}
				if status == http.StatusCreated {
					mu.Lock()
					all = append(all, kept{key, answer["number"].(string), answer["code"].(string)})
					mu.Unlock()
				}
			}
		})
	}
	wait.Wait()
	return all
}

// check proves that every acknowledged report is there once with its history.
func (s *server) check(t *testing.T, all []kept) {
	t.Helper()
	client := &http.Client{}
	defer client.CloseIdleConnections()
	for _, k := range all {
		status, m, err := s.post(client, "/track", "", map[string]string{"number": k.number, "code": k.code})
		if err != nil || status != http.StatusOK {
			t.Fatalf("the acknowledged report %s is gone: %d %v %v", k.number, status, m["code"], err)
		}
		if events, _ := m["history"].([]any); len(events) != 1 {
			t.Fatalf("report %s has %d events, want 1", k.number, len(events))
		}
		status, again, err := s.post(client, "/reports", k.key, map[string]string{"text": "测试：路灯不亮了 " + k.key})
		if err != nil || status != http.StatusOK || again["number"] != k.number {
			t.Fatalf("sending %s again gave %d, %v, %v", k.number, status, again["number"], err)
		}
	}
}

// TestNothingAcknowledgedIsLost kills the server again and again while reports
// come in, and asks it each time for everything it ever acknowledged.
func TestNothingAcknowledgedIsLost(t *testing.T) {
	for _, engine := range []struct {
		name   string
		rounds int
		place  func(t *testing.T) []string
	}{
		{"sqlite", 6, func(t *testing.T) []string { return []string{"--data", t.TempDir()} }},
		{"postgres", 4, func(t *testing.T) []string {
			return []string{"--data", t.TempDir(), "--database", dbtest.PostgresURL(t)}
		}},
	} {
		t.Run(engine.name, func(t *testing.T) {
			place := engine.place(t)
			if _, bad, code := pavilion(t, append([]string{"init", "--name", "测试县", "--division", "410928"}, place...)...); code != 0 {
				t.Fatal(bad)
			}
			var all []kept
			for round := range engine.rounds {
				s := serve(t, place...)
				killed := time.AfterFunc(time.Duration(150+110*round)*time.Millisecond, func() { s.cmd.Process.Kill() })
				got := s.load(8, nil)
				killed.Stop()
				s.cmd.Wait()
				if len(got) == 0 {
					t.Fatalf("round %d acknowledged nothing: %s", round, s.log.String())
				}
				all = append(all, got...)
			}
			s := serve(t, place...)
			s.check(t, all)
			s.cmd.Process.Signal(syscall.SIGTERM)
			if err := s.cmd.Wait(); err != nil {
				t.Fatalf("the server ended with %v: %s", err, s.log.String())
			}
			verifyAll(t, len(all), place)
		})
	}
}

// verifyAll proves that the audit chain is whole and has an entry for each report.
func verifyAll(t *testing.T, least int, place []string) {
	t.Helper()
	out, bad, code := pavilion(t, append([]string{"verify", "--json"}, place...)...)
	var report struct {
		Whole  bool
		Realms []struct{ Entries int }
	}
	if err := json.Unmarshal([]byte(out), &report); err != nil || code != 0 || !report.Whole {
		t.Fatalf("verify: %d %s %s %v", code, out, bad, err)
	}
	if n := report.Realms[0].Entries; n < least {
		t.Errorf("the audit has %d entries for %d acknowledged reports", n, least)
	}
	t.Logf("%d acknowledged reports are there, with %d audit entries", least, report.Realms[0].Entries)
}

// TestSIGTERMFinishesWhatWasBegun stops a loaded server as an operator does.
func TestSIGTERMFinishesWhatWasBegun(t *testing.T) {
	place := []string{"--data", t.TempDir()}
	if _, bad, code := pavilion(t, append([]string{"init", "--name", "测试县", "--division", "410928"}, place...)...); code != 0 {
		t.Fatal(bad)
	}
	s := serve(t, place...)
	stop := make(chan struct{})
	time.AfterFunc(400*time.Millisecond, func() {
		s.cmd.Process.Signal(syscall.SIGTERM)
		close(stop)
	})
	all := s.load(8, stop)
	if err := s.cmd.Wait(); err != nil {
		t.Fatalf("the server ended with %v: %s", err, s.log.String())
	}
	s = serve(t, place...)
	defer func() {
		s.cmd.Process.Signal(syscall.SIGTERM)
		s.cmd.Wait()
	}()
	s.check(t, all)
}

func TestOneClearLineAndExitCodeOne(t *testing.T) {
	data := t.TempDir()
	if _, bad, code := pavilion(t, "init", "--name", "测试县", "--division", "410928", "--data", data); code != 0 {
		t.Fatal(bad)
	}
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	file := filepath.Join(t.TempDir(), "file")
	config := filepath.Join(t.TempDir(), "config.json")
	for path, text := range map[string]string{file: "", config: `{"listne": "127.0.0.1:1"}`} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct {
		name, want string
		args       []string
	}{
		{"a busy port", "the port is in use", []string{"serve", "--data", data, "--listen", taken.Addr().String()}},
		{"a folder that is a file", "data folder", []string{"serve", "--data", filepath.Join(file, "data")}},
		{"an unknown key", `unknown field "listne"`, []string{"serve", "--config", config}},
		{"no realm", "there is no realm yet", []string{"serve", "--data", t.TempDir(), "--listen", "127.0.0.1:0"}},
		{"a malformed address", "is not an address", []string{"check", "config", "--listen", "here"}},
		{"a division that is none", "999999", []string{"init", "--name", "x", "--division", "999999", "--data", t.TempDir()}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, bad, code := pavilion(t, tt.args...)
			if code != 1 || !strings.Contains(bad, tt.want) || strings.Count(strings.TrimSpace(bad), "\n") != 0 {
				t.Errorf("exit code %d and %q, want 1 and one line with %q", code, bad, tt.want)
			}
		})
	}
}

func TestADatabaseOfANewerProgramIsRefused(t *testing.T) {
	data := t.TempDir()
	if _, bad, code := pavilion(t, "migrate", "--data", data); code != 0 {
		t.Fatal(bad)
	}
	tooNew(t, filepath.Join(data, "pavilion.db"))
	_, bad, code := pavilion(t, "serve", "--data", data)
	if code != 1 || !strings.Contains(bad, "newer than this program") {
		t.Errorf("exit code %d and %q", code, bad)
	}
}

func TestJSONForPrograms(t *testing.T) {
	data := t.TempDir()
	if _, bad, code := pavilion(t, "init", "--name", "测试县", "--division", "410928", "--data", data); code != 0 {
		t.Fatal(bad)
	}
	lines := filepath.Join(t.TempDir(), "m.jsonl")
	good := `{"id":"1","title":"路灯","time":"2019-02-28T11:25:05","body":"路灯不亮"}` + "\n"
	if err := os.WriteFile(lines, []byte(good+"{broken\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{"version", "--json"}, 0, `"version"`},
		{[]string{"catalogue", "check", "--json"}, 0, `"problems": []`},
		{[]string{"verify", "--json", "--data", data}, 0, `"whole": true`},
		{[]string{"import", "messages", lines, "--json", "--data", data}, 1, `"line": 2`},
	} {
		out, bad, code := pavilion(t, tt.args...)
		if code != tt.code || !json.Valid([]byte(out)) || !strings.Contains(out, tt.want) {
			t.Errorf("%v: exit code %d, %s %s", tt.args, code, out, bad)
		}
	}
	if err := os.WriteFile(lines, []byte(good), 0o600); err != nil {
		t.Fatal(err)
	}
	out, bad, code := pavilion(t, "import", "messages", lines, "--json", "--data", data)
	var report map[string]any
	if err := json.Unmarshal([]byte(out), &report); err != nil || code != 0 || report["created"] != 1.0 || report["rejected"] != 0.0 {
		t.Errorf("import: exit code %d, %s %s", code, out, bad)
	}
}
