// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package factor

import (
	"crypto/subtle"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"golang.org/x/text/unicode/norm"
)

const (
	period     = 30 * time.Second
	drift      = 1 // periods that a telephone's clock may be fast or slow
	digits     = otp.DigitsSix
	recoveries = 10               // codes in a set
	recoveryN  = 10               // characters of a recovery code
	offered    = 30 * time.Minute // that a secret may be set up
)

// countAt is the number of the period that an instant lies in.
func countAt(at time.Time) int64 { return at.Unix() / int64(period/time.Second) }

// match returns the period whose code this is, looking at those around an instant
// that are later than last. It compares with all of them, in the same time.
func match(secret, code string, at time.Time, last int64) (count int64, ok bool) {
	for n := countAt(at) - drift; n <= countAt(at)+drift; n++ {
		want, err := hotp.GenerateCodeCustom(secret, uint64(n), hotp.ValidateOpts{Digits: digits, Algorithm: otp.AlgorithmSHA1})
		if err == nil && subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 && n > last {
			count, ok = n, true
		}
	}
	return count, ok
}

// clean brings what somebody typed to the form in which codes are compared: full
// width digits, spaces and hyphens are no mistakes.
func clean(code string) string {
	return strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' || r == '\u3000' {
			return -1
		}
		return r
	}, strings.ToUpper(norm.NFKC.String(code)))
}

// isPeriodic reports whether a cleaned code is one of the app's, and not one from
// paper.
func isPeriodic(code string) bool { return len(code) == digits.Length() }

// grouped writes a recovery code so that it can be copied without a mistake.
func grouped(code string) string { return code[:recoveryN/2] + "-" + code[recoveryN/2:] }
