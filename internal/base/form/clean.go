// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package form

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"pavilion/internal/base/fault"
)

// CleanText returns text as it is kept: in Unicode's composed form, without
// space around it, with \n at line ends and without invisible characters that
// have no width, which slip in when people copy. It refuses bytes that are not
// UTF-8, control characters, and characters that turn the direction of writing,
// with which a text can be made to look like another. Lines says whether line
// ends and tabs may stand in it.
func CleanText(text string, lines bool) (string, error) {
	if !utf8.ValidString(text) {
		return "", fault.New(fault.Invalid, "form.not_utf8")
	}
	if lines {
		text = lineEnds.Replace(text)
	}
	text = strings.Map(func(r rune) rune {
		if widthless(r) {
			return -1
		}
		return r
	}, text)
	for _, r := range text {
		if (r == '\n' || r == '\t') && lines {
			continue
		}
		if unicode.IsControl(r) || turning(r) || r == '\u2028' || r == '\u2029' {
			return "", fault.New(fault.Invalid, "form.control_characters")
		}
	}
	return strings.TrimSpace(norm.NFC.String(text)), nil
}

// lineEnds are the ways to end a line, Unicode's separators of lines and
// paragraphs included.
var lineEnds = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n")

// widthless are characters without width that carry no meaning in Chinese or English.
func widthless(r rune) bool {
	return r == '\u200b' || r == '\u2060' || r == '\ufeff' || r == '\u00ad'
}

// turning are the characters that change the direction of writing.
func turning(r rune) bool {
	return r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069' || r == '\u200e' || r == '\u200f' || r == '\u061c'
}
