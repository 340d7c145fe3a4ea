// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package identity_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pavilion/internal/core/identity"
	"pavilion/internal/platform/db"
)

func TestAGrantNarrowedToKindsCountsForTheseAlone(t *testing.T) {
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	grant := func(role identity.Role, kinds ...string) identity.Grant {
		return identity.Grant{Role: role, Hi: 10, From: now, Kinds: kinds}
	}
	for _, tt := range []struct {
		name  string
		kinds []string // of the grant
		of    []string // what is asked about
		want  bool
	}{
		{"one that is not narrowed, for anything", nil, []string{"060101"}, true},
		{"one that is not narrowed, for what is of no kind", nil, nil, true},
		{"one that is not narrowed, while nobody knows the kind", nil, []string{""}, true},
		{"a group, for a type in it", []string{"06"}, []string{"060101"}, true},
		{"a group, for a type outside", []string{"06"}, []string{"160601"}, false},
		{"a type, for itself", []string{"060101"}, []string{"060101"}, true},
		{"a type, for its group", []string{"060101"}, []string{"0601"}, false},
		{"while nobody knows the kind", []string{"06"}, []string{""}, false},
		{"for what is of no kind", []string{"06"}, nil, false},
		{"several kinds, all of them among its own", []string{"06", "0102"}, []string{"060101", "010203"}, true},
		{"several kinds, one of them not", []string{"06", "0102"}, []string{"060101", "010301"}, false},
	} {
		a := identity.Actor{Account: "a", Grants: []identity.Grant{grant(identity.Dispatcher, tt.kinds...)}}
		if got := a.RolesAt(5, "", now, tt.of...); (len(got) == 1) != tt.want {
			t.Errorf("%s: %v", tt.name, got)
		}
	}
	both := identity.Actor{Account: "a", Grants: []identity.Grant{grant(identity.Dispatcher, "06"), grant(identity.Dispatcher, "01")}}
	if got := both.RolesAt(5, "", now, "010101"); len(got) != 1 {
		t.Errorf("the second of two grants does not count: %v", got)
	}
	if both.Holds(identity.Dispatcher, 0, 10, now) || !both.Has(identity.Dispatcher, now) {
		t.Error("a narrowed grant is held for everything, or not at all")
	}
}

func TestGrantsForKinds(t *testing.T) {
	each(t, func(t *testing.T, s *town) {
		s.Known = func(_, code string) bool { return strings.HasPrefix("060103", code) || code == "01" }
		clerk := s.account("clerk", password)
		give := func(g identity.Grant) (identity.Grant, error) {
			g.Realm, g.Account, g.Area, g.Hi, g.Body = realm, clerk.ID, "a", 10, "water"
			return s.Grant(t.Context(), g, s.system())
		}
		for _, tt := range []struct {
			name  string
			role  identity.Role
			kinds []string
			want  string
		}{
			{"a power", identity.Auditor, []string{"06"}, "identity.kinds_role"},
			{"who only reports", identity.Patrol, []string{"06"}, "identity.kinds_role"},
			{"an unknown code", identity.Dispatcher, []string{"06", "99"}, "identity.kinds_unknown"},
			{"no code", identity.Dispatcher, []string{"06%"}, "identity.kinds_unknown"},
			{"a control character", identity.Dispatcher, []string{"06\x00"}, "identity.kinds_unknown"},
			{"an endless code", identity.Dispatcher, []string{strings.Repeat("0", 10_000)}, "identity.kinds_unknown"},
			{"too many", identity.Dispatcher, codes(41), "identity.kinds_many"},
		} {
			_, err := give(identity.Grant{Role: tt.role, Kinds: tt.kinds})
			s.want(tt.name, err, tt.want)
		}
		g, err := give(identity.Grant{Role: identity.Dispatcher, Kinds: []string{"0601", "01", "06", "060103", "01"}})
		s.ok("grant", err)
		_, err = give(identity.Grant{Role: identity.Handler, Kinds: []string{"01"}})
		s.ok("grant", err)
		if want := []string{"01", "06"}; !slices.Equal(g.Kinds, want) || !slices.Equal(s.fresh(clerk.ID).Grants[0].Kinds, want) {
			t.Errorf("kept are %v and %v", g.Kinds, s.fresh(clerk.ID).Grants[0].Kinds)
		}
		s.grant(clerk.ID, identity.Dispatcher, 20, 30)
		for _, tt := range []struct {
			name string
			role identity.Role
			of   identity.Asked
			want int
		}{
			{"a dispatcher of the kind", identity.Dispatcher, identity.Asked{Place: 5, Kind: "060103"}, 1},
			{"of another kind", identity.Dispatcher, identity.Asked{Place: 5, Kind: "020103"}, 0},
			{"while nobody knows the kind", identity.Dispatcher, identity.Asked{Place: 5}, 0},
			{"of any kind, elsewhere", identity.Dispatcher, identity.Asked{Place: 25, Kind: "020103"}, 1},
			{"a handler of the kind", identity.Handler, identity.Asked{Place: 5, Body: "water", Kind: "010101"}, 1},
			{"of another kind", identity.Handler, identity.Asked{Place: 5, Body: "water", Kind: "060101"}, 0},
		} {
			s.ok("holders", s.DB.View(t.Context(), func(tx *db.Tx) error {
				got, err := identity.Holders(t.Context(), tx, realm, tt.role, tt.of, s.now())
				if len(got) != tt.want {
					t.Errorf("%s: %v", tt.name, got)
				}
				return err
			}))
		}
	})
}

func codes(n int) []string {
	var out []string
	for i := range n {
		out = append(out, string(rune('0'+i/10))+string(rune('0'+i%10)))
	}
	return out
}

// A deputy gets what the lender has and no more, and in an emergency nobody gives
// more than they have.
func TestWhatIsLentOfANarrowedGrant(t *testing.T) {
	each(t, func(t *testing.T, s *town) {
		head := s.account("head", password)
		_, err := s.Grant(t.Context(), identity.Grant{Realm: realm, Account: head.ID, Role: identity.ShiftHead, Area: "a", Hi: 10, Kinds: []string{"06"}}, s.system())
		s.ok("grant", err)
		by, until := s.fresh(head.ID), s.now().Add(time.Hour)
		lent, err := s.Delegate(t.Context(), identity.Loan{Realm: realm, Grant: by.Grants[0].ID, To: s.desk.ID, Until: until, Reason: why, By: by})
		s.ok("lend", err)
		if got := s.fresh(s.desk.ID).Grants; !slices.Equal(lent.Kinds, []string{"06"}) || len(got) != 1 || !slices.Equal(got[0].Kinds, []string{"06"}) {
			t.Errorf("lent %v, has %+v", lent.Kinds, got)
		}
		_, err = s.Assign(t.Context(), identity.Loan{
			Realm: realm, Role: identity.Dispatcher, Area: "a", Hi: 10, To: s.desk.ID, Until: until, Reason: why, By: by,
		})
		s.want("assign everything", err, denied)
	})
}
