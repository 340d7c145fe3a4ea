// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package outbox tells the rest of the system what has happened: an event is
// written with the change it speaks of and delivered after the commit, at least
// once. Receivers therefore bear hearing of an event twice.
package outbox

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"pavilion/internal/platform/db"
	"pavilion/internal/platform/jobs"
)

// kind is the kind of job that an event is.
const kind = "outbox"

// Event is something that has happened.
type Event struct {
	Realm string
	ID    string // the same each time the event is told
	Name  string // in the past tense, such as "matter.registered"
	At    time.Time
	Body  json.RawMessage
}

// Subscriber hears events of one name, oldest first. If it fails, all of the
// events it was given are told again later.
type Subscriber func(ctx context.Context, events []Event) error

// letter is how an event lies in the queue.
type letter struct {
	Name string          `json:"name"`
	At   int64           `json:"at"`
	Body json.RawMessage `json:"body"`
}

// Add writes an event whose body is the JSON of v.
func Add(ctx context.Context, t *db.Tx, realm, name string, at time.Time, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("event %s: %w", name, err)
	}
	text, err := json.Marshal(letter{Name: name, At: at.UnixMicro(), Body: body})
	if err != nil {
		return fmt.Errorf("event %s: %w", name, err)
	}
	return jobs.Add(ctx, t, jobs.Job{Realm: realm, Kind: kind, Body: text})
}

// Deliver has q tell each event to those who subscribed to its name, and to
// those who subscribed to "*".
func Deliver(q *jobs.Queue, subscribers map[string][]Subscriber) {
	q.Handle(kind, func(ctx context.Context, list []jobs.Job) []error {
		answers := make([]error, len(list))
		groups := map[string][]int{}
		events := make([]Event, len(list))
		for i, j := range list {
			var l letter
			if answers[i] = json.Unmarshal(j.Body, &l); answers[i] != nil {
				continue
			}
			events[i] = Event{Realm: j.Realm, ID: j.ID, Name: l.Name, At: time.UnixMicro(l.At), Body: l.Body}
			groups[l.Name] = append(groups[l.Name], i)
		}
		for name, members := range groups {
			told := make([]Event, len(members))
			for k, i := range members {
				told[k] = events[i]
			}
			for _, tell := range slices.Concat(subscribers[name], subscribers["*"]) {
				if err := tell(ctx, told); err != nil {
					for _, i := range members {
						answers[i] = fmt.Errorf("%s: %w", name, err)
					}
				}
			}
		}
		return answers
	})
}
