// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package imaging

import (
	"bytes"
	"encoding/binary"
	"image"
)

// orientation returns the EXIF orientation of a picture file, 1 to 8; 1, which
// is upright, when the file does not say or what it says cannot be read.
func orientation(data []byte) int {
	exif, ok := exifOf(data)
	if !ok {
		return 1
	}
	held, ok := orientationIn(exif)
	if !ok || held < 1 || held > 8 {
		return 1
	}
	return held
}

// exifOf finds the EXIF block, which is a TIFF file, in a JPEG, PNG or WebP file.
func exifOf(data []byte) ([]byte, bool) {
	switch {
	case bytes.HasPrefix(data, []byte{0xFF, 0xD8}):
		return exifOfJPEG(data[2:])
	case bytes.HasPrefix(data, []byte("\x89PNG\r\n\x1a\n")):
		return exifOfPNG(data[8:])
	case len(data) > 12 && bytes.HasPrefix(data, []byte("RIFF")):
		return exifOfWebP(data[12:])
	}
	return nil, false
}

// exifOfJPEG walks the segments before the picture's data.
func exifOfJPEG(rest []byte) ([]byte, bool) {
	const app1, startOfScan = 0xE1, 0xDA
	header := []byte("Exif\x00\x00")
	for len(rest) >= 4 && rest[0] == 0xFF {
		marker := rest[1]
		if marker == 0xFF { // padding
			rest = rest[1:]
			continue
		}
		size := int(binary.BigEndian.Uint16(rest[2:]))
		if marker == startOfScan || size < 2 || len(rest) < 2+size {
			return nil, false
		}
		body := rest[4 : 2+size]
		if marker == app1 && bytes.HasPrefix(body, header) {
			return body[len(header):], true
		}
		rest = rest[2+size:]
	}
	return nil, false
}

// exifOfPNG walks the chunks: length, name, body, checksum.
func exifOfPNG(rest []byte) ([]byte, bool) {
	for len(rest) >= 12 {
		size := int64(binary.BigEndian.Uint32(rest))
		if size > int64(len(rest)-12) {
			return nil, false
		}
		if string(rest[4:8]) == "eXIf" {
			return rest[8 : 8+size], true
		}
		rest = rest[12+size:]
	}
	return nil, false
}

// exifOfWebP walks the chunks: name, length, body, padded to an even length.
func exifOfWebP(rest []byte) ([]byte, bool) {
	for len(rest) >= 8 {
		size := int64(binary.LittleEndian.Uint32(rest[4:]))
		if size > int64(len(rest)-8) {
			return nil, false
		}
		if string(rest[:4]) == "EXIF" {
			return bytes.TrimPrefix(rest[8:8+size], []byte("Exif\x00\x00")), true
		}
		rest = rest[min(8+size+size%2, int64(len(rest))):]
	}
	return nil, false
}

// orientationIn reads the entry for orientation in the first directory of a TIFF
// file: entries of 12 bytes, each a tag, a type, a count and a value.
func orientationIn(tiff []byte) (int, bool) {
	const tag, short = 0x0112, 3
	if len(tiff) < 8 {
		return 0, false
	}
	var order binary.ByteOrder
	switch string(tiff[:4]) {
	case "II*\x00":
		order = binary.LittleEndian
	case "MM\x00*":
		order = binary.BigEndian
	default:
		return 0, false
	}
	at := int64(order.Uint32(tiff[4:]))
	if at > int64(len(tiff)-2) {
		return 0, false
	}
	entries := tiff[at+2:]
	for range order.Uint16(tiff[at:]) {
		if len(entries) < 12 {
			return 0, false
		}
		if order.Uint16(entries) == tag {
			return int(order.Uint16(entries[8:])), order.Uint16(entries[2:]) == short
		}
		entries = entries[12:]
	}
	return 0, false
}

// turn draws a picture the way it was seen. Orientation 2 to 8 are the mirror
// images and quarter turns that TIFF 6.0 lists.
func turn(from *image.RGBA, held int) *image.RGBA {
	if held == 1 {
		return from
	}
	w, h := from.Bounds().Dx(), from.Bounds().Dy()
	size := image.Rect(0, 0, w, h)
	if held >= 5 {
		size = image.Rect(0, 0, h, w)
	}
	to := image.NewRGBA(size)
	for y := range h {
		for x := range w {
			tx, ty := turned(x, y, w, h, held)
			i, j := from.PixOffset(x, y), to.PixOffset(tx, ty)
			copy(to.Pix[j:j+4:j+4], from.Pix[i:i+4:i+4])
		}
	}
	return to
}

// turned tells where the pixel at x, y of a stored picture of w by h is seen.
func turned(x, y, w, h, held int) (int, int) {
	switch held {
	case 2:
		return w - 1 - x, y
	case 3:
		return w - 1 - x, h - 1 - y
	case 4:
		return x, h - 1 - y
	case 5:
		return y, x
	case 6:
		return h - 1 - y, x
	case 7:
		return h - 1 - y, w - 1 - x
	case 8:
		return y, w - 1 - x
	}
	return x, y
}
