// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pavilion/internal/app"
	"pavilion/internal/civic/matter"
	"pavilion/internal/core/ledger"
)

// reported has a matter reported and its entry taken, and returns its receipt.
func reported(t *testing.T, data string) ledger.Receipt {
	t.Helper()
	s, err := app.Load("", []string{"PAVILION_DATA=" + data})
	if err != nil {
		t.Fatal(err)
	}
	a, err := app.Open(t.Context(), s, quiet())
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	made, err := a.Matters.Report(t.Context(), matter.Report{Realm: "410928", Origin: "test", Type: "020103", Text: "测试用：井盖破了"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Ledger.Sequence(t.Context(), "410928"); err != nil {
		t.Fatal(err)
	}
	r, err := a.Ledger.Prove(t.Context(), "410928", matter.Subject(made.ID), "matter.reported", made.Number)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestAReceiptIsVerifiedWithoutADatabase(t *testing.T) {
	data := t.TempDir()
	begin(t, []string{"--data", data})
	r := reported(t, data)
	if err := os.RemoveAll(data); err != nil {
		t.Fatal(err)
	}
	forged := r
	forged.Entry.At--
	for name, tt := range map[string]struct {
		receipt ledger.Receipt
		args    []string
		code    int
		want    string
	}{
		"good":                  {r, nil, 0, "Compare it with the one you trust"},
		"with the key":          {r, []string{"--key", r.Key}, 0, r.Number},
		"for programs":          {r, []string{"--key", r.Key, "--json"}, 0, `"key_given": true`},
		"with another's key":    {r, []string{"--key", "pavilion/410928+0bbd8d7c+ATVWn8oc8QLRpQ1bJqPvkJ4IyAZRHUyPj3r6s8S5kUAX"}, 1, "signature"},
		"forged":                {forged, nil, 1, "does not fit its own hash"},
		"of nothing whatsoever": {ledger.Receipt{}, nil, 1, "no receipt"},
	} {
		raw, err := json.Marshal(tt.receipt)
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(t.TempDir(), "receipt.json")
		if err := os.WriteFile(file, raw, 0o600); err != nil {
			t.Fatal(err)
		}
		out, bad, code := pavilion(t, append([]string{"verify", "receipt", file}, tt.args...)...)
		if code != tt.code || !strings.Contains(out+bad, tt.want) || strings.Count(bad, "\n") != tt.code {
			t.Errorf("%s: exit code %d, %s %s", name, code, out, bad)
		}
	}
}

func TestATamperedLogIsAFailure(t *testing.T) {
	data := t.TempDir()
	begin(t, []string{"--data", data})
	reported(t, data)
	if out, bad, code := pavilion(t, "verify", "--data", data); code != 0 || !strings.Contains(out, "of them in the log under 1 signed heads") {
		t.Fatalf("exit code %d, %s %s", code, out, bad)
	}
	alter(t, filepath.Join(data, "pavilion.db"), `UPDATE ledger_head SET note = replace(note, 'at 20', 'at 19')`)
	out, bad, code := pavilion(t, "verify", "--data", data)
	if code != 1 || !strings.Contains(out, "was rewritten: its signature does not fit") || strings.Count(bad, "\n") != 1 {
		t.Errorf("exit code %d, %s %s", code, out, bad)
	}
}

func TestPublishedStatisticsAreCountedAnew(t *testing.T) {
	data := t.TempDir()
	begin(t, []string{"--data", data})
	if out, bad, code := pavilion(t, "verify", "statistics", "--data", data); code != 0 || !strings.Contains(out, "no statistics were published") {
		t.Errorf("exit code %d, %s %s", code, out, bad)
	}
	file := filepath.Join(t.TempDir(), "bulletin.jsonl.gz")
	if err := os.WriteFile(file, []byte("no archive"), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, bad, code := pavilion(t, "verify", "statistics", file); code != 1 || !strings.Contains(bad, "no bulletin's file") || strings.Count(bad, "\n") != 1 {
		t.Errorf("exit code %d, %s %s", code, out, bad)
	}
}
