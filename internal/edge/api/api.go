// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package api is the REST API: the use cases for programs, in OpenAPI 3.1, with
// problem documents (RFC 9457), idempotency keys and keyset pages.
//
//	api.go      what it is given, its operations and their description
//	access.go   which roles may use an operation
//	report.go   reporting, and following what was reported
//	lists.go    what anybody may look up
//	staff.go    what the desk does, for programs
//	relay.go    messages, calls, requests to open a contact
//	promises.go what is promised, what grids may be asked, examples
//	editions.go what the rules are, and what they lead to
//	figures.go  statistics, and bulletins of them
//	releases.go what is to become public, photos among it
//	rights.go   what people ask about their data
//	keeping.go  how long what is kept, holds, what was destroyed
//	imports.go  tables of matters from other systems
//	ledger.go   the log of all that was done, and its proofs
//	shape.go    how things look in JSON
package api

import (
	"github.com/danielgtaylor/huma/v2"

	"pavilion/internal/civic/admission"
	"pavilion/internal/civic/commitment"
	"pavilion/internal/civic/evaluation"
	"pavilion/internal/civic/matter"
	"pavilion/internal/civic/matter/docket"
	"pavilion/internal/civic/matter/example"
	"pavilion/internal/civic/matter/intake"
	"pavilion/internal/civic/matter/picture"
	"pavilion/internal/civic/matter/relay"
	"pavilion/internal/civic/rights"
	"pavilion/internal/core/edition"
	"pavilion/internal/core/files"
	"pavilion/internal/core/identity/factor"
	"pavilion/internal/core/ledger"
	"pavilion/internal/core/org"
	"pavilion/internal/core/release"
	"pavilion/internal/core/retention"
	"pavilion/internal/core/routing"
	"pavilion/internal/edge/api/apideliberation"
	"pavilion/internal/edge/api/apikit"
)

// Prefix is where the API lies.
const Prefix = apikit.Prefix

// Deps is what the API takes.
type Deps struct {
	Means        apikit.Means
	Deliberation apideliberation.Deps
	Matters      *matter.Service
	Docket       *docket.Docket
	Figures      *evaluation.Service
	Promises     *commitment.Service
	Tasks        *admission.Service
	Ledger       *ledger.Service
	Examples     *example.Service
	Releases     *release.Service
	Pictures     *picture.Service
	Relay        *relay.Service
	Rights       *rights.Service
	Keeping      *retention.Service
	Intake       *intake.Service
	Editions     *edition.Service
	Routing      *routing.Service
	Files        *files.Service
	Factors      *factor.Service
	Org          *org.Service
}

// Server answers the API's requests.
type Server struct {
	Deps
	*apikit.Kit
}

// New returns the API over d.
func New(d Deps) *Server {
	s := &Server{Deps: d, Kit: apikit.New(d.Means)}
	s.reporting()
	s.staff()
	s.between()
	s.promises()
	s.rules()
	s.imports()
	s.releases()
	s.photographs()
	s.rights()
	s.keeping()
	s.ledger()
	s.bulletins()
	apideliberation.Add(s.Kit, d.Deliberation)
	said := s.Description().Paths[Prefix+"/reports"].Post.Responses
	said["200"] = &huma.Response{Description: "The key was used before; this is the matter it made", Content: said["201"].Content}
	s.Complete()
	return s
}
