// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package privacy_test

import (
	"testing"

	"pavilion/internal/civic/matter/privacy"
	"pavilion/internal/core/identity"
)

func TestWhatEachAudienceSees(t *testing.T) {
	type c = []privacy.Audience
	for _, tt := range []struct {
		says  string
		class string
		who   c
		field privacy.Field
		want  privacy.Shown
	}{
		{"the public sees no reporter's words, not even of class A", "A", c{privacy.Public}, privacy.Text, privacy.Hidden},
		{"the public sees type and place instead of a title", "A", c{privacy.Public}, privacy.Title, privacy.Masked},
		{"the public reads the desk's own words of A", "A", c{privacy.Public}, privacy.PublicText, privacy.Open},
		{"the public sees nothing of B", "B", c{privacy.Public}, privacy.PublicText, privacy.Hidden},
		{"the public sees nothing of D", "D", c{privacy.Public}, privacy.Title, privacy.Hidden},
		{"the desk reads B without a word", "B", c{privacy.Desk}, privacy.Text, privacy.Open},
		{"the desk says what it needs C for", "C", c{privacy.Desk}, privacy.Text, privacy.OnPurpose},
		{"grid workers see nothing of D", "D", c{privacy.Grid}, privacy.Title, privacy.Hidden},
		{"the handling body never sees the contact", "A", c{privacy.Handling}, privacy.Contact, privacy.Hidden},
		{"a handler who is at the desk too sees what the desk sees", "D", c{privacy.Grid, privacy.Desk}, privacy.Text, privacy.OnPurpose},
		{"an auditor reads no matter", "A", c{privacy.Watching}, privacy.Title, privacy.Hidden},
		{"the reporter of D is not told again what she wrote", "D", c{privacy.Reporter}, privacy.Text, privacy.Hidden},
		{"the reporter of D reads the reply", "D", c{privacy.Reporter}, privacy.Reply, privacy.Open},
		{"a class that does not exist is as strict as D", "X", c{privacy.Grid}, privacy.Text, privacy.Hidden},
		{"no class is as strict as D", "", c{privacy.Desk}, privacy.Text, privacy.OnPurpose},
		{"two classes are none", "AB", c{privacy.Desk}, privacy.Text, privacy.OnPurpose},
		{"nobody is shown anything", "A", nil, privacy.PublicText, privacy.Hidden},
	} {
		if got := privacy.Decide(tt.class, tt.who, tt.field); got != tt.want {
			t.Errorf("%s: got %d, want %d", tt.says, got, tt.want)
		}
	}
}

// A stricter class never shows more, to anybody, of anything.
func TestStricterClassesShowLess(t *testing.T) {
	for _, a := range privacy.Audiences() {
		for _, f := range privacy.Fields() {
			last := privacy.Open
			for _, class := range []string{"A", "B", "C", "D"} {
				got := privacy.Decide(class, []privacy.Audience{a}, f)
				if got > last {
					t.Errorf("%s sees more of %s in class %s", a, f, class)
				}
				last = got
			}
		}
	}
}

func TestWhatIsEverydayAndWhatAsks(t *testing.T) {
	for class, want := range map[string]bool{"A": true, "B": true, "C": false, "D": false, "": false} {
		if privacy.Everyday(class, privacy.Title) != want || privacy.Asks(class, []privacy.Audience{privacy.Desk}) == want {
			t.Errorf("class %q", class)
		}
	}
	if privacy.Everyday("A", privacy.Contact) {
		t.Error("a contact is never everyday")
	}
	if privacy.Asks("D", []privacy.Audience{privacy.Grid}) {
		t.Error("a grid worker is asked for what stays hidden")
	}
}

func TestEveryRoleHasAnAudience(t *testing.T) {
	for _, r := range identity.Roles() {
		working := privacy.Of(r) != privacy.Watching
		if want := r == identity.Dispatcher || r == identity.ShiftHead || r == identity.Handler || r == identity.Receptionist || r == identity.GridWorker; working != want {
			t.Errorf("%s is %s", r, privacy.Of(r))
		}
	}
}
