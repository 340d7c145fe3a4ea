// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package notify_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"pavilion/catalogue"
	"pavilion/internal/base/page"
	"pavilion/internal/base/text"
	"pavilion/internal/core/notify"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/db/dbtest"
	"pavilion/internal/platform/gateway"
	"pavilion/internal/platform/jobs"
)

const realm = "r"

// post is the outside: it keeps what is sent, or is away.
type post struct {
	sent []gateway.Message
	away bool
}

func (p *post) Send(_ context.Context, m gateway.Message) error {
	if p.away {
		return errors.New("the post is away")
	}
	p.sent = append(p.sent, m)
	return nil
}

func message(id string) notify.Message {
	return notify.Message{
		Realm: realm, ID: id, Account: "a", Key: "notify.dispatched", Params: map[string]string{"number": "20260918-1234567"},
		Link: "/desk/matters/1", At: time.Unix(1, 0), Language: "en", Address: "someone@example.org",
	}
}

func TestAMessageIsToldOnceInThePageAndByMail(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		texts, err := text.Load(catalogue.FS())
		if err != nil {
			t.Fatal(err)
		}
		clock := time.Unix(100, 0)
		q := jobs.New(d, func() time.Time { return clock }, slog.New(slog.DiscardHandler))
		outside := &post{away: true}
		notify.Deliver(q, outside, texts, "https://example.org")
		for _, id := range []string{"1", "1", "2"} {
			err := d.InTx(t.Context(), func(tx *db.Tx) error { return notify.Send(t.Context(), tx, message(id)) })
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := q.Drain(t.Context()); err != nil || len(outside.sent) != 0 {
			t.Fatalf("while the post is away %d letters are sent, %v", len(outside.sent), err)
		}
		outside.away, clock = false, clock.Add(time.Hour)
		if err := q.Drain(t.Context()); err != nil || len(outside.sent) != 2 {
			t.Fatalf("%d letters are sent, %v; want one for each message", len(outside.sent), err)
		}
		first := outside.sent[0]
		if first.To != "someone@example.org" || !strings.Contains(first.Body, "https://example.org/desk/matters/1") || !strings.Contains(first.Subject, "20260918-1234567") {
			t.Errorf("the letter is %+v", first)
		}
		read(t, d, 2)
	})
}

// read checks what the page shows, before and after it was read.
func read(t *testing.T, d *db.DB, want int) {
	t.Helper()
	for _, unread := range []int{want, 0} {
		var n int
		var p page.Page[notify.Message]
		err := d.View(t.Context(), func(tx *db.Tx) (err error) {
			if n, err = notify.Unread(t.Context(), tx, realm, "a"); err == nil {
				p, err = notify.List(t.Context(), tx, realm, "a", page.Cursor{}, 10)
			}
			return err
		})
		if err != nil || n != unread || len(p.Items) != want || p.Items[0].Params["number"] == "" {
			t.Errorf("%d unread of %v, %v; want %d of %d", n, p.Items, err, unread, want)
		}
		err = d.InTx(t.Context(), func(tx *db.Tx) error { return notify.MarkRead(t.Context(), tx, realm, "a", time.Unix(9, 0)) })
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestPagesOfMessagesGoBackAndAreOnesOwn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		err := d.InTx(t.Context(), func(tx *db.Tx) error {
			var all []error
			for _, id := range []string{"1", "2", "3", "4", "5"} {
				m := message(id)
				m.Address = ""
				other, elsewhere := m, m
				other.ID, other.Account = "x"+id, "b"
				elsewhere.Realm = "elsewhere"
				all = append(all, notify.Send(t.Context(), tx, m), notify.Send(t.Context(), tx, other), notify.Send(t.Context(), tx, elsewhere))
			}
			return errors.Join(all...)
		})
		if err != nil {
			t.Fatal(err)
		}
		var ids string
		at := page.Cursor{}
		for range 4 {
			var p page.Page[notify.Message]
			err := d.View(t.Context(), func(tx *db.Tx) (err error) {
				p, err = notify.List(t.Context(), tx, realm, "a", at, 2)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range p.Items {
				ids += m.ID
			}
			if at = p.Next; !at.More() {
				break
			}
		}
		if ids != "54321" {
			t.Errorf("the pages hold %s, want 54321", ids)
		}
	})
}
