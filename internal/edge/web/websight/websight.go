// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package websight has the pages about who saw what: saying what one needs a
// matter's words for, one's own looks, and what auditors read and judge.
//
//	websight.go  what it is given, its routes and menu; a look as a line
//	purpose.go   saying what a matter is needed for, before it is shown
//	own.go       one's own looks, and explaining one
//	log.go       the log, for auditors
//	sample.go    looks drawn by chance, and what an auditor finds of them
//	samples.go   one filled page of each kind, for tests
package websight

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/text"
	"pavilion/internal/civic/matter"
	"pavilion/internal/civic/matter/docket"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/sight"
	"pavilion/internal/edge/web/webkit"
	"pavilion/internal/edge/web/webmatter"
)

// Pages is what the pages take. All fields are required.
type Pages struct {
	webmatter.Shared
	Sight  *sight.Service
	Counts func(r *http.Request) (map[string]int, error)
	Name   func(ctx context.Context, account string) string
}

// maxForm bounds a sent form, in bytes.
const maxForm = 16 << 10

// Addresses of the pages.
const (
	ownPath     = "/desk/looks"
	logPath     = "/desk/audit/looks"
	samplesPath = "/desk/audit/samples"
	samplePath  = "/desk/audit/sample"
)

var (
	working  = webkit.AnyOf(identity.Dispatcher, identity.ShiftHead, identity.Receptionist, identity.Handler, identity.GridWorker)
	auditing = webkit.AnyOf(identity.Auditor)
)

// Menu lists what the desk's menu offers.
func Menu() []webkit.MenuItem {
	return []webkit.MenuItem{
		{Href: ownPath, Key: "sight.own.menu", Icon: "eye", Group: webkit.OfOneself, Access: working},
		{Href: logPath, Key: "sight.log.menu", Icon: "eye", Group: webkit.OfAudit, Access: auditing},
		{Href: samplesPath, Key: "sight.samples.menu", Icon: "history", Group: webkit.OfAudit, Access: auditing},
	}
}

// Register adds the routes and the samples.
func (p *Pages) Register(ro *webkit.Router) {
	Samples(p.Kit)
	ro.Handle("GET /desk/matters/{id}/purpose", working, p.purposeForm)
	ro.Handle("POST /desk/matters/{id}/purpose", working, p.statePurpose)
	ro.Handle("GET "+ownPath, webkit.SignedIn, p.own)
	ro.Handle("POST "+ownPath, webkit.SignedIn, p.answer)
	ro.Handle("GET "+logPath, auditing, p.log)
	ro.Handle("GET "+samplesPath, auditing, p.samples)
	ro.Handle("POST "+samplesPath, auditing, p.draw)
	ro.Handle("GET "+samplePath, auditing, p.sample)
	ro.Handle("POST "+samplePath, auditing, p.judge)
}

// page begins a page of the desk: its menu says how much waits.
func (p *Pages) page(r *http.Request, titleKey string, args ...any) (webkit.Page, error) {
	counts, err := p.Counts(r)
	return p.Kit.DeskPage(r, counts, titleKey, args...), err
}

// readForm reads a sent form within its bounds.
func readForm(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		return fault.New(fault.Invalid, "desk.form_unreadable").Because(err)
	}
	return nil
}

// LookLine is a look as pages show it.
type LookLine struct {
	At      time.Time
	What    string // number of the matter, or what else was looked at
	Href    string // the looks at the same
	Who     string
	WhoHref string // the looks of the same person
	Role    string
	Fields  string
	Purpose string
	Words   string
	Times   string // how often, if more than once
}

// lines draws looks. Names are for auditors, who may open what each looked at.
func (p *Pages) lines(r *http.Request, say *text.Printer, list []sight.Entry, auditor bool) ([]LookLine, error) {
	var ids []string
	for _, e := range list {
		if id, ok := strings.CutPrefix(e.Subject, matter.Subject("")); ok {
			ids = append(ids, id)
		}
	}
	numbers, err := p.Matters.Numbers(r.Context(), p.Realm, ids)
	if err != nil {
		return nil, err
	}
	names := map[string]string{}
	var out []LookLine
	for _, e := range list {
		line := p.line(say, e, numbers)
		if auditor {
			if _, known := names[e.Account]; !known {
				names[e.Account] = p.Name(r.Context(), e.Account)
			}
			line.Who = names[e.Account]
			line.WhoHref = logPath + "?account=" + e.Account
			if id, ok := strings.CutPrefix(e.Subject, matter.Subject("")); ok {
				line.Href = logPath + "?matter=" + id
			}
		}
		out = append(out, line)
	}
	return out, nil
}

// line draws one look without its person.
func (p *Pages) line(say *text.Printer, e sight.Entry, numbers map[string]string) LookLine {
	id, isMatter := strings.CutPrefix(e.Subject, matter.Subject(""))
	line := LookLine{
		At: e.At, What: say.T("sight.subject.log"), Role: p.RoleOf(say, e.Role, e.Body), Fields: Fields(say, e.Fields),
		Purpose: say.T("sight.purpose." + string(e.Purpose)), Words: e.Words,
	}
	switch {
	case isMatter:
		line.What = numbers[id]
	case e.Subject == docket.ExportSubject:
		line.What = say.T("sight.subject.export")
	}
	if e.Times > 1 {
		line.Times = say.T("sight.times", "n", strconv.Itoa(e.Times))
	}
	return line
}

// Fields names what was read.
func Fields(say *text.Printer, fields []string) string {
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = say.T("sight.field." + f)
	}
	return strings.Join(names, say.T("kit.comma"))
}

// day reads a date of a form as the beginning of that day; the zero time if there
// is none.
func (p *Pages) day(field, value string) (time.Time, error) {
	if value == "" {
		return time.Time{}, nil
	}
	at, err := time.ParseInLocation(time.DateOnly, value, p.Matters.Calendar.Zone())
	if err != nil {
		return at, fault.New(fault.Invalid, "sight.bad_day").At(field)
	}
	return at, nil
}
