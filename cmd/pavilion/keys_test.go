// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/jpeg"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"pavilion/internal/app"
)

// uses reads how many texts are sealed with each version, the oldest first.
func uses(t *testing.T, data string) (texts []int) {
	t.Helper()
	out, bad, code := pavilion(t, "keys", "list", "--json", "--data", data)
	var keys []app.KeyUse
	if err := json.Unmarshal([]byte(out), &keys); err != nil || code != 0 {
		t.Fatalf("keys list: %v, %s", err, bad)
	}
	for _, k := range keys {
		texts = append(texts, k.Texts)
	}
	return texts
}

// photo is a small picture.
func photo(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 32, 32)), nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestKeysChangeWhileTheServerRuns(t *testing.T) {
	for _, suite := range []string{"international", "national"} {
		data := t.TempDir()
		begin(t, []string{"--data", data, "--suite", suite})
		s := serve(t, "--data", data)
		report := func(key string) {
			status, answer, err := s.post(http.DefaultClient, "/reports", key, map[string]any{
				"text": "测试：路灯不亮了", "contact": map[string]string{"name": "测试居民甲", "phone": "00000000000"}, "photos": [][]byte{photo(t)},
			})
			if err != nil || status != http.StatusCreated {
				t.Fatalf("report: %d, %v, %v", status, answer, err)
			}
		}
		keys := func(code int, want string, args ...string) {
			out, bad, got := pavilion(t, append(append([]string{"keys"}, args...), "--data", data)...)
			if got != code || !strings.Contains(out+bad, want) {
				t.Errorf("%s: keys %v gave %d: %s %s; want %q", suite, args, got, out, bad, want)
			}
		}
		other := map[string]string{"international": "national", "national": "international"}[suite]
		if _, _, code := pavilion(t, "init", "--name", "测试县", "--division", "410928", "--data", data, "--suite", other); code != 1 {
			t.Errorf("a realm was made twice: exit code %d", code)
		}
		report("first")
		keys(0, "suite "+suite, "list")
		keys(0, "Version 2", "add")
		report("second") // by the server that began with one version
		if got := fmt.Sprint(uses(t, data)); got != "[1 1]" {
			t.Errorf("%s: before rotation %s", suite, got)
		}
		keys(1, "1 texts are sealed with it", "drop", "1")
		keys(0, "1 texts, 1 photos", "list")
		keys(0, "1 texts sealed again, 1 photos", "rotate")
		if left, _ := filepath.Glob(filepath.Join(data, "photos", "*", "*", "*1.sealed")); len(left) > 0 {
			t.Errorf("%s: photos are left of the first version: %v", suite, left)
		}
		keys(1, "less than an hour", "drop", "1")
		old := time.Unix(0, 0)
		if err := os.Chtimes(filepath.Join(data, "key.ring", "2"), old, old); err != nil {
			t.Fatal(err)
		}
		keys(1, "2 texts are sealed with it", "drop", "2")
		keys(0, "Version 1 is gone", "drop", "1")
		report("third")
		if got := fmt.Sprint(uses(t, data)); got != "[3]" {
			t.Errorf("%s: at the end %s", suite, got)
		}
		s.cmd.Process.Signal(syscall.SIGTERM)
		s.cmd.Wait()
		next := serve(t, "--data", data) // it starts without the first version
		next.cmd.Process.Signal(syscall.SIGTERM)
		next.cmd.Wait()
		if _, bad, code := pavilion(t, "verify", "--data", data); code != 0 {
			t.Errorf("%s: the audit: %s", suite, bad)
		}
	}
}
