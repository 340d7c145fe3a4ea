// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webkit_test

import (
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/core/identity"
	"pavilion/internal/edge/web/webkit"
	"pavilion/internal/edge/web/webkit/webkittest"
)

func TestATermIsSaidAsPeopleSayIt(t *testing.T) {
	k := webkittest.Kit(t, wednesday)
	at := func(month time.Month, day, hour, minute int) time.Time {
		return time.Date(2026, month, day, hour, minute, 0, 0, zone)
	}
	for _, c := range []struct {
		name   string
		at     time.Time
		zh, en string
	}{
		{"later today", at(9, 16, 16, 30), "今天 16:30", "today 16:30"},
		{"tomorrow", at(9, 17, 18, 0), "明天 18:00", "tomorrow 18:00"},
		{"next week", at(9, 21, 18, 0), "9月21日 18:00", "21 Sept, 18:00"},
		{"next year", at(13, 5, 18, 0), "2027年1月5日", "5 Jan 2027"},
		{"this very moment", wednesday, "超 1 分钟", "1 minute over"},
		{"this morning", at(9, 16, 13, 0), "超 2 小时", "2 hours over"},
		{"yesterday evening", at(9, 15, 18, 0), "超 1 个工作日", "1 workday over"},
		{"before the weekend", at(9, 11, 18, 0), "超 3 个工作日", "3 workdays over"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := k.Due(k.Printer("zh-Hans"), c.at); got != c.zh {
				t.Errorf("got %q, want %q", got, c.zh)
			}
			if got := k.Due(k.Printer("en"), c.at); got != c.en {
				t.Errorf("got %q, want %q", got, c.en)
			}
		})
	}
}

func TestHowLongAgo(t *testing.T) {
	k := webkittest.Kit(t, wednesday)
	for past, want := range map[time.Duration]string{
		20 * time.Second: "刚刚", time.Minute: "1 分钟前", 119 * time.Minute: "1 小时前", 50 * time.Hour: "2 天前", 200 * time.Hour: "9月8日 07:00",
	} {
		if got := k.Ago(k.Printer("zh-Hans"), wednesday.Add(-past)); got != want {
			t.Errorf("%v: got %q, want %q", past, got, want)
		}
	}
}

func TestLightsFollowTheTerm(t *testing.T) {
	since := wednesday
	due := since.Add(8 * time.Hour)
	for _, c := range []struct {
		name      string
		now       time.Time
		suspended bool
		want      webkit.Light
	}{
		{"half the time is left", since.Add(4 * time.Hour), false, webkit.OnTime},
		{"a quarter is left", since.Add(6 * time.Hour), false, webkit.Near},
		{"the moment has come", due, false, webkit.Over},
		{"the clock stands still", since.Add(20 * time.Hour), true, webkit.Suspended},
	} {
		if got := webkit.LightOf(since, due, c.now, c.suspended); got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
	if got := webkit.LightOf(since, time.Time{}, since, false); got != webkit.None {
		t.Errorf("without a term: got %s", got)
	}
}

func TestAFormShowsWhatWasSentAndWhatIsWrong(t *testing.T) {
	k := webkittest.Kit(t, wednesday)
	r := httptest.NewRequest("POST", "/report", strings.NewReader("what=%3Cb%3E&client=c1"))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r = webkit.WithActor(r, identity.Actor{}, "zh-Hans")
	if err := r.ParseForm(); err != nil {
		t.Fatal(err)
	}
	err := fault.Join(
		fault.New(fault.Invalid, "kit.with_basis").At("what").With("text", "请写详细些").With("basis", "第三条"),
		fault.New(fault.Invalid, "no.such_text").At("place"))
	form := k.Again(r, err)
	if form.Value("what") != "<b>" || form.Client != "c1" || len(form.Errors) != 2 {
		t.Fatalf("got %+v", form)
	}
	if got := form.Error("what"); got != "请写详细些（依据：第三条）" {
		t.Errorf("got %q", got)
	}
	if got := form.Error("place"); got == "" || strings.Contains(got, "no.such_text") {
		t.Errorf("a text that is missing is shown as %q", got)
	}
	page := webkit.SignInPage{Form: form, Page: webkit.Page{Errors: form.Errors}}
	out, err := k.Execute("signin", webkittest.In(k, page, "zh-Hans"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`<a href="#f-what">`, "<title>错误：", `role="alert"`} {
		if !strings.Contains(string(out), want) {
			t.Errorf("the page lacks %s", want)
		}
	}
}

func TestOnlyOurOwnWordsAreSaidAfterADeed(t *testing.T) {
	k := webkittest.Kit(t, wednesday)
	for _, query := range []string{"?done=kit.name", "?done=no.done.such", "?done=%3Cscript%3E", "?done=您中奖了"} {
		r := webkit.WithActor(httptest.NewRequest("GET", "/"+query, nil), identity.Actor{}, "zh-Hans")
		if got := k.Page(r, "kit.name").Flash; got != "" {
			t.Errorf("%s says %q", query, got)
		}
	}
	r := webkit.WithActor(httptest.NewRequest("GET", "/?done=kit.done.signed_out", nil), identity.Actor{}, "zh-Hans")
	if got := k.Page(r, "kit.name").Flash; got != "已退出。" {
		t.Errorf("got %q", got)
	}
}

func TestTheMenuShowsWhatOneMayOpen(t *testing.T) {
	k := webkittest.Kit(t, wednesday)
	k.Public = []webkit.MenuItem{
		{Href: "/", Key: "kit.home", Access: webkit.Public},
		{Href: "/desk", Key: "kit.to_desk", Access: webkit.SignedIn},
		{Href: "/matters", Key: "kit.menu", Access: webkit.Public},
	}
	r := webkit.WithActor(httptest.NewRequest("GET", "/matters/7", nil), identity.Actor{}, "en")
	menu := k.Page(r, "kit.name").Menu
	if len(menu) != 2 || menu[0].Here || !menu[1].Here {
		t.Errorf("got %+v", menu)
	}
}

func TestStaffAreToldOfYearsWithoutHolidays(t *testing.T) {
	for _, c := range []struct {
		name   string
		now    time.Time
		actor  identity.Actor
		warned bool
	}{
		{"in autumn", wednesday, identity.Actor{Account: "a"}, false},
		{"before an unpublished year", time.Date(2026, 12, 1, 9, 0, 0, 0, zone), identity.Actor{Account: "a"}, true},
		{"residents never", time.Date(2027, 2, 1, 9, 0, 0, 0, zone), identity.Actor{}, false},
	} {
		k := webkittest.Kit(t, c.now)
		r := webkit.WithActor(httptest.NewRequest("GET", "/", nil), c.actor, "zh-Hans")
		if got := k.Page(r, "kit.name").Warnings; (len(got) > 0) != c.warned {
			t.Errorf("%s: got %v", c.name, got)
		}
	}
}
