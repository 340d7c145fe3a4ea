// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package sheet_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"pavilion/internal/base/fault"
	"pavilion/internal/platform/sheet"
)

// table is all of a table that was read.
type table struct {
	sheet.About
	rows [][]string
	bad  []string // "line heading key"
	end  error    // what ended the reading; nil at the end
}

// read reads a whole table.
func read(t testing.TB, text string, limits sheet.Limits) table {
	t.Helper()
	r, err := sheet.Open(strings.NewReader(text), int64(len(text)), limits)
	if err != nil {
		return table{end: err}
	}
	out := table{About: r.About}
	for {
		row, err := r.Next()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			out.end = err
			return out
		}
		out.rows = append(out.rows, row.Cells)
		for _, f := range row.Faults {
			out.bad = append(out.bad, strings.Join(strings.Fields(fmt.Sprintln(row.Line, f.Field, f.Key)), " "))
		}
	}
}

// gbk is text as old programs save it.
func gbk(t testing.TB, text string) string {
	t.Helper()
	out, err := simplifiedchinese.GBK.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func utf16(t testing.TB, text string) string {
	t.Helper()
	out, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestTextIsReadHoweverItIsWritten(t *testing.T) {
	const text = "编号,内容\n1,井盖不见了\n\n2,\"路灯,不亮\"\n"
	want := [][]string{{"1", "井盖不见了"}, {"2", "路灯,不亮"}}
	for _, tt := range []struct{ name, text, encoding string }{
		{"UTF-8", text, "UTF-8"},
		{"UTF-8 with a mark", "\ufeff" + text, "UTF-8"},
		{"GBK", gbk(t, text), "GB18030"},
		{"UTF-16", utf16(t, text), "UTF-16"},
		{"tabs", strings.NewReplacer("编号,", "编号\t", "1,", "1\t", "2,", "2\t").Replace(text), "UTF-8"},
		{"semicolons", strings.NewReplacer("编号,", "编号;", "1,", "1;", "2,", "2;").Replace(text), "UTF-8"},
		{"carriage returns", strings.ReplaceAll(text, "\n", "\r\n"), "UTF-8"},
		{"JSON Lines", `{"编号":1,"内容":"井盖不见了"}` + "\n\n" + `{"内容":"路灯,不亮","编号":"2"}`, "UTF-8"},
		{"JSON Lines in GBK", gbk(t, `{"编号":1,"内容":"井盖不见了"}`+"\n"+`{"编号":"2","内容":"路灯,不亮"}`), "GB18030"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := read(t, tt.text, sheet.Limits{})
			if got.end != nil || len(got.bad) > 0 || got.Encoding != tt.encoding {
				t.Fatalf("read as %s with %v, %v; want %s", got.Encoding, got.bad, got.end, tt.encoding)
			}
			if !slices.Equal(got.Headings, []string{"编号", "内容"}) || !slices.EqualFunc(got.rows, want, slices.Equal) {
				t.Errorf("read %q, %q", got.Headings, got.rows)
			}
		})
	}
}

func TestLongGBKIsToldFromUTF8(t *testing.T) {
	line := "1,村口的井盖不见了，晚上很危险，请尽快处理\n"
	got := read(t, gbk(t, "编号,内容\n"+strings.Repeat(line, 20_000)), sheet.Limits{})
	if got.end != nil || got.Encoding != "GB18030" || len(got.rows) != 20_000 || got.rows[19_999][1] != "村口的井盖不见了，晚上很危险，请尽快处理" {
		t.Errorf("%s, %d rows, %v", got.Encoding, len(got.rows), got.end)
	}
}

func TestWhatIsWrongWithARowIsSaidWithItsLine(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		want       []string
		rows       int
	}{
		{"a quote in the wrong place spoils its own row", "a,b\n1,2\n3,x\"y\n5,6\n", []string{"3 sheet.quote"}, 3},
		{"text beyond the headings", "a,b\n1,2,\n1,2,3\n", []string{"3 sheet.no_heading"}, 2},
		{"a cell that is too long", "a,b\n1," + strings.Repeat("长", 31) + "\n", []string{"2 b sheet.cell_long"}, 1},
		{"a line that is no object", "{\"a\":1}\n[1]\n{\"a\":", []string{"2 sheet.not_object", "3 sheet.not_object"}, 3},
		{"a list as a value", "{\"a\":1}\n{\"a\":[1]}\n", []string{"2 sheet.nested"}, 2},
		{"a name twice", "{\"a\":1}\n{\"a\":1,\"a\":2}\n", []string{"2 sheet.member_twice"}, 2},
		{"a name that comes late", strings.Repeat("{\"a\":1}\n", 100) + "{\"a\":1,\"b\":2}\n", []string{"101 sheet.member_unknown"}, 101},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := read(t, tt.text, sheet.Limits{Cell: 30})
			if got.end != nil || !slices.Equal(got.bad, tt.want) || len(got.rows) != tt.rows {
				t.Errorf("got %q, %d rows, %v; want %q and %d", got.bad, len(got.rows), got.end, tt.want, tt.rows)
			}
		})
	}
}

func TestWhatIsNoTableIsRefused(t *testing.T) {
	for _, tt := range []struct{ name, text, key string }{
		{"nothing", "", "sheet.empty"},
		{"blank lines", "\n\n", "sheet.empty"},
		{"JSON without names", "{}\n", "sheet.empty"},
		{"a picture", "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00", "sheet.binary"},
		{"an old workbook", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "sheet.old_workbook"},
		{"UTF-8 with a damaged byte", "编号,内容\n1,井盖\xff不见了，晚上很危险\n", "sheet.bad_bytes"},
		{"bytes that are neither", "a,b\n1,\xff\xff\xff\n", "sheet.bad_bytes"},
		{"a column without a heading", "a,,c\n1,2,3\n", "sheet.heading_empty"},
		{"two columns of one name", "a,b, A\n1,2,3\n", "sheet.heading_twice"},
		{"too many columns", strings.Repeat("x,", 20) + "x\n", "sheet.many_columns"},
		{"too many rows", "a\n1\n2\n3\n4\n", "sheet.many_rows"},
		{"a quote that swallows the rest", "a\n\"" + strings.Repeat("x\n", 1<<20), "sheet.row_long"},
		{"a line without an end", "a\n" + strings.Repeat("x", 3<<20), "sheet.row_long"},
		{"an object without an end", "{\"a\":1}\n{\"a\":\"" + strings.Repeat("x", 3<<20), "sheet.row_long"},
		{"an archive that is no workbook", archive(t, part{"readme.txt", "hello"}), "sheet.unreadable"},
		{"half an archive", workbook(t, `<row><c><v>1</v></c></row>`)[:300], "sheet.unreadable"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := read(t, tt.text, sheet.Limits{Rows: 3, Columns: 15})
			if f, ok := fault.As(got.end); !ok || f.Kind != fault.Invalid || f.Key != tt.key {
				t.Errorf("got %v, want %s", got.end, tt.key)
			}
		})
	}
}

func TestABadByteIsSaidWithItsLine(t *testing.T) {
	got := read(t, "编号,内容\n1,井盖不见了晚上很危险\n2,井盖\xff不见了\n", sheet.Limits{})
	if f, ok := fault.As(got.end); !ok || f.Params["line"] != "3" || f.Params["encoding"] != "UTF-8" {
		t.Errorf("got %v", got.end)
	}
}

// part is one file of an archive.
type part struct{ name, text string }

func archive(t testing.TB, parts ...part) string {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, p := range parts {
		w, err := z.Create(p.name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, p.text); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// workbook is a workbook whose worksheet holds the rows and what follows them.
func workbook(t testing.TB, rows string, after ...string) string {
	t.Helper()
	return bookOf(t, "", `<worksheet><sheetData>`+rows+`</sheetData>`+strings.Join(after, "")+`</worksheet>`)
}

func bookOf(t testing.TB, properties, worksheet string) string {
	t.Helper()
	const links = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	return archive(t,
		part{"_rels/.rels", `<Relationships><Relationship Id="a" Type="` + links + `/officeDocument" Target="/book/main.xml"/></Relationships>`},
		part{"book/main.xml", `<x:workbook>` + properties + `<x:sheets><x:sheet name="旧" state="hidden" r:id="r9"/><x:sheet name="工单" r:id="r1"/></x:sheets></x:workbook>`},
		part{"book/_rels/main.xml.rels", `<Relationships><Relationship Id="r1" Type="` + links + `/worksheet" Target="s/one.xml"/>` +
			`<Relationship Id="r2" Type="` + links + `/sharedStrings" Target="texts.xml"/><Relationship Id="r3" Type="` + links + `/styles" Target="look.xml"/></Relationships>`},
		part{"book/texts.xml", `<sst><si><t>编号</t></si><si><r><t>井盖</t></r><r><t>不见了</t></r><rPh><t>kanai</t></rPh></si></sst>`},
		part{"book/look.xml", `<styleSheet><numFmts><numFmt numFmtId="180" formatCode="[$-804]yyyy&quot;y&quot;"/><numFmt numFmtId="181" formatCode="0&quot;days&quot;"/></numFmts>` +
			`<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="180"/><xf numFmtId="181"/></cellXfs></styleSheet>`},
		part{"book/s/one.xml", worksheet})
}

func TestAWorkbookIsReadAsPeopleSeeIt(t *testing.T) {
	got := read(t, workbook(t, `<row r="2"><c r="A2" t="s"><v>0</v></c><c r="C2" t="inlineStr"><is><t>内容</t></is></c><c r="B2" t="str"><v>日期</v></c></row>
		<row r="3"/><row r="7"><c r="A7"><v>13800000001</v></c><c r="B7" s="1"><v>46283</v></c><c r="C7" t="s"><v>1</v></c></row>
		<row><c><v>0.30000000000000004</v></c><c s="2"><v>46283.694444444445</v></c><c t="b"><v>1</v></c></row>
		<row><c s="3"><v>46283</v></c><c t="d"><v>2026-09-18T16:40:00</v></c><c><v/></c></row>`), sheet.Limits{})
	want := [][]string{
		{"13800000001", "2026-09-18", "井盖不见了"}, {"0.3", "2026-09-18 16:40:00", "TRUE"}, {"46283", "2026-09-18 16:40:00", ""},
	}
	if got.end != nil || len(got.bad) > 0 || !slices.EqualFunc(got.rows, want, slices.Equal) {
		t.Errorf("read %q, %v, %v", got.rows, got.bad, got.end)
	}
	if got.Sheet != "工单" || !slices.Equal(got.Others, []string{"旧"}) || !slices.Equal(got.Headings, []string{"编号", "日期", "内容"}) {
		t.Errorf("it is about %+v", got.About)
	}
	old := read(t, bookOf(t, `<x:workbookPr date1904="1"/>`, `<worksheet><row><c t="s"><v>0</v></c></row><row><c s="1"><v>44821</v></c></row></worksheet>`), sheet.Limits{})
	if old.end != nil || old.rows[0][0] != "2026-09-18" {
		t.Errorf("counted from 1904 it is %q, %v", old.rows, old.end)
	}
}

func TestWhatAWorkbookCannotMeanIsListed(t *testing.T) {
	const head = `<row r="1"><c r="A1" t="inlineStr"><is><t>内容</t></is></c></row>`
	for _, tt := range []struct{ name, cell, want string }{
		{"a formula", `<c><f>SUM(A1:A9)</f><v>3</v></c>`, "sheet.formula"},
		{"a formula without a result", `<c><f>HYPERLINK("http://example.test")</f></c>`, "sheet.formula"},
		{"a shared formula", `<c><f t="shared" si="0"/><v>3</v></c>`, "sheet.formula"},
		{"an error", `<c t="e"><v>#N/A</v></c>`, "sheet.cell_error"},
		{"a text that is not there", `<c t="s"><v>99</v></c>`, "sheet.cell_broken"},
		{"a number that is none", `<c><v>seven</v></c>`, "sheet.not_number"},
		{"an identifier that was rounded", `<c><v>4.1092820260918001E+17</v></c>`, "sheet.number_long"},
		{"29 February 1900", `<c s="1"><v>60</v></c>`, "sheet.date_none"},
		{"a day before all days", `<c s="1"><v>-1</v></c>`, "sheet.date_none"},
		{"a day after all days", `<c s="1"><v>2958466</v></c>`, "sheet.date_none"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := read(t, workbook(t, head+`<row r="5">`+tt.cell+`</row>`), sheet.Limits{})
			if got.end != nil || !slices.Equal(got.bad, []string{"5 内容 " + tt.want}) {
				t.Errorf("got %q, %v", got.bad, got.end)
			}
		})
	}
}

func TestMergedCellsAreRefusedByName(t *testing.T) {
	got := read(t, workbook(t, `<row><c t="s"><v>0</v></c></row><row><c><v>1</v></c></row>`,
		`<mergeCells><mergeCell ref="A2:A5"/><mergeCell ref="C7:D7"/></mergeCells>`), sheet.Limits{})
	f, ok := fault.As(got.end)
	if !ok || f.Key != "sheet.merged" || f.Params["range"] != "A2:A5" || len(f.More) != 1 || f.More[0].Params["range"] != "C7:D7" {
		t.Errorf("got %v", got.end)
	}
}

func TestAWorkbookThatWantsSomethingElse(t *testing.T) {
	for _, tt := range []struct{ name, text, key string }{
		{"a directive", bookOf(t, "", `<!DOCTYPE w [<!ENTITY a "aaaa">]><worksheet><row><c t="str"><v>&a;</v></c></row></worksheet>`), "sheet.unreadable"},
		{"an end too early", bookOf(t, "", `<worksheet><row><c t="str"><v>a</v></c></row><row><c>`), "sheet.unreadable"},
		{"one cell that fills memory", workbook(t, `<row><c t="str"><v>`+strings.Repeat("x", 3<<20)+`</v></c></row>`), "sheet.inflated"},
		{"one tag that fills memory", workbook(t, `<row><c a="`+strings.Repeat("x", 3<<20)+`"/></row>`), "sheet.inflated"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := read(t, tt.text, sheet.Limits{})
			if f, ok := fault.As(got.end); !ok || f.Key != tt.key {
				t.Errorf("got %v, want %s", got.end, tt.key)
			}
		})
	}
}

// TestAnotherProgramsWorkbook reads what excelize 2.11 wrote: dates, a format in
// Chinese, rich text, numbers, texts, a second worksheet.
func TestAnotherProgramsWorkbook(t *testing.T) {
	text, err := os.ReadFile("testdata/excelize.xlsx")
	if err != nil {
		t.Fatal(err)
	}
	got := read(t, string(text), sheet.Limits{})
	want := [][]string{
		{"HT-0001", "2026-09-18 16:40:00", "2026-09-18", "村口的井盖不见了", "13800000001", "115.0853", "TRUE"},
		{"HT-0002", "", "2026/9/19", "路灯不亮", "0393-8880002", "0.3", "FALSE"},
	}
	if got.end != nil || len(got.bad) > 0 || !slices.EqualFunc(got.rows, want, slices.Equal) {
		t.Errorf("read %q, %v, %v", got.rows, got.bad, got.end)
	}
	if got.Sheet != "工单" || !slices.Equal(got.Others, []string{"说明"}) {
		t.Errorf("it is about %+v", got.About)
	}
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	zone := time.FixedZone("CST", 8*60*60)
	at := time.Date(2026, 9, 18, 16, 40, 5, 0, zone)
	for _, format := range []sheet.Format{sheet.CSV, sheet.XLSX} {
		t.Run(string(format), func(t *testing.T) {
			var out bytes.Buffer
			w, err := sheet.NewWriter(&out, format, []string{"文字", "数", "日", "时", "率", "是"})
			if err != nil {
				t.Fatal(err)
			}
			for _, row := range [][]any{
				{"井盖 & <b>\"不见了\"\n两天", 42, sheet.Date(at), at, sheet.Percent(0.9982), true},
				{"=HYPERLINK(\"http://example.test\")", int64(-7), sheet.Date{}, time.Time{}, nil, false},
				{"+86 138", 0.25}, {"-1"}, {"@here"}, {"'quoted"}, {"坏\x00\x1b字\xff"},
			} {
				if err := w.Row(row...); err != nil {
					t.Fatal(err)
				}
			}
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
			got := read(t, strings.NewReplacer("\x00", "", "\xff", "").Replace(out.String()), sheet.Limits{})
			if format == sheet.XLSX {
				got = read(t, out.String(), sheet.Limits{})
			}
			share := map[sheet.Format]string{sheet.CSV: "99.82%", sheet.XLSX: "0.9982"}[format]
			yes := map[sheet.Format][]string{sheet.CSV: {"true", "false"}, sheet.XLSX: {"TRUE", "FALSE"}}[format]
			want := [][]string{
				{"井盖 & <b>\"不见了\"\n两天", "42", "2026-09-18", "2026-09-18 16:40:05", share, yes[0]},
				{"=HYPERLINK(\"http://example.test\")", "-7", "", "", "", yes[1]},
				{"+86 138", "0.25", "", "", "", ""}, {"-1", "", "", "", "", ""}, {"@here", "", "", "", "", ""}, {"'quoted", "", "", "", "", ""},
			}
			if got.end != nil || len(got.bad) > 0 || len(got.rows) != 7 || !slices.EqualFunc(got.rows[:6], want, slices.Equal) {
				t.Errorf("read back %q, %v, %v", got.rows, got.bad, got.end)
			}
		})
	}
}

func TestTextIsNeverAFormula(t *testing.T) {
	var out bytes.Buffer
	w, err := sheet.NewWriter(&out, sheet.CSV, []string{"=heading"})
	for _, text := range []string{"=1+1", "+1", "-1", "@a", "\tx", "\rx"} {
		err = errors.Join(err, w.Row(text))
	}
	if err := errors.Join(err, w.Row(-1), w.Close()); err != nil {
		t.Fatal(err)
	}
	for line := range strings.SplitSeq(strings.TrimPrefix(strings.TrimSuffix(out.String(), "-1\r\n"), "\ufeff"), "\r\n") {
		if line = strings.TrimPrefix(line, `"`); line != "" && line[0] != '\'' {
			t.Errorf("the line %q begins as a formula does", line)
		}
	}
	if !strings.HasPrefix(out.String(), "\ufeff") || !strings.HasSuffix(out.String(), "\r\n-1\r\n") {
		t.Errorf("wrote %q: want the mark first, and a number left as it is", out.String())
	}
}

func TestAWriterSaysWhatItCannotWrite(t *testing.T) {
	if _, err := sheet.NewWriter(io.Discard, sheet.JSONL, nil); err == nil {
		t.Error("it writes a format that it does not know")
	}
	w, err := sheet.NewWriter(io.Discard, sheet.XLSX, []string{"a"})
	if err != nil {
		t.Fatal(err)
	}
	if w.Row(struct{}{}) == nil || w.Row(1, 2) == nil {
		t.Error("it writes a cell of no kind, or beyond the headings")
	}
	long := strings.Repeat("长", 40_000)
	if err := errors.Join(w.Row(long), w.Close()); err != nil {
		t.Errorf("a text too long for a cell: %v", err)
	}
}
