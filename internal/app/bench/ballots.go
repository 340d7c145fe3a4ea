// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package bench

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"pavilion/internal/app"
	"pavilion/internal/base/clock"
	"pavilion/internal/base/id"
	"pavilion/internal/base/text"
	"pavilion/internal/civic/deliberation/poll"
	"pavilion/internal/civic/deliberation/tally"
	"pavilion/internal/core/identity"
	"pavilion/internal/platform/db"
)

// Ballots asks how long a secret vote takes over HTTP, when all voters come at once.
type Ballots struct {
	Config  app.Config
	Voters  int
	Clients int    // that send at once
	Pages   bool   // three screens for each voter, as a telephone does; otherwise one call of the API
	Program string // this program, which is started as the server
}

// Cast is what Ballots measured. Times are of one voter, in milliseconds.
type Cast struct {
	Engine   string  `json:"engine"`
	Way      string  `json:"way"`
	Voters   int     `json:"voters"`
	Clients  int     `json:"clients"`
	Seconds  float64 `json:"seconds"` // until all have their tracking code
	P50      float64 `json:"p50_ms"`
	P95      float64 `json:"p95_ms"`
	P99      float64 `json:"p99_ms"`
	Kept     int     `json:"kept"` // acknowledged
	Errors   int     `json:"errors"`
	Counting float64 `json:"counting_s"`
	Listed   int64   `json:"listed"` // in the list after counting
	Same     bool    `json:"same"`   // counts and list are what was sent, and the same counted anew
}

// letter is one voter with a credential and what they choose.
type letter struct{ code, choice string }

// RunBallots opens a secret vote, starts the server as a process of its own with the
// limit of codes as on a polling day, has every voter vote over HTTP, and counts.
func RunBallots(ctx context.Context, c Ballots, open func(app.Config) (*app.App, error)) (Cast, error) {
	out := Cast{Engine: string(db.SQLite), Way: "api", Voters: c.Voters, Clients: c.Clients}
	if c.Config.Database != "" {
		out.Engine = string(db.Postgres)
	}
	if c.Pages {
		out.Way = "pages"
	}
	p, letters, err := openVote(ctx, c, open)
	if err != nil {
		return out, err
	}
	stop, address, err := startServer(ctx, Report{Config: c.Config, Program: c.Program}, "PAVILION_BALLOT_LIMIT="+strconv.Itoa(4*c.Voters))
	if err != nil {
		return out, err
	}
	out.vote(address, p, letters, c)
	if err := stop(); err != nil {
		return out, fmt.Errorf("stop the server: %w", err)
	}
	return out, out.count(ctx, c, p, letters, open)
}

// bencher opens and counts the vote.
func bencher(realm string) identity.Actor {
	return identity.Actor{Realm: realm, Account: "bench", Grants: []identity.Grant{{Realm: realm, Account: "bench", Role: identity.Secretary, Hi: 1 << 60}}}
}

// openVote opens a secret vote and makes its letters.
func openVote(ctx context.Context, c Ballots, open func(app.Config) (*app.App, error)) (p poll.Poll, letters []letter, err error) {
	a, err := open(c.Config)
	if err != nil {
		return p, nil, err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	if _, err := a.Demo(ctx, nil); err != nil {
		return p, nil, err
	}
	root, _ := a.Org.Root(a.Config.Realm)
	rule, err := a.Bodies.RuleAt(ctx, root.Realm, "residents", a.Bodies.Today())
	if err != nil {
		return p, nil, err
	}
	o := poll.Open{
		Realm: root.Realm, Key: id.New(), Roster: id.New(), Place: root.Lo, Rule: rule, Question: a.Say(text.First, "app.bench_words"), Secret: true,
		Channels: []poll.Channel{poll.Online}, Closes: a.Now().Add(24 * time.Hour), By: bencher(root.Realm),
	}
	for i := range c.Voters {
		o.Voters = append(o.Voters, poll.Voter{Member: fmt.Sprintf("m%06d", i), Share: tally.Sum{People: 1}})
	}
	if p, err = a.Polls.Start(ctx, o); err != nil {
		return p, nil, err
	}
	made, err := a.Polls.Issue(ctx, poll.Issue{Realm: p.Realm, ID: p.ID, By: o.By})
	for i, l := range made {
		letters = append(letters, letter{l.Secret, []string{poll.For, poll.For, poll.Against}[i%3]})
	}
	return p, letters, err
}

// vote has all voters vote, Clients at a time.
func (out *Cast) vote(address string, p poll.Poll, letters []letter, c Ballots) {
	var next, kept, failed atomic.Int64
	times := make([]time.Duration, len(letters))
	began := clock.System()
	var all sync.WaitGroup
	for range c.Clients {
		all.Go(func() {
			v := &voter{address: address, poll: p.ID}
			defer v.close()
			for i := int(next.Add(1)) - 1; i < len(letters); i = int(next.Add(1)) - 1 {
				sent := clock.System()
				if err := v.cast(letters[i], c.Pages); err != nil {
					failed.Add(1)
					continue
				}
				kept.Add(1)
				times[i] = clock.System().Sub(sent)
			}
		})
	}
	all.Wait()
	out.Seconds = clock.System().Sub(began).Seconds()
	out.Kept, out.Errors = int(kept.Load()), int(failed.Load())
	times = slices.DeleteFunc(times, func(t time.Duration) bool { return t == 0 })
	slices.Sort(times)
	out.P50, out.P95, out.P99 = percentile(times, 50), percentile(times, 95), percentile(times, 99)
}

// count counts the vote, anew too, and holds it against what was sent.
func (out *Cast) count(ctx context.Context, c Ballots, p poll.Poll, letters []letter, open func(app.Config) (*app.App, error)) (err error) {
	a, err := open(c.Config)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	began := clock.System()
	r, err := a.Polls.Close(ctx, poll.Close{Realm: p.Realm, ID: p.ID, By: bencher(p.Realm)})
	if err != nil {
		return fmt.Errorf("%d of %d voted: %w", out.Kept, out.Voters, err)
	}
	out.Counting = clock.System().Sub(began).Seconds()
	if _, err := a.Polls.Recount(ctx, p.Realm, p.ID); err != nil {
		return err
	}
	want := map[string]int64{}
	for _, l := range letters {
		want[l.choice]++
	}
	out.Listed = r.Listed
	out.Same = r.Listed == int64(len(letters)) && r.Count.For.People == want[poll.For] && r.Count.Against.People == want[poll.Against]
	return nil
}

// voter is a connection on which one voter after another votes.
type voter struct {
	address, poll string
	conn          net.Conn
	in            *bufio.Reader
}

func (v *voter) close() {
	if v.conn != nil {
		v.conn.Close()
	}
}

// cast votes with a letter until the server says that the ballot is kept.
func (v *voter) cast(l letter, pages bool) error {
	if !pages {
		body, _ := json.Marshal(map[string]string{"credential": l.code, "choice": l.choice, "nonce": id.Secret(20)}) // strings always have JSON
		_, err := v.send("/api/v1/polls/"+v.poll+"/ballots", "application/json", body)
		return err
	}
	form := url.Values{"code": {l.code}}
	for _, step := range []string{"", "choose", "cast"} {
		form.Set("step", step)
		page, err := v.send("/votes/"+v.poll, "application/x-www-form-urlencoded", []byte(form.Encode()))
		if err != nil {
			return err
		}
		if step == "" {
			nonce := nonceOf.FindSubmatch(page)
			if nonce == nil {
				return errors.New("the page has no nonce")
			}
			form.Set("nonce", string(nonce[1]))
			form.Set("choice", l.choice)
		}
	}
	return nil
}

// nonceOf finds what was drawn for a voter's page.
var nonceOf = regexp.MustCompile(`name="nonce" value="([^"]+)"`)

// send posts, and fails for every answer but 200.
func (v *voter) send(path, kind string, body []byte) ([]byte, error) {
	if v.conn == nil {
		conn, err := net.Dial("tcp", v.address)
		if err != nil {
			return nil, err
		}
		v.conn, v.in = conn, bufio.NewReader(conn)
	}
	_, err := fmt.Fprintf(v.conn, "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s", path, v.address, kind, len(body), body)
	if err != nil {
		return nil, v.broken(err)
	}
	res, err := http.ReadResponse(v.in, nil)
	if err != nil {
		return nil, v.broken(err)
	}
	page, err := io.ReadAll(res.Body)
	if err = errors.Join(err, res.Body.Close()); err != nil {
		return nil, v.broken(err)
	}
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s answers %d", path, res.StatusCode)
	}
	return page, nil
}

// broken has the next request open another connection.
func (v *voter) broken(err error) error {
	v.close()
	v.conn = nil
	return err
}
