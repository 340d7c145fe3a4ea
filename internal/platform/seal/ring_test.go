// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package seal

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pavilion/internal/base/fault"
)

// later is when any version that a test made has settled.
func later(t *testing.T, b *Box) time.Time {
	t.Helper()
	versions := b.Versions()
	info, err := os.Stat(b.version(versions[len(versions)-1]))
	if err != nil {
		t.Fatal(err)
	}
	return info.ModTime().Add(settled)
}

// again opens the box of the same files, as another process would.
func again(t *testing.T, b *Box) *Box {
	t.Helper()
	other, err := OpenBox(b.file)
	if err != nil {
		t.Fatal(err)
	}
	return other
}

func add(t *testing.T, b *Box) {
	t.Helper()
	if _, err := b.Add(); err != nil {
		t.Fatal(err)
	}
}

func TestARunningServerLearnsOfANewVersion(t *testing.T) {
	server := open(t)
	command := again(t, server)
	for _, realm := range []string{home, guo} {
		old := sealed(t, server, realm, "a", "old")
		add(t, command)
		theirs := sealed(t, command, realm, "a", "theirs")
		if plain, err := server.Open(theirs, "a"); err != nil || string(plain) != "theirs" {
			t.Errorf("the server opens a text of the new version: %q, %v", plain, err)
		}
		if plain, err := server.Open(old, "a"); err != nil || string(plain) != "old" {
			t.Errorf("the server opens a text of the old version: %q, %v", plain, err)
		}
		add(t, command)
		ours, mark := sealed(t, server, realm, "a", "ours"), command.held.Load().mark(realm)
		if !strings.HasPrefix(ours, mark+".") {
			t.Errorf("the server seals %q and not with %s", ours, mark)
		}
		if server.Sum("a", realm) != again(t, server).Sum("a", realm) {
			t.Error("a sum has changed with the version")
		}
	}
}

func TestTwoAddAtOnce(t *testing.T) {
	b := open(t)
	var all sync.WaitGroup
	for range 8 {
		other := again(t, b)
		all.Go(func() {
			if _, err := other.Add(); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if got := again(t, b).Versions(); !slices.Equal(got, []int{1, 2, 3, 4, 5, 6, 7, 8, 9}) {
		t.Errorf("versions %v", got)
	}
}

func TestTheFirstVersionIsDroppedAndSumsStay(t *testing.T) {
	b := open(t)
	server := again(t, b)
	text, home1, guo1 := sealed(t, b, home, "a", "old"), b.Sum("a", home), b.Sum("a", guo)
	if err := b.Drop(1, time.Now()); fault.KindOf(err) != fault.Conflict {
		t.Errorf("the newest version was dropped: %v", err)
	}
	add(t, b)
	if err := b.Drop(1, later(t, b).Add(-time.Second)); fault.KindOf(err) != fault.Conflict {
		t.Errorf("a version was dropped beside one that is too young: %v", err)
	}
	if err := b.Drop(3, later(t, b)); fault.KindOf(err) != fault.Missing {
		t.Errorf("a version that is not there was dropped: %v", err)
	}
	if err := b.Drop(1, later(t, b)); err != nil {
		t.Fatal(err)
	}
	for name, box := range map[string]*Box{"who dropped it": b, "the next start": again(t, b)} {
		if box.Sum("a", home) != home1 || box.Sum("a", guo) != guo1 {
			t.Errorf("%s: sums have changed", name)
		}
		_, err := box.Open(text, "a")
		if f, ok := fault.As(err); !errors.Is(err, ErrNoKey) || !ok || f.Params["version"] != "1" {
			t.Errorf("%s: a text of the dropped version gave %v", name, err)
		}
	}
	if _, err := os.Stat(b.file); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the key is still there: %v", err)
	}
	if s := sealed(t, server, home, "a", "new"); !strings.HasPrefix(s, "2.") {
		t.Errorf("a server that runs seals %q", s)
	}
}

func TestADropThatWasBrokenOffIsDoneAgain(t *testing.T) {
	b := open(t)
	add(t, b)
	key, err := os.ReadFile(b.file)
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Drop(1, later(t, b)); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(b.file, key, 0o600); err != nil { // as if the last step had not come
		t.Fatal(err)
	}
	if err := again(t, b).Drop(1, later(t, b)); err != nil {
		t.Error(err)
	}
	if got := again(t, b).Versions(); !slices.Equal(got, []int{2}) {
		t.Errorf("versions %v", got)
	}
	if err := os.WriteFile(b.file, newKey(), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenBox(b.file); err == nil {
		t.Error("another first key was taken after the first was dropped: codes would change")
	}
}

func TestASuiteIsForGood(t *testing.T) {
	b := open(t)
	if again(t, b).Suite(guo).Name() != National || b.Suite(home).Name() != International {
		t.Error("suites were not kept")
	}
	if err := b.Choose(guo, National); err != nil {
		t.Errorf("the same again: %v", err)
	}
	for name, try := range map[string][2]string{
		"another for a realm that has one": {guo, International}, "one that is not there": {"new", "rot13"},
		"for a realm with a path for a name": {"../key", National},
	} {
		if err := b.Choose(try[0], try[1]); err == nil {
			t.Errorf("it was possible to choose %s", name)
		}
	}
}

func TestFilesThatAreRefused(t *testing.T) {
	for name, spoil := range map[string]func(b *Box) error{
		"others may read the first version": func(b *Box) error { return os.Chmod(b.file, 0o640) },
		"others may read a later version":   func(b *Box) error { return os.Chmod(b.version(2), 0o604) },
		"others may read the folder":        func(b *Box) error { return os.Chmod(b.file+folder, 0o750) },
		"the first version is short":        func(b *Box) error { return os.WriteFile(b.file, []byte("short"), 0o600) },
		"a later version is short":          func(b *Box) error { return os.WriteFile(b.version(2), []byte("short"), 0o600) },
		"a suite is not known":              func(b *Box) error { return os.WriteFile(b.beside(suitePart+"x"), []byte("rot13"), 0o600) },
		"the first version is missing":      func(b *Box) error { return os.Remove(b.file) },
		"the kept sums are short": func(b *Box) error {
			return errors.Join(os.WriteFile(b.beside(sumsFile), []byte("short"), 0o600), os.Remove(b.file))
		},
	} {
		b := open(t)
		add(t, b)
		text := sealed(t, b, home, "a", "plain")
		if err := spoil(b); err != nil {
			t.Fatal(err)
		}
		if _, err := OpenBox(b.file); err == nil || !strings.Contains(err.Error(), filepath.Dir(b.file)) {
			t.Errorf("%s: opened, or no file named (%v)", name, err)
		}
		if _, err := b.Open(text, "a"); err != nil {
			t.Errorf("%s: a server that runs stopped opening: %v", name, err)
		}
	}
}

func TestANewVersionThatCannotBeReadIsSaid(t *testing.T) {
	b := open(t)
	if err := os.WriteFile(b.version(2), []byte("short"), 0o600); err != nil {
		t.Fatal(err)
	}
	if text, err := b.Seal(home, "a", []byte("plain")); err == nil {
		t.Errorf("sealed %q with a version that is about to go", text)
	}
}

func TestFilesAreTheOwnersOnlyAndNoneIsLeftOver(t *testing.T) {
	b := open(t)
	add(t, b)
	entries, err := os.ReadDir(b.file + folder)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		info, err := e.Info()
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", e.Name(), info.Mode(), err)
		}
		names = append(names, e.Name())
	}
	if !slices.Equal(names, []string{"2", suitePart + guo}) {
		t.Errorf("files %v", names)
	}
	if first, err := os.ReadFile(b.file); err != nil || len(first) != keySize {
		t.Errorf("the first key: %d bytes, %v", len(first), err)
	}
}
