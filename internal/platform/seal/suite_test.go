// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package seal

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ed25519"
	"encoding/hex"
	"testing"

	"github.com/emmansun/gmsm/sm4"
)

func unhex(t *testing.T, text string) []byte {
	t.Helper()
	b, err := hex.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestHashesAreTheStandards(t *testing.T) {
	for suite, want := range map[Suite]string{
		national{}:      "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0", // GB/T 32905, annex A
		international{}: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", // FIPS 180-4
	} {
		h := suite.Hash()
		h.Write([]byte("abc"))
		if got := hex.EncodeToString(h.Sum(nil)); got != want {
			t.Errorf("%s: hash of abc is %s", suite.Name(), got)
		}
	}
}

func TestCiphersAreTheStandards(t *testing.T) {
	key := unhex(t, "0123456789abcdeffedcba9876543210") // GB/T 32907, annex A
	block, err := sm4.NewCipher(key)
	if err != nil {
		t.Fatal(err)
	}
	out := make([]byte, 16)
	block.Encrypt(out, key)
	if !bytes.Equal(out, unhex(t, "681edf34d206965e86b3e94f536e4246")) {
		t.Errorf("SM4 gave %x", out)
	}
	for name, v := range map[string]struct{ key, nonce, about, plain, want string }{
		"SM4-GCM of RFC 8998, annex A.1": {"0123456789abcdeffedcba9876543210", "00001234567800000000abcd", "feedfacedeadbeeffeedfacedeadbeefabaddad2",
			"aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbccccccccccccccccddddddddddddddddeeeeeeeeeeeeeeeeffffffffffffffffeeeeeeeeeeeeeeeeaaaaaaaaaaaaaaaa",
			"17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d83de3541e4c2b58177e065a9bf7b62ec"},
		"AES-256-GCM of the GCM specification, case 16": {"feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308", "cafebabefacedbaddecaf888", "feedfacedeadbeeffeedfacedeadbeefabaddad2",
			"d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
			"522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f66276fc6ece0f4e1768cddf8853bb2d551b"},
	} {
		key := unhex(t, v.key)
		block, err := sm4.NewCipher(key[:16])
		if len(key) == 32 {
			block, err = aes.NewCipher(key)
		}
		if err != nil {
			t.Fatal(err)
		}
		gcm, err := cipher.NewGCM(block)
		if err != nil {
			t.Fatal(err)
		}
		if got := gcm.Seal(nil, unhex(t, v.nonce), unhex(t, v.plain), unhex(t, v.about)); !bytes.Equal(got, unhex(t, v.want)) {
			t.Errorf("%s: %x", name, got)
		}
	}
}

func TestEd25519IsTheStandards(t *testing.T) { // RFC 8032, 7.1, test 2
	public := unhex(t, "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
	key := ed25519.NewKeyFromSeed(unhex(t, "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"))
	signature := unhex(t, "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00")
	if !bytes.Equal(ed25519.Sign(key, []byte{0x72}), signature) || !(international{}).Verify(public, []byte{0x72}, signature) {
		t.Error("a signature of RFC 8032 is not made or not believed")
	}
}

func TestWhatASuiteSignsItVerifies(t *testing.T) {
	seed, message := bytes.Repeat([]byte{5}, keySize), []byte("the head of a tree")
	for _, s := range suites {
		public, err := s.Public(seed)
		if err != nil {
			t.Fatal(err)
		}
		signature, err := s.Sign(seed, message)
		if err != nil {
			t.Fatal(err)
		}
		if !s.Verify(public, message, signature) {
			t.Errorf("%s does not verify what it signed", s.Name())
		}
		other, err := s.Public(bytes.Repeat([]byte{6}, keySize))
		if err != nil {
			t.Fatal(err)
		}
		altered := bytes.Clone(signature)
		altered[len(altered)-1] ^= 1
		for name, ok := range map[string]bool{
			"another message":     s.Verify(public, []byte("the head of a bee"), signature),
			"another key":         s.Verify(other, message, signature),
			"an altered one":      s.Verify(public, message, altered),
			"none":                s.Verify(public, message, nil),
			"no key":              s.Verify(nil, message, signature),
			"a point not on it":   s.Verify(bytes.Repeat([]byte{4}, 65), message, signature),
			"the point at no end": s.Verify([]byte{0}, message, signature),
		} {
			if ok {
				t.Errorf("%s believes a signature of %s", s.Name(), name)
			}
		}
	}
}
