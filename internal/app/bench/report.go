// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package bench measures the running program: reports over HTTP, pages over many
// matters, terms counted again, the log, finding a grid.
//
//	report.go  reports a second, by a server in a process of its own
//	ballots.go a secret vote over HTTP, likewise
//	queue.go   pages of the queue      pages.go   pages and statistics of a year
//	ledger.go  the log                 locate.go  finding the grid of a point
package bench

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"pavilion/catalogue"
	"pavilion/internal/app"
	"pavilion/internal/base/clock"
	"pavilion/internal/base/geo"
	"pavilion/internal/base/id"
	"pavilion/internal/base/text"
	"pavilion/internal/platform/db"
)

// Report asks how many reports a second the real server keeps.
type Report struct {
	Config  app.Config
	Clients int
	Seconds int
	Program string // this program, which is started as the server
	Words   string // what the reports say
}

// Rate is what Report measured.
type Rate struct {
	Engine           string  `json:"engine"`
	Clients          int     `json:"clients"`
	Seconds          float64 `json:"seconds"`
	ReportsPerSecond float64 `json:"reports_per_second"`
	P50              float64 `json:"p50_ms"`
	P95              float64 `json:"p95_ms"`
	P99              float64 `json:"p99_ms"`
	Errors           int     `json:"errors"`
	RawCommits       float64 `json:"raw_commits_per_second,omitempty"`
	Acknowledged     int     `json:"acknowledged"`
	Kept             *int    `json:"kept,omitempty"`     // absent for a server that is another's
	Verified         *bool   `json:"verified,omitempty"` // likewise
}

// RunReport makes a realm of the demo's areas, starts the server as a
// process of its own, drives it over HTTP, then counts what was kept, verifies
// the audit chain, and measures the engine's bare durable commits on the same disk.
func RunReport(ctx context.Context, c Report, open func(app.Config) (*app.App, error)) (Rate, error) {
	rate := Rate{Engine: string(db.SQLite), Clients: c.Clients}
	if c.Config.Database != "" {
		rate.Engine = string(db.Postgres)
	}
	before, err := fillRealm(ctx, c, open)
	if err != nil {
		return rate, err
	}
	server, address, err := startServer(ctx, c)
	if err != nil {
		return rate, err
	}
	took := drive(address, c, before.points, &rate)
	err = server()
	rate.Seconds = took.Seconds()
	if err != nil {
		return rate, fmt.Errorf("stop the server: %w", err)
	}
	if err := look(ctx, c, open, before, &rate); err != nil {
		return rate, err
	}
	rate.RawCommits, err = bareCommits(ctx, c)
	return rate, err
}

// RunURL drives a server that runs already. Its limits on reports count, and
// what it keeps is not looked at.
func RunURL(at string, c Report) (Rate, error) {
	rate := Rate{Engine: "unknown", Clients: c.Clients}
	u, err := url.Parse(at)
	if err != nil || u.Scheme != "http" || u.Host == "" {
		return rate, errors.New("the address of the server must begin with http:// and name a host")
	}
	if u.Port() == "" {
		u.Host += ":80"
	}
	conn, err := net.Dial("tcp", u.Host)
	if err != nil {
		return rate, fmt.Errorf("the server does not answer: %w", err)
	}
	rate.Seconds = drive(u.Host, c, nil, &rate).Seconds()
	return rate, conn.Close()
}

// filled is a realm before the reports: points in it, and how many matters it has.
type filled struct {
	realm   string
	points  []geo.Point
	matters int
}

// fillRealm makes the demo's realm, if it is not there.
func fillRealm(ctx context.Context, c Report, open func(app.Config) (*app.App, error)) (filled, error) {
	a, err := open(c.Config)
	if err != nil {
		return filled{}, err
	}
	if _, err := a.Demo(ctx, nil); err != nil {
		return filled{}, errors.Join(err, a.Close())
	}
	f := filled{realm: a.Config.Realm}
	for _, area := range a.Org.Shaped(f.realm) {
		low, high := area.Shape.Bounds()
		f.points = append(f.points, geo.Point{Lon: (low.Lon + high.Lon) / 2, Lat: (low.Lat + high.Lat) / 2})
	}
	f.matters, err = a.Matters.Count(ctx, f.realm)
	return f, errors.Join(err, a.Close())
}

// startServer starts this program as the server and returns how to stop it.
func startServer(ctx context.Context, c Report, settings ...string) (stop func() error, address string, err error) {
	cmd := exec.CommandContext(ctx, c.Program, "serve", "--listen", "127.0.0.1:0", "--data", c.Config.Data, "--database", c.Config.Database)
	cmd.Env = append(os.Environ(), "PAVILION_REPORT_LIMIT=-1", "PAVILION_LOG_LEVEL=warn")
	cmd.Env = append(cmd.Env, settings...)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, "", err
	}
	if err := cmd.Start(); err != nil {
		return nil, "", err
	}
	stop = func() error { return errors.Join(cmd.Process.Signal(syscall.SIGTERM), cmd.Wait()) }
	line, err := bufio.NewReader(out).ReadString('\n')
	_, address, ok := strings.Cut(strings.TrimSpace(line), "http://")
	if err != nil || !ok {
		return nil, "", errors.Join(fmt.Errorf("the server did not start: %q", line), err, stop())
	}
	go io.Copy(io.Discard, out)
	return stop, address, nil
}

// warmUp is how long the server is driven before anything is counted.
const warmUp = time.Second

// drive sends reports from all clients and fills in the rate. It returns how
// long was counted.
func drive(address string, c Report, points []geo.Point, rate *Rate) time.Duration {
	begin := clock.System().Add(warmUp)
	end := begin.Add(time.Duration(c.Seconds) * time.Second)
	results := make(chan clientResult, c.Clients)
	var all sync.WaitGroup
	for range c.Clients {
		all.Go(func() { results <- driveOne(address, c.Words, points, begin, end) })
	}
	all.Wait()
	close(results)
	var times []time.Duration
	for r := range results {
		times = append(times, r.times...)
		rate.Errors += r.errors
		rate.Acknowledged += r.acknowledged
	}
	slices.Sort(times)
	took := end.Sub(begin)
	rate.ReportsPerSecond = float64(len(times)) / took.Seconds()
	rate.P50, rate.P95, rate.P99 = percentile(times, 50), percentile(times, 95), percentile(times, 99)
	return took
}

func percentile(times []time.Duration, p int) float64 {
	if len(times) == 0 {
		return 0
	}
	return float64(times[min(len(times)*p/100, len(times)-1)].Microseconds()) / 1000
}

// clientResult is what one client saw: the times of what was acknowledged while
// it counted, and all that was acknowledged.
type clientResult struct {
	times                []time.Duration
	errors, acknowledged int
}

// driveOne sends one report after another over one connection.
func driveOne(address, words string, points []geo.Point, begin, end time.Time) (r clientResult) {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		r.errors++
		return r
	}
	defer conn.Close()
	in := bufio.NewReader(conn)
	for clock.System().Before(end) {
		sent := clock.System()
		if _, err := conn.Write(request(address, words, points)); err != nil {
			r.errors++
			return r
		}
		status, err := readAnswer(in)
		done := clock.System()
		switch {
		case err != nil:
			r.errors++
			return r
		case status != http.StatusCreated:
			r.errors++
			continue
		}
		r.acknowledged++
		if sent.After(begin) && done.Before(end) {
			r.times = append(r.times, done.Sub(sent))
		}
	}
	return r
}

// request writes a report as a client sends it, in one of points if there
// are any.
func request(address, words string, points []geo.Point) []byte {
	report := map[string]any{"text": words + " " + id.Digits(6), "type": "020101"}
	if len(points) > 0 {
		p := points[rand.IntN(len(points))]
		report["lon"], report["lat"] = p.Lon, p.Lat
	}
	body, _ := json.Marshal(report) // strings and numbers always have JSON
	return fmt.Appendf(nil, "POST /api/v1/reports HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nIdempotency-Key: %s\r\nContent-Length: %d\r\n\r\n%s",
		address, id.New(), len(body), body)
}

// readAnswer reads one answer and returns its status.
func readAnswer(in *bufio.Reader) (int, error) {
	res, err := http.ReadResponse(in, nil)
	if err != nil {
		return 0, err
	}
	_, err = io.Copy(io.Discard, res.Body)
	return res.StatusCode, errors.Join(err, res.Body.Close())
}

// look counts what was kept and verifies the audit chain.
func look(ctx context.Context, c Report, open func(app.Config) (*app.App, error), before filled, rate *Rate) error {
	a, err := open(c.Config)
	if err != nil {
		return err
	}
	after, err := a.Matters.Count(ctx, before.realm)
	if err != nil {
		return errors.Join(err, a.Close())
	}
	found, err := a.Verify(ctx)
	kept := after - before.matters
	whole := err == nil && !slices.ContainsFunc(found, func(v app.Verified) bool { return len(v.Problems) > 0 })
	rate.Kept, rate.Verified = &kept, &whole
	return errors.Join(err, a.Close())
}

// bareFor is how long bare commits are measured.
const bareFor = 3 * time.Second

// bareCommits measures how many single-row transactions a second the engine
// makes durable, with nothing of ours in between: one writer on SQLite, as many
// as there are clients on PostgreSQL.
func bareCommits(ctx context.Context, c Report) (float64, error) {
	o := db.Options{URL: c.Config.Database, MaxConns: c.Clients}
	if c.Config.Database == "" {
		o.Path = filepath.Join(c.Config.Data, "bench-"+id.New()+".db")
		defer removeDatabase(o.Path)
	}
	bare, err := db.OpenBare(ctx, o)
	if err != nil {
		return 0, err
	}
	rate, err := bare.Commits(ctx, bareFor)
	return rate, errors.Join(err, bare.Close())
}

// removeDatabase removes a scratch database with its companions.
func removeDatabase(path string) {
	for _, suffix := range []string{"", "-wal", "-shm"} {
		os.Remove(path + suffix)
	}
}

// Words are what measured reports say: in the language most reports are written
// in, and visibly a test.
func Words() string {
	texts, err := text.Load(catalogue.FS())
	if err != nil {
		return "test"
	}
	return texts.Printer(text.First).T("app.bench_words")
}

// at tells how far a measurement is, if somebody wants to know.
func at(show app.Progress, stage string, done, total int) {
	if show != nil {
		show(stage, done, total)
	}
}
