// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package passkey

import (
	"testing"

	"pavilion/internal/base/fault"
)

// FuzzWhatTheBrowserSends reads what claims to be an answer: whatever it is, it is
// read or refused, and none that was not signed for this question is right.
func FuzzWhatTheBrowserSends(f *testing.F) {
	const challenge = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
	for _, seed := range []string{
		``, `{}`, `null`, `[]`, `{"id":"AA","rawId":"AA","type":"public-key","response":{}}`,
		`{"id":"AA","rawId":"AA","type":"public-key","response":{"clientDataJSON":"e30","attestationObject":"oA"},"clientExtensionResults":{}}`,
		`{"id":"AA","rawId":"AA","type":"public-key","response":{"clientDataJSON":"eyJ0eXBlIjoid2ViYXV0aG4uZ2V0In0","authenticatorData":"","signature":"","userHandle":""}}`,
		`{"id":"AA","rawId":"AA","type":"public-key","response":{"clientDataJSON":"e30","attestationObject":"o2NmbXRkbm9uZWdhdHRTdG10oGhhdXRoRGF0YUA"}}`,
	} {
		f.Add(seed)
	}
	a := asked{Challenge: challenge, Site: town0, Handle: coding.EncodeToString(make([]byte, handleSize))}
	r := row{id: "1", handle: a.Handle, key: "AA", public: "pQECAyYgASFYIA"}
	f.Fuzz(func(t *testing.T, answer string) {
		if got, err := readMade(answer); err == nil {
			said := got.Response.CollectedClientData
			if _, err := verifyMade(a, got); err == nil && (said.Challenge != challenge || said.Origin != town0.Origin) {
				t.Errorf("%q answers another question", answer)
			}
		} else if fault.KindOf(err) != fault.Denied {
			t.Errorf("it is refused as %v", err)
		}
		if got, err := readUsed(answer); err == nil {
			if verifyUsed(a, r, true, got) == nil {
				t.Errorf("%q is taken for a signature", answer)
			}
		} else if fault.KindOf(err) != fault.Denied {
			t.Errorf("it is refused as %v", err)
		}
	})
}
