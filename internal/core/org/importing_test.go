// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package org_test

import (
	"fmt"
	"strings"
	"testing"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/form"
	"pavilion/internal/base/geo"
	"pavilion/internal/core/org"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/db/dbtest"
)

const areaHeader = "code,name,kind,parent_code\n"

// said writes an import's problems as "line key" for comparison.
func said(r org.Imported) string {
	var out []string
	for _, p := range r.Problems {
		out = append(out, fmt.Sprint(p.Line, " ", p.Key))
	}
	return strings.Join(out, "; ")
}

// TestEveryBadLineIsListed imports one file with all that can be wrong in a
// line: nothing is written, and each line is named as an editor counts it.
func TestEveryBadLineIsListed(t *testing.T) {
	bad := areaHeader + strings.Join([]string{
		"1,东镇,township,",
		"",
		"2,一村,village,9",
		"3,,village,1",
		"4,二村,planet,1",
		"5,三村,village",
		"6,三\"村,village,1",
		"7,\"三",
		"村\",village,1",
		"1,西镇,township,",
		",无码村,village,1",
		"8\x00,八村,village,1",
		strings.Repeat("9", 41) + ",九村,village,1",
		"10,十村,village,1,more",
	}, "\n")
	want := "4 org.import_parent; 5 org.name_length; 6 org.kind_unknown; 7 org.import_columns; 8 org.import_quotes; " +
		"9 form.control_characters; 11 org.import_twice; 12 org.import_no_code; 13 form.control_characters; 14 org.code_length; 15 org.import_columns"
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, root := rooted(t, d)
		version := s.Version(realm)
		got, err := s.ImportAreas(t.Context(), realm, strings.NewReader(bad), "test")
		if f, ok := fault.As(err); !ok || f.Key != "org.import_rejected" || f.Params["count"] != "11" {
			t.Errorf("it gave %v", err)
		}
		if said(got) != want {
			t.Errorf("the problems are\n%s, want\n%s", said(got), want)
		}
		if got.Read != 12 || got.Rejected != 11 || got.Created != 0 || got.Existing != 0 {
			t.Errorf("the report is %+v", got)
		}
		if err := s.Load(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n := len(s.Children(realm, root.ID)); n != 0 || s.Version(realm) != version {
			t.Errorf("%d areas were made of a rejected file, at version %d", n, s.Version(realm))
		}
	})
}

func TestAnImportTwiceChangesNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, root := rooted(t, d)
		areas := "\ufeffcode,name,kind,parent_code,remark\r\n1,东镇,township,,\r\n2,一村,village,1,\"所在地, 镇区\"\r\n3,二村,village,1,\r\n"
		bodies := "name,kind,area_code\n维护所,UTIL,\n一村村委会,COMM,2\n"
		shapes := `{"type":"FeatureCollection","features":[
			{"properties":{"code":2},"geometry":{"type":"Polygon","coordinates":[[[115,35],[116,35],[116,36],[115,35]]]}},
			{"properties":{"name":"二村"},"geometry":{"type":"Polygon","coordinates":[[[117,35],[118,35],[118,36],[117,35]]]}}]}`
		for i, want := range []string{"3 0, 2 0, 2 0", "0 3, 0 2, 0 2"} {
			a, err := s.ImportAreas(t.Context(), realm, strings.NewReader(areas), "test")
			if err != nil {
				t.Fatal(err, a)
			}
			b, err := s.ImportBodies(t.Context(), realm, strings.NewReader(bodies), "test")
			if err != nil {
				t.Fatal(err, b)
			}
			c, err := s.ImportShapes(t.Context(), realm, strings.NewReader(shapes), "test")
			if err != nil {
				t.Fatal(err, c)
			}
			if got := fmt.Sprintf("%d %d, %d %d, %d %d", a.Created, a.Existing, b.Created, b.Existing, c.Created, c.Existing); got != want {
				t.Errorf("time %d: created and existing are %s, want %s", i+1, got, want)
			}
		}
		for lon, name := range map[float64]string{115.8: "一村", 117.8: "二村"} {
			if a, ok := s.Locate(realm, geo.Point{Lon: lon, Lat: 35.3}); !ok || a.Name != name || a.Synthetic || a.Revision != 2 {
				t.Errorf("longitude %v lies in %+v, want %s", lon, a, name)
			}
		}
		if list := s.Bodies(realm); len(list) != 2 || list[1].Area != root.ID {
			t.Errorf("the bodies are %+v", list)
		}
	})
}

func TestBadFeaturesAreListed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, root := rooted(t, d)
		for range 2 {
			if _, err := s.AddArea(t.Context(), org.NewArea{Realm: realm, Parent: root.ID, Kind: org.Village, Name: "同名村", By: "test"}); err != nil {
				t.Fatal(err)
			}
		}
		a, err := s.AddArea(t.Context(), org.NewArea{Realm: realm, Parent: root.ID, Kind: org.Village, Name: "一村", Code: "1", By: "test"})
		if err != nil {
			t.Fatal(err)
		}
		triangle := `"geometry":{"type":"Polygon","coordinates":[[[115,35],[116,35],[116,36],[115,35]]]}}`
		text := `{"type":"FeatureCollection","features":[` + strings.Join([]string{
			`{"properties":{"code":"1"},` + triangle,
			`{"properties":{"code":"a\u0000"},` + triangle,
			`{"properties":{"code":"2"},` + triangle,
			`{"properties":null,` + triangle,
			`{"properties":{"name":"同名村"},` + triangle,
			`{"properties":{"name":"哪里"},` + triangle,
			`{"properties":{"code":["1"]},` + triangle,
			`{"properties":{"code":"1"},"geometry":null}`,
			`{"properties":{"code":"1"},"geometry":{"type":"Point","coordinates":[115,35]}}`,
			`{"properties":{"code":"1"},"geometry":{"type":"Polygon","coordinates":[[[35,115],[35,116],[36,116],[35,115]]]}}`,
			`{"properties":{"code":"1"},"geometry":{"type":"Polygon","coordinates":[[[115,35],[116,35],[116,36],[115,36]]]}}`,
			`{"properties":{"code":1},` + triangle,
			`7`,
		}, ",") + `]}`
		want := "2 form.control_characters; 3 org.import_code; 4 org.import_no_code; 5 org.import_name_twice; 6 org.import_name; " +
			"7 org.import_unreadable; 8 geo.not_a_polygon; 9 geo.not_a_polygon; 10 geo.swapped; 11 geo.ring_open; 12 org.import_twice; 13 org.import_unreadable"
		got, err := s.ImportShapes(t.Context(), realm, strings.NewReader(text), "test")
		if fault.KindOf(err) != fault.Invalid || got.Read != 13 || got.Rejected != 12 || got.Created != 0 {
			t.Errorf("it gave %+v, %v", got, err)
		}
		if said(got) != want {
			t.Errorf("the problems are\n%s, want\n%s", said(got), want)
		}
		if now, _ := s.Area(realm, a.ID); len(now.Shape) != 0 || now.Revision != 1 {
			t.Errorf("a rejected file made %+v", now)
		}
	})
}

func TestBadBodiesAreListed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, _ := rooted(t, d)
		text := "name,kind,area_code\n维护所,UTIL,\n维护所,URBAN,\n,UTIL,\n中队,,\n站,ENV,9\n"
		got, err := s.ImportBodies(t.Context(), realm, strings.NewReader(text), "test")
		want := "3 org.import_twice; 4 org.name_length; 5 org.body_kind; 6 org.import_parent"
		if fault.KindOf(err) != fault.Invalid || said(got) != want || len(s.Bodies(realm)) != 0 {
			t.Errorf("it gave %s and %v, want %s", said(got), err, want)
		}
	})
}

func TestFilesThatAreNoTables(t *testing.T) {
	s, _ := rooted(t, dbtest.SQLite(t))
	for text, want := range map[string]string{
		"":                                "org.import_header",
		"name,code\n":                     "org.import_header",
		"a,b,c,d\n":                       "org.import_header",
		areaHeader + "1,\"x\n":            "org.import_rejected",
		"code,name\n1,\xb6\xab\xd5\xf2\n": "org.import_not_utf8",
	} {
		got, err := s.ImportAreas(t.Context(), realm, strings.NewReader(text), "test")
		if f, ok := fault.As(err); !ok || f.Key != want || got.Problems == nil {
			t.Errorf("%q gave %+v, %v, want %s", text, got, err, want)
		}
	}
	for text, want := range map[string]string{
		"":             "org.import_not_features",
		"[]":           "org.import_not_features",
		`{"type":"x"}`: "org.import_not_features",
		`{"type":"FeatureCollection","features":[]} more`: "org.import_not_features",
		"\xb6\xab": "org.import_not_utf8",
	} {
		_, err := s.ImportShapes(t.Context(), realm, strings.NewReader(text), "test")
		if f, ok := fault.As(err); !ok || f.Key != want {
			t.Errorf("%q gave %v, want %s", text, err, want)
		}
	}
	got, err := s.ImportAreas(t.Context(), "nowhere", strings.NewReader(areaHeader), "test")
	if fault.KindOf(err) != fault.Missing || got.Problems == nil {
		t.Errorf("no realm gave %+v, %v", got, err)
	}
}

// sane checks what holds of every import, whatever was in the file.
func sane(t *testing.T, s *org.Service, got org.Imported, err error) {
	t.Helper()
	if err != nil && (fault.KindOf(err) != fault.Invalid || got.Created != 0) {
		t.Fatalf("%+v, %v", got, err)
	}
	if err == nil && got.Read != got.Created+got.Existing || got.Rejected != len(got.Problems) {
		t.Fatalf("the report does not add up: %+v", got)
	}
	for _, a := range s.Areas(realm) {
		if clean, err := form.CleanText(a.Code+a.Name, false); err != nil || clean != a.Code+a.Name {
			t.Fatalf("it made %+v", a)
		}
	}
}

func FuzzImportAreas(f *testing.F) {
	f.Add(areaHeader + "1,东镇,township,\n2,一村,village,1\n")
	f.Add("\ufeff" + areaHeader + "1,\"东\n镇\",township\n\x00,,,\n")
	s, _ := rooted(f, dbtest.SQLite(f))
	f.Fuzz(func(t *testing.T, text string) {
		got, err := s.ImportAreas(t.Context(), realm, strings.NewReader(text), "test")
		sane(t, s, got, err)
	})
}

func FuzzImportBodies(f *testing.F) {
	f.Add("name,kind,area_code\n维护所,UTIL,\n")
	s, _ := rooted(f, dbtest.SQLite(f))
	f.Fuzz(func(t *testing.T, text string) {
		got, err := s.ImportBodies(t.Context(), realm, strings.NewReader(text), "test")
		sane(t, s, got, err)
	})
}

func FuzzImportShapes(f *testing.F) {
	f.Add(`{"type":"FeatureCollection","features":[]}`)
	f.Add(`{"type":"FeatureCollection","features":[{"properties":{"name":"测试县","code":1e9},"geometry":{"type":"Polygon","coordinates":[[[115,35],[116,35],[116,36],[115,35]]]}}]}`)
	d := dbtest.SQLite(f)
	s, _ := rooted(f, d)
	f.Fuzz(func(t *testing.T, text string) {
		got, err := s.ImportShapes(t.Context(), realm, strings.NewReader(text), "test")
		sane(t, s, got, err)
		if err := service(t, d).Load(t.Context()); err != nil {
			t.Fatalf("what was imported cannot be read: %v", err)
		}
	})
}
