// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webaccount

import (
	"time"

	"pavilion/internal/core/identity"
	"pavilion/internal/core/identity/factor"
	"pavilion/internal/core/identity/federation"
	"pavilion/internal/core/identity/passkey"
	"pavilion/internal/edge/web/webkit"
)

// Samples registers a page of each kind with something in every place, so that
// tests can execute every template in every language.
func Samples(k *webkit.Kit) {
	clerk := webkit.Page{Actor: identity.Actor{Account: "a", Name: "Test Clerk"}}
	at := time.Date(2026, 9, 16, 7, 0, 0, 0, time.UTC)
	f := webkit.NewForm("")
	set := Setup{Form: f, Post: root + "/factor", Next: "/desk", Secret: "ABCD EFGH", Sealed: "1.x", QR: "data:image/png;base64,"}
	house := federation.Provider{ID: "1", Name: "Test Sign-in", Active: true}
	codes := []string{"ABCDE-FGHJK", "LMNPQ-RSTUV"}
	use := &webkit.PasskeyForm{Ask: "/signin/code/passkey", Post: "/signin/code/passkey", Next: "/desk", Key: "account.passkey.step"}
	making := &webkit.PasskeyForm{Ask: root + "/passkeys/question", Post: root + "/passkeys", Key: "account.passkey.make", Named: true, Lead: true, Form: f}
	key := passkey.Passkey{ID: "1", Name: "Test phone", Site: "town.example", Synced: true, Created: at, Used: at, Locked: at}
	k.Register("account_code", CodePage{Form: f, Code: true, Next: "/desk", Passkey: use})
	k.Register("account_enrol", EnrolPage{Setup: set, Passkey: making})
	k.Register("account_passkey_new", NewPasskeyPage{Page: clerk, Passkey: making})
	k.Register("account_passkey", PasskeyPage{Page: clerk, Form: f, Passkey: key})
	k.Register("account_enrolled", CodesPage{Codes: codes, Next: "/desk"})
	k.Register("account", AccountPage{
		Page: clerk, Form: f, Facts: []webkit.Fact{{Term: "Name", Value: "Test Clerk"}}, Others: true, Exempt: true, Password: true,
		Ways:      []federation.Way{{Provider: house, Since: at}, {Provider: house}},
		Languages: []webkit.Choice{{Value: "en", Label: "English"}}, Factor: factor.State{Since: at, Left: 3}, Keeps: true,
		Passkeys: []passkey.Passkey{key, {ID: "2", Name: "Test stick", Site: "town.example", Created: at}}, Here: true,
		Sessions: []identity.SessionLine{
			{ID: "1", Created: at, Seen: at, Agent: "Firefox, Linux", Network: "192.0.2.0/24", Strong: true, Here: true},
			{ID: "2", Created: at, Seen: at, Network: "198.51.100.0/24"},
		},
	})
	k.Register("account_password", PasswordPage{Page: clerk, Form: f, Login: "clerk"})
	k.Register("account_factor", FactorPage{Page: clerk, Setup: set})
	k.Register("account_codes", CodesPage{Page: clerk, Codes: codes, Next: root})
	k.Register("account_prove", ProvePage{Page: clerk, Form: f, Password: true, Ways: []federation.Way{{Provider: house, Since: at}}, Next: root, Passkey: use})
}
