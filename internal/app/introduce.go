// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package app

import (
	"pavilion/internal/civic/evaluation"
	"pavilion/internal/civic/matter"
	"pavilion/internal/civic/matter/kind"
	"pavilion/internal/civic/matter/phrase"
	"pavilion/internal/core/retention"
	"pavilion/internal/core/routing"
)

// introduce tells what is shared who answers for what: who checks the editions of a
// kind, and who shows what was released.
func (a *App) introduce() {
	a.Editions.Checks[retention.Edition] = a.Keeping.Check
	a.Editions.Checks[routing.Edition] = a.Routing.Check
	a.Editions.Checks[evaluation.Edition] = checkIndicators
	a.Editions.Checks[calendarKind] = checkCalendar
	a.Editions.Checks[kind.Edition] = checkTypes
	a.Editions.Checks[phrase.Edition] = a.checkReplies
	a.Releases.Publishers[matter.PublicWords] = a.Matters.Publish
}
