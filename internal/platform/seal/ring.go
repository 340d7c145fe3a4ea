// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package seal

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"pavilion/internal/base/fault"
)

// The first version of the key is a file of its own. What came later lies beside it
// in a folder: a file for each version, named by its number; a file for each realm
// that chose a suite; and, once the first version was dropped, the keys of sums
// that were derived from it. Files appear whole or not at all and never change.
const (
	folder     = ".ring"   // after the name of the first version's file
	suitePart  = "suite-"  // before a realm
	sumsFile   = "sums"    // the keys of sums, in the order of suites
	unfinished = ".unmade" // before the name of a file that is being written
)

// settled is how old the newest version must be before another is dropped: what was
// sealed before it came is then in the database.
const settled = time.Hour

// number is the name of a version's file.
var number = regexp.MustCompile(`^[1-9][0-9]{0,8}$`)

// realmName is what a realm may be called, to have a file.
var realmName = regexp.MustCompile(`^[0-9A-Za-z][0-9A-Za-z_-]{0,99}$`)

// OpenBox opens the box whose first key is in a file, or makes one there if there is
// none. It refuses files that others may read or that hold no key, and makes none
// where the first key is missing but later ones are there.
func OpenBox(file string) (*Box, error) {
	b := &Box{file: file}
	_, err := os.Stat(file)
	if errors.Is(err, fs.ErrNotExist) {
		var beside []os.DirEntry
		if beside, err = b.list(); err == nil && len(beside) == 0 {
			err = keep(file, newKey())
		}
	}
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	_, err = b.reload()
	return b, err
}

// LoadKey reads a key that has no versions, such as one that signs, or makes one
// if there is no file. It refuses what OpenBox refuses.
func LoadKey(file string) ([]byte, error) {
	if _, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) {
		if err := keep(file, newKey()); err != nil && !errors.Is(err, fs.ErrExist) {
			return nil, err
		}
	}
	return secret(file, keySize)
}

// list is what lies in the folder, which is made when it is first needed.
func (b *Box) list() ([]os.DirEntry, error) {
	err := private(b.file + folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return os.ReadDir(b.file + folder)
}

func newKey() []byte {
	key := make([]byte, keySize)
	rand.Read(key) // never fails
	return key
}

func (b *Box) version(n int) string { return b.beside(strconv.Itoa(n)) }

func (b *Box) beside(name string) string { return filepath.Join(b.file+folder, name) }

// reload reads the files. What the box knew stays if they cannot be read.
func (b *Box) reload() (*keys, error) {
	b.learn.Lock()
	defer b.learn.Unlock()
	return b.read()
}

func (b *Box) read() (*keys, error) {
	if b.file == "" {
		return nil, errors.New("seal: this box has no files")
	}
	k := empty()
	if err := b.first(k); err != nil {
		return nil, err
	}
	entries, err := b.list()
	if err != nil {
		return nil, err
	}
	var later []int
	for _, e := range entries {
		if number.MatchString(e.Name()) {
			n, _ := strconv.Atoi(e.Name()) // nine digits at most
			later = append(later, n)
		}
		if realm, ok := strings.CutPrefix(e.Name(), suitePart); ok {
			name, err := secret(b.beside(e.Name()), 0)
			if err != nil {
				return nil, err
			}
			if k.suites[realm], err = SuiteNamed(string(name)); err != nil {
				return nil, fmt.Errorf("%s: %w", b.beside(e.Name()), err)
			}
		}
	}
	slices.Sort(later)
	for _, n := range later {
		key, err := secret(b.version(n), keySize)
		if errors.Is(err, fs.ErrNotExist) {
			continue // dropped since the folder was listed
		}
		if err != nil {
			return nil, err
		}
		if err := k.add(n, key); err != nil {
			return nil, err
		}
	}
	b.held.Store(k)
	return k, nil
}

// first reads the first version of the key. If it was dropped, what of it stays is read.
func (b *Box) first(k *keys) error {
	sums, none := secret(b.beside(sumsFile), len(suites)*keySize)
	if none != nil && !errors.Is(none, fs.ErrNotExist) {
		return none
	}
	key, err := secret(b.file, keySize)
	if err == nil {
		if err = errors.Join(k.add(1, key), k.derive(key)); err == nil && none == nil && !slices.Equal(sums, k.kept()) {
			err = fmt.Errorf("key file %s: it is not the one that was dropped; take it away", b.file)
		}
		return err
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if none != nil {
		return fmt.Errorf("key file %s is missing, but %s is not empty: bring it back from its backup", b.file, b.file+folder)
	}
	for i, s := range suites {
		k.sums[s.Name()] = sums[i*keySize : (i+1)*keySize]
	}
	return nil
}

// kept is what of the first version stays when it is dropped: the keys of sums.
func (k *keys) kept() (sums []byte) {
	for _, s := range suites {
		sums = append(sums, k.sums[s.Name()]...)
	}
	return sums
}

// secret reads a file of the given size that nobody but its owner may read; a size
// of 0 is any.
func secret(path string, size int) ([]byte, error) {
	if err := private(path); err != nil {
		return nil, err
	}
	data, err := os.ReadFile(path)
	if err == nil && size > 0 && len(data) != size {
		err = fmt.Errorf("key file %s: it has %d bytes and not %d", path, len(data), size)
	}
	return data, err
}

// private refuses what others may read.
func private(path string) error {
	info, err := os.Stat(path)
	if err == nil && info.Mode().Perm()&0o077 != 0 {
		err = fmt.Errorf("key file %s: others may read it; allow its owner only (chmod go-rwx)", path)
	}
	return err
}

// keep writes a file, whole and on disk, or not at all. It fails with fs.ErrExist
// if there is one: two who write at once do not lose a key.
func keep(path string, data []byte) error {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, unfinished+"-*") // readable by its owner only
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Link(f.Name(), path)
	}
	return errors.Join(err, os.Remove(f.Name()), onDisk(dir))
}

// onDisk puts the names in a folder on disk.
func onDisk(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// Suite is what a realm seals with.
func (b *Box) Suite(realm string) Suite { return b.held.Load().suite(realm) }

// Choose gives a realm its suite, before the realm is made and for good. Choosing the
// same again does nothing.
func (b *Box) Choose(realm, name string) error {
	suite, err := SuiteNamed(name)
	if err != nil {
		return err
	}
	if suite.Name() == b.Suite(realm).Name() {
		return nil
	}
	if !realmName.MatchString(realm) {
		return fmt.Errorf("seal: a realm called %q cannot have a suite of its own", realm)
	}
	b.learn.Lock()
	defer b.learn.Unlock()
	if _, err := b.read(); err != nil {
		return err
	}
	if err := keep(b.beside(suitePart+realm), []byte(name)); errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("seal: the suite of realm %s is %s for good", realm, b.Suite(realm).Name())
	} else if err != nil {
		return err
	}
	_, err = b.read()
	return err
}

// Versions lists the versions of the key, the newest last.
func (b *Box) Versions() []int { return slices.Clone(b.held.Load().versions) }

// Add makes a new version of the key, which closes from now on, and returns its number.
func (b *Box) Add() (int, error) {
	b.learn.Lock()
	defer b.learn.Unlock()
	for {
		k, err := b.read()
		if err != nil {
			return 0, err
		}
		n := k.newest() + 1
		if err = keep(b.version(n), newKey()); errors.Is(err, fs.ErrExist) {
			continue // somebody was quicker: theirs is read, ours is the next
		}
		if err == nil {
			_, err = b.read()
		}
		return n, err
	}
}

// Drop removes a version of the key for good. The caller has made sure that nothing
// is sealed with it. It refuses the newest, and all while the newest is so young
// that a text which was sealed before may not be in the database yet.
func (b *Box) Drop(n int, now time.Time) error {
	b.learn.Lock()
	defer b.learn.Unlock()
	k, err := b.read()
	if err != nil {
		return err
	}
	if !slices.Contains(k.versions, n) {
		return fault.New(fault.Missing, "seal.no_version")
	}
	if n == k.newest() {
		return fault.New(fault.Conflict, "seal.newest")
	}
	newest, err := os.Stat(b.version(k.newest()))
	if err != nil {
		return err
	}
	if now.Sub(newest.ModTime()) < settled {
		return fault.New(fault.Conflict, "seal.young")
	}
	path := b.version(n)
	if n == 1 {
		path = b.file
		if err := keep(b.beside(sumsFile), k.kept()); err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
	}
	if err := errors.Join(os.Remove(path), onDisk(filepath.Dir(path))); err != nil {
		return err
	}
	_, err = b.read()
	return err
}
