// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package poll_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pavilion/internal/civic/deliberation/poll"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/db/dbtest"
)

// electors is how many vote in the vote that is attacked.
const electors = 400

// ranking is names in an order that somebody found.
type ranking struct {
	by    string
	names []string
}

// TestNobodyFindsOutWhoVotedWhat knows in which order people voted and what, as an
// observer at the door would, has the whole database, its files, audit, events and
// log, and puts every order of voters beside every order of ballots. The best of these
// guesses is right as often as chance.
func TestNobodyFindsOutWhoVotedWhat(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var log bytes.Buffer
		h := newHall(t, d)
		h.Log = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
		c := h.ask("residents", electors, 0)
		c.Secret = true
		p := h.start(c)
		secrets := h.secrets(p)
		from := walNow(t, d)
		random := rand.New(rand.NewPCG(42, 42))
		truth, came, receipts := map[string]string{}, []string(nil), []string(nil)
		for _, i := range random.Perm(electors) {
			who := member(i)
			truth[who] = []string{poll.For, poll.Against}[random.IntN(2)]
			r, err := h.Cast(t.Context(), cast(p, secrets[who], truth[who]))
			if err != nil {
				t.Fatal(err)
			}
			came, receipts = append(came, who), append(receipts, r.Code)
			h.pass(1000)
		}
		sameLengths(t, d)
		h.count(p)
		choice := map[string]string{}
		list, err := h.Ballots(t.Context(), realm, p.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range list {
			choice[b.Code] = b.Choice
		}
		right := func(voters, ballots []string) (n int) {
			for i, who := range voters {
				if choice[ballots[i]] == truth[who] {
					n++
				}
			}
			return n
		}
		if n := right(came, receipts); n != electors {
			t.Fatalf("the attack itself is wrong: with all receipts it finds %d", n)
		}
		people, ballots := orders(t, d, "deliberation_voter", "member"), orders(t, d, "deliberation_ballot", "code")
		if d.Engine() == db.Postgres {
			ballots = append(ballots, wal(t, d, from, ballots[0].names)...)
		}
		people = append(people, ranking{"the door", came})
		bound := electors/2 + int(5*math.Sqrt(electors)/2)
		for _, a := range people {
			for _, b := range ballots {
				if len(a.names) != electors || len(b.names) != electors {
					t.Fatalf("%s has %d, %s has %d", a.by, len(a.names), b.by, len(b.names))
				}
				n := right(a.names, b.names)
				back := slices.Clone(b.names)
				slices.Reverse(back)
				if n, m := max(n, electors-n), right(a.names, back); max(n, m, electors-m) > bound {
					t.Errorf("voters by %s and ballots by %s: %d and %d of %d are right", a.by, b.by, n, m, electors)
				}
			}
		}
		told := everythingElse(t, d)
		for name, text := range map[string]string{"log": log.String(), "other tables": told} {
			for i := range came {
				if strings.Contains(text, came[i]) || strings.Contains(text, receipts[i]) || strings.Contains(text, secrets[came[i]]) {
					t.Fatalf("%s: a voter or a ballot stands in the %s", came[i], name)
				}
			}
		}
	})
}

// sameLengths has all ballots in the urn look alike.
func sameLengths(t *testing.T, d *db.DB) {
	t.Helper()
	var least, most, n int
	if err := d.Bare().QueryRow(`SELECT min(length(ballot)), max(length(ballot)), count(*) FROM deliberation_urn`).Scan(&least, &most, &n); err != nil {
		t.Fatal(err)
	}
	if least != most || n != electors {
		t.Errorf("%d closed ballots are between %d and %d long", n, least, most)
	}
}

// orders are all orders in which an engine keeps the rows of a table.
func orders(t *testing.T, d *db.DB, table, name string) []ranking {
	t.Helper()
	by := []string{name, "rowid"}
	if d.Engine() == db.Postgres {
		by = []string{name, "ctid", "xmin::text::bigint, ctid", "ctid DESC"}
	}
	if name == "member" {
		by = append(by, "hash")
	}
	var out []ranking
	for _, order := range by {
		out = append(out, ranking{order, column(t, d, fmt.Sprintf(`SELECT %s FROM %s ORDER BY %s`, name, table, order))})
	}
	if d.Engine() == db.SQLite {
		out = append(out, files(t, d, column(t, d, `SELECT `+name+` FROM `+table))...)
	}
	return out
}

func column(t *testing.T, d *db.DB, query string) (out []string) {
	t.Helper()
	rows, err := d.Bare().Query(query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			t.Fatal(err)
		}
		out = append(out, s)
	}
	return out
}

// files order names by where they first and last stand in SQLite's files, pages that
// are free among them.
func files(t *testing.T, d *db.DB, names []string) (out []ranking) {
	t.Helper()
	var path string
	if err := d.Bare().QueryRow(`SELECT file FROM pragma_database_list WHERE name = 'main'`).Scan(&path); err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{path, path + "-wal"} {
		body, err := os.ReadFile(file)
		if err != nil {
			continue
		}
		out = append(out, positions(filepath.Base(file), body, names)...)
	}
	return out
}

// walNow is how far PostgreSQL's log of changes has come.
func walNow(t *testing.T, d *db.DB) string {
	t.Helper()
	if d.Engine() != db.Postgres {
		return ""
	}
	return column(t, d, `SELECT pg_current_wal_insert_lsn()::text`)[0]
}

// wal orders the codes of ballots by where they first and last stand in PostgreSQL's
// log of changes since an instant, which a replica or an archive of the log is sent.
// The log's order of voters is that in which they came, which the attacker has anyhow.
func wal(t *testing.T, d *db.DB, from string, codes []string) []ranking {
	t.Helper()
	if column(t, d, `SELECT rolsuper::text FROM pg_roles WHERE rolname = current_user`)[0] != "true" {
		t.Log("the log of changes is not read: that takes a superuser")
		return nil
	}
	rows, err := d.Bare().Query(`
		SELECT name, CASE WHEN name = pg_walfile_name($1::pg_lsn) THEN (pg_walfile_name_offset($1::pg_lsn)).file_offset ELSE 0 END
		FROM pg_ls_waldir() WHERE name BETWEEN pg_walfile_name($1::pg_lsn) AND pg_walfile_name(pg_current_wal_flush_lsn()) ORDER BY name`, from)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var log []byte
	for rows.Next() {
		var name string
		var at int64
		var body []byte
		if err := rows.Scan(&name, &at); err != nil {
			t.Fatal(err)
		}
		if err := d.Bare().QueryRow(`SELECT pg_read_binary_file('pg_wal/' || $1, $2, 16 << 20)`, name, at).Scan(&body); err != nil {
			t.Fatal(err)
		}
		log = append(log, body...)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	log = bytes.TrimRight(log, "\x00")
	found := 0
	for _, c := range codes {
		if bytes.Contains(log, []byte(c)) { // one that lies across two pages of the log is cut
			found++
		}
	}
	if found < len(codes)*9/10 {
		t.Fatalf("%d of %d codes are in %d bytes of the log: it is not read rightly", found, len(codes), len(log))
	}
	return positions("log of changes", log, codes)
}

// positions order names by where they first and last stand in bytes.
func positions(what string, body []byte, names []string) (out []ranking) {
	for way, find := range map[string]func([]byte, []byte) int{"first": bytes.Index, "last": bytes.LastIndex} {
		at := map[string]int{}
		for _, n := range names {
			at[n] = find(body, []byte(n))
		}
		sorted := slices.Clone(names)
		slices.Sort(sorted)
		slices.SortStableFunc(sorted, func(a, b string) int { return at[a] - at[b] })
		out = append(out, ranking{what + " " + way, sorted})
	}
	return out
}

// everythingElse is what stands in audit, events and the vote's own row.
func everythingElse(t *testing.T, d *db.DB) string {
	t.Helper()
	var out []string
	for _, query := range []string{
		`SELECT subject || act || actor || detail FROM audit_entry`, `SELECT body FROM jobs_job`, `SELECT result || question FROM deliberation_poll`,
		`SELECT count(*) FROM deliberation_urn`, `SELECT count(*) FROM deliberation_vote`,
	} {
		out = append(out, column(t, d, query)...)
	}
	if n := len(column(t, d, `SELECT act FROM audit_entry WHERE act LIKE 'poll.%'`)); n != 3 {
		t.Errorf("%d audit entries for opening, letters and counting", n)
	}
	if rest := out[len(out)-2:]; rest[0] != "0" || rest[1] != "0" {
		t.Errorf("after counting there are %s in the urn, %s by name", rest[0], rest[1])
	}
	return strings.Join(out, "\n")
}
