// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package imaging_test

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"slices"
	"strings"
	"testing"

	"pavilion/internal/base/fault"
	"pavilion/internal/platform/imaging"
)

// picture is red in its left upper quarter and blue elsewhere.
func picture(w, h int) *image.RGBA {
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := color.RGBA{0, 0, 255, 255}
			if x < w/2 && y < h/2 {
				c = color.RGBA{255, 0, 0, 255}
			}
			m.SetRGBA(x, y, c)
		}
	}
	return m
}

func jpegOf(t testing.TB, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func pngOf(t testing.TB, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// tiff is an EXIF block with an orientation and, behind it, a place and a device.
func tiff(order binary.AppendByteOrder, held uint16) []byte {
	b := []byte("II*\x00")
	if order == binary.AppendByteOrder(binary.BigEndian) {
		b = []byte("MM\x00*")
	}
	b = order.AppendUint32(b, 8)
	b = order.AppendUint16(b, 2)
	for _, entry := range [][2]uint16{{0x0112, held}, {0x8825, 1}} {
		b = order.AppendUint16(b, entry[0])
		b = order.AppendUint16(b, 3)
		b = order.AppendUint32(b, 1)
		b = order.AppendUint16(b, entry[1])
		b = append(b, 0, 0)
	}
	b = order.AppendUint32(b, 0)
	return append(b, "GPSLatitude 30.66 TestPhone"...)
}

func withEXIF(file, exif []byte) []byte {
	if bytes.HasPrefix(file, []byte{0xFF, 0xD8}) {
		body := append([]byte("Exif\x00\x00"), exif...)
		segment := binary.BigEndian.AppendUint16([]byte{0xFF, 0xE1}, uint16(len(body)+2))
		return slices.Concat(file[:2], segment, body, file[2:])
	}
	return slices.Concat(file[:33], chunk("eXIf", exif), file[33:]) // after IHDR
}

func chunk(name string, body []byte) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
	b = append(append(b, name...), body...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[4:]))
}

// bomb is the beginning of a PNG file that claims to be large.
func bomb(w, h uint32) []byte {
	head := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, w), h)
	return slices.Concat([]byte("\x89PNG\r\n\x1a\n"), chunk("IHDR", append(head, 8, 6, 0, 0, 0)), chunk("IDAT", []byte{0}))
}

// tinyWebP is one pixel, lossless.
func tinyWebP(t testing.TB) []byte {
	t.Helper()
	b, err := base64.StdEncoding.DecodeString("UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==")
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// extended puts a WebP file's frame behind a header that claims another size.
func extended(file []byte, w, h uint32, flags byte) []byte {
	head := []byte{flags, 0, 0, 0, byte(w - 1), byte((w - 1) >> 8), byte((w - 1) >> 16), byte(h - 1), byte((h - 1) >> 8), byte((h - 1) >> 16)}
	body := slices.Concat([]byte("WEBPVP8X\x0a\x00\x00\x00"), head, file[12:])
	return append(binary.LittleEndian.AppendUint32([]byte("RIFF"), uint32(len(body))), body...)
}

func TestPicturesThatAreAccepted(t *testing.T) {
	gray := image.NewGray(image.Rect(0, 0, 9, 5))
	cases := map[string]struct {
		data         []byte
		w, h, tw, th int
	}{
		"jpeg":            {jpegOf(t, picture(64, 32)), 64, 32, 64, 32},
		"png":             {pngOf(t, picture(64, 32)), 64, 32, 64, 32},
		"grey":            {pngOf(t, gray), 9, 5, 9, 5},
		"webp":            {tinyWebP(t), 1, 1, 1, 1},
		"extended webp":   {extended(tinyWebP(t), 1, 1, 0), 1, 1, 1, 1},
		"large":           {jpegOf(t, picture(4000, 2000)), 2560, 1280, 480, 240},
		"a long strip":    {pngOf(t, image.NewGray(image.Rect(0, 0, 20000, 1))), 2560, 1, 480, 1},
		"turned":          {withEXIF(jpegOf(t, picture(64, 32)), tiff(binary.BigEndian, 6)), 32, 64, 32, 64},
		"turned, in png":  {withEXIF(pngOf(t, picture(64, 32)), tiff(binary.LittleEndian, 8)), 32, 64, 32, 64},
		"no such turning": {withEXIF(jpegOf(t, picture(64, 32)), tiff(binary.BigEndian, 9)), 64, 32, 64, 32},
	}
	for name, c := range cases {
		got, err := imaging.Clean(t.Context(), c.data)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		full, thumb := size(t, got.Full), size(t, got.Thumb)
		if full != (image.Point{c.w, c.h}) || thumb != (image.Point{c.tw, c.th}) || got.Width != c.w || got.Height != c.h {
			t.Errorf("%s is %v and %v (said to be %dx%d), want %dx%d and %dx%d", name, full, thumb, got.Width, got.Height, c.w, c.h, c.tw, c.th)
		}
	}
}

func size(t *testing.T, data []byte) image.Point {
	t.Helper()
	c, err := jpeg.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return image.Point{c.Width, c.Height}
}

func TestFilesThatAreRefused(t *testing.T) {
	photo := jpegOf(t, picture(64, 32))
	var animated bytes.Buffer
	if err := gif.Encode(&animated, picture(8, 8), nil); err != nil {
		t.Fatal(err)
	}
	cases := []struct {
		name string
		data []byte
		key  string
	}{
		{"empty", nil, "photo.not_an_image"},
		{"30 MB", append(bytes.Clone(photo), make([]byte, 30<<20)...), "photo.too_large"},
		{"pdf", []byte("%PDF-1.7\n%test"), "photo.not_an_image"},
		{"gif", animated.Bytes(), "photo.not_an_image"},
		{"svg", []byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`), "photo.not_an_image"},
		{"page", []byte("<html><script>"), "photo.not_an_image"},
		{"bomb", bomb(60000, 60000), "photo.too_many_pixels"},
		{"largest bomb", bomb(1<<31-1, 1<<31-1), "photo.broken"},
		{"webp bomb", extended(tinyWebP(t), 1<<14, 1<<14, 0), "photo.broken"},
		{"webp whose transparency is larger than it", extended(tinyWebP(t), 2, 2, 16), "photo.broken"},
		{"no picture", bomb(10, 10), "photo.broken"},
		{"truncated jpeg", photo[:len(photo)/2], "photo.broken"},
		{"truncated png", pngOf(t, picture(64, 32))[:60], "photo.broken"},
		{"truncated webp", tinyWebP(t)[:20], "photo.broken"},
		{"jpeg's first bytes", photo[:4], "photo.broken"},
	}
	for _, c := range cases {
		_, err := imaging.Clean(t.Context(), c.data)
		if f, _ := fault.As(err); f == nil || f.Kind != fault.Invalid || f.Key != c.key {
			t.Errorf("%s gave %v, want %s", c.name, err, c.key)
		}
	}
}

func TestWhatTheFileSaidOfTheSenderIsGone(t *testing.T) {
	for name, file := range map[string][]byte{"jpeg": jpegOf(t, picture(64, 32)), "png": pngOf(t, picture(64, 32))} {
		sent := withEXIF(file, tiff(binary.LittleEndian, 1))
		got, err := imaging.Clean(t.Context(), sent)
		if err != nil {
			t.Fatal(err)
		}
		for _, made := range [][]byte{got.Full, got.Thumb} {
			for _, word := range []string{"Exif", "GPS", "TestPhone", "eXIf", "30.66"} {
				if strings.Contains(string(made), word) {
					t.Errorf("%s: %q is in the clean photo", name, word)
				}
			}
		}
	}
}

// Each orientation, applied, brings the red quarter from the left upper corner
// to where TIFF 6.0 has the first row and column.
func TestPhotosAreUpright(t *testing.T) {
	const w, h = 64, 32
	corners := map[string]func(w, h int) (int, int){
		"left upper": func(w, h int) (int, int) { return w / 4, h / 4 }, "right upper": func(w, h int) (int, int) { return w * 3 / 4, h / 4 },
		"right lower": func(w, h int) (int, int) { return w * 3 / 4, h * 3 / 4 }, "left lower": func(w, h int) (int, int) { return w / 4, h * 3 / 4 },
	}
	for held, want := range []string{1: "left upper", "right upper", "right lower", "left lower", "left upper", "right upper", "right lower", "left lower"} {
		if held == 0 {
			continue
		}
		got, err := imaging.Clean(t.Context(), withEXIF(jpegOf(t, picture(w, h)), tiff(binary.BigEndian, uint16(held))))
		if err != nil {
			t.Fatal(err)
		}
		m, err := jpeg.Decode(bytes.NewReader(got.Full))
		if err != nil {
			t.Fatal(err)
		}
		for corner, at := range corners {
			r, _, b, _ := m.At(at(m.Bounds().Dx(), m.Bounds().Dy())).RGBA()
			if red := r > b; red != (corner == want) {
				t.Errorf("orientation %d: the %s corner is red: %v, want red %s", held, corner, red, want)
			}
		}
	}
}

func TestTransparencyBecomesWhite(t *testing.T) {
	got, err := imaging.Clean(t.Context(), pngOf(t, image.NewNRGBA(image.Rect(0, 0, 8, 8))))
	if err != nil {
		t.Fatal(err)
	}
	m, _ := jpeg.Decode(bytes.NewReader(got.Full))
	if r, g, b, _ := m.At(4, 4).RGBA(); min(r, g, b) < 0xF000 {
		t.Errorf("transparent became %x %x %x", r, g, b)
	}
}

// FuzzClean feeds hostile files to everything that reads them.
func FuzzClean(f *testing.F) {
	small := jpegOf(f, picture(16, 8))
	for _, exif := range [][]byte{tiff(binary.BigEndian, 6), tiff(binary.LittleEndian, 3), []byte("II*\x00\xff\xff\xff\xff")} {
		f.Add(withEXIF(small, exif))
		f.Add(withEXIF(pngOf(f, picture(16, 8)), exif))
	}
	f.Add(tinyWebP(f))
	f.Add(extended(tinyWebP(f), 1, 1, 0))
	f.Add(bomb(60000, 60000))
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := imaging.Clean(t.Context(), data)
		if err != nil {
			if f, ok := fault.As(err); !ok || f.Kind != fault.Invalid {
				t.Fatalf("%v", err)
			}
			return
		}
		if got.Width > 2560 || got.Height > 2560 || len(got.Full) == 0 || len(got.Thumb) == 0 {
			t.Fatalf("%dx%d", got.Width, got.Height)
		}
	})
}

func BenchmarkClean(b *testing.B) {
	for name, m := range map[string]*image.RGBA{"12 megapixels": picture(4000, 3000), "48 megapixels": picture(8000, 6000)} {
		data := jpegOf(b, m)
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := imaging.Clean(b.Context(), data); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
