// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Command fetch re-creates the third-party files under web/ from the packages
// named in web/vendored/lock.json. It asks the npm client for each tarball, so
// that the client's own configuration decides where it comes from, and refuses
// a file whose checksum differs from the lock. With -update it writes the
// checksums it sees: read what changed before committing that.
package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// lock is the list of what is vendored.
type lock struct {
	Packages []pack `json:"packages"`
}

// pack is one npm package and the files taken from it.
type pack struct {
	Name    string `json:"name"`
	Version string `json:"version"`
	Licence string `json:"licence"`
	SHA256  string `json:"sha256"` // of the tarball
	Files   []file `json:"files"`
}

// file goes from a path in the package to one below web/. Serve is the name it
// is offered under to pages; without one it is not served.
type file struct {
	From   string `json:"from"`
	To     string `json:"to"`
	SHA256 string `json:"sha256"`
	Serve  string `json:"serve,omitempty"`
}

func main() {
	web := flag.String("web", "../web", "folder of the front end")
	update := flag.Bool("update", false, "write the checksums seen instead of comparing them")
	flag.Parse()
	if err := run(*web, *update); err != nil {
		fmt.Fprintln(os.Stderr, "fetch:", err)
		os.Exit(1)
	}
}

// run restores every package of the lock file below web.
func run(web string, update bool) error {
	path := filepath.Join(web, "vendored", "lock.json")
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var l lock
	if err := json.Unmarshal(data, &l); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	for i := range l.Packages {
		if err := restore(web, &l.Packages[i], update); err != nil {
			return fmt.Errorf("%s@%s: %w", l.Packages[i].Name, l.Packages[i].Version, err)
		}
	}
	if !update {
		return nil
	}
	out, err := json.MarshalIndent(l, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(out, '\n'), 0o644)
}

// restore fetches one package and writes its listed files.
func restore(web string, p *pack, update bool) error {
	tarball, err := npmPack(p.Name + "@" + p.Version)
	if err != nil {
		return err
	}
	if err := compare("tarball", &p.SHA256, tarball, update); err != nil {
		return err
	}
	contents, err := unpack(tarball)
	if err != nil {
		return err
	}
	for i := range p.Files {
		f := &p.Files[i]
		data, ok := contents[f.From]
		if !ok {
			return fmt.Errorf("%s is not in the package", f.From)
		}
		if err := compare(f.From, &f.SHA256, data, update); err != nil {
			return err
		}
		to := filepath.Join(web, filepath.FromSlash(f.To))
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(to, data, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// npmPack returns the tarball of one package version.
func npmPack(spec string) ([]byte, error) {
	dir, err := os.MkdirTemp("", "fetch")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	cmd := exec.Command("npm", "pack", "--silent", "--pack-destination", dir, spec)
	cmd.Dir, cmd.Stderr = dir, os.Stderr
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("npm pack: %w", err)
	}
	found, err := filepath.Glob(filepath.Join(dir, "*.tgz"))
	if err != nil {
		return nil, err
	}
	if len(found) != 1 {
		return nil, errors.New("npm pack left no tarball")
	}
	return os.ReadFile(found[0])
}

// unpack returns the files of a package by their path inside it.
func unpack(tarball []byte) (map[string][]byte, error) {
	zr, err := gzip.NewReader(bytes.NewReader(tarball))
	if err != nil {
		return nil, err
	}
	out := map[string][]byte{}
	for tr := tar.NewReader(zr); ; {
		h, err := tr.Next()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		data, err := io.ReadAll(tr)
		if err != nil {
			return nil, err
		}
		out[strings.TrimPrefix(h.Name, "package/")] = data
	}
}

// compare checks data against a locked checksum, or sets it.
func compare(what string, want *string, data []byte, update bool) error {
	sum := sha256.Sum256(data)
	got := hex.EncodeToString(sum[:])
	if update {
		*want = got
		return nil
	}
	if got != *want {
		return fmt.Errorf("%s has checksum %s, the lock says %s", what, got, *want)
	}
	return nil
}
