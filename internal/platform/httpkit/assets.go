// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package httpkit

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"
	"time"
)

// forever is how browsers may keep what an address with a hash names.
const forever = "public, max-age=31536000, immutable"

// media are the types of the files a site is made of; what the machine believes
// about endings must not change what browsers are told.
var media = map[string]string{
	".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8",
	".mjs": "text/javascript; charset=utf-8", ".json": "application/json",
	".geojson": "application/geo+json", ".webmanifest": "application/manifest+json",
	".svg": "image/svg+xml", ".png": "image/png", ".jpg": "image/jpeg", ".webp": "image/webp",
	".ico": "image/x-icon", ".woff2": "font/woff2", ".txt": "text/plain; charset=utf-8",
	".html": "text/html; charset=utf-8", ".wasm": "application/wasm", ".map": "application/json",
}

// Assets serves the files of a tree that does not change while the program runs.
type Assets struct {
	fsys  fs.FS
	files map[string]*asset
}

// asset is one file. zipped is made when it is first asked for, or read from the
// file of the same name with .gz at its end.
type asset struct {
	hash   string
	media  string
	zipped func() []byte
}

// NewAssets reads the tree once to know each file's hash. A file whose name ends
// in .gz is the compressed form of the file without that ending.
func NewAssets(fsys fs.FS) (*Assets, error) {
	a := &Assets{fsys: fsys, files: map[string]*asset{}}
	err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		file, err := a.load(name)
		a.files[name] = file
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read assets: %w", err)
	}
	return a, nil
}

func (a *Assets) load(name string) (*asset, error) {
	f, err := a.fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return nil, err
	}
	kind, ok := media[path.Ext(name)]
	if !ok {
		kind = "application/octet-stream"
	}
	file := &asset{hash: hex.EncodeToString(h.Sum(nil))[:16], media: kind}
	file.zipped = sync.OnceValue(func() []byte { return a.zip(name, kind) })
	return file, nil
}

// zip returns a file compressed, or nil where that does not pay.
func (a *Assets) zip(name, kind string) []byte {
	if ready, err := fs.ReadFile(a.fsys, name+".gz"); err == nil {
		return ready
	}
	plain, err := fs.ReadFile(a.fsys, name)
	text := strings.HasPrefix(kind, "text/") || strings.HasSuffix(kind, "json") ||
		strings.HasSuffix(kind, "svg+xml") || strings.HasSuffix(kind, "wasm")
	if err != nil || !text || len(plain) < worth {
		return nil
	}
	var b bytes.Buffer
	z, _ := gzip.NewWriterLevel(&b, gzip.BestCompression) // the level is valid
	z.Write(plain)                                        // a buffer takes everything
	z.Close()
	if b.Len() >= len(plain) {
		return nil
	}
	return bytes.Clone(b.Bytes())
}

// URL returns name with its hash behind it: an address whose content never
// changes. A name that does not exist is returned as it is.
func (a *Assets) URL(name string) string {
	if file, ok := a.files[name]; ok {
		return name + "?v=" + file.hash
	}
	return name
}

// Has reports whether there is a file.
func (a *Assets) Has(name string) bool { return a.files[name] != nil }

// ServeHTTP answers with the file that the path names below the prefix which
// http.StripPrefix took away. Browsers may keep it for ever when the address
// has its hash, and otherwise ask again with the ETag.
func (a *Assets) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name := strings.TrimPrefix(r.URL.Path, "/")
	file, ok := a.files[name]
	if !ok {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Type", file.media)
	h.Set("Cache-Control", "public, no-cache")
	if r.URL.Query().Get("v") == file.hash {
		h.Set("Cache-Control", forever)
	}
	h.Set("ETag", `"`+file.hash+`"`)
	if zipped := file.zipped(); zipped != nil {
		h.Add("Vary", "Accept-Encoding")
		if accepts(r, "gzip") {
			h.Set("Content-Encoding", "gzip")
			h.Set("ETag", `"`+file.hash+`-gzip"`)
			if r.Header.Get("Range") == "" {
				h.Set("Content-Length", strconv.Itoa(len(zipped)))
			}
			http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(zipped))
			return
		}
	}
	a.plain(w, r, name)
}

func (a *Assets) plain(w http.ResponseWriter, r *http.Request, name string) {
	f, err := a.fsys.Open(name)
	if err != nil {
		http.NotFound(w, r)
		return
	}
	defer f.Close()
	content, ok := f.(io.ReadSeeker)
	if !ok {
		data, err := io.ReadAll(f)
		if err != nil {
			http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
			return
		}
		content = bytes.NewReader(data)
	}
	http.ServeContent(w, r, "", time.Time{}, content)
}
