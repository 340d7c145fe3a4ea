// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package api_test

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"

	"pavilion/internal/civic/matter"
	"pavilion/internal/core/ledger"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/db/dbtest"
)

// hashes reads hexadecimal.
func hashes(t *testing.T, list []string) [][]byte {
	t.Helper()
	out := make([][]byte, len(list))
	for i, text := range list {
		var err error
		if out[i], err = hex.DecodeString(text); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// TestAnybodyVerifiesTheLog goes the way of somebody outside: keeps a head, comes
// back, and proves the later log and an entry of it with nothing but the answers.
func TestAnybodyVerifiesTheLog(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		o.nobody().get("/ledger/head").want(http.StatusNotFound)
		var heads []ledger.Head
		var id, number string
		for i := range 2 {
			made, err := o.Report(t.Context(), matter.Report{Realm: realm, Origin: "test", Type: "020103", Text: fmt.Sprintf("路灯不亮 %d", i)})
			if err != nil {
				t.Fatal(err)
			}
			id, number = made.ID, made.Number
			if _, err := o.ledger.Sequence(t.Context(), realm); err != nil {
				t.Fatal(err)
			}
			var said struct{ Key, Note, Root string }
			read(t, o.nobody().get("/ledger/head").want(http.StatusOK).text, &said)
			h, err := ledger.OpenHead(said.Note, said.Key)
			if err != nil || hex.EncodeToString(h.Root) != said.Root {
				t.Fatalf("%+v, %v", said, err)
			}
			heads = append(heads, h)
		}
		from, to := heads[0], heads[1]
		var grown struct{ Proof []string }
		read(t, o.nobody().get(fmt.Sprintf("/ledger/consistency?from=%d&to=%d", from.Size, to.Size)).want(http.StatusOK).text, &grown)
		err := proof.VerifyConsistency(rfc6962.DefaultHasher, uint64(from.Size), uint64(to.Size), hashes(t, grown.Proof), from.Root, to.Root)
		if err != nil {
			t.Error(err)
		}
		r, err := o.ledger.Prove(t.Context(), realm, matter.Subject(id), "matter.reported", number)
		if err != nil {
			t.Fatal(err)
		}
		var found struct {
			Index, Size uint64
			Proof       []string
		}
		read(t, o.nobody().get("/ledger/inclusion?leaf="+r.Leaf).want(http.StatusOK).text, &found)
		err = proof.VerifyInclusion(rfc6962.DefaultHasher, found.Index, found.Size, hashes(t, []string{r.Leaf})[0], hashes(t, found.Proof), to.Root)
		if err != nil {
			t.Error(err)
		}
		o.nobody().get("/ledger/inclusion?leaf=" + strings.Repeat("0", 64)).want(http.StatusNotFound)
		for _, bad := range []string{"/ledger/inclusion?leaf=x", "/ledger/consistency?from=2&to=1", "/ledger/consistency?from=1&to=99", "/ledger/consistency?from=0&to=1"} {
			o.nobody().get(bad).want(http.StatusUnprocessableEntity)
		}
	})
}

func read(t *testing.T, text string, into any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), into); err != nil {
		t.Fatal(err)
	}
}
