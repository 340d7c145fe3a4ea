// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webassembly

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/text"
	"pavilion/internal/civic/deliberation/assembly"
	"pavilion/internal/edge/web/webkit"
)

// MemberPage is one member with the history of the mandate.
type MemberPage struct {
	webkit.Page
	Back, Body string
	Areas      bool
	Houses     bool
	May        bool
	Gone       bool // the name is no longer there
	Revision   int
	Form       webkit.Form
	Seats      []webkit.Choice
	Voting     []webkit.Choice
	Causes     []webkit.Choice
	Timeline   []webkit.Event
}

// holdings reads households, one a line; for owners with the area after it.
func holdings(text string, areas bool) (out []assembly.Holding, bad *fault.Error) {
	for line := range strings.Lines(text) {
		words := strings.Fields(line)
		h := assembly.Holding{Household: strings.Join(words, " ")}
		if areas && len(words) > 1 {
			share, err := assembly.ParseShare(words[len(words)-1])
			if err != nil {
				return nil, err.At("household")
			}
			h = assembly.Holding{Household: strings.Join(words[:len(words)-1], " "), Share: share}
		}
		if h.Household != "" {
			out = append(out, h)
		}
	}
	return out, nil
}

// written writes households as holdings reads them.
func written(m assembly.Member) string {
	var b strings.Builder
	for _, h := range m.Holdings {
		b.WriteString(strings.TrimSpace(h.Household+" "+metres(h.Share)) + "\n")
	}
	return strings.TrimSpace(b.String())
}

func (p *Pages) join(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	actor := webkit.ActorOf(r)
	a, err := p.Bodies.Of(r.Context(), p.Realm, r.PathValue("id"), actor)
	if err != nil {
		return err
	}
	v := r.PostFormValue
	held, bad := holdings(v("household"), a.Kind.Areas())
	account, err := p.account(r, v("account"))
	if bad != nil {
		err = bad
	}
	if err == nil {
		_, err = p.Bodies.Join(r.Context(), assembly.Join{
			Realm: p.Realm, Assembly: a.ID, Key: v("client"), Name: v("name"), Holdings: held, Account: account, Voting: v("voting") == "yes",
			Seat: assembly.Seat(v("seat")), Since: v("since"), Until: v("until"), Same: v("same"), By: actor,
		})
	}
	if err != nil && again(err) {
		return p.onePage(w, r, webkit.StatusOf(err), p.Kit.AgainIn(r, err, "join-"), nil)
	}
	if err != nil {
		return err
	}
	webkit.Done(w, r, root+"/"+a.ID, "assembly.done.joined")
	return nil
}

func (p *Pages) take(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxFile)
	if err := r.ParseMultipartForm(maxFile); err != nil {
		return p.onePage(w, r, http.StatusUnprocessableEntity, p.Kit.AgainIn(r, noFile(), "list-"), nil)
	}
	file, head, err := r.FormFile("file")
	if err != nil {
		return p.onePage(w, r, http.StatusUnprocessableEntity, p.Kit.AgainIn(r, noFile(), "list-"), nil)
	}
	defer file.Close()
	done, err := p.Bodies.Take(r.Context(), assembly.Take{
		Realm: p.Realm, Assembly: r.PathValue("id"), In: file, Size: head.Size, Words: assembly.Words(p.Texts), By: webkit.ActorOf(r),
	})
	if f, ok := fault.As(err); ok && again(err) {
		return p.onePage(w, r, webkit.StatusOf(err), p.Kit.AgainIn(r, f.At("file"), "list-"), nil)
	}
	if err != nil {
		return err
	}
	if len(done.Problems) > 0 {
		refused := fault.New(fault.Invalid, "assembly.list_refused").At("file").With("n", strconv.Itoa(len(done.Problems)))
		return p.onePage(w, r, http.StatusUnprocessableEntity, p.Kit.AgainIn(r, refused, "list-"), done.Problems)
	}
	webkit.Done(w, r, root+"/"+r.PathValue("id"), "assembly.done.taken")
	return nil
}

func noFile() error { return fault.New(fault.Invalid, "assembly.no_file").At("file") }

func (p *Pages) member(w http.ResponseWriter, r *http.Request) error {
	return p.memberPage(w, r, http.StatusOK, webkit.Form{})
}

func (p *Pages) memberPage(w http.ResponseWriter, r *http.Request, status int, sent webkit.Form) error {
	actor := webkit.ActorOf(r)
	m, history, err := p.Bodies.Member(r.Context(), p.Realm, r.PathValue("id"), r.PathValue("member"), actor)
	if err != nil {
		return err
	}
	a, err := p.Bodies.Of(r.Context(), p.Realm, m.Assembly, actor)
	if err != nil {
		return err
	}
	about, err := p.page(w, r, "assembly.member.title", "no", m.No)
	if err != nil {
		return err
	}
	say := about.Printer
	view := MemberPage{
		Page: about, Back: root + "/" + a.ID, Body: a.Name, Areas: a.Kind.Areas(), Houses: !a.Kind.Confidential(), May: p.Bodies.MayKeep(actor, a) && !m.Forgotten,
		Gone: m.Forgotten, Revision: m.Revision, Seats: seats(say, a.Kind), Voting: voting(say), Causes: causes(say), Timeline: timeline(say, history),
	}
	login, err := p.login(r, m.Account)
	if err != nil {
		return err
	}
	view.Form = webkit.Form{Values: values("name", m.Name, "household", written(m), "account", login, "seat", string(m.Seat), "since", m.Since, "until", m.Until)}
	view.Form.Values.Set("voting", map[bool]string{true: "yes", false: "no"}[m.Voting])
	if sent.Values != nil {
		view.Form = sent
	}
	view.Errors = sent.Errors
	return p.Kit.Render(w, r, status, "assembly_member", view)
}

// causes are why a mandate ends, to choose from.
func causes(say *text.Printer) []webkit.Choice {
	out := []webkit.Choice{{Label: say.T("assembly.cause.none")}}
	for _, c := range assembly.Causes() {
		out = append(out, webkit.Choice{Value: string(c), Label: say.T("assembly.cause." + string(c))})
	}
	return out
}

// timeline tells the history of a mandate.
func timeline(say *text.Printer, history []assembly.Line) (out []webkit.Event) {
	for _, l := range history {
		said := say.T("assembly.mandate", "since", l.Since, "until", mark(say, l.Until))
		if !l.Voting {
			said += say.T("kit.comma") + say.T("assembly.why.no_vote")
		}
		out = append(out, webkit.Event{State: "done", What: say.T("assembly.act." + l.Act), Who: say.T("assembly.cause." + string(l.Cause)), At: l.At.Truncate(time.Second), Said: said})
	}
	return out
}

// mark is a last day, or that there is none.
func mark(say *text.Printer, day string) string {
	if day == "" {
		return say.T("assembly.open_end")
	}
	return day
}

func (p *Pages) alter(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	actor := webkit.ActorOf(r)
	a, err := p.Bodies.Of(r.Context(), p.Realm, r.PathValue("id"), actor)
	if err != nil {
		return err
	}
	v := r.PostFormValue
	revision, _ := strconv.Atoi(v("revision")) // a wrong one is stale
	held, bad := holdings(v("household"), a.Kind.Areas())
	account, err := p.account(r, v("account"))
	if bad != nil {
		err = bad
	}
	if err == nil {
		_, err = p.Bodies.Alter(r.Context(), assembly.Alter{
			Realm: p.Realm, Assembly: a.ID, Member: r.PathValue("member"), Revision: revision, Name: v("name"), Holdings: held, Account: account,
			Voting: v("voting") == "yes", Seat: assembly.Seat(v("seat")), Since: v("since"), Until: v("until"), Cause: assembly.Cause(v("cause")), By: actor,
		})
	}
	if err != nil && again(err) {
		return p.memberPage(w, r, webkit.StatusOf(err), p.Kit.Again(r, err))
	}
	if err != nil {
		return err
	}
	webkit.Done(w, r, root+"/"+a.ID, "assembly.done.kept")
	return nil
}

// account is the account that signs in with a login; none for none.
func (p *Pages) account(r *http.Request, login string) (string, error) {
	if strings.TrimSpace(login) == "" {
		return "", nil
	}
	account, err := p.Accounts.Named(r.Context(), p.Realm, login)
	if fault.KindOf(err) == fault.Missing {
		err = fault.New(fault.Invalid, "assembly.no_account").At("account")
	}
	return account, err
}

// login is how the owner of an account signs in; empty for none, and for one that is
// gone.
func (p *Pages) login(r *http.Request, account string) (string, error) {
	if account == "" {
		return "", nil
	}
	a, err := p.Accounts.Account(r.Context(), p.Realm, account)
	if fault.KindOf(err) == fault.Missing {
		return "", nil
	}
	return a.Login, err
}
