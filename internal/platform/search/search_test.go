// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package search_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/page"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/db/dbtest"
	"pavilion/internal/platform/search"
)

var texts = map[string]string{
	"路灯":  "人民路路灯不亮，晚上看不清",
	"井盖":  "阳光小区３号楼前井盖缺失",
	"繁体":  "臺灣街道垃圾無人清運",
	"英文":  "Street LAMP-42 is broken near Café Müller",
	"混排":  "A市3区的B2出口积水",
	"末字":  "污水流到了本市",
	"单独":  "水",
	"引号":  `it's "quoted" \back: (a & b) | !c <-> d:*`,
	"长串":  strings.Repeat("a", 5000) + " " + strings.Repeat("水管", 20000),
	"空的":  " ，。！",
	"日文":  "カラオケの騒音",
	"扩展区": "𠮷野家油烟",
}

func put(t testing.TB, d *db.DB, docs ...search.Doc) {
	t.Helper()
	err := d.InTx(t.Context(), func(tx *db.Tx) error { return search.Put(t.Context(), tx, docs...) })
	if err != nil {
		t.Fatal(err)
	}
}

func find(t testing.TB, d *db.DB, q search.Question) (hits []search.Hit, err error) {
	t.Helper()
	q.Realm = "r"
	err = d.View(t.Context(), func(tx *db.Tx) error {
		hits, err = search.Find(t.Context(), tx, q)
		return err
	})
	return hits, err
}

func refs(hits []search.Hit) string {
	var out []string
	for _, h := range hits {
		out = append(out, h.Ref)
	}
	return strings.Join(out, " ")
}

func TestWordsAreFound(t *testing.T) {
	cases := []struct{ ask, want string }{
		{"路灯", "路灯"}, {"路燈", "路灯"}, {"人民路", "路灯"}, {"人民 不亮", "路灯"}, {"民人", ""},
		{"井盖", "井盖"}, {"井蓋", "井盖"}, {"3号楼", "井盖"}, {"３號", "井盖"}, {"小区3", "井盖"}, {"小区3号", "井盖"}, {"区4号", ""},
		{"台湾", "繁体"}, {"臺灣街道", "繁体"}, {"无人清运", "繁体"},
		{"lamp", "英文"}, {"Ｌａｍ", "英文"}, {"lamp-42", "英文"}, {"broken street", "英文"}, {"amp", ""}, {"cafe\u0301", "英文"}, {"müll", "英文"},
		{"A市3区", "混排"}, {"a市", "混排"}, {"b2出口", "混排"}, {"3区", "混排"}, {"A区", ""},
		{"本市", "末字"}, {"市", "末字 混排"}, {"灯", "路灯"}, {"水 流", "末字"}, {"水", "水管 单独 末字 混排"},
		{"quoted", "引号"}, {"it's", "引号"}, {"d:*", "引号"}, {`\back`, "引号"}, {"a & c", "引号"},
		{strings.Repeat("a", 6000), "长串"}, {"カラ", "日文"}, {"𠮷野", "扩展区"}, {"野", "扩展区"},
		{"没有这个", ""}, {"路灯 井盖", ""},
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		for ref, text := range texts {
			put(t, d, search.Doc{Realm: "r", Kind: "k", Ref: ref, Text: text})
		}
		put(t, d, search.Doc{Realm: "other", Kind: "k", Ref: "x", Text: "路灯井盖台湾"}, search.Doc{Realm: "r", Kind: "l", Ref: "y", Text: "路灯"})
		for _, c := range cases {
			hits, err := find(t, d, search.Question{Kind: "k", Text: c.ask})
			got := strings.Fields(refs(hits))
			want := strings.Fields(strings.ReplaceAll(c.want, "水管", "长串"))
			slices.Sort(got)
			slices.Sort(want)
			if err != nil || !slices.Equal(got, want) {
				t.Errorf("%.20q finds %q (%v), want %q", c.ask, got, err, want)
			}
		}
	})
}

func TestNothingToAskIsSaid(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		for _, text := range []string{"", "  ", "，。！", `"*' & | ! ( ) :`, "\x00\xff", "<->"} {
			_, err := find(t, d, search.Question{Text: text})
			if f, _ := fault.As(err); f == nil || f.Kind != fault.Invalid || f.Key != "search.empty" || f.Field != "q" {
				t.Errorf("%q gave %v, want search.empty at q", text, err)
			}
		}
	})
}

func TestOperatorsAreHarmless(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		put(t, d, search.Doc{Realm: "r", Kind: "k", Ref: "1", Text: `or and not near 路灯 x'y"z`})
		for _, op := range []string{`"`, `*`, `'`, `''`, `&`, `|`, `!`, `(`, `)`, `:`, `:*`, `\`, `\'`, `-`, `^`, `+`, `{`, `<->`, `AND`, `OR`, `NOT`, `NEAR(`, "\x00", "\xff", `') --`} {
			for _, text := range []string{op + " 路灯", "路灯 " + op, op + "路灯" + op, "路灯" + op + "x"} {
				if _, err := find(t, d, search.Question{Text: text}); err != nil {
					t.Errorf("%q: %v", text, err)
				}
			}
			put(t, d, search.Doc{Realm: "r", Kind: "k", Ref: "op", Text: op + "灯" + op})
		}
	})
}

func TestPutAgainReplaces(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		first := search.Doc{Realm: "r", Kind: "k", Ref: "1", Text: "路灯不亮", Place: 5, Access: 1}
		put(t, d, first, search.Doc{Realm: "r", Kind: "k", Ref: "2", Text: "路灯"})
		first.Text, first.Place, first.Access = "井盖缺失", 50, 0
		put(t, d, first)
		put(t, d, first)
		for ask, want := range map[string]string{"路灯": "2", "井盖": "1", "缺失": "1", "不亮": ""} {
			hits, err := find(t, d, search.Question{Text: ask, Access: 1})
			if err != nil || refs(hits) != want {
				t.Errorf("%s finds %q (%v), want %q", ask, refs(hits), err, want)
			}
		}
		hits, _ := find(t, d, search.Question{Text: "井盖", Ranges: []search.Range{{50, 51}}})
		if refs(hits) != "1" {
			t.Error("the place and the access were not replaced")
		}
	})
}

func TestPlacesAndAccessLimitWhatIsFound(t *testing.T) {
	cases := []struct {
		ranges []search.Range
		access int
		want   string
	}{
		{nil, 9, "5 4 3 2 1 0"}, {nil, 0, "3 0"}, {nil, 1, "4 3 1 0"},
		{[]search.Range{{10, 30}}, 9, "2 1"}, {[]search.Range{{0, 10}, {50, 60}}, 9, "5 0"},
		{[]search.Range{{10, 30}}, 0, ""}, {[]search.Range{{7, 7}}, 9, ""},
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		for i := range 6 {
			put(t, d, search.Doc{Realm: "r", Kind: "k", Ref: fmt.Sprint(i), Text: "路灯", Place: int64(i) * 10, Access: i % 3})
		}
		for _, c := range cases {
			hits, err := find(t, d, search.Question{Text: "路灯", Ranges: c.ranges, Access: c.access})
			if err != nil || refs(hits) != c.want {
				t.Errorf("%v access %d finds %q (%v), want %q", c.ranges, c.access, refs(hits), err, c.want)
			}
		}
	})
}

func TestPagesShowEachHitOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		for i := range 25 {
			put(t, d, search.Doc{Realm: "r", Kind: "k", Ref: fmt.Sprint(i), Text: "路灯" + fmt.Sprint(i)})
		}
		var before page.Cursor
		var got []string
		for range 3 {
			hits, err := find(t, d, search.Question{Text: "路灯", Before: before, Limit: 10})
			if err != nil {
				t.Fatal(err)
			}
			for _, h := range hits {
				got = append(got, h.Ref)
			}
			before = page.Cursor{At: hits[len(hits)-1].Doc}
			put(t, d, search.Doc{Realm: "r", Kind: "k", Ref: fmt.Sprint("new", len(got)), Text: "路灯"})
		}
		for i, ref := range got {
			if ref != fmt.Sprint(24-i) {
				t.Fatalf("hit %d is %s of %v", i, ref, got)
			}
		}
		if len(got) != 25 {
			t.Errorf("%d hits, want 25", len(got))
		}
	})
}

func TestGrams(t *testing.T) {
	for text, want := range map[string]string{
		"": "", "，": "", "水": "水", "路灯": "路灯 灯", "人民路": "人民 民路 路",
		"Ａ市３区": "a 市 3 区", "臺灣 LAMP": "台湾 湾 lamp", "㈱①": "株 1",
	} {
		if got := strings.Join(search.Grams(text), " "); got != want {
			t.Errorf("the grams of %q are %q, want %q", text, got, want)
		}
	}
}

func FuzzGrams(f *testing.F) {
	for _, text := range texts {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		grams := search.Grams(text)
		if len(grams) > 16383 {
			t.Fatalf("%d grams", len(grams))
		}
		for _, g := range grams {
			if g == "" || len(g) >= 2048 {
				t.Fatalf("a token of %d bytes", len(g))
			}
			for _, r := range g {
				if !unicode.In(r, unicode.L, unicode.N, unicode.M) || unicode.IsUpper(r) && unicode.ToLower(r) != r {
					t.Fatalf("%q in the token %q", r, g)
				}
			}
		}
	})
}

// FuzzFind looks for a text by itself, in both engines.
func FuzzFind(f *testing.F) {
	for _, text := range texts {
		f.Add(text)
	}
	engines := map[string]*db.DB{"sqlite": dbtest.SQLite(f)}
	f.Fuzz(func(t *testing.T, text string) {
		for name, d := range engines {
			put(t, d, search.Doc{Realm: "r", Kind: "k", Ref: "1", Text: text})
			hits, err := find(t, d, search.Question{Text: text})
			if len(search.Grams(text)) == 0 {
				continue
			}
			if err != nil || refs(hits) != "1" {
				t.Fatalf("%s: %q does not find itself: %v", name, text, err)
			}
		}
	})
}

// sentence makes a text of about 60 characters out of words of uneven frequency.
func sentence(r *rand.Rand) string {
	common := []rune("的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经市区路号楼灯水")
	var b strings.Builder
	for range 60 {
		if r.IntN(3) == 0 {
			b.WriteRune(rune(0x4E00 + r.IntN(3000)))
		} else {
			b.WriteRune(common[int(float64(len(common))*r.Float64()*r.Float64())])
		}
	}
	return b.String()
}

func fill(b *testing.B, d *db.DB, n int) {
	r := rand.New(rand.NewPCG(1, 2))
	for at := 0; at < n; at += 1000 {
		err := d.InTx(b.Context(), func(tx *db.Tx) error {
			return search.Put(b.Context(), tx, batch(r, at)...)
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	if d.Engine() == db.Postgres {
		d.InTx(context.Background(), func(tx *db.Tx) error {
			_, err := tx.Exec(context.Background(), `ANALYZE search_doc`)
			return err
		})
	}
}

func batch(r *rand.Rand, at int) []search.Doc {
	docs := make([]search.Doc, 1000)
	for i := range docs {
		text := sentence(r)
		if r.IntN(1000) == 0 {
			text += "井盖缺失"
		}
		docs[i] = search.Doc{Realm: "r", Kind: "k", Ref: fmt.Sprint(at + i), Text: text, Place: r.Int64N(1000)}
	}
	return docs
}

// BenchmarkFind measures the first page of 50 among 200,000 texts.
func BenchmarkFind(b *testing.B) {
	for name, open := range map[string]func(testing.TB) *db.DB{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
		b.Run(name, func(b *testing.B) {
			d := open(b)
			fill(b, d, 200_000)
			for what, q := range map[string]search.Question{
				"common": {Text: "的一"}, "rare": {Text: "井盖"}, "single": {Text: "水"}, "absent": {Text: "镲镳"}, "two": {Text: "井盖 的"},
				"narrow": {Text: "的一", Ranges: []search.Range{{10, 12}}},
			} {
				b.Run(what, func(b *testing.B) {
					for b.Loop() {
						if _, err := find(b, d, q); err != nil {
							b.Fatal(err)
						}
					}
				})
			}
		})
	}
}
