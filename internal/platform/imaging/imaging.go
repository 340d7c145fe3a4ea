// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package imaging turns a photo that somebody sent into one that may be shown:
// drawn anew, upright, of bounded size, and without the place, the time, the
// device or whatever else the file said about the sender.
//
//	imaging.go      checking, decoding, drawing
//	cost.go         what decoding a file would take
//	cover.go        drawing without what is not for everybody
//	webp.go         how large a WebP picture is
//	orientation.go  which way up the camera was held
package imaging

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"net/http"
	"time"

	"golang.org/x/image/draw"
	"golang.org/x/image/webp"

	"pavilion/internal/base/fault"
)

const (
	// MaxBytes bounds a photo as it is sent.
	MaxBytes = 10 << 20

	maxPixels = 50_000_000
	fullSide  = 2560
	thumbSide = 480
	quality   = 85
)

// drawing has room for the photos that are drawn at one time: decoding one takes
// maxMemory at most.
var drawing = make(chan struct{}, 2)

// waiting has room for those that are drawn or wait for it: each holds its file.
var waiting = make(chan struct{}, 24)

// patience is how long a photo waits to be drawn.
const patience = 30 * time.Second

// enter waits for a turn to draw, and returns what ends it. It fails with Conflict if
// too many wait already, or if it takes too long.
func enter(ctx context.Context) (leave func(), err error) {
	select {
	case waiting <- struct{}{}:
	default:
		return nil, fault.New(fault.Conflict, "photo.busy")
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	select {
	case drawing <- struct{}{}:
		return func() { <-drawing; <-waiting }, nil
	case <-ctx.Done():
		<-waiting
		return nil, fault.New(fault.Conflict, "photo.busy").Because(ctx.Err())
	}
}

// Image is a photo that may be shown, as JPEG files without metadata. Width and
// Height are those of Full.
type Image struct {
	Full, Thumb   []byte
	Width, Height int
}

// format is a kind of picture that is accepted.
type format struct {
	measure func(data []byte) (measure, error)
	decode  func(data []byte) (image.Image, error)
}

// formats has the accepted kinds by the content type their first bytes show.
func formats(contentType string) (format, bool) {
	switch contentType {
	case "image/jpeg":
		return format{measureJPEG, func(b []byte) (image.Image, error) { return jpeg.Decode(bytes.NewReader(b)) }}, true
	case "image/png":
		return format{measurePNG, func(b []byte) (image.Image, error) { return png.Decode(bytes.NewReader(b)) }}, true
	case "image/webp":
		return format{measureWebP, func(b []byte) (image.Image, error) { return webp.Decode(bytes.NewReader(b)) }}, true
	}
	return format{}, false
}

// Clean makes an Image of a JPEG, PNG or WebP file, told apart by content: its name
// and what the sender calls it are not asked. It fails with Invalid if data is too
// large, is no such picture, moves, has more than 50 megapixels or would take too much
// memory or time to decode, or cannot be read to its end; with Conflict if too many
// are drawn already.
func Clean(ctx context.Context, data []byte) (Image, error) {
	if len(data) > MaxBytes {
		return Image{}, fault.New(fault.Invalid, "photo.too_large")
	}
	f, ok := formats(http.DetectContentType(data))
	if !ok {
		return Image{}, fault.New(fault.Invalid, "photo.not_an_image")
	}
	m, err := f.measure(data)
	switch {
	case err != nil || m.width <= 0 || m.height <= 0:
		return Image{}, fault.New(fault.Invalid, "photo.broken").Because(err)
	case m.moves:
		return Image{}, fault.New(fault.Invalid, "photo.moves")
	case int64(m.width)*int64(m.height) > maxPixels || m.memory > maxMemory || m.scans > maxScans:
		return Image{}, fault.New(fault.Invalid, "photo.too_many_pixels")
	}
	leave, err := enter(ctx)
	if err != nil {
		return Image{}, err
	}
	defer leave()
	return f.draw(data)
}

// draw decodes data and draws it anew. What makes a decoder panic is a broken
// picture too: they were not all written for hostile data.
func (f format) draw(data []byte) (out Image, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fault.New(fault.Invalid, "photo.broken").Because(fmt.Errorf("decoder: %v", p))
		}
	}()
	picture, err := f.decode(data)
	if err != nil {
		return Image{}, fault.New(fault.Invalid, "photo.broken").Because(err)
	}
	return render(picture, orientation(data))
}

// render draws the two sizes.
func render(picture image.Image, held int) (Image, error) {
	upright := turn(shrink(picture, fullSide), held)
	full, err := encode(upright)
	if err != nil {
		return Image{}, err
	}
	thumb, err := encode(shrink(upright, thumbSide))
	if err != nil {
		return Image{}, err
	}
	return Image{Full: full, Thumb: thumb, Width: upright.Bounds().Dx(), Height: upright.Bounds().Dy()}, nil
}

// shrink draws a picture on white so that no side is longer than most.
func shrink(from image.Image, most int) *image.RGBA {
	b := from.Bounds()
	w, h := b.Dx(), b.Dy()
	if long := max(w, h); long > most {
		w, h = max(1, w*most/long), max(1, h*most/long)
	}
	to := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.Draw(to, to.Bounds(), image.NewUniform(color.White), image.Point{}, draw.Src)
	if w == b.Dx() && h == b.Dy() {
		draw.Draw(to, to.Bounds(), from, b.Min, draw.Over)
	} else if most == thumbSide {
		draw.BiLinear.Scale(to, to.Bounds(), from, b, draw.Over, nil) // smoother, for what is small already
	} else {
		draw.ApproxBiLinear.Scale(to, to.Bounds(), from, b, draw.Over, nil)
	}
	return to
}

func encode(picture image.Image) ([]byte, error) {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, picture, &jpeg.Options{Quality: quality}); err != nil {
		return nil, fmt.Errorf("write photo: %w", err)
	}
	return b.Bytes(), nil
}
