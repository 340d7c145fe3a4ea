// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package api

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/form"
	"pavilion/internal/base/geo"
	"pavilion/internal/civic/matter"
	"pavilion/internal/core/files"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/procedure"
	"pavilion/internal/edge/api/apikit"
)

// Contact is who reports; kept sealed.
type Contact struct {
	Name    string `json:"name,omitempty" maxLength:"40"`
	Phone   string `json:"phone,omitempty" maxLength:"30"`
	Mail    string `json:"mail,omitempty" maxLength:"254"`
	Address string `json:"address,omitempty" maxLength:"200" doc:"Where to find the reporter; the place of the matter is another thing."`
}

type reportInput struct {
	Key  string `header:"Idempotency-Key" maxLength:"200" doc:"The same key never makes a second matter: a retry is answered with the first, and with other words it is 409. Choose it at random."`
	Body struct {
		Text    string   `json:"text" doc:"What it is about, 2 to 5,000 characters."`
		Type    string   `json:"type,omitempty" doc:"Code of a type; without one the desk decides."`
		Title   string   `json:"title,omitempty"`
		Address string   `json:"address,omitempty"`
		Area    string   `json:"area,omitempty" doc:"Id of an area, where there is no point."`
		Lon     *float64 `json:"lon,omitempty" doc:"WGS-84, in degrees."`
		Lat     *float64 `json:"lat,omitempty"`
		Contact *Contact `json:"contact,omitempty"`
		Photos  [][]byte `json:"photos,omitempty" maxItems:"9" nullable:"false" doc:"JPEG, PNG or WebP, in base64. What a camera writes into them besides the picture is taken out."`
	}
}

type reportOutput struct {
	Status int
	Body   struct {
		Number   string     `json:"number"`
		Code     string     `json:"code" doc:"With the number it lets the reporter follow the matter. Keep it."`
		State    string     `json:"state"`
		Due      *time.Time `json:"due,omitempty"`
		Repeated bool       `json:"repeated,omitempty" doc:"The key was used before; this is what it made."`
	}
}

type trackInput struct {
	Body struct {
		Number string `json:"number"`
		Code   string `json:"code"`
	}
}

type matterOutput struct{ Body Matter }

type trackMoveInput struct {
	Body struct {
		Number   string            `json:"number"`
		Code     string            `json:"code"`
		Revision int               `json:"revision"`
		Action   string            `json:"action"`
		Answers  map[string]string `json:"answers,omitempty"`
	}
}

// reporting adds what needs no account.
func (s *Server) reporting() {
	apikit.Operation(s.Kit, apikit.Public, huma.Operation{
		OperationID: "report", Tags: []string{apikit.Reporting}, Method: http.MethodPost, Path: "/reports", Summary: "Report a matter", DefaultStatus: http.StatusCreated,
		Description: "No account is needed. What is answered with 201 is on disk.", MaxBodyBytes: maxPhotos,
		Errors: []int{http.StatusConflict, http.StatusTooManyRequests},
	}, s.report)
	apikit.Operation(s.Kit, apikit.Public, huma.Operation{
		OperationID: "track", Tags: []string{apikit.Reporting}, Method: http.MethodPost, Path: "/track", Summary: "Follow a matter with its number and code",
		Description: "What its reporter may know of it, with the moves that are theirs.",
		Errors:      []int{http.StatusNotFound, http.StatusTooManyRequests},
	}, s.track)
	apikit.Operation(s.Kit, apikit.Public, huma.Operation{
		OperationID: "track-move", Tags: []string{apikit.Reporting}, Method: http.MethodPost, Path: "/track/moves", Summary: "Make a move of the reporter's",
		Description: "Answering a question, rating a reply, asking for it to be taken up again. A retry finds the revision changed, and does nothing.",
		Errors:      []int{http.StatusForbidden, http.StatusNotFound, http.StatusConflict, http.StatusPreconditionFailed, http.StatusTooManyRequests},
	}, s.trackMove)
	apikit.Operation(s.Kit, apikit.Public, huma.Operation{
		OperationID: "types", Tags: []string{apikit.Reporting}, Method: http.MethodGet, Path: "/types", Summary: "List the types of matter",
		Description: "Those that may be reported by anybody, in the language asked for.",
	}, s.types)
	apikit.Operation(s.Kit, apikit.Public, huma.Operation{
		OperationID: "areas", Tags: []string{apikit.Reporting}, Method: http.MethodGet, Path: "/areas", Summary: "List the areas directly below one",
		Description: "From the district down to its grids.",
		Errors:      []int{http.StatusNotFound},
	}, s.areas)
	apikit.Operation(s.Kit, apikit.Public, huma.Operation{
		OperationID: "form", Tags: []string{apikit.Reporting}, Method: http.MethodGet, Path: "/forms/{name}", Summary: "Read what a move asks for",
		Description: "The fields of a form of the catalogue, as moves name it.",
		Errors:      []int{http.StatusNotFound},
	}, s.form)
	apikit.Operation(s.Kit, apikit.Public, huma.Operation{
		OperationID: "public-matters", Tags: []string{apikit.Reporting}, Method: http.MethodGet, Path: "/public-matters", Summary: "List what is public of the matters, the newest first",
		Description: "Without anybody's words but the desk's, and with the place as far as it is public.",
	}, s.public)
}

func (s *Server) report(ctx context.Context, in *reportInput) (*reportOutput, error) {
	a := apikit.AskerOf(ctx)
	if !s.Reports(a.Client) {
		return nil, s.Problem(ctx, fault.New(fault.Conflict, "matter.too_many_reports"), http.StatusTooManyRequests)
	}
	c, err := s.told(in, a)
	if err != nil {
		return nil, err
	}
	if c.Photos, err = s.photos(ctx, in.Body.Photos); err != nil {
		return nil, err
	}
	receipt, err := s.Matters.Report(ctx, c)
	if err != nil {
		return nil, renamed(err)
	}
	out := &reportOutput{Status: http.StatusCreated}
	if receipt.Repeated {
		out.Status = http.StatusOK
		if err := s.same(ctx, receipt.ID, c); err != nil {
			return nil, err
		}
	}
	out.Body.Number, out.Body.Code, out.Body.State = receipt.Number, receipt.Code, string(receipt.State)
	out.Body.Due, out.Body.Repeated = apikit.Instant(receipt.Due), receipt.Repeated
	return out, nil
}

// maxPhotos bounds a request with photos, in bytes.
const maxPhotos = 32 << 20

// photos cleans and keeps the photos of a request.
func (s *Server) photos(ctx context.Context, sent [][]byte) ([]files.Photo, error) {
	var out []files.Photo
	for _, data := range sent {
		photo, err := s.Files.Receive(ctx, s.Realm, data)
		if f, ok := fault.As(err); ok {
			return nil, f.At("photos")
		}
		if err != nil {
			return nil, err
		}
		out = append(out, photo)
	}
	return out, nil
}

// told reads a report from a request.
func (s *Server) told(in *reportInput, a apikit.Asker) (matter.Report, error) {
	b := in.Body
	c := matter.Report{
		Realm: s.Realm, Origin: "api", Key: in.Key, Type: b.Type, Title: b.Title, Text: b.Text, Address: b.Address,
		Area: b.Area, By: a.Actor,
	}
	if b.Lon != nil || b.Lat != nil {
		if b.Lon == nil || b.Lat == nil {
			return c, fault.New(fault.Invalid, "geo.not_a_number").At("point")
		}
		c.Point = &geo.Point{Lon: *b.Lon, Lat: *b.Lat}
		if err := c.Point.Check(); err != nil {
			return c, err
		}
	}
	if b.Contact != nil {
		c.Contact = matter.Contact(*b.Contact)
	}
	var faults []*fault.Error
	clean := func(field string, value *string) {
		text, err := form.CleanText(*value, false)
		if f, ok := fault.As(err); ok {
			faults = append(faults, f.At(field))
		}
		*value = text
	}
	clean("contact.name", &c.Contact.Name)
	clean("contact.phone", &c.Contact.Phone)
	clean("contact.mail", &c.Contact.Mail)
	clean("contact.address", &c.Contact.Address)
	return c, fault.Join(faults...)
}

// same refuses a key that made another matter than c asks for, since what it
// made is told to whoever knows the key.
func (s *Server) same(ctx context.Context, id string, c matter.Report) error {
	same, err := s.Matters.Repeats(ctx, id, c)
	if err != nil {
		return err
	}
	if !same {
		return fault.New(fault.Conflict, "api.key_used")
	}
	return nil
}

// renamed returns err with the fields at fault as a report calls them.
func renamed(err error) error {
	f, ok := fault.As(err)
	if !ok {
		return err
	}
	list := append([]*fault.Error{f}, f.More...)
	for i, e := range list {
		if e.Field == "category" {
			list[i] = e.At("type")
		} else if part, ok := strings.CutPrefix(e.Field, "contact_"); ok {
			list[i] = e.At("contact." + part)
		}
	}
	first := *list[0]
	first.More = nil
	list[0] = &first
	return fault.Join(list...)
}

// prove returns the matter of a number and its code.
func (s *Server) prove(ctx context.Context, number, code string) (matter.Matter, error) {
	if !s.Codes(apikit.AskerOf(ctx).Client) {
		return matter.Matter{}, s.Problem(ctx, fault.New(fault.Conflict, "matter.too_many_codes"), http.StatusTooManyRequests)
	}
	return s.Matters.Track(ctx, s.Realm, number, code)
}

func (s *Server) track(ctx context.Context, in *trackInput) (*matterOutput, error) {
	m, err := s.prove(ctx, in.Body.Number, in.Body.Code)
	if err != nil {
		return nil, err
	}
	d, err := s.Matters.Followed(ctx, s.Realm, m.ID)
	if err != nil {
		return nil, err
	}
	return &matterOutput{s.detail(s.Say(ctx), d, true)}, nil
}

func (s *Server) trackMove(ctx context.Context, in *trackMoveInput) (*matterOutput, error) {
	m, err := s.prove(ctx, in.Body.Number, in.Body.Code)
	if err != nil {
		return nil, err
	}
	_, err = s.Matters.Move(ctx, matter.Move{
		Realm: s.Realm, ID: m.ID, Revision: in.Body.Revision, Action: procedure.Action(in.Body.Action),
		By: identity.Actor{Realm: s.Realm}, Reporter: true, Answers: lists(in.Body.Answers),
	})
	if err != nil {
		return nil, err
	}
	d, err := s.Matters.Followed(ctx, s.Realm, m.ID)
	if err != nil {
		return nil, err
	}
	return &matterOutput{s.detail(s.Say(ctx), d, true)}, nil
}

// lists writes answers as forms send them.
func lists(answers map[string]string) map[string][]string {
	out := map[string][]string{}
	for name, value := range answers {
		out[name] = []string{value}
	}
	return out
}
