// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package sheet

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strconv"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// Byte order marks.
const (
	markUTF8  = "\xef\xbb\xbf"
	markLow   = "\xff\xfe"
	markHigh  = "\xfe\xff"
	lookahead = 64 << 10 // bytes looked at for the separator
)

// found is what a look at all of a text file tells.
type found struct {
	encoding string
	code     encoding.Encoding // nil for UTF-8
	first    rune              // of the text, spaces left out
	comma    rune              // what separates the cells of the first line
}

// decode returns the text as UTF-8 without its mark.
func (f found) decode(in io.Reader) io.Reader {
	if f.code != nil {
		return transform.NewReader(in, f.code.NewDecoder())
	}
	return transform.NewReader(in, unicode.BOMOverride(transform.Nop))
}

// scan reads a text file once from end to end and says how it is written. What is
// neither UTF-8 nor GB18030 throughout is refused with its first bad line: text
// that is decoded by guess is not what anybody wrote.
func scan(in io.ReadSeeker) (found, error) {
	head := make([]byte, lookahead)
	n, err := io.ReadFull(in, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return found{}, err
	}
	head = head[:n]
	f := found{encoding: "UTF-8"}
	if bytes.HasPrefix(head, []byte(markLow)) || bytes.HasPrefix(head, []byte(markHigh)) {
		f.encoding, f.code = "UTF-16", unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM)
	} else if err := f.guess(in); err != nil {
		return f, err
	}
	if f.code != nil {
		if err := f.proves(in); err != nil {
			return f, err
		}
	}
	text, _ := io.ReadAll(f.decode(bytes.NewReader(head))) // may end within a character
	text = bytes.TrimLeft(text, " \t\r\n")
	f.first, _ = utf8.DecodeRune(text)
	f.comma = separator(text)
	return f, nil
}

// guess tells UTF-8 from GB18030. A file that is nearly UTF-8 is damaged UTF-8.
func (f *found) guess(in io.ReadSeeker) error {
	if _, err := in.Seek(0, io.SeekStart); err != nil {
		return err
	}
	buffered := bufio.NewReaderSize(in, lookahead)
	good, bad, badLine := 0, 0, 0
	for line := 1; ; {
		r, size, err := buffered.ReadRune()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		switch {
		case r == 0:
			return invalid("sheet.binary")
		case r == '\n':
			line++
		case r == utf8.RuneError && size == 1:
			if bad++; bad == 1 {
				badLine = line
			}
		case size > 1:
			good++
		}
	}
	const nearly = 4
	switch {
	case bad == 0:
	case good > nearly*bad:
		return invalid("sheet.bad_bytes").With("line", strconv.Itoa(badLine)).With("encoding", f.encoding)
	default:
		f.encoding, f.code = "GB18030", simplifiedchinese.GB18030
	}
	return nil
}

// proves decodes the whole file and finds the first line that cannot be.
func (f *found) proves(in io.ReadSeeker) error {
	if _, err := in.Seek(0, io.SeekStart); err != nil {
		return err
	}
	text := bufio.NewReaderSize(f.decode(in), lookahead)
	for line := 1; ; {
		r, _, err := text.ReadRune()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		case r == '\n':
			line++
		case r == 0:
			return invalid("sheet.binary")
		case r == utf8.RuneError:
			return invalid("sheet.bad_bytes").With("line", strconv.Itoa(line)).With("encoding", f.encoding)
		}
	}
}

// separator is what the first line of a CSV file separates its cells by: the one
// of comma, tab and semicolon that it has most of outside quotes.
func separator(text []byte) rune {
	counts := map[rune]int{}
	quoted := false
	for _, r := range string(text) {
		if r == '"' {
			quoted = !quoted
		}
		if r == '\n' && !quoted {
			break
		}
		if !quoted {
			counts[r]++
		}
	}
	best := ','
	for _, r := range "\t;" {
		if counts[r] > counts[best] {
			best = r
		}
	}
	return best
}
