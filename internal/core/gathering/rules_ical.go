// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package gathering

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Note is what a calendar is told of a gathering beside what it holds itself.
type Note struct {
	Site      string    // host name of the site, for the identifier
	Link      string    // address of the page
	Organizer string    // whose gathering it is, in words
	Words     string    // what it is about, in words
	Stamp     time.Time // when the file is made
}

// foldAt is how many octets a line of a calendar may have, RFC 5545 §3.1.
const foldAt = 75

// Calendar writes a gathering as an iCalendar object, RFC 5545: to be entered, or, once
// it is cancelled, to be taken out. Its identifier stays the same and its sequence rises,
// so that a calendar changes what it has.
func Calendar(g Gathering, n Note) []byte {
	method, status := "PUBLISH", "CONFIRMED"
	if g.State == Cancelled {
		method, status = "CANCEL", "CANCELLED"
	}
	var out strings.Builder
	line := func(name, value string) { out.WriteString(fold(name+":"+value) + "\r\n") }
	line("BEGIN", "VCALENDAR")
	line("VERSION", "2.0")
	line("PRODID", "-//Pavilion//Gatherings//ZH")
	line("METHOD", method)
	line("BEGIN", "VEVENT")
	line("UID", g.ID+"@"+n.Site)
	line("DTSTAMP", utc(n.Stamp))
	line("SEQUENCE", strconv.Itoa(g.Sequence))
	line("DTSTART", utc(g.Starts))
	line("DTEND", utc(g.Ends))
	line("SUMMARY", escape(g.Title))
	if n.Words != "" {
		line("DESCRIPTION", escape(n.Words))
	}
	line("LOCATION", escape(g.Where))
	line("STATUS", status)
	line("ORGANIZER;CN="+quoted(n.Organizer), n.Link)
	line("URL", n.Link)
	line("END", "VEVENT")
	line("END", "VCALENDAR")
	return []byte(out.String())
}

// utc writes an instant in the form of RFC 5545 §3.3.5 that needs no zone.
func utc(at time.Time) string { return at.UTC().Format("20060102T150405Z") }

// escape writes a text as a value, RFC 5545 §3.3.11.
func escape(text string) string {
	return strings.NewReplacer("\\", "\\\\", ";", "\\;", ",", "\\,", "\r\n", "\\n", "\n", "\\n", "\r", "\\n").Replace(text)
}

// quoted writes a parameter, which may hold neither quotes nor control characters.
func quoted(text string) string {
	return `"` + strings.Map(func(r rune) rune {
		if r == '"' || r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, text) + `"`
}

// fold breaks a line that is too long into lines that begin with a space. No character
// is broken in two.
func fold(line string) string {
	var out strings.Builder
	room := foldAt
	for _, r := range line {
		size := utf8.RuneLen(r)
		if size > room {
			out.WriteString("\r\n ")
			room = foldAt - 1
		}
		out.WriteRune(r)
		room -= size
	}
	return out.String()
}
