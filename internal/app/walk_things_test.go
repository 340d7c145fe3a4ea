// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package app

import (
	"net/http"
	"net/url"
	"strings"

	"pavilion/internal/core/identity"
	"pavilion/internal/edge/api"
)

// standings say which kind of thing stands in the variables of a route: that of the
// longest path that begins it, the API's without its prefix. Every route with a
// variable needs one.
var standings = map[string]string{
	"/assets/":                                  "asset",
	"/f/{number}":                               "public side",
	"/t/{number}":                               "receipt",
	"/receipt/{number}":                         "followed",
	"/m/{number}":                               "followed",
	"/matters/{id}/photos/":                     "photo",
	"/invite/{token}":                           "invitation",
	"/invite/{token}/with/{id}":                 "offer to the invited",
	"/signin/with/{id}":                         "offer",
	"/desk/prove/with/{id}":                     "offer",
	"/desk/account/links/{id}":                  "offer",
	"/desk/providers/{id}":                      "provider",
	"/desk/export/{format}":                     "format",
	"/desk/figures/table/{format}":              "format",
	"/desk/views/{id}":                          "view",
	"/desk/matters/{id}":                        "matter",
	"/desk/matters/{id}/access":                 "matter's access",
	"/desk/matters/{id}/example":                "ended matter",
	"/desk/matters/{id}/photos/":                "photo at the desk",
	"/pictures/{picture}":                       "public picture",
	"/desk/areas/{id}":                          "area",
	"/desk/tokens/{id}":                         "token",
	"/desk/jobs/{id}":                           "job",
	"/desk/account/sessions/{id}":               "session",
	"/desk/account/passkeys/{id}":               "passkey",
	"/desk/intake/{id}":                         "import",
	"/figures/bulletins/{number}":               "bulletin",
	"/desk/releases/{id}":                       "draft",
	"/bulletins/{number}":                       "bulletin",
	"/commitments/{id}":                         "promise",
	"/desk/examples/{id}":                       "example",
	"/desk/admissions/{id}":                     "task",
	"/desk/types/{code}":                        "type",
	"/desk/rules/{kind}":                        "rules",
	"/desk/people/{id}":                         "person",
	"/desk/grants/{id}":                         "grant",
	"/forms/{name}":                             "form",
	"/matters/{id}":                             "matter",
	"/admissions/{id}":                          "task",
	"/rules/{kind}":                             "rules",
	"/releases/{id}":                            "draft",
	"/imports/{id}":                             "import",
	"/desk/rights/{request}":                    "request",
	"/desk/retention/holds/{hold}":              "hold",
	"/desk/retention/emergencies/{emergency}":   "emergency",
	"/desk/matters/{id}/reporter/calls/":        "matter's call",
	"/desk/reveals/{id}":                        "reveal",
	"/reveals/{id}":                             "reveal",
	"/calls/{id}":                               "call",
	"/desk/assemblies/{id}":                     "assembly",
	"/assemblies/{id}":                          "assembly",
	"/desk/rosters/{id}":                        "roster",
	"/rosters/{id}":                             "roster",
	"/rights/{request}":                         "request",
	"/retention/holds/{hold}":                   "hold",
	"/matters/{id}/photos/{seq}/{photo}/public": "photo at the desk",

	// the board
	"/board/{notice}":              "notice",
	"/desk/board/{notice}":         "notice at the desk",
	"/desk/board/boards/{board}":   "paper board",
	"/desk/board/gaps/{gap}":       "outage",
	"/notices/{notice}":            "notice",
	"/notices/{notice}/correction": "notice at the desk",
	"/notices/{notice}/withdrawal": "notice at the desk",
	"/objections/{objection}":      "objection",
	"/desk/objections/{objection}": "objection",

	// votes
	"/decisions/{proceeding}":              "course",
	"/desk/proceedings/{proceeding}":       "proceeding",
	"/desk/proceedings/{proceeding}/carry": "proceeding that law has not changed",
	"/proceedings/{proceeding}":            "proceeding",
	"/proceedings/{proceeding}/course":     "course",
	"/proceedings/{proceeding}/carry":      "proceeding that law has not changed",

	"/record-samples/{sample}":                 "sample of records",
	"/inspections/{inspection}":                "inspection",
	"/desk/oversight/records/{proceeding}":     "record",
	"/desk/oversight/samples/{sample}":         "sample of records",
	"/desk/oversight/inspections/{inspection}": "inspection",

	"/votes/{poll}":          "vote of voters",
	"/votes/{poll}/check":    "ballots to check",
	"/desk/ballots/{poll}":   "vote of somebody's own",
	"/surveys/{survey}":      "survey of households",
	"/desk/surveys/{survey}": "survey",

	"/surveys/{survey}/answers":                 "survey of households",
	"/surveys/{survey}/progress":                "survey",
	"/surveys/{survey}/households/{no}/answers": "survey",
	"/surveys/{survey}/count":                   "survey that all answered",
	"/topics/{topic}":                           "public topic",
	"/topics/{topic}/record":                    "topic",
	"/topics/{topic}/changes":                   "topic",
	"/suggestions/{suggestion}":                 "suggestion",
	"/topics/s/{number}":                        "suggestion's receipt",
	"/topics/mine/{number}":                     "followed suggestion",
	"/desk/topics/{topic}":                      "topic",
	"/desk/suggestions/{suggestion}":            "suggestion",

	"/desk/surveys/{survey}/paper":   "survey's papers",
	"/desk/surveys/{survey}/close":   "survey that all answered",
	"/desk/surveys/{survey}/drop":    "survey's end",
	"/desk/surveys/{survey}/remarks": "survey that all answered",
	"/desk/votes/{poll}":             "vote",
	"/desk/votes/{poll}/count":       "vote's papers",
	"/desk/votes/{poll}/close":       "vote in the room",
	"/desk/votes/{poll}/drop":        "vote's end",
	"/polls/{poll}":                  "vote",
	"/polls/{poll}/count":            "vote in the room",
	"/polls/{poll}/ballots":          "vote of voters",
	"/polls/{poll}/results":          "vote of voters",

	// meetings
	"/gatherings/{gathering}":              "meeting of the invited",
	"/desk/gatherings/{gathering}":         "meeting",
	"/desk/gatherings/{gathering}/photos/": "meeting that is over",
	"/desk/resolutions/{resolution}":       "resolution",
	"/resolutions/{resolution}":            "resolution",
	"/meetings/{meeting}":                  "meeting",
}

// standing finds the kind of thing that stands in a path's variables.
func standing(path string) (string, kindOf) {
	path = strings.TrimPrefix(path, api.Prefix)
	best := ""
	for begin := range standings {
		if strings.HasPrefix(path, begin) && len(begin) > len(best) {
			best = begin
		}
	}
	return standings[best], kinds[standings[best]]
}

// deed is what a request sends so that it would be carried out: a form, or JSON for
// programs. A bare one needs nothing but the thing.
type deed struct {
	form url.Values
	json string
	bare bool
	by   func(walker, whose) bool // who may, if others than those the kind names
}

// deeds say what is sent to each route with a variable that does something.
var deeds = map[string]deed{
	"POST /m/{number}/moves":                                          {form: url.Values{"action": {"update"}, "revision": {"1"}, "text": {"测试补充"}}},
	"POST /invite/{token}":                                            {form: url.Values{"password": {"a lamp at the gate 7"}, "again": {"a lamp at the gate 7"}}},
	"POST /invite/{token}/with/{id}":                                  {bare: true},
	"POST /signin/with/{id}":                                          {bare: true},
	"POST /desk/prove/with/{id}":                                      {bare: true},
	"POST /desk/account/links/{id}":                                   {bare: true},
	"POST /desk/account/links/{id}/end":                               {by: nobody}, // none of them has linked it
	"POST /desk/providers/{id}":                                       {form: url.Values{"name": {"测试认证"}, "client": {"c"}, "revision": {"1"}}},
	"POST /desk/providers/{id}/close":                                 {},
	"POST /desk/providers/{id}/open":                                  {},
	"POST /desk/providers/{id}/remove":                                {},
	"POST /desk/assemblies/{id}":                                      {form: url.Values{"name": {"测试议事组织"}, "revision": {"1"}}},
	"POST /desk/assemblies/{id}/members":                              {form: url.Values{"name": {"测试成员"}, "voting": {"yes"}, "since": {"2026-01-01"}, "seat": {"representative"}, "same": {"another"}}},
	"POST /desk/assemblies/{id}/list":                                 {form: url.Values{"file": {"list.csv"}}},
	"POST /desk/assemblies/{id}/members/{member}":                     {form: url.Values{"name": {"测试成员"}, "voting": {"yes"}, "since": {"2026-01-01"}, "seat": {"representative"}, "revision": {"1"}}},
	"POST /desk/assemblies/{id}/freeze":                               {form: url.Values{"client": {"walk"}, "title": {"测试表决"}, "subject": {"village_public"}, "day": {"2026-03-01"}}},
	"POST /api/v1/assemblies/{id}/rosters":                            {json: `{"title":"测试表决","subject":"village_public","day":"2026-03-01"}`},
	"POST /desk/views/{id}/drop":                                      {bare: true},
	"POST /desk/matters/{id}/moves":                                   {form: url.Values{"action": {"register"}, "revision": {"1"}, "category": {"020103"}}},
	"POST /desk/matters/{id}/purpose":                                 {form: url.Values{"purpose": {"handling"}}},
	"POST /desk/matters/{id}/example":                                 {form: url.Values{"title": {"路灯又亮了"}, "story": {"主街的路灯修好了。"}, "result": {"当天恢复照明。"}}},
	"POST /desk/releases/{id}":                                        {form: url.Values{"act": {"release"}, "revision": {"1"}}},
	"POST /desk/matters/{id}/public":                                  {form: url.Values{"public_text": {"村口的井盖已经补上。"}}},
	"POST /desk/areas/{id}/grade":                                     {form: url.Values{"grade": {"2"}, "revision": {"1"}}},
	"POST /desk/tokens/{id}/revoke":                                   {bare: true},
	"POST /desk/jobs/{id}/retry":                                      {bare: true},
	"POST /desk/account/sessions/{id}/end":                            {bare: true},
	"POST /desk/account/passkeys/{id}":                                {form: url.Values{"name": {"测试手机"}}},
	"POST /desk/account/passkeys/{id}/remove":                         {bare: true},
	"POST /desk/intake/{id}/columns":                                  {form: url.Values{"revision": {"1"}, "source_revision": {"1"}, "text": {"诉求内容"}}},
	"POST /desk/intake/{id}/words":                                    {form: url.Values{"revision": {"1"}, "source_revision": {"1"}}},
	"POST /desk/intake/{id}/start":                                    {form: url.Values{"revision": {"1"}}},
	"POST /desk/intake/{id}/drop":                                     {form: url.Values{"revision": {"1"}}},
	"POST /commitments/{id}":                                          {form: url.Values{"act": {"fulfilled"}, "revision": {"1"}, "reason": {"测试：已经做到"}}},
	"POST /desk/examples/{id}":                                        {form: url.Values{"act": {"release"}, "revision": {"1"}}},
	"POST /desk/admissions/{id}":                                      {form: url.Values{"action": {"check_law"}, "revision": {"1"}}},
	"POST /desk/types/{code}":                                         {form: url.Values{"list": {"B"}, "priority": {"P3"}, "privacy": {"B"}, "respond_n": {"1"}, "respond_unit": {"workday"}, "handle_n": {"1"}, "handle_unit": {"workday"}}},
	"POST /desk/rules/{kind}/draft":                                   {form: url.Values{"body": {"{}"}, "basis": {"basis.practice"}, "revision": {"0"}}},
	"POST /desk/rules/{kind}/publish":                                 {form: url.Values{"revision": {"1"}}},
	"POST /desk/rules/{kind}/discard":                                 {form: url.Values{"revision": {"1"}}},
	"POST /desk/people/{id}/grants":                                   {form: url.Values{"role": {"dispatcher"}, "area": {"410928212201"}}},
	"POST /desk/people/{id}/invite":                                   {bare: true, by: inVillage(identity.Administrator)},
	"POST /desk/people/{id}/disable":                                  {bare: true, by: inVillage(identity.Administrator)},
	"POST /desk/people/{id}/factors":                                  {bare: true, by: inVillage(identity.Administrator)},
	"POST /desk/people/{id}/enable":                                   {bare: true, by: inVillage(identity.Administrator)},
	"POST /desk/grants/{id}/revoke":                                   {bare: true},
	"POST /api/v1/matters/{id}/moves":                                 {json: `{"revision": 1, "action": "register", "answers": {"category": "020103"}}`},
	"POST /api/v1/matters/{id}/purpose":                               {json: `{"purpose": "handling"}`},
	"POST /api/v1/commitments/{id}/changes":                           {json: `{"revision": 1, "act": "fulfilled", "reason": "测试：已经做到"}`},
	"POST /api/v1/admissions/{id}/moves":                              {json: `{"revision": 1, "action": "check_law"}`},
	"POST /api/v1/releases/{id}/words":                                {json: `{"revision": 1, "words": {"public_text": "井盖补上了。"}}`},
	"POST /api/v1/releases/{id}/decisions":                            {json: `{"revision": 1, "act": "release"}`},
	"POST /api/v1/matters/{id}/public":                                {json: `{"text": "村口的井盖已经补上。"}`},
	"POST /api/v1/imports/{id}/start":                                 {json: `{"revision": 1}`},
	"POST /m/{number}/data":                                           {form: url.Values{"wish": {"withdraw"}, "client": {"01900000-0000-7000-8000-000000000001"}}},
	"POST /desk/rights/{request}":                                     {form: url.Values{"action": {"acknowledge"}, "revision": {"1"}}},
	"POST /desk/retention/holds/{hold}":                               {form: url.Values{"reason": {"测试：已经结案"}, "revision": {"1"}}},
	"POST /desk/retention/emergencies/{emergency}":                    {form: url.Values{"revision": {"1"}}},
	"POST /desk/matters/{id}/photos/{seq}/{photo}/public":             {form: url.Values{"boxes": {"10 10 20 20"}, "caption": {"测试井盖"}}},
	"POST /desk/matters/{id}/photos/{seq}/{photo}/public/decide":      {form: url.Values{"act": {"withdraw"}, "revision": {"1"}, "reason": {"测试撤回"}}},
	"POST /api/v1/rights/{request}/moves":                             {json: `{"revision": 1, "action": "acknowledge"}`},
	"POST /api/v1/retention/holds/{hold}":                             {json: `{"revision": 1, "reason": "测试：已经结案"}`},
	"POST /api/v1/matters/{id}/photos/{seq}/{photo}/public":           {json: `{"boxes": [{"left": 1, "top": 1, "width": 9, "height": 9}], "caption": "测试井盖"}`},
	"POST /api/v1/matters/{id}/photos/{seq}/{photo}/public/decisions": {json: `{"picture": "1", "revision": 1, "act": "withdraw", "reason": "测试撤回"}`},
	"POST /m/{number}/messages":                                       {form: url.Values{"text": {"测试回复"}}},
	"POST /desk/matters/{id}/reporter/messages":                       {form: url.Values{"text": {"请说明位置"}}},
	"POST /desk/matters/{id}/reporter/calls":                          {form: url.Values{"question": {"几点方便"}}},
	"POST /desk/matters/{id}/reporter/calls/{call}":                   {form: url.Values{"state": {"refused"}, "revision": {"1"}}},
	"POST /desk/matters/{id}/reporter/reveals":                        {form: url.Values{"purpose": {"visit"}, "words": {"测试上门"}}},
	"POST /desk/reveals/{id}/decision":                                {form: url.Values{"act": {"approve"}, "revision": {"1"}}},
	"POST /desk/reveals/{id}/open":                                    {form: url.Values{}, by: theAsker},
	"POST /desk/reveals/{id}/end":                                     {form: url.Values{"revision": {"1"}}, by: theAsker},
	"POST /api/v1/matters/{id}/messages":                              {json: `{"text": "请说明位置"}`},
	"POST /api/v1/matters/{id}/calls":                                 {json: `{"question": "几点方便"}`},
	"POST /api/v1/matters/{id}/reveals":                               {json: `{"purpose": "visit", "words": "测试上门"}`},
	"POST /api/v1/calls/{id}/outcome":                                 {json: `{"revision": 1, "state": "refused"}`},
	"POST /api/v1/reveals/{id}/decision":                              {json: `{"revision": 1, "approve": true}`},
	"POST /api/v1/reveals/{id}/openings":                              {json: `{}`, by: theAsker},
	"POST /api/v1/reveals/{id}/end":                                   {json: `{"revision": 1}`, by: theAsker},

	// the board
	"POST /board/{notice}/object":                {form: url.Values{"client": {walkKey}, "words": {"测试异议"}}},
	"POST /desk/board/{notice}/correct":          {form: url.Values{"title": {"测试公示"}, "issuer": {"测试村民委员会"}, "text": {"测试正文"}, "why": {"测试更正"}, "revision": {"3"}}},
	"POST /desk/board/{notice}/withdraw":         {form: url.Values{"reason": {"测试撤下"}, "revision": {"3"}}},
	"POST /desk/board/{notice}/hang":             {form: url.Values{"act": {"off"}}},
	"POST /desk/board/boards/{board}/retire":     {bare: true},
	"POST /desk/board/gaps/{gap}/end":            {bare: true},
	"POST /api/v1/notices/{notice}/objections":   {json: `{"words":"测试异议"}`},
	"POST /api/v1/notices/{notice}/correction":   {json: `{"revision":3,"title":"测试公示","issuer":"测试村民委员会","text":"测试正文","why":"测试更正"}`},
	"POST /api/v1/notices/{notice}/withdrawal":   {json: `{"revision":3,"reason":"测试撤下"}`},
	"POST /api/v1/objections/{objection}/take":   {json: `{"revision":1}`},
	"POST /api/v1/objections/{objection}/answer": {json: `{"revision":1,"outcome":"dismissed","answer":"测试答复"}`},
	"POST /desk/objections/{objection}/take":     {form: url.Values{"revision": {"1"}}},
	"POST /desk/objections/{objection}/answer":   {form: url.Values{"outcome": {"dismissed"}, "deed": {""}, "answer": {"测试答复"}, "revision": {"1"}}},

	// votes
	"POST /votes/{poll}":        {by: nobody}, // without a credential nobody does anything
	"POST /votes/{poll}/check":  {by: nobody},
	"POST /desk/ballots/{poll}": {by: nobody}, // none of them is on the roster
	"POST /surveys/{survey}":    {by: nobody}, // without a code nobody answers

	"POST /api/v1/surveys/{survey}/answers":                 {json: `{"code": "ABCD", "choice": "for", "key": "01890000-0000-7000-8000-000000000046"}`, by: nobody},
	"POST /api/v1/surveys/{survey}/households/{no}/answers": {json: `{"channel": "door", "choice": "for", "key": "01890000-0000-7000-8000-000000000046"}`, by: inVillage(identity.Secretary, identity.GridWorker)},
	"POST /api/v1/surveys/{survey}/count":                   {bare: true},
	"POST /desk/surveys/{survey}/close":                     {bare: true},
	"POST /desk/surveys/{survey}/drop":                      {form: url.Values{"reason": {"测试：重新征求"}, "revision": {"2"}}},
	"POST /desk/surveys/{survey}/letters":                   {bare: true, by: inVillage(identity.Secretary)},
	"POST /desk/surveys/{survey}/round":                     {form: url.Values{"client": {walkKey}, "no": {"1"}, "choice": {"for"}}, by: inVillage(identity.Secretary, identity.GridWorker)},
	"POST /desk/surveys/{survey}/paper":                     {form: url.Values{"client": {walkKey}, "no": {"1"}, "choice": {"for"}}},
	"POST /desk/surveys/{survey}/households/{no}":           {form: url.Values{"client": {walkKey}, "channel": {"door"}, "choice": {"for"}, "seen": {"0"}}, by: inVillage(identity.Secretary, identity.GridWorker)},
	"POST /desk/surveys/{survey}/remarks/{remark}":          {form: url.Values{"act": {"aside"}}},

	"POST /desk/proceedings/{proceeding}":                    {form: url.Values{"action": {"withdraw"}, "revision": {"1"}, "reason": {"测试：以后再议"}}},
	"POST /api/v1/inspections/{inspection}/findings":         {json: `{"revision": 1, "sort": "other", "words": "测试：看一看"}`},
	"POST /api/v1/inspections/{inspection}/verdict":          {json: `{"revision": 1, "verdict": "noted", "words": "测试：看一看"}`},
	"POST /desk/oversight/records/{proceeding}":              {form: url.Values{"client": {walkKey}, "words": {"测试：看一看"}}},
	"POST /desk/oversight/inspections/{inspection}":          {form: url.Values{"revision": {"1"}, "verdict": {"noted"}, "words": {"测试：看一看"}}},
	"POST /desk/oversight/inspections/{inspection}/findings": {form: url.Values{"revision": {"1"}, "sort": {"other"}, "words": {"测试：看一看"}}},

	"POST /desk/proceedings/{proceeding}/carry":    {form: url.Values{"revision": {"1"}}},
	"POST /api/v1/proceedings/{proceeding}/moves":  {json: `{"revision": 1, "action": "withdraw", "answers": {"reason": "测试：以后再议"}}`},
	"POST /api/v1/proceedings/{proceeding}/carry":  {json: `{"revision": 1}`},
	"POST /api/v1/proceedings/{proceeding}/proofs": {json: `{"revision": 1, "step": "filing", "kind": "receipt", "paper": {"with": "测试住建局", "number": "测试备案1号", "day": "2026-01-05"}}`},
	"POST /desk/proceedings/{proceeding}/steps/{step}": {form: url.Values{
		"deed": {"filing"}, "revision": {"1"}, "client": {walkKey}, "with": {"测试住建局"}, "number": {"测试备案1号"}, "day": {"2026-01-05"},
	}},
	"POST /topics/{topic}/support":                {bare: true, by: signedIn},
	"POST /api/v1/topics/{topic}/support":         {json: `{"number": "JY20260101-000000", "code": "ABCDEFGH"}`, by: nobody}, // without a suggestion nobody does
	"POST /api/v1/topics/{topic}/changes":         {json: `{"act": "count", "revision": 1, "reps": 3}`},
	"POST /api/v1/suggestions/{suggestion}/reply": {json: `{"revision": 1, "text": "测试：已列入计划"}`},
	"POST /desk/topics/{topic}/{act}":             {form: url.Values{"reps": {"3"}, "households": {"7"}, "revision": {"1"}}},
	"POST /desk/suggestions/{suggestion}/reply":   {form: url.Values{"text": {"测试：已列入计划"}, "as": {"answered"}, "revision": {"1"}}},
	"POST /desk/suggestions/{suggestion}/contact": {bare: true},

	"POST /desk/votes/{poll}/close":     {bare: true},
	"POST /desk/votes/{poll}/drop":      {form: url.Values{"reason": {"测试：重新表决"}}},
	"POST /desk/votes/{poll}/roll":      {form: url.Values{"member": {"m1"}, "give": {"paper"}}},
	"POST /desk/votes/{poll}/letters":   {bare: true, by: inVillage(identity.Secretary)},
	"POST /desk/votes/{poll}/count":     {bare: true},
	"POST /desk/votes/{poll}/keys":      {bare: true, by: inVillage(identity.Secretary)},
	"POST /api/v1/polls/{poll}/ballots": {json: `{"credential": "ABCD", "choice": "for", "nonce": "ABCDEFGHABCDEFGH"}`, by: nobody},
	"POST /api/v1/polls/{poll}/results": {json: `{"credential": "ABCD"}`, by: nobody},
	"POST /api/v1/polls/{poll}/count":   {bare: true},
	"POST /api/v1/polls/{poll}/keys":    {bare: true, by: inVillage(identity.Secretary)},

	// meetings
	"POST /gatherings/{gathering}":                  {by: nobody}, // without a code nobody does anything
	"POST /desk/gatherings/{gathering}/agenda":      {form: url.Values{"item": {"测试议题"}, "item_kind": {"report"}, "reason": {"测试：改议程"}, "revision": {"1"}}},
	"POST /desk/gatherings/{gathering}/postpone":    {form: url.Values{"day": {"2026-12-31"}, "from": {"9:00"}, "to": {"10:00"}, "where": {"测试"}, "reason": {"测试：改期"}}},
	"POST /desk/gatherings/{gathering}/cancel":      {form: url.Values{"reason": {"测试：取消"}, "revision": {"1"}}},
	"POST /desk/gatherings/{gathering}/told":        {form: url.Values{"seat": {"m1"}, "way": {"staff"}}},
	"POST /desk/gatherings/{gathering}/letters":     {bare: true},
	"POST /desk/gatherings/{gathering}/roll":        {form: url.Values{"seat": {"m1"}, "act": {"came"}}},
	"POST /desk/gatherings/{gathering}/paper":       {form: url.Values{"numbers": {"1"}}},
	"POST /desk/gatherings/{gathering}/step":        {form: url.Values{"act": {"close"}}},
	"POST /desk/gatherings/{gathering}/minutes":     {form: url.Values{"chair": {"测试主持"}}},
	"POST /desk/gatherings/{gathering}/signed":      {form: url.Values{"photos": {"x"}}},
	"POST /desk/gatherings/{gathering}/resolutions": {form: url.Values{"text": {"测试决议"}, "duty": {"rules"}, "client": {"01900000-0000-7000-8000-000000000001"}}},
	"POST /desk/resolutions/{resolution}":           {form: url.Values{"act": {"drop"}, "note": {"测试：写错了"}, "revision": {"1"}}},
	"POST /api/v1/meetings/{meeting}/attendance":    {json: `{"numbers": [1]}`},
	"POST /api/v1/meetings/{meeting}/steps":         {json: `{"revision": 1, "act": "start"}`},
	"POST /api/v1/meetings/{meeting}/resolutions":   {json: `{"duty": "rules", "text": "测试决议"}`},
	"POST /api/v1/resolutions/{resolution}/outcome": {json: `{"revision": 1, "note": "测试：办完了"}`},
	"POST /api/v1/resolutions/{resolution}/filings": {json: `{"unit": "测试单位", "number": "8", "day": "2026-01-01"}`},
	"POST /desk/resolutions/{resolution}/filings":   {form: url.Values{"unit": {"测试单位"}, "number": {"8"}, "day": {"2026-01-01"}, "client": {"01900000-0000-7000-8000-000000000001"}}},
}

// narrower are routes that refuse some of those whom their access lets in, because
// of where their posts are.
var narrower = map[string]func(walker) bool{
	"GET /desk/figures":                 ofTown,
	"GET /desk/figures/table/{format}":  ofTown,
	"GET /api/v1/matters/{id}/messages": writes,
	"GET /api/v1/matters/{id}/calls":    writes,
}

// ofTown is false for those who work in the village alone, and for some types alone:
// figures begin with towns, and are of everything.
func ofTown(w walker) bool { return !w.inside && !w.narrow }

// writes is false for grid workers, who see a matter and do not reach its reporter.
func writes(w walker) bool { return !w.is(identity.GridWorker) }

// theAsker is none of those who walk: they come upon requests of others.
func theAsker(walker, whose) bool { return false }

// thing is something that stands in a route's variables.
type thing struct {
	values  map[string]string
	cookies []*http.Cookie // that whoever has it sends along
}

// kindOf is a kind of thing: how one is made for somebody in a realm, for whom it is
// there, and who may do something with it; where that is nil, the same people.
// Personal ones are somebody's own. Some refuse with an answer of their own; that they
// did shows in that nothing changed.
type kindOf struct {
	make     func(c *cast, d *demo, owner identity.Actor) thing
	reads    func(w walker, of whose) bool
	acts     func(w walker, of whose) bool
	personal bool
	common   bool // the same in every realm: there is no foreign one
	refuses  int  // how a deed is refused besides 403 and 404
}

func always(walker, whose) bool     { return true }
func nobody(walker, whose) bool     { return false }
func ifOwn(_ walker, of whose) bool { return of == own }
func inVillage(roles ...identity.Role) func(walker, whose) bool {
	return func(w walker, _ whose) bool { return w.is(roles...) }
}

// kinds are the kinds of things there are.
var kinds = map[string]kindOf{
	"asset":  {make: (*cast).asset, reads: always, common: true},
	"format": {make: fixed("format", "csv"), reads: always, common: true},
	"form":   {make: fixed("name", "matter.rate"), reads: always, common: true},
	"type":   {make: fixed("code", "020103"), reads: always, acts: nobody, common: true},
	"rules":  {make: (*cast).rules, reads: always, acts: nobody, common: true}, // for administrators of the whole county
	"area":   {make: (*cast).area, acts: inVillage(identity.Administrator), reads: always},
	"job":    {make: (*cast).job, acts: always, reads: always},

	"offer":                {make: (*cast).offer, reads: always},
	"offer to the invited": {make: (*cast).invitedOffer, reads: always},
	"provider":             {make: (*cast).offer, reads: always, acts: nobody}, // for who gives grants in the whole county

	"public side":  {make: (*cast).watched, reads: always},
	"receipt":      {make: (*cast).receipt, reads: always},
	"followed":     {make: (*cast).followed, reads: ifOwn, personal: true},
	"invitation":   {make: (*cast).invitation, reads: always},
	"matter":       {make: (*cast).matter, reads: seesMatter},
	"photo":        {make: (*cast).photo, reads: seesMatter},
	"ended matter": {make: (*cast).ended, reads: inVillage(identity.Dispatcher, identity.ShiftHead)},

	"photo at the desk": {make: (*cast).prepared, reads: inVillage(identity.Dispatcher, identity.ShiftHead)},
	"public picture":    {make: (*cast).picture, reads: always},

	"matter's access": {make: (*cast).matter, reads: func(w walker, of whose) bool {
		return seesMatter(w, of) || w.is(identity.Security, identity.Auditor)
	}},
	"reveal":        {make: (*cast).reveal, reads: inVillage(identity.Dispatcher, identity.ShiftHead, identity.Auditor), acts: inVillage(identity.Dispatcher, identity.ShiftHead)},
	"call":          {make: (*cast).call, reads: seesMatter, acts: inVillage(identity.Dispatcher, identity.ShiftHead, identity.Receptionist)},
	"matter's call": {make: (*cast).matterCall, reads: seesMatter, acts: inVillage(identity.Dispatcher, identity.ShiftHead, identity.Receptionist)},
	"example":       {make: (*cast).example, reads: inVillage(identity.Dispatcher, identity.ShiftHead)},
	"import":        {make: (*cast).run, reads: inVillage(identity.Dispatcher, identity.ShiftHead, identity.Administrator)},
	"promise":       {make: (*cast).promise, reads: always, acts: inVillage(identity.Dispatcher, identity.ShiftHead)},
	"task":          {make: (*cast).task, reads: always, acts: inVillage(identity.Dispatcher, identity.ShiftHead), refuses: http.StatusConflict},

	"request": {
		make: (*cast).request, reads: inVillage(identity.Dispatcher, identity.ShiftHead, identity.Receptionist, identity.Auditor),
		acts: inVillage(identity.Dispatcher, identity.ShiftHead, identity.Receptionist),
	},
	"hold":      {make: (*cast).hold, reads: inVillage(identity.ShiftHead, identity.Security)},
	"emergency": {make: (*cast).emergency, reads: inVillage(identity.ShiftHead)},

	"view":     {make: (*cast).view, reads: ifOwn, personal: true},
	"token":    {make: (*cast).programToken, reads: ifOwn, personal: true},
	"session":  {make: (*cast).session, reads: ifOwn, personal: true, refuses: http.StatusSeeOther},
	"passkey":  {make: (*cast).passkey, reads: ifOwn, personal: true},
	"person":   {make: (*cast).person, reads: always, acts: inVillage(identity.Administrator, identity.Security)},
	"grant":    {make: (*cast).grant, reads: always, acts: inVillage(identity.Security)},
	"draft":    {make: (*cast).draft, reads: inVillage(identity.Dispatcher, identity.ShiftHead, identity.Auditor)},
	"assembly": {make: (*cast).assembly, reads: inVillage(identity.Secretary, identity.Scrutineer), acts: inVillage(identity.Secretary)},
	"roster":   {make: (*cast).roster, reads: inVillage(identity.Secretary, identity.Scrutineer)},
	"bulletin": {make: (*cast).bulletin, reads: always},

	// the board
	"notice":             {make: (*cast).standingNotice, reads: always, common: true},
	"notice at the desk": {make: (*cast).standingNotice, reads: readsBoard, acts: inVillage(identity.Secretary)},
	"paper board":        {make: (*cast).woodenBoard, reads: inVillage(identity.Secretary)},
	"outage":             {make: (*cast).boardGap, reads: inVillage(identity.Secretary)},
	"objection":          {make: (*cast).objected, reads: readsBoard, acts: inVillage(identity.Secretary)},

	// votes
	"vote":             {make: (*cast).vote, reads: inVillage(identity.Secretary, identity.Scrutineer)},
	"vote's papers":    {make: (*cast).roomVote, reads: inVillage(identity.Scrutineer)},
	"vote's end":       {make: (*cast).vote, reads: inVillage(identity.Secretary)},
	"vote in the room": {make: (*cast).roomVote, reads: inVillage(identity.Secretary)},
	"vote of voters":   {make: (*cast).vote, reads: always, common: true, refuses: http.StatusNotFound},
	"ballots to check": {make: (*cast).vote, reads: always, common: true, refuses: http.StatusConflict},

	"vote of somebody's own": {make: (*cast).vote, reads: theAsker},

	"course": {make: (*cast).proceeding, reads: always},
	"proceeding": {
		make: (*cast).proceeding, reads: inVillage(identity.Secretary, identity.Scrutineer, identity.ShiftHead, identity.Dispatcher, identity.Auditor, identity.Inspector),
		acts: inVillage(identity.Secretary),
	},
	"proceeding that law has not changed": {make: (*cast).proceeding, reads: inVillage(identity.Secretary), refuses: http.StatusConflict},
	// topics
	"topic": {
		make: (*cast).topic, reads: inVillage(identity.Secretary, identity.Scrutineer, identity.ShiftHead, identity.Dispatcher, identity.Auditor, identity.Inspector),
	},
	"public topic":         {make: (*cast).publicTopic, reads: always, refuses: http.StatusUnprocessableEntity},
	"suggestion":           {make: (*cast).suggested, reads: inVillage(identity.Secretary)},
	"suggestion's receipt": {make: (*cast).suggested, reads: always},
	"followed suggestion":  {make: (*cast).followedSuggestion, reads: ifOwn, personal: true},

	// supervision
	"record":            {make: (*cast).record, reads: inVillage(identity.Inspector, identity.Auditor), acts: inVillage(identity.Inspector)},
	"sample of records": {make: (*cast).recordSample, reads: inVillage(identity.Inspector, identity.Auditor)},
	"inspection":        {make: (*cast).inspection, reads: inVillage(identity.Inspector, identity.Auditor), acts: nobody}, // it is another inspector's

	// surveys
	"survey":                   {make: (*cast).survey, reads: inVillage(identity.Secretary, identity.Scrutineer, identity.GridWorker)},
	"survey's papers":          {make: (*cast).survey, reads: inVillage(identity.Secretary, identity.Scrutineer)},
	"survey's end":             {make: (*cast).survey, reads: inVillage(identity.Secretary)},
	"survey that all answered": {make: (*cast).answeredSurvey, reads: inVillage(identity.Secretary)},
	"survey of households":     {make: (*cast).survey, reads: always, common: true, refuses: http.StatusNotFound},

	// meetings
	"meeting of the invited": {make: (*cast).gathering, reads: always, common: true, refuses: http.StatusNotFound},
	"meeting":                {make: (*cast).gathering, reads: inVillage(identity.Secretary)},
	"meeting that is over":   {make: (*cast).held, reads: inVillage(identity.Secretary)},
	"resolution":             {make: (*cast).resolution, reads: inVillage(identity.Secretary)},
}

// seesMatter is true for those who work with the matters of the village.
func seesMatter(w walker, of whose) bool {
	return w.is(identity.Dispatcher, identity.ShiftHead, identity.Receptionist, identity.GridWorker) || of == own && w.is(identity.Handler)
}

// fixed is a thing that is the same everywhere.
func fixed(name, value string) func(*cast, *demo, identity.Actor) thing {
	return func(*cast, *demo, identity.Actor) thing { return thing{values: map[string]string{name: value}} }
}
