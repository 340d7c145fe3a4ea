// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package identity_test

import "testing"

// Whoever copied a session's token is out with its owner's next password, chosen
// by the owner or by an invitation.
func TestAStolenSessionEndsWithThePassword(t *testing.T) {
	each(t, func(t *testing.T, s *town) {
		const chosen = "a lamp by the well"
		stolen, err := s.signIn("desk.1", password, home)
		s.ok("the thief's copy", err)
		token, err := s.signIn("desk.1", password, home)
		s.ok("another browser", err)
		_, err = s.ChangePassword(t.Context(), s.actor(token), password, chosen)
		s.ok("change", err)
		s.signedOut("the stolen one", stolen)
		stolen, err = s.signIn("desk.1", chosen, home)
		s.ok("stolen again", err)
		link, err := s.Invite(t.Context(), realm, s.desk.ID, s.system())
		s.ok("invite", err)
		s.ok("accept", s.AcceptInvite(t.Context(), realm, link, password))
		s.signedOut("the stolen one, after the invitation", stolen)
	})
}

// A disabled account's open sessions are out with the next request, and stay out
// when the account is enabled again.
func TestADisabledAccountIsOutAtOnce(t *testing.T) {
	each(t, func(t *testing.T, s *town) {
		var tokens []string
		for range 2 {
			token, err := s.signIn("desk.1", password, home)
			s.ok("sign in", err)
			tokens = append(tokens, token)
		}
		s.ok("disable", s.Disable(t.Context(), realm, s.desk.ID, s.system()))
		s.signedOut("disabled", tokens[0])
		s.ok("enable", s.Enable(t.Context(), realm, s.desk.ID, s.system()))
		s.signedOut("enabled again", tokens[1])
	})
}
