// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package form

import (
	"maps"
	"strings"
	"testing"

	"pavilion/internal/base/fault"
)

func TestRead(t *testing.T) {
	d := &Definition{Name: "f", Fields: []Field{
		{Name: "text", Kind: LongText, Required: true, Min: 2},
		{Name: "title", Kind: Text, Max: 5},
		{Name: "rating", Kind: Rating, Min: 1, Max: 5},
		{Name: "day", Kind: Date},
		{Name: "phone", Kind: Phone},
		{Name: "mail", Kind: Mail},
		{Name: "most", Kind: Number, Max: 3},
		{Name: "least", Kind: Number, Min: 2},
		{Name: "way", Kind: Choice, Choices: []string{"a", "b"}},
	}}
	for _, tt := range []struct{ name, field, value, fault string }{
		{"nothing where something is required", "text", "  ", "form.required"},
		{"a letter where two are the least", "text", "一", "form.too_short"},
		{"a hundred thousand characters", "text", strings.Repeat("长", 100_000), "form.too_long"},
		{"a control character", "text", "bell\a rings", "form.control_characters"},
		{"a turned direction of writing", "text", "abc\u202edcba", "form.control_characters"},
		{"bytes that are no text", "text", "\xff\xfe", "form.not_utf8"},
		{"a line end in a line", "title", "a\nb", "form.control_characters"},
		{"six where five are the most", "title", "一二三四五六", "form.too_long"},
		{"a rating of six", "rating", "6", "form.out_of_range"},
		{"a rating with a fraction", "rating", "4.5", "form.not_a_number"},
		{"less than the least where there is no most", "least", "1", "form.too_small"},
		{"less than nothing", "most", "-1", "form.out_of_range"},
		{"more than the most", "most", "3.01", "form.out_of_range"},
		{"a number as programmers write it", "most", "0x1p1", "form.not_a_number"},
		{"a number with an underscore", "most", "1_0", "form.not_a_number"},
		{"a number beyond all numbers", "least", strings.Repeat("9", 400), "form.not_a_number"},
		{"infinity", "least", "Inf", "form.not_a_number"},
		{"a separator of lines in a line", "title", "a\u2028b", "form.control_characters"},
		{"an Arabic mark of direction", "title", "a\u061cb", "form.control_characters"},
		{"a rating that is no number", "rating", "NaN", "form.not_a_number"},
		{"a day that is none", "day", "2026-02-30", "form.not_a_date"},
		{"a phone with letters", "phone", "call me", "form.not_a_phone"},
		{"a mail address with a line of headers", "mail", "a@b.c\nBcc: x@y.z", "form.control_characters"},
		{"a mail address without a domain", "mail", "a@b", "form.not_a_mail"},
		{"a choice that was not offered", "way", "c", "form.not_a_choice"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			values := map[string][]string{"text": {"井盖不见了"}}
			values[tt.field] = []string{tt.value}
			_, err := d.Read(values)
			f, ok := fault.As(err)
			if !ok || f.Key != tt.fault || f.Field != tt.field || f.Kind != fault.Invalid {
				t.Errorf("got %v, want %s at %s", err, tt.fault, tt.field)
			}
		})
	}
	got, err := d.Read(map[string][]string{
		"text": {" 第一行\r\n第二行\u200b "}, "phone": {"138-0000 0000"}, "rating": {"5"}, "else": {"ignored"},
	})
	if err != nil || got["text"] != "第一行\n第二行" || got["phone"] != "13800000000" || got["rating"] != "5" || len(got) != 3 {
		t.Errorf("a good form is read as %q, %v", got, err)
	}
}

func TestWhatIsKeptHasOneForm(t *testing.T) {
	for _, tt := range []struct {
		kind        Kind
		given, want string
	}{
		{Number, "+05.50", "5.5"}, {Number, "-0", "0"}, {Rating, "5.0", "5"}, {Phone, "\uff080393\uff09 1234567", "03931234567"},
		{Text, "e\u0301", "\u00e9"}, {LongText, "a\u2029b\rc", "a\nb\nc"}, {Date, "2024-02-29", "2024-02-29"},
	} {
		d := &Definition{Name: "f", Fields: []Field{{Name: "x", Kind: tt.kind}}}
		if got, err := d.Read(map[string][]string{"x": {tt.given}}); err != nil || got["x"] != tt.want {
			t.Errorf("%s %q is kept as %q, %v; want %q", tt.kind, tt.given, got["x"], err, tt.want)
		}
	}
}

func TestEveryFieldAtFaultIsNamed(t *testing.T) {
	d := &Definition{Name: "f", Fields: []Field{{Name: "a", Kind: Text, Required: true}, {Name: "b", Kind: Number, Required: true}}}
	_, err := d.Read(nil)
	f, _ := fault.As(err)
	if f == nil || f.Field != "a" || len(f.More) != 1 || f.More[0].Field != "b" {
		t.Errorf("got %v, want faults at a and b", err)
	}
}

func TestLint(t *testing.T) {
	d := &Definition{Name: "", Fields: []Field{
		{Name: "a", Kind: Text}, {Name: "a", Kind: Text}, {Name: "b", Kind: "colour"},
		{Name: "c", Kind: Number, Min: 3, Max: 2}, {Name: "d", Kind: Rating},
	}}
	if got := d.Lint(); len(got) != 5 {
		t.Errorf("Lint found %q, want five problems", got)
	}
}

func FuzzRead(f *testing.F) {
	d := &Definition{Name: "f", Fields: []Field{
		{Name: "text", Kind: LongText, Max: 50}, {Name: "phone", Kind: Phone}, {Name: "rating", Kind: Rating, Min: 1, Max: 5},
		{Name: "number", Kind: Number, Max: 1000},
	}}
	f.Add("井盖", "13800000000", "5", "2.50")
	f.Fuzz(func(t *testing.T, text, phone, rating, number string) {
		got, err := d.Read(map[string][]string{"text": {text}, "phone": {phone}, "rating": {rating}, "number": {number}})
		if err != nil {
			if fault.KindOf(err) != fault.Invalid {
				t.Fatalf("bad input is %v", err)
			}
			return
		}
		sent := map[string][]string{}
		for name, answer := range got {
			sent[name] = []string{answer}
		}
		again, err := d.Read(sent)
		if err != nil || !maps.Equal(again, got) {
			t.Fatalf("clean answers are not read as they are: %q then %q, %v", got, again, err)
		}
		if len([]rune(got["text"])) > 50 || strings.ContainsAny(got["text"], "\x00\a\u202e") {
			t.Fatalf("%q was let through", got["text"])
		}
	})
}
