// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package api

import (
	"slices"

	"pavilion/internal/core/identity"
	"pavilion/internal/edge/api/apikit"
)

// desk are the roles that decide for a place, working those that have matters in
// their hands.
var (
	desk    = []identity.Role{identity.Dispatcher, identity.ShiftHead}
	working = append(slices.Clone(desk), identity.Receptionist, identity.Handler, identity.GridWorker)
)

// Who may use operations that are not for everybody with an account. Pages say the
// same of the same use cases.
var (
	readsMatters = apikit.Reads.AnyOf(working...)
	movesMatters = apikit.Moves.AnyOf(working...)
	reveals      = apikit.SignedIn.AnyOf(append(slices.Clone(desk), identity.Receptionist)...)
	knowsReveals = apikit.SignedIn.AnyOf(append(slices.Clone(desk), identity.Receptionist, identity.Auditor)...)
	readsRelay   = apikit.Reads.AnyOf(append(slices.Clone(desk), identity.Receptionist, identity.Handler)...)
	writesRelay  = apikit.Moves.AnyOf(append(slices.Clone(desk), identity.Receptionist, identity.Handler)...)
	readsFigures = apikit.Calculate.AnyOf(append(slices.Clone(desk), identity.Administrator, identity.Auditor)...)
	forBodies    = apikit.Moves.AnyOf(append(slices.Clone(desk), identity.Handler)...)
	readsTasks   = apikit.Reads.AnyOf(append(slices.Clone(desk), identity.Handler, identity.GridWorker, identity.Auditor, identity.Administrator)...)
	movesTasks   = apikit.Moves.AnyOf(append(slices.Clone(desk), identity.Handler, identity.GridWorker)...)
	imports      = apikit.Reports.AnyOf(append(slices.Clone(desk), identity.Administrator)...)
	readsDrafts  = apikit.Reads.AnyOf(append(slices.Clone(desk), identity.Handler, identity.Auditor)...)
	mendsDrafts  = apikit.Moves.AnyOf(append(slices.Clone(desk), identity.Handler)...)
	describes    = apikit.Moves.AnyOf(desk...)
	readsPhotos  = apikit.Reads.AnyOf(desk...)
	readsRights  = apikit.SignedIn.AnyOf(append(slices.Clone(desk), identity.Receptionist, identity.Auditor)...)
	takesRights  = apikit.SignedIn.AnyOf(append(slices.Clone(desk), identity.Receptionist)...)
	readsKeeping = apikit.ReadsRules.AnyOf(append(slices.Clone(desk), identity.Security, identity.Auditor, identity.Administrator)...)
	readsHolds   = apikit.SignedIn.AnyOf(identity.ShiftHead, identity.Security, identity.Auditor)
	movesHolds   = apikit.SignedIn.AnyOf(identity.ShiftHead, identity.Security)
)
