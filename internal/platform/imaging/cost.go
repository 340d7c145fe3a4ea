// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package imaging

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"image/color"
	"image/png"
	"slices"

	"golang.org/x/image/webp"
)

const (
	// maxMemory bounds what a decoder holds of one photo, in bytes: enough for 50
	// megapixels of any ordinary camera.
	maxMemory = 380_000_000

	// maxScans bounds the passes over a picture that a JPEG file asks for. Each
	// costs time for all of it and may take a few bytes of the file; encoders make
	// about ten.
	maxScans = 100
)

// measure is what a file says of itself before it is decoded.
type measure struct {
	width, height int
	memory        int64 // what decoding takes, in bytes
	scans         int
	moves         bool
}

// measureJPEG reads the frame's header, and counts the scans.
func measureJPEG(data []byte) (m measure, err error) {
	for marker, body := range segments(data) {
		switch {
		case marker == 0xDA:
			m.scans++
		case isFrame(marker) && m.width == 0:
			if m, err = frame(marker, body); err != nil {
				return m, err
			}
		}
	}
	if m.width == 0 {
		err = errors.New("jpeg: no frame")
	}
	return m, err
}

// isFrame reports whether a marker begins a frame's header: C0 to CF without those
// of tables.
func isFrame(marker byte) bool {
	return marker >= 0xC0 && marker <= 0xCF && !slices.Contains([]byte{0xC4, 0xC8, 0xCC}, marker)
}

// frame reads precision, height, width, and of each component how finely it is
// sampled. A progressive picture is held as coefficients of four bytes besides.
func frame(marker byte, body []byte) (measure, error) {
	broken := errors.New("jpeg: a frame without its header")
	if len(body) < 6 || len(body) < 6+3*int(body[5]) {
		return measure{}, broken
	}
	m := measure{height: int(binary.BigEndian.Uint16(body[1:])), width: int(binary.BigEndian.Uint16(body[3:]))}
	most, all := 1, 0
	for i := range int(body[5]) {
		fine := int(body[7+3*i]>>4) * int(body[7+3*i]&15)
		most, all = max(most, fine), all+fine
	}
	m.memory = int64(m.width) * int64(m.height) * int64(all) / int64(most)
	if marker == 0xC2 {
		m.memory *= 5
	}
	if body[5] == 4 { // converted to another kind of picture at the end
		m.memory += int64(m.width) * int64(m.height) * 4
	}
	return m, nil
}

// segments calls yield for each of a JPEG file's segments that has a body, passing
// over the pictures' data, up to the end of the picture or of what can be read.
func segments(data []byte) func(yield func(marker byte, body []byte) bool) {
	return func(yield func(byte, []byte) bool) {
		for rest := data; ; {
			at := bytes.IndexByte(rest, 0xFF)
			if at < 0 || at+1 >= len(rest) || rest[at+1] == 0xD9 {
				return
			}
			marker := rest[at+1]
			if marker == 0xFF {
				rest = rest[at+1:] // padding
				continue
			}
			rest = rest[at+2:]
			if marker <= 0x01 || marker >= 0xD0 && marker <= 0xD8 {
				continue // data, or a marker that stands alone
			}
			if len(rest) < 2 {
				return
			}
			size := int(binary.BigEndian.Uint16(rest))
			if size < 2 || size > len(rest) || !yield(marker, rest[2:size]) {
				return
			}
			rest = rest[size:]
		}
	}
}

// measurePNG reads the header, and whether there are frames after the first. A
// picture that is sent in passes is held twice.
func measurePNG(data []byte) (m measure, err error) {
	c, err := png.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return m, err
	}
	m.width, m.height = c.Width, c.Height
	m.memory = int64(c.Width) * int64(c.Height) * depth(c.ColorModel)
	const passes = 28 // where the header has it
	if len(data) > passes && data[passes] != 0 {
		m.memory *= 2
	}
	head := data[:min(len(data), 1<<16)]
	picture := bytes.Index(head, []byte("IDAT"))
	m.moves = bytes.Contains(head[:max(0, picture)], []byte("acTL"))
	return m, nil
}

// depth is how many bytes a pixel takes.
func depth(m color.Model) int64 {
	switch m {
	case color.GrayModel:
		return 1
	case color.Gray16Model:
		return 2
	case color.RGBA64Model, color.NRGBA64Model:
		return 8
	}
	if _, ok := m.(color.Palette); ok {
		return 1
	}
	return 4
}

// measureWebP reads the sizes, and whether there are several frames.
func measureWebP(data []byte) (m measure, err error) {
	const flags, animated = 20, 2 // of an extended file
	if len(data) > flags && string(data[12:16]) == "VP8X" && data[flags]&animated != 0 {
		c, err := webp.DecodeConfig(bytes.NewReader(data))
		return measure{width: c.Width, height: c.Height, moves: true}, err
	}
	var c image.Config
	if c, err = webpSize(data); err != nil {
		return m, err
	}
	return measure{width: c.Width, height: c.Height, memory: int64(c.Width) * int64(c.Height) * 8}, nil
}
