// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package app

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"time"
)

// contact is an address that RFC 9116 allows, on one line.
var contact = regexp.MustCompile(`^(mailto:|https://|tel:)[!-~]+$`)

// contactLasts is how long whoever reads security.txt may rely on it. RFC 9116
// advises less than a year.
const contactLasts = 180 * 24 * time.Hour

// securityTxt says where to tell of a weakness (RFC 9116).
func (a *App) securityTxt(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	fmt.Fprintf(w, "Contact: %s\nExpires: %s\nPreferred-Languages: zh, en\n",
		a.Config.Security, a.Now().UTC().Add(contactLasts).Format(time.RFC3339))
	if strings.HasPrefix(a.Config.PublicURL, "https://") {
		fmt.Fprintf(w, "Canonical: %s%s\n", strings.TrimSuffix(a.Config.PublicURL, "/"), securityPath)
	}
}

// securityPath is where RFC 9116 has it looked for.
const securityPath = "/.well-known/security.txt"
