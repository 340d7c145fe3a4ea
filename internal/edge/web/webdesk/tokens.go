// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webdesk

import (
	"net/http"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/core/identity"
	"pavilion/internal/edge/web/webkit"
)

// TokensPage lists somebody's tokens and makes new ones.
type TokensPage struct {
	webkit.Page
	Form   webkit.Form
	Scopes []webkit.Choice
	Tokens []TokenLine
	Proved bool   // this person has proved who they are a moment ago
	Secret string // of the token that was made, shown this once
}

// TokenLine is one token of a list.
type TokenLine struct {
	ID, Name, Scopes, Used string
	Until                  time.Time
	Ended                  bool
}

func (p *Pages) tokens(w http.ResponseWriter, r *http.Request) error {
	return p.tokensPage(w, r, http.StatusOK, webkit.Form{}, "")
}

func (p *Pages) tokensPage(w http.ResponseWriter, r *http.Request, status int, f webkit.Form, secret string) error {
	list, err := p.Identity.Tokens(r.Context(), webkit.ActorOf(r))
	if err != nil {
		return err
	}
	view := TokensPage{Form: f, Secret: secret}
	if view.Page, err = p.page(r, "desk.tokens.title"); err != nil {
		return err
	}
	say, now := view.Printer, p.Matters.Now()
	view.Errors, view.Proved = f.Errors, view.Actor.ProvedLately(now) == nil
	for _, s := range identity.Scopes() {
		view.Scopes = append(view.Scopes, webkit.Choice{Value: s, Label: say.T("desk.tokens.scope." + s), Hint: s})
	}
	for _, t := range list {
		line := TokenLine{ID: t.ID, Name: t.Name, Until: t.Until, Ended: !t.Revoked.IsZero() || !now.Before(t.Until), Used: t.UsedOn}
		line.Scopes = words(say, "desk.tokens.scope.", t.Scopes)
		view.Tokens = append(view.Tokens, line)
	}
	w.Header().Set("Cache-Control", "no-store")
	return p.Kit.Render(w, r, status, "desk_tokens", view)
}

// makeToken makes a token and shows its secret on this one answer.
func (p *Pages) makeToken(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	until := p.date(r.PostFormValue("until"))
	secret, _, err := p.Identity.CreateToken(r.Context(), identity.NewToken{
		Name: r.PostFormValue("name"), Scopes: r.PostForm["scopes"], Until: until, By: webkit.ActorOf(r),
	})
	if f, known := fault.As(err); known && f.Key != "identity.prove_first" {
		return p.tokensPage(w, r, webkit.StatusOf(err), p.Kit.Again(r, err), "")
	}
	if err != nil {
		return err
	}
	return p.tokensPage(w, r, http.StatusCreated, webkit.Form{}, secret)
}

// revokeToken ends one of somebody's own tokens.
func (p *Pages) revokeToken(w http.ResponseWriter, r *http.Request) error {
	if err := p.Identity.RevokeToken(r.Context(), webkit.ActorOf(r), r.PathValue("id")); err != nil {
		return err
	}
	webkit.Done(w, r, "/desk/tokens", "desk.done.token_revoked")
	return nil
}
