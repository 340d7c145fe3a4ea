// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webkit

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"pavilion/internal/base/text"
	"pavilion/internal/core/identity"
)

const (
	sessionCookie  = "pv_session"
	halfCookie     = "pv_half"
	flowCookie     = "pv_flow"
	flowAge        = 10 * time.Minute
	languageCookie = "pv_lang"
	languageAge    = 365 * 24 * time.Hour
)

// asking is the context key of who asks and in which language.
type asking struct{}

// asker is who asks and in which language.
type asker struct {
	actor identity.Actor
	lang  string
}

// ask finds who asks and in which language.
func (k *Kit) ask(w http.ResponseWriter, r *http.Request) asker {
	var a asker
	if token := SessionToken(r); token != "" && k.Session != nil {
		if actor, err := k.Session(r.Context(), token); err == nil {
			a.actor = actor
		}
	}
	a.lang = k.chooseLanguage(w, r, a.actor.Language)
	return a
}

// ActorOf returns who asks.
func ActorOf(r *http.Request) identity.Actor {
	a, _ := r.Context().Value(asking{}).(asker)
	return a.actor
}

// LanguageOf returns the language a request is answered in.
func (k *Kit) LanguageOf(r *http.Request) string { return k.Printer(languageOf(r)).Lang() }

func languageOf(r *http.Request) string {
	a, _ := r.Context().Value(asking{}).(asker)
	return a.lang
}

// WithActor returns a request as if sent by somebody, for tests of handlers.
func WithActor(r *http.Request, actor identity.Actor, lang string) *http.Request {
	return r.WithContext(context.WithValue(r.Context(), asking{}, asker{actor: actor, lang: lang}))
}

// chooseLanguage takes the query's language, which is then remembered, or the
// remembered one, or the account's, or what the browser asks for.
func (k *Kit) chooseLanguage(w http.ResponseWriter, r *http.Request, account string) string {
	known := k.Languages()
	if lang := r.URL.Query().Get("lang"); slices.Contains(known, lang) {
		SetCookie(w, r, languageCookie, lang, int(languageAge/time.Second))
		return lang
	}
	if lang := Cookie(r, languageCookie); slices.Contains(known, lang) {
		return lang
	}
	if slices.Contains(known, account) {
		return account
	}
	return k.Texts.Negotiate(r.Header.Get("Accept-Language"))
}

// secure reports whether the browser's side of the connection is encrypted. A
// false claim in the header only makes the cookies stricter.
func secure(r *http.Request) bool {
	return r.TLS != nil || strings.EqualFold(r.Header.Get("X-Forwarded-Proto"), "https")
}

// Origin is where people reach the site: the configured address, or what the
// request was sent to.
func Origin(r *http.Request, configured string) string {
	switch {
	case configured != "":
		return strings.TrimSuffix(configured, "/")
	case r.TLS != nil:
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

// cookieName carries the prefix that binds a cookie to this host and to encrypted
// connections, where there is one.
func cookieName(r *http.Request, name string) string {
	if secure(r) {
		return "__Host-" + name
	}
	return name
}

// Cookie returns what SetCookie gave the browser under a name, or nothing.
func Cookie(r *http.Request, name string) string {
	c, err := r.Cookie(cookieName(r, name))
	if err != nil {
		return ""
	}
	return c.Value
}

// SessionToken returns the token the browser sent, or nothing.
func SessionToken(r *http.Request) string { return Cookie(r, sessionCookie) }

// HalfToken returns the token of half a session that the browser sent, or nothing.
func HalfToken(r *http.Request) string { return Cookie(r, halfCookie) }

// SetSession gives the browser a session token. It lasts until the browser is
// closed or the server ends it.
func SetSession(w http.ResponseWriter, r *http.Request, token string) {
	SetCookie(w, r, sessionCookie, token, 0)
}

// ClearSession takes the token away.
func ClearSession(w http.ResponseWriter, r *http.Request) { SetCookie(w, r, sessionCookie, "", -1) }

// SetHalf gives the browser the token of half a session.
func SetHalf(w http.ResponseWriter, r *http.Request, token string) {
	SetCookie(w, r, halfCookie, token, 0)
}

// ClearHalf takes it away.
func ClearHalf(w http.ResponseWriter, r *http.Request) { SetCookie(w, r, halfCookie, "", -1) }

// FlowToken returns the token of a sign-in that is on its way, or nothing.
func FlowToken(r *http.Request) string { return Cookie(r, flowCookie) }

// SetFlow gives the browser the token of a sign-in that goes by another house.
func SetFlow(w http.ResponseWriter, r *http.Request, token string) {
	SetCookie(w, r, flowCookie, token, int(flowAge/time.Second))
}

// ClearFlow takes it away.
func ClearFlow(w http.ResponseWriter, r *http.Request) { SetCookie(w, r, flowCookie, "", -1) }

// Enter gives the browser what a sign-in has opened, and leads on: to the next step,
// or to where the reader wanted to go.
func Enter(w http.ResponseWriter, r *http.Request, e identity.Entry, next string) {
	if e.Step != identity.In {
		ClearSession(w, r)
		SetHalf(w, r, e.Token)
		http.Redirect(w, r, "/signin/"+string(e.Step)+"?next="+url.QueryEscape(next), http.StatusSeeOther)
		return
	}
	SetSession(w, r, e.Token)
	http.Redirect(w, r, next, http.StatusSeeOther)
}

// SetCookie gives the browser a value that no script and no other site's form
// may use, for age seconds; 0 until it is closed, -1 takes the value away.
func SetCookie(w http.ResponseWriter, r *http.Request, name, value string, age int) {
	http.SetCookie(w, &http.Cookie{
		Name: cookieName(r, name), Value: value, Path: "/", MaxAge: age,
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: secure(r),
	})
}

// Done sends the reader to a page that says what was done. The key is the text
// pkg.done.what; any other is ignored there, so that an address cannot put other
// words into a page's mouth.
func Done(w http.ResponseWriter, r *http.Request, to, key string) {
	to = localPath(to)
	u, err := url.Parse(to)
	if err != nil {
		u = &url.URL{Path: "/"}
	}
	if key != "" {
		q := u.Query()
		q.Set("done", key)
		u.RawQuery = q.Encode()
	}
	http.Redirect(w, r, u.String(), http.StatusSeeOther)
}

// done returns the sentence about what was done, or nothing.
func (k *Kit) done(p *text.Printer, r *http.Request) string {
	key := r.URL.Query().Get("done")
	parts := strings.Split(key, ".")
	if len(parts) != 3 || parts[1] != "done" || !p.Has(key) {
		return ""
	}
	return p.T(key)
}

// Next returns where to go after signing in: the path in "next" when it is one
// of ours, else the given one.
func Next(r *http.Request, otherwise string) string {
	if to := r.FormValue("next"); to != "" && localPath(to) == to {
		return to
	}
	return otherwise
}

// localPath returns an address within this site, or "/" for anything else.
func localPath(to string) string {
	u, err := url.Parse(to)
	bad := err != nil || u.IsAbs() || u.Host != "" || !strings.HasPrefix(to, "/") ||
		strings.HasPrefix(to, "//") || strings.ContainsAny(to, "\\\r\n\t")
	if bad {
		return "/"
	}
	return to
}
