// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webkit_test

import (
	"encoding/json"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"pavilion/web"
)

func TestBuiltFilesStaySmall(t *testing.T) {
	var manifest map[string]struct{ File string }
	data, err := fs.ReadFile(web.Files, "dist/manifest.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &manifest); err != nil {
		t.Fatal(err)
	}
	for name, limit := range map[string]int{"main.css": 22 << 10, "desk.css": 8 << 10, "main.js": 12 << 10, "map.js": 6 << 10, "cover.js": 6 << 10, "cover.css": 3 << 10} {
		data, err := fs.ReadFile(web.Files, manifest[name].File)
		if err != nil {
			t.Fatal(err)
		}
		if len(data) > limit {
			t.Errorf("%s has %d bytes, more than %d", name, len(data), limit)
		}
	}
}

// pairs are the colours that meet: the one in front, those behind it, and the
// contrast WCAG 2.2 wants of them (1.4.3 for text, 1.4.11 for controls).
var pairs = []struct {
	front  string
	behind string
	least  float64
}{
	{"ink", "paper wash grey-wash link-wash", 7},
	{"soft", "paper wash link-wash", 4.5},
	{"link", "paper wash link-wash", 4.5},
	{"on-cinnabar", "cinnabar cinnabar-deep", 4.5},
	{"green", "paper wash link-wash green-wash", 4.5},
	{"amber", "paper wash link-wash amber-wash", 4.5},
	{"red", "paper wash link-wash red-wash", 4.5},
	{"grey", "paper wash link-wash", 4.5},
	{"soft", "grey-wash", 4.5},
	{"ink", "red-wash amber-wash green-wash", 4.5},
	{"edge", "paper wash", 3},
	{"focus", "paper wash link-wash", 3},
	{"mark", "paper wash", 3},
}

var property = regexp.MustCompile(`--([a-z0-9-]+): (#[0-9a-f]{6});`)

func TestColoursCanBeReadInBothSchemes(t *testing.T) {
	light := map[string]string{}
	sheet, err := readStyles()
	if err != nil {
		t.Fatal(err)
	}
	bright, dim, ok := strings.Cut(sheet, "prefers-color-scheme: dark")
	if !ok {
		t.Fatal("there is no dark scheme")
	}
	for _, m := range property.FindAllStringSubmatch(bright, -1) {
		light[m[1]] = m[2]
	}
	dark := map[string]string{"on-cinnabar": light["on-cinnabar"]}
	for _, m := range property.FindAllStringSubmatch(dim, -1) {
		dark[m[1]] = m[2]
	}
	for name, scheme := range map[string]map[string]string{"light": light, "dark": dark} {
		for _, p := range pairs {
			for behind := range strings.FieldsSeq(p.behind) {
				if got := contrast(t, scheme[p.front], scheme[behind]); got < p.least {
					t.Errorf("%s: %s on %s has %.2f, wants %.1f", name, p.front, behind, got, p.least)
				}
			}
		}
	}
}

// contrast is WCAG's ratio of two colours.
func contrast(t *testing.T, a, b string) float64 {
	x, y := luminance(t, a), luminance(t, b)
	return (max(x, y) + .05) / (min(x, y) + .05)
}

func luminance(t *testing.T, colour string) float64 {
	if len(colour) != 7 {
		t.Fatalf("no colour %q", colour)
	}
	sum := 0.0
	for i, weight := range []float64{.2126, .7152, .0722} {
		n, err := strconv.ParseUint(colour[1+2*i:3+2*i], 16, 8)
		if err != nil {
			t.Fatal(err)
		}
		c := float64(n) / 255
		if c <= .04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+.055)/1.055, 2.4)
		}
		sum += weight * c
	}
	return sum
}

// readStyles returns the tokens as they are written, before they are bundled.
func readStyles() (string, error) {
	data, err := os.ReadFile(filepath.Join("..", "..", "..", "..", "web", "styles", "tokens.css"))
	return string(data), err
}
