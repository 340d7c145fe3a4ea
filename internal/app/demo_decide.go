// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package app

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"time"

	"pavilion/internal/base/id"
	"pavilion/internal/base/page"
	"pavilion/internal/civic/deliberation/assembly"
	"pavilion/internal/civic/deliberation/topic"
	"pavilion/internal/core/gathering"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/release"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/imaging"
)

// demoAssembly is a body that decides, with its fictional members.
type demoAssembly struct {
	Kind, Name, Area  string
	Households, Women int
	Members           []demoMember
}

type demoMember struct {
	Name, Household string
	Seat            assembly.Seat
}

// mandate is how long the demo's members have been in their bodies.
const mandate = 200 * 24 * time.Hour

// assemblies founds the bodies of the plan and has their members join.
func (d *demo) assemblies(ctx context.Context, show Progress) error {
	by := d.actor(ctx, func(p demoPerson) bool { return p.Role == string(identity.Secretary) })
	from := d.Now().Add(-mandate).In(d.Calendar.Zone()).Format(time.DateOnly)
	for i, b := range d.plan.Assemblies {
		area, _ := d.Org.AreaByCode(d.realm, b.Area)
		body, err := d.Bodies.Found(ctx, assembly.Found{
			Realm: d.realm, Kind: assembly.Kind(b.Kind), Name: b.Name, Area: area.ID,
			Counts: assembly.Counts{Households: b.Households, Women: b.Women}, By: by,
		})
		if err != nil {
			return fmt.Errorf("%s: %w", b.Name, err)
		}
		for _, m := range b.Members {
			join := assembly.Join{Realm: d.realm, Assembly: body.ID, Name: m.Name, Voting: true, Seat: m.Seat, Since: from, By: by}
			if m.Household != "" {
				join.Holdings = []assembly.Holding{{Household: m.Household}}
			}
			if _, err := d.Bodies.Join(ctx, join); err != nil {
				return fmt.Errorf("%s, %s: %w", b.Name, m.Name, err)
			}
		}
		show.at("assemblies", i+1, len(d.plan.Assemblies))
	}
	return nil
}

// demoTopic is what fictional residents suggested, and how far it has gone.
type demoTopic struct {
	Title, Body, Subject string
	Village              string
	Suggestions          []string
	Reps, Households     int  // who stand behind it on paper
	DaysAgo              int  `json:"days_ago"`
	Waits                bool // its words wait to be released
	Answer               string
	Drop                 bool // it is not pursued, and the answer says why
	Reach                demoReach
	Plan, Public         string // the proposal
	Resolved, Owner      string
	Terms                []gathering.Term
	Notice, Outcome      string
}

// demoReach is how far a topic's proceeding has gone.
type demoReach string

const (
	reachTalk   demoReach = "talk"   // the talk is about to be held
	reachVote   demoReach = "vote"   // the vote is open
	reachNotice demoReach = "notice" // the resolution stands on the board
	reachEnd    demoReach = "end"    // filed away
)

// course has people take a topic its way, by a clock of their own.
type course struct {
	*App
	realm           string
	at              *time.Time // what its clock shows
	secretary, head identity.Actor
	owner           func(body string) identity.Actor // who works for it
	words           map[string]string
	bodies          map[assembly.Kind]assembly.Assembly
	signed          imaging.Image // the page that was signed
}

// pastApp is a program with a clock of its own over the database of another.
func pastApp(ctx context.Context, of *App, at *time.Time) (*App, error) {
	a := &App{Config: of.Config, Log: of.Log, DB: of.DB, Now: func() time.Time { return *at }}
	return a, a.assemble(ctx)
}

// topics has the topics of the plan suggested some days ago and go their way.
func (d *demo) topics(ctx context.Context, show Progress) error {
	at := d.Now()
	past, err := pastApp(ctx, d.App, &at)
	if err != nil {
		return err
	}
	past.Listen()
	c := &course{
		App: past, realm: d.realm, at: &at, words: d.plan.Words, bodies: map[assembly.Kind]assembly.Assembly{},
		secretary: d.actor(ctx, func(p demoPerson) bool { return p.Role == string(identity.Secretary) }),
		head:      d.actor(ctx, func(p demoPerson) bool { return p.Role == string(identity.ShiftHead) }),
		owner: func(body string) identity.Actor {
			return d.actor(ctx, func(p demoPerson) bool {
				return p.Body != "" && d.body(p.Body) == body && p.Role == string(identity.Handler)
			})
		},
	}
	if c.signed, err = signedPage(ctx); err != nil {
		return err
	}
	list, err := past.Bodies.List(ctx, d.realm, "", c.secretary, page.Cursor{}, page.Max)
	if err != nil {
		return err
	}
	for _, b := range list.Items {
		c.bodies[b.Kind] = b
	}
	for i, t := range d.plan.Topics {
		at = d.Now().AddDate(0, 0, -t.DaysAgo)
		if err := c.topic(ctx, t, d.body(t.Owner)); err != nil {
			return fmt.Errorf("topic %s: %w", t.Title, err)
		}
		show.at("topics", i+1, len(d.plan.Topics))
	}
	return nil
}

// signedPage is a photo of a page with lines on it and a signature below.
func signedPage(ctx context.Context) (imaging.Image, error) {
	const width, height = 360, 480
	img := image.NewGray(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			ink := uint8(244)
			if line := y%24 < 2 && y > 60 && y < 360 && x > 36 && x < 324-(y/24*37)%120; line || y > 400 && y < 404 && x > 220 && x < 320 {
				ink = 60
			}
			img.SetGray(x, y, color.Gray{Y: ink})
		}
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, img, nil); err != nil {
		return imaging.Image{}, err
	}
	return imaging.Clean(ctx, out.Bytes())
}

// wait lets days pass.
func (c *course) wait(days int) { *c.at = c.at.AddDate(0, 0, days) }

// by is somebody who has proved who they are.
func (c *course) by(a identity.Actor) identity.Actor {
	a.Proved = *c.at
	return a
}

// release releases what waits about a subject, as a second person does.
func (c *course) release(ctx context.Context, subject string) error {
	list, err := c.Releases.Of(ctx, c.realm, subject)
	for _, d := range list {
		if d.State == release.Waiting {
			_, bad := c.Releases.Decide(ctx, release.Decide{Realm: c.realm, ID: d.ID, Revision: d.Revision, Act: release.Release, By: c.by(c.head)})
			err = errors.Join(err, bad)
		}
	}
	return err
}

// topic has residents suggest something, and the secretary gather it into a topic.
func (c *course) topic(ctx context.Context, t demoTopic, owner string) error {
	village, ok := c.Org.AreaByCode(c.realm, t.Village)
	if !ok {
		return fmt.Errorf("there is no village %s", t.Village)
	}
	var list []string
	for _, words := range t.Suggestions {
		r, err := c.Topics.Raise(ctx, topic.Raise{Realm: c.realm, Key: id.New(), Origin: topic.Resident, Area: village.ID, Words: words, By: identity.Actor{Realm: c.realm}})
		if err != nil {
			return err
		}
		list = append(list, r.ID)
	}
	if t.Title == "" {
		return nil // they wait to be gathered
	}
	*c.at = c.at.Add(3 * time.Hour)
	made, err := c.Topics.Gather(ctx, topic.Gather{
		Realm: c.realm, Key: id.New(), Suggestions: list, Title: t.Title, Body: t.Body, Subject: t.Subject, Area: village.ID, By: c.secretary,
	})
	if err != nil || t.Waits {
		return err
	}
	if err := c.release(ctx, topic.Name(made.ID)); err != nil {
		return err
	}
	if t.Reps+t.Households > 0 {
		made, err = c.Topics.Count(ctx, topic.Count{Realm: c.realm, ID: made.ID, Revision: made.Revision, Reps: t.Reps, Households: t.Households, By: c.secretary})
		if err != nil {
			return err
		}
	}
	*c.at = c.at.Add(2 * time.Hour)
	if t.Reach == "" {
		return c.answer(ctx, t, made.ID)
	}
	c.wait(1)
	return c.proceeding(ctx, t, made.ID, owner)
}

// answer answers a topic for everybody, if the plan has an answer.
func (c *course) answer(ctx context.Context, t demoTopic, about string) error {
	if t.Answer == "" {
		return nil
	}
	var now topic.Topic
	err := c.DB.View(ctx, func(tx *db.Tx) (err error) {
		now, err = c.Topics.Find(ctx, tx, c.realm, about)
		return err
	})
	if err != nil {
		return err
	}
	now, err = c.Topics.Answer(ctx, topic.Answer{Realm: c.realm, ID: about, Revision: now.Revision, Text: t.Answer, Drop: t.Drop, By: c.secretary})
	return errors.Join(err, c.release(ctx, fmt.Sprintf("%s/%d", topic.Name(about), now.Revision)))
}
