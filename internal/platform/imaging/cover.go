// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package imaging

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"

	"golang.org/x/image/draw"
)

const (
	// Whole is the width and height of a picture in the units of a Box.
	Whole = 1000

	publicSide = 1280

	// A JPEG block mixes the pixels in it, so those around a box tell of those in
	// it: of the camera's blocks, which scaling made no larger and spread by a
	// pixel or two, and of the kept file's own.
	block  = 16
	margin = block + 2
)

// cover is what stands in place of what was hidden. One colour tells nothing: a
// mosaic of large writing can be read again.
var cover = image.NewUniform(color.RGBA{0x4A, 0x4F, 0x57, 0xFF})

// Box is a rectangle of a picture, in thousandths of its width and height.
type Box struct {
	Left   int `json:"left"`
	Top    int `json:"top"`
	Width  int `json:"width"`
	Height int `json:"height"`
}

// Cover draws a photo that Clean drew, once more, without what lies in the boxes,
// for everybody to see. What it draws depends on no pixel in a box. The boxes lie in
// the picture: that is for the caller to know. It waits for its turn as Clean does.
func Cover(ctx context.Context, full []byte, boxes []Box) (Image, error) {
	leave, err := enter(ctx)
	if err != nil {
		return Image{}, err
	}
	defer leave()
	kept, err := jpeg.Decode(bytes.NewReader(full))
	if err != nil {
		return Image{}, fmt.Errorf("cover photo: %w", err)
	}
	b := kept.Bounds()
	picture := image.NewRGBA(image.Rect(0, 0, b.Dx(), b.Dy()))
	draw.Draw(picture, picture.Bounds(), kept, b.Min, draw.Src)
	for _, box := range boxes {
		draw.Draw(picture, box.pixels(b.Dx(), b.Dy()), cover, image.Point{}, draw.Src)
	}
	return render(shrink(picture, publicSide), 1)
}

// pixels are those of a picture that a box hides: its own, a margin, and the rest of
// all blocks that these are in.
func (b Box) pixels(w, h int) image.Rectangle {
	left, right := grown(b.Left, b.Left+b.Width, w)
	top, bottom := grown(b.Top, b.Top+b.Height, h)
	return image.Rect(left, top, right, bottom)
}

// grown is the range of pixels, out of size, that a range of thousandths hides.
func grown(from, to, size int) (int, int) {
	from, to = from*size/Whole-margin, (to*size+Whole-1)/Whole+margin
	return max(0, from-(from%block+block)%block), min(size, to+(block-to%block)%block)
}
