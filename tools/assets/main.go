// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Command assets bundles web/styles and web/scripts into web/dist under names
// that carry a hash of their content, and lists them, with the vendored files
// that pages may load, in web/dist/manifest.json. Running it twice changes
// nothing.
package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

// asset says where the file of one logical name lies below web/, and under
// which name it is served. The served name changes when the content does.
type asset struct {
	File string `json:"file"`
	Name string `json:"name"`
}

func main() {
	web := flag.String("web", "../web", "folder of the front end")
	flag.Parse()
	if err := run(*web); err != nil {
		fmt.Fprintln(os.Stderr, "assets:", err)
		os.Exit(1)
	}
}

// run builds everything and replaces web/dist.
func run(web string) error {
	built, err := bundle(web)
	if err != nil {
		return err
	}
	manifest := map[string]asset{}
	dist := filepath.Join(web, "dist")
	if err := os.RemoveAll(dist); err != nil {
		return err
	}
	if err := os.MkdirAll(dist, 0o755); err != nil {
		return err
	}
	for name, data := range built {
		hashed := hashedName(name, data)
		manifest[name] = asset{File: "dist/" + hashed, Name: hashed}
		if err := os.WriteFile(filepath.Join(dist, hashed), data, 0o644); err != nil {
			return err
		}
		fmt.Printf("%7d  %s\n", len(data), hashed)
	}
	if err := addFile(web, manifest, "mark.svg", "brand/mark.svg"); err != nil {
		return err
	}
	if err := addVendored(web, manifest); err != nil {
		return err
	}
	out, err := json.MarshalIndent(manifest, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dist, "manifest.json"), append(out, '\n'), 0o644)
}

// bundle returns the built files by logical name.
func bundle(web string) (map[string][]byte, error) {
	root, err := filepath.Abs(web)
	if err != nil {
		return nil, err
	}
	result := api.Build(api.BuildOptions{
		AbsWorkingDir:     root,
		EntryPoints:       []string{"styles/main.css", "styles/desk.css", "styles/cover.css", "styles/board.css", "styles/gathering.css", "scripts/main.ts", "scripts/map.ts", "scripts/passkey.ts", "scripts/cover.ts"},
		EntryNames:        "[name]",
		Outdir:            "dist",
		Bundle:            true,
		Write:             false,
		Format:            api.FormatESModule,
		Charset:           api.CharsetUTF8,
		LegalComments:     api.LegalCommentsNone,
		MinifyWhitespace:  true,
		MinifyIdentifiers: true,
		MinifySyntax:      true,
		Engines: []api.Engine{
			{Name: api.EngineChrome, Version: "100"},
			{Name: api.EngineSafari, Version: "15"},
			{Name: api.EngineFirefox, Version: "100"},
		},
	})
	if len(result.Errors) > 0 {
		lines := api.FormatMessages(result.Errors, api.FormatMessagesOptions{Kind: api.ErrorMessage})
		return nil, errors.New(strings.Join(lines, ""))
	}
	out := map[string][]byte{}
	for _, f := range result.OutputFiles {
		out[filepath.Base(f.Path)] = f.Contents
	}
	return out, nil
}

// addVendored lists the vendored files that the lock file offers to pages.
func addVendored(web string, manifest map[string]asset) error {
	data, err := os.ReadFile(filepath.Join(web, "vendored", "lock.json"))
	if err != nil {
		return err
	}
	var lock struct {
		Packages []struct {
			Files []struct{ To, Serve string }
		}
	}
	if err := json.Unmarshal(data, &lock); err != nil {
		return fmt.Errorf("lock.json: %w", err)
	}
	for _, p := range lock.Packages {
		for _, f := range p.Files {
			if f.Serve == "" {
				continue
			}
			if err := addFile(web, manifest, f.Serve, f.To); err != nil {
				return err
			}
		}
	}
	return nil
}

// addFile lists a file that is served as it lies there.
func addFile(web string, manifest map[string]asset, name, path string) error {
	content, err := os.ReadFile(filepath.Join(web, filepath.FromSlash(path)))
	if err != nil {
		return err
	}
	manifest[name] = asset{File: path, Name: hashedName(name, content)}
	return nil
}

// hashedName puts a hash of the content before the extension.
func hashedName(name string, data []byte) string {
	sum := sha256.Sum256(data)
	ext := filepath.Ext(name)
	return strings.TrimSuffix(name, ext) + "-" + strings.ToUpper(hex.EncodeToString(sum[:5])) + ext
}
