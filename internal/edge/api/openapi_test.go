// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package api_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"os"
	"strings"
	"testing"

	"pavilion/internal/platform/db/dbtest"
)

// kept is the description as it stands in the documentation.
const kept = "../../../docs/api/openapi.json"

// described is the description of an operation, as far as the tests look.
type described struct {
	OperationID string   `json:"operationId"`
	Summary     string   `json:"summary"`
	Description string   `json:"description"`
	Tags        []string `json:"tags"`
	Security    []map[string][]string
	Responses   map[string]struct {
		Description string                     `json:"description"`
		Content     map[string]json.RawMessage `json:"content"`
	} `json:"responses"`
	Parameters []struct {
		Name string `json:"name"`
	} `json:"parameters"`
}

type description struct {
	OpenAPI string `json:"openapi"`
	Info    struct {
		License, Contact *struct{ Name string }
	} `json:"info"`
	Servers    []struct{ URL string }          `json:"servers"`
	Tags       []struct{ Name string }         `json:"tags"`
	Paths      map[string]map[string]described `json:"paths"`
	Components struct {
		Schemas         map[string]json.RawMessage `json:"schemas"`
		SecuritySchemes map[string]struct {
			Type   string `json:"type"`
			Scheme string `json:"scheme"`
		} `json:"securitySchemes"`
	} `json:"components"`
}

// TestTheDescriptionIsTheOneKept fails when the API and docs/api/openapi.json
// differ. PAVILION_TEST_UPDATE=1 writes the file anew.
func TestTheDescriptionIsTheOneKept(t *testing.T) {
	raw, err := open(t, dbtest.SQLite(t)).server.OpenAPI()
	if err != nil {
		t.Fatal(err)
	}
	var now bytes.Buffer
	if err := json.Indent(&now, raw, "", "  "); err != nil {
		t.Fatal(err)
	}
	now.WriteByte('\n')
	if os.Getenv("PAVILION_TEST_UPDATE") == "1" {
		if err := os.WriteFile(kept, now.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	before, err := os.ReadFile(kept)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(before, now.Bytes()) {
		t.Error("docs/api/openapi.json is not what the API is: PAVILION_TEST_UPDATE=1 go test ./internal/edge/api writes it anew")
	}
}

func TestAServerGivesItsDescription(t *testing.T) {
	o := open(t, dbtest.SQLite(t))
	raw, err := o.server.OpenAPI()
	if err != nil {
		t.Fatal(err)
	}
	if got := o.nobody().get("/openapi.json").want(http.StatusOK); got.text != string(raw) {
		t.Errorf("it gives another: %.200s", got.text)
	}
}

func TestTheDescriptionIsComplete(t *testing.T) {
	o := open(t, dbtest.SQLite(t))
	raw, err := o.server.OpenAPI()
	if err != nil {
		t.Fatal(err)
	}
	var d description
	if err := json.Unmarshal(raw, &d); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(d.OpenAPI, "3.1.") || bytes.Contains(raw, []byte("$schema")) {
		t.Error("it is not plain OpenAPI 3.1")
	}
	if d.Info.License == nil || d.Info.Contact == nil || len(d.Servers) == 0 {
		t.Error("it does not say whose it is, under which licence, and where")
	}
	if bytes.Contains(raw, []byte("ErrorModel")) || bytes.Contains(raw, []byte(`"null"`)) {
		t.Error("it describes errors or values that are never sent")
	}
	if s := d.Components.SecuritySchemes["session"]; s.Type != "http" || s.Scheme != "bearer" {
		t.Errorf("how to sign in is described as %+v", s)
	}
	tags, ids := map[string]bool{}, map[string]bool{}
	for _, tag := range d.Tags {
		tags[tag.Name] = true
	}
	n := 0
	for path, methods := range d.Paths {
		for method, op := range methods {
			n++
			if ids[op.OperationID] || op.OperationID == "" {
				t.Errorf("%s %s: its id %q is no id", method, path, op.OperationID)
			}
			ids[op.OperationID] = true
			for _, problem := range op.lint(tags) {
				t.Errorf("%s %s: %s", method, path, problem)
			}
		}
	}
	for _, r := range o.server.Routes() {
		for _, role := range r.Access.Roles() {
			if said := d.Paths[r.Path][strings.ToLower(r.Method)].Description; !strings.Contains(said, "`"+string(role)+"`") {
				t.Errorf("%s %s is for %s and does not say so: %q", r.Method, r.Path, role, said)
			}
		}
	}
	if n != len(o.server.Routes()) {
		t.Errorf("%d operations described, %d there", n, len(o.server.Routes()))
	}
}

// lint lists what an operation's description lacks.
func (op described) lint(tags map[string]bool) (out []string) {
	if op.Summary == "" || strings.HasSuffix(op.Summary, ".") {
		out = append(out, "no summary, or one that is a sentence")
	}
	if len(op.Tags) != 1 || !tags[op.Tags[0]] {
		out = append(out, "no tag, or one that is not described")
	}
	good := false
	for status, r := range op.Responses {
		if r.Description == "" {
			out = append(out, status+" has no description")
		}
		good = good || strings.HasPrefix(status, "2")
		if _, problem := r.Content["application/problem+json"]; status >= "4" && !problem {
			out = append(out, status+" is no problem document")
		}
	}
	if !good {
		out = append(out, "no way to succeed")
	}
	if op.Description == "" {
		out = append(out, "no description")
	}
	if len(op.Security) == 0 {
		out = append(out, "it does not say who may use it")
	}
	if _, ok := op.Responses["401"]; len(op.Security) > 0 && ok != (len(op.Security[0]) > 0) {
		out = append(out, "401 and security do not agree")
	}
	for _, p := range op.Parameters {
		if p.Name == "Authorization" {
			out = append(out, "Authorization is a parameter, which clients ignore")
		}
	}
	return out
}
