// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package imaging_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"slices"
	"strings"
	"sync"
	"testing"

	"pavilion/internal/base/fault"
	"pavilion/internal/platform/imaging"
)

var order = binary.AppendByteOrder(binary.BigEndian)

// segment is one of a JPEG file's.
func segment(marker byte, body []byte) []byte {
	return slices.Concat(binary.BigEndian.AppendUint16([]byte{0xFF, marker}, uint16(len(body)+2)), body)
}

// behind puts segments behind the first two bytes of a JPEG file.
func behind(file []byte, segments ...[]byte) []byte {
	return slices.Concat(file[:2], slices.Concat(segments...), file[2:])
}

// bare ends the test unless a JPEG file consists of what a picture needs: no segment
// of an application, no comment, and nothing after its end.
func bare(t *testing.T, file []byte) {
	t.Helper()
	rest := file[2:]
	for len(rest) > 4 && rest[0] == 0xFF {
		marker, size := rest[1], int(binary.BigEndian.Uint16(rest[2:]))
		if !slices.Contains([]byte{0xDB, 0xC0, 0xC4, 0xDA}, marker) {
			t.Errorf("the file has a segment %X", marker)
		}
		rest = rest[2+size:]
		if marker == 0xDA {
			break
		}
	}
	if end := bytes.Index(rest, []byte{0xFF, 0xD9}); end != len(rest)-2 {
		t.Errorf("the file's end is at %d of %d", end, len(rest))
	}
}

// zipped is the end of an archive with a name in it.
const zipped = "PK\x03\x04payload.exePK\x05\x06\x00\x00\x00\x00"

func TestNothingButThePictureIsKept(t *testing.T) {
	photo, still := jpegOf(t, picture(64, 32)), pngOf(t, picture(64, 32))
	for name, sent := range map[string][]byte{
		"a JPEG with an archive behind it":  append(bytes.Clone(photo), zipped...),
		"a JPEG with a page behind it":      append(bytes.Clone(photo), "<html><script>alert(1)</script>"...),
		"a JPEG with another behind it":     append(bytes.Clone(photo), photo...), // the second picture of a camera's file
		"a PNG with an archive behind it":   append(bytes.Clone(still), zipped...),
		"a comment that is a page":          behind(photo, segment(0xFE, []byte("<html><script>alert(1)</script>"))),
		"EXIF, XMP, ICC, MPF and Photoshop": behind(photo, segment(0xE1, []byte("Exif\x00\x00GPS 30.66")), segment(0xE1, []byte("http://ns.adobe.com/xap/1.0/\x00<x:xmpmeta>payload")), segment(0xE2, []byte("ICC_PROFILE\x00\x01\x01payload")), segment(0xE2, []byte("MPF\x00payload")), segment(0xED, []byte("Photoshop 3.0\x00payload"))),
		"segments of every application":     behind(photo, segment(0xE3, []byte("payload")), segment(0xEB, []byte("JPpayload")), segment(0xEF, []byte("payload"))),
		"texts in a PNG":                    slices.Concat(still[:33], chunk("tEXt", []byte("Comment\x00payload")), chunk("iCCP", []byte("payload")), chunk("zTXt", []byte("payload")), still[33:]),
		"metadata in a WebP":                extendedWith(tinyWebP(t), "XMP ", []byte("payload")),
	} {
		got, err := imaging.Clean(t.Context(), sent)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for _, made := range [][]byte{got.Full, got.Thumb} {
			bare(t, made)
			for _, word := range []string{"payload", "PK\x03\x04", "<html", "script", "ICC_PROFILE", "Exif", "GPS", "MPF", "Photoshop"} {
				if bytes.Contains(made, []byte(word)) {
					t.Errorf("%s: %q is in what is kept", name, word)
				}
			}
		}
	}
}

// extendedWith adds a chunk to a WebP file behind its frame.
func extendedWith(file []byte, name string, body []byte) []byte {
	out := extended(file, 1, 1, 4)
	out = append(out, make([]byte, len(out)%2)...)
	out = append(binary.LittleEndian.AppendUint32(append(out, name...), uint32(len(body))), body...)
	binary.LittleEndian.PutUint32(out[4:], uint32(len(out)-8))
	return out
}

// handmade is a JPEG file of grey squares of 8 pixels: components is how many, frame
// the marker (C0 plain, C2 progressive), scans how often its data are sent.
func handmade(frame byte, w, h uint16, components, fine, scans int) []byte {
	quant := append([]byte{0}, bytes.Repeat([]byte{1}, 64)...)
	dc := append([]byte{0x00, 1}, make([]byte, 15)...) // one code of one bit: no difference
	dc = append(dc, 0)
	ac := append([]byte{0x10, 1}, make([]byte, 15)...) // one code of one bit: end of block
	ac = append(ac, 0)
	head := []byte{8, byte(h >> 8), byte(h), byte(w >> 8), byte(w), byte(components)}
	scan := []byte{byte(components)}
	for i := range components {
		sampling := byte(0x11)
		if i == 0 {
			sampling = byte(fine<<4 | fine)
		}
		head = append(head, byte(i+1), sampling, 0)
		scan = append(scan, byte(i+1), 0)
	}
	last := byte(63)
	if frame == 0xC2 {
		last = 0
	}
	adobe := segment(0xEE, []byte("Adobe\x00\x64\x00\x00\x00\x00\x00"))
	out := slices.Concat([]byte{0xFF, 0xD8}, adobe, segment(0xDB, quant), segment(0xC4, dc), segment(0xC4, ac), segment(frame, head))
	data := make([]byte, 8)
	if scans == 1 {
		data = make([]byte, (int(w)+7)/8*((int(h)+7)/8)*components/4+8)
	}
	for range scans {
		out = slices.Concat(out, segment(0xDA, append(bytes.Clone(scan), 0, last, 0)), data)
	}
	return append(out, 0xFF, 0xD9)
}

func TestUnusualPictures(t *testing.T) {
	deep := image.NewNRGBA64(image.Rect(0, 0, 40, 20))
	for i := range deep.Pix {
		deep.Pix[i] = 0xFF
	}
	interlaced := func(file []byte) []byte { // says so, but was written in one pass
		out := bytes.Clone(file)
		out[28] = 1
		return slices.Concat(out[:29], chunk("IHDR", out[16:29])[21:], out[33:])
	}
	animated := slices.Concat(pngOf(t, picture(8, 8))[:33], chunk("acTL", make([]byte, 8)), pngOf(t, picture(8, 8))[33:])
	for _, c := range []struct {
		name string
		data []byte
		key  string // "" when it is taken
	}{
		{"16 bits a colour", pngOf(t, deep), ""},
		{"16 bits of grey", pngOf(t, image.NewGray16(image.Rect(0, 0, 20, 20))), ""},
		{"a palette", pngOf(t, image.NewPaletted(image.Rect(0, 0, 20, 20), color.Palette{color.Black, color.White})), ""},
		{"four colours of print", handmade(0xC0, 16, 8, 4, 1, 1), ""},
		{"progressive", handmade(0xC2, 16, 8, 1, 1, 1), ""},
		{"a strip of the largest width", handmade(0xC0, 65535, 8, 1, 1, 1), ""},
		{"no pixels", handmade(0xC0, 0, 8, 1, 1, 1), "photo.broken"},
		{"50 megapixels, plain", handmade(0xC0, 8000, 6250, 3, 2, 0), "photo.broken"}, // its data are missing, no more
		{"50 megapixels, progressive, in full colour", handmade(0xC2, 8000, 6250, 3, 1, 1), "photo.too_many_pixels"},
		{"50 megapixels, four colours, progressive", handmade(0xC2, 8000, 6250, 4, 1, 1), "photo.too_many_pixels"},
		{"50 megapixels of 16 bits", bombOf(10000, 5000, 16), "photo.too_many_pixels"},
		{"a thousand passes over the picture", handmade(0xC2, 4000, 4000, 1, 1, 1000), "photo.too_many_pixels"},
		{"moving PNG", animated, "photo.moves"},
		{"moving WebP", extended(tinyWebP(t), 1, 1, 2), "photo.moves"},
		{"written otherwise than it says", interlaced(pngOf(t, picture(64, 64))), "photo.broken"},
		{"a header without a frame", []byte{0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 0, 0, 0xFF, 0xD9}, "photo.broken"},
		{"a frame cut off", handmade(0xC0, 16, 8, 3, 1, 1)[:138], "photo.broken"},
		{"zero bytes", []byte{}, "photo.not_an_image"},
		{"zeros", make([]byte, 1000), "photo.not_an_image"},
		{"an archive with a picture behind it", append([]byte(zipped), jpegOf(t, picture(8, 8))...), "photo.not_an_image"},
		{"a page with a picture behind it", append([]byte("<html>"), jpegOf(t, picture(8, 8))...), "photo.not_an_image"},
		{"HEIC", []byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"), "photo.not_an_image"},
		{"BMP", append([]byte("BM"), make([]byte, 60)...), "photo.not_an_image"},
		{"TIFF", append([]byte("II*\x00"), make([]byte, 60)...), "photo.not_an_image"},
	} {
		got, err := imaging.Clean(t.Context(), c.data)
		if f, _ := fault.As(err); err == nil && c.key != "" || err != nil && (f == nil || f.Key != c.key) {
			t.Errorf("%s gave %v, want %q", c.name, err, c.key)
		}
		if err == nil {
			if _, broken := jpeg.Decode(bytes.NewReader(got.Full)); broken != nil {
				t.Errorf("%s became %v", c.name, broken)
			}
		}
	}
}

// bombOf is the beginning of a large PNG file with so many bits for each colour.
func bombOf(w, h uint32, bits byte) []byte {
	head := order.AppendUint32(order.AppendUint32(nil, w), h)
	return slices.Concat([]byte("\x89PNG\r\n\x1a\n"), chunk("IHDR", append(head, bits, 6, 0, 0, 0)), chunk("IDAT", []byte{0}))
}

// A file that is cut off anywhere is refused, and takes nothing else with it.
func TestTruncatedFiles(t *testing.T) {
	for name, whole := range map[string][]byte{"jpeg": jpegOf(t, scene(1, 64, 64)), "png": pngOf(t, scene(1, 64, 64)), "webp": tinyWebP(t)} {
		for cut := 0; cut < len(whole)-12; cut += max(1, len(whole)/40) {
			_, err := imaging.Clean(t.Context(), whole[:cut])
			if f, _ := fault.As(err); f == nil || f.Kind != fault.Invalid {
				t.Errorf("%s cut off at %d of %d gave %v", name, cut, len(whole), err)
			}
		}
	}
}

// Many at once are drawn two at a time; those for whom there is no room to wait are
// told to come again, and one who gives up does not take a turn.
func TestManyPhotosAtOnceAreBounded(t *testing.T) {
	photo := jpegOf(t, scene(1, 500, 500))
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	var taken, busy, gave sync.Map
	var all sync.WaitGroup
	for i := range 80 {
		all.Go(func() {
			ctx := t.Context()
			if i%4 == 0 {
				ctx = gone
			}
			_, err := imaging.Clean(ctx, photo)
			f, _ := fault.As(err)
			switch {
			case err == nil:
				taken.Store(i, true)
			case f == nil || f.Kind != fault.Conflict || f.Key != "photo.busy":
				t.Errorf("photo %d: %v", i, err)
			case errors.Is(err, context.Canceled):
				gave.Store(i, true)
			default:
				busy.Store(i, true)
			}
		})
	}
	all.Wait()
	count := func(m *sync.Map) (n int) {
		m.Range(func(any, any) bool { n++; return true })
		return n
	}
	if count(&taken) == 0 || count(&busy) == 0 || count(&taken)+count(&busy)+count(&gave) != 80 {
		t.Errorf("%d were taken, %d were told to come again, %d gave up", count(&taken), count(&busy), count(&gave))
	}
	if _, err := imaging.Clean(t.Context(), photo); err != nil {
		t.Errorf("after the rush: %v", err)
	}
}

// The name and the type that a sender gives are not even asked for.
func TestContentDecides(t *testing.T) {
	for i, kind := range []string{"jpeg", "png", "webp"} {
		data := [][]byte{jpegOf(t, picture(8, 8)), pngOf(t, picture(8, 8)), tinyWebP(t)}[i]
		got, err := imaging.Clean(t.Context(), data)
		if err != nil || !strings.HasPrefix(fmt.Sprintf("%x", got.Full), "ffd8ff") {
			t.Errorf("%s: %v", kind, err)
		}
	}
}
