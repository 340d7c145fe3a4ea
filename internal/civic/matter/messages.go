// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package matter

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"pavilion/internal/base/clock"
	"pavilion/internal/base/fault"
	"pavilion/internal/base/form"
	"pavilion/internal/base/id"
	"pavilion/internal/core/audit"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/outbox"
	"pavilion/internal/platform/db"
)

// messageOrigin is the origin of imported messages; with their own id it makes
// importing twice harmless.
const messageOrigin = "import:messages"

// maxLine is the longest line of an import file, in bytes.
const maxLine = 4 << 20

// Message is one message that residents sent to an earlier system. Who sent it
// and how it was voted on are not taken over: nothing here needs them.
type Message struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	Time  string `json:"time"`
	Body  string `json:"body"`
}

// Problem is a line of an import that cannot be taken.
type Problem struct {
	Line  int    `json:"line"`
	Field string `json:"field,omitempty"`
	Key   string `json:"key"` // the reason, as a text key
}

// Imported says what an import did.
type Imported struct {
	Read     int       `json:"read"`
	Created  int       `json:"created"`
	Existing int       `json:"existing"`
	Rejected int       `json:"rejected"`
	Problems []Problem `json:"problems"`
}

// ImportMessages is somebody taking over the messages of an earlier system, one
// JSON object a line. They are filed: kept and searchable, but no term runs for
// them. With Open they are taken on like new reports, their terms beginning now.
type ImportMessages struct {
	Realm    string
	Lines    io.Reader
	Open     bool
	By       identity.Actor
	Progress func(lines int) // called now and then while reading; may be nil
}

// ImportMessages takes over all messages or, if any line is bad, none. Lines
// whose id was imported before are counted as existing and left as they are.
func (s *Service) ImportMessages(ctx context.Context, c ImportMessages) (Imported, error) {
	messages, report, err := readMessages(c.Lines, s.Calendar.Zone(), c.Progress)
	if err != nil {
		return report, fmt.Errorf("import messages: %w", err)
	}
	if report.Rejected > 0 {
		return report, fault.New(fault.Invalid, "matter.import_rejected").With("count", fmt.Sprint(report.Rejected))
	}
	root, ok := s.Org.Root(c.Realm)
	if !ok {
		return report, fault.New(fault.Missing, "matter.no_realm")
	}
	blank := Matter{
		Realm: c.Realm, Privacy: PrivacyOrdinary, Area: root.ID, Place: root.Lo, Town: root.Town,
		Origin: messageOrigin, Revision: 1,
	}
	machine, err := s.machine(ctx, c.Realm, 0)
	if err != nil {
		return report, err
	}
	now := s.Now()
	subject, err := s.about(ctx, blank, c.By)
	if err != nil {
		return report, err
	}
	step := machine.Begin(subject, now)
	blank.Version, blank.EnteredAt, blank.UpdatedAt = machine.Version(), now, now
	blank.State, blank.Open = stateFiled, c.Open
	if c.Open {
		blank.begin(step)
	} else {
		step.Past.Term = clock.Term{}
	}
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		created, err := s.file(ctx, tx, blank, step.Past.Term, messages, c)
		report.Created, report.Existing = created, len(messages)-created
		return err
	})
	if err != nil {
		return Imported{Read: report.Read, Problems: []Problem{}}, fmt.Errorf("import messages: %w", err)
	}
	return report, nil
}

// file stores those messages that are not there yet and says how many.
func (s *Service) file(ctx context.Context, tx *db.Tx, blank Matter, term clock.Term, messages []filed, c ImportMessages) (int, error) {
	ids := make([]string, len(messages))
	for i, msg := range messages {
		ids[i] = msg.source
	}
	there, err := origins(ctx, tx, c.Realm, messageOrigin, ids)
	if err != nil {
		return 0, err
	}
	created := 0
	for _, msg := range messages {
		if there[msg.source] {
			continue
		}
		there[msg.source] = true
		m := blank
		m.ID, m.OriginID, m.Title, m.Text, m.ReportedAt = id.New(), msg.source, msg.title, msg.text, msg.at
		if kept, err := s.keep(ctx, tx, &m); err != nil || !kept {
			return 0, errors.Join(err, fmt.Errorf("message %s was not kept", msg.source))
		}
		err := s.appendEvent(ctx, tx, m, Event{
			Seq: 1, Action: "report", To: m.State, Actor: c.By.Account, Role: "system", At: blank.EnteredAt, Due: m.Due, Term: term,
		})
		if err != nil {
			return 0, err
		}
		if m.Open {
			if err := s.announce(ctx, tx, m); err != nil {
				return 0, err
			}
		}
		if err := outbox.Add(ctx, tx, m.Realm, "matter.reported", m.ReportedAt, reported(m)); err != nil {
			return 0, err
		}
		created++
	}
	audit.Add(ctx, tx, audit.Entry{
		Realm: c.Realm, Subject: messageOrigin, Act: "matter.imported", Actor: c.By.Account, At: blank.EnteredAt,
		Detail: map[string]int{"read": len(messages), "created": created},
	})
	return created, nil
}

// filed is a message that has been checked.
type filed struct {
	source, title, text string
	at                  time.Time
}

// readMessages checks every line and lists those that cannot be taken.
func readMessages(in io.Reader, zone *time.Location, progress func(int)) ([]filed, Imported, error) {
	report := Imported{Problems: []Problem{}}
	var out []filed
	lines := bufio.NewScanner(in)
	lines.Buffer(make([]byte, 0, 64<<10), maxLine)
	for line := 1; lines.Scan(); line++ {
		text := bytes.TrimSpace(lines.Bytes())
		if line == 1 {
			text = bytes.TrimPrefix(text, []byte("\ufeff"))
		}
		if len(text) == 0 {
			continue
		}
		report.Read++
		msg, err := readMessage(text, zone)
		if f, bad := fault.As(err); bad {
			report.Rejected++
			report.Problems = append(report.Problems, Problem{Line: line, Field: f.Field, Key: f.Key})
		}
		out = append(out, msg)
		if progress != nil && report.Read%100 == 0 {
			progress(report.Read)
		}
	}
	if errors.Is(lines.Err(), bufio.ErrTooLong) {
		report.Rejected++
		report.Problems = append(report.Problems, Problem{Line: report.Read + 1, Key: "matter.import_line_long"})
		return out, report, nil
	}
	return out, report, lines.Err()
}

func readMessage(text []byte, zone *time.Location) (filed, error) {
	var m Message
	if err := json.Unmarshal(text, &m); err != nil {
		return filed{}, fault.New(fault.Invalid, "matter.import_not_json").Because(err)
	}
	if strings.TrimSpace(m.ID) == "" {
		return filed{}, fault.New(fault.Invalid, "matter.import_no_id").At("id")
	}
	at, err := time.ParseInLocation("2006-01-02T15:04:05", m.Time, zone)
	if err != nil {
		return filed{}, fault.New(fault.Invalid, "matter.import_bad_time").At("time").Because(err)
	}
	body, err := form.CleanText(m.Body, true)
	if err != nil {
		return filed{}, fieldFault(err, "body")
	}
	title, err := form.CleanText(m.Title, false)
	if err != nil {
		return filed{}, fieldFault(err, "title")
	}
	if body == "" && title == "" {
		return filed{}, fault.New(fault.Invalid, "matter.text_required").At("body")
	}
	return filed{source: m.ID, title: title, text: body, at: at}, nil
}

// fieldFault points a fault at the field of the file that it is about.
func fieldFault(err error, field string) error {
	if f, ok := fault.As(err); ok {
		return f.At(field)
	}
	return err
}
