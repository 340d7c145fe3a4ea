// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package matter

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/form"
	"pavilion/internal/base/geo"
	"pavilion/internal/base/id"
	"pavilion/internal/civic/matter/kind"
	"pavilion/internal/core/files"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/org"
	"pavilion/internal/core/outbox"
	"pavilion/internal/core/procedure"
	"pavilion/internal/platform/db"
)

// Report is somebody telling of a matter.
type Report struct {
	Realm   string
	Origin  string // the channel it came by
	Key     string // made by the client; the same key never makes a second matter. Empty: no such guard
	Type    string // code of the catalogue; empty: the desk decides
	Title   string // empty: the beginning of Text
	Text    string
	Address string
	Area    string // where, if there is no point
	Point   *geo.Point
	Photos  []files.Photo // stored already, attached by this use case
	Contact Contact
	About   string         // the body that is complained about; empty for none
	By      identity.Actor // anonymous for the public
	Said    time.Time      // when, if another system took it earlier; zero: now. Terms begin now all the same
}

// Prepared is a report that was checked and has not been kept.
type Prepared struct {
	matter Matter
	report Report
	step   procedure.Step
}

// Place is where the matter will be in the order of areas.
func (p Prepared) Place() int64 { return p.matter.Place }

// Receipt is what the reporter keeps.
type Receipt struct {
	ID       string
	Number   string
	Code     string
	State    procedure.State
	Due      time.Time // when the present state's term ends
	Repeated bool      // the same key was used before: this is what it made
}

// Reported is what the rest of the system learns about it.
type Reported struct {
	ID       string   `json:"id"`
	Number   string   `json:"number"`
	Type     string   `json:"type"`
	Origin   string   `json:"origin"`
	Relation Relation `json:"relation,omitempty"`
	Place    int64    `json:"place"`
	Town     int64    `json:"town"`
}

func reported(m Matter) Reported {
	return Reported{m.ID, m.Number, m.Type, m.Origin, m.Relation, m.Place, m.Town}
}

// numbering is how often a number is drawn anew when the one drawn is taken.
const numbering = 8

// Report keeps what was reported and puts it before the desk of its place. When
// it returns, the report is on disk. It fails with Invalid, naming each field at
// fault, or with storage faults when nothing could be kept.
func (s *Service) Report(ctx context.Context, c Report) (Receipt, error) {
	p, err := s.Prepare(ctx, c, s.Now())
	if err != nil {
		return Receipt{}, err
	}
	var receipt Receipt
	err = s.DB.InTx(ctx, func(tx *db.Tx) (err error) {
		receipt, err = s.Take(ctx, tx, p)
		return err
	})
	if err != nil {
		return Receipt{}, fmt.Errorf("report: %w", err)
	}
	return receipt, nil
}

// Prepare checks a report under the catalogue in force at an instant, and keeps
// nothing. It fails with Invalid, naming each field at fault.
func (s *Service) Prepare(ctx context.Context, c Report, at time.Time) (Prepared, error) {
	book, err := s.Types.At(ctx, c.Realm, at)
	if err != nil {
		return Prepared{}, err
	}
	m, err := s.draft(c, book)
	if err != nil {
		return Prepared{}, err
	}
	machine, err := s.machine(ctx, c.Realm, 0)
	if err != nil {
		return Prepared{}, err
	}
	m.Version = machine.Version()
	subject, err := s.about(ctx, m, c.By)
	if err != nil {
		return Prepared{}, err
	}
	step := machine.Begin(subject, m.EnteredAt)
	m.begin(step)
	return Prepared{matter: m, report: c, step: step}, nil
}

// Take keeps a prepared report in tx. Those who take over from other systems take
// many in one transaction.
func (s *Service) Take(ctx context.Context, tx *db.Tx, p Prepared) (Receipt, error) {
	m := p.matter
	kept, err := s.keep(ctx, tx, &m)
	if err == nil && kept {
		err = s.opened(ctx, tx, m, p.report, p.step)
	}
	return Receipt{ID: m.ID, Number: m.Number, Code: s.Code(m.Realm, m.ID), State: m.State, Due: m.Due, Repeated: !kept}, err
}

// begin gives m the state and the times of the step with which it begins.
func (m *Matter) begin(step procedure.Step) {
	m.State, m.Open = step.To, true
	m.Due, m.Warn, m.Whole, m.Timer = step.Due, step.Warn, step.Times.Whole, step.Timer
}

// keep stores m. If its key was used before, m becomes the matter made then.
func (s *Service) keep(ctx context.Context, tx *db.Tx, m *Matter) (bool, error) {
	for range numbering {
		m.Number = m.ReportedAt.In(s.Calendar.Zone()).Format("20060102") + "-" + id.Digits(7)
		kept, err := s.insert(ctx, tx, *m)
		if kept || err != nil {
			return kept, err
		}
		first, err := s.unshut(findOrigin(ctx, tx, m.Realm, m.Origin, m.OriginID))
		if err == nil {
			*m = first
			return false, nil
		}
		if fault.KindOf(err) != fault.Missing {
			return false, err
		}
	}
	return false, errors.New("no number is free")
}

// opened writes what belongs to a new matter besides its row.
func (s *Service) opened(ctx context.Context, tx *db.Tx, m Matter, c Report, step procedure.Step) error {
	role := procedure.Role("reporter")
	if !c.By.Anonymous() {
		role = "staff"
	}
	err := s.appendEvent(ctx, tx, m, Event{
		Seq: m.Revision, Action: "report", To: m.State, Actor: m.Reporter, Role: role, Basis: step.Basis,
		Photos: len(c.Photos), At: step.At, Due: step.Due, Term: step.Past.Term, Whole: step.Past.Whole,
	})
	if err != nil {
		return err
	}
	if m.Contactable {
		sealed, err := s.seal(m.Realm, m.ID, c.Contact)
		if err != nil {
			return err
		}
		if err := insertContact(ctx, tx, m.Realm, m.ID, sealed); err != nil {
			return err
		}
	}
	if len(c.Photos) > 0 {
		if err := s.Files.Attach(ctx, tx, m.Realm, PhotosOf(m.ID, m.Revision), c.Photos, m.Reporter); err != nil {
			return err
		}
	}
	if err := s.announce(ctx, tx, m); err != nil {
		return err
	}
	return outbox.Add(ctx, tx, m.Realm, "matter.reported", step.At, reported(m))
}

// draft checks a report and makes the matter it asks for.
func (s *Service) draft(c Report, book *kind.Book) (Matter, error) {
	now := s.Now()
	m := Matter{
		Realm: c.Realm, ID: id.New(), Revision: 1, Type: c.Type, Privacy: PrivacyOrdinary, Address: c.Address,
		Point: c.Point, Contactable: !c.Contact.Empty(), Origin: c.Origin,
		ReportedAt: now, EnteredAt: now, UpdatedAt: now, Grade: 1,
	}
	m.Reporter = s.Mark(m.Realm, m.ID, c.By.Account)
	if c.By.Has(identity.Receptionist, now) {
		m.Keeper = c.By.Account // asked first, and answerable until a body has it
	}
	if c.Key != "" {
		m.OriginID = s.Box.Sum("matter_key", c.Realm, c.Key)
	}
	var faults []*fault.Error
	if c.Said.After(now) {
		faults = append(faults, fault.New(fault.Invalid, "matter.said_later").At("said"))
	} else if !c.Said.IsZero() {
		m.ReportedAt = c.Said
	}
	clean := func(field, text string, lines bool, longest int) string {
		out, err := form.CleanText(text, lines)
		if err == nil && len([]rune(out)) > longest {
			err = fault.New(fault.Invalid, "form.too_long").With("max", fmt.Sprint(longest))
		}
		if f, ok := fault.As(err); ok {
			faults = append(faults, f.At(field))
		}
		return out
	}
	faults = append(faults, c.Contact.masked()...)
	m.Text = clean("text", c.Text, true, MaxText)
	m.Title = clean("title", c.Title, false, maxTitle)
	m.Address = clean("address", c.Address, false, MaxAddress)
	if len([]rune(m.Text)) < MinText && len(faults) == 0 {
		faults = append(faults, fault.New(fault.Invalid, "matter.text_required").At("text"))
	}
	if m.Title == "" {
		m.Title = beginning(m.Text)
	}
	if k, ok := book.Find(c.Type); ok && !k.Withdrawn {
		m.Privacy = k.Privacy
	} else if c.Type != "" {
		faults = append(faults, fault.New(fault.Invalid, "matter.type_unknown").At("category"))
	}
	if _, ok := s.Org.Body(c.Realm, c.About); ok {
		m.About = c.About
	} else if c.About != "" {
		faults = append(faults, fault.New(fault.Invalid, "matter.body_unknown").At("about"))
	}
	if f := s.locate(&m, c); f != nil {
		faults = append(faults, f)
	}
	return m, fault.Join(faults...)
}

// locate gives m the smallest area that is known: from the point, else from the
// area named, else the realm as a whole.
func (s *Service) locate(m *Matter, c Report) *fault.Error {
	area, ok := org.Area{}, false
	switch {
	case c.Point != nil:
		if area, ok = s.Org.Locate(c.Realm, *c.Point); !ok {
			return fault.New(fault.Invalid, "matter.outside").At("point")
		}
	case c.Area != "":
		if area, ok = s.Org.Area(c.Realm, c.Area); !ok {
			return fault.New(fault.Invalid, "matter.area_unknown").At("area")
		}
	default:
		if area, ok = s.Org.Root(c.Realm); !ok {
			return fault.New(fault.Missing, "matter.no_realm")
		}
	}
	m.Area, m.Place, m.Town = area.ID, area.Lo, area.Town
	return nil
}

// beginning returns the first sentence or so of a text, as a title.
func beginning(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	if end := strings.IndexAny(line, "\u3002\uff01\uff1f!?"); end > 0 {
		line = line[:end]
	}
	if runes := []rune(line); len(runes) > 40 {
		return string(runes[:39]) + "…"
	}
	return line
}
