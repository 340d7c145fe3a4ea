// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package app

import (
	"context"
	"errors"
	"time"

	"pavilion/internal/app/keeping"
	"pavilion/internal/base/form"
	"pavilion/internal/base/text"
	"pavilion/internal/civic/admission"
	"pavilion/internal/civic/commitment"
	"pavilion/internal/civic/deliberation/assembly"
	"pavilion/internal/civic/deliberation/disclosure"
	"pavilion/internal/civic/deliberation/poll"
	"pavilion/internal/civic/deliberation/survey"
	"pavilion/internal/civic/deliberation/topic"
	"pavilion/internal/civic/evaluation"
	"pavilion/internal/civic/matter"
	"pavilion/internal/civic/matter/holding"
	"pavilion/internal/civic/matter/intake"
	"pavilion/internal/civic/matter/kind"
	"pavilion/internal/civic/matter/phrase"
	"pavilion/internal/civic/matter/picture"
	"pavilion/internal/civic/rights"
	"pavilion/internal/core/gathering"
	"pavilion/internal/core/retention"
	"pavilion/internal/core/routing"
	"pavilion/internal/platform/jobs"
	"pavilion/internal/platform/search"
)

// introduce tells what is shared who answers for what: who checks the editions of a
// kind, and who shows what was released.
func (a *App) introduce() {
	a.Editions.Checks[retention.Edition] = a.Keeping.Check
	a.Editions.Checks[routing.Edition] = a.Routing.Check
	a.Editions.Checks[evaluation.Edition] = checkIndicators
	a.Editions.Checks[assembly.Edition] = a.Bodies.Check
	a.Editions.Checks[gathering.Edition] = a.Meetings.Check
	a.Editions.Checks[calendarKind] = checkCalendar
	a.Editions.Checks[kind.Edition] = checkTypes
	a.Editions.Checks[phrase.Edition] = a.checkReplies
	a.Releases.Publishers[matter.PublicWords] = a.Matters.Publish
	a.Releases.Publishers[picture.Kind] = a.Pictures.Publish
	a.Releases.Publishers[admission.Words] = a.Tasks.Publish
	a.Releases.Publishers[survey.Words] = a.Surveys.Publish
	a.Releases.Publishers[disclosure.Words], a.Releases.Publishers[disclosure.Answer] = a.Board.Show, a.Board.ShowAnswer
	a.Releases.Publishers[topic.Kind], a.Releases.Publishers[topic.Note] = a.Topics.Publish, a.Topics.PublishNote
	a.Releases.Publishers[commitment.Words], a.Releases.Publishers[commitment.Reason] = a.Promises.Publish, a.Promises.PublishReason
}

// disclose makes the public board.
func (a *App) disclose() {
	a.Board = &disclosure.Service{
		DB: a.DB, Now: a.Now, Log: a.Log, Calendar: a.Calendar, Org: a.Org, Box: a.Box, Files: a.Files, Bodies: a.Bodies, Releases: a.Releases,
		Say: func(key string) string { return a.Say(text.First, key) },
	}
}

// watchBoard ends the periods on the board that are over, in every realm, and notes that
// the board is up.
func (a *App) watchBoard(ctx context.Context) error {
	var failures []error
	for _, realm := range a.realms() {
		failures = append(failures, a.Board.Beat(ctx, realm))
		_, err := a.Board.Expire(ctx, realm)
		failures = append(failures, err)
	}
	return errors.Join(failures...)
}

// keep makes what keeps to the time that data may be kept.
func (a *App) keep(forms form.Forms) {
	a.Keeping = retention.New(retention.Service{DB: a.DB, Now: a.Now, Log: a.Log, Org: a.Org, Editions: a.Editions})
	a.Rights = &rights.Service{
		DB: a.DB, Now: a.Now, Log: a.Log, Forms: forms, Library: a.Library, Org: a.Org, Box: a.Box, Retention: a.Keeping,
		Subjects: subjects{a.Matters}, Say: func(key string) string { return a.Say(text.First, key) },
	}
	a.Keeping.Keepers = a.keepers()
}

// keepers are all parts that keep something about people. One that is missing here
// is asked for nothing and forgets nothing.
func (a *App) keepers() []retention.Keeper {
	return []retention.Keeper{
		&holding.Keeper{Matters: a.Matters, Files: a.Files, Relay: a.Relay, Sentence: a.Say(text.First, "retention.sentence")},
		intake.Keeper{},
		keeping.Accounts{Identity: a.Identity, Former: a.Say(text.First, "retention.former")},
		keeping.Notices{},
		rights.Keeper{Service: a.Rights},
		keeping.Drafts{Sentence: a.Say(text.First, "retention.sentence")},
		assembly.Keeper{Service: a.Bodies},
		disclosure.Keeper{Service: a.Board},
		poll.Keeper{},
		survey.Keeper{Service: a.Surveys},
		gathering.Keeper{Service: a.Meetings},
		topic.Keeper{Service: a.Topics},
		keeping.Logs{},
	}
}

// subjects answers whose data a number leads to.
type subjects struct{ matters *matter.Service }

// Numbered finds a matter by the number that people quote.
func (s subjects) Numbered(ctx context.Context, realm, number string) (rights.Subject, error) {
	d, err := s.matters.FollowedNumber(ctx, realm, number)
	return rights.Subject{Name: d.Subject(), Number: d.Number, Place: d.Place, Town: d.Town, Open: d.Open}, err
}

// retainEvery is how often the schedule is looked at; what it does is counted in days.
const retainEvery = time.Hour

// retain carries out the schedule of every realm.
func (a *App) retain(ctx context.Context) error {
	var failures []error
	for _, realm := range a.realms() {
		did, err := a.Keeping.Run(ctx, realm)
		if did.Gone > 0 || did.Held > 0 {
			a.Log.Info("the schedule of retention was carried out", "realm", realm, "gone", did.Gone, "held", did.Held)
		}
		failures = append(failures, err)
	}
	return errors.Join(failures...)
}

// scrub takes what was destroyed off the disk.
func (a *App) scrub(ctx context.Context, list []jobs.Job) []error {
	err := errors.Join(search.Purge(ctx, a.DB), a.DB.Scrub(ctx))
	answers := make([]error, len(list))
	for i := range answers {
		answers[i] = err
	}
	return answers
}
