// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package archtest

import (
	"io/fs"
	"os"
	"strings"
	"testing"
)

// TestTree holds every rule against this repository.
func TestTree(t *testing.T) {
	tree, err := load(os.DirFS("../.."))
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rules {
		t.Run(r.name, func(t *testing.T) {
			for _, f := range r.find(tree) {
				t.Errorf("%s: %s (%s)", f.at, f.what, r.why)
			}
		})
	}
}

// TestTheStandardIsWhole counts the rows of docs/security.md: OWASP ASVS 5.0 has
// 70 requirements of level 1 and 183 of level 2.
func TestTheStandardIsWhole(t *testing.T) {
	text, err := os.ReadFile("../../docs/security.md")
	if err != nil {
		t.Fatal(err)
	}
	levels := map[string]int{}
	for line := range strings.Lines(string(text)) {
		if item.MatchString(line) {
			levels[strings.Split(line, " | ")[1]]++
		}
	}
	if levels["1"] != 70 || levels["2"] != 183 || len(levels) != 2 {
		t.Errorf("rows by level: %v", levels)
	}
}

// TestNoScriptKeepsWhatPeopleWrote reads our scripts: the browser's storage holds
// one setting, and nothing is put into a page as markup or run as a program.
func TestNoScriptKeepsWhatPeopleWrote(t *testing.T) {
	scripts := os.DirFS("../../web/scripts")
	names, err := fs.Glob(scripts, "*.ts")
	if err != nil || len(names) < 5 {
		t.Fatalf("%d scripts, %v", len(names), err)
	}
	for _, name := range names {
		text, err := fs.ReadFile(scripts, name)
		if err != nil {
			t.Fatal(err)
		}
		left := strings.NewReplacer("localStorage.getItem(setting)", "", "localStorage.setItem(setting, toggle.checked", "").Replace(string(text))
		for _, word := range []string{"localStorage", "sessionStorage", "indexedDB", "document.cookie", "innerHTML", "outerHTML", "insertAdjacentHTML", "eval(", "postMessage", "JSON.parse"} {
			if strings.Contains(left, word) {
				t.Errorf("%s uses %s", name, word)
			}
		}
	}
}
