// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package dbtest

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"pavilion/internal/platform/db"
	"pavilion/migrations"
)

// template is the migrated database that each test's own is copied from. Its name is
// that of the schema, so that all test processes on a server share one.
var template = sync.OnceValues(func() (string, error) {
	sum := sha256.New()
	err := fs.WalkDir(migrations.FS(), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(migrations.FS(), path)
		fmt.Fprintf(sum, "%s %d %s", path, len(text), text)
		return err
	})
	return "template_" + hex.EncodeToString(sum.Sum(nil)[:8]), err
})

// server is a PostgreSQL cluster for tests.
type server struct {
	at    url.URL   // without a database
	life  io.Closer // while it is open the server runs
	admin *sql.DB
	mu    sync.Mutex // one copy of the template at a time
}

// cluster returns the server of this test process, started when first wanted.
var cluster = sync.OnceValues(func() (*server, error) {
	s := &server{}
	if given := os.Getenv("PAVILION_TEST_POSTGRES"); given != "" {
		at, err := url.Parse(given)
		if err != nil {
			return nil, err
		}
		s.at = *at
	} else {
		socket, life, err := start()
		if err != nil {
			return nil, err
		}
		s.life = life
		s.at = url.URL{Scheme: "postgres", User: url.User("pavilion"), RawQuery: "host=" + url.QueryEscape(socket)}
	}
	admin, err := sql.Open("pgx", s.url("postgres"))
	if err != nil {
		return nil, err
	}
	s.admin = admin
	if err := s.await(); err != nil {
		return nil, err
	}
	return s, s.prepare()
})

// preparing is the advisory lock under which a server's template is made.
const preparing = 20260101

// prepare makes the template, unless another process has made it on this server. It
// is made under another name, so that a process that dies leaves no half of one.
func (s *server) prepare() error {
	name, err := template()
	if err != nil {
		return err
	}
	ctx := context.Background()
	c, err := s.admin.Conn(ctx)
	if err != nil {
		return err
	}
	defer c.Close()
	if _, err := c.ExecContext(ctx, "SELECT pg_advisory_lock($1)", preparing); err != nil {
		return err
	}
	defer c.ExecContext(ctx, "SELECT pg_advisory_unlock($1)", preparing)
	var there bool
	err = c.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = $1)", name).Scan(&there)
	if err != nil || there {
		return err
	}
	unmade := fmt.Sprintf("unmade_%d", os.Getpid())
	if _, err := c.ExecContext(ctx, "CREATE DATABASE "+unmade); err != nil {
		return err
	}
	if err := migrated(db.Options{URL: s.url(unmade), MaxConns: 2}); err != nil {
		return err
	}
	_, err = c.ExecContext(ctx, "ALTER DATABASE "+unmade+" RENAME TO "+name)
	return err
}

func (s *server) url(name string) string {
	u := s.at
	u.Path = "/" + name
	return u.String()
}

func (s *server) await() error {
	var err error
	for range 100 {
		if err = s.admin.Ping(); err == nil {
			return nil
		}
		time.Sleep(100 * time.Millisecond)
	}
	return fmt.Errorf("PostgreSQL did not start: %w", err)
}

// patience is how often a copy of the template is tried.
const patience = 500

func (s *server) create(name string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	from, err := template()
	if err != nil {
		return err
	}
	for range patience { // another process may be copying it
		_, err = s.admin.Exec("CREATE DATABASE " + name + " TEMPLATE " + from)
		if err == nil || !strings.Contains(err.Error(), "55006") {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	return err
}

func (s *server) drop(name string) {
	s.admin.ExecContext(context.Background(), "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)")
}

// start makes a cluster in a temporary folder and runs it until this process
// ends or life is closed. PostgreSQL refuses to run as root, so root runs it as
// another account.
func start() (socket string, life io.Closer, err error) {
	bin, err := binaries()
	if err != nil {
		return "", nil, err
	}
	dir, err := os.MkdirTemp("", "pavilion-pg-")
	if err != nil {
		return "", nil, err
	}
	attr, err := account(dir)
	if err != nil {
		return "", nil, err
	}
	data := filepath.Join(dir, "data")
	initdb := exec.Command(filepath.Join(bin, "initdb"), "--pgdata="+data, "--username=pavilion",
		"--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions")
	initdb.SysProcAttr, initdb.Dir = attr, dir
	if out, err := initdb.CombinedOutput(); err != nil {
		return "", nil, fmt.Errorf("initdb: %w: %s", err, out)
	}
	// The shell outlives neither its input nor the folder: when this process
	// ends, however it ends, its end of the pipe closes and the server stops.
	run := exec.Command("sh", "-c", `"$1/postgres" -D "$2" -k "$3" -c listen_addresses= -c fsync=off -c full_page_writes=off \
		-c max_connections=200 -c shared_buffers=64MB -c autovacuum=off -c timezone=UTC >"$3/log" 2>&1 &
		cat >/dev/null; kill -QUIT $!; wait; rm -rf "$3"`, "sh", bin, data, dir)
	run.SysProcAttr, run.Dir = attr, dir
	if life, err = run.StdinPipe(); err != nil {
		return "", nil, err
	}
	return dir, life, run.Start()
}

// binaries finds the folder of PostgreSQL's programs, the newest first.
func binaries() (string, error) {
	if path, err := exec.LookPath("initdb"); err == nil {
		return filepath.Dir(path), nil
	}
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil || len(found) == 0 {
		return "", errors.Join(errors.New("initdb is neither on the PATH nor in /usr/lib/postgresql"), err)
	}
	slices.Sort(found)
	return filepath.Dir(found[len(found)-1]), nil
}

// account says as whom to run the server, and gives that account the folder.
func account(dir string) (*syscall.SysProcAttr, error) {
	if os.Geteuid() != 0 {
		return &syscall.SysProcAttr{Setpgid: true}, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, _ := strconv.ParseUint(u.Uid, 10, 32)
		gid, _ := strconv.ParseUint(u.Gid, 10, 32)
		return &syscall.SysProcAttr{Setpgid: true, Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}},
			os.Chown(dir, int(uid), int(gid))
	}
	return nil, errors.New("no account to run PostgreSQL under")
}
