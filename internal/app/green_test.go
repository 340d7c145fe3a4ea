// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package app

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/geo"
	"pavilion/internal/civic/deliberation/assembly"
	"pavilion/internal/civic/deliberation/proceeding"
	"pavilion/internal/civic/matter"
	"pavilion/internal/civic/matter/picture"
	"pavilion/internal/core/files"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/procedure"
	"pavilion/internal/core/release"
	"pavilion/internal/core/sight"
)

// green is the case of S1-06 on its way.
type green struct {
	*parking
	matter matter.Matter
	body   string // the property company's
	worker identity.Actor
}

// TestGreenLandIsPlantedAgain is the green land that was damaged by heating works (S1-06): a
// matter, from it a table of five parties, first with a seat empty, a plan, the property
// company that replants, and photos of before and after on both pages.
func TestGreenLandIsPlantedAgain(t *testing.T) {
	t.Parallel()
	s, at := performAt(t)
	g := &green{parking: &parking{T: t, stage: s, b: browser(t), at: at}}
	area, _ := s.Org.AreaByCode(s.Config.Realm, "410928212201")
	g.village, g.body = area.ID, bodyCalled(t, s, "PROP")
	g.worker = s.holder(t, s.Config.Realm, "property company", grantIn(area, identity.Grant{Role: identity.Handler, Body: g.body})).actor
	g.reported()
	g.raised()
	g.sat()
	g.planted()
	g.shown()
}

// moved makes a move of the matter.
func (g *green) moved(action string, by identity.Actor, photos []files.Photo, answers map[string][]string) {
	g.Helper()
	var err error
	g.matter, err = g.Matters.Move(g.Context(), matter.Move{
		Realm: g.matter.Realm, ID: g.matter.ID, Revision: g.matter.Revision, Action: procedure.Action(action), By: by, Photos: photos, Answers: answers,
	})
	g.must(err)
}

// photos is one photo, stored.
func (g *green) photos() []files.Photo {
	g.Helper()
	page, err := signedPage(g.Context())
	g.must(err)
	one, err := g.Files.Store(g.Context(), g.Config.Realm, page)
	g.must(err)
	return []files.Photo{one}
}

// reported has a resident report it with a photo, and the desk dispatch it to the property
// company, which signs for it.
func (g *green) reported() {
	g.Helper()
	area, _ := g.Org.Area(g.Config.Realm, g.village)
	low, high := area.Shape.Bounds()
	middle := geo.Point{Lon: (low.Lon + high.Lon) / 2, Lat: (low.Lat + high.Lat) / 2}
	made, err := g.Matters.Report(g.Context(), matter.Report{
		Realm: g.Config.Realm, Origin: "web", Type: "010201", Text: "测试：供热管道施工挖坏了楼前绿地。", Address: "测试小区", Point: &middle, Photos: g.photos(),
	})
	g.must(err)
	d, err := g.Matters.Followed(g.Context(), g.Config.Realm, made.ID)
	g.must(err)
	g.matter = d.Matter
	desk := g.actorOf(g.T, "desk")
	g.moved("register", desk, nil, map[string][]string{"category": {"010201"}})
	g.moved("dispatch", desk, nil, map[string][]string{"body": {g.body}})
	g.moved("sign", g.worker, nil, nil)
}

// raised has the desk make a suggestion of the matter, and the secretary a topic and its
// proceeding.
func (g *green) raised() {
	g.Helper()
	desk := g.signedIn("desk", 1440, 900)
	desk.visit("/desk/matters/" + g.matter.ID)
	desk.press(`a[href^="/desk/suggestions/new?source="]`)
	desk.fill(`textarea[name=words]`, "测试建议：绿地怎么恢复，请五方一起定。")
	desk.press(`form[action="/desk/suggestions"] button`)
	g.desk = g.signedIn("secretary", 1440, 900)
	g.desk.visit("/desk/suggestions")
	g.desk.check(`article:has(.choice-text) input[name=suggestion][value="` + g.fresh() + `"]`)
	g.desk.press(`form[action="/desk/topics/new"] button`)
	g.desk.fill(`input[name=title]`, "测试：恢复楼前绿地")
	g.desk.fill(`textarea[name=body]`, "测试：供热施工挖坏绿地，需要补种。")
	g.desk.fill(`select[name=area]`, g.village)
	g.desk.fill(`select[name=subject]`, "estate_table")
	g.desk.press(`form[action="/desk/topics"] > section:last-of-type button`)
	about := g.desk.value(`location.pathname.split("/").pop()`)
	g.topic = "/topics/" + about
	g.releaseAll(g.T, "topic/"+about, g.actorOf(g.T, "head"))
	g.desk.visit("/desk/proceedings/new?topic=" + about)
	g.desk.fill(`select[name=subject]`, "estate_table")
	for _, q := range []string{"emergency", "one_person", "forbidden", "one_leader"} {
		g.desk.check(`input[name=` + q + `][value=no]`)
	}
	g.desk.fill(`input[name=matter]`, g.matter.Number)
	g.desk.press(`form[action="/desk/proceedings"] button`)
	g.begin("测试：恢复楼前绿地")
	g.way.topic.Resolved, g.way.body = "测试：物业补种草坪", g.body
	g.desk.check(`form:has(input[value=propose]) input[name=from][value=table]`)
	g.desk.move("propose", map[string]string{"textarea[name=plan]": "测试：物业补种草坪、铺砖、加护栏，十天内完成。"})
}

// fresh is the suggestion that was made last.
func (g *green) fresh() string {
	return g.desk.value(`[...document.querySelectorAll("article")].find(a => a.innerText.includes("请五方一起定")).querySelector("input[name=suggestion]").value`)
}

// sat has the table sit: with a seat empty that is no table of five.
func (g *green) sat() {
	g.Helper()
	ctx, by := g.Context(), g.actorOf(g.T, "secretary")
	table, err := g.Bodies.Found(ctx, assembly.Found{Realm: g.Config.Realm, Kind: assembly.FiveParty, Name: "测试小区五方联席会", Area: g.village, By: by})
	g.must(err)
	g.way.bodies[assembly.FiveParty] = table
	join := func(name string, seat assembly.Seat) {
		_, err := g.Bodies.Join(ctx, assembly.Join{Realm: g.Config.Realm, Assembly: table.ID, Name: name, Voting: true, Seat: seat, Since: g.at.Format(time.DateOnly), By: by})
		g.must(err)
	}
	for i, seat := range []assembly.Seat{assembly.Branch, assembly.Building, assembly.Company, assembly.Resident} {
		join(fmt.Sprint("测试席位", i+1), seat)
	}
	m := meeting{step: proceeding.Decision, kind: assembly.FiveParty, called: "five_party", title: "测试：五方联席会", ahead: 4 * hoursADay, came: 4}
	err = g.way.meet(ctx, m)
	if f, _ := fault.As(err); f == nil || f.Key != "gathering.incomplete" {
		g.Fatalf("a table without the owners' committee is complete: %v", err)
	}
	if missing := g.missing(); !strings.Contains(missing, "业主委员会") {
		g.Errorf("of a table without the owners' committee is missing: %s", missing)
	}
	g.morning(1)
	join("测试席位5", assembly.OwnerCommittee)
	m.came, m.hands = 5, &proceeding.Hands{For: 5}
	g.must(g.way.meet(ctx, m))
	g.way.topic.Reach = reachEnd
	g.morning(1)
	g.desk = g.signedIn("secretary", 1440, 900)
	g.move("vote", nil)
}

// missing is what the page of the newest meeting says is missing, and the step of the
// proceeding too.
func (g *green) missing() string {
	g.Helper()
	g.desk = g.signedIn("secretary", 1440, 900)
	g.desk.visit("/desk/proceedings/" + g.course + "/steps/decision")
	g.desk.press(`main a[href^="/desk/gatherings/"]:not([href*="/new"])`)
	text := g.desk.value(`document.querySelector(".notice-bad").innerText`)
	g.desk.visit("/desk/proceedings/" + g.course)
	if g.desk.has(`form:has(input[name=action][value=vote])`) || !g.desk.has(`.lacks`) {
		g.Error("a table with a seat empty decides")
	}
	return text
}

// planted has the plan published, the property company replant, and somebody else check.
func (g *green) planted() {
	g.Helper()
	ctx := g.Context()
	g.way.topic.Notice, g.way.topic.Outcome = "测试：物业补种草坪，十天内完成。", "测试：草坪已经补种。"
	n, err := g.way.post(ctx, proceeding.Resolution, g.way.topic.Notice)
	g.must(err)
	g.move("publish", nil)
	g.must(g.way.stand(ctx, n.ID))
	g.desk = g.signedIn("secretary", 1440, 900)
	g.move("implement", nil)
	g.moved("handle", g.worker, g.photos(), map[string][]string{"note": {"测试：草坪补种完成。"}})
	g.moved("pass", g.actorOf(g.T, "grid"), nil, map[string][]string{"note": {"测试：现场看过。"}})
	g.moved("feed_back", g.actorOf(g.T, "desk"), nil, map[string][]string{"reply": {"测试：绿地已经恢复。"}})
	g.desk.visit("/desk/proceedings/" + g.course + "/steps/works")
	const errand = `form:has(input[name=deed][value=errand])`
	g.desk.unfold(errand)
	g.desk.fill(errand+` input[name=matter]`, g.matter.Number)
	g.desk.press(errand + ` button`)
	g.desk.visit("/desk/proceedings/" + g.course)
	if g.desk.has(`form:has(input[name=action][value=announce])`) {
		g.Error("the outcome is announced while the matter is open")
	}
	moved := identity.Actor{Realm: g.matter.Realm}
	g.matter, err = g.Matters.Move(ctx, matter.Move{
		Realm: g.matter.Realm, ID: g.matter.ID, Revision: g.matter.Revision, Action: "rate", Reporter: true, By: moved, Answers: map[string][]string{"rating": {"5"}},
	})
	g.must(err)
	g.public()
	n, err = g.way.post(ctx, proceeding.Outcome, g.way.topic.Outcome)
	g.must(err)
	g.move("announce", nil)
	g.must(g.way.stand(ctx, n.ID))
	g.desk = g.signedIn("secretary", 1440, 900)
	g.move("archive", nil)
	g.desk.says("已归档")
}

// public makes the photos of before and after public, each by two people.
func (g *green) public() {
	g.Helper()
	ctx, desk, head := g.Context(), g.actorOf(g.T, "desk"), g.actorOf(g.T, "head")
	d, err := g.Matters.Open(ctx, desk, g.matter.ID, sight.Page)
	g.must(err)
	for _, e := range d.History {
		if e.Photos == 0 {
			continue
		}
		list, err := g.Files.List(ctx, g.matter.Realm, matter.PhotosOf(g.matter.ID, e.Seq))
		g.must(err)
		caption := map[bool]string{true: "测试：施工前", false: "测试：补种后"}[e.Seq == 1]
		one, err := g.Pictures.Prepare(ctx, picture.Prepare{Realm: g.matter.Realm, Matter: g.matter.ID, Seq: e.Seq, Photo: list[0].ID, Nothing: true, Caption: caption, By: desk})
		g.must(err)
		l, err := g.Pictures.Look(ctx, head, g.matter.ID, e.Seq, list[0].ID)
		g.must(err)
		g.must(g.Pictures.Decide(ctx, picture.Decide{
			Matter: g.matter.ID, Seq: e.Seq, Photo: list[0].ID, Picture: one.ID, Revision: l.Trail.Draft.Revision, Act: release.Release, By: head,
		}))
	}
}

// shown looks at the two pages: each shows the other.
func (g *green) shown() {
	g.Helper()
	desk := g.signedIn("desk", 1440, 900)
	desk.visit("/desk/matters/" + g.matter.ID)
	desk.says("测试：恢复楼前绿地", "已归档")
	if !desk.has(`a[href="/desk/proceedings/` + g.course + `"]`) {
		g.Error("the matter's page does not lead to its deliberation")
	}
	for _, width := range []int64{390, 1440} {
		w := g.open(g.T, g.b, fmt.Sprint("green-course-", width), width, 844)
		w.visit("/decisions/" + g.course)
		for _, caption := range []string{"测试：施工前", "测试：补种后"} {
			if !w.has(`img[alt*="` + caption + `"]`) {
				g.Errorf("what was decided does not show %s", caption)
			}
		}
		if strings.Contains(w.value(`document.documentElement.outerHTML`), "测试席位") {
			g.Error("everybody reads who sat at the table")
		}
	}
}
