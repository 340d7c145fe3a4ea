// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package imaging turns a photo that somebody sent into one that may be shown:
// drawn anew, upright, of bounded size, and without the place, the time, the
// device or whatever else the file said about the sender.
//
//	imaging.go      checking, decoding, drawing
//	webp.go         how large a WebP picture is
//	orientation.go  which way up the camera was held
package imaging

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"net/http"

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

// drawing has room for the photos that are drawn at one time: one of 50
// megapixels takes 75 MB meanwhile as a plain JPEG, and as much as 750 MB as a
// progressive one with full colour.
var drawing = make(chan struct{}, 2)

// Image is a photo that may be shown, as JPEG files without metadata. Width and
// Height are those of Full.
type Image struct {
	Full, Thumb   []byte
	Width, Height int
}

// format is a kind of picture that is accepted.
type format struct {
	size   func(data []byte) (image.Config, error)
	decode func(data []byte) (image.Image, error)
}

// formats has the accepted kinds by the content type their first bytes show.
func formats(contentType string) (format, bool) {
	switch contentType {
	case "image/jpeg":
		return format{
			func(b []byte) (image.Config, error) { return jpeg.DecodeConfig(bytes.NewReader(b)) },
			func(b []byte) (image.Image, error) { return jpeg.Decode(bytes.NewReader(b)) },
		}, true
	case "image/png":
		return format{
			func(b []byte) (image.Config, error) { return png.DecodeConfig(bytes.NewReader(b)) },
			func(b []byte) (image.Image, error) { return png.Decode(bytes.NewReader(b)) },
		}, true
	case "image/webp":
		return format{
			webpSize,
			func(b []byte) (image.Image, error) { return webp.Decode(bytes.NewReader(b)) },
		}, true
	}
	return format{}, false
}

// Clean makes an Image of a JPEG, PNG or WebP file, told apart by content. It
// fails with Invalid if data is too large, is no such picture, has more than 50
// megapixels, or cannot be read to its end. It waits while two others are drawn.
func Clean(data []byte) (Image, error) {
	if len(data) > MaxBytes {
		return Image{}, fault.New(fault.Invalid, "photo.too_large")
	}
	f, ok := formats(http.DetectContentType(data))
	if !ok {
		return Image{}, fault.New(fault.Invalid, "photo.not_an_image")
	}
	c, err := f.size(data)
	if err != nil || c.Width <= 0 || c.Height <= 0 {
		return Image{}, fault.New(fault.Invalid, "photo.broken").Because(err)
	}
	if int64(c.Width)*int64(c.Height) > maxPixels {
		return Image{}, fault.New(fault.Invalid, "photo.too_many_pixels")
	}
	drawing <- struct{}{}
	defer func() { <-drawing }()
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
