// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"pavilion/internal/base/page"
	"pavilion/internal/base/trace"
	"pavilion/internal/civic/matter"
	"pavilion/internal/civic/matter/picture"
	"pavilion/internal/core/files"
	"pavilion/internal/core/release"
	"pavilion/internal/edge/api/apikit"
)

// ReleasePart is one of a draft's texts.
type ReleasePart struct {
	Name     string   `json:"name"`
	Text     string   `json:"text"`
	Finds    []string `json:"finds" nullable:"false" doc:"Kinds of traces that were found in it."`
	Proposal string   `json:"proposal,omitempty" doc:"The text without them, where it differs."`
}

// Release is something that is to become public, or is.
type Release struct {
	ID       string        `json:"id"`
	Kind     string        `json:"kind"`
	Subject  string        `json:"subject"`
	State    string        `json:"state" enum:"drafted,waiting,returned,released,withdrawn,superseded"`
	Words    []ReleasePart `json:"words" nullable:"false"`
	Withheld bool          `json:"withheld,omitempty" doc:"The words are not for whoever asks: auditors read those that are public. Each text is empty; finds says what was found."`
	Finds    []string      `json:"finds,omitempty" nullable:"false" doc:"Kinds of traces in words that are withheld."`
	Version  int           `json:"version"`
	Reason   string        `json:"reason,omitempty" doc:"Why it was returned or withdrawn, or why finds were let through."`
	May      bool          `json:"may_release" doc:"Whoever asks may release it as it stands."`
	Reasoned bool          `json:"needs_reason" doc:"Something was found: it is released with a reason only."`
	At       time.Time     `json:"at"`
	Revision int           `json:"revision"`
}

type releasesInput struct {
	apikit.PageInput
	State string `query:"state" enum:"drafted,waiting,returned,released,withdrawn,superseded" default:"waiting"`
}

type releasesOutput struct {
	Body struct {
		Releases []Release `json:"releases" nullable:"false"`
		Next     string    `json:"next,omitempty"`
	}
}

type releaseOutput struct{ Body Release }

type mendInput struct {
	ID   string `path:"id"`
	Body struct {
		Revision int               `json:"revision"`
		Words    map[string]string `json:"words" doc:"A text for each name that the draft has."`
	}
}

type decideInput struct {
	ID   string `path:"id"`
	Body struct {
		Revision int    `json:"revision"`
		Act      string `json:"act" enum:"release,return,withdraw"`
		Reason   string `json:"reason,omitempty"`
	}
}

type describeInput struct {
	ID   string `path:"id"`
	Body struct {
		Text string `json:"text" maxLength:"60"`
	}
}

// releases adds what is to become public.
func (s *Server) releases() {
	changing := []int{http.StatusNotFound, http.StatusConflict, http.StatusPreconditionFailed}
	apikit.Operation(s.Kit, readsDrafts, huma.Operation{
		OperationID: "releases", Tags: []string{apikit.Desk}, Method: http.MethodGet, Path: "/releases", Summary: "List what is to become public",
		Description: "The drafts of one state that whoever asks may see: those to be decided with the oldest first.",
	}, s.listReleases)
	apikit.Operation(s.Kit, readsDrafts, huma.Operation{
		OperationID: "release", Tags: []string{apikit.Desk}, Method: http.MethodGet, Path: "/releases/{id}", Summary: "Read a draft", Errors: []int{http.StatusNotFound},
	}, s.openRelease)
	apikit.Operation(s.Kit, mendsDrafts, huma.Operation{
		OperationID: "mend-release", Tags: []string{apikit.Desk}, Method: http.MethodPost, Path: "/releases/{id}/words", Summary: "Word a draft anew", Errors: changing,
		Description: "Whoever does is an author of it and does not release it.",
	}, s.mendRelease)
	apikit.Operation(s.Kit, mendsDrafts, huma.Operation{
		OperationID: "decide-release", Tags: []string{apikit.Desk}, Method: http.MethodPost, Path: "/releases/{id}/decisions", Summary: "Release, return or withdraw a draft", Errors: changing,
		Description: "Who wrote a version of it does not release it. What is sure to lead to a person never becomes public.",
	}, s.decideRelease)
	apikit.Operation(s.Kit, describes, huma.Operation{
		OperationID: "describe-matter", Tags: []string{apikit.Desk}, Method: http.MethodPost, Path: "/matters/{id}/public", Summary: "Write what the public is to read of a matter",
		Description: "A draft that somebody else releases.", DefaultStatus: http.StatusCreated, Errors: changing,
	}, s.describeMatter)
}

func (s *Server) releaseOf(ctx context.Context, t release.Trail) Release {
	a := apikit.AskerOf(ctx)
	out := Release{
		ID: t.ID, Kind: t.Kind, Subject: t.Subject, State: string(t.State), Words: []ReleasePart{}, Version: t.Version, Reason: t.Reason,
		May: s.Releases.MayRelease(a.Actor, t), At: t.At.UTC(), Revision: t.Revision,
	}
	if out.Withheld = t.Withheld; t.Withheld {
		out.Finds = kindsFound(t)
		out.Reasoned = len(out.Finds) > 0
	}
	say := s.Say(ctx)
	for _, p := range t.Words {
		part := ReleasePart{Name: p.Name, Text: p.Text, Finds: []string{}}
		for _, k := range trace.KindsOf(p.Text) {
			part.Finds = append(part.Finds, string(k))
		}
		if len(part.Finds) > 0 {
			out.Reasoned = true
			part.Proposal = trace.Redact(p.Text, func(k trace.Kind) string { return say.T("trace.mark." + string(k)) })
		}
		out.Words = append(out.Words, part)
	}
	return out
}

// kindsFound are the kinds of traces in a draft's wording as they were kept.
func kindsFound(t release.Trail) (out []string) {
	for _, v := range t.Versions {
		for _, k := range v.Kinds {
			if v.Number == t.Version {
				out = append(out, string(k))
			}
		}
	}
	return out
}

func (s *Server) listReleases(ctx context.Context, in *releasesInput) (*releasesOutput, error) {
	cursor, err := page.ParseCursor(in.Cursor)
	if err != nil {
		return nil, err
	}
	list, err := s.Releases.List(ctx, apikit.AskerOf(ctx).Actor, release.State(in.State), cursor, in.Limit)
	if err != nil {
		return nil, err
	}
	out := &releasesOutput{}
	out.Body.Releases, out.Body.Next = []Release{}, list.Next.String()
	for _, t := range list.Items {
		out.Body.Releases = append(out.Body.Releases, s.releaseOf(ctx, t))
	}
	return out, nil
}

func (s *Server) openRelease(ctx context.Context, in *matterInput) (*releaseOutput, error) {
	t, err := s.Releases.Open(ctx, apikit.AskerOf(ctx).Actor, in.ID)
	if err != nil {
		return nil, err
	}
	return &releaseOutput{s.releaseOf(ctx, t)}, nil
}

func (s *Server) mendRelease(ctx context.Context, in *mendInput) (*releaseOutput, error) {
	by := apikit.AskerOf(ctx).Actor
	t, err := s.Releases.Open(ctx, by, in.ID)
	if err != nil {
		return nil, err
	}
	words := make([]release.Part, len(t.Words))
	for i, p := range t.Words {
		words[i] = release.Part{Name: p.Name, Text: in.Body.Words[p.Name]}
	}
	if _, err := s.Releases.Mend(ctx, release.Mend{Realm: s.Realm, ID: in.ID, Revision: in.Body.Revision, Words: words, By: by}); err != nil {
		return nil, err
	}
	return s.openRelease(ctx, &matterInput{ID: in.ID})
}

func (s *Server) decideRelease(ctx context.Context, in *decideInput) (*releaseOutput, error) {
	_, err := s.Releases.Decide(ctx, release.Decide{
		Realm: s.Realm, ID: in.ID, Revision: in.Body.Revision, Act: release.Act(in.Body.Act), Reason: in.Body.Reason, By: apikit.AskerOf(ctx).Actor,
	})
	if err != nil {
		return nil, err
	}
	return s.openRelease(ctx, &matterInput{ID: in.ID})
}

func (s *Server) describeMatter(ctx context.Context, in *describeInput) (*releaseOutput, error) {
	d, err := s.Matters.Describe(ctx, matter.Describe{Realm: s.Realm, ID: in.ID, Text: in.Body.Text, By: apikit.AskerOf(ctx).Actor})
	if err != nil {
		return nil, err
	}
	return s.openRelease(ctx, &matterInput{ID: d.ID})
}

// PhotoBox is a rectangle of a photo that nobody is to see.
type PhotoBox struct {
	Left   int `json:"left" doc:"In thousandths of the photo's width, as width; top and height of its height."`
	Top    int `json:"top"`
	Width  int `json:"width"`
	Height int `json:"height"`
}

// PhotoDraft is what was made of a photo for the public.
type PhotoDraft struct {
	Picture   string     `json:"picture" doc:"Id of the copy; a decision names it."`
	State     string     `json:"state" enum:"drafted,waiting,returned,released,withdrawn,superseded"`
	Boxes     []PhotoBox `json:"boxes" nullable:"false" doc:"What is hidden in it."`
	Caption   string     `json:"caption"`
	Reason    string     `json:"reason,omitempty"`
	May       bool       `json:"may_release" doc:"Whoever asks may release it as it stands."`
	Revision  int        `json:"revision" doc:"Sent back with a decision."`
	Image     []byte     `json:"image" doc:"The copy, a JPEG file in base64."`
	PublicNow bool       `json:"public" doc:"This copy is the one that everybody may see."`
}

// PhotoInput names a photo of a matter.
type PhotoInput struct {
	ID    string `path:"id"`
	Seq   int    `path:"seq" doc:"The event that the photo belongs to."`
	Photo string `path:"photo"`
}

type photoOutput struct {
	Body struct {
		Width    int         `json:"width"`
		Height   int         `json:"height"`
		Original []byte      `json:"original" doc:"The photo, a JPEG file in base64. It never becomes public."`
		Draft    *PhotoDraft `json:"draft,omitempty" doc:"The latest copy, if one was made."`
	}
}

type photoPrepareInput struct {
	PhotoInput
	Body struct {
		Boxes   []PhotoBox `json:"boxes,omitempty" maxItems:"80" nullable:"false"`
		Nothing bool       `json:"nothing,omitempty" doc:"There is nothing to hide; said instead of boxes."`
		Caption string     `json:"caption" maxLength:"60" doc:"What the photo shows, for everybody."`
	}
}

type photoDecideInput struct {
	PhotoInput
	Body struct {
		Picture  string `json:"picture"`
		Revision int    `json:"revision"`
		Act      string `json:"act" enum:"release,return,withdraw"`
		Reason   string `json:"reason,omitempty" maxLength:"500"`
	}
}

// photographs adds how photos of matters become public.
func (s *Server) photographs() {
	failing := []int{http.StatusNotFound, http.StatusConflict, http.StatusPreconditionFailed}
	const path = "/matters/{id}/photos/{seq}/{photo}/public"
	apikit.Operation(s.Kit, readsPhotos, huma.Operation{
		OperationID: "photo", Tags: []string{apikit.Desk}, Method: http.MethodGet, Path: path, Summary: "See a photo beside what is to become public of it", Errors: failing,
		Description: "Dispatchers and shift heads of its place. Whoever decides has been sent both.",
	}, s.openPhoto)
	apikit.Operation(s.Kit, describes, huma.Operation{
		OperationID: "prepare-photo", Tags: []string{apikit.Desk}, Method: http.MethodPost, Path: path, Summary: "Hide parts of a photo for the public", Errors: failing,
		Description: "Dispatchers and shift heads of its place. The copy waits for its release by somebody else; the photo itself stays as it is.", DefaultStatus: http.StatusCreated,
	}, s.preparePhoto)
	apikit.Operation(s.Kit, describes, huma.Operation{
		OperationID: "decide-photo", Tags: []string{apikit.Desk}, Method: http.MethodPost, Path: path + "/decisions", Summary: "Release, return or withdraw a prepared photo", Errors: failing,
		Description: "Who made the copy does not release it. A copy that another has taken the place of is 412.",
	}, s.decidePhoto)
}

func (s *Server) openPhoto(ctx context.Context, in *PhotoInput) (*photoOutput, error) {
	by := apikit.AskerOf(ctx).Actor
	l, err := s.Pictures.Look(ctx, by, in.ID, in.Seq, in.Photo)
	if err != nil {
		return nil, err
	}
	out := &photoOutput{}
	out.Body.Width, out.Body.Height = l.Photo.Width, l.Photo.Height
	if out.Body.Original, err = s.Pictures.Original(ctx, by, in.ID, in.Seq, in.Photo); err != nil || l.Latest == nil {
		return out, err
	}
	d := &PhotoDraft{
		Picture: l.Latest.ID, State: string(l.Trail.State), Boxes: []PhotoBox{}, Caption: l.Trail.Text(picture.CaptionPart), Reason: l.Trail.Reason,
		May: l.May, Revision: l.Trail.Revision, PublicNow: l.Latest.Shown,
	}
	for _, b := range l.Latest.Boxes {
		d.Boxes = append(d.Boxes, PhotoBox(b))
	}
	out.Body.Draft = d
	d.Image, err = s.Pictures.Draft(ctx, by, in.ID, in.Seq, in.Photo, l.Latest.ID, files.Full)
	return out, err
}

func (s *Server) preparePhoto(ctx context.Context, in *photoPrepareInput) (*photoOutput, error) {
	boxes := make([]picture.Box, len(in.Body.Boxes))
	for i, b := range in.Body.Boxes {
		boxes[i] = picture.Box{Left: b.Left, Top: b.Top, Width: b.Width, Height: b.Height}
	}
	_, err := s.Pictures.Prepare(ctx, picture.Prepare{
		Realm: s.Realm, Matter: in.ID, Seq: in.Seq, Photo: in.Photo, Boxes: boxes, Nothing: in.Body.Nothing, Caption: in.Body.Caption, By: apikit.AskerOf(ctx).Actor,
	})
	if err != nil {
		return nil, err
	}
	return s.openPhoto(ctx, &in.PhotoInput)
}

func (s *Server) decidePhoto(ctx context.Context, in *photoDecideInput) (*photoOutput, error) {
	err := s.Pictures.Decide(ctx, picture.Decide{
		Matter: in.ID, Seq: in.Seq, Photo: in.Photo, Picture: in.Body.Picture, Revision: in.Body.Revision, Act: release.Act(in.Body.Act),
		Reason: in.Body.Reason, By: apikit.AskerOf(ctx).Actor,
	})
	if err != nil {
		return nil, err
	}
	return s.openPhoto(ctx, &in.PhotoInput)
}
