// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package sheet_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/platform/sheet"
)

const (
	many    = 100_000
	columns = 15
	ceiling = 150 << 20 // bytes that a table of any size may take
)

// produce writes a table of so many rows, as wide as an export of matters.
func produce(tb testing.TB, w io.Writer, format sheet.Format, rows int) {
	tb.Helper()
	headings := make([]string, columns)
	for i := range headings {
		headings[i] = fmt.Sprintf("列 %d", i+1)
	}
	out, err := sheet.NewWriter(w, format, headings)
	if err != nil {
		tb.Fatal(err)
	}
	at := time.Date(2026, 1, 1, 8, 0, 0, 0, time.UTC)
	for i := range rows {
		number := fmt.Sprintf("20260918-%07d", i)
		err := out.Row(number, at.Add(time.Duration(i)*time.Minute), sheet.Date(at), i, "市政设施 井盖缺失", "村口的井盖不见了，晚上很危险，请尽快派人处理 "+number,
			"海通乡甘称湾村", "人民路 12 号", 115.0853, 35.7011, "测试维护所", "已派遣", at, sheet.Percent(0.5), true)
		if err != nil {
			tb.Fatal(err)
		}
	}
	if err := out.Close(); err != nil {
		tb.Fatal(err)
	}
}

// peak returns the most memory that the heap held while do ran, sampled.
func peak(do func()) uint64 {
	runtime.GC()
	stop, answer := make(chan struct{}), make(chan uint64)
	go func() {
		var most uint64
		var m runtime.MemStats
		for {
			runtime.ReadMemStats(&m)
			most = max(most, m.HeapInuse)
			select {
			case <-stop:
				answer <- most
				return
			case <-time.After(2 * time.Millisecond):
			}
		}
	}()
	do()
	close(stop)
	return <-answer
}

func BenchmarkExport(b *testing.B) {
	for _, format := range []sheet.Format{sheet.XLSX, sheet.CSV} {
		b.Run(string(format), func(b *testing.B) {
			for b.Loop() {
				most := peak(func() { produce(b, io.Discard, format, many) })
				b.ReportMetric(float64(most)/(1<<20), "peak-MB")
			}
		})
	}
}

func BenchmarkImport(b *testing.B) {
	for _, format := range []sheet.Format{sheet.XLSX, sheet.CSV} {
		b.Run(string(format), func(b *testing.B) {
			file := filepath.Join(b.TempDir(), "table")
			saved(b, file, format, many)
			for b.Loop() {
				most := peak(func() {
					if n, err := count(b, file, sheet.Limits{}); n != many || err != nil {
						b.Fatalf("read %d rows, %v", n, err)
					}
				})
				b.ReportMetric(float64(most)/(1<<20), "peak-MB")
			}
		})
	}
}

func saved(tb testing.TB, file string, format sheet.Format, rows int) {
	tb.Helper()
	f, err := os.Create(file)
	if err != nil {
		tb.Fatal(err)
	}
	w := bufio.NewWriter(f)
	produce(tb, w, format, rows)
	if err := errors.Join(w.Flush(), f.Close()); err != nil {
		tb.Fatal(err)
	}
}

// count reads a file to its end and counts the rows.
func count(tb testing.TB, file string, limits sheet.Limits) (int, error) {
	tb.Helper()
	f, err := os.Open(file)
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		tb.Fatal(err)
	}
	r, err := sheet.Open(f, info.Size(), limits)
	if err != nil {
		return 0, err
	}
	for n := 0; ; n++ {
		_, err := r.Next()
		if errors.Is(err, io.EOF) {
			return n, nil
		}
		if err != nil {
			return n, err
		}
	}
}

// TestAMillionRowsDoNotFillMemory writes a workbook of a million rows and reads
// it up to a limit, and up to a higher one: neither takes more memory than a table
// of any size may.
func TestAMillionRowsDoNotFillMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes seconds")
	}
	const rows = 1_000_000
	file := filepath.Join(t.TempDir(), "million.xlsx")
	f, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	most := peak(func() {
		w, err := sheet.NewWriter(f, sheet.XLSX, []string{"编号", "内容"})
		for i := range rows {
			err = errors.Join(err, w.Row(i, "井盖不见了"))
		}
		if err := errors.Join(err, w.Close(), f.Close()); err != nil {
			t.Fatal(err)
		}
	})
	if most > ceiling {
		t.Errorf("writing held %d MB", most>>20)
	}
	most = peak(func() {
		for _, limit := range []int{sheet.Usual().Rows, 2 * sheet.Usual().Rows} {
			n, err := count(t, file, sheet.Limits{Rows: limit})
			if f, ok := fault.As(err); !ok || f.Key != "sheet.many_rows" || n != limit {
				t.Errorf("with a limit of %d it stopped after %d rows, %v", limit, n, err)
			}
		}
	})
	if most > ceiling {
		t.Errorf("reading held %d MB", most>>20)
	}
}

// TestABombIsDefused reads small files that unpack to very much.
func TestABombIsDefused(t *testing.T) {
	texts := `<sst>` + strings.Repeat(`<si><t>`+strings.Repeat("长", 300_000)+`</t></si>`, 90) + `</sst>`
	entries := make([]part, 5000)
	for i := range entries {
		entries[i].name = fmt.Sprintf("xl/%d.xml", i)
	}
	for _, tt := range []struct {
		name string
		text string
	}{
		{"texts that cells share", archive(t,
			part{"xl/workbook.xml", `<workbook><sheet name="a" r:id="r1"/></workbook>`},
			part{"xl/_rels/workbook.xml.rels", `<R><Relationship Id="r1" Type="x/worksheet" Target="s.xml"/><Relationship Id="r2" Type="x/sharedStrings" Target="t.xml"/></R>`},
			part{"xl/s.xml", `<worksheet/>`}, part{"xl/t.xml", texts})},
		{"very many parts", archive(t, entries...)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var err error
			most := peak(func() { _, err = sheet.Open(strings.NewReader(tt.text), int64(len(tt.text)), sheet.Limits{}) })
			if f, ok := fault.As(err); !ok || f.Key != "sheet.inflated" {
				t.Errorf("got %v", err)
			}
			if most > ceiling+uint64(len(texts)) {
				t.Errorf("it held %d MB", most>>20)
			}
		})
	}
}
