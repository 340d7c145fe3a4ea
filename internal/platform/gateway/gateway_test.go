// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package gateway

import (
	"bufio"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var letterOut = Message{ID: "m-1", To: "someone@example.org", Subject: "Matter 1\r\nwas given", Body: "See https://example.org/desk"}

func TestAFolderKeepsLetters(t *testing.T) {
	f := Folder{Path: filepath.Join(t.TempDir(), "mail"), From: "pavilion@localhost"}
	for range 2 {
		if err := f.Send(t.Context(), letterOut); err != nil {
			t.Fatal(err)
		}
	}
	files, err := os.ReadDir(f.Path)
	if err != nil || len(files) != 1 {
		t.Fatalf("sent twice there are %d files, %v", len(files), err)
	}
	text, err := os.ReadFile(filepath.Join(f.Path, files[0].Name()))
	if err != nil || !strings.Contains(string(text), "To: <someone@example.org>") || !strings.Contains(string(text), "Matter 1 was given") {
		t.Errorf("the letter is %s, %v", text, err)
	}
}

func TestAddressesThatAddHeadersAreRefused(t *testing.T) {
	f := Folder{Path: t.TempDir(), From: "pavilion@localhost"}
	for _, to := range []string{"a@b.c\r\nBcc: x@y.z", "nobody", "", "a@b.c, d@e.f"} {
		m := letterOut
		m.To = to
		if err := f.Send(t.Context(), m); err == nil {
			t.Errorf("a letter to %q was written", to)
		}
	}
}

func TestALetterStaysInItsFolder(t *testing.T) {
	dir := t.TempDir()
	f := Folder{Path: filepath.Join(dir, "mail"), From: "pavilion@localhost"}
	for _, id := range []string{"../out", "/etc/out", "a/../../out"} {
		m := letterOut
		m.ID = id
		if err := f.Send(t.Context(), m); err != nil {
			t.Fatal(err)
		}
	}
	for path, want := range map[string]int{dir: 1, f.Path: 1} {
		if files, err := os.ReadDir(path); err != nil || len(files) != want {
			t.Errorf("%s holds %v, %v", path, files, err)
		}
	}
	if state, err := os.Stat(filepath.Join(f.Path, "out.eml")); err != nil || state.Mode().Perm() != 0o600 {
		t.Errorf("the letter can be read by others: %v, %v", state, err)
	}
}

// TestSMTPSaysWhatTheServerRefuses has the server hang up at once.
func TestSMTPSaysWhatTheServerRefuses(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		conn, err := l.Accept()
		if err == nil {
			fmt.Fprint(conn, "554 no\r\n")
			conn.Close()
		}
	}()
	s := SMTP{Host: "127.0.0.1", Port: l.Addr().(*net.TCPAddr).Port, From: "pavilion@localhost", TLS: "none"}
	if err := s.Send(t.Context(), letterOut); err == nil {
		t.Error("a letter that nobody took is sent")
	}
	s.Port = 1
	if err := s.Send(t.Context(), letterOut); err == nil {
		t.Error("a letter is sent where nobody listens")
	}
}

// mailServer is the outside: it takes one letter and returns what it was sent.
func mailServer(t *testing.T) (port int, got <-chan string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	out := make(chan string, 1)
	go func() {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		var all strings.Builder
		fmt.Fprint(conn, "220 test\r\n")
		in := bufio.NewScanner(conn)
		data := false
		for in.Scan() {
			line := in.Text()
			all.WriteString(line + "\n")
			switch {
			case data && line != ".":
			case data:
				data = false
				fmt.Fprint(conn, "250 kept\r\n")
			case strings.HasPrefix(line, "DATA"):
				data = true
				fmt.Fprint(conn, "354 go on\r\n")
			case strings.HasPrefix(line, "QUIT"):
				fmt.Fprint(conn, "221 bye\r\n")
				out <- all.String()
				return
			default:
				fmt.Fprint(conn, "250 ok\r\n")
			}
		}
	}()
	return l.Addr().(*net.TCPAddr).Port, out
}

func TestSMTP(t *testing.T) {
	port, got := mailServer(t)
	s := SMTP{Host: "127.0.0.1", Port: port, From: "pavilion@localhost", TLS: "none"}
	if err := s.Send(t.Context(), letterOut); err != nil {
		t.Fatal(err)
	}
	text := <-got
	for _, want := range []string{"MAIL FROM:<pavilion@localhost>", "RCPT TO:<someone@example.org>", "Subject: Matter 1 was given", "https://example.org/desk"} {
		if !strings.Contains(text, want) {
			t.Errorf("the server was not sent %q:\n%s", want, text)
		}
	}
	s.TLS = "required"
	port, _ = mailServer(t)
	s.Port = port
	if err := s.Send(t.Context(), letterOut); err == nil {
		t.Error("a letter went out in the open where TLS is required")
	}
}
