// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package trace

import (
	"strings"
	"time"
)

// checked reports whether the last character of 18 is the right one by GB 11643
// (ISO 7064, MOD 11-2).
func checked(s string) bool {
	sum := 0
	for i := range 17 {
		sum = (sum + int(s[i]-'0')) * 2 % 11
	}
	return s[17] == "0123456789X"[(12-sum)%11]
}

// date reports whether eight digits are a day on which somebody may be born.
func date(s string) bool {
	t, err := time.Parse("20060102", s)
	return err == nil && t.Year() >= 1900 && t.Year() < 2100
}

// luhn reports whether the last digit is the right one by Luhn's formula.
func luhn(s string) bool {
	sum := 0
	for i := range len(s) {
		d := int(s[len(s)-1-i] - '0')
		if i%2 == 1 {
			d = d*2/10 + d*2%10
		}
		sum += d
	}
	return strings.IndexByte(s, 'X') < 0 && sum%10 == 0
}

// creditDigits are the characters of credit codes, by their value (GB 32100).
const creditDigits = "0123456789ABCDEFGHJKLMNPQRTUWXY"

// credit reports whether 18 characters are a unified social credit code.
func credit(s string) bool {
	sum, weight := 0, 1
	for i := range 17 {
		v := strings.IndexByte(creditDigits, s[i])
		if v < 0 {
			return false
		}
		sum, weight = sum+v*weight, weight*3%31
	}
	return s[17] == creditDigits[(31-sum%31)%31]
}
