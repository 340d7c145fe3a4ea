// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package app

import (
	"context"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/id"
	"pavilion/internal/base/page"
	"pavilion/internal/civic/deliberation/assembly"
	"pavilion/internal/civic/deliberation/poll"
	"pavilion/internal/civic/deliberation/proceeding"
	"pavilion/internal/civic/deliberation/topic"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/release"
	"pavilion/internal/platform/db"
)

// performAt is the demo served by a clock of its own, which stands still but for who
// moves it. It shows the next morning.
func performAt(t *testing.T) (*stage, *time.Time) {
	t.Helper()
	s := perform(t)
	now := s.Now().In(s.Calendar.Zone())
	at := time.Date(now.Year(), now.Month(), now.Day()+1, 9, 0, 0, 0, now.Location())
	a, err := pastApp(t.Context(), s.App, &at)
	if err != nil {
		t.Fatal(err)
	}
	a.Config.CodeLimit, a.Config.ReportLimit = -1, -1 // nothing refills while the clock stands
	site, err := a.Handler()
	if err != nil {
		t.Fatal(err)
	}
	s.App, s.server = a, httptest.NewServer(site)
	t.Cleanup(s.server.Close)
	s.Listen()
	return s, &at
}

// actor is somebody of the demo as they are now.
func (s *stage) actorOf(t *testing.T, login string) identity.Actor {
	t.Helper()
	d := &demo{App: s.App, realm: s.Config.Realm}
	if err := d.readPlan(); err != nil {
		t.Fatal(err)
	}
	a := d.actor(t.Context(), func(p demoPerson) bool { return p.Login == login })
	a.Proved = s.Now()
	return a
}

// parking is the case of S2-10 on its way: the people, and where it stands.
type parking struct {
	*testing.T
	*stage
	b             context.Context
	at            *time.Time
	way           *wayOf // for what the browser does not do here
	village       string
	desk          *window
	topic, course string // addresses
}

func (p *parking) must(err error) {
	p.Helper()
	if err != nil {
		p.Fatal(p.explained(err))
	}
}

// morning lets days pass, and is nine o'clock then.
func (p *parking) morning(days int) {
	t := p.at.In(p.Calendar.Zone())
	*p.at = time.Date(t.Year(), t.Month(), t.Day()+days, 9, 0, 0, 0, t.Location())
}

// signedIn is somebody's window on another day, when earlier sessions have ended. The page
// for signing in has tests of its own.
func (p *parking) signedIn(login string, width, height int64) *window {
	p.Helper()
	w := p.open(p.T, p.b, "parking-"+login, width, height)
	w.do(chromedp.Navigate(p.server.URL + "/healthz"))
	_, err := chromedp.Run(w.ctx, chromedp.Evaluate[string](fmt.Sprintf(
		`fetch("/signin", {method: "POST", redirect: "manual", body: new URLSearchParams({login: %q, password: %q})}).then(r => r.type)`,
		login, p.passwords[login]), chromedp.EvalAwaitPromise))
	p.must(err)
	return w
}

// check chooses a box or a button of a choice.
func (w *window) check(selector string) {
	w.Helper()
	w.value(fmt.Sprintf(`(() => { const b = document.querySelector(%q); for (let d = b; d; d = d.parentElement) if (d.tagName == "DETAILS") d.open = true; if (!b.checked) b.click(); return "" })()`, selector))
}

// unfold opens what is folded around something.
func (w *window) unfold(selector string) {
	w.Helper()
	w.value(fmt.Sprintf(`(() => { for (let d = document.querySelector(%q); d; d = d.parentElement) if (d.tagName == "DETAILS") d.open = true; return "" })()`, selector))
}

// TestParkingIsPutInOrder is the parking of four estates (S2-10), in a village: suggested on a
// telephone, gathered, talked over, voted on in three ways at once, published for the
// lawful days, carried out, filed, and told to everybody without naming anybody.
func TestParkingIsPutInOrder(t *testing.T) {
	t.Parallel()
	s, at := performAt(t)
	p := &parking{T: t, stage: s, b: browser(t), at: at}
	area, _ := s.Org.AreaByCode(s.Config.Realm, "410928212201")
	p.village = area.ID
	p.desk = p.signedIn("secretary", 1440, 900)
	p.suggested()
	p.begun()
	p.met()
	p.voted()
	p.published()
	p.carriedOut()
	p.told()
}

// suggested has residents suggest it, the secretary gather that, and another person
// release the words.
func (p *parking) suggested() {
	p.Helper()
	home := p.open(p.T, p.b, "parking-home", 390, 844)
	home.visit("/topics/suggest")
	home.press(`form[action="/topics/suggest"] button`)
	if !home.has(".errors") {
		p.Error("an empty suggestion is taken")
	}
	home.fill(`textarea[name=words]`, "测试建议：停车太乱，外面的车应当收费。")
	home.fill(`select[name=area]`, p.village)
	home.fill(`input[name=contact_name]`, "测试居民甲")
	home.fill(`input[name=contact_phone]`, "13900000000")
	home.press(`form[action="/topics/suggest"] button`)
	number := strings.Fields(home.value(`document.querySelector(".receipt-number").innerText`))[0]
	more, err := p.Topics.Raise(p.Context(), topic.Raise{
		Realm: p.Config.Realm, Key: id.New(), Origin: topic.Resident, Area: p.village, Words: "测试建议：消防通道总被堵。", By: identity.Actor{Realm: p.Config.Realm},
	})
	p.must(err)
	p.desk.visit("/desk")
	p.desk.visit("/desk/suggestions")
	p.desk.says(number)
	p.desk.check(fmt.Sprintf(`article:has(a[href$="%s"]) input[name=suggestion]`, p.suggestion(number)))
	p.desk.check(fmt.Sprintf(`input[name=suggestion][value="%s"]`, more.ID))
	p.desk.press(`form[action="/desk/topics/new"] button`)
	p.desk.fill(`input[name=title]`, "测试：村内停车")
	p.desk.fill(`textarea[name=body]`, "测试：停车无序，消防通道被占。提议划线、收费。")
	p.desk.fill(`select[name=area]`, p.village)
	p.desk.fill(`select[name=subject]`, "village_public")
	p.desk.press(`form[action="/desk/topics"] > section:last-of-type button`)
	p.topic = strings.TrimPrefix(p.desk.value(`location.pathname`), "/desk")
	home.visit("/topics")
	if strings.Contains(home.value(`document.body.innerText`), "测试：村内停车") {
		p.Error("a topic is public before another has released it")
	}
	head := p.signedIn("head", 1440, 900)
	head.visit("/desk/releases")
	p.releaseAll(p.T, topic.Name(strings.TrimPrefix(p.topic, "/topics/")), p.actorOf(p.T, "head"))
	home.visit("/topics")
	home.says("测试：村内停车")
	home.visit(p.topic)
	home.says("测试：停车无序")
	grid := p.signedIn("grid", 390, 844)
	grid.visit(p.topic)
	grid.press(`form[action$="/support"] button`)
	grid.says("登录支持", "1")
}

// suggestion is the id of a suggestion by its number.
func (p *parking) suggestion(number string) string {
	return strings.TrimPrefix(p.desk.value(fmt.Sprintf(`[...document.querySelectorAll("a.number")].find(a => a.innerText.trim() == %q).getAttribute("href")`, number)), "/desk/suggestions/")
}

// begun starts the proceeding and has the branch propose.
func (p *parking) begun() {
	p.Helper()
	p.desk.visit("/desk" + p.topic)
	p.desk.visit("/desk/proceedings/new?topic=" + strings.TrimPrefix(p.topic, "/topics/"))
	p.desk.fill(`select[name=subject]`, "village_public")
	for _, q := range []string{"emergency", "one_person", "forbidden", "one_leader"} {
		p.desk.check(`input[name=` + q + `][value=no]`)
	}
	p.desk.press(`form[action="/desk/proceedings"] button`)
	p.begin("测试：村内停车")
	p.move("propose", map[string]string{"textarea[name=plan]": "测试：划六十个车位，居民免费，外来单位车辆每天五元。", "textarea[name=public]": "测试：划六十个车位。"})
	p.must(p.way.release(p.Context(), "proceeding/"+p.course))
	p.desk.says("已提议")
	if p.desk.has(`form:has(input[name=action][value=discuss])`) {
		p.Error("the talk can be skipped")
	}
}

// begin says that the desk's window shows the proceeding that was begun.
func (p *parking) begin(title string) {
	p.Helper()
	p.course = strings.TrimPrefix(p.desk.value(`location.pathname`), "/desk/proceedings/")
	c := &course{App: p.App, realm: p.Config.Realm, at: p.at, bodies: map[assembly.Kind]assembly.Assembly{}, secretary: p.actorOf(p.T, "secretary"), head: p.actorOf(p.T, "head")}
	d := &demo{App: p.App, realm: c.realm}
	p.must(d.readPlan())
	c.words = d.plan.Words
	list, err := p.Bodies.List(p.Context(), c.realm, "", c.secretary, page.Cursor{}, page.Max)
	p.must(err)
	for _, b := range list.Items {
		c.bodies[b.Kind] = b
	}
	c.signed, err = signedPage(p.Context())
	p.must(err)
	p.way = &wayOf{course: c, id: p.course, topic: demoTopic{Title: title}}
}

// move makes a move at the desk.
func (p *parking) move(action string, fields map[string]string) {
	p.Helper()
	p.desk.visit("/desk/proceedings/" + p.course)
	if action == "propose" {
		p.desk.check(`form:has(input[value=propose]) input[name=from][value=branch]`)
	}
	p.desk.move(action, fields)
}

// met has the committees talk it over and the party's members agree, by use cases: the
// pages of meetings are looked at with the representatives.
func (p *parking) met() {
	p.Helper()
	ctx := p.Context()
	p.must(p.way.talk(ctx))
	p.must(p.way.review(ctx))
	// Who is not the right body is refused by name, and the days of the plan are counted.
	on, err := p.way.on(ctx, proceeding.Decision)
	p.must(err)
	_, err = p.Proceedings.Poll(ctx, proceeding.Poll{On: on, Body: p.way.bodies[assembly.Party].ID, Vote: poll.Open{
		Key: id.New(), Question: "测试：停车", Channels: poll.Channels(), Closes: p.at.Add(time.Hour),
	}})
	if f, _ := fault.As(err); f == nil || f.Key != "assembly.wrong_body.villager_reps" {
		p.Errorf("the party's members vote for the village: %v", err)
	}
	p.morning(1)
	p.desk = p.signedIn("secretary", 1440, 900)
}

// called has the representatives' meeting called from its step at the desk, with a letter for
// each, and returns its address and the letters' codes.
func (p *parking) called() (at string, codes []string) {
	p.Helper()
	body := p.way.bodies[assembly.VillagerReps]
	p.desk.visit("/desk/proceedings/" + p.course + "/steps/decision")
	p.desk.press(`main a[href^="/desk/gatherings/new"]`)
	p.desk.fill(`select[name=host]`, assemblyHost+body.ID)
	p.desk.press(`form[action="/desk/gatherings/new"] button`)
	p.desk.check(`input[name=kind][value=villager_reps]`)
	p.desk.fill(`input[name=title]`, "测试：村民代表会议")
	p.desk.fill(`input[name=where]`, "测试会议室")
	p.desk.fill(`input[name=from]`, "15:00")
	p.desk.fill(`input[name=to]`, "17:00")
	p.desk.fill(`input[name=day]`, p.at.AddDate(0, 0, 4).Format(time.DateOnly))
	p.desk.fill(`.agenda-row select`, "vote")
	p.desk.fill(`.agenda-row input[name=item]`, "测试：村内停车")
	p.desk.press(`form[action="/desk/gatherings"] button`)
	at = p.desk.value(`location.pathname`)
	p.desk.press(`form[action$="/told"] button[formaction$="/letters"]`)
	codes = strings.Fields(p.desk.value(`[...document.querySelectorAll(".receipt-number")].map(e => e.innerText).join(" ")`))
	if len(codes) != 18 {
		p.Fatalf("%d letters for eighteen representatives", len(codes))
	}
	p.desk.visit(at)
	p.desk.press(`form[action$="/told"] button:not([formaction])`)
	p.desk.visit("/desk/proceedings/" + p.course + "/steps/decision")
	if p.desk.has(`form:has(input[value=attach]) input[name=ref]`) {
		p.desk.check(`form:has(input[value=attach]) input[name=ref]`)
		p.desk.press(`form:has(input[value=attach]) button`)
	}
	return at, codes
}

// come has somebody open their invitation, and says whether they are asked for the code of
// the day.
func (p *parking) come(phone *window, meeting, code string) {
	p.Helper()
	phone.visit(meeting)
	phone.fill(`input[name=code]`, strings.ToLower(code))
	phone.press(`main form button`)
	phone.says("测试：村民代表会议", "测试会议室")
}

// voted calls the representatives, who come by letter, code and roll, and vote online, on
// paper and in the room: one count.
func (p *parking) voted() {
	p.Helper()
	meeting, codes := p.called()
	guest := strings.TrimPrefix(meeting, "/desk")
	phone := p.open(p.T, p.b, "parking-guest", 390, 844)
	p.come(phone, guest, codes[0])
	phone.press(`button[value=received]`)
	phone.says("已")
	p.morning(4)
	p.desk = p.signedIn("secretary", 1440, 900)
	vote, letters := p.opened()
	*p.at = p.at.Add(6*time.Hour - 10*time.Minute)
	p.desk.visit(meeting + "/screen")
	door := strings.TrimSpace(p.desk.value(`document.querySelector(".screen-code").innerText`))
	p.come(phone, guest, codes[0])
	phone.fill(`input[name=door]`, "000000")
	phone.press(`button[value=came]`)
	if !phone.has(".errors") {
		p.Error("a made-up code of the day is taken")
	}
	p.come(phone, guest, codes[0])
	phone.fill(`input[name=door]`, door)
	phone.press(`button[value=came]`)
	p.desk.visit(meeting + "/roll")
	p.desk.says("1", "/ 18")
	p.desk.press(`button[value=start]`)
	if !p.desk.has(`button[value=start]`) {
		p.Error("a meeting begins with one of eighteen")
	}
	p.desk.value(`[...document.querySelectorAll("input[name=seat]")].slice(0, 12).forEach(b => b.click()), ""`)
	p.desk.press(`button[value=came]`)
	p.desk.says("13", "/ 18")
	p.desk.press(`button[value=start]`)
	p.ballots(vote, letters)
	p.minutes(meeting)
	*p.at = p.at.Add(4 * time.Hour)
	p.count(vote)
	p.move("vote", nil)
}

// opened opens the vote from its step, and returns its address at the desk and the letters' codes.
func (p *parking) opened() (at string, codes []string) {
	p.Helper()
	p.desk.visit("/desk/proceedings/" + p.course + "/steps/decision")
	const form = `form:has(input[name=deed][value=vote])`
	p.desk.unfold(form)
	p.desk.fill(form+` select[name=assembly]`, p.way.bodies[assembly.VillagerReps].ID)
	p.desk.fill(form+` input[name=question]`, "测试：停车怎么收费")
	p.desk.fill(form+` input[name=day]`, p.at.Format(time.DateOnly))
	p.desk.fill(form+` input[name=hour]`, "18:00")
	p.desk.press(form + ` button`)
	p.desk.visit("/desk/votes")
	p.desk.press(`main .entries li:first-child a`)
	at = p.desk.value(`location.pathname`)
	p.desk.press(`form[action$="/letters"] button`)
	codes = strings.Fields(p.desk.value(`[...document.querySelectorAll("section.card .receipt-number")].map(e => e.innerText).join(" ")`))
	if len(codes) != 18 {
		p.Fatalf("%d letters to vote for eighteen representatives", len(codes))
	}
	return at, codes
}

// ballots has six vote online, one of them on a telephone, four take a paper, and five
// vote in the room.
func (p *parking) ballots(vote string, letters []string) {
	p.Helper()
	ctx, nobody, q := p.Context(), identity.Actor{Realm: p.Config.Realm}, strings.TrimPrefix(vote, "/desk/votes/")
	phone := p.open(p.T, p.b, "parking-voter", 390, 844)
	phone.visit("/votes/" + q)
	phone.fill(`input[name=code]`, letters[0])
	phone.press(`main form button`)
	phone.check(`input[name=choice][value=for]`)
	phone.press(`main form button`)
	phone.press(`main form button`)
	for i, choice := range []string{"for", "for", "against", "for", "abstain"} {
		p.must(p.Polls.Vote(ctx, poll.Vote{Realm: nobody.Realm, ID: q, Secret: letters[i+1], Channel: poll.Online, Choice: choice, By: nobody}))
	}
	chair := p.actorOf(p.T, "secretary")
	for _, code := range letters[6:10] {
		p.must(p.Polls.Spend(ctx, poll.Spend{Realm: nobody.Realm, ID: q, Secret: strings.ReplaceAll(code, "-", ""), Channel: poll.Paper, By: chair}))
	}
	p.desk.visit(vote + "/roll")
	p.desk.press(`.entries li form button[name=choice][value=for]`)
	_, voters, err := p.Polls.Turnout(ctx, nobody.Realm, q, chair)
	p.must(err)
	room := 1
	for _, v := range voters {
		if v.Channel == "" && room < 5 {
			room++
			p.must(p.Polls.Vote(ctx, poll.Vote{Realm: nobody.Realm, ID: q, Member: v.Member, Channel: poll.Room, Choice: "for", By: chair}))
		}
	}
	again := p.open(p.T, p.b, "parking-again", 390, 844)
	again.visit("/votes/" + q)
	again.fill(`input[name=code]`, letters[7])
	again.press(`main form button`)
	if again.has(`input[name=choice]`) {
		p.Error("whoever has a paper votes online as well")
	}
}

// minutes writes the minutes of a meeting with its resolution and rates, and has them signed.
func (p *parking) minutes(meeting string) {
	p.Helper()
	*p.at = p.at.Add(90 * time.Minute)
	p.desk.visit(meeting + "/roll")
	p.desk.press(`button[value=close]`)
	p.desk.visit(meeting)
	p.desk.says("缺")
	p.desk.visit(meeting + "/minutes")
	p.desk.fill(`input[name=chair]`, "测试主持")
	p.desk.fill(`input[name=writer]`, "测试记录")
	p.desk.fill(`select[name="agenda.1.outcome"]`, "agreed")
	p.desk.fill(`textarea[name=objections]`, "无")
	p.desk.press(`form[action$="/minutes"] button`)
	p.desk.visit(meeting + "/resolutions")
	p.desk.fill(`textarea[name=text]`, "测试：划六十个车位并按标准收费")
	p.desk.check(`input[name=duty][value=commitment]`)
	p.desk.fill(`select[name=body]`, bodyCalled(p.T, p.stage, "TRAF"))
	p.desk.fill(`input[name=due]`, p.at.AddDate(0, 0, 40).Format(time.DateOnly))
	p.desk.unfold(`input[name=term_who]`)
	p.desk.value(`[["本村居民", "0"], ["外来单位车辆", "5"]].forEach(([who, yuan], n) => {
		document.querySelectorAll("input[name=term_who]")[n].value = who;
		document.querySelectorAll("input[name=term_amount]")[n].value = yuan;
		document.querySelectorAll("[name=term_unit]")[n].value = "day";
	}), document.querySelectorAll("input[name=term_note]")[1].value = "低于市场价", ""`)
	p.desk.press(`form[action$="/resolutions"] button`)
	p.desk.visit(meeting)
	p.desk.says("外来单位车辆", "本村居民", "低于市场价")
	p.desk.unfold(`input[type=file]`)
	p.desk.do(chromedp.SetUploadFiles(chromedp.CSS(`input[type=file]`), []string{photo(p.T)}))
	p.desk.press(`form[action$="/signed"] button:not([type=button])`)
	p.desk.visit(meeting)
	p.desk.press(`button[value=finish]`)
}

// count has two scrutineers enter the papers, and the chair count.
func (p *parking) count(vote string) {
	p.Helper()
	q := strings.TrimPrefix(vote, "/desk/votes/")
	root, _ := p.Org.Root(p.Config.Realm)
	p.holder(p.T, p.Config.Realm, "second scrutineer", grantIn(root, identity.Grant{Role: identity.Scrutineer}))
	p.passwords["second.scrutineer"] = "a long passphrase"
	p.desk.visit(vote)
	p.desk.press(`form[action$="/close"] button`)
	if p.desk.has(`form[action$="/close"]`) == false {
		p.Fatal("it is counted before anybody looked at the papers")
	}
	for _, login := range []string{"scrutineer", "second.scrutineer"} {
		w := p.signedIn(login, 1440, 900)
		w.visit("/desk/votes/" + q + "/count")
		w.value(`[...document.querySelectorAll("input[type=radio][name^=vote-][value=for]")].forEach((b, n) => (n == 3 ? document.querySelector("input[name='" + b.name + "'][value=against]") : b).click()), ""`)
		w.value(`document.querySelectorAll("input[inputmode=numeric], input[type=number]").forEach(i => { i.value = "0" }), ""`)
		w.press(`form[action$="/count"] button`)
	}
	p.desk.visit(vote)
	p.desk.press(`form[action$="/close"] button`)
	p.desk.visit(vote)
	p.desk.says("通过", "18", "15", "12")
	r, err := p.Polls.Result(p.Context(), p.Config.Realm, q)
	p.must(err)
	if c := r.Count; c.Entitled.People != 18 || c.Attended.People != 15 || c.For.People != 12 || c.Against.People != 2 || c.Abstained.People != 1 || r.Rule.Name() != "villager_reps@2026-01-01" {
		p.Errorf("the count is %+v by %s", c, r.Rule.Name())
	}
	if r.By[poll.Online] != 6 || r.By[poll.Paper] != 4 || r.By[poll.Room] != 5 {
		p.Errorf("by channel: %v", r.By)
	}
}

// post writes the notice of a step at the desk, has it released there by another, and
// returns its address on the board.
func (p *parking) post(step, body string) string {
	p.Helper()
	p.desk.visit("/desk/proceedings/" + p.course + "/steps/" + step)
	const form = `form:has(input[name=deed][value=notice])`
	p.desk.unfold(form)
	p.desk.fill(form+` input[name=title]`, "测试：停车决议")
	p.desk.fill(form+` input[name=issuer]`, "测试村民委员会")
	p.desk.fill(form+` textarea[name=body]`, body)
	p.desk.press(form + ` button`)
	waiting, err := p.Releases.List(p.Context(), p.actorOf(p.T, "head"), release.Waiting, page.Cursor{}, page.Max)
	p.must(err)
	for _, w := range waiting.Items {
		if notice, ok := strings.CutPrefix(w.Subject, "disclosure/"); ok {
			head := p.signedIn("head", 1440, 900)
			head.visit("/desk/releases/" + w.ID)
			head.press(`button[data-key=r]`)
			return "/board/" + notice
		}
	}
	p.Fatal("the notice does not wait to be released")
	return ""
}

// standing returns the instant at which a notice has stood for its days.
func (p *parking) standing(at string) (until time.Time) {
	p.Helper()
	p.must(p.DB.View(p.Context(), func(tx *db.Tx) error {
		s, err := p.Board.Standing(p.Context(), tx, p.Config.Realm, strings.TrimPrefix(at, "/board/"))
		until = s.Until
		return err
	}))
	return until
}

// published has the resolution stand on the board for its days, and nobody move on before.
func (p *parking) published() {
	p.Helper()
	at := p.post("resolution", "测试：划六十个车位。居民免费，外来单位车辆每天五元，低于市场价。")
	p.move("publish", nil)
	for _, width := range []int64{390, 1440} {
		board := p.open(p.T, p.b, fmt.Sprint("parking-board-", width), width, 844)
		board.visit("/board")
		board.says("测试：停车决议")
		board.visit(at)
		board.says("每天五元")
	}
	until := p.standing(at)
	*p.at = until.Add(-time.Hour)
	p.desk = p.signedIn("secretary", 1440, 900)
	p.desk.visit("/desk/proceedings/" + p.course)
	p.desk.says("须满 15 天")
	if p.desk.has(`form:has(input[name=action][value=implement])`) {
		p.Error("it goes on an hour before the days of the notice are over")
	}
	*p.at = until.Add(10 * time.Hour)
	_, err := p.Board.Expire(p.Context(), p.Config.Realm)
	p.must(err)
	p.desk = p.signedIn("secretary", 1440, 900)
	p.move("implement", nil)
}

// carriedOut has the promise of the resolution be kept in public, the work photographed,
// the filing recorded, and the outcome stand.
func (p *parking) carriedOut() {
	p.Helper()
	ctx := p.Context()
	p.must(p.Queue.Drain(ctx))
	waiting, err := p.Releases.List(ctx, p.actorOf(p.T, "head"), release.Waiting, page.Cursor{}, page.Max)
	p.must(err)
	for _, w := range waiting.Items {
		if w.Words[0].Text == "测试：划六十个车位并按标准收费" {
			p.releaseAll(p.T, w.Subject, p.actorOf(p.T, "head"))
		}
	}
	home := p.open(p.T, p.b, "parking-promise", 390, 844)
	home.visit("/commitments")
	home.says("测试：划六十个车位并按标准收费", "濮阳县交通设施管理站")
	p.desk.visit("/desk/proceedings/" + p.course + "/steps/works")
	const pictures, filing = `form:has(input[name=deed][value=pictures])`, `form:has(input[name=deed][value=filing])`
	p.desk.unfold(pictures)
	p.desk.do(chromedp.SetUploadFiles(chromedp.CSS(pictures+` input[type=file]`), []string{photo(p.T)}))
	p.desk.press(pictures + ` button:not([type=button])`)
	p.desk.visit("/desk/proceedings/" + p.course + "/steps/filing")
	p.desk.fill(filing+` input[name=with]`, "测试乡人民政府")
	p.desk.fill(filing+` input[name=number]`, "测试备〔2026〕1号")
	p.desk.fill(filing+` input[name=day]`, p.at.Format(time.DateOnly))
	p.desk.press(filing + ` button`)
	p.desk.says("测试备〔2026〕1号")
	at := p.post("outcome", "测试：六十个车位已经划好，按季公开收入。")
	p.move("announce", nil)
	*p.at = p.standing(at).Add(10 * time.Hour)
	p.desk = p.signedIn("secretary", 1440, 900)
	p.move("archive", nil)
	p.desk.says("已归档")
}

// told looks at what everybody sees: three parts with their days, and nobody's name.
func (p *parking) told() {
	p.Helper()
	for _, width := range []int64{390, 1440} {
		w := p.open(p.T, p.b, fmt.Sprint("parking-course-", width), width, 844)
		w.visit(p.topic)
		w.says("已解决")
		w.visit("/decisions/" + p.course)
		w.says("讨论", "决议", "实施", "18", "15", "12", "测试备〔2026〕1号")
		w.do(chromedp.Navigate(p.server.URL + "/decisions/" + p.course + "?lang=en"))
		w.look("decisions-en")
		text := w.value(`document.documentElement.outerHTML`)
		for _, name := range []string{"测试居民甲", "13900000000", "测试主持", "测试记录", "示范代表", "示范书记", "示范党员"} {
			if strings.Contains(text, name) {
				p.Errorf("everybody reads %q", name)
			}
		}
	}
}
