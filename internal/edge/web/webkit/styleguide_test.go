// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webkit_test

import (
	"encoding/base64"
	"html/template"
	"net/url"
	"testing"
	"time"

	"pavilion/internal/core/identity"
	"pavilion/internal/edge/web/webkit"
	"pavilion/internal/edge/web/webkit/webkittest"
)

// zone is the place's own time.
var zone = time.FixedZone("CST", 8*60*60)

// wednesday is a worked day between two holidays, at 15:00.
var wednesday = time.Date(2026, 9, 16, 15, 0, 0, 0, zone)

// styleguide shows every component.
type styleguide struct {
	webkit.Page
	W               map[string]string
	Open            bool
	Form, Other     webkit.Form
	Choices, Rating []webkit.Choice
	Sentence        []part
	Timeline        []webkit.Event
	Photos          []webkit.Photo
	Facts           []webkit.Fact
	Receipt         webkit.Receipt
	Work            []webkit.Work
	Entries         []webkit.Entry
	Pager           webkit.Pager
	Empty           webkit.Empty
	Notices         []webkit.Notice
	Tags            []webkit.Tag
	Lights          []webkit.Light
	Due             time.Time
}

// part is a word of a filter's sentence, or a choice inside it.
type part struct {
	Label, Name string
	Choices     []webkit.Choice
}

// words are the sample's sentences: Chinese, English.
var words = map[string][2]string{
	"title": {"您要反映什么事？", "What do you want to report?"},
	"lead":  {"写下看到的情况，最好配一张照片。三步就好，不需要登录。", "Say what you saw, with a photo if you can. Three steps, no account needed."},
	"what":  {"情况", "What you saw"}, "what_hint": {"例如：井盖破了一角，夜里看不见，电动车绕着走。", "For example: the corner of a manhole cover is broken and cannot be seen at night."},
	"kind": {"属于哪一类", "Kind"}, "photos": {"照片", "Photos"},
	"where": {"地点", "Place"}, "where_hint": {"选一种最方便的办法。", "Choose whichever is easiest."},
	"address": {"地址或附近的标志", "Address, or something nearby"}, "phone": {"手机号", "Mobile number"},
	"phone_hint": {"只有承办人员能看到，用来核实情况和回复您。", "Only the people dealing with it can see it, to check and to answer you."},
	"town":       {"乡镇", "Town"}, "checks": {"需要哪些回复方式", "How we may answer"}, "rating": {"您满意吗", "Are you satisfied?"},
	"code": {"查询码", "Query code"}, "next": {"下一步", "Continue"}, "cancel": {"取消", "Cancel"}, "send": {"提交", "Send"},
	"print": {"打印", "Print"}, "withdraw": {"撤回这件事", "Withdraw this matter"}, "more": {"哪些事不在这里办", "What is not handled here"},
	"search": {"查找", "Search"}, "query": {"井盖", "manhole"}, "filter": {"筛选", "Filter"},
	"queue": {"待派单", "To dispatch"}, "total": {"共 128 件", "128 in all"}, "moves": {"下一步", "Next move"}, "to": {"派给", "Dispatch to"},
	"matter":    {"振兴路与人民路口东侧污水井盖破损，夜间无警示", "Broken sewer cover east of Zhenxing Road at Renmin Road, unmarked at night"},
	"note":      {"说明", "Note"},
	"note_hint": {"承办单位和反映人都能看到。", "The body and the reporter can both read it."}, "dispatch": {"派单", "Dispatch"},
	"refuse": {"不予受理", "Refuse"}, "reason": {"原因", "Reason"}, "facts": {"登记", "Register"}, "history": {"经过", "History"},
	"said":  {"昨天晚上骑车差点掉进去。井盖靠路边的一角碎了，有四五十厘米的口子，旁边没有围挡，也没有灯。", "I nearly rode into it last night. The corner by the kerb is gone, about half a metre wide, with no barrier and no light."},
	"table": {"同一地点的事项", "Matters at the same place"}, "count": {"编号", "Number"},
}

// sample makes the styleguide in one language: 0 Chinese, 1 English.
func sample(l int) styleguide {
	say := func(zh, en string) string { return [2]string{zh, en}[l] }
	w := map[string]string{}
	for name, both := range words {
		w[name] = both[l]
	}
	s := styleguide{W: w, Due: wednesday.Add(90 * time.Minute)}
	s.Title = w["title"]
	s.Site = say("濮阳县", "Puyang County")
	s.Choices = []webkit.Choice{
		{Value: "cover", Label: say("井盖、窨井", "Manholes and drains"), Hint: say("破损、缺失、松动、异响", "Broken, missing, loose or noisy")},
		{Value: "road", Label: say("道路破损", "Damaged road"), Hint: say("坑洞、塌陷、路缘石", "Holes, subsidence, kerbs")},
		{Value: "lamp", Label: say("路灯", "Street lights")},
	}
	s.Rating = []webkit.Choice{
		{Value: "1", Label: say("很差", "Very bad")}, {Value: "2", Label: say("不满意", "Bad")}, {Value: "3", Label: say("一般", "Fair")},
		{Value: "4", Label: say("满意", "Good")}, {Value: "5", Label: say("很满意", "Very good")},
	}
	s.Sentence = []part{
		{Label: say("看", "Show")}, {Name: "who", Label: say("谁办", "whose"), Choices: []webkit.Choice{{Label: say("我的", "my")}}},
		{Name: "state", Label: say("状态", "state"), Choices: []webkit.Choice{{Label: say("未办结", "open")}}},
		{Label: say("事项，在", "matters in")}, {Name: "place", Label: say("地点", "place"), Choices: []webkit.Choice{{Label: say("海通乡", "Haitong")}}},
	}
	s.Form = webkit.NewForm("0199-client")
	s.Form.Values = url.Values{"kind": {"cover"}, "what": {w["said"]}, "phone": {"1380000"}, "checks": {"cover"}}
	s.Form.Errors = []webkit.FieldError{
		{Field: "address", Href: "#f-address", Text: say("请写明地点，或在地图上选", "Say where it is, or choose it on the map")},
		{Field: "phone", Href: "#f-phone", Text: say("手机号应有 11 位数字", "A mobile number has 11 digits")},
	}
	s.Errors = s.Form.Errors
	s.Other = webkit.Form{Prefix: "other-"}
	s.Flash = say("已保存草稿。", "The draft is saved.")
	s.Warnings = []string{say("2027 年的放假安排还没有录入，期限只按周一至周五计算。", "The public holidays of 2027 are not loaded: terms count Monday to Friday only.")}
	parts(&s, say)
	return s
}

// parts fills the components below the form.
func parts(s *styleguide, say func(zh, en string) string) {
	s.Photos = []webkit.Photo{{Thumb: "/sample/1.svg", Full: "#", Alt: say("破损的井盖", "The broken cover")}, {Thumb: "/sample/2.svg", Full: "#", Alt: say("路口", "The crossing")}}
	s.Receipt = webkit.Receipt{
		Number: "PY-2026-004217", Code: "K7QM 3WXD", QR: template.URL(picture("#1f2329")), Link: "https://example.org/t/K7QM3WXD",
		Next: say("海通乡便民服务中心核对情况，再派给承办单位。", "The Haitong service centre checks it and passes it to the body in charge."), Until: wednesday.Add(26 * time.Hour),
	}
	s.Timeline = []webkit.Event{
		{State: "done", What: say("收到反映", "Report received"), Who: say("居民", "A resident"), At: wednesday.Add(-30 * time.Hour), Said: s.W["said"], Photos: s.Photos},
		{State: "done", What: say("派给县城市管理局", "Passed to the county's urban management office"), Who: say("海通乡便民服务中心", "Haitong service centre"), At: wednesday.Add(-26 * time.Hour), Basis: say("《办理规程》第十二条", "Rules of procedure, article 12")},
		{State: "now", What: say("正在处理", "Being dealt with"), Who: say("县城市管理局", "Urban management office"), Due: s.Due, Light: webkit.Near},
		{State: "next", What: say("由另一单位核查", "Checked by another body")},
		{State: "next", What: say("回复您，请您评价", "You are answered and asked")},
	}
	s.Facts = []webkit.Fact{
		{Term: say("类别", "Kind"), Value: say("井盖、窨井", "Manholes and drains")},
		{Term: say("地点", "Place"), Value: say("濮阳县海通乡甘称湾村第三网格", "Grid 3, Ganchengwan, Haitong, Puyang County"), Href: "#"},
		{Term: say("承办单位", "Body"), Value: say("县城市管理局", "Urban management office")},
		{Term: say("反映人", "Reporter"), Value: say("测试居民甲 · 13800000000", "Test Resident A · 13800000000")},
	}
	s.Tags = []webkit.Tag{{Word: say("已登记", "Registered")}, {Word: say("处理中", "In hand"), Colour: "blue"}, {Word: say("已办结", "Closed"), Colour: "green"}, {Word: say("待核查", "To check"), Colour: "amber"}, {Word: say("退回", "Returned"), Colour: "red"}}
	s.Lights = []webkit.Light{webkit.OnTime, webkit.Near, webkit.Over, webkit.Suspended, webkit.None}
	titles := []string{s.W["matter"], say("幸福街路灯连着三盏不亮", "Three street lights in a row are out on Xingfu Street"), say("菜市场北门垃圾三天没有清运", "Rubbish at the north gate of the market not collected for three days"), say("村口桥栏杆松动", "Loose railing on the bridge at the village entrance"), say("小区门口占道经营，救护车进不来", "Stalls block the entrance; ambulances cannot get in")}
	dues := []time.Time{wednesday.Add(-80 * time.Hour), s.Due, wednesday.Add(20 * time.Hour), wednesday.Add(100 * time.Hour), {}}
	lights := []webkit.Light{webkit.Over, webkit.Near, webkit.OnTime, webkit.OnTime, webkit.Suspended}
	for i, title := range titles {
		s.Work = append(s.Work, webkit.Work{Href: "#", Number: "004217", Title: title, Place: say("海通乡甘称湾村", "Ganchengwan, Haitong"), Owner: say("测试办事员乙", "Test Clerk B"), Due: dues[i], Light: lights[i], Here: i == 1})
		s.Entries = append(s.Entries, webkit.Entry{Href: "#", Title: title, Number: "PY-2026-004217", Place: say("海通乡", "Haitong"), State: s.Tags[i], At: wednesday.Add(-time.Duration(i*i*9) * time.Hour), Thumb: []string{"/sample/1.svg", "", "", "/sample/2.svg", ""}[i]})
	}
	s.Work[0].Tags = []webkit.Tag{{Word: say("回访不满意", "Reopened"), Colour: "red"}}
	s.Pager = webkit.Pager{Newer: "#", Older: "#"}
	s.Empty = webkit.Empty{Icon: "inbox", Heading: say("这里还没有事项", "Nothing here yet"), Text: say("您所在的村最近没有公开的事项。", "There are no public matters in your village."), Href: "#", Action: say("我要反映", "Report something")}
	s.Notices = []webkit.Notice{
		{Kind: "info", Text: say("涉及人身安全的急事，请直接拨打 110 或 119。", "If somebody is in danger, call 110 or 119.")},
		{Kind: "done", Text: say("已派给县城市管理局。", "Passed to the urban management office.")},
		{Kind: "warn", Text: say("这件事 2 小时后到期。", "This falls due in two hours.")},
		{Kind: "bad", Text: say("照片没有传上去，其余内容已保存。", "The photo was not sent; the rest is saved.")},
	}
}

// picture is a plain square, as a data address.
func picture(colour string) string {
	svg := `<svg xmlns="http://www.w3.org/2000/svg" width="240" height="240"><rect width="240" height="240" fill="` + colour + `"/><circle cx="120" cy="130" r="60" fill="#0003"/></svg>`
	return "data:image/svg+xml;base64," + base64.StdEncoding.EncodeToString([]byte(svg))
}

func guide(t testing.TB) *webkit.Kit {
	k := webkittest.Kit(t, wednesday)
	s := sample(0)
	clerk := identity.Actor{Account: "a", Name: "测试办事员乙"}
	desk := s
	desk.Errors, desk.Form.Errors, desk.Actor = nil, nil, clerk
	k.Register("styleguide", s)
	k.Register("styleguide_desk", desk)
	k.Register("signin", webkit.SignInPage{Next: "/desk", Form: s.Form})
	return k
}

func TestEveryPageIsSoundInEveryLanguage(t *testing.T) {
	k := guide(t)
	for _, own := range []string{"styleguide", "error", "signin"} {
		webkittest.Pages(t, k, own)
	}
}
