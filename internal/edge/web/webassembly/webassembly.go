// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package webassembly has the pages of the bodies that decide: the public table of
// who decides what, the registers that secretaries keep, and the rosters of votes.
//
//	webassembly.go  what it is given, its routes and menu, the public table
//	list.go         the bodies, and one of them with its members
//	member.go       one member, and lists from a table
//	roster.go       freezing a roster, and a frozen one
//	samples.go      one filled page of each kind, for tests
package webassembly

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/text"
	"pavilion/internal/civic/deliberation/assembly"
	"pavilion/internal/civic/deliberation/tally"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/org"
	"pavilion/internal/edge/web/webkit"
)

// Pages is what the pages take. All fields are required.
type Pages struct {
	Kit    *webkit.Kit
	Bodies *assembly.Service
	Org    *org.Service
	Texts  *text.Catalogue
	Realm  string
	Counts func(*http.Request) (map[string]int, error) // the numbers beside the menu's entries

	Accounts Accounts
}

// Accounts finds accounts by how their owners sign in, and the other way round.
type Accounts interface {
	Named(ctx context.Context, realm, login string) (account string, err error)
	Account(ctx context.Context, realm, account string) (identity.Account, error)
}

// Where the pages lie.
const (
	table   = "/decisions"
	root    = "/desk/assemblies"
	rosters = "/desk/rosters"
)

// maxForm bounds a sent form, maxFile one with a table, in bytes.
const (
	maxForm = 64 << 10
	maxFile = 4 << 20
)

// Secretaries keep registers; scrutineers see them.
var (
	keeping = webkit.AnyOf(identity.Secretary)
	seeing  = webkit.AnyOf(identity.Secretary, identity.Scrutineer)
)

// Menu lists what the public menu offers.
func Menu() []webkit.MenuItem {
	return []webkit.MenuItem{{Href: table, Key: "assembly.decides.menu", Icon: "users", Access: webkit.Public}}
}

// DeskMenu lists what the desk's menu offers.
func DeskMenu() []webkit.MenuItem {
	return []webkit.MenuItem{{Href: root, Key: "assembly.menu", Icon: "users", Access: seeing}}
}

// Register adds the routes.
func (p *Pages) Register(ro *webkit.Router) {
	Samples(p.Kit)
	ro.Handle("GET "+table, webkit.Public, p.decides)
	ro.Handle("GET "+root, seeing, p.list)
	ro.Handle("POST "+root, keeping, p.found)
	ro.Handle("GET "+root+"/{id}", seeing, p.one)
	ro.Handle("POST "+root+"/{id}", keeping, p.change)
	ro.Handle("POST "+root+"/{id}/members", keeping, p.join)
	ro.Handle("POST "+root+"/{id}/list", keeping, p.take)
	ro.Handle("GET "+root+"/{id}/members/{member}", seeing, p.member)
	ro.Handle("POST "+root+"/{id}/members/{member}", keeping, p.alter)
	ro.Handle("GET "+root+"/{id}/freeze", keeping, p.freezing)
	ro.Handle("POST "+root+"/{id}/freeze", keeping, p.freeze)
	ro.Handle("GET "+rosters+"/{id}", webkit.SignedIn, p.roster)
}

// page begins a page of the desk. It holds names: no cache keeps it.
func (p *Pages) page(w http.ResponseWriter, r *http.Request, titleKey string, args ...any) (webkit.Page, error) {
	w.Header().Set("Cache-Control", "no-store")
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

// number reads a count; what is none is -1, which no use case takes.
func number(text string) int {
	if strings.TrimSpace(text) == "" {
		return 0
	}
	n, err := strconv.Atoi(strings.TrimSpace(text))
	if err != nil {
		return -1
	}
	return n
}

// again reports whether a failure is shown on the form it came from.
func again(err error) bool {
	kind := fault.KindOf(err)
	return kind == fault.Invalid || kind == fault.Stale || kind == fault.Conflict
}

// metres says an area in square metres.
func metres(share int64) string {
	if share == 0 {
		return ""
	}
	out := strconv.FormatInt(share/100, 10) + "." + strconv.FormatInt(share%100/10, 10) + strconv.FormatInt(share%10, 10)
	return strings.TrimSuffix(out, ".00")
}

// kinds are the kinds of bodies to choose from.
func kinds(say *text.Printer) []webkit.Choice {
	out := []webkit.Choice{{Label: say.T("assembly.choose_kind")}}
	for _, k := range assembly.Kinds() {
		out = append(out, webkit.Choice{Value: string(k), Label: say.T("assembly.kind." + string(k))})
	}
	return out
}

// DecidesPage is the public table of who decides what.
type DecidesPage struct {
	webkit.Page
	Rows []DecidesRow
}

// DecidesRow is one subject: which bodies decide it, how, and by which law.
type DecidesRow struct {
	Subject string
	Ways    []DecidesWay
	Basis   []string
	From    string
}

// DecidesWay is how a body decides, or several that decide in the same way.
type DecidesWay struct {
	Bodies []string
	Quorum []string
	Pass   []string
	Notice int
	Posted int
}

// alike reports whether two ways ask for the same.
func (d DecidesWay) alike(o DecidesWay) bool {
	return slices.Equal(d.Quorum, o.Quorum) && slices.Equal(d.Pass, o.Pass) && d.Notice == o.Notice && d.Posted == o.Posted
}

func (p *Pages) decides(w http.ResponseWriter, r *http.Request) error {
	view := DecidesPage{Page: p.Kit.Page(r, "assembly.decides.title")}
	say, today := view.Printer, p.Bodies.Today()
	for _, subject := range p.Bodies.Table.Subjects(today) {
		d, _ := p.Bodies.Table.Of(subject, today)
		row := DecidesRow{Subject: say.T("assembly.subject." + subject), From: d.From}
		for _, k := range d.Kinds {
			rule, err := p.Bodies.RuleAt(r.Context(), p.Realm, d.Code(k), today)
			if err != nil && fault.KindOf(err) != fault.Conflict {
				return err
			}
			row.add(DecidesWay{
				Bodies: []string{say.T("assembly.kind." + string(k))}, Quorum: Bounds(say, rule.Quorum), Pass: Bounds(say, rule.Pass),
				Notice: rule.Notice, Posted: rule.Disclosure,
			})
		}
		for _, b := range d.Basis {
			row.Basis = append(row.Basis, say.T(b))
		}
		view.Rows = append(view.Rows, row)
	}
	return p.Kit.Render(w, r, http.StatusOK, "assembly_decides", view)
}

// add adds a body's way, to those that decide in the same way if there are.
func (d *DecidesRow) add(way DecidesWay) {
	for i := range d.Ways {
		if d.Ways[i].alike(way) {
			d.Ways[i].Bodies = append(d.Ways[i].Bodies, way.Bodies...)
			return
		}
	}
	d.Ways = append(d.Ways, way)
}

// Bounds says the shares that a rule asks for.
func Bounds(say *text.Printer, list []tally.Bound) (out []string) {
	for _, b := range list {
		key := "assembly.bound.at_least"
		if b.Strict {
			key = "assembly.bound.more"
		}
		out = append(out, say.T(key, "of", say.T("assembly.of."+string(b.Of)+"_"+string(b.Measure)), "share", share(say, b.Share)))
	}
	return out
}

// share says a fraction as people do: half, and all.
func share(say *text.Printer, f tally.Fraction) string {
	if key := "assembly.share." + strconv.FormatInt(f.Num, 10) + "_" + strconv.FormatInt(f.Den, 10); say.Has(key) {
		return say.T(key)
	}
	return f.String()
}

// values are a form's values for something that is kept.
func values(pairs ...string) url.Values {
	out := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		out.Set(pairs[i], pairs[i+1])
	}
	return out
}
