// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package identity

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"golang.org/x/crypto/argon2"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/id"
)

// Cost of argon2id: 19 MiB and two passes, OWASP's first recommendation for one
// thread.
const (
	memory  = 19 * 1024 // KiB
	passes  = 2
	threads = 1
	saltLen = 16
	hashLen = 32
)

// decoy is the hash that is compared when there is no account or no password, so
// that the answer takes as long. No password is known to fit it.
const decoy = "$argon2id$v=19$m=19456,t=2,p=1$cGF2aWxpb24tZGVjb3kwMA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

// kiln holds one token for each hash that may be worked on at a time: hashing
// takes 19 MiB and a whole processor.
var kiln = make(chan struct{}, 2)

// patience is how long a request waits for its turn to hash.
const patience = 10 * time.Second

// burn computes argon2id when its turn has come.
func burn(ctx context.Context, password string, salt []byte, m, t uint32, p uint8, n uint32) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	select {
	case kiln <- struct{}{}:
		defer func() { <-kiln }()
	case <-ctx.Done():
		return nil, fault.New(fault.Internal, "identity.busy").Because(ctx.Err())
	}
	return argon2.IDKey([]byte(normal(password)), salt, t, m, p, n), nil
}

// hashPassword returns a password's hash as a PHC string.
func hashPassword(ctx context.Context, password string) (string, error) {
	salt := make([]byte, saltLen)
	rand.Read(salt)
	hash, err := burn(ctx, password, salt, memory, passes, threads, hashLen)
	if err != nil {
		return "", err
	}
	enc := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, memory, passes,
		threads, enc.EncodeToString(salt), enc.EncodeToString(hash)), nil
}

// fits reports whether password is the one phc was made from. An empty phc fits
// nothing and takes as long.
func fits(ctx context.Context, password, phc string) (bool, error) {
	known := phc != ""
	if !known {
		phc = decoy
	}
	var version int
	var m, t uint32
	var p uint8
	parts := strings.Split(phc, "$")
	if len(parts) != 6 || parts[1] != "argon2id" {
		return false, fmt.Errorf("password hash of an unknown kind")
	}
	if _, err := fmt.Sscanf(parts[2]+" "+parts[3], "v=%d m=%d,t=%d,p=%d", &version, &m, &t, &p); err != nil {
		return false, fmt.Errorf("password hash: %w", err)
	}
	salt, err := base64.RawStdEncoding.DecodeString(parts[4])
	if err != nil {
		return false, fmt.Errorf("password hash: %w", err)
	}
	want, err := base64.RawStdEncoding.DecodeString(parts[5])
	if err != nil || version != argon2.Version || len(want) == 0 || t == 0 || p == 0 {
		return false, fmt.Errorf("password hash has odd parameters: %w", err)
	}
	got, err := burn(ctx, password, salt, m, t, p, uint32(len(want)))
	return subtle.ConstantTimeCompare(got, want) == 1 && known && err == nil, err
}

// madeUp is how many characters of 5 bits a made-up password has.
const madeUp = 16

// MakeUp returns a random password that may be chosen for a login. One in some
// ten thousand holds too many words by chance, and is drawn again.
func MakeUp(login string) string {
	for {
		if password := id.Secret(madeUp); checkPassword(password, login) == nil {
			return password
		}
	}
}

// newToken returns 256 random bits for the browser.
func newToken() string {
	b := make([]byte, 32)
	rand.Read(b)
	return base64.RawURLEncoding.EncodeToString(b)
}

// digest is what is stored of a token or a login and network: a reader of the
// database learns neither.
func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}
