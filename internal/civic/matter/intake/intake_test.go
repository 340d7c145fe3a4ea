// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package intake_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/text/encoding/simplifiedchinese"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/page"
	"pavilion/internal/base/trace"
	"pavilion/internal/civic/matter"
	"pavilion/internal/civic/matter/docket"
	"pavilion/internal/civic/matter/intake"
	"pavilion/internal/civic/matter/mattertest"
	"pavilion/internal/core/audit"
	"pavilion/internal/core/edition"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/retention"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/db/dbtest"
	"pavilion/internal/platform/jobs"
	"pavilion/internal/platform/sheet"
)

const realm = mattertest.Realm

// place is a realm with a hotline whose files come to the county's desk.
type place struct {
	*intake.Service
	t      testing.TB
	realm  *mattertest.Realmful
	queue  *jobs.Queue
	desk   identity.Actor
	source intake.Source
}

// columns is what the hotline's headings mean.
func columns() map[intake.Field]string {
	return map[intake.Field]string{
		intake.ID: "工单编号", intake.Said: "受理时间", intake.Type: "分类", intake.Text: "内容",
		intake.Area: "村居", intake.Name: "来电人", intake.Phone: "电话",
	}
}

func open(t testing.TB, d *db.DB) *place {
	t.Helper()
	p := &place{t: t, realm: mattertest.New(t, d)}
	p.Service = &intake.Service{Matters: p.realm.Service}
	p.queue = jobs.New(d, p.realm.Now, slog.New(slog.DiscardHandler))
	p.Work(p.queue)
	root, _ := p.realm.Org.Root(realm)
	p.desk = p.realm.Actor(identity.Dispatcher, root, "")
	made, err := p.AddSource(t.Context(), intake.NewSource{Realm: realm, Name: "县热线", Origin: "hotline", By: p.desk})
	if err == nil {
		p.source, err = p.Map(t.Context(), realm, made.ID, made.Revision, intake.Mapping{
			Columns: columns(), Order: "ymd", Grid: "wgs84", Values: map[intake.Field]map[string]string{intake.Type: {"井盖": "020103", "其他": ""}},
		}, p.desk)
	}
	p.check(err)
	return p
}

func (p *place) check(err error) {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
}

// heading is the first line of the hotline's files.
const heading = "工单编号,受理时间,分类,内容,村居,来电人,电话,坐席\n"

// file is a file of the hotline with so many good lines.
func file(lines int) string {
	var b strings.Builder
	b.WriteString(heading)
	for i := range lines {
		fmt.Fprintf(&b, "HT-%05d,2026-09-18 08:%02d,井盖,第 %d 个井盖不见了，晚上很危险,东镇一村,测试人员,13800000%03d,3 号\n", i, i%60, i, i%1000)
	}
	return b.String()
}

// receive sends a file and has it checked.
func (p *place) receive(text string) (intake.Run, error) {
	run, err := p.Receive(p.t.Context(), intake.Receive{
		Realm: realm, Source: p.source.ID, File: "hotline.csv", In: strings.NewReader(text), Size: int64(len(text)), By: p.desk,
	})
	if err != nil {
		return run, err
	}
	p.drain()
	return p.Run(p.t.Context(), realm, run.ID, p.desk)
}

func (p *place) drain() {
	p.t.Helper()
	p.check(p.queue.Drain(p.t.Context()))
}

// carry starts a run that was checked and has it carried to its end.
func (p *place) carry(run intake.Run) intake.Run {
	p.t.Helper()
	_, err := p.Start(p.t.Context(), realm, run.ID, run.Revision, p.desk)
	p.check(err)
	p.drain()
	out, err := p.Run(p.t.Context(), realm, run.ID, p.desk)
	p.check(err)
	return out
}

// matters lists all matters that the desk sees.
func (p *place) matters() []matter.Matter {
	p.t.Helper()
	var out []matter.Matter
	for m, err := range p.realm.Docket.All(p.t.Context(), p.desk, docket.Filter{}) {
		p.check(err)
		out = append(out, m)
	}
	return out
}

// whole is a matter with all that a list leaves out.
func (p *place) whole(m matter.Matter) matter.Matter {
	p.t.Helper()
	d, err := p.Matters.Followed(p.t.Context(), realm, m.ID)
	p.check(err)
	return d.Matter
}

// said lists problems as "line heading key".
func said(run intake.Run) []string {
	var out []string
	for _, q := range run.Found.Problems {
		out = append(out, strings.Join(strings.Fields(fmt.Sprintln(q.Line, q.Heading, q.Key)), " "))
	}
	return out
}

func key(err error) string {
	f, _ := fault.As(err)
	if f == nil {
		return fmt.Sprint(err)
	}
	return f.Key
}

func TestAFileBecomesMatters(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := open(t, d)
		run, err := p.receive(file(250))
		if err != nil || run.State != intake.Checked || run.Lines != 250 || run.Found.Bad != 0 {
			t.Fatalf("after the check it is %s with %v, %v", run.State, said(run), err)
		}
		run = p.carry(run)
		if run.State != intake.Done || run.Made != 250 || run.Repeated != 0 {
			t.Fatalf("in the end it is %s, made %d, repeated %d", run.State, run.Made, run.Repeated)
		}
		all := p.matters()
		if len(all) != 250 {
			t.Fatalf("there are %d matters", len(all))
		}
		m := p.whole(all[slices.IndexFunc(all, func(m matter.Matter) bool { return strings.HasPrefix(m.Title, "第 7 个") })])
		want := time.Date(2026, 9, 18, 8, 7, 0, 0, p.realm.Calendar.Zone())
		if m.Origin != "hotline" || m.Type != "020103" || m.Area != p.realm.East.Village.ID || !m.Contactable || m.State != "reported" {
			t.Errorf("a line became %+v", m)
		}
		if !m.ReportedAt.Equal(want) || !m.EnteredAt.Equal(p.realm.Now()) || !m.Due.After(p.realm.Now()) {
			t.Errorf("it was reported %v, entered %v, is due %v: want its own time, and a term from now", m.ReportedAt, m.EnteredAt, m.Due)
		}
		report, err := audit.Verify(t.Context(), d, realm)
		if err != nil || len(report.Problems) > 0 {
			t.Errorf("the audit chain: %v, %v", report.Problems, err)
		}
		again, err := p.receive(file(250))
		p.check(err)
		if earlier, ok, err := p.Earlier(t.Context(), again); !ok || err != nil || earlier.ID != run.ID {
			t.Errorf("that the file came before is not known: %v, %v", ok, err)
		}
		if again = p.carry(again); again.Made != 0 || again.Repeated != 250 || len(p.matters()) != 250 {
			t.Errorf("taken again it made %d, repeated %d", again.Made, again.Repeated)
		}
	})
}

func TestEveryBadLineIsListedAndNothingIsTaken(t *testing.T) {
	p := open(t, dbtest.SQLite(t))
	run, err := p.receive(heading +
		"1,2026-09-18,井盖,好的一行有内容,东镇一村,,,\n" +
		"2,2026-02-30,井盖,二月没有三十日,东镇一村,,,\n" +
		"3,2026-09-19,井盖,还没有到的日子,东镇一村,,,\n" +
		"4,18/9月,井盖,,东镇一村,,123,\n" +
		"5,,路灯,没有人说过这是什么,火星村,,,\n" +
		"1,,井盖,编号又是一号,,,,\n" +
		"7,2026年9月18日下午4时,井盖,下午读不出来,,,,\n" +
		"8,,井盖," + strings.Repeat("长", 5001) + ",,,,\n" +
		"9,,井盖,\"引号\"不对,,,,\n")
	p.check(err)
	want := []string{
		"3 受理时间 intake.date", "4 受理时间 matter.said_later", "5 受理时间 intake.date", "5 电话 form.not_a_phone",
		"6 分类 intake.unknown", "6 村居 intake.unknown", "7 工单编号 intake.number_twice", "8 受理时间 intake.date",
		"9 内容 form.too_long", "10 sheet.quote",
	}
	if run.State != intake.Faulty || run.Found.Bad != 8 || !slices.Equal(said(run), want) {
		t.Errorf("%s with %d bad lines: %q, want %q", run.State, run.Found.Bad, said(run), want)
	}
	unknown := run.Found.Unknown
	if len(unknown[intake.Type]) != 1 || unknown[intake.Type][0] != (intake.Unknown{Value: "路灯", Lines: 1}) || unknown[intake.Area][0].Value != "火星村" {
		t.Errorf("unknown are %v", unknown)
	}
	if _, err := p.Start(t.Context(), realm, run.ID, run.Revision, p.desk); fault.KindOf(err) != fault.Conflict || len(p.matters()) != 0 {
		t.Errorf("it was started with bad lines: %v", err)
	}
}

func TestWordsAreAnsweredOnce(t *testing.T) {
	p := open(t, dbtest.SQLite(t))
	text := heading + strings.Repeat(",,路灯,天黑了路灯不亮,老地方,,,\n", 3) + ",,020103,井盖又不见了,西镇一村,,,\n"
	run, err := p.receive(text)
	p.check(err)
	if run.State != intake.Faulty || run.Found.Bad != 3 || run.Found.Same != 2 {
		t.Fatalf("%s, %d bad, %d the same", run.State, run.Found.Bad, run.Found.Same)
	}
	_, err = p.Translate(t.Context(), realm, p.source.ID, p.source.Revision, map[intake.Field]map[string]string{
		intake.Type: {"路灯": ""}, intake.Area: {"老地方": p.realm.West.Village.ID},
	}, p.desk)
	p.check(err)
	run, err = p.Check(t.Context(), realm, run.ID, run.Revision, p.desk)
	p.check(err)
	p.drain()
	if run, err = p.Run(t.Context(), realm, run.ID, p.desk); err != nil || run.State != intake.Checked {
		t.Fatalf("after the answers it is %s: %v, %v", run.State, said(run), err)
	}
	if run = p.carry(run); run.Made != 2 || run.Repeated != 2 {
		t.Errorf("made %d, repeated %d; want lines that say the same to be taken once", run.Made, run.Repeated)
	}
	types := map[string]int{}
	for _, m := range p.matters() {
		types[m.Type]++
	}
	if types[""] != 1 || types["020103"] != 1 {
		t.Errorf("types are %v: want one that is left to the desk", types)
	}
	if next, err := p.receive(heading + "77,,路灯,另一处的路灯不亮,老地方,,,\n"); err != nil || next.State != intake.Checked {
		t.Errorf("with the answers kept, the next file is %s: %v, %v", next.State, said(next), err)
	}
}

func TestTwoImportsOfTheSameFileAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := open(t, d)
		const lines = 320
		text := file(lines)
		var runs [2]intake.Run
		var all sync.WaitGroup
		var failures [2]error
		for i := range runs {
			all.Go(func() {
				run, err := p.Receive(t.Context(), intake.Receive{
					Realm: realm, Source: p.source.ID, File: "同一份.csv", In: strings.NewReader(text), Size: int64(len(text)), By: p.desk,
				})
				if err == nil {
					run, err = p.Finish(t.Context(), realm, run.ID, nil)
				}
				if err == nil {
					run, err = p.Start(t.Context(), realm, run.ID, run.Revision, p.desk)
				}
				if err == nil {
					run, err = p.Finish(t.Context(), realm, run.ID, nil)
				}
				runs[i], failures[i] = run, err
			})
		}
		all.Wait()
		p.check(errors.Join(failures[:]...))
		if n := len(p.matters()); n != lines {
			t.Errorf("there are %d matters, want each line once", n)
		}
		if runs[0].Made+runs[1].Made != lines || runs[0].Repeated+runs[1].Repeated != lines {
			t.Errorf("made %d and %d, repeated %d and %d", runs[0].Made, runs[1].Made, runs[0].Repeated, runs[1].Repeated)
		}
	})
}

func TestTwoWorkersOnOneRun(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := open(t, d)
		run, err := p.receive(file(520))
		p.check(err)
		_, err = p.Start(t.Context(), realm, run.ID, run.Revision, p.desk)
		p.check(err)
		var all sync.WaitGroup
		for range 3 {
			all.Go(func() {
				if _, err := p.Finish(t.Context(), realm, run.ID, nil); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		run, err = p.Run(t.Context(), realm, run.ID, p.desk)
		if err != nil || run.State != intake.Done || run.Made != 520 || run.Repeated != 0 {
			t.Errorf("it is %s, made %d, repeated %d, %v", run.State, run.Made, run.Repeated, err)
		}
	})
}

func TestWhatBreaksOffIsCarriedToItsEnd(t *testing.T) {
	p := open(t, dbtest.SQLite(t))
	run, err := p.receive(file(350))
	p.check(err)
	_, err = p.Start(t.Context(), realm, run.ID, run.Revision, p.desk)
	p.check(err)
	ctx, stop := context.WithCancel(t.Context())
	clock := p.Matters.Now
	p.Matters.Now = func() time.Time { // so slow that a slice is one part
		p.realm.Time = p.realm.Time.Add(time.Second)
		return p.realm.Time
	}
	parts := 0
	_, err = p.Finish(ctx, realm, run.ID, func(intake.Run) {
		if parts++; parts == 2 {
			stop() // as when the server is told to end
		}
	})
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("it was not broken off: %v", err)
	}
	p.Matters.Now = clock
	if n := len(p.matters()); n != 200 {
		t.Fatalf("broken off in the middle, there are %d matters; want two whole parts", n)
	}
	p.drain()
	run, err = p.Run(t.Context(), realm, run.ID, p.desk)
	if err != nil || run.State != intake.Done || run.Made != 350 || len(p.matters()) != 350 {
		t.Errorf("gone on with it is %s, made %d, %v", run.State, run.Made, err)
	}
}

func TestARuleThatChangesMeanwhileBreaksNoImport(t *testing.T) {
	p := open(t, dbtest.SQLite(t))
	run, err := p.receive(file(150))
	p.check(err)
	p.realm.Time = p.realm.Time.Add(time.Hour)
	_, err = p.Translate(t.Context(), realm, p.source.ID, p.source.Revision, map[intake.Field]map[string]string{intake.Type: {"井盖": "999999"}}, p.desk)
	p.check(err)
	if run = p.carry(run); run.State != intake.Done || run.Made != 150 {
		t.Errorf("it is %s, made %d: want what was checked to be taken", run.State, run.Made)
	}
	if next, err := p.receive(file(1)); err != nil || next.State != intake.Faulty {
		t.Errorf("the next file is %s, %v; want the new meaning to count", next.State, err)
	}
}

func TestWhoMayImport(t *testing.T) {
	p := open(t, dbtest.SQLite(t))
	run, err := p.receive(file(1))
	p.check(err)
	east := p.realm.Actor(identity.Dispatcher, p.realm.East.Town, "")
	for _, by := range []identity.Actor{
		east, {Realm: realm}, p.realm.Actor(identity.GridWorker, p.realm.East.Town, ""), p.realm.Actor(identity.Auditor, p.realm.East.Town, ""),
	} {
		_, errSource := p.Source(t.Context(), realm, p.source.ID, by)
		_, errRun := p.Run(t.Context(), realm, run.ID, by)
		_, errStart := p.Start(t.Context(), realm, run.ID, run.Revision, by)
		_, errAdd := p.AddSource(t.Context(), intake.NewSource{Realm: realm, Name: "另一个", Origin: "hotline", By: by})
		for _, err := range []error{errSource, errRun, errStart} {
			if fault.KindOf(err) != fault.Missing {
				t.Errorf("%v: got %v, want nothing to be there", by.Grants, err)
			}
		}
		if fault.KindOf(errAdd) != fault.Denied {
			t.Errorf("%v may add a source for the county: %v", by.Grants, errAdd)
		}
		list, err := p.Runs(t.Context(), realm, by, page.Cursor{}, 10)
		if err != nil || len(list.Items) != 0 {
			t.Errorf("%v sees %d runs, %v", by.Grants, len(list.Items), err)
		}
	}
	town, err := p.AddSource(t.Context(), intake.NewSource{Realm: realm, Name: "东镇热线", Origin: "hotline", Area: p.realm.East.Town.ID, By: east})
	p.check(err)
	town, err = p.Map(t.Context(), realm, town.ID, town.Revision, intake.Mapping{Columns: columns(), Order: "ymd", Grid: "wgs84"}, east)
	p.check(err)
	p.source, p.desk = town, east
	run, err = p.receive(heading + "1,,020103,井盖不见了,东镇一村,,,\n2,,020103,井盖不见了,西镇一村,,,\n3,,020103,没有写在哪里,,,,\n")
	if err != nil || !slices.Equal(said(run), []string{"3 村居 intake.unknown"}) {
		t.Errorf("for another town's village it says %q, %v", said(run), err)
	}
}

func TestPointsAreWhereTheSenderMeansThem(t *testing.T) {
	p := open(t, dbtest.SQLite(t))
	m := p.source.Mapping
	m.Columns = map[intake.Field]string{intake.Text: "内容", intake.Lon: "经度", intake.Lat: "纬度"}
	m.Grid = "gcj02"
	_, err := p.Map(t.Context(), realm, p.source.ID, p.source.Revision, m, p.desk)
	p.check(err)
	run, err := p.receive("内容,经度,纬度\n东镇的一件事,115.5,35.5\n写反了的,35.5,115.5\n在县外,120,30\n只有一半,115.5,\n没有地点的,,\n")
	p.check(err)
	want := []string{"3 经度 geo.swapped", "4 经度 matter.outside", "5 经度 geo.not_a_number"}
	if !slices.Equal(said(run), want) {
		t.Errorf("got %q, want %q", said(run), want)
	}
	run, err = p.receive("内容,经度,纬度\n东镇的一件事,115.5,35.5\n")
	p.check(err)
	p.carry(run)
	if got := p.whole(p.matters()[0]); got.Area != p.realm.East.Grid.ID || got.Point.Lon > 115.4999 || got.Point.Lon < 115.49 {
		t.Errorf("it lies in %s at %v, want it shifted", got.Area, got.Point)
	}
}

func TestFilesThatAreRefused(t *testing.T) {
	p := open(t, dbtest.SQLite(t))
	p.Limits = sheet.Limits{Rows: 300}
	var book bytes.Buffer
	w, err := sheet.NewWriter(&book, sheet.XLSX, []string{"工单编号", "内容"})
	for i := range 1000 {
		err = errors.Join(err, w.Row(i, "井盖不见了"))
	}
	p.check(errors.Join(err, w.Close()))
	for _, tt := range []struct{ name, text, key string }{
		{"nothing", "", "sheet.empty"},
		{"headings alone", heading, "intake.no_rows"},
		{"no table", "\x00\x01\x02", "sheet.binary"},
		{"too many rows, found late", book.String(), "sheet.many_rows"},
	} {
		if _, err := p.receive(tt.text); key(err) != tt.key {
			t.Errorf("%s: got %v, want %s", tt.name, err, tt.key)
		}
	}
	list, err := p.Runs(t.Context(), realm, p.desk, page.Cursor{}, 10)
	if n := p.rows(); err != nil || len(list.Items) != 0 || n != 0 {
		t.Errorf("of refused files %d runs and %d parts are left, %v", len(list.Items), n, err)
	}
}

// workbook is a worksheet of the given rows and what follows them.
func workbook(t testing.TB, rows, after string) string {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, part := range [][2]string{
		{"xl/workbook.xml", `<workbook><sheets><sheet name="a" r:id="r1"/></sheets></workbook>`},
		{"xl/_rels/workbook.xml.rels", `<Relationships><Relationship Id="r1" Type="x/worksheet" Target="s.xml"/></Relationships>`},
		{"xl/s.xml", `<worksheet><sheetData>` + rows + `</sheetData>` + after + `</worksheet>`},
	} {
		w, err := z.Create(part[0])
		if err == nil {
			_, err = w.Write([]byte(part[1]))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestAWorkbookIsItsSendersWordOnly(t *testing.T) {
	p := open(t, dbtest.SQLite(t))
	m := p.source.Mapping
	m.Columns = map[intake.Field]string{intake.ID: "工单编号", intake.Said: "受理时间", intake.Text: "内容"}
	_, err := p.Map(t.Context(), realm, p.source.ID, p.source.Revision, m, p.desk)
	p.check(err)
	text := func(words string) string { return `<c t="inlineStr"><is><t>` + words + `</t></is></c>` }
	head := `<row>` + text("工单编号") + text("受理时间") + text("内容") + text("坐席") + `</row>`
	const formula, long = `<c><f>A1&amp;"x"</f><v>3</v></c>`, `<c><v>999999202609180011</v></c>`
	run, err := p.receive(workbook(t, head+
		`<row>`+text("1")+text("2026-09-18")+text("井盖不见了")+formula+`</row>`+
		`<row>`+text("2")+text("2026-09-31")+formula+text("3 号")+`</row>`+
		`<row>`+long+text("")+text("路灯不亮了")+`</row>`, ""))
	p.check(err)
	want := []string{"3 内容 sheet.formula", "3 受理时间 intake.date", "4 工单编号 sheet.number_long"}
	if !slices.Equal(said(run), want) {
		t.Errorf("got %q, want %q: what nobody takes does not matter", said(run), want)
	}
	_, err = p.receive(workbook(t, head+strings.Repeat(`<row>`+text("1")+text("")+text("井盖不见了")+`</row>`, 1200),
		`<mergeCells><mergeCell ref="A2:A5"/></mergeCells>`))
	if f, ok := fault.As(err); !ok || f.Key != "sheet.merged" || f.Params["range"] != "A2:A5" {
		t.Errorf("merged cells: %v", err)
	}
	if n := p.rows(); n != 1 {
		t.Errorf("%d parts are kept, want those of the first file", n)
	}
}

// rows counts the parts that are kept.
func (p *place) rows() (n int) {
	p.t.Helper()
	p.check(p.Matters.DB.View(p.t.Context(), func(tx *db.Tx) error {
		return tx.QueryRow(p.t.Context(), `SELECT count(*) FROM matter_intake_part`).Scan(&n)
	}))
	return n
}

func TestGBKIsImportedAsChinese(t *testing.T) {
	p := open(t, dbtest.SQLite(t))
	text, err := simplifiedchinese.GBK.NewEncoder().String(file(3))
	p.check(err)
	run, err := p.receive(text)
	p.check(err)
	if run.About.Encoding != "GB18030" || run.State != intake.Checked {
		t.Fatalf("read as %s, it is %s", run.About.Encoding, run.State)
	}
	p.carry(run)
	if m := p.whole(p.matters()[0]); !strings.Contains(m.Text, "个井盖不见了，晚上很危险") {
		t.Errorf("it says %q", m.Text)
	}
}

func TestAFileThatDoesNotFitWaitsForItsColumns(t *testing.T) {
	p := open(t, dbtest.SQLite(t))
	run, err := p.receive("编号,诉求内容\n1,井盖不见了\n")
	if err != nil || run.State != intake.Read {
		t.Fatalf("it is %s, %v", run.State, err)
	}
	if _, err := p.Check(t.Context(), realm, run.ID, run.Revision, p.desk); key(err) != "intake.does_not_fit" {
		t.Errorf("it is checked without its columns: %v", err)
	}
	sample, err := p.Sample(t.Context(), run, 5)
	if err != nil || len(sample) != 1 || sample[0][1] != "井盖不见了" {
		t.Errorf("its sample is %q, %v", sample, err)
	}
	m := p.source.Mapping
	m.Columns = map[intake.Field]string{intake.ID: "编号", intake.Text: "诉求内容"}
	_, err = p.Map(t.Context(), realm, p.source.ID, p.source.Revision, m, p.desk)
	p.check(err)
	if _, err = p.Map(t.Context(), realm, p.source.ID, p.source.Revision, m, p.desk); fault.KindOf(err) != fault.Stale {
		t.Errorf("a mapping seen before the change is taken: %v", err)
	}
	run, err = p.Check(t.Context(), realm, run.ID, run.Revision, p.desk)
	p.check(err)
	p.drain()
	if run, err = p.Run(t.Context(), realm, run.ID, p.desk); err != nil || run.State != intake.Checked {
		t.Errorf("it is %s, %v", run.State, err)
	}
	if _, err := p.Drop(t.Context(), realm, run.ID, run.Revision-1, p.desk); fault.KindOf(err) != fault.Stale {
		t.Errorf("it is dropped by somebody who saw another state: %v", err)
	}
	_, err = p.Drop(t.Context(), realm, run.ID, run.Revision, p.desk)
	p.check(err)
	if _, err := p.Start(t.Context(), realm, run.ID, run.Revision+1, p.desk); fault.KindOf(err) != fault.Conflict {
		t.Errorf("a dropped run is started: %v", err)
	}
}

func TestRowsAreKeptNoLongerThanNeeded(t *testing.T) {
	p := open(t, dbtest.SQLite(t))
	done, err := p.receive(file(120))
	p.check(err)
	done = p.carry(done)
	waiting, err := p.receive(file(20))
	p.check(err)
	p.check(p.Sweep(t.Context(), realm))
	if n := p.rows(); n != 1 {
		t.Errorf("after the import %d parts are left, want those of the run that waits", n)
	}
	editions := &edition.Service{DB: p.realm.DB, Now: p.realm.Now}
	p.check(editions.Seed(t.Context(), realm, retention.Edition, []byte(`{"rows":[{"kind":"import","days":7,"deed":"destroy","basis":"b"}]}`), "b"))
	keep := retention.New(retention.Service{
		DB: p.realm.DB, Now: p.realm.Now, Org: p.realm.Org, Editions: editions, Keepers: []retention.Keeper{intake.Keeper{}},
	})
	for _, tt := range []struct{ days, gone int }{{6, 0}, {2, 1}, {1, 0}} {
		p.realm.Time = p.realm.Time.AddDate(0, 0, tt.days)
		if did, err := keep.Run(t.Context(), realm); err != nil || did.Gone != tt.gone {
			t.Errorf("%d days on the schedule drops %d imports, %v; want %d", tt.days, did.Gone, err, tt.gone)
		}
	}
	waiting, err = p.Run(t.Context(), realm, waiting.ID, p.desk)
	if n := p.rows(); err != nil || n != 0 || waiting.State != intake.Dropped {
		t.Errorf("a week later %d parts are left, the run is %s, %v", n, waiting.State, err)
	}
	if got, err := p.Run(t.Context(), realm, done.ID, p.desk); err != nil || got.Made != 120 {
		t.Errorf("what the import did is forgotten: %+v, %v", got, err)
	}
}

func TestMappingsThatAreRefused(t *testing.T) {
	for _, tt := range []struct {
		name  string
		m     intake.Mapping
		field string
	}{
		{"no column for the text", intake.Mapping{Origin: "hotline", Order: "ymd", Grid: "wgs84"}, "text"},
		{"one column for two fields", intake.Mapping{Origin: "hotline", Order: "ymd", Grid: "wgs84", Columns: map[intake.Field]string{intake.Text: "a", intake.Title: "a"}}, "text"},
		{"half a point", intake.Mapping{Origin: "hotline", Order: "ymd", Grid: "wgs84", Columns: map[intake.Field]string{intake.Text: "a", intake.Lon: "b"}}, "lat"},
		{"a channel that is none", intake.Mapping{Origin: "web", Order: "ymd", Grid: "wgs84", Columns: map[intake.Field]string{intake.Text: "a"}}, "origin"},
		{"an order that is none", intake.Mapping{Origin: "import", Order: "dym", Grid: "wgs84", Columns: map[intake.Field]string{intake.Text: "a"}}, "order"},
		{"a grid that is none", intake.Mapping{Origin: "import", Order: "ymd", Grid: "mars", Columns: map[intake.Field]string{intake.Text: "a"}}, "grid"},
	} {
		f, ok := fault.As(tt.m.Check())
		if !ok || f.Kind != fault.Invalid || f.Field != tt.field && f.Field != "title" {
			t.Errorf("%s: got %v, want a fault at %s", tt.name, f, tt.field)
		}
	}
}

func TestGuess(t *testing.T) {
	names := map[intake.Field][]string{
		intake.ID: {"编号", "工单号"}, intake.Said: {"受理时间", "时间"}, intake.Text: {"诉求内容", "内容"}, intake.Title: {"标题"},
		intake.Phone: {"电话", "phone"}, intake.Name: {"姓名"},
	}
	got := intake.Guess([]string{"工单编号", "办结时间", "受理时间", "【诉求内容】", "回复内容", "Phone No."}, names)
	want := map[intake.Field]string{intake.ID: "工单编号", intake.Said: "受理时间", intake.Text: "【诉求内容】", intake.Phone: "Phone No."}
	for _, f := range intake.Fields() {
		if got[f] != want[f] {
			t.Errorf("%s is guessed as %q, want %q", f, got[f], want[f])
		}
	}
}

func TestLinesThatLeadToAPersonAreNamedAndNotShown(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := open(t, d)
		run, err := p.receive(heading + "HT-1,2026-09-18 08:01,井盖,井盖不见了，请找13900000000，住3号楼2单元501室,东镇一村,测试人员,13800000001,3 号\n" +
			"HT-2,2026-09-18 08:02,井盖,井盖不见了,东镇一村,测试人员,13800000002,3 号\n")
		if err != nil || run.State != intake.Checked || run.Found.Traced != 1 || len(run.Found.Traces) != 1 {
			t.Fatalf("%s, %+v, %v", run.State, run.Found, err)
		}
		if got := run.Found.Traces[0]; got.Line != 2 || !slices.Equal(got.Kinds, []trace.Kind{trace.Phone, trace.Door}) {
			t.Errorf("%+v", got)
		}
		if text, _ := json.Marshal(run.Found); strings.Contains(string(text), "139") {
			t.Errorf("what was found is kept: %s", text)
		}
		if run = p.carry(run); run.State != intake.Done || run.Made != 2 {
			t.Fatalf("%s, made %d", run.State, run.Made)
		}
		for _, m := range p.matters() {
			if m.Published || m.PublicText != "" {
				t.Errorf("%s is public", m.Number)
			}
		}
	})
}
