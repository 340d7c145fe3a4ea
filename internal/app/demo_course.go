// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package app

import (
	"context"
	"errors"
	"time"

	"pavilion/internal/base/id"
	"pavilion/internal/base/page"
	"pavilion/internal/civic/deliberation/assembly"
	"pavilion/internal/civic/deliberation/disclosure"
	"pavilion/internal/civic/deliberation/poll"
	"pavilion/internal/civic/deliberation/proceeding"
	"pavilion/internal/core/files"
	"pavilion/internal/core/gathering"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/procedure"
	"pavilion/internal/core/release"
	"pavilion/internal/platform/db"
)

// proceeding takes a topic through four discussions and two disclosures.
func (c *course) proceeding(ctx context.Context, t demoTopic, about, owner string) error {
	p, err := c.Proceedings.Start(ctx, proceeding.Start{Realm: c.realm, Key: id.New(), Topic: about, By: c.secretary, Values: map[string][]string{
		"subject": {t.Subject}, "emergency": {"no"}, "one_person": {"no"}, "forbidden": {"no"}, "one_leader": {"no"},
	}})
	if err == nil {
		err = c.answer(ctx, t, about)
	}
	if err != nil {
		return err
	}
	way := &wayOf{course: c, id: p.ID, topic: t, body: owner}
	steps := []func(context.Context) error{way.propose, way.talk, way.review, way.decide, way.disclose, way.finish}
	for i, last := range []demoReach{"", reachTalk, "", reachVote, reachNotice, reachEnd} {
		if err := steps[i](ctx); err != nil {
			return err
		}
		if t.Reach == last {
			return nil
		}
	}
	return nil
}

// wayOf is one proceeding on its way.
type wayOf struct {
	*course
	id    string
	topic demoTopic
	body  string // that carries it out
	task  gathering.Resolution
}

// on is a step of the proceeding as it is now.
func (w *wayOf) on(ctx context.Context, s proceeding.Step) (proceeding.On, error) {
	d, err := w.Proceedings.Open(ctx, w.secretary, w.realm, w.id)
	return proceeding.On{Realm: w.realm, ID: w.id, Revision: d.Revision, Step: s, By: w.by(w.secretary)}, err
}

func (w *wayOf) move(ctx context.Context, action procedure.Action, values map[string][]string) error {
	on, err := w.on(ctx, "")
	if err == nil {
		_, err = w.Proceedings.Move(ctx, proceeding.Move{Realm: w.realm, ID: w.id, Revision: on.Revision, Action: action, Values: values, By: on.By})
	}
	return err
}

func (w *wayOf) propose(ctx context.Context) error {
	err := w.move(ctx, "propose", map[string][]string{"from": {"branch"}, "plan": {w.topic.Plan}, "public": {w.topic.Public}})
	return errors.Join(err, w.release(ctx, "proceeding/"+w.id))
}

// meeting is how a gathering of the demo goes.
type meeting struct {
	step   proceeding.Step
	kind   assembly.Kind
	called string // kind of gathering
	title  string
	ahead  time.Duration
	came   int
	hands  *proceeding.Hands
}

// call calls a meeting from a step.
func (w *wayOf) call(ctx context.Context, m meeting) (gathering.Gathering, error) {
	on, err := w.on(ctx, m.step)
	if err != nil {
		return gathering.Gathering{}, err
	}
	starts := w.at.Add(m.ahead).Truncate(time.Hour)
	return w.Proceedings.Convene(ctx, proceeding.Convene{On: on, Gathering: gathering.Call{
		Key: id.New(), Kind: m.called, Title: m.title, Host: assemblyHost + w.bodies[m.kind].ID, Starts: starts, Ends: starts.Add(2 * time.Hour),
		Where: w.words["room"], Agenda: []gathering.Item{{Kind: gathering.Vote, Title: w.topic.Title}},
	}})
}

// meet calls a meeting and holds it, with all that its papers have to say.
func (w *wayOf) meet(ctx context.Context, m meeting) error {
	g, err := w.call(ctx, m)
	if err != nil {
		return err
	}
	at := gathering.At{Realm: w.realm, ID: g.ID, By: w.by(w.secretary)}
	r, err := w.Meetings.Read(ctx, at)
	if err != nil {
		return err
	}
	var seats []string
	for _, s := range r.Seats {
		if !s.Vacant {
			seats = append(seats, s.ID)
		}
	}
	err = w.Meetings.Tell(ctx, gathering.Tell{At: at, Seats: seats, Way: gathering.ByStaff, Received: true})
	*w.at = g.Starts
	at.By = w.by(w.secretary)
	if err = errors.Join(err, w.Meetings.Roll(ctx, gathering.Roll{At: at, Seats: seats[:m.came], Act: gathering.Came})); err != nil {
		return err
	}
	if _, err := w.Meetings.Start(ctx, at); err != nil {
		return err
	}
	*w.at = g.Ends
	return errors.Join(w.minutes(ctx, g, m), w.resolve(ctx, at, m))
}

// minutes writes down how a meeting went, and has the page signed.
func (w *wayOf) minutes(ctx context.Context, g gathering.Gathering, m meeting) error {
	at := gathering.At{Realm: w.realm, ID: g.ID, By: w.by(w.secretary)}
	agenda := g.Agenda
	agenda[0].Outcome, agenda[0].Words = gathering.Agreed, w.words["agreed"]
	_, err := w.Meetings.Write(ctx, gathering.Write{At: at, Minutes: gathering.Minutes{
		Chair: w.words["chair"], Writer: w.words["writer"], Words: w.words["course"], Objections: w.words["no_objections"], Agenda: agenda,
	}})
	if err != nil {
		return err
	}
	if _, err := w.Meetings.Close(ctx, at); err != nil {
		return err
	}
	photo, err := w.Files.Store(ctx, w.realm, w.signed)
	if err == nil {
		_, err = w.Meetings.Sign(ctx, gathering.Sign{At: at, Photos: []files.Photo{photo}})
	}
	if err != nil || m.hands == nil {
		return err
	}
	on, err := w.on(ctx, m.step)
	if err == nil {
		_, err = w.Proceedings.Prove(ctx, proceeding.Prove{On: on, Key: id.New(), Kind: proceeding.Meeting, Ref: g.ID, Hands: m.hands})
	}
	return err
}

// resolve writes down what was resolved, and says that the papers are complete.
func (w *wayOf) resolve(ctx context.Context, at gathering.At, m meeting) error {
	if m.step == proceeding.Decision {
		duty := gathering.Task
		if w.topic.Reach == reachNotice {
			duty = gathering.Promise
		}
		var err error
		w.task, err = w.Meetings.Resolve(ctx, gathering.Resolve{
			At: at, Key: id.New(), Item: 1, Duty: duty, Text: w.topic.Resolved, Body: w.body,
			Due: w.at.In(w.Calendar.Zone()).AddDate(0, 0, 60).Format(time.DateOnly), Terms: w.topic.Terms,
		})
		if err != nil {
			return err
		}
	}
	_, err := w.Meetings.Finish(ctx, at)
	return err
}

const hoursADay = 24 * time.Hour

func (w *wayOf) talk(ctx context.Context) error {
	m := meeting{step: proceeding.Talk, kind: assembly.Joint, called: "joint_talk", title: w.words["talk"], ahead: hoursADay, came: 5}
	if w.topic.Reach == reachTalk {
		m.ahead = 21 * time.Hour // some hours from now
		_, err := w.call(ctx, m)
		return err
	}
	if err := w.meet(ctx, m); err != nil {
		return err
	}
	return w.move(ctx, "discuss", nil)
}

func (w *wayOf) review(ctx context.Context) error {
	err := w.meet(ctx, meeting{
		step: proceeding.Party, kind: assembly.Party, called: "branch", title: w.words["party"], ahead: 4 * hoursADay, came: 8,
		hands: &proceeding.Hands{For: 7, Against: 0, Abstained: 1},
	})
	if err != nil {
		return err
	}
	return w.move(ctx, "review", nil)
}

// decide has the representatives vote: in the room, or, while the vote is open, online.
func (w *wayOf) decide(ctx context.Context) error {
	m := meeting{
		step: proceeding.Decision, kind: assembly.VillagerReps, called: "villager_reps", title: w.words["decision"], ahead: 4 * hoursADay,
		came: 16, hands: &proceeding.Hands{For: 14, Against: 1, Abstained: 1},
	}
	if w.topic.Reach == reachVote {
		_, err := w.call(ctx, m)
		return errors.Join(err, w.vote(ctx))
	}
	if err := w.meet(ctx, m); err != nil {
		return err
	}
	return w.move(ctx, "vote", nil)
}

// vote opens a vote, in which some have voted by letter.
func (w *wayOf) vote(ctx context.Context) error {
	on, err := w.on(ctx, proceeding.Decision)
	if err != nil {
		return err
	}
	p, err := w.Proceedings.Poll(ctx, proceeding.Poll{On: on, Body: w.bodies[assembly.VillagerReps].ID, Vote: poll.Open{
		Key: id.New(), Question: w.topic.Title, Channels: poll.Channels(), Closes: w.at.Add(6 * hoursADay).Truncate(time.Hour),
	}})
	if err != nil {
		return err
	}
	letters, err := w.Polls.Issue(ctx, poll.Issue{Realm: w.realm, ID: p.ID, By: on.By})
	if err != nil {
		return err
	}
	for i, choice := range []string{"for", "for", "against", "for", "for", "abstain", "for"} {
		err := w.Polls.Vote(ctx, poll.Vote{Realm: w.realm, ID: p.ID, Secret: letters[i].Secret, Channel: poll.Online, Choice: choice, By: identity.Actor{Realm: w.realm}})
		if err != nil {
			return err
		}
	}
	return nil
}

// post writes the notice of a step, and has it released.
func (w *wayOf) post(ctx context.Context, s proceeding.Step, words string) (disclosure.Notice, error) {
	on, err := w.on(ctx, s)
	if err != nil {
		return disclosure.Notice{}, err
	}
	n, err := w.Proceedings.Post(ctx, proceeding.Post{On: on, Notice: disclosure.Publish{
		Key: id.New(), Title: w.topic.Title, Issuer: w.words["issuer"], Body: words,
	}})
	if err != nil {
		return n, err
	}
	return n, w.release(ctx, "disclosure/"+n.ID)
}

func (w *wayOf) disclose(ctx context.Context) error {
	if _, err := w.post(ctx, proceeding.Resolution, w.topic.Notice); err != nil {
		return err
	}
	if err := w.move(ctx, "publish", nil); err != nil {
		return err
	}
	return w.promised(ctx)
}

// promised has what was resolved be announced as a promise.
func (w *wayOf) promised(ctx context.Context) error {
	if err := w.Queue.Drain(ctx); err != nil {
		return err
	}
	waiting, err := w.Releases.List(ctx, w.head, release.Waiting, page.Cursor{}, page.Max)
	for _, t := range waiting.Items {
		if t.Kind == "commitment" {
			err = errors.Join(err, w.release(ctx, t.Subject))
		}
	}
	return err
}

// stand waits until a notice has stood for its days.
func (w *wayOf) stand(ctx context.Context, notice string) error {
	err := w.DB.View(ctx, func(tx *db.Tx) error {
		s, err := w.Board.Standing(ctx, tx, w.realm, notice)
		*w.at = s.Until.Add(10 * time.Hour)
		return err
	})
	if err != nil {
		return err
	}
	_, err = w.Board.Expire(ctx, w.realm)
	return err
}

// finish has what was decided be carried out, disclosed and filed.
func (w *wayOf) finish(ctx context.Context) error {
	d, err := w.Proceedings.Open(ctx, w.secretary, w.realm, w.id)
	if err != nil {
		return err
	}
	for _, s := range d.Steps {
		if s.Step == proceeding.Resolution {
			err = w.stand(ctx, s.Facts[len(s.Facts)-1].Ref)
		}
	}
	if err == nil {
		err = w.move(ctx, "implement", nil)
	}
	if err != nil {
		return err
	}
	w.wait(6)
	_, err = w.Meetings.Settle(ctx, gathering.Settle{Realm: w.realm, ID: w.task.ID, Revision: w.task.Revision, Note: w.words["done"], By: w.by(w.owner(w.body))})
	if err != nil {
		return err
	}
	if err := w.works(ctx); err != nil {
		return err
	}
	n, err := w.post(ctx, proceeding.Outcome, w.topic.Outcome)
	if err != nil {
		return err
	}
	if err := w.move(ctx, "announce", nil); err != nil {
		return err
	}
	return errors.Join(w.stand(ctx, n.ID), w.move(ctx, "archive", nil))
}

// works puts a photo of what was done, and the receipt of the filing, to their steps.
func (w *wayOf) works(ctx context.Context) error {
	photo, err := w.Files.Store(ctx, w.realm, w.signed)
	if err != nil {
		return err
	}
	on, err := w.on(ctx, proceeding.Works)
	if err == nil {
		_, err = w.Proceedings.Prove(ctx, proceeding.Prove{On: on, Key: id.New(), Kind: proceeding.Pictures, Photos: []files.Photo{photo}})
	}
	if err != nil {
		return err
	}
	on, err = w.on(ctx, proceeding.Filing)
	if err == nil {
		_, err = w.Proceedings.Prove(ctx, proceeding.Prove{On: on, Key: id.New(), Kind: proceeding.Receipt, Paper: proceeding.Paper{
			With: w.words["office"], Number: w.words["receipt"], Day: w.at.In(w.Calendar.Zone()).Format(time.DateOnly),
		}})
	}
	return err
}
