// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package imaging

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"slices"

	"golang.org/x/image/webp"
)

// webpSize tells the size of a WebP picture. An extended file says it twice, for
// the canvas and for the frame; the decoder believes the second, whatever it is,
// so both have to agree before it is called.
func webpSize(data []byte) (image.Config, error) {
	canvas, err := webp.DecodeConfig(bytes.NewReader(data))
	if err != nil || len(data) < 16 || string(data[12:16]) != "VP8X" {
		return canvas, err
	}
	for rest := data[12:]; len(rest) >= 8; {
		size := int64(binary.LittleEndian.Uint32(rest[4:]))
		if size > int64(len(rest)-8) {
			break
		}
		chunk := rest[:8+size]
		if name := string(chunk[:4]); name == "VP8 " || name == "VP8L" {
			frame, err := webp.DecodeConfig(bytes.NewReader(riff(chunk)))
			if err == nil && (frame.Width != canvas.Width || frame.Height != canvas.Height) {
				err = errors.New("webp: the frame does not fill the canvas")
			}
			return frame, err
		}
		rest = rest[min(8+size+size%2, int64(len(rest))):]
	}
	return image.Config{}, errors.New("webp: no frame")
}

// riff makes a WebP file of one chunk.
func riff(chunk []byte) []byte {
	size := uint32(len(chunk) + len(chunk)%2 + 4)
	file := binary.LittleEndian.AppendUint32([]byte("RIFF"), size)
	file = slices.Concat(file, []byte("WEBP"), chunk)
	return append(file, make([]byte, len(chunk)%2)...)
}
