// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package picture_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"pavilion/internal/civic/matter/picture"
)

func TestBoxesAsTheyAreTyped(t *testing.T) {
	for _, c := range []struct {
		lines string
		want  []picture.Box
		key   string
	}{
		{"", nil, ""}, {" \r\n\n", nil, ""},
		{"12.5 30 20 15", []picture.Box{{Left: 125, Top: 300, Width: 200, Height: 150}}, ""},
		{"0,0,100,100", []picture.Box{{Width: 1000, Height: 1000}}, ""},
		{"10%，20%，5%，5%\r\n\r\n0 0 0.1 0.1\n", []picture.Box{{Left: 100, Top: 200, Width: 50, Height: 50}, {Width: 1, Height: 1}}, ""},
		{"10 20 5", nil, "picture.not_a_box"}, {"10 20 5 5 5", nil, "picture.not_a_box"}, {"a b c d", nil, "picture.not_a_box"},
		{"-1 0 5 5", nil, "picture.not_a_box"}, {"1e1 0 5 5", nil, "picture.not_a_box"}, {"1.25 0 5 5", nil, "picture.not_a_box"},
		{"NaN 0 5 5", nil, "picture.not_a_box"}, {"1000 0 5 5", nil, "picture.not_a_box"}, {"９ 0 5 5", nil, "picture.not_a_box"},
		{"100.1 0 5 5", nil, "picture.not_a_box"}, {"9999999999999999999999 0 1 1", nil, "picture.not_a_box"}, {". 0 1 1", nil, "picture.not_a_box"},
		{"\x00 0 5 5", nil, "picture.not_a_box"}, {"<b> 0 5 5", nil, "picture.not_a_box"},
		{"90 0 20 5", nil, "picture.outside"}, {"0 0 0 5", nil, "picture.outside"}, {"5 5 5 5\n0 100 1 1", nil, "picture.outside"},
		{strings.Repeat("1 1 1 1\n", picture.MaxBoxes+1), nil, "picture.too_many_boxes"}, {strings.Repeat("1 1 1 1\n", 100_000), nil, "picture.too_many_boxes"},
	} {
		got, err := picture.Read(c.lines)
		if key(err) != c.key || !slices.Equal(got, c.want) {
			t.Errorf("%.30q gave %v, %v; want %v, %q", c.lines, got, err, c.want, c.key)
		}
	}
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		var boxes []picture.Box
		for range rapid.IntRange(0, picture.MaxBoxes).Draw(r, "n") {
			left, top := rapid.IntRange(0, 999).Draw(r, "left"), rapid.IntRange(0, 999).Draw(r, "top")
			boxes = append(boxes, picture.Box{Left: left, Top: top, Width: rapid.IntRange(1, 1000-left).Draw(r, "w"), Height: rapid.IntRange(1, 1000-top).Draw(r, "h")})
		}
		if got, err := picture.Read(picture.Write(boxes)); err != nil || !slices.Equal(got, boxes) {
			r.Fatalf("%v became %v, %v", boxes, got, err)
		}
	})
}

// Whatever cells are chosen, the boxes hide all of them, and no cell that does not
// touch one.
func TestCellsBecomeBoxes(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		chosen := map[int]bool{}
		var sent []string
		for range rapid.IntRange(0, 60).Draw(r, "n") {
			c := rapid.IntRange(0, picture.Rows*picture.Columns-1).Draw(r, "cell")
			chosen[c] = true
			sent = append(sent, strconv.Itoa(c))
		}
		boxes, err := picture.Cells(sent)
		if err != nil {
			r.Fatal(err)
		}
		for c := range picture.Rows * picture.Columns {
			x, y := (2*(c%picture.Columns)+1)*1000/(2*picture.Columns), (2*(c/picture.Columns)+1)*1000/(2*picture.Rows)
			hidden := slices.ContainsFunc(boxes, func(b picture.Box) bool {
				return b.Left <= x && x < b.Left+b.Width && b.Top <= y && y < b.Top+b.Height
			})
			if hidden != chosen[c] {
				r.Fatalf("cell %d is hidden: %v; chosen: %v; boxes %v", c, hidden, chosen[c], boxes)
			}
		}
		for _, b := range boxes {
			if !b.Inside() {
				r.Fatalf("%v is not inside", b)
			}
		}
	})
	for _, bad := range []string{"-1", "144", "x", "", "1e3", "99999999999999999999"} {
		if _, err := picture.Cells([]string{bad}); key(err) != "form.not_a_choice" {
			t.Errorf("cell %q gave %v", bad, err)
		}
	}
	whole := make([]string, 0, picture.Rows*picture.Columns)
	for i := range picture.Rows * picture.Columns {
		whole = append(whole, strconv.Itoa(i))
	}
	if boxes, err := picture.Cells(whole); err != nil || !slices.Equal(boxes, []picture.Box{{Width: 1000, Height: 1000}}) {
		t.Errorf("all cells are %v, %v", boxes, err)
	}
}

func TestBoxesOutsideThePicture(t *testing.T) {
	for _, c := range []struct {
		box    picture.Box
		inside bool
	}{
		{picture.Box{Width: 1000, Height: 1000}, true}, {picture.Box{Left: 999, Top: 999, Width: 1, Height: 1}, true},
		{picture.Box{}, false}, {picture.Box{Width: 10}, false}, {picture.Box{Height: 10}, false}, {picture.Box{Left: -1, Width: 10, Height: 10}, false},
		{picture.Box{Left: 991, Width: 10, Height: 10}, false}, {picture.Box{Top: 1000, Width: 1, Height: 1}, false},
		{picture.Box{Left: 1 << 62, Top: 0, Width: 1 << 62, Height: 1}, false}, {picture.Box{Width: -5, Height: 5}, false},
	} {
		if got := c.box.Inside(); got != c.inside {
			t.Errorf("%+v is inside: %v, want %v", c.box, got, c.inside)
		}
	}
}
