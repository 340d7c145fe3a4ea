// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package app

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"pavilion/internal/base/geo"
	"pavilion/internal/base/id"
	"pavilion/internal/base/page"
	"pavilion/internal/civic/admission"
	"pavilion/internal/civic/commitment"
	"pavilion/internal/civic/deliberation/assembly"
	"pavilion/internal/civic/deliberation/poll"
	"pavilion/internal/civic/deliberation/tally"
	"pavilion/internal/civic/evaluation"
	"pavilion/internal/civic/matter"
	"pavilion/internal/civic/matter/docket"
	"pavilion/internal/civic/matter/example"
	"pavilion/internal/civic/matter/intake"
	"pavilion/internal/civic/matter/kind"
	"pavilion/internal/civic/matter/picture"
	"pavilion/internal/core/edition"
	"pavilion/internal/core/files"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/org"
	"pavilion/internal/core/release"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/jobs"
)

// Where the walk takes place: a village with grids, a town that is not its own, and
// another county that is a realm of its own.
const (
	walkVillage                       = "410928212201"
	walkElsewhere                     = "410928100"
	walkAbroad                        = "410922"
	walkAbroadTown, walkAbroadVillage = "410922100", "410922100201"
)

// cast is everybody who walks, and everything they come upon.
type cast struct {
	*stage
	t         *testing.T
	here      *demo
	elsewhere *demo // the other realm
	body      org.Body
	colleague walker // whose the things are that are somebody else's
	foreigner walker // whose those in the other realm are
	walkers   []walker
	things    map[string]thing // somebody else's, by kind
	abroad    map[string]thing // the other realm's, by kind
	own       map[string]thing // by the walker's name and the kind
}

// cast makes people and things.
func (s *stage) cast(t *testing.T) *cast {
	t.Helper()
	c := &cast{stage: s, t: t, here: &demo{App: s.App}, elsewhere: &demo{App: s.App}}
	c.unlimited()
	c.things, c.abroad, c.own = map[string]thing{}, map[string]thing{}, map[string]thing{}
	for d, realm := range map[*demo]string{c.here: s.Config.Realm, c.elsewhere: walkAbroad} {
		if err := d.readPlan(); err != nil {
			t.Fatal(err)
		}
		d.realm = realm
	}
	c.build()
	c.body, _ = s.Org.Body(s.Config.Realm, c.here.body(c.here.plan.Bodies[0].Name))
	root, _ := s.Org.Root(s.Config.Realm)
	c.colleague = s.holder(t, s.Config.Realm, "colleague", grantIn(root, identity.Grant{Role: identity.Dispatcher}))
	root, _ = s.Org.Root(walkAbroad)
	c.foreigner = s.holder(t, walkAbroad, "foreigner", grantIn(root, identity.Grant{Role: identity.Dispatcher}))
	for _, name := range sorted(kinds) {
		c.things[name] = kinds[name].make(c, c.here, c.colleague.actor)
		if !kinds[name].common {
			c.abroad[name] = kinds[name].make(c, c.elsewhere, c.foreigner.actor)
		}
	}
	c.people()
	if err := s.take(t.Context()); err != nil {
		t.Fatal(err)
	}
	return c
}

// unlimited serves the site without limits, which the walk would run into.
func (c *cast) unlimited() {
	c.t.Helper()
	c.Config.ReportLimit, c.Config.CodeLimit, c.Config.AccountLimit, c.Config.BallotLimit = -1, -1, -1, -1
	c.Config.Proxies = []string{"127.0.0.1"} // so that not all come from one network
	c.server.Config.Handler = must[http.Handler](c)(c.Handler())
}

// sorted are the keys of m in order.
func sorted[V any](m map[string]V) []string {
	var out []string
	for name := range m {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

// build makes the other realm as the demo is made, in another county, with people
// and bodies whose names nobody here may read.
func (c *cast) build() {
	c.t.Helper()
	d := c.elsewhere
	d.plan.Root, d.plan.GridsIn, d.plan.Reports, d.plan.Assemblies, d.plan.Topics = walkAbroad, walkAbroadTown, nil, nil, nil
	for i := range d.plan.Bodies {
		d.plan.Bodies[i].Area = walkAbroad
		d.plan.Bodies[i].Name += foreignWords
	}
	for i := range d.plan.People {
		p := &d.plan.People[i]
		p.Area, p.Name = walkAbroad, foreignWords
		if p.Body != "" {
			p.Body += foreignWords
		}
	}
	if err := d.build(c.t.Context(), nil); err != nil {
		c.t.Fatal(err)
	}
}

// people makes the walkers: nobody, somebody of each role in the village and in
// another town, and people of the other realm; and what each of them has.
func (c *cast) people() {
	c.t.Helper()
	realm := c.Config.Realm
	village, _ := c.Org.AreaByCode(realm, walkVillage)
	town, _ := c.Org.AreaByCode(realm, walkElsewhere)
	root, _ := c.Org.Root(walkAbroad)
	c.walkers = []walker{{name: "nobody"}}
	for _, role := range identity.Roles() {
		g := identity.Grant{Role: role}
		if role == identity.Handler {
			g.Body = c.body.ID
		}
		for _, inside := range []bool{true, false} {
			where, area := " inside", village
			if !inside {
				where, area = " outside", town
			}
			w := c.holder(c.t, realm, string(role)+where, grantIn(area, g))
			w.role, w.inside = role, inside
			w.sees = seesMatter(w, others)
			c.walkers = append(c.walkers, w)
			for _, name := range sorted(kinds) {
				if kinds[name].personal {
					c.own[w.name+" "+name] = kinds[name].make(c, c.here, w.actor)
				}
			}
			c.own[w.name+" matter"] = c.given()
		}
	}
	narrow := c.holder(c.t, realm, "dispatcher of other types", grantIn(village, identity.Grant{Role: identity.Dispatcher, Kinds: []string{"06"}}))
	narrow.role, narrow.narrow = identity.Dispatcher, true
	c.walkers = append(c.walkers, narrow)
	for _, role := range []identity.Role{identity.Dispatcher, identity.Administrator} {
		w := c.holder(c.t, walkAbroad, string(role)+" of another realm", grantIn(root, identity.Grant{Role: role}))
		w.actor = identity.Actor{} // nobody here
		c.walkers = append(c.walkers, w)
	}
}

// must ends the test where something could not be made.
func must[T any](c *cast) func(made T, err error) T {
	return func(made T, err error) T {
		c.t.Helper()
		if err != nil {
			c.t.Fatal(err)
		}
		return made
	}
}

// words are what is written into a thing, so that it is known by its words.
func (c *cast) words(d *demo, here string) string {
	if d == c.elsewhere {
		return foreignWords
	}
	return here
}

func (c *cast) village(d *demo) org.Area {
	code := walkVillage
	if d == c.elsewhere {
		code = walkAbroadVillage
	}
	area, ok := c.Org.AreaByCode(d.realm, code)
	if !ok {
		c.t.Fatalf("there is no area %s", code)
	}
	return area
}

// reported is a matter of the village that has gone some steps of its way.
func (c *cast) reported(d *demo, words string, steps int) matter.Matter {
	c.t.Helper()
	err := d.report(c.t.Context(), demoReport{
		Type: "020103", Text: words, Village: c.village(d).Code, Body: d.plan.Bodies[0].Name, Steps: steps, HoursAgo: float64(steps + 1),
	})
	if err != nil {
		c.t.Fatal(err)
	}
	root, _ := c.Org.Root(d.realm)
	clerk := identity.Actor{Realm: d.realm, Account: "clerk", Grants: []identity.Grant{grantIn(root, identity.Grant{Role: identity.Dispatcher})}}
	list := must[page.Page[matter.Matter]](c)(c.Docket.List(c.t.Context(), clerk, docket.Filter{Ended: true}, page.Cursor{}, page.Max))
	for _, m := range list.Items {
		if m.Title == words {
			return m
		}
	}
	c.t.Fatalf("the matter %q is not there", words)
	return matter.Matter{}
}

// given is a matter of the village that the walk's body has been given.
func (c *cast) given() thing {
	if _, there := c.things["given"]; !there {
		c.things["given"] = matterThing(c, c.reported(c.here, givenWords, 2))
	}
	return c.things["given"]
}

// secret is a matter that was reported in the village, with a photo.
func (s *stage) secret(t *testing.T) matter.Matter {
	t.Helper()
	c := &cast{stage: s, t: t, here: &demo{App: s.App, realm: s.Config.Realm}}
	return c.secretOf(c.here)
}

func (c *cast) secretOf(d *demo) matter.Matter {
	c.t.Helper()
	ctx, low, high := c.t.Context(), geo.Point{}, geo.Point{}
	low, high = c.village(d).Shape.Bounds()
	data := must[[]byte](c)(os.ReadFile(photo(c.t)))
	shot := must[files.Photo](c)(c.Files.Receive(ctx, d.realm, data))
	made := must[matter.Receipt](c)(c.Matters.Report(ctx, matter.Report{
		Realm: d.realm, Origin: "test", Type: "020103", Text: c.words(d, secretWords), Photos: []files.Photo{shot},
		Point: &geo.Point{Lon: (low.Lon + high.Lon) / 2, Lat: (low.Lat + high.Lat) / 2},
	}))
	return must[matter.Detail](c)(c.Matters.Followed(ctx, d.realm, made.ID)).Matter
}

func matterThing(c *cast, m matter.Matter) thing {
	return thing{values: map[string]string{"id": m.ID, "number": m.Number, "code": c.Matters.Code(m.Realm, m.ID)}}
}

func (c *cast) matter(d *demo, _ identity.Actor) thing { return matterThing(c, c.secretOf(d)) }

func (c *cast) ended(d *demo, _ identity.Actor) thing {
	return matterThing(c, c.reported(d, c.words(d, "走查用的办结事项"), 7))
}

func (c *cast) photo(d *demo, _ identity.Actor) thing {
	m := c.secretOf(d)
	list := must[[]files.Photo](c)(c.Files.List(c.t.Context(), d.realm, matter.PhotosOf(m.ID, 1)))
	if len(list) != 1 {
		c.t.Fatalf("%d photos", len(list))
	}
	return thing{values: map[string]string{"id": m.ID, "seq": "1", "photo": list[0].ID, "size": "full"}}
}

// prepared is a photo of which a picture was made that waits for its release.
func (c *cast) prepared(d *demo, owner identity.Actor) thing {
	t := c.photo(d, owner)
	made := must[picture.Picture](c)(c.Pictures.Prepare(c.t.Context(), picture.Prepare{
		Realm: d.realm, Matter: t.values["id"], Seq: 1, Photo: t.values["photo"], Boxes: []picture.Box{{Width: 100, Height: 100}}, Caption: c.words(d, "测试井盖"), By: owner,
	}))
	t.values["picture"] = made.ID
	return t
}

// picture is one that everybody may see.
func (c *cast) picture(d *demo, owner identity.Actor) thing {
	t := c.prepared(d, owner)
	second := owner
	second.Account = "second"
	second.Grants = slices.Clone(owner.Grants)
	for i := range second.Grants {
		second.Grants[i].ID, second.Grants[i].Account = "", "second"
	}
	l := must[picture.Look](c)(c.Pictures.Look(c.t.Context(), second, t.values["id"], 1, t.values["photo"]))
	err := c.Pictures.Decide(c.t.Context(), picture.Decide{
		Matter: t.values["id"], Seq: 1, Photo: t.values["photo"], Picture: l.Latest.ID, Revision: l.Trail.Revision, Act: release.Release, By: second,
	})
	if err != nil {
		c.t.Fatal(err)
	}
	return t
}

// receipt is number and code, which open a matter to whoever has both.
func (c *cast) receipt(d *demo, _ identity.Actor) thing {
	return matterThing(c, c.reported(d, c.words(d, "走查用的回执"), 0))
}

// watched is number and code of a matter's public side.
func (c *cast) watched(d *demo, _ identity.Actor) thing {
	m := c.reported(d, c.words(d, "走查用的关注"), 3)
	return thing{values: map[string]string{"number": m.Number, "code": c.Matters.FollowCode(m.Realm, m.ID)}}
}

// followed is a matter whose code the browser has shown, if it is somebody's own.
func (c *cast) followed(d *demo, owner identity.Actor) thing {
	m := matterThing(c, c.reported(d, c.words(d, "走查用的跟踪"+id.New()[30:]), 0))
	if d == c.here && owner.Account != c.colleague.actor.Account {
		r := must[*http.Request](c)(http.NewRequestWithContext(c.t.Context(), http.MethodGet, c.server.URL+"/t/"+m.values["number"]+"/"+m.values["code"], nil))
		res := must[*http.Response](c)(http.DefaultTransport.RoundTrip(r))
		defer res.Body.Close()
		m.cookies = res.Cookies()
	}
	return m
}

func (c *cast) asset(*demo, identity.Actor) thing {
	res := must[*http.Response](c)(http.Get(c.server.URL + "/"))
	defer res.Body.Close()
	body := string(must[[]byte](c)(io.ReadAll(res.Body)))
	_, after, _ := strings.Cut(body, "/assets/")
	name, _, _ := strings.Cut(after, `"`)
	return thing{values: map[string]string{"name": name}}
}

func (c *cast) area(d *demo, _ identity.Actor) thing {
	return thing{values: map[string]string{"id": c.village(d).ID}}
}

// rules are a set of rules with a draft.
func (c *cast) rules(d *demo, owner identity.Actor) thing {
	must[edition.Edition](c)(c.Editions.Save(c.t.Context(), edition.Save{
		Realm: d.realm, Kind: kind.Edition, Body: []byte("{}"), Basis: "basis.practice", By: identity.System(d.realm),
	}))
	return thing{values: map[string]string{"kind": kind.Edition, "number": "1"}}
}

// job is one that has been tried until it was given up.
func (c *cast) job(d *demo, _ identity.Actor) thing {
	one, at := id.New(), c.Now()
	queue := jobs.New(c.DB, func() time.Time { return at }, slog.New(slog.DiscardHandler))
	queue.Realms = c.realms
	tried := 0
	queue.Handle("walk", func(context.Context, []jobs.Job) []error {
		tried++
		return []error{errors.New("walk")}
	})
	err := c.DB.InTx(c.t.Context(), func(tx *db.Tx) error {
		return jobs.Add(c.t.Context(), tx, jobs.Job{Realm: d.realm, ID: one, Kind: "walk", Body: []byte("{}"), At: at})
	})
	for range 10 {
		err = errors.Join(err, queue.Drain(c.t.Context()))
		at = at.Add(30 * 24 * time.Hour)
	}
	if err != nil || tried != 10 {
		c.t.Fatalf("a job was tried %d times: %v", tried, err)
	}
	return thing{values: map[string]string{"id": one}}
}

// draft is something that waits to become public.
func (c *cast) draft(d *demo, owner identity.Actor) thing {
	area, made := c.village(d), release.Draft{}
	err := c.DB.InTx(c.t.Context(), func(tx *db.Tx) (err error) {
		made, err = c.Releases.Put(c.t.Context(), tx, release.Write{
			Realm: d.realm, Kind: matter.PublicWords, Subject: "matter/" + id.New(), Title: c.words(d, "走查用的公开文字"), Link: "/desk",
			Area: area.ID, Place: area.Lo, Town: area.Town, Words: []release.Part{{Name: "public_text", Text: c.words(d, secretWords)}}, By: owner,
		})
		return err
	})
	if err != nil {
		c.t.Fatal(err)
	}
	return thing{values: map[string]string{"id": made.ID}}
}

// bulletin is the published statistics of a month; that of the other realm is of
// another month, because numbers say no more.
func (c *cast) bulletin(d *demo, _ identity.Actor) thing {
	root, _ := c.Org.Root(d.realm)
	head := identity.Actor{Realm: d.realm, Account: "head", Grants: []identity.Grant{grantIn(root, identity.Grant{Role: identity.ShiftHead})}}
	month := c.Now().AddDate(0, -1, 1-c.Now().Day())
	if d == c.elsewhere {
		month = month.AddDate(0, -1, 0)
	}
	b := must[evaluation.Bulletin](c)(c.Figures.AskBulletin(c.t.Context(), evaluation.AskBulletin{Realm: d.realm, Period: month.Format("2006-01"), By: head}))
	if err := c.Figures.Make(c.t.Context(), d.realm, b.Number); err != nil {
		c.t.Fatal(err)
	}
	return thing{values: map[string]string{"number": b.Number}}
}

func (c *cast) view(d *demo, owner identity.Actor) thing {
	v := must[docket.View](c)(c.Docket.SaveView(c.t.Context(), docket.SaveView{Realm: d.realm, Name: c.mark(d, owner), Query: "light=red", By: owner}))
	return thing{values: map[string]string{"id": v.ID}}
}

func (c *cast) programToken(d *demo, owner identity.Actor) thing {
	_, made, err := c.Identity.CreateToken(c.t.Context(), identity.NewToken{
		Name: c.mark(d, owner), Scopes: []string{"matters:read"}, Until: c.Now().Add(time.Hour), By: owner,
	})
	return thing{values: map[string]string{"id": must[identity.Token](c)(made, err).ID}}
}

// mark is a name for what somebody keeps for themselves.
func (c *cast) mark(d *demo, owner identity.Actor) string {
	if owner.Account == c.colleague.actor.Account {
		return privateWords
	}
	return c.words(d, "走查 "+id.New()[30:])
}

func (c *cast) session(_ *demo, owner identity.Actor) thing {
	for _, line := range must[[]identity.SessionLine](c)(c.Identity.Sessions(c.t.Context(), owner)) {
		if !line.Here || owner.Account == c.colleague.actor.Account || owner.Account == c.foreigner.actor.Account {
			return thing{values: map[string]string{"id": line.ID}}
		}
	}
	return thing{values: map[string]string{"id": "none"}} // what is one's own comes with the deeds
}

// passkey is one that nobody holds, of an account whose session was opened with it.
func (c *cast) passkey(d *demo, owner identity.Actor) thing {
	key := id.New()
	err := c.DB.InTx(c.t.Context(), func(tx *db.Tx) error {
		_, err := tx.Exec(c.t.Context(), `
			INSERT INTO identity_passkey (realm, id, account, handle, credential, public_key, site, name, transports,
			flags, counter, created_at, used_at, locked_at, removed_at)
			VALUES (?, ?, ?, '', ?, '', 'localhost', ?, '', 0, 0, 1, 0, 0, 0)`, d.realm, key, owner.Account, key, c.mark(d, owner))
		if err == nil {
			_, err = tx.Exec(c.t.Context(), `UPDATE identity_session SET strong = 1 WHERE realm = ? AND token = ?`, d.realm, owner.Session)
		}
		return err
	})
	if err != nil {
		c.t.Fatal(err)
	}
	return thing{values: map[string]string{"id": key}}
}

func (c *cast) person(d *demo, _ identity.Actor) thing {
	account := must[identity.Account](c)(c.Identity.CreateAccount(c.t.Context(), identity.NewAccount{
		Realm: d.realm, Login: "walk." + id.New(), Name: c.words(d, "测试同事"), Language: "zh-Hans", By: identity.System(d.realm),
	}))
	return thing{values: map[string]string{"id": account.ID, "grant": c.grantTo(d, account.ID).ID}}
}

func (c *cast) grantTo(d *demo, account string) identity.Grant {
	return must[identity.Grant](c)(c.Identity.Grant(c.t.Context(), grantIn(c.village(d), identity.Grant{
		Realm: d.realm, Account: account, Role: identity.Patrol,
	}), identity.System(d.realm)))
}

func (c *cast) grant(d *demo, owner identity.Actor) thing {
	return thing{values: map[string]string{"id": c.person(d, owner).values["grant"]}}
}

func (c *cast) invitation(d *demo, owner identity.Actor) thing {
	account := c.person(d, owner).values["id"]
	token := must[string](c)(c.Identity.Invite(c.t.Context(), d.realm, account, identity.System(d.realm)))
	return thing{values: map[string]string{"token": token}}
}

// run is the import of a table for the village.
func (c *cast) run(d *demo, _ identity.Actor) thing {
	ctx, system := c.t.Context(), identity.System(d.realm)
	source := must[intake.Source](c)(c.Intake.AddSource(ctx, intake.NewSource{
		Realm: d.realm, Name: c.words(d, "走查用的来源"), Origin: intake.Origins()[0], Area: c.village(d).ID, By: system,
	}))
	table := strings.NewReader("诉求内容\n" + c.words(d, "走查用的一行") + "\n")
	run := must[intake.Run](c)(c.Intake.Receive(ctx, intake.Receive{
		Realm: d.realm, Source: source.ID, File: "walk.csv", In: table, Size: table.Size(), By: system,
	}))
	return thing{values: map[string]string{"id": run.ID}}
}

func (c *cast) promise(d *demo, owner identity.Actor) thing {
	made := must[commitment.Commitment](c)(c.Promises.Announce(c.t.Context(), commitment.Announce{
		Realm: d.realm, Title: c.words(d, "走查用的承诺"), Wording: "2030-09-30", Area: c.village(d).ID,
		Body: c.Org.Bodies(d.realm)[1].ID, By: owner,
	}))
	c.publish(d, "commitment/"+made.ID)
	return thing{values: map[string]string{"id": made.ID}}
}

// publish has somebody else of the desk release what waits about a subject.
func (c *cast) publish(d *demo, subject string) {
	head := identity.Actor{Realm: d.realm, Account: "head", Grants: []identity.Grant{{Realm: d.realm, Role: identity.ShiftHead, Lo: 0, Hi: 1 << 60}}}
	for _, w := range must[[]release.Draft](c)(c.Releases.Of(c.t.Context(), d.realm, subject)) {
		must[release.Draft](c)(c.Releases.Decide(c.t.Context(), release.Decide{Realm: d.realm, ID: w.ID, Revision: w.Revision, Act: release.Release, By: head}))
	}
}

// vote is a secret vote of two in the village, taken in every way.
func (c *cast) vote(d *demo, _ identity.Actor) thing { return c.poll(d, poll.Channels()...) }

// roomVote is one that can be counted at any time.
func (c *cast) roomVote(d *demo, _ identity.Actor) thing { return c.poll(d, poll.Room) }

func (c *cast) poll(d *demo, channels ...poll.Channel) thing {
	place := c.village(d).Lo
	secretary := identity.Actor{Realm: d.realm, Account: "secretary", Grants: []identity.Grant{{Realm: d.realm, Role: identity.Secretary, Lo: 0, Hi: 1 << 60}}}
	half := []tally.Bound{{Measure: tally.People, Of: tally.Entitled, Share: tally.Fraction{Num: 1, Den: 2}}}
	made := must[poll.Poll](c)(c.Polls.Start(c.t.Context(), poll.Open{
		Realm: d.realm, Key: id.New(), Roster: id.New(), Place: place, Question: c.words(d, "走查用的表决"), Secret: true, Channels: channels,
		Voters: []poll.Voter{{Member: "m1", Share: tally.Sum{People: 1}}, {Member: "m2", Share: tally.Sum{People: 1}}},
		Rule:   tally.Rule{Code: "residents", From: "2026-01-01", Basis: "basis.residents_law", Quorum: half, Pass: half}, Closes: c.Now().Add(time.Hour), By: secretary,
	}))
	return thing{values: map[string]string{"poll": made.ID}}
}

func (c *cast) task(d *demo, owner identity.Actor) thing {
	made := must[admission.Application](c)(c.Tasks.Apply(c.t.Context(), admission.Apply{
		Realm: d.realm, Key: id.New(), Once: true, Body: c.Org.Bodies(d.realm)[1].ID, Area: c.village(d).ID, Types: []string{"040101"}, By: owner,
		Values: map[string][]string{
			"title": {c.words(d, "走查用的任务")}, "nature": {"look"}, "basis": {"《测试条例》第三条"}, "content": {"看消火栓是否被占用"}, "frequency": {"monthly"},
			"minutes": {"15"}, "data": {"无"}, "training": {"应急局"}, "funding": {"应急局"}, "until": {c.Now().AddDate(0, 1, 0).Format(time.DateOnly)},
		},
	}))
	return thing{values: map[string]string{"id": made.ID}}
}

func (c *cast) example(d *demo, owner identity.Actor) thing {
	m := c.reported(d, c.words(d, "走查用的案例"), 7)
	made := must[example.Example](c)(c.Examples.Propose(c.t.Context(), example.Propose{
		Realm: d.realm, Matter: m.ID, Title: "路灯又亮了", Story: c.words(d, "主街的路灯修好了。"), Result: "当天恢复照明。", By: owner,
	}))
	return thing{values: map[string]string{"id": made.ID}}
}

// state is a sum of everything in the database, table by table, but what is written
// only because somebody asked: when a session was last used, failed attempts.
func (c *cast) state(t *testing.T) map[string]string {
	t.Helper()
	pool, err := sql.Open("sqlite", "file:"+c.Config.sqliteFile()+"?mode=ro")
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	out := map[string]string{}
	for _, table := range c.rows(t, pool, "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name") {
		query := "SELECT * FROM " + table
		if table == "audit_entry" {
			// That auditors read the log of looks is itself a look, and so is that a secretary reads an objection.
			query = "SELECT subject, act, actor, detail FROM audit_entry WHERE subject <> 'sight/log' AND NOT (act = 'sight.looked' AND subject LIKE 'objection/%')"
		}
		if !slices.Contains(fleeting, table) {
			out[table] = digestOf(c.rows(t, pool, query))
		}
	}
	return out
}

// fleeting are the tables that asking alone writes into.
var fleeting = []string{"identity_session", "identity_attempt", "sight_look", "audit_head"}

// rows are a query's rows as text, in order.
func (c *cast) rows(t *testing.T, pool *sql.DB, query string) []string {
	t.Helper()
	rows, err := pool.QueryContext(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for rows.Next() {
		cells, to := make([]any, len(names)), make([]any, len(names))
		for i := range cells {
			to[i] = &cells[i]
		}
		if err := rows.Scan(to...); err != nil {
			t.Fatal(err)
		}
		out = append(out, strings.TrimSpace(fmt.Sprintln(cells...)))
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	slices.Sort(out)
	return out
}

func digestOf(rows []string) string {
	sum := sha256.Sum256([]byte(strings.Join(rows, "\x00")))
	return fmt.Sprintf("%d rows, %x", len(rows), sum[:8])
}

// secretaryOf keeps the bodies of a whole realm.
func secretaryOf(d *demo) identity.Actor {
	return identity.Actor{Realm: d.realm, Account: "secretary", Grants: []identity.Grant{{Realm: d.realm, Role: identity.Secretary, Hi: 1 << 60}}}
}

// assembly is the villagers' representatives of the village, with one of them.
func (c *cast) assembly(d *demo, _ identity.Actor) thing {
	by := secretaryOf(d)
	body := must[assembly.Assembly](c)(c.Bodies.Found(c.t.Context(), assembly.Found{
		Realm: d.realm, Kind: assembly.VillagerReps, Name: c.words(d, "走查用的村民代表会议"), Area: c.village(d).ID, By: by,
	}))
	m := must[assembly.Member](c)(c.Bodies.Join(c.t.Context(), assembly.Join{
		Realm: d.realm, Assembly: body.ID, Name: c.words(d, "测试代表"), Voting: true, Seat: assembly.Representative, Since: "2026-01-01", By: by,
	}))
	return thing{values: map[string]string{"id": body.ID, "member": m.ID}}
}

// roster is a frozen one.
func (c *cast) roster(d *demo, owner identity.Actor) thing {
	made := must[assembly.Roster](c)(c.Bodies.FreezeNow(c.t.Context(), assembly.Freeze{
		Realm: d.realm, Assembly: c.assembly(d, owner).values["id"], For: "walk/" + id.New(), Title: c.words(d, "走查用的表决"), Subject: "village_public",
		Day: c.Bodies.Today(), By: secretaryOf(d),
	}))
	return thing{values: map[string]string{"id": made.ID}}
}
