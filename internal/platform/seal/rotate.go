// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package seal

import (
	"context"
	"errors"
	"fmt"
	"time"

	"pavilion/internal/platform/db"
)

const (
	batch = 200                  // texts that one transaction closes again
	rest  = 5 * time.Millisecond // between transactions: the writer belongs to those who wait
	named = 10                   // broken texts that an error names; the others it counts
)

// Text is a sealed text in a row.
type Text struct {
	Key    string // the row's, within realm and column, in the order of Find
	About  string // what the text is sealed for
	Sealed string
}

// Column is a column of sealed texts. The domain that owns its table fills it, in its
// store.
type Column struct {
	Name string // table and column
	// Find lists texts after a key, in the keys' order, that do not begin with than.
	Find func(ctx context.Context, tx *db.Tx, realm, after, than string, limit int) ([]Text, error)
	// Replace puts a text in the place of t, unless t is no longer there.
	Replace func(ctx context.Context, tx *db.Tx, realm string, t Text, sealed string) error
	// Count counts the texts that begin with a mark.
	Count func(ctx context.Context, tx *db.Tx, realm, mark string) (int, error)
}

// Uses counts a realm's texts in a column that are sealed with a version of the key.
func Uses(ctx context.Context, d *db.DB, c Column, realm string, version int) (n int, err error) {
	err = d.View(ctx, func(tx *db.Tx) error {
		n = 0
		for _, mark := range Marks(version) {
			k, err := c.Count(ctx, tx, realm, mark+".")
			if err != nil {
				return err
			}
			n += k
		}
		return nil
	})
	return n, err
}

// Rotate closes again, with the newest version of the key, all of a realm's texts in
// a column that are closed with another, and returns how many it has replaced. It may
// be broken off at any time and begun again, also beside another: a row has its old
// text or its new one, and both open. A text that does not open is left and told of
// in the error; the others are closed again all the same.
func (b *Box) Rotate(ctx context.Context, d *db.DB, c Column, realm string, progress func(done int)) (done int, err error) {
	var broken breakage
	after := ""
	for {
		k, err := b.present()
		if err != nil {
			return done, err
		}
		var texts []Text
		err = d.View(ctx, func(tx *db.Tx) (err error) {
			texts, err = c.Find(ctx, tx, realm, after, k.mark(realm)+".", batch)
			return err
		})
		if err != nil || len(texts) == 0 {
			return done, errors.Join(err, broken.err())
		}
		var old []Text
		var closed []string
		for _, t := range texts {
			if text, err := b.again(realm, t); err == nil {
				old, closed = append(old, t), append(closed, text)
			} else {
				broken.add(fmt.Errorf("%s, row %s: %w", c.Name, t.Key, err))
			}
		}
		err = d.InTx(ctx, func(tx *db.Tx) error {
			for i, t := range old {
				if err := c.Replace(ctx, tx, realm, t, closed[i]); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return done, errors.Join(err, broken.err())
		}
		done, after = done+len(closed), texts[len(texts)-1].Key
		progress(done)
		if err := pause(ctx); err != nil {
			return done, errors.Join(err, broken.err())
		}
	}
}

// breakage is what did not open.
type breakage struct {
	first []error
	n     int
}

func (b *breakage) add(err error) {
	if b.n++; b.n <= named {
		b.first = append(b.first, err)
	}
}

func (b *breakage) err() error {
	if b.n == 0 {
		return nil
	}
	return fmt.Errorf("%d texts do not open, the first of them: %w", b.n, errors.Join(b.first...))
}

// again closes a text anew.
func (b *Box) again(realm string, t Text) (string, error) {
	plain, err := b.Open(t.Sealed, t.About)
	if err != nil {
		return "", err
	}
	return b.Seal(realm, t.About, plain)
}

func pause(ctx context.Context) error {
	t := time.NewTimer(rest)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
