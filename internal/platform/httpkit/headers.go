// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package httpkit

import (
	"fmt"
	"net/http"
	"strings"
)

// encryptedOnly keeps browsers to encrypted connections for a year.
const encryptedOnly = "max-age=31536000; includeSubDomains"

// SecurityHeaders tells browsers to run only our own scripts and styles, none of
// them inline, to show our pages in nobody's frame, to tell no other site where
// somebody came from, and, once they came by https, to come no other way. images
// are the origins, besides our own, that pictures such as map tiles may come from.
func SecurityHeaders(images ...string) Middleware {
	policy := strings.Join([]string{
		"default-src 'self'",
		strings.Join(append([]string{"img-src 'self' data: blob:"}, images...), " "),
		"object-src 'none'",
		"base-uri 'none'",
		"form-action 'self'",
		"frame-ancestors 'none'",
	}, "; ")
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			h := w.Header()
			h.Set("Content-Security-Policy", policy)
			h.Set("Cross-Origin-Opener-Policy", "same-origin")
			h.Set("Cross-Origin-Resource-Policy", "same-origin")
			h.Set("Permissions-Policy", "geolocation=(self), camera=(self), microphone=()")
			h.Set("Referrer-Policy", "no-referrer")
			h.Set("X-Content-Type-Options", "nosniff")
			h.Set("X-Frame-Options", "DENY")
			if r.TLS != nil || strings.EqualFold(r.Header.Get("X-Forwarded-Proto"), "https") {
				h.Set("Strict-Transport-Security", encryptedOnly)
			}
			next.ServeHTTP(w, r)
		})
	}
}

// SameOrigin refuses requests that change something and come from another
// site's page, by answering with refuse. trusted are further origins, such as
// "https://example.org", that may send them.
func SameOrigin(refuse http.Handler, trusted ...string) (Middleware, error) {
	p := http.NewCrossOriginProtection()
	for _, origin := range trusted {
		if err := p.AddTrustedOrigin(origin); err != nil {
			return nil, fmt.Errorf("trusted origin %q: %w", origin, err)
		}
	}
	p.SetDenyHandler(refuse)
	return p.Handler, nil
}
