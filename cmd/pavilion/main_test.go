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
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
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

func TestOneClearLineAndExitCodeOne(t *testing.T) {
	data := t.TempDir()
	begin(t, []string{"--data", data})
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	file := filepath.Join(t.TempDir(), "file")
	config := filepath.Join(t.TempDir(), "config.json")
	garbage := filepath.Join(t.TempDir(), "pavilion.db")
	for path, text := range map[string]string{file: "", garbage: strings.Repeat("no database ", 500), config: `{"listne": "127.0.0.1:1"}`} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct {
		name, want string
		args       []string
	}{
		{"a busy port", "the port is in use", []string{"serve", "--data", data, "--listen", taken.Addr().String()}},
		{"a folder that cannot be written", "cannot be written", []string{"serve", "--data", sealed(t)}},
		{"a folder that is a file", "data folder", []string{"serve", "--data", filepath.Join(file, "data")}},
		{"an unknown key", `unknown field "listne"`, []string{"serve", "--config", config}},
		{"no realm", "there is no realm yet", []string{"serve", "--data", t.TempDir(), "--listen", "127.0.0.1:0"}},
		{"a malformed address", "is not an address", []string{"check", "config", "--listen", "here"}},
		{"a database that does not answer", "refused", []string{"serve", "--data", data, "--database", "postgres://nobody:hidden@127.0.0.1:1/x"}},
		{"a file that is no database", "not a database", []string{"serve", "--data", filepath.Dir(garbage)}},
		{"a configuration that is not there", "no such file", []string{"check", "config", "--config", config + "x"}},
		{"an unknown flag", "unknown flag --nonsense", []string{"serve", "--nonsense"}},
		{"an unknown command", "unexpected argument nonsense", []string{"nonsense"}},
		{"a realm that is there", "exists already", []string{"init", "--name", "x", "--division", "410928", "--data", data}},
		{"nobody to measure with", "--clients", []string{"bench", "report", "--clients", "0"}},
		{"a division that is none", "999999", []string{"init", "--name", "x", "--division", "999999", "--data", t.TempDir()}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, bad, code := pavilion(t, tt.args...)
			if code != 1 || !strings.Contains(bad, tt.want) || strings.Contains(bad, "hidden") || strings.Count(strings.TrimSpace(bad), "\n") != 0 {
				t.Errorf("exit code %d and %q, want 1 and one line with %q", code, bad, tt.want)
			}
		})
	}
}

// sealed is a folder that the present user cannot write to. Nothing but the
// kernel's own holds root back.
func sealed(t *testing.T) string {
	t.Helper()
	if os.Geteuid() == 0 {
		if _, err := os.Stat("/proc/self"); err != nil {
			t.Skip("root may write everywhere")
		}
		return "/proc/self"
	}
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o500); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestADatabaseOfANewerProgramIsRefused(t *testing.T) {
	data := t.TempDir()
	if _, bad, code := pavilion(t, "migrate", "--data", data); code != 0 {
		t.Fatal(bad)
	}
	alter(t, filepath.Join(data, "pavilion.db"), `INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, 1)`)
	_, bad, code := pavilion(t, "serve", "--data", data)
	if code != 1 || !strings.Contains(bad, "newer than this program") {
		t.Errorf("exit code %d and %q", code, bad)
	}
}

func TestABrokenAuditChainIsAFailure(t *testing.T) {
	data := t.TempDir()
	begin(t, []string{"--data", data})
	alter(t, filepath.Join(data, "pavilion.db"), `UPDATE audit_entry SET actor = 'somebody else'`)
	out, bad, code := pavilion(t, "verify", "--json", "--data", data)
	if code != 1 || !json.Valid([]byte(out)) || !strings.Contains(out, `"whole": false`) || strings.Count(bad, "\n") != 1 {
		t.Errorf("exit code %d, %s %s", code, out, bad)
	}
}

func TestJSONForPrograms(t *testing.T) {
	data := t.TempDir()
	begin(t, []string{"--data", data})
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
		{[]string{"check", "config", "--data", data}, 0, `"listen"`},
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
