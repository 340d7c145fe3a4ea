// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package api

import (
	"context"
	"encoding/hex"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"pavilion/internal/core/ledger"
	"pavilion/internal/edge/api/apikit"
)

// LedgerHead is the newest signed head of the log.
type LedgerHead struct {
	Realm string    `json:"realm"`
	Size  int64     `json:"size" doc:"How many entries the log has."`
	Root  string    `json:"root" doc:"The root of the Merkle tree (RFC 6962; SHA-256, or SM3 where the key is of kind sm2-sm3), in hexadecimal."`
	At    time.Time `json:"signed_at"`
	Key   string    `json:"key" doc:"The verifier key (golang.org/x/mod/sumdb/note). Keep a copy of your own."`
	Note  string    `json:"note" doc:"The signed note that says all this."`
}

type headOutput struct{ Body LedgerHead }

type consistencyInput struct {
	From int64 `query:"from" required:"true" minimum:"1" doc:"Size of the earlier head."`
	To   int64 `query:"to" required:"true" minimum:"1" doc:"Size of the later head."`
}

type consistencyOutput struct {
	Body struct {
		From  int64    `json:"from"`
		To    int64    `json:"to"`
		Proof []string `json:"proof" nullable:"false" doc:"As RFC 6962 lays down, in hexadecimal."`
	}
}

type inclusionInput struct {
	Leaf string `query:"leaf" required:"true" doc:"Hash of the leaf, in hexadecimal."`
	Size int64  `query:"size" minimum:"0" doc:"Size of the head; without it, the newest."`
}

type inclusionOutput struct {
	Body struct {
		Index int64    `json:"index"`
		Size  int64    `json:"size"`
		Proof []string `json:"proof" nullable:"false" doc:"As RFC 6962 lays down, in hexadecimal."`
	}
}

// ledger adds what anybody may ask of the log.
func (s *Server) ledger() {
	apikit.Operation(s.Kit, apikit.Public, huma.Operation{
		OperationID: "ledger-head", Tags: []string{apikit.Reporting}, Method: http.MethodGet, Path: "/ledger/head", Summary: "Read the newest signed head of the log",
		Description: "All that was done is in one log that can only grow. Its entries are commitments and hold no personal data.", Errors: []int{http.StatusNotFound},
	}, s.ledgerHead)
	apikit.Operation(s.Kit, apikit.Public, huma.Operation{
		OperationID: "ledger-consistency", Tags: []string{apikit.Reporting}, Method: http.MethodGet, Path: "/ledger/consistency", Summary: "Prove that a later log contains an earlier one",
		Description: "Verify the answer against two heads that you have.",
	}, s.consistency)
	apikit.Operation(s.Kit, apikit.Public, huma.Operation{
		OperationID: "ledger-inclusion", Tags: []string{apikit.Reporting}, Method: http.MethodGet, Path: "/ledger/inclusion", Summary: "Prove that an entry is in the log",
		Description: "By the hash of its leaf, which a receipt names.", Errors: []int{http.StatusNotFound},
	}, s.inclusion)
}

func (s *Server) ledgerHead(ctx context.Context, _ *struct{}) (*headOutput, error) {
	h, err := s.Ledger.Head(ctx, s.Realm)
	return &headOutput{LedgerHead{h.Realm, h.Size, hex.EncodeToString(h.Root), h.At, s.Ledger.Key(s.Realm), h.Note}}, err
}

func (s *Server) consistency(ctx context.Context, in *consistencyInput) (*consistencyOutput, error) {
	list, err := s.Ledger.Consistency(ctx, s.Realm, in.From, in.To)
	out := &consistencyOutput{}
	out.Body.From, out.Body.To, out.Body.Proof = in.From, in.To, ledger.Hex(list)
	return out, err
}

func (s *Server) inclusion(ctx context.Context, in *inclusionInput) (*inclusionOutput, error) {
	found, err := s.Ledger.Inclusion(ctx, s.Realm, in.Leaf, in.Size)
	out := &inclusionOutput{}
	out.Body.Index, out.Body.Size, out.Body.Proof = found.Index, found.Size, ledger.Hex(found.Proof)
	return out, err
}
