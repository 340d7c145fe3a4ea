// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package kind

import (
	"context"
	"io/fs"
	"time"

	"pavilion/internal/core/edition"
)

// Library gives the catalogue of each realm.
type Library struct {
	editions *edition.Service
	reader   *edition.Reader[*Book]
}

// NewLibrary returns a library over the realms' editions.
func NewLibrary(s *edition.Service) *Library {
	return &Library{editions: s, reader: edition.NewReader(s, Edition, Parse)}
}

// At returns the catalogue that is, or was, in force in a realm at an instant.
func (l *Library) At(ctx context.Context, realm string, at time.Time) (*Book, error) {
	b, number, err := l.reader.At(ctx, realm, at)
	return numbered(b, number), err
}

// Current returns the catalogue in force in a realm for those who name or offer
// types: it asks for newer editions at most once a second, and when it gets no
// answer gives what it knew, or an empty catalogue.
func (l *Library) Current(realm string) *Book {
	b, err := l.At(context.Background(), realm, l.editions.Now())
	if err != nil {
		return &Book{}
	}
	return b
}

// Version returns one edition of a realm's catalogue.
func (l *Library) Version(ctx context.Context, realm string, number int) (*Book, error) {
	b, err := l.reader.Version(ctx, realm, number)
	return numbered(b, number), err
}

// numbered is b with the number of its edition.
func numbered(b *Book, number int) *Book {
	if b == nil || b.Number == number {
		return b
	}
	copied := *b
	copied.Number = number
	return &copied
}

// Seed gives a realm the catalogue that comes with the program, matters.json of
// the given files, unless it has published its own.
func (l *Library) Seed(ctx context.Context, realm string, files fs.FS) error {
	body, err := fs.ReadFile(files, "matters.json")
	if err != nil {
		return err
	}
	return l.editions.Seed(ctx, realm, Edition, body, "basis.practice")
}

// Load reads the catalogue that comes with the program.
func Load(files fs.FS) (*Book, error) {
	body, err := fs.ReadFile(files, "matters.json")
	if err != nil {
		return nil, err
	}
	return Parse(body)
}
