// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webkit

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"regexp"
	"strings"
	"sync"

	"pavilion/internal/base/fault"
)

// assets are the files pages load: by the name templates use, and by the name
// they are served under, which changes with their content.
type assets struct {
	named  map[string]string
	served map[string]*asset
}

// asset is one file, compressed the first time somebody asks for that.
type asset struct {
	data   []byte
	kind   string
	zipped func() []byte
}

// kinds are the types of the files that are served.
var kinds = map[string]string{
	".css": "text/css; charset=utf-8",
	".js":  "text/javascript; charset=utf-8",
	".mjs": "text/javascript; charset=utf-8",
	".svg": "image/svg+xml",
}

// readAssets reads the manifest and the files it lists. Nothing else is served.
func readAssets(files fs.FS) (assets, error) {
	out := assets{named: map[string]string{}, served: map[string]*asset{}}
	data, err := fs.ReadFile(files, "dist/manifest.json")
	if err != nil {
		return out, err
	}
	var manifest map[string]struct{ File, Name string }
	if err := json.Unmarshal(data, &manifest); err != nil {
		return out, fmt.Errorf("manifest: %w", err)
	}
	for name, m := range manifest {
		data, err := fs.ReadFile(files, m.File)
		if err != nil {
			return out, err
		}
		out.named[name] = "/assets/" + m.Name
		out.served[m.Name] = &asset{data: data, kind: kinds[path.Ext(m.Name)], zipped: sync.OnceValue(func() []byte { return zip(data) })}
	}
	return out, nil
}

// address returns where a named asset is served.
func (a assets) address(name string) (string, error) {
	to, ok := a.named[name]
	if !ok {
		return "", fmt.Errorf("no asset %q", name)
	}
	return to, nil
}

// serveAsset answers with one file. Its name tells its content, so it may be
// kept for good.
func (k *Kit) serveAsset(w http.ResponseWriter, r *http.Request) error {
	a, ok := k.assets.served[r.PathValue("name")]
	if !ok {
		return fault.New(fault.Missing, "kit.no_page")
	}
	h := w.Header()
	h.Set("Content-Type", a.kind)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Vary", "Accept-Encoding")
	data := a.data
	if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		h.Set("Content-Encoding", "gzip")
		data = a.zipped()
	}
	h.Set("Content-Length", fmt.Sprint(len(data)))
	if r.Method == http.MethodHead {
		return nil
	}
	_, err := w.Write(data)
	return err
}

// zip compresses in memory, where writing cannot fail.
func zip(data []byte) []byte {
	var out bytes.Buffer
	w, _ := gzip.NewWriterLevel(&out, gzip.BestCompression)
	w.Write(data)
	w.Close()
	return out.Bytes()
}

var (
	iconNoise = regexp.MustCompile(`(?s)^.*?<svg.*?>|<path stroke="none"[^>]*>|</svg>\s*$`)
	iconSpace = regexp.MustCompile(`\s+`)
)

// readIcons reads the icons as what lies inside their svg element.
func readIcons(files fs.FS) (map[string]string, error) {
	names, err := fs.Glob(files, "icons/*.svg")
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	for _, name := range names {
		data, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		inner := iconNoise.ReplaceAllString(string(data), "")
		out[strings.TrimSuffix(path.Base(name), ".svg")] = strings.TrimSpace(iconSpace.ReplaceAllString(inner, " "))
	}
	return out, nil
}

// icon draws an icon. Words always stand beside it, so screen readers skip it.
func (k *Kit) icon(name string) (template.HTML, error) {
	inner, ok := k.icons[name]
	if !ok {
		return "", fmt.Errorf("no icon %q", name)
	}
	return template.HTML(`<svg class="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-linecap="round" ` +
		`stroke-linejoin="round" aria-hidden="true" focusable="false">` + inner + `</svg>`), nil
}
