// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package imaging_test

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"pavilion/internal/platform/imaging"
)

// scene is noise, so that every pixel leaves its traces in those around it.
func scene(seed uint64, w, h int) *image.RGBA {
	r := rand.New(rand.NewPCG(seed, 1))
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	for i := range m.Pix {
		m.Pix[i] = byte(r.UintN(256))
		if i%4 == 3 {
			m.Pix[i] = 255
		}
	}
	return m
}

func covered(t testing.TB, sent []byte, boxes ...imaging.Box) imaging.Image {
	t.Helper()
	clean, err := imaging.Clean(t.Context(), sent)
	if err != nil {
		t.Fatal(err)
	}
	out, err := imaging.Cover(t.Context(), clean.Full, boxes)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// What is public is the same, byte by byte, whatever the camera saw in the boxes:
// all the way from the camera's file, whose blocks and whose scaling mix pixels.
func TestWhatIsPublicDoesNotDependOnWhatIsHidden(t *testing.T) {
	n := uint64(0)
	rapid.Check(t, func(r *rapid.T) {
		w, h := rapid.IntRange(40, 300).Draw(r, "width"), rapid.IntRange(40, 160).Draw(r, "height")
		if rapid.IntRange(0, 9).Draw(r, "large") == 0 {
			w = 2700 // larger than what is kept
		}
		var boxes []imaging.Box
		for range rapid.IntRange(1, 3).Draw(r, "boxes") {
			left, top := rapid.IntRange(0, 990).Draw(r, "left"), rapid.IntRange(0, 990).Draw(r, "top")
			boxes = append(boxes, imaging.Box{
				Left: left, Top: top, Width: rapid.IntRange(1, 1000-left).Draw(r, "across"), Height: rapid.IntRange(1, 1000-top).Draw(r, "down"),
			})
		}
		n++
		one, other := scene(n, w, h), scene(n, w, h)
		secret := rand.New(rand.NewPCG(n, 2))
		for _, b := range boxes {
			for y := b.Top * h / 1000; y < ((b.Top+b.Height)*h+999)/1000; y++ {
				for x := b.Left * w / 1000; x < ((b.Left+b.Width)*w+999)/1000; x++ {
					other.SetRGBA(x, y, color.RGBA{byte(secret.UintN(256)), byte(secret.UintN(256)), byte(secret.UintN(256)), 255})
				}
			}
		}
		a, b := covered(t, jpegOf(t, one), boxes...), covered(t, jpegOf(t, other), boxes...)
		if !bytes.Equal(a.Full, b.Full) || !bytes.Equal(a.Thumb, b.Thumb) {
			r.Fatalf("%dx%d, %v: what is hidden shows", w, h, boxes)
		}
	})
}

// The test before this one could not fail if everything were covered.
func TestWhatIsNotHiddenIsSeen(t *testing.T) {
	m := image.NewRGBA(image.Rect(0, 0, 1000, 500))
	for i := range m.Pix {
		m.Pix[i] = 255
	}
	got := covered(t, jpegOf(t, m), imaging.Box{Left: 500, Top: 500, Width: 100, Height: 200})
	p, err := jpeg.Decode(bytes.NewReader(got.Full))
	if err != nil || p.Bounds().Dx() != 1000 || p.Bounds().Dy() != 500 {
		t.Fatalf("%v, %v", p.Bounds(), err)
	}
	for _, c := range []struct {
		x, y   int
		hidden bool
	}{
		{500, 250, true}, {599, 349, true}, {550, 300, true}, {485, 240, true}, // the margin too
		{450, 300, false}, {650, 300, false}, {550, 200, false}, {550, 400, false}, {0, 0, false}, {999, 499, false},
	} {
		if r, _, _, _ := p.At(c.x, c.y).RGBA(); (r < 0x8000) != c.hidden {
			t.Errorf("at %d, %d there is %x; hidden: %v", c.x, c.y, r, c.hidden)
		}
	}
}

func TestACoveredPhotoIsOfPublicSizeAndWithoutMetadata(t *testing.T) {
	sent := withEXIF(jpegOf(t, picture(3000, 1500)), tiff(order, 6))
	got := covered(t, sent, imaging.Box{Width: 100, Height: 100})
	if got.Width != 640 || got.Height != 1280 {
		t.Errorf("it is %dx%d, want 640x1280", got.Width, got.Height)
	}
	for _, made := range [][]byte{got.Full, got.Thumb} {
		bare(t, made)
	}
	clean, err := imaging.Clean(t.Context(), sent)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := imaging.Cover(t.Context(), clean.Full[:200], nil); err == nil {
		t.Error("a broken photo was covered")
	}
}

func BenchmarkCover(b *testing.B) {
	clean, err := imaging.Clean(b.Context(), jpegOf(b, picture(4000, 3000)))
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := imaging.Cover(b.Context(), clean.Full, []imaging.Box{{Left: 100, Top: 100, Width: 200, Height: 200}}); err != nil {
			b.Fatal(err)
		}
	}
}
