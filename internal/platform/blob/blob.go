// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package blob keeps the bytes of files in a folder.
package blob

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// unfinished is what the name of a file begins with that is being written.
const unfinished = ".put-"

// Dir is a folder of blobs. It is safe for concurrent use.
type Dir struct{ path string }

// OpenDir opens the folder at path, made if absent, readable by its owner only.
func OpenDir(path string) (*Dir, error) {
	if err := os.MkdirAll(path, 0o700); err != nil {
		return nil, fmt.Errorf("open blobs: %w", err)
	}
	return &Dir{path: path}, nil
}

// Put keeps data under name and returns nil only when it is on disk. A blob of
// that name is replaced as a whole: a reader sees the old or the new one.
func (d *Dir) Put(ctx context.Context, name string, data []byte) error {
	at, err := d.at(name)
	if err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := d.put(at, data); err != nil {
		return fmt.Errorf("keep blob %s: %w", name, err)
	}
	return nil
}

func (d *Dir) put(at string, data []byte) error {
	if err := d.grow(filepath.Dir(at)); err != nil {
		return err
	}
	// A name given to Put begins with no dot, so none is taken for this one.
	f, err := os.CreateTemp(filepath.Dir(at), unfinished+"*")
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), at)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return syncFolder(filepath.Dir(at))
}

// grow makes the two folders that lead to a blob, and puts their names on disk
// even if another made them: it may not have come that far.
func (d *Dir) grow(folder string) error {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	return errors.Join(syncFolder(filepath.Dir(folder)), syncFolder(d.path))
}

func syncFolder(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// Open opens the blob of that name; the error matches fs.ErrNotExist if there is
// none. The caller closes it.
func (d *Dir) Open(name string) (*os.File, error) {
	at, err := d.at(name)
	if err != nil {
		return nil, err
	}
	f, err := os.Open(at)
	if err != nil {
		return nil, fmt.Errorf("open blob %s: %w", name, err)
	}
	return f, nil
}

// Remove removes the blob of that name, if there is one.
func (d *Dir) Remove(name string) error {
	at, err := d.at(name)
	if err != nil {
		return err
	}
	if err := os.Remove(at); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("remove blob %s: %w", name, err)
	}
	return nil
}

// at says where a blob lies: below two folders named by its name's hash, so that
// none grows large whatever the names have in common.
func (d *Dir) at(name string) (string, error) {
	if !valid(name) {
		return "", fmt.Errorf("%q is not a blob's name: %w", name, fs.ErrInvalid)
	}
	sum := sha256.Sum256([]byte(name))
	fan := hex.EncodeToString(sum[:2])
	return filepath.Join(d.path, fan[:2], fan[2:], name), nil
}

// valid reports whether a name has 1 to 200 lower-case letters, digits, dots and
// hyphens and does not begin with a dot.
func valid(name string) bool {
	const letters = "abcdefghijklmnopqrstuvwxyz0123456789.-"
	return name != "" && len(name) <= 200 && name[0] != '.' && strings.Trim(name, letters) == ""
}

// Each calls fn for every blob, with when it was put, in no order.
// It goes on where a blob disappears meanwhile, and ends with the first error.
func (d *Dir) Each(ctx context.Context, fn func(name string, at time.Time) error) error {
	return d.walk(ctx, func(_, name string, at time.Time) error {
		if !valid(name) {
			return nil
		}
		return fn(name, at)
	})
}

// Tidy removes what a Put left behind that was broken off before the given time.
func (d *Dir) Tidy(ctx context.Context, before time.Time) (n int, err error) {
	err = d.walk(ctx, func(path, name string, at time.Time) error {
		if !strings.HasPrefix(name, unfinished) || !at.Before(before) {
			return nil
		}
		n++
		return os.Remove(path)
	})
	return n, err
}

func (d *Dir) walk(ctx context.Context, fn func(path, name string, at time.Time) error) error {
	return filepath.WalkDir(d.path, func(path string, entry fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err = errors.Join(err, ctx.Err()); err != nil || !entry.Type().IsRegular() {
			return err
		}
		info, err := entry.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		return fn(path, entry.Name(), info.ModTime())
	})
}
