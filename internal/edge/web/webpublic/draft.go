// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webpublic

import (
	"crypto/hmac"
	"net/http"
	"strconv"
	"strings"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/form"
	"pavilion/internal/base/geo"
	"pavilion/internal/civic/matter"
	"pavilion/internal/core/files"
	"pavilion/internal/edge/web/webmatter"
)

// take stores the photos that came with the first screen and adds their tokens
// to what was sent, those before a fault too.
func (p *Pages) take(w http.ResponseWriter, r *http.Request) error {
	if r.MultipartForm == nil || len(r.MultipartForm.File["photos"]) == 0 {
		return nil
	}
	if len(r.MultipartForm.File["photos"])+len(p.ids(r.PostForm["photo"])) > webmatter.MaxPhotos {
		return fault.New(fault.Invalid, "photo.too_many").With("max", strconv.Itoa(webmatter.MaxPhotos)).At("photos")
	}
	if err := p.allow(w, r, p.Reports, "photos ", "matter.too_many_reports"); err != nil {
		return err
	}
	photos, err := p.Received(r, "photos")
	for _, photo := range photos {
		r.PostForm.Add("photo", p.token(photo.ID))
	}
	return err
}

// checkText says what is wrong with the words of a report.
func checkText(words string) error {
	clean, err := form.CleanText(words, true)
	if f, ok := fault.As(err); ok {
		return f.At("text")
	}
	switch n := len([]rune(clean)); {
	case n < matter.MinText:
		return fault.New(fault.Invalid, "matter.text_required").At("text")
	case n > matter.MaxText:
		return fault.New(fault.Invalid, "form.too_long").With("max", strconv.Itoa(matter.MaxText)).At("text")
	}
	return nil
}

// spot is where something is: a point, else an area, else what the address says.
type spot struct {
	point *geo.Point
	area  string
}

// where reads the point or the area. Neither is needed if the address says it.
func (p *Pages) where(r *http.Request) (spot, error) {
	at := spot{area: r.PostFormValue("area")}
	address, err := form.CleanText(r.PostFormValue("address"), false)
	if f, ok := fault.As(err); ok {
		return at, f.At("address")
	}
	if len([]rune(address)) > matter.MaxAddress {
		return at, fault.New(fault.Invalid, "form.too_long").With("max", strconv.Itoa(matter.MaxAddress)).At("address")
	}
	lon, lat := r.PostFormValue("lon"), r.PostFormValue("lat")
	if lon == "" && lat == "" {
		if at.area == "" && address == "" {
			return at, fault.New(fault.Invalid, "matter.where_required").At("address")
		}
		return at, nil
	}
	point, err := geo.ParsePoint(lon, lat)
	if f, ok := fault.As(err); ok {
		return at, f.At("point")
	}
	if _, ok := p.Org.Locate(p.Realm, point); !ok {
		return at, fault.New(fault.Invalid, "matter.outside").At("point")
	}
	at.point = &point
	return at, err
}

// contact reads how the reporter may be reached, if they say so.
func (p *Pages) contact(r *http.Request) (matter.Contact, error) {
	answers, err := p.Matters.Forms["matter.contact"].Read(r.PostForm)
	return matter.Contact{
		Name: answers["contact_name"], Phone: answers["contact_phone"], Mail: answers["contact_mail"], Address: answers["contact_address"],
	}, err
}

// tokenLength is how much of a sum a photo's token carries.
const tokenLength = 32

// token names a stored photo so that only this server can have said so.
func (p *Pages) token(photo string) string {
	return photo + "." + p.Box.Sum("report_photo", p.Realm, photo)[:tokenLength]
}

// ids returns the photos named by genuine tokens.
func (p *Pages) ids(tokens []string) []string {
	var out []string
	for _, token := range tokens {
		photo, _, ok := strings.Cut(token, ".")
		if ok && hmac.Equal([]byte(p.token(photo)), []byte(token)) && len(out) < webmatter.MaxPhotos {
			out = append(out, photo)
		}
	}
	return out
}

// photos are those that go with the report.
func (p *Pages) photos(r *http.Request) []files.Photo {
	var out []files.Photo
	for _, photo := range p.ids(r.PostForm["photo"]) {
		out = append(out, files.Photo{ID: photo})
	}
	return out
}
