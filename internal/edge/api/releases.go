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
	"pavilion/internal/core/release"
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
	Version  int           `json:"version"`
	Reason   string        `json:"reason,omitempty" doc:"Why it was returned or withdrawn, or why finds were let through."`
	May      bool          `json:"may_release" doc:"Whoever asks may release it as it stands."`
	Reasoned bool          `json:"needs_reason" doc:"Something was found: it is released with a reason only."`
	At       time.Time     `json:"at"`
	Revision int           `json:"revision"`
}

type releasesInput struct {
	PageInput
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
	operation(s, readsDrafts, huma.Operation{
		OperationID: "releases", Tags: []string{deskTag}, Method: http.MethodGet, Path: "/releases", Summary: "List what is to become public",
		Description: "The drafts of one state that whoever asks may see: those to be decided with the oldest first.",
	}, s.listReleases)
	operation(s, readsDrafts, huma.Operation{
		OperationID: "release", Tags: []string{deskTag}, Method: http.MethodGet, Path: "/releases/{id}", Summary: "Read a draft", Errors: []int{http.StatusNotFound},
	}, s.openRelease)
	operation(s, mendsDrafts, huma.Operation{
		OperationID: "mend-release", Tags: []string{deskTag}, Method: http.MethodPost, Path: "/releases/{id}/words", Summary: "Word a draft anew", Errors: changing,
		Description: "Whoever does is an author of it and does not release it.",
	}, s.mendRelease)
	operation(s, mendsDrafts, huma.Operation{
		OperationID: "decide-release", Tags: []string{deskTag}, Method: http.MethodPost, Path: "/releases/{id}/decisions", Summary: "Release, return or withdraw a draft", Errors: changing,
		Description: "Who wrote a version of it does not release it. What is sure to lead to a person never becomes public.",
	}, s.decideRelease)
	operation(s, describes, huma.Operation{
		OperationID: "describe-matter", Tags: []string{deskTag}, Method: http.MethodPost, Path: "/matters/{id}/public", Summary: "Write what the public is to read of a matter",
		Description: "A draft that somebody else releases.", DefaultStatus: http.StatusCreated, Errors: changing,
	}, s.describeMatter)
}

func (s *Server) releaseOf(ctx context.Context, t release.Trail) Release {
	a := askerOf(ctx)
	out := Release{
		ID: t.ID, Kind: t.Kind, Subject: t.Subject, State: string(t.State), Words: []ReleasePart{}, Version: t.Version, Reason: t.Reason,
		May: s.Releases.MayRelease(a.actor, t), At: t.At.UTC(), Revision: t.Revision,
	}
	say := s.say(a)
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

func (s *Server) listReleases(ctx context.Context, in *releasesInput) (*releasesOutput, error) {
	cursor, err := page.ParseCursor(in.Cursor)
	if err != nil {
		return nil, err
	}
	list, err := s.Releases.List(ctx, askerOf(ctx).actor, release.State(in.State), cursor, in.Limit)
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
	t, err := s.Releases.Open(ctx, askerOf(ctx).actor, in.ID)
	if err != nil {
		return nil, err
	}
	return &releaseOutput{s.releaseOf(ctx, t)}, nil
}

func (s *Server) mendRelease(ctx context.Context, in *mendInput) (*releaseOutput, error) {
	by := askerOf(ctx).actor
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
		Realm: s.Realm, ID: in.ID, Revision: in.Body.Revision, Act: release.Act(in.Body.Act), Reason: in.Body.Reason, By: askerOf(ctx).actor,
	})
	if err != nil {
		return nil, err
	}
	return s.openRelease(ctx, &matterInput{ID: in.ID})
}

func (s *Server) describeMatter(ctx context.Context, in *describeInput) (*releaseOutput, error) {
	d, err := s.Matters.Describe(ctx, matter.Describe{Realm: s.Realm, ID: in.ID, Text: in.Body.Text, By: askerOf(ctx).actor})
	if err != nil {
		return nil, err
	}
	return s.openRelease(ctx, &matterInput{ID: d.ID})
}
