// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package gateway

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"syscall"
	"time"
)

// Bounds of a call. They are wide for a provider on another continent and too
// narrow to keep a server busy.
const (
	callLasts    = 10 * time.Second // all of it, redirects and body too
	dialLasts    = 5 * time.Second
	maxAnswer    = 512 << 10
	maxHeaders   = 64 << 10
	maxRedirects = 3
)

// The ways in which a call is refused or cut off.
var (
	ErrAddress  = errors.New("the address may not be called")
	ErrScheme   = errors.New("only https may be called")
	ErrRedirect = errors.New("led to another place")
	ErrLarge    = errors.New("the answer is too large")
)

// reserved are the networks that no public server has: this machine and its
// neighbours, the operator's own, those that lead into others by translation, and
// where clouds answer about the machine. Sources: the IANA registries of
// special-purpose addresses for IPv4 and IPv6 (RFC 6890); 168.63.129.16 is a
// cloud's own.
var reserved = networks(
	"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "168.63.129.16/32", "169.254.0.0/16", "172.16.0.0/12",
	"192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24",
	"203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
	"2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
)

// global is where all public addresses of IPv6 are; the rest are loopback, private,
// link-local, multicast, mapped or translated.
var global = netip.MustParsePrefix("2000::/3")

// networks reads networks that the program itself names.
func networks(list ...string) []netip.Prefix {
	out := make([]netip.Prefix, len(list))
	for i, text := range list {
		out[i] = netip.MustParsePrefix(text)
	}
	return out
}

// Calls says how other servers may be called. The zero Calls reaches public
// servers only.
type Calls struct {
	Own      []netip.Prefix // networks that may be called though they are not public
	Resolver *net.Resolver  // nil for the machine's
}

// reaches reports whether an address may be called.
func (c Calls) reaches(addr netip.Addr) bool {
	addr = addr.Unmap().WithZone("")
	holds := func(p netip.Prefix) bool { return p.Contains(addr) }
	if !addr.IsValid() || slices.ContainsFunc(c.Own, holds) {
		return addr.IsValid()
	}
	return (addr.Is4() || global.Contains(addr)) && !slices.ContainsFunc(reserved, holds)
}

// Client returns a client that calls public servers by https, and nothing else
// unless Own names it. What is looked at is the address that is dialled, after names
// were resolved, so that a name that changes its address leads nowhere. It follows
// three redirects within the same host, gives up after ten seconds or half a
// mebibyte, keeps no cookies, and takes no proxy from the environment. This machine
// may be called by http where Own has it.
func (c Calls) Client() *http.Client {
	dialer := &net.Dialer{Timeout: dialLasts, Resolver: c.Resolver, ControlContext: c.control}
	return &http.Client{
		Timeout: callLasts,
		Transport: guarded{calls: c, next: &http.Transport{
			Proxy: nil, DialContext: dialer.DialContext, ForceAttemptHTTP2: true, TLSHandshakeTimeout: dialLasts,
			ResponseHeaderTimeout: callLasts, MaxResponseHeaderBytes: maxHeaders, MaxConnsPerHost: 16, IdleConnTimeout: time.Minute,
		}},
		CheckRedirect: func(r *http.Request, via []*http.Request) error {
			first := via[0].URL
			if len(via) > maxRedirects || r.URL.Scheme != first.Scheme || r.URL.Host != first.Host {
				return ErrRedirect
			}
			return nil
		},
	}
}

// control looks at the address that is about to be dialled.
func (c Calls) control(_ context.Context, network, address string, _ syscall.RawConn) error {
	to, err := netip.ParseAddrPort(address)
	if err != nil || network != "tcp4" && network != "tcp6" || !c.reaches(to.Addr()) {
		return fmt.Errorf("%w: %s", ErrAddress, address)
	}
	return nil
}

// guarded looks at each request before it leaves and bounds its answer.
type guarded struct {
	calls Calls
	next  http.RoundTripper
}

// RoundTrip sends one request.
func (g guarded) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Scheme != "https" && !g.here(r) {
		return nil, ErrScheme
	}
	res, err := g.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	if res.ContentLength > maxAnswer {
		return nil, errors.Join(ErrLarge, res.Body.Close())
	}
	res.Body = &bounded{ReadCloser: res.Body, left: maxAnswer}
	return res, nil
}

// here reports whether a request goes to this machine by its address, and may.
func (g guarded) here(r *http.Request) bool {
	addr, err := netip.ParseAddr(r.URL.Hostname())
	return err == nil && r.URL.Scheme == "http" && addr.Unmap().IsLoopback() && g.calls.reaches(addr)
}

// bounded is a body that fails when it goes on for too long.
type bounded struct {
	io.ReadCloser
	left int
}

// Read reads on while there is room.
func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if b.left -= n; b.left < 0 {
		return 0, ErrLarge
	}
	return n, err
}
