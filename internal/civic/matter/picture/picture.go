// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package picture makes photos of matters public. Somebody of the desk marks what
// must not be seen, the server draws a copy without it, a second person who has seen
// both releases it. The copy is a photo of its own; nothing public leads from it to
// the one it was made from, which never changes.
//
//	picture.go  what a picture is
//	rules.go    which photos may be public, what may be marked (no I/O)
//	prepare.go  a copy is made; it is released, it is withdrawn
//	look.go     the questions that pages ask
//	store.go    the only SQL, with store_retention.go
package picture

import (
	"time"

	"pavilion/internal/base/clock"
	"pavilion/internal/civic/matter"
	"pavilion/internal/core/files"
	"pavilion/internal/core/release"
	"pavilion/internal/platform/db"
)

// Kind is what a picture is among the drafts of core/release. Such a draft is about
// the matter, its file is the photo, and its one part the caption.
const Kind = "matter.photo"

// CaptionPart is the name of that part.
const CaptionPart = "caption"

// Picture is a copy of a photo that is public, or may become so. Each preparing
// makes another; none is changed.
type Picture struct {
	Realm         string
	ID            string // part of its public address
	Draft         string
	Version       int // of the draft with which it was made
	Matter        string
	Seq           int    // the event that the photo belongs to
	Photo         string // that it was made from
	Copy          string // the photo that everybody may see
	Width, Height int    // of the copy
	Boxes         []Box  // what was hidden
	Caption       string // what it shows, in the words that were released
	Shown         bool   // it is public
	By            string // the account that made it
	At            time.Time
}

// Service carries out the use cases.
type Service struct {
	DB       *db.DB
	Now      clock.Clock
	Files    *files.Service
	Matters  *matter.Service
	Releases *release.Service
}

// owner names what a copy is attached to.
func (p Picture) owner() string { return "picture/" + p.ID }
